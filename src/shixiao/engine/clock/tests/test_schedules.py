"""What is expected when: windows of schedules on the real calendar of 2026, and the laws that hold for any."""

import json
from datetime import date, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shixiao.engine.bilingual import Text
from shixiao.engine.clock import (
    Calendar,
    Daily,
    Days,
    Monthly,
    Quarterly,
    Schedule,
    Slots,
    Unworkable,
    Week,
    Weekly,
    Yearly,
    expected_windows,
    first_day,
    how_many,
    is_rare,
    schedule_from_dict,
    schedule_in_words,
    schedule_to_dict,
    spans,
    window_in_words,
)
from shixiao.engine.clock.tests.examples import ALWAYS, OFFICE, at, on
from shixiao.engine.clock.tests.test_laws import calendars

Row = tuple[str, datetime, datetime]


def rows(schedule: Schedule, since: date, until: date, calendar: Calendar = OFFICE) -> list[Row]:
    return [(each.key, each.begin, each.end) for each in expected_windows(schedule, since, until, calendar)]


def closed(schedule: Schedule, since: date, until: date, calendar: Calendar = OFFICE) -> dict[str, str | None]:
    return {each.key: each.closed for each in expected_windows(schedule, since, until, calendar)}


# ---- tables ------------------------------------------------------------------------------------------------------


def test_two_times_a_day_share_the_day() -> None:
    assert rows(Daily(times=2), on(6, 30), on(7, 1)) == [
        ("2026-06-30/1", at(6, 30), at(7, 1)),
        ("2026-06-30/2", at(6, 30), at(7, 1)),
    ]


def test_stretches_of_hours_have_a_window_each() -> None:
    morning_and_evening = Daily(hours=spans("08:00-09:00", "17:00-18:30"))
    assert rows(morning_and_evening, on(6, 30), on(7, 1)) == [
        ("2026-06-30/1", at(6, 30, 8), at(6, 30, 9)),
        ("2026-06-30/2", at(6, 30, 17), at(6, 30, 18, 30)),
    ]


def test_a_stretch_over_midnight_belongs_to_the_day_on_which_it_begins() -> None:
    night = Daily(hours=spans("22:00-06:00"), days=Days.EVERY)
    assert rows(night, on(6, 30), on(7, 1)) == [("2026-06-30/1", at(6, 30, 22), at(7, 1, 6))]


def test_working_days_around_the_national_holiday() -> None:
    """1 to 7 October are off; Sunday 20 September and Saturday 10 October are worked in lieu."""
    keys = [key for key, _begin, _end in rows(Daily(), on(9, 18), on(10, 13))]
    days = [f"2026-09-{day}/1" for day in (18, 20, 21, 22, 23, 24, 28, 29, 30)]
    assert keys == [*days, "2026-10-08/1", "2026-10-09/1", "2026-10-10/1", "2026-10-12/1"]


def test_every_day_says_which_are_closed_and_why() -> None:
    assert closed(Daily(days=Days.EVERY), on(10, 7), on(10, 12)) == {
        "2026-10-07/1": "calendar.holiday",
        "2026-10-08/1": None,
        "2026-10-09/1": None,
        "2026-10-10/1": None,
        "2026-10-11/1": "calendar.day_off",
    }
    assert set(closed(Daily(days=Days.EVERY), on(10, 1), on(11, 1), ALWAYS).values()) == {None}


def test_weekdays_stay_where_they_are_and_close_on_a_holiday() -> None:
    assert closed(Weekly(weekdays=(0, 3)), on(9, 28), on(10, 9)) == {
        "2026-09-28/1": None,
        "2026-10-01/1": "calendar.holiday",
        "2026-10-05/1": "calendar.holiday",
        "2026-10-08/1": None,
    }


def test_a_month_lasts_to_its_last_working_day_or_to_the_day_that_is_named() -> None:
    assert rows(Monthly(), on(5, 1), on(6, 1)) == [("2026-05/1", at(5, 1), at(5, 30))]
    assert rows(Monthly(by=10), on(5, 1), on(6, 1)) == [("2026-05/1", at(5, 1), at(5, 11))]
    assert rows(Monthly(by=31), on(2, 1), on(3, 1)) == [("2026-02/1", at(2, 1), at(3, 1))]
    assert rows(Monthly(by=31), on(12, 1), on(12, 31)) == [("2026-12/1", at(12, 1), at(1, 1, year=2027))]


def test_quarters_and_years() -> None:
    assert rows(Quarterly(times=2), on(4, 1), on(4, 2)) == [
        ("2026-Q2/1", at(4, 1), at(7, 1)),
        ("2026-Q2/2", at(4, 1), at(7, 1)),
    ]
    assert rows(Yearly(), on(1, 1), on(12, 31)) == [("2026/1", at(1, 1), at(1, 1, year=2027))]
    assert rows(Yearly(), on(1, 2), on(12, 31)) == []


def station(*hours: str) -> Calendar:
    return Calendar(code="s", name=Text("站", "S"), weeks=(Week.of(spans(*hours), spans(*hours)),))


@pytest.mark.parametrize(
    ("hours", "slots"),
    [
        (("08:00-20:00",), ["08:00-11:00", "11:00-14:00", "14:00-17:00", "17:00-20:00"]),
        (("08:00-18:30",), ["08:00-11:00", "11:00-14:00", "14:00-17:00", "17:00-18:30"]),  # half a slot is one
        (("08:00-18:29",), ["08:00-11:00", "11:00-14:00", "14:00-18:29"]),  # less is added to the one before
        (("08:00-09:00",), ["08:00-09:00"]),  # a short span is one
        (("08:30-12:00", "14:00-17:30"), ["08:30-12:00", "14:00-17:30"]),
        (("08:00-12:00", "11:00-14:00"), ["08:00-11:00", "11:00-14:00"]),  # what two spans share counts once
        (("00:00-24:00",), [f"{hour:02}:00-{(hour + 3) % 24:02}:00" for hour in range(0, 24, 3)]),
        (("18:00-24:00",), ["18:00-21:00", "21:00-00:00"]),
        (("22:00-04:00",), ["22:00-01:00", "01:00-04:00"]),
        (
            ("02:00-08:00", "23:00-05:00"),
            ["05:00-08:00", "23:00-02:00", "02:00-05:00"],
        ),  # the night before covers 2 to 5
    ],
)
def test_slots_of_three_hours(hours: tuple[str, ...], slots: list[str]) -> None:
    found = expected_windows(Slots(hours=3), on(6, 30), on(7, 1), station(*hours))
    assert [f"{each.begin:%H:%M}-{each.end:%H:%M}" for each in found] == slots


def test_no_slot_on_a_day_without_hours() -> None:
    assert rows(Slots(hours=3), on(10, 1), on(10, 8)) == []


@pytest.mark.parametrize(
    ("schedule", "number"),
    [
        (Daily(), 248),
        (Daily(times=2), 496),
        (Daily(days=Days.EVERY), 365),
        (Daily(times=1_000_000, days=Days.EVERY), 365_000_000),
        (Daily(hours=spans("08:00-09:00", "10:00-11:00"), days=Days.EVERY), 730),
        (Weekly(weekdays=(0,)), 52),
        (Weekly(weekdays=(3,), times=2), 106),
        (Monthly(times=3), 36),
        (Quarterly(), 4),
        (Yearly(times=2), 2),
        (Slots(hours=3), 496),
    ],
)
def test_how_many_in_2026(schedule: Schedule, number: int) -> None:
    assert how_many(schedule, 2026, OFFICE) == number


@pytest.mark.parametrize(
    ("schedule", "zh", "en", "first"),
    [
        (Daily(times=2), "每个工作日 2 次", "each working day, 2 times", "6月30日 第1次"),
        (Daily(days=Days.EVERY), "每天 1 次", "each day, once", "6月30日"),
        (
            Daily(hours=spans("08:00-09:00")),
            "每个工作日 08:00-09:00",
            "each working day, 08:00-09:00",
            "6月30日 08:00-09:00",
        ),
        (
            Daily(hours=spans("20:00-24:00")),
            "每个工作日 20:00-24:00",
            "each working day, 20:00-24:00",
            "6月30日 20:00-24:00",
        ),
        (Weekly(weekdays=(1, 4)), "每周二、周五 1 次", "each Tuesday and Friday, once", "6月30日"),
        (Monthly(), "每月 1 次，不晚于最后一个工作日", "each month, once, by the last working day", "2026年7月"),
        (Monthly(by=10, times=2), "每月 2 次，不晚于10日", "each month, 2 times, by day 10", "2026年7月 第1次"),
        (Quarterly(), "每季度 1 次", "each quarter, once", "2026年第3季度"),
        (Yearly(times=2), "每年 2 次", "each year, 2 times", "2027年 第1次"),
        (Slots(hours=3), "开放时间内每 3 小时 1 次", "once in every 3 h of opening time", "6月30日 08:30-12:00"),
    ],
)
def test_wordings(schedule: Schedule, zh: str, en: str, first: str) -> None:
    assert schedule_in_words(schedule) == Text(zh, en)
    window = next(expected_windows(schedule, on(6, 30), on(6, 30) + timedelta(days=400), OFFICE))
    assert window_in_words(schedule, window).zh == first


@pytest.mark.parametrize(
    ("make", "word"),
    [
        (lambda: Daily(times=0), "次数"),
        (lambda: Daily(times=True), "次数"),
        (lambda: Daily(times=3, hours=spans("08:00-09:00", "10:00-11:00")), "2 段"),
        (lambda: Daily(hours=spans("08:00-10:00", "09:00-11:00")), "重叠"),
        (lambda: Daily(hours=spans("10:00-11:00", "08:00-09:00")), "先后"),
        (lambda: Daily(hours=spans("05:00-06:00", "22:00-05:30")), "第二天"),
        (lambda: Weekly(weekdays=()), "一周"),
        (lambda: Weekly(weekdays=(1, 1)), "一周"),
        (lambda: Weekly(weekdays=(7,)), "一周"),
        (lambda: Monthly(by=0), "0 日"),
        (lambda: Monthly(by=32), "32 日"),
        (lambda: Slots(hours=0), "每段"),
        (lambda: Slots(hours=25), "每段"),
        (lambda: schedule_from_dict({"kind": "hourly"}), "hourly"),
        (lambda: schedule_from_dict({"kind": "yearly", "by": 3}), "by"),
        (lambda: schedule_from_dict({"kind": "slots"}), "hours"),
        (lambda: schedule_from_dict({"kind": "daily", "days": "some"}), "some"),
        (lambda: schedule_from_dict({}), "kind"),
    ],
)
def test_what_cannot_be_is_refused(make: object, word: str) -> None:
    with pytest.raises(Unworkable) as refused:
        make()  # type: ignore[operator]
    assert word in refused.value.text.zh


# ---- laws --------------------------------------------------------------------------------------------------------

HOURS = st.lists(st.integers(0, 47), min_size=2, max_size=8, unique=True).map(
    lambda halves: spans(
        *(
            f"{a // 2:02}:{a % 2 * 30:02}-{b // 2:02}:{b % 2 * 30:02}"
            for a, b in zip(*[iter(sorted(halves))] * 2, strict=False)
        )
    )
)
TIMES = st.integers(1, 5)
SCHEDULES: st.SearchStrategy[Schedule] = (
    st.builds(Daily, times=TIMES, days=st.sampled_from(Days))
    | st.builds(Daily, hours=HOURS, days=st.sampled_from(Days))
    | st.builds(
        Weekly, weekdays=st.sets(st.integers(0, 6), min_size=1).map(lambda days: tuple(sorted(days))), times=TIMES
    )
    | st.builds(Monthly, by=st.none() | st.integers(1, 31), times=TIMES)
    | st.builds(Quarterly, times=TIMES)
    | st.builds(Yearly, times=TIMES)
    | st.builds(Slots, hours=st.integers(1, 24))
)
DATES = st.dates(date(2025, 6, 1), date(2026, 12, 31))


@given(SCHEDULES)
def test_a_schedule_comes_back(schedule: Schedule) -> None:
    assert schedule_from_dict(json.loads(json.dumps(schedule_to_dict(schedule)))) == schedule
    words = schedule_in_words(schedule)
    assert words.zh
    assert words.en


@settings(deadline=None)
@given(SCHEDULES, calendars(), st.lists(DATES, min_size=3, max_size=3).map(sorted))
def test_a_stretch_cut_in_two_gives_the_same_windows(schedule: Schedule, calendar: Calendar, days: list[date]) -> None:
    first, middle, last = days
    whole = list(expected_windows(schedule, first, last, calendar))
    halves = [*expected_windows(schedule, first, middle, calendar), *expected_windows(schedule, middle, last, calendar)]
    assert halves == whole


@settings(deadline=None)
@given(SCHEDULES, calendars(), DATES, st.integers(0, 120))
def test_a_key_names_one_window_and_every_window_takes_time(
    schedule: Schedule, calendar: Calendar, since: date, length: int
) -> None:
    found = list(expected_windows(schedule, since, since + timedelta(days=length), calendar))
    assert len({each.key for each in found}) == len(found)
    assert all(each.begin < each.end for each in found)
    assert all(each.begin.tzinfo is not None and len(each.key) <= 32 for each in found)


@settings(deadline=None)
@given(SCHEDULES, calendars(), DATES)
def test_windows_are_the_same_or_follow_each_other(schedule: Schedule, calendar: Calendar, since: date) -> None:
    """Several times share one window; otherwise none overlaps another."""
    found = list(expected_windows(schedule, since, since + timedelta(days=60), calendar))
    for before, after in pairwise(found):
        assert (before.begin, before.end) == (after.begin, after.end) or before.end <= after.begin


@settings(deadline=None)
@given(SCHEDULES, calendars(), DATES)
def test_only_days_without_work_are_closed(schedule: Schedule, calendar: Calendar, since: date) -> None:
    for each in expected_windows(schedule, since, since + timedelta(days=60), calendar):
        if not is_rare(schedule):
            day = date.fromisoformat(each.key.partition("/")[0])  # a slot after midnight belongs to the day before
            assert (each.closed is None) == calendar.is_working_day(day)


@settings(deadline=None)
@given(SCHEDULES, calendars(), st.integers(1, 59))
def test_slots_cover_opening_time_and_nothing_else(schedule: Schedule, calendar: Calendar, days: int) -> None:
    del schedule
    day = date(2026, 3, 1) + timedelta(days=days)
    minutes = {
        minute
        for each in (day - timedelta(days=1), day, day + timedelta(days=1))
        for span in calendar.hours_on(each)
        for minute in range(span.start + (each - day).days * 1440, span.end + (each - day).days * 1440)
        if 0 <= minute < 1440
    }
    midnight = datetime(day.year, day.month, day.day, tzinfo=calendar.zone)
    covered = set()
    for window in expected_windows(Slots(hours=2), day - timedelta(days=1), day + timedelta(days=1), calendar):
        begin, end = (int((at - midnight) / timedelta(minutes=1)) for at in (window.begin, window.end))
        covered |= {minute for minute in range(begin, end) if 0 <= minute < 1440}
    assert covered == minutes


@settings(deadline=None, max_examples=25)
@given(SCHEDULES, calendars())
def test_counting_is_making(schedule: Schedule, calendar: Calendar) -> None:
    made = list(expected_windows(schedule, date(2026, 1, 1), date(2027, 1, 1), calendar))
    assert how_many(schedule, 2026, calendar) == len(made)


@given(SCHEDULES, DATES)
def test_the_first_day_is_the_first_of_its_own(schedule: Schedule, day: date) -> None:
    first = first_day(schedule, day)
    assert first <= day
    assert first_day(schedule, first) == first
    assert is_rare(schedule) or first == day
