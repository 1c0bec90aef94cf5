"""The step tables are the program: what they do not have cannot be done."""

from collections.abc import Callable
from datetime import datetime

import pytest

from shixiao import casework
from shixiao.casework import Opening, conformance, offices
from shixiao.casework.models import Case, Project
from shixiao.casework.steps import Step
from shixiao.offices.payments.models import Programme
from shixiao.people.models import Unit, User

pytestmark = pytest.mark.django_db
WORDS = ("payments.clerk", "payments.approver", "payments.cashier", "payments.budget_keeper")


@pytest.fixture
def everybody(staff: Callable[..., User]) -> User:
    return staff("everybody", *WORDS)


@pytest.fixture
def project(unit: Unit) -> Project:
    return Project.objects.create(unit=unit, name="其他运行经费", since_year=2026, until_year=2026)


@pytest.fixture
def cases(project: Project, everybody: User, now: datetime) -> dict[str, Case]:
    programme = Programme.objects.create(
        name="参事津贴", project=project, source="fiscal", rhythm="monthly", since=now.date()
    )
    payment = {"source": "fiscal", "amount": "1", "payee": "模拟甲", "purpose": "印刷费", "over_reason": "无预算试用"}
    told = {
        "payments.budget": ("approve", {"year": 2026, "fiscal": "0", "document": "模拟1号", "project": project.pk}),
        "payments.payment": ("register", payment | {"project": project.pk}),
        "payments.round": ("plan", {"programme": programme.pk, "period": "2026-07"}),
    }
    return {
        kind: casework.open_case(kind, step, Opening(unit=project.unit, particulars=given), by=everybody, now=now)
        for kind, (step, given) in told.items()
    }


@pytest.mark.parametrize("kind", ["payments.budget", "payments.payment", "payments.round"])
def test_every_state_and_every_step(cases: dict[str, Case], everybody: User, now: datetime, kind: str) -> None:
    def by(step: Step) -> User:
        return everybody

    tried = conformance.refused_everywhere_else(cases[kind], by=by, now=now)
    table = offices.table_of(kind)
    rows = sum(len(step.after) for step in table.steps)
    assert tried == len(table.states) * (len(table.steps) - len(table.opening)) - rows


def test_the_list_of_names_only_grows() -> None:
    assert conformance.unlisted_names(offices.office_of("payments.payment")) == []


def test_nothing_is_wrong_with_any_office() -> None:
    assert list(offices.defects()) == []
