"""What payments, rounds and budgets prove. Pure; `docs/measures.md` is made from here."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal

from shixiao.engine.bilingual import Text
from shixiao.engine.measures import (
    CANCELLED,
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
    missed,
    not_counted,
    on_time,
    pending,
    ratio,
    reason,
)
from shixiao.offices.payments import events
from shixiao.offices.payments.steps import BUDGET, PAYMENT, ROUND

PAY = "pay"  # the name of the deadline of payments and of rounds
DROPPED = reason("payments.round_dropped", Text("本期不发", "This round was dropped"))
_PAID = (events.PAID, events.TAKEN_OVER, events.ROUND_PAID)
_REVERSED = (events.REVERSED, events.ROUND_REVERSED)
_SOURCES = ("fiscal", "special", "other")
_DAY = Decimal(86_400)
_FINEST = Decimal("0.0001")


# ---- rounds ----------------------------------------------------------------------------------------------------


@measure(
    "发放{programme}",
    "{programme} paid",
    of=ROUND,
    unit="次",
    aspect=Aspect.QUANTITY,
    counts_on=CountsOn.DUE,
    reads=Reads.COUNT,
    keyed_by="programme",
    answers=("{programme}发放次数", "发放{programme}次数"),
)
def rounds_paid(case: Timeline, *, clock: Clock, now: datetime, programme: int) -> Verdict | None:
    """已发放的期数：每一期一件，发放了就算，迟发也算，计在该期的到期日。冲销后没有重新发放的、到期还没有发放的不算；“本期不发”的不计，并注明理由。"""
    del clock, programme
    first, late = case.first_late_from(PAY), _late_from(case)
    if first is None:
        return None
    day = last_day(case, late or first)
    if case.has(events.ROUND_DROPPED):
        return not_counted(DROPPED, on=day, otherwise=Outcome.MISSED)
    if _standing_payment(case) is not None:
        return met(on=day)
    return missed(on=day) if late is not None and now >= late else pending(on=day, until=late)


@measure(
    "按时发放{programme}",
    "{programme} paid by the day it is due",
    of=ROUND,
    unit="",
    aspect=Aspect.TIMELINESS,
    counts_on=CountsOn.DUE,
    reads=Reads.ALL_OF,
    keyed_by="programme",
    answers=("及时发放{programme}", "{programme}按时发放", "{programme}发放及时性"),
)
def rounds_on_time(case: Timeline, *, clock: Clock, now: datetime, programme: int) -> Verdict | None:
    """每一期都在到期日当天或之前发放；有一期逾期即不成立。经批准延期后才按时的不计，恢复计入则为未达标；“本期不发”的不计。"""
    del clock, programme
    return _on_time(case, now)


@measure(
    "{programme}按时发放率",
    "Share of rounds of {programme} paid by the day they are due",
    of=ROUND,
    unit="%",
    aspect=Aspect.TIMELINESS,
    counts_on=CountsOn.DUE,
    reads=Reads.SHARE,
    keyed_by="programme",
    answers=("{programme}发放及时率", "{programme}及时发放率", "{programme}发放率"),
)
def rounds_on_time_share(case: Timeline, *, clock: Clock, now: datetime, programme: int) -> Verdict | None:
    """在到期日当天或之前发放的期数 ÷ 已到期的期数。没有到期的暂不计；经批准延期后才按时的不计，恢复计入则为未达标；“本期不发”的不计。"""
    del clock, programme
    return _on_time(case, now)


@measure(
    "春节慰问金在春节放假前发放",
    "Spring Festival gifts paid before the holiday",
    of=ROUND,
    unit="",
    aspect=Aspect.TIMELINESS,
    counts_on=CountsOn.DUE,
    reads=Reads.ALL_OF,
    answers=("按时发放春节慰问金", "及时发放春节慰问金", "春节慰问金发放及时性", "春节慰问金按时发放"),
)
def paid_before_spring_festival(case: Timeline, *, clock: Clock, now: datetime) -> Verdict | None:
    """一年一期、春节放假前发放的款，都在放假第一天零时之前发放。放假后不因延期而视为按时：节过了就是过了。按月发放的不属于这一项；“本期不发”的不计。"""
    del clock
    if "-" in str(case.told("period", "-")):  # `2026` is a round of the year, `2026-03` one of a month
        return None
    late = case.first_late_from(PAY) if case.is_extended(PAY) else _late_from(case)
    if late is None:
        return None
    day = last_day(case, late)
    if case.has(events.ROUND_DROPPED):
        return not_counted(DROPPED, on=day, otherwise=Outcome.MISSED)
    paid = _standing_payment(case)
    if paid is None:
        return missed(on=day) if now >= late else pending(on=day, until=late)
    return met(on=day) if paid.happened_at < late else missed(on=day)


def _on_time(case: Timeline, now: datetime) -> Verdict | None:
    """As `engine.measures.on_time`, of the payment that stands."""
    late = _late_from(case)
    if case.has(events.ROUND_DROPPED) and late is not None:
        return not_counted(DROPPED, on=last_day(case, late), otherwise=Outcome.MISSED)
    return on_time(_without_reversed(case), events.ROUND_PLANNED, events.ROUND_PAID, PAY, now=now)


def _late_from(case: Timeline) -> datetime | None:
    return case.late_from(PAY) or case.first_late_from(PAY)


def _standing_payment(case: Timeline) -> Happening | None:
    """The payment of the round unless it was reversed since."""
    last = case.last(events.ROUND_PAID, events.ROUND_REVERSED)
    return last if last is not None and last.kind == events.ROUND_PAID.name else None


def _without_reversed(case: Timeline) -> Timeline:
    reversal = case.last(events.ROUND_REVERSED)
    if reversal is None:
        return case
    place = case.events.index(reversal)
    kept = [each for number, each in enumerate(case.events) if number > place or each.kind != events.ROUND_PAID.name]
    return replace(case, events=tuple(kept))


# ---- payments --------------------------------------------------------------------------------------------------


@measure(
    "支出在时限内支付",
    "Payments made within their limit",
    of=PAYMENT,
    unit="%",
    aspect=Aspect.TIMELINESS,
    counts_on=CountsOn.DUE,
    reads=Reads.SHARE,
    answers=("支出按时支付率", "资金支付及时率", "支付及时率", "资金支付及时性"),
)
def paid_within_limit(case: Timeline, *, clock: Clock, now: datetime) -> Verdict | None:
    """在办理时限内支付的支出 ÷ 时限已到的支出。退回修改期间不计时；经批准延期后才按时的不计，恢复计入则为未达标。

    撤销的不计，撤销时已经逾期的恢复计入则为未达标。从财务系统转入的没有时限，不属于这一项。
    """
    del clock
    cancelled = case.last(events.CANCELLED)
    if cancelled is None:
        return on_time(case, events.REGISTERED, events.PAID, PAY, now=now)
    late = _late_from(case)
    if late is None:
        return None
    was_late = case.late_from(PAY) is not None and cancelled.happened_at >= late
    return not_counted(CANCELLED, on=last_day(case, late), otherwise=Outcome.MISSED if was_late else None)


@measure(
    "支出平均办理天数",
    "Mean days from registering a payment to paying it",
    of=PAYMENT,
    unit="天",
    aspect=Aspect.TIMELINESS,
    counts_on=CountsOn.DONE,
    reads=Reads.MEAN,
    answers=("支出平均办理时间", "资金支付平均时间", "平均支付时间"),
)
def handling_days(case: Timeline, *, clock: Clock, now: datetime) -> Verdict | None:
    """从登记到支付经过的天数（自然日，按秒折算，保留四位小数），包括退回修改的时间，计在支付当天。

    没有支付的、从财务系统转入的不属于这一项；支付后冲销的仍计，因为办理已经发生。
    """
    del clock, now
    begun, paid = case.first(events.REGISTERED), case.last(events.PAID)
    if begun is None or paid is None:
        return None
    seconds = Decimal((paid.happened_at - begun.happened_at) // timedelta(seconds=1))
    days = max(seconds, Decimal(0)) / _DAY
    return amount(days.quantize(_FINEST, ROUND_HALF_UP), on=case.day(paid.happened_at))


# ---- money -----------------------------------------------------------------------------------------------------


@measure(
    "支付金额",
    "Amount paid",
    of=(PAYMENT, ROUND),
    unit="元",
    aspect=Aspect.COST,
    counts_on=CountsOn.DATED,
    reads=Reads.SUM,
    answers=(
        "项目成本控制",
        "总成本小于预算",
        "总成本小于等于预算",
        "总成本≤预算",
        "支出不超过预算批复金额",
        "预算支出金额",
    ),
)
def paid_amount(case: Timeline, *, clock: Clock, now: datetime) -> tuple[Verdict, ...] | None:
    """实际支付的金额（元）：支付、转入、发放计在付款当天，为正；冲销计在冲销当天，为负。与批复预算比较时，预算取“批复预算金额”。"""
    del clock, now
    return tuple(amount(value, on=case.day(each.happened_at)) for each, value in _flows(case)) or None


def _flows(case: Timeline) -> Iterator[tuple[Happening, Decimal]]:
    """What left and what came back. An event that does not say how much means the amount last told before it."""
    last = Decimal(0)
    for each in case.events:
        last = Decimal(each.particulars.get("amount") or last)
        if each.kind in _NAMES_PAID:
            yield each, last
        elif each.kind in _NAMES_REVERSED:
            yield each, -last


_NAMES_PAID = frozenset(kind.name for kind in _PAID)
_NAMES_REVERSED = frozenset(kind.name for kind in _REVERSED)


@measure(
    "批复预算金额",
    "Approved budget",
    of=BUDGET,
    unit="元",
    aspect=Aspect.COST,
    counts_on=CountsOn.DATED,
    reads=Reads.SUM,
    answers=("预算批复金额", "年度预算", "批复预算"),
)
def approved_budget(case: Timeline, *, clock: Clock, now: datetime) -> Verdict | None:
    """一个项目一年的批复预算（元），财政拨款、财政专户资金和其他资金合计，取最近一次批复或调整后的数，计在当年1月1日。"""
    del clock, now
    year = case.told("year")
    said = case.last(events.BUDGET_APPROVED, events.BUDGET_ADJUSTED)
    if said is None or year is None:
        return None
    # An adjustment says all amounts anew: a source that it leaves out is nothing, not what it was.
    total = sum((Decimal(said.particulars.get(source) or 0) for source in _SOURCES), Decimal(0))
    return amount(total, on=date(int(year), 1, 1))


budget_spent = ratio(
    "预算经费支付率",
    "Paid of the approved budget",
    name="payments.budget_spent",
    numerator=paid_amount,
    denominator=approved_budget,
    unit="%",
    aspect=Aspect.COST,
    about="支付金额 ÷ 批复预算金额，各自合计后相除。没有批复预算时没有数值，不是 0，也不是 100%。",
    answers=("总成本≤预算", "总成本小于等于预算", "预算执行率", "预算支出率", "资金支付率", "经费支付率"),
)
