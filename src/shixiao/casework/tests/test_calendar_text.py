"""A year's holidays as lines that an officer can read and write."""

from contextlib import suppress
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shixiao.casework import calendar_text
from shixiao.casework.refusing import Refused
from shixiao.engine import clock

SHIPPED = {one.date: one for one in clock.published_holidays().exceptions}


def test_2026_reads_as_it_was_announced() -> None:
    lines = calendar_text.write(SHIPPED, year=2026).splitlines()
    assert "2026-10-01 至 2026-10-07  放假  国庆节" in lines
    assert "2026-02-14  上班  春节" in lines


@pytest.mark.parametrize("year", [2008, 2020, 2025, 2026])
def test_what_is_written_is_read_back(year: int) -> None:
    read = calendar_text.read(calendar_text.write(SHIPPED, year=year), year=year)
    stands = {
        day: (one.kind.value, one.name.zh if one.name else "") for day, one in SHIPPED.items() if day.year == year
    }
    assert read == stands


@pytest.mark.parametrize(
    "line",
    [
        "2026-10-01 至 2026-10-03 放假 国庆节",
        "10月1日至10月3日 休 国庆节",
        "２０２６/10/1—2026/10/3  放假  国庆节",
        "10-1~10-3 holiday 国庆节",
    ],
)
def test_people_write_it_in_several_ways(line: str) -> None:
    days = [date(2026, 10, 1), date(2026, 10, 2), date(2026, 10, 3)]
    assert calendar_text.read(line, year=2026) == dict.fromkeys(days, ("holiday", "国庆节"))


def test_every_wrong_line_is_named() -> None:
    text = "2026-10-01 放假 国庆节\n乱写\n2026-13-01 放假 x\n\n2026-10-01 上班 重复\n2025-10-02 放假 去年\n2026-05-05 至 2026-05-01 放假 倒\n2026-05-06 吃饭 x"
    with pytest.raises(Refused) as refused:
        calendar_text.read(text, year=2026)
    assert [each.text.zh.split("：")[0] for each in refused.value.all] == [
        "第 2 行",
        "第 3 行",
        "第 5 行",
        "第 6 行",
        "第 7 行",
        "第 8 行",
    ]


@given(st.text(max_size=80))
def test_any_text_is_read_or_refused(text: str) -> None:
    with suppress(Refused):
        calendar_text.read(text, year=2026)
