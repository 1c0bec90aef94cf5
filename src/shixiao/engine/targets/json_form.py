"""The JSON object of a reading, and back."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from decimal import Decimal
from typing import Any

from shixiao.engine.bilingual import CHINESE
from shixiao.engine.targets.reading import Kind, Reading, Sense, Source
from shixiao.engine.targets.reasons import code_of, sentence_of
from shixiao.engine.targets.writing import write


def json_number(value: Decimal | None) -> int | float | None:
    """A JSON number without an exponent where it is whole, the nearest double otherwise."""
    if value is None:
        return None
    return int(value) if value == value.to_integral_value() else float(value)


def as_json(reading: Reading, *, language: str = CHINESE) -> dict[str, Any]:
    """The object of docs/reading.md, every field present. Parts have `words` and `condition` as well.

    `unsure` and `repairs` are sentences in `language`. What is stored or exchanged keeps to Chinese, so that it does
    not depend on who asked."""
    return {
        "kind": reading.kind.value,
        "op": reading.op,
        "value": json_number(reading.value),
        "high": json_number(reading.high),
        "unit": reading.unit,
        "per": reading.per,
        "date": reading.date,
        "parts": [_part(part, language) for part in reading.parts],
        "source": reading.source.value,
        "sense": reading.sense.value,
        "unsure": [sentence_of(code, language) for code in reading.unsure],
        "repairs": [sentence_of(code, language) for code in reading.repairs],
        "wording": write(reading),
    }


def _part(part: Reading, language: str) -> dict[str, Any]:
    return {"words": part.words, "condition": part.condition, **as_json(part, language=language)}


def from_json(form: Mapping[str, Any]) -> Reading:
    """The reading of an object made by `as_json`, in whatever language. Raises KeyError, TypeError or ValueError when it
    is none: an unknown word, a number that is no number, a kind without what it needs."""
    kind = Kind(form["kind"])
    reading = Reading(
        kind,
        _one_of(OPERATORS, form["op"]),
        _decimal(form["value"]),
        _decimal(form["high"]),
        _text(form["unit"]),
        _text(form["per"]),
        _date(form["date"]),
        Sense(form["sense"]),
        tuple(from_json(part) for part in form["parts"]),
        words=_text(form.get("words")),
        condition=_text(form.get("condition")),
        text=_text(form["wording"]) if kind in (Kind.BOOLEAN, Kind.QUALITATIVE, Kind.UNPARSEABLE) else None,
        source=Source(form["source"]),
        unsure=tuple(code_of(sentence) for sentence in form["unsure"]),
        repairs=tuple(code_of(sentence) for sentence in form["repairs"]),
    )
    if any(getattr(reading, field) is None for field in _NEEDED.get(kind, ())):
        raise ValueError(f"a reading of the kind {kind.value} needs {', '.join(_NEEDED[kind])}")
    if kind is Kind.COMPOUND and not reading.parts:
        raise ValueError("a compound has parts")
    return reading


OPERATORS = frozenset((">=", "<=", ">", "<", "="))
_NEEDED = {Kind.NUMERIC: ("op", "value"), Kind.RANGE: ("value", "high"), Kind.BUDGET_BOUND: ("op",)}
_LONGEST = 4300  # digits: what Python itself reads at most


def _one_of(known: Collection[str], value: object) -> str | None:
    if value is None or (isinstance(value, str) and value in known):
        return value
    raise ValueError(f"{value!r} is none of {', '.join(sorted(known))}")


def _text(value: object) -> str | None:
    if value is None or isinstance(value, str):
        return value
    raise TypeError(f"{value!r} is no text")


def _decimal(value: object) -> Decimal | None:
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal):
        raise TypeError(f"{value!r} is no number")
    number = Decimal(str(value))
    if not number.is_finite() or abs(number.adjusted()) > _LONGEST:
        raise ValueError(f"{value!r} is no number of a target")
    return number


def _date(value: object) -> str | None:
    """2026-12-31, --12-31, ---10 or P18M; days and months that there are."""
    text = _text(value)
    if text is None:
        return None
    import re  # a program that reads JSON only

    found = re.fullmatch(r"P[0-9]{1,4300}[YMWD]|(?:[0-9]{4}-|--)([0-9]{2})-([0-9]{2})|---([0-9]{2})", text)
    month, day, of_each = found.groups() if found else (None, None, None)
    if not found or not (1 <= int(month or 1) <= 12 and 1 <= int(day or of_each or 1) <= 31):
        raise ValueError(f"{text!r} is no date of a target")
    return text
