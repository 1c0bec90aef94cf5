"""The figures that the site reads from the database for `/metrics`: a few short statements each time somebody asks."""

import shutil
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.db.models import Min, QuerySet

from shixiao.casework.models import Timer
from shixiao.ledger import heartbeats
from shixiao.ledger.models import Event, Fact
from shixiao.site.backup import recording
from shixiao.site.backup.recording import Noted
from shixiao.site.metrics import Watched


def worker_is_working(now: datetime) -> float:
    """1 while a worker shows signs of life."""
    seen = heartbeats.last_seen(now=now)
    return float(seen is not None and seen.is_working)


def workers(now: datetime) -> float:
    """How many workers show signs of life; one is enough."""
    return float(len(heartbeats.at_work(now=now)))


def worker_silence(now: datetime) -> float | None:
    """Seconds since the last sign of life."""
    seen = heartbeats.last_seen(now=now)
    return (now - seen.seen_at).total_seconds() if seen else None


def timers_due(now: datetime) -> float:
    """Timers that fell due and were not fired."""
    return float(_due(now).count())


def timer_lag(now: datetime) -> float:
    """Seconds that the oldest of them waits."""
    oldest = _due(now).aggregate(oldest=Min("due_at"))["oldest"]
    return (now - oldest).total_seconds() if oldest else 0.0


def facts_to_fold(_now: datetime) -> float:
    """Versions of facts that are not in the cells yet; readings count them all the same."""
    return float(Fact.objects.filter(is_folded=False).count())


def events(_now: datetime) -> float:
    """The number of the newest event."""
    return float(Event.objects.order_by("-pk").values_list("pk", flat=True).first() or 0)


def backup_age(now: datetime) -> float | None:
    """Seconds since the last backup was made."""
    return _age(recording.standing().backup, now)


def drill_age(now: datetime) -> float | None:
    """Seconds since the last drill that was green."""
    return _age(recording.standing().green, now)


def drill_is_red(_now: datetime) -> float:
    """1 when the last drill was red."""
    last = recording.standing().drill
    return float(last is not None and last.told.get("outcome") == "red")


def disk_free(_now: datetime) -> float:
    """Bytes."""
    return float(shutil.disk_usage(Path(settings.HOME)).free)


def _due(now: datetime) -> "QuerySet[Timer]":
    return Timer.objects.filter(fired_at=None, due_at__lte=now)


def _age(noted: Noted | None, now: datetime) -> float | None:
    return (now - noted.at).total_seconds() if noted else None


WATCHED = (
    Watched("worker_is_working", "1 while a worker shows signs of life.", worker_is_working),
    Watched("workers", "Workers that showed a sign of life in the last 45 seconds; one is enough.", workers),
    Watched("worker_silence_seconds", "Seconds since a worker last showed a sign of life.", worker_silence),
    Watched("timers_due", "Timers that fell due and were not fired yet.", timers_due),
    Watched("timer_lag_seconds", "How long the oldest of them waits.", timer_lag),
    Watched("facts_to_fold", "Versions of facts that are not in the cells yet.", facts_to_fold),
    Watched("last_event", "The number of the newest event of the ledger.", events),
    Watched("backup_age_seconds", "Seconds since the last backup was made.", backup_age),
    Watched("drill_age_seconds", "Seconds since the last restore drill that was green.", drill_age),
    Watched("drill_is_red", "1 when the last restore drill was red.", drill_is_red),
    Watched("disk_free_bytes", "Room on the disk of the data folder.", disk_free),
)
