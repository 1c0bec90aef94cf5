"""Backups and drills leave events in the installation that they are of; and what those say is read here."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote

from django.db import transaction

from shixiao import ledger
from shixiao.ledger.kinds import Kind
from shixiao.ledger.models import Event
from shixiao.site.backup import events, manifest
from shixiao.site.backup.drilling import Outcome
from shixiao.site.backup.streams import sha256_of
from shixiao.site.backup.taking import Taken

CODE_LENGTH = 200
PLACES = 20  # that are named in an event; all are counted


@dataclass(frozen=True, slots=True)
class Noted:
    """One event of backups, as a page shows it."""

    number: int
    kind: str
    at: datetime
    told: dict[str, Any]


def backed_up(taken: Taken, *, reason: str, now: datetime) -> None:
    """The event of a backup that was made; not in the backup itself."""
    made = taken.manifest
    codes = {
        "backup": made_name(taken.path),
        "reason": reason,
        "rows": made.rows,
        "events": made.rows_of("ledger_event"),
        "cases": made.rows_of("casework_case"),
        "attachments": int(made.attachments["files"]),
        "bytes": made.size,
        "seconds": round(made.seconds),
        "is_sealed": bool(made.sealing),
        "manifest": f"sha256:{sha256_of(taken.path / manifest.NAME)[1]}",
        "removed": len(taken.removed),
    }
    _record(events.BACKED_UP, codes, now)


def backup_failed(*, reason: str, seconds: float, now: datetime) -> None:
    """A backup that was not made; why, the person at the terminal was told."""
    _record(events.BACKUP_FAILED, {"reason": reason, "seconds": round(seconds)}, now)


def drilled(outcome: Outcome, *, now: datetime) -> None:
    """The evidence of a drill: green or red, and where."""
    codes = {
        "backup": _code(outcome.backup),
        "outcome": "green" if outcome.is_green else "red",
        "places": [_code(each.place) for each in outcome.findings[:PLACES]],
        "differences": len(outcome.findings),
        "where": outcome.where,
        "seconds": round(outcome.seconds),
        "made_at": outcome.made_at,
        **{name: outcome.numbers.get(name, 0) for name in ("rows", "events", "cases", "facts", "board_rows")},
    }
    _record(events.DRILLED, codes, now)


def upgraded(*, program: str, migrations: list[str], backup: str, seconds: float, now: datetime) -> None:
    """The database was brought to a newer version of the program."""
    codes = {"program": program, "migrations": migrations, "backup": backup, "seconds": round(seconds)}
    _record(events.UPGRADED, codes, now)


def _record(kind: Kind, codes: dict[str, Any], now: datetime) -> None:
    with transaction.atomic():
        ledger.record(kind, subject=events.SUBJECT, by=None, now=now, particulars=codes)


def _code(text: str) -> str:
    """A name of a file may hold anything; an event carries codes."""
    return quote(text, safe="/:;,.-_()[]=#+@ ").replace(" ", "_")[:CODE_LENGTH]


def made_name(path: Path) -> str:
    """What events call a backup."""
    return _code(path.name)


# ---- what they say ---------------------------------------------------------------------------------------------


def history(*, at_most: int = 100) -> list[Noted]:
    """The newest events of backups and drills first. One statement."""
    rows = Event.objects.filter(subject_kind=events.SUBJECT.kind, subject_id=events.SUBJECT.id).order_by("-id")[
        :at_most
    ]
    return [Noted(row.pk, row.kind, row.recorded_at, row.particulars) for row in rows]


@dataclass(frozen=True, slots=True)
class Standing:
    """The last backup and the last drill that was green, and the last of all; None where there never was one."""

    backup: Noted | None
    green: Noted | None
    drill: Noted | None


def standing() -> Standing:
    """Three short statements: the index of subjects gives the newest of each first."""
    rows = Event.objects.filter(subject_kind=events.SUBJECT.kind, subject_id=events.SUBJECT.id).order_by("-id")

    def newest(**more: Any) -> Noted | None:
        row = rows.filter(**more).first()
        return Noted(row.pk, row.kind, row.recorded_at, row.particulars) if row else None

    return Standing(
        newest(kind=events.BACKED_UP.name),
        newest(kind=events.DRILLED.name, particulars__outcome="green"),
        newest(kind=events.DRILLED.name),
    )
