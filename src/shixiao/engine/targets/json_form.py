"""The JSON object of a reading, and back."""

from __future__ import annotations

from collections.abc import Mapping
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
    """The reading of an object made by `as_json`, in whatever language. Raises KeyError or ValueError when it is not one."""
    kind = Kind(form["kind"])
    return Reading(
        kind,
        form["op"],
        _decimal(form["value"]),
        _decimal(form["high"]),
        form["unit"],
        form["per"],
        form["date"],
        Sense(form["sense"]),
        tuple(from_json(part) for part in form["parts"]),
        words=form.get("words"),
        condition=form.get("condition"),
        text=form["wording"] if kind in (Kind.BOOLEAN, Kind.QUALITATIVE, Kind.UNPARSEABLE) else None,
        source=Source(form["source"]),
        unsure=tuple(code_of(sentence) for sentence in form["unsure"]),
        repairs=tuple(code_of(sentence) for sentence in form["repairs"]),
    )


def _decimal(value: float | int | None) -> Decimal | None:
    return None if value is None else Decimal(str(value))
