"""`shixiao verify` and `shixiao rebuild`: what they say, and the exit status that a monitoring program goes by."""

import json
from collections.abc import Callable
from datetime import datetime

import pytest
from jsonschema import validate

from shixiao.casework import verifying
from shixiao.ledger.models import Event, Gauge, MonthCell
from shixiao.site import starting
from shixiao.site.cli.schema import schema
from shixiao.site.cli.tests.conftest import Ended

Run = Callable[..., Ended]
pytestmark = pytest.mark.django_db


@pytest.fixture
def gauge(now: datetime) -> Gauge:
    return Gauge.objects.create(measure="desk.worth", key="k", added_at=now)


def test_where_everything_agrees_it_says_so_and_records_it(run: Run) -> None:
    ended = run("verify")
    assert ended == Ended(0, "cases 0, facts 0, cells 0, frozen readings 0, files 0: everything agrees.\n", "")
    last = verifying.last_verification()
    assert last is not None
    assert last.differences == 0


def test_a_difference_is_told_and_is_the_exit_status(run: Run, gauge: Gauge) -> None:
    MonthCell.objects.create(gauge=gauge, project=3, month=202606, met=2)
    ended = run("verify")
    assert ended.status == 1
    first, second, summary = ended.out.splitlines()
    assert first == f"month cell  desk.worth#{gauge.pk} month=202606 project=3"
    assert second == "    stored: met=2; should be: met=0"
    assert "differences 1." in summary
    assert MonthCell.objects.get().met == 2


def test_for_a_program_it_is_json_as_the_schema_says(run: Run, gauge: Gauge) -> None:
    for status in (0, 1):
        ended = run("verify", "--format", "json")
        told = json.loads(ended.out)
        validate(told, json.loads(schema("verify")))
        assert (ended.status, told["summary"]["differences"], len(told["differences"])) == (status, status, status)
        MonthCell.objects.create(gauge=gauge, project=3 + status, month=202606, met=2)


def test_a_database_of_another_version_is_refused(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(starting, "pending_migrations", lambda: ("ledger.0099_later",))
    for command in ("verify", "rebuild"):
        ended = run(command)
        assert ended.status == 2
        assert "migrat" in ended.err
    assert not Event.objects.filter(kind="ledger.verified").exists()


def test_a_rebuild_says_how_many_cases_it_looked_at_again(run: Run) -> None:
    assert run("rebuild") == Ended(0, "cases looked at again by their events: 0.\n", "")
    assert Event.objects.filter(kind="ledger.rebuild_asked").count() == 1
