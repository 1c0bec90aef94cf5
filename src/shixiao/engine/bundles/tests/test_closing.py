"""What of a restricted register leaves the office: a verdict or a ratio, and no small number by any difference."""

import json

import pytest

from shixiao.engine.bundles import as_bytes, make, marked, verify
from shixiao.engine.bundles.tests.examples import publication, salts


@pytest.mark.parametrize(
    ("met", "missed", "told", "is_withheld"),
    [
        (2, 1, "verdict", True),
        (4, 0, "verdict", False),
        (0, 3, "verdict", False),
        (40, 10, "ratio", False),
        (3, 2, "ratio", False),
    ],
)
def test_how_much_is_told_of_a_restricted_row(*, met: int, missed: int, told: str, is_withheld: bool) -> None:
    made = make(publication(met=met, missed=missed), salts())
    project = made.bundle["projects"][1]
    row, line = project["indicators"][0], project["score"]["rows"][0]
    part = project["sheet"]["rows"][0]["parts"][0]
    assert (row["disclosure"], project["withheld"]) == (told, is_withheld)
    assert row["parts"] == [None]
    assert part["counts"] is part["counts_put_back"] is part["value_put_back"] is None
    assert (part["value"] is None) is (told == "verdict")
    assert line["notes"] == []
    assert (line["points"] is None) is is_withheld
    assert not [key for key in made.bundle["records"] if key.startswith("5.")]
    assert verify.verify(made.bundle, as_bytes(made.bundle)).differences == []
    own = [each for each in project["score"]["explanations"] if each["row"] == 5]
    text = json.dumps([row, line, part, own], ensure_ascii=False)
    assert "MIMI" not in json.dumps([made.bundle, made.openings])
    assert "件" not in text
    assert "cases" not in text


def test_where_a_small_count_could_be_told_no_sum_is_left_to_take_it_from() -> None:
    """2 of 3: the points of the row are kept back, and so is every sum that has them inside."""
    score = make(publication(met=2, missed=1), salts()).bundle["projects"][1]["score"]
    assert set(score["computed"].values()) == {None}
    assert (score["put_back"], score["with_hand"], score["by_basis"]) == (None, None, {})
    assert [each["row"] for each in score["explanations"]] == [6]


def test_a_ratio_is_told_in_whole_percent() -> None:
    """409 of 412 is 99%: from 99.2718% somebody could tell that three were missed."""
    made = make(publication(met=409, missed=3), salts())
    assert made.bundle["projects"][1]["sheet"]["rows"][0]["parts"][0]["value"] == {"number": "99"}


def test_a_mark_of_secrecy_is_found_wherever_it_stands() -> None:
    bundle = make(publication(), salts()).bundle
    assert marked(bundle) == []
    bundle["projects"][0]["sheet"]["rows"][2]["over_reason"] = "密级：机密"
    bundle["publication"]["title"] = "【秘密】方案"
    assert marked(bundle) == ["publication/title", "projects/0/sheet/rows/2/over_reason"]
