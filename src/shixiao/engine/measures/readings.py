"""Readings: facts added up. They add; ratios are taken anew from the sums, never averaged."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction

from shixiao.engine.measures.declaring import Reads
from shixiao.engine.measures.history import Finding
from shixiao.engine.measures.verdicts import SCALE, Outcome


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """Cases counted and amounts summed over a scope and a window; a reading of nothing is all zeros.

    `back_met` and `back_missed` are what the cases that are not counted would add with the exclusions put back. `total` and `weight` are
    sums of amounts. `low` and `high` are the smallest and largest amount; None where there is none or nobody asked. `bins` is the
    histogram of the amounts.
    """

    met: int = 0
    missed: int = 0
    pending: int = 0
    not_counted: int = 0
    back_met: int = 0
    back_missed: int = 0
    amounts: int = 0
    total: Decimal = Decimal(0)
    weight: Decimal = Decimal(0)
    low: Decimal | None = None
    high: Decimal | None = None
    bins: Mapping[int, int] = field(default_factory=dict)

    def __add__(self, other: Reading) -> Reading:
        if not isinstance(other, Reading):
            return NotImplemented
        return Reading(
            met=self.met + other.met,
            missed=self.missed + other.missed,
            pending=self.pending + other.pending,
            not_counted=self.not_counted + other.not_counted,
            back_met=self.back_met + other.back_met,
            back_missed=self.back_missed + other.back_missed,
            amounts=self.amounts + other.amounts,
            total=self.total + other.total,
            weight=self.weight + other.weight,
            low=_end(min, self.low, other.low),
            high=_end(max, self.high, other.high),
            bins=_bins(self.bins, other.bins),
        )

    @property
    def counted(self) -> int:
        """Cases that were met or missed."""
        return self.met + self.missed

    @property
    def cases(self) -> int:
        """Everything that was looked at: met, missed, pending and not counted, or the amounts."""
        return self.counted + self.pending + self.not_counted + self.amounts

    @property
    def share(self) -> Fraction | None:
        """Met of those counted; None where there is nothing to count."""
        return Fraction(self.met, self.counted) if self.counted else None

    @property
    def share_with_exclusions(self) -> Fraction | None:
        """The share with what was excluded put back as it would have come out."""
        met, counted = self.met + self.back_met, self.counted + self.back_met + self.back_missed
        return Fraction(met, counted) if counted else None

    @property
    def holds(self) -> bool | None:
        """All of them: true while none was missed and at least one was met; None where there is nothing to count."""
        return self.missed == 0 if self.counted else None

    @property
    def mean(self) -> Fraction | None:
        """The amounts by their weights; None without any weight."""
        return Fraction(self.total) / Fraction(self.weight) if self.weight else None

    @property
    def has_exclusions(self) -> bool:
        """Something was left out that would count: both figures are shown."""
        return bool(self.back_met or self.back_missed)

    def value(self, reads: Reads) -> Fraction | int | Decimal | bool | None:
        """What the reading says; None where there is nothing to say, which is neither 0 nor 100."""
        match reads:
            case Reads.SHARE:
                return self.share
            case Reads.ALL_OF:
                return self.holds
            case Reads.COUNT:
                return self.met if self.counted or self.pending else None
            case Reads.SUM | Reads.STOCK:
                return self.total if self.amounts else None
            case Reads.MEAN:
                return self.mean
        raise ValueError("a ratio has the readings of two measures")


def _end(choose: Callable[[Decimal, Decimal], Decimal], one: Decimal | None, other: Decimal | None) -> Decimal | None:
    """The smaller or the larger, of those that there are."""
    if one is None or other is None:
        return other if one is None else one
    return choose(one, other)


def _bins(one: Mapping[int, int], other: Mapping[int, int]) -> Mapping[int, int]:
    """Both histograms; a board adds hundreds of readings that have none."""
    if not one and not other:
        return {}
    sums = dict(one)
    for bin_, count in other.items():
        sums[bin_] = sums.get(bin_, 0) + count
    return {bin_: count for bin_, count in sums.items() if count}


NOTHING = Reading()


def of_finding(finding: Finding) -> Reading:
    """The reading of one fact."""
    match finding.outcome:
        case Outcome.MET:
            return Reading(met=1)
        case Outcome.MISSED:
            return Reading(missed=1)
        case Outcome.PENDING:
            return Reading(pending=1)
        case Outcome.NOT_COUNTED:
            is_met = finding.otherwise is Outcome.MET
            return Reading(not_counted=1, back_met=int(is_met), back_missed=int(finding.otherwise is Outcome.MISSED))
        case Outcome.AMOUNT:
            value, weight = Decimal(finding.value) / SCALE, Decimal(finding.weight) / SCALE
            return Reading(amounts=1, total=value, weight=weight, low=value, high=value)
    return NOTHING


def add_up(readings: Iterable[Reading]) -> Reading:
    """All of them together."""
    return sum(readings, NOTHING)


@dataclass(frozen=True, slots=True)
class RatioReading:
    """The readings of two measures, one by the other; their parts add up apart."""

    numerator: Fraction | None
    denominator: Fraction | None

    @property
    def value(self) -> Fraction | None:
        """None where the denominator is nothing or none."""
        if self.numerator is None or not self.denominator:
            return None
        return self.numerator / self.denominator
