"""How much time a case has, what pauses it, and what happens when it is over. Days are the real ones of 2026."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.core.exceptions import PermissionDenied

from shixiao import casework
from shixiao.casework import (
    Opening,
    Refused,
    calendars,
    changing_calendars,
    deadlines,
    extending,
    limits,
    loading,
    offices,
    timers,
)
from shixiao.casework.limits import Limit
from shixiao.casework.models import CalendarDay, Case, Deadline, Extension, Timer, Urgency
from shixiao.casework.performing import events_of
from shixiao.casework.tests.conftest import KIND
from shixiao.engine.bilingual import Text
from shixiao.engine.clock import USUAL_SCHEME, LightCode
from shixiao.ledger.models import Event
from shixiao.people.models import Unit, User

pytestmark = pytest.mark.django_db
SHANGHAI = ZoneInfo("Asia/Shanghai")


def at(month: int, day: int, hour: int = 0, minute: int = 0, year: int = 2026) -> datetime:
    return datetime(year, month, day, hour, minute, tzinfo=SHANGHAI)


@pytest.fixture
def clerk(staff: Callable[..., User]) -> User:
    return staff("clerk", "desk.clerk", "desk.overseer")


@pytest.fixture
def opened(unit: Unit, clerk: User) -> Callable[..., Case]:
    def make(now: datetime, **more: Any) -> Case:
        head = {"unit": unit, "title": "答复来函", "particulars": {"topic": "来函"}, "lead": clerk} | more
        return casework.open_case(KIND, "open", Opening(**head), by=clerk, now=now)

    return make


def due(case: Case) -> datetime | None:
    return Deadline.objects.get(case=case).due_at


# ---- starting and stopping -------------------------------------------------------------------------------------


def test_eight_hours_over_the_national_holiday(opened: Callable[..., Case]) -> None:
    """30 September 16:00, an hour and a half of that day; then 8 October."""
    case = opened(at(9, 30, 16))
    assert due(case) == at(10, 8, 17)
    row = Deadline.objects.get()
    assert row.first_due_at == at(10, 8, 17)
    assert "国庆节放假顺延" in deadlines.explanation(row).zh
    assert events_of(case).get().particulars["due"] == {"answer": "2026-10-08T17:00:00+08:00"}
    assert deadlines.last_moment(Case.objects.get().limit_at or at(1, 1)) == at(10, 8, 17)


def test_an_urgent_case_has_two_hours_by_any_clock(opened: Callable[..., Case]) -> None:
    assert due(opened(at(9, 30, 23), urgency=Urgency.URGENT)) == at(10, 1, 1)


def test_what_happened_earlier_begins_to_count_then(opened: Callable[..., Case]) -> None:
    assert due(opened(at(6, 30, 17), happened_at=at(6, 29, 8, 30))) == at(6, 30, 9, 30)


def test_the_end_stops_it_and_its_timer(opened: Callable[..., Case], clerk: User) -> None:
    case = opened(at(6, 30, 9))
    assert Timer.objects.filter(fired_at=None).count() == 1
    casework.perform(case, "take", by=clerk, now=at(6, 30, 10))
    done = casework.perform(case, "finish", by=clerk, now=at(6, 30, 11))
    assert (Deadline.objects.get().stopped_at, done.limit_at) == (at(6, 30, 11), None)
    assert timers.fire_due(at(7, 5)) == 1  # dropped when it falls due, and nothing is said
    assert not Timer.objects.exists()
    assert not Event.objects.filter(kind="casework.limit_passed").exists()


def test_whatever_runs_stops_when_many_end_at_once_and_nobody_asks_what_does(
    opened: Callable[..., Case], clerk: User, django_assert_num_queries: Any
) -> None:
    running, paused, other = opened(at(6, 30, 9)), opened(at(6, 30, 9, 10)), opened(at(6, 30, 9, 20))
    casework.perform_many([running, paused], "take", by=clerk, now=at(6, 30, 10))
    casework.perform(paused, "pause", by=clerk, now=at(6, 30, 10), reason="等")
    # To lock, the events, the deadlines; three for the cases, one of which says how far each was looked at; two for the gauges in
    # use, which are asked for again after five seconds; two of the savepoint.
    with django_assert_num_queries(1 + 1 + 1 + 3 + 2 + 2):
        casework.perform_many([running, paused], "finish", by=clerk, now=at(6, 30, 12), happened_at=at(6, 30, 11))
    assert set(Deadline.objects.filter(case__in=[running, paused]).values_list("stopped_at", flat=True)) == {
        at(6, 30, 11)
    }
    assert Deadline.objects.get(case=other).stopped_at is None


def test_what_starts_again_after_the_end_has_a_timer_beside_the_old_one(
    opened: Callable[..., Case], clerk: User, desk: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    (here,) = desk.tables
    steps = tuple(replace(step, starts=("answer",)) if step.name == "reopen" else step for step in here.steps)
    again = replace(here, steps=steps)
    monkeypatch.setattr(offices, "_catalogue", lambda: {KIND: (desk, again)})
    case = opened(at(6, 30, 9))
    casework.perform(case, "take", by=clerk, now=at(6, 30, 9))
    casework.perform(case, "finish", by=clerk, now=at(6, 30, 10))
    casework.perform(case, "reopen", by=clerk, now=at(6, 30, 11), reason="漏项")
    assert Timer.objects.filter(fired_at=None).count() == 2
    assert timers.fire_due(at(7, 5)) == 2
    (passed,) = Event.objects.filter(kind="casework.limit_passed")
    assert passed.particulars["deadline"] == Deadline.objects.get(stopped_at=None).pk


def test_a_rule_from_a_day_on_does_not_touch_what_began_before(
    opened: Callable[..., Case], officer: User, clerk: User
) -> None:
    four = Limit(kind=KIND, name="answer", budget="4wh", title=Text("", ""), since=date(2026, 7, 1))
    before = opened(at(6, 30, 9))
    limits.set_limit(four, by=officer, now=at(6, 30, 9, 30))
    same_day = opened(at(6, 30, 9))
    after = opened(at(7, 1, 9))
    assert (due(before), due(same_day), due(after)) == (at(7, 1, 10), at(7, 1, 10), at(7, 1, 15))
    with pytest.raises(PermissionDenied):
        limits.set_limit(four, by=clerk, now=at(6, 30, 9))


@pytest.mark.parametrize(
    ("field", "fields"),
    [
        ("budget", {"budget": "soon"}),
        ("roll", {"roll": "sideways"}),
        ("calendar", {"calendar": "lunar"}),
        ("name", {"name": "other"}),
        ("urgency", {"urgency": "very"}),
        ("since", {"since": date(2026, 6, 29)}),
    ],
)
def test_a_rule_that_cannot_be_is_refused(officer: User, now: datetime, field: str, fields: dict[str, Any]) -> None:
    given = {"kind": KIND, "name": "answer", "budget": "4wh", "title": Text("", ""), "since": date(2026, 7, 1)} | fields
    with pytest.raises(Refused) as refused:
        limits.set_limit(Limit(**given), by=officer, now=now)
    assert refused.value.field == field


# ---- pauses ----------------------------------------------------------------------------------------------------


def test_a_pause_moves_the_end_by_what_it_lasted(opened: Callable[..., Case], clerk: User) -> None:
    case = opened(at(6, 30, 9))
    casework.perform(case, "take", by=clerk, now=at(6, 30, 9))
    paused = casework.perform(case, "pause", by=clerk, now=at(6, 30, 10), reason="等来函单位补材料")
    assert (paused.limit_at, due(case), Timer.objects.count()) == (None, None, 0)
    back = casework.perform(case, "resume", by=clerk, now=at(7, 2, 10))
    assert due(case) == at(7, 3, 10)
    assert (back.limit_at, Timer.objects.count()) == (Deadline.objects.get().overdue_from, 1)
    assert Deadline.objects.get().first_due_at == at(7, 1, 10)


def test_in_bulk_a_pause_drops_the_timer_that_was_written_before(opened: Callable[..., Case], clerk: User) -> None:
    case = opened(at(6, 30, 9))
    casework.perform(case, "take", by=clerk, now=at(6, 30, 9))
    with loading.in_bulk():
        casework.perform(case, "pause", by=clerk, now=at(6, 30, 10), reason="等来函单位补材料")
        timers.fire_due(at(7, 1, 12))  # a pause has no end that could pass
        casework.perform(case, "resume", by=clerk, now=at(7, 2, 10))
    (timer,) = Timer.objects.all()
    assert (timer.fired_at, timer.due_at) == (None, Deadline.objects.get().overdue_from)
    assert not Event.objects.filter(kind="casework.limit_passed").exists()


def test_two_pauses_and_a_pause_of_nothing(opened: Callable[..., Case], clerk: User) -> None:
    case = opened(at(6, 30, 9))
    casework.perform(case, "take", by=clerk, now=at(6, 30, 9))
    for _again in range(2):
        casework.perform(case, "pause", by=clerk, now=at(6, 30, 10), reason="等")
        casework.perform(case, "resume", by=clerk, now=at(6, 30, 10))
    assert due(case) == at(7, 1, 10)


def test_what_ends_while_it_pauses_stops(opened: Callable[..., Case], clerk: User) -> None:
    case = opened(at(6, 30, 9))
    casework.perform(case, "take", by=clerk, now=at(6, 30, 9))
    casework.perform(case, "pause", by=clerk, now=at(6, 30, 10), reason="等")
    casework.perform(case, "finish", by=clerk, now=at(8, 1, 10))
    assert deadlines.light(Deadline.objects.get(), now=at(8, 2), schemes=[USUAL_SCHEME]).code is LightCode.DONE_ON_TIME


# ---- extensions ------------------------------------------------------------------------------------------------


def test_an_extension_is_asked_and_granted_and_the_first_end_stays(
    opened: Callable[..., Case], clerk: User, staff: Callable[..., User]
) -> None:
    handler = staff("handler", "desk.checker")
    case = opened(at(6, 30, 9), lead=handler)
    asked = extending.ask_extension(case, "answer", budget="2wd", reason="对方迟复", by=handler, now=at(6, 30, 15))
    assert due(case) == at(7, 1, 10)
    extending.answer_extension(asked, is_granted=True, reason="同意", by=clerk, now=at(6, 30, 16))
    row = Deadline.objects.get()
    assert row.due_at is not None
    assert row.due_at > at(7, 2)
    assert row.first_due_at == at(7, 1, 10)
    assert Case.objects.get().limit_at == row.overdue_from == Timer.objects.get().due_at
    kinds = [event.kind for event in events_of(case)]
    assert kinds == ["desk.opened", "casework.extension_asked", "casework.extension_granted"]


def test_an_extension_that_is_refused_moves_nothing(opened: Callable[..., Case], clerk: User) -> None:
    case = opened(at(6, 30, 9))
    asked = extending.ask_extension(case, "answer", budget="2wd", reason="忙", by=clerk, now=at(6, 30, 15))
    extending.answer_extension(asked, is_granted=False, reason="尽快", by=clerk, now=at(6, 30, 16))
    assert due(case) == at(7, 1, 10)
    with pytest.raises(Refused, match="answered"):
        extending.answer_extension(asked, is_granted=True, reason="再想", by=clerk, now=at(6, 30, 17))
    extending.ask_extension(case, "answer", budget="1wd", reason="再请", by=clerk, now=at(6, 30, 17))
    assert Extension.objects.count() == 2


def test_one_extension_at_a_time_by_those_who_may(
    opened: Callable[..., Case], clerk: User, staff: Callable[..., User]
) -> None:
    stranger, case = staff("stranger", "desk.checker"), opened(at(6, 30, 9))
    with pytest.raises(PermissionDenied):
        extending.ask_extension(case, "answer", budget="2wd", reason="忙", by=stranger, now=at(6, 30, 15))
    asked = extending.ask_extension(case, "answer", budget="2wd", reason="忙", by=clerk, now=at(6, 30, 15))
    with pytest.raises(Refused, match="already"):
        extending.ask_extension(case, "answer", budget="3wd", reason="忙", by=clerk, now=at(6, 30, 15))
    with pytest.raises(PermissionDenied):
        extending.answer_extension(asked, is_granted=True, reason="好", by=stranger, now=at(6, 30, 16))
    with pytest.raises(Refused) as refused:
        extending.ask_extension(case, "other", budget="2wd", reason="忙", by=clerk, now=at(6, 30, 15))
    assert refused.value.field == "name"


# ---- what events say of the first instant that is too late ------------------------------------------------------


def told(case: Case) -> dict[str, str | None] | None:
    """`late_from` of the newest event of the case."""
    newest = events_of(case).last()
    assert newest is not None
    found: dict[str, str | None] | None = newest.particulars.get("late_from")
    return found


def as_it_stands(case: Case) -> dict[str, str | None]:
    row = Deadline.objects.get(case=case)
    return {row.name: row.overdue_from.astimezone(SHANGHAI).isoformat() if row.overdue_from else None}


def test_every_event_that_moves_a_deadline_says_when_it_is_too_late(
    opened: Callable[..., Case], clerk: User, officer: User
) -> None:
    case = opened(at(6, 30, 9))
    said = [told(case)]
    assert said == [as_it_stands(case)] == [{"answer": "2026-07-01T10:00:00.000001+08:00"}]
    casework.perform(case, "take", by=clerk, now=at(6, 30, 9))
    assert told(case) is None
    casework.perform(case, "pause", by=clerk, now=at(6, 30, 10), reason="等")
    assert told(case) == as_it_stands(case) == {"answer": None}
    casework.perform(case, "resume", by=clerk, now=at(7, 2, 10))
    assert told(case) == as_it_stands(case) not in said
    said.append(told(case))
    asked = extending.ask_extension(case, "answer", budget="2wd", reason="迟", by=clerk, now=at(7, 2, 11))
    assert told(case) is None
    extending.answer_extension(asked, is_granted=True, reason="好", by=clerk, now=at(7, 2, 12))
    assert told(case) == as_it_stands(case) not in said
    said.append(told(case))
    changing_calendars.change_days({date(2026, 7, 3): ("holiday", "台风停工")}, by=officer, now=at(7, 2, 13))
    assert told(case) == as_it_stands(case) not in said


def test_what_is_granted_while_it_stands_still_is_too_late_from_nobody_knows_when(
    opened: Callable[..., Case], clerk: User
) -> None:
    case = opened(at(6, 30, 9))
    casework.perform(case, "take", by=clerk, now=at(6, 30, 9))
    asked = extending.ask_extension(case, "answer", budget="2wd", reason="迟", by=clerk, now=at(6, 30, 9))
    casework.perform(case, "pause", by=clerk, now=at(6, 30, 10), reason="等")
    extending.answer_extension(asked, is_granted=True, reason="好", by=clerk, now=at(6, 30, 12))
    assert told(case) == as_it_stands(case) == {"answer": None}


# ---- time passes -----------------------------------------------------------------------------------------------


def test_a_timer_fires_once_and_says_when_the_time_was_over(opened: Callable[..., Case]) -> None:
    case = opened(at(6, 30, 9))
    over = Deadline.objects.get().overdue_from
    assert over is not None
    assert timers.fire_due(over - timedelta(microseconds=1)) == 0
    assert timers.fire_due(at(7, 5)) == 1
    assert timers.fire_due(at(7, 5)) == 0
    event = events_of(case).last()
    assert event is not None
    assert (event.kind, event.happened_at, event.recorded_at) == ("casework.limit_passed", over, at(7, 5))


def test_after_a_standstill_everything_is_done_in_order(opened: Callable[..., Case]) -> None:
    late = [opened(at(6, 30, 9, minute)) for minute in (30, 10, 20)]
    assert timers.fire_due(at(12, 31)) == 3
    order = Event.objects.filter(kind="casework.limit_passed").order_by("id").values_list("subject_id", flat=True)
    assert list(order) == [str(late[1].pk), str(late[2].pk), str(late[0].pk)]


def test_more_than_one_batch(opened: Callable[..., Case], unit: Unit, clerk: User) -> None:
    opening = Opening(unit=unit, title="答复", particulars={"topic": "函"})
    casework.open_many(KIND, "open", [opening] * (timers.BATCH + 1), by=clerk, now=at(6, 30, 9))
    assert [timers.fire_due(at(7, 5)) for _ in range(3)] == [timers.BATCH, 1, 0]
    assert not Timer.objects.filter(fired_at=None).exists()


# ---- calendars -------------------------------------------------------------------------------------------------


def test_a_new_holiday_moves_what_is_open_and_says_why_and_leaves_what_is_closed(
    opened: Callable[..., Case], officer: User, clerk: User
) -> None:
    still, done = opened(at(6, 30, 9)), opened(at(6, 30, 9))
    casework.perform(done, "take", by=clerk, now=at(6, 30, 10))
    casework.perform(done, "finish", by=clerk, now=at(6, 30, 11))
    earlier, elsewhere = opened(at(6, 1, 9)), opened(at(8, 3, 9))
    closed = Deadline.objects.get(case=done).due_at
    change = changing_calendars.change_days(
        {date(2026, 7, 1): ("holiday", "台风停工")}, source="NOTICE-7", by=officer, now=at(6, 30, 12)
    )
    assert due(still) == at(7, 2, 10)
    assert due(done) == closed
    assert (due(earlier), due(elsewhere)) == (at(6, 2, 10), at(8, 4, 10))
    moved = Event.objects.get(kind="casework.deadline_moved")
    assert (moved.subject_id, moved.particulars["change"]) == (str(still.pk), change.pk)
    assert (moved.particulars["before"][:16], moved.particulars["due"][:16]) == ("2026-07-01T10:00", "2026-07-02T10:00")
    still.refresh_from_db()
    assert still.limit_at == Timer.objects.get(case=still).due_at == Deadline.objects.get(case=still).overdue_from


def test_the_first_change_takes_the_shipped_table_along(officer: User) -> None:
    changing_calendars.change_days({date(2026, 7, 1): ("holiday", "台风停工")}, by=officer, now=at(6, 30))
    assert CalendarDay.objects.filter(day__year=2026).count() > 20
    assert not calendars.in_force()["office"].is_working_day(date(2026, 10, 1))


def test_rules_and_calendars_come_in_one_statement_and_are_those_of_now(
    officer: User, django_assert_num_queries: Any
) -> None:
    def known() -> tuple[set[str], bool]:
        rules, here = limits.rules_and_calendars(KIND)
        return {rule.budget for rule in rules}, here["office"].is_working_day(date(2026, 7, 1))

    assert known() == ({"8wh", "2h"}, True)
    four = Limit(kind=KIND, name="answer", budget="4wh", title=Text("", ""), since=date(2026, 7, 1))
    limits.set_limit(four, by=officer, now=at(6, 30))
    changing_calendars.change_days({date(2026, 7, 1): ("holiday", "台风停工")}, by=officer, now=at(6, 30))
    assert known() == ({"8wh", "2h", "4wh"}, False)
    with django_assert_num_queries(1):
        assert known() == ({"8wh", "2h", "4wh"}, False)
    changing_calendars.change_days(
        {date(2026, 7, 2): ("holiday", "台风停工")}, removed=[date(2026, 7, 1)], by=officer, now=at(6, 30)
    )
    assert known() == ({"8wh", "2h", "4wh"}, True)


def test_the_shipped_table_is_taken_in_once_and_leaves_an_event(now: datetime) -> None:
    assert changing_calendars.take_in_shipped_days(now=now) is not None
    assert changing_calendars.take_in_shipped_days(now=now) is None
    assert Event.objects.filter(kind="casework.calendar_changed").count() == 1
    assert calendars.in_force()["office"].is_working_day(date(2026, 10, 10))


def test_days_that_are_not_known_yet_are_provisional(opened: Callable[..., Case]) -> None:
    opened(at(12, 31, 16))
    row = Deadline.objects.get()
    assert row.is_provisional
    assert "暂定" in deadlines.explanation(row).zh


def test_a_day_that_is_wrong_changes_nothing(officer: User, clerk: User) -> None:
    with pytest.raises(Refused) as refused:
        changing_calendars.change_days({date(2026, 7, 1): ("workday", "调休")}, by=officer, now=at(6, 30))
    assert "2026" in refused.value.text.zh
    assert not CalendarDay.objects.exists()
    with pytest.raises(PermissionDenied):
        changing_calendars.change_days({date(2026, 7, 1): ("holiday", "台风停工")}, by=clerk, now=at(6, 30))


def test_a_station_has_hours_of_its_own(opened: Callable[..., Case], officer: User) -> None:
    hours = {"weeks": [{"hours": [["09:00-20:00"]] * 7}]}
    changing_calendars.set_hours(
        "station", title=Text("交换站", "Station"), hours=hours, keeps_holidays=False, by=officer, now=at(6, 30)
    )
    quick = Limit(
        kind=KIND, name="answer", budget="8wh", calendar="station", title=Text("", ""), since=date(2026, 6, 30)
    )
    limits.set_limit(quick, by=officer, now=at(6, 30))
    case = opened(at(10, 1, 9))
    assert due(case) == at(10, 1, 17)
    longer = {"weeks": [{"hours": [["09:00-12:00"]] * 7}]}
    changing_calendars.set_hours(
        "station", title=Text("交换站", "Station"), hours=longer, keeps_holidays=False, by=officer, now=at(10, 1, 9, 30)
    )
    assert due(case) == at(10, 3, 11)


def test_hours_that_are_none_are_refused(officer: User, now: datetime) -> None:
    for hours in ({"weeks": []}, {"weeks": [{"hours": [["25:00-26:00"]] * 7}]}, {"week": 1}, {}, {"weeks": 7}):
        with pytest.raises(Refused) as refused:
            changing_calendars.set_hours(
                "station", title=Text("站", "S"), hours=hours, keeps_holidays=True, by=officer, now=now
            )
        assert refused.value.field == "hours"
