"""Whether a target can be reached with so many cases: how many of them may fail, worked out before any of them has happened."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from math import ceil, floor
from typing import NamedTuple

from shixiao.engine.bilingual import Text
from shixiao.engine.targets import Kind, Reading, Sense
from shixiao.engine.targets.writing import number

_OF = {"%": 100, "‰": 1000}
_ENOUGH = 10**9  # no survey and no register has so many


class Allowance(NamedTuple):
    """Of `cases` so many may fail. `least` is the smallest number of cases of which one may; None where none ever may."""

    cases: int | None
    may_fail: int | None
    least: int | None


def allowance(target: Reading, cases: int | None) -> Allowance | None:
    """How many of so many cases may fail; None for what is no share. Without `cases` only from how many on one may."""
    share = _share_that_may_fail(target)
    if share is None:
        return None
    is_strict = target.op in (">", "<")
    least = None if share <= 0 else _least(share, is_strict=is_strict)
    return Allowance(cases, None if cases is None else _whole(share * cases, is_strict=is_strict), least)


def _share_that_may_fail(target: Reading) -> Fraction | None:
    """Of a share at least so large the rest of it; of faults at most so large that share itself."""
    if target.kind is not Kind.NUMERIC or target.value is None or target.unit not in _OF:
        return None
    bound = Fraction(target.value) / _OF[target.unit]
    if not 0 <= bound <= 1:
        return None
    return bound if target.sense is Sense.AT_MOST else 1 - bound


def _whole(most: Fraction, *, is_strict: bool) -> int:
    if is_strict and most.denominator == 1:
        return max(0, int(most) - 1)
    return floor(most)


def _least(share: Fraction, *, is_strict: bool) -> int | None:
    found = ceil(1 / share)
    if is_strict and share * found == 1:
        found += 1
    return found if found < _ENOUGH else None


def in_words(found: Allowance, target: Reading, wording: str) -> Text:
    """One sentence: what so many cases allow, or from how many on one may fail."""
    zh, en = ("不满意", "unhappy answer") if "满意" in (target.words or "") else ("不达标", "failure")
    if found.least is None:
        return Text(f"“{wording}”一件也不允许{zh}。", f"“{wording}” allows no {en} at all.")
    if found.cases is None:
        return Text(
            f"不到 {found.least} 件时，第一件{zh}就达不到“{wording}”。",
            f"With fewer than {found.least} cases the first {en} fails “{wording}”.",
        )
    if not found.may_fail:
        return Text(
            f"“{wording}”只有 {found.cases} 件时，第一件{zh}就达不到；至少 {found.least} 件才容得下一件。",
            f"“{wording}” with {found.cases} cases fails at the first {en}; it takes {found.least} to allow one.",
        )
    worst = number(Decimal(found.may_fail))
    return Text(
        f"“{wording}”按 {found.cases} 件算，最多 {worst} 件{zh}。",
        f"“{wording}” with {found.cases} cases allows {worst} at most ({en}).",
    )
