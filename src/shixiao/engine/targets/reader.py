"""Wording → reading.

Three ways, cheapest first: a fixed word (是, 及时, **), one plain quantity (≥95%, 12次), and everything else,
which is cut into clauses, each with its quantities and dates. What is unsure is marked, never guessed away.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from decimal import Decimal
from functools import cache

from shixiao.engine.targets import clauses, hidden, texts
from shixiao.engine.targets.columns import joined
from shixiao.engine.targets.names import Hints, class_code
from shixiao.engine.targets.normalise import Normal, normalise
from shixiao.engine.targets.quantities import numeric
from shixiao.engine.targets.reading import Kind, Reading, Sense, Source
from shixiao.engine.targets.units import TIME_UNITS, UNITS
from shixiao.engine.targets.writing import write


def read(
    wording: str, *, name: str = "", category: str = "", columns: Mapping[str, object] | Sequence[object] | None = None
) -> Reading:
    """What `wording` promises, helped by the indicator's name, its class and separate columns where they exist.

    Always returns a reading: what cannot be read is `unparseable`, what a person should look at has `unsure`.
    Never raises on any string. Rules: the ten of docs/reading.md.
    """
    hint = Hints(name, class_code(category) if category else "")
    if not columns:
        return _with_name(_of_value(wording, hint), name, hint, wording)
    cells = joined(wording, columns)
    if cells.lower_is_better is not None:
        hint = hint.with_direction(lower_is_better=cells.lower_is_better)
    reading = _with_name(_of_value(cells.wording, hint), name, hint, cells.wording)
    source = Source.COLUMNS if cells.used and reading.source is Source.VALUE else reading.source
    return reading._replace(source=source, unsure=reading.unsure + cells.unsure)


# The words that most tables use for an operator; the others are known to `normalise`.
_WORDS = {"大于等于": "≥", "小于等于": "≤", "不低于": "≥", "不少于": "≥", "不超过": "≤", "小于": "<"}
_PLAIN = re.compile(
    rf"([≥≤<>=]?|{'|'.join(_WORDS)})" r"(\d{1,9}\.\d{1,6}|\d{1,15})([^\d\s()（）.,，；;。、/<>=≥≤~±至\-]{0,6})"
)


def _of_value(wording: str, hint: Hints) -> Reading:
    """The reading of the value alone; the two plain forms are tried before anything is normalised."""
    reading = texts.FIXED.get(wording)
    if reading is None:
        plain = _PLAIN.fullmatch(wording)
        reading = _plain(plain, hint) if plain else None
    return reading or _of_text(normalise(wording), hint)


def _of_text(text: Normal, hint: Hints) -> Reading:
    reading = texts.fixed(text.clean)
    if reading is None:
        plain = _PLAIN.fullmatch(text.formal)
        reading = _plain(plain, hint) if plain else None
    if reading is None and len(text.formal) > _DIGITS and _too_exact().search(text.formal):
        reading = Reading(Kind.UNPARSEABLE, text=text.clean, unsure=("ambiguous",))
    if reading is None:
        reading = clauses.read_clauses(text, hint)
        if (
            reading.unsure
            or reading.parts
            or reading.high is not None
            or reading.unit
            and (reading.unit == "年" or reading.unit not in UNITS)
        ):
            reading = _said_back(reading, text)
    return reading._replace(repairs=text.repairs + reading.repairs) if text.repairs else reading


# A number of more digits is none of a target, and a program in another language would not read it back from JSON.
_DIGITS = 15


@cache
def _too_exact() -> re.Pattern[str]:
    return re.compile(rf"\d[\d.]{{{_DIGITS}}}")


_NO_HINTS = Hints("", "")


def _said_back(reading: Reading, text: Normal) -> Reading:
    """A reading whose standard wording would be read differently is not understood: it is left to a person."""
    if reading.kind is Kind.UNPARSEABLE or reading.kind is Kind.QUALITATIVE:
        return reading
    again = normalise(write(reading))
    if _once(again) == reading:
        return reading
    return Reading(Kind.UNPARSEABLE, text=text.clean, unsure=("ambiguous",))


def _once(text: Normal) -> Reading:
    reading = texts.fixed(text.clean)
    plain = _PLAIN.fullmatch(text.formal) if reading is None else None
    reading = _plain(plain, _NO_HINTS) if plain else reading
    return clauses.read_clauses(text, _NO_HINTS) if reading is None else reading


def _plain(match: re.Match[str], hint: Hints) -> Reading | None:
    op, digits, tail = match.groups()
    op = _WORDS.get(op, op)
    if tail and tail not in UNITS:
        tail, suffix = _split_suffix(tail)
        if suffix is None or tail and tail not in UNITS or op and op != suffix:
            return None
        op = suffix
    if tail in TIME_UNITS or tail in ("年度", "学年") or not tail and not op and _is_a_date(digits):
        return None
    if not tail and not op and len(digits) == 4 and digits.startswith("20") and hint.is_about_a_time:
        return Reading(Kind.DEADLINE, "<=", date=f"{digits}-12-31", sense=Sense.AT_MOST, unsure=("bare-period",))
    return numeric(op, Decimal(digits), tail or None, None, hint)


def _is_a_date(digits: str) -> bool:
    """20261231 and 2026.12, which the search for dates decides."""
    return len(digits) == 8 or digits.startswith("20") and 6 <= len(digits) <= 7 and digits[4] == "."


_SUFFIXES = (("及以上", "≥"), ("及以下", "≤"), ("以上", "≥"), ("以下", "≤"), ("以内", "≤"), ("之内", "≤"))


def _split_suffix(tail: str) -> tuple[str, str | None]:
    for suffix, op in _SUFFIXES:
        if tail.endswith(suffix):
            return tail[: -len(suffix)], op
    return tail, None


def _with_name(reading: Reading, name: str, hint: Hints, wording: str) -> Reading:
    """What the name adds: a hidden target, a unit, a list."""
    if not name:
        return reading
    if reading.kind is Kind.BOOLEAN or reading.kind is Kind.UNPARSEABLE:
        return hidden.from_name(reading, name, hint)
    if reading.kind is not Kind.NUMERIC:
        return reading
    if reading.unit is None or reading.unit.startswith("/") and not reading.unsure:
        reading = hidden.unit_from_name(reading, name, hint)
    if name.endswith("率") and ("和" in name or "及" in name or "与" in name or "、" in name) or "各" in wording:
        return hidden.for_each_named(reading, name, wording)
    return reading
