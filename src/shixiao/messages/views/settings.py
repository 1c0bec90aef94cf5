"""Settings: what each person wants; quiet hours and ladders of the house, which everybody may read and the officer sets."""

from datetime import date
from http import HTTPStatus
from typing import Any

from django import forms as django_forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from shixiao.messages import channels, forms, ladders, preferring, quiet, subjects
from shixiao.messages.models import LadderRule, Preferences, QuietRule, Urgency
from shixiao.messages.preferring import Unfit
from shixiao.messages.views import person
from shixiao.people.models import Role, User
from shixiao.people.wordings import said


@require_http_methods(["GET", "HEAD", "POST"])
def mine(request: HttpRequest) -> HttpResponse:
    """What I want."""
    me, now = person(request), timezone.now()
    there = Preferences.objects.filter(person=me).first()
    form = forms.Prefer(request.POST if request.method == "POST" else None, now_set=there)
    if request.method == "POST" and form.is_valid():
        told = form.cleaned_data
        try:
            preferring.prefer(
                digests=told["digests"],
                quiet_from=told["quiet_from"],
                quiet_until=told["quiet_until"],
                channels_wanted=told.get("channels"),
                by=me,
                now=now,
            )
        except Unfit as unfit:
            _refuse(form, unfit)
        else:
            messages.success(request, _("已经保存。"))
            return redirect("messages:mine")
    return _page(request, "messages/mine.html", form, {"rule": _in_force(), "ways": _ways(me)})


def _ways(me: User) -> list[dict[str, str]]:
    """Where each channel reaches this person, and who says so; a statement or so for each that is set up."""
    return [
        {
            "title": said(channel.title),
            "address": channel.targets([me]).get(me.pk, ""),
            "source": said(channel.source),
        }
        for channel in channels.for_people()
    ]


@require_http_methods(["GET", "HEAD", "POST"])
def quiet_page(request: HttpRequest) -> HttpResponse:
    """When the house is quiet."""
    form = forms.SetQuiet(request.POST if request.method == "POST" else None, initial=quiet.to_dict(_in_force()))
    if request.method == "POST":
        _only_the_officer(request)
        if form.is_valid():
            told = form.cleaned_data
            times = {name: f"{told[name]:%H:%M}" for name in ("begins", "ends", "digest_at")}
            written = {name: told[name] for name in ("rests", "passes", "on_duty")} | times
            try:
                preferring.set_quiet(written, since=told["since"], by=person(request), now=timezone.now())
            except Unfit as unfit:
                _refuse(form, unfit)
            else:
                messages.success(request, _("免打扰时间已经设定。"))
                return redirect("messages:quiet")
    stored = [quiet.from_dict(row.rule, since=row.since) for row in QuietRule.objects.order_by("-since")]
    return _page(request, "messages/quiet.html", form, {"rows": [_in_words(each) for each in (*stored, quiet.USUAL)]})


@require_http_methods(["GET", "HEAD", "POST"])
def ladder_page(request: HttpRequest) -> HttpResponse:
    """Who is reminded when."""
    kinds = subjects.kinds()
    form = forms.SetLadder(request.POST if request.method == "POST" else None, kinds=kinds, initial=_usual_lines())
    if request.method == "POST":
        _only_the_officer(request)
        if form.is_valid():
            told = form.cleaned_data
            try:
                ladders.set_ladder(
                    told["kind"],
                    form.rungs(),
                    urgency=told["urgency"],
                    since=told["since"],
                    by=person(request),
                    now=timezone.now(),
                )
            except Unfit as unfit:
                _refuse(form, unfit)
            else:
                messages.success(request, _("催办阶梯已经设定。"))
                return redirect("messages:ladder")
    titles, urgencies = {"": _("所有没有另设的")} | dict(kinds), {"": ""} | dict(Urgency.choices)
    rows = [
        (
            titles.get(row.kind, row.kind),
            urgencies[row.urgency],
            row.since,
            [_rung(ladders.from_dict(each)) for each in row.rungs],
        )
        for row in LadderRule.objects.order_by("kind", "urgency", "-since")
    ]
    usual = [
        (titles[""], urgencies[urgency], None, [_rung(each) for each in rungs])
        for urgency, rungs in (*ladders.URGENT.items(), ("", ladders.USUAL))
    ]
    return _page(request, "messages/ladder.html", form, {"rows": [*rows, *usual]})


def _page(request: HttpRequest, template: str, form: django_forms.Form, context: dict[str, Any]) -> HttpResponse:
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.is_bound and form.errors else HTTPStatus.OK
    shown = {"form": form, "may_change": person(request).role == Role.OFFICER} | context
    return render(request, template, shown, status=status)


def _only_the_officer(request: HttpRequest) -> None:
    if person(request).role != Role.OFFICER:
        raise PermissionDenied


def _refuse(form: django_forms.Form, unfit: Unfit) -> None:
    form.add_error(unfit.field if unfit.field in form.fields else None, said(unfit.text))


def _in_force() -> quiet.Quiet:
    today = timezone.localdate()
    rules = [quiet.from_dict(row.rule, since=row.since) for row in QuietRule.objects.filter(since__lte=today)]
    return quiet.in_force(rules, today)


def _in_words(rule: quiet.Quiet) -> dict[str, Any]:
    names = dict(Urgency.choices)
    return {
        "since": None if rule.since == date.min else rule.since,
        "rule": rule,
        "passes": "、".join(str(names[each]) for each in rule.passes),
        "on_duty": "、".join(str(names[each]) for each in rule.on_duty),
    }


def _usual_lines() -> dict[str, Any]:
    """The ladder in force, to be changed from."""
    found: dict[str, Any] = {"every": 0}
    rungs = ladders.of_kind(ladders.ladders(timezone.localdate()), "")
    for number, rung in enumerate(rungs[: forms.RUNGS], start=1):
        told = ladders.to_dict(rung)
        found |= {f"{name}_{number}": told[name] for name in ("who", "days", "waits_for", "patience")}
        found["every"] = rung.every
    return found


def _rung(rung: ladders.Rung) -> dict[str, Any]:
    return {
        "who": said(ladders.WHO_TITLES[rung.who]),
        "before": -rung.days if rung.days < 0 else 0,
        "after": max(rung.days, 0),
        "waits_for": said(ladders.RECEIPT_TITLES[rung.waits_for])
        if rung.waits_for is not ladders.Receipt.NOTHING
        else "",
        "patience": rung.patience,
        "every": rung.every,
    }
