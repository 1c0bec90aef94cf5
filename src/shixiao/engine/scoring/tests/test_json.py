"""The JSON of sheets and scores: schema 1, every field, exact numbers."""

import json
from dataclasses import replace
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest

from shixiao.engine.scoring import (
    Basis,
    ByHand,
    Counts,
    Member,
    Money,
    Share,
    Sheet,
    Unscorable,
    department_as_json,
    of_department,
    score,
    score_as_json,
    sheet_as_json,
    sheet_from_json,
)
from shixiao.engine.scoring.examples import EXAMPLES, PROJECT, indicator
from shixiao.engine.scoring.shipped import NATIONAL_2021

D = Decimal
FULL = Sheet(
    project="项目",
    rows=(
        indicator(
            3,
            "13",
            "及时率",
            "≥95.5%",
            {
                "value": Fraction(40900, 412),
                "counts": Counts(met=409, missed=3, pending=1, not_counted=2),
                "is_timely": True,
                "value_put_back": D("98.70"),
                "counts_put_back": Counts(met=409, missed=5),
                "mark": D("80.5"),
                "tier": "达成",
                "unit": "%",
                "budget": D("12.30"),
                "year": 2026,
                "started_on": date(2025, 3, 1),
            },
            weight=D("12.5"),
            by_hand=ByHand(D("9.50"), "核查"),
            over_reason="说明",
        ),
        indicator(4, "13", "时间", "6月30日前", {"value": date(2026, 6, 30), "year": 2026}),
        indicator(5, "12", "等次", "良好", {"value": "优", "basis": Basis.REVIEWED}),
        indicator(6, "12", "验收", "是", {"value": True}),
    ),
    money=Money(
        full_year=D("1497.06"), executed=D("1400.10"), is_finished=False, weight=D(10), by_hand=ByHand(D(9), "核查")
    ),
)


def test_a_sheet_comes_back_with_every_field() -> None:
    assert sheet_from_json(json.loads(json.dumps(sheet_as_json(FULL)))) == FULL


@pytest.mark.parametrize("number", range(len(EXAMPLES)))
def test_every_example_comes_back(number: int) -> None:
    sheet = Sheet(project="项目", rows=(EXAMPLES[number].standing,))
    assert sheet_from_json(json.loads(json.dumps(sheet_as_json(sheet)))) == sheet


def test_numbers_are_written_exactly() -> None:
    part = sheet_as_json(FULL)["rows"][0]["parts"][0]
    assert part["value"] == {"number": "10225/103"}
    assert part["value_put_back"] == {"number": "98.7"}
    assert part["counts"] == {"met": 409, "missed": 3, "pending": 1, "not_counted": 2}


def test_a_sheet_that_cannot_be_read_names_the_row() -> None:
    def faulty(change: Any) -> str:
        form = sheet_as_json(FULL)
        change(form)
        with pytest.raises(Unscorable) as raised:
            sheet_from_json(form)
        return raised.value.faults[0].place

    assert faulty(lambda form: form.update(schema=2)) == "sheet"
    assert faulty(lambda form: form["rows"][1].pop("code")) == "rows[1]"
    assert faulty(lambda form: form["rows"][2]["parts"][0].update(basis="guessed")) == "rows[2]"
    assert faulty(lambda form: form["rows"][0]["parts"][0].update(value={"number": "1/0"})) == "rows[0]"
    assert faulty(lambda form: form["rows"][0]["parts"][0].update(value={"colour": "red"})) == "rows[0]"
    assert faulty(lambda form: form["rows"][0].update(weight="NaN")) == "rows[0]"
    assert faulty(lambda form: form["money"].update(executed="viel")) == "money"
    assert faulty(lambda form: form["rows"].append(None)) == "rows[4]"


@pytest.mark.parametrize("form", [None, [], "x", {}, {"schema": 1}])
def test_what_is_no_sheet_is_refused(form: Any) -> None:
    with pytest.raises(Unscorable):
        sheet_from_json(form)


# What others build on: a key that goes or changes its meaning is another schema.
SCORE = {
    "schema", "project", "profile", "weights", "execution", "rows", "computed", "with_hand", "put_back", "by_basis",
    "explanations", "explanations_by_hand",
}  # fmt: skip
LINE = {
    "row", "code", "name", "weight", "basis", "points", "lost", "open", "put_back", "by_hand", "found", "notes",
}  # fmt: skip
TOTAL = {"points", "scored", "open", "whole", "most", "is_whole", "grade", "lowest", "highest"}
WHY = {"row", "part", "cause", "word", "lost", "is_open", "text", "numbers"}
WEIGHTS = {"total", "is_right", "check", "moved", "groups"}


def test_the_keys_of_schema_1() -> None:
    form = score_as_json(score(PROJECT, NATIONAL_2021))
    assert form["schema"] == 1
    assert set(form) == SCORE
    assert all(set(line) == LINE for line in (form["execution"], *form["rows"]))
    assert set(form["computed"]) == set(form["with_hand"]) == TOTAL
    assert all(set(each) == WHY for each in (*form["explanations"], *form["explanations_by_hand"]))
    assert set(form["weights"]) == WEIGHTS
    assert set(form["weights"]["groups"][0]) == {"code", "title", "due", "points"}
    assert set(form["rows"][4]["found"]) == {"zh", "en"}


def test_points_are_texts_and_what_is_missing_is_null() -> None:
    form = score_as_json(score(PROJECT, NATIONAL_2021))
    assert form["computed"]["points"] == "87.08"
    assert form["rows"][4]["points"] is None
    assert form["rows"][5]["by_hand"] == {"points": "9", "reason": "问卷只收回 20 份"}
    assert form["execution"]["row"] is None
    nobody = replace(PROJECT, rows=tuple(replace(row, by_hand=None) for row in PROJECT.rows))
    form = score_as_json(score(nobody, NATIONAL_2021))
    assert form["with_hand"] is None
    assert form["explanations_by_hand"] is None


def test_a_department_as_json() -> None:
    member = Member(score(PROJECT, NATIONAL_2021), D(100))
    form = department_as_json(of_department([member, member], share=Share.BY_BUDGET, profile=NATIONAL_2021))
    assert set(form) == {"schema", "total", "projects"}
    assert form["projects"][0] == {"project": "公文交换服务", "share": "1/2", "points": "87.08", "lost": "6.46"}
    assert set(form["total"]) == TOTAL
