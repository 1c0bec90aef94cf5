"""What the pages about people share: who asks, a form on a page of its own, and wrong passwords."""

from collections.abc import Callable, Mapping
from datetime import datetime
from functools import wraps
from http import HTTPStatus
from typing import Any

from axes.handlers.proxy import AxesProxyHandler
from django import forms
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import user_login_failed
from django.core.exceptions import ValidationError
from django.core.paginator import Page, Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from shixiao.people import actions, refusals
from shixiao.people.models import User
from shixiao.people.permissions import may_grant, may_keep_accounts, may_read_the_book

ROWS = 50


def person(request: HttpRequest) -> User:
    """Who is signed in; the sign-in middleware has seen to it that somebody is."""
    user = request.user
    assert isinstance(user, User)  # noqa: S101
    return user


def only(may: Callable[[User], bool], request: HttpRequest) -> User:
    """Who is signed in, where that person may; otherwise it is noted and refused."""
    user = person(request)
    what = request.resolver_match.view_name if request.resolver_match else "people"
    refusals.require(may, what=f"{request.method}:{what}", by=user, now=timezone.now())
    return user


def rights(request: HttpRequest) -> dict[str, bool]:
    """What a template shows buttons by."""
    user = person(request)
    return {
        "may_keep_accounts": may_keep_accounts(user),
        "may_grant": may_grant(user),
        "may_read_the_book": may_read_the_book(user),
    }


View = Callable[..., HttpResponse]
PASSWORDS = ("password", "old")  # the fields in which somebody types the own password


def own_password(view: View) -> View:
    """A page that asks for the own password, also of somebody who found an open browser: wrong ones are counted where those of sign-in
    are, in the database, and lock the account at that place. `answer` counts."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **named: Any) -> HttpResponse:
        who = {"username": person(request).username}
        if request.method == "POST" and not AxesProxyHandler.is_allowed(request, who):
            return locked_out(request)
        return view(request, *args, **named)

    return guarded


def locked_out(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
    """Too many wrong passwords; django-axes calls this, too."""
    minutes = int(settings.AXES_COOLOFF_TIME.total_seconds() // 60)
    context = {"minutes": minutes, "limit": settings.AXES_FAILURE_LIMIT}
    return render(request, "people/locked_out.html", context, status=settings.AXES_HTTP_RESPONSE_CODE)


def count_failure(request: HttpRequest, user: User, *, reason: str, now: datetime) -> bool:
    """Counted where wrong passwords are; True when that locked the account here."""
    user_login_failed.send(sender=__name__, credentials={"username": user.username}, request=request)
    is_locked = bool(getattr(request, "axes_locked_out", False))
    actions.refuse_sign_in(user.username, reason="locked_out" if is_locked else reason, now=now)
    return is_locked


def answer(
    request: HttpRequest, template: str, context: Mapping[str, Any], *, form: forms.Form | None = None
) -> HttpResponse:
    """A page; with errors in `form` its status says so. A wrong own password is counted."""
    is_wrong = form is not None and any(form.has_error(name, "wrong") for name in PASSWORDS if name in form.fields)
    if is_wrong and count_failure(request, person(request), reason="own_password", now=timezone.now()):
        return locked_out(request)
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form is not None and form.errors else HTTPStatus.OK
    return render(request, template, dict(context), status=status)


def form_page(
    request: HttpRequest, form: forms.Form, *, title: str, button: str, back: str, opening: str = "", trail: Any = ()
) -> HttpResponse:
    """A form on a page of its own, with a way back."""
    context = {"form": form, "title": title, "button": button, "back": back, "opening": opening, "trail": trail}
    return answer(request, "people/form.html", context, form=form)


def done(
    request: HttpRequest, form: forms.Form, step: Callable[[], object], *, saying: str, to: str
) -> HttpResponse | None:
    """Take the step and go on to `to`, saying so; where it is refused, its sentence stands in the form and None is given."""
    try:
        step()
    except ValidationError as refused:
        add_errors(form, refused)
        return None
    messages.success(request, saying)
    return redirect(to)


def add_errors(form: forms.Form, refused: ValidationError) -> None:
    """Beside the fields they speak of, the others above."""
    if not hasattr(refused, "error_dict"):
        form.add_error(None, refused)
        return
    for field, errors in refused.error_dict.items():
        form.add_error(field if field in form.fields else None, errors)


def page_of(request: HttpRequest, rows: "QuerySet[Any]") -> "Page[Any]":
    """The page of a list that the address asks for; a number that is none is the first."""
    return Paginator(rows, ROWS).get_page(request.GET.get("page"))


def query_without_page(request: HttpRequest) -> str:
    """The choices in the address, for links to other pages of a list."""
    query = request.GET.copy()
    query.pop("page", None)
    return query.urlencode()


def trail(*steps: tuple[str, str]) -> list[dict[str, str]]:
    """The way here from the tree of units; the last step has no address."""
    first = {"title": _("单位与人员"), "address": reverse("people:units")}
    return [first, *({"title": title, "address": address} for title, address in steps)]
