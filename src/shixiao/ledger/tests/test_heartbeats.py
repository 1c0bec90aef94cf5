"""Signs of life: who is at work, who stopped, who fell silent."""

from datetime import datetime, timedelta

import pytest
from django.db import IntegrityError, transaction

from shixiao.ledger.heartbeats import KEPT_FOR, SILENT_AFTER, Heart, last_seen
from shixiao.ledger.jobs import BEATS_EVERY, Job
from shixiao.ledger.models import WorkerHeartbeat

pytestmark = pytest.mark.django_db
MOMENT = timedelta(microseconds=1)


def test_where_no_worker_ever_was_nobody_was_seen(now: datetime) -> None:
    assert last_seen(now=now) is None


def test_a_worker_is_at_work_until_it_has_been_silent_for_too_long(now: datetime) -> None:
    Heart(host="pc", pid=7).beat(now=now, doing="casework.timers", done=3)
    seen = last_seen(now=now + SILENT_AFTER)
    assert seen
    assert (seen.host, seen.pid, seen.doing, seen.seen_at, seen.is_working) == ("pc", 7, "casework.timers", now, True)
    late = last_seen(now=now + SILENT_AFTER + MOMENT)
    assert late
    assert (late.seen_at, late.is_working) == (now, False)
    assert SILENT_AFTER > 2 * BEATS_EVERY


def test_a_worker_that_stopped_is_not_at_work_and_one_sees_since_when(now: datetime) -> None:
    heart = Heart(host="pc", pid=7)
    heart.beat(now=now, doing="casework.timers")
    heart.end(now=now + MOMENT)
    seen = last_seen(now=now + MOMENT)
    assert seen
    assert (seen.doing, seen.seen_at, seen.is_working) == ("", now + MOMENT, False)


def test_one_at_work_is_seen_before_one_that_stopped_later(now: datetime) -> None:
    working, stopped = Heart(host="pc", pid=7), Heart(host="pc", pid=8)
    working.beat(now=now)
    stopped.beat(now=now)
    stopped.end(now=now + BEATS_EVERY)
    seen = last_seen(now=now + BEATS_EVERY)
    assert seen
    assert (seen.pid, seen.is_working) == (7, True)


def test_a_process_that_got_the_number_of_an_earlier_one_begins_anew(now: datetime) -> None:
    first = Heart(host="pc", pid=1)
    first.beat(now=now, done=9)
    first.end(now=now)
    later = now + timedelta(minutes=1)
    Heart(host="pc", pid=1).beat(now=later)
    row = WorkerHeartbeat.objects.get()
    assert (row.started_at, row.seen_at, row.ended_at, row.done) == (later, later, None, 0)


def test_beats_keep_the_time_of_the_start_and_a_row_that_was_removed_comes_back(now: datetime) -> None:
    heart = Heart(host="pc", pid=7)
    heart.beat(now=now)
    heart.beat(now=now + BEATS_EVERY, done=5)
    row = WorkerHeartbeat.objects.get()
    assert (row.started_at, row.seen_at, row.done) == (now, now + BEATS_EVERY, 5)
    row.delete()
    heart.beat(now=now + 2 * BEATS_EVERY)
    assert WorkerHeartbeat.objects.get().seen_at == now + 2 * BEATS_EVERY


def test_a_new_worker_forgets_those_of_long_ago_only(now: datetime) -> None:
    Heart(host="pc", pid=1).beat(now=now - KEPT_FOR - MOMENT)
    Heart(host="pc", pid=2).beat(now=now - KEPT_FOR)
    Heart(host="pc", pid=3).beat(now=now)
    assert set(WorkerHeartbeat.objects.values_list("pid", flat=True)) == {2, 3}


@pytest.mark.parametrize("wrong", [{"host": ""}, {"host": "x" * 256}, {"doing": "x" * 65}, {"done": -1}])
def test_the_database_refuses_what_is_no_heartbeat(now: datetime, wrong: dict[str, object]) -> None:
    right = {"host": "pc", "pid": 7, "started_at": now, "seen_at": now, "doing": "x" * 64, "done": 0}
    with transaction.atomic():
        WorkerHeartbeat.objects.create(**right)
    with pytest.raises(Exception) as refused, transaction.atomic():
        WorkerHeartbeat.objects.create(**right | {"pid": 8} | wrong)
    assert isinstance(refused.value, IntegrityError) or "too long" in str(refused.value)


@pytest.mark.parametrize("name", ["timers", "Casework.timers", "casework.", "a." + "b" * 64, "定时.器"])
def test_a_job_has_a_name_that_begins_with_its_room(name: str) -> None:
    with pytest.raises(ValueError, match="no name for a job"):
        Job(name, every=timedelta(seconds=1), run=lambda now: 0)


@pytest.mark.parametrize("every", [timedelta(0), timedelta(seconds=-1)])
def test_a_job_leaves_some_time_between_two_calls(every: timedelta) -> None:
    with pytest.raises(ValueError, match="needs some time"):
        Job("a.b", every=every, run=lambda now: 0)
    assert Job("a.b", every=MOMENT, run=lambda now: 0).every == MOMENT
