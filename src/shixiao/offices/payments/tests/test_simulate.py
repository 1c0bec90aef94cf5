"""The invented year: the same every time, within what the step tables allow, and plausible."""

from collections.abc import Callable, Mapping
from datetime import datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from shixiao.casework.models import Case, Project
from shixiao.casework.performing import zone
from shixiao.casework.simulating import Days, character
from shixiao.ledger.models import Event
from shixiao.offices.payments import queries
from shixiao.offices.payments.models import Payment
from shixiao.offices.payments.planning import PlannedPayment, budgets, plan
from shixiao.offices.payments.simulate import simulate
from shixiao.people.models import Unit, User

NAMES = ("工作经费", "购置经费", "其他运行经费", "信息化运维服务项目")
WORDS = ("clerk", "approver", "cashier", "budget_keeper")


@pytest.fixture
def projects(unit: Unit) -> list[Project]:
    return [Project.objects.create(unit=unit, name=name, since_year=2026, until_year=2026) for name in NAMES]


@pytest.fixture
def desk(staff: Callable[..., User]) -> Mapping[str, User]:
    return {f"payments.{word}": staff(word.replace("_", ""), f"payments.{word}") for word in WORDS}


def planned(seed: int) -> list[PlannedPayment]:
    days = Days(character(year=2026, seed=seed), lambda day: day.weekday() < 5, zone())
    known = budgets(NAMES, days.who)
    return [payment for month in range(1, 13) for payment in plan(NAMES, known, days, month)]


def test_a_seed_gives_one_year() -> None:
    assert planned(1) == planned(1)
    assert planned(1) != planned(2)


def test_every_name_is_marked_as_invented() -> None:
    assert all(each.steps[0].told["payee"].startswith("模拟") for each in planned(1))


@pytest.mark.django_db
def test_the_year_until_november(projects: list[Project], desk: Mapping[str, User]) -> None:
    now = datetime(2026, 11, 26, 16, 0, tzinfo=ZoneInfo("Asia/Shanghai"))
    count = simulate(projects=projects, staff=desk, now=now)
    assert count == Case.objects.count() > 60
    assert "paid" in set(Case.objects.filter(kind="payments.payment").values_list("state", flat=True))
    assert not Event.objects.filter(recorded_at__gt=now).exists()
    (over,) = Payment.objects.filter(over_by__gt=0)
    assert over.source == "other"
    overview = queries.Overview(rows=queries.executions(Project.objects.all(), year=2026), year=2026, time_passed=queries.time_passed(2026, today=now.date()))  # fmt: skip
    assert overview.rate is not None
    assert 40 < overview.rate < 100


@pytest.mark.django_db
@pytest.mark.parametrize(("month", "day"), [(1, 3), (1, 15), (2, 20), (6, 10)])
def test_any_day_of_the_year(projects: list[Project], desk: Mapping[str, User], month: int, day: int) -> None:
    now = datetime(2026, month, day, 9, 0, tzinfo=ZoneInfo("Asia/Shanghai"))
    count = simulate(projects=projects, staff=desk, now=now)
    assert count == Case.objects.count()
    assert (count == 0) == (month == 1 and day == 3)


@pytest.mark.django_db
@pytest.mark.parametrize("seed", [1, 7, 2026])
def test_known_budgets_are_kept_to_until_the_last_day(
    projects: list[Project], desk: Mapping[str, User], seed: int
) -> None:
    now = datetime(2026, 12, 31, 18, 0, tzinfo=ZoneInfo("Asia/Shanghai"))
    approved = {each.pk: Decimal(1_563_800 if "其他" in each.name else 45_000 + 1000 * each.pk) for each in projects}
    simulate(projects=projects, staff=desk, now=now, approved=approved, seed=seed)
    found = queries.executions(Project.objects.all(), year=2026)
    assert {each.project.pk: each.opening and each.opening.fiscal for each in found} == approved
    assert [each.project.name for each in found if each.over_by - each.paid.get("other", Decimal(0)) > 0] == []
