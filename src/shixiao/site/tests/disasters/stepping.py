"""People take steps: one, many at once, through the interface for programs, with a file."""

from datetime import date, timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.test import Client

from shixiao import casework
from shixiao.casework import remarking, tokens
from shixiao.casework.models import Case, Project
from shixiao.site.tests.disasters.furnishing import BEGUN, payment, person, spending
from shixiao.site.tests.disasters.scenes import Act, Scene

MOMENT = BEGUN + timedelta(hours=2)


def _step(number: int, step: str, who: str, *, seen: int, **told: Any) -> None:
    casework.perform(payment(number), step, by=person(who), now=MOMENT, seen=seen, **told)


def _training(number: int) -> Case:
    return Case.objects.get(title=f"培训{number}")


def _train() -> None:
    told = {"values": {"held_on": "2026-06-08", "people": "20"}}
    casework.perform(_training(1), "do", by=person("clerk"), now=MOMENT, seen=1, **told)


PERFORM = Scene(
    "perform",
    "a payment is approved, returned or paid, an entry is done",
    MOMENT,
    (
        Act("approve", lambda: _step(1, "approve", "approver", seen=1)),
        Act("return", lambda: _step(2, "return_", "approver", seen=1, reason="发票没有盖章")),
        Act("pay", lambda: _step(1, "pay", "cashier", seen=2, voucher="2026-06-0001")),
        Act("do", _train),
    ),
)


def _approve_many() -> None:
    cases = [payment(number) for number in range(1, 5)]
    casework.perform_many(cases, "approve", by=person("approver"), now=MOMENT)


def _open_many() -> None:
    """Somebody who was not told looks first whether they are there."""
    project = Project.objects.get()
    if not Case.objects.filter(title__contains="印刷第91批").exists():
        openings = [spending(project, number) for number in (91, 92, 93)]
        casework.open_many("payments.payment", "register", openings, by=person("clerk"), now=MOMENT)


PERFORM_MANY = Scene(
    "perform_many",
    "four payments are approved in one call, three are registered in one call",
    MOMENT,
    (Act("approve", _approve_many), Act("open", _open_many)),
)


# ---- through the interface for programs ----------------------------------------------------------------------------


def _tokens() -> None:
    """The secrets of the tokens are shown once; the children are copies of this process, so it goes through the house."""
    for name in ("clerk", "approver"):
        user = person(name)
        made = tokens.create_token(
            name, user=user, scope={"*": "write"}, valid_until=date(2026, 12, 31), by=user, now=BEGUN
        )
        _keep(name, made.secret)


def _keep(name: str, secret: str) -> None:
    (Path(settings.HOME) / f"token-{name}").write_text(secret, encoding="ascii")


def _post(who: str, address: str, body: Any, key: str) -> None:
    secret = (Path(settings.HOME) / f"token-{who}").read_text(encoding="ascii")
    headers = {"Authorization": f"Bearer {secret}", "Idempotency-Key": key}
    answer = Client().post(f"/api/v1{address}", body, content_type="application/json", headers=headers)
    assert answer.status_code in (200, 201), answer.content.decode()


def _register() -> None:
    project = Project.objects.get()
    opening = spending(project, 95)
    body = {"unit": project.unit_id, "title": opening.title, "particulars": dict(opening.particulars)}
    _post("clerk", "/cases/payments.payment/register", body, "one")


def _approve() -> None:
    _post("approver", f"/cases/{payment(95).pk}/steps/approve", {"seen": 1}, "two")


API = Scene(
    "api",
    "a program registers a payment and another approves it; whoever had no answer asks again under the same key",
    MOMENT,
    (Act("register", _register), Act("approve", _approve)),
    prepare=_tokens,
)

# ---- what is wrong on purpose, to see that it is found -------------------------------------------------------------


def _tell_too_early() -> None:
    """Whoever asked is told by `Act` when this returns, and the step is taken in the next act only."""


def _remark_twice() -> None:
    """Nobody looks whether it is there already."""
    remarking.remark(payment(1), "请尽快", by=person("clerk"), now=MOMENT)


BROKEN = Scene(
    "broken",
    "a step is told before it is taken, and what can be doubled is tried again without looking",
    MOMENT,
    (
        Act("approve", _tell_too_early),
        Act("really", lambda: _step(1, "approve", "approver", seen=1), again=lambda: None),
        Act("remark", _remark_twice),
    ),
)

SCENES = (PERFORM, PERFORM_MANY, API, BROKEN)
