"""Signing in and out, one's own password and language."""

from http import HTTPStatus
from typing import Any
from urllib.parse import urlencode, urlsplit

from axes.handlers.proxy import AxesProxyHandler
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import authenticate
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import check_for_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST
from django_htmx.http import HttpResponseClientRedirect

from shixiao.people import actions, demonstration
from shixiao.people.forms import ChangePassword, SignIn
from shixiao.people.models import Language, User


@login_not_required
@never_cache
@sensitive_post_parameters("password")
@require_http_methods(["GET", "HEAD", "POST"])
def sign_in(request: HttpRequest) -> HttpResponse:
    """The sign-in page. After it, back to where the person was going."""
    if request.method == "POST":
        return _try_to_sign_in(request, SignIn(request.POST))
    if getattr(request, "htmx", False):
        return _whole_page_to_sign_in(request)
    if request.user.is_authenticated:
        return redirect(_safe(request, request.GET.get("next", "")))
    return _sign_in_page(request, SignIn(initial={"next": request.GET.get("next", "")}))


def _try_to_sign_in(request: HttpRequest, form: SignIn) -> HttpResponse:
    if not form.is_valid():
        return _sign_in_page(request, form)
    name, now = User.normalize_username(form.cleaned_data["username"]), timezone.now()
    if not AxesProxyHandler.is_allowed(request, {"username": name}):
        return locked_out(request)  # not even looked at, so further attempts neither fill the book nor prolong it
    user = authenticate(request, username=name, password=form.cleaned_data["password"])
    if isinstance(user, User):
        actions.sign_in(request, user, now=now)
        return _remember_language(redirect(_safe(request, form.cleaned_data["next"])), user.language)
    is_locked = getattr(request, "axes_locked_out", False)
    actions.refuse_sign_in(name, reason="locked_out" if is_locked else "not_authenticated", now=now)
    form.add_error(None, _("账号或密码不对。请看看大小写和输入法，再试一次。"))
    return locked_out(request) if is_locked else _sign_in_page(request, form)


def _sign_in_page(request: HttpRequest, form: SignIn) -> HttpResponse:
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
    context = {
        "form": form,
        "demonstration": (demonstration.OFFICER, demonstration.READER) if settings.SHIXIAO_DEMO else (),
        "demonstration_password": demonstration.PASSWORD,
    }
    return render(request, "people/sign_in.html", context, status=status)


def _whole_page_to_sign_in(request: HttpRequest) -> HttpResponse:
    """The session ended while a page was open: the page itself goes to sign in, not a part of it."""
    current = urlsplit(request.META.get("HTTP_HX_CURRENT_URL", ""))
    came_from = f"{current.path}?{current.query}" if current.query else current.path
    return HttpResponseClientRedirect(f"{reverse('people:sign_in')}?{urlencode({'next': came_from})}")


def locked_out(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
    """Too many wrong passwords; django-axes calls this, too."""
    minutes = int(settings.AXES_COOLOFF_TIME.total_seconds() // 60)
    context = {"minutes": minutes, "limit": settings.AXES_FAILURE_LIMIT}
    return render(request, "people/locked_out.html", context, status=settings.AXES_HTTP_RESPONSE_CODE)


@login_not_required
@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """Out, and to the sign-in page."""
    actions.sign_out(request, now=timezone.now())
    return redirect("people:sign_in")


@require_http_methods(["GET", "HEAD"])
def account(request: HttpRequest) -> HttpResponse:
    """Who I am here, and what I may do."""
    return render(request, "people/account.html")


@never_cache
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def change_password(request: HttpRequest) -> HttpResponse:
    """One's own password."""
    user = request.user
    assert isinstance(user, User)  # noqa: S101 — the sign-in middleware has seen to it
    form = ChangePassword(user, request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            new = form.cleaned_data["new"]
            actions.change_password(user, password=new, by=user, now=timezone.now(), request=request)
        except ValidationError as refused:
            form.add_error("new", refused)
        else:
            messages.success(request, _("密码已修改。其他地方的登录已全部退出。"))
            return redirect("people:account")
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
    return render(request, "people/change_password.html", {"form": form}, status=status)


@login_not_required
@require_POST
def choose_language(request: HttpRequest) -> HttpResponse:
    """Another language, for this browser and, when signed in, for the account; then back to the same page."""
    response = redirect(_safe(request, request.POST.get("next", "")))
    chosen = request.POST.get("language", "")
    if chosen not in dict(settings.LANGUAGES) or not check_for_language(chosen):
        return response
    if isinstance(request.user, User):
        actions.choose_language(request.user, language=Language(chosen), now=timezone.now())
    return _remember_language(response, chosen)


def _remember_language(response: HttpResponse, language: str) -> HttpResponse:
    if language:
        response.set_cookie(
            settings.LANGUAGE_COOKIE_NAME,
            language,
            max_age=settings.LANGUAGE_COOKIE_AGE,
            samesite="Lax",
            secure=settings.LANGUAGE_COOKIE_SECURE,
            httponly=True,
        )
    return response


def _safe(request: HttpRequest, address: str) -> str:
    """`address` when it is one of ours, else the first page: a link may not send people elsewhere after sign-in."""
    hosts = {request.get_host()}
    is_ours = url_has_allowed_host_and_scheme(address, allowed_hosts=hosts, require_https=request.is_secure())
    return address if is_ours else settings.LOGIN_REDIRECT_URL
