"""The reader against people who labelled wordings without seeing it."""

import pytest

from shixiao.engine.targets.tests.corpora import Row, differences, is_doubted, reading_of, rows


@pytest.mark.parametrize("row", list(rows("golden_guangzhou")), ids=lambda row: row.id)
def test_every_guangzhou_wording_is_read_as_the_clerk_read_it(row: Row) -> None:
    reading = reading_of(row)
    assert differences(row, reading) == []
    assert reading.source.value == row.expect["source"]
    for part, expected in zip(reading.parts, row.expect["parts"], strict=True):
        assert part.condition == expected["condition"]


@pytest.mark.parametrize(
    ("corpus", "may_be_wrong", "may_be_confidently_wrong"),
    [
        ("wordings_tuning", 0.02, 0.01),
        ("wordings_heldout", 0.02, 0.01),
        ("wordings_second", 0.05, 0.04),
        ("wordings_third", 0.04, 0.01),
        ("wordings_fourth", 0.03, 0.02),
    ],
)
def test_wordings_of_other_governments_are_read_right_and_never_confidently_wrong(
    corpus: str, may_be_wrong: float, may_be_confidently_wrong: float
) -> None:
    wrong, confident, total = [], [], 0
    for row in rows(corpus):
        total += 1
        reading = reading_of(row)
        if differences(row, reading):
            wrong.append(row.id)
            if not is_doubted(reading):
                confident.append(row.id)
    assert len(wrong) <= total * may_be_wrong, wrong
    assert len(confident) <= total * may_be_confidently_wrong, confident


def test_doubt_is_not_a_way_out() -> None:
    clear = [
        row
        for corpus in ("wordings_tuning", "wordings_heldout", "wordings_second", "wordings_third", "wordings_fourth")
        for row in rows(corpus)
        if row.expect["kind"] != "unparseable"
    ]
    doubted = [row.id for row in clear if is_doubted(reading_of(row))]
    assert len(doubted) <= len(clear) * 0.1, doubted
