"""Elapsed time, and adding a budget to an instant.

A `Deadline` is a promise about the future; `Elapsed` says how much time was consumed. They share no operation, so
that neither can be taken for the other: a timer is not a due date.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from shixiao.engine.bilingual import Text
from shixiao.engine.clock.budgets import Budget, Roll, WorkingHours
from shixiao.engine.clock.calendars import Calendar
from shixiao.engine.clock.counting import due_after, starting_at
from shixiao.engine.clock.instants import TICK, instant_at, ticks
from shixiao.engine.clock.suspensions import Suspension, standing_still
from shixiao.engine.clock.unworkable import Unworkable


@dataclass(frozen=True)
class Elapsed:
    """Time consumed between two instants by one calendar; both figures, with and without suspensions.

    `gross` counts as if the clock had never stood still, `suspended` is what the pauses took of it. Elapsed times
    of the same calendar add up; with anything else they do not mix. `is_provisional`: some days lie beyond the known
    data of the calendar (暂定).
    """

    gross: timedelta
    suspended: timedelta
    calendar: str
    is_provisional: bool = False

    @property
    def net(self) -> timedelta:
        """Without the time during which the clock stood still."""
        return self.gross - self.suspended

    def __add__(self, other: Elapsed) -> Elapsed:
        if not isinstance(other, Elapsed):
            return NotImplemented
        if other.calendar != self.calendar:
            raise TypeError(f"Elapsed times of two calendars do not add up: {self.calendar} and {other.calendar}")
        provisional = self.is_provisional or other.is_provisional
        return Elapsed(self.gross + other.gross, self.suspended + other.suspended, self.calendar, provisional)

    def is_within(self, budget: WorkingHours) -> bool:
        """Whether no more than `budget` was used; exactly as much is within (以内 includes the number)."""
        if not isinstance(budget, WorkingHours):
            raise TypeError(f"Working time is compared with WorkingHours, not with {type(budget).__name__}")
        return self.net <= budget.time

    def as_budget(self) -> WorkingHours:
        """The same amount of working time, allowed once more."""
        return WorkingHours(self.net)


def elapsed(begin: datetime, end: datetime, calendar: Calendar, *, suspensions: Iterable[Suspension] = ()) -> Elapsed:
    """The working time of `calendar` between two instants; pauses that still last count up to `end`.

    An end before the beginning is refused: it is a mistake in the times, not a negative amount of work.
    """
    first, last = ticks(begin), ticks(end)
    if last < first:
        raise Unworkable(
            Text(
                f"结束时间（{end.isoformat()}）早于开始时间（{begin.isoformat()}）",
                f"The end ({end.isoformat()}) is before the beginning ({begin.isoformat()})",
            )
        )
    pauses = standing_still(suspensions, since=first, open_until=last)
    lost = sum(calendar.line.between(start, min(stop or last, last)) for start, stop in pauses if start < last)
    known = calendar.is_known_throughout(first, last)
    return Elapsed(calendar.line.between(first, last) * TICK, lost * TICK, calendar.code, not known)


def add(start: datetime, budget: Budget, calendar: Calendar, roll: Roll = Roll.NONE) -> datetime:
    """The instant at which `budget` ends, counted from `start`."""
    if not isinstance(budget, Budget):
        raise TypeError(f"Only a budget can be added to an instant, not {type(budget).__name__}")
    due = due_after(starting_at(start, calendar), budget, calendar, roll, ())
    assert due is not None  # noqa: S101  there are no pauses
    return instant_at(due.at, calendar.zone)
