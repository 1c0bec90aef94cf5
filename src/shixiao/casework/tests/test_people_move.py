"""Units move and people leave: cases follow."""

from collections.abc import Callable
from datetime import date, datetime

import pytest
from django.core.exceptions import ValidationError

from shixiao import casework
from shixiao.casework import Opening, Refused, assigning, search
from shixiao.casework.models import Case
from shixiao.casework.performing import events_of
from shixiao.casework.tests.conftest import KIND
from shixiao.people import actions as people
from shixiao.people.models import Unit, User

pytestmark = pytest.mark.django_db


@pytest.fixture
def clerk(staff: Callable[..., User]) -> User:
    return staff("clerk", "desk.clerk", "desk.overseer")


def opened(unit: Unit, clerk: User, now: datetime, *, lead: User | None = None) -> Case:
    opening = Opening(unit=unit, title="修缮礼堂", particulars={"topic": "礼堂"}, lead=lead)
    return casework.open_case(KIND, "open", opening, by=clerk, now=now)


def test_a_unit_that_moves_takes_its_cases_along_in_the_search(unit: Unit, clerk: User, now: datetime) -> None:
    def new(name: str, code: str, parent: Unit) -> Unit:
        return people.create_unit(name, code=code, parent=parent, since=date(2020, 1, 1), by=None, now=now)

    first, second = new("模拟一处", "ONE", unit), new("模拟二处", "TWO", unit)
    below = new("模拟科", "BELOW", first)
    case = opened(below, clerk, now)
    people.move_unit(below, to=second, by=None, now=now)

    def found(where: Unit) -> list[int]:
        where.refresh_from_db()
        return [hit.case_id for hit in search.find("礼堂", within=search.Scope((where.path,))).hits]

    assert (found(first), found(second), found(below)) == ([], [case.pk], [case.pk])


def test_a_unit_cannot_move_below_its_own_child(unit: Unit, now: datetime) -> None:
    child = people.create_unit("模拟处", code="CHILD", parent=unit, since=date(2020, 1, 1), by=None, now=now)
    with pytest.raises(ValidationError):
        people.move_unit(unit, to=child, by=None, now=now)


def test_whoever_leaves_names_a_successor_for_open_cases(
    unit: Unit, clerk: User, staff: Callable[..., User], now: datetime
) -> None:
    leaving, successor = staff("leaving", "desk.clerk"), staff("successor", "desk.clerk")
    still, done = opened(unit, clerk, now, lead=leaving), opened(unit, clerk, now, lead=leaving)
    casework.perform(done, "sweep", by=None, now=now)
    with pytest.raises(ValidationError):
        people.leave(leaving, on=now.date(), by=None, now=now)
    people.leave(leaving, on=now.date(), by=None, now=now, successor=successor)
    still.refresh_from_db()
    done.refresh_from_db()
    assert (still.lead, done.lead) == (successor, leaving)
    assert [event.kind for event in events_of(still)][-1] == "casework.handed_over"
    assert "casework.handed_over" not in [event.kind for event in events_of(done)]


def test_a_case_is_assigned_with_those_who_help(
    unit: Unit, clerk: User, staff: Callable[..., User], now: datetime
) -> None:
    one, two = staff("one"), staff("two")
    case = assigning.assign(opened(unit, clerk, now), lead=one, assistants=[two], reason="熟悉", by=clerk, now=now)
    assert (case.lead, [each.user for each in case.assistants.all()], case.revision) == (one, [two], 2)
    event = events_of(case).last()
    assert event is not None
    assert event.particulars["assistants"] == [two.pk]
    with pytest.raises(Refused):
        assigning.assign(case, lead=one, assistants=[one], by=clerk, now=now)
    with pytest.raises(Refused):
        assigning.assign(case, lead=clerk, by=two, now=now)
