"""The calendars in force: what ships with the program, and every change that an officer recorded since.

They are read with one statement and kept in memory until a change has another stamp. Before the shipped table was taken in
(`changing_calendars.take_in_shipped_days`, at every start), the shipped table itself is in force.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date

from django.conf import settings
from django.db import models

from shixiao.casework.models import CalendarChange, CalendarDay, WorkCalendar
from shixiao.engine import clock

OFFICE = "office"
ALWAYS = "always"
SHIPPED = "shipped"  # the stamp before anything was changed


@dataclass(frozen=True)
class InForce:
    """Every calendar by its code, and the stamp of the change that made them so."""

    stamp: str
    calendars: Mapping[str, clock.Calendar]
    days: Mapping[date, clock.DayException]
    known_until: date

    def __getitem__(self, code: str) -> clock.Calendar:
        return self.calendars[code]


_kept: dict[str, InForce] = {}


def in_force() -> InForce:
    """The calendars as they are now, in one statement unless they changed."""
    last = CalendarChange.objects.order_by("-id").values_list("stamp", "known_until").first()
    return as_of(*last) if last else as_of(SHIPPED, date.max)


def last_change() -> models.QuerySet[CalendarChange]:
    """The change that made the calendars what they are, for a statement that asks for other things as well; see `as_of`."""
    newest = CalendarChange.objects.order_by("-id").values("pk")[:1]
    return CalendarChange.objects.filter(pk__in=newest).order_by()


def as_of(stamp: str, known_until: date) -> InForce:
    """The calendars under the stamp of the last change; nothing is read but when it is a new one."""
    if stamp not in _kept:
        found = _shipped() if stamp == SHIPPED else _stored(stamp, known_until)
        _kept.clear()
        _kept[stamp] = found
    return _kept[stamp]


def _shipped() -> InForce:
    table = clock.published_holidays()
    return _with(SHIPPED, {one.date: one for one in table.exceptions}, table.known_until, ())


def _stored(stamp: str, known_until: date) -> InForce:
    rows = CalendarDay.objects.all()
    days = {row.day: exception(row.day, row.kind, row.name) for row in rows}
    return _with(stamp, days, known_until, WorkCalendar.objects.all())


def exception(day: date, kind: str, name: str) -> clock.DayException:
    """A row as the clock knows it."""
    return clock.DayException(day, clock.DayKind(kind), clock.holiday_name(name))


def _with(
    stamp: str, days: Mapping[date, clock.DayException], known_until: date, own: Iterable[WorkCalendar]
) -> InForce:
    exceptions = tuple(days[day] for day in sorted(days))
    known_from = min(days, default=None)
    office = clock.office_hours(
        exceptions, known_from=known_from, known_until=known_until, zone_name=settings.TIME_ZONE
    )
    calendars = {OFFICE: office, ALWAYS: clock.around_the_clock(settings.TIME_ZONE)}
    for row in own:
        calendars[row.code] = of_its_own(row, exceptions, known_from, known_until)
    return InForce(stamp, calendars, days, known_until)


def of_its_own(
    row: WorkCalendar, exceptions: tuple[clock.DayException, ...], known_from: date | None, known_until: date
) -> clock.Calendar:
    """A calendar with hours of its own; raises what the clock says of hours that are none."""
    plain = {
        "code": row.code,
        "name": {"zh": row.title_zh, "en": row.title_en},
        "zone": settings.TIME_ZONE,
        **row.hours,
    }
    own = clock.calendar_from_dict(plain)
    if not row.keeps_holidays:
        return own
    return replace(own, exceptions=exceptions, known_from=known_from, known_until=known_until)
