"""How readings look as figures: never more than is true, so that 999 of 1,000 is not 100%."""

from decimal import ROUND_FLOOR, ROUND_HALF_UP, Decimal
from fractions import Fraction

from django.utils.translation import gettext as _

from shixiao.casework.evidence.naming import Named, unit_word
from shixiao.engine.measures import Reading, Reads

TENTH = Decimal("0.1")
FINEST = 4


def percent(share: Fraction | None) -> str:
    """99.3%. With more decimals, and then cut off, where rounding would make all or nothing of what is not."""
    if share is None:
        return "—"
    exact = Decimal(share.numerator * 100) / Decimal(share.denominator)
    if share in (0, 1):
        return f"{exact:.0f}%"
    if not 0 < share < 1:  # a ratio may be more than the whole
        return f"{exact.quantize(TENTH, ROUND_HALF_UP)}%"
    for places in range(1, FINEST + 1):
        shown = exact.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)
        if 0 < shown < 100:
            return f"{shown}%"
    return "99.9999%" if exact > 1 else "<0.0001%"


def number(value: Decimal | int | Fraction) -> str:
    """1,200.5: thousands separators, no more decimals than there are and at most four; a mean has two."""
    shown = exact(value)
    return _plain(shown.quantize(Decimal("0.01"), ROUND_HALF_UP) if isinstance(value, Fraction) else shown)


def exact(value: Decimal | int | Fraction) -> Decimal:
    """The value as a decimal; of a fraction as many digits as decimals have."""
    return Decimal(value.numerator) / Decimal(value.denominator) if isinstance(value, Fraction) else Decimal(value)


def _plain(value: Decimal) -> str:
    whole = value.to_integral_value(ROUND_FLOOR)
    return f"{whole:,f}" if whole == value else f"{value.normalize():,f}"


def of_ratio(value: Fraction | None, unit: str) -> str:
    """A ratio that is no percentage."""
    return "—" if value is None else f"{number(value)} {unit_word(unit)}".strip()


def value(reading: Reading, gauge: Named) -> str:
    """What the reading says with its unit; a dash where it says nothing."""
    found = reading.value(gauge.reads)
    if found is None:
        return "—"
    match gauge.reads:
        case Reads.SHARE:
            return percent(reading.share)
        case Reads.ALL_OF:
            return _("成立") if found else _("不成立")
    return amount(found, gauge)


def amount(value: Decimal | int | Fraction, gauge: Named) -> str:
    """An amount with its unit; yuan always with their fen."""
    shown = f"{exact(value):,.2f}" if gauge.measure.unit == "元" else number(value)
    return f"{shown} {gauge.unit}".strip()


def with_exclusions(reading: Reading, gauge: Named) -> str:
    """The other figure, with what was excluded put back; nothing where it was no matter."""
    if not reading.has_exclusions:
        return ""
    match gauge.reads:
        case Reads.SHARE:
            return percent(reading.share_with_exclusions)
        case Reads.ALL_OF:
            return _("不成立") if reading.missed or reading.back_missed else _("成立")
        case Reads.COUNT:
            return f"{number(reading.met + reading.back_met)} {gauge.unit}".strip()
    return ""
