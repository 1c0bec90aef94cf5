"""The pages people see when something went wrong: what, and what to do next."""

import logging
import sys
from http import HTTPStatus

from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template import loader

from shixiao.casework.api import problems
from shixiao.ledger.troubles import trouble_of
from shixiao.site.programs import is_of_a_program
from shixiao.ui import views

log = logging.getLogger("shixiao.trouble")


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """The form came without its mark, mostly because it stood open until the session ended."""
    return render(request, "403_csrf.html", status=HTTPStatus.FORBIDDEN)


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """A page for people, a problem for programs."""
    if not is_of_a_program(request):
        return views.bad_request(request, exception)
    name = "too-large" if isinstance(exception, RequestDataTooBig) else "unreadable"
    return problems.answer(problems.Problem(name))


def server_error(request: HttpRequest) -> HttpResponse:
    """What nobody caught. Where the database or a disk is the matter it is said so, with when to try again (503); nothing is asked of the
    database, and no session, language or account: they lie in it."""
    error = sys.exc_info()[1]  # Django calls this while it handles what was raised
    trouble = trouble_of(error)
    if trouble is not None:
        log.warning("%s: %s", trouble.name, type(error).__name__)
    if is_of_a_program(request):
        return problems.answer(problems.of_trouble(trouble) if trouble else problems.Problem("internal"))
    if trouble is None:
        return HttpResponse(loader.get_template("500.html").render(), status=HTTPStatus.INTERNAL_SERVER_ERROR)
    context = {"trouble": trouble.name, "seconds": trouble.value, "is_saving": request.method not in ("GET", "HEAD")}
    answer = HttpResponse(loader.get_template("503.html").render(context), status=HTTPStatus.SERVICE_UNAVAILABLE)
    answer.headers["Retry-After"] = str(trouble.value)
    answer.headers["Cache-Control"] = "no-store"
    return answer
