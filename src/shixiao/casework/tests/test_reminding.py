"""The ladder of reminders: who is reminded when, what each rung waits for, and how the words grow. Days are the real ones of 2026."""

from collections.abc import Callable
from datetime import datetime, timedelta
from itertools import count
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.db import connection

from shixiao import casework
from shixiao.casework import Opening, extending, messages, reminding, timers
from shixiao.casework.models import Case, Deadline
from shixiao.casework.tests.conftest import KIND
from shixiao.casework.tests.test_telling import desks  # noqa: F401 — a fixture
from shixiao.ledger.models import Event
from shixiao.messages import ladders, reading, saying
from shixiao.messages.models import Climb, Message
from shixiao.people.models import Unit, User

SHANGHAI = ZoneInfo("Asia/Shanghai")


def at(month: int, day: int, hour: int = 9, minute: int = 0) -> datetime:
    return datetime(2026, month, day, hour, minute, tzinfo=SHANGHAI)


@pytest.fixture(autouse=True)
def _cases_can_be_shown(db: None) -> None:
    messages.register()


@pytest.fixture
def clerk(staff: Callable[..., User]) -> User:
    return staff("clerk", "desk.clerk")


@pytest.fixture
def house(staff: Callable[..., User]) -> dict[str, User]:
    """Who is reminded of what others handle; the head oversees the desk as well."""
    return {
        "head": staff("head", "messages.unit_head", "desk.overseer"),
        "office": staff("office", "messages.office"),
        "leader": staff("leader", "messages.leader"),
    }


@pytest.fixture
def case(unit: Unit, clerk: User) -> Case:
    """Opened on Monday 1 June at nine, to be answered within five working days: until Monday the 8th."""
    told = {"unit": unit, "title": "答复来函", "particulars": {"topic": "来函"}, "lead": clerk}
    case = casework.open_case(KIND, "open", Opening(**told), by=clerk, now=at(6, 1))
    _until(case, at(6, 9, 0))
    return case


def _until(case: Case, limit: datetime) -> None:
    row = Deadline.objects.get(case=case)
    Deadline.objects.filter(pk=row.pk).update(budget="5wd", due_at=limit, overdue_from=limit, first_due_at=limit)
    case.timers.update(due_at=limit)


def work(now: datetime) -> None:
    while timers.fire_due(now) or reminding.remind(now):
        pass


def told() -> list[tuple[str, str]]:
    rows = Message.objects.filter(sort="reminder").order_by("pk").values_list("person__username", "wording")
    return [(str(who), str(wording).removeprefix("casework.limit_")) for who, wording in rows]


def text() -> str:
    message = Message.objects.order_by("-pk")[0]
    return saying.said([message], to=message.person, now=message.made_at)[0].text.zh


def test_the_whole_ladder_when_nobody_answers(case: Case, house: dict[str, User]) -> None:
    seen = []
    for day in range(1, 60):
        for hour in (9, 12, 18):
            before = len(told())
            now = at(6, 1, hour) + timedelta(days=day)
            work(now)
            seen += [(f"{now:%m-%d}", *each) for each in told()[before:]]
    assert seen == [
        ("06-05", "clerk", "near"),  # Friday: the last working day before the last day
        ("06-09", "clerk", "passed"),
        ("06-10", "head", "late_above"),  # the clerk's day has passed without the message being read
        ("06-15", "office", "late_above"),
        ("06-23", "leader", "late_above"),  # after the Dragon Boat festival
        ("07-07", "leader", "late_above"),
        ("07-21", "leader", "late_above"),
    ]
    said = [saying.said([each], to=each.person, now=each.made_at)[0].text.zh for each in Message.objects.order_by("pk")]
    assert len(set(said)) == len(said)  # never the same twice
    assert "已超 43 天" in said[-1]
    assert case.number in said[-1]
    assert Event.objects.filter(kind="messages.rung_reached").count() == 7


def test_a_receipt_lets_the_next_rung_be_reached_at_once(case: Case, clerk: User, house: dict[str, User]) -> None:
    ladders.set_ladder(
        "",
        [
            {"who": "handler", "days": 0, "waits_for": "read", "patience": 20},
            {"who": "unit_head", "days": 1},
        ],
        since=at(6, 1).date(),
        by=None,
        now=at(6, 1),
    )
    for day in range(9, 13):
        work(at(6, day, 12))
    assert told() == [("clerk", "passed")]
    reading.read([Message.objects.get(wording="casework.limit_passed").pk], by=clerk, now=at(6, 12, 13))
    work(at(6, 12, 14))
    assert told()[1:] == [("head", "late_above")]
    assert "已超 4 天，此前已提醒 1 次" in text()


def test_having_read_is_not_having_taken_note(case: Case, clerk: User, house: dict[str, User]) -> None:
    rungs = [
        {"who": "handler", "days": 0, "waits_for": "acknowledged", "patience": 20},
        {"who": "unit_head", "days": 1},
    ]
    ladders.set_ladder("", rungs, since=at(6, 1).date(), by=None, now=at(6, 1))
    work(at(6, 9))
    message = Message.objects.get(wording="casework.limit_passed")
    reading.read([message.pk], by=clerk, now=at(6, 9))
    work(at(6, 11))
    assert len(told()) == 1
    reading.acknowledge([message.pk], by=clerk, now=at(6, 11))
    work(at(6, 11, 12))
    assert len(told()) == 2


def test_it_ends_with_the_case(case: Case, clerk: User, house: dict[str, User]) -> None:
    work(at(6, 5))
    casework.perform(case, "take", by=clerk, now=at(6, 8))
    casework.perform(case, "finish", by=clerk, now=at(6, 8))
    work(at(6, 30))
    assert told() == [("clerk", "near")]
    assert Climb.objects.get().ended_at is not None


def test_more_time_begins_the_ladder_anew(case: Case, clerk: User, house: dict[str, User]) -> None:
    work(at(6, 5))
    asked = extending.ask_extension(case, "answer", budget="5wd", reason="等回信", by=clerk, now=at(6, 8))
    extending.answer_extension(asked, is_granted=True, reason="好", by=house["head"], now=at(6, 8))
    work(at(6, 9))
    assert told() == [("clerk", "near")]
    work(at(6, 30))
    assert told()[1:] == [("clerk", "late")]


def test_a_limit_that_moved_to_an_earlier_day_is_not_missed(case: Case, house: dict[str, User]) -> None:
    _until(case, at(6, 17, 0))
    work(at(6, 1, 10))
    _until(case, at(6, 5, 0))
    work(at(6, 5, 0, 1))
    assert told() == [("clerk", "passed")]


def test_a_worker_that_stood_still_begins_with_the_handler_and_says_how_late_it_is(
    case: Case, house: dict[str, User]
) -> None:
    work(at(7, 17))
    assert told() == [("clerk", "late")]
    assert "已超 39 天" in text()
    work(at(7, 20, 9, 1))
    assert told()[1:] == [("head", "late_above")]


def test_a_warning_is_withdrawn_after_the_limit(case: Case, house: dict[str, User]) -> None:
    work(at(6, 5))
    assert Message.objects.get().useful_until == at(6, 9, 0)


def test_a_limit_shorter_than_the_warning_gives_none(unit: Unit, clerk: User) -> None:
    told_ = {"unit": unit, "title": "急", "particulars": {"topic": "急"}, "urgency": "urgent", "lead": clerk}
    casework.open_case(KIND, "open", Opening(**told_), by=clerk, now=at(6, 1))
    work(at(6, 1, 9, 1))
    assert told() == []
    work(at(6, 1, 11, 1))
    assert told() == [("clerk", "passed")]


def test_where_nobody_leads_the_desk_is_reminded_and_where_nobody_heads_the_overseer(
    unit: Unit, clerk: User, staff: Callable[..., User]
) -> None:
    staff("overseer", "desk.overseer")
    told_ = {"unit": unit, "title": "答复", "particulars": {"topic": "来函"}}
    case = casework.open_case(KIND, "open", Opening(**told_), by=clerk, now=at(6, 1))
    _until(case, at(6, 9, 0))
    work(at(6, 9))
    work(at(6, 10, 9, 1))
    assert told() == [("clerk", "passed"), ("overseer", "late_above")]


def test_of_a_restricted_register_nobody_outside_is_told(
    case: Case,
    house: dict[str, User],
    desks: Callable[..., None],  # noqa: F811
) -> None:
    desks(is_restricted=True)
    for day in range(9, 31):
        work(at(6, day))
    assert {who for who, _wording in told()} == {"clerk", "head"}
    last = Event.objects.filter(kind="messages.rung_reached").order_by("-id")[0]
    assert last.particulars["told"] == 1


def test_no_ladder_reminds_nobody(case: Case, house: dict[str, User]) -> None:
    ladders.set_ladder(KIND, [], since=at(6, 1).date(), by=None, now=at(6, 1))
    work(at(6, 30))
    assert told() == []


# ---- by urgency ----------------------------------------------------------------------------------------------------


def urgent(case: Case, urgency: str = "urgent") -> None:
    Case.objects.filter(pk=case.pk).update(urgency=urgency)


def climbed() -> list[tuple[str, str]]:
    """The day and the person of each reminder, nobody ever answering."""
    seen = []
    for day in range(1, 30):
        before = len(told())
        now = at(6, 1, 12) + timedelta(days=day)
        work(now)
        seen += [(f"{now:%m-%d}", who) for who, _wording in told()[before:]]
    return seen


@pytest.mark.parametrize(
    ("urgency", "days"),
    [
        ("normal", ["06-05 clerk", "06-09 clerk", "06-10 head", "06-15 office", "06-23 leader"]),
        ("urgent", ["06-05 clerk", "06-09 clerk", "06-10 head", "06-11 office", "06-12 leader", "06-17 leader"]),
        ("most_urgent", ["06-05 clerk", "06-09 clerk", "06-10 head", "06-11 office", "06-12 leader"]),
    ],
)
def test_what_is_urgent_climbs_faster(case: Case, house: dict[str, User], urgency: str, days: list[str]) -> None:
    urgent(case, urgency)
    seen = [" ".join(each) for each in climbed()]
    assert seen[: len(days)] == days
    said = [saying.said([each], to=each.person, now=each.made_at)[0].text.zh for each in Message.objects.order_by("pk")]
    assert len(set(said)) == len(said)  # each rung once, and never the same words


def test_of_the_most_urgent_the_head_hears_as_soon_as_the_handler_has_read(
    case: Case, clerk: User, house: dict[str, User]
) -> None:
    urgent(case, "most_urgent")
    work(at(6, 9))
    reading.read([Message.objects.get(wording="casework.limit_passed").pk], by=clerk, now=at(6, 9, 9, 5))
    work(at(6, 9, 10))
    work(at(6, 9, 11))
    assert told() == [("clerk", "passed"), ("head", "passed")]


def test_a_ladder_of_the_kind_counts_for_every_urgency_that_has_none(case: Case, house: dict[str, User]) -> None:
    today = at(6, 1)
    set_for = {"since": today.date(), "by": None, "now": today}
    urgent(case)
    ladders.set_ladder("", [{"who": "leader", "days": 0}], urgency="urgent", **set_for)
    ladders.set_ladder(KIND, [{"who": "office", "days": 0}], **set_for)
    ladders.set_ladder(KIND, [{"who": "unit_head", "days": 0}], urgency="most_urgent", **set_for)
    known = ladders.ladders(today.date())

    def first(kind: str, urgency: str) -> str:
        return ladders.of_kind(known, kind, urgency)[0].who.value

    assert [first(KIND, each) for each in ("normal", "urgent", "most_urgent")] == ["office", "office", "unit_head"]
    assert [first("other.kind", each) for each in ("normal", "urgent")] == ["handler", "leader"]
    assert ladders.of_kind(known, "other.kind", "most_urgent") == ladders.URGENT["most_urgent"]
    work(at(6, 9))
    assert told() == [("office", "passed")]


def test_what_an_officer_set_for_everything_counts_for_what_is_urgent_too(case: Case, house: dict[str, User]) -> None:
    urgent(case)
    ladders.set_ladder("", [{"who": "office", "days": 0}], since=at(6, 1).date(), by=None, now=at(6, 1))
    work(at(6, 12))
    assert [who for who, _wording in told()] == ["office"]


class Killed(BaseException):
    """The worker is no more."""


@pytest.mark.django_db(transaction=True)
def test_killed_at_any_statement_each_rung_is_reached_once(case: Case, house: dict[str, User]) -> None:
    for statements in count():
        left = count(statements, -1)

        def execute(run: Any, sql: str, params: Any, many: bool, context: Any, left: Any = left) -> Any:
            if next(left) <= 0:
                raise Killed
            return run(sql, params, many, context)

        try:
            with connection.execute_wrapper(execute):
                work(at(6, 9))
        except Killed:
            assert Message.objects.count() == Event.objects.filter(kind="messages.rung_reached").count()
            continue
        break
    work(at(6, 9))
    assert statements > 8
    assert told() == [("clerk", "passed")]
    assert Event.objects.filter(kind="casework.limit_passed").count() == 1
