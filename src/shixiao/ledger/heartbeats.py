"""Signs of life of the workers: so that a page and the deploy check can say when nobody is working."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import BooleanField, ExpressionWrapper, Q

from shixiao.ledger.jobs import BEATS_EVERY
from shixiao.ledger.models import WorkerHeartbeat

SILENT_AFTER = 8 * BEATS_EVERY  # a slow disk or a busy database is no death
QUIET_FOR = 3 * BEATS_EVERY  # one that beats is not quieter, unless a job takes long
KEPT_FOR = timedelta(days=7)


class Heart:
    """The signs of life of one worker process: a row of its own, which the first beat makes."""

    def __init__(self, *, host: str, pid: int) -> None:
        self.host, self.pid = host, pid
        self._has_begun = False

    def beat(self, *, now: datetime, doing: str = "", done: int = 0) -> None:
        """Still there: at the job `doing`, or between jobs when that is empty; `done` is what it did so far.

        The row that an earlier process of the same number left on this host becomes its own, and a row that
        somebody removed comes back."""
        if not self._has_begun:
            self._begin(now)
        fresh = {"seen_at": now, "ended_at": None, "doing": doing, "done": done}
        made = fresh | {"started_at": now}
        WorkerHeartbeat.objects.update_or_create(host=self.host, pid=self.pid, defaults=fresh, create_defaults=made)

    def end(self, *, now: datetime) -> None:
        """The worker stopped as it was told. Its row stays, so that one can say since when there is none."""
        mine = WorkerHeartbeat.objects.filter(host=self.host, pid=self.pid)
        mine.update(seen_at=now, ended_at=now, doing="")

    def _begin(self, now: datetime) -> None:
        WorkerHeartbeat.objects.filter(seen_at__lt=now - KEPT_FOR).delete()
        WorkerHeartbeat.objects.filter(host=self.host, pid=self.pid).delete()
        self._has_begun = True


@dataclass(frozen=True, slots=True)
class Sighting:
    """The worker that was seen last. `is_working` is False when it stopped, or has been silent for too long."""

    host: str
    pid: int
    seen_at: datetime
    doing: str
    is_working: bool


def last_seen(*, now: datetime) -> Sighting | None:
    """The worker that was seen last, one at work before one that stopped; None when there never was one. One statement."""
    is_at_work = Q(ended_at=None, seen_at__gte=now - SILENT_AFTER)
    rows = WorkerHeartbeat.objects.annotate(is_at_work=ExpressionWrapper(is_at_work, BooleanField()))
    found = rows.order_by("-is_at_work", "-seen_at", "-pk").first()
    if found is None:
        return None
    return Sighting(found.host, found.pid, found.seen_at, found.doing, is_working=found.is_at_work)


def at_work(*, now: datetime) -> tuple[Sighting, ...]:
    """Every worker that showed a sign of life just now. One that was killed is still among them for three quarters of a minute."""
    rows = WorkerHeartbeat.objects.filter(
        ended_at=None, seen_at__gte=now - QUIET_FOR, seen_at__lte=now + QUIET_FOR
    ).order_by("host", "pid")
    return tuple(Sighting(row.host, row.pid, row.seen_at, row.doing, is_working=True) for row in rows)
