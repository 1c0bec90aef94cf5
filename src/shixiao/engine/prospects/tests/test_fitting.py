"""Which measure answers which target, and what is said when it does not."""

from fractions import Fraction

import pytest

from shixiao.engine.measures import Reads
from shixiao.engine.prospects import Misfit, Mode, fit
from shixiao.engine.prospects.tests.positions import a_measure, a_ratio
from shixiao.engine.targets import Kind, Reading, Sense, read

YES, NO = (Reading(Kind.BOOLEAN, text=word, sense=Sense.EXACT) for word in "是否")


@pytest.mark.parametrize(
    ("wording", "measure", "mode", "factor", "unit"),
    [
        ("≥95%", a_measure(Reads.SHARE, "%"), Mode.NUMBER, 100, "%"),
        ("≤5‰", a_measure(Reads.SHARE, "%"), Mode.NUMBER, 1000, "‰"),
        ("4小时内到场处置故障", a_measure(Reads.SHARE, "%"), Mode.ALL_OF, 1, ""),
        ("100%", a_measure(Reads.ALL_OF), Mode.ALL_OF, 1, ""),
        ("每天不少于2次清洁打扫", a_measure(Reads.ALL_OF), Mode.ALL_OF, 1, ""),
        ("50次以上", a_measure(Reads.COUNT), Mode.NUMBER, 1, "次"),
        ("3份", a_measure(Reads.COUNT, "件"), Mode.NUMBER, 1, "份"),
        ("每年不少于1次", a_measure(Reads.COUNT), Mode.NUMBER, 1, "次"),
        ("≥1.2万人次", a_measure(Reads.COUNT), Mode.NUMBER, Fraction(1, 10_000), "万人次"),
        ("≥3万份", a_measure(Reads.SUM, "份"), Mode.NUMBER, Fraction(1, 10_000), "万份"),
        ("≥3万份", a_measure(Reads.SUM, "万份"), Mode.NUMBER, 1, "万份"),
        ("≥0.5小时", a_measure(Reads.MEAN, "分钟"), Mode.NUMBER, Fraction(1, 60), "小时"),
        ("<30分钟", a_measure(Reads.MEAN, "小时"), Mode.NUMBER, 60, "分钟"),
        ("≤120万元", a_measure(Reads.SUM, "元"), Mode.NUMBER, Fraction(1, 10_000), "万元"),
        ("≤120万元", a_measure(Reads.SUM, ""), Mode.NUMBER, Fraction(1, 10_000), "万元"),
        ("≤1%", a_ratio("%"), Mode.NUMBER, 100, "%"),
        ("≤预算", a_ratio("%", is_money=True), Mode.BUDGET, 100, "%"),
        ("年底前完成", a_measure(Reads.ALL_OF), Mode.ALL_OF, 1, ""),
        ("及时发放", a_measure(Reads.ALL_OF), Mode.ALL_OF, 1, ""),
    ],
)
def test_a_measure_that_tells_the_same_thing_fits_in_the_targets_own_unit(
    wording: str, measure: object, mode: Mode, factor: Fraction | int, unit: str
) -> None:
    found = fit(read(wording), measure)  # type: ignore[arg-type]
    assert (found.mode, found.factor, found.unit) == (mode, factor, unit)


@pytest.mark.parametrize(
    ("target", "measure", "says"),
    [
        (read("≥95%"), a_measure(Reads.COUNT), "以“件数”计，目标以“%”计"),
        (read("≥95%"), a_measure(Reads.ALL_OF), "以“是否都达到”计"),
        (read("≥95%"), a_measure(Reads.SUM), "以“合计”计"),
        (read("<30分钟"), a_measure(Reads.MEAN, "元"), "以“元”计，目标以“分钟”计"),
        (read("≤3个工作日"), a_measure(Reads.MEAN, "天"), "目标以“个工作日”计"),
        (read("≥100公里"), a_measure(Reads.COUNT), "目标以“公里”计"),
        (read("每月≥2次"), a_measure(Reads.COUNT), "目标按“每月”计"),
        (read("100G/每月"), a_measure(Reads.SUM, "G"), "目标按“每月”计"),
        (Reading(Kind.NUMERIC, "=", value=read("95%").value), a_measure(Reads.SHARE, "%"), "目标没有写单位"),
        (read("良好"), a_measure(Reads.ALL_OF), "定性目标"),
        (read("有效提升"), a_measure(Reads.COUNT), "定性目标"),
        (read("小于等于预算"), a_measure(Reads.SUM, "元"), "批复预算两个数"),
        (read("小于等于预算"), a_measure(Reads.COUNT), "批复预算两个数"),
        (read("小于等于预算"), a_ratio("%"), "批复预算两个数"),
        (read("年底前完成"), a_measure(Reads.COUNT), "目标是期限"),
        (NO, a_measure(Reads.ALL_OF), "目标是“否”"),
        (YES, a_measure(Reads.MEAN, "天"), "目标是“是”"),
        (YES, a_measure(Reads.SUM, "元"), "目标是“是”"),
        (read("每隔2-3小时巡查一次，每年不少于1次消防演练"), a_measure(Reads.COUNT), "几个部分"),
        (Reading(Kind.UNPARSEABLE, text="？"), a_measure(Reads.SHARE, "%"), "没有读懂"),
    ],
)
def test_a_measure_that_cannot_answer_is_refused_with_the_reason_and_the_next_step(
    target: Reading, measure: object, says: str
) -> None:
    with pytest.raises(Misfit) as refused:
        fit(target, measure)  # type: ignore[arg-type]
    assert says in refused.value.text.zh
    assert refused.value.text.en
    assert refused.value.text.en == str(refused.value)


def test_yes_is_all_of_them_or_at_least_one_or_within_the_budget_and_no_is_asked_of_a_count() -> None:
    assert fit(YES, a_measure(Reads.SHARE, "%")).mode is Mode.ALL_OF
    assert fit(YES, a_measure(Reads.COUNT)).mode is Mode.SOME
    assert fit(YES, a_measure(Reads.SUM, "元"), has_against=True).mode is Mode.BUDGET
    assert fit(NO, a_measure(Reads.COUNT)).mode is Mode.SOME


def test_the_fit_knows_what_is_late_what_mends_and_what_is_money() -> None:
    timely = fit(read("≥95%"), a_measure(Reads.SHARE, "%", is_timely=True, mends=True))
    assert (timely.is_timely, timely.mends, timely.is_money) == (True, True, False)
    assert fit(read("≤100%"), a_ratio("%", is_money=True)).is_money
