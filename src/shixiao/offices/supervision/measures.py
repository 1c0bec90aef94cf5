"""What supervised tasks and instructions prove. Pure; `docs/measures.md` is made from here.

A task is done in time when the feedback that passed was handed in before the limit, as it stood then: the time of the review is nobody's
delay. Every round (a leader may order more) is judged, and a task with one late round is late.
"""

from __future__ import annotations

from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal

from shixiao.engine.measures import (
    CANCELLED,
    Aspect,
    Clock,
    CountsOn,
    Outcome,
    Reads,
    Timeline,
    Verdict,
    amount,
    last_day,
    measure,
    met,
    missed,
    not_counted,
    on_time,
    pending,
)
from shixiao.offices.supervision import aspects as _aspects  # declared with the measures
from shixiao.offices.supervision import events
from shixiao.offices.supervision.instruction_steps import INSTRUCTION
from shixiao.offices.supervision.rounds import LEAVES, in_review, is_late, left, rounds
from shixiao.offices.supervision.steps import TASK
from shixiao.offices.supervision.workload import closed, extensions, handling_time, in_hand, issued, overdue

__all__ = [
    "_aspects",
    "accepted_in_time",
    "closed",
    "coverage",
    "days_late",
    "done_by_first_limit",
    "done_in_time",
    "extensions",
    "handling_time",
    "in_hand",
    "issued",
    "overdue",
    "own_done",
    "reminders",
    "reported_back_in_time",
    "returned",
]

ACCEPT, ANSWER = "accept", "answer"
RUNG = "messages.rung_reached"  # a reminder of the ladder, an event of the case as any other
_DAY = Decimal(86_400)
_FINEST = Decimal("0.0001")


# ---- tasks ------------------------------------------------------------------------------------------------------------


def _in_time(case: Timeline, *, now: datetime, by_first: bool) -> Verdict | None:
    several = rounds(case)
    if not several:
        return None
    last = several[-1]
    day = last_day(case, last.first if by_first else last.known)
    was_late = any(each.at is not None and is_late(each, by_first=by_first) for each in several)
    if (end := left(case)) is not None:
        limit = last.first if by_first else last.known
        late = was_late or (last.at is None and end.happened_at >= limit)
        return not_counted(LEAVES[end.kind], on=day, otherwise=Outcome.MISSED if late else None)
    if was_late:
        return missed(on=day)
    if last.at is not None:
        return met(on=day)
    if by_first:
        handed_in = in_review(case)
        if handed_in is not None:  # whether it counts is for the review to say: what passes was handed in then
            return missed(on=day) if handed_in.happened_at >= last.first else pending(on=day, until=None)
        return missed(on=day) if now >= last.first else pending(on=day, until=last.first)
    if last.last is None or now < last.last:
        return pending(on=day, until=last.last)
    return missed(on=day)


@measure(
    "督办事项按期办结率",
    "Supervised tasks done in time",
    of=TASK,
    unit="%",
    aspect=Aspect.TIMELINESS,
    counts_on=CountsOn.DUE,
    reads=Reads.SHARE,
    answers=("督办事项按时办结率", "督办事项办结及时率", "督查事项按时办结率", "按时办结督办事项"),
)
def done_in_time(case: Timeline, *, clock: Clock, now: datetime) -> Verdict | None:
    """在期限（批准延期的，按延期后的期限）前反馈并审核通过的督办事项 ÷ 期限已到的督办事项，计入期限当天。

    以审核通过的那次反馈提交的时间为准，审核所用的时间不算承办单位的；退回后重新反馈的，以后一次为准。领导要求继续办理的，每一轮都要按期。
    期限未到的、挂起的暂不计；撤销、合并、不再安排的不计，当时已经逾期的恢复计入则为未达标。按原定期限的数见“按原定期限办结率”。
    """
    del clock
    return _in_time(case, now=now, by_first=False)


@measure(
    "督办事项按原定期限办结率",
    "Supervised tasks done by the limit as first set",
    of=TASK,
    unit="%",
    aspect=Aspect.TIMELINESS,
    counts_on=CountsOn.DUE,
    reads=Reads.SHARE,
    answers=("督办事项按原期限办结率",),
)
def done_by_first_limit(case: Timeline, *, clock: Clock, now: datetime) -> Verdict | None:
    """同“按期办结率”，但一律按最初的期限计，批准的延期、退回和挂起的时间都不放宽，计入原期限当天。两个数一起看，才知道延期了多少。"""
    del clock
    return _in_time(case, now=now, by_first=True)


@measure(
    "督办事项按时签收率",
    "Supervised tasks accepted in time",
    of=TASK,
    unit="%",
    aspect=Aspect.TIMELINESS,
    counts_on=CountsOn.DUE,
    reads=Reads.SHARE,
    answers=("督办事项签收及时率", "交办后一个工作日内签收率"),
)
def accepted_in_time(case: Timeline, *, clock: Clock, now: datetime) -> Verdict | None:
    """交办后在签收时限（一个工作日，可另行设定）内签收的 ÷ 签收时限已到的督办事项。

    转办的，以最后一次交办为准。时限内退办的不属于这一项，等重新交办；未签收就撤销、合并的不计。例行排定的没有签收时限，不属于这一项。
    """
    del clock
    begun = case.last(events.ENTRUSTED, events.TRANSFERRED)
    late = case.late_from(ACCEPT)
    if begun is None or late is None:
        return None
    day = last_day(case, late)
    done = case.last(events.ACCEPTED)
    if done is not None and done.id > begun.id:
        return met(on=day) if done.happened_at < late else missed(on=day)
    back = case.last(events.SENT_BACK)
    if back is not None and back.id > begun.id and back.happened_at < late:
        return None
    if (end := left(case)) is not None:
        return not_counted(LEAVES[end.kind], on=day, otherwise=Outcome.MISSED if end.happened_at >= late else None)
    return missed(on=day) if now >= late else pending(on=day, until=late)


@measure(
    "督办反馈退回率",
    "Feedback returned by the review",
    of=TASK,
    unit="%",
    aspect=Aspect.QUALITY,
    counts_on=CountsOn.DATED,
    reads=Reads.SHARE,
    answers=("督办事项退回率", "办理结果退回率"),
)
def returned(case: Timeline, *, clock: Clock, now: datetime) -> Verdict | None:
    """审核时退回过的督办事项 ÷ 审核过的督办事项，计入第一次审核当天；退回几次都算一件。越低越好。没有审核的不属于这一项。"""
    del clock, now
    first = case.first(events.PASSED, events.RETURNED)
    if first is None:
        return None
    day = case.day(first.happened_at)
    return met(on=day) if case.has(events.RETURNED) else missed(on=day)


@measure(
    "督办事项平均催办次数",
    "Mean number of reminders of a supervised task",
    of=TASK,
    unit="次",
    aspect=Aspect.QUALITY,
    counts_on=CountsOn.DATED,
    reads=Reads.MEAN,
    answers=("平均催办次数",),
    follows=(RUNG,),
    revision=2,
)
def reminders(case: Timeline, *, clock: Clock, now: datetime) -> Verdict | None:
    """每件督办事项催办的次数（人工催办和系统按催办阶梯的提醒）的平均，计入交办当天。没有催办的计 0；没有交办的不属于这一项。"""
    del clock, now
    begun = case.first(events.ENTRUSTED, events.EXPECTED)
    if begun is None:
        return None
    count = sum(each.kind in (events.REMINDED.name, RUNG) for each in case.events)
    return amount(count, on=case.day(begun.happened_at))


@measure(
    "督办事项平均逾期天数",
    "Mean days late of supervised tasks that were late",
    of=TASK,
    unit="天",
    aspect=Aspect.TIMELINESS,
    counts_on=CountsOn.DUE,
    reads=Reads.MEAN,
    answers=("平均逾期天数", "逾期事项平均逾期时间"),
)
def days_late(case: Timeline, *, clock: Clock, now: datetime) -> Verdict | None:
    """逾期办结的督办事项，从期限到审核通过的那次反馈经过的天数（自然日，按秒折算）的平均，计入期限当天。

    按期办结的不属于这一项；没有办结的暂不计，逾期办结后计入；撤销、合并、不再安排的不属于这一项。
    """
    del clock
    several = rounds(case)
    found = next((each for each in reversed(several) if is_late(each, by_first=False)), None)
    if found is not None and found.at is not None and found.late_then is not None:
        seconds = Decimal(int((found.at - found.late_then).total_seconds()))
        day = last_day(case, found.late_then)
        return amount((seconds / _DAY).quantize(_FINEST, ROUND_HALF_UP), on=day)
    if not several or several[-1].at is not None or left(case) is not None:
        return None
    return pending(on=last_day(case, several[-1].known), until=None)


@measure(
    "完成既定的督办任务",
    "Tasks of the office itself that are done",
    of=TASK,
    unit="%",
    aspect=Aspect.QUANTITY,
    counts_on=CountsOn.DUE,
    reads=Reads.SHARE,
    mends=True,
    answers=("本机关督办任务完成率", "牵头督办事项完成率", "督办任务完成率"),
)
def own_done(case: Timeline, *, clock: Clock, now: datetime) -> Verdict | None:
    """本机关承担的督办事项中，审核通过的 ÷ 期限已到的，计入期限（批准延期的，延期后的）当天。其他部门承担的不属于这一项。

    期限未到又未办完的暂不计，提前办完的计为达标；到期未办完的计为未达标，后来办完的改计为达标。撤销、合并、不再安排的不计，同时给出不剔除的数。
    """
    del clock
    several = rounds(case)
    if not several or case.told("led_by") != "own":
        return None
    last = several[-1]
    day = last_day(case, last.known)
    if last.at is not None:
        return met(on=day)
    if (end := left(case)) is not None:
        return not_counted(LEAVES[end.kind], on=day, otherwise=Outcome.MISSED)
    if last.last is None or now < last.last:
        return pending(on=day, until=last.last)
    return missed(on=day)


# ---- instructions ------------------------------------------------------------------------------------------------


@measure(
    "领导批示按时反馈率",
    "Instructions reported back in time",
    of=INSTRUCTION,
    unit="%",
    aspect=Aspect.TIMELINESS,
    counts_on=CountsOn.DUE,
    reads=Reads.SHARE,
    answers=("批示件按时反馈率", "批示反馈及时率", "领导批示反馈及时率"),
)
def reported_back_in_time(case: Timeline, *, clock: Clock, now: datetime) -> Verdict | None:
    """在要求的期限内向领导反馈结果的批示 ÷ 反馈期限已到的批示，再次批示的以最后一轮为准。

    经批准延期后才按时的不计，恢复计入则为未达标；撤销登记的不计。
    """
    del clock
    begun = case.last(events.INSTRUCTED_ANEW, events.ANEW_REGISTERED) or case.first(
        events.INSTRUCTION_REGISTERED, events.INSTRUCTION_WRITTEN
    )
    if begun is None:
        return None
    if case.has(events.INSTRUCTION_CANCELLED):
        late = case.late_from(ANSWER) or case.first_late_from(ANSWER)
        return None if late is None else not_counted(CANCELLED, on=last_day(case, late))
    of_round = tuple(each for each in case.recorded if each.id >= begun.id)
    own = Timeline(case.kind, of_round, case.zone, case.id, case.standing)
    return on_time(own, begun.kind, events.REPORTED_BACK, ANSWER, now=now)


@measure(
    "领导批示条目落实率",
    "Clauses of instructions that have a task",
    of=INSTRUCTION,
    unit="%",
    aspect=Aspect.QUALITY,
    counts_on=CountsOn.DATED,
    reads=Reads.MEAN,
    answers=("批示条目覆盖率", "批示落实到事项的占比"),
)
def coverage(case: Timeline, *, clock: Clock, now: datetime) -> Verdict | None:
    """批示分解的各条中已经落到督办事项的占比，按条数加权，计入最后一轮交办当天；交办以后补上事项的改计。没有交办的不属于这一项。"""
    del clock, now
    sent = case.last(events.INSTRUCTION_SENT)
    if sent is None:
        return None
    round_, count = sent.particulars["round"], int(sent.particulars["count"])
    tied = {
        each.particulars["clause"]
        for each in case.events
        if each.kind == events.CLAUSE_TIED.name and each.particulars["round"] == round_
    }
    share = Decimal(100 * len(tied)) / count
    return amount(share.quantize(_FINEST, ROUND_HALF_UP), on=case.day(sent.happened_at), weight=count)
