"""From entries to numbers: the simulated year as the gauges of the shipped registers read it."""

from collections.abc import Mapping
from typing import Any

import pytest

from shixiao import casework
from shixiao.casework.models import Case, Topic
from shixiao.conftest import NOW, accounts, root_unit, staffing
from shixiao.ledger import folding, readings, tracing
from shixiao.ledger.models import Gauge
from shixiao.ledger.readings import Days, Where
from shixiao.offices.registers.models import Entry, Register
from shixiao.offices.registers.simulate import TOPICS, simulate
from shixiao.offices.registers.tests.conftest import enter
from shixiao.offices.registers.tests.test_simulate import simulated_people, simulated_projects
from shixiao.people.models import User

pytestmark = pytest.mark.django_db
YEAR = Days.year(2026)
EVENING = NOW.replace(month=12, day=31, hour=18)


@pytest.fixture(scope="module")
def people(lived: None) -> Mapping[str, User]:
    """Those of a year that was played, until its last evening."""
    unit = root_unit(NOW)
    staff = simulated_people(staffing(accounts(NOW), unit, NOW))
    simulate(projects=simulated_projects(unit, NOW), staff=staff, now=EVENING)
    return staff


def gauge(measure: str, **parameters: object) -> int:
    (found,) = [
        each.pk
        for each in Gauge.objects.filter(measure=f"registers.{measure}")
        if each.parameters.items() >= parameters.items()
    ]
    return found


def test_every_gauge_reads_what_a_recount_counts(people: Mapping[str, User]) -> None:
    for each in Gauge.objects.all():
        for _folded in range(2):
            assert readings.reading(each.pk, days=YEAR).cases == readings.recount(each.pk, days=YEAR).cases
            folding.fold(EVENING)


def entered(code: str, **more: object) -> int:
    return Entry.objects.filter(register__code=code, day__isnull=False, **more).count()


def test_counts_are_what_was_entered(people: Mapping[str, User]) -> None:
    assert readings.reading(gauge("count", register="research"), days=YEAR).met == entered("research") > 10
    assert readings.reading(gauge("count", register="training"), days=YEAR).met == entered("training") > 1


def test_a_number_for_each_topic(people: Mapping[str, User]) -> None:
    advice = gauge("count_by_topic", register="counsellor_advice")
    for name in TOPICS:
        topic = Topic.objects.get(name=name)
        where = Where(topics=frozenset({topic.pk}))
        assert readings.reading(advice, days=YEAR, where=where).met == entered("counsellor_advice", case__topic=topic)


def test_a_number_opens_down_to_its_cases_and_no_other_register(people: Mapping[str, User]) -> None:
    traced = tracing.trace(gauge("count", register="training"), days=YEAR)
    assert {Entry.objects.get(case=each.case_id).register.code for each in traced} == {"training"}


def test_what_is_returned_is_taken_out_of_the_number_at_once(people: Mapping[str, User]) -> None:
    training = gauge("count", register="training")
    register = Register.objects.select_related("unit").get(code="training")
    told: dict[str, Any] = {"values": {"held_on": "2026-12-30"}, "texts": {"subject": "模拟临时培训"}}
    before = readings.reading(training, days=YEAR).met
    case = enter(register, people["registers.clerk"], EVENING, **told)
    assert readings.reading(training, days=YEAR).met == before + 1
    casework.perform(case, "return_", by=people["registers.confirmer"], now=EVENING, reason="不算")
    assert readings.reading(training, days=YEAR).met == before
    assert Case.objects.get(pk=case.pk).state == "returned"
