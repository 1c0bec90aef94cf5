"""The simulated year is plausible, the same each time, and goes through the same doors as everybody."""

from collections.abc import Callable, Mapping
from datetime import date, datetime

import pytest

from shixiao.casework.models import Case, Project
from shixiao.ledger.models import Event
from shixiao.offices.registers.models import Entry, NilReturn, RestrictedEntry
from shixiao.offices.registers.simulate import plan, simulate
from shixiao.people.actions import create_unit
from shixiao.people.models import Unit, User

pytestmark = pytest.mark.django_db
WORDS = ("keeper", "clerk", "confirmer", "restricted_clerk", "restricted_confirmer")


@pytest.fixture
def people(staff: Callable[..., User]) -> Mapping[str, User]:
    return {f"registers.{word}": staff(word.replace("_", ""), f"registers.{word}") for word in WORDS}


@pytest.fixture
def projects(unit: Unit, now: datetime) -> list[Project]:
    below = create_unit("模拟交换站", code="SIM2", parent=unit, since=date(2020, 1, 1), by=None, now=now)
    names = ("工作经费", "其他运行经费", "专项工作经费", "政务信息化建设项目")
    made = [Project.objects.create(unit=unit, name=name, since_year=2026, until_year=2026) for name in names]
    return [*made, Project.objects.create(unit=below, name="专项工作经费", since_year=2026, until_year=2026)]


def test_the_same_seed_is_the_same_year() -> None:
    assert plan(seed=7) == plan(seed=7)
    assert plan(seed=7) != plan(seed=8)


def test_nobody_real_is_in_it() -> None:
    for each in plan():
        first = next(iter(each.texts.values()), "模拟")
        assert "模拟" in first


def test_half_a_year(projects: list[Project], people: Mapping[str, User], now: datetime) -> None:
    count = simulate(projects=projects, staff=people, now=now)
    assert (
        count
        == Case.objects.count()
        == Entry.objects.count() + RestrictedEntry.objects.count() + NilReturn.objects.count()
    )
    assert {"planned", "done", "confirmed", "cancelled"} <= set(Case.objects.values_list("state", flat=True))
    assert not Event.objects.filter(recorded_at__gt=now).exists()
    assert NilReturn.objects.filter(case__state="signed").count() >= 3


def test_a_whole_year_and_the_first_days_of_it(
    projects: list[Project], people: Mapping[str, User], now: datetime
) -> None:
    assert simulate(projects=projects, staff=people, now=now.replace(month=1, day=2)) == 0
    simulate(projects=projects, staff=people, now=now.replace(month=12, day=31, hour=18))
    assert Entry.objects.filter(register__code="research", day__isnull=False).count() == 54
    assert Entry.objects.filter(case__unit__code="SIM2", register__code="fire_drills").count() == 1


def test_without_projects_nothing_happens(people: Mapping[str, User], now: datetime) -> None:
    assert simulate(projects=[], staff=people, now=now) == 0
