"""How much supervision there is, and how long it takes: what statistics show beside the rates of `measures`. Pure."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal

from shixiao.engine.clock import elapsed
from shixiao.engine.measures import (
    Aspect,
    Clock,
    CountsOn,
    Happening,
    Outcome,
    Reads,
    Timeline,
    Verdict,
    amount,
    last_day,
    measure,
    met,
    not_counted,
    pending,
)
from shixiao.engine.measures.timeline import EXTENDED_BY
from shixiao.offices.supervision import events
from shixiao.offices.supervision.rounds import FINISH, LEAVES, left, rounds
from shixiao.offices.supervision.steps import TASK

CALENDAR = "office"  # by whose hours handling is reckoned
_HOUR = Decimal(3600)
_FINEST = Decimal("0.0001")
# The time is the handler's from one of these on, and nobody's or somebody else's from one of those.
_RUNS = frozenset(
    each.name for each in (events.ENTRUSTED, events.EXPECTED, events.INSTRUCTED_AGAIN, events.RETURNED, events.RESUMED)
)
_RESTS = frozenset(each.name for each in (events.FED_BACK, events.SUSPENDED, events.SENT_BACK))


def _begun(case: Timeline) -> Happening | None:
    """When it was entrusted; sent back it is not, until it is entrusted again."""
    found: Happening | None = None
    for each in case.recorded:
        if each.kind in (events.ENTRUSTED.name, events.EXPECTED.name):
            found = found or each
        elif each.kind == events.SENT_BACK.name:
            found = None
    return found


def _closed(case: Timeline) -> Happening | None:
    return case.last(events.CONSENTED, events.CLOSING_CONFIRMED)


@measure(
    "督办事项交办数",
    "Supervised tasks entrusted",
    of=TASK,
    unit="件",
    aspect=Aspect.QUANTITY,
    counts_on=CountsOn.BEGUN,
    reads=Reads.COUNT,
    answers=("交办事项数", "督办立项交办数"),
)
def issued(case: Timeline, *, clock: Clock, now: datetime) -> Verdict | None:
    """交办（例行的为排定）给主办单位的督办事项的件数，计入交办当天。退办后重新交办的，计入重新交办当天；退办还没有重新交办的不属于这一项。

    撤销、合并、不再安排的不计，同时给出不剔除的数。
    """
    del clock, now
    begun = _begun(case)
    if begun is None:
        return None
    day = case.day(begun.happened_at)
    if (end := left(case)) is not None:
        return not_counted(LEAVES[end.kind], on=day, otherwise=Outcome.MET)
    return met(on=day)


@measure(
    "督办事项办结数",
    "Supervised tasks closed",
    of=TASK,
    unit="件",
    aspect=Aspect.QUANTITY,
    counts_on=CountsOn.DONE,
    reads=Reads.COUNT,
    answers=("办结督办事项数", "督办办结件数"),
)
def closed(case: Timeline, *, clock: Clock, now: datetime) -> Verdict | None:
    """交办领导同意办结，或者阅后期满经督办负责人确认办结的督办事项的件数，计入办结当天。没有办结的不属于这一项。"""
    del clock, now
    done = _closed(case)
    return None if done is None else met(on=case.day(done.happened_at))


@measure(
    "在办督办事项数",
    "Supervised tasks in hand",
    of=TASK,
    unit="件",
    aspect=Aspect.QUANTITY,
    counts_on=CountsOn.BEGUN,
    reads=Reads.COUNT,
    stands=True,
    answers=("未办结督办事项数",),
)
def in_hand(case: Timeline, *, clock: Clock, now: datetime) -> Verdict | None:
    """交办以后还没有办结的督办事项的件数，计入交办当天：某天的在办数是到那天为止各天之和，按交办的时间可以看出在办多久。

    办结、撤销、合并、不再安排、退办以后就不属于这一项。
    """
    del clock, now
    begun = _begun(case)
    if begun is None or _closed(case) is not None or left(case) is not None:
        return None
    return met(on=case.day(begun.happened_at))


@measure(
    "逾期未办的督办事项数",
    "Supervised tasks overdue",
    of=TASK,
    unit="件",
    aspect=Aspect.TIMELINESS,
    counts_on=CountsOn.DUE,
    reads=Reads.COUNT,
    stands=True,
    answers=("现有逾期督办事项数",),
)
def overdue(case: Timeline, *, clock: Clock, now: datetime) -> Verdict | None:
    """期限（批准延期的，延期后的期限）已过而没有反馈的督办事项的件数，计入期限当天：某天的逾期数是到那天为止各天之和，按期限可以看出逾期多久。

    期限未到的、挂起的、反馈后等待审核的暂不计；审核通过、撤销、合并、不再安排、退办以后就不属于这一项。
    """
    del clock
    several = rounds(case)
    if not several or several[-1].at is not None or _begun(case) is None or left(case) is not None:
        return None
    last = several[-1]
    day = last_day(case, last.known)
    if last.last is None or now < last.last:
        return pending(on=day, until=last.last)
    return met(on=day)


@measure(
    "督办事项平均延期次数",
    "Mean number of extensions of a supervised task",
    of=TASK,
    unit="次",
    aspect=Aspect.TIMELINESS,
    counts_on=CountsOn.DATED,
    reads=Reads.MEAN,
    answers=("平均延期次数",),
)
def extensions(case: Timeline, *, clock: Clock, now: datetime) -> Verdict | None:
    """每件督办事项的办理期限批准延期的次数的平均，计入交办当天。没有延期的计 0；没有交办的不属于这一项。"""
    del clock, now
    begun = _begun(case)
    if begun is None:
        return None
    count = sum(each.kind == EXTENDED_BY and each.particulars.get("name") == FINISH for each in case.events)
    return amount(count, on=case.day(begun.happened_at))


@measure(
    "督办事项平均办理用时",
    "Mean handling time of supervised tasks",
    of=TASK,
    unit="小时",
    aspect=Aspect.TIMELINESS,
    counts_on=CountsOn.DONE,
    reads=Reads.MEAN,
    uses_clock=True,
    answers=("督办事项平均办理时间", "平均办理时长"),
)
def handling_time(case: Timeline, *, clock: Clock, now: datetime) -> Verdict | None:
    """审核通过的督办事项，从交办到反馈所用的工作时间（按机关工作日历，以小时计）的平均，计入审核通过的那次反馈当天。

    挂起的时间、等待审核的时间、呈报领导以后到领导要求继续办理之前的时间都不算；退回重办、继续办理的，各段相加。没有审核通过的不属于这一项。
    """
    del now
    several = rounds(case)
    if not several or several[-1].at is None or left(case) is not None:
        return None
    used, running, passed = timedelta(), None, timedelta()
    for each in case.recorded:
        if each.kind in _RUNS and running is None:
            running = each.happened_at
        elif each.kind in _RESTS and running is not None:
            used += elapsed(running, max(running, each.happened_at), clock[CALENDAR]).net
            running = None
        if each.kind == events.SENT_BACK.name:
            used = timedelta()
        if each.kind == events.PASSED.name:
            passed = used
    hours = (Decimal(passed // timedelta(seconds=1)) / _HOUR).quantize(_FINEST, ROUND_HALF_UP)
    return amount(hours, on=case.day(several[-1].at))
