"""What stands before every page: a session that grew old ends, a password that must be changed is changed first,
and what somebody may not do is noted."""

from collections.abc import Callable

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django_htmx.http import HttpResponseClientRedirect

from shixiao.people import actions, idleness, passwords, refusals
from shixiao.people.models import User

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
        actions.expire(request, now=now)
        came_from = request.get_full_path() if request.method == "GET" else settings.LOGIN_REDIRECT_URL
        if getattr(request, "htmx", False) or request.headers.get("HX-Request"):
            return HttpResponseClientRedirect(reverse("people:sign_in"))
        minutes = settings.SHIXIAO_IDLE_MINUTES
        messages.warning(request, _("超过 %(minutes)d 分钟没有操作，已自动退出。请重新登录。") % {"minutes": minutes})
        return redirect_to_login(came_from, reverse("people:sign_in"))


class PasswordFirst:
    """Somebody whose password another person chose, or whose password grew too old, changes it before all else."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """The page, or the page on which the password is changed."""
        user = request.user
        if not isinstance(user, User) or not passwords.is_due(user, now=timezone.now()) or _may_wait(request):
            return self.get_response(request)
        if request.headers.get("HX-Request"):
            return HttpResponseClientRedirect(reverse("people:change_password"))
        return redirect("people:change_password")


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


def _may_wait(request: HttpRequest) -> bool:
    allowed = ("people:change_password", "people:sign_out", "people:choose_language")
    return request.path in {reverse(name) for name in allowed}
