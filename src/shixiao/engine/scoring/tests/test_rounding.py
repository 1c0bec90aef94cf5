"""Rounding, and sharing out to the last hundredth."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shixiao.engine.scoring.rounding import apportion, digits_of, earned, half_up, told

D = Decimal


@pytest.mark.parametrize(
    ("value", "digits", "rounded"),
    [
        ("0.004", 2, "0.00"),
        ("0.005", 2, "0.01"),
        ("0.0049999", 2, "0.00"),
        ("2.345", 2, "2.35"),  # a double would make 2.34 of it
        ("2.335", 2, "2.34"),
        ("4.5", 0, "5"),
        ("3.5", 0, "4"),
        ("4.49", 0, "4"),
        ("-0.005", 2, "0.00"),
        ("-0.0051", 2, "-0.01"),
    ],
)
def test_the_middle_goes_up(value: str, digits: int, rounded: str) -> None:
    assert half_up(Fraction(value), digits) == D(rounded)


@pytest.mark.parametrize(
    ("share", "weight", "points"),
    [
        ("0.5", "10", "5"),
        ("0.33333", "10", "3.33"),
        ("0.4995", "10", "5.00"),  # 4.995 goes up
        ("0.49949", "10", "4.99"),
        ("0.9994", "10", "9.99"),
        ("0.9995", "10", "9.99"),  # 9.995 would be 10.00: nobody has full points by rounding
        ("0.9999999", "10", "9.99"),
        ("1", "10", "9.99"),  # on a bound that is out: the share is whole, the target missed
        ("0", "10", "0"),
        ("0.999", "13.333", "13.32"),
        ("0.9999", "13.333", "13.33"),
        ("0.5", "0", "0"),
    ],
)
def test_points_are_rounded_once_and_never_up_to_all(share: str, weight: str, points: str) -> None:
    assert earned(Fraction(share), D(weight), 2, is_full=False) == D(points)


def test_full_points_are_the_weight_with_all_its_digits() -> None:
    assert earned(Fraction(1), D("13.333"), 2, is_full=True) == D("13.333")
    assert earned(Fraction("0.2"), D("5"), 0, is_full=True) == D(5)


def test_whole_points_leave_one_where_some_is_lost() -> None:
    assert earned(Fraction("0.99"), D(5), 0, is_full=False) == D(4)
    assert earned(Fraction("0.99"), D("13.33"), 0, is_full=False) == D(13)


@pytest.mark.parametrize(
    ("total", "shares", "digits", "parts"),
    [
        ("40", (1, 1, 1), 2, ("13.34", "13.33", "13.33")),
        ("50", (1, 1, 1), 2, ("16.67", "16.67", "16.66")),
        ("40", (1, 1, 1), 0, ("14", "13", "13")),
        ("20", (1, 1), 2, ("10", "10")),
        ("10", (1, 1, 1, 1, 1, 1, 1), 2, ("1.43", "1.43", "1.43", "1.43", "1.43", "1.43", "1.42")),
        ("0.02", (1, 1, 1), 2, ("0.01", "0.01", "0")),
        ("10", (1, 3), 1, ("2.5", "7.5")),
        ("10", (1, 2), 0, ("3", "7")),  # 3.33 and 6.67: the one that was cut most
        ("7", (0, 0), 0, ("4", "3")),
        ("7", (0, 1), 0, ("0", "7")),
        ("1.005", (1, 1), 2, ("0.503", "0.502")),
    ],
)
def test_what_cannot_be_shared_out_evenly_goes_to_the_first(
    total: str, shares: tuple[int, ...], digits: int, parts: tuple[str, ...]
) -> None:
    assert apportion(D(total), [Fraction(each) for each in shares], digits) == [D(each) for each in parts]


def test_nobody_gets_nothing() -> None:
    with pytest.raises(ValueError, match="nobody"):
        apportion(D(10), [], 2)


@settings(deadline=None)
@given(
    total=st.decimals(0, 10_000, places=3),
    shares=st.lists(st.fractions(0, 100), min_size=1, max_size=30),
    digits=st.integers(0, 4),
)
def test_the_parts_make_exactly_the_total(total: Decimal, shares: list[Fraction], digits: int) -> None:
    parts = apportion(total, shares, digits)
    assert sum(parts, D(0)) == total
    whole, step = sum(shares), Fraction(1, 10 ** max(digits, digits_of(total)))
    for part, share in zip(parts, shares, strict=True):
        exact = Fraction(total) * (share / whole if whole else Fraction(1, len(shares)))
        assert abs(Fraction(part) - exact) < step


@pytest.mark.parametrize(
    ("value", "bound", "shown"),
    [
        ("94.999", "95", "94.999"),
        ("94.99", "95", "94.99"),
        ("95", "95", "95"),
        ("95.0001", "95", "95.0001"),
        ("99.2718", None, "99.27"),
        ("30.00001", "30", "30.00001"),
        ("-4", "3", "-4"),
    ],
)
def test_a_value_is_not_shown_as_the_bound_that_it_is_not(value: str, bound: str | None, shown: str) -> None:
    assert told(Fraction(value), None if bound is None else Fraction(bound)) == shown


def test_digits_without_trailing_zeros() -> None:
    assert [digits_of(D(each)) for each in ("13.330", "13", "1E+2", "0.5000", "0")] == [2, 0, 0, 1, 0]
