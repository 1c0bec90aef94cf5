"""Budgets of time as a rule and a row have them."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from shixiao.casework import budgets
from shixiao.engine.clock import (
    AtInstant,
    Budget,
    CalendarDays,
    CalendarMonths,
    CountedFrom,
    Hours,
    OnDay,
    Until,
    Unworkable,
    WorkingDays,
    WorkingHours,
)

SHANGHAI = ZoneInfo("Asia/Shanghai")
WRITTEN: list[tuple[str, Budget]] = [
    ("8wh30m", WorkingHours.of(hours=8, minutes=30)),
    ("24h", Hours.of(hours=24)),
    ("5wd;closing", WorkingDays(5, Until.CLOSING_TIME)),
    ("15d;same_day", CalendarDays(15, counted_from=CountedFrom.SAME_DAY)),
    ("2mo", CalendarMonths(2)),
    ("on 2026-03-31", OnDay(date(2026, 3, 31))),
    ("at 2026-06-30T09:00+08:00", AtInstant(datetime(2026, 6, 30, 9, tzinfo=SHANGHAI))),
    ("at 2026-06-30T09:00:01+08:00", AtInstant(datetime(2026, 6, 30, 9, 0, 1, tzinfo=SHANGHAI))),
    ("at 2026-06-30T01:00:00.000001+00:00", AtInstant(datetime(2026, 6, 30, 1, 0, 0, 1, tzinfo=UTC))),
]


@pytest.mark.parametrize(("written", "budget"), WRITTEN)
def test_what_is_written_is_read_and_written_again(written: str, budget: Budget) -> None:
    assert budgets.read(written) == budget
    assert budgets.write(budget) == written
    assert len(written) <= 64


@pytest.mark.parametrize(
    "written",
    [
        "",
        "8",
        "8 hours",
        "at 2026-06-30",
        "at 2026-06-30T09:00",
        "at 2026-06-31T09:00+08:00",
        "at 2026-06-30T25:00+08:00",
        "at 2026-06-30T09:00+08:00;closing",
        "on 2026-02-30",
        "5wd;later",
    ],
)
def test_what_cannot_be_read_says_how_it_is_written(written: str) -> None:
    with pytest.raises(Unworkable, match="at 2026-06-30T09:00"):
        budgets.read(written)


def test_an_instant_needs_a_zone() -> None:
    with pytest.raises(Unworkable):
        AtInstant(datetime(2026, 6, 30, 9))  # noqa: DTZ001
    assert timedelta(hours=8) == datetime(2026, 6, 30, 9, tzinfo=SHANGHAI).utcoffset()
