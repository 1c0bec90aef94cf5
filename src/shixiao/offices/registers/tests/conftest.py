from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest

from shixiao import casework
from shixiao.casework import Opening
from shixiao.casework.models import Case, Project
from shixiao.offices.registers.definitions import define
from shixiao.offices.registers.models import Register
from shixiao.people.models import Unit, User

TRAINING = {
    "name": "学习培训",
    "fields": [
        {"code": "subject", "title": "培训主题", "sort": "text", "is_required": True},
        {"code": "held_on", "title": "举办日期", "sort": "date", "is_required": True},
        {"code": "people", "title": "参加人数", "sort": "number", "unit": "人"},
        {"code": "form", "title": "形式", "sort": "choice", "choices": [["lecture", "讲座"], ["online", "网上"]]},
    ],
    "day_field": "held_on",
    "is_planned": True,
    "needs_confirmation": True,
}


@pytest.fixture
def project(unit: Unit) -> Project:
    return Project.objects.create(unit=unit, name="工作经费", code="P01", since_year=2026, until_year=2026)


@pytest.fixture
def keeper(staff: Callable[..., User]) -> User:
    return staff("keeper", "registers.keeper")


@pytest.fixture
def clerk(staff: Callable[..., User]) -> User:
    return staff("clerk", "registers.clerk")


@pytest.fixture
def confirmer(staff: Callable[..., User]) -> User:
    return staff("confirmer", "registers.confirmer")


@pytest.fixture
def holder(staff: Callable[..., User]) -> User:
    return staff("holder", "registers.restricted_clerk")


@pytest.fixture
def superior(staff: Callable[..., User]) -> User:
    return staff("superior", "registers.restricted_confirmer")


@pytest.fixture
def training(unit: Unit, keeper: User, now: datetime) -> Register:
    return define(TRAINING, unit=unit, code="training", by=keeper, now=now)


@pytest.fixture
def letters(unit: Unit, keeper: User, now: datetime) -> Register:
    given = {"name": "信访举报件", "needs_confirmation": True}
    return define(given, unit=unit, code="letters", is_restricted=True, by=keeper, now=now)


def plan(register: Register, by: User, now: datetime, **told: Any) -> Case:
    opening = Opening(unit=register.unit, particulars={"register": register.code} | told)
    return casework.open_case("registers.entry", "plan", opening, by=by, now=now)


def enter(register: Register, by: User, now: datetime, *, happened_at: datetime | None = None, **told: Any) -> Case:
    opening = Opening(unit=register.unit, happened_at=happened_at, particulars={"register": register.code} | told)
    return casework.open_case("registers.entry", "enter", opening, by=by, now=now)


def receive(register: Register, by: User, now: datetime, *, received_on: str = "2026-06-01", **more: Any) -> Case:
    particulars = {"register": register.code, "received_on": received_on} | more
    opening = Opening(unit=register.unit, particulars=particulars)
    return casework.open_case("registers.restricted_entry", "receive", opening, by=by, now=now)
