"""What one condition scores: tables for a clerk, ten points each, both sides of every boundary."""

from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest

from shixiao.engine.scoring import Basis, Cause, Counts, Profile, RowScore
from shixiao.engine.scoring.examples import EXAMPLES, indicator, of_ten
from shixiao.engine.scoring.profiles import (
    AllOf,
    Deduction,
    LateStep,
    Over,
    Several,
    Tier,
    WhenNothing,
)
from shixiao.engine.scoring.shipped import HUBEI, NATIONAL_2021, STEPS_2021
from shixiao.engine.targets import Kind, read

D = Decimal


def scored(
    wording: str,
    *stand: dict[str, Any],
    code: str = "12",
    name: str = "指标",
    profile: Profile = NATIONAL_2021,
    **row_has: Any,
) -> RowScore:
    """An indicator of ten points."""
    return of_ten(indicator(1, code, name, wording, *stand, **row_has), profile)


def causes(row: RowScore) -> list[Cause]:
    return [each.cause for each in row.explanations]


def of_cases(met: int, missed: int, **also: Any) -> dict[str, Any]:
    counts = Counts(met=met, missed=missed)
    return {"value": Fraction(100 * met, met + missed), "counts": counts, **also}


# ---- at least, at most, exactly, between -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("wording", "value", "points"),
    [
        # at least: actual ÷ target
        ("≥40期", "40", "10"),
        ("≥40期", "41", "10"),
        ("≥40期", "39", "9.75"),
        ("≥40期", "39.9999", "9.99"),
        ("≥40期", "0", "0"),
        ("≥40期", "-5", "0"),
        (">40期", "40.01", "10"),
        (">40期", "40", "9.99"),
        ("40期", "39", "9.75"),
        ("40期", "45", "10"),
        ("≥95%", "95", "10"),
        ("≥95%", "94.9999", "9.99"),
        ("≥95%", "47.5", "5"),
        # at most, which is reverse: target ÷ actual
        ("≤5%", "5", "10"),
        ("≤5%", "0", "10"),
        ("≤5%", "5.0001", "9.99"),
        ("≤5%", "6", "8.33"),
        ("≤5%", "10", "5"),
        ("≤5%", "100", "0.5"),
        ("<30分钟", "29.99", "10"),
        ("<30分钟", "30", "9.99"),
        ("<30分钟", "40", "7.5"),
        ("0起", "0", "10"),
        ("0起", "1", "0"),
        ("≤0起", "0", "10"),
        ("≤0起", "0.5", "0"),
        # exactly: whichever proportion is below one
        ("恰好20份", "20", "10"),
        ("恰好20份", "19", "9.5"),
        ("恰好20份", "25", "8"),
        ("恰好20份", "0", "0"),
        ("恰好20份", "-1", "0"),
        # between: to the nearer bound
        ("10至20次", "10", "10"),
        ("10至20次", "20", "10"),
        ("10至20次", "9", "9"),
        ("10至20次", "25", "8"),
        ("10至20次", "0", "0"),
        ("10至20次", "-3", "0"),
        ("±3%", "3", "10"),
        ("±3%", "-3", "10"),
        ("±3%", "4", "7.5"),
        ("±3%", "-4", "7.5"),
        ("±3%", "-6", "5"),
    ],
)
def test_numbers(wording: str, value: str, points: str) -> None:
    row = scored(wording, {"value": D(value)})
    assert row.points == D(points)
    assert row.lost == 10 - D(points)
    assert sum((each.lost for each in row.explanations), D(0)) == row.lost
    assert all("合格线" not in each.text.zh and "按 -" not in each.text.zh for each in row.explanations)


@pytest.mark.parametrize(
    ("wording", "value", "cause", "said"),
    [
        ("≥40期", "38", Cause.SHORT, "实际 38期，目标 ≥40期，按 95% 计：10 分扣 0.5"),
        ("≤5%", "6", Cause.EXCEEDED, "实际 6%，目标 ≤5%，按 83.33% 计：10 分扣 1.67"),
        ("恰好20份", "25", Cause.OUTSIDE, "实际 25份，目标 恰好20份，按 80% 计：10 分扣 2"),
        ("10至20次", "9", Cause.OUTSIDE, "实际 9次，目标 10至20次，按 90% 计：10 分扣 1"),
        ("<30分钟", "30", Cause.EXCEEDED, "实际 30分钟，恰在目标 <30分钟 的界限上，不含界限：10 分扣 0.01"),
        ("≥95%", "94.9999", Cause.SHORT, "实际 94.9999%，目标 ≥95%，按 99.9999% 计：10 分扣 0.01"),
    ],
)
def test_each_lost_point_says_its_cause(wording: str, value: str, cause: Cause, said: str) -> None:
    row = scored(wording, {"value": D(value)})
    assert causes(row) == [cause]
    assert row.explanations[0].text.zh == said


@pytest.mark.parametrize("value", ["-1", "0", "3"])
def test_at_least_0_has_no_proportion(value: str) -> None:
    row = scored("≥0%", {"value": D(value)})
    assert row.points is None
    assert causes(row) == [Cause.NO_RULE]
    assert "为 0，不能按比例计分。请人工打分" in row.explanations[0].text.zh


def test_below_0_what_is_reached_is_full_and_what_is_not_is_for_a_person() -> None:
    target = read("≥5%")._replace(value=D(-5))
    standing = indicator(1, "21", "增长率", "≥5%", {"value": D(-5)})
    reached = replace(standing.parts[0], target=target)
    assert of_ten(replace(standing, parts=(reached,)), NATIONAL_2021).points == 10
    missed = of_ten(replace(standing, parts=(replace(reached, value=D("-5.01")),)), NATIONAL_2021)
    assert missed.points is None
    assert "小于 0" in missed.explanations[0].text.zh


def test_a_fraction_is_not_rounded_before_it_is_scored() -> None:
    """Of 3 in 7: 42.857142…% of 50%; to two places it would be 8.572."""
    assert scored("≥50%", {"value": Fraction(300, 7)}).points == D("8.57")
    assert scored("≥100%", {"value": Fraction(199_999, 2_000)}).points == D("9.99")  # 99.9995%


def test_an_empty_output_below_its_limit_is_full_and_said() -> None:
    row = scored("不超过38期", {"value": D(0)}, code="11", name="印发期数")
    assert row.points == 10
    assert [each.code for each in row.notes] == ["none_below_limit"]
    assert scored("不超过38期", {"value": D(1)}, code="11", name="印发期数").notes == ()
    assert scored("≤5%", {"value": D(0)}, code="12").notes == ()


# ---- shares of cases -------------------------------------------------------------------------------------------


def test_three_of_412_late() -> None:
    row = scored("100%", of_cases(409, 3, is_timely=True), code="13")
    assert row.points == D("9.93")
    (why,) = row.explanations
    assert why.cause is Cause.LATE
    assert why.lost == D("0.07")
    assert why.text.zh.startswith("超时 3 件（共 412 件）；实际 99.27%")
    assert why.text.en.startswith("3 of 412 cases late; 99.27%")
    assert {key: why.numbers[key] for key in ("met", "missed", "counted")} == {
        "met": "409",
        "missed": "3",
        "counted": "412",
    }


def test_what_failed_is_not_said_to_be_late() -> None:
    row = scored("≥95%", of_cases(90, 10))
    assert causes(row) == [Cause.FAILED]
    assert row.points == D("9.47")
    assert "未达标 10 件（共 100 件）" in row.explanations[0].text.zh


def test_of_a_share_that_has_to_stay_low_those_are_told_that_occurred() -> None:
    row = scored("≤5%", of_cases(6, 94))
    assert causes(row) == [Cause.EXCEEDED]
    assert "发生 6 件（共 100 件）" in row.explanations[0].text.zh


def test_cases_that_are_not_decided_are_said() -> None:
    stand = {"value": D(100), "counts": Counts(met=5, missed=0, pending=2)}
    row = scored("100%", stand)
    assert row.points == 10
    assert [each.code for each in row.notes] == ["pending"]
    assert "2 件" in row.notes[0].text.zh


def test_both_figures_are_there_and_the_first_one_counts() -> None:
    stand = of_cases(98, 0, value_put_back=D(98), counts_put_back=Counts(met=98, missed=2))
    row = scored("100%", stand)
    assert row.points == 10
    assert row.put_back == D("9.8")
    assert [each.code for each in row.notes] == ["second_figure"]
    assert "9.8 分" in row.notes[0].text.zh


def test_a_second_figure_that_changes_no_point_is_not_mentioned() -> None:
    row = scored("≥90%", of_cases(98, 0, value_put_back=D(98), counts_put_back=Counts(met=98, missed=2)))
    assert row.put_back is None
    assert row.notes == ()


# ---- yes or no -------------------------------------------------------------------------------------------------


def test_a_plain_yes_is_all_or_nothing() -> None:
    assert scored("是", {"value": True}).points == 10
    assert scored("是", {"value": False}).points == 0
    assert causes(scored("是", {"value": False})) == [Cause.NOT_DONE]


def test_no_is_kept_by_what_did_not_happen() -> None:
    assert scored("否", {"value": False}).points == 10
    assert scored("否", {"value": True, "counts": Counts(met=1, missed=0)}).points == 0


def test_one_case_missed_is_all_lost_unless_the_profile_has_shares() -> None:
    stand = {"value": False, "counts": Counts(met=9, missed=1)}
    row = scored("是", stand)
    assert row.points == 0
    assert causes(row) == [Cause.FAILED]
    assert "未达标 1 件（共 10 件），目标“是”要求全部做到" in row.explanations[0].text.zh
    assert scored("是", stand, profile=replace(NATIONAL_2021, all_of=AllOf.SHARE)).points == 9


def test_no_case_at_all_is_nothing_by_shares_as_well() -> None:
    stand = {"value": False, "counts": Counts(met=0, missed=0)}
    assert scored("是", stand, profile=replace(NATIONAL_2021, all_of=AllOf.SHARE)).points == 0


def test_a_limit_that_is_looked_at_case_by_case_has_the_share_of_its_cases() -> None:
    row = scored("≤4小时", {"value": False, "counts": Counts(met=48, missed=2), "is_timely": True}, code="13")
    assert row.points == D("9.6")
    assert causes(row) == [Cause.LATE]
    assert scored("≤4小时", {"value": True, "counts": Counts(met=48, missed=0)}, code="13").points == 10


def test_a_no_without_cases_under_a_number_is_for_a_person() -> None:
    row = scored("≤4小时", {"value": False}, code="13")
    assert row.points is None
    assert causes(row) == [Cause.NO_RULE]


# ---- the budget as a bound -------------------------------------------------------------------------------------


@pytest.mark.parametrize(("spent", "points"), [("100", "10"), ("99.99", "10"), ("100.01", "9.99"), ("125", "8")])
def test_bound_by_the_budget(spent: str, points: str) -> None:
    row = scored("≤预算", {"value": D(spent), "budget": D(100)}, code="41", name="总成本")
    assert row.points == D(points)


def test_without_a_budget_the_next_step_is_said() -> None:
    row = scored("≤预算", {"value": D(90)}, code="41", name="总成本")
    assert row.points is None
    assert "请录入预算" in row.explanations[0].text.zh


@pytest.mark.parametrize(("spent", "points"), [("100", "10"), ("100.01", "0")])
def test_a_yes_about_the_budget_is_all_or_nothing(spent: str, points: str) -> None:
    row = scored("是", {"value": D(spent), "budget": D(100), "unit": "万元"}, code="41", name="成本控制")
    assert row.points == D(points)
    assert scored("是", {"value": D(spent)}, code="41", name="成本控制").points is None


# ---- deadlines -------------------------------------------------------------------------------------------------


def due(day: date, profile: Profile = NATIONAL_2021, wording: str = "6月30日前", **also: Any) -> RowScore:
    return scored(wording, {"value": day, "year": 2026, **also}, code="13", name="验收时间", profile=profile)


def test_the_last_day_is_in_time_and_the_next_is_for_a_person() -> None:
    assert due(date(2026, 6, 30)).points == 10
    late = due(date(2026, 7, 1))
    assert late.points is None
    assert late.open == 10
    assert causes(late) == [Cause.NO_RULE]
    assert "晚 1 天" in late.explanations[0].text.zh


@pytest.mark.parametrize(
    ("day", "points"),
    [
        (date(2026, 6, 30), "10"),
        (date(2026, 7, 1), "8"),
        (date(2026, 7, 10), "8"),
        (date(2026, 7, 11), "5"),
        (date(2026, 7, 30), "5"),
        (date(2026, 7, 31), "0"),
    ],
)
def test_days_are_graded_where_the_profile_says_how(day: date, points: str) -> None:
    profile = replace(NATIONAL_2021, late=(LateStep(10, D(80)), LateStep(30, D(50))))
    row = due(day, profile)
    assert row.points == D(points)
    assert causes(row) == ([] if points == "10" else [Cause.DAYS_LATE])


def test_a_moment_counts_as_its_day() -> None:
    assert due(datetime(2026, 6, 30, 23, 59)).points == 10  # noqa: DTZ001 -- a plain moment, as a caller may pass it


def test_a_deadline_without_what_it_runs_from_is_for_a_person() -> None:
    row = scored("18个月内完成", {"value": date(2026, 6, 30)}, code="13", name="建设周期")
    assert row.points is None
    assert "没有确定的日期" in row.explanations[0].text.zh
    in_time = {"value": date(2026, 6, 30), "started_on": date(2024, 12, 31)}
    assert scored("18个月内完成", in_time, code="13", name="建设周期").points == 10
    too_late = {"value": date(2026, 7, 1), "started_on": date(2024, 12, 31)}
    assert scored("18个月内完成", too_late, code="13", name="建设周期").points is None


def test_several_payments_by_a_day_have_the_share_of_those_in_time() -> None:
    stand = {"value": False, "counts": Counts(met=9, missed=1), "is_timely": True}
    assert scored("6月30日前", stand, code="13", name="拨付时间").points == 9


# ---- several conditions ----------------------------------------------------------------------------------------

TWO = "每天巡查不少于2次，每年演练不少于4次"


@pytest.mark.parametrize(
    ("first", "second", "each_", "worst"),
    [
        ("2", "4", "10", "10"),
        ("2", "3", "8.75", "7.5"),
        ("1", "3", "6.25", "5"),
        ("0", "4", "5", "0"),
    ],
)
def test_conditions_share_the_points_or_the_worst_counts(first: str, second: str, each_: str, worst: str) -> None:
    stand = ({"value": D(first)}, {"value": D(second)})
    assert scored(TWO, *stand).points == D(each_)
    assert scored(TWO, *stand, profile=replace(NATIONAL_2021, several=Several.WORST)).points == D(worst)


def test_the_condition_is_named() -> None:
    row = scored(TWO, {"value": D(2)}, {"value": D(3)})
    (why,) = row.explanations
    assert why.part == 1
    assert why.text.zh.startswith("第 2 个条件：")
    assert why.lost == D("1.25")


def test_a_condition_without_evidence_leaves_its_own_points_open() -> None:
    row = scored(TWO, {"value": D(2)}, {"basis": Basis.NONE})
    assert (row.points, row.open, row.lost) == (5, 5, 5)
    assert row.basis is Basis.NONE
    assert [(each.part, each.is_open) for each in row.explanations] == [(1, True)]


def test_where_the_worst_counts_what_is_open_hides_what_is_reached_but_not_what_is_nothing() -> None:
    profile = replace(NATIONAL_2021, several=Several.WORST)
    assert scored(TWO, {"value": D(2)}, {"basis": Basis.NONE}, profile=profile).points is None
    assert scored(TWO, {"value": D(1)}, {"basis": Basis.NONE}, profile=profile).open == 10
    assert scored(TWO, {"value": D(0)}, {"basis": Basis.NONE}, profile=profile).points == 0


def test_the_last_hundredth_of_several_conditions_is_the_first_ones() -> None:
    standing = indicator(1, "12", "指标", TWO, {"value": D(0)}, {"value": D(4)})
    row = of_ten(replace(standing, weight=None, parts=(*standing.parts, standing.parts[1])), NATIONAL_2021)
    assert row.points == D("6.66")


# ---- far above -------------------------------------------------------------------------------------------------

TABLE = Over(explain_from=D(130), deductions=(Deduction(D(200), D(300), D(10)), Deduction(D(300), None, D(20))))


@pytest.mark.parametrize(
    ("value", "points", "notes"),
    [
        ("129.99", "10", []),
        ("130", "10", ["far_above"]),
        ("199.99", "10", ["far_above"]),
        ("200", "9", ["far_above"]),
        ("299.99", "9", ["far_above"]),
        ("300", "8", ["far_above"]),
        ("9000", "8", ["far_above"]),
    ],
)
def test_far_above_wants_an_explanation_and_costs_points_where_the_profile_says(
    value: str, points: str, notes: list[str]
) -> None:
    row = scored("≥100人次", {"value": D(value)}, code="11", profile=replace(NATIONAL_2021, over=TABLE))
    assert row.points == D(points)
    assert [each.code for each in row.notes] == notes
    assert causes(row) == ([] if points == "10" else [Cause.FAR_ABOVE])


def test_nothing_is_taken_by_default() -> None:
    assert scored("≥100人次", {"value": D(900)}, code="11").points == 10


def test_nothing_is_asked_where_the_profile_does_not_ask() -> None:
    profile = replace(NATIONAL_2021, over=Over(explain_from=None))
    assert scored("≥100人次", {"value": D(900)}, code="11", profile=profile).notes == ()


def test_an_explanation_settles_it_and_is_shown() -> None:
    row = scored("≥100人次", {"value": D(130)}, code="11", over_reason="增加了一期培训")
    assert [each.code for each in row.notes] == ["far_above_explained"]
    assert "增加了一期培训" in row.notes[0].text.zh
    blank = scored("≥100人次", {"value": D(130)}, code="11", over_reason="  ")
    assert [each.code for each in blank.notes] == ["far_above"]


def test_far_below_a_limit_is_nothing_to_explain() -> None:
    assert scored("≤100万元", {"value": D(10)}, code="41").notes == ()


# ---- pass line and steps ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(("value", "points"), [("60", "6"), ("59.99", "0"), ("100", "10"), ("0", "0")])
def test_below_the_pass_line_there_is_nothing(value: str, points: str) -> None:
    row = scored("≥100次", {"value": D(value)}, profile=replace(NATIONAL_2021, pass_line=D(60)))
    assert row.points == D(points)
    assert ("合格线 60%" in (row.explanations[0].text.zh if row.explanations else "")) is (points == "0")


def test_the_pass_line_holds_for_shares_of_cases() -> None:
    profile = replace(NATIONAL_2021, pass_line=D(60))
    stand = {"value": False, "is_timely": True}
    assert scored("≤4小时", {**stand, "counts": Counts(met=3, missed=2)}, profile=profile).points == 6
    assert scored("≤4小时", {**stand, "counts": Counts(met=59, missed=41)}, profile=profile).points == 0


@pytest.mark.parametrize(
    ("value", "points"),
    [("95", "10"), ("90", "10"), ("89.99", "8"), ("80", "8"), ("79.99", "5"), ("60", "5"), ("59.99", "0"), ("0", "0")],
)
def test_satisfaction_by_steps(value: str, points: str) -> None:
    row = scored("≥95%", {"value": D(value)}, code="31", name="满意度", profile=STEPS_2021)
    assert row.points == D(points)
    assert [each.code for each in row.notes] == (["by_steps"] if value == "90" else [])


def test_steps_are_for_satisfaction_only() -> None:
    assert scored("≥95%", {"value": D(90)}, code="12", profile=STEPS_2021).points == D("9.47")
    assert scored("≤5%", {"value": D(6)}, code="31", name="投诉率", profile=STEPS_2021).points == D("8.33")


# ---- reviews ---------------------------------------------------------------------------------------------------


def reviewed(profile: Profile = NATIONAL_2021, **stand: Any) -> RowScore:
    return scored("有效提升", {"basis": Basis.REVIEWED, **stand}, code="22", name="服务水平", profile=profile)


@pytest.mark.parametrize(
    ("mark", "points", "tier"),
    [
        ("100", "10", "达成"),
        ("80", "8", "达成"),
        ("79.99", "8.00", "部分"),
        ("60", "6", "部分"),
        ("59.9", "5.99", "未达成"),
        ("0", "0", "未达成"),
    ],
)
def test_a_mark_is_a_share_and_names_its_tier(mark: str, points: str, tier: str) -> None:
    row = reviewed(mark=D(mark))
    assert row.points == D(points)
    assert row.basis is Basis.REVIEWED
    assert f"评议为“{tier}" in row.found.zh
    assert causes(row) == ([] if mark == "100" else [Cause.REVIEWED])


def test_hubei_has_other_tiers() -> None:
    assert "部分达成" in reviewed(HUBEI, mark=D(50)).found.zh
    assert "未达成" in reviewed(HUBEI, mark=D("49.99")).found.zh


def test_a_tier_alone_is_no_score() -> None:
    row = reviewed(tier="达成")
    assert row.points is None
    assert row.open == 10
    assert causes(row) == [Cause.NOT_REVIEWED]
    assert "80% 到 100%" in row.explanations[0].text.zh


def test_a_tier_with_a_usual_mark_is_one() -> None:
    tiers = (replace(NATIONAL_2021.tiers[0], usual=D(95)), *NATIONAL_2021.tiers[1:])
    profile = replace(NATIONAL_2021, tiers=tiers)
    assert reviewed(profile, tier="reached").points == D("9.5")
    assert reviewed(profile, tier="Reached").points == D("9.5")
    assert reviewed(profile, tier="达成", mark=D(82)).points == D("8.2")


@pytest.mark.parametrize(("tier", "mark"), [("达成", "79.99"), ("部分达成并具有一定效果", "80"), ("reached", "59")])
def test_a_mark_outside_its_tier_is_said_and_not_scored(tier: str, mark: str) -> None:
    row = reviewed(tier=tier, mark=D(mark))
    assert row.points is None
    assert "属于" in row.explanations[0].text.zh


@pytest.mark.parametrize("mark", ["100.01", "-1"])
def test_a_mark_beyond_all_tiers_is_said(mark: str) -> None:
    assert reviewed(mark=D(mark)).points is None


def test_an_unknown_tier_names_those_that_there_are() -> None:
    row = reviewed(tier="优秀", mark=D(90))
    assert row.points is None
    assert "可用：达成、" in row.explanations[0].text.zh


def test_not_reviewed_yet() -> None:
    for stand in ({"basis": Basis.NONE}, {"basis": Basis.REVIEWED}):
        row = scored("有效提升", stand, code="22", name="服务水平")
        assert row.points is None
        assert causes(row) == [Cause.NOT_REVIEWED]


@pytest.mark.parametrize(("grade", "points"), [("优", "10"), ("良好", "10"), ("中", None), ("甲", None)])
def test_a_grade_word_is_full_where_it_is_reached(grade: str, points: str | None) -> None:
    row = scored("良好", {"basis": Basis.REVIEWED, "value": grade}, code="12", name="测评等次")
    assert row.points == (None if points is None else D(points))


def test_a_review_of_yes_is_full_and_one_of_no_wants_a_mark() -> None:
    assert reviewed(value=True).points == 10
    assert reviewed(value=False).points is None


def test_a_qualitative_target_that_records_answer_has_the_share_of_cases() -> None:
    stand = {"value": False, "counts": Counts(met=19, missed=1), "is_timely": True}
    assert scored("及时", stand, code="13", name="响应").points == D("9.5")
    without = scored("及时", {"value": False}, code="13", name="响应")
    assert causes(without) == [Cause.NOT_REVIEWED]


def test_four_tiers_may_be_data() -> None:
    words = ("优", "良", "中", "差")
    bounds = (100, 90, 75, 60, 0)
    tiers = tuple(
        Tier(code=word, title=NATIONAL_2021.title, low=D(low), high=D(high))
        for word, high, low in zip(words, bounds, bounds[1:], strict=False)
    )
    assert reviewed(replace(NATIONAL_2021, tiers=tiers), tier="良", mark=D(75)).points == D("7.5")
    assert reviewed(replace(NATIONAL_2021, tiers=tiers), tier="良", mark=D("74.9")).points is None


# ---- nothing, nobody, somebody's word --------------------------------------------------------------------------


@pytest.mark.parametrize(("when", "points"), [(WhenNothing.FULL, 10), (WhenNothing.BY_HAND, None)])
def test_nothing_occurred_by_the_profile(when: WhenNothing, points: int | None) -> None:
    profile = replace(NATIONAL_2021, when_nothing=when)
    row = scored("100%", {"basis": Basis.NOTHING_OCCURRED}, profile=profile)
    assert row.points == points
    assert [each.code for each in row.notes] == ["nothing_occurred"]


def test_a_count_of_none_is_held_against_its_target() -> None:
    none_at_all = {"basis": Basis.NOTHING_OCCURRED, "value": D(0), "counts": Counts(met=0, missed=0)}
    assert scored("≥10次", none_at_all, code="11").points == 0
    assert scored("0起", none_at_all).points == 10


def test_without_evidence_a_typed_value_is_not_looked_at() -> None:
    row = scored("≥40期", {"basis": Basis.NONE, "value": D(40)})
    assert row.points is None
    assert (row.open, row.lost) == (10, 10)
    (why,) = row.explanations
    assert (why.cause, why.is_open) == (Cause.NO_EVIDENCE, True)
    assert "没有计分" in why.text.zh


@pytest.mark.parametrize("basis", [Basis.MEASURED, Basis.DECLARED])
def test_a_basis_without_a_value_is_no_evidence(basis: Basis) -> None:
    assert causes(scored("≥40期", {"basis": basis})) == [Cause.NO_EVIDENCE]


def test_an_indicator_without_conditions_is_no_evidence() -> None:
    bare = replace(indicator(1, "11", "指标", "≥40期", {}), parts=())
    assert causes(of_ten(bare, NATIONAL_2021)) == [Cause.NO_EVIDENCE]


def test_a_declared_value_is_scored_and_marked() -> None:
    row = scored("≥40期", {"basis": Basis.DECLARED, "value": D(38)})
    assert row.points == D("9.5")
    assert row.basis is Basis.DECLARED
    assert [each.code for each in row.notes] == ["declared"]


def test_a_target_that_nobody_could_read_is_never_scored() -> None:
    unread = indicator(1, "12", "指标", "≥1次", {"value": D(1)})
    part = replace(unread.parts[0], target=read("≥1次")._replace(kind=Kind.UNPARSEABLE))
    assert causes(of_ten(replace(unread, parts=(part,)), NATIONAL_2021)) == [Cause.UNREADABLE]


@pytest.mark.parametrize(
    ("wording", "value"),
    [
        ("≥40期", "很多"),
        ("≥40期", date(2026, 1, 1)),
        ("是", "是"),
        ("6月30日前", D(3)),
        ("有效提升", D(3)),
        ("≥40期", D("NaN")),
        ("≥40期", D("Infinity")),
    ],
)
def test_a_value_of_another_shape_is_for_a_person(wording: str, value: Any) -> None:
    row = scored(wording, {"value": value, "year": 2026}, code="13")
    assert row.points is None
    assert causes(row) == [Cause.NO_RULE]
    assert "人工打分" in row.explanations[0].text.zh


# ---- the examples of the document ------------------------------------------------------------------------------

EXPECTED = "10 9.5 0 9.93 10 8.33 0 9.99 9.93 9.79 7.5 10 None 0 0 9.6 9.76 8.75 10 10 9.79 8.5 None 10 None"


def test_the_examples_of_the_document_come_out_as_a_clerk_reckoned_them() -> None:
    rows = [of_ten(each.standing, NATIONAL_2021) for each in EXAMPLES]
    assert [row.points for row in rows] == [None if each == "None" else D(each) for each in EXPECTED.split()]
