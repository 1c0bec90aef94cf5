"""Do the amounts of a plan add up, to the last digit."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shixiao.engine import sums
from shixiao.engine.plans import Funds, Plan, Project, Unit

AMOUNT = st.none() | st.decimals(min_value=-(10**15), max_value=10**15, places=6, allow_nan=False)


def funds(total: str | None, *sources: str | None) -> Funds:
    return Funds(*(None if value is None else Decimal(value) for value in (total, *sources)))


def plan_of(stated: Funds | None, *units: Unit) -> Plan:
    return Plan("", "", "万元", stated, units)


def unit(stated: Funds | None, *projects: Funds, name: str = "甲局") -> Unit:
    return Unit(name, stated, tuple(Project(f"项目{number}", each, "", ()) for number, each in enumerate(projects, 1)))


def wrong(plan: Plan) -> list[tuple[str, str, str, Decimal]]:
    return [(each.of, each.amount, each.parts, each.difference) for each in sums.disagreements(plan)]


def test_a_plan_that_adds_up_has_no_disagreement():
    plan = plan_of(funds("3.30", "3.30"), unit(funds("3.30", "3.30"), funds("1.10", "1.10"), funds("2.20", "2.20")))
    assert wrong(plan) == []
    assert sums.totals(plan) == (1, 2, 0, Decimal("3.30"))


def test_a_cent_is_a_difference():
    plan = plan_of(funds("3.31", "3.31"), unit(funds("3.30", "3.30"), funds("3.30", "3.30")))
    assert wrong(plan) == [("plan", "total", "units", Decimal("0.01")), ("plan", "fiscal", "units", Decimal("0.01"))]


def test_a_unit_is_compared_with_its_projects():
    plan = plan_of(None, unit(funds("5", "5"), funds("1", "1"), funds("3", "3")))
    assert wrong(plan) == [("unit", "total", "projects", Decimal(1)), ("unit", "fiscal", "projects", Decimal(1))]
    (first, _) = sums.disagreements(plan)
    assert (first.unit, first.project, first.stated, first.added) == ("甲局", None, Decimal(5), Decimal(4))


def test_a_total_is_compared_with_its_sources():
    plan = plan_of(None, unit(None, funds("5", "3", "1", "0.5")))
    assert wrong(plan) == [("project", "total", "sources", Decimal("0.5"))]


def test_an_empty_cell_agrees_with_zero_and_with_nothing_else():
    assert wrong(plan_of(funds("0", None), unit(funds(None), funds(None)))) == []
    assert wrong(plan_of(funds(None), unit(funds("1", "1"), funds("1", "1")))) == [
        ("plan", "total", "units", Decimal(-1)),
        ("plan", "fiscal", "units", Decimal(-1)),
    ]


def test_without_a_subtotal_the_projects_stand_for_the_unit():
    plan = plan_of(funds("3", "3"), unit(None, funds("1", "1"), funds("2", "2")))
    assert wrong(plan) == []
    assert sums.totals(plan_of(None, unit(None, funds("1"), funds("2")))).funds == Decimal(3)


def test_a_unit_without_projects_is_compared_with_nothing():
    assert wrong(plan_of(funds("3", "3"), unit(funds("3", "3")))) == []


def test_no_amount_at_all_is_no_amount_and_not_zero():
    assert sums.totals(plan_of(None, unit(None, funds(None)))).funds is None
    assert sums.add([None, None]) is None
    assert sums.add([]) is None


def test_large_amounts_are_added_without_rounding():
    assert sums.add([Decimal("123456789012345.6789012345"), Decimal("0.0000000001")]) == Decimal(
        "123456789012345.6789012346"
    )


@given(st.lists(AMOUNT, min_size=1, max_size=6))
def test_the_order_of_rows_changes_no_sum(amounts):
    assert sums.add(amounts) == sums.add(reversed(amounts))


@given(st.lists(st.lists(AMOUNT, min_size=1, max_size=4), min_size=1, max_size=4))
def test_a_plan_made_of_its_own_sums_always_agrees(units):
    made = []
    for projects in units:
        listed = [Funds(amount, amount) for amount in projects]
        total = sums.add(projects)
        made.append(unit(Funds(total, total), *listed))
    total = sums.add(each.funds.total for each in made)
    assert wrong(plan_of(Funds(total, total), *made)) == []


@pytest.mark.parametrize("amount", sums.AMOUNTS)
def test_every_column_is_compared(amount):
    plan = plan_of(None, unit(Funds(**{amount: Decimal(2)}), Funds(**{amount: Decimal(1)})))
    assert ("unit", amount, "projects", Decimal(1)) in wrong(plan)
