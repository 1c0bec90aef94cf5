"""The life of one payment, from registering to reversal."""

from collections.abc import Callable
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from shixiao import casework
from shixiao.casework import Opening, Refused
from shixiao.casework.models import Case, Project
from shixiao.casework.performing import events_of
from shixiao.casework.refusing import Reason
from shixiao.offices.payments.models import Outlay, Payment
from shixiao.people.models import Unit, User

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)


@pytest.fixture
def project(unit: Unit) -> Project:
    return Project.objects.create(unit=unit, name="其他运行经费", since_year=2026, until_year=2026)


@pytest.fixture
def clerk(staff: Callable[..., User]) -> User:
    return staff("clerk", "payments.clerk")


@pytest.fixture
def approver(staff: Callable[..., User]) -> User:
    return staff("approver", "payments.approver")


@pytest.fixture
def cashier(staff: Callable[..., User]) -> User:
    return staff("cashier", "payments.cashier")


@pytest.fixture
def budget(project: Project, staff: Callable[..., User], now: datetime) -> Case:
    keeper = staff("keeper", "payments.budget_keeper")
    told = {"project": project.pk, "year": 2026, "fiscal": "156380.00", "document": "模拟〔2026〕1号"}
    opening = Opening(unit=project.unit, particulars=told)
    return casework.open_case("payments.budget", "approve", opening, by=keeper, now=now)


@pytest.fixture
def registered(budget: Case, project: Project, clerk: User, now: datetime) -> Case:
    return register(project, clerk, now)


def register(project: Project, clerk: User, now: datetime, **more: Any) -> Case:
    told = {"project": project.pk, "source": "fiscal", "amount": "1200.50", "payee": "模拟印刷厂", "purpose": "印刷费"}
    opening = Opening(unit=project.unit, particulars=told | more)
    return casework.open_case("payments.payment", "register", opening, by=clerk, now=now)


def test_from_registering_to_paying(registered: Case, approver: User, cashier: User, now: datetime) -> None:
    casework.perform(registered, "approve", by=approver, now=now + MINUTE)
    paid = casework.perform(registered, "pay", by=cashier, now=now + 2 * MINUTE, voucher="2026-06-0001")
    assert (paid.state, paid.closed_at, paid.revision) == ("paid", now + 2 * MINUTE, 3)
    assert [event.kind for event in events_of(paid)] == ["payments.registered", "payments.approved", "payments.paid"]
    assert Outlay.objects.get().amount == Decimal("1200.50")
    assert Payment.objects.get().paid_at == now + 2 * MINUTE


def test_the_number_tells_kind_and_year(registered: Case) -> None:
    assert registered.number == f"支2026-{registered.pk:06d}"


def test_who_registers_does_not_approve(
    budget: Case, project: Project, staff: Callable[..., User], now: datetime
) -> None:
    both = staff("both", "payments.clerk", "payments.approver")
    case = register(project, both, now)
    with pytest.raises(Refused) as refused:
        casework.perform(case, "approve", by=both, now=now + MINUTE)
    assert refused.value.reason is Reason.SAME_PERSON
    assert "须由另一个人办理" in refused.value.text.zh


def test_above_the_budget_only_with_a_reason(budget: Case, project: Project, clerk: User, now: datetime) -> None:
    with pytest.raises(Refused) as refused:
        register(project, clerk, now, amount="156380.01")
    assert refused.value.field == "over_reason"
    assert "将超出 0.01 元" in refused.value.text.zh
    case = register(project, clerk, now, amount="156380.01", over_reason="汛期应急")
    assert Payment.objects.get(case=case).over_by == Decimal("0.01")
    assert events_of(case).get().particulars["over_by"] == "0.01"


def test_exactly_the_budget_needs_none(budget: Case, project: Project, clerk: User, now: datetime) -> None:
    assert register(project, clerk, now, amount="156380.00").state == "registered"


def test_a_reversal_takes_the_amount_back(registered: Case, approver: User, cashier: User, now: datetime) -> None:
    casework.perform(registered, "approve", by=approver, now=now)
    casework.perform(registered, "pay", by=cashier, now=now, voucher="1")
    casework.perform(registered, "reverse", by=cashier, now=now + MINUTE, voucher="2", reason="付错账户")
    assert sum(Outlay.objects.values_list("amount", flat=True)) == 0


def test_what_was_returned_is_amended_and_its_time_goes_on(
    registered: Case, clerk: User, approver: User, now: datetime
) -> None:
    returned = casework.perform(registered, "return_", by=approver, now=now + MINUTE, reason="附件不全")
    assert returned.limit_at is None
    told = {"source": "fiscal", "amount": "1100.00", "payee": "模拟印刷厂", "purpose": "印刷费（更正）"}
    amended = casework.perform(registered, "amend", by=clerk, now=now + 2 * MINUTE, **told)
    assert (amended.state, Payment.objects.get().amount) == ("registered", Decimal("1100.00"))
    assert amended.limit_at is not None
