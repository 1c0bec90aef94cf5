"""Reading → standard wording. `read(write(t)) == t` for every reading that `read` or a person can make."""

from __future__ import annotations

from decimal import Decimal

from shixiao.engine.targets.quantities import GLYPHS
from shixiao.engine.targets.reading import Kind, Reading, Sense
from shixiao.engine.targets.units import TIME_UNITS, TIMES_OF_COMPLETION

# The standard wording's mark of a limit on something that recurs; without it ≤18个月 is a time of completion.
LASTING = "（时长）"
_COMPLETED = TIMES_OF_COMPLETION.keys() - {"个工作日", "工作日"}
_LETTERS = {"Y": "年", "M": "个月", "W": "周", "D": "天"}


def write(reading: Reading) -> str:
    """The house's standard wording. A qualitative, boolean or unread target keeps its own (normalised) words."""
    match reading.kind:
        case Kind.NUMERIC:
            return _numeric(reading)
        case Kind.RANGE:
            return _range(reading)
        case Kind.DEADLINE:
            return _deadline(reading)
        case Kind.BUDGET_BOUND:
            return f"{GLYPHS[reading.op or '<=']}预算"
        case Kind.COMPOUND:
            return "；".join(_part(part) for part in reading.parts)
    return reading.text or ""


def number(value: Decimal) -> str:
    """Plain digits: no exponent, no trailing zeros after the point."""
    plain = format(value, "f")
    return plain.rstrip("0").rstrip(".") if "." in plain else plain


def _numeric(reading: Reading) -> str:
    value = reading.value or Decimal(0)
    amount = number(value) + (reading.unit or "")
    if reading.op != "=":
        lasts = LASTING if not reading.per and reading.op in ("<=", "<") and reading.unit in _COMPLETED else ""
        return f"{reading.per or ''}{GLYPHS[reading.op or '>=']}{amount}{lasts}"
    if reading.sense is Sense.EXACT:
        return f"{reading.per or ''}恰好{amount}"
    equals = "=" if _looks_like_a_date(value, reading.unit) else ""
    return f"{reading.per or ''}{equals}{amount}{_mark(reading, value)}"


def _looks_like_a_date(value: Decimal, unit: str | None) -> bool:
    """2025.12 and 20251231 without a unit are read as dates unless an operator stands before them."""
    return 20_000_000 <= value < 20_500_000 or unit is None and 2000 <= value < 2100 and value % 1 != 0


def _mark(reading: Reading, value: Decimal) -> str:
    """A sense that a bare number would not be given by itself is written down."""
    usual = Sense.AT_LEAST if value else Sense.AT_MOST
    if reading.per == "每期" and reading.unit in ("份", "册", "本"):
        usual = Sense.EXACT
    if reading.sense is usual and reading.unit not in TIME_UNITS:
        return ""
    return "（反向）" if reading.sense is Sense.AT_MOST else "（正向）"


def _range(reading: Reading) -> str:
    low, high = reading.value or Decimal(0), reading.high or Decimal(0)
    unit = reading.unit or ""
    if low == -high and high:
        return f"{reading.per or ''}±{number(high)}{unit}"
    equals = "=" if _looks_like_a_date(low, None) else ""
    return f"{reading.per or ''}{equals}{number(low)}至{number(high)}{unit}"


def _deadline(reading: Reading) -> str:
    date = reading.date
    if date is None:
        return reading.text or ""
    if date.startswith("P"):
        return f"{date[1:-1]}{_LETTERS[date[-1]]}内完成"
    if date.startswith("---"):
        return f"每月{int(date[3:])}日前"
    if date.startswith("--"):
        return f"{int(date[2:4])}月{int(date[5:])}日前"
    year, month, day = date.split("-")
    return f"{year}年{int(month)}月{int(day)}日前"


def _part(part: Reading) -> str:
    words = write(part) or part.words or ""
    if part.condition and part.condition != part.per:
        return f"{part.condition}：{words}"
    return words
