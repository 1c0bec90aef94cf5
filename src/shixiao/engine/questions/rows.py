"""What the detectors look at: plain rows, read by somebody else. Days are the office's local ones, instants carry their zone."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import Enum
from itertools import pairwise
from typing import NamedTuple
from zoneinfo import ZoneInfo

from shixiao.engine.measures import Outcome

IsWorking = Callable[[date], bool]


@dataclass(frozen=True, slots=True, kw_only=True)
class Watched:
    """A gauge that is looked at. Gauges that look at the same cases are of one `family`; `shows` is the one that stands for it; `kind` is the
    kind of their cases, and outside the holders of a restricted one nothing is shown of them."""

    gauge: int
    family: str
    office: str
    shows: int
    kind: str = ""
    is_restricted: bool = False


class Group(NamedTuple):
    """Cases that are compared with one another: one family of gauges in one unit."""

    family: str
    unit: int


class Daily(NamedTuple):
    """How many cases of a gauge one person closed on one day, by the day on which that was written down."""

    gauge: int
    unit: int
    person: str
    day: date
    number: int


class Closing(NamedTuple):
    """One case that was closed. `due` is the day on which it was to count when it began: of a case with a limit, the last in time."""

    gauge: int
    unit: int
    case_id: int
    person: str
    recorded_at: datetime
    due: date


class Way(Enum):
    """What a step does to a case, by the office's step table."""

    CLOSES = "closes"
    REOPENS = "reopens"
    EXCLUDES = "excludes"  # cancelled, dropped, given more time, standing still
    AMENDS = "amends"  # another value, project, topic: the case stays where it stood
    OTHER = "other"


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """A verdict that an event of a person changed.

    `known_at`: since when the verdict before was known; of a case that was missed because time passed, the first instant that was too late.
    `day`: the day on which it counted. `is_moved`: project, contract, topic, subject or unit became another. `asked_at`: when somebody had asked
    for the exclusion, where that was before.
    """

    gauge: int
    unit: int
    case_id: int
    before: Outcome
    after: Outcome
    known_at: datetime
    day: date
    way: Way
    person: str
    happened_at: datetime
    recorded_at: datetime
    is_moved: bool = False
    asked_at: datetime | None = None


class Amended(NamedTuple):
    """How many cases that were not missed one person moved or amended away from a gauge on one day."""

    gauge: int
    unit: int
    person: str
    day: date
    number: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Deed:
    """A person closed or excluded a case. `limit`: the first instant that was too late, as it stood before; None where it had none.
    `asked_at`: when somebody had asked for the exclusion, where that was before.

    Those that are looked at: all of cases whose limit had passed, all exclusions, and closings written down days after they happened.
    """

    gauge: int
    unit: int
    case_id: int
    way: Way
    person: str
    limit: datetime | None
    happened_at: datetime
    recorded_at: datetime
    asked_at: datetime | None = None

    @property
    def days_over(self) -> float:
        """How many days after the limit it was written down; negative before it."""
        return (self.recorded_at - self.limit) / timedelta(days=1) if self.limit else -1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Reopening:
    """A case that was closed before its limit and opened again; `closed_again_at` is None while it is open. `late_from`: its limit as it
    stood when it was closed."""

    gauge: int
    unit: int
    case_id: int
    person: str
    opened_at: datetime
    closed_at: datetime
    late_from: datetime
    reopened_at: datetime
    closed_again_at: datetime | None


@dataclass(frozen=True)
class Presence:
    """On which days each person wrote anything down. Holidays, leave and an outage are days on which somebody did not."""

    days: Mapping[str, Sequence[date]]  # ascending, each day once

    @classmethod
    def of(cls, rows: Iterable[tuple[str, date]]) -> Presence:
        """From pairs in any order."""
        found: dict[str, set[date]] = {}
        for person, day in rows:
            found.setdefault(person, set()).add(day)
        return cls({person: sorted(days) for person, days in found.items()})

    def between(self, person: str, after: date, before: date, *, is_working: IsWorking) -> int:
        """On how many working days between these two, both left out, the person wrote anything down."""
        days = self.days.get(person, ())
        return sum(is_working(each) for each in days[bisect_right(days, after) : bisect_left(days, before)])

    def share(self, person: str, *, is_working: IsWorking) -> float:
        """On what share of the working days from the first to the last the person wrote anything down; at most 1."""
        days = [each for each in self.days.get(person, ()) if is_working(each)]
        if len(days) < 2:
            return 1.0
        span = sum(is_working(each) for each in days_between(days[0], days[-1])) + 2
        return min(1.0, len(days) / span)

    def works_every_day(self, person: str, *, is_working: IsWorking) -> bool:
        """The person is there on days on which the office is closed as well: at a gate, on rounds."""
        days = self.days.get(person, ())
        return sum(not is_working(each) for each in days) * 10 > len(days)

    def gaps(self, person: str, *, is_working: IsWorking) -> dict[date, int]:
        """Of each day on which the person was there, how many of the person's kind of days have gone by since the one before; at least 1."""
        counts = (lambda _day: True) if self.works_every_day(person, is_working=is_working) else is_working
        days = self.days.get(person, ())
        return {
            day: max(1, sum(counts(each) for each in days_between(before, day)) + 1) for before, day in pairwise(days)
        }


def days_between(after: date, before: date) -> Iterable[date]:
    """The days strictly between."""
    return (after + timedelta(days=n) for n in range(1, (before - after).days))


@dataclass(frozen=True, kw_only=True)
class Seen:
    """Everything of one year that the detectors look at. Rows may come in any order."""

    watched: Sequence[Watched]
    presence: Presence
    is_working: IsWorking
    zone: ZoneInfo
    until: date  # the last day that is known
    daily: Sequence[Daily] = ()
    changes: Sequence[Change] = ()
    amended: Sequence[Amended] = ()
    reopenings: Sequence[Reopening] = ()
    deeds: Sequence[Deed] = ()
    counted: Mapping[int, tuple[int, int]] = field(default_factory=dict)  # by gauge: how many were missed, of how many

    def by_gauge(self) -> dict[int, Watched]:
        """The gauges by id."""
        return {each.gauge: each for each in self.watched}

    def day(self, moment: datetime) -> date:
        """The office's date at `moment`."""
        return moment.astimezone(self.zone).date()
