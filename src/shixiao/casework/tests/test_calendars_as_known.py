"""What was known of the calendars when: after any edits, every moment gives what was in force then."""

from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import date, datetime, timedelta
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from shixiao.casework import calendars, changing_calendars
from shixiao.casework.calendars import InForce, as_known_at, changes_between, in_force, known
from shixiao.casework.models import CalendarChange
from shixiao.casework.refusing import Refused
from shixiao.engine.bilingual import Text
from shixiao.ledger.models import Event
from shixiao.people.models import User

pytestmark = pytest.mark.django_db
START = datetime(2026, 6, 30, 9, tzinfo=ZoneInfo("Asia/Shanghai"))
HOUR = timedelta(hours=1)
DAYS = st.dates(date(2026, 7, 1), date(2026, 7, 20))
EDITS = st.one_of(
    st.tuples(st.just("days"), st.dictionaries(DAYS, st.sampled_from(["holiday", "workday"]), max_size=3)),
    st.tuples(st.just("removed"), st.sets(DAYS, max_size=3)),
    st.tuples(st.just("until"), st.dates(date(2027, 1, 1), date(2028, 1, 1))),
    st.tuples(st.just("hours"), st.tuples(st.sampled_from(["station", "night"]), st.integers(8, 12), st.booleans())),
    st.tuples(st.just("shipped"), st.none()),
)


@pytest.fixture(autouse=True)
def _nothing_in_memory() -> Iterator[None]:
    calendars._kept.clear()
    calendars._known.clear()
    yield
    calendars._kept.clear()
    calendars._known.clear()


def edit(what: str, told: Any, *, by: User, now: datetime) -> None:
    """One edit; one that cannot be is refused and changes nothing."""
    match what:
        case "days":
            given_ = {day: (kind, "台风停工") for day, kind in told.items()}
            changing_calendars.change_days(given_, source="通知7号", by=by, now=now)
        case "removed":
            changing_calendars.change_days({}, removed=told, by=by, now=now)
        case "until":
            changing_calendars.change_days({}, known_until=told, by=by, now=now)
        case "shipped":
            changing_calendars.take_in_shipped_days(now=now)
        case _:
            set_hours(told[0], first=told[1], keeps_holidays=told[2], by=by, now=now)


def set_hours(code: str, *, first: int, keeps_holidays: bool, by: User, now: datetime) -> None:
    hours = {"weeks": [{"hours": [[f"{first:02}:00-20:00"]] * 7}]}
    title = Text("交换站", "Station")
    changing_calendars.set_hours(code, title=title, hours=hours, keeps_holidays=keeps_holidays, by=by, now=now)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=30, deadline=None)
@given(st.lists(EDITS, max_size=5), st.booleans())
def test_every_moment_gives_what_was_in_force_then(officer: User, edits: list[tuple[str, Any]], forgets: bool) -> None:
    with transaction.atomic():
        seen: list[tuple[datetime, InForce]] = [(START, in_force())]
        for number, (what, told) in enumerate(edits, start=1):
            now = START + number * HOUR
            with suppress(Refused):
                edit(what, told, by=officer, now=now)
            seen.append((now, in_force()))
        if forgets:
            calendars._kept.clear()
            calendars._known.clear()
        assert as_known_at(START + 100 * HOUR) == in_force()
        for moment, then in seen:
            assert as_known_at(moment) == then
            assert as_known_at(moment + HOUR - timedelta(microseconds=1)) == then
        changed = [later[0] for former, later in pairwise(seen) if former[1] != later[1]]
        assert changes_between(START, START + 100 * HOUR) == changed
        transaction.set_rollback(True)


def test_a_change_counts_from_the_moment_of_its_recording(officer: User) -> None:
    changing_calendars.change_days({date(2026, 7, 1): ("holiday", "台风停工")}, by=officer, now=START)
    day = date(2026, 7, 1)
    assert as_known_at(START - timedelta(microseconds=1))["office"].is_working_day(day)
    assert not as_known_at(START)["office"].is_working_day(day)
    assert changes_between(START - HOUR, START) == [START]
    assert changes_between(START, START + HOUR) == []


def test_before_the_first_change_the_shipped_table_was_known(officer: User) -> None:
    set_hours("station", first=9, keeps_holidays=True, by=officer, now=START)
    before = as_known_at(datetime(2000, 1, 1, tzinfo=START.tzinfo))
    assert (before.stamp, "station" in before.calendars) == ("shipped", False)
    assert not before["office"].is_working_day(date(2026, 10, 1))


def test_many_moments_cost_one_statement(officer: User, django_assert_num_queries: Callable[[int], Any]) -> None:
    for number in range(3):
        set_hours("station", first=8 + number, keeps_holidays=True, by=officer, now=START + number * HOUR)
    moments = [START + number * HOUR for number in range(-1, 6)]
    assert len({as_known_at(moment).stamp for moment in moments}) == 4
    with django_assert_num_queries(1):
        now = known()
        assert [now.at(moment).stamp for moment in moments]


def test_a_change_of_a_version_that_kept_nothing_counts_as_the_next_one(officer: User) -> None:
    first = CalendarChange.objects.create(stamp="old", known_until=date(2027, 1, 1), recorded_at=START)
    assert as_known_at(START) == in_force()
    set_hours("station", first=9, keeps_holidays=True, by=officer, now=START + HOUR)
    assert first.own is None
    assert "station" in as_known_at(START).calendars
    set_hours("station", first=10, keeps_holidays=True, by=officer, now=START + 2 * HOUR)
    assert as_known_at(START) == as_known_at(START + HOUR) != in_force()


def test_where_a_clock_was_set_back_the_last_change_has_the_last_word(officer: User) -> None:
    set_hours("station", first=9, keeps_holidays=True, by=officer, now=START + HOUR)
    set_hours("station", first=10, keeps_holidays=True, by=officer, now=START)
    assert as_known_at(START) == as_known_at(START + 2 * HOUR) == in_force()
    assert list(known().moments) == [START, START + HOUR]


def test_the_event_of_hours_says_everything(officer: User) -> None:
    set_hours("station", first=9, keeps_holidays=False, by=officer, now=START)
    told = Event.objects.get(kind="casework.hours_changed").particulars
    assert (told["calendar"], told["keeps_holidays"]) == ("station", False)
    assert told["hours"] == {"weeks": [{"hours": [["09:00-20:00"]] * 7}]}
