"""Did a target become stricter? Told from its two readings, and only where they can be compared."""

from __future__ import annotations

from enum import Enum

from shixiao.engine.targets.reading import Kind, Reading, Sense


class Tendency(str, Enum):
    """Which way a target moved."""

    STRICTER = "stricter"
    LOOSER = "looser"
    VAGUER = "vaguer"
    FIRMER = "firmer"


_MEASURED = frozenset((Kind.NUMERIC, Kind.RANGE, Kind.DEADLINE, Kind.BUDGET_BOUND, Kind.BOOLEAN, Kind.COMPOUND))


def tendency(before: Reading, after: Reading) -> Tendency | None:
    """How `after` compares with `before`; None when both ask for the same or cannot be compared.

    Two numbers are compared only in the same unit, over the same denominator and in the same direction; two
    dates only when both name a year or neither does.
    """
    if before == after:
        return None
    if (before.kind in _MEASURED) != (after.kind in _MEASURED):
        return Tendency.VAGUER if before.kind in _MEASURED else Tendency.FIRMER
    if before.kind is not after.kind:
        return None
    if before.kind is Kind.NUMERIC:
        return _of_numbers(before, after)
    if before.kind is Kind.DEADLINE:
        return _of_dates(before.date, after.date)
    if before.kind is Kind.RANGE:
        return _of_ranges(before, after)
    return _of_parts(before, after) if before.kind is Kind.COMPOUND else None


def _of_numbers(before: Reading, after: Reading) -> Tendency | None:
    is_comparable = (before.unit, before.per, before.sense) == (after.unit, after.per, after.sense)
    if not is_comparable or before.value is None or after.value is None or before.sense is Sense.EXACT:
        return None
    if before.value == after.value:
        was, now = before.op in (">", "<"), after.op in (">", "<")
        return None if was == now else _either(stricter=now)
    is_higher = after.value > before.value
    return _either(stricter=is_higher == (before.sense is Sense.AT_LEAST))


def _of_dates(before: str | None, after: str | None) -> Tendency | None:
    if not before or not after or before == after or _shape(before) != _shape(after):
        return None
    if before.startswith("P"):
        return _either(stricter=int(after[1:-1]) < int(before[1:-1]))
    return _either(stricter=after < before)


def _shape(date: str) -> str:
    """Durations by their unit, dates by whether they name a year: only equal shapes can be compared."""
    return date[-1] if date.startswith("P") else date[:3] if date.startswith("---") else date[:2].strip("0123456789")


def _of_ranges(before: Reading, after: Reading) -> Tendency | None:
    bounds = (before.value, before.high, after.value, after.high)
    if before.unit != after.unit or any(bound is None for bound in bounds):
        return None
    old_low, old_high, low, high = (bound for bound in bounds if bound is not None)
    if old_low <= low and high <= old_high:
        return Tendency.STRICTER
    return Tendency.LOOSER if low <= old_low and old_high <= high else None


def _of_parts(before: Reading, after: Reading) -> Tendency | None:
    """All parts that moved have to have moved the same way."""
    if len(before.parts) != len(after.parts):
        return None
    pairs = [(one, other) for one, other in zip(before.parts, after.parts, strict=True) if one != other]
    found = {tendency(one, other) for one, other in pairs}
    return found.pop() if len(found) == 1 else None


def _either(*, stricter: bool) -> Tendency:
    return Tendency.STRICTER if stricter else Tendency.LOOSER
