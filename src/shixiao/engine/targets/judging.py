"""A value held against a target: met or missed, and how much room is left in the target's own unit."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from enum import Enum

from shixiao.engine.bilingual import Text
from shixiao.engine.targets.reading import Kind, Reading, Sense
from shixiao.engine.targets.writing import number


class Verdict(str, Enum):
    """`undecided` is for no value yet, or a target that nobody could read: never silently met or missed."""

    MET = "met"
    MISSED = "missed"
    UNDECIDED = "undecided"


@dataclass(frozen=True, slots=True)
class Judgement:
    """`headroom` is how far the value may still worsen before the target is missed, in `unit`; negative is how
    far it falls short; None where room has no measure (yes/no, qualitative). A strict bound (<, >) is missed at
    a headroom of exactly 0. `parts` are the judgements of a compound, in order."""

    verdict: Verdict
    headroom: Decimal | None
    unit: str | None
    text: Text
    parts: tuple[Judgement, ...] = ()


Value = Decimal | int | float | bool | str | date | None
_GRADES = {
    "优": 4,
    "优秀": 4,
    "良": 3,
    "良好": 3,
    "优良": 3,
    "中": 2,
    "中等": 2,
    "一般": 2,
    "合格": 2,
    "差": 1,
    "较差": 1,
}
_UNREADABLE = Text("目标没有读懂，不能判定", "the target could not be read, so nothing can be judged")
_NO_VALUE = Text("还没有数值", "no value yet")


def judge(
    reading: Reading,
    value: Value | Sequence[Value],
    *,
    budget: Decimal | int | float | None = None,
    year: int | None = None,
    started_on: date | None = None,
) -> Judgement:
    """How `value` stands against `reading`.

    Shapes: a number for numeric, range and budget_bound (with `budget` in the same unit); True/False for boolean
    and for a reviewed qualitative target, or a grade word (良); a `date` for a deadline (with `year` for one
    without a year, `started_on` for a duration); a sequence, one value a part, for a compound. None is
    undecided. Raises ValueError when the shape does not fit or something the target needs is missing.
    """
    if reading.kind is Kind.UNPARSEABLE:
        return Judgement(Verdict.UNDECIDED, None, None, _UNREADABLE)
    if value is None:
        return Judgement(Verdict.UNDECIDED, None, reading.unit, _NO_VALUE)
    match reading.kind:
        case Kind.COMPOUND:
            return _compound(reading, value, budget=budget, year=year, started_on=started_on)
        case Kind.BOOLEAN:
            return _boolean(reading, value)
        case Kind.QUALITATIVE:
            return _qualitative(reading, value)
        case Kind.DEADLINE:
            return _deadline(reading, value, year, started_on)
        case Kind.RANGE:
            return _range(reading, _number(value))
        case Kind.BUDGET_BOUND:
            if budget is None:
                raise ValueError("预算数未给出：请传入 budget / the budget is missing: pass budget=")
            return _bounded(reading.op or "<=", reading.sense, _number(value), _number(budget), "万元")
    if reading.value is None:
        raise ValueError("目标没有数值 / the target has no number")
    return _bounded(reading.op or "=", reading.sense, _number(value), reading.value, reading.unit)


def _number(value: object) -> Decimal:
    if isinstance(value, bool) or not isinstance(value, Decimal | int | float | str):
        raise ValueError(f"需要数字，得到 {value!r} / a number is needed, not {value!r}")
    try:
        found = Decimal(str(value))
    except ArithmeticError:
        raise ValueError(f"不是数字：{value!r} / not a number: {value!r}") from None
    if not found.is_finite():
        raise ValueError(f"不是有限的数字：{value!r} / not a finite number: {value!r}")
    return found


def _bounded(op: str, sense: Sense, value: Decimal, target: Decimal, unit: str | None) -> Judgement:
    if sense is Sense.EXACT:
        room = -abs(value - target)
        return _judged(room, unit, is_met=room == 0)
    room = value - target if sense is Sense.AT_LEAST else target - value
    return _judged(room, unit, is_met=room > 0 if op in ("<", ">") else room >= 0)


def _judged(room: Decimal, unit: str | None, *, is_met: bool) -> Judgement:
    amount = number(abs(room)) + (unit or "")
    if is_met:
        return Judgement(Verdict.MET, room, unit, Text(f"达到，余量 {amount}", f"met, with {amount} to spare"))
    if room == 0:
        return Judgement(
            Verdict.MISSED,
            room,
            unit,
            Text("恰在界限上，严格小于（大于）不含界限", "on the bound, which a strict target excludes"),
        )
    return Judgement(Verdict.MISSED, room, unit, Text(f"未达到，差 {amount}", f"missed by {amount}"))


def _range(reading: Reading, value: Decimal) -> Judgement:
    low, high = reading.value, reading.high
    if low is None or high is None:
        raise ValueError("区间缺少上下限 / the range has no bounds")
    room = min(value - low, high - value)
    return _judged(room, reading.unit, is_met=room >= 0)


def _plain(*, is_met: bool) -> Judgement:
    if is_met:
        return Judgement(Verdict.MET, None, None, Text("达到", "met"))
    return Judgement(Verdict.MISSED, None, None, Text("未达到", "missed"))


def _boolean(reading: Reading, value: object) -> Judgement:
    if not isinstance(value, bool):
        raise ValueError(f"需要是或否（True/False），得到 {value!r} / yes or no is needed, not {value!r}")
    return _plain(is_met=value is not (reading.text == "否"))


def _qualitative(reading: Reading, value: object) -> Judgement:
    if isinstance(value, bool):
        return _plain(is_met=value)
    wanted, got = _GRADES.get(reading.text or ""), _GRADES.get(str(value))
    if wanted is None or got is None:
        raise ValueError(
            f"定性目标需要评议结论或等级，得到 {value!r} / a review's verdict or a grade is needed, not {value!r}"
        )
    return _plain(is_met=got >= wanted)


def _deadline(reading: Reading, value: object, year: int | None, started_on: date | None) -> Judgement:
    if not isinstance(value, date):
        raise ValueError(
            f"期限目标需要完成日期，得到 {value!r} / a deadline needs the day of completion, not {value!r}"
        )
    last = last_day(reading, year=year, started_on=started_on)
    done = value if type(value) is date else date(value.year, value.month, value.day)
    return _judged(Decimal((last - done).days), "天", is_met=last >= done)


def last_day(reading: Reading, *, year: int | None = None, started_on: date | None = None) -> date:
    """The last day a deadline allows. 18 months from 31 August end on the last day of February."""
    written = reading.date
    if written is None or written.startswith("---"):
        raise ValueError("期限没有确定的日期 / the deadline has no certain date")
    if written.startswith("P"):
        if started_on is None:
            raise ValueError("需要起算日期：请传入 started_on / the day it runs from is missing: pass started_on=")
        return _after(started_on, int(written[1:-1]), written[-1])
    if written.startswith("--"):
        if year is None:
            raise ValueError("需要年份：请传入 year / the year is missing: pass year=")
        return _day(year, int(written[2:4]), int(written[5:7]))
    return date.fromisoformat(written)


def _after(start: date, count: int, letter: str) -> date:
    if letter in "DW":
        return start + timedelta(days=count * (7 if letter == "W" else 1))
    months = start.year * 12 + start.month - 1 + count * (12 if letter == "Y" else 1)
    return _day(months // 12, months % 12 + 1, start.day)


def _day(year: int, month: int, day: int) -> date:
    """The day, or the month's last one where the month is shorter."""
    for last in (day, 30, 29, 28):
        if last <= day:
            try:
                return date(year, month, last)
            except ValueError:
                continue
    raise ValueError(f"没有这一天：{year}-{month}-{day} / no such day: {year}-{month}-{day}")


def _compound(reading: Reading, value: object, **context: object) -> Judgement:
    if isinstance(value, str) or not isinstance(value, Sequence) or len(value) != len(reading.parts):
        raise ValueError(
            f"需要 {len(reading.parts)} 个数值，一个条件一个 / {len(reading.parts)} values are needed, one a condition"
        )
    parts = tuple(judge(part, one, **context) for part, one in zip(reading.parts, value, strict=True))  # type: ignore[arg-type]
    verdicts = [part.verdict for part in parts]
    if Verdict.MISSED in verdicts:
        failed = verdicts.index(Verdict.MISSED) + 1
        return Judgement(
            Verdict.MISSED, None, None, Text(f"第 {failed} 个条件未达到", f"condition {failed} is missed"), parts
        )
    if Verdict.UNDECIDED in verdicts:
        return Judgement(Verdict.UNDECIDED, None, None, Text("有条件还没有数值", "a condition has no value yet"), parts)
    return Judgement(Verdict.MET, None, None, Text("各项条件都达到", "all conditions are met"), parts)
