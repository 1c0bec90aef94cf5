"""The worker's loop, with a clock and a stop that the test holds in its hand."""

import logging
import signal
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.apps import apps
from django.db import OperationalError

from shixiao.ledger.jobs import BEATS_EVERY, Job
from shixiao.site import working
from shixiao.site.interruption import Interruption
from shixiao.site.working import JobsClash, Worker, offered_jobs

SECOND, MINUTE = timedelta(seconds=1), timedelta(minutes=1)


class Day:
    """A clock that goes on only while the worker waits, and a stop after `length`."""

    def __init__(self, now: datetime, *, length: timedelta) -> None:
        self.now, self.ends_at, self.waits = now, now + length, []  # type: ignore[var-annotated]
        self.is_told = False

    def clock(self) -> datetime:
        return self.now

    def told(self, *, within: timedelta = timedelta(0)) -> bool:
        self.waits.append(within)
        self.now += within
        return self.is_told or self.now >= self.ends_at


class Beats:
    """A heart that writes down its beats; it refuses while `is_away`."""

    def __init__(self) -> None:
        self.beats: list[tuple[datetime, str, int]] = []
        self.ended_at: datetime | None = None
        self.is_away: Callable[[datetime], bool] = lambda now: False

    def beat(self, *, now: datetime, doing: str = "", done: int = 0) -> None:
        if self.is_away(now):
            raise OperationalError("connection refused\nmore")
        self.beats.append((now, doing, done))

    def end(self, *, now: datetime) -> None:
        if self.is_away(now):
            raise OperationalError("connection refused")
        self.ended_at = now


class Called:
    """A job's `run` that notes when it was called and returns what it is given, and then nothing to do."""

    def __init__(self, *returns: int | Exception) -> None:
        self.at: list[datetime] = []
        self.returns = list(returns)

    def __call__(self, now: datetime) -> int:
        self.at.append(now)
        answer = self.returns.pop(0) if self.returns else 0
        if isinstance(answer, Exception):
            raise answer
        return answer


def offsets(called: Called, start: datetime) -> list[float]:
    return [(at - start).total_seconds() for at in called.at]


def work(day: Day, *jobs: Job, heart: Beats | None = None) -> int:
    return Worker(jobs, clock=day.clock, told=day.told, heart=heart or Beats(), between=lambda: None).work()


def test_each_job_is_called_at_once_and_then_as_often_as_it_says(now: datetime) -> None:
    often, seldom = Called(), Called()
    day = Day(now, length=30 * SECOND)
    work(day, Job("a.often", every=10 * SECOND, run=often), Job("a.seldom", every=25 * SECOND, run=seldom))
    assert (offsets(often, now), offsets(seldom, now)) == ([0, 10, 20], [0, 25])
    assert max(day.waits) <= BEATS_EVERY


def test_while_a_job_finds_something_it_is_called_again_without_waiting_and_the_others_have_their_turn(
    now: datetime,
) -> None:
    order: list[str] = []
    many, few = Called(100, 100, 7), Called(1)
    done = work(
        Day(now, length=5 * SECOND),
        Job("a.many", every=MINUTE, run=lambda at: order.append("many") or many(at)),
        Job("b.few", every=MINUTE, run=lambda at: order.append("few") or few(at)),
    )
    assert order == ["many", "few", "many", "few", "many", "many"]
    assert (offsets(many, now), done) == ([0, 0, 0, 0], 208)


def test_a_job_that_fails_is_named_backs_off_and_stops_no_other(
    now: datetime, caplog: pytest.LogCaptureFixture
) -> None:
    fails, well = Called(*[ValueError("broken") for _ in range(99)]), Called()
    work(
        Day(now, length=timedelta(minutes=20)),
        Job("a.fails", every=10 * SECOND, run=fails),
        Job("b.well", every=10 * MINUTE, run=well),
    )
    waits = [later - earlier for earlier, later in zip(offsets(fails, now), offsets(fails, now)[1:], strict=False)]
    assert waits == [1, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300]
    assert offsets(well, now) == [0, 600]
    named = [record for record in caplog.records if record.levelno == logging.ERROR]
    assert len(named) == len(fails.at)
    assert all("a.fails" in record.getMessage() and record.exc_info for record in named)


def test_a_job_that_is_well_again_is_due_as_before_and_the_next_failure_begins_with_a_second(now: datetime) -> None:
    job = Called(ValueError(), ValueError(), 0, ValueError(), 0)
    work(Day(now, length=30 * SECOND), Job("a.job", every=10 * SECOND, run=job))
    assert offsets(job, now) == [0, 1, 3, 13, 14, 24]


def test_whoever_is_told_to_stop_finishes_the_job_under_way_and_begins_no_other(now: datetime) -> None:
    day, heart, other = Day(now, length=MINUTE), Beats(), Called()

    def told_meanwhile(at: datetime) -> int:
        day.is_told = True
        return 5

    jobs = (Job("a.first", every=MINUTE, run=told_meanwhile), Job("b.second", every=MINUTE, run=other))
    assert work(day, *jobs, heart=heart) == 5
    assert other.at == []
    assert heart.ended_at == now


def test_after_a_standstill_every_job_is_called_once_not_once_for_each_time_that_was_missed(now: datetime) -> None:
    job = Called()
    day = Day(now, length=timedelta(days=3))
    told = day.told

    def sleeps_over_the_weekend(*, within: timedelta = timedelta(0)) -> bool:
        is_first = len(job.at) == 1 and within > timedelta(0)
        return told(within=timedelta(days=3) - 5 * SECOND if is_first else within)

    day.told = sleeps_over_the_weekend  # type: ignore[method-assign]
    work(day, Job("a.job", every=10 * SECOND, run=job))
    assert offsets(job, now) == [0, 3 * 86400 - 5]


def test_a_clock_that_was_set_back_makes_nobody_wait_until_it_has_caught_up(now: datetime) -> None:
    day, job = Day(now, length=30 * SECOND), Called()

    def sets_it_back(at: datetime) -> int:
        if len(job.at) == 1:
            day.now -= timedelta(days=1)
            day.ends_at -= timedelta(days=1)
        return job(at)

    work(day, Job("a.job", every=10 * SECOND, run=sets_it_back))
    back = now - timedelta(days=1)
    assert job.at == [now, now + 10 * SECOND, back + 10 * SECOND, back + 20 * SECOND]


@pytest.mark.parametrize("asked", range(1, 40))
def test_whenever_a_clock_is_set_back_nobody_sleeps_longer_than_a_beat(now: datetime, asked: int) -> None:
    """Between any two looks at the clock: also after the last job of a round, before the worker knows how long it may sleep."""
    day = Day(now, length=2 * MINUTE)
    looks = 0

    def clock() -> datetime:
        nonlocal looks
        looks += 1
        if looks == asked:
            day.now, day.ends_at = day.now - timedelta(hours=1), day.ends_at - timedelta(hours=1)
        return day.now

    first, other = Called(1), Called(0, OSError("a disk is full"))
    jobs = (Job("a.job", every=10 * SECOND, run=first), Job("b.job", every=40 * SECOND, run=other))
    Worker(jobs, clock=clock, told=day.told, heart=Beats(), between=lambda: None).work()
    assert looks >= asked
    assert max(day.waits) <= BEATS_EVERY
    assert len(first.at) >= 12


# ---- signs of life ---------------------------------------------------------------------------------------------


def test_the_heart_says_which_job_is_under_way_and_how_much_was_done(now: datetime) -> None:
    heart = Beats()
    job = Called(3)
    work(Day(now, length=40 * SECOND), Job("a.job", every=timedelta(hours=1), run=job), heart=heart)
    assert heart.beats == [
        (now, "", 0),
        (now, "a.job", 0),
        (now, "", 3),
        (now, "a.job", 3),
        (now, "", 3),
        (now + BEATS_EVERY, "", 3),
        (now + 2 * BEATS_EVERY, "", 3),
    ]
    assert heart.ended_at == now + 40 * SECOND + 5 * SECOND  # the stop is seen after the third wait


def test_a_database_that_goes_away_is_said_once_and_work_goes_on_when_it_is_back(
    now: datetime, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, logger="shixiao.worker")
    heart, job = Beats(), Called()
    gone, back = now + 20 * SECOND, now + 200 * SECOND
    heart.is_away = lambda at: gone <= at < back
    day = Day(now, length=220 * SECOND)
    work(day, Job("a.job", every=10 * SECOND, run=job), heart=heart)
    at = offsets(job, now)
    assert [second for second in at if second < 20] == [0, 10]
    assert [second for second in at if 20 <= second < 200] == []
    assert 200 <= at[2] <= 230
    said = [record.getMessage() for record in caplog.records]
    assert len([line for line in said if "is away" in line]) == 1
    assert len([line for line in said if "database is back" in line]) == 1
    assert "connection refused" in said[0]
    assert "more" not in said[0]


def test_a_worker_that_cannot_say_good_bye_stops_all_the_same(now: datetime) -> None:
    heart = Beats()
    heart.is_away = lambda at: True
    assert work(Day(now, length=MINUTE), heart=heart) == 0


# ---- whose jobs ------------------------------------------------------------------------------------------------


def test_jobs_come_from_the_rooms_and_the_site_has_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    job = Job("people.example", every=MINUTE, run=lambda now: 0)
    monkeypatch.setattr(apps.get_app_config("people"), "jobs", (job,), raising=False)
    offered = offered_jobs()
    assert job in offered
    assert "site.sessions" in [each.name for each in offered]
    assert [each.name for each in offered] == sorted(each.name for each in offered)


@pytest.mark.parametrize(
    ("jobs", "says"),
    [
        ((Job("site.sessions", every=MINUTE, run=lambda now: 0),), "two jobs are called site.sessions"),
        (("people.example",), "shixiao.people: 'people.example'"),
    ],
)
def test_jobs_that_clash_are_named(monkeypatch: pytest.MonkeyPatch, jobs: tuple[object, ...], says: str) -> None:
    monkeypatch.setattr(apps.get_app_config("people"), "jobs", jobs, raising=False)
    with pytest.raises(JobsClash, match=says):
        offered_jobs()


# ---- being told ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_the_waiting_and_the_process_goes_on(number: signal.Signals) -> None:
    before = signal.getsignal(number)
    with Interruption() as interruption:
        assert not interruption.told()
        signal.raise_signal(number)
        assert interruption.told(within=timedelta(days=1))
    assert signal.getsignal(number) is before


def test_the_second_ctrl_c_breaks_off_and_the_second_sigterm_does_not() -> None:
    with Interruption() as interruption:
        signal.raise_signal(signal.SIGTERM)
        signal.raise_signal(signal.SIGTERM)
        assert interruption.told()
        with pytest.raises(KeyboardInterrupt):
            signal.raise_signal(signal.SIGINT)


def test_without_the_server_that_started_it_a_worker_is_told_to_stop(monkeypatch: pytest.MonkeyPatch) -> None:
    with Interruption(parent=working.os.getppid()) as interruption:
        assert not interruption.told()
    with Interruption(parent=working.os.getppid() + 1) as interruption:
        assert interruption.told(within=timedelta(days=1))
