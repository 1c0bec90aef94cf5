"""What gauges say of expected cases: missed when their window ends, not counted while their day is closed."""

from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta

import pytest

from shixiao import casework
from shixiao.casework import assessing, changing_calendars, duties, expecting
from shixiao.casework.models import Duty, DutyCase
from shixiao.casework.tests import rounds
from shixiao.casework.tests.conftest import Desk
from shixiao.casework.tests.rounds import ROUND
from shixiao.engine import clock
from shixiao.engine.measures import (
    CANCELLED,
    Aspect,
    CountsOn,
    Outcome,
    Reads,
    Timeline,
    Verdict,
    declaring,
    measure,
    not_counted,
    on_time,
)
from shixiao.ledger import gauges, readings
from shixiao.ledger.readings import Days
from shixiao.people.models import Unit, User

pytestmark = pytest.mark.django_db
JULY = Days(date(2026, 6, 30), date(2026, 8, 1))


def done_in_its_window(case: Timeline, *, clock: object, now: datetime) -> Verdict | None:
    """Rounds done within their window; those of closed days and those that were taken back are not counted."""
    assert case.window is not None
    day = case.day(case.window.begin)
    if case.has("casework.expected_withdrawn"):
        return not_counted(CANCELLED, on=day)
    if case.closed:
        return not_counted(CANCELLED, on=day, otherwise=Outcome.MISSED if now >= case.window.end else None)
    return on_time(case, "desk.round_planned", "desk.round_done", "do", now=now)


@pytest.fixture(autouse=True)
def gauge(monkeypatch: pytest.MonkeyPatch, desk: type[Desk], db: None, now: datetime) -> Iterator[int]:
    before = set(declaring.CATALOGUE)
    with rounds.installed(monkeypatch, desk):
        made = measure(
            "按时巡查率",
            "Rounds in time",
            of=ROUND,
            unit="%",
            aspect=Aspect.TIMELINESS,
            counts_on=CountsOn.DUE,
            reads=Reads.SHARE,
        )(done_in_its_window)
        yield gauges.put(made.name, {}, by=None, now=now - timedelta(days=30)).pk
    for name in set(declaring.CATALOGUE) - before:
        del declaring._catalogue[name]


@pytest.fixture
def duty(unit: Unit, officer: User, now: datetime) -> Duty:
    every_day = clock.Daily(days=clock.Days.EVERY)
    draft = duties.Draft(title="巡查", kind=ROUND, step="plan", unit=unit, schedule=every_day, since=now.date())
    return duties.create(draft, by=officer, now=now)


def the_worker_works(now: datetime) -> None:
    while expecting.make_ahead(now):
        pass
    while assessing.look_again(now):
        pass


def figures(gauge: int) -> tuple[int, int, int, int]:
    read = readings.reading(gauge, days=JULY)
    assert read == readings.recount(gauge, days=JULY)
    return read.met, read.missed, read.pending, read.not_counted


def test_a_round_is_missed_when_its_window_ends_without_anybody_pressing(
    gauge: int, duty: Duty, staff: Callable[..., User], now: datetime
) -> None:
    """30 June to 13 July, of which four days are closed; at noon of 2 July."""
    the_worker_works(now)
    assert figures(gauge) == (0, 0, 10, 4)
    case = DutyCase.objects.get(key="2026-07-01/1").case_id or 0
    noon = datetime(2026, 7, 2, 12, tzinfo=now.tzinfo)
    the_worker_works(noon)
    assert figures(gauge)[:2] == (0, 2)
    clerk = staff("clerk", "desk.clerk")
    casework.perform(case, "do", by=clerk, now=noon)  # late, and stays so
    assert figures(gauge)[:2] == (0, 2)
    first = DutyCase.objects.get(key="2026-07-02/1").case_id or 0
    casework.perform(first, "do", by=clerk, now=noon)
    assert figures(gauge)[:2] == (1, 2)


def test_a_day_that_closes_and_opens_again_is_followed_at_once(
    gauge: int, duty: Duty, officer: User, now: datetime
) -> None:
    the_worker_works(now)
    changing_calendars.change_days({date(2026, 7, 8): ("holiday", "台风")}, by=officer, now=now)
    the_worker_works(now)
    assert figures(gauge) == (0, 0, 9, 5)
    changing_calendars.change_days({}, removed=[date(2026, 7, 8)], by=officer, now=now)
    the_worker_works(now)
    assert figures(gauge) == (0, 0, 10, 4)


def test_what_is_taken_back_is_not_counted(gauge: int, duty: Duty, officer: User, now: datetime) -> None:
    the_worker_works(now)
    duties.end(duty, until=date(2026, 7, 6), by=officer, now=now)
    assert figures(gauge) == (0, 0, 4, 10)
