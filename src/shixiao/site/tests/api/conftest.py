"""A house with the payments office, and programs that call it."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone

from shixiao import casework
from shixiao.casework import tokens
from shixiao.casework.models import Case, Project
from shixiao.people.models import Unit, User

PAYMENT = "payments.payment"
EVERYTHING = {"*": "write"}


@dataclass
class Program:
    """Somebody's program: a token, and short ways to call."""

    secret: str
    user: User
    token: Any

    def get(self, address: str, **headers: str) -> HttpResponse:
        return Client(raise_request_exception=False).get(f"/api/v1{address}", headers=self._headers(headers))

    def post(self, address: str, body: Any, **headers: str) -> HttpResponse:
        content = body if isinstance(body, (str, bytes)) else json.dumps(body)
        return Client(raise_request_exception=False).post(
            f"/api/v1{address}", content, content_type="application/json", headers=self._headers(headers)
        )

    def _headers(self, more: dict[str, str]) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.secret}"} | {
            name.replace("_", "-"): each for name, each in more.items()
        }


@pytest.fixture(autouse=True)
def _at_that_morning(now: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(timezone, "now", lambda: now)


@pytest.fixture
def program(staff: Callable[..., User], now: datetime) -> Callable[..., Program]:
    """`program("li", "payments.clerk")`: a member of staff with a token for everything."""

    def make(username: str, *words: str, scope: dict[str, str] | None = None, **more: Any) -> Program:
        user = staff(username, *words, **more)
        return with_token(user, scope=scope or EVERYTHING, now=now)

    return make


def with_token(user: User, *, scope: dict[str, str], now: datetime) -> Program:
    made = tokens.create_token("程序", user=user, scope=scope, valid_until=date(2026, 12, 31), by=user, now=now)
    return Program(made.secret, user, made.token)


@pytest.fixture
def project(unit: Unit) -> Project:
    return Project.objects.create(unit=unit, name="其他运行经费", since_year=2026, until_year=2026)


@pytest.fixture
def budget(project: Project, staff: Callable[..., User], now: datetime) -> Case:
    keeper = staff("keeper", "payments.budget_keeper")
    told = {"project": project.pk, "year": 2026, "fiscal": "156380.00", "document": "模拟〔2026〕1号"}
    opening = casework.Opening(unit=project.unit, particulars=told)
    return casework.open_case("payments.budget", "approve", opening, by=keeper, now=now)


@pytest.fixture
def clerk(program: Callable[..., Program]) -> Program:
    return program("clerk", "payments.clerk")


@pytest.fixture
def approver(program: Callable[..., Program]) -> Program:
    return program("approver", "payments.approver")


@pytest.fixture
def cashier(program: Callable[..., Program]) -> Program:
    return program("cashier", "payments.cashier")


@pytest.fixture
def asked(project: Project, unit: Unit) -> dict[str, Any]:
    """A good request to register a payment."""
    told = {"project": project.pk, "source": "fiscal", "amount": "1200.50", "payee": "模拟印刷厂", "purpose": "印刷费"}
    return {"unit": unit.pk, "particulars": told}


@pytest.fixture
def registered(budget: Case, asked: dict[str, Any], clerk: Program) -> int:
    """The id of a registered payment."""
    response = clerk.post("/cases/payments.payment/register", asked, Idempotency_Key="registered")
    assert response.status_code == 201, response.content.decode()
    found: int = response.json()["id"]
    return found
