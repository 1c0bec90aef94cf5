"""When a round is due, by the calendar in force."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from shixiao.casework import calendars
from shixiao.engine.bilingual import Text

SPRING_FESTIVAL = "春节"
MONTHLY = "monthly"


def due_day(rhythm: str, period: str, *, here: calendars.InForce) -> date | None:
    """The last working day of the month `2026-03`, or the last day before the Spring Festival holiday of `2026`; None while that
    holiday is not in the table."""
    if rhythm == MONTHLY:
        return _last_working_day(here, year=int(period[:4]), month=int(period[5:]))
    days = [
        day
        for day, one in here.days.items()
        if day.year == int(period)
        and one.kind.value == "holiday"
        and one.name
        and one.name.zh.startswith(SPRING_FESTIVAL)
    ]
    return min(days) - timedelta(days=1) if days else None


def calendar_of(shared: dict[Any, Any]) -> calendars.InForce:
    """The calendars in force, asked for once in a call."""
    found: calendars.InForce = shared.setdefault(calendars.InForce, None) or calendars.in_force()
    shared[calendars.InForce] = found
    return found


def _last_working_day(here: calendars.InForce, *, year: int, month: int) -> date:
    day = _last_day(year, month)
    office = here[calendars.OFFICE]
    while not office.is_working_day(day):
        day -= timedelta(days=1)
    return day


def _last_day(year: int, month: int) -> date:
    return date(year + month // 12, month % 12 + 1, 1) - timedelta(days=1)


def periods_of(rhythm: str, year: int, *, since: date, until: date | None) -> Iterator[str]:
    """The rounds that a programme has in a year: `2026-01` …, or `2026`, as far as it runs then."""
    every = [f"{year}-{month:02d}" for month in range(1, 13)] if rhythm == MONTHLY else [f"{year}"]
    return (period for period in every if is_within(period, since=since, until=until))


def is_within(period: str, *, since: date, until: date | None) -> bool:
    """A programme that runs from `since` to `until` (both inside) runs on some day of the period."""
    year, month = int(period[:4]), int(period[5:] or 0)
    first = date(year, month or 1, 1)
    last = _last_day(year, month or 12)
    return since <= last and (until is None or until >= first)


def period_title(period: str) -> str:
    """`2026年3月` or `2026年`."""
    year, _dash, month = period.partition("-")
    return f"{year}年{int(month)}月" if month else f"{year}年"


def period_words(period: str) -> Text:
    """The same in both languages."""
    return Text(period_title(period), period)
