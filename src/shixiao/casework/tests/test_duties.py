"""What is to be done again and again: made ahead, missed when its window ends, changed forward. Days are the real ones of 2026."""

from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.core.exceptions import PermissionDenied

from shixiao import casework
from shixiao.casework import Refused, changing_calendars, duties, expecting, remarking, timers
from shixiao.casework.models import Case, ClosedYear, Deadline, Duty, DutyCase, DutyVersion
from shixiao.casework.performing import events_of
from shixiao.casework.tests import rounds
from shixiao.casework.tests.conftest import KIND, Desk
from shixiao.casework.tests.rounds import ROUND
from shixiao.engine import clock
from shixiao.engine.bilingual import Text
from shixiao.ledger.models import Event
from shixiao.people.models import Role, Unit, User

pytestmark = pytest.mark.django_db
SHANGHAI = ZoneInfo("Asia/Shanghai")
TWICE = clock.Daily(times=2)
ONCE = clock.Daily()


def at(month: int, day: int, hour: int = 0, minute: int = 0, year: int = 2026) -> datetime:
    return datetime(year, month, day, hour, minute, tzinfo=SHANGHAI)


@pytest.fixture(autouse=True)
def _rounds(monkeypatch: pytest.MonkeyPatch, desk: type[Desk]) -> Iterator[None]:
    with rounds.installed(monkeypatch, desk):
        yield


@pytest.fixture
def clerk(staff: Callable[..., User]) -> User:
    return staff("clerk", "desk.clerk")


@pytest.fixture
def overseer(staff: Callable[..., User]) -> User:
    return staff("overseer", "desk.overseer")


@pytest.fixture
def created(unit: Unit, overseer: User, now: datetime) -> Callable[..., Duty]:
    def make(schedule: clock.Schedule = TWICE, *, on: datetime = now, **more: Any) -> Duty:
        given = {"title": "保洁", "kind": ROUND, "step": "plan", "unit": unit, "since": on.date()} | more
        return duties.create(duties.Draft(schedule=schedule, **given), by=overseer, now=on)

    return make


def work_until_nothing_is_left(now: datetime) -> int:
    done = 0
    while made := expecting.make_ahead(now):
        done += made
    return done


def expected(**more: Any) -> dict[str, Case]:
    rows = DutyCase.objects.filter(withdrawn_at=None, **more).select_related("case")
    return {row.key: row.case for row in rows}


def finish(key: str, *, by: User, now: datetime, happened_at: datetime | None = None) -> Case:
    return casework.perform(expected()[key], "do", by=by, now=now, happened_at=happened_at)


def kinds_of(case: Case) -> list[str]:
    return [event.kind for event in events_of(case)]


# ---- making ahead ------------------------------------------------------------------------------------------------


def test_two_weeks_of_working_days_are_made_ahead(created: Callable[..., Duty], now: datetime) -> None:
    """30 June to 13 July 2026 are ten working days."""
    duty = created()
    work_until_nothing_is_left(now)
    keys = sorted(expected())
    assert len(keys) == 20
    assert (keys[0], keys[-1]) == ("2026-06-30/1", "2026-07-13/2")
    case = expected()["2026-06-30/2"]
    assert (case.title, case.state, case.unit) == ("保洁 6月30日 第2次", "planned", duty.unit)
    assert case.limit_at == at(7, 1)
    (event,) = events_of(case)
    told = event.particulars
    assert (event.by_id, told["duty"]) == ("", duty.pk)
    assert told["window"] == ["2026-06-30T00:00:00+08:00", "2026-07-01T00:00:00+08:00"]
    assert "closed" not in told


def test_nothing_is_made_twice(created: Callable[..., Duty], now: datetime) -> None:
    created()
    work_until_nothing_is_left(now)
    assert work_until_nothing_is_left(now) == 0
    assert work_until_nothing_is_left(now + timedelta(hours=3)) == 0
    assert Case.objects.count() == 20


def test_the_next_day_makes_one_more_day(created: Callable[..., Duty], now: datetime) -> None:
    created()
    work_until_nothing_is_left(now)
    work_until_nothing_is_left(now + timedelta(days=1))
    assert len(expected()) == 22


def test_rare_windows_are_made_sixty_days_ahead(created: Callable[..., Duty], now: datetime) -> None:
    created(clock.Monthly())
    work_until_nothing_is_left(now)
    assert {key: case.limit_at for key, case in expected().items()} == {
        "2026-06/1": at(7, 1),
        "2026-07/1": at(8, 1),
        "2026-08/1": at(9, 1),
    }


def test_the_year_that_is_under_way_is_expected(created: Callable[..., Duty], now: datetime) -> None:
    """It begins, for whoever looks, on the day the duty begins."""
    created(clock.Yearly(times=2), title="消防演练")
    work_until_nothing_is_left(now)
    assert [(case.title, case.opened_at) for case in expected().values()] == [
        ("消防演练 2026年 第1次", at(6, 30)),
        ("消防演练 2026年 第2次", at(6, 30)),
    ]


def test_what_was_over_when_it_was_decided_is_not_expected(created: Callable[..., Duty], now: datetime) -> None:
    created(clock.Daily(hours=clock.spans("06:00-08:00", "08:00-10:00")))
    work_until_nothing_is_left(now)
    assert sorted(expected())[:2] == ["2026-06-30/2", "2026-07-01/1"]


def test_the_weekend_is_there_and_marked_closed_where_every_day_is_meant(
    created: Callable[..., Duty], now: datetime
) -> None:
    created(clock.Daily(days=clock.Days.EVERY))
    work_until_nothing_is_left(now)
    closed = {row.key: row.closed for row in DutyCase.objects.exclude(closed="")}
    assert closed == dict.fromkeys(("2026-07-04/1", "2026-07-05/1", "2026-07-11/1", "2026-07-12/1"), "calendar.day_off")
    (event,) = events_of(expected()["2026-07-04/1"])
    assert event.particulars["closed"] == "calendar.day_off"


def test_after_a_standstill_what_is_over_is_made_and_comes_out_missed(
    created: Callable[..., Duty], now: datetime
) -> None:
    created()
    work_until_nothing_is_left(now)
    later = at(7, 23, 9)
    work_until_nothing_is_left(later)
    while timers.fire_due(later):
        pass
    case = expected()["2026-07-15/1"]  # never made while it was under way
    assert case.opened_at == at(7, 15)
    assert kinds_of(case) == ["desk.round_planned", "casework.limit_passed"]
    assert events_of(case).last().happened_at == at(7, 16)  # type: ignore[union-attr]
    assert len(expected()) == 2 * (10 + 7 + 10)
    assert kinds_of(expected()["2026-07-23/1"]) == ["desk.round_planned"]


def test_catching_up_late_is_possible_and_stays_late(created: Callable[..., Duty], clerk: User, now: datetime) -> None:
    created()
    work_until_nothing_is_left(now)
    later = at(7, 1, 8)
    timers.fire_due(later)
    done = finish("2026-06-30/1", by=clerk, now=later)
    assert done.state == "done"
    assert kinds_of(done) == ["desk.round_planned", "casework.limit_passed", "desk.round_done"]
    row = Deadline.objects.get(case=done)
    assert (row.overdue_from, row.stopped_at) == (at(7, 1), later)


def test_who_was_in_time_says_so_though_the_worker_was_late(
    created: Callable[..., Duty], clerk: User, now: datetime
) -> None:
    created()
    later = at(7, 3, 9)
    work_until_nothing_is_left(later)
    done = finish("2026-07-01/1", by=clerk, now=later, happened_at=at(7, 1, 10))
    row = Deadline.objects.get(case=done)
    assert row.stopped_at is not None
    assert row.overdue_from is not None
    assert row.stopped_at < row.overdue_from


def test_what_lies_in_a_closed_year_begins_when_it_is_made(created: Callable[..., Duty], now: datetime) -> None:
    created()
    later = at(1, 4, 9, year=2027)
    ClosedYear.objects.create(year=2026, closed_at=later)
    work_until_nothing_is_left(later)
    assert expected()["2026-12-31/1"].opened_at == later
    assert Deadline.objects.get(case=expected()["2026-12-31/1"]).overdue_from == later


def test_a_big_standstill_is_made_in_batches(created: Callable[..., Duty], now: datetime) -> None:
    created(clock.Daily(times=40))
    assert expecting.make_ahead(now) == 200
    assert Duty.objects.get().made_until == date(2026, 7, 7)
    assert expecting.make_ahead(now) == 200
    assert expecting.make_ahead(now) == 0


def test_a_worker_that_is_killed_leaves_nothing_half_done(
    created: Callable[..., Duty], now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    created()

    class Killed(BaseException):
        """The machine went off."""

    def die(*_arguments: object, **_more: object) -> None:
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr(expecting.filling, "insert", die)
        with pytest.raises(Killed):
            expecting.make_ahead(now)
    assert not Case.objects.exists()
    work_until_nothing_is_left(now)
    assert len(expected()) == Case.objects.count() == 20


# ---- what is refused ---------------------------------------------------------------------------------------------


def test_a_million_cases_are_refused_with_their_number(created: Callable[..., Duty]) -> None:
    with pytest.raises(Refused) as refused:
        created(clock.Daily(times=4000, days=clock.Days.EVERY))
    assert "1,460,000 件，最多 20,000 件" in refused.value.text.zh
    assert refused.value.field == "schedule"
    assert not Duty.objects.exists()
    assert not Event.objects.filter(kind="casework.duty_created").exists()


def test_the_most_that_is_possible(created: Callable[..., Duty]) -> None:
    created(clock.Daily(times=54, days=clock.Days.EVERY))  # 19,710
    with pytest.raises(Refused, match="20,075"):
        created(clock.Daily(times=55, days=clock.Days.EVERY), title="另一个")


def test_two_duties_of_one_title_at_one_unit_are_refused(
    created: Callable[..., Duty], unit: Unit, overseer: User, now: datetime
) -> None:
    duty = created()
    with pytest.raises(Refused) as refused:
        created(ONCE, title=" 保洁 ")
    assert refused.value.field == "title"
    duties.end(duty, until=date(2026, 7, 6), by=overseer, now=now)
    with pytest.raises(Refused):
        created(since=date(2026, 7, 5))
    assert created(since=date(2026, 7, 6)).pk != duty.pk


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"since": date(2026, 6, 29)}, "since"),
        ({"kind": KIND}, "kind"),
        ({"kind": "nothing.there"}, "kind"),
        ({"step": "do"}, "kind"),
        ({"calendar": "nowhere"}, "calendar"),
        ({"title": ""}, "title"),
        ({"title": "x" * 101}, "title"),
        ({"title": "绝密★10年"}, "title"),
        ({"told": {"note": "x"}}, "note"),
        ({"told": {"place": "三楼"}}, "place"),
    ],
)
def test_what_cannot_be_is_said_beside_its_field(
    created: Callable[..., Duty], wrong: dict[str, Any], field: str
) -> None:
    with pytest.raises(Refused) as refused:
        created(**wrong)
    assert refused.value.field == field
    assert not Duty.objects.exists()


def test_what_the_desk_refuses_is_said_when_the_duty_is_created(created: Callable[..., Duty], desk: type[Desk]) -> None:
    desk.full.add("A3")
    with pytest.raises(Refused, match="A3 is full"):
        created(told={"place": "A3"})
    assert not Duty.objects.exists()
    assert not Case.objects.exists()


def test_a_schedule_that_never_comes_round_is_refused(
    created: Callable[..., Duty], officer: User, now: datetime
) -> None:
    never = {"weeks": [{"hours": [[]] * 7}]}
    changing_calendars.set_hours(
        "never", title=Text("从不", "Never"), hours=never, keeps_holidays=False, by=officer, now=now
    )
    with pytest.raises(Refused, match="never comes round"):
        created(calendar="never")


def test_who_may_not_keep_duties_is_refused(unit: Unit, clerk: User, officer: User, now: datetime) -> None:
    draft = duties.Draft(title="保洁", kind=ROUND, step="plan", unit=unit, schedule=ONCE, since=now.date())
    with pytest.raises(PermissionDenied):
        duties.create(draft, by=clerk, now=now)
    duty = duties.create(draft, by=officer, now=now)
    with pytest.raises(PermissionDenied):
        duties.change(duty, TWICE, since=now.date(), by=clerk, now=now)
    with pytest.raises(PermissionDenied):
        duties.end(duty, until=now.date(), by=clerk, now=now)


def test_an_overseer_elsewhere_may_not(unit: Unit, staff: Callable[..., User], now: datetime) -> None:
    from shixiao.people import actions

    below = actions.create_unit("一处", code="ONE", parent=unit, since=date(2020, 1, 1), by=None, now=now)
    there = staff("there", "desk.overseer", at=below)
    draft = duties.Draft(title="保洁", kind=ROUND, step="plan", unit=unit, schedule=ONCE, since=now.date())
    with pytest.raises(PermissionDenied):
        duties.create(draft, by=there, now=now)


def test_one_that_cannot_be_opened_keeps_no_other_waiting_and_is_tried_again(
    created: Callable[..., Duty], desk: type[Desk], now: datetime
) -> None:
    created(told={"place": "A3"})
    created(title="巡查")
    desk.full.add("A3")
    work_until_nothing_is_left(now)
    assert DutyCase.objects.filter(duty__title="巡查", case__isnull=False).count() == 20
    waiting = DutyCase.objects.filter(duty__title="保洁")
    assert [row.refused["zh"] for row in waiting if row.refused] == ["A3 满了。"] * 20
    assert Event.objects.filter(kind="casework.expected_refused").count() == 20
    assert work_until_nothing_is_left(now + timedelta(hours=14)) == 0
    desk.full.clear()
    work_until_nothing_is_left(now + timedelta(hours=24))
    assert not DutyCase.objects.filter(case=None).exists()
    assert len(expected()) >= 20


# ---- changing ----------------------------------------------------------------------------------------------------


def test_creating_is_one_event_with_its_title_apart(created: Callable[..., Duty], overseer: User) -> None:
    duty = created(told={"place": "A3"})
    event = Event.objects.get(kind="casework.duty_created")
    assert (event.subject_kind, event.subject_id, event.by_id) == ("casework.duty", str(duty.pk), str(overseer.pk))
    assert event.particulars["schedule"] == {"kind": "daily", "times": 2, "hours": [], "days": "working"}
    assert event.particulars["told"] == {"place": "A3"}
    assert event.particulars["title"].startswith("sha256:")


def test_a_change_applies_forward(created: Callable[..., Duty], overseer: User, clerk: User, now: datetime) -> None:
    """From 6 July once instead of twice: the second times go, what was touched stays, what is before stays."""
    duty = created()
    work_until_nothing_is_left(now)
    before = expected()
    remarking.remark(before["2026-07-07/2"], "换人", by=clerk, now=now)
    finish("2026-07-08/2", by=clerk, now=now)
    duties.change(duty, ONCE, since=date(2026, 7, 6), by=overseer, now=now)
    after = expected()
    assert set(before) - set(after) == {f"2026-07-{day:02}/2" for day in (6, 9, 10, 13)}
    assert {key: case.pk for key, case in after.items()} == {key: before[key].pk for key in after}
    gone = Case.objects.get(pk=before["2026-07-06/2"].pk)
    assert (gone.state, gone.closed_at, gone.limit_at) == ("withdrawn", now, None)
    assert kinds_of(gone) == ["desk.round_planned", "casework.expected_withdrawn"]
    assert work_until_nothing_is_left(now) == 0
    assert [(row.since, row.until) for row in DutyVersion.objects.all()] == [
        (date(2026, 6, 30), date(2026, 7, 6)),
        (date(2026, 7, 6), None),
    ]
    (event,) = Event.objects.filter(kind="casework.duty_changed")
    assert event.particulars["before"]["times"] == 2


def test_what_has_begun_is_never_withdrawn(created: Callable[..., Duty], overseer: User, now: datetime) -> None:
    """The whole of today has begun at midnight."""
    duty = created()
    work_until_nothing_is_left(now)
    duties.change(duty, clock.Monthly(), since=now.date(), by=overseer, now=now)
    assert sorted(key for key in expected() if key.startswith("2026-06")) == [
        "2026-06-30/1",
        "2026-06-30/2",
        "2026-06/1",
    ]
    work_until_nothing_is_left(now)
    assert sorted(expected())[-2:] == ["2026-07/1", "2026-08/1"]


def test_from_rare_to_frequent(created: Callable[..., Duty], overseer: User, now: datetime) -> None:
    duty = created(clock.Monthly())
    work_until_nothing_is_left(now)
    duties.change(duty, TWICE, since=date(2026, 7, 6), by=overseer, now=now)
    work_until_nothing_is_left(now)
    keys = sorted(expected())
    assert keys == [
        "2026-06/1",
        *sorted(f"2026-07-{day:02}/{n}" for day in (6, 7, 8, 9, 10, 13) for n in (1, 2)),
        "2026-07/1",
    ]


def test_what_was_done_ahead_is_not_made_again(
    created: Callable[..., Duty], overseer: User, clerk: User, now: datetime
) -> None:
    """August is done early, then the duty becomes a daily one and a monthly one again."""
    duty = created(clock.Monthly())
    work_until_nothing_is_left(now)
    done = finish("2026-08/1", by=clerk, now=now)
    duties.change(duty, ONCE, since=date(2026, 7, 6), by=overseer, now=now)
    duties.change(duty, clock.Monthly(), since=date(2026, 7, 7), by=overseer, now=now)
    work_until_nothing_is_left(now)
    assert expected()["2026-08/1"].pk == done.pk
    assert not DutyCase.objects.filter(case=None).exists()


def test_a_version_that_never_began_is_replaced(created: Callable[..., Duty], overseer: User, now: datetime) -> None:
    duty = created()
    duties.change(duty, ONCE, since=date(2026, 7, 9), by=overseer, now=now)
    duties.change(duty, clock.Daily(times=3), since=date(2026, 7, 6), by=overseer, now=now)
    work_until_nothing_is_left(now)
    assert sum(key.startswith("2026-07-09") for key in expected()) == 3


def test_the_same_schedule_changes_nothing(created: Callable[..., Duty], overseer: User, now: datetime) -> None:
    duty = created()
    duties.change(duty, TWICE, since=date(2026, 7, 6), by=overseer, now=now)
    assert DutyVersion.objects.count() == 1
    assert not Event.objects.filter(kind="casework.duty_changed").exists()


@pytest.mark.parametrize("day", [date(2026, 6, 29), date(2020, 1, 1)])
def test_nothing_changes_before_today(created: Callable[..., Duty], overseer: User, now: datetime, day: date) -> None:
    duty = created()
    with pytest.raises(Refused):
        duties.change(duty, ONCE, since=day, by=overseer, now=now)
    with pytest.raises(Refused):
        duties.end(duty, until=day, by=overseer, now=now)


def test_an_ended_duty_expects_nothing_more(created: Callable[..., Duty], overseer: User, now: datetime) -> None:
    duty = created()
    work_until_nothing_is_left(now)
    duties.end(duty, until=date(2026, 7, 2), by=overseer, now=now)
    assert sorted(expected()) == [f"2026-{day}/{n}" for day in ("06-30", "07-01") for n in (1, 2)]
    assert work_until_nothing_is_left(now + timedelta(days=40)) == 0
    with pytest.raises(Refused, match="ends on"):
        duties.change(duty, ONCE, since=date(2026, 7, 6), by=overseer, now=now)


def test_one_that_ends_while_the_worker_stands_still_is_made_to_its_end(
    created: Callable[..., Duty], overseer: User, now: datetime
) -> None:
    duty = created()
    duties.end(duty, until=date(2026, 7, 2), by=overseer, now=now)
    work_until_nothing_is_left(now + timedelta(days=40))
    assert len(expected()) == 4


# ---- calendars ---------------------------------------------------------------------------------------------------


def test_a_day_that_becomes_a_holiday_closes(created: Callable[..., Duty], officer: User, now: datetime) -> None:
    created(clock.Daily(days=clock.Days.EVERY))
    created(title="工作日保洁")
    work_until_nothing_is_left(now)
    every = expected(duty__title="保洁")
    changing_calendars.change_days({date(2026, 7, 8): ("holiday", "台风")}, by=officer, now=now)
    work_until_nothing_is_left(now)
    told = events_of(every["2026-07-08/1"]).last()
    assert told is not None
    assert (told.kind, told.particulars["closed"]) == ("casework.window_closed", "calendar.holiday")
    assert "duty" in told.particulars
    assert not [key for key in expected(duty__title="工作日保洁") if key.startswith("2026-07-08")]
    changing_calendars.change_days({}, removed=[date(2026, 7, 8)], by=officer, now=now)
    work_until_nothing_is_left(now)
    assert kinds_of(every["2026-07-08/1"])[-1] == "casework.window_opened"
    again = [key for key in expected(duty__title="工作日保洁") if key.startswith("2026-07-08")]
    assert sorted(again) == ["2026-07-08/1", "2026-07-08/2"]


def test_a_working_day_in_lieu_is_expected(created: Callable[..., Duty], officer: User, now: datetime) -> None:
    """Saturday, 11 July."""
    created(ONCE)
    work_until_nothing_is_left(now)
    assert "2026-07-11/1" not in expected()
    changing_calendars.change_days({date(2026, 7, 11): ("workday", "调休")}, by=officer, now=now)
    work_until_nothing_is_left(now)
    assert expected()["2026-07-11/1"].title == "保洁 7月11日"


def test_what_was_touched_stays_though_its_day_is_closed(
    created: Callable[..., Duty], officer: User, clerk: User, now: datetime
) -> None:
    created(ONCE)
    work_until_nothing_is_left(now)
    finish("2026-07-08/1", by=clerk, now=now)
    changing_calendars.change_days({date(2026, 7, 8): ("holiday", "台风")}, by=officer, now=now)
    work_until_nothing_is_left(now)
    assert expected()["2026-07-08/1"].state == "done"


def test_a_window_that_ends_on_another_day_is_made_anew(
    created: Callable[..., Duty], officer: User, now: datetime
) -> None:
    """The last working day of August is Monday the 31st; it becomes Friday the 28th."""
    created(clock.Monthly())
    work_until_nothing_is_left(now)
    old = expected()["2026-08/1"]
    changing_calendars.change_days({date(2026, 8, 31): ("holiday", "停工")}, by=officer, now=now)
    work_until_nothing_is_left(now)
    new = expected()["2026-08/1"]
    assert (old.limit_at, new.limit_at) == (at(9, 1), at(8, 29))
    assert Case.objects.get(pk=old.pk).state == "withdrawn"


def test_a_changed_calendar_is_compared_once(created: Callable[..., Duty], officer: User, now: datetime) -> None:
    created(ONCE)
    work_until_nothing_is_left(now)
    changing_calendars.change_days({date(2026, 12, 24): ("holiday", "停工")}, by=officer, now=now)
    assert expecting.make_ahead(now) == 1
    assert expecting.make_ahead(now) == 0


def test_the_program_may_keep_duties_and_a_reader_may_not(
    unit: Unit, desk: type[Desk], account: Callable[..., User], now: datetime
) -> None:
    reader = account("reader-2", role=Role.READER)
    table = desk.tables[-1]
    assert not duties.may_keep(reader, table, unit=unit, now=now)
    assert duties.may_keep(None, table, unit=unit, now=now)
