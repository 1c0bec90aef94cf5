"""The step tables are the program: what they do not have cannot be done."""

from collections.abc import Callable
from datetime import datetime

import pytest

from shixiao.casework import conformance, offices
from shixiao.casework.models import Case
from shixiao.casework.steps import Step
from shixiao.people.models import User

pytestmark = pytest.mark.django_db
WORDS = tuple(f"supervision.{word}" for word in ("officer", "head", "handler", "leader", "instructions"))


@pytest.mark.parametrize("kind", ["supervision.task", "supervision.instruction"])
def test_every_state_and_every_step(
    kind: str, request: pytest.FixtureRequest, staff: Callable[..., User], now: datetime
) -> None:
    case: Case = request.getfixturevalue("propose" if kind == "supervision.task" else "register")()
    everybody = staff("everybody", *WORDS)

    def by(step: Step) -> User | None:
        return None if step.by == "program" else everybody

    tried = conformance.refused_everywhere_else(case, by=by, now=now)  # type: ignore[arg-type]
    table = offices.table_of(kind)
    rows = sum(len(step.after) for step in table.steps)
    assert tried == len(table.states) * (len(table.steps) - len(table.opening)) - rows


def test_the_list_of_names_only_grows() -> None:
    assert conformance.unlisted_names(offices.office_of("supervision.task")) == []  # type: ignore[arg-type]


def test_nothing_is_wrong_with_any_office() -> None:
    assert list(offices.defects()) == []
