"""Readings as intervals: do two bounds leave any value that meets both?"""

from __future__ import annotations

from decimal import Decimal

from shixiao.engine.targets.reading import Kind, Reading

NUMERIC, RANGE = Kind.NUMERIC, Kind.RANGE
_INFINITE = Decimal("Infinity")


def exclude_each_other(one: Reading, other: Reading, *, literally: bool = False) -> bool:
    """Whether no value meets both. Only numbers of one unit and one denominator are compared.

    A bare number counts as that number or more (or or less, as its sense says); `literally` as itself."""
    if one.kind not in (NUMERIC, RANGE) or other.kind not in (NUMERIC, RANGE):
        return False
    if one.unit != other.unit or one.per != other.per:
        return False
    low, low_open, high, high_open = _interval(one, literally)
    other_low, other_low_open, other_high, other_high_open = _interval(other, literally)
    return _above(low, low_open, other_high, other_high_open) or _above(other_low, other_low_open, high, high_open)


def is_looser(reading: Reading, *, than: Reading) -> bool:
    """Whether a bound asks for less than another of the same direction."""
    low, _, high, _ = _interval(reading, False)
    other_low, _, other_high, _ = _interval(than, False)
    return low < other_low or high > other_high


def _above(low: Decimal, low_open: bool, high: Decimal, high_open: bool) -> bool:
    return low > high or (low == high and (low_open or high_open))


def _interval(reading: Reading, literally: bool) -> tuple[Decimal, bool, Decimal, bool]:
    """(low, is low left out, high, is high left out)."""
    value = reading.value if reading.value is not None else Decimal(0)
    if reading.kind is RANGE:
        return value, False, reading.high if reading.high is not None else value, False
    op = reading.op
    if op == "=" and not literally:
        op = {"at_least": ">=", "at_most": "<="}.get(reading.sense.value, "=")
    if op in (">=", ">"):
        return value, op == ">", _INFINITE, False
    if op in ("<=", "<"):
        return -_INFINITE, False, value, op == "<"
    return value, False, value, False
