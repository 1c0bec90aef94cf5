"""What happened so far, read once in a call."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest

from shixiao import casework
from shixiao.casework import Opening, offices, timelines
from shixiao.casework.models import Case
from shixiao.casework.tests.conftest import KIND
from shixiao.casework.working import Work
from shixiao.people.models import Unit, User

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)


@pytest.fixture
def clerk(staff: Callable[..., User]) -> User:
    return staff("clerk", "desk.clerk", "desk.checker")


@pytest.fixture
def cases(unit: Unit, clerk: User, now: datetime) -> list[Case]:
    opening = Opening(unit=unit, title="答复", particulars={"topic": "函", "amount": "3.50"})
    return casework.open_many(KIND, "open", [opening] * 3, by=clerk, now=now)


def works(cases: list[Case], step: str, clerk: User, now: datetime) -> list[Work]:
    table = offices.table_of(KIND)
    row = table.step(step)
    assert row is not None
    shared: dict[Any, Any] = {}
    common: dict[str, Any] = {"table": table, "step": row, "by": clerk, "now": now, "happened_at": now}
    return [Work(case=case, detail=None, particulars={}, shared=shared, **common) for case in cases]


def test_everything_of_each_case_in_the_order_of_the_book(cases: list[Case], clerk: User, now: datetime) -> None:
    casework.perform(cases[1], "take", by=clerk, now=now + 2 * MINUTE, happened_at=now + MINUTE)
    found = timelines.events_of_cases(works(cases, "take", clerk, now))
    assert {key: [each.kind for each in events] for key, events in found.items()} == {
        cases[0].pk: ["desk.opened"],
        cases[1].pk: ["desk.opened", "desk.taken"],
        cases[2].pk: ["desk.opened"],
    }
    opened, taken = found[cases[1].pk]
    assert opened.id < taken.id
    assert (taken.happened_at, taken.recorded_at, taken.by) == (now + MINUTE, now + 2 * MINUTE, str(clerk.pk))
    assert opened.particulars["amount"] == "3.50"


def test_it_is_read_once_in_a_call(
    cases: list[Case], clerk: User, now: datetime, django_assert_num_queries: Any
) -> None:
    several = works(cases, "take", clerk, now)
    with django_assert_num_queries(1):
        first = timelines.events_of_cases(several)
        assert timelines.events_of_cases(several) is first
        assert timelines.events_of_cases(several[1:]) is first


def test_nothing_is_asked_about_cases_that_just_begin(
    cases: list[Case], clerk: User, now: datetime, django_assert_num_queries: Any
) -> None:
    with django_assert_num_queries(0):
        assert timelines.events_of_cases(works(cases, "open", clerk, now)) == {case.pk: [] for case in cases}


def test_a_statement_for_so_many_cases(
    cases: list[Case], monkeypatch: pytest.MonkeyPatch, django_assert_num_queries: Any
) -> None:
    monkeypatch.setattr(timelines, "CHUNK", 2)
    with django_assert_num_queries(2):
        found = timelines.events_of([*(case.pk for case in cases), cases[0].pk, cases[0].pk])
    assert [len(events) for events in found.values()] == [1, 1, 1]
