"""The simulated year is plausible, the same each time, and goes through the same doors as everybody."""

from collections.abc import Callable, Mapping
from datetime import date, datetime

import pytest

from shixiao.casework.models import Case, Project
from shixiao.casework.performing import zone
from shixiao.casework.simulating import Days, character
from shixiao.ledger.models import Event
from shixiao.offices.registers.models import Entry, NilReturn, RestrictedEntry, RestrictedNilReturn
from shixiao.offices.registers.planning import PlannedEntry, plan
from shixiao.offices.registers.simulate import simulate
from shixiao.people.actions import create_unit
from shixiao.people.models import Unit, User

pytestmark = pytest.mark.django_db
WORDS = ("keeper", "clerk", "confirmer", "restricted_clerk", "restricted_confirmer")


@pytest.fixture
def people(staff: Callable[..., User]) -> Mapping[str, User]:
    return simulated_people(staff)


@pytest.fixture
def projects(unit: Unit, now: datetime) -> list[Project]:
    return simulated_projects(unit, now)


def simulated_people(staff: Callable[..., User]) -> Mapping[str, User]:
    return {f"registers.{word}": staff(word.replace("_", ""), f"registers.{word}") for word in WORDS}


def simulated_projects(unit: Unit, now: datetime) -> list[Project]:
    below = create_unit("模拟交换站", code="SIM2", parent=unit, since=date(2020, 1, 1), by=None, now=now)
    names = ("工作经费", "其他运行经费", "专项工作经费", "政务信息化建设项目")
    made = [Project.objects.create(unit=unit, name=name, since_year=2026, until_year=2026) for name in names]
    return [*made, Project.objects.create(unit=below, name="专项工作经费", since_year=2026, until_year=2026)]


def planned(seed: int, *, year: int = 2026) -> list[PlannedEntry]:
    days = Days(character(year=year, seed=seed), lambda day: day.weekday() < 5, zone())
    return [entry for month in range(1, 13) for entry in plan(days, month)]


def test_the_same_seed_is_the_same_year() -> None:
    assert planned(7) == planned(7)
    assert planned(7) != planned(8)
    assert planned(7) != planned(7, year=2027)


def test_offices_differ_in_volume_and_care() -> None:
    several = [character(year=2026, seed=seed) for seed in range(30)]
    assert max(each.volume for each in several) > 1.3 * min(each.volume for each in several)
    assert max(each.lateness for each in several) > 3 * min(each.lateness for each in several)


def test_nobody_real_is_in_it() -> None:
    for entry in planned(3):
        for step in entry.steps:
            for words in (*step.told.get("texts", {}).values(), step.told.get("reason", "模拟")):
                assert "模拟" in words


def test_nobody_asks_for_time_for_what_is_done() -> None:
    with_more_time = 0
    for seed in range(40):
        for entry in planned(seed):
            names = [step.step for step in sorted(entry.steps, key=lambda step: step.at)]
            if "ask" in names:
                with_more_time += 1
                assert names[1:3] == ["ask", "grant"]
    assert with_more_time > 10


def test_half_a_year(projects: list[Project], people: Mapping[str, User], now: datetime) -> None:
    count = simulate(projects=projects, staff=people, now=now)
    details = (Entry, RestrictedEntry, NilReturn, RestrictedNilReturn)
    assert count == Case.objects.count() == sum(model._default_manager.count() for model in details)
    assert {"planned", "done", "confirmed"} <= set(Case.objects.values_list("state", flat=True))
    assert not Event.objects.filter(recorded_at__gt=now).exists()
    assert NilReturn.objects.filter(case__state="signed").count() >= 3


def test_the_first_hour_of_a_year(projects: list[Project], people: Mapping[str, User], now: datetime) -> None:
    midnight = now.astimezone(zone()).replace(month=1, day=1, hour=0, minute=45)
    assert simulate(projects=projects, staff=people, now=midnight) == 0


def test_without_projects_nothing_happens(people: Mapping[str, User], now: datetime) -> None:
    assert simulate(projects=[], staff=people, now=now) == 0
