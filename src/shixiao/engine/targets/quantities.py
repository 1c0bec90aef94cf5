"""From an operator glyph, a number and a unit to a reading with its sense."""

from __future__ import annotations

from decimal import Decimal

from shixiao.engine.targets.names import COST_CODES, TIMELINESS, Hints
from shixiao.engine.targets.reading import Kind, Reading, Sense
from shixiao.engine.targets.units import TIME_UNITS

OPS = {"≥": ">=", "≤": "<=", ">": ">", "<": "<", "=": "=", "": "="}
GLYPHS = {op: glyph for glyph, op in OPS.items() if glyph}
SENSES = {">=": Sense.AT_LEAST, ">": Sense.AT_LEAST, "<=": Sense.AT_MOST, "<": Sense.AT_MOST}
_COPIES = frozenset(("份", "册", "本"))
_HUNDRED = Decimal(100)
_ONE = Decimal(1)


def numeric(
    glyph: str, value: Decimal, unit: str | None, per: str | None, hint: Hints, *, unsure: tuple[str, ...] = ()
) -> Reading:
    """A `numeric` reading. A bare number is judged at_least, at_most where less is better, exact where asked."""
    op = OPS[glyph]
    sense = SENSES.get(op) or _sense_of_bare(value, unit, per, hint)
    if hint.is_rate and not unsure:
        unsure = _doubts_about_rate(value, unit, hint)
    return Reading(Kind.NUMERIC, op, value, None, unit, per, None, sense, unsure=unsure)


def _sense_of_bare(value: Decimal, unit: str | None, per: str | None, hint: Hints) -> Sense:
    if hint.is_exact or (per == "每期" and unit in _COPIES):
        return Sense.EXACT
    if unit == "%" and value and hint.code in COST_CODES and not hint.is_cost_share:
        return Sense.AT_LEAST
    if hint.is_lower_better or not value or unit in TIME_UNITS and hint.code == TIMELINESS and not hint.is_long_good:
        return Sense.AT_MOST
    return Sense.AT_LEAST


def _doubts_about_rate(value: Decimal, unit: str | None, hint: Hints) -> tuple[str, ...]:
    if unit is None:
        return ("percent-sign-missing",) if value else ()
    if unit == "%" and value > _HUNDRED and hint.code not in COST_CODES:
        return ("rate-above-100",)
    return ()
