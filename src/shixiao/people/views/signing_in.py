"""Signing in, the second step, signing out, and the language."""

import json
from datetime import datetime
from http import HTTPStatus
from urllib.parse import urlencode, urlsplit

from axes.handlers.proxy import AxesProxyHandler
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import authenticate
from django.contrib.auth.decorators import login_not_required
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

from shixiao.people import actions, demonstration, entrances, passkeys, waiting
from shixiao.people.forms import SecondStep, SignIn
from shixiao.people.models import Authenticator, Language, User
from shixiao.people.views.pages import count_failure, locked_out
from shixiao.people.wordings import said


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
        return _let_in(request, user, form.cleaned_data["next"], now=now)
    is_locked = getattr(request, "axes_locked_out", False)
    actions.refuse_sign_in(name, reason="locked_out" if is_locked else "not_authenticated", now=now)
    form.add_error(None, _("账号或密码不对。请看看大小写和输入法，再试一次。"))
    return locked_out(request) if is_locked else _sign_in_page(request, form)


def _let_in(request: HttpRequest, user: User, address: str, *, now: datetime) -> HttpResponse:
    if actions.has_second_step(user):
        waiting.begin(request, user, address=address, now=now)
        return redirect("people:second_step")
    actions.sign_in(request, user, now=now)
    return _remember_language(redirect(_safe(request, address)), user.language)


@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def second_step(request: HttpRequest) -> HttpResponse:
    """The second half of signing in: six digits, a recovery code, or a passkey. Wrong ones count as wrong passwords."""
    now = timezone.now()
    user = waiting.person(request, now=now)
    if user is None:
        messages.warning(request, _("第二步没有在几分钟内完成。请重新输入账号和密码。"))
        return redirect("people:sign_in")
    if not AxesProxyHandler.is_allowed(request, {"username": user.username}):
        return locked_out(request)
    form = SecondStep(request.POST if request.method == "POST" else None)
    if form.is_valid():
        passed = _passed(request, user, form, now=now)
        if passed:
            address = waiting.end(request)
            actions.sign_in(request, user, now=now, second_step=passed)
            return _remember_language(redirect(_safe(request, address)), user.language)
        wrong = _("没有通过。请用现在显示的 6 位数字；每个数字和恢复码只能用一次。")
        form.add_error(None if form.cleaned_data["answer"] else "code", wrong)
        if count_failure(request, user, reason="second_step", now=now):
            return locked_out(request)
    return _second_step_page(request, user, form)


def _passed(request: HttpRequest, user: User, form: SecondStep, *, now: datetime) -> str:
    answer = form.cleaned_data["answer"]
    if answer is None:
        return actions.pass_with_code(user, code=form.cleaned_data["code"], now=now)
    state, host = request.session.get("passkey"), request.get_host()
    return actions.pass_with_passkey(user, state=state, response=answer, host=host, now=now) if state else ""


def _second_step_page(request: HttpRequest, user: User, form: SecondStep) -> HttpResponse:
    options = ""
    if user.passkeys.exists():
        asked, request.session["passkey"] = passkeys.assertion(user, host=request.get_host())
        options = json.dumps(asked)
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
    has_app = Authenticator.objects.filter(user=user, confirmed_at__isnull=False).exists()
    context = {"form": form, "options": options, "has_app": has_app}
    return render(request, "people/second_step.html", context, status=status)


def _sign_in_page(request: HttpRequest, form: SignIn) -> HttpResponse:
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
    context = {
        "form": form,
        "demonstration": demonstration.everybody() if settings.SHIXIAO_DEMO else (),
        "demonstration_password": demonstration.PASSWORD,
        "entrances": [(said(title), address) for title, address in entrances.entrances()],
    }
    return render(request, "people/sign_in.html", context, status=status)


def _whole_page_to_sign_in(request: HttpRequest) -> HttpResponse:
    """The session ended while a page was open: the page itself goes to sign in, not a part of it."""
    current = urlsplit(request.META.get("HTTP_HX_CURRENT_URL", ""))
    came_from = f"{current.path}?{current.query}" if current.query else current.path
    return HttpResponseClientRedirect(f"{reverse('people:sign_in')}?{urlencode({'next': came_from})}")


@login_not_required
@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """Out, and to the sign-in page."""
    actions.sign_out(request, now=timezone.now())
    response = redirect("people:sign_in")
    response.headers["Clear-Site-Data"] = '"cache", "storage"'  # on a shared computer the next person finds nothing
    return response


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
