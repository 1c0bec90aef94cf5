"""Ladders of reminders: who is reminded when of a limit, as dated data. The house brings a usual one; an officer sets others.

    soon       one working day before    the handler
    passed     when the limit passes     the handler, who is given a day to read it
    unit_head  one working day after     the head of the unit, who is given two days to take note
    office     five after                supervision
    leader     ten after, and every ten  the leader

What is urgent climbs faster (`URGENT`). An officer sets a ladder for a kind of case, for an urgency, or for both; that of the kind counts
before that of the urgency alone.

A rung is reached when its moment has come and the one before has its receipt, or its patience is over. What is said, and to
whom exactly, is for the room that has the limits.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import Enum
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from shixiao import ledger
from shixiao.engine.bilingual import Text
from shixiao.messages import events
from shixiao.messages.models import Climb, LadderRule, Message, Urgency
from shixiao.messages.preferring import Unfit
from shixiao.messages.quiet import ONE_DAY, WorksOn
from shixiao.messages.states import State
from shixiao.people.models import Role, User

MORNING = time(9)
MOST_RUNGS = 12
MOST_DAYS = 250
NAME_LENGTH = 32


class Who(str, Enum):
    """Whom a rung reminds."""

    HANDLER = "handler"
    UNIT_HEAD = "unit_head"
    OFFICE = "office"
    LEADER = "leader"


class Receipt(str, Enum):
    """What a rung waits for before the next one may be reached."""

    NOTHING = "nothing"
    READ = "read"
    ACKNOWLEDGED = "acknowledged"


WHO_TITLES = {
    Who.HANDLER: Text("经办人", "Handler"),
    Who.UNIT_HEAD: Text("科室负责人", "Head of the unit"),
    Who.OFFICE: Text("督办", "Supervision"),
    Who.LEADER: Text("分管领导", "Leader"),
}
RECEIPT_TITLES = {
    Receipt.NOTHING: Text("不等", "Nothing"),
    Receipt.READ: Text("已读", "Being read"),
    Receipt.ACKNOWLEDGED: Text("知悉", "Being acknowledged"),
}
_ANSWERS = {
    Receipt.READ: [State.READ.value, State.ACKNOWLEDGED.value],
    Receipt.ACKNOWLEDGED: [State.ACKNOWLEDGED.value],
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Rung:
    """`days`: working days from the limit, below 0 before it, 0 when it passes. `waits_for` its receipt, for `patience` working days.
    `every`: of the last rung, again after so many working days; 0 for once."""

    who: Who
    days: int
    waits_for: Receipt = Receipt.NOTHING
    patience: int = 1
    every: int = 0


USUAL = (
    Rung(who=Who.HANDLER, days=-1),
    Rung(who=Who.HANDLER, days=0, waits_for=Receipt.READ, patience=1),
    Rung(who=Who.UNIT_HEAD, days=1, waits_for=Receipt.ACKNOWLEDGED, patience=2),
    Rung(who=Who.OFFICE, days=5, waits_for=Receipt.READ, patience=3),
    Rung(who=Who.LEADER, days=10, every=10),
)
# Of what is urgent, while nobody has set another: above the handler on the day after, and the leader within the week; of what is most
# urgent the head of the unit at once when the handler has read it, at the latest on the next working day.
URGENT: Mapping[str, Sequence[Rung]] = {
    Urgency.URGENT.value: (
        Rung(who=Who.HANDLER, days=-1),
        Rung(who=Who.HANDLER, days=0, waits_for=Receipt.READ, patience=1),
        Rung(who=Who.UNIT_HEAD, days=1, waits_for=Receipt.ACKNOWLEDGED, patience=1),
        Rung(who=Who.OFFICE, days=2, waits_for=Receipt.READ, patience=1),
        Rung(who=Who.LEADER, days=4, every=3),
    ),
    Urgency.MOST_URGENT.value: (
        Rung(who=Who.HANDLER, days=-1),
        Rung(who=Who.HANDLER, days=0, waits_for=Receipt.READ, patience=1),
        Rung(who=Who.UNIT_HEAD, days=0, waits_for=Receipt.ACKNOWLEDGED, patience=1),
        Rung(who=Who.OFFICE, days=1, waits_for=Receipt.READ, patience=1),
        Rung(who=Who.LEADER, days=2, every=1),
    ),
}
# By kind and urgency, what an officer has set; either is empty where it is for all.
Ladders = Mapping[tuple[str, str], Sequence[Rung]]


def to_dict(rung: Rung) -> dict[str, Any]:
    """As it is stored and as an event carries it."""
    return {
        "who": rung.who.value,
        "days": rung.days,
        "waits_for": rung.waits_for.value,
        "patience": rung.patience,
        "every": rung.every,
    }


def from_dict(written: Mapping[str, Any]) -> Rung:
    """Reads `to_dict`. Raises `ValueError`."""
    return Rung(
        who=Who(written["who"]),
        days=int(written["days"]),
        waits_for=Receipt(written.get("waits_for", "nothing")),
        patience=int(written.get("patience", 1)),
        every=int(written.get("every", 0)),
    )


def ladders(on: date) -> Ladders:
    """The ladders that officers have set, as they are in force on that day. One statement."""
    found: dict[tuple[str, str], Sequence[Rung]] = {}
    for row in LadderRule.objects.filter(since__lte=on).order_by("since"):
        found[row.kind, row.urgency] = tuple(from_dict(each) for each in row.rungs)
    return found


def of_kind(known: Ladders, kind: str, urgency: str = Urgency.NORMAL.value) -> Sequence[Rung]:
    """That of kind and urgency, of the kind, of the urgency, of everything; and the usual one where none is set."""
    for key in ((kind, urgency), (kind, ""), ("", urgency), ("", "")):
        if key in known:
            return known[key]
    return URGENT.get(urgency, USUAL)


def set_ladder(
    kind: str,
    rungs: Sequence[Mapping[str, Any]],
    *,
    urgency: str = "",
    since: date,
    by: User | None,
    now: datetime,
) -> LadderRule:
    """Another ladder from a day on, for a kind of case or (empty) for all that have none of their own, for an urgency or (empty) for all
    that have none; without rungs nobody is reminded. It holds for limits that are looked at from then on. For the performance officer.
    Raises `Unfit`, `PermissionDenied`."""
    if by is not None and by.role != Role.OFFICER:
        raise PermissionDenied(_("催办阶梯由绩效管理员设定。"))
    if since < timezone.localtime(now).date():
        raise Unfit(Text("只能从今天或以后起改。", "It changes from today or a later day on."), field="since")
    if urgency not in ("", *Urgency.values):
        raise Unfit(Text("没有这种紧急程度。", "There is no such urgency."), field="urgency")
    try:
        read = [from_dict(each) for each in rungs]
    except (KeyError, TypeError, ValueError) as error:
        text = Text("催办阶梯的格式不对。", "The ladder is not written as it should be.")
        raise Unfit(text, field="rungs") from error
    for problem in problems(read):
        raise Unfit(problem, field="rungs")
    stored = [to_dict(each) for each in read]
    with transaction.atomic():
        row, _is_new = LadderRule.objects.update_or_create(
            kind=kind, urgency=urgency, since=since, defaults={"rungs": stored}
        )
        codes = {"kind": kind, "urgency": urgency, "since": since, "rungs": stored}
        ledger.record(events.LADDER_SET, subject=row, by=by, now=now, particulars=codes)
    return row


def problems(rungs: Sequence[Rung]) -> Iterable[Text]:
    """What is wrong with a ladder, a sentence each."""
    if len(rungs) > MOST_RUNGS:
        yield Text(f"最多 {MOST_RUNGS} 级。", f"At most {MOST_RUNGS} rungs.")
    days = [rung.days for rung in rungs]
    if days != sorted(days):
        yield Text("各级要按时间先后排列。", "The rungs stand in the order of their days.")
    for number, rung in enumerate(rungs, start=1):
        if not -MOST_DAYS <= rung.days <= MOST_DAYS or not 0 <= rung.patience <= MOST_DAYS:
            yield Text(f"第 {number} 级的天数不对。", f"Rung {number} has a number of days that cannot be.")
        if rung.every < 0 or rung.every > MOST_DAYS or (rung.every and (number < len(rungs) or rung.days <= 0)):
            yield Text("只有期限之后的最后一级可以重复。", "Only the last rung, after the limit, can be repeated.")


# ---- when ------------------------------------------------------------------------------------------------------


def moment_of(rung: Rung, limit_at: datetime, *, works_on: WorksOn, again: int = 0) -> datetime:
    """When its time has come: before and after the limit in the morning of that working day; with 0 when the limit passes. `limit_at` is
    the first instant that is too late, in local time. `again`: how often the rung was reached before."""
    days = rung.days + again * rung.every
    if days == 0:
        return limit_at
    day = (limit_at - timedelta(microseconds=1)).date()
    found = datetime.combine(shifted(day, days, works_on), MORNING, tzinfo=limit_at.tzinfo)
    return found if days < 0 else max(found, limit_at)


def shifted(day: date, count: int, works_on: WorksOn) -> date:
    """The working day so many after that one, or before it."""
    step = ONE_DAY if count > 0 else -ONE_DAY
    left = abs(count)
    for _tried in range(4 * left + 60):
        if not left:
            break
        day += step
        left -= works_on(day)
    return day


def next_morning(now: datetime) -> datetime:
    """The morning of tomorrow."""
    here = timezone.localtime(now)
    return datetime.combine(here.date() + ONE_DAY, MORNING, tzinfo=here.tzinfo)


def may_go_on(
    climb: Climb, before: Rung | None, *, works_on: WorksOn, now: datetime, answered: Mapping[int, bool]
) -> bool:
    """The rung before has its receipt, told nobody, waits for nothing, or was given its time. `answered` as of `answers`."""
    if before is None or climb.last_event_id is None or climb.last_at is None or before.waits_for is Receipt.NOTHING:
        return True
    return answered.get(climb.last_event_id, True) or now >= patience_ends(climb.last_at, before, works_on=works_on)


def patience_ends(reached_at: datetime, rung: Rung, *, works_on: WorksOn) -> datetime:
    """Until when the receipt of a rung is waited for: the same time of a later working day."""
    here = timezone.localtime(reached_at)
    return datetime.combine(shifted(here.date(), rung.patience, works_on), here.timetz())


def answers(waiting: Iterable[tuple[int, Receipt]]) -> dict[int, bool]:
    """Of each of these events, whether somebody who was told by it gave the receipt that is waited for. One statement."""
    wanted = dict(waiting)
    found: dict[int, bool] = {}
    for event, state in Message.objects.filter(event__in=list(wanted)).values_list("event_id", "state"):
        found[event] = found.get(event, False) or state in _ANSWERS.get(wanted[event], ())
    return found


# ---- which limits ----------------------------------------------------------------------------------------------


def watch(limits: Iterable[tuple[str, int, int, datetime]], *, now: datetime) -> int:
    """Look after these limits from now on: kind and id of their subject, their own id, the first instant too late. Those that are watched
    already are looked at now, since they may have moved. Inside the caller's transaction; two statements. How many were given."""
    rows = [
        Climb(subject_kind=kind, subject_id=subject, limit_id=limit, limit_at=at, next_at=now)
        for kind, subject, limit, at in limits
    ]
    if rows:
        Climb.objects.bulk_create(rows, ignore_conflicts=True)
        there = Climb.objects.filter(
            subject_kind__in={row.subject_kind for row in rows}, ended_at=None, next_at__gt=now
        )
        there.filter(limit_id__in=[row.limit_id for row in rows]).update(next_at=now)
    return len(rows)
