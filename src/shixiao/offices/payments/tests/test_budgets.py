"""Budgets: what may be spent, to the fen, on both sides of every boundary; years; reversals."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.db.models import Sum
from hypothesis import given
from hypothesis import strategies as st

from shixiao import casework
from shixiao.casework import Opening, Refused, years
from shixiao.casework.models import Case, Project
from shixiao.casework.performing import events_of
from shixiao.casework.refusing import Reason
from shixiao.offices.payments import queries
from shixiao.offices.payments.models import Budget, BudgetVersion, Outlay, Payment
from shixiao.offices.payments.spending import NOTHING, Account
from shixiao.offices.payments.tests.conftest import approve_budget, register, take_over, told
from shixiao.people.models import Unit, User

ZONE = ZoneInfo("Asia/Shanghai")
MINUTE = timedelta(minutes=1)
database = pytest.mark.django_db


@pytest.fixture
def long_project(unit: Unit) -> Project:
    return Project.objects.create(unit=unit, name="跨年项目", since_year=2026, until_year=2027)


def spent(project: Project, year: int) -> Decimal:
    return Outlay.objects.filter(project=project, year=year).aggregate(sum=Sum("amount"))["sum"] or NOTHING


# ---- approving and adjusting -------------------------------------------------------------------------------------


@database
def test_a_project_has_one_budget_a_year(budget: Case, project: Project, keeper: User, now: datetime) -> None:
    with pytest.raises(Refused, match="adjust that one"):
        approve_budget(project, keeper, now)
    assert Budget.objects.count() == 1


@database
def test_every_version_keeps_its_document(budget: Case, keeper: User, now: datetime) -> None:
    more = {"fiscal": "100000.00", "other": "0.50", "document": "模拟〔2026〕9号", "reason": "压减"}
    casework.perform(budget, "adjust", by=keeper, now=now + MINUTE, **more)
    versions = BudgetVersion.objects.order_by("number").values_list("number", "fiscal", "other", "document")
    assert list(versions) == [
        (1, Decimal("156380.00"), NOTHING, "模拟〔2026〕1号"),
        (2, Decimal("100000.00"), Decimal("0.50"), "模拟〔2026〕9号"),
    ]
    assert Budget.objects.get().fiscal == Decimal("100000.00")


@database
@pytest.mark.parametrize(("fiscal", "below"), [("1200.50", None), ("1200.49", "0.01")])
def test_below_what_is_paid_is_said_on_the_event(
    budget: Case, project: Project, keeper: User, clerk: User, now: datetime, fiscal: str, below: str | None
) -> None:
    take_over(project, clerk, now)
    more = {"fiscal": fiscal, "document": "模拟2号", "reason": "压减"}
    casework.perform(budget, "adjust", by=keeper, now=now + MINUTE, **more)
    assert events_of(budget).latest("id").particulars.get("below_paid") == below


@database
def test_a_budget_with_money_bound_is_not_finished(
    budget: Case, project: Project, keeper: User, clerk: User, approver: User, now: datetime
) -> None:
    case = register(project, clerk, now)
    casework.perform(case, "approve", by=approver, now=now)
    with pytest.raises(Refused, match=r"1,200\.50 yuan are approved and unpaid"):
        casework.perform(budget, "finish", by=keeper, now=now + MINUTE)
    casework.perform(case, "cancel", by=clerk, now=now + MINUTE, reason="不办了")
    finished = casework.perform(budget, "finish", by=keeper, now=now + MINUTE)
    assert events_of(finished).latest("id").particulars["paid"] == "0.00"


@database
@pytest.mark.parametrize("amount", ["1.005", "-1", "0", "1e2", "NaN", "1000000000000.00", 0.1])
def test_amounts_that_are_none(budget: Case, project: Project, clerk: User, now: datetime, amount: Any) -> None:
    with pytest.raises(Refused) as refused:
        register(project, clerk, now, amount=amount)
    assert refused.value.field == "amount"


# ---- what may be spent -------------------------------------------------------------------------------------------


@database
@pytest.mark.parametrize(("amount", "is_over"), [("155179.50", False), ("155179.51", True)])
def test_what_is_approved_and_unpaid_counts(
    budget: Case, project: Project, clerk: User, approver: User, now: datetime, amount: str, is_over: bool
) -> None:
    first = register(project, clerk, now)
    casework.perform(first, "approve", by=approver, now=now)
    if is_over:
        with pytest.raises(Refused, match=r"exceeded by 0\.01"):
            register(project, clerk, now, amount=amount)
    else:
        register(project, clerk, now, amount=amount)


@database
def test_registered_only_binds_nothing_until_it_is_approved(
    budget: Case, project: Project, clerk: User, approver: User, now: datetime
) -> None:
    """Two that each fit may both be registered; the second is stopped when it is approved."""
    one, two = (register(project, clerk, now, amount="100000") for _ in range(2))
    casework.perform(one, "approve", by=approver, now=now)
    with pytest.raises(Refused, match="43,620") as refused:
        casework.perform(two, "approve", by=approver, now=now)
    assert refused.value.field == "over_reason"
    casework.perform(two, "approve", by=approver, now=now, over_reason="汛期应急")
    assert Payment.objects.get(case=two).over_by == Decimal("43620.00")


@database
def test_many_approved_at_once_are_added_up(
    budget: Case, project: Project, clerk: User, approver: User, now: datetime
) -> None:
    cases = [register(project, clerk, now, amount="60000") for _ in range(3)]
    with pytest.raises(Refused) as refused:
        casework.perform_many(cases, "approve", by=approver, now=now)
    assert refused.value.row == 2
    assert not Payment.objects.filter(is_approved=True).exists()
    casework.perform_many(cases[:2], "approve", by=approver, now=now)


@database
def test_one_source_does_not_pay_for_another(budget: Case, project: Project, clerk: User, now: datetime) -> None:
    with pytest.raises(Refused, match="Other funds: approved 0"):
        register(project, clerk, now, source="other", amount="0.01")


@database
def test_a_reason_holds_for_no_more_than_it_was_given_for(
    budget: Case, project: Project, clerk: User, approver: User, cashier: User, now: datetime
) -> None:
    case = register(project, clerk, now, amount="156381", over_reason="差一元")
    casework.perform(case, "approve", by=approver, now=now)
    take_over(project, clerk, now, amount="1", over_reason="另一笔")
    with pytest.raises(Refused, match=r"exceeded by 2\.00"):
        casework.perform(case, "pay", by=cashier, now=now, voucher="v1")
    casework.perform(case, "pay", by=cashier, now=now, voucher="v1", over_reason="差两元")


@database
def test_a_voucher_pays_once_a_year_whatever_it_pays(
    budget: Case, project: Project, clerk: User, approver: User, cashier: User, now: datetime
) -> None:
    take_over(project, clerk, now, voucher="v1")
    case = register(project, clerk, now)
    casework.perform(case, "approve", by=approver, now=now)
    with pytest.raises(Refused, match="used by another payment of 2026"):
        casework.perform(case, "pay", by=cashier, now=now, voucher="v1")
    casework.perform(case, "pay", by=cashier, now=now, voucher="v2")


@database
def test_ten_thousand_amounts_add_up_exactly(budget: Case, project: Project, now: datetime) -> None:
    amounts = [Decimal(number * 7919 % 99991 + 1) / 100 for number in range(10_000)]
    for start in range(0, 10_000, 500):
        Outlay.objects.bulk_create(
            Outlay(
                case=budget, project=project, year=2026, month=1 + number % 12, source="fiscal",
                amount=amounts[number], voucher=f"v{number}", happened_at=now,
            )
            for number in range(start, start + 500)
        )  # fmt: skip
    (row,) = queries.executions(Project.objects.all(), year=2026)
    assert row.spent == sum(amounts)
    assert sum(month.paid for month in queries.months([project], year=2026)) == sum(amounts)


@given(
    approved=st.decimals(0, 10**9, places=2),
    paid=st.decimals(0, 10**9, places=2),
    waiting=st.decimals(0, 10**9, places=2),
    amount=st.decimals("0.01", 10**9, places=2),
)
def test_over_is_what_does_not_fit(approved: Decimal, paid: Decimal, waiting: Decimal, amount: Decimal) -> None:
    account = Account({"fiscal": approved}, paid={"fiscal": paid}, waiting={"fiscal": waiting})
    over = account.over_by("fiscal", amount)
    assert over >= 0
    assert (over == 0) == (paid + waiting + amount <= approved)
    if over:
        assert account.over_by("fiscal", amount + 1) == over + 1


# ---- years -------------------------------------------------------------------------------------------------------


@database
def test_money_counts_in_the_year_in_which_it_leaves(
    long_project: Project, keeper: User, clerk: User, approver: User, cashier: User
) -> None:
    december, january = datetime(2026, 12, 31, 23, 59, 59, tzinfo=ZONE), datetime(2027, 1, 1, tzinfo=ZONE)
    for year, at in ((2026, december), (2027, january)):
        approve_budget(long_project, keeper, at, year=year, fiscal="1000")
    last, first = (register(long_project, clerk, december, amount="400") for _ in range(2))
    for case in (last, first):
        casework.perform(case, "approve", by=approver, now=december)
    casework.perform(last, "pay", by=cashier, now=december, voucher="v1")
    casework.perform(first, "pay", by=cashier, now=january, voucher="v1")  # numbers of vouchers begin anew
    assert (spent(long_project, 2026), spent(long_project, 2027)) == (Decimal(400), Decimal(400))
    (then,) = queries.executions(Project.objects.all(), year=2026)
    assert (then.spent, then.bound) == (Decimal(400), NOTHING)


@database
def test_it_is_the_budget_of_that_year_that_must_do(
    long_project: Project, keeper: User, clerk: User, approver: User, cashier: User
) -> None:
    december, january = datetime(2026, 12, 30, 9, tzinfo=ZONE), datetime(2027, 1, 4, 9, tzinfo=ZONE)
    approve_budget(long_project, keeper, december, year=2026, fiscal="1000")
    approve_budget(long_project, keeper, january, year=2027, fiscal="399.99")
    case = register(long_project, clerk, december, amount="400")
    casework.perform(case, "approve", by=approver, now=december)
    with pytest.raises(Refused, match=r"exceeded by 0\.01"):
        casework.perform(case, "pay", by=cashier, now=january, voucher="v")
    casework.perform(case, "pay", by=cashier, now=january, happened_at=december + MINUTE, voucher="v")
    assert (spent(long_project, 2026), spent(long_project, 2027)) == (Decimal(400), NOTHING)


@database
def test_a_payment_of_a_project_that_is_over_still_shows(
    budget: Case, project: Project, clerk: User, approver: User, cashier: User, now: datetime
) -> None:
    case = register(project, clerk, now)
    casework.perform(case, "approve", by=approver, now=now)
    january = datetime(2027, 1, 5, tzinfo=ZONE)
    casework.perform(case, "pay", by=cashier, now=january, voucher="v", over_reason="上年已批")
    (row,) = queries.executions(Project.objects.all(), year=2027)
    assert (row.spent, row.has_budget, row.rate) == (Decimal("1200.50"), False, None)


@database
def test_the_project_must_run_in_the_year(project: Project, clerk: User) -> None:
    with pytest.raises(Refused) as refused:
        register(project, clerk, datetime(2027, 1, 1, tzinfo=ZONE))
    assert (refused.value.field, refused.value.reason) == ("project", Reason.INVALID)


@database
def test_a_closed_year_takes_no_payment_and_a_reversal_goes_into_the_open_one(
    long_project: Project, keeper: User, clerk: User, cashier: User
) -> None:
    then, now = datetime(2026, 11, 3, 10, tzinfo=ZONE), datetime(2027, 3, 1, tzinfo=ZONE)
    approve_budget(long_project, keeper, then, year=2026, fiscal="1000")
    case = take_over(long_project, clerk, then, amount="300")
    years.close_year(2026, by=None, now=now)
    with pytest.raises(Refused) as refused:
        take_over(long_project, clerk, now, happened_at=then, voucher="late")
    assert refused.value.reason is Reason.YEAR_CLOSED
    with pytest.raises(Refused, match="closed"):
        casework.perform(case, "reverse", by=cashier, now=now, happened_at=then + MINUTE, voucher="r", reason="付错")
    casework.perform(case, "reverse", by=cashier, now=now, voucher="r", reason="付错")
    assert (spent(long_project, 2026), spent(long_project, 2027)) == (Decimal(300), Decimal(-300))
    assert Outlay.objects.get(amount__lt=0).month == 3


@database
def test_what_was_reversed_may_be_spent_again(
    budget: Case, project: Project, clerk: User, cashier: User, now: datetime
) -> None:
    case = take_over(project, clerk, now, amount="156380.00")
    with pytest.raises(Refused, match="Give a reason"):
        register(project, clerk, now, amount="0.01")
    casework.perform(case, "reverse", by=cashier, now=now + MINUTE, voucher="r", reason="付错")
    assert register(project, clerk, now + MINUTE, amount="156380.00").state == "registered"
    with pytest.raises(Refused) as refused:
        casework.perform(case, "reverse", by=cashier, now=now + MINUTE, voucher="r2", reason="再一次")
    assert refused.value.reason is Reason.WRONG_STATE


@pytest.mark.parametrize(
    ("year", "today", "passed"),
    [
        (2026, date(2025, 12, 31), "0.0"), (2026, date(2026, 1, 1), "0.3"), (2026, date(2026, 6, 30), "49.6"),
        (2026, date(2026, 12, 31), "100.0"), (2026, date(2027, 5, 1), "100.0"), (2028, date(2028, 2, 29), "16.4"),
    ],
)  # fmt: skip
def test_time_passed(year: int, today: date, passed: str) -> None:
    assert str(queries.time_passed(year, today=today)) == passed


@database
def test_a_contract_of_another_project_is_refused(
    budget: Case, project: Project, long_project: Project, clerk: User, now: datetime
) -> None:
    from shixiao.casework import shared_things

    contract = shared_things.create_contract(
        "HT-9", project=long_project, name="x", party="y", amount=None, since=now.date(), until=None, by=None, now=now
    )
    with pytest.raises(Refused) as refused:
        register(project, clerk, now, contract=contract.pk)
    assert refused.value.field == "contract"


@database
def test_a_project_of_another_unit_is_refused(project: Project, clerk: User, unit: Unit, now: datetime) -> None:
    from shixiao.people import actions

    below = actions.create_unit("模拟下级", code="XJ", parent=unit, since=date(2020, 1, 1), by=None, now=now)
    with pytest.raises(Refused) as refused:
        casework.open_case(
            "payments.payment", "register", Opening(unit=below, particulars=told(project)), by=clerk, now=now
        )
    assert refused.value.field == "project"


@database
def test_the_offer_says_first_and_now(budget: Case, project: Project, keeper: User, now: datetime, staff: Callable[..., User]) -> None:  # fmt: skip
    more = {"fiscal": "1", "document": "模拟2号", "reason": "压减"}
    casework.perform(budget, "adjust", by=keeper, now=now, **more)
    found = queries.OFFERS["approved_budget"]([project.pk, 99], year=2026)
    assert list(found) == [project.pk]
    assert found[project.pk].case == budget.pk
    assert (found[project.pk].first["fiscal"], found[project.pk].now["fiscal"]) == (Decimal("156380.00"), Decimal(1))
