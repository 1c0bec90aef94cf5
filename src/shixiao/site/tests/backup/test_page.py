"""The page of backups and drills: the system administrator's, and nobody else's."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import transaction
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from shixiao import ledger
from shixiao.people.models import Role, User
from shixiao.site.backup import events, recording
from shixiao.site.backup.drilling import Finding, Outcome

pytestmark = pytest.mark.django_db
ADDRESS = "/backups/"


@pytest.fixture
def browser(account: Callable[..., User], signed_in: Callable[[User], Client]) -> Client:
    return signed_in(account("keeper", role=Role.SYSTEM_ADMINISTRATOR))


def backed_up(*, ago: timedelta) -> None:
    codes = {"backup": "shixiao-1", "events": 12, "attachments": 3, "bytes": 3 << 20, "seconds": 7, "is_sealed": True}
    with transaction.atomic():
        ledger.record(events.BACKED_UP, subject=events.SUBJECT, by=None, now=timezone.now() - ago, particulars=codes)


def drilled(*places: str, ago: timedelta) -> None:
    outcome = Outcome(
        "shixiao-1", "2026-06-30T09:00:00+08:00", "sqlite", 74.4, {}, {"cases": 5, "facts": 6, "board_rows": 123}
    )
    outcome.findings = [Finding(place, "what") for place in places]
    recording.drilled(outcome, now=timezone.now() - ago)


def test_it_says_when_and_how_long_and_what_came_of_it_in_both_languages(browser: Client) -> None:
    backed_up(ago=timedelta(days=3))
    drilled(ago=timedelta(hours=5))
    said = browser.get(ADDRESS).content.decode()
    for words in ("3 天前", "太久了", "5 小时前", "74 秒", "看板 123 行", "已加密", "通过"):
        assert words in said
    english = browser.get(ADDRESS, headers={"Accept-Language": "en"}).content.decode()
    for words in (
        "3 days ago",
        "too long ago",
        "5 hours ago",
        "74 s",
        "board rows as on the day of the backup: 123",
        "green",
    ):
        assert words in english
    assert "备份" not in english


def test_a_red_drill_stands_at_the_top_with_its_places(browser: Client) -> None:
    drilled("ledger_event.jsonl.gz", "<script>", ago=timedelta(minutes=5))
    said = browser.get(ADDRESS).content.decode()
    assert 'role="alert"' in said
    assert "ledger_event.jsonl.gz" in said
    assert "<script>" not in said
    drilled(ago=timedelta(minutes=1))
    assert 'role="alert"' not in browser.get(ADDRESS).content.decode()


def test_a_new_installation_is_told_what_to_do(browser: Client) -> None:
    said = browser.get(ADDRESS).content.decode()
    assert said.count("请安排") == 2
    assert "shixiao backup" in said


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.SYSTEM_ADMINISTRATOR])
def test_nobody_else_sees_it_or_its_entry_in_the_menu(
    role: Role, account: Callable[..., User], signed_in: Callable[[User], Client]
) -> None:
    other = signed_in(account("other", role=role))
    assert other.get(ADDRESS).status_code == 403
    assert f'href="{ADDRESS}"' not in other.get("/account/").content.decode()
    assert Client().get(ADDRESS).status_code == 302
    assert other.post(ADDRESS).status_code in (403, 405)


def test_a_hundred_events_take_as_many_statements_as_one(
    browser: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for day in range(100):
        backed_up(ago=timedelta(days=day))
    with django_assert_max_num_queries(8):
        said = browser.get(ADDRESS).content.decode()
    assert said.count("<tr id=") == 60
    assert "事件簿" in said
