"""Requests of programs, before any room is asked: no cookie of a browser comes along; and what every answer says of the house."""

from collections.abc import Callable
from http import HTTPStatus

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase

from shixiao.casework import simulated
from shixiao.casework.api import problems
from shixiao.casework.api.problems import PREFIX

PAGES = frozenset({f"{PREFIX}docs"})
DESCRIPTION = f"{PREFIX}openapi.json"  # the same in every house, and it asks no database


def is_of_a_program(request: HttpRequest) -> bool:
    """It goes to the interface for programs."""
    return request.path.startswith(PREFIX) and request.path not in PAGES


class NoCookies:
    """Below `/api/v1/` a token lets in and nothing else: without cookies there is no session, hence nothing that a
    foreign page could make a browser do there."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """The answer, as if no cookie had been sent."""
        if is_of_a_program(request):
            request.META.pop("HTTP_COOKIE", None)
        return self.get_response(request)


class OverHttps:
    """Behind https a program that calls over plain http is refused and not sent on: its token went over the line in the open, and a
    redirect would hide that for ever."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """The answer, or the problem with status 403."""
        if settings.SECURE_SSL_REDIRECT and is_of_a_program(request) and not request.is_secure():
            return problems.answer(problems.Problem("not-encrypted"))
        return self.get_response(request)


class SaysSimulated:
    """Every answer of the interface in a simulated house says so, whatever it is about."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """The answer, with the header where it is one."""
        response = self.get_response(request)
        if response.status_code == HTTPStatus.SERVICE_UNAVAILABLE:  # no figure, and the database is not asked again
            return response
        if is_of_a_program(request) and request.path != DESCRIPTION and simulated.is_simulated():
            response.headers[simulated.HEADER] = "true"
        return response
