"""Payments on the pages that every office has: amounts in lists and files, projects of the unit, the manual."""

import io
from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal

import openpyxl
import pytest
from django.test import Client

from shixiao.casework.models import Case, Project
from shixiao.offices.payments.tests.test_a_payment import (  # noqa: F401 — fixtures
    approver,
    budget,
    cashier,
    clerk,
    project,
    register,
    registered,
)
from shixiao.people import actions
from shixiao.people.models import Unit, User

pytestmark = pytest.mark.django_db
LIST = "/offices/payments/"


def test_lists_show_amount_and_payee(registered: Case, clerk: User, signed_in: Callable[[User], Client]) -> None:  # noqa: F811
    page = signed_in(clerk).get(LIST).content.decode()
    assert "1,200.50" in page
    assert "模拟印刷厂" in page


def test_amounts_leave_as_numbers(registered: Case, clerk: User, signed_in: Callable[[User], Client]) -> None:  # noqa: F811
    answer = signed_in(clerk).post(f"{LIST}export.xlsx?kind=payments.payment")
    sheet = openpyxl.load_workbook(io.BytesIO(b"".join(answer.streaming_content))).active  # type: ignore[attr-defined]
    heads = {cell.value: cell.column for cell in sheet[4]}
    amount = sheet.cell(row=5, column=heads["金额（元）"])
    assert (amount.data_type, Decimal(str(amount.value))) == ("n", Decimal("1200.50"))


def test_only_projects_of_the_unit_can_be_chosen(
    project: Project,  # noqa: F811
    clerk: User,  # noqa: F811
    unit: Unit,
    signed_in: Callable[[User], Client],
    now: datetime,
) -> None:
    below = actions.create_unit("下级", code="BEL", parent=unit, since=date(2020, 1, 1), by=None, now=now)
    Project.objects.create(unit=below, name="下级的项目", since_year=2026, until_year=2026)
    browser, form = signed_in(clerk), "/cases/new/payments.payment/register/"
    page = browser.get(form).content.decode()
    assert project.name in page
    assert "下级的项目" not in page
    again = browser.post(form, {"unit": below.pk, "again": "unit", "payee": "已经写好的"}).content.decode()
    assert "下级的项目" in again
    assert 'value="已经写好的"' in again
    assert not Case.objects.exists()


def test_above_the_budget_the_reason_is_asked_for_beside_its_field(
    budget: Case,  # noqa: F811
    project: Project,  # noqa: F811
    clerk: User,  # noqa: F811
    signed_in: Callable[[User], Client],
) -> None:
    told = {"project": project.pk, "source": "fiscal", "amount": "156380.01", "payee": "模拟", "purpose": "印刷"}
    told |= {"happened_at": "2026-07-01T09:00"}
    answer = signed_in(clerk).post("/cases/new/payments.payment/register/", told)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "将超出 0.01 元" in page
    assert 'id="over_reason_error"' in page
    assert 'value="156380.01"' in page


def test_the_whole_life_is_on_the_page_and_its_buttons_follow_the_posts(
    registered: Case,  # noqa: F811
    approver: User,  # noqa: F811
    cashier: User,  # noqa: F811
    signed_in: Callable[[User], Client],
) -> None:
    address = f"/cases/{registered.pk}/"
    assert "您现在没有可办理的步骤" in signed_in(cashier).get(address).content.decode()
    signed_in(approver).post(f"{address}approve/", {"seen": "1"})
    signed_in(cashier).post(f"{address}pay/", {"seen": "2", "voucher": "2026-06-0001"})
    page = signed_in(cashier).get(address).content.decode()
    for word in ("登记支出", "审核同意", "凭证号", "2026-06-0001", "逾期办结", "冲销"):
        assert word in page
