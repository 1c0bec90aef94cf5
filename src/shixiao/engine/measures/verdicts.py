"""What a measure says of one case: met, missed, pending, not counted and why; or an amount."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from enum import IntEnum
from types import MappingProxyType
from typing import NamedTuple

from shixiao.engine.bilingual import Text
from shixiao.engine.measures.timeline import Timeline

SCALE = 10_000  # values and weights are kept to four decimals, as whole numbers, so that sums are exact on every engine
LARGEST = Decimal(10) ** 13
_NOTHING = Decimal(0)
_ONE_TICK = timedelta(microseconds=1)


class Outcome(IntEnum):
    """What became of a case in the eyes of one measure. The numbers are stored."""

    GONE = 0  # it does not concern the measure any more
    MET = 1
    MISSED = 2
    PENDING = 3
    NOT_COUNTED = 4
    AMOUNT = 5


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a case is not counted: a permanent code, and the words for people."""

    code: str
    text: Text

    def __str__(self) -> str:
        return self.code


_reasons: dict[str, Reason] = {}
REASONS: Mapping[str, Reason] = MappingProxyType(_reasons)


def reason(code: str, text: Text) -> Reason:
    """Declare why cases may be not counted. The code is stored with facts; two reasons cannot share one."""
    if code in _reasons:
        raise ValueError(f"the reason {code!r} is declared twice")
    if not code.isascii() or not 0 < len(code) <= 64:
        raise ValueError(f"{code!r} is no code for a reason: up to 64 plain characters")
    _reasons[code] = Reason(code, text)
    return _reasons[code]


EXTENDED = reason("extended", Text("已批准延期", "Extension granted"))
CANCELLED = reason("cancelled", Text("已取消", "Cancelled"))
CLOSED_DAY = reason("closed_day", Text("当日按日历不开放", "Closed on that day by the calendar"))
STANDS_STILL = reason("stands_still", Text("已中止计时", "The limit stands still"))


class Verdict(NamedTuple):
    """One finding about one case.

    `on` is the day it counts on. `until`, of any outcome, is the instant at which passing time alone may change it: the case is
    looked at again then. `otherwise` is what a case that is not counted would be with the exclusion put back. `value` and
    `weight` belong to an amount.
    """

    outcome: Outcome
    on: date
    until: datetime | None = None
    reason: Reason | None = None
    otherwise: Outcome | None = None
    value: Decimal = _NOTHING
    weight: Decimal = _NOTHING


def met(*, on: date) -> Verdict:
    """As it should be."""
    return Verdict(Outcome.MET, on)


def missed(*, on: date) -> Verdict:
    """Not as it should be."""
    return Verdict(Outcome.MISSED, on)


def pending(*, on: date, until: datetime | None) -> Verdict:
    """Nobody can say yet; at `until` the case is looked at again. None: only an event will tell."""
    return Verdict(Outcome.PENDING, on, until)


def not_counted(why: Reason, *, on: date, otherwise: Outcome | None = None, until: datetime | None = None) -> Verdict:
    """Left out, and why; `otherwise` is met or missed where putting it back would make it so."""
    if otherwise not in (None, Outcome.MET, Outcome.MISSED):
        raise ValueError("a case that is put back is met or missed")
    return Verdict(Outcome.NOT_COUNTED, on, until, why, otherwise)


def amount(value: Decimal | int, *, on: date, weight: Decimal | int = 1) -> Verdict:
    """A number with its weight, on a day; raises ValueError for what does not fit into four decimals and 13 digits."""
    exact, heavy = Decimal(value), Decimal(weight)
    for number in (exact, heavy):
        if not number.is_finite() or abs(number) > LARGEST:
            raise ValueError(f"{number} cannot be added up: at most 13 digits before the point")
        if number * SCALE != (number * SCALE).to_integral_value():
            raise ValueError(f"{number} has more than four decimals; round it where its rule says how")
    return Verdict(Outcome.AMOUNT, on, value=exact, weight=heavy)


# ---- the usual verdicts ----------------------------------------------------------------------------------------


def last_day(case: Timeline, end: datetime) -> date:
    """The day to which an end that is itself outside belongs: the midnight after a day is that day."""
    return case.day(end - _ONE_TICK)


def start_of(day: date, case: Timeline) -> datetime:
    """The first instant of a day in the office."""
    return datetime.combine(day, time.min, tzinfo=case.zone)


def on_time(case: Timeline, begun: object, done: object, limit: str = "due", *, now: datetime) -> Verdict | None:
    """Whether `done` happened before the case's `limit` was over, counted from `begun` on; on the day of the limit.

    None before it began or while no limit was ever set. Done in time only because more time was granted: not counted, and
    missed with the extension put back. Not done and still in time: pending. Standing still: pending, and only an event goes on.
    """
    first, late = case.first_late_from(limit), case.late_from(limit)
    if not case.has(begun) or first is None:
        return None
    day = last_day(case, late or first)
    finished = case.last(done)
    if finished is None:
        if late is None or now < late:
            return pending(on=day, until=late)
        return missed(on=day)
    if finished.happened_at < first:
        return met(on=day)
    if late is None or finished.happened_at < late:
        return not_counted(EXTENDED, on=day, otherwise=Outcome.MISSED) if case.is_extended(limit) else met(on=day)
    return missed(on=day)
