"""Where points are rounded, and how: once, half up; and how a sum is shared out so that not a hundredth is lost.

Everything before is an exact fraction. A row's points are rounded, a total is the sum of what was rounded and is not rounded again, so
that a form adds up to the digit for whoever checks it with a pocket calculator.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction
from math import ceil, floor


def half_up(value: Fraction, digits: int) -> Decimal:
    """The value to so many digits; exactly in the middle goes up (0.005 → 0.01, and −0.005 → 0.00)."""
    return _of_quanta(floor(value * 10**digits + Fraction(1, 2)), digits)


def earned(share: Fraction, weight: Decimal, digits: int, *, is_full: bool) -> Decimal:
    """The points for a share (0 to 1) of a weight.

    Full points are the weight itself, whatever its digits. Whoever is not to have full points never has them by rounding: 4.999 of 5 is
    4.99, since a lost point that cannot be seen cannot be explained.
    """
    if is_full:
        return weight
    points = half_up(share * Fraction(weight), digits)
    return points if points < weight else _just_below(weight, digits)


def _just_below(weight: Decimal, digits: int) -> Decimal:
    return _of_quanta(max(0, ceil(Fraction(weight) * 10**digits) - 1), digits)


def apportion(total: Decimal, shares: Sequence[Fraction], digits: int) -> list[Decimal]:
    """`total` shared out in proportion, to so many digits (more where the total itself has more); the sum is exactly the total.

    Everybody has the digits that are whole; what is left over goes, one last digit each, to those that were cut most, of equals to the
    first: 40 among three is 13.34, 13.33, 13.33. Shares of which none is above 0 are taken as equal. Raises ValueError without any share.
    """
    if not shares:
        raise ValueError("nobody to share it out to")
    whole = sum(shares)
    parts = [each / whole for each in shares] if whole else [Fraction(1, len(shares))] * len(shares)
    digits = max(digits, digits_of(total))
    quanta = int(Fraction(total) * 10**digits)
    exact = [part * quanta for part in parts]
    found = [floor(each) for each in exact]
    by_cut = sorted(range(len(parts)), key=lambda each: (found[each] - exact[each], each))
    for each in by_cut[: quanta - sum(found)]:
        found[each] += 1
    return [_of_quanta(each, digits) for each in found]


def digits_of(value: Decimal) -> int:
    """How many digits stand behind the point, without trailing zeros: 2 for 13.330 and 13.33, 0 for 1E+2."""
    exponent = value.normalize().as_tuple().exponent
    return max(0, -exponent) if isinstance(exponent, int) else 0


def told(value: Fraction, bound: Fraction | None = None) -> str:
    """The value for people: two digits, or as many as it takes not to show a value as the bound that it is not (94.9999 and not 95)."""
    for digits in (2, 4, 6):
        shown = half_up(value, digits)
        if bound is None or (Fraction(shown) == bound) is (value == bound):
            break
    return plain(shown)


def plain(value: Decimal) -> str:
    """Plain digits: no exponent, no trailing zeros after the point."""
    written = format(value, "f")
    return written.rstrip("0").rstrip(".") if "." in written else written


def _of_quanta(quanta: int, digits: int) -> Decimal:
    """So many of the last digit; exact whatever the context of decimals."""
    return Decimal((quanta < 0, tuple(map(int, str(abs(quanta)))), -digits))
