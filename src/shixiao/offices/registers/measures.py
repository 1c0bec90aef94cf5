"""What entries and nil returns prove. Pure: one case and its events, never the database.

Every measure is keyed by the register: its code is told by the opening event and is the gauge's parameter `register`.
"""

from calendar import monthrange
from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any, NamedTuple

from shixiao.engine.bilingual import Text
from shixiao.engine.measures import (
    CANCELLED,
    CLOSED_DAY,
    EXTENDED,
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
    pending,
    reason,
    start_of,
)
from shixiao.offices.registers import events
from shixiao.offices.registers.steps import ENTRY, NIL_RETURN, RESTRICTED_ENTRY, RESTRICTED_NIL_RETURN

ENTRIES = (ENTRY, RESTRICTED_ENTRY)
NIL_RETURNS = (NIL_RETURN, RESTRICTED_NIL_RETURN)
WATCHED = "registers.nil_return_signed"

WITHDRAWN = reason("registers.withdrawn", Text("安排已撤回", "The plan was withdrawn"))
NOT_FILLED = reason("registers.no_field", Text("没有填写这一项", "The field was not filled in"))

_DONE = frozenset({events.DONE.name, events.ENTERED.name, events.RESTRICTED_DONE.name})
_CONFIRMED = frozenset({events.CONFIRMED.name, events.RESTRICTED_CONFIRMED.name})
_CANCELLED = frozenset({events.CANCELLED.name, events.RESTRICTED_CANCELLED.name})
_WITHDRAWN = frozenset({events.WITHDRAWN.name, events.RESTRICTED_WITHDRAWN.name})
_BACK = frozenset({events.RETURNED.name, events.RESTRICTED_REOPENED.name})
_LIFE = _DONE | _CONFIRMED | _CANCELLED | _WITHDRAWN | _BACK


class _Standing(NamedTuple):
    """How a case stands: what it is, when it was done, and the day on which it counts."""

    is_done: bool = False
    is_awaited: bool = False  # done, and somebody else has still to confirm it
    is_cancelled: bool = False
    is_withdrawn: bool = False
    done_at: datetime | None = None
    day: date | None = None


def _standing(case: Timeline) -> _Standing:
    """How it stands, worked out once for all measures that ask."""
    return case.once(_stands)


def _stands(case: Timeline) -> _Standing:
    """By the steps in the order in which they were taken: that is the order in which they were written down."""
    life = [each for each in case.recorded if each.kind in _LIFE]
    if not life or life[-1].kind in _BACK:
        return _Standing()
    last = life[-1].kind
    if last in _CANCELLED or last in _WITHDRAWN:
        return _Standing(is_cancelled=last in _CANCELLED, is_withdrawn=last in _WITHDRAWN)
    done = next((each for each in reversed(life) if each.kind in _DONE), None)
    if done is None:
        return _Standing()
    needs = bool(case.recorded[0].particulars.get("needs_confirmation"))
    days = [each.particulars["day"] for each in case.recorded if "day" in each.particulars]
    day = date.fromisoformat(days[-1]) if days else case.day(done.happened_at)
    return _Standing(
        is_done=not needs or last in _CONFIRMED,
        is_awaited=needs and last not in _CONFIRMED,
        done_at=done.happened_at,
        day=day,
    )


def _values(case: Timeline) -> Mapping[str, Any]:
    """What it tells, worked out once for all measures that ask."""
    return case.once(_told_values)


def _told_values(case: Timeline) -> Mapping[str, Any]:
    """Every value as it was told last; an empty one was taken away."""
    found: dict[str, Any] = {}
    for each in case.recorded:
        found |= each.particulars.get("values") or {}
    return {code: value for code, value in found.items() if value != ""}


def _end(case: Timeline) -> datetime | None:
    """The first instant that is too late: the end of the window of an expected case, or else the limit as it stands."""
    return case.window.end if case.window else case.late_from("due")


def _due_day(case: Timeline) -> date:
    """When it is due, worked out once for all measures that ask."""
    return case.once(_day_due)


def _day_due(case: Timeline) -> date:
    """The day on which the case is due: of its window, of its limit; of one that was never planned, its own day."""
    end = case.window.end if case.window else case.late_from("due") or case.first_late_from("due")
    return last_day(case, end) if end else _standing(case).day or case.day(case.begun_at)


def _is_other(case: Timeline, field: str, value: str) -> bool:
    return bool(field) and _values(case).get(field) != value


def _left_out(case: Timeline, stands: _Standing, *, now: datetime, is_met: bool) -> Verdict | None:
    """Cancelled, withdrawn, or on a day closed by the calendar: what it would be otherwise stands beside it."""
    end, day = _end(case), _due_day(case)
    is_over = end is not None and now >= end
    otherwise = Outcome.MET if is_met else Outcome.MISSED if is_over else None
    until = end if end is not None and not is_over and not is_met else None
    if stands.is_withdrawn:
        return not_counted(WITHDRAWN, on=day)
    if stands.is_cancelled:
        return not_counted(CANCELLED, on=day, otherwise=otherwise, until=until)
    if case.closed:
        return not_counted(CLOSED_DAY, on=day, otherwise=otherwise, until=until)
    return None


def _waiting(case: Timeline, *, on: date, now: datetime) -> Verdict:
    """Not done: missed once its time is over. One without a limit waits for ever."""
    end = _end(case)
    if end is not None and now >= end:
        return missed(on=on)
    return pending(on=on, until=end)


def _share(case: Timeline, *, now: datetime) -> Verdict:
    """Done, however late."""
    stands, day = _standing(case), _due_day(case)
    if (left_out := _left_out(case, stands, now=now, is_met=stands.is_done)) is not None:
        return left_out
    if stands.is_done:
        return met(on=day)
    if stands.is_awaited:
        return pending(on=day, until=None)
    return _waiting(case, on=day, now=now)


def _in_time(case: Timeline, *, now: datetime) -> Verdict:
    """Done before its limit; in time only because more time was granted is not counted, and missed otherwise."""
    stands, day = _standing(case), _due_day(case)
    late, first = _end(case), case.first_late_from("due")
    is_in_time = stands.done_at is not None and (late is None or stands.done_at < late)
    if (left_out := _left_out(case, stands, now=now, is_met=is_in_time and stands.is_done)) is not None:
        return left_out
    if stands.done_at is None:
        return _waiting(case, on=day, now=now)
    if not is_in_time:
        return missed(on=day)
    if stands.is_awaited:
        return pending(on=day, until=None)
    is_by_extension = case.is_extended("due") and first is not None and stands.done_at >= first
    return not_counted(EXTENDED, on=day, otherwise=Outcome.MISSED) if is_by_extension else met(on=day)


# ---- done, and in time -------------------------------------------------------------------------------------------


@measure(
    "{register}完成率",
    "Share of {register} done",
    of=ENTRIES,
    unit="%",
    aspect=Aspect.QUANTITY,
    counts_on=CountsOn.DUE,
    reads=Reads.SHARE,
    mends=True,
    keyed_by="register",
    watched_by=WATCHED,
    answers=(
        "保障{register}任务有效开展",
        "{register}保障情况",
        "{register}情况",
        "{register}核查率",
        "{register}结案率",
        "结案率",
        "完成既定的{register}",
    ),
)
def done_share(case: Timeline, *, clock: Clock, now: datetime, register: str) -> Verdict | None:
    """台账“{register}”里应完成的记录中已完成的占比，需要确认的以确认为准，计入到期（或登记）当天。

    到期前未完成的暂不计，到期仍未完成的计为未达标，后来补做的改计为达标。取消的、日历规定不开放的当天不计，同时给出不剔除的数；
    撤回安排的不计。
    """
    return _share(case, now=now)


@measure(
    "{register}按时完成率",
    "Share of {register} done in time",
    of=ENTRIES,
    unit="%",
    aspect=Aspect.TIMELINESS,
    counts_on=CountsOn.DUE,
    reads=Reads.SHARE,
    keyed_by="register",
    watched_by=WATCHED,
)
def done_on_time(case: Timeline, *, clock: Clock, now: datetime, register: str) -> Verdict | None:
    """台账“{register}”里在期限内完成的占比，按实际完成的时间，计入到期当天。

    批准延期后才按期的不计，不剔除时计为未达标。逾期补做的仍是未达标。
    """
    return _in_time(case, now=now)


@measure(
    "按期限完成{register}",
    "All {register} done in time",
    of=ENTRIES,
    unit="",
    aspect=Aspect.TIMELINESS,
    counts_on=CountsOn.DUE,
    reads=Reads.ALL_OF,
    keyed_by="register",
    watched_by=WATCHED,
    answers=("及时完成{register}",),
)
def all_on_time(case: Timeline, *, clock: Clock, now: datetime, register: str) -> Verdict | None:
    """台账“{register}”安排的每一条都在期限内完成；有一条逾期即不成立。"""
    return _in_time(case, now=now)


@measure(
    "{register}年底前完成",
    "All {register} finished by 31 December",
    of=ENTRIES,
    unit="",
    aspect=Aspect.TIMELINESS,
    counts_on=CountsOn.DUE,
    reads=Reads.ALL_OF,
    keyed_by="register",
    watched_by=WATCHED,
    answers=("及时形成{register}", "按期限完成{register}"),
)
def all_by_year_end(case: Timeline, *, clock: Clock, now: datetime, register: str) -> Verdict | None:
    """台账“{register}”当年安排的每一条都在 12 月 31 日以前完成；年内逾期但年底前补上的成立，跨年的不成立。

    哪一年，按到期日；没有期限的按登记日。
    """
    stands, due = _standing(case), _due_day(case)
    end = start_of(date(due.year + 1, 1, 1), case)
    is_in_time = stands.done_at is not None and stands.done_at < end
    if stands.is_withdrawn:
        return not_counted(WITHDRAWN, on=due)
    if stands.is_cancelled:
        otherwise = Outcome.MISSED if now >= end else None
        return not_counted(CANCELLED, on=due, otherwise=otherwise, until=None if now >= end else end)
    if stands.is_done or stands.is_awaited:
        if not is_in_time:
            return missed(on=due)
        return met(on=due) if stands.is_done else pending(on=due, until=None)
    return missed(on=due) if now >= end else pending(on=due, until=end)


# ---- how many ----------------------------------------------------------------------------------------------------


def _counted(case: Timeline) -> Verdict:
    """One more, on its day. What is not done is not missed by a count."""
    stands = _standing(case)
    if stands.is_cancelled or stands.is_withdrawn:
        return not_counted(CANCELLED if stands.is_cancelled else WITHDRAWN, on=_due_day(case))
    if stands.is_done:
        return met(on=stands.day or _due_day(case))
    return pending(on=stands.day or _due_day(case), until=None)


@measure(
    "{register}数",
    "Number of {register}",
    of=ENTRIES,
    unit="",
    aspect=Aspect.QUANTITY,
    counts_on=CountsOn.DONE,
    reads=Reads.COUNT,
    keyed_by="register",
    watched_by=WATCHED,
    answers=("开展{register}数", "发出{register}数", "开展{register}次数", "开展{register}", "每年{register}"),
)
def count(
    case: Timeline, *, clock: Clock, now: datetime, register: str, field: str = "", value: str = ""
) -> Verdict | None:
    """台账“{register}”里已完成的记录数，需要确认的以确认为准，计入记录的日期。

    给了 field 和 value 的，只数这个选项字段是这个值的记录。未完成的不计为未达标。
    """
    return None if _is_other(case, field, value) else _counted(case)


@measure(
    "{register}内容涉及的主题",
    "Number of {register} by topic",
    of=ENTRY,
    unit="",
    aspect=Aspect.BENEFIT,
    counts_on=CountsOn.DONE,
    reads=Reads.COUNT,
    keyed_by="register",
    watched_by=WATCHED,
    needs_topic=True,
    answers=("{register}内容涉及{topics}", "相关专题{register}各不少于1篇"),
)
def count_by_topic(case: Timeline, *, clock: Clock, now: datetime, register: str) -> Verdict | None:
    """台账“{register}”里已完成的记录数，分主题计；没有写主题的记录不计。"""
    if not case.scope.topic:
        return not_counted(NOT_FILLED, on=_due_day(case)) if _standing(case).is_done else None
    return _counted(case)


@measure(
    "{register}{field}合计",
    "Total of {field} of {register}",
    of=ENTRY,
    unit="",
    aspect=Aspect.QUANTITY,
    counts_on=CountsOn.DATED,
    reads=Reads.SUM,
    keyed_by="register",
    watched_by=WATCHED,
)
def sum_of(case: Timeline, *, clock: Clock, now: datetime, register: str, field: str) -> Verdict | None:
    """台账“{register}”里已完成的记录的数字（或金额）字段之和，计入记录的日期；没有填写的不计。"""
    stands = _standing(case)
    if not stands.is_done or stands.day is None:
        return None
    told = _values(case).get(field)
    return amount(Decimal(str(told)), on=stands.day) if told is not None else not_counted(NOT_FILLED, on=stands.day)


# ---- milestones --------------------------------------------------------------------------------------------------


@measure(
    "{register}“{value}”完成情况",
    "Whether the {register} “{value}” is done",
    of=ENTRY,
    unit="",
    aspect=Aspect.QUALITY,
    counts_on=CountsOn.DUE,
    reads=Reads.ALL_OF,
    mends=True,
    keyed_by="register",
    answers=("{value}", "{value}情况", "{value}完成情况"),
)
def milestone_done(
    case: Timeline, *, clock: Clock, now: datetime, register: str, value: str, field: str = "milestone"
) -> Verdict | None:
    """台账“{register}”里选项字段为这个值的每一条都已完成；到期未完成的不成立，补做后成立。"""
    return None if _is_other(case, field, value) else _share(case, now=now)


@measure(
    "{register}“{value}”在{months}个月内完成",
    "The {register} “{value}” done within {months} months",
    of=ENTRY,
    unit="",
    aspect=Aspect.TIMELINESS,
    counts_on=CountsOn.DUE,
    reads=Reads.ALL_OF,
    keyed_by="register",
    answers=("{months}个月内",),
)
def milestone_within(
    case: Timeline,
    *,
    clock: Clock,
    now: datetime,
    register: str,
    value: str,
    months: int = 18,
    field: str = "milestone",
    since: str = "contract_on",
) -> Verdict | None:
    """台账“{register}”里选项字段为这个值的每一条，自日期字段 since（如合同签订日）起的若干个月内完成，含到期当天。

    没有写起算日期的暂不计。按期完成的计入完成当天，其余的计入到期当天。
    """
    if _is_other(case, field, value):
        return None
    stands = _standing(case)
    told = _values(case).get(since)
    if told is None:
        return pending(on=_due_day(case), until=None)
    last = _months_later(date.fromisoformat(told), months)
    if stands.is_cancelled or stands.is_withdrawn:
        return not_counted(CANCELLED if stands.is_cancelled else WITHDRAWN, on=last)
    if stands.day is not None:
        if stands.day > last:
            return missed(on=last)
        return met(on=stands.day) if stands.is_done else pending(on=stands.day, until=None)
    end = start_of(date.fromordinal(last.toordinal() + 1), case)
    return missed(on=last) if now >= end else pending(on=last, until=end)


def _months_later(day: date, months: int) -> date:
    """The same day of a later month, or its last day where it is shorter."""
    years, month = divmod(day.month - 1 + months, 12)
    year, month = day.year + years, month + 1
    return date(year, month, min(day.day, monthrange(year, month)[1]))


# ---- rounds of a duty --------------------------------------------------------------------------------------------


def _round(case: Timeline, *, now: datetime) -> Verdict | None:
    """An expected round, met by one that was begun inside its window; one entered beside the plan is none."""
    if case.window is None:
        return None
    stands, day = _standing(case), _due_day(case)
    is_inside = stands.done_at is not None and case.window.holds(stands.done_at)
    if (left_out := _left_out(case, stands, now=now, is_met=is_inside and stands.is_done)) is not None:
        return left_out
    if stands.done_at is None:
        return _waiting(case, on=day, now=now)
    if not is_inside:
        return missed(on=day)
    return met(on=day) if stands.is_done else pending(on=day, until=None)


@measure(
    "每天不少于{times}次{register}",
    "{register} at least {times} times a day",
    of=ENTRY,
    unit="",
    aspect=Aspect.QUANTITY,
    counts_on=CountsOn.DUE,
    reads=Reads.ALL_OF,
    keyed_by="register",
    answers=("每天不少于{times}次清洁打扫", "公共区域环境整洁"),
)
def daily(
    case: Timeline, *, clock: Clock, now: datetime, register: str, times: int = 2, field: str = ""
) -> Verdict | None:
    """例行安排为每天产生的每一次“{register}”都在当天的时间窗内进行；缺一次即不成立。

    例行每天安排 times 次，一次一条。若一天只记一条、次数写在数字字段 field 里，则次数不少于 times 才达标。
    日历规定不开放的当天不计，同时给出不剔除的数。
    """
    verdict = _round(case, now=now)
    if verdict is None or verdict.outcome is not Outcome.MET or not field:
        return verdict
    return verdict if Decimal(str(_values(case).get(field, 0))) >= times else missed(on=verdict.on)


@measure(
    "每隔{hours}小时{register}一次",
    "{register} every {hours} hours",
    of=ENTRY,
    unit="%",
    aspect=Aspect.QUANTITY,
    counts_on=CountsOn.DUE,
    reads=Reads.SHARE,
    keyed_by="register",
    answers=("{register}巡查率", "每隔{hours}小时巡查一次", "消防安全巡查"),
)
def rounds_in_slots(case: Timeline, *, clock: Clock, now: datetime, register: str, hours: int = 3) -> Verdict | None:
    """开放时间里每个 hours 小时的时段为一条，在时段内开始的巡查达标，时段过完没有巡查的未达标，之后补的仍未达标。

    两次间隔短于 2 小时的另行显示，不计为未达标。时段由例行安排产生。
    """
    return _round(case, now=now)


@measure(
    "{register}到岗率",
    "Share of {register} kept",
    of=ENTRY,
    unit="%",
    aspect=Aspect.QUALITY,
    counts_on=CountsOn.DUE,
    reads=Reads.SHARE,
    keyed_by="register",
    answers=("{register}服务", "{value}"),
)
def roster_kept(
    case: Timeline, *, clock: Clock, now: datetime, register: str, field: str = "", value: str = ""
) -> Verdict | None:
    """例行安排的每一次“{register}”在当班时间内进行的占比；给了 field 和 value 的只看这一项服务。"""
    return None if _is_other(case, field, value) else _round(case, now=now)


# ---- nil returns -------------------------------------------------------------------------------------------------

_ANSWERED = frozenset(
    {events.NIL_SIGNED.name, events.NIL_REPORTED.name, events.NIL_FOUND.name, events.NIL_REVOKED.name}
)
_NIL_LIFE = _ANSWERED | {events.NIL_REOPENED.name, events.NIL_WITHDRAWN.name}


def _answer(case: Timeline) -> tuple[datetime | None, bool]:
    """When somebody last said how the month was, and whether the nil return was withdrawn."""
    life = [each for each in case.recorded if each.kind in _NIL_LIFE]
    if not life or life[-1].kind == events.NIL_REOPENED.name:
        return None, False
    if life[-1].kind == events.NIL_WITHDRAWN.name:
        return None, True
    since = next((at for at in range(len(life) - 1, -1, -1) if life[at].kind == events.NIL_REOPENED.name), -1)
    return life[since + 1].happened_at, False


def _month_end(case: Timeline) -> date:
    """A nil return counts in its month, whenever it is signed."""
    period = str(case.recorded[0].particulars["period"])
    year, month = int(period[:4]), int(period[5:])
    return date(year, month, monthrange(year, month)[1])


@measure(
    "{register}零报告签报率",
    "Share of months of {register} that are accounted for",
    of=NIL_RETURNS,
    unit="%",
    aspect=Aspect.QUALITY,
    counts_on=CountsOn.DUE,
    reads=Reads.SHARE,
    mends=True,
    keyed_by="register",
)
def nil_return_signed(case: Timeline, *, clock: Clock, now: datetime, register: str) -> Verdict | None:
    """台账“{register}”应说明的月份里，已签“无发生”或者已有登记的占比，计入当月最后一天。逾期补签的算已说明。

    没有签报的月份，没有登记不能算作没有发生，只能是没有证据。
    """
    at, is_withdrawn = _answer(case)
    on = _month_end(case)
    if is_withdrawn:
        return not_counted(WITHDRAWN, on=on)
    return met(on=on) if at is not None else _waiting(case, on=on, now=now)


@measure(
    "{register}零报告按时签报率",
    "Share of nil returns of {register} signed in time",
    of=NIL_RETURNS,
    unit="%",
    aspect=Aspect.TIMELINESS,
    counts_on=CountsOn.DUE,
    reads=Reads.SHARE,
    keyed_by="register",
)
def nil_return_on_time(case: Timeline, *, clock: Clock, now: datetime, register: str) -> Verdict | None:
    """台账“{register}”的零报告在期限内签报（或当月已有登记）的占比；逾期补签的仍未达标。"""
    at, is_withdrawn = _answer(case)
    on, end = _month_end(case), _end(case)
    if is_withdrawn:
        return not_counted(WITHDRAWN, on=on)
    if at is None:
        return _waiting(case, on=on, now=now)
    return met(on=on) if end is None or at < end else missed(on=on)
