"""The wordings of Guangzhou, read as the plan reads them, held against the measures that the shipped bindings name."""

import json
from collections import Counter
from importlib.resources import files
from typing import Any

import pytest

from shixiao.engine import targets
from shixiao.engine.measures import CATALOGUE
from shixiao.engine.prospects import fit
from shixiao.engine.targets.tests.corpora import reading_of
from shixiao.engine.targets.tests.corpora import rows as labelled
from shixiao.performance.binding import parts_of

SHIPPED = json.loads((files("shixiao.performance.shipped") / "guangzhou-2026.json").read_text("utf-8"))["parts"]
MEASURED = [each for each in SHIPPED if each["basis"] == "measure"]
TARGETS = {row.id: reading_of(row) for row in labelled("golden_guangzhou")}
# How each row that registers, payments and reviews prove is read: the mode, and what of the reading is held against the target.
READ_AS = {
    "number share": (1, 2, 6, 29, 30),
    "number count": (3, 4, 5, 16, 17, 23, 24, 25, 32, 94),
    "budget sum": (9, 15, 28, 38, 51, 64, 91, 103, 109, 116, 123),
    "number ratio": (72, 76, 83),
    "all_of all_of": (20, 21, 22, 79, 84, 85, 86, 87, 88, 92),
    "all_of share": (94, 95),
    "tiers mean": (13, 34, 35, 100, 101, 107),
    "tiers share": (18, 19),
}


def target_of(part: dict[str, Any]) -> targets.Reading:
    """The part's own target, the annual one."""
    number: int = part["part"]
    return parts_of(TARGETS[f"{part['row']}-annual"])[number]


@pytest.mark.parametrize("part", MEASURED, ids=lambda part: f"{part['row']}.{part['part']}")
def test_the_measure_of_the_map_fits_the_wording(part: dict[str, Any]) -> None:
    found = fit(target_of(part), CATALOGUE[part["measure"]], has_against="against" in part)
    assert part["row"] in READ_AS[f"{found.mode.value} {found.reads.value}"]
    if found.mode.value == "number":
        assert found.unit == target_of(part).unit


def test_all_rows_of_registers_payments_and_reviews_are_among_them() -> None:
    assert len(TARGETS) == 2 * 123
    rows = Counter(row for rows in READ_AS.values() for row in set(rows))
    assert set(rows) == {each["row"] for each in MEASURED}
    assert len(rows) == 48
    assert rows[94] == 2  # rounds in their slots, and drills counted
