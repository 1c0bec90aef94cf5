"""What does not come in: requests larger than any published table, but for views that take larger ones."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponseBase


class RequestSize:
    """Refuses by the announced length, before the body is read.

    Django limits fields and pasted text by itself, but a file may be of any size: 300 MB would be written to the
    disk before a form could say no. A view that takes more says so with `request_limit`, a function that gives bytes.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """The answer, or `RequestDataTooBig`, which becomes the page with status 413."""
        if not (request.META.get("CONTENT_LENGTH") or "0").isdecimal():
            raise RequestDataTooBig
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], arguments: Sequence[Any], named: Mapping[str, Any]
    ) -> None:
        """Before anything reads the body: the check of the forgery token, which comes next, would be the first."""
        limit = getattr(view, "request_limit", None)
        most = limit() if limit else settings.SHIXIAO_REQUEST_LIMIT
        if int(request.META.get("CONTENT_LENGTH") or "0") > most:
            raise RequestDataTooBig
