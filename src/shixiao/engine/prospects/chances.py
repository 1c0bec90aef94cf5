"""Distributions of what is still to come, by their probabilities one after the other; beyond some hundreds, by the normal curve.

The beta-binomial and the negative binomial are what a binomial and a Poisson become when the rate itself is only estimated (the
Pólya urn and the gamma-Poisson mixture of any textbook of Bayesian statistics); both recurrences follow from their definitions.
"""

from __future__ import annotations

from collections.abc import Iterator
from math import exp, lgamma, log, sqrt
from statistics import NormalDist

MOST = 400  # so many single probabilities are added; a wider one is as good as normal
_NORMAL = NormalDist()


class Spread:
    """A distribution of a whole number from 0 on, or of an amount: its quantiles and the chance to stay below something."""

    def __init__(self, mean: float, deviation: float, masses: list[float] | None = None) -> None:
        self.mean, self.deviation, self._masses = mean, deviation, masses

    def masses(self) -> list[float] | None:
        """The probabilities of 0, 1, 2 …, also of what is certain; None for an amount or a wide one."""
        if self._masses is None and not self.deviation and self.mean >= 0 and float(self.mean).is_integer():
            return [0.0] * int(self.mean) + [1.0]
        return self._masses

    def quantile(self, share: float) -> float:
        """The smallest value up to which lies at least this share."""
        if self._masses is None:
            return self.mean + self.deviation * _NORMAL.inv_cdf(share) if self.deviation else self.mean
        sum_ = 0.0
        for value, mass in enumerate(self._masses):
            sum_ += mass
            if sum_ >= share - 1e-12:
                return float(value)
        return float(len(self._masses) - 1)

    def interval(self, share: float) -> tuple[float, float]:
        """The values around the middle that hold this share. Of whole numbers the likeliest ones, as many as come nearest to it: no number
        of them holds just the share, so that every other choice would hold too much or too little on average."""
        if self._masses is None:
            rest = (1 - share) / 2
            return self.quantile(rest), self.quantile(1 - rest)
        return _likeliest(self._masses, share)

    def at_most(self, bound: float) -> float:
        """The chance to be at or below the bound."""
        if self._masses is None:
            if not self.deviation:
                return 1.0 if self.mean <= bound else 0.0
            return _NORMAL.cdf((bound - self.mean) / self.deviation)
        if bound < 0:
            return 0.0
        return min(1.0, sum(self._masses[: int(bound + 1e-9) + 1]))


def _likeliest(masses: list[float], share: float) -> tuple[float, float]:
    low = high = max(range(len(masses)), key=masses.__getitem__)
    sum_ = masses[low]
    while sum_ < share:
        below = masses[low - 1] if low > 0 else -1.0
        above = masses[high + 1] if high + 1 < len(masses) else -1.0
        more = max(below, above)
        if more <= 0 or sum_ + more - share > share - sum_:
            break
        sum_ += more
        low, high = (low - 1, high) if below >= above else (low, high + 1)
    return float(low), float(high)


def certain(value: float) -> Spread:
    """Nothing is open."""
    return Spread(value, 0.0)


def normal(mean: float, variance: float) -> Spread:
    """An amount around its mean."""
    return Spread(mean, sqrt(max(variance, 0.0)))


def failures(trials: float, *, failed: float, passed: float) -> Spread:
    """How many of `trials` fail, where `failed` and `passed` are the pseudo-counts of what was seen (beta-binomial)."""
    count = round(trials)
    if count <= 0:
        return certain(0.0)
    whole = failed + passed
    share = failed / whole
    mean = count * share
    variance = mean * (1 - share) * (whole + count) / (whole + 1)
    if count > MOST and mean + 6 * sqrt(variance) > MOST:
        return normal(mean, variance)
    return Spread(mean, sqrt(variance), list(_beta_binomial(count, failed, passed)))


def _beta_binomial(count: int, failed: float, passed: float) -> Iterator[float]:
    """P(0), then each from the one before it, until next to nothing is left: of 730 rounds of which hardly one fails, a few."""
    sum_ = 0.0
    mass = exp(lgamma(passed + count) - lgamma(passed) - lgamma(failed + passed + count) + lgamma(failed + passed))
    for value in range(count + 1):
        yield mass
        sum_ += mass
        if count > MOST and sum_ > 0.999999:
            return
        mass *= (count - value) / (value + 1) * (failed + value) / (passed + count - value - 1 or 1e-300)


def arrivals(mean: float, variance: float) -> Spread:
    """How many come, with more spread than a Poisson has where the rate is uncertain or comes in bursts (negative binomial)."""
    if mean <= 0:
        return certain(0.0)
    if variance <= mean * 1.000001:
        variance = mean * 1.000001
    if mean + 6 * sqrt(variance) > MOST:
        return normal(mean, variance)
    size = mean * mean / (variance - mean)
    return Spread(mean, sqrt(variance), list(_negative_binomial(mean, size)))


def beyond(known: int, whole: Spread) -> Spread:
    """How many more than `known` there will be, where the pace lets expect `whole` of them and so many are there already."""
    if not known:
        return whole
    masses = whole.masses()
    if masses is None:
        return _beyond_normal(known, whole)
    rest = masses[known:]
    sum_ = sum(rest)
    if sum_ < _NEXT_TO_NOTHING:
        return certain(0.0)
    rest = [mass / sum_ for mass in rest]
    mean = sum(value * mass for value, mass in enumerate(rest))
    variance = sum((value - mean) ** 2 * mass for value, mass in enumerate(rest))
    return Spread(mean, sqrt(variance), rest)


def _beyond_normal(known: int, whole: Spread) -> Spread:
    """The mean and the variance of what lies above a bound (a truncated normal curve)."""
    at = (known - whole.mean) / whole.deviation
    above = 1 - _NORMAL.cdf(at)
    if above < _NEXT_TO_NOTHING:
        return certain(0.0)
    ratio = _NORMAL.pdf(at) / above
    return normal(whole.mean + whole.deviation * ratio - known, whole.deviation**2 * (1 + at * ratio - ratio * ratio))


def passing(known: int, further: Spread, *, failed: float, passed: float) -> Spread:
    """How many of `known` and of those that come beyond them do not fail; `failed` and `passed` as of `failures`."""
    masses = further.masses()
    if masses is None or (known + len(masses)) * len(masses) > _STEPS:
        return _passing_normal(known, further, failed=failed, passed=passed)
    sums = [0.0] * (known + len(masses))
    for more, chance in enumerate(masses):
        if chance > _NEXT_TO_NOTHING:
            count = known + more
            for failing, mass in enumerate(_beta_binomial(count, failed, passed) if count else (1.0,)):
                sums[count - failing] += chance * mass
    mean = sum(value * mass for value, mass in enumerate(sums))
    variance = sum((value - mean) ** 2 * mass for value, mass in enumerate(sums))
    return Spread(mean, sqrt(variance), sums)


def _passing_normal(known: int, further: Spread, *, failed: float, passed: float) -> Spread:
    count, share = known + further.mean, passed / (failed + passed)
    of_share = count * share * (1 - share) * (failed + passed + count) / (failed + passed + 1)
    return normal(count * share, of_share + further.deviation**2 * share * share)


_STEPS = 40_000  # so many single probabilities are multiplied for one forecast, at most
_NEXT_TO_NOTHING = 1e-9


def _negative_binomial(mean: float, size: float) -> Iterator[float]:
    ratio = mean / (size + mean)
    mass = exp(size * log(size / (size + mean)))
    sum_, value = 0.0, 0
    while sum_ < 0.999999 and value < 2 * MOST:
        yield mass
        sum_ += mass
        mass *= (size + value) / (value + 1) * ratio
        value += 1
