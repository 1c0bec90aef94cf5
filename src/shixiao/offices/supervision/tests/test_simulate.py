"""A year of supervision: closed, open, late and cheating tasks, instructions; the same year and seed give the same year."""

from collections import Counter
from collections.abc import Callable
from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest

from shixiao.casework import calendars, living, loading, telling
from shixiao.casework.models import Case, CaseTag, Extension, Project
from shixiao.casework.simulating import Days, character
from shixiao.ledger.models import Event
from shixiao.offices.supervision import planning
from shixiao.offices.supervision.simulate import Desk
from shixiao.people.actions import create_unit
from shixiao.people.models import Unit, User

ZONE = ZoneInfo("Asia/Shanghai")
NOW = datetime(2026, 11, 27, 22, tzinfo=ZONE)


def days() -> Days:
    return Days(character(year=2026, seed=2026), lambda day: day.weekday() < 5, ZONE)


def test_the_same_year_and_seed_give_the_same_plan_and_steps_follow_each_other() -> None:
    once, again = ([list(planning.plan(days(), month)) for month in range(1, 13)] for _ in range(2))
    assert once == again
    several = [each for month in once for each in month]
    assert len({each.key for each in several}) == len(several) > 150
    for each in several:
        moments = [step.at for step in each.steps]
        assert moments == sorted(moments)
        assert all(step.happened_at is None or step.happened_at < step.at for step in each.steps)
    assert any(step.happened_at for each in several for step in each.steps)  # the cheats


@pytest.fixture
def lived(unit: Unit, staff: Callable[..., User]) -> Callable[[datetime], Desk]:
    """A desk that lives the year until a moment, and goes on from there."""
    offices = [
        create_unit(f"模拟{name}处", code=f"SIM{name}", parent=unit, since=date(2020, 1, 1), by=None, now=NOW)
        for name in ("A", "B")
    ]
    projects = [
        Project.objects.create(unit=each, name="项目", code=f"P{each.pk}", since_year=2026, until_year=2026)
        for each in offices
    ]
    words = [f"supervision.{word}" for word in ("officer", "head", "handler", "leader", "instructions")]
    people = {word: staff(word.replace(".", ""), word) for word in words}
    calendars.in_force()

    def live(until: datetime, after: datetime | None = None) -> Desk:
        desk = Desk(character(year=2026, seed=2026), projects=projects, staff=people)
        with telling.silently(), loading.in_bulk(1):
            living.live([desk], year=2026, after=after, until=until)
        return desk

    return live


@pytest.mark.django_db
def test_a_year_has_every_kind_of_end(lived: Callable[..., Desk]) -> None:
    until = datetime(2026, 4, 24, 22, tzinfo=ZONE)
    lived(until)
    states = Counter(Case.objects.filter(kind="supervision.task").values_list("state", flat=True))
    assert sum(states.values()) > 60
    assert states["closed"] + states["archived"] > 15
    assert states["working"] + states["entrusted"] + states["review"] + states["returned"] > 10
    orders = Counter(Case.objects.filter(kind="supervision.instruction").values_list("state", flat=True))
    assert orders["closed"] >= 1
    kinds = Counter(Event.objects.values_list("kind", flat=True))
    for kind in ("returned", "reminded", "result_read", "clause_tied", "suspended", "expected"):
        assert kinds[f"supervision.{kind}"] > 0, kind
    assert Extension.objects.exclude(answer="asked").count() >= 2
    assert CaseTag.objects.count() > 10


@pytest.mark.django_db
def test_a_year_that_was_broken_off_goes_on_as_planned(lived: Callable[..., Desk]) -> None:
    begun, until = datetime(2026, 2, 11, 12, tzinfo=ZONE), datetime(2026, 3, 6, 22, tzinfo=ZONE)
    lived(begun)
    desk = lived(until, begun)
    outside = {"ask", "grant", "refuse"}  # the counter's own events
    planned = Counter(
        step.at
        for month in (1, 2, 3)
        for each in planning.plan(desk.days, month)
        for step in each.steps
        if step.at <= until and step.step not in outside
    )
    rows = Event.objects.filter(kind__startswith="supervision.", subject_kind=Case.ledger_name)
    lived_through = Counter(at.astimezone(ZONE) for at in rows.values_list("recorded_at", flat=True))
    assert sum(planned.values()) > 100
    assert not planned - lived_through
