"""The step tables are the program: what they do not have cannot be done."""

from collections.abc import Callable
from datetime import datetime

import pytest

from shixiao import casework
from shixiao.casework import Opening, conformance, offices
from shixiao.casework.models import Case
from shixiao.casework.steps import Step
from shixiao.offices.registers.models import Register
from shixiao.people.models import User

pytestmark = pytest.mark.django_db
WORDS = (
    "registers.keeper",
    "registers.clerk",
    "registers.confirmer",
    "registers.restricted_clerk",
    "registers.restricted_confirmer",
)


@pytest.fixture
def everybody(staff: Callable[..., User]) -> User:
    return staff("everybody", *WORDS)


@pytest.fixture
def cases(training: Register, letters: Register, everybody: User, now: datetime) -> dict[str, Case]:
    told = {
        "registers.entry": ("plan", {"register": "training"}),
        "registers.restricted_entry": ("receive", {"register": "letters", "received_on": "2026-06-01"}),
        "registers.nil_return": ("ask", {"register": "training", "period": "2026-05"}),
        "registers.restricted_nil_return": ("ask", {"register": "letters", "period": "2026-05"}),
    }
    return {
        kind: casework.open_case(kind, step, Opening(unit=training.unit, particulars=given), by=everybody, now=now)
        for kind, (step, given) in told.items()
    }


@pytest.mark.parametrize(
    "kind",
    ["registers.entry", "registers.restricted_entry", "registers.nil_return", "registers.restricted_nil_return"],
)
def test_every_state_and_every_step(cases: dict[str, Case], everybody: User, now: datetime, kind: str) -> None:
    def by(step: Step) -> User:
        return everybody

    tried = conformance.refused_everywhere_else(cases[kind], by=by, now=now)
    table = offices.table_of(kind)
    rows = sum(len(step.after) for step in table.steps)
    assert tried == len(table.states) * (len(table.steps) - len(table.opening)) - rows


def test_the_list_of_names_only_grows() -> None:
    assert conformance.unlisted_names(offices.office_of("registers.entry")) == []


def test_nothing_is_wrong_with_any_office() -> None:
    assert list(offices.defects()) == []


def test_no_step_of_a_restricted_register_takes_a_text() -> None:
    restricted = [table for table in offices.office_of("registers.entry").tables if table.is_restricted]
    assert len(restricted) == 2
    assert [step.texts for table in restricted for step in table.steps if step.texts] == []
    assert [step.records.texts for table in restricted for step in table.steps if step.records.texts] == []
