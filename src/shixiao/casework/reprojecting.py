"""What a change of calendars does to deadlines: those that run move, and an event says why; closed ones stay."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import NamedTuple

from django.db.models import Q
from django.utils import timezone

from shixiao import ledger
from shixiao.casework import assessing, deadlines
from shixiao.casework.calendars import InForce
from shixiao.casework.events import DEADLINE_MOVED
from shixiao.casework.models import CalendarChange, Case, Deadline, Timer
from shixiao.engine import clock

CHUNK = 500


class Moved(NamedTuple):
    """A case whose deadline moved: from when to when; None while it stands still."""

    number: str
    title: str
    name: str
    before: datetime | None
    due: datetime | None


def move_open_deadlines(
    before: InForce, after: InForce, *, touched: set[date], change: CalendarChange, now: datetime
) -> list[Moved]:
    """Every running deadline by the new calendars; returns those that moved. Inside the transaction of the change.

    `touched` are the days that differ, or none for all of them: a deadline that ended before the first of these days or began after
    the last is not looked at.
    """
    moved: list[Moved] = []
    for rows in _in_parts(touched):
        found = [pair for row in rows if (pair := _reprojected(row, before, after)) is not None]
        changed = [pair for pair in found if pair[1].has_moved]
        _write(changed, change=change, now=now)
        moved += [Moved(row.case.number, row.case.title, row.name, was, row.due_at) for row, _found, was in changed]
    return moved


def _in_parts(touched: set[date]) -> Iterator[list[Deadline]]:
    """Five hundred at a time, by id, locked: their cases first, as a step locks them, so that neither waits for the other."""
    wanted = Deadline.objects.filter(stopped_at=None)
    if touched:
        first = datetime(*min(touched).timetuple()[:3], tzinfo=UTC) - timedelta(days=2)
        last = datetime(*max(touched).timetuple()[:3], tzinfo=UTC) + timedelta(days=2)
        # A due day that rolls may lie some days before the first day that is touched.
        wanted = wanted.filter(started_at__lte=last).filter(Q(due_at=None) | Q(due_at__gte=first - timedelta(days=15)))
    behind = 0
    while part := list(wanted.filter(pk__gt=behind).order_by("pk").values_list("pk", "case_id")[:CHUNK]):
        keys = {case for _key, case in part}
        cases = {case.pk: case for case in Case.objects.select_for_update().filter(pk__in=keys).order_by("pk")}
        rows = wanted.filter(pk__in=[key for key, _case in part]).prefetch_related("suspensions", "extensions")
        found = list(rows.select_for_update(of=("self",)).order_by("pk"))
        for row in found:
            row.case = cases[row.case_id]
        yield found
        behind = part[-1][0]


def _reprojected(
    row: Deadline, before: InForce, after: InForce
) -> tuple[Deadline, clock.Reprojection, datetime | None] | None:
    old = before.calendars.get(row.calendar)
    if old is None or old == after[row.calendar]:
        return None
    found = clock.reproject(deadlines.as_clock(row, old), after[row.calendar])
    was = row.due_at
    deadlines.settle(row, found.deadline)
    return row, found, was


def _write(
    moved: list[tuple[Deadline, clock.Reprojection, datetime | None]], *, change: CalendarChange, now: datetime
) -> None:
    if not moved:
        return
    rows = [row for row, _found, _was in moved]
    deadlines.write_due(rows)
    Timer.objects.filter(deadline__in=rows, fired_at=None).delete()
    deadlines.set_timers(rows)
    cases = {row.case_id: row.case for row in rows}
    _set_limits(list(cases.values()))
    ledger.record_many(
        [
            ledger.Entry(
                kind=DEADLINE_MOVED,
                subject=row.case,
                by=None,
                now=now,
                particulars={
                    "deadline": row.pk,
                    "name": row.name,
                    "before": _iso(was),
                    "due": _iso(row.due_at),
                    "change": change.pk,
                    "late_from": deadlines.late_from([row]),
                },
            )
            for row, _found, was in moved
        ]
    )
    assessing.reassess([cases[key] for key in sorted(cases)], now=now)


def _iso(instant: datetime | None) -> str:
    return timezone.localtime(instant).isoformat() if instant else ""


def _set_limits(cases: list[Case]) -> None:
    running = deadlines.running(cases)
    for case in cases:
        case.limit_at = deadlines.nearest(running.get(case.pk, []))
    Case.objects.bulk_update(cases, ["limit_at"], batch_size=CHUNK)
