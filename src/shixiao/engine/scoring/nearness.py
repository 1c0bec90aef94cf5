"""How near a value came to its target: 1 where it reached it, the proportion of the two where it did not."""

from __future__ import annotations

from fractions import Fraction
from typing import NamedTuple

from shixiao.engine.targets import Sense


class Near(NamedTuple):
    """`share` from 0 to 1. On a strict bound (<, >) the share is 1 and the target is missed all the same."""

    share: Fraction
    is_met: bool


_NONE, _WHOLE = Fraction(0), Fraction(1)


def to_bound(value: Fraction, bound: Fraction, *, sense: Sense, is_strict: bool = False) -> Near | None:
    """Against a single number: actual ÷ target, of an upper limit target ÷ actual, of an exact number whichever is below 1.

    An upper limit of 0 is kept or not; an actual of 0 keeps any. None where a proportion has no meaning and no rule says another: at
    least 0, and a negative target that was missed.
    """
    match sense:
        case Sense.EXACT:
            return _exact(value, bound)
        case Sense.AT_MOST:
            return _at_most(value, bound, is_strict=is_strict)
    return _at_least(value, bound, is_strict=is_strict)


def _at_least(value: Fraction, bound: Fraction, *, is_strict: bool) -> Near | None:
    if not bound:
        return None
    if value > bound or (value == bound and not is_strict):
        return Near(_WHOLE, True)
    if bound < 0:
        return None
    return Near(max(_NONE, value / bound), False)


def _at_most(value: Fraction, bound: Fraction, *, is_strict: bool) -> Near | None:
    if value < bound or (value == bound and not is_strict):
        return Near(_WHOLE, True)
    if bound < 0:
        return None
    return Near(bound / value if bound else _NONE, False)


def _exact(value: Fraction, bound: Fraction) -> Near | None:
    if value == bound:
        return Near(_WHOLE, True)
    if bound < 0:
        return None
    if not bound or value <= 0:
        return Near(_NONE, False)
    return Near(min(value / bound, bound / value), False)


def to_range(value: Fraction, low: Fraction, high: Fraction) -> Near:
    """Against two numbers, both included: the proportion to the one that is nearer. Of ±3% a deviation of 4% is three quarters."""
    if low <= value <= high:
        return Near(_WHOLE, True)
    if value > high:
        return Near(_proportion(high, value) if high >= 0 else _proportion(-value, -high), False)
    return Near(_proportion(value, low) if low > 0 else _proportion(-low, -value), False)


def _proportion(small: Fraction, large: Fraction) -> Fraction:
    return max(_NONE, small / large) if large > 0 else _NONE
