"""What is said, word for word, in both languages."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from shixiao.engine.measures import NOTHING, Reading, Reads
from shixiao.engine.prospects import Position, Prospect, Status, fit, of_value, prospect, without_evidence
from shixiao.engine.prospects.tests.positions import BEGIN, END, LAST, MIDDLE, a_measure, a_ratio, amounts, at
from shixiao.engine.targets import Kind, Sense, read
from shixiao.engine.targets import Reading as Target

YES, NO = (Target(Kind.BOOLEAN, text=word, sense=Sense.EXACT) for word in "是否")
SHARE = a_measure(Reads.SHARE, "%")
IN_TIME = a_measure(Reads.SHARE, "%", is_timely=True)
COUNT, ALL_OF = a_measure(Reads.COUNT), a_measure(Reads.ALL_OF)
MINUTES, PAID = a_measure(Reads.MEAN, "分钟"), a_measure(Reads.SUM, "元")


@pytest.mark.parametrize(
    ("position", "zh", "en"),
    [
        # Of shares: on how many cases to come it rests.
        (
            at("≥95%", IN_TIME, Reading(met=90, missed=3, pending=7)),
            "还可超时 6 件（按还有约 95 件计）",
            "6 more may be late (of about 95 to come)",
        ),
        (at("≥95%", SHARE, Reading(met=90, missed=3, pending=7), LAST), "还可未达标 2 件（其余 7 件中）", "2 more may fail (of the 7 to come)"),
        (at("≥95%", IN_TIME, Reading(met=19, missed=1), date(2026, 12, 24)), "再有一件超时就达不到目标", "should one more be late, the target is missed"),
        (at("≥80%", IN_TIME, Reading(met=9, missed=1, pending=10), MIDDLE), "还可超时 3 件（其余 10 件，如不再新增）", ""),
        (at("100%", SHARE, Reading(met=3, pending=2), LAST), "一件都不能再未达标（其余 2 件中）", ""),
        (at("≥50%", SHARE, Reading(met=9, pending=2), LAST), "其余 2 件都未达标也能达成", ""),
        (at("≥95%", SHARE, Reading(met=1, missed=5, pending=2), LAST), "其余 2 件都达标也差 5 件", ""),
        (
            at("≥95%", a_measure(Reads.SHARE, "%", mends=True), Reading(met=1, missed=5, pending=2), LAST),
            "其余 2 件都达标也差 5 件，须补做",
            "",
        ),
        (at("退文率5%以下", SHARE, Reading(met=1, missed=90, pending=9), LAST), "还可发生 4 件（其余 9 件中）", ""),
        (at("≥95%", SHARE, Reading(met=93, missed=7), LAST), "差 2 个百分点", "2 points short"),
        (at("≥95%", SHARE, Reading(met=99, missed=1), LAST), "余 4 个百分点", "4 points to spare"),
        (at("≤5%", SHARE, Reading(met=7, missed=93), LAST), "超出 2 个百分点", "2 points over"),
        (at("<5%", SHARE, Reading(met=5, missed=95), LAST), "恰在界限上，目标不含界限", "on the bound, which is out"),
        # Of counts, with the pace.
        (at("50次以上", COUNT, Reading(met=15)), "还差 35 次，平均每周 1.4 次", "35 次 missing, 1.4 a week"),
        (at("3份", COUNT, Reading(met=1)), "还差 2 份，平均每月 0.4 份", "2 份 missing, 0.4 a month"),
        (at("3份", COUNT, Reading(met=1), LAST), "差 2 份", "2 份 short"),
        (at("3份", COUNT, Reading(met=3)), "已达到", "reached"),
        (at("3份", COUNT, Reading(met=5)), "已达到，多 2 份", "reached, 2 份 more"),
        (at("不超过38期", COUNT, Reading(met=33)), "还可 5 期", "5 期 left"),
        (at("不超过38期", COUNT, Reading(met=38)), "不能再多", "no more"),
        (at("不超过38期", COUNT, Reading(met=40)), "超出 2 期", "2 期 over"),
        (at("≤5万元", PAID, amounts("50000.01")), "超出 0.0001 万元", "0.0001 万元 over"),
        (at("恰好250张", COUNT, Reading(met=250)), "不能再多", "no more"),
        # Of money.
        (at("小于等于预算", PAID, amounts(877_000), against=amounts(1_000_000)), "还可支出 12.30 万元", "12.30 万元 may still be spent"),
        (at("小于预算", PAID, amounts(877_000), against=amounts(1_000_000)), "还可支出 12.29 万元", ""),
        (at("小于等于预算", PAID, amounts(999_970), against=amounts(1_000_000)), "还可支出 30 元", "30 yuan may still be spent"),
        (at("小于等于预算", PAID, amounts(1_000_000), against=amounts(1_000_000)), "预算已用完", "the budget is spent"),
        (at("小于预算", PAID, amounts(1_000_000), against=amounts(1_000_000)), "恰为预算，目标要求小于", ""),
        (at("小于等于预算", PAID, amounts(12_345_600), against=amounts(1_000_000)), "超出预算 1,134.56 万元", ""),
        (at("≤100%", a_ratio(is_money=True), amounts(877_000), against=amounts(1_000_000)), "还可支出 12.30 万元", ""),
        # Of means.
        (at("≤30分钟", MINUTES, amounts(20, 23)), "下一次不超过 47 分钟", "the next one may be 47 分钟 at most"),
        (at("<30分钟", MINUTES, amounts(20, 23)), "下一次须少于 47 分钟", "the next one has to be below 47 分钟"),
        (at("<30分钟", MINUTES, amounts(90, 80)), "下一次为 0 也降不下来", ""),
        (at("≥150小时", a_measure(Reads.MEAN, "小时"), amounts(168, 120)), "下一次不少于 162 小时", ""),
        (at("≥150小时", a_measure(Reads.MEAN, "小时"), amounts(168, 168, 168)), "下一次不少于 96 小时", ""),
        (at("20至30分钟", MINUTES, amounts(20, 23)), "下一次在 17 至 47 分钟 之间", ""),
        (at("<30分钟", MINUTES, amounts(20, 23), LAST), "余 8.5 分钟", "8.5 分钟 to spare"),
        # One by the other.
        (at("≤1%", a_ratio(), Reading(met=2), against=Reading(met=400)), "还可 2 件（按现有 400 件计）", "2 left (beside the 400 so far)"),
        (at("≤1%", a_ratio(), Reading(met=6), against=Reading(met=400)), "超出 2 件（按现有 400 件计）", ""),
        # All of them.
        (at("年底前完成", ALL_OF, Reading(met=3, pending=4), date(2026, 11, 18)), "还有 43 天，还有 4 件未完成", "43 days left, 4 open"),
        (at("9月30日前完成", ALL_OF, Reading(met=3, pending=1), date(2026, 10, 2)), "期限已过，还有 1 件未完成", ""),
        (at("18个月内", ALL_OF, Reading(pending=1), date(2026, 12, 31)), "还有 182 天，还有 1 件未完成", ""),
        (at(YES, ALL_OF, Reading(met=3)), "一件都不能未达标", "not one may fail"),
        (at(YES, ALL_OF, Reading(met=3, missed=2)), "已有 2 件未达标", "2 failed already"),
        (at(YES, ALL_OF, Reading(met=3), LAST), "全部达标", "all were met"),
        (at(YES, COUNT, Reading(missed=1)), "还没有，至少要有一件", ""),
        (at(NO, COUNT, Reading(missed=1)), "一件都不能有", "there may be none"),
        (at(NO, COUNT, Reading(met=2)), "已有 2 件", "2 already"),
    ],
)  # fmt: skip
def test_the_room_is_told_in_these_words(position: Position, zh: str, en: str) -> None:
    room = prospect(position).headroom
    assert room is not None
    assert room.text.zh == zh
    assert not en or room.text.en == en


def test_both_figures_are_told_where_something_is_left_out() -> None:
    reading = Reading(met=412, missed=3, pending=5, not_counted=2, back_missed=2)
    found = prospect(at("≥95%", SHARE, reading))
    assert (found.value, found.value_with_exclusions) == (Decimal("99.2771"), Decimal("98.801"))
    same = prospect(at("≥95%", SHARE, Reading(met=412, missed=3, not_counted=2)))
    assert same.value_with_exclusions is None


def test_a_value_just_off_the_bound_is_not_rounded_onto_it() -> None:
    under = prospect(at("≥95%", SHARE, Reading(met=9_499_999, missed=500_001), LAST))
    assert (under.value, under.status) == (Decimal("94.9999"), Status.MISSED)
    over = prospect(at("≤5%", SHARE, Reading(met=500_001, missed=9_499_999), LAST))
    assert (over.value, over.status) == (Decimal("5.0001"), Status.MISSED)
    on = prospect(at("≥95%", SHARE, Reading(met=95, missed=5), LAST))
    assert (on.value, on.status) == (Decimal(95), Status.ACHIEVED)
    for each in (under, over):
        assert each.judgement is not None
        assert each.judgement.verdict.value == "missed"


def test_thirty_minutes_are_not_below_half_an_hour() -> None:
    found = prospect(at("<0.5小时", MINUTES, amounts(30), LAST))
    assert (found.value, found.status) == (Decimal("0.5"), Status.MISSED)
    assert prospect(at("≤0.5小时", MINUTES, amounts(30), LAST)).status is Status.ACHIEVED


def test_a_mean_a_share_or_a_rate_of_nothing_has_no_value() -> None:
    kinds: tuple[tuple[Any, Any, dict[str, Any]], ...] = (
        ("≥95%", SHARE, {}),
        ("<30分钟", MINUTES, {}),
        ("≤1%", a_ratio(), {"against": NOTHING}),
        ("小于预算", PAID, {"against": NOTHING}),
        (YES, ALL_OF, {}),
    )
    for wanted, measure, more in kinds:
        found = prospect(at(wanted, measure, Reading(not_counted=1), LAST, **more))
        assert (found.value, found.status) == (None, Status.NO_EVIDENCE)


# ---- declared values ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("wording", "value", "middle", "end"),
    [
        ("≥95%", Decimal(96), Status.LIKELY, Status.ACHIEVED),
        ("≥95%", Decimal(94), Status.AT_RISK, Status.MISSED),
        ("良好", "良好", Status.LIKELY, Status.ACHIEVED),
        ("良好", "中", Status.AT_RISK, Status.MISSED),
        ("≥95%", None, Status.NO_EVIDENCE, Status.NO_EVIDENCE),
        ("≥95%", "很好", Status.NO_EVIDENCE, Status.NO_EVIDENCE),
        ("小于等于预算", Decimal(3), Status.NO_EVIDENCE, Status.NO_EVIDENCE),
        ("6月30日前完成", date(2026, 6, 30), Status.ACHIEVED, Status.ACHIEVED),
        ("6月30日前完成", date(2026, 7, 1), Status.MISSED, Status.MISSED),
        ("6个月内完成", date(2026, 7, 1), Status.ACHIEVED, Status.ACHIEVED),
        ("6个月内完成", date(2026, 7, 2), Status.MISSED, Status.MISSED),
    ],
)
def test_a_declared_value_is_judged_and_is_at_most_on_course_before_the_end(
    wording: str, value: object, middle: Status, end: Status
) -> None:
    def told(today: date) -> Prospect:
        return of_value(read(wording), value, today=today, begin=BEGIN, end=END, year=2026)

    assert told(MIDDLE).status is middle
    assert told(LAST).status is end
    assert told(MIDDLE).forecast is None
    assert told(MIDDLE).is_final == (middle in (Status.ACHIEVED, Status.MISSED))


def test_what_nothing_stands_behind_is_no_evidence_or_waits_for_its_review() -> None:
    assert without_evidence(read("≥95%")).status is Status.NO_EVIDENCE
    assert without_evidence(read("良好"), is_to_be_reviewed=True).status is Status.TO_BE_REVIEWED
    assert fit(read("≥95%"), SHARE).unit == without_evidence(read("≥95%")).unit == "%"
