"""The life of one entry, from planning to confirming and back."""

from datetime import date, datetime, timedelta

import pytest

from shixiao import casework
from shixiao.casework import Opening, Refused
from shixiao.casework.models import Case, Project
from shixiao.casework.performing import events_of
from shixiao.casework.refusing import Reason
from shixiao.offices.registers.models import Entry, Register
from shixiao.offices.registers.tests.conftest import enter, plan
from shixiao.people.models import User

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)


@pytest.fixture
def planned(training: Register, clerk: User, now: datetime) -> Case:
    return plan(training, clerk, now, due_on="2026-09-30", texts={"subject": "保密教育"})


def test_from_planning_to_confirming(planned: Case, clerk: User, confirmer: User, now: datetime) -> None:
    assert (planned.state, planned.title) == ("planned", "保密教育")
    done = casework.perform(
        planned, "do", by=clerk, now=now + MINUTE, values={"held_on": "2026年6月29日", "people": "45人"}
    )
    assert (done.state, done.limit_at) == ("done", None)
    confirmed = casework.perform(planned, "confirm", by=confirmer, now=now + 2 * MINUTE)
    assert confirmed.state == "confirmed"
    entry = Entry.objects.get()
    assert entry.day == date(2026, 6, 29)
    assert (entry.values, entry.texts) == ({"held_on": "2026-06-29", "people": "45"}, {"subject": "保密教育"})
    assert [event.kind for event in events_of(planned)] == [
        "registers.planned",
        "registers.done",
        "registers.confirmed",
    ]


def test_the_event_carries_codes_and_the_texts_lie_apart(training: Register, clerk: User, now: datetime) -> None:
    told = {"values": {"held_on": "2026-06-29", "form": "讲座"}, "texts": {"subject": "保密教育"}}
    event = events_of(enter(training, clerk, now, **told)).get()
    assert event.particulars["values"] == {"held_on": "2026-06-29", "form": "lecture"}
    assert event.particulars["register"] == "training"
    assert event.particulars["day"] == "2026-06-29"
    assert event.particulars["texts"].startswith("sha256:")
    assert event.words.get().words == '{"subject":"保密教育"}'


def test_everything_that_is_wrong_is_said_at_once(training: Register, clerk: User, now: datetime) -> None:
    told = {"values": {"held_on": "上周", "people": "很多", "form": "郊游", "no_such": "1"}, "texts": {}}
    with pytest.raises(Refused) as refused:
        enter(training, clerk, now, **told)
    fields = {each.field for each in refused.value.all}
    assert fields == {"values.held_on", "values.people", "values.form", "values.no_such"}


def test_what_is_missing_is_named(planned: Case, clerk: User, now: datetime) -> None:
    with pytest.raises(Refused) as refused:
        casework.perform(planned, "do", by=clerk, now=now + MINUTE, values={"people": "45"})
    assert [(each.field, each.text.zh) for each in refused.value.all] == [("values.held_on", "请填写举办日期。")]


def test_a_project_of_the_unit(training: Register, project: Project, clerk: User, now: datetime) -> None:
    told = {"register": "training", "values": {"held_on": "2026-06-29"}, "texts": {"subject": "保密教育"}}
    opening = Opening(unit=training.unit, project=project, particulars=told)
    assert casework.open_case("registers.entry", "enter", opening, by=clerk, now=now).project == project


def test_who_did_it_does_not_confirm(training: Register, unit: object, staff: object, now: datetime) -> None:
    both = staff("both", "registers.clerk", "registers.confirmer")  # type: ignore[operator]
    case = enter(training, both, now, values={"held_on": "2026-06-29"}, texts={"subject": "保密教育"})
    with pytest.raises(Refused) as refused:
        casework.perform(case, "confirm", by=both, now=now + MINUTE)
    assert refused.value.reason is Reason.SAME_PERSON
