"""The pages people see when something went wrong: what, and what to do next."""

from http import HTTPStatus

from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from shixiao.casework.api import problems
from shixiao.site.programs import is_of_a_program
from shixiao.ui import views


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """The form came without its mark, mostly because it stood open until the session ended."""
    return render(request, "403_csrf.html", status=HTTPStatus.FORBIDDEN)


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """A page for people, a problem for programs."""
    if not is_of_a_program(request):
        return views.bad_request(request, exception)
    name = "too-large" if isinstance(exception, RequestDataTooBig) else "unreadable"
    return problems.answer(problems.Problem(name))
