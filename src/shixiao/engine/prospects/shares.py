"""Headroom of shares: how many of the cases still to come may fail, and on how many cases that rests; and of any value how far it is from
its bound."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from math import floor

from shixiao.engine.bilingual import Text
from shixiao.engine.prospects.futures import bounds_of
from shixiao.engine.prospects.position import Headroom, Position, ceiled, exact_of, rounded
from shixiao.engine.targets import Kind, Sense
from shixiao.engine.targets.writing import number


def to_fail(position: Position) -> Text:
    """What a case does that is not as it should be."""
    return Text("超时", "be late") if position.fit.is_timely else Text("未达标", "fail")


def number_of(position: Position) -> Fraction | None:
    """The exact value, where it is a number."""
    found = exact_of(position)
    return None if isinstance(found, bool) else found


def allowed_failures(position: Position) -> int:
    """How many of the cases still to come may fail, at most; below 0 where even all of them met would not do.

    Of a share that has to stay below something: how many may still be met.
    """
    reading, target = position.counting, position.target
    count = position.future.whole
    bound = Fraction(target.value or 0) / position.fit.factor
    whole = reading.counted + count
    if target.sense is Sense.AT_MOST:
        return largest(bound * whole - reading.met, is_strict=target.op == "<")
    return largest(reading.met + count - bound * whole, is_strict=target.op == ">")


def largest(room: Fraction, *, is_strict: bool) -> int:
    """The largest whole number that stays within."""
    found = floor(room)
    return found - 1 if is_strict and room == found else found


def room_of_share(position: Position) -> Headroom | None:
    """How many of those to come may fail (or, of a share that has to stay low, occur); once it is over, how far it is from the bound."""
    target, count = position.target, round(position.future.cases)
    if target.kind is not Kind.NUMERIC or target.sense is Sense.EXACT or position.is_over:
        return points_of(position)
    is_cap = target.sense is Sense.AT_MOST
    word = Text("发生", "occur") if is_cap else to_fail(position)
    if not count:
        return _at_once(position, word)
    allowed = allowed_failures(position)
    if allowed < 0:
        return Headroom(amount=Decimal(allowed), unit="件", text=_out_of_reach(position, count, -allowed))
    told = min(allowed, count)
    if allowed >= count:
        zh, en = f"其余 {count} 件都{word.zh}也能达成", f"met even if all {count} to come {word.en}"
    elif told:
        zh, en = f"还可{word.zh} {told} 件", f"{told} more may {word.en}"
    else:
        zh, en = f"一件都不能再{word.zh}", f"not one more may {word.en}"
    return Headroom(amount=Decimal(told), unit="件", text=_of_those(position, count, zh, en))


def _at_once(position: Position, word: Text) -> Headroom | None:
    """Where none more is expected: how many could still fail one after the other."""
    reading, target = position.counting, position.target
    bound, is_cap = Fraction(target.value or 0) / position.fit.factor, target.sense is Sense.AT_MOST
    if not reading.counted or (bound >= 1 if is_cap else bound <= 0):
        return points_of(position)
    room = (bound * reading.counted - reading.met) / (1 - bound) if is_cap else reading.met / bound - reading.counted
    told = largest(room, is_strict=target.op in ("<", ">"))
    if told < 0:
        return points_of(position)
    if told:
        text = Text(f"如再有新的，还可{word.zh} {told} 件", f"of any more, {told} may {word.en}")
    elif is_cap:
        text = Text("再有一件就超出目标", "one more and the target is exceeded")
    else:
        text = Text(f"再有一件{word.zh}就达不到目标", f"should one more {word.en}, the target is missed")
    return Headroom(amount=Decimal(told), unit="件", text=text)


def _of_those(position: Position, count: int, zh: str, en: str) -> Text:
    """On how many cases to come it rests: those that are known, with those that the pace lets expect; after the end only what is known."""
    is_named = zh.startswith("其余")
    if round(position.future.further):
        return Text(f"{zh}（按还有约 {count} 件计）", f"{en} (of about {count} to come)")
    if position.left > 0:
        those = "如不再新增" if is_named else f"其余 {count} 件，如不再新增"
        return Text(f"{zh}（{those}）", f"{en} (of the {count} to come, if no more are added)")
    return Text(zh, en) if is_named else Text(f"{zh}（其余 {count} 件中）", f"{en} (of the {count} to come)")


def _out_of_reach(position: Position, count: int, missing: int) -> Text:
    if position.target.sense is Sense.AT_MOST:
        zh, en = (
            f"其余 {count} 件都不发生也超出 {missing} 件",
            f"{missing} over even if none of the {count} to come occurs",
        )
    else:
        zh, en = f"其余 {count} 件都达标也差 {missing} 件", f"short by {missing} even if all {count} to come are met"
        if position.fit.mends:
            zh, en = f"{zh}，须补做", f"{en}, unless some are made up for"
    return _of_those(position, count, zh, en)


def points_of(position: Position) -> Headroom | None:
    """How far the value is from the bound that is nearest, in its own unit."""
    value = number_of(position)
    low, high = bounds_of(position)
    if value is None or (low is None and high is None):
        return None
    room = min(
        each
        for each in (None if low is None else value - low, None if high is None else high - value)
        if each is not None
    )
    unit = Text("个百分点", "points") if position.fit.unit == "%" else Text(position.fit.unit, position.fit.unit)
    amount = number(_shown(abs(room)))
    if not room:
        text = JUST_OUT if position.target.op in ("<", ">") else _JUST_REACHED
    elif room > 0:
        text = Text(f"余 {amount} {unit.zh}", f"{amount} {unit.en} to spare")
    elif high is not None and value is not None and value > high:
        text = Text(f"超出 {amount} {unit.zh}", f"{amount} {unit.en} over")
    else:
        text = Text(f"差 {amount} {unit.zh}", f"{amount} {unit.en} short")
    return Headroom(amount=rounded(room), unit=position.fit.unit, text=text)


_JUST_REACHED = Text("刚好达到", "just reached")
JUST_OUT = Text("恰在界限上，目标不含界限", "on the bound, which is out")


def _shown(value: Fraction) -> Decimal:
    """Two places, or as many as are needed not to say 0."""
    short = rounded(value).quantize(Decimal("0.01")).normalize() + 0
    return short if short or not value else ceiled(value)
