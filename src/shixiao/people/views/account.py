"""One's own account: posts, password, the second step of signing in."""

import json

import segno
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from shixiao.people import actions, one_time_codes, passkeys, passwords, queries, sealing, sessions
from shixiao.people.forms import ChangePassword, ConfirmAuthenticator, NewPasskey, OwnPassword
from shixiao.people.models import Authenticator, Passkey, User
from shixiao.people.views.pages import answer, own_password, person

ISSUER = "实效"


@require_http_methods(["GET", "HEAD"])
def account(request: HttpRequest) -> HttpResponse:
    """Who I am here, my posts, and how I sign in."""
    user = person(request)
    context = {
        "appointments": queries.appointments_of(user, on=timezone.localdate()),
        "authenticator": Authenticator.objects.filter(user=user, confirmed_at__isnull=False).first(),
        "passkeys": user.passkeys.order_by("id"),
        "codes_left": user.recovery_codes.filter(used_at__isnull=True).count(),
    }
    return render(request, "people/account.html", context)


@never_cache
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
@own_password
def change_password(request: HttpRequest) -> HttpResponse:
    """One's own password."""
    user = person(request)
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
    context = {"form": form, "why": passwords.why_due(user, now=timezone.now())}
    return answer(request, "people/change_password.html", context, form=form)


@never_cache
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
@own_password
def sessions_page(request: HttpRequest) -> HttpResponse:
    """Where the account is signed in; with the password once more, out of one of them, or of all but this one."""
    user, now, this = person(request), timezone.now(), request.session.session_key
    form = OwnPassword(user, request.POST if request.method == "POST" else None)
    chosen = request.POST.get("session", "")
    if form.is_valid():
        count = sessions.end(user, by=user, now=now, keep=this, only=chosen)
        messages.success(request, ngettext("已退出 %(n)d 处登录。", "已退出 %(n)d 处登录。", count) % {"n": count})
        return redirect("people:sessions")
    context = {"form": form, "rows": sessions.of(user, now=now, this=this), "chosen": chosen}
    return answer(request, "people/sessions.html", context, form=form)


# ---- the app with codes --------------------------------------------------------------------------------------


@never_cache
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
@own_password
def begin_authenticator(request: HttpRequest) -> HttpResponse:
    """First the password, then a secret for the app."""
    user = person(request)
    form = OwnPassword(user, request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            actions.begin_authenticator(user, now=timezone.now())
        except ValidationError as refused:
            form.add_error(None, refused)
        else:
            return redirect("people:confirm_authenticator")
    return answer(request, "people/begin_authenticator.html", {"form": form}, form=form)


@never_cache
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def confirm_authenticator(request: HttpRequest) -> HttpResponse:
    """The picture for the app, and the digits it shows then."""
    user = person(request)
    held = Authenticator.objects.filter(user=user, confirmed_at__isnull=True).first()
    secret = sealing.unsealed(held.secret) if held else ""
    if not secret:
        return redirect("people:begin_authenticator")
    form = ConfirmAuthenticator(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            codes = actions.confirm_authenticator(user, code=form.cleaned_data["code"], now=timezone.now())
        except ValidationError as refused:
            form.add_error("code", refused)
        else:
            return render(request, "people/recovery_codes.html", {"codes": codes})
    context = {"form": form, "secret": secret, "picture": _picture(secret, user)}
    return answer(request, "people/confirm_authenticator.html", context, form=form)


def _picture(secret: str, user: User) -> SafeString:
    address = one_time_codes.address(secret, account=user.username, issuer=ISSUER)
    drawn = segno.make(address, error="m").svg_inline(scale=5, border=4, dark="#000", light="#fff", omitsize=False)
    return mark_safe(drawn)  # noqa: S308 — drawn by the library from our own address


@never_cache
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
@own_password
def renew_recovery_codes(request: HttpRequest) -> HttpResponse:
    """Ten new codes, shown once."""
    user = person(request)
    form = OwnPassword(user, request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            codes = actions.renew_recovery_codes(user, now=timezone.now())
        except ValidationError as refused:
            form.add_error(None, refused)
        else:
            return render(request, "people/recovery_codes.html", {"codes": codes})
    context = {
        "form": form,
        "title": _("更换恢复码"),
        "opening": _("新的恢复码只显示一次，旧的随即作废。"),
        "button": _("更换恢复码"),
    }
    return answer(request, "people/own_form.html", context, form=form)


@never_cache
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
@own_password
def remove_authenticator(request: HttpRequest) -> HttpResponse:
    """Without the app from now on."""
    user = person(request)
    form = OwnPassword(user, request.POST if request.method == "POST" else None)
    if form.is_valid():
        actions.remove_authenticator(user, now=timezone.now())
        messages.success(request, _("验证器已移除。"))
        return redirect("people:account")
    context = {
        "form": form,
        "title": _("移除验证器"),
        "opening": _("移除以后，登录时不再要它的数字。没有别的第二步时，恢复码也随即作废。"),
        "button": _("移除验证器"),
    }
    return answer(request, "people/own_form.html", context, form=form)


# ---- passkeys ------------------------------------------------------------------------------------------------


@never_cache
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
@own_password
def add_passkey(request: HttpRequest) -> HttpResponse:
    """A new passkey: the browser makes it, which needs HTTPS (or localhost) and JavaScript."""
    user = person(request)
    form = NewPasskey(user, request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            codes = _add_passkey(request, user, form)
        except ValidationError as refused:
            form.add_error(None, refused)
        else:
            messages.success(request, _("通行密钥已登记。"))
            if codes:
                return render(request, "people/recovery_codes.html", {"codes": codes})
            return redirect("people:account")
    asked, request.session["passkey"] = passkeys.registration(user, host=request.get_host())
    context = {"form": form, "options": json.dumps(asked), "is_possible": passkeys.is_possible(request)}
    return answer(request, "people/add_passkey.html", context, form=form)


def _add_passkey(request: HttpRequest, user: User, form: NewPasskey) -> list[str]:
    return actions.add_passkey(
        user,
        name=form.cleaned_data["name"],
        state=request.session.pop("passkey", None),
        response=form.cleaned_data["answer"],
        host=request.get_host(),
        now=timezone.now(),
    )


@never_cache
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
@own_password
def remove_passkey(request: HttpRequest, number: int) -> HttpResponse:
    """Without this passkey from now on."""
    user = person(request)
    passkey = get_object_or_404(Passkey, pk=number, user=user)
    form = OwnPassword(user, request.POST if request.method == "POST" else None)
    if form.is_valid():
        actions.remove_passkey(passkey, now=timezone.now())
        messages.success(request, _("通行密钥已移除。"))
        return redirect("people:account")
    context = {
        "form": form,
        "title": _("移除通行密钥“%(name)s”") % {"name": passkey.name},
        "opening": _("移除以后，它不能再用来登录。没有别的第二步时，恢复码也随即作废。"),
        "button": _("移除"),
    }
    return answer(request, "people/own_form.html", context, form=form)
