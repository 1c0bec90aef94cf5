"""How many will be counted: of what is pending most, as it was so far; and what comes beyond it.

The pace says how many to expect in all, and that there are as many as are pending is known. Where there was none at all so far, a pace of
none says little, and least early in the year.
"""

from __future__ import annotations

from shixiao.engine.prospects.chances import Spread, arrivals, beyond, certain, passing
from shixiao.engine.prospects.paces import by_calendar, dispersion_of, variance_of_pace
from shixiao.engine.prospects.position import Position

# What is believed of a rate before anything was seen, as pseudo-counts: few fail.
FAILED_BEFORE, PASSED_BEFORE = 0.25, 1.0
# Jeffreys' prior for a Poisson rate, after a time t in which nothing came: a gamma with shape 1/2 and rate t.
NOTHING_YET = 0.5


def counted(position: Position) -> Spread:
    """How many more will be counted by the window's end."""
    reading, pending = position.counting, position.future.pending
    if not (reading.met or reading.missed or reading.pending):
        return _nothing_yet(position)
    dispersion = _dispersion(position)
    further = certain(0.0)
    if position.elapsed and position.left > 0:
        further = _further(position, dispersion)
    weight = 1 / dispersion
    failed, passed = reading.missed * weight + FAILED_BEFORE, reading.met * weight + PASSED_BEFORE
    return passing(pending, further, failed=failed, passed=passed)


def _further(position: Position, dispersion: float) -> Spread:
    """How many come beyond what is pending: what of the pace's distribution lies above that. They are as uncertain as their part in the whole
    is large, since what was announced and what was not come independently."""
    scheduled = None if position.least else by_calendar(position)
    if scheduled is not None:
        return certain(float(scheduled))
    pending, expected = position.future.pending, position.pace * position.left
    variance = variance_of_pace(position, dispersion)
    found = beyond(pending, arrivals(expected, variance))
    if not pending or not found.mean:
        return found
    return arrivals(found.mean, min(found.deviation**2, variance * found.mean / expected))


def _dispersion(position: Position) -> float:
    """Of the months of what counts. Of one topic among others the cases are thinned out, and so is what makes them come in bursts."""
    found = dispersion_of([float(each.met) for _length, each in position.months])
    if not position.least or not position.reading.met:
        return found
    return 1 + (found - 1) * position.counting.met / position.reading.met


def _nothing_yet(position: Position) -> Spread:
    """Negative binomial with the mean 1/2 x left / elapsed and the size 1/2."""
    if position.left <= 0 or not position.elapsed:
        return certain(0.0)
    mean = NOTHING_YET * position.left / position.elapsed
    return arrivals(mean, mean + mean * mean / NOTHING_YET)
