"""A simulated house says so on every page, to every program and in every file; a real one says nothing."""

import csv
import io
import json
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from openpyxl import load_workbook

from shixiao import ledger
from shixiao.casework import events, simulated, tokens
from shixiao.people.models import User
from shixiao.performance import actions
from shixiao.performance.models import PlanVersion
from shixiao.tables import samples

pytestmark = [pytest.mark.django_db, pytest.mark.database]
MARK = "模拟数据"


@pytest.fixture
def version(officer: User, now: datetime) -> PlanVersion:
    return actions.accept_plan(samples.guangzhou(), name="guangzhou-2026.txt", by=officer, now=now).version


@pytest.fixture
def simulation(now: datetime) -> None:
    """As `shixiao simulate` begins; another process has to find it by itself."""
    simulate(now)
    simulated.remember(is_simulated=None)


def simulate(now: datetime) -> None:
    codes = {"year": 2026, "seed": 7, "scale": 1, "until": now}
    ledger.record(events.SIMULATED, subject=simulated.SUBJECT, by=None, now=now, particulars=codes)


def addresses(version: PlanVersion) -> list[str]:
    plan = f"/plans/{version.plan_id}/"
    board = ["/board/", "/board/money/", "/board/leader/", "/board/compare/"]
    return ["/", *board, plan, f"{plan}v1/1/", "/evidence/", "/account/", "/not/there/"]


def test_every_page_is_marked_in_both_languages(
    version: PlanVersion, officer: User, signed_in: Callable[[User], Client], simulation: None
) -> None:
    client = signed_in(officer)
    for address in addresses(version):
        page = client.get(address, follow=True).content.decode()
        assert page.count(f"</span>{MARK}</strong>") == 1, address
    assert MARK in Client().get("/sign-in/", follow=True).content.decode()
    assert "Simulated data" in Client(headers={"Accept-Language": "en"}).get("/sign-in/", follow=True).content.decode()


def test_a_real_house_shows_nothing(version: PlanVersion, officer: User, signed_in: Callable[[User], Client]) -> None:
    simulated.remember(is_simulated=None)
    client = signed_in(officer)
    for address in addresses(version):
        assert MARK not in client.get(address, follow=True).content.decode(), address
    assert simulated.HEADER not in program(officer).get("/api/v1/plans").headers


def asked(action: Callable[[], object]) -> int:
    with CaptureQueriesContext(connection) as queries:
        action()
    return sum("casework.simulation" in each["sql"] for each in queries)


def test_once_known_it_is_not_asked_again(now: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    clock = [1000.0]
    monkeypatch.setattr(simulated, "monotonic", lambda: clock[0])
    simulated.remember(is_simulated=None)
    page = Client()
    assert asked(lambda: page.get("/sign-in/", follow=True)) == 1
    assert asked(lambda: page.get("/sign-in/", follow=True)) == 0
    simulate(now)
    assert asked(lambda: page.get("/sign-in/", follow=True)) == 0
    clock[0] += simulated.KEPT_FOR
    assert asked(lambda: page.get("/sign-in/", follow=True)) == 1
    assert MARK in page.get("/sign-in/", follow=True).content.decode()
    clock[0] += 1_000_000
    assert asked(lambda: page.get("/sign-in/", follow=True)) == 0


def program(user: User) -> Client:
    now = timezone.now()
    until = timezone.localtime(now).date() + timedelta(days=30)
    made = tokens.create_token("程序", user=user, scope={"*": "read"}, valid_until=until, by=user, now=now)
    return Client(headers={"Authorization": f"Bearer {made.secret}"})


@pytest.mark.parametrize("is_simulated", [True, False])
def test_programs_are_told(version: PlanVersion, officer: User, now: datetime, is_simulated: bool) -> None:
    if is_simulated:
        simulate(now)
    simulated.remember(is_simulated=None)
    client, plan = program(officer), f"/api/v1/plans/{version.plan_id}"
    for address in ("/board", "/board/1/why"):
        answer = client.get(plan + address)
        assert answer.json()["simulated"] is is_simulated, address
        assert (simulated.HEADER in answer.headers) is is_simulated
    table = client.get(f"{plan}/board?format=csv")
    assert ("-simulated.csv" in table.headers["Content-Disposition"]) is is_simulated
    lines = list(csv.DictReader(io.StringIO(table.content.decode("utf-8-sig"))))
    assert {line["simulated"] for line in lines} == {json.dumps(is_simulated)}


def test_a_list_as_a_file_says_so_first(
    staff: Callable[..., User], signed_in: Callable[[User], Client], simulation: None
) -> None:
    clerk = staff("clerk", "payments.clerk")
    answer = signed_in(clerk).post("/offices/payments/export.xlsx?kind=payments.payment")
    assert "-simulated.xlsx" in answer.headers["Content-Disposition"]
    book = load_workbook(io.BytesIO(b"".join(answer.streaming_content)))  # type: ignore[attr-defined]
    assert MARK in str(book.active["A1"].value)  # type: ignore[index]
