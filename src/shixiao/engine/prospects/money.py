"""How much money is left, in words: 万元 with two places, yuan where that would say nothing."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

from shixiao.engine.bilingual import Text
from shixiao.engine.prospects.position import Headroom, ceiled, floored
from shixiao.engine.targets.writing import number

_FEN = Fraction(1, 1_000_000)  # of 万元
_LEAST = Fraction(1, 100)  # of 万元: what two places can say


def money_left(room: Fraction, *, is_strict: bool) -> Headroom:
    """What may still be spent of a budget, `room` in 万元: never more than there is, and of a strict bound one fen less."""
    if room < 0:
        zh, en = _spoken(-room, is_up=True)
        text = Text(f"超出预算 {zh}", f"{en} over the budget")
        return Headroom(amount=-ceiled(-room, 6), unit="万元", text=text)
    left = room - _FEN if is_strict else room
    if left > 0:
        zh, en = _spoken(left, is_up=False)
        return Headroom(amount=floored(left, 6), unit="万元", text=Text(f"还可支出 {zh}", f"{en} may still be spent"))
    is_out = left < 0
    text = _ON_THE_BOUND if is_out else Text("预算已用完", "the budget is spent")
    return Headroom(amount=Decimal(0), unit="万元", text=text)


_ON_THE_BOUND = Text("恰为预算，目标要求小于", "the whole budget, which a strict target excludes")


def _spoken(amount: Fraction, *, is_up: bool) -> tuple[str, str]:
    to = ceiled if is_up else floored
    if amount < _LEAST:
        yuan = number(to(amount * 10_000, 2))
        return f"{yuan} 元", f"{yuan} yuan"
    said = f"{to(amount, 2).quantize(Decimal('0.01')):,}"
    return f"{said} 万元", f"{said} 万元"
