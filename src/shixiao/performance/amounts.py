"""How values in the unit of a target look: the same on the board, on the page of an indicator and in what explains it."""

from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from functools import lru_cache

from django.utils.translation import gettext as _

from shixiao.casework.evidence import figures
from shixiao.casework.evidence.naming import unit_word
from shixiao.engine import prospects, targets
from shixiao.engine.measures import Measure, Ratio, Reading, Reads
from shixiao.engine.prospects import Evidence, Fit, Position
from shixiao.ledger.readings import Days
from shixiao.performance.standing import Part
from shixiao.ui import formats

DASH, WAN = "—", "万元"
CENT = Decimal("0.01")
TENTH = Decimal("0.1")


def value_of(part: Part) -> str:
    """The value of a part with its unit; a dash where there is none, which is neither 0 nor 100."""
    if part.declared is not None:
        return declared(part.declared.value, part.target)
    return shown(part.prospect.value, part.prospect.unit, share=_share(part, is_with_exclusions=False))


def other_of(part: Part) -> str:
    """The value with what is not counted put back; nothing where that changes nothing."""
    if part.prospect.value_with_exclusions is None:
        return ""
    share = _share(part, is_with_exclusions=True)
    return shown(part.prospect.value_with_exclusions, part.prospect.unit, share=share)


def of_reading(part: Part, reading: Reading) -> str:
    """What another reading of the same part says, in the target's unit: of a month's end, or as it was frozen."""
    value = figure_of(part, reading)
    share = reading.share if _is_share(part) else None
    return shown(value, part.prospect.unit, share=share)


def figure_of(part: Part, reading: Reading) -> Decimal | bool | None:
    """The same as a value; None where it says nothing, or the binding cannot be used."""
    fit = fit_of(part)
    return None if fit is None or part.bound is None else figure_by(part, part.bound.days, fit, reading)


def figure_by(part: Part, days: Days, fit: Fit, reading: Reading) -> Decimal | bool | None:
    """The same, where it is known already how the readings of the part become values."""
    position = Position(
        target=part.target,
        fit=fit,
        reading=reading,
        evidence=Evidence.VALUE,
        begin=days.begin,
        end=days.end,
        today=days.begin,
        against=part.against,
    )
    return prospects.value_of(position)


def fit_of(part: Part) -> Fit | None:
    """How its readings become values; None where there is nothing measured."""
    if part.bound is None or part.reading is None:
        return None
    measure = part.bound.made_of
    return None if measure is None else _fit(part.target, measure, part.bound.against is not None)


@lru_cache(maxsize=2000)
def _fit(target: targets.Reading, measure: Measure | Ratio, has_against: bool) -> Fit | None:
    try:
        return prospects.fit(target, measure, has_against=has_against)
    except prospects.Misfit:
        return None


def shown(value: Decimal | bool | None, unit: str, *, share: Fraction | None = None) -> str:
    """A value with its unit. `share` is the exact one of a percentage, so that no rounding makes 100% of what is not."""
    if value is None:
        return DASH
    if isinstance(value, bool):
        return _("成立") if value else _("不成立")
    if unit == "%":
        return figures.percent(share if share is not None else Fraction(value) / 100)
    # Nobody counts in “10,000 yuan” in English; the tables are in 万元, and so is the figure.
    return f"{number(value, unit)} {unit if unit == WAN else unit_word(unit)}".strip()


def about(value: Decimal | None, unit: str) -> str:
    """A value that is only estimated: a tenth is exact enough, of money a fen."""
    if value is None or unit in (WAN, "元", "%"):
        return shown(value, unit)
    return shown(value.quantize(TENTH, ROUND_HALF_UP).normalize() + 0, unit)


def number(value: Decimal, unit: str) -> str:
    """The number alone: money always with two decimals."""
    if unit == WAN:
        return formats.money(value.quantize(CENT, ROUND_HALF_UP))
    return f"{value:,.2f}" if unit == "元" else figures.number(value)


def declared(value: object, target: targets.Reading) -> str:
    """A declared value as its target takes it: a day, a yes or no, a grade, a number with its unit."""
    if isinstance(value, bool):
        return _("是") if value else _("否")
    if target.kind is targets.Kind.DEADLINE:
        return formats.day(date.fromisoformat(str(value)))
    if target.kind in (targets.Kind.BOOLEAN, targets.Kind.QUALITATIVE):
        return str(value)
    return shown(Decimal(str(value)), target.unit or "")


def _is_share(part: Part) -> bool:
    measure = part.bound.made_of if part.bound is not None else None
    return not part.by_topic and measure is not None and measure.reads is Reads.SHARE


def _share(part: Part, *, is_with_exclusions: bool) -> Fraction | None:
    if part.reading is None or not _is_share(part):
        return None
    return part.reading.share_with_exclusions if is_with_exclusions else part.reading.share
