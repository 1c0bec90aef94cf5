"""Headroom in the target's own unit, for every kind of reading: how many more may fail, how long the next one may take, what is still
missing and how many a week that is.

What is said holds exactly: one more than is said breaks the target, and so many do not. Where it rests on how many cases are still to come,
the sentence says how many those are.
"""

from __future__ import annotations

from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from fractions import Fraction
from math import ceil, floor

from shixiao.engine.bilingual import Text
from shixiao.engine.measures import Reads
from shixiao.engine.prospects.fitting import Mode
from shixiao.engine.prospects.futures import bounds_of
from shixiao.engine.prospects.money import money_left
from shixiao.engine.prospects.position import (
    Headroom,
    Pace,
    Position,
    budget_of,
    ceiled,
    figure,
    floored,
    rounded,
)
from shixiao.engine.prospects.shares import JUST_OUT, largest, number_of, points_of, room_of_share, to_fail
from shixiao.engine.targets import Kind
from shixiao.engine.targets.judging import last_day
from shixiao.engine.targets.writing import number


def headroom_of(position: Position) -> Headroom | None:
    """How much room is left; None where nothing can be said."""
    match position.fit.mode, position.fit.reads:
        case Mode.ALL_OF, _:
            return _of_all(position)
        case Mode.SOME, _:
            return _of_some(position)
        case Mode.BUDGET, Reads.SUM:
            return _of_budget(position)
        case _, Reads.SHARE:
            return room_of_share(position)
        case _, Reads.MEAN:
            return _of_mean(position)
        case _, Reads.RATIO:
            return _of_ratio(position)
    return _of_number(position)


def _failed(position: Position) -> Text:
    return Text("超时", "late") if position.fit.is_timely else Text("未达标", "failed")


# ---- all of them, at least one -----------------------------------------------------------------------------------


def _of_some(position: Position) -> Headroom:
    met, unit = position.counting.met, position.fit.unit or "件"
    if position.target.text == "否":
        text = Text(f"已有 {met} {unit}", f"{met} already") if met else Text("一件都不能有", "there may be none")
        return Headroom(amount=Decimal(-met), unit=unit, text=text)
    if met:
        return Headroom(amount=Decimal(met - 1), unit=unit, text=Text(f"已有 {met} {unit}", f"{met} already"))
    text = Text("还没有，至少要有一件", "none yet, and at least one is needed")
    return Headroom(amount=Decimal(-1), unit=unit, text=text)


def _of_all(position: Position) -> Headroom:
    reading, word = position.counting, _failed(position)
    if reading.missed:
        mend = Text("，须补做", ", to be made up for") if position.fit.mends else Text("", "")
        zh, en = f"已有 {reading.missed} 件{word.zh}{mend.zh}", f"{reading.missed} {word.en} already{mend.en}"
        return Headroom(amount=Decimal(-reading.missed), unit="件", text=Text(zh, en))
    if position.is_over:
        text = Text("全部达标", "all were met") if reading.met else Text("没有计入的", "nothing was counted")
        return Headroom(amount=Decimal(0), unit="件", text=text)
    days = days_left(position)
    if days is None:
        word = to_fail(position)
        return Headroom(amount=Decimal(0), unit="件", text=Text(f"一件都不能{word.zh}", f"not one may {word.en}"))
    zh, en = (f"还有 {days} 天", f"{days} days left") if days >= 0 else ("期限已过", "the deadline has passed")
    if reading.pending:
        zh, en = f"{zh}，还有 {reading.pending} 件未完成", f"{en}, {reading.pending} open"
    return Headroom(amount=Decimal(days), unit="天", text=Text(zh, en))


def days_left(position: Position) -> int | None:
    """How many days a deadline still leaves, negative once it has passed; None for what has no certain day."""
    if position.target.kind is not Kind.DEADLINE:
        return None
    try:
        last = last_day(position.target, year=position.year or None, started_on=position.begin)
    except ValueError:
        return None
    return (last - position.today).days


# ---- counts, sums, stocks --------------------------------------------------------------------------------------


def _of_number(position: Position) -> Headroom | None:
    value = number_of(position) or Fraction(0)
    low, high = bounds_of(position)
    unit = position.fit.unit
    if low is not None and (value < low or (value == low and position.target.op == ">")):
        return _missing(position, low - value)
    if high is not None and (value > high or (value == high and position.target.op == "<")):
        over = ceiled(value - high)
        text = Text(f"超出 {number(over)} {unit}", f"{number(over)} {unit} over") if over else JUST_OUT
        return Headroom(amount=-over + 0, unit=unit, text=text)
    if high is not None:
        return _cap(position, high - value)
    if low is None:
        return None
    more = floored(value - low)
    text = Text(f"已达到，多 {number(more)} {unit}", f"reached, {number(more)} {unit} more") if more else _REACHED
    return Headroom(amount=more, unit=unit, text=text)


_REACHED = Text("已达到", "reached")


def _missing(position: Position, missing: Fraction) -> Headroom:
    unit, step = position.fit.unit, position.fit.factor
    if position.fit.reads is Reads.COUNT:
        cases = missing / step
        missing = (floor(cases) + 1 if position.target.op == ">" else ceil(cases)) * step
    amount = ceiled(missing)
    said = number(amount)
    zh, en = f"还差 {said} {unit}", f"{said} {unit} missing"
    if position.left <= 0:
        zh, en = f"差 {said} {unit}", f"{said} {unit} short"
    elif (pace := pace_of(position)) is not None:
        each, more = _spoken(pace)
        zh, en = f"{zh}，平均{each.zh} {more} {unit}", f"{en}, {more} {each.en}"
    return Headroom(amount=-amount, unit=unit, text=Text(zh, en))


def _spoken(pace: Pace) -> tuple[Text, str]:
    """By week; what is less than one a week by month."""
    if pace.needed >= 1:
        return Text("每周", "a week"), number(pace.needed)
    monthly = (pace.exact * Fraction(3044, 700)) if pace.exact else Fraction(0)
    return Text("每月", "a month"), number(_tenth(monthly, ROUND_CEILING))


def _cap(position: Position, room: Fraction) -> Headroom:
    unit, step, is_strict = position.fit.unit, position.fit.factor, position.target.op == "<"
    if position.fit.reads is Reads.COUNT:
        room = largest(room / step, is_strict=is_strict) * step
        is_strict = False
    amount = floored(room)
    left = number(amount)
    if not amount:
        return Headroom(amount=amount, unit=unit, text=Text("不能再多", "no more"))
    text = (
        Text(f"还可不到 {left} {unit}", f"less than {left} {unit} left")
        if is_strict
        else Text(f"还可 {left} {unit}", f"{left} {unit} left")
    )
    return Headroom(amount=amount, unit=unit, text=text)


def pace_of(position: Position) -> Pace | None:
    """Of a count or a sum with something still missing: how many a week, so far and from now on."""
    if position.fit.reads not in (Reads.COUNT, Reads.SUM) or position.fit.mode is not Mode.NUMBER:
        return None
    low, _high = bounds_of(position)
    value = number_of(position) or Fraction(0)
    if low is None or value >= low or position.left <= 0:
        return None
    so_far = value * 7 / position.elapsed if position.elapsed else Fraction(0)
    needed = (low - value) * 7 / position.left
    return Pace(
        so_far=_tenth(so_far, ROUND_FLOOR), needed=_tenth(needed, ROUND_CEILING), unit=position.fit.unit, exact=needed
    )


def _tenth(value: Fraction, rounding: str) -> Decimal:
    """To a tenth: what is needed is rounded up, what was done down."""
    exact = Decimal(value.numerator) / Decimal(value.denominator)
    return exact.quantize(Decimal("0.1"), rounding=rounding).normalize() + 0


# ---- money, and one figure by another ------------------------------------------------------------------------------


def _of_budget(position: Position) -> Headroom | None:
    budget, value = budget_of(position), number_of(position)
    if budget is None or value is None:
        return None
    return money_left(budget - value, is_strict=position.target.op == "<")


def _of_ratio(position: Position) -> Headroom | None:
    """Of money how much may still be spent; of cases how many there may still be beside what they are counted against so far."""
    above, below = position.counting, position.against
    if number_of(position) is None or below is None:
        return None
    low, high = bounds_of(position)
    under, is_one_sided = figure(below), (low is None) != (high is None)
    if position.fit.is_money and high is not None and low is None:
        return money_left(
            (high / position.fit.factor * under - figure(above)) / 10_000, is_strict=position.target.op == "<"
        )
    if above.amounts or not is_one_sided:
        return points_of(position)
    return _of_cases(position, above.met, under, high, low)


def _of_cases(position: Position, met: int, under: Fraction, high: Fraction | None, low: Fraction | None) -> Headroom:
    beside = number(rounded(under))
    if high is not None:
        room = largest(high / position.fit.factor * under - met, is_strict=position.target.op == "<")
        zh, en = (
            (f"还可 {room} 件", f"{room} left")
            if room > 0
            else ("不能再有", "no more")
            if not room
            else (f"超出 {-room} 件", f"{-room} over")
        )
    else:
        needed = (low or Fraction(0)) / position.fit.factor * under - met
        room = -(floor(needed) + 1 if position.target.op == ">" else ceil(needed))
        zh, en = (f"还差 {-room} 件", f"{-room} missing") if room < 0 else (f"多 {room} 件", f"{room} more than asked")
    text = Text(f"{zh}（按现有 {beside} 件计）", f"{en} (beside the {beside} so far)")
    return Headroom(amount=Decimal(room), unit="件", text=text)


# ---- means -----------------------------------------------------------------------------------------------------


def _of_mean(position: Position) -> Headroom | None:
    """What the next one may be for the mean to stay within the target; once there is no next one, how far the mean is from it."""
    reading = position.counting
    if not reading.weight:
        return None
    if position.left <= 0:
        return points_of(position)
    low, high = (None if bound is None else _next_at(position, bound) for bound in bounds_of(position))
    if low is not None and high is not None:
        return _between(position, low, high)
    if high is not None:
        return _next_at_most(position, high)
    return None if low is None else _next_at_least(position, low)


def _next_at(position: Position, bound: Fraction) -> Fraction:
    """The next amount that puts the mean right on the bound, in the target's unit."""
    reading, factor = position.counting, position.fit.factor
    return bound * (Fraction(reading.weight) + 1) - Fraction(reading.total) * factor


def _next_at_most(position: Position, next_: Fraction) -> Headroom:
    unit, is_strict = position.fit.unit, position.target.op == "<"
    said = number(floored(next_, 2))
    if next_ < 0 or (is_strict and not next_):
        text = Text("下一次为 0 也降不下来", "not even a next one of 0 brings it down")
    elif is_strict and next_ == floored(next_, 2):
        text = Text(f"下一次须少于 {said} {unit}", f"the next one has to be below {said} {unit}")
    else:
        text = Text(f"下一次不超过 {said} {unit}", f"the next one may be {said} {unit} at most")
    return Headroom(amount=floored(next_), unit=unit, text=text)


def _next_at_least(position: Position, next_: Fraction) -> Headroom:
    unit, is_strict = position.fit.unit, position.target.op == ">"
    said = number(ceiled(next_, 2))
    if next_ < 0 or (not is_strict and not next_):
        text = Text("下一次多少都行", "whatever the next one is")
    elif is_strict and next_ == ceiled(next_, 2):
        text = Text(f"下一次须多于 {said} {unit}", f"the next one has to be above {said} {unit}")
    else:
        text = Text(f"下一次不少于 {said} {unit}", f"the next one has to be {said} {unit} at least")
    return Headroom(amount=ceiled(next_), unit=unit, text=text)


def _between(position: Position, low: Fraction, high: Fraction) -> Headroom:
    unit, least, most = position.fit.unit, number(ceiled(max(low, Fraction(0)), 2)), number(floored(high, 2))
    if high < 0:
        text = Text("下一次为 0 也降不下来", "not even a next one of 0 brings it down")
    else:
        text = Text(
            f"下一次在 {least} 至 {most} {unit} 之间", f"the next one has to be between {least} and {most} {unit}"
        )
    return Headroom(amount=floored(high), unit=unit, text=text)
