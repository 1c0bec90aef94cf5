"""Plans, boards and explanations for programs."""

import csv
import io
import json
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from jsonschema import validate

from shixiao.ledger.models import Event
from shixiao.people.models import User
from shixiao.performance import actions, shipping
from shixiao.performance.models import PlanVersion
from shixiao.site import demonstration, starting
from shixiao.site.cli.schema import schema
from shixiao.site.tests.api.conftest import PAYMENT, Program, with_token
from shixiao.tables import samples

pytestmark = [pytest.mark.django_db, pytest.mark.database]
TRANSACTIONS = ("BEGIN", "COMMIT", "SAVEPOINT", "RELEASE", "ROLLBACK")


@pytest.fixture
def version(officer: User, now: datetime) -> PlanVersion:
    """The published table, bound as it ships."""
    starting.take_in_gauges(now=now)
    accepted = actions.accept_plan(samples.guangzhou(), name="guangzhou-2026.txt", by=officer, now=now)
    shipping.bind_shipped(accepted.version, by=officer, now=now)
    return accepted.version


@pytest.fixture
def reader(officer: User, now: datetime) -> Program:
    return with_token(officer, scope={"*": "read"}, now=now)


def board(version: PlanVersion, more: str = "") -> str:
    return f"/plans/{version.plan_id}/board{more}"


def test_plans_are_listed_in_pages(version: PlanVersion, reader: Program) -> None:
    found = reader.get("/plans").json()
    assert found["next"] is None
    assert found["items"] == [
        {"id": version.plan_id, "version": 1, "department": version.plan.department, "year": 2026}
    ]
    assert reader.get(f"/plans?after={version.plan_id}").json()["items"] == []


def test_a_board_comes_in_pages_that_are_the_whole_together(version: PlanVersion, reader: Program) -> None:
    rows, after = [], 0
    while after is not None:
        page = reader.get(board(version, f"?after={after}&limit=50")).json()
        rows += page["rows"]
        after = page["next"]
    assert [row["row"] for row in rows] == list(range(1, 124))
    validate(page, json.loads(schema("board")))
    assert page["is_live"] is True


def test_what_has_no_evidence_has_no_value(version: PlanVersion, reader: Program) -> None:
    rows = reader.get(board(version, "?basis=none&limit=200")).json()["rows"]
    assert rows
    for each in [part for row in rows for part in (row["parts"] or [row])]:
        assert each["value"] is each["value_text"] is each["headroom"] is each["forecast"] is each["cases"] is None


def test_rows_of_one_status(version: PlanVersion, reader: Program) -> None:
    every = reader.get(board(version, "?limit=200")).json()["rows"]
    chosen = reader.get(board(version, "?status=to_be_reviewed&limit=200")).json()["rows"]
    assert chosen == [row for row in every if row["status"] == "to_be_reviewed"]
    assert 0 < len(chosen) < len(every)


def test_nothing_is_sent_again_until_something_happens(version: PlanVersion, reader: Program, now: datetime) -> None:
    first = reader.get(board(version))
    again = reader.get(board(version), If_None_Match=first["ETag"])
    assert (again.status_code, again.content, again["ETag"]) == (304, b"", first["ETag"])
    assert reader.get(board(version, "?limit=10"), If_None_Match=first["ETag"]).status_code == 200
    last = Event.objects.order_by("id").last()
    assert last is not None
    Event.objects.create(
        kind=last.kind,
        subject_kind=last.subject_kind,
        subject_id=last.subject_id,
        by_kind=last.by_kind,
        by_id=last.by_id,
        happened_at=now,
        recorded_at=now,
        particulars=last.particulars,
    )
    assert reader.get(board(version), If_None_Match=first["ETag"]).status_code == 200


def test_the_tag_is_another_one_tomorrow_and_for_another_scope(
    version: PlanVersion, officer: User, reader: Program, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = reader.get(board(version))["ETag"]
    narrow = with_token(officer, scope={"payments.payment": "read"}, now=now)
    assert narrow.get(board(version), If_None_Match=first).status_code == 200
    monkeypatch.setattr("django.utils.timezone.now", lambda: now + timedelta(days=1))
    assert reader.get(board(version), If_None_Match=first).status_code == 200


def test_csv_by_accept_and_by_name(version: PlanVersion, reader: Program) -> None:
    by_accept = reader.get(board(version), Accept="text/csv")
    by_name = reader.get(board(version, "?format=csv"))
    assert by_accept.content == by_name.content
    assert by_name["Content-Type"] == "text/csv; charset=utf-8"
    lines = list(csv.DictReader(io.StringIO(by_name.content.decode("utf-8-sig"))))
    assert {line["row"] for line in lines} == {str(number) for number in range(1, 124)}
    assert [line["part"] for line in lines if line["row"] == "11"] == ["1", "2"]
    nothing = next(line for line in lines if line["basis"] == "none")
    assert nothing["value"] == nothing["counted"] == nothing["headroom"] == ""


def test_json_is_what_a_program_gets_that_takes_both(version: PlanVersion, reader: Program) -> None:
    assert reader.get(board(version), Accept="application/json, text/csv")["Content-Type"] == "application/json"


def test_why_is_the_explanation_of_the_schema(version: PlanVersion, reader: Program) -> None:
    answer = reader.get(board(version, "/1/why"))
    validate(answer.json(), json.loads(schema("why")))
    assert answer.json()["row"] == 1
    assert reader.get(board(version, "/1/why"), If_None_Match=answer["ETag"]).status_code == 304
    assert reader.get(board(version, "/2/why"), If_None_Match=answer["ETag"]).status_code == 200


@pytest.mark.parametrize(
    ("address", "status", "field"),
    [
        ("?as_of=2026-02-30", 422, "as_of"),
        ("?as_of=2199-01-01", 422, "as_of"),
        ("?as_of=yesterday", 422, "wanted.as_of"),
        ("?status=good", 422, "wanted.status"),
        ("?page=2", 422, "page"),
        ("/124/why", 404, None),
    ],
)
def test_what_is_asked_wrongly_is_a_problem(
    version: PlanVersion, reader: Program, address: str, status: int, field: Any
) -> None:
    answer = reader.get(board(version, address))
    assert answer.status_code == status
    assert answer["Content-Type"] == "application/problem+json"
    if field:
        assert answer.json()["field"].endswith(field.rpartition(".")[2])


def test_an_unknown_plan_and_no_token(version: PlanVersion, reader: Program) -> None:
    assert reader.get("/plans/999999/board").status_code == 404
    assert Program("no-such-token", reader.user, None).get(board(version)).status_code == 401


@pytest.fixture
def bound(now: datetime) -> PlanVersion:
    """The demonstration, where registers and payments work."""
    demonstration.begin(say=lambda _text: None, now=now)
    connection.run_on_commit.clear()  # what a commit would do: the gauges are not changing any more, and may be kept
    return PlanVersion.objects.get()


def test_a_working_board_shows_each_token_what_it_may_read(bound: PlanVersion, officer: User, now: datetime) -> None:
    wide, narrow = (
        with_token(officer, scope=scope, now=now)
        for scope in ({"*": "read"}, {PAYMENT: "read", "payments.budget": "read", "payments.round": "read"})
    )
    rows = {row["row"]: row for row in wide.get(board(bound, "?limit=200")).json()["rows"]}
    assert rows[5]["cases"]["counted"] > 0
    assert rows[9]["value"] > 0
    for row in (rows[6], rows[2]):  # restricted registers: whoever holds them reads them on pages
        assert row["is_hidden"] is True
        assert [row[name] for name in ("value", "headroom", "forecast", "cases")] == [None] * 4
    of_payments = {row["row"]: row for row in narrow.get(board(bound, "?limit=200")).json()["rows"]}
    assert of_payments[9] == rows[9]
    assert of_payments[5]["status"] == rows[5]["status"]
    assert of_payments[5]["is_hidden"] is True
    assert [of_payments[5][name] for name in ("value", "headroom", "forecast", "cases")] == [None] * 4
    assert "令牌" in of_payments[5]["note"]
    assert narrow.get(board(bound, "/5/why")).status_code == 403
    assert wide.get(board(bound, "/5/why")).status_code == 200
    validate(wide.get(board(bound, "?limit=200")).json(), json.loads(schema("board")))
    # Nothing was kept on the past day: it is counted again, with one statement for each kind of window and scope.
    for more, most in (("?limit=200", 10), ("?limit=200&as_of=2026-06-29", 12)):
        with CaptureQueriesContext(connection) as captured:
            assert wide.get(board(bound, more)).status_code == 200
        told = [each["sql"] for each in captured.captured_queries if not each["sql"].startswith(TRANSACTIONS)]
        assert len(told) <= most, "\n".join(sql[:300] for sql in told)
