"""A project as a whole: the sum, the grade, what is open, what was typed, where every point went."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from shixiao.engine.scoring import Basis, ByHand, Cause, Counts, Money, Score, Sheet, Standing, Unscorable, score
from shixiao.engine.scoring.examples import PROJECT, indicator
from shixiao.engine.scoring.profiles import Rounding, WhenNothing
from shixiao.engine.scoring.shipped import NATIONAL_2020, NATIONAL_2021

D = Decimal
SPENT = Money(full_year=D(100), executed=D(100))


def rows(**instead: dict[str, Any]) -> tuple[Standing, ...]:
    """Four indicators that are reached, but for what is said of them: outputs, benefits, satisfaction, costs."""
    stand = {name: {"value": D(100)} for name in ("outputs", "benefits", "satisfaction", "costs")} | instead
    return (
        indicator(1, "11", "份数", "≥100份", stand["outputs"]),
        indicator(2, "22", "知晓率", "≥90%", stand["benefits"]),
        indicator(3, "31", "满意度", "≥95%", stand["satisfaction"]),
        indicator(4, "41", "成本", "≤100万元", stand["costs"]),
    )


def scored(*, money: Money = SPENT, **instead: dict[str, Any]) -> Score:
    return score(Sheet(project="项目", rows=rows(**instead), money=money), NATIONAL_2021)


def lost(found: Score) -> Decimal:
    return sum((each.lost for each in found.explanations), D(0))


def test_everything_reached_is_100_and_explains_nothing() -> None:
    found = scored()
    assert found.computed.points == 100
    assert found.computed.grade is not None
    assert found.computed.grade.zh == "优"
    assert found.explanations == ()
    assert found.with_hand is None
    assert found.put_back is None


def test_the_project_of_the_document() -> None:
    """Reckoned by hand: 9.56 + 12.67 + 13.33 + 13.23 + 8.50 + 0 + 9.79 + 20."""
    found = score(PROJECT, NATIONAL_2021)
    assert [line.points for line in found.lines] == [
        D(each) if each else None for each in "9.56 12.67 13.33 13.23 8.5 - 9.79 20".replace("-", "").split(" ")
    ]
    assert found.computed.points == D("87.08")
    assert lost(found) == D("12.92")
    assert [(each.row, each.cause) for each in found.explanations] == [
        (None, Cause.UNSPENT),
        (1, Cause.SHORT),
        (3, Cause.LATE),
        (4, Cause.REVIEWED),
        (5, Cause.NO_EVIDENCE),
        (6, Cause.SHORT),
    ]


# ---- what is open ----------------------------------------------------------------------------------------------


def test_without_evidence_both_totals_are_said() -> None:
    found = scored(benefits={"basis": Basis.NONE}, outputs={"value": D(90)})
    total = found.computed
    assert (total.points, total.scored, total.open, total.whole, total.most) == (76, 80, 20, 100, 96)
    assert not total.is_whole
    assert lost(found) == 24
    assert [each.row for each in found.explanations if each.is_open] == [2]


def test_the_grade_is_said_only_where_what_is_open_cannot_change_it() -> None:
    open_ = scored(satisfaction={"basis": Basis.NONE}).computed
    assert open_.points == 90
    assert open_.grade is not None  # 90 to 100 is 优 either way
    worse = scored(satisfaction={"basis": Basis.NONE}, outputs={"value": D("99.9")}).computed
    assert worse.points == D("89.96")
    assert worse.grade is None
    assert worse.lowest is not None
    assert worse.highest is not None
    assert (worse.lowest.zh, worse.highest.zh) == ("良", "优")


def test_the_grade_goes_by_the_printed_total() -> None:
    """Costs of 20 that were exceeded by 100% leave 90; a hundredth less is another grade."""
    assert scored(costs={"value": D(200)}).computed.points == 90
    assert scored(costs={"value": D(200)}).computed.grade == NATIONAL_2021.bands[0].word
    less = scored(costs={"value": D(200)}, outputs={"value": D("99.99")}).computed
    assert less.points == D("89.99")
    assert less.grade == NATIONAL_2021.bands[1].word


def test_a_total_of_110_has_no_grade() -> None:
    given = [replace(row, weight=weight) for row, weight in zip(rows()[:3], (D(70), D(20), D(10)), strict=True)]
    found = score(Sheet(project="项目", rows=tuple(given), money=SPENT), NATIONAL_2020)
    assert found.computed.points == 110
    assert (found.computed.grade, found.computed.lowest, found.computed.highest) == (None, None, None)
    assert found.weights.check is not None


def test_what_the_points_rest_on_adds_up() -> None:
    found = score(PROJECT, NATIONAL_2021)
    assert found.by_basis == {
        Basis.MEASURED: D("68.79"),
        Basis.REVIEWED: D("8.5"),
        Basis.NONE: D(0),
        Basis.DECLARED: D("9.79"),
    }
    assert sum(found.by_basis.values()) == found.computed.points


# ---- what was typed --------------------------------------------------------------------------------------------


def test_a_score_by_hand_stands_beside_the_computed_one() -> None:
    found = score(PROJECT, NATIONAL_2021)
    satisfaction = found.rows[5]
    assert satisfaction.points == D("9.79")
    assert satisfaction.by_hand == ByHand(D(9), "问卷只收回 20 份")
    assert satisfaction.points_by_hand == 9
    assert found.computed.points == D("87.08")
    assert found.with_hand is not None
    assert found.with_hand.points == D("86.29")
    assert "by_hand" in [each.code for each in satisfaction.notes]


def test_its_reason_explains_what_is_lost_by_hand() -> None:
    found = score(PROJECT, NATIONAL_2021)
    (typed,) = [each for each in found.explanations_by_hand if each.cause is Cause.BY_HAND]
    assert (typed.row, typed.lost) == (6, 1)
    assert "问卷只收回 20 份" in typed.text.zh
    assert found.with_hand is not None
    assert sum(each.lost for each in found.explanations_by_hand) == 100 - found.with_hand.points
    assert all(each.cause is not Cause.BY_HAND for each in found.explanations)


def test_what_nobody_could_score_may_be_scored_by_hand() -> None:
    sheet = Sheet(project="项目", rows=rows(benefits={"basis": Basis.NONE}), money=SPENT)
    typed = replace(sheet.rows[1], by_hand=ByHand(D(20), "现场核查"))
    found = score(replace(sheet, rows=(sheet.rows[0], typed, *sheet.rows[2:])), NATIONAL_2021)
    assert (found.computed.points, found.computed.open) == (80, 20)
    assert found.with_hand is not None
    assert (found.with_hand.points, found.with_hand.open) == (100, 0)
    assert found.explanations_by_hand == ()


def test_the_execution_may_be_scored_by_hand() -> None:
    money = Money(full_year=D(0), executed=D(0), by_hand=ByHand(D(10), "预算调减为 0"))
    found = scored(money=money)
    assert (found.computed.points, found.computed.open) == (90, 10)
    assert found.with_hand is not None
    assert found.with_hand.points == 100


@pytest.mark.parametrize(
    ("points", "reason", "said"),
    [
        ("20.01", "理由", "应在 0 到 20 之间"),
        ("-0.01", "理由", "应在 0 到 20 之间"),
        ("10", " ", "没有写理由"),
        ("9.999", "理由", "小数多于 2 位"),
    ],
)
def test_a_wrong_score_by_hand_is_refused_with_its_place(points: str, reason: str, said: str) -> None:
    sheet = Sheet(project="项目", rows=rows(), money=SPENT)
    wrong = replace(sheet.rows[1], by_hand=ByHand(D(points), reason))
    with pytest.raises(Unscorable) as raised:
        score(replace(sheet, rows=(sheet.rows[0], wrong, *sheet.rows[2:])), NATIONAL_2021)
    (fault,) = raised.value.faults
    assert fault.place == "row 2"
    assert said in fault.text.zh


def test_wrong_scores_by_hand_are_all_named() -> None:
    sheet = Sheet(project="项目", rows=rows(), money=replace(SPENT, by_hand=ByHand(D(11), "理由")))
    wrong = replace(sheet.rows[1], by_hand=ByHand(D(21), ""))
    with pytest.raises(Unscorable) as raised:
        score(replace(sheet, rows=(sheet.rows[0], wrong, *sheet.rows[2:])), NATIONAL_2021)
    assert [each.place for each in raised.value.faults] == ["execution", "row 2", "row 2"]


@pytest.mark.parametrize("points", ["0", "20", "13.33"])
def test_a_score_by_hand_on_its_bounds_is_taken(points: str) -> None:
    sheet = Sheet(project="项目", rows=rows(), money=SPENT)
    typed = replace(sheet.rows[1], by_hand=ByHand(D(points), "理由"))
    found = score(replace(sheet, rows=(sheet.rows[0], typed, *sheet.rows[2:])), NATIONAL_2021)
    assert found.with_hand is not None
    assert found.with_hand.points == 80 + D(points)


# ---- both figures, nothing occurred, rounding ------------------------------------------------------------------


def test_the_second_figure_is_told_beside_and_counts_for_nothing() -> None:
    found = scored(benefits={"value": D(90), "value_put_back": D(45), "counts_put_back": Counts(met=45, missed=55)})
    assert found.computed.points == 100
    assert found.put_back == 90


def test_nothing_occurred_may_be_left_out_and_its_points_go_to_the_group() -> None:
    profile = replace(NATIONAL_2021, when_nothing=WhenNothing.LEFT_OUT)
    quiet = indicator(5, "13", "信访按期办结率", "100%", {"basis": Basis.NOTHING_OCCURRED})
    sheet = Sheet(project="项目", rows=(*rows(outputs={"value": D(50)}), quiet), money=SPENT)
    left_out, counted = score(sheet, profile), score(sheet, NATIONAL_2021)
    assert [row.weight for row in left_out.rows] == [40, 20, 10, 20, 0]
    assert left_out.computed.points == 80
    assert [each.code for each in left_out.rows[4].notes] == ["left_out"]
    assert [row.weight for row in counted.rows] == [20, 20, 10, 20, 20]
    assert counted.computed.points == 90


def test_where_nothing_occurred_at_all_a_person_decides() -> None:
    profile = replace(NATIONAL_2021, when_nothing=WhenNothing.LEFT_OUT)
    quiet = indicator(1, "13", "信访按期办结率", "100%", {"basis": Basis.NOTHING_OCCURRED})
    found = score(Sheet(project="项目", rows=(quiet,), money=SPENT), profile)
    assert found.weights.total == 100
    assert (found.computed.points, found.computed.open) == (10, 90)
    assert [each.cause for each in found.explanations] == [Cause.NO_RULE]


def test_of_several_conditions_the_quiet_one_is_left_out() -> None:
    profile = replace(NATIONAL_2021, when_nothing=WhenNothing.LEFT_OUT)
    stand = ({"value": D(1)}, {"basis": Basis.NOTHING_OCCURRED})
    two = indicator(1, "11", "巡查与演练", "每天巡查不少于2次，每年演练不少于4次", *stand)
    sheet = Sheet(project="项目", rows=(two, *rows()[1:]), money=SPENT)
    assert score(sheet, profile).rows[0].points == 20
    assert score(sheet, NATIONAL_2021).rows[0].points == 30


def test_whole_points() -> None:
    profile = replace(NATIONAL_2021, rounding=Rounding(points=0, weights=0))
    found = score(Sheet(project="项目", rows=rows(outputs={"value": D("98.75")}), money=SPENT), profile)
    assert found.rows[0].points == 39  # 39.5 would be 40, which is all
    assert (
        score(Sheet(project="项目", rows=rows(outputs={"value": D("96.25")}), money=SPENT), profile).rows[0].points
        == 39
    )
    assert (
        score(Sheet(project="项目", rows=rows(outputs={"value": D("96.24")}), money=SPENT), profile).rows[0].points
        == 38
    )


def test_a_condition_is_worth_something_also_where_points_are_whole() -> None:
    profile = replace(NATIONAL_2021, rounding=Rounding(points=0, weights=0))
    stand = ({"value": D(2)}, {"basis": Basis.NONE})
    two = indicator(1, "11", "巡查与演练", "每天巡查不少于2次，每年演练不少于4次", *stand, weight=D(1))
    found = score(Sheet(project="项目", rows=(two, *rows()[1:]), money=SPENT), profile)
    assert (found.rows[0].points, found.rows[0].open) == (D("0.5"), D("0.5"))


def test_a_row_without_a_class_is_refused_by_its_number() -> None:
    sheet = Sheet(project="项目", rows=(replace(rows()[0], code=""),), money=SPENT)
    with pytest.raises(Unscorable) as raised:
        score(sheet, NATIONAL_2021)
    assert raised.value.faults[0].place == "row 1"
