"""How surprising a count is. Added up from logarithms, so that neither many cases nor small chances leave what a number can hold."""

from __future__ import annotations

from collections.abc import Callable
from math import comb, exp, lgamma, log, log1p

ENOUGH = 1e-12  # what is left of a sum is not worth more terms


def at_least(count: int, expected: float) -> float:
    """The chance of `count` or more, where `expected` are usual and each comes by itself."""
    if count <= 0 or expected <= 0:
        return float(count <= 0)

    def term(number: int) -> float:
        return exp(number * log(expected) - expected - lgamma(number + 1))

    if count > expected:
        return _up(count, term(count), lambda number: expected / (number + 1))
    return max(0.0, 1.0 - _down(count - 1, term(count - 1), lambda number: number / expected))


def at_least_of(count: int, of: int, share: float) -> float:
    """The chance of `count` or more among `of`, where each has the chance `share`."""
    if count <= 0 or count > of or share <= 0 or share >= 1:
        return float(count <= 0 or (count <= of and share >= 1))

    def term(number: int) -> float:
        ways = lgamma(of + 1) - lgamma(number + 1) - lgamma(of - number + 1)
        return exp(ways + number * log(share) + (of - number) * log1p(-share))

    odds = share / (1 - share)
    if count > of * share:
        return min(1.0, _up(count, term(count), lambda number: (of - number) / (number + 1) * odds))
    return max(0.0, 1.0 - _down(count - 1, term(count - 1), lambda number: number / (of - number + 1) / odds))


def _up(number: int, term: float, ratio: Callable[[int], float]) -> float:
    """The terms from this one on, each the one before times its ratio."""
    total = 0.0
    while term > total * ENOUGH:
        total += term
        term *= ratio(number)
        number += 1
    return total


def _down(number: int, term: float, ratio: Callable[[int], float]) -> float:
    """The terms from this one down to the one of 0."""
    total = 0.0
    while number >= 0 and term > total * ENOUGH:
        total += term
        term *= ratio(number)
        number -= 1
    return total


def at_least_drawn(count: int, drawn: int, marked: int, of: int) -> float:
    """The chance of `count` marked ones or more among `drawn` out of `of`, of which `marked` are marked."""
    ways = sum(comb(marked, n) * comb(of - marked, drawn - n) for n in range(count, min(drawn, marked) + 1))
    return ways / comb(of, drawn)
