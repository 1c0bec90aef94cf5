"""Rules of the reading, one by one, as tables a clerk can check."""

from decimal import Decimal

import pytest

from shixiao.engine.targets import Kind, Reading, Sense, Source, read


def shape(reading: Reading) -> tuple[str, str | None, str | None, str | None, str | None]:
    value = None if reading.value is None else str(reading.value)
    return reading.kind.value, reading.op, value, reading.unit, reading.per


@pytest.mark.parametrize(
    ("wording", "op", "value", "unit"),
    [
        ("≥95%", ">=", "95", "%"),
        ("≧95％", ">=", "95", "%"),
        (">=95%", ">=", "95", "%"),
        ("＞=95%", ">=", "95", "%"),
        ("〉=95%", ">=", "95", "%"),
        ("》95%", ">=", "95", "%"),
        ("大于等于95%", ">=", "95", "%"),
        ("不低于９５％", ">=", "95", "%"),
        ("达到95%以上", ">=", "95", "%"),
        ("95%及以上", ">=", "95", "%"),
        ("95%（含）以上", ">=", "95", "%"),
        ("百分之九十五以上", ">=", "95", "%"),
        ("95百分比", "=", "95", "%"),
        ("满意度95%以上", ">=", "95", "%"),
        ("5%以下", "<=", "5", "%"),
        ("≯5%", "<=", "5", "%"),
        ("控制在5%以内", "<=", "5", "%"),
        ("小于等于1%", "<=", "1", "%"),
        ("<30分钟", "<", "30", "分钟"),
        ("&lt;30分钟", "<", "30", "分钟"),
        ("<p>&lt;30分钟</p>", "<", "30", "分钟"),
        ("小于2小时", "<", "2", "小时"),
        ("不满3次", "<", "3", "次"),
        ("超过100人次", ">", "100", "人次"),
        ("＝12次", "=", "12", "次"),
        ("═12次", "=", "12", "次"),
        ("三次", "=", "3", "次"),
        ("二十五个", "=", "25", "个"),
        ("1,497.06万元", "=", "1497.06", "万元"),
        ("≥ 3,000 人", ">=", "3000", "人"),
        ("300元/人·月", "=", "300", "元/人·月"),
        ("≤6500元/人/月", "<=", "6500", "元/人/月"),
        ("≥2个百分点", ">=", "2", "个百分点"),
        ("2小时内发出", "<=", "2", "小时"),
        ("7个工作日内办结", "<=", "7", "个工作日"),
        ("开展调研50次以上", ">=", "50", "次"),
        ("较上年增长5%以上", ">=", "5", "%"),
    ],
)
def test_one_threshold_is_numeric(wording: str, op: str, value: str, unit: str) -> None:
    assert shape(read(wording)) == ("numeric", op, value, unit, None)


@pytest.mark.parametrize(
    ("wording", "op", "value", "unit", "per"),
    [
        ("1次/月", "=", "1", "次", "每月"),
        ("100G/每月", "=", "100", "G", "每月"),
        ("每季度不少于1次", ">=", "1", "次", "每季度"),
        ("每天不少于2次清洁打扫", ">=", "2", "次", "每天"),
        ("每年开展培训至少2次", ">=", "2", "次", "每年"),
        ("一年两次", "=", "2", "次", "每年"),
        ("每2周1次", "=", "1", "次", "每2周"),
        ("每期3524份", "=", "3524", "份", "每期"),
        ("全年12次", "=", "12", "次", "每年"),
        ("50元/次", "=", "50", "元", "每次"),
    ],
)
def test_plain_time_and_occasions_are_the_denominator(wording: str, op: str, value: str, unit: str, per: str) -> None:
    assert shape(read(wording)) == ("numeric", op, value, unit, per)


@pytest.mark.parametrize(
    ("wording", "low", "high", "unit"),
    [
        ("3-5次", "3", "5", "次"),
        ("80%-90%", "80", "90", "%"),
        ("±3%以内", "-3", "3", "%"),
        ("10～20人", "10", "20", "人"),
        ("2小时至3小时", "2", "3", "小时"),
        ("≥80%且≤100%", "80", "100", "%"),
        ("大于等于3次，小于等于5次", "3", "5", "次"),
    ],
)
def test_two_bounds_on_one_quantity_are_a_range(wording: str, low: str, high: str, unit: str) -> None:
    reading = read(wording)
    assert (reading.kind, str(reading.value), str(reading.high), reading.unit) == (Kind.RANGE, low, high, unit)


@pytest.mark.parametrize(
    ("wording", "date"),
    [
        ("年底前完成", "--12-31"),
        ("2026年12月底前", "2026-12-31"),
        ("2026年2月底前", "2026-02-28"),
        ("2024年2月底前", "2024-02-29"),
        ("12月31日前", "--12-31"),
        ("2026年第三季度", "2026-09-30"),
        ("上半年", "--06-30"),
        ("2025年1-12月", "2025-12-31"),
        ("2025年1月1日至2025年12月31日", "2025-12-31"),
        ("2024-2026年", "2026-12-31"),
        ("2025.12.31", "2025-12-31"),
        ("20250630", "2025-06-30"),
        ("10月中旬前", "--10-20"),
        ("18个月内", "P18M"),
        ("1年内", "P1Y"),
    ],
)
def test_dates_months_and_periods_are_deadlines_never_counts(wording: str, date: str) -> None:
    reading = read(wording)
    assert (reading.kind, reading.date, reading.value) == (Kind.DEADLINE, date, None)


def test_a_month_before_is_doubted() -> None:
    reading = read("9月前")
    assert (reading.kind, reading.date, reading.unsure) == (Kind.DEADLINE, "--08-31", ("month-before",))


@pytest.mark.parametrize("wording", ["是", "否", "完成", "通过"])
def test_yes_and_no_are_boolean(wording: str) -> None:
    assert read(wording).kind is Kind.BOOLEAN


@pytest.mark.parametrize(
    "wording",
    [
        "及时",
        "合规",
        "健全",
        "良好",
        "有所提升",
        "有效提升",
        "按时完成",
        "全年正常运行",
        "国家一级馆",
        "符合GB/T 9704-2012标准",
    ],
)
def test_anything_softer_is_qualitative(wording: str) -> None:
    assert read(wording).kind is Kind.QUALITATIVE


@pytest.mark.parametrize(
    ("wording", "op"),
    [
        ("≤预算批复金额", "<="),
        ("不超预算", "<="),
        ("小于预算", "<"),
        ("小于等于预算", "<="),
        ("控制在预算范围内", "<="),
        ("不超过年初预算批复数", "<="),
    ],
)
def test_bound_to_the_budget_without_a_number(wording: str, op: str) -> None:
    assert (read(wording).kind, read(wording).op) == (Kind.BUDGET_BOUND, op)


@pytest.mark.parametrize(
    "wording",
    ["", " ", "**", "……", "详见附件", "%", "次", "/", "无", "不低于上年", "高于全省平均水平", "≥**%", "\x00", "，。"],
)
def test_what_says_nothing_is_unparseable_and_says_why(wording: str) -> None:
    reading = read(wording)
    assert reading.kind is Kind.UNPARSEABLE
    assert reading.unsure


def test_separate_conditions_are_compound_and_keep_their_conditions() -> None:
    reading = read("紧急公文在2小时内发出，非紧急公文在8小时内发出")
    assert [(p.condition, p.op, p.value, p.unit, p.words) for p in reading.parts] == [
        ("紧急公文", "<=", Decimal(2), "小时", "紧急公文在2小时内发出"),
        ("非紧急公文", "<=", Decimal(8), "小时", "非紧急公文在8小时内发出"),
    ]


@pytest.mark.parametrize(
    ("wording", "name", "category", "sense"),
    [
        ("5%", "投诉率", "31", Sense.AT_MOST),
        ("5%", "退文率", "12", Sense.AT_MOST),
        ("5%", "设备故障率", "12", Sense.AT_MOST),
        ("95%", "故障解决率", "12", Sense.AT_LEAST),
        ("100%", "投诉处理率", "31", Sense.AT_LEAST),
        ("28.8万元", "项目总成本", "41-经济成本指标", Sense.AT_MOST),
        ("10%", "成本节约率", "41", Sense.AT_LEAST),
        ("250张", "5G卡是否按照预算数量采购", "11", Sense.EXACT),
        ("3份", "发出督促提醒函数", "11", Sense.AT_LEAST),
        ("0起", "安全事故", "12", Sense.AT_MOST),
        ("30分钟", "平均故障恢复时间", "13", Sense.AT_MOST),
        ("150小时", "周平均无故障时间", "12", Sense.AT_LEAST),
    ],
)
def test_a_bare_number_takes_its_sense_from_name_and_class(
    wording: str, name: str, category: str, sense: Sense
) -> None:
    assert read(wording, name=name, category=category).sense is sense


@pytest.mark.parametrize(
    ("wording", "name", "kind", "op", "source"),
    [
        ("", "苗木成活率≥85%", Kind.NUMERIC, ">=", Source.NAME),
        ("是", "总成本小于预算", Kind.BUDGET_BOUND, "<", Source.NAME),
        ("是", "总成本≤预算", Kind.BUDGET_BOUND, "<=", Source.NAME),
        ("是", "项目成本控制", Kind.BOOLEAN, None, Source.VALUE),
        ("否", "总成本小于预算", Kind.BOOLEAN, None, Source.VALUE),
        ("退文率5%以下", "提高办文质量", Kind.NUMERIC, "<=", Source.VALUE),
        ("小于等于预算", "总成本小于预算", Kind.BUDGET_BOUND, "<=", Source.VALUE),
    ],
)
def test_a_target_that_hides_in_the_name_is_found(
    wording: str, name: str, kind: Kind, op: str | None, source: Source
) -> None:
    reading = read(wording, name=name)
    assert (reading.kind, reading.op, reading.source) == (kind, op, source)


@pytest.mark.parametrize(
    "columns",
    [
        {"计算符号": "≥", "指标值": "95", "度量单位": "%"},
        {"指标性质": "大于等于", "指标值": "95", "度量单位": "百分比"},
        {"operator": ">=", "value": 95, "unit": "%"},
        ["≥", "95", "%"],
    ],
)
def test_separate_columns_are_joined(columns: object) -> None:
    reading = read("", columns=columns)  # type: ignore[arg-type]
    assert shape(reading) == ("numeric", ">=", "95", "%", None)
    assert reading.source is Source.COLUMNS


def test_a_direction_column_decides_a_bare_number() -> None:
    assert read("3", columns={"指标方向": "反向", "度量单位": "次"}).sense is Sense.AT_MOST


def test_columns_that_contradict_the_value_are_doubted() -> None:
    assert "cells-conflict" in read("≤95%", columns={"计算符号": "≥"}).unsure


def test_repairs_are_listed() -> None:
    assert read("<p>&lt;1,200元</p>").repairs == ("html-entity", "html-tag", "thousands-separator")


def test_numbers_apart_are_not_one_number() -> None:
    reading = read("85 80 70")
    assert [part.value for part in reading.parts] == [85, 80, 70]
    assert reading.unsure
    assert read("1 000 000元").value == 1_000_000


@pytest.mark.parametrize(
    ("wording", "low", "high", "unit"),
    [("5%±1%", "4", "6", "%"), ("20±2天", "18", "22", "天"), ("80%≤执行率≤100%", "80", "100", "%")],
)
def test_bounds_around_a_middle_or_around_a_word_are_a_range(wording: str, low: str, high: str, unit: str) -> None:
    reading = read(wording)
    assert (reading.kind, str(reading.value), str(reading.high), reading.unit) == (Kind.RANGE, low, high, unit)


@pytest.mark.parametrize("wording", ["2026.12", "20261231", "2026"])
def test_digits_under_a_name_about_time_are_a_date(wording: str) -> None:
    reading = read(wording, name="项目完成时间", category="时效指标")
    assert (reading.kind, reading.date) == (Kind.DEADLINE, "2026-12-31")


def test_2026_under_another_name_is_a_number() -> None:
    assert read("2026", name="参加人数", category="数量指标").value == 2026


@pytest.mark.parametrize("wording", ["同比下降10%", "降低10%", "节约10%", "较上年减少10%"])
def test_the_more_a_bad_thing_falls_the_better(wording: str) -> None:
    assert read(wording, name="事故发生率").sense is Sense.AT_LEAST


def test_a_level_to_fall_to_is_an_upper_bound() -> None:
    assert read("降至10%", name="事故发生率").sense is Sense.AT_MOST


@pytest.mark.parametrize("wording", ["1/3", "三分之一", "前三名", "6月底前完成50%", "每季度末月25日前"])
def test_what_can_be_read_in_two_ways_is_doubted(wording: str) -> None:
    assert read(wording).unsure


def test_a_scale_in_brackets_is_no_target() -> None:
    assert shape(read("≥4.5分（5分制）")) == ("numeric", ">=", "4.5", "分", None)
    assert shape(read("90分（满分100分）")) == ("numeric", "=", "90", "分", None)


def test_a_share_with_its_day_keeps_the_day_as_condition() -> None:
    reading = read("10月底前完成80%，12月底前完成100%", name="支出进度")
    assert [(part.condition, part.value) for part in reading.parts] == [("10月底前", 80), ("12月底前", 100)]
