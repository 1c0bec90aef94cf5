"""Judging: both sides of each boundary, and the room that is left."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shixiao.engine.targets import Verdict, judge, read

MET, MISSED = Verdict.MET, Verdict.MISSED


@pytest.mark.parametrize(
    ("wording", "name", "value", "verdict", "headroom"),
    [
        ("95%以上", "", "95", MET, "0"),
        ("95%以上", "", "94.99", MISSED, "-0.01"),
        ("5%以下", "", "5", MET, "0"),
        ("5%以下", "", "5.01", MISSED, "-0.01"),
        ("小于2小时", "", "2", MISSED, "0"),
        ("小于2小时", "", "1.99", MET, "0.01"),
        ("大于3次", "", "3", MISSED, "0"),
        ("大于3次", "", "4", MET, "1"),
        ("不超过38期", "", "38", MET, "0"),
        ("不超过38期", "", "39", MISSED, "-1"),
        ("3份", "发出督促提醒函数", "4", MET, "1"),
        ("3份", "发出督促提醒函数", "2", MISSED, "-1"),
        ("250张", "5G卡是否按照预算数量采购", "250", MET, "0"),
        ("250张", "5G卡是否按照预算数量采购", "251", MISSED, "-1"),
        ("250张", "5G卡是否按照预算数量采购", "249", MISSED, "-1"),
        ("1%", "投诉率", "1", MET, "0"),
        ("1%", "投诉率", "2", MISSED, "-1"),
        ("0起", "安全事故", "0", MET, "0"),
        ("0起", "安全事故", "1", MISSED, "-1"),
        ("3-5次", "", "3", MET, "0"),
        ("3-5次", "", "5", MET, "0"),
        ("3-5次", "", "2", MISSED, "-1"),
        ("3-5次", "", "6", MISSED, "-1"),
        ("±3%以内", "", "-3", MET, "0"),
    ],
)
def test_bounds_are_kept_to_the_letter(wording: str, name: str, value: str, verdict: Verdict, headroom: str) -> None:
    judgement = judge(read(wording, name=name), Decimal(value))
    assert (judgement.verdict, judgement.headroom) == (verdict, Decimal(headroom))


@pytest.mark.parametrize(
    ("wording", "paid", "verdict"),
    [
        ("≤预算", 100, MET),
        ("≤预算", Decimal("100.01"), MISSED),
        ("小于预算", 100, MISSED),
        ("小于预算", Decimal("99.99"), MET),
    ],
)
def test_spending_exactly_the_budget_passes_or_fails_by_wording(
    wording: str, paid: Decimal | int, verdict: Verdict
) -> None:
    assert judge(read(wording), paid, budget=100).verdict is verdict


@pytest.mark.parametrize(
    ("wording", "done", "verdict", "days"),
    [
        ("年底前完成", date(2026, 12, 31), MET, 0),
        ("年底前完成", date(2027, 1, 1), MISSED, -1),
        ("18个月内", date(2027, 2, 28), MET, 0),
        ("18个月内", date(2027, 3, 1), MISSED, -1),
        ("2026年6月30日前", date(2026, 6, 1), MET, 29),
    ],
)
def test_the_last_day_of_a_deadline_counts(wording: str, done: date, verdict: Verdict, days: int) -> None:
    judgement = judge(read(wording), done, year=2026, started_on=date(2025, 8, 31))
    assert (judgement.verdict, judgement.headroom, judgement.unit) == (verdict, Decimal(days), "天")


def test_yes_no_and_grades() -> None:
    assert judge(read("是"), True).verdict is MET
    assert judge(read("是"), False).verdict is MISSED
    assert judge(read("否"), False).verdict is MET
    assert judge(read("良好"), "优").verdict is MET
    assert judge(read("良好"), "良").verdict is MET
    assert judge(read("良好"), "中").verdict is MISSED


def test_a_compound_holds_when_every_condition_does() -> None:
    reading = read("紧急公文在2小时内发出，非紧急公文在8小时内发出")
    assert judge(reading, [2, 8]).verdict is MET
    missed = judge(reading, [Decimal("1.5"), Decimal("8.1")])
    assert missed.verdict is MISSED
    assert [part.verdict for part in missed.parts] == [MET, MISSED]
    assert judge(reading, [1, None]).verdict is Verdict.UNDECIDED


def test_nothing_is_judged_without_a_value_or_a_reading() -> None:
    assert judge(read("≥95%"), None).verdict is Verdict.UNDECIDED
    assert judge(read("**"), 5).verdict is Verdict.UNDECIDED


@pytest.mark.parametrize(
    ("wording", "value"),
    [
        ("≥95%", True),
        ("≥95%", "多"),
        ("≥95%", float("nan")),
        ("是", 1),
        ("年底前", 3),
        ("18个月内", date(2026, 1, 1)),
        ("小于预算", 5),
        ("有效提升", "好看"),
        ("≤1次，≥2个", 5),
    ],
)
def test_a_value_of_the_wrong_shape_is_refused_with_what_is_needed(wording: str, value: object) -> None:
    with pytest.raises(ValueError, match="/"):
        judge(read(wording), value)  # type: ignore[arg-type]


@given(st.sampled_from(["≥95%", "≤5%", "<30分钟", ">3次", "3-5次", "12次"]), st.decimals(-100, 200, places=2))
def test_using_up_the_headroom_exactly_reaches_the_bound(wording: str, value: Decimal) -> None:
    reading = read(wording)
    judgement = judge(reading, value)
    assert judgement.headroom is not None
    is_strict = reading.op in ("<", ">")
    assert (judgement.verdict is MET) == (judgement.headroom > 0 if is_strict else judgement.headroom >= 0)
