"""The step table is the program: what it does not have cannot be done."""

from collections.abc import Callable
from datetime import datetime

import pytest

from shixiao.casework import conformance, offices
from shixiao.casework.models import Case
from shixiao.casework.steps import Step
from shixiao.people.models import User

pytestmark = pytest.mark.django_db
WORDS = ("reviews.officer", "reviews.submitter", "reviews.reviewer", "reviews.chair")


def test_every_state_and_every_step(drafted: Case, staff: Callable[..., User], now: datetime) -> None:
    everybody = staff("everybody", *WORDS)

    def by(step: Step) -> User | None:
        return None if step.by == "program" else everybody

    tried = conformance.refused_everywhere_else(drafted, by=by, now=now)
    table = offices.table_of("reviews.review")
    rows = sum(len(step.after) for step in table.steps)
    assert tried == len(table.states) * (len(table.steps) - len(table.opening)) - rows


def test_the_list_of_names_only_grows() -> None:
    assert conformance.unlisted_names(offices.office_of("reviews.review")) == []


def test_nothing_is_wrong_with_any_office() -> None:
    assert list(offices.defects()) == []
