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
        """The answer; what is too large is refused once the view is known."""
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], arguments: Sequence[Any], named: Mapping[str, Any]
    ) -> None:
        """Raises `RequestDataTooBig`, which becomes the page with status 413, before anything reads the body.

        The check of the forgery token, which comes next, would be the first to read it.
        """
        limit = getattr(view, "request_limit", None)
        most = limit() if limit else settings.SHIXIAO_REQUEST_LIMIT
        announced = request.META.get("CONTENT_LENGTH") or "0"
        if not announced.isdecimal() or int(announced) > most:
            if limit:
                request.megabytes = most // (1 << 20)  # type: ignore[attr-defined]  # for the page that says so
            raise RequestDataTooBig
