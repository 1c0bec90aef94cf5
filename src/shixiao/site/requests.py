"""Every request gets a number, and is counted by the name of its view: no address, no query, no person."""

import logging
import re
import secrets
import time
from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase

from shixiao.site import logs, metrics

HEADER = "X-Request-ID"
GIVEN = re.compile(r"[A-Za-z0-9-]{8,64}")  # a proxy in front may have numbered it
NOWHERE = "none"  # no view: a wrong address, a static file, a request refused at the border

log = logging.getLogger("shixiao.request")


class Numbered:
    """Numbers, times and counts; the number goes out with the answer, so that a person can name it when something failed."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """The answer, with its number."""
        given = request.headers.get(HEADER, "")
        number = given if GIVEN.fullmatch(given) else secrets.token_hex(8)
        mark = logs.request_number.set(number)
        began = time.perf_counter()
        try:
            response = self.get_response(request)
        finally:
            logs.request_number.reset(mark)
        seconds = time.perf_counter() - began
        response.headers.setdefault(HEADER, number)
        view = view_name(request)
        method = request.method if request.method in metrics.METHODS else "OTHER"
        metrics.count(view=view, method=str(method), status=response.status_code, seconds=seconds)
        if settings.SHIXIAO_LOG_REQUESTS:
            told = {
                "event": "request",
                "method": method,
                "view": view,
                "status": response.status_code,
                "ms": round(seconds * 1000, 1),
            }
            log.info("request", extra=told | {"request_number": number})
        return response


def view_name(request: HttpRequest) -> str:
    """The name under which the address is known to the program."""
    match = request.resolver_match
    return match.view_name or NOWHERE if match else NOWHERE
