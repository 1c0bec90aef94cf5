"""The calendars in force: what ships with the program, and every change that an officer recorded since.

They are read with one statement and kept in memory until a change has another stamp; so are those that were known earlier. Before the shipped table was taken in
(`changing_calendars.take_in_shipped_days`, at every start), the shipped table itself is in force.
"""

from bisect import bisect_right
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import NamedTuple

from django.conf import settings
from django.db import models

from shixiao.casework.models import CalendarChange, CalendarDay, WorkCalendar
from shixiao.engine import clock

OFFICE = "office"
ALWAYS = "always"
# What a change keeps of a calendar with hours of its own.
OWN = ("code", "title_zh", "title_en", "hours", "keeps_holidays")
SHIPPED = "shipped"  # the stamp before anything was changed


@dataclass(frozen=True)
class InForce:
    """Every calendar by its code, and the stamp of the change that made them so."""

    stamp: str
    calendars: Mapping[str, clock.Calendar]
    days: Mapping[date, clock.DayException]
    known_until: date
    _counted: dict[tuple[clock.Schedule, int, str], int] = field(default_factory=dict, compare=False, repr=False)

    def how_many(self, schedule: clock.Schedule, year: int, calendar: str) -> int:
        """How many windows such a schedule has in a year; counted once for all places that have it."""
        key = (schedule, year, calendar)
        if key not in self._counted:
            self._counted[key] = clock.how_many(schedule, year, self[calendar])
        return self._counted[key]

    def __getitem__(self, code: str) -> clock.Calendar:
        return self.calendars[code]


MOST_KEPT = 100  # so many changes back stay in memory
_kept: dict[str, InForce] = {}
_known: dict[str, "Known"] = {}


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
    return _keep(stamp, _shipped if stamp == SHIPPED else lambda: _stored(stamp, known_until))


def _keep(stamp: str, read: Callable[[], InForce]) -> InForce:
    if stamp not in _kept:
        if len(_kept) >= MOST_KEPT:
            _kept.clear()
        _kept[stamp] = read()
    return _kept[stamp]


# ---- as they were known ----------------------------------------------------------------------------------------


class Change(NamedTuple):
    """One change of calendars: when it was recorded, and the stamp of the change whose row says how everything was after it."""

    id: int
    recorded_at: datetime
    told_by: str | None


@dataclass(frozen=True)
class Known:
    """What was known of the calendars when: every change, in the order of the moments at which they were recorded."""

    changes: tuple[Change, ...]

    @property
    def moments(self) -> tuple[datetime, ...]:
        """When something changed, in order."""
        return tuple(change.recorded_at for change in self.changes)

    def at(self, moment: datetime) -> InForce:
        """The calendars as everybody knew them at that moment, that of a change included; before the first change the shipped
        ones. A statement only for what is not in memory yet."""
        count = bisect_right(self.changes, moment, key=lambda change: change.recorded_at)
        # Where a clock was set back, the change that was made last has the last word, as it has in `in_force`.
        change = max(self.changes[:count], default=None)
        if change is None:
            return _keep(SHIPPED, _shipped)
        stamp = change.told_by
        return in_force() if stamp is None else _keep(stamp, lambda: _told(CalendarChange.objects.get(stamp=stamp)))


def known() -> Known:
    """What was known when; one statement unless the calendars changed. Ask once for many moments."""
    stamp = CalendarChange.objects.order_by("-id").values_list("stamp", flat=True).first() or SHIPPED
    if stamp not in _known:
        found = Known(tuple(_changes()))
        _known.clear()
        _known[stamp] = found
    return _known[stamp]


def as_known_at(moment: datetime) -> InForce:
    """The calendars as everybody knew them at that moment; before the first change the shipped ones.

    Changes that were recorded by a version that did not keep how everything was count as the next one that did.
    """
    return known().at(moment)


def changes_between(since: datetime, until: datetime) -> list[datetime]:
    """The moments after `since` and not after `until` at which calendars or holidays were changed, in order."""
    return [moment for moment in known().moments if since < moment <= until]


def _changes() -> Iterable[Change]:
    silent = models.ExpressionWrapper(models.Q(own__isnull=True), models.BooleanField())
    rows = CalendarChange.objects.order_by("-id").values_list("id", "recorded_at", "stamp", silent)
    told_by: str | None = None
    found = []
    for key, recorded_at, stamp, is_silent in rows:
        told_by = told_by if is_silent else stamp
        found.append(Change(key, recorded_at, told_by))
    return sorted(found, key=lambda change: (change.recorded_at, change.id))


def _told(row: CalendarChange) -> InForce:
    plain = {date.fromisoformat(day): told for day, told in (row.days or {}).items()}
    days = {day: exception(day, kind, name) for day, (kind, name) in plain.items()}
    own = [WorkCalendar(**{name: each[name] for name in OWN}) for each in row.own or ()]
    return _with(row.stamp, days, row.known_until, own)


# ---- reading ---------------------------------------------------------------------------------------------------


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
