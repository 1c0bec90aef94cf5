"""Statistics of tasks: the page, the large screen, and the drafted reports of a week or a month."""

from datetime import date, datetime
from http import HTTPStatus
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe
from django.views.decorators.vary import vary_on_headers

from shixiao.casework import simulated
from shixiao.casework.views import is_part, person
from shixiao.offices.supervision.statistics import briefing, outlets, periods, reading, screen, showing
from shixiao.offices.supervision.statistics.figures import BESIDE, FEW, FIGURES
from shixiao.offices.supervision.statistics.periods import AGES, Period
from shixiao.offices.supervision.statistics.reading import ASPECTS, MONTH, Statistics
from shixiao.offices.supervision.views import check_belongs, trail
from shixiao.people.wordings import said

DEFAULT = "unit"


@require_safe
@vary_on_headers("HX-Request")
def statistics(request: HttpRequest) -> HttpResponse:
    """The figures of a period by what the address says; as a page, or with `format` as a file."""
    told = _read(request, now=timezone.now())
    name = f"statistics-{told.period.written}-{told.by}"
    match request.GET.get("format"):
        case "json":
            return JsonResponse(outlets.as_json(told))
        case "csv":
            response = HttpResponse(outlets.as_csv(told), content_type="text/csv; charset=utf-8")
            response["Content-Disposition"] = f'attachment; filename="{simulated.file_name(f"{name}.csv")}"'
            return response
    return render(request, "supervision/statistics.html", _context(request, told))


def _read(request: HttpRequest, *, now: datetime, aspect: str = "", usual: str = periods.YEAR) -> Statistics:
    """What the address says; `aspect` goes before what it says of that, and without a period it is the one of today of the `usual` sort."""
    by, today = person(request), timezone.localtime(now).date()
    check_belongs(by, now=now)
    said_period = request.GET.get("period", "")
    period = periods.read(said_period, today=today) if said_period else periods.of(today, usual)
    aspect = aspect or request.GET.get("by", "")
    where = reading.places_of(by, now=now)
    return reading.read(
        period,
        aspect if aspect in ASPECTS else DEFAULT,
        where=where,
        as_of=_past(request.GET.get("on", ""), today),
        now=now,
    )


def _past(text: str, today: date) -> date | None:
    """A day that is over, as an address writes it."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day if periods.EVER <= day < today else None


def _context(request: HttpRequest, told: Statistics) -> dict[str, Any]:
    today = timezone.localdate()
    sort = request.GET.get("sort", "")
    is_ranked = told.by == "unit"
    sort = sort if sort in showing.SORTS else showing.RANK if is_ranked else showing.NAME
    tables = showing.Tables(told)
    rows = showing.ranked(told.rows, sort)
    return {
        "told": told,
        "title": said(told.period.title),
        "sentence": showing.sentence(told),
        "is_ranked": is_ranked,
        "few": FEW,
        "heads": [
            {
                "title": said(each.title),
                "code": each.code,
                "is_sorted": each.code == sort,
                "may_sort": each.code in showing.SORTS,
                "address": _address(told, sort=each.code),
            }
            for each in FIGURES
        ],
        "heads_beside": [{"title": said(each.title), "code": each.code} for each in BESIDE],
        "rank_address": _address(told, sort=showing.RANK),
        "sort": sort,
        "ages": [said(each.title) for each in AGES],
        "age_heads": [
            {"title": said(each.title), "code": f"{code}-{each.code}"}
            for code in ("in_hand", "overdue")
            for each in AGES
        ],
        "as_then": _address(told, on=told.period.last.isoformat()),
        "age_codes": ",".join(f"in_hand-{each.code}" for each in AGES),
        "body": tables.figures(rows, is_ranked=is_ranked),
        "body_of_ages": tables.ages(told.rows if told.by != MONTH else ()),
        "body_of_months": tables.months() if told.by != MONTH else "",
        "aspects": [
            {"title": said(title), "address": _address(told, by=code), "is_chosen": code == told.by}
            for code, title in ASPECTS.items()
        ],
        "aspect": said(ASPECTS[told.by]),
        "periods": [_of_period(each, told) for each in periods.choices(today)],
        "before": _address(told, period=told.period.before.written),
        "after": _address(told, period=told.period.after.written),
        "csv": _address(told, format="csv"),
        "json": _address(told, format="json"),
        "report": f"{reverse('supervision:briefing')}?{_plain(told, by='')}" if briefing.is_for(told.period) else "",
        "now_address": _address(told, on=""),
        "trail": trail((_("统计"), "")),
    }


def _of_period(period: Period, told: Statistics) -> dict[str, Any]:
    return {
        "title": said(period.title),
        "address": _address(told, period=period.written),
        "is_chosen": period == told.period,
    }


def _plain(told: Statistics, **changes: str) -> str:
    given = {
        "period": told.period.written,
        "by": told.by,
        "on": "" if told.as_of is None else told.as_of.isoformat(),
        **changes,
    }
    return "&".join(f"{name}={value}" for name, value in given.items() if value)


def _address(told: Statistics, **changes: str) -> str:
    """The query of the same view with something changed: codes and days only."""
    return f"?{_plain(told, **changes)}"


@require_safe
@vary_on_headers("HX-Request")
def large_screen(request: HttpRequest) -> HttpResponse:
    """The year for a screen on the wall: numbers, units, sources and months; no person and no matter. htmx asks for what is inside alone."""
    now = timezone.now()
    by = person(request)
    check_belongs(by, now=now)
    context = screen.context(where=reading.places_of(by, now=now), now=now)
    name = "screen_inside" if is_part(request) else "screen"
    return render(request, f"supervision/{name}.html", context)


@require_safe
def report(request: HttpRequest) -> HttpResponse:
    """The drafted report of a week or a month, this month where nothing is said, as a Word file; 404 for another period."""
    told = _read(request, now=timezone.now(), aspect=DEFAULT, usual=periods.MONTH)
    if not briefing.is_for(told.period):
        return render(request, "404.html", status=HTTPStatus.NOT_FOUND)
    drafted = briefing.draft(told, by=person(request), now=timezone.now())
    response = HttpResponse(drafted.content, content_type=briefing.MEDIA_TYPE)
    response["Content-Disposition"] = content_disposition_header(True, simulated.file_name(drafted.name)) or ""
    return response
