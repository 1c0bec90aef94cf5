from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest

from shixiao import casework
from shixiao.casework import Opening
from shixiao.casework.models import Case, Project
from shixiao.people.models import Unit, User


@pytest.fixture
def project(unit: Unit) -> Project:
    return Project.objects.create(unit=unit, name="其他运行经费", code="P01", since_year=2026, until_year=2026)


@pytest.fixture
def clerk(staff: Callable[..., User]) -> User:
    return staff("clerk", "payments.clerk")


@pytest.fixture
def approver(staff: Callable[..., User]) -> User:
    return staff("approver", "payments.approver")


@pytest.fixture
def cashier(staff: Callable[..., User]) -> User:
    return staff("cashier", "payments.cashier")


@pytest.fixture
def keeper(staff: Callable[..., User]) -> User:
    return staff("keeper", "payments.budget_keeper")


@pytest.fixture
def budget(project: Project, keeper: User, now: datetime) -> Case:
    return approve_budget(project, keeper, now)


def approve_budget(
    project: Project, by: User, now: datetime, *, year: int = 2026, fiscal: str = "156380.00", **more: str
) -> Case:
    told = {"project": project.pk, "year": year, "fiscal": fiscal, "document": "模拟〔2026〕1号"} | more
    return casework.open_case(
        "payments.budget", "approve", Opening(unit=project.unit, particulars=told), by=by, now=now
    )


def told(project: Project, **more: Any) -> dict[str, Any]:
    return {
        "project": project.pk,
        "source": "fiscal",
        "amount": "1200.50",
        "payee": "模拟印刷厂",
        "purpose": "印刷费",
    } | more


def register(project: Project, by: User, now: datetime, **more: Any) -> Case:
    return casework.open_case(
        "payments.payment", "register", Opening(unit=project.unit, particulars=told(project, **more)), by=by, now=now
    )


def take_over(project: Project, by: User, now: datetime, *, happened_at: datetime | None = None, **more: Any) -> Case:
    opening = Opening(
        unit=project.unit, happened_at=happened_at, particulars=told(project, **{"voucher": "2026-0001"} | more)
    )
    return casework.open_case("payments.payment", "take_over", opening, by=by, now=now)
