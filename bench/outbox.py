"""A house with ten thousand members of staff and one event; prints what `messages.py` reads, on the database of DATABASE_URL."""
# ruff: noqa: E402 — the rooms can be imported once Django is set up.

import json
import os
import secrets
import statistics
import sys
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "shixiao.site.settings")
sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "src"))

import django

django.setup()

from django.core.management import call_command
from django.db import connection, transaction
from django.utils import timezone

from shixiao import casework, ledger
from shixiao.casework import telling as of_steps
from shixiao.casework.models import Case, Project
from shixiao.ledger.book import Reference
from shixiao.messages import planning, queries, telling
from shixiao.messages.models import Message
from shixiao.messages.wordings import known
from shixiao.offices.payments.steps import BUDGET, PAYMENT
from shixiao.people import actions
from shixiao.people.models import Role, User

STAFF = 10_000
TURNS = 5


def main() -> None:
    """Measure and print."""
    call_command("migrate", verbosity=0)
    now = timezone.now()
    unit = actions.create_unit("模拟单位", code="BENCH", parent=None, since=date(2020, 1, 1), by=None, now=now)
    people = [
        User(username=f"p{number}", display_name=f"模拟{number}", role=Role.STAFF, created_at=now)
        for number in range(STAFF)
    ]
    User.objects.bulk_create(people, batch_size=500)
    keys = list(User.objects.order_by("pk").values_list("pk", flat=True))
    told = min(_seconds(lambda: _tell(keys, now)) for _ in range(TURNS))
    planned = _seconds(lambda: _plan_all(now))
    one = keys[0]
    _tell_one(one, now)
    unread = statistics.median(_seconds(lambda: queries.unread(one)) for _ in range(50)) * 1000
    more, none = _steps(unit, now)
    print(json.dumps({"told_s": told, "planned_s": planned, "unread_ms": unread, "more": more, "none": none}))


def _seconds(job: Callable[[], object]) -> float:
    begin = time.perf_counter()
    job()
    return time.perf_counter() - begin


def _event(now: Any) -> Any:
    return ledger.record("casework.related", subject=Reference("casework.case", "1"), by=None, now=now)


def _tell(keys: list[int], now: Any) -> None:
    with transaction.atomic():
        notice = telling.Notice(event=_event(now), to=keys, step="bench", wording=known("casework.assigned"))
        telling.tell([notice], now=now)


def _tell_one(person: int, now: Any) -> None:
    """One person with as many messages as there are people."""
    with transaction.atomic():
        event = _event(now)
        wording = known("casework.assigned")
        several = [
            telling.Notice(event=event, to=[person], step=f"bench.{number}", wording=wording) for number in range(STAFF)
        ]
        telling.tell(several, now=now)


def _plan_all(now: Any) -> None:
    while planning.plan(now):
        pass


def _steps(unit: Any, now: Any) -> tuple[int, int]:
    """The difference that telling makes to the statements of a step that tells a desk, and of one that tells nobody."""
    words = ("payments.clerk", "payments.budget_keeper"), ("payments.approver",), ("payments.cashier",)
    clerk, approver, cashier = (_member(f"bench{number}", unit, each, now) for number, each in enumerate(words))
    project = Project.objects.create(unit=unit, name="模拟项目", since_year=now.year, until_year=now.year)
    budget = {"project": project.pk, "year": now.year, "fiscal": "1000000", "document": "模拟 1 号"}
    told = {"project": project.pk, "source": "fiscal", "amount": "1", "payee": "模拟物业", "purpose": "维修"}
    casework.open_case(BUDGET, "approve", casework.Opening(unit=unit, particulars=budget), by=clerk, now=now)
    opening = casework.Opening(unit=unit, particulars=told)
    cases = casework.open_many(PAYMENT, "register", [opening] * 8, by=clerk, now=now)
    keys = [case.pk for case in cases]

    def approve(key: int) -> int:
        return _statements(lambda: casework.perform(key, "approve", by=User.objects.get(pk=approver.pk), now=now))

    def pay(key: int) -> int:
        by = User.objects.get(pk=cashier.pk)
        return _statements(lambda: casework.perform(key, "pay", by=by, now=now, voucher=f"2026-{key}"))

    approve(keys[0]), pay(keys[0])  # the first use of the day reads what is kept afterwards
    with of_steps.silently():
        silent = approve(keys[1]), pay(keys[1])
    before = Message.objects.count()
    loud = approve(keys[2]), pay(keys[2])
    if Message.objects.count() != before + 1 or Case.objects.get(pk=keys[2]).closed_at is None:
        raise SystemExit("the steps did not tell what they were to tell")
    return loud[0] - silent[0], loud[1] - silent[1]


def _member(name: str, unit: Any, words: tuple[str, ...], now: Any) -> User:
    user = actions.create_account(
        name, display_name=name, role=Role.STAFF, password=secrets.token_urlsafe(12), by=None, now=now
    )
    post = actions.create_post(name, code=name.upper(), words=list(words), by=None, now=now)
    actions.appoint(user, post=post, unit=unit, since=date(2020, 1, 1), is_main=True, by=None, now=now)
    return user


def _statements(job: Callable[[], object]) -> int:
    seen: list[str] = []

    def count(run: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        seen.append(sql)
        return run(sql, params, many, context)

    with connection.execute_wrapper(count):
        job()
    return len(seen)


if __name__ == "__main__":
    main()
