"""How carriers count: 70 characters alone, 67 in each part of a longer message."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shixiao.messages.emulators.counting import PART, SINGLE, is_mobile, parts, units


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("", 1),
        ("甲" * 70, 1),
        ("甲" * 71, 2),
        ("a" * 71, 2),
        ("甲" * 134, 2),
        ("甲" * 135, 3),
        ("😀" * 35, 1),
        ("😀" * 36, 2),
        ("😀" * 67, 3),  # 134 units, but 33 whole ones in a part of 67
        ("甲😀" * 67, 4),  # 201 units would fit three parts; the pair that falls on an edge moves on
    ],
)
def test_short_messages(text: str, count: int) -> None:
    assert parts(text) == count


@given(st.text(alphabet=st.characters(exclude_categories=["Cs"]), max_size=400))
def test_no_part_is_too_long_and_none_is_wasted(text: str) -> None:
    count = parts(text)
    assert units(text) <= (SINGLE if count == 1 else PART * count)
    assert count == 1 or units(text) > (PART - 1) * (count - 1)


@pytest.mark.parametrize(
    ("number", "is_one"),
    [("13800138000", True), ("19912345678", True), ("12800138000", False), ("1380013800", False), ("138001380000", False),
     ("+8613800138000", False), ("138 0013 8000", False), ("１３８００１３８０００", False), ("02012345678", False), ("", False)],
)  # fmt: skip
def test_mobile_numbers(number: str, is_one: bool) -> None:
    assert is_mobile(number) is is_one
