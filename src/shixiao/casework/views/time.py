"""Dated data of time: holidays, hours, limits, lights, closed years. Everybody may look; the officer changes."""

from datetime import date, datetime
from http import HTTPStatus
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from shixiao.casework import (
    budgets,
    calendar_text,
    calendars,
    changing_calendars,
    lights,
    limits,
    offices,
    time_forms,
    years,
)
from shixiao.casework.models import ClosedYear, Urgency
from shixiao.casework.refusing import Refused
from shixiao.casework.reprojecting import Moved
from shixiao.casework.views import person
from shixiao.engine import clock
from shixiao.engine.bilingual import Text
from shixiao.people.models import Role
from shixiao.people.wordings import said

FIRST_YEAR, LAST_YEAR = 2004, 2099


def _may_change(request: HttpRequest) -> bool:
    return bool(person(request).role == Role.OFFICER)


def _refuse(form: forms.Form, refused: Refused) -> None:
    for each in refused.all:
        form.add_error(each.field if each.field in form.fields else None, said(each.text))


def _answer(request: HttpRequest, template: str, form: forms.Form, context: dict[str, Any]) -> HttpResponse:
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.is_bound and form.errors else HTTPStatus.OK
    shown = {"form": form, "may_change": _may_change(request), "parts": _parts(request)} | context
    return render(request, template, shown, status=status)


def _parts(request: HttpRequest) -> list[dict[str, Any]]:
    """The pages about time, as tabs."""
    titles = (
        ("casework:calendar", _("节假日")),
        ("casework:hours", _("工作时间")),
        ("casework:limits", _("时限")),
        ("casework:lights", _("亮灯")),
        ("casework:years", _("关账")),
    )
    addresses = [(reverse(name), title) for name, title in titles]
    return [{"address": at, "title": title, "is_current": request.path == at} for at, title in addresses]


def _check_officer(request: HttpRequest) -> None:
    if not _may_change(request):
        raise PermissionDenied(_("时限和日历由绩效管理员维护。"))


# ---- holidays --------------------------------------------------------------------------------------------------


@require_http_methods(["GET", "HEAD", "POST"])
def calendar(request: HttpRequest) -> HttpResponse:
    """The holidays of a year; a change is shown with what it moves before it is recorded."""
    now = timezone.now()
    year = _year(request, now)
    here = calendars.in_force()
    is_complete = here.known_until >= time_forms.first_day_after(year)
    written = calendar_text.write(here.days, year=year)
    if request.method == "POST":
        _check_officer(request)
        form = time_forms.Year(request.POST)
        shown = _try_year(request, form, year=year, here=here, now=now)
        if isinstance(shown, HttpResponse):
            return shown
    else:
        form, shown = time_forms.Year(initial={"days": written, "is_complete": is_complete}), None
    blocks = [_block(line) for line in written.splitlines()]
    context = {
        "year": year,
        "years": range(max(FIRST_YEAR, year - 2), min(LAST_YEAR, year + 2) + 1),
        "blocks": blocks,
        "is_complete": is_complete,
        "preview": shown,
    }
    return _answer(request, "casework/time/calendar.html", form, context)


def _year(request: HttpRequest, now: datetime) -> int:
    given = request.GET.get("year", "")
    this = timezone.localtime(now).year
    year = int(given) if given.isascii() and given.isdigit() and len(given) == 4 else this
    return min(max(year, FIRST_YEAR), LAST_YEAR)


def _block(line: str) -> dict[str, str]:
    days, kind, name = (*line.split("  "), "")[:3]
    return {"days": days, "kind": kind, "name": name}


def _try_year(
    request: HttpRequest, form: time_forms.Year, *, year: int, here: calendars.InForce, now: datetime
) -> HttpResponse | list[Moved] | None:
    """Records the change, or shows what it would move; None where it cannot be."""
    if not form.is_valid():
        return None
    try:
        days = calendar_text.read(form.cleaned_data["days"], year=year)
        removed = [day for day in here.days if day.year == year and day not in days]
        until = _known_until(here, year, is_complete=form.cleaned_data["is_complete"])
        by = person(request)
        if "confirm" not in request.POST:
            return changing_calendars.preview(days=days, removed=removed, known_until=until, by=by, now=now)
        source = form.cleaned_data["source"]
        changing_calendars.change_days(days, removed=removed, known_until=until, source=source, by=by, now=now)
    except Refused as refused:
        _refuse(form, refused)
        return None
    messages.success(request, _("%(year)s 年的节假日已经更新，还没有办结的时限随之调整。") % {"year": year})
    return redirect(f"{reverse('casework:calendar')}?year={year}")


def _known_until(here: calendars.InForce, year: int, *, is_complete: bool) -> date:
    """Complete years follow one another: a year that is not complete makes those after it unknown, too."""
    if is_complete:
        return max(here.known_until, time_forms.first_day_after(year))
    return min(here.known_until, date(year, 1, 1))


# ---- hours -----------------------------------------------------------------------------------------------------


@require_http_methods(["GET", "HEAD", "POST"])
def hours(request: HttpRequest) -> HttpResponse:
    """Every calendar with its week; one of one's own can be added or changed."""
    form = time_forms.Hours(request.POST if request.method == "POST" else None)
    if request.method == "POST":
        _check_officer(request)
        if form.is_valid() and _set_hours(request, form):
            return redirect("casework:hours")
    rows = [_calendar_row(each) for each in calendars.in_force().calendars.values()]
    return _answer(request, "casework/time/hours.html", form, {"rows": rows, "weekdays": time_forms.WEEKDAYS})


def _set_hours(request: HttpRequest, form: time_forms.Hours) -> bool:
    told = form.cleaned_data
    try:
        changing_calendars.set_hours(
            told["code"],
            title=Text(told["title_zh"], told["title_en"]),
            hours=form.hours(),
            keeps_holidays=told["keeps_holidays"],
            by=person(request),
            now=timezone.now(),
        )
    except Refused as refused:
        _refuse(form, refused)
        return False
    messages.success(request, _("“%(name)s”的工作时间已经更新。") % {"name": told["title_zh"]})
    return True


def _calendar_row(each: clock.Calendar) -> dict[str, Any]:
    week = each.weeks[-1]
    return {
        "name": said(each.name),
        "days": [
            {"title": title, "hours": " ".join(str(span) for span in day)}
            for title, day in zip(time_forms.WEEKDAYS, week.hours, strict=True)
        ],
        "keeps_holidays": bool(each.exceptions),
    }


# ---- limits ----------------------------------------------------------------------------------------------------


@require_http_methods(["GET", "HEAD", "POST"])
def limits_page(request: HttpRequest) -> HttpResponse:
    """How much time each deadline gives today, and what is set for later."""
    now = timezone.now()
    form = time_forms.SetLimit(request.POST if request.method == "POST" else None)
    if request.method == "POST":
        _check_officer(request)
        if form.is_valid() and _set_limit(request, form, now=now):
            return redirect("casework:limits")
    rows = [row for table in offices.tables() for row in _limit_rows(table.kind, now)]
    return _answer(request, "casework/time/limits.html", form, {"rows": rows})


def _set_limit(request: HttpRequest, form: time_forms.SetLimit, *, now: datetime) -> bool:
    told = form.cleaned_data
    kind, _colon, name = told["deadline"].partition(":")
    limit = limits.Limit(
        kind=kind,
        name=name,
        budget=told["budget"].strip(),
        title=Text("", ""),
        calendar=told["calendar"],
        roll=told["roll"],
        urgency=told["urgency"],
        since=told["since"],
    )
    try:
        limits.set_limit(limit, by=person(request), now=now)
    except Refused as refused:
        _refuse(form, refused)
        return False
    messages.success(request, _("时限已经设定。已经起算的时限不变。"))
    return True


def _limit_rows(kind: str, now: datetime) -> list[dict[str, Any]]:
    today = timezone.localtime(now).date()
    known = limits.rules_of(kind)
    names = calendars.in_force().calendars
    return [
        {
            "kind": said(offices.table_of(kind).title),
            "title": said(each.title),
            "urgency": dict(Urgency.choices).get(each.urgency, _("不论")),
            "budget": said(clock.budget_in_words(budgets.read(each.budget))),
            "calendar": said(names[each.calendar].name) if each.calendar in names else each.calendar,
            "since": None if each.since == date.min else each.since,
            "is_in_force": each == limits.in_force(known, name=each.name, urgency=each.urgency, on=today),
            "is_later": each.since > today,
        }
        for each in known
    ]


# ---- lights ----------------------------------------------------------------------------------------------------


@require_http_methods(["GET", "HEAD", "POST"])
def lights_page(request: HttpRequest) -> HttpResponse:
    """When deadlines warn."""
    form = time_forms.SetLights(request.POST if request.method == "POST" else None)
    if request.method == "POST":
        _check_officer(request)
        if form.is_valid() and _set_lights(request, form):
            return redirect("casework:lights")
    titles = {table.kind: said(table.title) for table in offices.tables()}
    rows = [
        {"kind": titles.get(kind, kind) or _("所有没有另设的"), "since": _since(scheme.since), "rules": _rules(scheme)}
        for kind, schemes in lights.schemes().items()
        for scheme in schemes
    ]
    return _answer(request, "casework/time/lights.html", form, {"rows": rows})


def _since(day: date) -> date | None:
    return None if day == date.min else day


def _rules(scheme: clock.LightScheme) -> list[dict[str, Any]]:
    return [
        {
            "word": said(rule.word),
            "colour": rule.colour.value,
            "share": None if rule.share_left is None else round(rule.share_left * 100),
            "time": said(clock.amount_in_words(rule.working_left)) if rule.working_left else "",
        }
        for rule in scheme.rules
    ]


def _set_lights(request: HttpRequest, form: time_forms.SetLights) -> bool:
    told = form.cleaned_data
    try:
        lights.set_lights(told["kind"], since=told["since"], rules=form.rules(), by=person(request), now=timezone.now())
    except Refused as refused:
        _refuse(form, refused)
        return False
    messages.success(request, _("亮灯规则已经设定。"))
    return True


# ---- years -----------------------------------------------------------------------------------------------------


@require_http_methods(["GET", "HEAD", "POST"])
def years_page(request: HttpRequest) -> HttpResponse:
    """Which years are closed; closing another one."""
    now = timezone.now()
    last = timezone.localtime(now).year - 1
    form = time_forms.CloseYear(request.POST if request.method == "POST" else None, initial={"year": last})
    if request.method == "POST":
        _check_officer(request)
        if form.is_valid() and _close(request, form, now=now):
            return redirect("casework:years")
    return _answer(request, "casework/time/years.html", form, {"closed": ClosedYear.objects.order_by("-year")})


def _close(request: HttpRequest, form: time_forms.CloseYear, *, now: datetime) -> bool:
    try:
        closed = years.close_year(form.cleaned_data["year"], by=person(request), now=now)
    except Refused as refused:
        _refuse(form, refused)
        return False
    messages.success(request, _("%(year)s 年已经关账。") % {"year": closed.year})
    return True
