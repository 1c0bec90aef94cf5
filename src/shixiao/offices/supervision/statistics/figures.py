"""The figures of a line of statistics, each a reading of a measure of the catalogue, and how sure a rate is. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import Enum
from fractions import Fraction
from functools import cached_property
from math import sqrt
from typing import NamedTuple

from shixiao.engine.bilingual import Text
from shixiao.engine.measures import NOTHING, Outcome, Reading
from shixiao.offices.supervision import measures, workload
from shixiao.offices.supervision.statistics.periods import AGES

NOBODY = (0,) * len(AGES)
FEW = 10  # below so many cases a rate says little, and is marked
_Z = 1.959963984540054  # 95%


class Shows(str, Enum):
    """How a figure is shown."""

    COUNT = "count"
    SHARE = "share"
    MEAN = "mean"
    MEDIAN = "median"


class Figure(NamedTuple):
    """One column: what it is called, the measure whose reading it shows, and the outcomes of the cases behind it.

    `stands`: of all days up to now, whatever the period. `part`: a share is opened to this part of what it counts.
    """

    code: str
    title: Text
    measure: str
    shows: Shows
    opens: tuple[Outcome, ...]
    stands: bool = False
    about: Text = Text("", "")


_COUNTED = (Outcome.MET, Outcome.MISSED)
FIGURES = (
    Figure("issued", Text("交办", "Entrusted"), workload.issued.name, Shows.COUNT, (Outcome.MET,)),
    Figure("closed", Text("办结", "Closed"), workload.closed.name, Shows.COUNT, (Outcome.MET,)),
    Figure("due", Text("到期", "Due"), measures.done_in_time.name, Shows.COUNT, _COUNTED),
    Figure("in_time", Text("按期", "In time"), measures.done_in_time.name, Shows.COUNT, (Outcome.MET,)),
    Figure("late", Text("逾期", "Late"), measures.done_in_time.name, Shows.COUNT, (Outcome.MISSED,)),
    Figure("in_time_rate", Text("按期率", "In time, %"), measures.done_in_time.name, Shows.SHARE, _COUNTED),
    Figure(
        "first_limit_rate",
        Text("按原定期限", "By the first limit, %"),
        measures.done_by_first_limit.name,
        Shows.SHARE,
        _COUNTED,
    ),
    Figure("overdue", Text("现在逾期", "Overdue now"), workload.overdue.name, Shows.COUNT, (Outcome.MET,), stands=True),
    Figure("in_hand", Text("在办", "In hand"), workload.in_hand.name, Shows.COUNT, (Outcome.MET,), stands=True),
    Figure("returned", Text("退回", "Returned"), measures.returned.name, Shows.COUNT, (Outcome.MET,)),
    Figure("extensions", Text("延期", "Extensions"), workload.extensions.name, Shows.COUNT, (Outcome.AMOUNT,)),
    Figure("reminders", Text("催办", "Reminders"), measures.reminders.name, Shows.COUNT, (Outcome.AMOUNT,)),
    Figure("hours_mean", Text("平均用时", "Mean hours"), workload.handling_time.name, Shows.MEAN, (Outcome.AMOUNT,)),
    Figure(
        "hours_median", Text("中位用时", "Median hours"), workload.handling_time.name, Shows.MEDIAN, (Outcome.AMOUNT,)
    ),
)
# What the months beside another aspect show: the median of each would be read for their own page only, and what stands now is of no month.
BESIDE = tuple(each for each in FIGURES if not each.stands and each.shows is not Shows.MEDIAN)
BY_CODE: Mapping[str, Figure] = {each.code: each for each in FIGURES}
OF_PERIOD = tuple(dict.fromkeys(each.measure for each in FIGURES if not each.stands))
STANDING = tuple(dict.fromkeys(each.measure for each in FIGURES if each.stands))


class Interval(NamedTuple):
    """Between which shares the rate lies, were the same work done many times; in percent."""

    low: float
    high: float


def interval(met: int, counted: int) -> Interval | None:
    """Wilson's interval at 95%; None where nothing was counted. It does not run out of 0 and 100, and is wide for few cases."""
    if not counted:
        return None
    share, square = met / counted, _Z * _Z
    middle = share + square / (2 * counted)
    half = _Z * sqrt(share * (1 - share) / counted + square / (4 * counted * counted))
    whole = 1 + square / counted
    return Interval(max(0.0, (middle - half) / whole) * 100, min(1.0, (middle + half) / whole) * 100)


@dataclass(frozen=True)
class Line:
    """Everything of one value of an aspect, of a month, or of all: readings by the name of their measure, and about the median of the hours.

    `ages` and `late_ages` are what is in hand by the time since it was entrusted, and what is overdue by the time since its limit, in the
    order of `periods.AGES`.
    """

    readings: Mapping[str, Reading] = field(default_factory=dict)
    median: Decimal | None = None
    ages: tuple[int, ...] = NOBODY
    late_ages: tuple[int, ...] = NOBODY

    def reading(self, measure: str) -> Reading:
        """The reading of a measure, of nothing where there is none."""
        return self.readings.get(measure, NOTHING)

    def value(self, code: str) -> Decimal | int | None:
        """A figure as it is shown: a number of cases or of times, a rate in percent, hours. None where there is nothing to say."""
        if code not in self._values:
            self._values[code] = self._value(BY_CODE[code])
        return self._values[code]

    @cached_property
    def _values(self) -> dict[str, Decimal | int | None]:
        return {}

    def _value(self, figure: Figure) -> Decimal | int | None:
        if figure.stands:
            return sum(self.ages if figure.measure == workload.in_hand.name else self.late_ages)
        reading = self.reading(figure.measure)
        match figure.shows:
            case Shows.SHARE:
                return _rounded(reading.share, 100)
            case Shows.MEAN:
                return _rounded(reading.mean, 1)
            case Shows.MEDIAN:
                return None if self.median is None else self.median.quantize(_TENTH)
        if Outcome.AMOUNT in figure.opens:
            return int(reading.total)
        return sum({Outcome.MET: reading.met, Outcome.MISSED: reading.missed}[each] for each in figure.opens)

    @property
    def rate(self) -> Reading:
        """What the rate in time counts, by the limit as it stood."""
        return self.reading(measures.done_in_time.name)

    @cached_property
    def interval(self) -> Interval | None:
        """How sure the rate in time is."""
        return interval(self.rate.met, self.rate.counted)

    @property
    def is_of_few(self) -> bool:
        """So few cases were counted that the rate says little."""
        return 0 < self.rate.counted < FEW

    @property
    def is_empty(self) -> bool:
        """Nothing at all: no figure of the period, nothing in hand."""
        return not any(each.cases for each in self.readings.values()) and not any((*self.ages, *self.late_ages))


_TENTH = Decimal("0.1")


def _rounded(value: Fraction | None, times: int) -> Decimal | None:
    if value is None:
        return None
    exact = value * times
    return (Decimal(exact.numerator) / Decimal(exact.denominator)).quantize(_TENTH)
