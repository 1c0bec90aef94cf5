"""The pages people see when something went wrong: what, and what to do next."""

from http import HTTPStatus

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """The form came without its mark, mostly because it stood open until the session ended."""
    return render(request, "403_csrf.html", status=HTTPStatus.FORBIDDEN)
