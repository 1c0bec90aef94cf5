"""What is left of a deadline."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from shixiao.engine.clock.budgets import NamedBudget, OnDay, WorkingDays, WorkingHours
from shixiao.engine.clock.deadlines import Deadline
from shixiao.engine.clock.instants import TICK, ticks
from shixiao.engine.clock.suspensions import Pause, standing_still


@dataclass(frozen=True)
class Remaining:
    """What is left of a deadline at an instant, and by how much it is over; one of the two is nothing.

    `working` is working time of the calendar, `real` time by any clock, `share` what part of the whole is left
    (0 to 1), measured in working time for budgets that know working time, else in real time.
    """

    working: timedelta
    real: timedelta
    over_working: timedelta
    over_real: timedelta
    share: float
    is_suspended: bool


def remaining(deadline: Deadline, *, now: datetime) -> Remaining:
    """What is left of `deadline` at `now`; while it stands still, what would be left if it went on at `now`."""
    line, instant = deadline.calendar.line, ticks(now)
    due = deadline.due_as_of(instant).at
    ahead, over = max(due - instant, 0), max(instant - due, 0)
    working = line.between(instant, due) if ahead else 0
    return Remaining(
        working=working * TICK,
        real=ahead * TICK,
        over_working=(line.between(due, instant) if over else 0) * TICK,
        over_real=over * TICK,
        share=_share(deadline, due, instant),
        is_suspended=deadline.is_suspended(now),
    )


def _share(deadline: Deadline, due: int, instant: int) -> float:
    """The part of the time between start and due, pauses taken out, that is still ahead."""
    begin = ticks(deadline.start)
    moving = () if isinstance(deadline.budget, NamedBudget) else deadline.suspensions
    pauses = standing_still(moving, since=begin, open_until=instant)
    whole, ahead = (_without(pauses, deadline.calendar.line.between, one, due) for one in (begin, max(begin, instant)))
    # A week of holidays has no working time to be a share of.
    if not isinstance(deadline.budget, WorkingHours | WorkingDays | OnDay) or not whole:
        whole, ahead = (_without(pauses, _real, one, due) for one in (begin, max(begin, instant)))
    return ahead / whole if whole else 0.0


def _without(pauses: Sequence[Pause], between: Callable[[int, int], int], begin: int, end: int) -> int:
    if end <= begin:
        return 0
    lost = 0
    for start, stop in pauses:
        first, last = max(start, begin), end if stop is None else min(stop, end)
        lost += between(first, last) if first < last else 0
    return between(begin, end) - lost


def _real(begin: int, end: int) -> int:
    return end - begin
