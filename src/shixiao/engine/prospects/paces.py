"""How unevenly work comes, and how sure it is how much more will come."""

from __future__ import annotations

from math import sqrt

from shixiao.engine.prospects.position import Position

MOST_SPREAD = 4.0
# How much the pace of the rest of the year differs from that so far beyond chance: a standard deviation, as a share of it.
DRIFT = 0.2
_ENOUGH, _WHOLE = 4, 0.9


def variance_of_pace(position: Position, dispersion: float) -> float:
    """How uncertain it is how many cases the rest of the window brings: by chance, because the pace is only estimated, and because it drifts."""
    reading, expected = position.counting, position.pace * position.left
    known = (reading.counted + reading.amounts + 0.5) / dispersion
    return expected * dispersion + expected**2 / known + (expected * DRIFT) ** 2


def open_pace(position: Position, dispersion: float) -> float:
    """The same, less where what is pending tells most of them."""
    if not position.elapsed or position.left <= 0:
        return 0.0
    future, expected = position.future, position.pace * position.left
    open_ = 1 - future.pending / (future.pending + future.further + sqrt(expected) + 1e-9)
    return open_ * variance_of_pace(position, dispersion)


def by_calendar(position: Position) -> int | None:
    """How many more there will be beyond what is pending where a schedule brings them; None where none shows.

    Every whole month brought as many cases as every other, at least one, whatever became of them: four months or more of that do not come
    about by chance (where there is one a month on the average, in 2 of 100 offices). So the months to come bring as many, too, and no others.
    """
    months = [(length, each.counted + each.pending + each.not_counted) for length, each in position.months]
    whole = [cases for length, cases in months if length > _WHOLE]
    if len(whole) < _ENOUGH or len(set(whole)) > 1 or not whole[0] or position.grown[-1][0] != position.today:
        return None
    length, cases = months[-1]
    rest = 0 if length > _WHOLE else max(0, whole[0] - cases)
    after = (position.end.year - position.today.year) * 12 + position.end.month - position.today.month - 1
    ahead = position.counting.pending - position.grown[-1][1].pending
    return max(0, rest + after * whole[0] - ahead)


def dispersion_of(values: list[float]) -> float:
    """The variance of months by their mean, between 1 and `MOST_SPREAD`, drawn to what is usual where there are few."""
    if len(values) < 3:
        return 1.3
    mean = sum(values) / len(values)
    if mean <= 0:
        return 1.0
    variance = sum((each - mean) ** 2 for each in values) / (len(values) - 1)
    return min(MOST_SPREAD, max(1.0, (variance / mean * (len(values) - 1) + 1.3 * 2) / (len(values) + 1)))
