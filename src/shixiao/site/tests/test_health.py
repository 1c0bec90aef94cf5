"""What proxies and monitoring ask, and that nobody learns anything from it."""

import re
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from unittest.mock import patch

import pytest
from django.db import OperationalError, connection, transaction
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from shixiao import ledger
from shixiao.ledger import guard
from shixiao.ledger.book import Reference
from shixiao.ledger.heartbeats import Heart
from shixiao.people.models import User
from shixiao.site import health, metrics, starting

ADDRESSES = ("/health/live", "/health/ready", "/metrics")
LINE = re.compile(r'(# (HELP|TYPE) \S+ .+|shixiao_\w+(\{[a-z]+="[^"\\]*"(,[a-z]+="[^"\\]*")*\})? -?[0-9.e+-]+|\w+ NaN)')


@pytest.fixture(autouse=True)
def _home(settings: Settings, tmp_path: Path) -> None:
    settings.HOME = tmp_path
    health._Look.at, health._Look.why = float("-inf"), ""
    metrics._counts.pid = 0


def test_a_process_lives_without_a_database(client: Client) -> None:
    """The mark `django_db` is not here: a statement would fail this test."""
    answer = client.get("/health/live")
    assert (answer.status_code, answer.content) == (200, b"live\n")


@pytest.mark.django_db
def test_it_is_ready_under_any_name_without_https_and_without_a_cookie(client: Client, settings: Settings) -> None:
    settings.ALLOWED_HOSTS, settings.SECURE_SSL_REDIRECT = ["plans.example.cn"], True
    for address, said in (("/health/live", b"live\n"), ("/health/ready", b"ready\n")):
        answer = client.get(address, headers={"Host": "10.0.0.7:8000"})
        assert (answer.status_code, answer.content, dict(answer.cookies)) == (200, said, {})
        assert answer.headers["Cache-Control"] == "no-store"


@pytest.mark.django_db
@pytest.mark.parametrize("what", ["away", "behind", "unguarded"])
def test_why_it_is_not_ready_stands_in_the_log_and_not_in_the_answer(
    client: Client, what: str, caplog: pytest.LogCaptureFixture
) -> None:
    patches = {
        "away": patch.object(
            connection, "cursor", side_effect=OperationalError("could not reach host db-7 as user li")
        ),
        "behind": patch.object(starting, "pending_migrations", return_value=("x.0001",)),
        "unguarded": patch.object(guard, "missing", return_value=("no_change",)),
    }
    with patches[what], patch.object(connection, "close"):  # a test's own transaction would go with it
        answer = client.get("/health/ready")
    assert (answer.status_code, answer.content) == (503, b"not ready\n")
    assert "not ready" in caplog.text
    assert "db-7" not in caplog.text
    assert client.get("/health/ready").status_code == 200


@pytest.mark.parametrize("address", ADDRESSES)
def test_they_are_only_read(client: Client, address: str) -> None:
    for ask in (client.post, client.put, client.delete):
        assert ask(address).status_code == 405


# ---- figures ---------------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_only_this_machine_has_figures_and_not_through_a_proxy(client: Client) -> None:
    assert client.get("/metrics").status_code == 200
    assert client.get("/metrics", REMOTE_ADDR="::1").status_code == 200
    for address in ("10.1.2.3", "", "unix:", "::ffff:10.1.2.3"):
        answer = client.get("/metrics", REMOTE_ADDR=address)
        assert (answer.status_code, answer.content) == (403, b"no\n")
    for name in health.FORWARDED:
        assert client.get("/metrics", headers={name: "127.0.0.1"}).status_code == 403


@pytest.mark.django_db
def test_with_a_token_whoever_brings_it_has_them_and_nobody_else(client: Client, settings: Settings) -> None:
    settings.SHIXIAO_METRICS_TOKEN = "a-long-token"
    assert client.get("/metrics").status_code == 403
    assert client.get("/metrics", headers={"Authorization": "Bearer a-long-token2"}).status_code == 403
    asked = {"Authorization": "Bearer a-long-token", "X-Forwarded-For": "10.1.2.3"}
    assert client.get("/metrics", REMOTE_ADDR="10.1.2.3", headers=asked).status_code == 200


def figures(client: Client) -> dict[str, float]:
    said = client.get("/metrics").content.decode()
    assert [line for line in said.splitlines() if not LINE.fullmatch(line)] == []
    return {line.rpartition(" ")[0]: float(line.rpartition(" ")[2]) for line in said.splitlines() if line[0] != "#"}


@pytest.mark.django_db
def test_requests_are_counted_by_view_and_never_by_address(officer: User, signed_in: Callable[[User], Client]) -> None:
    browser = signed_in(officer)
    browser.get("/people/staff/?q=王小明")
    browser.get("/people/units/987654/")
    browser.get("/no/such/王小明/")
    browser.generic("王小明", "/people/staff/")
    said = browser.get("/metrics").content.decode()
    found = figures(browser)
    assert found['shixiao_requests_total{view="people:staff",method="GET",status="200"}'] == 1
    assert found['shixiao_request_seconds_count{view="people:staff"}'] == 2
    assert found['shixiao_request_seconds_bucket{view="people:staff",le="+Inf"}'] == 2
    assert found['shixiao_requests_total{view="none",method="GET",status="404"}'] == 1
    assert "王" not in said
    assert "987654" not in said


@pytest.mark.django_db
def test_counts_of_several_processes_are_added_and_a_new_start_counts_anew(client: Client, tmp_path: Path) -> None:
    metrics.count(view="a:b", method="GET", status=200, seconds=0.02)
    other = tmp_path / metrics.FOLDER / "999999.json"
    figures(client)
    (own,) = (tmp_path / metrics.FOLDER).glob("*.json")
    other.write_bytes(own.read_bytes())
    found = figures(client)
    assert found['shixiao_requests_total{view="a:b",method="GET",status="200"}'] == 2
    assert found['shixiao_request_seconds_bucket{view="a:b",le="0.01"}'] == 0
    assert found['shixiao_request_seconds_bucket{view="a:b",le="0.025"}'] == 2
    metrics.forget()
    metrics._counts.pid = 0
    assert 'shixiao_requests_total{view="a:b",method="GET",status="200"}' not in figures(client)


@pytest.mark.django_db
def test_worker_backups_and_drills_are_told_with_their_age(client: Client) -> None:
    assert figures(client)["shixiao_worker_is_working"] == 0
    assert "shixiao_backup_age_seconds" not in figures(client), "none is no age"
    now = timezone.now()
    Heart(host="pc", pid=7).beat(now=now)
    with transaction.atomic():
        about = Reference("site.backup", "all")
        ledger.record("site.backed_up", subject=about, by=None, now=now - timedelta(hours=2))
        ledger.record(
            "site.drilled", subject=about, by=None, now=now - timedelta(days=1), particulars={"outcome": "green"}
        )
        ledger.record(
            "site.drilled", subject=about, by=None, now=now - timedelta(hours=1), particulars={"outcome": "red"}
        )
    found = figures(client)
    assert (found["shixiao_worker_is_working"], found["shixiao_drill_is_red"]) == (1, 1)
    assert found["shixiao_backup_age_seconds"] == pytest.approx(7200, abs=120)
    assert found["shixiao_drill_age_seconds"] == pytest.approx(86400, abs=120)
    assert found["shixiao_timers_due"] == found["shixiao_facts_to_fold"] == 0
