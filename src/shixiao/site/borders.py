"""What does not come in: requests larger than any published table."""

from collections.abc import Callable

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponseBase


class RequestSize:
    """Refuses by the announced length, before the body is read.

    Django limits fields and pasted text by itself, but a file may be of any size: 300 MB would be written to the
    disk before a form could say no.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """The answer, or `RequestDataTooBig`, which becomes the page with status 413."""
        announced = request.META.get("CONTENT_LENGTH") or "0"
        if not announced.isdecimal() or int(announced) > settings.SHIXIAO_REQUEST_LIMIT:
            raise RequestDataTooBig
        return self.get_response(request)
