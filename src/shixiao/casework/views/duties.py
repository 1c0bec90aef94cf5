"""Duties: what is expected today, the list, creating, changing and ending one."""

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from shixiao.casework import calendars, duties, duty_forms, duty_queries, offices, performing, queries, visibility
from shixiao.casework.forms import AGAIN
from shixiao.casework.models import Duty
from shixiao.casework.refusing import Refused
from shixiao.casework.steps import Step, Steps
from shixiao.casework.views import person, refused_page
from shixiao.engine import clock
from shixiao.people.models import Role, Unit, User

MOST_UNITS = 500


@require_safe
def today(request: HttpRequest) -> HttpResponse:
    """What is expected today, the open ones first; each one press away from being done."""
    now, by = timezone.now(), person(request)
    unit, kind = _filters(request, now=now)
    found = duty_queries.duties_today(by=by, now=now, kind=kind, unit=unit)
    counted = {each: sum(row.standing is each for row in found) for each in duty_queries.Standing}
    context = {
        "rows": found,
        "is_cut": len(found) >= duty_queries.MOST_TODAY,
        "open": counted[duty_queries.Standing.OPEN],
        "missed": counted[duty_queries.Standing.MISSED],
        "done": counted[duty_queries.Standing.DONE] + counted[duty_queries.Standing.LATE],
        "earlier": duty_queries.missed_before_today(by=by, now=now, unit=unit, kind=kind),
        "day": timezone.localtime(now),
        "tab": "today",
    }
    return render(request, "casework/duties/today.html", context | _choices(request, unit, kind, now=now))


@require_safe
def listing(request: HttpRequest) -> HttpResponse:
    """The duties with the figures of this month; those that ended by a filter."""
    now, by = timezone.now(), person(request)
    unit, kind = _filters(request, now=now)
    ended = "ended" in request.GET
    context = {
        "rows": duty_queries.duties(by=by, now=now, kind=kind, unit=unit, ended=ended),
        "ended": ended,
        "may_create": bool(_tables(by, now=now)),
        "tab": "ended" if ended else "list",
    }
    return render(request, "casework/duties/list.html", context | _choices(request, unit, kind, now=now))


def _filters(request: HttpRequest, *, now: datetime) -> tuple[Unit | None, str]:
    """The unit and the kind of case that the address names, among those that the person sees."""
    wanted = request.GET.get("unit", "")
    units = duty_queries.units_of(person(request), now=now) if wanted else []
    unit = next((each for each in units if str(each.pk) == wanted), None)
    kind = request.GET.get("kind", "")
    return unit, kind if offices.is_known(kind) else ""


def _choices(request: HttpRequest, unit: Unit | None, kind: str, *, now: datetime) -> dict[str, Any]:
    by = person(request)
    return {
        "unit": unit,
        "kind": kind,
        "units": duty_queries.units_of(by, now=now),
        "kinds": duty_queries.kinds_of(by, now=now),
        "trail": [{"title": _("例行"), "address": ""}],
    }


# ---- one duty ----------------------------------------------------------------------------------------------------


def _duty(request: HttpRequest, key: int, *, now: datetime) -> Duty:
    """The duty; 404 where there is none that the person may look at."""
    rows = Duty.objects.select_related("unit", "project", "topic", "subject")
    return get_object_or_404(rows.filter(duty_queries.seen_by(person(request), now=now)), pk=key)


@require_safe
def show(request: HttpRequest, duty: int) -> HttpResponse:
    """One duty: its schedules, the next times, what was missed, what could not be opened."""
    now = timezone.now()
    found = _duty(request, duty, now=now)
    return render(request, "casework/duties/duty.html", _context(request, found, now=now))


def _context(request: HttpRequest, found: Duty, *, now: datetime) -> dict[str, Any]:
    by, table = person(request), offices.table_of(found.kind)
    here = calendars.in_force().calendars
    return {
        "duty": found,
        "table": table,
        "page": duty_queries.duty_page(found, by=by, now=now),
        "calendar": here[found.calendar].name if found.calendar in here else None,
        "may_keep": duties.may_keep(by, table, unit=found.unit, now=now) and found.until is None,
        "trail": [
            {"title": _("例行"), "address": reverse("casework:duties")},
            {"title": found.title, "address": ""},
        ],
    }


@require_http_methods(["GET", "HEAD", "POST"])
def change(request: HttpRequest, duty: int) -> HttpResponse:
    """Another schedule from a day on: first the next windows and the number a year, then it is changed."""
    now = timezone.now()
    found = _kept(request, duty, now=now)
    last = clock.schedule_from_dict(found.versions.order_by("number").last().schedule)  # type: ignore[union-attr]
    usual = clock.schedule_to_dict(last)["kind"]
    rhythm = _rhythm(request) or usual
    given = request.POST if request.method == "POST" else None
    form = duty_forms.ChangeDuty(found, rhythm, today=_today(now), now_is=last, given=given)
    context = _context(request, found, now=now) | {"form": form, "rhythm": rhythm, "rhythms": duty_forms.rhythms()}
    context["now_is"] = clock.schedule_in_words(last)
    if request.method != "POST":
        return render(request, "casework/duties/change.html", context)
    try:
        schedule, since = form.schedule(), duty_forms.read_day(request.POST, "since")
        with transaction.atomic():
            duties.change(found, schedule, since=since, by=person(request), now=now)
            transaction.set_rollback("confirm" not in request.POST)
    except Refused as refused:
        form.refuse(refused)
        return refused_page(request, "casework/duties/change.html", context, refused)
    if "confirm" in request.POST:
        messages.success(request, _("“%(title)s”的周期已经调整。") % {"title": found.title})
        return redirect("casework:duty", found.pk)
    return render(request, "casework/duties/change.html", context | _preview(schedule, found.calendar, since, now=now))


@require_http_methods(["GET", "HEAD", "POST"])
def end(request: HttpRequest, duty: int) -> HttpResponse:
    """From a day on it holds no more."""
    now = timezone.now()
    found = _kept(request, duty, now=now)
    given = request.POST if request.method == "POST" else None
    form = duty_forms.EndDuty(given, first=max(_today(now), found.since))
    context = _context(request, found, now=now) | {"form": form}
    if request.method != "POST":
        return render(request, "casework/duties/end.html", context)
    try:
        duties.end(found, until=duty_forms.read_day(request.POST, "until"), by=person(request), now=now)
    except Refused as refused:
        form.refuse(refused)
        return refused_page(request, "casework/duties/end.html", context, refused)
    messages.success(request, _("“%(title)s”到期后不再安排。") % {"title": found.title})
    return redirect("casework:duty", found.pk)


def _kept(request: HttpRequest, key: int, *, now: datetime) -> Duty:
    found = _duty(request, key, now=now)
    if not duties.may_keep(person(request), offices.table_of(found.kind), unit=found.unit, now=now):
        raise PermissionDenied(_("这项例行由绩效管理员或该事项的主管维护。"))
    return found


def _preview(schedule: clock.Schedule, calendar: str, since: Any, *, now: datetime) -> dict[str, Any]:
    """The next windows and how many a year, before anything is recorded."""
    windows = duties.preview(schedule, calendar=calendar, since=since, now=now)
    return {
        "preview": [(clock.window_in_words(schedule, each), each.closed) for each in windows],
        "number": duties.check_number(schedule, calendar=calendar, year=since.year),
        "wording": clock.schedule_in_words(schedule),
        "year": since.year,
    }


# ---- a new one ---------------------------------------------------------------------------------------------------


@require_safe
def choose(request: HttpRequest) -> HttpResponse:
    """First of which kind, and how often: the form asks only what these need."""
    now = timezone.now()
    found = _tables(person(request), now=now)
    if not found:
        raise PermissionDenied(_("例行由绩效管理员或事项的主管建立。"))
    kind, step, rhythm = request.GET.get("kind", ""), "", _rhythm(request)
    kind, _colon, step = kind.partition(":")
    if rhythm and any(table.kind == kind and row.name == step for table, row in found):
        return redirect("casework:duty_new", kind, step, rhythm)
    context = {"kinds": found, "rhythms": duty_forms.rhythms(), "trail": _new_trail()}
    return render(request, "casework/duties/choose.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def create(request: HttpRequest, kind: str, step: str, rhythm: str) -> HttpResponse:
    """The form of a new duty; the address may say what its cases are told, such as `?register=training`.

    The next windows and the number a year are shown first, then it is created.
    """
    now, by = timezone.now(), person(request)
    table, row = _expectable(kind, step, rhythm)
    units = _units(by, table, now=now)
    if not units:
        raise PermissionDenied(_("例行由绩效管理员或事项的主管建立。"))
    unit = _unit(request, units, by=by, now=now)
    given = request.POST if request.method == "POST" else None
    choices = [(str(each.pk), "　" * (each.depth - units[0].depth) + each.name) for each in units]
    form = duty_forms.NewDuty(
        row, rhythm, unit=unit, units=choices, today=_today(now), given=given, known=request.GET.dict()
    )
    context = {
        "form": form,
        "table": table,
        "step": row,
        "rhythm": dict(duty_forms.rhythms())[rhythm],
        "trail": _new_trail(),
    }
    if request.method != "POST" or AGAIN in request.POST:
        return render(request, "casework/duties/new.html", context)
    try:
        draft = duties.Draft(
            title=request.POST.get("title", ""),
            kind=table.kind,
            step=row.name,
            unit=unit,
            schedule=form.schedule(),
            since=duty_forms.read_day(request.POST, "since"),
            calendar=request.POST.get("calendar", ""),
            told=form.told(),
            **form.about(),
        )
        with transaction.atomic():
            duty = duties.create(draft, by=by, now=now)
            transaction.set_rollback("confirm" not in request.POST)
    except Refused as refused:
        form.refuse(refused)
        return refused_page(request, "casework/duties/new.html", context, refused)
    if "confirm" in request.POST:
        messages.success(request, _("“%(title)s”已经建立，各期会自动排出。") % {"title": duty.title})
        return redirect("casework:duty", duty.pk)
    return render(
        request, "casework/duties/new.html", context | _preview(draft.schedule, draft.calendar, draft.since, now=now)
    )


def _new_trail() -> list[dict[str, str]]:
    return [{"title": _("例行"), "address": reverse("casework:duties")}, {"title": _("新建"), "address": ""}]


def _rhythm(request: HttpRequest) -> str:
    wanted = request.GET.get("rhythm", "")
    return wanted if wanted in duty_forms.RHYTHMS else ""


def _expectable(kind: str, step: str, rhythm: str) -> tuple[Steps, Step]:
    table = offices.table_of(kind) if offices.is_known(kind) else None
    row = next((each for each in table.expectable if each.name == step), None) if table else None
    if table is None or row is None or rhythm not in duty_forms.RHYTHMS:
        raise Http404
    return table, row


def _tables(by: User, *, now: datetime) -> list[tuple[Steps, Step]]:
    """What this person can let a duty expect, anywhere."""
    held = visibility.held_by(by, now=now)
    return [
        (table, row)
        for table in offices.tables()
        if table.overseer in held.words or (by.role == Role.OFFICER and not table.is_restricted)
        for row in table.expectable
    ]


def _units(by: User, table: Steps, *, now: datetime) -> list[Unit]:
    if by.role == Role.OFFICER and not table.is_restricted:
        return list(Unit.objects.open_on(_today(now)).order_by("path")[:MOST_UNITS])
    return list(queries.units_for(table.overseer, by=by, now=now)[:MOST_UNITS])


def _unit(request: HttpRequest, units: list[Unit], *, by: User, now: datetime) -> Unit:
    wanted = request.POST.get("unit") or request.GET.get("unit") or ""
    main = visibility.held_by(by, now=now).main_unit_id
    for key in (wanted, str(main)):
        for unit in units:
            if str(unit.pk) == key:
                return unit
    return units[0]


def _today(now: datetime) -> Any:
    return timezone.localtime(now, performing.zone()).date()
