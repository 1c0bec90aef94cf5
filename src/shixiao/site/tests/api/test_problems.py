"""Bad requests: a problem every time, never a page, and nothing half done."""

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from django.db import IntegrityError
from django.http import HttpResponse
from django.test import Client

from shixiao.casework import offices, performing
from shixiao.casework.api import building, openapi
from shixiao.casework.api.problems import SORTS
from shixiao.casework.models import Case, ClosedYear
from shixiao.casework.refusing import Reason
from shixiao.ledger.models import Event

pytestmark = pytest.mark.django_db


def is_problem(response: HttpResponse, status: int, reason: str) -> dict[str, Any]:
    assert response.headers["Content-Type"] == "application/problem+json", response.content.decode()[:300]
    body: dict[str, Any] = json.loads(response.content)
    assert (response.status_code, body["status"], body["reason"]) == (status, status, reason), body
    assert body["type"] == f"/problems/{reason}"
    return body


# ---- bodies ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "body",
    [
        "",
        "{",
        "nonsense",
        '{"particulars": NaN}',
        '{"particulars": -Infinity}',
        '{"seen": 1, "seen": 2}',
        '{"particulars": {"voucher": "a", "voucher": "b"}}',
        '{"particulars": {"voucher": "\\ud800"}}',
        '{"\\udfff": 1}',
        b'{"particulars": "\xff"}',
        "[" * 100_000,
        '{"a":' * 50 + "1" + "}" * 50,
        '{"seen": ' + "9" * 5000 + "}",
        '{"seen": 1e' + "9" * 50 + "}",
        '{"seen": 1e' + "9" * 30 + "}",  # no decimal has such an exponent
        '{"seen": 1e999999999}',  # and written out this one would keep the process busy for hours
        '{"seen": 1e-999999999}',
        '{"particulars": {"voucher": "a"}}\0',
        "\ufeff{}",
    ],
    ids=repr,
)
def test_a_body_that_is_no_json_is_named(registered: int, approver: Any, body: Any) -> None:
    response = approver.post(f"/cases/{registered}/steps/return_", body)
    if body == "":
        is_problem(response, 422, "invalid")
    else:
        is_problem(response, 400, "unreadable")
    assert Case.objects.get(pk=registered).revision == 1


@pytest.mark.parametrize(
    "body", ["null", "[]", "3", '"text"', "true", '{"seen": 1e400}', '{"seen": 1.5}', '{"seen": true}']
)
def test_a_body_of_another_form_is_named(registered: int, approver: Any, body: str) -> None:
    is_problem(approver.post(f"/cases/{registered}/steps/approve", body), 422, "invalid")


@pytest.mark.parametrize(
    "media_type", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x"]
)
def test_another_media_type_is_not_taken(registered: int, approver: Any, media_type: str) -> None:
    headers = {"Authorization": f"Bearer {approver.secret}"}
    response = Client().post(
        f"/api/v1/cases/{registered}/steps/approve", b"{}", content_type=media_type, headers=headers
    )
    is_problem(response, 415, "wrong-media-type")


@pytest.mark.parametrize("size", [1024 * 1024 + 1, 21 * 1024 * 1024])
def test_a_body_that_is_too_large_is_not_read(registered: int, approver: Any, size: int) -> None:
    response = approver.post(f"/cases/{registered}/steps/approve", b" " * size)
    is_problem(response, 413, "too-large")


def test_everything_that_is_wrong_is_said_at_once(budget: Case, asked: dict[str, Any], clerk: Any) -> None:
    asked["particulars"] |= {"amount": "12.345", "source": "gold", "payee": "a\0b", "note": "x"}
    del asked["particulars"]["purpose"]
    response = clerk.post("/cases/payments.payment/register", asked, Idempotency_Key="a", Accept_Language="en")
    found = {each["field"]: each["detail"] for each in is_problem(response, 422, "invalid")["errors"]}
    assert set(found) == {"amount", "source", "payee", "note", "purpose"}
    assert found["source"] == "Source of funds is one of: fiscal, special, other."
    assert Case.objects.filter(kind="payments.payment").count() == 0


@pytest.mark.parametrize(
    "amount", ["1.234", "-5", "0", "1e3", "１２", "1,200.00", "9" * 13, 1200.5, 1200, True, None, ""]
)
def test_an_amount_that_is_none_is_refused(budget: Case, asked: dict[str, Any], clerk: Any, amount: Any) -> None:
    asked["particulars"]["amount"] = amount
    response = clerk.post("/cases/payments.payment/register", asked, Idempotency_Key="a")
    assert is_problem(response, 422, "invalid")["field"] == "amount"


def test_a_text_with_a_mark_of_secrecy_is_refused(budget: Case, asked: dict[str, Any], clerk: Any) -> None:
    asked["particulars"]["purpose"] = "机密★10年"
    response = clerk.post("/cases/payments.payment/register", asked, Idempotency_Key="a")
    assert is_problem(response, 422, "invalid")["field"] == "purpose"


def test_things_that_are_not_there_are_named_together(budget: Case, asked: dict[str, Any], clerk: Any) -> None:
    asked |= {"unit": 2**40, "lead": 2**62, "topic": 7}
    response = clerk.post("/cases/payments.payment/register", asked, Idempotency_Key="a")
    assert {each["field"] for each in is_problem(response, 422, "invalid")["errors"]} == {"unit", "lead", "topic"}


# ---- what the counter refuses ----------------------------------------------------------------------------------


def test_a_step_from_the_wrong_state_says_what_can_be_done(registered: int, approver: Any) -> None:
    approver.post(f"/cases/{registered}/steps/return_", {"particulars": {"reason": "金额不符"}})
    body = is_problem(approver.post(f"/cases/{registered}/steps/approve", {}), 409, "wrong-state")
    assert (body["revision"], body["allowed"]) == (2, [])
    assert "已退回" in body["detail"]


def test_who_saw_an_old_revision_is_told(registered: int, approver: Any, clerk: Any, asked: dict[str, Any]) -> None:
    told = {name: asked["particulars"][name] for name in ("source", "amount", "payee", "purpose")}
    assert clerk.post(f"/cases/{registered}/steps/amend", {"particulars": told}).status_code == 200
    body = is_problem(approver.post(f"/cases/{registered}/steps/approve", {"seen": 1}), 409, "overtaken")
    assert body["revision"] == 2
    assert [each["name"] for each in body["allowed"]] == ["approve", "return_"]


def test_who_registered_does_not_approve(budget: Case, asked: dict[str, Any], program: Callable[..., Any]) -> None:
    both = program("both", "payments.clerk", "payments.approver")
    made = both.post("/cases/payments.payment/register", asked, Idempotency_Key="a").json()
    is_problem(both.post(f"/cases/{made['id']}/steps/approve", {}), 409, "same-person")


def test_above_the_budget_is_guarded(budget: Case, asked: dict[str, Any], clerk: Any) -> None:
    asked["particulars"]["amount"] = "156380.01"
    response = clerk.post("/cases/payments.payment/register", asked, Idempotency_Key="a")
    assert is_problem(response, 409, "guarded")["field"] == "over_reason"


@pytest.mark.parametrize(
    ("moment", "status", "reason"),
    [
        ("2026-06-30T09:00:01+08:00", 422, "not-yet"),
        ("2026-06-30T08:59:59+08:00", 422, "before-the-case"),
        ("2199-12-31T23:59:59Z", 422, "not-yet"),
        ("2200-01-01T00:00:00Z", 422, "invalid"),
        ("2026-06-30T09:00:00", 422, "invalid"),
        ("2026-02-30T09:00:00Z", 422, "invalid"),
        ("0001-01-01T00:00:00+23:59", 422, "invalid"),
    ],
)
def test_a_moment_that_cannot_be(registered: int, approver: Any, moment: str, status: int, reason: str) -> None:
    response = approver.post(f"/cases/{registered}/steps/approve", {"happened_at": moment})
    assert is_problem(response, status, reason)["field"] == "happened_at"


def test_nothing_enters_a_closed_year(budget: Case, asked: dict[str, Any], clerk: Any, now: Any) -> None:
    ClosedYear.objects.create(year=2025, closed_at=now)
    asked["happened_at"] = "2025-12-31T10:00:00+08:00"
    response = clerk.post("/cases/payments.payment/register", asked, Idempotency_Key="a")
    is_problem(response, 409, "year-closed")


def test_the_language_is_the_one_that_was_asked_for(registered: int, approver: Any) -> None:
    address, body = f"/cases/{registered}/steps/return_", {"particulars": {}}
    assert "请填写理由" in approver.post(address, body).json()["detail"]
    assert approver.post(address, body, Accept_Language="en-GB").json()["detail"] == "Reason is needed."


def test_what_two_write_in_the_same_moment_is_no_failure_of_the_program(
    registered: int, approver: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def clash(*args: Any, **kwargs: Any) -> None:
        raise IntegrityError("UNIQUE constraint failed: payments_outlay.year, payments_outlay.voucher")

    monkeypatch.setattr(performing, "_write", clash)
    is_problem(approver.post(f"/cases/{registered}/steps/approve", {}), 409, "overtaken")


def test_a_failure_of_the_program_is_no_page_and_says_nothing_of_its_inside(
    registered: int, approver: Any, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def break_down(*args: Any, **kwargs: Any) -> None:
        raise RuntimeError("inside")

    monkeypatch.setattr(performing, "_write", break_down)
    response = approver.post(f"/cases/{registered}/steps/approve", {}, Idempotency_Key="a")
    assert "inside" not in json.dumps(is_problem(response, 500, "internal"))
    assert "RuntimeError" in caplog.text
    assert not Event.objects.filter(kind="payments.approved").exists()


# ---- addresses -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "address",
    [
        "/",
        "/nothing",
        "/cases/1/2/3/4",
        "/kinds/",
        "/cases/1/steps/fly",
        "/cases/payments.payment/fly",
        "/%00",
        "/../..",
    ],
)
def test_an_address_that_does_not_exist(clerk: Any, address: str) -> None:
    is_problem(clerk.post(address, {}), 404, "not-found")


@pytest.mark.parametrize("named", ["999999", "0", "9" * 30, "支2026-999999", "%00", "%ff", "a" * 40, "-1"])
def test_a_case_that_does_not_exist(registered: int, clerk: Any, named: str) -> None:
    assert clerk.get(f"/cases/{named}").status_code in (404, 422)
    is_problem(clerk.get("/cases/999999"), 404, "unknown")


def test_a_method_that_is_not_taken(registered: int, clerk: Any) -> None:
    response = Client().delete(f"/api/v1/cases/{registered}", headers={"Authorization": f"Bearer {clerk.secret}"})
    is_problem(response, 405, "method-not-allowed")
    assert response.headers["Allow"] == "GET"


def test_a_host_that_is_not_ours_is_a_problem_too(db: None) -> None:
    is_problem(Client().get("/api/v1/kinds", headers={"Host": "elsewhere.invalid"}), 400, "unreadable")


def test_a_kind_and_a_step_that_do_not_fit_together(registered: int, program: Callable[..., Any]) -> None:
    keeper = program("another", "payments.budget_keeper", "payments.clerk")
    is_problem(keeper.post(f"/cases/{registered}/steps/adjust", {"particulars": {}}), 404, "unknown")


def test_a_restricted_register_does_not_exist_for_programs(
    registered: int, clerk: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    office, table = offices.office_of("payments.payment"), offices.table_of("payments.payment")
    others = {each.kind: (office, each) for each in offices.tables() if each.kind != table.kind}
    hidden = {table.kind: (office, replace(table, is_restricted=True))} | others
    monkeypatch.setattr(offices, "_catalogue", lambda: hidden)
    for address in (f"/cases/{registered}", f"/cases/{registered}/events", "/kinds/payments.payment"):
        is_problem(clerk.get(address), 404, "unknown")
    is_problem(clerk.post(f"/cases/{registered}/steps/cancel", {"particulars": {"reason": "x"}}), 404, "unknown")
    assert clerk.get("/cases").json()["items"] == []
    assert "payments.payment" not in json.dumps(openapi.described(building.api()))


# ---- words behind the question mark ------------------------------------------------------------------------------


def test_each_address_takes_the_words_that_its_description_names_and_refuses_every_other(clerk: Any) -> None:
    described = openapi.described(building.api())["paths"]
    addresses = {address: ways["get"] for address, ways in described.items() if "get" in ways and "{" not in address}
    tried = 0
    for address, way in addresses.items():
        words = [each["name"] for each in way.get("parameters", ()) if each["in"] == "query"]
        for word in [*words, "nonsense"]:
            answer = clerk.get(f"{address.removeprefix('/api/v1')}?{word}=1")
            is_known = "个查询条件" not in answer.content.decode()
            assert is_known is (word in words), (address, word)
            tried += 1
    assert tried >= 15


# ---- sorts -----------------------------------------------------------------------------------------------------


def test_every_reason_of_the_counter_is_a_sort_of_problem() -> None:
    assert {reason.value for reason in Reason} <= set(SORTS)


@pytest.mark.parametrize("name", SORTS)
def test_every_sort_has_a_page_in_both_languages(db: None, name: str) -> None:
    for language, said in (("zh-hans", SORTS[name].title.zh), ("en", SORTS[name].title.en)):
        page = Client().get(f"/problems/{name}", headers={"Accept-Language": language})
        assert said in page.content.decode()


def test_a_sort_that_does_not_exist_has_no_page(db: None) -> None:
    assert Client().get("/problems/nothing").status_code == 404
