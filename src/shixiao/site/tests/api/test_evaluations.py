"""Frozen self-evaluations and monitorings for programs."""

import json
from datetime import date, datetime, timedelta
from hashlib import sha256

import pytest

from shixiao.people.models import User
from shixiao.performance import actions, shipping
from shixiao.performance.evaluation import making
from shixiao.performance.models import PlanVersion
from shixiao.site import starting
from shixiao.site.tests.api.conftest import with_token
from shixiao.tables import samples

pytestmark = [pytest.mark.django_db, pytest.mark.database]
UNTIL = date(2026, 6, 29)


@pytest.fixture
def version(officer: User, now: datetime) -> PlanVersion:
    """The published table, bound as it ships, and its self-evaluation frozen: 14 projects."""
    earlier = now - timedelta(days=3)
    starting.take_in_gauges(now=earlier)
    accepted = actions.accept_plan(samples.guangzhou(), name="guangzhou-2026.txt", by=officer, now=earlier)
    shipping.bind_shipped(accepted.version, by=officer, now=earlier)
    making.make(accepted.version, kind="self_evaluation", until=UNTIL, by=officer, now=now)
    return accepted.version


def test_scores_are_listed_and_each_revision_says_what_its_hash_is_of(
    version: PlanVersion, officer: User, now: datetime
) -> None:
    reader = with_token(officer, scope={"*": "read"}, now=now)
    listed = reader.get(f"/plans/{version.plan_id}/evaluations").json()
    assert (listed["until"], listed["days"], len(listed["items"])) == ("2026-06-29", ["2026-06-29"], 14)
    assert all(each["open"] is not None for each in listed["items"])
    one = reader.get(f"/plans/{version.plan_id}/evaluations/{listed['items'][0]['id']}").json()
    told = json.dumps(one["form"], sort_keys=True, separators=(",", ":"), ensure_ascii=True)
    assert sha256(told.encode()).hexdigest() == one["content_hash"] == listed["items"][0]["content_hash"]
    assert one["score"]["schema"] == one["sheet"]["schema"] == 1
    assert reader.get(f"/plans/{version.plan_id}/evaluations?kind=monitoring").json()["items"] == []
    assert reader.get(f"/plans/{version.plan_id}/evaluations/999999").status_code == 404
    assert reader.get(f"/plans/{version.plan_id}/evaluations?until=2026-02-30").status_code == 422
