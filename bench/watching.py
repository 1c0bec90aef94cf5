"""Measures that look at payments, for the benchmarks: the house's own do not all have facts in a house that was filled by SQL."""

from datetime import datetime
from decimal import Decimal
from typing import Any

from shixiao.engine.measures import (
    Aspect,
    CountsOn,
    Measure,
    Reads,
    Timeline,
    Verdict,
    amount,
    measure,
    met,
    on_time,
    pending,
)

PAYMENT = "payments.payment"


def _of_payments(wording: str, en: str, name: str, **more: Any) -> Any:
    return measure(wording, en, of=PAYMENT, name=name, aspect=Aspect.QUANTITY, **more)


@_of_payments(
    "第{number}号支付及时率", "Paid in time", "bench.in_time", unit="%", counts_on=CountsOn.DUE, reads=Reads.SHARE
)
def in_time(case: Timeline, *, clock: Any, now: datetime, number: int = 0) -> Verdict | None:
    """Payments that were made before their limit was over."""
    return on_time(case, "payments.registered", "payments.paid", "pay", now=now)


@_of_payments("第{number}号支付笔数", "Payments", "bench.paid", unit="笔", counts_on=CountsOn.BEGUN, reads=Reads.COUNT)
def paid(case: Timeline, *, clock: Any, now: datetime, number: int = 0) -> Verdict:
    """Payments that were made."""
    on = case.day(case.begun_at)
    return met(on=on) if case.has("payments.paid") else pending(on=on, until=None)


@_of_payments("第{number}号支付金额", "Amounts", "bench.spent", unit="元", counts_on=CountsOn.DATED, reads=Reads.SUM)
def spent(case: Timeline, *, clock: Any, now: datetime, number: int = 0) -> Verdict | None:
    """What was paid."""
    done = case.last("payments.paid")
    told = case.told("amount")
    return None if done is None or told is None else amount(Decimal(told), on=case.day(done.happened_at))


MEASURES: tuple[Measure, ...] = (in_time, paid, spent)
