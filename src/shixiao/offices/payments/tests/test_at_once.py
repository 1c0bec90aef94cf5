"""Two people at the same moment, on both databases."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from decimal import Decimal
from threading import Barrier

import pytest
from django.db import connections
from django.db.models import Sum

from shixiao import casework
from shixiao.casework import Refused
from shixiao.casework.models import Case, Project
from shixiao.offices.payments import importing
from shixiao.offices.payments.models import Outlay, Payment, Statement
from shixiao.offices.payments.tests.conftest import approve_budget, register, take_over
from shixiao.offices.payments.tests.test_importing import row, workbook
from shixiao.people.models import Unit, User

pytestmark = pytest.mark.django_db(transaction=True)
AT_ONCE = 4


def at_once(call: Callable[[int], object]) -> list[object]:
    """`call(n)` in several threads that start together; what each returned, or the refusal it got."""
    start = Barrier(AT_ONCE)

    def one(number: int) -> object:
        start.wait()
        try:
            return call(number)
        except Refused as refused:
            return refused
        finally:
            connections.close_all()

    with ThreadPoolExecutor(AT_ONCE) as threads:
        return list(threads.map(one, range(AT_ONCE)))


@pytest.fixture
def clerks(staff: Callable[..., User]) -> list[User]:
    return [staff(f"clerk{number}", "payments.clerk", "payments.approver") for number in range(AT_ONCE)]


def test_payments_that_together_exceed_the_budget_do_not_both_pass(
    project: Project, keeper: User, clerks: list[User], now: datetime
) -> None:
    approve_budget(project, keeper, now, fiscal="1000")
    came = at_once(lambda number: take_over(project, clerks[number], now, amount="600", voucher=f"v{number}"))
    assert sum(isinstance(each, Case) for each in came) == 1
    refused = [each for each in came if isinstance(each, Refused)]
    assert {each.field for each in refused} == {"over_reason"}
    assert Outlay.objects.aggregate(sum=Sum("amount"))["sum"] == Decimal(600)


def test_approvals_that_together_exceed_the_budget_do_not_both_pass(
    project: Project, keeper: User, clerk: User, clerks: list[User], now: datetime
) -> None:
    approve_budget(project, keeper, now, fiscal="1000")
    cases = [register(project, clerk, now, amount="600") for _ in clerks]
    came = at_once(lambda number: casework.perform(cases[number], "approve", by=clerks[number], now=now))
    assert sum(isinstance(each, Case) for each in came) == 1
    assert Payment.objects.filter(is_approved=True).count() == 1


def test_one_voucher_at_once_in_two_projects_pays_once(
    project: Project, keeper: User, clerks: list[User], now: datetime
) -> None:
    """No budget is common to them, so the constraint is where they meet."""
    projects = [
        Project.objects.create(unit=project.unit, name=f"项目{number}", since_year=2026, until_year=2026)
        for number in range(AT_ONCE)
    ]
    for one in projects:
        approve_budget(one, keeper, now, fiscal="1000")
    came = at_once(lambda number: take_over(projects[number], clerks[number], now, amount="1", voucher="same"))
    assert sum(isinstance(each, Case) for each in came) == 1
    assert sum(isinstance(each, Refused) for each in came) == AT_ONCE - 1
    assert Outlay.objects.count() == 1


def test_one_file_at_once_is_taken_in_once(project: Project, keeper: User, clerks: list[User], now: datetime) -> None:
    approve_budget(project, keeper, now, fiscal="100000")
    content = workbook(row(), row(凭证号="2"))
    drafts = [importing.receive(content, name="x.xlsx", by=clerk, now=now) for clerk in clerks]
    came = at_once(lambda number: importing.take_in(drafts[number], by=clerks[number], now=now))
    assert Payment.objects.count() == 2
    assert Statement.objects.count() == 1
    done = [each for each in came if isinstance(each, importing.Imported)]
    assert sum(each.is_new for each in done) == 1


def test_approvals_over_several_projects_in_any_order_do_not_wait_for_each_other(
    unit: Unit, keeper: User, clerk: User, clerks: list[User], now: datetime
) -> None:
    projects = [
        Project.objects.create(unit=unit, name=f"项目{number}", since_year=2026, until_year=2026) for number in range(4)
    ]
    for project in projects:
        approve_budget(project, keeper, now, fiscal="100000")
    cases = [register(project, clerk, now, amount="1") for project in projects * 3]
    orders = [cases, cases[::-1], cases[::2] + cases[1::2], cases[1::2] + cases[::2]]
    came = at_once(lambda number: casework.perform_many(orders[number], "approve", by=clerks[number], now=now))
    assert sum(isinstance(each, list) for each in came) == 1
    assert Payment.objects.filter(is_approved=True).count() == 12
