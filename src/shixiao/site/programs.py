"""Requests of programs, before any room is asked: no cookie of a browser comes along."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponseBase

from shixiao.casework.api.problems import PREFIX

PAGES = frozenset({f"{PREFIX}docs"})


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
