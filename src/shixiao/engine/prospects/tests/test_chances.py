"""Distributions of what is still to come, against their definitions."""

from math import comb

import pytest

from shixiao.engine.measures import Reading, Reads
from shixiao.engine.prospects import Status, prospect
from shixiao.engine.prospects.chances import MOST, failures
from shixiao.engine.prospects.tests.positions import a_measure, at


def test_of_whole_pseudo_counts_the_chance_of_failures_is_that_of_the_urn() -> None:
    """Pólya's urn with one black and four white balls: the chance of k black ones in five draws."""
    told = failures(5, failed=1, passed=4)
    for most in range(6):
        exact = sum(comb(5, k) * _rising(1, k) * _rising(4, 5 - k) / _rising(5, 5) for k in range(most + 1))
        assert told.at_most(most) == pytest.approx(exact)


def _rising(base: int, times: int) -> int:
    return base if times == 1 else 1 if not times else (base + times - 1) * _rising(base, times - 1)


@pytest.mark.parametrize("trials", [MOST - 1, MOST, MOST + 1, 2 * MOST, 5 * MOST])
def test_that_none_of_many_fails_is_as_likely_as_step_by_step(trials: int) -> None:
    exact = 1.0
    for seen in range(trials):
        exact *= (240 + seen) / (240.25 + seen)
    assert failures(trials, failed=0.25, passed=240).at_most(0) == pytest.approx(exact, rel=1e-6)


def test_rounds_in_every_slot_of_which_none_was_missed_are_on_course() -> None:
    """A round every three hours: 1,448 kept by the end of June, and as many to come."""
    rounds = prospect(at("每天不少于8次巡查", a_measure(Reads.ALL_OF), Reading(met=1_448, pending=1_472)))
    assert rounds.status is Status.LIKELY
