"""Adding a budget to an instant: where the due instant falls, pauses and rolls included.

The awkward cases, all decided here:

- Hours of work are used up with the last working moment: 8 hours that end with the day are due at closing time, not
  at the next opening. For a budget of nothing that is the start itself.
- A pause moves what it takes away: working time for `WorkingHours`, time for `Hours`. For days it takes the days
  (working days for `WorkingDays`) that begin while the clock stands still; the day on which it stops is still
  counted, the day on which it goes on is not, like the day of a start. What is still open when a pause begins is
  never due before the pause ends. A pause within one day takes no day.
- A pause that begins when the time is already used up moves nothing.
- A roll to the previous working day never goes back to the start or before it: then the day stays as it is.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from shixiao.engine.bilingual import Text
from shixiao.engine.clock.budgets import (
    AtInstant,
    Budget,
    CalendarDays,
    CalendarMonths,
    CountedFrom,
    DayBudget,
    Hours,
    OnDay,
    Roll,
    TimeBudget,
    Until,
    WorkingDays,
    WorkingHours,
)
from shixiao.engine.clock.calendars import Calendar
from shixiao.engine.clock.instants import MINUTES_OF_A_DAY, TICK, instant_at, local_ticks, ticks
from shixiao.engine.clock.suspensions import Pause
from shixiao.engine.clock.unworkable import Unworkable

_ONE_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Due:
    """When something is due; instants are in microseconds since 1970.

    `at` is the instant people read. `overdue_from` is the first instant that is too late: the one after `at` for
    hours and closing times (within 2 hours includes 2 hours), midnight itself for the end of a day.
    `day` is the due day, `unrolled` the day that it would have been without a roll; a roll may stay within the day.
    """

    at: int
    overdue_from: int
    day: date
    unrolled: date
    is_rolled: bool = False


def starting_at(start: datetime, calendar: Calendar) -> Due:
    """A start as the point from which a budget is counted."""
    count = ticks(start)
    day = instant_at(count, calendar.zone).date()
    return Due(at=count, overdue_from=count + 1, day=day, unrolled=day)


def due_after(point: Due, budget: Budget, calendar: Calendar, roll: Roll, pauses: Sequence[Pause]) -> Due | None:
    """Where `budget` ends, counted from `point`; None when a pause without an end is in the way."""
    if isinstance(budget, AtInstant):
        return _named(point, budget, calendar)
    if isinstance(budget, WorkingHours | Hours):
        return _time_used_up(point, budget, calendar, roll, pauses)
    return _last_day(point, budget, calendar, roll, () if isinstance(budget, OnDay) else pauses)


def _named(point: Due, budget: AtInstant, calendar: Calendar) -> Due:
    """An instant at midnight belongs to the day that it ends. What starts at that very instant is late from its start."""
    at = ticks(budget.instant)
    if at < point.at:
        _refuse_a_past_day(at, point, calendar)
    day = _day_of(at - 1, calendar)
    return Due(at=at, overdue_from=at, day=day, unrolled=day)


# ---- hours ---------------------------------------------------------------------------------------------------


def _time_used_up(
    point: Due, budget: TimeBudget, calendar: Calendar, roll: Roll, pauses: Sequence[Pause]
) -> Due | None:
    after, between = _ruler(budget, calendar)
    end = after(point.at, budget.time // TICK)
    for begin, stop in pauses:
        rolled = _rolled_instant(end, point.at, calendar, roll)
        if begin >= rolled:
            break
        if stop is None:
            return None
        # Between the instant and the opening to which it rolls no time is left to lose.
        end = stop if end <= begin else after(end, between(begin, stop))
    rolled = _rolled_instant(end, point.at, calendar, roll)
    return Due(rolled, rolled + 1, _day_of(rolled, calendar), _day_of(end, calendar), rolled != end)


def _ruler(budget: TimeBudget, calendar: Calendar) -> tuple[Callable[[int, int], int], Callable[[int, int], int]]:
    """How to go on by an amount, and how to measure between two instants."""
    if isinstance(budget, WorkingHours):
        return calendar.line.after, calendar.line.between
    return int.__add__, lambda begin, end: end - begin


def _rolled_instant(end: int, start: int, calendar: Calendar, roll: Roll) -> int:
    if roll is Roll.NONE:
        return end
    closing = calendar.line.closing_until(end)
    if closing == end or calendar.line.is_working_at(end):
        return end
    if roll is Roll.NEXT:
        return calendar.line.opening_from(end)
    return closing if closing is not None and closing > start else end


def _day_of(instant: int, calendar: Calendar) -> date:
    return instant_at(instant, calendar.zone).date()


# ---- days ----------------------------------------------------------------------------------------------------


def _last_day(point: Due, budget: DayBudget, calendar: Calendar, roll: Roll, pauses: Sequence[Pause]) -> Due | None:
    day = _first_guess(point, budget, calendar)
    for begin, stop in pauses:
        finish = end_of(_rolled_day(day, point, budget, calendar, roll), budget.until, calendar)
        if begin >= finish:
            break
        if stop is None:
            return None
        day = _moved(day, begin, stop, budget, calendar)
    rolled = _rolled_day(day, point, budget, calendar, roll)
    at = end_of(rolled, budget.until, calendar)
    _refuse_a_past_day(at, point, calendar)
    midnight = local_ticks(rolled, MINUTES_OF_A_DAY, calendar.zone)
    return Due(at, at if at == midnight else at + 1, rolled, day, rolled != day)


def end_of(day: date, until: Until, calendar: Calendar) -> int:
    """The end of `day`: the midnight after it, or its closing time where it has one.

    Hours over midnight close at midnight here: otherwise a day could end after the day that follows it.
    """
    hours = calendar.hours_on(day) if until is Until.CLOSING_TIME else ()
    closing = max((span.end for span in hours), default=MINUTES_OF_A_DAY)
    return local_ticks(day, min(closing, MINUTES_OF_A_DAY), calendar.zone)


def _first_guess(point: Due, budget: DayBudget, calendar: Calendar) -> date:
    if isinstance(budget, OnDay):
        return budget.day
    if isinstance(budget, CalendarMonths):
        return _months_after(point.day, budget.number)
    return _counted(_day_before_the_first(point, budget, calendar), budget.number, budget, calendar)


def _months_after(day: date, number: int) -> date:
    months = day.year * 12 + day.month - 1 + number
    year, month = divmod(months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def _day_before_the_first(point: Due, budget: WorkingDays | CalendarDays, calendar: Calendar) -> date:
    if budget.counted_from is CountedFrom.DAY_AFTER_RECEIPT:
        return max(point.day, _day_of(calendar.line.opening_from(point.at), calendar))
    if budget.counted_from is CountedFrom.SAME_DAY and point.at < end_of(point.day, budget.until, calendar):
        return point.day - _ONE_DAY
    return point.day


def _counted(day: date, number: int, budget: DayBudget, calendar: Calendar) -> date:
    """The `number`-th day after `day` that counts for `budget`."""
    if number == 0:
        return day
    if isinstance(budget, WorkingDays):
        return calendar.line.working_day_after(day, number)
    return day + timedelta(days=number)


def _moved(day: date, begin: int, stop: int, budget: DayBudget, calendar: Calendar) -> date:
    # The days that begin in [begin, stop): a day beginning just with `begin` does, one just with `stop` does not.
    first, last = _day_of(begin - 1, calendar), _day_of(stop - 1, calendar)
    counts_work = isinstance(budget, WorkingDays)
    lost = calendar.line.working_days_until(last, after=first) if counts_work else (last - first).days
    day = _counted(day, lost, budget, calendar)
    # Work that goes on during a weekend, say, is due on the next day that counts, not before it goes on.
    while end_of(day, budget.until, calendar) <= stop:
        day = _counted(day, 1, budget, calendar)
    return day


def _rolled_day(day: date, point: Due, budget: DayBudget, calendar: Calendar, roll: Roll) -> date:
    if roll is Roll.NONE or calendar.is_working_day(day):
        return day
    if roll is Roll.NEXT:
        return calendar.line.working_day_after(day, 1)
    before = calendar.line.working_day_before(day)
    if before is None or end_of(before, budget.until, calendar) <= point.at:
        return day
    return before


def _refuse_a_past_day(at: int, point: Due, calendar: Calendar) -> None:
    if at > point.at:
        return
    due, start = (instant_at(count, calendar.zone).isoformat() for count in (at, point.at))
    raise Unworkable(
        Text(
            f"限期 {due} 不晚于起算时间 {start}；请检查日期",
            f"Due at {due}, which is not after the start {start}; check the day",
        )
    )
