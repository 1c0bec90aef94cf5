"""Entries and nil returns that a duty expects."""

from collections.abc import Callable
from datetime import date, datetime

import pytest
from django.test import Client

from shixiao.casework import Refused, duties, expecting
from shixiao.casework.models import Case, Deadline, DutyCase
from shixiao.casework.performing import events_of
from shixiao.engine import clock
from shixiao.offices.registers.models import Register
from shixiao.people.models import User

pytestmark = pytest.mark.django_db


def expect(register: Register, kind: str, schedule: clock.Schedule, *, by: User, now: datetime) -> list[Case]:
    draft = duties.Draft(
        title="例行登记",
        kind=kind,
        step="expect",
        unit=register.unit,
        schedule=schedule,
        since=now.date(),
        told={"register": register.code},
    )
    duties.create(draft, by=by, now=now)
    while expecting.make_ahead(now):
        pass
    return [row.case for row in DutyCase.objects.select_related("case").order_by("begin", "key") if row.case]


def test_a_daily_round_is_an_entry_to_be_done_in_its_window(training: Register, officer: User, now: datetime) -> None:
    cases = expect(training, "registers.entry", clock.Daily(), by=officer, now=now)
    assert [case.state for case in cases] == ["planned"] * 10
    assert Deadline.objects.get(case=cases[0]).overdue_from == datetime(2026, 7, 1, tzinfo=now.tzinfo)
    told = events_of(cases[0]).get().particulars
    assert told["register"] == "training"
    assert told["window"][0] == "2026-06-30T00:00:00+08:00"


def test_a_monthly_duty_expects_the_nil_return_of_the_month_before(
    training: Register, officer: User, now: datetime
) -> None:
    cases = expect(training, "registers.nil_return", clock.Monthly(by=5), by=officer, now=now)
    assert [events_of(case).get().particulars["period"] for case in cases] == ["2026-06", "2026-07"]
    assert Deadline.objects.get(case=cases[0]).overdue_from == datetime(2026, 7, 6, tzinfo=now.tzinfo)


def test_a_register_that_is_not_there_is_refused(training: Register, officer: User, now: datetime) -> None:
    training.code = "nowhere"
    with pytest.raises(Refused):
        expect(training, "registers.entry", clock.Daily(), by=officer, now=now)


def test_an_ended_duty_takes_its_entries_back(training: Register, officer: User, now: datetime) -> None:
    cases = expect(training, "registers.entry", clock.Daily(), by=officer, now=now)
    (duty,) = {row.duty for row in DutyCase.objects.all()}
    duties.end(duty, until=date(2026, 7, 1), by=officer, now=now)
    states = [Case.objects.get(pk=case.pk).state for case in cases]
    assert states == ["planned", *["withdrawn"] * 9]


def test_the_form_asks_for_the_register_alone(
    training: Register, officer: User, signed_in: Callable[[User], Client]
) -> None:
    page = signed_in(officer).get("/duties/new/registers.entry/expect/daily/?register=training").content.decode()
    assert 'name="register" value="training"' in page
    for name in ("due_on", "values", "texts"):
        assert f'name="{name}"' not in page
    listed = signed_in(officer).get("/duties/new/").content.decode()
    assert "registers.entry:expect" in listed
    assert "registers.entry:plan" not in listed
