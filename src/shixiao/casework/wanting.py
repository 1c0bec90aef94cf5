"""What duties want: the times that their schedules expect, and what each is called."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime, time
from functools import lru_cache
from typing import NamedTuple

from shixiao.casework import calendars, offices
from shixiao.casework.local import zone
from shixiao.casework.models import Duty, DutyVersion
from shixiao.engine import clock


class Wanted(NamedTuple):
    """One time that a version of a duty expects."""

    version: DutyVersion
    window: clock.ExpectedWindow


class Windows:
    """The windows of schedules by the calendars in force; many duties have one and the same schedule, and it is worked out once."""

    def __init__(self, here: calendars.InForce) -> None:
        self._here = here
        self._found: dict[tuple[clock.Schedule, date, date, str], Sequence[clock.ExpectedWindow]] = {}

    def between(
        self, schedule: clock.Schedule, since: date, until: date, calendar: str
    ) -> Sequence[clock.ExpectedWindow]:
        """Those that begin from `since` up to, not including, `until`; by the hours of the office where there is no such calendar."""
        key = (schedule, since, until, calendar)
        if key not in self._found:
            known = self._here.calendars
            by = known.get(calendar, known[calendars.OFFICE])
            self._found[key] = tuple(clock.expected_windows(schedule, since, until, by))
        return self._found[key]


def wanted(
    duty: Duty, versions: Sequence[DutyVersion], begin: date, end: date, *, windows: Windows | None = None
) -> Iterator[Wanted]:
    """What the versions expect with windows that begin from `begin` up to, not including, `end`; whoever asks for many duties gives
    the same `windows` for all.

    Not what was over when the version was decided. What is under way on the day the duty begins belongs to it.
    """
    found = windows or Windows(calendars.in_force())
    first_instant = midnight(duty.since)
    for version in versions:
        schedule = version.typed_schedule
        since = version.since if version.since > duty.since else clock.first_day(schedule, duty.since)
        until = min(version.until or end, end)
        for window in found.between(schedule, max(since, begin), until, duty.calendar):
            if window.end > max(first_instant, version.decided_at):
                yield Wanted(version, window)


def midnight(day: date) -> datetime:
    """The first instant of a day in the office."""
    return datetime.combine(day, time.min, tzinfo=zone())


def title(duty: Duty, each: Wanted) -> str:
    """What the case is called: 保洁 6月30日 第2次. A restricted kind has no words of anybody in it (law 9)."""
    table = offices.table_of(duty.kind)
    name = table.title.zh if table.is_restricted else duty.title
    return f"{name} {_words(each.version.typed_schedule, each.window)}"


@lru_cache(maxsize=2_000)
def _words(schedule: clock.Schedule, window: clock.ExpectedWindow) -> str:
    """The same for every place that has this schedule."""
    return clock.window_in_words(schedule, window).zh
