"""What stands before every page: a session that grew old ends, a password that must be changed is changed first,
and what somebody may not do is noted."""

from collections.abc import Callable, Mapping, Sequence
from http import HTTPStatus
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django_htmx.http import HttpResponseClientRedirect

from shixiao.people import access, actions, idleness, limiting, marks, passwords, refusals
from shixiao.people.models import User
from shixiao.ui import offline

Answer = Callable[[HttpRequest], HttpResponseBase]


class IdleTimeOut:
    """Signs out a browser that nobody used for `SHIXIAO_IDLE_MINUTES`, and leads back after the next sign-in."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """The page, or the way to sign in again. No statement but one a minute."""
        now = timezone.now()
        if not is_signed_in(request) or not idleness.is_over(request, now=now):
            return self.get_response(request)
        is_old = idleness.is_old(request, now=now)
        actions.expire(request, now=now)
        came_from = request.get_full_path() if request.method == "GET" else settings.LOGIN_REDIRECT_URL
        if getattr(request, "htmx", False) or request.headers.get("HX-Request"):
            return HttpResponseClientRedirect(reverse("people:sign_in"))
        if is_old:
            hours = settings.SESSION_COOKIE_AGE // 3600
            messages.warning(request, _("登录已满 %(hours)d 小时，已自动退出。请重新登录。") % {"hours": hours})
            return redirect_to_login(came_from, reverse("people:sign_in"))
        minutes = settings.SHIXIAO_IDLE_MINUTES
        messages.warning(request, _("超过 %(minutes)d 分钟没有操作，已自动退出。请重新登录。") % {"minutes": minutes})
        return redirect_to_login(came_from, reverse("people:sign_in"))


class Marked:
    """Says on every page whose browser this is, or that nobody is signed in, so that a phone keeps nothing for somebody else."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """The answer, with the mark of whoever is signed in after it: signing in and out change that. No statement; after a page that
        says that the database cannot be used, nothing is asked of it."""
        request.person_mark = _mark(request)  # type: ignore[attr-defined]  # for the page itself
        response = self.get_response(request)
        if response.status_code < 500 and response.headers.get("Content-Type", "").startswith("text/html"):
            response.headers[offline.PERSON] = _mark(request) or offline.NOBODY
        return response


def _mark(request: HttpRequest) -> str:
    return marks.mark_of(request.user) if is_signed_in(request) and isinstance(request.user, User) else ""


class PasswordFirst:
    """Somebody whose password another person chose, or whose password grew too old, changes it before all else."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """The page, or the page on which the password is changed."""
        user = request.user
        if not isinstance(user, User) or not passwords.is_due(user, now=timezone.now()) or _may_wait(request):
            return self.get_response(request)
        return _to(request, "people:change_password")


class SecondStepFirst:
    """Whoever must have a second step (`SHIXIAO_SECOND_STEP`) and has none sets one up before all else."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """The page, or the page on which an app is set up. One statement, until the session knows that there is one."""
        user = request.user if is_signed_in(request) else None
        if not isinstance(user, User) or not _must_have_two(user) or request.session.get(actions.STEPPED):
            return self.get_response(request)
        if actions.has_second_step(user):
            request.session[actions.STEPPED] = True
            return self.get_response(request)
        if _may_wait(request, *_SETTING_UP):
            return self.get_response(request)
        messages.warning(request, _("您的账号要有登录的第二步才能使用。请先启用手机验证器，或登记通行密钥。"))
        return _to(request, "people:account")


_SETTING_UP = ("people:account", "people:begin_authenticator", "people:confirm_authenticator", "people:add_passkey")


def _must_have_two(user: User) -> bool:
    """A demonstration's accounts never must."""
    asked = settings.SHIXIAO_SECOND_STEP
    return not user.is_demonstration and (asked == "everybody" or (asked == "administrators" and user.is_administrator))


def _to(request: HttpRequest, name: str) -> HttpResponseBase:
    return HttpResponseClientRedirect(reverse(name)) if request.headers.get("HX-Request") else redirect(name)


class Declared:
    """An address for which nobody declared who may go there is answered to nobody; the others as often as is declared."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """The answer; the declaration is looked at once the view is known."""
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], arguments: Sequence[Any], named: Mapping[str, Any]
    ) -> HttpResponseBase | None:
        """None to go on; a page with status 429 and `Retry-After` for who asks too often. Raises `PermissionDenied`."""
        match = getattr(request, "resolver_match", None)
        found = access.declared(view, (match.url_name if match else None) or "")
        if found is None:
            raise PermissionDenied
        who = request.user.pk if is_signed_in(request) else request.META.get("REMOTE_ADDR", "")
        pace = found.a_minute * settings.SHIXIAO_PACE_PERCENT
        key = (who, match.view_name if match and found.a_minute != access.OFTEN else "")
        wait = limiting.PAGES.take(key, most=max(1, pace // 100) if pace else 0, at=limiting.moment())
        return _too_often(request, wait) if wait else None


def _too_often(request: HttpRequest, wait: int) -> HttpResponseBase:
    answer = render(request, "people/too_often.html", {"seconds": wait}, status=HTTPStatus.TOO_MANY_REQUESTS)
    answer.headers["Retry-After"] = str(wait)
    return answer


class Refusals:
    """A refusal by `PermissionDenied` is an event, unless the action that refused has noted it already."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """The answer as it is."""
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> None:
        """Note it; the page for 403 follows."""
        if not isinstance(exception, PermissionDenied) or isinstance(exception, refusals.Refused):
            return
        if isinstance(request.user, User):
            match = request.resolver_match
            what = match.view_name if match else "unknown"
            refusals.note(request.user, f"{request.method}:{what}", now=timezone.now())


def is_signed_in(request: HttpRequest) -> bool:
    """Somebody is signed in with a session: nothing is asked of the database where no session was sent."""
    return bool(request.session.session_key) and isinstance(request.user, User)


def _may_wait(request: HttpRequest, *more: str) -> bool:
    allowed = ("people:change_password", "people:sign_out", "people:choose_language", *more)
    return request.path in {reverse(name) for name in allowed}
