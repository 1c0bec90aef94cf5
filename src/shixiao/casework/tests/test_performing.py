"""One call, one transaction, one event; what may not happen leaves nothing behind."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied

from shixiao import casework
from shixiao.casework import Opening, Refused, shared_things, years
from shixiao.casework.models import Case, Relation
from shixiao.casework.performing import events_of, scope_of
from shixiao.casework.refusing import Reason
from shixiao.casework.steps import every_combination
from shixiao.casework.tests.conftest import KIND, Desk
from shixiao.ledger.models import Event
from shixiao.people import actions as people
from shixiao.people.models import Role, Unit, User

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)


@pytest.fixture
def clerk(staff: Callable[..., User]) -> User:
    return staff("clerk", "desk.clerk")


@pytest.fixture
def boss(staff: Callable[..., User]) -> User:
    return staff("boss", "desk.overseer", "desk.clerk", "desk.checker")


def opened(unit: Unit, by: User | None, now: datetime, **more: Any) -> Case:
    head = {"unit": unit, "title": "修门", "particulars": {"topic": "大门"}} | more
    return casework.open_case(KIND, "open", Opening(**head), by=by, now=now)


@pytest.fixture
def case(unit: Unit, clerk: User, now: datetime) -> Case:
    return opened(unit, clerk, now)


def refusal(call: Callable[[], object]) -> Refused:
    before = (Event.objects.count(), list(Case.objects.order_by("id").values()))
    with pytest.raises(Refused) as refused:
        call()
    assert (Event.objects.count(), list(Case.objects.order_by("id").values())) == before
    return refused.value


def test_one_step_is_one_event(case: Case, clerk: User, now: datetime) -> None:
    taken = casework.perform(case, "take", by=clerk, now=now + MINUTE, note="上午去")
    assert (taken.state, taken.revision) == ("taken", 2)
    first, second = events_of(case)
    assert (first.kind, second.kind) == ("desk.opened", "desk.taken")
    assert second.words.get().words == "上午去"
    assert (second.happened_at, second.recorded_at) == (now + MINUTE, now + MINUTE)


def test_what_happened_before_it_was_written_down_keeps_both_times(case: Case, clerk: User, now: datetime) -> None:
    late = now + timedelta(days=2)
    casework.perform(case, "take", by=clerk, now=late, happened_at=now + MINUTE)
    event = events_of(case).last()
    assert event is not None
    assert (event.happened_at, event.recorded_at) == (now + MINUTE, late)


def test_every_state_and_every_step(
    desk: type[Desk], unit: Unit, boss: User, now: datetime, staff: Callable[..., User]
) -> None:
    """The step table and nothing else decides: whoever may everything is refused where the table has no such row."""
    table, opener = desk.tables[0], staff("opener", "desk.clerk")
    told = {"pause": {"reason": "等料"}, "reopen": {"reason": "漏项"}}
    for state, step in every_combination(table):
        case = opened(unit, opener, now, lead=boss)
        Case.objects.filter(pk=case.pk).update(state=state.name, closed_at=now if state.is_end else None, limit_at=None)

        def take(case: Case = case, name: str = step.name) -> Case:
            by = None if name == "sweep" else boss
            return casework.perform(case.pk, name, by=by, now=now, **told.get(name, {}))

        if state.name in step.after:
            assert take().state == (step.to or state.name)
        else:
            refused = refusal(take)
            assert refused.reason is Reason.WRONG_STATE
            assert state.title.zh in refused.text.zh
            assert step.title.zh in refused.text.zh


def test_who_was_quicker_is_told(case: Case, clerk: User, boss: User, now: datetime) -> None:
    casework.perform(case, "take", by=boss, now=now + MINUTE)
    refused = refusal(lambda: casework.perform(case, "take", by=clerk, now=now + MINUTE, seen=case.revision))
    assert refused.reason is Reason.OVERTAKEN
    assert "boss在 06月30日 09:01 办理了“接办”" in refused.text.zh
    assert "boss took “Take” at 06-30 09:01" in refused.text.en


def test_whoever_saw_the_present_state_may_go_on(case: Case, clerk: User, now: datetime) -> None:
    assert casework.perform(case, "take", by=clerk, now=now, seen=1).state == "taken"


def test_without_the_responsibility_nobody_may(case: Case, staff: Callable[..., User], now: datetime) -> None:
    other = staff("other", "desk.checker")
    refused = refusal(lambda: casework.perform(case, "take", by=other, now=now))
    assert refused.reason is Reason.NOT_ALLOWED
    assert isinstance(refused, PermissionDenied)
    assert "职责" in refused.text.zh


def test_the_responsibility_reaches_down_the_tree_and_not_up(
    unit: Unit, staff: Callable[..., User], now: datetime
) -> None:
    below = people.create_unit("模拟处室", code="BELOW", parent=unit, since=date(2020, 1, 1), by=None, now=now)
    above, lower = staff("above", "desk.clerk"), staff("lower", "desk.clerk", at=below)
    assert casework.perform(opened(below, above, now), "take", by=above, now=now).state == "taken"
    refused = refusal(lambda: opened(unit, lower, now))
    assert refused.reason is Reason.NOT_ALLOWED


def test_a_reader_and_an_administrator_may_nothing(case: Case, account: Callable[..., User], now: datetime) -> None:
    for role in (Role.READER, Role.SYSTEM_ADMINISTRATOR, Role.AUDITOR):
        user = account(f"is-{role}", role=role)
        assert refusal(lambda user=user: casework.perform(case, "take", by=user, now=now)).reason is Reason.NOT_ALLOWED  # type: ignore[misc]


def test_the_lead_has_it_in_hand_or_the_overseer(
    unit: Unit, clerk: User, boss: User, staff: Callable[..., User], now: datetime
) -> None:
    lead = staff("lead", "desk.checker")
    case = casework.perform(opened(unit, clerk, now, lead=lead), "take", by=clerk, now=now)
    assert (
        refusal(lambda: casework.perform(case, "pause", by=clerk, now=now, reason="等料")).reason is Reason.NOT_ALLOWED
    )
    casework.perform(case, "pause", by=lead, now=now, reason="等料")
    casework.perform(case, "resume", by=boss, now=now)


def test_two_steps_that_two_people_must_take(unit: Unit, boss: User, clerk: User, now: datetime) -> None:
    own = casework.perform(opened(unit, boss, now), "take", by=boss, now=now)
    refused = refusal(lambda: casework.perform(own, "check", by=boss, now=now))
    assert refused.reason is Reason.SAME_PERSON
    other = casework.perform(opened(unit, clerk, now), "take", by=clerk, now=now)
    assert casework.perform(other, "check", by=boss, now=now).state == "taken"


def test_the_first_of_many_that_the_same_person_took_is_named(
    unit: Unit, boss: User, clerk: User, staff: Callable[..., User], now: datetime
) -> None:
    cases = [opened(unit, by, now) for by in (clerk, boss, boss)]
    casework.perform_many(cases, "take", by=clerk, now=now)
    refused = refusal(lambda: casework.perform_many(cases, "check", by=boss, now=now))
    assert (refused.reason, refused.row) == (Reason.SAME_PERSON, 1)
    assert cases[1].number in refused.text.zh
    other = staff("other", "desk.checker")
    assert len(casework.perform_many(cases, "check", by=other, now=now)) == 3


def test_a_rule_of_the_office_speaks_against_it(case: Case, clerk: User, now: datetime) -> None:
    refused = refusal(lambda: casework.perform(case, "take", by=clerk, now=now, note="no"))
    assert (refused.reason, refused.text.zh) == (Reason.GUARDED, "规则不允许。")


def test_the_program_takes_its_own_steps_and_no_others(case: Case, clerk: User, now: datetime) -> None:
    assert refusal(lambda: casework.perform(case, "take", by=None, now=now)).reason is Reason.NOT_ALLOWED
    assert refusal(lambda: casework.perform(case, "sweep", by=clerk, now=now)).reason is Reason.NOT_ALLOWED
    assert casework.perform(case, "sweep", by=None, now=now).state == "done"


# ---- moments ---------------------------------------------------------------------------------------------------


def test_not_in_the_future(case: Case, clerk: User, now: datetime) -> None:
    later = now + timedelta(microseconds=1)
    refused = refusal(lambda: casework.perform(case, "take", by=clerk, now=now, happened_at=later))
    assert (refused.reason, refused.field) == (Reason.NOT_YET, "happened_at")
    casework.perform(case, "take", by=clerk, now=now, happened_at=now)


def test_not_before_the_case(case: Case, clerk: User, now: datetime) -> None:
    earlier = now - timedelta(microseconds=1)
    refused = refusal(lambda: casework.perform(case, "take", by=clerk, now=now, happened_at=earlier))
    assert refused.reason is Reason.BEFORE_THE_CASE


def test_not_in_a_closed_year(unit: Unit, clerk: User, officer: User, now: datetime) -> None:
    last_year = now.replace(year=2025, month=12, day=31, hour=23)
    assert opened(unit, clerk, now, happened_at=last_year).opened_at == last_year
    years.close_year(2025, by=officer, now=now)
    years.close_year(2025, by=officer, now=now)  # once more changes nothing
    refused = refusal(lambda: opened(unit, clerk, now, happened_at=last_year))
    assert (refused.reason, refused.field) == (Reason.YEAR_CLOSED, "happened_at")
    opened(unit, clerk, now, happened_at=now.replace(month=1, day=1, hour=0))
    assert Event.objects.filter(kind="casework.year_closed").count() == 1


def test_only_a_year_that_is_over_is_closed(officer: User, clerk: User, now: datetime) -> None:
    assert refusal(lambda: years.close_year(2026, by=officer, now=now)).reason is Reason.NOT_YET
    with pytest.raises(PermissionDenied):
        years.close_year(2025, by=clerk, now=now)


# ---- many ------------------------------------------------------------------------------------------------------


def test_many_are_all_or_none(unit: Unit, clerk: User, now: datetime) -> None:
    cases = [opened(unit, clerk, now) for _ in range(3)]
    casework.perform(cases[1], "take", by=clerk, now=now)
    refused = refusal(lambda: casework.perform_many(cases, "take", by=clerk, now=now))
    assert (refused.reason, refused.row) == (Reason.WRONG_STATE, 1)
    assert cases[1].number in refused.text.zh
    done = casework.perform_many([cases[0], cases[2]], "take", by=clerk, now=now)
    assert [case.state for case in done] == ["taken", "taken"]


def test_statements_do_not_grow_with_the_cases(
    unit: Unit, clerk: User, now: datetime, django_assert_max_num_queries: Any
) -> None:
    opening = Opening(unit=unit, title="修窗", particulars={"topic": "窗"})
    with django_assert_max_num_queries(18):
        cases = casework.open_many(KIND, "open", [opening] * 60, by=clerk, now=now)
    with django_assert_max_num_queries(8):
        casework.perform_many(cases, "take", by=clerk, now=now)
    assert Event.objects.filter(kind="desk.taken").count() == 60
    assert len({case.number for case in cases}) == 60


def test_a_single_step_needs_few(case: Case, clerk: User, now: datetime, django_assert_max_num_queries: Any) -> None:
    clerk = User.objects.get(pk=clerk.pk)
    with django_assert_max_num_queries(
        7
    ):  # the case, the posts, the case again, the event, its words; two of savepoints
        casework.perform(case, "take", by=clerk, now=now, note="好")


def test_nothing_at_all_is_done_with_no_cases(clerk: User, now: datetime) -> None:
    assert casework.perform_many([], "take", by=clerk, now=now) == []


# ---- bad input -------------------------------------------------------------------------------------------------


def test_every_wrong_field_is_named_at_once(unit: Unit, clerk: User, now: datetime) -> None:
    told = {"topic": "", "amount": "1.234", "colour": "red"}
    refused = refusal(lambda: opened(unit, clerk, now, particulars=told))
    assert {each.field for each in refused.all} == {"topic", "amount", "colour"}


@pytest.mark.parametrize("topic", ["密级：机密", "a\0b", "x\ud800y", "x" * 201, 7, ["list"]])
def test_a_text_that_cannot_stay(unit: Unit, clerk: User, now: datetime, topic: object) -> None:
    assert refusal(lambda: opened(unit, clerk, now, particulars={"topic": topic})).field == "topic"


@pytest.mark.parametrize("title", ["密级：机密", "a\0b", "x\ud800y", "x" * 201, "【秘密】名单"])
def test_a_title_that_cannot_stay(unit: Unit, clerk: User, now: datetime, title: str) -> None:
    assert refusal(lambda: opened(unit, clerk, now, title=title)).field == "title"


def test_what_does_not_exist(case: Case, unit: Unit, clerk: User, now: datetime) -> None:
    assert refusal(lambda: casework.perform(case, "fly", by=clerk, now=now)).reason is Reason.UNKNOWN
    assert refusal(lambda: casework.perform(case, "open", by=clerk, now=now)).reason is Reason.UNKNOWN
    assert refusal(lambda: casework.perform(10**9, "take", by=clerk, now=now)).reason is Reason.UNKNOWN
    gone = Opening(unit=unit)
    assert refusal(lambda: casework.open_case("no.such", "open", gone, by=clerk, now=now)).reason is Reason.UNKNOWN
    assert refusal(lambda: casework.open_case(KIND, "take", gone, by=clerk, now=now)).reason is Reason.UNKNOWN


# ---- other offices, other cases --------------------------------------------------------------------------------


def test_another_office_is_asked_and_knows_where_it_came_from(
    case: Case, unit: Unit, clerk: User, now: datetime
) -> None:
    opening = Opening(unit=unit, title="修窗", particulars={"topic": "窗"})
    asked = casework.ask("desk.open", opening, origin=case, by=clerk, now=now)
    assert asked is not None
    assert asked.origin == case


def test_an_office_that_is_not_installed_is_not_missed(case: Case, unit: Unit, clerk: User, now: datetime) -> None:
    assert casework.ask("exchange.deposit", Opening(unit=unit), origin=case, by=clerk, now=now) is None


def test_related_once(case: Case, unit: Unit, clerk: User, now: datetime) -> None:
    other = opened(unit, clerk, now)
    casework.relate(case, other, as_="continues", by=clerk, now=now)
    casework.relate(case, other, as_="continues", by=clerk, now=now)
    assert Relation.objects.count() == 1
    assert Event.objects.filter(kind="casework.related").count() == 1
    with pytest.raises(Refused):
        casework.relate(case, case, as_="continues", by=clerk, now=now)


# ---- ends ------------------------------------------------------------------------------------------------------


def test_an_end_closes_and_a_reopening_opens(case: Case, boss: User, now: datetime) -> None:
    casework.perform(case, "take", by=boss, now=now)
    done = casework.perform(case, "finish", by=boss, now=now + MINUTE, code="A-1")
    assert (done.closed_at, done.limit_at) == (now + MINUTE, None)
    again = casework.perform(case, "reopen", by=boss, now=now + 2 * MINUTE, reason="漏项")
    assert again.closed_at is None


# ---- what events say of the place of a case ---------------------------------------------------------------------


def place(case: Case) -> dict[str, int] | None:
    newest = events_of(case).last()
    assert newest is not None
    found: dict[str, int] | None = newest.particulars.get("scope")
    return found


def test_the_first_event_says_where_the_case_counts(unit: Unit, clerk: User, now: datetime) -> None:
    project = shared_things.create_project("运行", unit=unit, since_year=2026, until_year=2026, by=None, now=now)
    topic = shared_things.create_topic("乡村振兴", since=date(2026, 1, 1), by=None, now=now)
    given = {"unit": unit.pk, "project": project.pk, "contract": 0, "topic": topic.pk, "subject": 0}
    assert place(opened(unit, clerk, now, project=project, topic=topic)) == given
    assert place(opened(unit, clerk, now)) == dict.fromkeys(given, 0) | {"unit": unit.pk}


def test_a_step_says_where_the_case_counts_only_where_it_changed_that(
    desk: type[Desk], case: Case, unit: Unit, clerk: User, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    project = shared_things.create_project("运行", unit=unit, since_year=2026, until_year=2026, by=None, now=now)
    casework.perform(case, "take", by=clerk, now=now)
    assert place(case) is None
    moves = {(KIND, "finish"): lambda work: work.change_case(project=project, title="修大门")}
    monkeypatch.setattr(desk, "actions", moves)
    casework.perform(case, "finish", by=clerk, now=now)
    given = {"unit": unit.pk, "project": project.pk, "contract": 0, "topic": 0, "subject": 0}
    assert place(case) == given
    case.refresh_from_db()
    assert scope_of(case) == given
