"""What of a restricted register only its holders bind: less than everything, other than a whole year, or a parameter that picks cases."""

from datetime import date
from typing import Any

import pytest

from shixiao.casework.models import Project, Topic
from shixiao.engine.measures import CATALOGUE, Measure
from shixiao.engine.measures.parameters import as_given
from shixiao.ledger.gauges import InUse
from shixiao.people.models import Unit
from shixiao.performance.binding import Wanted
from shixiao.performance.models import Basis
from shixiao.performance.narrowing import is_narrowed


def narrowed(measure: str, given: dict[str, Any], **more: Any) -> bool:
    found = CATALOGUE[measure]
    assert isinstance(found, Measure)
    year = {"begin": date(2026, 1, 1), "end": date(2027, 1, 1)}
    wanted = Wanted(basis=Basis.MEASURE, measure=measure, **(year | more))
    return is_narrowed(wanted, InUse(1, found, as_given(found, {"register": "petitions"} | given)))


@pytest.mark.parametrize(
    ("measure", "given"),
    [("registers.count", {}), ("registers.done_share", {}), ("registers.count", {"field": "", "value": ""})],
)
def test_everything_of_a_whole_year_is_not_narrowed(measure: str, given: dict[str, Any]) -> None:
    assert not narrowed(measure, given)


@pytest.mark.parametrize(
    ("measure", "given"),
    [("registers.count", {"field": "state", "value": "a"}), ("registers.milestone_done", {"value": "a"}), ("registers.daily", {"times": 3})],
)  # fmt: skip
def test_a_parameter_that_picks_cases_or_says_how_many_are_enough_is(measure: str, given: dict[str, Any]) -> None:
    assert narrowed(measure, given)


@pytest.mark.parametrize(
    "more",
    [
        {"unit": Unit(pk=1)},
        {"project": Project(pk=1)},
        {"topics": [Topic(pk=1)]},
        {"end": date(2026, 12, 31)},
        {"begin": date(2026, 1, 2)},
        {"end": date(2028, 1, 1)},
    ],
)
def test_a_part_of_the_house_or_of_the_year_is(more: dict[str, Any]) -> None:
    assert narrowed("registers.count", {}, **more)
