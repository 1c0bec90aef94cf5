"""What is known of one part of an indicator on one day, and what follows from it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from functools import cached_property
from math import floor
from typing import NamedTuple

from shixiao.engine.bilingual import Text
from shixiao.engine.measures import NOTHING, Reading, Reads
from shixiao.engine.prospects.fitting import Fit, Mode
from shixiao.engine.prospects.statuses import Chance, Evidence, Status
from shixiao.engine.targets import Judgement
from shixiao.engine.targets import Reading as Target

PLACES = Decimal("0.0001")
MONTH = 30.44
_SEVERAL = 5


class Tier(NamedTuple):
    """A tier of marks in percent of the points: from `low` (included) up to the next one; the highest is what the target asks for."""

    code: str
    title: Text
    low: Decimal


class Future(NamedTuple):
    """How many cases are still to be decided: `pending` for sure, `further` by the pace."""

    pending: int
    further: float

    @property
    def cases(self) -> float:
        """All of them."""
        return self.pending + self.further

    @property
    def whole(self) -> int:
        """So many, in whole cases; at least one while any may come."""
        return max(round(self.cases), 1 if self.further > 0 else 0)


def _less(grown: Reading, before: Reading) -> Reading:
    return Reading(
        met=grown.met - before.met,
        missed=grown.missed - before.missed,
        pending=grown.pending - before.pending,
        not_counted=grown.not_counted - before.not_counted,
        amounts=grown.amounts - before.amounts,
        total=grown.total - before.total,
        weight=grown.weight - before.weight,
    )


@dataclass(frozen=True, kw_only=True)
class Position:
    """One part on the evening of `today`.

    The window is `begin` up to and without `end`. `grown` is the reading cumulated at the end of each month of the window up to today, oldest
    first; `against` the second figure (the denominator of a ratio, the approved budget); `least` are readings of which the smallest
    counts. `tiers` are those by which a mark is judged.
    """

    target: Target
    fit: Fit
    reading: Reading
    evidence: Evidence
    begin: date
    end: date
    today: date
    grown: Sequence[tuple[date, Reading]] = ()
    against: Reading | None = None
    least: Sequence[Reading] = ()
    year: int = 0
    tiers: Sequence[Tier] = ()

    @cached_property
    def counting(self) -> Reading:
        """The reading that counts: the smallest of several."""
        return min(self.least, key=_rank) if self.least else self.reading

    @cached_property
    def is_over(self) -> bool:
        """The window has ended and nothing of it is open."""
        return self.left <= 0 and not self.counting.pending

    @cached_property
    def days(self) -> int:
        """How long the window is."""
        return (self.end - self.begin).days

    @cached_property
    def elapsed(self) -> int:
        """How many of its days are over."""
        return max(0, min(self.days, (self.today - self.begin).days + 1))

    @cached_property
    def months(self) -> tuple[tuple[float, Reading], ...]:
        """What each month brought, with its length in months (the last one may be partial)."""
        found: list[tuple[float, Reading]] = []
        before, sum_ = self.begin.toordinal() - 1, NOTHING
        for day, grown in self.grown:
            end = day.toordinal()
            if end > before:
                found.append(((end - before) / MONTH, _less(grown, sum_)))
            before, sum_ = end, grown
        return tuple(found)

    @cached_property
    def future(self) -> Future:
        """What is still to be decided in the window."""
        pending = self.counting.pending
        if self.left <= 0:
            return Future(pending, 0.0)
        return Future(pending, max(0.0, self.pace * self.left - pending))

    @cached_property
    def pace(self) -> float:
        """Cases decided, or amounts, a day: as in the steady months, where there are enough of them."""
        reading = self.counting
        if not self.elapsed:
            return 0.0
        return (reading.counted + reading.amounts) / self.elapsed * self.quickening

    @cached_property
    def steady(self) -> tuple[tuple[float, Reading], ...]:
        """The months that say what the next ones will bring: all but the first, once there are five. A window opens with nothing under way:
        what takes weeks from its beginning to the day on which it counts brings less than usual in the first month."""
        return self.months[1:] if len(self.months) >= _SEVERAL else self.months

    @cached_property
    def quickening(self) -> float:
        """How much more a day there was in the steady months than in all."""
        brought = [(length, each.counted + each.amounts) for length, each in self.months]
        days, cases = sum(length for length, _cases in brought), sum(cases for _length, cases in brought)
        if not cases or len(self.steady) == len(self.months):
            return 1.0
        return (cases - brought[0][1] + 0.5) / (cases + 0.5) * days / (days - brought[0][0])

    @cached_property
    def left(self) -> int:
        """How many are still to come."""
        return self.days - self.elapsed


def _rank(reading: Reading) -> tuple[Fraction | Decimal | int, ...]:
    """Of topics that are counted apart the one with the fewest; of shares the worst."""
    return (reading.met, reading.total, -reading.missed)


@dataclass(frozen=True, slots=True, kw_only=True)
class Headroom:
    """How much room is left: `amount` in `unit` where it has a measure; negative is how far it falls short."""

    amount: Decimal | None
    unit: str
    text: Text


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """How much a week there was so far, and how much is needed from now on, in the target's unit; `exact` is what is needed, not rounded."""

    so_far: Decimal
    needed: Decimal
    unit: str
    exact: Fraction = Fraction(0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Forecast:
    """Where the value will be when the window ends: the middle and an interval that holds four times of five. `probability` is that of
    meeting the target. The figures are None where the value is a yes or a no."""

    low: Decimal | None
    mid: Decimal | None
    high: Decimal | None
    probability: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Prospect:
    """Where a target stands and whether it will be met. `value` is None where there is nothing to say, which is neither 0 nor 100.

    `value_with_exclusions` is the value with what is not counted put back, None where that changes nothing. `is_final`: nothing that may
    still happen could undo it.
    """

    status: Status
    judgement: Judgement | None = None
    value: Decimal | bool | None = None
    value_with_exclusions: Decimal | bool | None = None
    unit: str = ""
    headroom: Headroom | None = None
    pace: Pace | None = None
    forecast: Forecast | None = None
    chance: Chance | None = None
    is_final: bool = False
    parts: tuple[Prospect, ...] = ()


def value_of(position: Position, *, is_with_exclusions: bool = False) -> Decimal | bool | None:
    """The value in the target's own unit; None where there is nothing to say."""
    found = _of_reading(position, position.counting, is_with_exclusions=is_with_exclusions)
    return found if found is None or isinstance(found, bool) else rounded(found)


def rounded(value: Fraction) -> Decimal:
    """To four places. What is judged is the exact fraction."""
    return (Decimal(value.numerator) / Decimal(value.denominator)).quantize(PLACES).normalize() + 0


def floored(value: Fraction, places: int = 4) -> Decimal:
    """To so many places, never up: what is said to be left may be used."""
    return Decimal(floor(value * 10**places)).scaleb(-places).normalize() + 0


def ceiled(value: Fraction, places: int = 4) -> Decimal:
    """To so many places, never down: what is said to be missing is enough."""
    return -floored(-value, places)


def exact_of(position: Position, *, is_with_exclusions: bool = False) -> Fraction | bool | None:
    """The value without rounding: what is judged, and what is scored. None where there is nothing to say."""
    return _of_reading(position, position.counting, is_with_exclusions=is_with_exclusions)


def _of_reading(position: Position, reading: Reading, *, is_with_exclusions: bool) -> Fraction | bool | None:
    fit = position.fit
    met = reading.met + (reading.back_met if is_with_exclusions else 0)
    missed = reading.missed + (reading.back_missed if is_with_exclusions else 0)
    match fit.mode:
        case Mode.ALL_OF:
            return missed == 0 if met + missed else None
        case Mode.SOME:
            return met > 0 if _is_watched(position) else None
        case Mode.BUDGET if fit.reads is Reads.SUM:
            return Fraction(reading.total) * Fraction(fit.factor) if _has_budget(position) else None
    raw = _number(position, reading, met, missed)
    return None if raw is None else raw * Fraction(fit.factor)


def _has_budget(position: Position) -> bool:
    return position.against is not None and bool(position.against.amounts)


def _number(position: Position, reading: Reading, met: int, missed: int) -> Fraction | None:
    match position.fit.reads:
        case Reads.SHARE:
            return Fraction(met, met + missed) if met + missed else None
        case Reads.COUNT:
            return Fraction(met) if _is_watched(position) else None
        case Reads.SUM | Reads.STOCK:
            return Fraction(reading.total) if reading.amounts else None
        case Reads.MEAN:
            return reading.mean
        case Reads.RATIO:
            return _ratio(reading, position.against)
    return None


def _is_watched(position: Position) -> bool:
    """Somebody wrote down what there was: none at all is then a count of 0, also of one topic among others."""
    return bool(position.reading.cases) or position.evidence is Evidence.NOTHING_OCCURRED


def _ratio(above: Reading, below: Reading | None) -> Fraction | None:
    """One figure by the other: amounts where there are amounts, otherwise counts. Nothing paid of a budget is 0 of it."""
    if below is None or not below.cases:
        return None
    under = figure(below)
    return figure(above) / under if under else None


def figure(reading: Reading) -> Fraction:
    """What a half of a ratio says: its amounts, or how many were met."""
    return Fraction(reading.total) if reading.amounts else Fraction(reading.met)


def budget_of(position: Position) -> Fraction | None:
    """The approved budget in the target's unit; None without one."""
    if position.against is None or not position.against.amounts:
        return None
    return Fraction(position.against.total) * Fraction(position.fit.factor)
