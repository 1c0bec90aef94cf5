"""Endpoints in the browser, for the system administrator. A secret is shown on the answer that made it, and never again."""

from datetime import timedelta
from http import HTTPStatus
from typing import Any

from django import forms as django_forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from shixiao.messages.channels.webhooks import endpoints, queries
from shixiao.messages.channels.webhooks.forms import Describe, Replay
from shixiao.messages.models import Endpoint
from shixiao.messages.preferring import Unfit
from shixiao.messages.views import person
from shixiao.people.permissions import may_keep_accounts
from shixiao.people.wordings import said


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def endpoints_page(request: HttpRequest) -> HttpResponse:
    """All of them with how they fare; one more."""
    _only_the_administrator(request)
    form = Describe(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        told = form.cleaned_data
        try:
            row, secret = endpoints.create(
                told["title"], told["address"], told["kinds"], by=person(request), now=timezone.now()
            )
        except Unfit as unfit:
            form.add_error(unfit.field, said(unfit.text))
        else:
            return _one(request, row, secret=secret)
    context = {"form": form, "rows": [_row(each) for each in queries.all_with_counts()]}
    return render(request, "messages/channels/endpoints.html", context, status=_status(form))


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def endpoint_page(request: HttpRequest, endpoint: int) -> HttpResponse:
    """One of them: changed, switched, given another secret, told again what failed."""
    _only_the_administrator(request)
    row = get_object_or_404(Endpoint, pk=endpoint)
    if request.method != "POST":
        return _one(request, row)
    do = _DOES.get(request.POST.get("do", ""))
    if do is None:
        return _one(request, row, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    return do(request, row)


# ---- what can be done --------------------------------------------------------------------------------------------


def _change(request: HttpRequest, row: Endpoint) -> HttpResponse:
    form = Describe(request.POST)
    if form.is_valid():
        told = form.cleaned_data
        try:
            endpoints.change(row, told["title"], told["address"], told["kinds"], by=person(request), now=timezone.now())
        except Unfit as unfit:
            form.add_error(unfit.field, said(unfit.text))
        else:
            return _done(request, row, _("已经保存。"))
    return _one(request, row, form=form, status=HTTPStatus.UNPROCESSABLE_ENTITY)


def _switch(request: HttpRequest, row: Endpoint) -> HttpResponse:
    on = request.POST.get("on") == "1"
    endpoints.switch(row, on=on, by=person(request), now=timezone.now())
    return _done(request, row, _("已经启用，从现在起告知。") if on else _("已经停用。"))


def _add_secret(request: HttpRequest, row: Endpoint) -> HttpResponse:
    try:
        secret = endpoints.add_secret(row, by=person(request), now=timezone.now())
    except Unfit as unfit:
        return _one(request, row, error=said(unfit.text), status=HTTPStatus.UNPROCESSABLE_ENTITY)
    row.refresh_from_db()
    return _one(request, row, secret=secret)


def _drop_secrets(request: HttpRequest, row: Endpoint) -> HttpResponse:
    endpoints.drop_old_secrets(row, by=person(request), now=timezone.now())
    return _done(request, row, _("旧的密钥已经作废。"))


def _replay(request: HttpRequest, row: Endpoint) -> HttpResponse:
    form = Replay(request.POST)
    if form.is_valid():
        try:
            count = endpoints.replay(row, since=form.cleaned_data["since"], by=person(request), now=timezone.now())
        except Unfit as unfit:
            form.add_error("since", said(unfit.text))
        else:
            return _done(request, row, ngettext("%(n)s 条将再发一次。", "%(n)s 条将再发一次。", count) % {"n": count})
    return _one(request, row, replay=form, status=HTTPStatus.UNPROCESSABLE_ENTITY)


_DOES = {
    "change": _change,
    "switch": _switch,
    "add_secret": _add_secret,
    "drop_secrets": _drop_secrets,
    "replay": _replay,
}


# ---- parts -------------------------------------------------------------------------------------------------------


def _only_the_administrator(request: HttpRequest) -> None:
    if not may_keep_accounts(person(request)):
        raise PermissionDenied


def _one(
    request: HttpRequest,
    row: Endpoint,
    *,
    form: Describe | None = None,
    replay: Replay | None = None,
    secret: str = "",
    error: str = "",
    status: HTTPStatus = HTTPStatus.OK,
) -> HttpResponse:
    initial = {"title": row.title, "address": row.address, "kinds": row.kinds}
    yesterday = timezone.localtime(timezone.now() - timedelta(days=1))
    context = {
        "row": _row(queries.with_counts(row)),
        "form": form or Describe(initial=initial),
        "replay": replay or Replay(initial={"since": yesterday}),
        "secret": secret,
        "error": error,
        "deliveries": queries.latest(row),
        "trail": [
            {"title": _("网络回调"), "address": reverse("messages:endpoints")},
            {"title": row.title, "address": ""},
        ],
    }
    return render(request, "messages/channels/endpoint.html", context, status=status)


def _row(each: queries.Counted) -> dict[str, Any]:
    off = endpoints.OFF.get(each.endpoint.why_off)
    return {
        "it": each.endpoint,
        "why_off": said(off) if off else "",
        "counts": each,
        "secrets": len(each.endpoint.secrets),
    }


def _done(request: HttpRequest, row: Endpoint, sentence: str) -> HttpResponse:
    messages.success(request, sentence)
    return redirect("messages:endpoint", row.pk)


def _status(form: django_forms.Form) -> HTTPStatus:
    return HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
