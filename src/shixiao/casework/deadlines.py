"""Deadlines of cases: started, stopped, suspended and resumed by the step table. The clock itself is `engine.clock`.

How much time a deadline gives is dated data (`limits`); here rows become values of the clock and back. The first due
instant is written once, into the row and into the event of the step that started it.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from django.db.models import DateTimeField, Value
from django.db.models.functions import Greatest

from shixiao.casework import budgets, calendars, limits
from shixiao.casework.local import local
from shixiao.casework.models import Case, Deadline, Suspension, Timer
from shixiao.casework.models.deadlines import Extension
from shixiao.casework.working import Work
from shixiao.engine import clock
from shixiao.engine.bilingual import Text
from shixiao.ledger import filling
from shixiao.ledger.models import Event

CHUNK = 500
MOST_KNOWN = 10_000  # what starts together is worked out once
Running = Callable[..., Mapping[int, list[Deadline]]]  # as `running`
_PAUSED = Text("暂停", "suspended")
_GRANTED = Text("同意延期", "extension granted")


def as_clock(row: Deadline, calendar: clock.Calendar) -> clock.Deadline:
    """A row, its suspensions and granted extensions as a value of the clock. Reads the two relations; prefetch them."""
    return clock.Deadline(
        start=row.started_at,
        budget=budgets.read(row.budget),
        calendar=calendar,
        roll=clock.Roll(row.roll),
        suspensions=tuple(clock.Suspension(each.since, each.until, _PAUSED, code="") for each in row.suspensions.all()),
        extensions=tuple(
            clock.Extension(budgets.read(each.budget), _GRANTED)
            for each in row.extensions.all()
            if each.answer == Extension.Answer.GRANTED
        ),
    )


def settle(row: Deadline, deadline: clock.Deadline) -> None:
    """What is worked out of `deadline` into its row; the first due instant is left as it is."""
    row.due_at, row.overdue_from = deadline.due, deadline.overdue_from
    row.is_provisional = deadline.is_provisional


def late_from(rows: Iterable[Deadline]) -> dict[str, str | None]:
    """As events carry it: the first instant that is too late by the name of the deadline, None while it stands still.

    Measures read it from the events, so every event by which a deadline starts, moves, is suspended or resumes carries it.
    """
    return {row.name: local(row.overdue_from).isoformat() if row.overdue_from else None for row in rows}


def running(cases: Iterable[Case], *, with_history: bool = True) -> dict[int, list[Deadline]]:
    """The deadlines that still run, by case, with their suspensions and extensions where these are needed."""
    rows = Deadline.objects.filter(case__in=cases, stopped_at=None)
    if with_history:
        rows = rows.prefetch_related("suspensions", "extensions")
    found: dict[int, list[Deadline]] = defaultdict(list)
    for row in rows:
        found[row.case_id].append(row)
    return found


def nearest(rows: Iterable[Deadline]) -> datetime | None:
    """The first instant at which one of them is too late; None while none runs."""
    instants = [row.overdue_from for row in rows if row.stopped_at is None and row.overdue_from is not None]
    return min(instants, default=None)


# ---- what a step does to deadlines -----------------------------------------------------------------------------


def follow(works: Sequence[Work], *, find: Running | None = None) -> None:
    """Work out what the step does to the deadlines of its cases: their rows, the case's limit, what the event says.

    Nothing is read where the step touches no deadline; `find` is asked instead of the database by who keeps cases in memory.
    """
    for work in works:
        work.ends_all = _ends_all(work)
        if work.ends_all:
            work.case.limit_at = None
    touched = [work for work in works if _touches(work) and not work.ends_all]
    if not touched:
        return
    old = [work.case for work in touched if not work.step.opens]
    # Only what goes on again is worked out anew from what paused and prolonged it.
    rows = (find or running)(old, with_history=any(work.step.resumes for work in touched)) if old else {}
    for work in touched:
        work.deadlines = rows.get(work.case.pk, [])
        _stop(work)
        _suspend(work)
        _resume(work)
        _start(work)
        work.case.limit_at = nearest(work.deadlines)


def _ends_all(work: Work) -> bool:
    """A case that ends waits for nothing any more, so what still runs need not be known to be stopped."""
    step, is_old = work.step, not work.step.opens
    return is_old and work.case.closed_at is not None and bool(work.table.limits) and not (step.starts or step.resumes)


def _touches(work: Work) -> bool:
    step = work.step
    if not work.table.limits:
        return False
    return bool(step.starts or step.stops or step.suspends or step.resumes) or work.case.closed_at is not None


def _stop(work: Work) -> None:
    """What was awaited happened; and a case that ends waits for nothing any more."""
    for row in work.deadlines:
        if row.name in work.step.stops or work.case.closed_at is not None:
            row.stopped_at = max(work.happened_at, row.started_at)
            work.stopped.append(row)


def _suspend(work: Work) -> None:
    for row in work.deadlines:
        if row.name in work.step.suspends and row.stopped_at is None and row.due_at is not None:
            work.suspended.append(Suspension(deadline=row, since=max(work.happened_at, row.started_at)))
            row.due_at = row.overdue_from = None


def _resume(work: Work) -> None:
    for row in work.deadlines:
        if row.name not in work.step.resumes or row.stopped_at is not None or row.due_at is not None:
            continue
        pause = next(each for each in row.suspensions.all() if each.until is None)
        pause.until = max(work.happened_at, pause.since)
        work.resumed.append(pause)
        deadline = as_clock(row, _calendar(work, row.calendar))
        settle(row, deadline)
        if (due := deadline.due) is not None:
            work.due[row.name] = due


def _start(work: Work) -> None:
    for name in work.step.starts:
        if any(row.name == name and row.stopped_at is None for row in work.deadlines):
            continue  # it runs already: a step that is taken again gives no new time
        rule = limits.rule(work, name)
        due = _due(work, rule)
        row = filling.made(
            Deadline,
            case=work.case,
            name=name,
            calendar=rule.calendar,
            budget=rule.budget,
            roll=rule.roll,
            started_at=work.happened_at,
            first_due_at=due.first,
            due_at=due.at,
            overdue_from=due.overdue_from,
            is_provisional=due.is_provisional,
        )
        work.deadlines.append(row)
        work.started.append(row)
        work.due[name] = due.first


def first_due(work: Work, rule: limits.Limit) -> datetime:
    """When the time of that rule would be over, had it begun with this step; for what an office reckons without a deadline of the case."""
    return _due(work, rule).first


class _Due(NamedTuple):
    """What a new deadline says, before anything moved it."""

    first: datetime
    at: datetime | None
    overdue_from: datetime | None
    is_provisional: bool


def _due(work: Work, rule: limits.Limit) -> _Due:
    """The same for all cases that start at one moment by one rule: rounds of many places begin at the same time."""
    known: dict[Any, _Due] = work.shared.setdefault((calendars.InForce, "due"), {})
    key = (rule.budget, rule.calendar, rule.roll, work.happened_at)
    if key not in known:
        if len(known) >= MOST_KNOWN:
            known.clear()
        deadline = clock.Deadline(
            start=work.happened_at,
            budget=budgets.read(rule.budget),
            calendar=_calendar(work, rule.calendar),
            roll=clock.Roll(rule.roll),
        )
        known[key] = _Due(deadline.first_due, deadline.due, deadline.overdue_from, deadline.is_provisional)
    return known[key]


def _calendar(work: Work, code: str) -> clock.Calendar:
    """Asked for once, whatever the number of cases."""
    if calendars.InForce not in work.shared:
        work.shared[calendars.InForce] = calendars.in_force()
    found: clock.Calendar = work.shared[calendars.InForce][code]
    return found


def write(works: Sequence[Work], events: Sequence[Event]) -> None:
    """The rows that `follow` worked out, after the events they refer to. The timer of what stopped stays: it says nothing when
    it falls due (`timers`)."""
    started = [row for work in works for row in work.started]
    stopped = [row for work in works for row in work.stopped]
    for work, event in zip(works, events, strict=True):
        for pause in work.suspended:
            pause.event_id = event.pk
    suspended = [pause for work in works for pause in work.suspended]
    resumed = [pause for work in works for pause in work.resumed]
    if started:
        _insert(started)
    _end_all([work for work in works if work.ends_all])
    for row in stopped if len(stopped) == 1 else ():
        Deadline.objects.filter(pk=row.pk).update(stopped_at=row.stopped_at)
    if len(stopped) > 1:
        Deadline.objects.bulk_update(stopped, ["stopped_at"], batch_size=CHUNK)
    if suspended:
        Suspension.objects.bulk_create(suspended, batch_size=CHUNK)
    if resumed:
        Suspension.objects.bulk_update(resumed, ["until"], batch_size=CHUNK)
    moved = [pause.deadline for pause in (*suspended, *resumed)]
    if moved:
        write_due(moved)
    still = [row for row in moved if row.due_at is None]
    if still:
        Timer.objects.filter(deadline__in=still, fired_at=None).delete()
    set_timers([*started, *(row for row in moved if row.due_at is not None)])


def _end_all(works: Sequence[Work]) -> None:
    """Whatever of these cases still runs stops, in one statement; the steps of a call all happened at one moment."""
    for start in range(0, len(works), CHUNK):
        part = works[start : start + CHUNK]
        then = Greatest("started_at", Value(part[0].happened_at, output_field=DateTimeField()))
        running_ = Deadline.objects.filter(case__in=[work.case.pk for work in part], stopped_at=None)
        running_.update(stopped_at=then)


def _insert(rows: list[Deadline]) -> None:
    if len(rows) == 1:
        rows[0].save(force_insert=True)
    else:
        Deadline.objects.bulk_create(rows, batch_size=CHUNK)


def write_due(rows: Sequence[Deadline]) -> None:
    """The due instants of deadlines that moved. `first_due_at` is no field of this statement, nor of any other."""
    Deadline.objects.bulk_update(rows, ["due_at", "overdue_from", "is_provisional"], batch_size=CHUNK)


def set_timers(rows: Sequence[Deadline]) -> None:
    """Each case is looked at again when its deadline has passed."""
    timers = [
        Timer(case_id=row.case_id, deadline=row, name=Timer.FALL_DUE, due_at=row.overdue_from)
        for row in rows
        if row.overdue_from is not None
    ]
    if len(timers) == 1:
        timers[0].save(force_insert=True)
    elif timers:
        Timer.objects.bulk_create(timers, batch_size=CHUNK)


# ---- reading ---------------------------------------------------------------------------------------------------


def explanation(row: Deadline) -> Text:
    """One sentence: how much, from when, what moved it, until when."""
    return clock.explain(as_clock(row, calendars.in_force()[row.calendar]))


def light(row: Deadline, *, now: datetime, schemes: Sequence[clock.LightScheme]) -> clock.Light:
    """The light of a deadline, with its reason; of a stopped one, whether it was on time."""
    deadline = as_clock(row, calendars.in_force()[row.calendar])
    return clock.light(deadline, now=now, schemes=schemes, closed_at=row.stopped_at)


def last_moment(overdue_from: datetime) -> datetime:
    """The last moment that is in time, in local time: what a list shows, since a due day ends at a midnight."""
    return local(overdue_from - timedelta(microseconds=1))
