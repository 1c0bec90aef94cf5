"""The laws of the clock, for calendars, times and pauses at random."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from shixiao.engine.bilingual import Text
from shixiao.engine.clock import (
    Budget,
    Calendar,
    CalendarDays,
    CalendarMonths,
    CountedFrom,
    DayException,
    DayKind,
    Deadline,
    Hours,
    Roll,
    Span,
    Suspension,
    Until,
    Week,
    WorkingDays,
    WorkingHours,
    add,
    elapsed,
    explain,
)
from shixiao.engine.clock.tests.examples import OFFICE, PAPERS, SHANGHAI

MICROSECOND = timedelta(microseconds=1)
# Zones with and without shifts, on both sides of Greenwich, one with a shift of half an hour.
ZONES = st.sampled_from(
    ["Asia/Shanghai", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu", "UTC"]
)
SPANS = st.builds(
    lambda start, length: Span(start, start + length), st.integers(0, 1439), st.integers(min_value=30, max_value=900)
)
HOURS = st.lists(SPANS, max_size=3).map(tuple)
WORKED_HOURS = st.lists(SPANS, min_size=1, max_size=3).map(tuple)
DAYS = st.dates(date(1986, 3, 1), date(1986, 6, 30)) | st.dates(date(2026, 1, 1), date(2026, 12, 31))


@st.composite
def exceptions(draw: st.DrawFn) -> tuple[DayException, ...]:
    days = draw(st.lists(DAYS, unique=True, max_size=6))
    return tuple(draw(_exception(day)) for day in days)


def _exception(day: date) -> st.SearchStrategy[DayException]:
    return st.one_of(
        st.just(DayException(day, DayKind.HOLIDAY, Text("节日", "Holiday"))),
        st.just(DayException(day, DayKind.WORKDAY)),
        WORKED_HOURS.map(lambda hours: DayException(day, DayKind.HOURS, hours=hours)),
    )


@st.composite
def calendars(draw: st.DrawFn) -> Calendar:
    weekdays = [draw(WORKED_HOURS), *(draw(HOURS) for _ in range(6))]
    return Calendar(
        code="drawn",
        name=Text("抽样", "drawn"),
        weeks=(Week(tuple(weekdays)),),
        exceptions=draw(exceptions()),
        night_duty=draw(HOURS),
        in_lieu=draw(HOURS),
        known_until=date(2027, 1, 1),
        zone_name=draw(ZONES),
    )


# The year of China's first summer time, or 2026: all times of one example lie in one year, which is quicker.
NO_ZONE = None  # the strategy adds it
ERA = st.shared(
    st.sampled_from(
        [
            (datetime(1986, 4, 1, tzinfo=NO_ZONE), datetime(1986, 6, 1, tzinfo=NO_ZONE)),
            (datetime(2026, 1, 1, tzinfo=NO_ZONE), datetime(2027, 1, 1, tzinfo=NO_ZONE)),
        ]
    )
)


def instants() -> st.SearchStrategy[datetime]:
    """Times to the microsecond."""
    return ERA.flatmap(lambda era: st.datetimes(*era, timezones=st.just(ZoneInfo("UTC"))))


def law(*strategies: st.SearchStrategy[Any]) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """A property that holds for all of these; a busy machine makes no law untrue, so an example may take its time."""
    return lambda test: settings(deadline=None)(given(*strategies)(test))


WORK = st.timedeltas(timedelta(0), timedelta(days=20))
TIME_BUDGETS = st.builds(WorkingHours, WORK) | st.builds(Hours, WORK)
DAY_BUDGETS = (
    st.builds(WorkingDays, st.integers(1, 40), st.sampled_from(Until), st.sampled_from(CountedFrom))
    | st.builds(CalendarDays, st.integers(1, 90), st.sampled_from(Until), st.sampled_from(CountedFrom))
    | st.builds(CalendarMonths, st.integers(1, 24), st.sampled_from(Until))
)
BUDGETS = TIME_BUDGETS | DAY_BUDGETS
ROLLS = st.sampled_from(Roll)


@st.composite
def suspensions(draw: st.DrawFn, start: datetime) -> list[Suspension]:
    found = []
    for _ in range(draw(st.integers(0, 4))):
        since = start + draw(st.timedeltas(timedelta(days=-5), timedelta(days=40)))
        found.append(Suspension(since, since + draw(st.timedeltas(timedelta(0), timedelta(days=15))), PAPERS))
    return found


def more(budget: Budget, by: int) -> Budget:
    """The same kind of budget, larger."""
    if isinstance(budget, WorkingHours | Hours):
        return type(budget)(budget.time + timedelta(minutes=by))
    assert isinstance(budget, WorkingDays | CalendarDays | CalendarMonths)
    return replace(budget, number=budget.number + by)


@law(calendars(), st.lists(instants(), min_size=3, max_size=3))
def test_elapsed_time_adds_up(calendar: Calendar, times: list[datetime]) -> None:
    a, b, c = sorted(times)
    assert elapsed(a, b, calendar) + elapsed(b, c, calendar) == elapsed(a, c, calendar)


@law(calendars(), instants(), instants(), st.data())
def test_elapsed_time_with_pauses_adds_up_too(
    calendar: Calendar, one: datetime, other: datetime, data: st.DataObject
) -> None:
    a, c = sorted((one, other))
    b = data.draw(
        st.datetimes(a.replace(tzinfo=None), c.replace(tzinfo=None)).map(lambda t: t.replace(tzinfo=a.tzinfo))
    )
    pauses = data.draw(suspensions(a))
    parts = [elapsed(begin, end, calendar, suspensions=pauses) for begin, end in ((a, b), (b, c))]
    whole = elapsed(a, c, calendar, suspensions=pauses)
    assert parts[0] + parts[1] == whole
    assert timedelta(0) <= whole.net <= whole.gross <= c - a


@law(calendars(), instants(), WORK)
def test_what_was_added_has_elapsed(calendar: Calendar, start: datetime, work: timedelta) -> None:
    assert elapsed(start, add(start, WorkingHours(work), calendar), calendar).gross == work


@law(calendars(), instants(), st.timedeltas(MICROSECOND, timedelta(days=60)))
def test_adding_what_has_elapsed_comes_back_to_the_last_working_moment(
    calendar: Calendar, start: datetime, length: timedelta
) -> None:
    end = start + length
    used = elapsed(start, end, calendar).as_budget()
    back = add(start, used, calendar)
    assert back <= end or back == start
    assert not elapsed(back, end, calendar).gross
    # Exactly `end`, whenever that is a working moment or closes one.
    if elapsed(end - MICROSECOND, end, calendar).gross:
        assert back == end


@law(calendars(), instants(), BUDGETS, ROLLS)
def test_a_due_instant_is_never_before_the_start(
    calendar: Calendar, start: datetime, budget: Budget, roll: Roll
) -> None:
    deadline = Deadline(start=start, budget=budget, calendar=calendar, roll=roll)
    assert deadline.due is not None
    assert deadline.due >= start
    assert not deadline.is_overdue(start)


@law(calendars(), instants(), BUDGETS, ROLLS, st.data())
def test_more_budget_is_never_earlier(
    calendar: Calendar, start: datetime, budget: Budget, roll: Roll, data: st.DataObject
) -> None:
    pauses = tuple(data.draw(suspensions(start)))
    less, larger = (
        Deadline(start=start, budget=one, calendar=calendar, roll=roll, suspensions=pauses)
        for one in (budget, more(budget, data.draw(st.integers(1, 5))))
    )
    assert less.due is not None
    assert larger.due is not None
    assert less.due <= larger.due


@law(calendars(), instants(), BUDGETS, ROLLS, st.data())
def test_a_pause_is_never_a_loss_of_time(
    calendar: Calendar, start: datetime, budget: Budget, roll: Roll, data: st.DataObject
) -> None:
    paused = Deadline(
        start=start,
        budget=budget,
        calendar=calendar,
        roll=roll,
        suspensions=tuple(data.draw(suspensions(start))),
    )
    assert paused.due is not None
    # A roll backwards may bring a later day to an earlier working day, never before that of the shorter way.
    assert paused.due >= paused.first_due


@law(calendars(), instants(), BUDGETS, ROLLS, st.data())
def test_a_pause_of_nothing_changes_nothing(
    calendar: Calendar, start: datetime, budget: Budget, roll: Roll, data: st.DataObject
) -> None:
    deadline = Deadline(
        start=start, budget=budget, calendar=calendar, roll=roll, suspensions=tuple(data.draw(suspensions(start)))
    )
    when = start + data.draw(st.timedeltas(timedelta(days=-5), timedelta(days=40)))
    assert deadline.suspended(when, PAPERS, until=when).due == deadline.due


@law(calendars(), instants(), BUDGETS, ROLLS, st.data())
def test_the_order_of_pauses_changes_nothing(
    calendar: Calendar, start: datetime, budget: Budget, roll: Roll, data: st.DataObject
) -> None:
    pauses = data.draw(suspensions(start))
    shuffled = data.draw(st.permutations(pauses))
    deadline = Deadline(start=start, budget=budget, calendar=calendar, roll=roll)
    one, other = (replace(deadline, suspensions=tuple(order)) for order in (pauses, shuffled))
    assert one.due == other.due
    assert explain(one).zh.split("，")[-1] == explain(other).zh.split("，")[-1]


@law(calendars(), instants(), BUDGETS, ROLLS, st.data())
def test_a_pause_cut_in_two_is_the_same_pause(
    calendar: Calendar, start: datetime, budget: Budget, roll: Roll, data: st.DataObject
) -> None:
    since = start + data.draw(st.timedeltas(timedelta(0), timedelta(days=30)))
    cut = since + data.draw(st.timedeltas(timedelta(0), timedelta(days=8)))
    until = cut + data.draw(st.timedeltas(timedelta(0), timedelta(days=8)))
    deadline = Deadline(start=start, budget=budget, calendar=calendar, roll=roll)
    in_two = deadline.suspended(since, PAPERS, until=cut).suspended(cut, PAPERS, until=until)
    assert in_two.due == deadline.suspended(since, PAPERS, until=until).due


@law(calendars(), instants(), TIME_BUDGETS, st.data())
def test_between_start_and_due_lies_the_budget_with_pauses_taken_out(
    calendar: Calendar, start: datetime, budget: WorkingHours | Hours, data: st.DataObject
) -> None:
    assume(budget.time)
    pauses = tuple(data.draw(suspensions(start)))
    deadline = Deadline(start=start, budget=budget, calendar=calendar, suspensions=pauses)
    assert deadline.due is not None
    if isinstance(budget, WorkingHours):
        assert elapsed(start, deadline.due, calendar, suspensions=pauses).net == budget.time
    else:
        always = replace(calendar, code="always", weeks=(Week(((Span(0, 1440),),) * 7),), exceptions=())
        assert elapsed(start, deadline.due, always, suspensions=pauses).net == budget.time


@law(calendars(), instants(), BUDGETS, ROLLS, st.data())
def test_nothing_falls_due_during_a_pause_that_it_ran_into(
    calendar: Calendar, start: datetime, budget: Budget, roll: Roll, data: st.DataObject
) -> None:
    assume(roll is not Roll.PREVIOUS)
    deadline = Deadline(start=start, budget=budget, calendar=calendar, roll=roll)
    assert deadline.due is not None
    since = start + data.draw(st.timedeltas(timedelta(0), timedelta(days=20)))
    until = since + data.draw(st.timedeltas(timedelta(minutes=1), timedelta(days=9)))
    paused = deadline.suspended(since, PAPERS, until=until)
    assert paused.due is not None
    if since >= deadline.due:
        assert paused.due == deadline.due
    else:
        assert paused.due > until or paused.due == until


@law(calendars(), st.data())
def test_elapsed_time_is_what_counting_every_minute_gives(calendar: Calendar, data: st.DataObject) -> None:
    """Against another way of counting: go through the minutes and ask of each whether it is worked."""
    start = data.draw(instants()).replace(second=0, microsecond=0)
    length = data.draw(st.integers(0, 4 * 1440))
    minutes = (start + timedelta(minutes=n) for n in range(length))
    worked = sum(_is_worked(minute.astimezone(calendar.zone), calendar) for minute in minutes)
    assume(_has_no_shift(start, length, calendar))
    assert elapsed(start, start + timedelta(minutes=length), calendar).gross == timedelta(minutes=worked)


def _is_worked(local: datetime, calendar: Calendar) -> bool:
    minute = local.hour * 60 + local.minute
    today, yesterday = local.date(), local.date() - timedelta(days=1)
    spans_of = {day: (*calendar.hours_on(day), *calendar.night_duty) for day in (today, yesterday)}
    return any(span.start <= minute < span.end for span in spans_of[today]) or any(
        span.start <= minute + 1440 < span.end for span in spans_of[yesterday]
    )


def _has_no_shift(start: datetime, length: int, calendar: Calendar) -> bool:
    days = [start + timedelta(days=n) for n in range(-2, length // 1440 + 3)]
    return len({day.astimezone(calendar.zone).utcoffset() for day in days}) == 1


@law(instants(), st.integers(1, 30))
def test_working_days_are_those_of_the_calendar_one_by_one(start: datetime, number: int) -> None:
    """Against another way of counting: step from day to day."""
    day, left = start.astimezone(SHANGHAI).date(), number
    while left:
        day += timedelta(days=1)
        left -= OFFICE.is_working_day(day)
    due = add(start, WorkingDays(number), OFFICE)
    assert due == datetime(day.year, day.month, day.day, tzinfo=SHANGHAI) + timedelta(days=1)
