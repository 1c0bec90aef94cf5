"""Two people press at once: one wins, the other is told what happened; and workers do not fire a timer twice."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from threading import Barrier

import pytest
from django.db import connection, connections, transaction

from shixiao import casework
from shixiao.casework import Opening, Refused, timers
from shixiao.casework.models import Case
from shixiao.casework.performing import events_of
from shixiao.casework.refusing import Reason
from shixiao.casework.tests.conftest import KIND
from shixiao.ledger.models import Event
from shixiao.people.models import Unit, User

pytestmark = pytest.mark.django_db(transaction=True)
AT_ONCE = 4


def at_once(call: Callable[[int], object]) -> list[object]:
    """`call(n)` in several threads that start together; what each returned, or the refusal it got."""
    start = Barrier(AT_ONCE)

    def one(number: int) -> object:
        start.wait()
        try:
            return call(number)
        except Refused as refused:
            return refused
        finally:
            connections.close_all()

    with ThreadPoolExecutor(AT_ONCE) as threads:
        return list(threads.map(one, range(AT_ONCE)))


@pytest.fixture
def clerks(staff: Callable[..., User]) -> list[User]:
    return [staff(f"clerk{number}", "desk.clerk") for number in range(AT_ONCE)]


@pytest.fixture
def case(unit: Unit, clerks: list[User], now: datetime) -> Case:
    opening = Opening(unit=unit, title="答复", particulars={"topic": "函"})
    return casework.open_case(KIND, "open", opening, by=clerks[0], now=now)


def test_one_wins_and_the_others_are_told(case: Case, clerks: list[User], now: datetime) -> None:
    later = now + timedelta(minutes=1)
    came = at_once(lambda number: casework.perform(case.pk, "take", by=clerks[number], now=later, seen=1))
    winners = [each for each in came if isinstance(each, Case)]
    losers = [each for each in came if isinstance(each, Refused)]
    assert (len(winners), len(losers)) == (1, AT_ONCE - 1)
    (event,) = events_of(case).filter(kind="desk.taken")
    who = User.objects.get(pk=event.by_id).display_name
    for refused in losers:
        assert refused.reason is Reason.OVERTAKEN
        assert f"{who}在 06月30日 09:01 办理了“接办”" in refused.text.zh


def test_new_cases_at_once_get_numbers_of_their_own(unit: Unit, clerks: list[User], now: datetime) -> None:
    def open_some(number: int) -> list[Case]:
        opening = Opening(unit=unit, title="答复", particulars={"topic": "函"})
        return casework.open_many(KIND, "open", [opening] * 10, by=clerks[number], now=now)

    came = at_once(open_some)
    numbers = [case.number for cases in came for case in cases]  # type: ignore[attr-defined]
    assert len(set(numbers)) == len(numbers) == 10 * AT_ONCE


def test_many_cases_in_any_order_do_not_wait_for_each_other(unit: Unit, clerks: list[User], now: datetime) -> None:
    opening = Opening(unit=unit, title="答复", particulars={"topic": "函"})
    cases = casework.open_many(KIND, "open", [opening] * 20, by=clerks[0], now=now)
    orders = [cases, cases[::-1], cases[::2] + cases[1::2], cases[1::2] + cases[::2]]
    came = at_once(lambda number: casework.perform_many(orders[number], "take", by=clerks[number], now=now))
    assert sum(isinstance(each, list) for each in came) == 1
    assert Event.objects.filter(kind="desk.taken").count() == 20


def test_several_workers_fire_each_timer_once(unit: Unit, clerks: list[User], now: datetime) -> None:
    opening = Opening(unit=unit, title="答复", particulars={"topic": "函"})
    casework.open_many(KIND, "open", [opening] * 50, by=clerks[0], now=now)
    fired = at_once(lambda number: timers.fire_due(now + timedelta(days=30)))
    assert sum(fired) == 50  # type: ignore[arg-type]
    assert Event.objects.filter(kind="casework.limit_passed").count() == 50


def test_nothing_is_said_about_a_deadline_that_is_just_being_stopped(
    case: Case, clerks: list[User], now: datetime
) -> None:
    late = now + timedelta(days=30)
    casework.perform(case, "take", by=clerks[0], now=now)
    with transaction.atomic():
        casework.perform(case, "finish", by=clerks[0], now=now)
        # SQLite has one writer, for whom the worker waits; elsewhere the worker leaves it for the next time.
        if connection.features.has_select_for_update_skip_locked:
            assert at_once(lambda number: timers.fire_due(late)) == [0] * AT_ONCE
    assert sum(at_once(lambda number: timers.fire_due(late))) == 1  # type: ignore[arg-type]
    assert not Event.objects.filter(kind="casework.limit_passed").exists()
