"""Who is told of a step, by the step table alone; and that it stands or falls with the step."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client

from shixiao import casework
from shixiao.casework import Opening, assigning, extending, loading, messages, offices, telling
from shixiao.casework.models import Case, Extension
from shixiao.casework.steps import OPENER, Steps, Tell
from shixiao.casework.tests.conftest import KIND
from shixiao.engine.bilingual import Text
from shixiao.messages import saying, subjects
from shixiao.messages.models import Message
from shixiao.people.actions import create_unit
from shixiao.people.models import Unit, User

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _cases_can_be_shown() -> None:
    messages.register()


@pytest.fixture
def desks(desk: Any, monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Gives the steps of the table other desks: `desks(take="desk.checker")`; or tells: `desks(finish=(Tell(…),))`."""

    def change(**more: Any) -> None:
        (table,) = desk.tables
        steps = []
        for step in table.steps:
            given = more.get(step.name)
            changed = {"tells": given} if isinstance(given, tuple) else {"by": given} if given else {}
            steps.append(replace(step, **changed))
        made = Steps(
            **{
                name: getattr(table, name)
                for name in ("kind", "title", "prefix", "states", "overseer", "is_restricted")
            }
            | {"steps": tuple(steps), "is_restricted": more.get("is_restricted", False)}
        )
        monkeypatch.setattr(desk, "tables", (made,))
        monkeypatch.setattr(offices, "_catalogue", lambda: {KIND: (desk, made)})

    return change


@pytest.fixture
def clerk(staff: Callable[..., User]) -> User:
    return staff("clerk", "desk.clerk", "desk.overseer")


@pytest.fixture
def checker(staff: Callable[..., User]) -> User:
    return staff("checker", "desk.checker")


def opened(unit: Unit, by: User, now: datetime, **more: Any) -> Case:
    head = {"unit": unit, "title": "修窗", "particulars": {"topic": "窗"}} | more
    return casework.open_case(KIND, "open", Opening(**head), by=by, now=now)


def told() -> list[tuple[str, str, str]]:
    rows = Message.objects.order_by("pk").values_list("person__username", "wording", "step")
    return [(str(who), str(wording).removeprefix("casework."), str(step)) for who, wording, step in rows]


def text_of(message: Message, now: datetime) -> Text:
    return saying.said([message], to=message.person, now=now)[0].text


def test_the_same_desk_is_not_told_what_it_did(unit: Unit, clerk: User, now: datetime) -> None:
    opened(unit, clerk, now)
    assert told() == []


def test_another_desk_is_told_whose_turn_it_is(
    unit: Unit, clerk: User, checker: User, desks: Callable[..., None], now: datetime
) -> None:
    desks(take="desk.checker")
    case = opened(unit, clerk, now)
    assert told() == [("checker", "to_do", "todo.open")]
    message = Message.objects.get()
    assert (message.sort, message.subject_id) == ("todo", case.pk)
    assert text_of(message, now).zh == f"{case.number} 修窗：现在是“待办”，请办理“接办”。"


def test_the_nearest_holders_are_told_and_not_those_above(
    unit: Unit, clerk: User, checker: User, staff: Callable[..., User], desks: Callable[..., None], now: datetime
) -> None:
    desks(take="desk.checker")
    below = create_unit("一处", code="ONE", parent=unit, since=unit.since, by=None, now=now)
    near = [staff(name, "desk.checker", at=below) for name in ("near", "nearer")]
    opened(below, clerk, now)
    assert {who for who, *_ in told()} == {user.username for user in near}
    opened(unit, clerk, now)
    assert told()[-1][0] == "checker"


def test_what_is_sent_back_goes_to_whoever_handed_it_in(
    unit: Unit, clerk: User, checker: User, staff: Callable[..., User], desks: Callable[..., None], now: datetime
) -> None:
    desks(pause="desk.checker", resume="desk.clerk", finish="desk.checker")
    staff("other", "desk.clerk")
    case = opened(unit, clerk, now)
    casework.perform(case, "take", by=clerk, now=now)
    casework.perform(case, "pause", by=checker, now=now, reason="不齐")
    assert told()[-1] == ("clerk", "returned", "todo.paused")


def test_the_lead_is_told_of_the_end(unit: Unit, clerk: User, staff: Callable[..., User], now: datetime) -> None:
    lead = staff("lead", "desk.clerk")
    case = opened(unit, clerk, now, lead=lead)
    casework.perform(case, "take", by=clerk, now=now)
    casework.perform(case, "finish", by=clerk, now=now)
    assert [each for each in told() if each[1] == "ended"] == [("lead", "ended", "ended.done")]


def test_a_step_says_itself_who_is_told(
    unit: Unit, clerk: User, staff: Callable[..., User], desks: Callable[..., None], now: datetime
) -> None:
    says = Text("{number} 办好了", "{number} is done")
    desks(take=(), finish=(Tell(to=OPENER, says=says), Tell(to="desk.overseer", is_todo=True)))
    other = staff("other", "desk.clerk")
    case = opened(unit, clerk, now)
    casework.perform(case, "take", by=other, now=now)
    assert told() == []
    casework.perform(case, "finish", by=other, now=now)
    assert told() == [("clerk", "told", "told.0"), ("clerk", "told", "told.1")]
    assert text_of(Message.objects.get(step="told.0"), now) == (f"{case.number} 办好了", f"{case.number} is done")


def test_it_stands_or_falls_with_the_step(
    unit: Unit, clerk: User, checker: User, desks: Callable[..., None], now: datetime
) -> None:
    desks(take="desk.checker")

    def fail(_cases: Any) -> None:
        raise RuntimeError

    with pytest.raises(RuntimeError):
        casework.open_case(KIND, "open", Opening(unit=unit, particulars={"topic": "窗"}), by=clerk, now=now, also=fail)
    assert told() == []


def test_two_statements_more_however_many_cases(
    unit: Unit, clerk: User, checker: User, desks: Callable[..., None], now: datetime
) -> None:
    def statements(count: int) -> int:
        opening = Opening(unit=unit, title="修窗", particulars={"topic": "窗"})
        with _Counting() as seen:
            casework.open_many(KIND, "open", [opening] * count, by=User.objects.get(pk=clerk.pk), now=now)
        return len(seen)

    statements(1)
    without = (statements(1), statements(60))
    desks(take="desk.checker")
    Message.objects.all().delete()
    assert statements(1) - without[0] <= 2
    assert statements(60) - without[1] <= 2
    assert Message.objects.count() == 61


class _Counting:
    """Counts statements, without those of transactions."""

    def __init__(self) -> None:
        self.seen: list[str] = []

    def __enter__(self) -> list[str]:
        self._hook = connection.execute_wrapper(self._count)
        self._hook.__enter__()
        return self.seen

    def __exit__(self, *more: Any) -> None:
        self._hook.__exit__(*more)

    def _count(self, run: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        self.seen.append(sql)
        return run(sql, params, many, context)


def test_what_is_taken_over_in_bulk_tells_nobody(
    unit: Unit, clerk: User, checker: User, desks: Callable[..., None], now: datetime
) -> None:
    desks(take="desk.checker")
    with loading.in_bulk():
        opened(unit, clerk, now)
    with telling.silently():
        opened(unit, clerk, now)
    assert Case.objects.count() == 2
    assert told() == []


def test_a_task_that_somebody_else_took_is_taken_back(
    unit: Unit, clerk: User, staff: Callable[..., User], desks: Callable[..., None], now: datetime
) -> None:
    desks(take="desk.checker")
    one, two = staff("one", "desk.checker"), staff("two", "desk.checker")
    case = opened(unit, clerk, now)
    assert messages.take_back(now) == 0
    casework.perform(case, "take", by=one, now=now)
    assert messages.take_back(now) == 2
    assert messages.take_back(now) == 0
    mine = Message.objects.get(person=two)
    assert (mine.state, mine.fates.get().reason) == ("withdrawn", "case_went_on")


def test_of_a_restricted_register_a_stranger_reads_nothing(
    unit: Unit, clerk: User, checker: User, staff: Callable[..., User], desks: Callable[..., None], now: datetime
) -> None:
    desks(take="desk.checker")
    case = opened(unit, clerk, now)
    stranger = staff("stranger")
    message = Message.objects.get()
    Message.objects.filter(pk=message.pk).update(person=stranger)
    (said,) = saying.said([Message.objects.get()], to=stranger, now=now)
    assert said.about is None
    assert case.number not in said.text.zh


# ---- outside the step tables ---------------------------------------------------------------------------------------


def test_whoever_gets_a_case_in_hand_is_told(
    unit: Unit, clerk: User, staff: Callable[..., User], now: datetime
) -> None:
    lead, helper = staff("lead", "desk.clerk"), staff("helper", "desk.clerk")
    case = opened(unit, clerk, now)
    assigning.assign(case, lead=lead, assistants=[helper], by=clerk, now=now)
    assert told() == [("lead", "assigned", "casework.assigned"), ("helper", "assisting", "casework.assisting")]
    assigning.assign(case, lead=lead, assistants=[helper], by=clerk, now=now + timedelta(minutes=1))
    assert len(told()) == 2  # nothing new
    assigning.hand_over(lead, helper, by=clerk, now=now)
    assert told()[-1] == ("helper", "handed_over", "casework.handed_over")


@pytest.mark.parametrize(("is_granted", "wording"), [(True, "extension_granted"), (False, "extension_refused")])
def test_more_time_is_asked_of_the_overseer_and_answered_to_the_asker(
    unit: Unit, clerk: User, staff: Callable[..., User], now: datetime, is_granted: bool, wording: str
) -> None:
    lead = staff("lead", "desk.clerk")
    case = opened(unit, clerk, now, lead=lead)
    asked = extending.ask_extension(case, "answer", budget="8wh", reason="等回信", by=lead, now=now)
    assert told() == [("clerk", "extension_asked", "casework.extension_asked")]
    extending.answer_extension(
        Extension.objects.get(pk=asked.pk), is_granted=is_granted, reason="好", by=clerk, now=now
    )
    assert told()[-1] == ("lead", wording, f"casework.{wording}")
    assert "答复" in text_of(Message.objects.order_by("-pk")[0], now).zh


def test_the_page_of_what_was_told_is_for_those_who_may_look(
    unit: Unit,
    clerk: User,
    checker: User,
    staff: Callable[..., User],
    desks: Callable[..., None],
    now: datetime,
    signed_in: Callable[[User], Client],
) -> None:
    desks(take="desk.checker")
    case = opened(unit, clerk, now)
    page = signed_in(clerk).get(f"/messages/about/casework.case/{case.pk}/").content.decode()
    assert "checker" in page
    assert "请办理“接办”" in page
    assert signed_in(staff("stranger")).get(f"/messages/about/casework.case/{case.pk}/").status_code == 404
    assert f"/messages/about/casework.case/{case.pk}/" in signed_in(clerk).get(f"/cases/{case.pk}/").content.decode()


def test_other_programs_may_know_of_a_case_without_its_title_and_of_no_restricted_one(
    unit: Unit, clerk: User, desks: Callable[..., None], now: datetime
) -> None:
    desks()
    case = opened(unit, clerk, now, title="张三的事")
    found = messages.outward([case.pk])
    assert found == {case.pk: subjects.Outward(case.number, KIND, unit.code)}
    kinds = {kind.name for each in messages.happenings() for kind in each.events}
    own = {step.records.name for step in offices.tables()[0].steps}
    assert own <= kinds
    desks(is_restricted=True)
    assert messages.outward([case.pk]) == {}
    assert not own & {kind.name for each in messages.happenings() for kind in each.events}
