"""What the large screen shows: numbers, units, sources and months of this year. No person, no matter, no text of anybody."""

from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from shixiao.ledger.readings import Where
from shixiao.offices.supervision.statistics import opening, periods, reading, showing
from shixiao.offices.supervision.statistics.figures import BY_CODE, Line
from shixiao.offices.supervision.statistics.periods import AGES
from shixiao.offices.supervision.statistics.reading import Row, Statistics
from shixiao.people.wordings import said
from shixiao.ui import formats

MOST_UNITS, MOST_SOURCES = 10, 8
NUMBERS = ("issued", "closed", "in_time_rate", "in_hand", "overdue")
EVERY_SECONDS = 60


def context(*, where: Where, now: datetime) -> dict[str, Any]:
    """Everything of the screen; four statements for the figures and two for the names."""
    today = timezone.localtime(now).date()
    period = periods.of(today, periods.YEAR)
    units = reading.read(period, "unit", where=where, now=now)
    sources = reading.read(period, "source", where=where, now=now)
    return {
        "title": said(period.title),
        "at": formats.instant(now),
        "seconds": EVERY_SECONDS,
        "numbers": [_number(code, units) for code in NUMBERS],
        "units": [_unit(each, units) for each in showing.ranked(units.rows, showing.RANK)[:MOST_UNITS]],
        "left_out": max(0, len(units.rows) - MOST_UNITS),
        "sources": [_counts(row) for row in sorted(sources.rows, key=_issued, reverse=True)[:MOST_SOURCES]],
        "months": [_counts(row) for row in units.months],
        "ages": _ages(units.total),
        "address": f"{reverse('supervision:statistics')}?period={period.written}",
        "is_everywhere": units.is_everywhere,
    }


def _number(code: str, told: Statistics) -> dict[str, Any]:
    figure, value = BY_CODE[code], told.total.value(code)
    days = periods.until(told.day) if figure.stands else told.period.days
    return {
        "code": code,
        "title": said(figure.title),
        "value": "–" if value is None else f"{value}%" if code == "in_time_rate" else f"{value:,}",
        "address": f"{reverse('supervision:home')}?{opening.address(code, days=days)}",
        "beside": _("%(met)d/%(counted)d 件") % {"met": told.total.rate.met, "counted": told.total.rate.counted}
        if code == "in_time_rate"
        else "",
    }


def _unit(each: showing.Ranked, told: Statistics) -> dict[str, Any]:
    line, tables = each.row.line, showing.Tables(told)
    return {
        "rank": each.rank or "–",
        "name": each.row.name,
        "in_time": line.rate.met,
        "late": line.rate.missed,
        "rate": line.value("in_time_rate"),
        "counted": line.rate.counted,
        "is_of_few": line.is_of_few,
        "overdue": line.value("overdue"),
        "address": {code: tables.link_of(code, each.row) for code in ("in_time", "late", "overdue")},
    }


def _counts(row: Row) -> dict[str, Any]:
    return {"name": row.name, "issued": row.line.value("issued"), "closed": row.line.value("closed")}


def _issued(row: Row) -> int:
    return int(row.line.value("issued") or 0)


def _ages(total: Line) -> list[dict[str, Any]]:
    found, late = showing.by_age(total.ages), showing.by_age(total.late_ages)
    return [{"name": said(age.title), "in_hand": found[age.code], "overdue": late[age.code]} for age in AGES]
