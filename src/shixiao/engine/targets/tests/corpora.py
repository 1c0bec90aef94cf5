"""Labelled wordings, read by people who had not seen the code. See README.md beside this file."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

from shixiao.engine.targets import Reading, as_json, read

FIELDS = ("kind", "op", "value", "high", "unit", "per", "date", "sense")


class Row(NamedTuple):
    """A labelled wording: what to read, and what a careful clerk read."""

    id: str
    value_text: str
    name: str
    category: str
    columns: dict[str, Any] | None
    expect: dict[str, Any]


def rows(corpus: str) -> Iterator[Row]:
    """The rows of one corpus file."""
    for line in (Path(__file__).parent / f"{corpus}.jsonl").read_text("utf-8").splitlines():
        row = json.loads(line)
        identity = row.get("id") or f"{row['row']}-{row['which']}"
        yield Row(identity, row["value_text"], row["name"], row["category"], row.get("columns"), row["expect"])


def reading_of(row: Row) -> Reading:
    """What the program reads."""
    return read(row.value_text, name=row.name, category=row.category, columns=row.columns)


def differences(row: Row, reading: Reading) -> list[str]:
    """The fields in which the program differs from the clerk; an unparseable is compared by its kind alone, and a
    field that the clerk left out, because the rules do not decide it, not at all."""
    return _differences(row.expect, as_json(reading))


def _differences(expected: dict[str, Any], got: dict[str, Any]) -> list[str]:
    if expected["kind"] == "unparseable":
        return [] if got["kind"] == "unparseable" else ["kind"]
    wrong = [field for field in FIELDS if field in expected and expected[field] != got[field]]
    if len(expected["parts"]) != len(got["parts"]):
        return [*wrong, "parts"]
    for one, other in zip(expected["parts"], got["parts"], strict=True):
        wrong += [f"part.{field}" for field in _differences(one, other)]
    return wrong


def is_doubted(reading: Reading) -> bool:
    """Whether the program itself asks for a person."""
    return bool(reading.unsure) or reading.kind.value == "unparseable"
