"""The histogram of amounts: fixed bins, so that histograms add up and a median of millions is known to within 2%.

A bin is a whole number: 0 for nothing, growing with the amount, negative for negative amounts. Its bounds are whole numbers of
1/10,000, worked out without any logarithm: the bins are the same on every machine and every database.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping
from decimal import ROUND_HALF_EVEN, Decimal
from fractions import Fraction

from shixiao.engine.measures.verdicts import LARGEST, SCALE

WIDTH = 50  # a bin is at most a fiftieth of its own begin wide: 2%
_MOST = int(LARGEST) * SCALE


def _bounds() -> tuple[int, ...]:
    """Where each bin begins. Below 100 ticks (0.01) each tick has its own; above, a bin is as wide as 2% allow."""
    found = [1]
    while found[-1] <= _MOST:
        found.append(found[-1] + max(1, found[-1] // WIDTH))
    return tuple(found)


BOUNDS = _bounds()


def bin_of(value: Decimal | int) -> int:
    """The bin of an amount; what is finer than four decimals is rounded. Raises ValueError for what is no amount."""
    exact = Decimal(value)
    if not exact.is_finite() or abs(exact) > LARGEST:
        raise ValueError(f"{value} has no bin: at most 13 digits before the point")
    return bin_of_ticks(int((exact * SCALE).to_integral_value(ROUND_HALF_EVEN)))


def bin_of_ticks(ticks: int) -> int:
    """The bin of an amount that is kept as whole 1/10,000."""
    found = bisect_right(BOUNDS, abs(ticks))
    return -found if ticks < 0 else found


def middle(bin_: int) -> Decimal:
    """The amount that stands for a bin: the middle of its bounds, at most 1% from any amount in it."""
    if not bin_:
        return Decimal(0)
    number = abs(bin_)
    if number >= len(BOUNDS):
        raise ValueError(f"there is no bin {bin_}: the last is {len(BOUNDS) - 1}")
    size = Decimal(BOUNDS[number - 1] + BOUNDS[number] - 1) / 2 / SCALE
    return -size if bin_ < 0 else size


def about(bins: Mapping[int, int], share: Fraction | float | str) -> Decimal | None:
    """The amount below or at which this share of all amounts lies (a half: the median), to within 2%; None for no amounts.

    It stands for the amount of the rank share × count, rounded up, at least the first.
    """
    wanted = Fraction(str(share)) if isinstance(share, float) else Fraction(share)
    if not 0 <= wanted <= 1:
        raise ValueError(f"{share} is no share: from 0 to 1")
    count = sum(bins.values())
    if count <= 0:
        return None
    rank = max(1, -(-wanted.numerator * count // wanted.denominator))
    for bin_ in sorted(bins):
        rank -= bins[bin_]
        if rank <= 0:
            return middle(bin_)
    return None


def add(one: Mapping[int, int], other: Mapping[int, int]) -> dict[int, int]:
    """Both histograms together; an empty bin is left out."""
    found = dict(one)
    for bin_, count in other.items():
        found[bin_] = found.get(bin_, 0) + count
    return {bin_: count for bin_, count in sorted(found.items()) if count}
