"""The registers that come with the program can be taken over, once, and prove what they should."""

from datetime import date, datetime, timedelta

import pytest

from shixiao.casework import Refused
from shixiao.casework.allowing import NotAllowed
from shixiao.casework.expecting import make_ahead
from shixiao.casework.models import DutyCase
from shixiao.engine.measures import CATALOGUE, Measure
from shixiao.ledger.models import Gauge
from shixiao.offices.registers.definitions import define
from shixiao.offices.registers.fields import read_definition
from shixiao.offices.registers.models import Entry, NilReturn, Register, RestrictedNilReturn
from shixiao.offices.registers.shipped import REGISTERS, Shipped, start_duties, take_in_shipped
from shixiao.offices.registers.tests.test_evidence_map import ROWS
from shixiao.people.models import Unit, User


@pytest.mark.parametrize("shipped", REGISTERS, ids=lambda each: each.code)
def test_a_shipped_register_is_well_defined_and_its_measures_are_there(shipped: Shipped) -> None:
    definition = read_definition(shipped.definition, is_restricted=shipped.is_restricted)
    assert definition.name == shipped.definition["name"]
    kind = "registers.restricted_entry" if shipped.is_restricted else "registers.entry"
    for gauged in shipped.gauges:
        measure = CATALOGUE[gauged.measure]
        assert isinstance(measure, Measure)
        is_nil = measure.name.startswith("registers.nil_")
        assert kind in measure.of or is_nil
        assert set(gauged.parameters) <= {slot.name for slot in measure.slots}
        if field := definition.field(str(gauged.parameters.get("field", "milestone"))):
            value = gauged.parameters.get("value")
            assert value is None or value in {choice.code for choice in field.choices}


def test_every_row_of_the_table_has_its_gauge_among_the_shipped() -> None:
    """The codes in the test of the evidence are those of the shipped registers, and each measure there is gauged."""
    gauged = {(each.code, one.measure): one for each in REGISTERS for one in each.gauges}
    for row in ROWS:
        assert (row.register, f"registers.{row.measure}") in gauged, row.number


@pytest.mark.django_db
def test_they_are_taken_over_once(unit: Unit, keeper: User, now: datetime) -> None:
    made = take_in_shipped(unit, by=keeper, now=now)
    assert len(made) == len(REGISTERS) == 17
    assert Register.objects.filter(is_restricted=True).count() == 4
    assert Gauge.objects.filter(measure="registers.milestone_done").count() == 5
    assert take_in_shipped(unit, by=keeper, now=now) == []


@pytest.mark.django_db
def test_their_duties_are_started_once_and_the_worker_expects_their_cases(
    unit: Unit, keeper: User, confirmer: User, now: datetime
) -> None:
    take_in_shipped(unit, by=keeper, now=now)
    started = [
        duty
        for each in REGISTERS
        if not each.is_restricted
        for duty in start_duties(each.code, unit=unit, since=now.date() + timedelta(days=1), by=confirmer, now=now)
    ]
    assert len(started) == 10
    assert start_duties("cleaning", unit=unit, since=now.date(), by=confirmer, now=now) == []
    while make_ahead(now):
        pass
    assert not DutyCase.objects.filter(case=None).exists()
    cleaning = DutyCase.objects.filter(duty__title="保洁", begin__date=date(2026, 7, 1))
    assert cleaning.count() == 2
    assert Entry.objects.filter(values__service="parking", case__state="planned").exists()
    nil_return = NilReturn.objects.filter(register__code="training").earliest("period")
    assert (nil_return.period, nil_return.due_on) == ("2026-06", date(2026, 7, 7))


@pytest.mark.django_db
def test_duties_of_restricted_registers_are_for_their_own_overseer(
    unit: Unit, keeper: User, confirmer: User, superior: User, now: datetime
) -> None:
    take_in_shipped(unit, by=keeper, now=now)
    with pytest.raises(NotAllowed):
        start_duties("petitions", unit=unit, since=now.date(), by=confirmer, now=now)
    (duty,) = start_duties("petitions", unit=unit, since=now.date(), by=superior, now=now)
    while make_ahead(now):
        pass
    row = RestrictedNilReturn.objects.earliest("period")
    assert row.case.title == "信访举报件 2026年6月零报告"
    assert duty.kind == "registers.restricted_nil_return"


@pytest.mark.django_db
def test_a_name_that_somebody_has_taken_stops_all_of_them(unit: Unit, keeper: User, now: datetime) -> None:
    define({"name": "保洁"}, unit=unit, by=keeper, now=now)
    with pytest.raises(Refused, match="There is a register “保洁”"):
        take_in_shipped(unit, by=keeper, now=now)
    assert Register.objects.count() == 1


@pytest.mark.django_db
def test_only_the_keeper_takes_them_over(unit: Unit, clerk: User, now: datetime) -> None:
    with pytest.raises(NotAllowed):
        take_in_shipped(unit, by=clerk, now=now)
