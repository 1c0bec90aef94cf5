"""The points for spending the budget, ten of them."""

from dataclasses import replace
from decimal import Decimal

import pytest

from shixiao.engine.scoring import Basis, Cause, Money, Profile, RowScore, Sheet, rate_in_percent, rate_of, score
from shixiao.engine.scoring.examples import indicator
from shixiao.engine.scoring.shipped import HUBEI, NATIONAL_2021, STEPS_2021

D = Decimal
ROW = indicator(1, "11", "指标", "≥1次", {"value": D(1)})


def spent(
    executed: str | None, full_year: str | None = "1000", *, profile: Profile = NATIONAL_2021, done: bool | None = None
) -> RowScore:
    money = Money(
        full_year=None if full_year is None else D(full_year),
        executed=None if executed is None else D(executed),
        is_finished=done,
    )
    return score(Sheet(project="项目", rows=(ROW,), money=money), profile).execution


@pytest.mark.parametrize(
    ("executed", "points", "percent"),
    [
        ("1000", "10", "100"),
        ("999.99", "9.99", "99.99"),  # 99.999% is neither shown as 100% nor scored as all
        ("999.9", "9.99", "99.99"),
        ("999.49", "9.99", "99.95"),
        ("999.5", "9.99", "99.95"),  # 9.995 would be 10.00
        ("998.5", "9.99", "99.85"),  # 9.985 goes up
        ("998.49", "9.98", "99.85"),
        ("932", "9.32", "93.2"),
        ("0.49", "0", "0.05"),
        ("0.5", "0.01", "0.05"),
        ("0", "0", "0"),
    ],
)
def test_points_by_the_rate(executed: str, points: str, percent: str) -> None:
    row = spent(executed)
    assert row.points == D(points)
    assert rate_in_percent(Money(full_year=D(1000), executed=D(executed))) == D(percent)
    assert sum((each.lost for each in row.explanations), D(0)) == 10 - D(points)
    assert row.basis is Basis.MEASURED


def test_the_explanation_says_what_was_not_spent() -> None:
    (why,) = spent("932").explanations
    assert why.row is None
    assert why.cause is Cause.UNSPENT
    assert why.numbers == {"executed": "932", "full_year": "1000", "unspent": "68", "percent": "93.2"}
    assert why.text.zh == "执行 932 万元，全年预算 1000 万元，执行率 93.2%：10 分扣 0.68"


def test_more_than_the_budget_is_full_and_flagged() -> None:
    row = spent("1025.90")
    assert row.points == 10
    assert [each.code for each in row.notes] == ["overspent"]
    assert "多 25.9 万元" in row.notes[0].text.zh
    assert rate_in_percent(Money(full_year=D(1000), executed=D("1025.90"))) == D("102.59")
    assert spent("1000").notes == ()
    assert spent("1000.01").points == 10
    assert [each.code for each in spent("1000.01").notes] == ["overspent"]


@pytest.mark.parametrize("executed", ["0", "5"])
def test_a_budget_of_0_has_no_rate(executed: str) -> None:
    row = spent(executed, "0")
    assert row.points is None
    assert row.open == 10
    assert row.explanations[0].cause is Cause.NO_RULE
    assert "全年预算数为 0" in row.explanations[0].text.zh
    assert rate_of(Money(full_year=D(0), executed=D(executed))) is None


@pytest.mark.parametrize(("executed", "full_year"), [(None, "1000"), ("10", None), (None, None)])
def test_what_is_not_known_is_not_scored(executed: str | None, full_year: str | None) -> None:
    row = spent(executed, full_year)
    assert row.points is None
    assert row.basis is Basis.NONE
    assert row.explanations[0].cause is Cause.NO_EVIDENCE
    assert row.explanations[0].is_open


@pytest.mark.parametrize(("executed", "full_year"), [("-0.01", "1000"), ("10", "-1"), ("-1", "0")])
def test_amounts_below_0_are_for_a_person(executed: str, full_year: str) -> None:
    row = spent(executed, full_year)
    assert row.points is None
    assert "小于 0" in row.explanations[0].text.zh


@pytest.mark.parametrize(
    ("executed", "points"),
    [("1000", "10"), ("999.99", "7"), ("800", "7"), ("799.99", "5"), ("600", "5"), ("599.99", "0"), ("0", "0")],
)
def test_by_steps_where_the_work_is_not_finished(executed: str, points: str) -> None:
    row = spent(executed, profile=STEPS_2021, done=False)
    assert row.points == D(points)
    assert sum((each.lost for each in row.explanations), D(0)) == row.lost


def test_by_steps_finished_within_the_budget_is_full() -> None:
    assert spent("500", profile=STEPS_2021, done=True).points == 10
    asked = spent("500", profile=STEPS_2021)
    assert asked.points is None
    assert "是否完成" in asked.explanations[0].text.zh
    assert spent("1000", profile=STEPS_2021).points == 10


def test_hubei_has_20_for_it() -> None:
    assert spent("932", profile=HUBEI).points == D("18.64")


def test_the_points_that_the_form_prints_count() -> None:
    money = Money(full_year=D(1000), executed=D(500), weight=D(20))
    sheet = Sheet(project="项目", rows=(replace(ROW, weight=D(80)),), money=money)
    found = score(sheet, NATIONAL_2021)
    assert found.execution.points == 10
    assert found.weights.is_right
