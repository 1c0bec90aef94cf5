"""Signing in and out, one's own password and language."""

from django.http import HttpRequest, HttpResponse


def sign_in(request: HttpRequest) -> HttpResponse:
    return HttpResponse()


def sign_out(request: HttpRequest) -> HttpResponse:
    return HttpResponse()


def account(request: HttpRequest) -> HttpResponse:
    return HttpResponse()


def change_password(request: HttpRequest) -> HttpResponse:
    return HttpResponse()


def choose_language(request: HttpRequest) -> HttpResponse:
    return HttpResponse()


def locked_out(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
    return HttpResponse(status=429)
