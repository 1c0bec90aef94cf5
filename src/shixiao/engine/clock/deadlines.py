"""A deadline: from when, how much, by which calendar, and what moved it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property

from shixiao.engine.bilingual import Text
from shixiao.engine.clock.budgets import (
    AtInstant,
    Budget,
    CalendarDays,
    CountedFrom,
    Hours,
    NamedBudget,
    Roll,
    Until,
    WorkingDays,
    WorkingHours,
)
from shixiao.engine.clock.calendars import Calendar
from shixiao.engine.clock.counting import Due, due_after, starting_at
from shixiao.engine.clock.instants import instant_at, ticks
from shixiao.engine.clock.suspensions import Suspension, refuse_without_reason, standing_still
from shixiao.engine.clock.unworkable import Unworkable


@dataclass(frozen=True)
class Extension:
    """More time, granted for a reason: counted on from where the deadline stood. `OnDay` and `AtInstant` put a day or an
    instant in its place."""

    budget: Budget
    reason: Text
    code: str = ""

    def __post_init__(self) -> None:
        refuse_without_reason(self.reason, self.code, Text("延期", "extension"))

    @property
    def why(self) -> Text:
        """The reason in words, or its code."""
        return self.reason if self.reason.zh else Text(self.code, self.code)


@dataclass(frozen=True, kw_only=True)
class Deadline:
    """A start, a budget, a calendar, and a ledger of what moved it. The due instant is worked out, never stored.

    >>> Deadline(start=received, budget=WorkingHours.of(hours=8), calendar=office).due
    """

    start: datetime
    budget: Budget
    calendar: Calendar
    roll: Roll = Roll.NONE
    suspensions: tuple[Suspension, ...] = ()
    extensions: tuple[Extension, ...] = ()

    def __post_init__(self) -> None:
        ticks(self.start)
        if not isinstance(self.budget, Budget):
            raise TypeError(
                f"A deadline needs a budget such as WorkingHours or OnDay, not {type(self.budget).__name__}"
            )
        if not isinstance(self.roll, Roll):
            raise TypeError(f"A roll rule is a member of Roll, not {self.roll!r}; Roll({self.roll!r}) reads a word")

    # ---- when ------------------------------------------------------------------------------------------------

    @property
    def due(self) -> datetime | None:
        """The instant at which it is due; None while it stands still and nobody knows until when.

        The end of a day is the midnight after it, which is not part of it any more.
        """
        return self._instant(self._due.at) if self._due else None

    @property
    def overdue_from(self) -> datetime | None:
        """The first instant that is too late; the instant for a timer. None while nobody knows."""
        return self._instant(self._due.overdue_from) if self._due else None

    @property
    def first_due(self) -> datetime:
        """The due instant as first set: without suspensions and extensions. Nothing later changes it."""
        is_first = not (self.suspensions or self.extensions)
        first = self if is_first else replace(self, suspensions=(), extensions=())
        return self._instant(first.due_as_of(0).at)

    def due_if_resumed(self, now: datetime) -> datetime:
        """The due instant if the clock went on at `now`; `due` where it runs anyway."""
        return self._instant(self.due_as_of(ticks(now)).at)

    def is_overdue(self, now: datetime) -> bool:
        """Whether it is too late at `now`; a deadline that stands still at `now` grows no older."""
        return ticks(now) >= self.due_as_of(ticks(now)).overdue_from

    def is_on_time(self, done_at: datetime) -> bool:
        """Whether something done at that instant is in time."""
        return not self.is_overdue(done_at)

    def is_suspended(self, now: datetime) -> bool:
        """Whether the clock stands still at `now`; for a day or an instant that somebody named it never does."""
        if isinstance(self.budgets[-1], NamedBudget):
            return False
        return any(one.is_on(now) for one in self.suspensions)

    @cached_property
    def is_provisional(self) -> bool:
        """Whether it depends on days beyond the known data of its calendar (暂定)."""
        last = self._due or self.due_as_of(ticks(self.start))
        begin = instant_at(ticks(self.start), self.calendar.zone).date()
        return self._depends_on_the_calendar and not (
            self.calendar.is_known_on(begin) and self.calendar.is_known_on(max(last.day, last.unrolled))
        )

    @property
    def _depends_on_the_calendar(self) -> bool:
        rolls = self.roll is not Roll.NONE and not isinstance(self.budgets[-1], AtInstant)
        return rolls or any(_asks_the_calendar(one) for one in self.budgets)

    @property
    def budgets(self) -> tuple[Budget, ...]:
        """The budget, and those of the extensions in the order in which they were granted."""
        return (self.budget, *(one.budget for one in self.extensions))

    # ---- what moves it ---------------------------------------------------------------------------------------

    def suspended(self, since: datetime, reason: Text, *, until: datetime | None = None, code: str = "") -> Deadline:
        """The same deadline, standing still from `since`."""
        return replace(self, suspensions=(*self.suspensions, Suspension(since, until, reason, code)))

    def resumed(self, at: datetime) -> Deadline:
        """The same deadline, going on at `at`; refused where it did not stand still."""
        if not any(one.until is None for one in self.suspensions):
            raise Unworkable(Text("没有正在进行的暂停，无法恢复计时", "Nothing stands still, so nothing can go on"))
        ended = (replace(one, until=at) if one.until is None else one for one in self.suspensions)
        return replace(self, suspensions=tuple(ended))

    def extended(self, budget: Budget, reason: Text, *, code: str = "") -> Deadline:
        """The same deadline with more time; `first_due` stays what it was."""
        return replace(self, extensions=(*self.extensions, Extension(budget, reason, code)))

    def without_suspensions(self) -> Deadline:
        """As if it had never stood still: the other figure."""
        return replace(self, suspensions=())

    def without_extensions(self) -> Deadline:
        """As if no extension had been granted: the other figure."""
        return replace(self, extensions=())

    # ---- counting --------------------------------------------------------------------------------------------

    @cached_property
    def legs(self) -> tuple[Due | None, ...]:
        """Where the budget and then each extension ends; None from where a pause has no end."""
        return self._counted(None)

    @property
    def _due(self) -> Due | None:
        return self.legs[-1]

    def due_as_of(self, now: int) -> Due:
        """Where it is due, in microseconds, if pauses that still last end at `now`."""
        if self._due is not None:
            return self._due
        due = self._counted(now)[-1]
        assert due is not None  # noqa: S101  no pause is left without an end
        return due

    def _counted(self, open_until: int | None) -> tuple[Due | None, ...]:
        point: Due | None = starting_at(self.start, self.calendar)
        legs = []
        for budget in self.budgets:
            if point is None and isinstance(budget, NamedBudget):
                point = starting_at(self.start, self.calendar)
            if point is not None:
                pauses = standing_still(self.suspensions, since=point.at, open_until=open_until)
                point = due_after(point, budget, self.calendar, self.roll, pauses)
            legs.append(point)
        return tuple(legs)

    def _instant(self, count: int) -> datetime:
        return instant_at(count, self.calendar.zone)


def _asks_the_calendar(budget: Budget) -> bool:
    """Whether it matters for `budget` which days are worked."""
    if isinstance(budget, WorkingHours | WorkingDays):
        return True
    if isinstance(budget, Hours | AtInstant):
        return False
    received = isinstance(budget, CalendarDays) and budget.counted_from is CountedFrom.DAY_AFTER_RECEIPT
    return received or budget.until is Until.CLOSING_TIME
