"""The pages for what failed before any room was asked."""

from http import HTTPStatus

from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Says what was wrong with the request. Something too large gets its own words and its own status."""
    is_too_large = isinstance(exception, RequestDataTooBig)
    status = HTTPStatus.REQUEST_ENTITY_TOO_LARGE if is_too_large else HTTPStatus.BAD_REQUEST
    # Views that take larger requests than others say how large; `site.borders` notes it on the request.
    context = {"is_too_large": is_too_large, "megabytes": getattr(request, "megabytes", None)}
    return render(request, "400.html", context, status=status)
