"""A department's total from its projects."""

from dataclasses import replace
from decimal import Decimal

import pytest

from shixiao.engine.scoring import Basis, ByHand, Member, Money, Score, Share, Sheet, Unscorable, of_department, score
from shixiao.engine.scoring.examples import indicator
from shixiao.engine.scoring.shipped import NATIONAL_2020

D = Decimal


def project(name: str, value: str | None, *, by_hand: ByHand | None = None) -> Score:
    """A project whose outputs of 90 are worth so many percent."""
    stand = {"basis": Basis.NONE} if value is None else {"value": D(value)}
    row = indicator(1, "11", "份数", "≥100份", stand, by_hand=by_hand)
    return score(Sheet(project=name, rows=(row,), money=Money(full_year=D(1), executed=D(1))), NATIONAL_2020)


def test_by_budget_and_each_the_same() -> None:
    members = [Member(project("甲", "100"), D(300)), Member(project("乙", "50"), D(100))]
    by_budget = of_department(members, share=Share.BY_BUDGET, profile=NATIONAL_2020)
    assert by_budget.total.points == D("88.75")  # (100 × 300 + 55 × 100) ÷ 400
    assert [each.lost for each in by_budget.projects] == [D(0), D("11.25")]
    equal = of_department(members, share=Share.EQUAL, profile=NATIONAL_2020)
    assert equal.total.points == D("77.5")
    assert equal.total.grade is not None
    assert equal.total.grade.zh == "中"


def test_what_the_projects_lost_makes_exactly_what_is_missing() -> None:
    members = [Member(project(name, value)) for name, value in (("甲", "99"), ("乙", "98"), ("丙", "33.33"))]
    found = of_department(members, share=Share.EQUAL, profile=NATIONAL_2020)
    assert found.total.points == D("79.1")
    assert sum(each.lost for each in found.projects) == 100 - found.total.points
    assert [each.points for each in found.projects] == [D("99.1"), D("98.2"), D("40")]


def test_nobody_has_100_by_rounding() -> None:
    members = [Member(project("甲", "100"), D(1_000_000)), Member(project("乙", "50"), D(1))]
    found = of_department(members, share=Share.BY_BUDGET, profile=NATIONAL_2020)
    assert found.total.points == D("99.99")
    assert [each.lost for each in found.projects] == [D(0), D("0.01")]


def test_what_is_open_in_a_project_is_open_in_the_department() -> None:
    members = [Member(project("甲", "100"), D(100)), Member(project("乙", None), D(100))]
    found = of_department(members, share=Share.BY_BUDGET, profile=NATIONAL_2020)
    assert (found.total.points, found.total.open, found.total.most) == (55, 45, 100)
    assert found.total.grade is None


def test_what_is_open_is_seen_however_little_it_counts() -> None:
    members = [Member(project("甲", "50"), D(10_000_000)), Member(project("乙", None), D(1))]
    found = of_department(members, share=Share.BY_BUDGET, profile=NATIONAL_2020)
    assert found.total.open == D("0.01")
    assert not found.total.is_whole


def test_typed_scores_count_only_where_that_is_asked() -> None:
    members = [Member(project("甲", "50", by_hand=ByHand(D(90), "核查")))]
    assert of_department(members, share=Share.EQUAL, profile=NATIONAL_2020).total.points == 55
    assert of_department(members, share=Share.EQUAL, profile=NATIONAL_2020, is_with_hand=True).total.points == 100


def test_a_department_without_projects_is_refused() -> None:
    with pytest.raises(Unscorable, match="no projects"):
        of_department([], share=Share.EQUAL, profile=NATIONAL_2020)


@pytest.mark.parametrize("budget", [None, D(0), D(-1)])
def test_by_budget_every_project_needs_one(budget: Decimal | None) -> None:
    members = [Member(project("甲", "100"), D(1)), Member(project("乙", "50"), budget)]
    with pytest.raises(Unscorable) as raised:
        of_department(members, share=Share.BY_BUDGET, profile=NATIONAL_2020)
    assert [each.place for each in raised.value.faults] == ["乙"]
    assert of_department(members, share=Share.EQUAL, profile=NATIONAL_2020).total.points == D("77.5")


def test_a_project_whose_points_make_110_is_refused() -> None:
    row = replace(indicator(1, "11", "份数", "≥100份", {"value": D(100)}), weight=D(100))
    wrong = score(Sheet(project="甲", rows=(row,), money=Money(full_year=D(1), executed=D(1))), NATIONAL_2020)
    with pytest.raises(Unscorable) as raised:
        of_department([Member(wrong)], share=Share.EQUAL, profile=NATIONAL_2020)
    assert raised.value.faults[0].place == "甲"
