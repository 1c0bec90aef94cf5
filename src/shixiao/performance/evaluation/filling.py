"""From a row of a board to what is scored: exact values, the cases behind them, both figures, and what they rest on."""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal, InvalidOperation
from fractions import Fraction
from typing import Any

from shixiao.engine import prospects, scoring, targets
from shixiao.engine.measures import Reading, Reads
from shixiao.engine.prospects import Evidence, Fit, Position
from shixiao.engine.scoring import Basis, ByHand, Counts, Profile, Standing
from shixiao.engine.targets import Kind, Verdict
from shixiao.performance import amounts
from shixiao.performance.binding import as_judged
from shixiao.performance.evaluation import reviews
from shixiao.performance.standing import Part, Row


@dataclass(frozen=True, kw_only=True)
class Beside:
    """What of a row does not come from readings: its published points, what people typed, and the approved budget of its project (万元).

    `closed` are the parts of restricted registers: they are scored by whether the target is met, and nothing else of them goes on.
    """

    weight: Decimal | None = None
    by_hand: ByHand | None = None
    over_reason: str = ""
    budget: Decimal | None = None
    closed: Collection[int] = field(default_factory=frozenset)


def standing_of(row: Row, beside: Beside, profile: Profile, *, year: int) -> Standing:
    """The row as it is scored."""
    return Standing(
        row=row.row,
        code=row.code,
        name=row.name,
        parts=tuple(
            _closed(part, year=year)
            if part.number in beside.closed
            else part_of(part, profile, year=year, budget=beside.budget)
            for part in row.parts
        ),
        weight=beside.weight,
        by_hand=beside.by_hand,
        over_reason=beside.over_reason,
    )


def part_of(part: Part, profile: Profile, *, year: int, budget: Decimal | None = None) -> scoring.Part:
    """One condition. A share is the exact fraction of its cases; what has no evidence has no value and stays without a score."""
    known = _known(part, year=year)
    if part.declared is not None:
        is_bound = part.target.kind is Kind.BUDGET_BOUND
        value = _declared(part.target, part.declared.value)
        return scoring.Part(**known, value=value, budget=budget if is_bound else None)
    fit = amounts.fit_of(part)
    if fit is None or part.reading is None or part.basis == "none":
        return scoring.Part(**known)
    if part.basis == reviews.BASIS:
        given = reviews.given(prospects.exact_of(position_of(part, fit)), profile)
        return scoring.Part(**known, mark=given.mark if given else None, tier=given.tier if given else "")
    return _measured(part, fit, known)


def _known(part: Part, *, year: int) -> dict[str, Any]:
    started_on = part.bound.days.begin if part.bound is not None else None
    return {"target": part.target, "basis": Basis(part.basis), "year": year, "started_on": started_on}


def _measured(part: Part, fit: Fit, known: dict[str, Any]) -> scoring.Part:
    position = position_of(part, fit)
    is_nothing = part.basis == "nothing_occurred"
    if is_nothing and fit.reads is not Reads.COUNT:
        return scoring.Part(**known)  # nothing occurred, which is no value; of a count it is a count of 0
    value = prospects.exact_of(position)
    reading = position.counting
    second = prospects.exact_of(position, is_with_exclusions=True) if reading.has_exclusions else None
    is_other = second is not None and second != value
    budget = prospects.budget_of(position)
    return scoring.Part(
        **known,
        value=value,
        counts=_counts(reading),
        is_timely=fit.is_timely,
        value_put_back=second if is_other else None,
        counts_put_back=_counts(reading, is_put_back=True) if is_other else None,
        unit=fit.unit,
        budget=None if budget is None else _decimal(budget),
    )


def position_of(part: Part, fit: Fit) -> Position:
    """The part as the engine looks at it: what its value follows from."""
    if part.bound is None or part.reading is None:
        raise ValueError("nothing measures this part")
    days = part.bound.days
    return Position(
        target=part.target,
        fit=fit,
        reading=part.reading,
        evidence=Evidence.NOTHING_OCCURRED if part.basis == "nothing_occurred" else Evidence.VALUE,
        begin=days.begin,
        end=days.end,
        today=days.begin,
        against=part.against,
        least=tuple(reading for _topic, reading in part.by_topic),
    )


def _counts(reading: Reading, *, is_put_back: bool = False) -> Counts | None:
    """The cases of a reading; None of one that adds up amounts only."""
    met = reading.met + (reading.back_met if is_put_back else 0)
    missed = reading.missed + (reading.back_missed if is_put_back else 0)
    if not (met or missed or reading.pending or reading.not_counted):
        return None
    gone = reading.back_met + reading.back_missed if is_put_back else 0
    return Counts(met=met, missed=missed, pending=reading.pending, not_counted=reading.not_counted - gone)


def _decimal(value: Fraction) -> Decimal:
    return Decimal(value.numerator) / Decimal(value.denominator)


def _declared(target: targets.Reading, stored: Any) -> Decimal | bool | date | str | None:
    """A declared value as the engine scores it; None where it does not fit the target any more."""
    try:
        value = as_judged(target, stored)
    except ValueError:
        return None
    if isinstance(value, bool | date):
        return value
    if target.kind is Kind.QUALITATIVE:
        return str(value)
    try:
        return Decimal(str(value))
    except InvalidOperation:
        return str(value)


def _closed(part: Part, *, year: int) -> scoring.Part:
    """Of a restricted register whether the target is met, and no figure: missed, a person says how much it scores (law 9)."""
    known = _known(part, year=year)
    judgement = part.prospect.judgement
    if part.basis != "measured" or judgement is None:
        return scoring.Part(**known)
    is_met = judgement.verdict is Verdict.MET
    is_asked_otherwise = part.target.kind is Kind.BOOLEAN and part.target.text == "否"
    return scoring.Part(**known, value=is_met is not is_asked_otherwise)
