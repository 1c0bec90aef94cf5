"""Amounts as tables print them → exact 万元, and back."""

from __future__ import annotations

from decimal import Decimal
from typing import NamedTuple

# The power of ten that turns the unit into 万元.
UNITS = {"元": -4, "百元": -2, "千元": -1, "万元": 0, "十万元": 1, "百万元": 2, "千万元": 3, "亿元": 4}

_EMPTY = frozenset({"", "-", "--", "—", "——", "–", "/", "\\", "无"})
_PLAIN = str.maketrans("０１２３４５６７８９．，－＋", "0123456789.,-+", " \u3000\xa0\t\n￥¥")
# No budget has more, and sums of such amounts stay exact.
_MOST_DIGITS = 15
_MOST_DECIMALS = 10


class Amount(NamedTuple):
    """What a cell of money says: `value` in 万元, None for an empty cell. `unit` is the one written in the cell."""

    value: Decimal | None
    unit: str = ""


def amount(cell: str, *, unit: str = "万元") -> Amount | None:
    """The amount in `cell`, where `unit` is the one printed above the table; None when it is no amount.

    Thousands must be grouped in threes ("1,497.06"); 226,48 is no amount, since it may be meant either way.
    """
    if (
        cell.isascii()
        and len(cell) <= _MOST_DIGITS
        and cell.replace(".", "", 1).isdigit()
        and cell[0] != "." != cell[-1]
    ):
        return Amount(_shifted(Decimal(cell), UNITS[unit]))
    text = cell.translate(_PLAIN)
    if text in _EMPTY:
        return Amount(None)
    written = _unit_at_end(text)
    number = _number(text.removesuffix(written))
    return None if number is None else Amount(_shifted(number, UNITS[written or unit]), written)


def printed(value: Decimal | None, *, unit: str = "万元") -> str:
    """The amount in `unit`, with thousands separators and at least two decimals; "" for None. Never rounded."""
    if value is None:
        return ""
    whole, _, decimals = f"{_shifted(value, -UNITS[unit]):,f}".partition(".")
    return f"{whole}.{decimals.rstrip('0').ljust(2, '0')}"


def _shifted(value: Decimal, places: int) -> Decimal:
    """The value times a power of ten, exactly: no context rounds it."""
    if not places:
        return value
    sign, digits, exponent = value.as_tuple()
    return Decimal((sign, digits, int(exponent) + places))


def _unit_at_end(text: str) -> str:
    if not text.endswith("元"):
        return ""
    return max((unit for unit in UNITS if text.endswith(unit)), key=len)


def _number(text: str) -> Decimal | None:
    sign, digits = (text[0], text[1:]) if text[:1] in ("-", "+") else ("", text)
    whole, point, decimals = digits.partition(".")
    groups = whole.split(",")
    if not all(_is_digits(group) for group in groups) or (point and not _is_digits(decimals)):
        return None
    if len(groups) > 1 and (len(groups[0]) > 3 or any(len(group) != 3 for group in groups[1:])):
        return None
    joined = "".join(groups)
    if len(joined) > _MOST_DIGITS or len(decimals) > _MOST_DECIMALS:
        return None
    return Decimal(f"{sign}{joined}{point}{decimals}")


def _is_digits(text: str) -> bool:
    return text.isascii() and text.isdigit()
