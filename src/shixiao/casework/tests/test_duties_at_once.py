"""Several workers make the cases of duties at once, one of them is killed, and somebody changes the duty meanwhile."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from threading import Barrier

import pytest
from django.db import connections

from shixiao.casework import duties, expecting
from shixiao.casework.models import Case, Duty, DutyCase
from shixiao.casework.tests import rounds
from shixiao.casework.tests.conftest import Desk
from shixiao.casework.tests.rounds import ROUND
from shixiao.engine import clock
from shixiao.ledger.models import Event
from shixiao.people.models import Unit, User

pytestmark = pytest.mark.django_db(transaction=True)
WORKERS = 3


@pytest.fixture(autouse=True)
def _rounds(monkeypatch: pytest.MonkeyPatch, desk: type[Desk]) -> Iterator[None]:
    with rounds.installed(monkeypatch, desk):
        yield


@pytest.fixture
def some(unit: Unit, officer: User, now: datetime) -> list[Duty]:
    def make(title: str, schedule: clock.Schedule) -> Duty:
        draft = duties.Draft(title=title, kind=ROUND, step="plan", unit=unit, schedule=schedule, since=now.date())
        return duties.create(draft, by=officer, now=now)

    return [make(f"保洁{number}", clock.Daily(times=10)) for number in range(4)]


def at_once(calls: list[Callable[[], object]]) -> list[object]:
    start = Barrier(len(calls))

    def one(call: Callable[[], object]) -> object:
        start.wait()
        try:
            return call()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(calls)) as threads:
        return list(threads.map(one, calls))


def until_nothing_is_left(now: datetime) -> int:
    done = 0
    while made := expecting.make_ahead(now):
        done += made
    return done


def test_several_workers_make_each_case_once(some: list[Duty], now: datetime) -> None:
    at_once([lambda: until_nothing_is_left(now)] * WORKERS)
    until_nothing_is_left(now)
    assert Case.objects.count() == DutyCase.objects.count() == 4 * 100
    assert Event.objects.filter(kind="desk.round_planned").count() == 400
    keys = set(DutyCase.objects.values_list("duty", "key"))
    assert len(keys) == 400


def test_a_worker_that_dies_between_batches_leaves_the_rest_to_another(some: list[Duty], now: datetime) -> None:
    later = now + timedelta(days=60)

    def die_after_three() -> None:
        for _ in range(3):
            expecting.make_ahead(later)

    at_once([die_after_three, lambda: until_nothing_is_left(later)])
    until_nothing_is_left(later)
    days = len(set(DutyCase.objects.values_list("begin", flat=True)))
    assert DutyCase.objects.count() == Case.objects.count() == days * 40
    assert set(Duty.objects.values_list("made_until", flat=True)) == {(later + timedelta(days=14)).date()}


def test_a_change_while_the_worker_works(some: list[Duty], officer: User, now: datetime) -> None:
    """Whoever comes first: in the end every time of the new schedule is there once, and none of the old one is left."""
    day = (now + timedelta(days=6)).date()

    def change() -> None:
        for duty in some:
            duties.change(duty, clock.Daily(times=3), since=day, by=officer, now=now)

    at_once([change, lambda: until_nothing_is_left(now), lambda: until_nothing_is_left(now)])
    until_nothing_is_left(now)
    live = DutyCase.objects.filter(withdrawn_at=None)
    assert live.filter(begin__date__gte=day).count() == 4 * 3 * 6
    assert live.filter(begin__date__lt=day).count() == 4 * 10 * 4
    assert Case.objects.exclude(state="withdrawn").count() == live.count()
