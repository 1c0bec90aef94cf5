"""What may still come until the window ends, and so where the value will be: by kind of reading, from the months so far.

The pace is what was counted by day; months vary more than chance alone makes them, so the spread is widened by how much they did (the
variance-to-mean ratio, held below `MOST_SPREAD`). What is pending already is sure to be decided; further cases are those
that the pace lets expect beyond them.
"""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from math import sqrt

from shixiao.engine.measures import Reading, Reads
from shixiao.engine.prospects.chances import Spread, certain, failures, normal
from shixiao.engine.prospects.counts import FAILED_BEFORE, PASSED_BEFORE, counted
from shixiao.engine.prospects.fitting import Mode
from shixiao.engine.prospects.paces import dispersion_of, open_pace
from shixiao.engine.prospects.position import (
    MONTH,
    PLACES,
    Forecast,
    Position,
    budget_of,
    figure,
    rounded,
)
from shixiao.engine.targets import Kind, Sense

OF_A_RATE = 0.5  # how much a rate of complaints drifts within a year: a standard deviation, as a share of it
HELD = 0.8  # what the interval of a forecast holds


def spread_of(position: Position) -> Spread | None:
    """The distribution of the value at the window's end, in the target's unit before `factor`; of a share and of all-of that of the number
    of cases that fail. None where there is nothing to go by."""
    reading = position.counting
    match position.fit.mode, position.fit.reads:
        case (Mode.ALL_OF, _) | (_, Reads.SHARE):
            return _failing(position)
        case (Mode.SOME, _) | (_, Reads.COUNT):
            return counted(position)
        case _, Reads.MEAN:
            return _mean(position)
        case _, (Reads.SUM | Reads.STOCK):
            return _summed(position, reading)
        case _, Reads.RATIO:
            return _ratio(position)
    return None


def _failing(position: Position) -> Spread:
    """What was seen counts less the more months vary, and never fully: a rate drifts."""
    reading, future = position.counting, position.future
    weight = 1 / (1.6 * dispersion_of([float(each.missed) for _length, each in position.months]))
    return failures(
        future.whole, failed=reading.missed * weight + FAILED_BEFORE, passed=reading.met * weight + PASSED_BEFORE
    )


def _summed(position: Position, reading: Reading) -> Spread:
    """Amounts: as many months as are left, like those so far."""
    if position.left <= 0:
        return certain(float(reading.total))
    is_stock = position.fit.reads is Reads.STOCK
    told = position.months if is_stock else position.steady
    months = [(length, float(each.total)) for length, each in told]
    whole = sum(length for length, _total in months)
    if not whole:
        return normal(float(reading.total), 0.0)
    left = position.left / MONTH
    rate = _slope(months, whole) if is_stock else sum(total for _length, total in months) / whole
    variance = _variance(months, rate)
    return normal(float(reading.total) + rate * left, variance * left + variance * left * left / whole)


def _slope(months: list[tuple[float, float]], whole: float) -> float:
    return sum(total for _length, total in months[1:]) / whole if len(months) > 1 else 0.0


def _variance(months: list[tuple[float, float]], rate: float) -> float:
    """Of what a month brings; with few months more than was seen, since two alike say little."""
    if len(months) < 2:
        return rate * rate
    squares = sum((total - rate * length) ** 2 / max(length, 0.25) for length, total in months)
    return squares / (len(months) - 1) + rate * rate * 0.25 / len(months)


def _mean(position: Position) -> Spread | None:
    reading = position.counting
    if not reading.weight:
        return None
    mean, weight = float(reading.total) / float(reading.weight), float(reading.weight)
    if position.left <= 0:
        return certain(mean)
    future = weight / position.elapsed * position.left if position.elapsed else 0.0
    months = [(float(each.weight), float(each.total)) for _length, each in position.months if each.weight > 0]
    of_one = _variance_of_one(months, mean)
    share = future / (future + weight)
    variance = share * share * of_one * (1 / max(future, 1.0) + 1 / weight)
    return normal(mean, variance)


def _variance_of_one(months: list[tuple[float, float]], mean: float) -> float:
    """How much one case varies around the mean, from how much the means of months do."""
    if len(months) < 2:
        return mean * mean
    squares = sum(weight * (total / weight - mean) ** 2 for weight, total in months)
    return squares / (len(months) - 1) + mean * mean * 0.5 / len(months)


def _ratio(position: Position) -> Spread | None:
    above, below = position.counting, position.against
    if below is None or not figure(below):
        return None
    months = [(length, float(figure(each))) for length, each in position.steady]
    left = position.left / MONTH
    sum_ = float(figure(above))
    whole = sum(length for length, _value in months)
    brought = sum(value for _length, value in months)
    if not whole:
        whole, brought = position.elapsed / MONTH, sum_
    rate = brought / whole if whole else 0.0
    variance = _variance(months, rate) if above.amounts else rate * dispersion_of([value for _l, value in months])
    end, spread = sum_ + rate * left, variance * left + (variance * left * left / whole if whole else 0.0)
    if not above.amounts:  # amounts vary so much by themselves that what drifts besides is small
        spread += (OF_A_RATE * rate * left) ** 2
    under = float(figure(below))
    if not below.amounts:  # counts grow with the months, too; an approved budget does not
        under *= position.days / max(position.elapsed, 1)
    return normal(end / under, spread / under / under)


# ---- from the distribution to the target -----------------------------------------------------------------------


def forecast_of(position: Position) -> Forecast | None:
    """The interval at the window's end and the chance to meet the target; None where there is nothing to go by."""
    spread = spread_of(position)
    if spread is None:
        return None
    match position.fit.mode, position.fit.reads:
        case Mode.ALL_OF, _:
            return Forecast(low=None, mid=None, high=None, probability=_all_met(position, spread))
        case Mode.SOME, _:
            some = 1.0 if position.counting.met else 1 - spread.at_most(0)
            return Forecast(low=None, mid=None, high=None, probability=some)
        case _, Reads.SHARE:
            return _of_share(position, spread)
        case _, Reads.COUNT:
            return _of_number(position, spread, base=position.counting.met)
    return _of_number(position, spread, base=0)


def _all_met(position: Position, spread: Spread) -> float:
    reading = position.counting
    if reading.missed:
        return 0.0
    if not reading.met and not position.future.cases:
        return 0.0
    return spread.at_most(0)


def _of_share(position: Position, spread: Spread) -> Forecast | None:
    reading = position.counting
    whole = reading.counted + position.future.whole
    if not whole:
        return None
    factor = Fraction(position.fit.factor)
    # Fewer or more cases than expected make the same failures weigh more or less.
    margin = 0.7 * sqrt(open_pace(position, dispersion_of([float(each.counted) for _l, each in position.months])))

    def share(failed: float, cases: float) -> Decimal:
        cases = max(round(cases), reading.counted, 1)
        return rounded(max(Fraction(cases - reading.missed - round(failed), cases), Fraction(0)) * factor)

    bound = Fraction(position.target.value or 0) / factor
    allowed = float(whole - bound * whole) - reading.missed  # so many more may fail for a share of at least the bound
    if position.target.sense is Sense.AT_MOST:
        # the share has to stay at or below: so many at least have to fail
        probability = 1 - spread.at_most(_below(allowed, is_strict=position.target.op != "<"))
    else:
        probability = spread.at_most(allowed - (1e-6 if position.target.op == ">" else -1e-6))
    few, many = spread.interval(HELD)
    return Forecast(
        low=share(many, whole - margin),
        mid=share(spread.quantile(0.5), whole),
        high=share(few, whole + margin),
        probability=probability,
    )


def _below(bound: float, *, is_strict: bool) -> float:
    """The largest whole number below the bound, or the bound itself."""
    return bound - 1 + 1e-6 if is_strict and float(bound).is_integer() else bound - 1e-6 if is_strict else bound


def _of_number(position: Position, spread: Spread, *, base: float) -> Forecast:
    factor = float(position.fit.factor)

    def told(value: float) -> Decimal:
        if position.fit.reads is Reads.COUNT:
            value = round(value)
        return Decimal(str(round((base + value) * factor, 4))).quantize(PLACES).normalize() + 0

    is_open = position.left > 0 or position.counting.pending
    low, high = spread.interval(HELD) if is_open else (spread.mean, spread.mean)
    mid = min(max(spread.quantile(0.5) if position.fit.reads is Reads.COUNT else spread.mean, low), high)
    if position.fit.reads is not Reads.STOCK:
        seen = 0.0 if base else _floor(position)
        low, high = max(low, seen), max(high, seen)
    return Forecast(
        low=told(low),
        mid=told(max(mid, low)),
        high=told(high),
        probability=_probability(position, spread, base, factor),
    )


def _floor(position: Position) -> float:
    """A sum of amounts that only grow does not fall below what it is; reversals are rare, and small beside it."""
    reads, reading = position.fit.reads, position.counting
    return float(reading.total) if reads is Reads.SUM and reading.total > 0 and reading.low is None else float("-inf")


def _probability(position: Position, spread: Spread, base: float, factor: float) -> float:
    target = position.target
    low, high = bounds_of(position)
    is_whole = position.fit.reads is Reads.COUNT
    found = 1.0
    if high is not None:
        bound = float(high) / factor - base
        strict = target.op == "<"
        found = spread.at_most(_strictly(bound, is_whole=is_whole) if strict else bound + 1e-9)
    if low is not None:
        bound = float(low) / factor - base
        strict = target.op == ">"
        below = bound + (1e-9 if strict else -1e-6 if is_whole else -1e-9)
        found -= spread.at_most(below)
    return min(1.0, max(0.0, found))


def _strictly(bound: float, *, is_whole: bool) -> float:
    return bound - 1e-6 if is_whole else bound - 1e-9


def bounds_of(position: Position) -> tuple[Fraction | None, Fraction | None]:
    """Between which values the target is met, in its unit; None where it is open."""
    target = position.target
    if position.fit.mode is Mode.BUDGET:
        return None, budget_of(position) if position.fit.reads is Reads.SUM else Fraction(position.fit.factor)
    if target.kind is Kind.RANGE and target.value is not None and target.high is not None:
        return Fraction(target.value), Fraction(target.high)
    if target.value is None:
        return None, None
    value = Fraction(target.value)
    match target.sense:
        case Sense.AT_LEAST:
            return value, None
        case Sense.AT_MOST:
            return None, value
    return value, value
