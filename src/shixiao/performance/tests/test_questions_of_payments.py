"""A payment that is taken back was not made: paid in time by the first payment alone, it is asked about as one that is opened again."""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from shixiao import casework
from shixiao.casework import Opening
from shixiao.casework.models import Case, Project
from shixiao.engine.questions import Kind
from shixiao.ledger import gauges
from shixiao.people.models import Unit, User
from shixiao.performance.questions import raised

HERE = ZoneInfo("Asia/Shanghai")
DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def _watched(db: None) -> Iterator[None]:
    gauges.put("payments.paid_within_limit", {}, by=None, now=datetime(2026, 1, 2, tzinfo=HERE))
    gauges.forget()
    yield
    gauges.forget()


@pytest.mark.parametrize(("before_the_limit", "is_asked_about"), [(1 * DAY, True), (9 * DAY, False)])
def test_paid_just_before_the_limit_and_reversed_after_it(
    unit: Unit, staff: Callable[..., User], before_the_limit: timedelta, is_asked_about: bool
) -> None:
    clerk, approver, cashier = (staff(name, f"payments.{name}") for name in ("clerk", "approver", "cashier"))
    project = Project.objects.create(unit=unit, name="其他运行经费", code="P01", since_year=2026, until_year=2026)
    begun, cases = datetime(2026, 2, 2, 9, tzinfo=HERE), []
    for number in range(8):
        now = begun + number * 28 * DAY
        told = {
            "project": project.pk,
            "source": "fiscal",
            "amount": "1200.50",
            "payee": "模拟印刷厂",
            "purpose": "印刷费",
            "over_reason": "预算尚未批复",
        }
        case = casework.open_case(
            "payments.payment", "register", Opening(unit=unit, particulars=told), by=clerk, now=now
        )
        limit = Case.objects.get(pk=case.pk).limit_at
        assert limit is not None
        assert limit - now > 10 * DAY  # or "long before the limit" would be before the payment
        casework.perform(case, "approve", by=approver, now=now + timedelta(hours=1))
        casework.perform(case, "pay", by=cashier, now=limit - before_the_limit, voucher=f"2026-{number}")
        reversal = {"voucher": f"2026-{number}-1", "reason": "账号有误，重新支付"}
        casework.perform(case, "reverse", by=cashier, now=limit + 2 * DAY, **reversal)
        cases.append(case.pk)
    asked = [each for each in raised(2026, now=datetime(2026, 12, 31, 20, tzinfo=HERE)) if each.kind is Kind.REOPENED]
    assert [sorted(each.cases) for each in asked] == ([cases] if is_asked_about else [])
