"""What a step is told is read as a person meant it, or refused beside its field."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shixiao.casework.particulars import (
    LARGEST_MONEY,
    Particular,
    choice,
    code,
    day,
    instant,
    label,
    money,
    read_all,
    thing,
    whole,
    words,
    yes,
)
from shixiao.casework.refusing import Refused
from shixiao.engine.bilingual import Text

ZONE = ZoneInfo("Asia/Shanghai")
T = Text("项", "Item")
SORTS = (
    money("x", T),
    whole("x", T),
    day("x", T),
    instant("x", T),
    choice("x", T, (("a", Text("甲", "A")), ("b", Text("乙", "B")))),
    yes("x", T),
    code("x", T),
    label("x", T),
    words("x", T),
    thing("x", T, "casework.project"),
)


def read(particular: Particular, value: Any) -> Any:
    return particular.read(value, zone=ZONE)


@pytest.mark.parametrize(
    ("given", "meant"),
    [
        ("1234.5", "1234.50"),
        ("1,234.50", "1234.50"),
        ("１２３４．５０元", "1234.50"),
        (" 0.01 ", "0.01"),
        (7, "7.00"),
        (Decimal("7.1"), "7.10"),
        (str(LARGEST_MONEY), str(LARGEST_MONEY)),
    ],
)
def test_amounts(given: Any, meant: str) -> None:
    assert str(read(money("x", T), given)) == meant


@pytest.mark.parametrize(
    "given",
    [
        "0.001",
        "-1",
        "0",
        "1e5",
        "NaN",
        "Infinity",
        "1,2345",
        "12,34",
        "一百",
        1.5,
        True,
        [],
        "1" * 40,
        "1000000000000",
        Decimal("NaN"),
    ],
)
def test_amounts_that_are_none(given: Any) -> None:
    with pytest.raises(Refused) as refused:
        read(money("x", T), given)
    assert refused.value.field == "x"


@pytest.mark.parametrize(
    "given", ["2026-06-30", "2026/6/30", "2026.6.30", "2026年6月30日", "２０２６年６月３０日", date(2026, 6, 30)]
)
def test_days(given: Any) -> None:
    assert read(day("x", T), given) == date(2026, 6, 30)


@pytest.mark.parametrize("given", ["2026-02-30", "30.6.2026", "26-6-30", "明天", 20260630, "2026-13-01"])
def test_days_that_are_none(given: Any) -> None:
    with pytest.raises(Refused):
        read(day("x", T), given)


def test_a_moment_without_zone_is_local() -> None:
    assert read(instant("x", T), "2026-06-30 09:00") == datetime(2026, 6, 30, 9, tzinfo=ZONE)
    assert read(instant("x", T), "2026-06-30T01:00:00+00:00") == datetime(2026, 6, 30, 9, tzinfo=ZONE)


def test_choices_by_code_or_by_title() -> None:
    one = SORTS[4]
    assert [read(one, each) for each in ("a", "甲", "A", "b")] == ["a", "a", "a", "b"]
    with pytest.raises(Refused, match="one of: a, b"):
        read(one, "c")


def test_yes_and_no() -> None:
    assert [read(SORTS[5], each) for each in ("是", "on", True, "否", "", None)] == [
        True,
        True,
        True,
        False,
        False,
        False,
    ]


def test_lengths_on_both_sides_of_the_bound() -> None:
    assert read(label("x", T, most=3), "三个字") == "三个字"
    with pytest.raises(Refused, match="3 characters at most"):
        read(label("x", T, most=3), "四个字呢")
    assert read(whole("x", T, least=1, most=2), "2") == 2
    for outside in ("0", "3"):
        with pytest.raises(Refused):
            read(whole("x", T, least=1, most=2), outside)


def test_a_text_keeps_its_lines_and_a_label_has_one() -> None:
    assert read(words("x", T), " 一\r\n二 ") == "一\n二"
    with pytest.raises(Refused, match="one line"):
        read(label("x", T), "一\n二")


def test_everything_wrong_is_said_at_once() -> None:
    declared = (money("amount", T), day("on", T), label("note", T, is_required=False))
    with pytest.raises(Refused) as refused:
        read_all(declared, {"amount": "-1", "on": "", "other": "x"}, zone=ZONE)
    assert {each.field for each in refused.value.all} == {"amount", "on", "other"}
    assert read_all(declared, {"amount": "1", "on": "2026-01-01", "note": " "}, zone=ZONE) == {
        "amount": Decimal("1.00"),
        "on": date(2026, 1, 1),
    }


ANYTHING = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text()
    | st.binary()
    | st.decimals()
    | st.dates()
    | st.datetimes(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=4,
)


@pytest.mark.parametrize("particular", SORTS, ids=lambda each: each.sort.value)
@given(value=ANYTHING)
def test_whatever_comes_is_read_or_refused(particular: Particular, value: Any) -> None:
    try:
        found = read(particular, value)
    except Refused as refused:
        assert refused.field == "x"
        assert refused.text.zh
        assert refused.text.en
    else:
        assert "\0" not in str(found)


@given(st.decimals(min_value=Decimal("0.01"), max_value=LARGEST_MONEY, places=2))
def test_an_amount_that_is_written_is_read_back(amount: Decimal) -> None:
    assert read(money("x", T), f"{amount:,}") == amount


@pytest.mark.parametrize("digits", [15, 16, 25, 27, 28, 29, 30, 31, 400])
@pytest.mark.parametrize("sort", [money("x", T), whole("x", T)])
def test_a_number_of_many_digits_is_a_sentence(sort: Particular, digits: int) -> None:
    with pytest.raises(Refused):
        sort.read("9" * digits, zone=ZONE)
