"""The same request twice is done once."""

import threading
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection

from shixiao.casework.api import once
from shixiao.casework.models import Answered, Case
from shixiao.ledger.models import Event

REGISTER = "/cases/payments.payment/register"


@pytest.mark.django_db
def test_the_second_time_the_answer_of_the_first_comes_again(budget: Case, asked: Any, clerk: Any) -> None:
    first = clerk.post(REGISTER, asked, Idempotency_Key="a")
    second = clerk.post(REGISTER, asked, Idempotency_Key="a")
    assert (first.status_code, first.content) == (second.status_code, second.content)
    assert once.REPLAYED not in first.headers
    assert second.headers[once.REPLAYED] == "true"
    assert Case.objects.filter(kind="payments.payment").count() == 1


@pytest.mark.django_db
def test_a_step_that_could_not_be_taken_again_is_answered_again(registered: int, approver: Any) -> None:
    address = f"/cases/{registered}/steps/approve"
    first, second = (approver.post(address, {"seen": 1}, Idempotency_Key="a") for _ in range(2))
    assert (second.status_code, second.content) == (200, first.content)
    assert Event.objects.filter(kind="payments.approved").count() == 1


@pytest.mark.django_db
def test_the_same_key_for_another_request_is_refused(budget: Case, asked: Any, clerk: Any) -> None:
    clerk.post(REGISTER, asked, Idempotency_Key="a")
    asked["particulars"]["amount"] = "1.00"
    response = clerk.post(REGISTER, asked, Idempotency_Key="a")
    assert (response.status_code, response.json()["reason"]) == (422, "key-reused")
    assert Case.objects.filter(kind="payments.payment").count() == 1


@pytest.mark.django_db
def test_two_programs_may_use_the_same_key(budget: Case, asked: Any, clerk: Any, program: Callable[..., Any]) -> None:
    other = program("other", "payments.clerk")
    made = {each.post(REGISTER, asked, Idempotency_Key="a").json()["id"] for each in (clerk, other)}
    assert len(made) == 2


@pytest.mark.django_db
def test_a_refusal_is_not_kept(budget: Case, asked: Any, clerk: Any) -> None:
    wrong = asked | {"particulars": asked["particulars"] | {"amount": "156380.01"}}
    assert clerk.post(REGISTER, wrong, Idempotency_Key="a").status_code == 409
    assert clerk.post(REGISTER, asked, Idempotency_Key="a").status_code == 201


@pytest.mark.django_db
@pytest.mark.parametrize("key", [None, "", "a b", "键", "k" * 101])
def test_opening_a_case_needs_a_key(budget: Case, asked: Any, clerk: Any, key: str | None) -> None:
    headers = {} if key is None else {"Idempotency_Key": key}
    response = clerk.post(REGISTER, asked, **headers)
    expected = (400, "key-needed") if key is None else (422, "invalid")
    assert (response.status_code, response.json()["reason"]) == expected
    assert Case.objects.filter(kind="payments.payment").count() == 0


@pytest.mark.django_db
def test_a_step_needs_none(registered: int, approver: Any) -> None:
    assert approver.post(f"/cases/{registered}/steps/approve", {}).status_code == 200
    assert not Answered.objects.filter(token=approver.token).exists()


@pytest.mark.django_db
def test_answers_are_kept_for_seven_days(registered: int, now: datetime) -> None:
    assert once.forget_old(now + once.KEPT) == 0
    assert once.forget_old(now + once.KEPT + timedelta(seconds=1)) == 1
    assert once.forget_old(now + once.KEPT + timedelta(seconds=1)) == 0


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("what", ["open", "step", "many"])
def test_sent_many_times_at_once_it_is_done_once(
    budget: Case, asked: Any, clerk: Any, approver: Any, registered: int, what: str
) -> None:
    """Eight in the same moment: each gets the same answer, and there is one event."""
    program, address, body, kind = {
        "open": (clerk, REGISTER, asked, "payments.registered"),
        "step": (approver, f"/cases/{registered}/steps/approve", {}, "payments.approved"),
        "many": (approver, "/steps/payments.payment/approve", {"cases": [registered]}, "payments.approved"),
    }[what]
    before = Event.objects.filter(kind=kind).count()
    answers: list[tuple[int, bytes]] = []
    together = threading.Barrier(8)

    def send() -> None:
        together.wait()
        response = program.post(address, body, Idempotency_Key="the-same")
        answers.append((response.status_code, response.content))
        connection.close()

    threads = [threading.Thread(target=send) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(answers) == 8
    assert len(set(answers)) == 1, answers
    assert answers[0][0] in (200, 201)
    assert Event.objects.filter(kind=kind).count() == before + 1
