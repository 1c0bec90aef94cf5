"""The histogram: within 2%, the same everywhere, and it adds up."""

from collections import Counter
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as some

from shixiao.engine.measures import bins

AMOUNTS = some.integers(-(10**17), 10**17).map(lambda ticks: Decimal(ticks) / 10_000)
MANY = some.lists(some.one_of(AMOUNTS, some.integers(-200, 200).map(lambda ticks: Decimal(ticks) / 10_000)), min_size=1)


def histogram(amounts: list[Decimal]) -> dict[int, int]:
    return dict(Counter(map(bins.bin_of, amounts)))


@given(AMOUNTS)
def test_the_middle_of_a_bin_is_within_one_percent_of_what_is_in_it(amount: Decimal) -> None:
    assert abs(bins.middle(bins.bin_of(amount)) - amount) <= abs(amount) / 100


@given(AMOUNTS, AMOUNTS)
def test_bins_are_in_the_order_of_amounts_and_negative_ones_mirror(one: Decimal, other: Decimal) -> None:
    assert (bins.bin_of(one) <= bins.bin_of(other)) or one > other
    assert bins.bin_of(-one) == -bins.bin_of(one)


@given(MANY, some.fractions(0, 1))
def test_a_quantile_is_within_two_percent_of_the_amount_of_that_rank(amounts: list[Decimal], share: Fraction) -> None:
    rank = max(1, -(-share.numerator * len(amounts) // share.denominator))
    true = sorted(amounts)[rank - 1]
    found = bins.about(histogram(amounts), share)
    assert found is not None
    assert abs(found - true) <= abs(true) / 50


@given(MANY, MANY)
def test_histograms_add_up(one: list[Decimal], other: list[Decimal]) -> None:
    assert bins.add(histogram(one), histogram(other)) == dict(sorted(histogram(one + other).items()))


def test_nothing_is_a_bin_of_its_own_and_the_finest_amounts_are_exact() -> None:
    assert (bins.bin_of(0), bins.middle(0)) == (0, 0)
    for ticks in range(-99, 100):
        assert bins.middle(bins.bin_of_ticks(ticks)) == Decimal(ticks) / 10_000


def test_the_bins_are_fixed_for_ever() -> None:
    """They are stored: other bounds would read old histograms wrongly."""
    assert (len(bins.BOUNDS), bins.BOUNDS[99:103], bins.BOUNDS[-1]) == (1858, (100, 102, 104, 106), 101460932746150222)
    wanted = {"0.0001": 1, "1": 345, "30": 517, "1200.50": 703, "1000000": 1043}
    assert {amount: bins.bin_of(Decimal(amount)) for amount in wanted} == wanted


def test_what_is_finer_than_four_decimals_is_rounded() -> None:
    assert bins.bin_of(Decimal("0.00005")) == 0
    assert bins.bin_of(Decimal("0.00015")) == 2


@pytest.mark.parametrize("wrong", [Decimal("NaN"), Decimal("Infinity"), Decimal(10) ** 13 + 1])
def test_what_is_no_amount_has_no_bin(wrong: Decimal) -> None:
    with pytest.raises(ValueError, match="no bin"):
        bins.bin_of(wrong)


def test_a_histogram_of_nothing_has_no_median_and_a_share_is_one() -> None:
    assert bins.about({}, 0.5) is None
    with pytest.raises(ValueError, match="no share"):
        bins.about({1: 1}, 1.5)
    with pytest.raises(ValueError, match="the last is"):
        bins.middle(5_000)


def test_the_median_of_three_and_the_ends() -> None:
    three = histogram([Decimal(10), Decimal(20), Decimal(4000)])
    assert bins.about(three, 0.5) == bins.middle(bins.bin_of(20))
    assert bins.about(three, 0) == bins.middle(bins.bin_of(10))
    assert bins.about(three, 1) == bins.middle(bins.bin_of(4000))
