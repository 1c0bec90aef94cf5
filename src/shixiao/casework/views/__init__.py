"""The pages of the counter. Each checks the request, asks one question or makes one call, and shows the answer."""

from http import HTTPStatus
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from shixiao.casework.allowing import NotAllowed
from shixiao.casework.refusing import Reason, Refused
from shixiao.people import refusals
from shixiao.people.models import User


def person(request: HttpRequest) -> User:
    """Who is signed in; the sign-in middleware has seen to it that somebody is."""
    user = request.user
    assert isinstance(user, User)  # noqa: S101
    return user


def is_part(request: HttpRequest) -> bool:
    """htmx asks for a part of the page, and not for the whole because somebody went back."""
    htmx = getattr(request, "htmx", None)
    return htmx is not None and bool(htmx) and not htmx.history_restore_request


def refused_page(request: HttpRequest, template: str, context: dict[str, Any], refused: Refused) -> HttpResponse:
    """The same page again with what was typed; 422, or 403 and a note in the book where the person may not."""
    if isinstance(refused, NotAllowed):
        what = request.resolver_match.view_name if request.resolver_match else "unknown"
        refusals.note(person(request), f"{request.method}:{what}", now=timezone.now())
        return render(request, template, context, status=HTTPStatus.FORBIDDEN)
    return render(request, template, context, status=HTTPStatus.UNPROCESSABLE_ENTITY)


def is_about_the_case(refused: Refused) -> bool:
    """Somebody was quicker: the page shows the case as it is now."""
    return refused.reason in {Reason.OVERTAKEN, Reason.WRONG_STATE}
