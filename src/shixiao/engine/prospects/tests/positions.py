"""Positions as a clerk would write them down: a target's wording, a measure, what there was, and the day."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

from shixiao.engine.bilingual import Text
from shixiao.engine.measures import Aspect, CountsOn, Measure, Ratio, Reading, Reads, Verdict
from shixiao.engine.prospects import Evidence, Position, fit
from shixiao.engine.targets import Reading as Target
from shixiao.engine.targets import read

BEGIN, MIDDLE, LAST, END = date(2026, 1, 1), date(2026, 6, 30), date(2026, 12, 31), date(2027, 1, 1)
_NEVER: Callable[..., Verdict | None] = lambda *_given, **_more: None  # noqa: E731


def a_measure(
    reads: Reads, unit: str = "", *, is_timely: bool = False, mends: bool = False, is_judgement: bool = False
) -> Measure:
    """A measure that reads so."""
    return Measure(
        name="desk.made_up",
        wording=Text("某项工作", "Some work"),
        of=("desk.thing",),
        unit=unit,
        aspect=Aspect.TIMELINESS if is_timely else Aspect.QUANTITY,
        counts_on=CountsOn.DUE,
        reads=reads,
        function=_NEVER,
        about="Made up.",
        mends=mends,
        is_judgement=is_judgement,
    )


def a_ratio(unit: str = "%", *, is_money: bool = False) -> Ratio:
    """One measure by another."""
    return Ratio(
        name="desk.made_up_rate",
        wording=Text("某项比率", "Some rate"),
        unit=unit,
        aspect=Aspect.COST if is_money else Aspect.QUALITY,
        numerator="desk.above",
        denominator="desk.below",
        about="Made up.",
    )


def amounts(*values: str | int | Decimal) -> Reading:
    """Amounts, each with the weight 1."""
    told = [Decimal(each) for each in values]
    return Reading(amounts=len(told), total=sum(told, Decimal(0)), weight=Decimal(len(told)))


def at(
    target: str | Target,
    measure: Measure | Ratio,
    reading: Reading,
    today: date = MIDDLE,
    *,
    has_against: bool = False,
    **more: Any,
) -> Position:
    """That measure held against that target, in 2026."""
    read_target = read(target) if isinstance(target, str) else target
    has_against = has_against or more.get("against") is not None
    return Position(
        target=read_target,
        fit=fit(read_target, measure, has_against=has_against),
        reading=reading,
        evidence=more.pop("evidence", Evidence.VALUE),
        begin=more.pop("begin", BEGIN),
        end=more.pop("end", END),
        today=today,
        year=2026,
        **more,
    )
