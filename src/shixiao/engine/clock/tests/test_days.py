"""What a working day means: started early, late, on a holiday; when it ends; how it rolls."""

from datetime import datetime, timedelta

import pytest

from shixiao.engine.bilingual import Text
from shixiao.engine.clock import (
    Budget,
    Calendar,
    CalendarDays,
    CountedFrom,
    Deadline,
    Hours,
    OnDay,
    Roll,
    Until,
    Unworkable,
    Week,
    WorkingDays,
    WorkingHours,
    add,
    spans,
)
from shixiao.engine.clock.tests.examples import OFFICE, PAPERS, at, on

NEXT, SAME, RECEIPT = CountedFrom.NEXT_DAY, CountedFrom.SAME_DAY, CountedFrom.DAY_AFTER_RECEIPT
CLOSING = Until.CLOSING_TIME


@pytest.mark.parametrize(
    ("start", "counted_from", "due"),
    [
        # 12 October 2026 is a Monday.
        (at(10, 12, 7), NEXT, at(10, 14)),  # before opening
        (at(10, 12, 9), NEXT, at(10, 14)),
        (at(10, 12, 17, 30), NEXT, at(10, 14)),  # at closing time
        (at(10, 12, 23, 59), NEXT, at(10, 14)),  # long after it
        (at(10, 17, 9), NEXT, at(10, 20)),  # on a Saturday: Monday is day 1
        (at(10, 10, 9), NEXT, at(10, 13)),  # on a Saturday worked in lieu
        (at(10, 3, 9), NEXT, at(10, 9)),  # on a holiday: 8 October is day 1
        (at(9, 30, 9), NEXT, at(10, 9)),  # before a holiday
        (at(10, 12, 9), SAME, at(10, 13)),
        (at(10, 12, 23, 59), SAME, at(10, 13)),  # the day is not over at 23:59
        (at(10, 17, 9), SAME, at(10, 20)),  # Saturday does not count, Monday is day 1
        (at(10, 12, 9), RECEIPT, at(10, 14)),
        (at(10, 12, 7), RECEIPT, at(10, 14)),  # received when the office opens, the same day
        (at(10, 12, 12, 30), RECEIPT, at(10, 14)),  # in the lunch break: received after it
        (at(10, 12, 17, 30), RECEIPT, at(10, 15)),  # closed: received on Tuesday, day 1 is Wednesday
        (at(10, 16, 18), RECEIPT, at(10, 21)),  # Friday evening: received on Monday, day 1 is Tuesday
        (at(10, 3, 9), RECEIPT, at(10, 10)),
    ],
)
def test_the_first_working_day(start: datetime, counted_from: CountedFrom, due: datetime) -> None:
    assert add(start, WorkingDays(1, counted_from=counted_from), OFFICE) == due


@pytest.mark.parametrize(
    ("start", "budget", "due"),
    [
        (at(10, 12, 9), WorkingDays(1, CLOSING), at(10, 13, 17, 30)),
        (at(10, 12, 9), WorkingDays(1, CLOSING, SAME), at(10, 12, 17, 30)),
        (at(10, 12, 17, 29), WorkingDays(1, CLOSING, SAME), at(10, 12, 17, 30)),
        (at(10, 12, 17, 30), WorkingDays(1, CLOSING, SAME), at(10, 13, 17, 30)),
        (at(10, 12, 9), CalendarDays(5, CLOSING), at(10, 18)),  # a Saturday has no closing time
        (at(10, 12, 9), CalendarDays(4, CLOSING), at(10, 16, 17, 30)),
        (at(10, 12, 9), OnDay(on(10, 12)), at(10, 13)),
        (at(10, 12, 9), OnDay(on(10, 12), CLOSING), at(10, 12, 17, 30)),
    ],
)
def test_where_a_day_ends(start: datetime, budget: Budget, due: datetime) -> None:
    assert add(start, budget, OFFICE) == due


@pytest.mark.parametrize(
    ("budget", "roll", "due"),
    [
        (CalendarDays(15), Roll.NONE, at(10, 2)),
        (CalendarDays(15), Roll.NEXT, at(10, 9)),
        (CalendarDays(15), Roll.PREVIOUS, at(10, 1)),
        (CalendarDays(14), Roll.NEXT, at(10, 1)),  # 30 September is worked
        (CalendarDays(22), Roll.NEXT, at(10, 9)),
        (CalendarDays(24), Roll.NEXT, at(10, 11)),  # 10 October is worked in lieu
        (CalendarDays(15, CLOSING), Roll.NEXT, at(10, 8, 17, 30)),
        (Hours.of(hours=15 * 24), Roll.NONE, at(10, 1, 16)),
        (Hours.of(hours=15 * 24), Roll.NEXT, at(10, 8, 8, 30)),
        (Hours.of(hours=15 * 24), Roll.PREVIOUS, at(9, 30, 17, 30)),
        (Hours.of(hours=14 * 24), Roll.NEXT, at(9, 30, 16)),
        (Hours.of(hours=17), Roll.NEXT, at(9, 17, 9)),
        (Hours.of(hours=16, minutes=30), Roll.PREVIOUS, at(9, 17, 8, 30)),  # the opening itself is working time
        (Hours.of(hours=1, minutes=30), Roll.NEXT, at(9, 16, 17, 30)),  # and so is the closing
        (Hours.of(hours=1, minutes=31), Roll.NEXT, at(9, 17, 8, 30)),
    ],
)
def test_a_roll_looks_at_the_due_day_or_hour(budget: Budget, roll: Roll, due: datetime) -> None:
    assert add(at(9, 16, 16), budget, OFFICE, roll) == due


def test_hours_over_midnight_close_at_midnight() -> None:
    """Found by the law that more budget is never earlier: a late closing was after the next day's early one."""
    weeks = (Week((spans("09:00-01:00"), spans("09:00-00:30"), *((),) * 5)),)
    tavern = Calendar("tavern", Text("夜间窗口", "Night window"), weeks)
    assert add(at(10, 11, 9), WorkingDays(1, CLOSING), tavern) == at(10, 13)
    assert add(at(10, 11, 9), WorkingDays(2, CLOSING), tavern) == at(10, 14)


def test_a_roll_backwards_stops_at_the_start() -> None:
    assert add(at(10, 2, 9), CalendarDays(2), OFFICE, Roll.PREVIOUS) == at(10, 5)
    assert add(at(10, 2, 9), Hours.of(hours=2), OFFICE, Roll.PREVIOUS) == at(10, 2, 11)


@pytest.mark.parametrize(
    ("since", "until", "due"),
    [
        # Three working days from Monday 12 October: due on Thursday 15th.
        (at(10, 13, 9), at(10, 13, 17), at(10, 16)),  # within one day: nothing is lost
        (at(10, 13, 17), at(10, 14, 9), at(10, 17)),  # over one midnight: Wednesday is lost
        (at(10, 13, 9), at(10, 15, 9), at(10, 20)),  # Wednesday and Thursday
        (at(10, 14), at(10, 15), at(10, 17)),  # exactly Wednesday
        (at(10, 15), at(10, 16), at(10, 17)),  # exactly the due day
        (at(10, 14, 23, 59), at(10, 15), at(10, 16)),  # up to the beginning of the due day: nothing
        (at(10, 16), at(10, 20), at(10, 16)),  # after the due day: nothing
        (at(10, 15, 23, 59), at(10, 18, 9), at(10, 20)),  # goes on on a Sunday: not due before Monday
        (at(10, 15, 10), at(10, 15, 11), at(10, 16)),  # on the due day
    ],
)
def test_a_pause_takes_the_working_days_that_begin_in_it(since: datetime, until: datetime, due: datetime) -> None:
    deadline = Deadline(start=at(10, 12, 9), budget=WorkingDays(3), calendar=OFFICE)
    assert deadline.due == at(10, 16)
    assert deadline.suspended(since, PAPERS, until=until).due == due


def test_a_pause_from_saturday_to_the_beginning_of_monday_takes_no_working_day() -> None:
    deadline = Deadline(start=at(10, 15, 9), budget=WorkingDays(3), calendar=OFFICE)
    assert deadline.suspended(at(10, 17), PAPERS, until=at(10, 19)).due == deadline.due == at(10, 21)


def test_a_pause_moves_calendar_days_by_days_and_then_it_rolls() -> None:
    deadline = Deadline(start=at(9, 20, 9), budget=CalendarDays(5), calendar=OFFICE, roll=Roll.NEXT)
    assert deadline.due == at(9, 29)  # 25 to 27 September are off
    paused = deadline.suspended(at(9, 22, 9), PAPERS, until=at(9, 28, 9))
    assert paused.due == at(10, 9)  # six days later is 1 October


def test_a_pause_between_the_due_day_and_the_day_it_rolls_to_lasts_until_work_goes_on() -> None:
    deadline = Deadline(start=at(10, 12, 9), budget=CalendarDays(5), calendar=OFFICE, roll=Roll.NEXT)
    assert deadline.due == at(10, 20)  # Saturday 17th, so Monday
    assert deadline.suspended(at(10, 18, 9), PAPERS, until=at(10, 21, 9)).due == at(10, 22)


@pytest.mark.parametrize("until", [at(10, 20, 9), at(10, 19, 10)])
def test_a_pause_between_the_due_hour_and_the_opening_it_rolls_to_lasts_until_it_ends(until: datetime) -> None:
    deadline = Deadline(start=at(10, 16, 10), budget=Hours.of(hours=24), calendar=OFFICE, roll=Roll.NEXT)
    assert deadline.due == at(10, 19, 8, 30)  # Saturday 10:00, so Monday
    once = deadline.suspended(at(10, 18, 9), PAPERS, until=until)
    assert once.due == until
    # Two pauses that touch are one.
    assert once.suspended(until, PAPERS, until=at(10, 20, 11)).due == at(10, 20, 11)


def test_the_closing_time_itself_is_in_time() -> None:
    deadline = Deadline(start=at(10, 12, 9), budget=WorkingDays(1, CLOSING), calendar=OFFICE)
    assert deadline.is_on_time(at(10, 13, 17, 30))
    assert deadline.overdue_from == at(10, 13, 17, 30) + timedelta(microseconds=1)
    assert deadline.is_overdue(deadline.overdue_from)


def test_the_last_working_moment_of_a_year_is_in_that_year() -> None:
    assert add(at(12, 31, 14), WorkingHours.of(hours=3, minutes=30), OFFICE) == at(12, 31, 17, 30)
    assert add(at(12, 31, 14), WorkingHours.of(hours=3, minutes=31), OFFICE) == at(1, 1, 8, 31, year=2027)


def test_the_due_instant_itself_is_in_time_where_time_was_counted_and_late_where_days_were() -> None:
    hours = Deadline(start=at(10, 12, 9), budget=WorkingHours.of(hours=2), calendar=OFFICE)
    days = Deadline(start=at(10, 12, 9), budget=WorkingDays(1), calendar=OFFICE)
    assert hours.due == at(10, 12, 11)
    assert hours.is_on_time(at(10, 12, 11))
    assert days.due == days.overdue_from == at(10, 14)
    assert not days.is_on_time(at(10, 14))


@pytest.mark.parametrize("number", [0, -1, True, 1.5])
def test_days_are_whole_and_at_least_one(number: int) -> None:
    with pytest.raises(Unworkable, match="至少为 1"):
        WorkingDays(number)


def test_a_day_before_the_start_is_refused() -> None:
    with pytest.raises(Unworkable, match="不晚于起算时间"):
        add(at(10, 12, 9), OnDay(on(10, 11)), OFFICE)
    with pytest.raises(Unworkable, match="不晚于起算时间"):
        add(at(10, 12, 17, 30), OnDay(on(10, 12), CLOSING), OFFICE)
