"""What somebody has at hand on a phone: the tasks of a handler, and what a leader is asked and has ordered. In words of lists only: numbers,
titles, limits, states; what a leader wrote is never read here (`reading`)."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from django.db.models import Count, F, Q, QuerySet

from shixiao.casework import visibility
from shixiao.casework.models import Case, Deadline, Extension
from shixiao.casework.performing import events_of
from shixiao.ledger.kinds import Kind
from shixiao.ledger.models import Words
from shixiao.offices.supervision import parts
from shixiao.offices.supervision.models import ClauseTask, Instruction, Task
from shixiao.offices.supervision.responsibilities import HANDLER
from shixiao.offices.supervision.steps import TASKS
from shixiao.people.models import User

MOST = 30  # on one page; the whole list is on the page of tasks
SOON = timedelta(days=3)
_TO_ACCEPT = ("entrusted", "expected")
_IN_HAND = ("accept", "progress", "feed_back")
_BY_LIMIT = (F("case__limit_at").asc(nulls_last=True), "case_id")


class Own(NamedTuple):
    """A task in the hands of a handler, or waiting to be accepted by one: how far it is, whether that follows from its parts, the steps that
    can be taken, and what can be said of its limit: more may be asked for, or was."""

    task: Task
    percent: int
    has_parts: bool
    steps: tuple[str, ...]
    may_ask: bool
    is_asked: bool


class Counts(NamedTuple):
    """How many there are, how many of them are late, and how many will be within three days."""

    open: int
    late: int
    soon: int


def own_tasks(by: User, *, now: datetime) -> QuerySet[Task]:
    """The open tasks that somebody leads, and those that nobody accepted at the units whose handler this is."""
    held = visibility.held_by(by, now=now)
    to_accept = Q(case__state__in=_TO_ACCEPT) & visibility.below(
        held.paths_for(HANDLER.word), column="case__unit__path"
    )
    return Task.objects.filter(Q(case__lead=by) | to_accept, case__closed_at=None).select_related(
        "case__unit", "orderer"
    )


def counts(rows: QuerySet[Task], *, now: datetime) -> Counts:
    """One statement."""
    late, soon = Q(case__limit_at__lte=now), Q(case__limit_at__gt=now, case__limit_at__lte=now + SOON)
    found = rows.aggregate(open=Count("pk"), late=Count("pk", filter=late), soon=Count("pk", filter=soon))
    return Counts(**found)


def in_hand(rows: QuerySet[Task], *, by: User, now: datetime) -> list[Own]:
    """The first of them by limit, with what the handler can do; five statements however many."""
    tasks = list(rows.order_by(*_BY_LIMIT)[:MOST])
    percent = parts.progress(tasks)
    keys = [each.pk for each in tasks]
    of_parts = Task.objects.filter(parent__in=keys).exclude(case__state__in=parts.DROPPED)
    whole = set(of_parts.values_list("parent_id", flat=True))
    limits = {
        each.case_id: each
        for each in Deadline.objects.filter(case__in=keys, name="finish", stopped_at=None).annotate(
            asked=Count("extensions", filter=Q(extensions__answer=Extension.Answer.ASKED))
        )
    }
    return [_own(each, percent[each.pk], each.pk in whole, limits.get(each.pk), by=by, now=now) for each in tasks]


def _own(task: Task, percent: int, has_parts: bool, limit: Deadline | None, *, by: User, now: datetime) -> Own:
    case = task.case
    is_lead = case.lead_id == by.pk
    allowed = {each.name for each in TASKS.allowed(case.state)}
    steps = tuple(name for name in _IN_HAND if name in allowed and (is_lead or name == "accept"))
    is_asked = limit is not None and bool(limit.asked)  # type: ignore[attr-defined]
    runs = limit is not None and (limit.overdue_from is None or now < limit.overdue_from)
    return Own(task, percent, has_parts, steps, may_ask=is_lead and runs and not is_asked, is_asked=is_asked)


# ---- a leader ----------------------------------------------------------------------------------------------------


def ordered(by: User) -> QuerySet[Task]:
    """The open tasks that are done by the order of this leader."""
    entrusted = ~Q(case__state__in=("proposed", "established"))
    return Task.objects.filter(entrusted, orderer=by, case__closed_at=None).select_related("case__unit")


def presented(rows: QuerySet[Task]) -> QuerySet[Task]:
    """Those whose result was presented and that the leader has neither read nor decided."""
    return rows.filter(case__state="presented", silent_until=None)


def instructed(by: User) -> QuerySet[Instruction]:
    """The open instructions of this leader."""
    return Instruction.objects.filter(leader=by, case__closed_at=None).select_related("case__unit")


def answered(rows: QuerySet[Instruction]) -> QuerySet[Instruction]:
    """Those with a result that the leader has neither read nor decided."""
    return rows.filter(case__state="answered", silent_until=None)


def first(rows: QuerySet[Task]) -> list[Task]:
    """As many as a page shows, by limit."""
    return list(rows.order_by(*_BY_LIMIT)[:MOST])


def first_instructions(rows: QuerySet[Instruction]) -> list[Instruction]:
    """As many as a page shows, by limit."""
    return list(rows.order_by(*_BY_LIMIT)[:MOST])


def covered(rows: Iterable[Instruction]) -> Mapping[int, int]:
    """How many clauses of the present round have a task, by instruction; one statement."""
    rounds = {each.pk: each.round for each in rows}
    found = (
        ClauseTask.objects.filter(instruction__in=rounds).values_list("instruction_id", "round", "clause").distinct()
    )
    tied: dict[int, int] = dict.fromkeys(rounds, 0)
    for instruction, round_, _clause in found:
        tied[instruction] += round_ == rounds[instruction]
    return tied


def last_said(case: Case, wanted: Sequence[tuple[Kind, str]]) -> dict[str, str | None]:
    """What was written under a name in the last event of a kind, by the name of the kind; none where there is no such event. Sealed words are
    not asked for. Two statements."""
    kinds = {kind.name: name for kind, name in wanted if name not in kind.sealed}
    newest = {each.kind: each.pk for each in events_of(case).filter(kind__in=kinds)}
    told = {
        (event, name): text
        for event, name, text in Words.objects.filter(event__in=newest.values()).values_list(
            "event_id", "name", "words"
        )
    }
    return {kind: told.get((pk, kinds[kind])) for kind, pk in newest.items()}
