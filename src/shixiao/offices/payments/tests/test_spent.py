"""How far a budget is spent, as the money page asks: now, and as it was known at the end of a past day."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from shixiao import casework
from shixiao.casework.models import Case, Project
from shixiao.casework.performing import zone
from shixiao.ledger import gauges
from shixiao.offices.payments import measures, queries
from shixiao.offices.payments.tests.conftest import approve_budget, take_over
from shixiao.people.models import User

pytestmark = pytest.mark.django_db


def at(month: int, day: int) -> datetime:
    return datetime(2026, month, day, 10, tzinfo=zone())


@pytest.fixture
def money(project: Project, keeper: User, clerk: User, now: datetime) -> Project:
    """Approved in January and adjusted in June; paid in March, and in April what was written down in June only."""
    gauges.put_many(
        [(each.name, {}) for each in (measures.paid_amount, measures.approved_budget)], by=None, now=at(1, 1)
    )
    budget: Case = approve_budget(project, keeper, at(1, 5))
    take_over(project, clerk, at(3, 10), voucher="1", amount="1000.00")
    take_over(project, clerk, at(6, 2), voucher="2", amount="500.00", happened_at=at(4, 1))
    casework.perform(
        budget, "adjust", by=keeper, now=at(6, 3), fiscal="100000.00", document="模拟〔2026〕9号", reason="压减"
    )
    return project


def told(project: Project, by: User, now: datetime, as_of: date | None = None) -> tuple[Decimal | None, Decimal]:
    found = queries.spent([project.pk], year=2026, by=by, now=now, as_of=as_of)[project.pk]
    return found.approved, found.paid


def test_of_a_past_day_it_is_what_was_known_then(money: Project, keeper: User, now: datetime) -> None:
    first, adjusted = Decimal("156380.00"), Decimal("100000.00")
    assert told(money, keeper, now) == (adjusted, Decimal("1500.00"))
    assert told(money, keeper, now, date(2026, 6, 29)) == (adjusted, Decimal("1500.00"))
    assert told(money, keeper, now, date(2026, 6, 2)) == (first, Decimal("1500.00"))
    assert told(money, keeper, now, date(2026, 6, 1)) == (first, Decimal("1000.00"))
    assert told(money, keeper, now, date(2026, 3, 9)) == (first, Decimal(0))
    assert queries.spent([money.pk], year=2026, by=keeper, now=now, as_of=date(2026, 1, 4)) == {}


def test_the_numbers_of_a_past_day_lead_to_what_counted_then(
    money: Project, keeper: User, now: datetime, signed_in: Callable[[User], Client]
) -> None:
    found = queries.spent([money.pk], year=2026, by=keeper, now=now, as_of=date(2026, 6, 1))[money.pk]
    page = signed_in(keeper).get(found.paid_address).content.decode()
    assert "知道 1,000.00 元，现在知道 1,500.00 元" in page
    assert "156,380" in signed_in(keeper).get(found.address).content.decode()


def test_a_past_day_is_one_statement_for_any_number_of_projects(money: Project, keeper: User, now: datetime) -> None:
    others = [
        Project.objects.create(unit=money.unit, name=f"项目{n}", since_year=2026, until_year=2026).pk for n in range(9)
    ]
    with CaptureQueriesContext(connection) as queried:
        queries.spent([money.pk, *others], year=2026, by=keeper, now=now, as_of=date(2026, 6, 1))
    assert sum("ledger_fact" in each["sql"] for each in queried) == 1


def test_before_the_office_is_in_use_nothing_is_said(project: Project, keeper: User, now: datetime) -> None:
    yesterday = now.date() - timedelta(days=1)
    assert queries.spent([project.pk], year=2026, by=keeper, now=now, as_of=yesterday) == {}
