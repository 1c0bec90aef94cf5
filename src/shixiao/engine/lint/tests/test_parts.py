"""What the rules stand on: bounds as intervals, dimensions of units, years, repetitions, names."""

from __future__ import annotations

from decimal import Decimal

import pytest

from shixiao.engine.lint.bounds import exclude_each_other, is_looser
from shixiao.engine.lint.rows import repeats
from shixiao.engine.lint.units import dimension, units_agree
from shixiao.engine.lint.vocabulary import counting_unit, is_share, plain, stem
from shixiao.engine.lint.years import years_in
from shixiao.engine.targets.reading import Kind, Reading, Sense


def bound(text: str, *, sense: Sense = Sense.AT_LEAST, per: str | None = None, unit: str = "次") -> Reading:
    """ ">=5", "=5", "3-5": a reading in 次."""
    if "-" in text:
        low, high = text.split("-")
        return Reading(Kind.RANGE, None, Decimal(low), Decimal(high), unit=unit, per=per)
    op = text.rstrip("0123456789")
    return Reading(Kind.NUMERIC, op, Decimal(text[len(op) :]), unit=unit, per=per, sense=sense)


@pytest.mark.parametrize(
    ("one", "other", "excluded"),
    [
        (">=5", "<=4", True),
        (">=5", "<=5", False),
        (">5", "<=5", True),
        (">=5", "<5", True),
        (">5", "<6", False),
        ("3-5", ">=6", True),
        ("3-5", ">=5", False),
        ("3-5", "<=2", True),
        ("3-5", "5-9", False),
        ("3-5", "6-9", True),
        ("=5", ">=6", False),
        ("=5", "<=4", True),
        ("=5", "=6", False),
        (">=5", ">=9", False),
    ],
)
def test_bounds_exclude_each_other_where_no_number_meets_both(one: str, other: str, excluded: bool) -> None:
    assert exclude_each_other(bound(one), bound(other)) is excluded
    assert exclude_each_other(bound(other), bound(one)) is excluded


def test_a_bare_number_may_be_taken_at_its_word() -> None:
    assert exclude_each_other(bound("=5"), bound("=6"), literally=True)
    assert exclude_each_other(bound("=5"), bound(">=6"), literally=True)
    assert not exclude_each_other(bound("=6"), bound(">=6"), literally=True)


def test_a_bare_number_goes_the_way_of_its_sense() -> None:
    assert exclude_each_other(bound("=5", sense=Sense.AT_MOST), bound(">=6"))
    assert not exclude_each_other(bound("=5", sense=Sense.AT_MOST), bound("<=4"))
    assert exclude_each_other(bound("=5", sense=Sense.EXACT), bound(">=6"))
    assert exclude_each_other(bound("=5", sense=Sense.EXACT), bound("<=4"))


def test_only_numbers_of_one_unit_and_one_denominator_are_compared() -> None:
    assert not exclude_each_other(bound(">=5"), bound("<=4", unit="人"))
    assert not exclude_each_other(bound(">=5"), bound("<=4", per="每月"))
    assert not exclude_each_other(bound(">=5"), Reading(Kind.QUALITATIVE, unit="次"))
    assert not exclude_each_other(Reading(Kind.DEADLINE, unit="次"), bound("<=4"))


def test_looser_is_less_to_do() -> None:
    assert is_looser(bound(">=90"), than=bound(">=95"))
    assert not is_looser(bound(">=95"), than=bound(">=95"))
    assert is_looser(bound("<=4"), than=bound("<=2"))
    assert not is_looser(bound("<=2"), than=bound("<=4"))


@pytest.mark.parametrize(
    ("unit", "what"),
    [
        ("人", "people"),
        ("万人", "people"),
        ("万元", "money"),
        ("亩", "area"),
        ("万亩", "area"),
        ("%", "share"),
        ("光年", ""),
        ("大元", ""),
        ("", ""),
        ("万", ""),
    ],
)
def test_a_unit_measures_one_thing(unit: str, what: str) -> None:
    assert dimension(unit) == what


@pytest.mark.parametrize(
    ("one", "other", "agree"),
    [
        ("元", "万元", True),
        ("场", "次", True),
        ("人", "个", True),
        ("次", "人次", True),
        ("人", "场", False),
        ("次", "%", False),
        ("元", "个", False),
        ("个", "小时", False),
        ("光年", "%", True),
        ("%", "光年", True),
    ],
)
def test_units_agree_when_one_amount_can_be_told_in_the_other(one: str, other: str, agree: bool) -> None:
    assert units_agree(one, other) is agree


@pytest.mark.parametrize(
    ("text", "years"),
    [
        ("2026年度普法", [2026]),
        ("2025-2026年度运维", [2025, 2026]),
        ("2025—2027年度运维", [2025, 2027]),
        ("较2020年提高", []),
        ("2026.12", [2026]),
        ("发放2026份", []),
        ("12026年", []),
        ("2026年1月至2027年3月", [2026, 2027]),
    ],
)
def test_years_are_those_a_text_is_about(text: str, years: list[int]) -> None:
    assert years_in(text) == years


@pytest.mark.parametrize(
    ("value", "name", "repeated"),
    [
        ("提高工作效率", "工作效率", True),
        ("创业能力提升", "科技特派员创业能力提升", True),
        ("能力提升", "科技特派员创业能力提升", False),
        ("购置设备改善办公环境", "改善优化办公环境", True),
        ("严格按照公文流转时限要求办理", "办文时效", False),
        ("效率", "效率", False),
        ("能力的提升", "科技特派员创业能力的提升工程", True),
        ("环境办公化优善改", "改善优化办公环境", False),
        ("一二三四五七九", "一二三四五六七八九", True),
        ("一二三四五甲八", "一二三四五六七八", True),
        ("一二三四六", "一二三四五六七八", False),
        ("甲乙丙丁子丑", "甲乙丙丁寅卯辰", False),
    ],
)
def test_a_value_repeats_a_name(value: str, name: str, repeated: bool) -> None:
    assert repeats(value, name, 75) is repeated


def test_plain_spelling_makes_two_spellings_equal() -> None:
    assert plain(" ５Ｇ（试点）～％\u3000") == "5G(试点)~%"
    assert plain("满意度≥95%") == "满意度≥95%"


@pytest.mark.parametrize(
    ("name", "bare"),
    [
        ("参训人数(人)", "参训人数"),
        ("参训人数。", "参训人数"),
        ("(试点)", "(试点)"),
        ("甲)", "甲"),
        ("甲(乙)丙", "甲(乙)丙"),
    ],
)
def test_the_stem_of_a_name_leaves_out_what_hangs_at_its_end(name: str, bare: str) -> None:
    assert stem(name) == bare


def test_a_rate_is_told_from_an_efficiency_and_a_count_from_an_index() -> None:
    assert [is_share(name) for name in ("完成率", "满意度", "工作效率", "巡检频率")] == [True, True, False, False]
    assert [counting_unit(name) for name in ("参训人次", "参训人数", "设备数量", "景气指数", "质量")] == [
        "人次",
        "人",
        "",
        None,
        None,
    ]
