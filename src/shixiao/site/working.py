"""`shixiao worker`: call each job when it is due, until told to stop.

A plain loop. What is due stands in the database, so a worker that was killed, or stood still for a weekend, simply
goes on, and several may run at once. Only this loop reads the clock; jobs are told what time it is.
"""

import logging
import os
import socket
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby
from typing import Protocol

from django.apps import apps
from django.db import DatabaseError, InterfaceError, close_old_connections, connections

from shixiao.engine.bilingual import Text
from shixiao.ledger.jobs import BEATS_EVERY, Job
from shixiao.site.interruption import Interruption

FIRST_RETRY, LAST_RETRY = timedelta(seconds=1), timedelta(minutes=5)
DATABASE_RETRY = timedelta(seconds=30)  # asking is cheap, and everything waits for it
PARENT = "SHIXIAO_WORKER_OF"  # the server that started this worker: without it the worker stops

log = logging.getLogger("shixiao.worker")


class Heart(Protocol):
    """Where signs of life go (`ledger.heartbeats.Heart`)."""

    def beat(self, *, now: datetime, doing: str = "", done: int = 0) -> None:
        """Still there."""

    def end(self, *, now: datetime) -> None:
        """Stopped."""


@dataclass
class _Turn:
    """When a job is due, and how often in a row it has failed."""

    job: Job
    due_at: datetime
    failures: int = 0


class Worker:
    """The loop. `told(within=…)` waits and says whether to stop; it is asked before every job, too. `between` is done
    between rounds and after a failure: it lets go of connections that broke or grew old."""

    def __init__(
        self,
        jobs: Iterable[Job],
        *,
        clock: Callable[[], datetime],
        told: Callable[..., bool],
        heart: Heart,
        between: Callable[[], object] = close_old_connections,
    ) -> None:
        self._clock, self._told, self._heart, self._between = clock, told, heart, between
        self._seen = self._beaten_at = clock()
        self._turns = [_Turn(job, self._seen) for job in jobs]
        self._is_beating = False
        self._refusals = 0
        self.done = 0

    def work(self) -> int:
        """Go round until told to stop; returns how many things were done. What is under way is finished first."""
        pause = timedelta(0)
        while not self._told(within=pause):
            pause = self._round()
        with suppress(DatabaseError, InterfaceError):  # it stops all the same
            self._heart.end(now=self._clock())
        return self.done

    def _round(self) -> timedelta:
        """Every job that is due, once; returns how long there is nothing to do."""
        self._between()
        now = self._now()
        try:
            if not self._is_beating or now - self._beaten_at >= BEATS_EVERY:
                self._beat(now)
            self._do_what_is_due()
        except (DatabaseError, InterfaceError) as error:
            return self._database_is_away(error)
        if self._refusals:
            log.info("数据库恢复了 / the database is back")
            self._refusals = 0
        return self._until_next()

    def _now(self) -> datetime:
        """The present moment, noticing each time whether somebody has set the clock back: then everything is due, since asking does no harm
        and whatever was due by the former clock would wait for it to come again."""
        now = self._clock()
        if now < self._seen:
            for turn in self._turns:
                turn.due_at = now
            self._beaten_at = now
        self._seen = now
        return now

    def _do_what_is_due(self) -> None:
        has_worked = False
        for turn in self._turns:
            now = self._now()
            if turn.due_at > now:
                continue
            if self._told():
                break
            self._beat(now, doing=turn.job.name)
            self._take(turn, now)
            has_worked = True
        if has_worked:
            self._beat(self._now())

    def _take(self, turn: _Turn, now: datetime) -> None:
        """One call of one job. Whatever goes wrong in it is its own affair."""
        try:
            count = turn.job.run(now)
        except Exception:
            turn.failures += 1
            delay = _delay(turn.failures, longest=LAST_RETRY)
            self._wait(turn, delay)
            name, seconds = turn.job.name, delay.total_seconds()
            log.exception("任务 %s 失败，%g 秒后再试 / job failed, again in %g s", name, seconds, seconds)
            self._between()
            return
        if turn.failures:
            log.info("任务 %s 恢复了 / job is well again", turn.job.name)
        self.done += count
        turn.failures = 0
        self._wait(turn, timedelta(0) if count else turn.job.every)

    def _wait(self, turn: _Turn, delay: timedelta) -> None:
        """The job is due again after that; at once if the clock was set back while it was under way."""
        seen = self._seen
        now = self._now()
        turn.due_at = now if now < seen else now + delay

    def _beat(self, now: datetime, *, doing: str = "") -> None:
        self._heart.beat(now=now, doing=doing, done=self.done)
        self._beaten_at, self._is_beating = now, True

    def _database_is_away(self, error: Exception) -> timedelta:
        self._refusals += 1
        self._is_beating = False
        delay = _delay(self._refusals, longest=DATABASE_RETRY)
        said = str(error).strip().partition("\n")[0]
        if self._refusals == 1:  # once, not every second of a long night
            log.warning("数据库连不上，恢复后继续（%s）/ the database is away, work goes on when it is back", said)
        self._between()
        return delay

    def _until_next(self) -> timedelta:
        now = self._now()
        due = min([self._beaten_at + BEATS_EVERY, *(turn.due_at for turn in self._turns)])
        return max(due - now, timedelta(0))


def _delay(failures: int, *, longest: timedelta) -> timedelta:
    """1, 2, 4, 8 … seconds, but never longer than `longest`."""
    seconds = FIRST_RETRY.total_seconds() * 2 ** min(failures - 1, 20)
    return min(timedelta(seconds=seconds), longest)


# ---- whose jobs ------------------------------------------------------------------------------------------------


class JobsClash(Exception):
    """Two jobs have one name, or a room offers something else; a mistake in the program."""


def offered_jobs() -> tuple[Job, ...]:
    """The jobs of all rooms, and the site's own. Raises `JobsClash`."""
    offered = [(config.name, job) for config in apps.get_app_configs() for job in getattr(config, "jobs", ())]
    wrong = [f"{room}: {job!r}" for room, job in offered if not isinstance(job, Job)]
    if wrong:
        raise JobsClash(f"`jobs` of an AppConfig holds Job(…) only, not {'; '.join(wrong)}")
    jobs = sorted([*(job for _, job in offered), *_own_jobs()], key=lambda job: job.name)
    twice = [name for name, group in groupby(jobs, key=lambda job: job.name) if len(list(group)) > 1]
    if twice:
        raise JobsClash(f"two jobs are called {', '.join(twice)}: a job's name begins with its room")
    return tuple(jobs)


def _own_jobs() -> tuple[Job, ...]:
    from shixiao.site import starting  # loads models

    return (
        # `web` changes nothing at its start, so that in production it is a worker that takes them in.
        Job("site.calendars", every=timedelta(days=1), run=lambda now: starting.take_in_calendars(now=now)),
        Job("site.gauges", every=timedelta(days=1), run=lambda now: starting.take_in_gauges(now=now)),
        Job("site.sessions", every=timedelta(hours=1), run=lambda now: starting.forget_old_sessions(now=now)),
    )


# ---- the process -----------------------------------------------------------------------------------------------


def work(*, say: Callable[[Text], object]) -> int:
    """Work until SIGTERM or Ctrl-C, finish the job under way, and return the exit status.

    Raises `starting.NotReady` when the database is not as this version needs it; it is never migrated from here.
    """
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "shixiao.site.settings")
    django.setup()
    from django.conf import settings
    from django.utils import timezone

    from shixiao.ledger import heartbeats
    from shixiao.site import starting
    from shixiao.site.postgresql.patience import wait_at_most

    wait_at_most(settings.SHIXIAO_DATABASE_PATIENCE_OF_WORKER)
    starting.require_database()
    jobs = offered_jobs()
    heart = heartbeats.Heart(host=socket.gethostname()[:255] or "?", pid=os.getpid())
    with Interruption(parent=_parent()) as interruption:
        names = ", ".join(job.name for job in jobs)
        say(Text(f"后台进程已就绪：{names} (Ctrl-C 停止)", f"The worker is ready: {names} (Ctrl-C stops it)"))
        Worker(jobs, clock=timezone.now, told=interruption.told, heart=heart).work()
    connections.close_all()
    return 0


def _parent() -> int | None:
    said = os.environ.get(PARENT, "")
    return int(said) if said.isdecimal() else None
