"""The years that offices simulate for the demonstration are honest, and nearly nothing is asked about them."""

from collections.abc import Callable, Mapping
from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest

from shixiao.casework.models import Project
from shixiao.engine.measures import CATALOGUE, Measure
from shixiao.ledger import gauges
from shixiao.offices.payments import simulate as payments
from shixiao.offices.registers import simulate as registers
from shixiao.people.actions import create_unit
from shixiao.people.models import Unit, User
from shixiao.performance.questions import raised

pytestmark = pytest.mark.django_db
EVENING = datetime(2026, 12, 31, 18, tzinfo=ZoneInfo("Asia/Shanghai"))
WORDS = (
    *(f"registers.{word}" for word in ("keeper", "clerk", "confirmer", "restricted_clerk", "restricted_confirmer")),
    *(f"payments.{word}" for word in ("clerk", "approver", "cashier", "budget_keeper")),
)


@pytest.fixture
def people(staff: Callable[..., User]) -> Mapping[str, User]:
    return {word: staff(word.replace("_", "").replace(".", ""), word) for word in WORDS}


@pytest.fixture
def projects(unit: Unit, now: datetime) -> list[Project]:
    below = create_unit("模拟交换站", code="SIM2", parent=unit, since=date(2020, 1, 1), by=None, now=now)
    names = ("工作经费", "其他运行经费", "专项工作经费", "政务信息化建设项目")
    made = [Project.objects.create(unit=unit, name=name, since_year=2026, until_year=2026) for name in names]
    return [*made, Project.objects.create(unit=below, name="专项工作经费", since_year=2026, until_year=2026)]


@pytest.mark.parametrize("seed", [1, 7])
def test_a_simulated_year_raises_one_question_at_most(
    projects: list[Project], people: Mapping[str, User], seed: int
) -> None:
    free = [each for each in CATALOGUE.values() if isinstance(each, Measure) and not any(s.needed for s in each.slots)]
    gauges.put_many(
        [(each.name, {}) for each in free if not each.keyed_by], by=None, now=EVENING.replace(month=1, day=2)
    )
    gauges.forget()
    for office in (registers, payments):
        office.simulate(projects=projects, staff=people, now=EVENING, seed=seed)
    found = raised(2026, now=EVENING)
    assert len(found) <= 1, [each.text.zh for each in found]
