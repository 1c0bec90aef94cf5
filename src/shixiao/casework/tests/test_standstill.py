"""Officers and overseers are told that no worker was seen; nobody else is, and no page that does not ask pays for it."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from shixiao.casework.standstill import Standstill, standstill
from shixiao.ledger.heartbeats import SILENT_AFTER, Heart
from shixiao.people.models import User

pytestmark = pytest.mark.django_db
SECOND = timedelta(seconds=1)


@pytest.fixture
def boss(staff: Callable[..., User]) -> User:
    return staff("boss", "desk.overseer")


def test_silence_is_told_with_the_moment_since_when(officer: User, boss: User, now: datetime) -> None:
    for user in (officer, boss):
        assert standstill(user, now=now) == Standstill(None)
    Heart(host="here", pid=1).beat(now=now)
    for user in (officer, boss):
        assert standstill(user, now=now + SILENT_AFTER) is None
        assert standstill(user, now=now + SILENT_AFTER + SECOND) == Standstill(now)


def test_a_worker_that_stopped_works_no_more(officer: User, now: datetime) -> None:
    heart = Heart(host="here", pid=1)
    heart.beat(now=now)
    heart.end(now=now)
    assert standstill(officer, now=now + SECOND) == Standstill(now)


def test_others_are_not_bothered_and_cost_nothing(
    staff: Callable[..., User], now: datetime, django_assert_num_queries: Any
) -> None:
    clerk = User.objects.get(pk=staff("clerk", "desk.clerk").pk)
    with django_assert_num_queries(1):  # the person's posts, which the page has read anyway
        assert standstill(clerk, now=now) is None


def test_the_page_of_what_is_to_do_says_it(boss: User, staff: Callable[..., User], client: Client) -> None:
    client.force_login(boss)
    assert "没有后台进程在运行" in client.get("/todo/").content.decode()
    Heart(host="here", pid=1).beat(now=timezone.now())
    assert "没有后台进程在运行" not in client.get("/todo/").content.decode()
    client.force_login(staff("clerk", "desk.clerk"))
    assert "没有后台进程在运行" not in client.get("/todo/").content.decode()
