"""Calendars: weeks, days that differ, night duty, what is refused."""

from datetime import date, timedelta

import pytest

from shixiao.engine.bilingual import Text
from shixiao.engine.clock import (
    Calendar,
    DayException,
    DayKind,
    Hours,
    Roll,
    Span,
    Unworkable,
    Week,
    WorkingDays,
    WorkingHours,
    add,
    elapsed,
    spans,
)
from shixiao.engine.clock.tests.examples import ALWAYS, OFFICE, STATION, at, on

NAME = Text("窗口", "Window")


def test_hours_are_half_open() -> None:
    assert elapsed(at(10, 12, 12), at(10, 12, 14), OFFICE).gross == timedelta(0)
    assert elapsed(at(10, 12, 11, 59), at(10, 12, 14, 1), OFFICE).gross == timedelta(minutes=2)


def test_night_duty_runs_over_midnight_over_the_new_year_and_on_holidays() -> None:
    assert elapsed(at(10, 12, 21), at(10, 13, 7), STATION).gross == timedelta(hours=8)
    assert elapsed(at(12, 31, 21), at(1, 1, 7, year=2027), STATION).gross == timedelta(hours=8)
    closed = Calendar("closed", NAME, STATION.weeks, (DayException(on(10, 12), DayKind.HOLIDAY),), STATION.night_duty)
    assert elapsed(at(10, 12), at(10, 13), closed).gross == timedelta(hours=8)
    assert not closed.is_working_day(on(10, 12))


def test_hours_that_overlap_count_once() -> None:
    both = Calendar("both", NAME, (Week.of(spans("20:00-23:00", "21:00-22:00")),), night_duty=spans("22:00-06:00"))
    assert elapsed(at(10, 12, 12), at(10, 13, 12), both).gross == timedelta(hours=10)


def test_a_station_is_open_on_weekends_and_an_office_is_not() -> None:
    assert STATION.is_working_day(on(10, 17))
    assert not OFFICE.is_working_day(on(10, 17))
    assert elapsed(at(10, 17), at(10, 18), OFFICE).gross == timedelta(0)
    assert elapsed(at(10, 17), at(10, 18), ALWAYS).gross == timedelta(hours=24)


def test_summer_hours_leave_the_past_as_it_was() -> None:
    weeks = (Week.of(spans("08:30-12:00", "14:00-17:30")), Week.of(spans("08:00-12:00", "15:00-18:00"), since=on(6, 1)))
    seasons = Calendar("seasons", NAME, weeks)
    assert seasons.hours_on(on(5, 29)) == spans("08:30-12:00", "14:00-17:30")
    assert seasons.hours_on(on(6, 1)) == spans("08:00-12:00", "15:00-18:00")


def test_a_day_in_lieu_has_its_own_hours_or_those_in_lieu_or_mondays() -> None:
    saturday = on(10, 10)
    plain = DayException(saturday, DayKind.WORKDAY)
    own = DayException(saturday, DayKind.WORKDAY, hours=spans("09:00-12:00"))
    week = (Week.of(spans("08:30-12:00")),)
    assert Calendar("a", NAME, week, (plain,)).hours_on(saturday) == spans("08:30-12:00")
    assert Calendar("a", NAME, week, (plain,), in_lieu=spans("10:00-11:00")).hours_on(saturday) == spans("10:00-11:00")
    assert Calendar("a", NAME, week, (own,), in_lieu=spans("10:00-11:00")).hours_on(saturday) == spans("09:00-12:00")


def test_what_is_known_is_half_open() -> None:
    assert OFFICE.is_known_on(date(2026, 12, 31))
    assert not OFFICE.is_known_on(date(2027, 1, 1))
    assert OFFICE.is_known_on(date(2004, 1, 1))
    assert not OFFICE.is_known_on(date(2003, 12, 31))
    assert ALWAYS.is_known_on(date(2999, 1, 1))


@pytest.mark.parametrize(
    ("written", "span"),
    [
        ("08:30-12:00", Span(510, 720)),
        (" 8：30 – 12：00 ", Span(510, 720)),
        ("22:00-06:00", Span(1320, 1800)),
        ("00:00-24:00", Span(0, 1440)),
        ("00:00-00:00", Span(0, 1440)),
    ],
)
def test_spans_as_people_write_them(written: str, span: Span) -> None:
    assert Span.parse(written) == span
    assert Span.parse(str(span)) == span


@pytest.mark.parametrize(
    "written", ["", "morning", "8-12", "24:00-25:00", "08:60-09:00", "08:00-33:00", "08:00-09:00\x00"]
)
def test_what_is_no_span_is_refused(written: str) -> None:
    with pytest.raises(Unworkable):
        Span.parse(written)


def test_a_calendar_without_hours_is_refused_when_it_is_asked_and_not_searched_for_ever() -> None:
    never = Calendar("never", NAME, (Week.of(()),))
    assert elapsed(at(1, 1), at(12, 31), never).gross == timedelta(0)
    for budget in (WorkingHours.of(minutes=1), WorkingDays(1)):
        with pytest.raises(Unworkable, match="窗口"):
            add(at(10, 12), budget, never)
    with pytest.raises(Unworkable, match="窗口"):
        add(at(10, 12), Hours.of(hours=1), never, Roll.NEXT)
    assert add(at(10, 12), Hours.of(hours=1), never, Roll.PREVIOUS) == at(10, 12, 1)


@pytest.mark.parametrize(
    ("weeks", "zone"),
    [
        ((), "Asia/Shanghai"),
        ((Week.of((), since=date(2026, 1, 1)),), "Asia/Shanghai"),
        ((Week.of(()), Week.of((), since=date(2026, 2, 1)), Week.of((), since=date(2026, 1, 1))), "Asia/Shanghai"),
        ((Week.of(()),), "Asia/Canton"),
        ((Week.of(()),), "../etc/passwd"),
        ((Week.of(()),), ""),
    ],
)
def test_calendars_that_are_none(weeks: tuple[Week, ...], zone: str) -> None:
    with pytest.raises(Unworkable):
        Calendar("window", NAME, weeks, zone_name=zone)


def test_days_that_are_none() -> None:
    with pytest.raises(Unworkable, match="7 天"):
        Week((spans("08:30-12:00"),) * 5)
    with pytest.raises(Unworkable, match="放假"):
        DayException(on(10, 1), DayKind.HOLIDAY, hours=spans("08:30-12:00"))
    with pytest.raises(Unworkable, match="没有写上班时段"):
        DayException(on(10, 1), DayKind.HOURS)
    with pytest.raises(Unworkable, match="日期类别"):
        DayKind("half")


def test_exactly_as_much_is_within_a_limit() -> None:
    used = elapsed(at(10, 12, 9), at(10, 12, 11), OFFICE)
    assert used.is_within(WorkingHours.of(hours=2))
    assert not used.is_within(WorkingHours.of(hours=1, minutes=59))


def test_an_end_before_the_beginning_is_refused() -> None:
    with pytest.raises(Unworkable, match="早于开始时间"):
        elapsed(at(10, 13), at(10, 12), OFFICE)


def test_the_ends_of_the_calendar_are_refused_with_a_sentence() -> None:
    with pytest.raises(Unworkable):
        add(at(1, 1, year=9990), WorkingDays(5000), OFFICE)
