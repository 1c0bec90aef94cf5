"""Questions from the real ledger: honest offices and others, lived through casework."""

from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from types import SimpleNamespace
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.db import transaction
from django.test import Client
from django.utils import timezone

from shixiao import casework
from shixiao.casework import Opening, extending
from shixiao.casework.models import Case, Project
from shixiao.engine.questions import Kind, Question
from shixiao.ledger import gauges
from shixiao.ledger.models import Event, Gauge
from shixiao.offices.registers.definitions import define
from shixiao.offices.registers.models import Register
from shixiao.people import actions
from shixiao.people.models import Role, Unit, User
from shixiao.performance import answering
from shixiao.performance.models import QuestionAnswer
from shixiao.performance.questions import raised
from shixiao.performance.views import questions as question_pages

HERE = ZoneInfo("Asia/Shanghai")
TASKS = {
    "name": "重点任务",
    "fields": [
        {"code": "task", "title": "任务", "sort": "text", "is_required": True},
        {"code": "sort", "title": "类别", "sort": "choice", "choices": [["big", "大"], ["small", "小"]]},
    ],
    "is_planned": True,
}
LATER = datetime(2026, 12, 31, 20, tzinfo=HERE)


def at(month: int, day: int, hour: int = 10, minute: int = 0) -> datetime:
    return datetime(2026, month, day, hour, minute, tzinfo=HERE)


class Life:
    """A small office with one register of tasks, lived day by day in the order of its moments."""

    def __init__(self, unit: Unit, staff: Callable[..., User]) -> None:
        self.unit = unit
        self.clerk = staff("clerk", "registers.clerk")
        self.confirmer = staff("confirmer", "registers.confirmer")
        self.keeper = staff("keeper", "registers.keeper")
        self.projects = [
            Project.objects.create(unit=unit, name=name, code=name, since_year=2026, until_year=2026) for name in "甲乙"
        ]
        self.register: Register = define(TASKS, unit=unit, code="tasks", by=self.keeper, now=at(1, 2))
        self.on_time = self.gauge("registers.done_on_time")
        self.share = self.gauge("registers.done_share")

    def gauge(self, name: str, **more: Any) -> Gauge:
        made = gauges.put(name, {"register": "tasks"} | more, by=None, now=at(1, 2))
        gauges.forget()
        return made

    def plan(self, now: datetime, due: date) -> Case:
        told = {"register": "tasks", "due_on": due, "texts": {"task": "办一件事"}, "values": {"sort": "big"}}
        opening = Opening(unit=self.unit, project=self.projects[0], particulars=told)
        return casework.open_case("registers.entry", "plan", opening, by=self.clerk, now=now)

    def do(self, case: Case, now: datetime, happened_at: datetime | None = None) -> None:
        casework.perform(case, "do", by=self.clerk, now=now, happened_at=happened_at)

    def usual_days(self, first: date, last: date) -> None:
        """One task every third working day, planned, and done before it is due."""
        day = first
        while day <= last:
            if day.weekday() < 5 and day.toordinal() % 3 == 0:
                morning = datetime(day.year, day.month, day.day, 9, tzinfo=HERE)
                self.do(self.plan(morning, day + timedelta(days=5)), morning + timedelta(hours=5))
            day += timedelta(days=1)


@pytest.fixture
def life(unit: Unit, staff: Callable[..., User]) -> Iterator[Life]:
    return Life(unit, staff)


def kinds(found: list[Question]) -> list[Kind]:
    return [each.kind for each in found]


def ask(now: datetime = LATER) -> list[Question]:
    return list(raised(2026, now=now))


def test_an_honest_year_has_no_questions(life: Life) -> None:
    life.usual_days(date(2026, 1, 5), date(2026, 6, 30))
    assert ask() == []


def test_many_closed_on_the_last_afternoon_of_a_quarter_are_asked_about_once(life: Life) -> None:
    cases = [life.plan(at(1, 6, minute=n), date(2026, 6, 30)) for n in range(17)]
    life.usual_days(date(2026, 1, 7), date(2026, 3, 30))
    for number, case in enumerate(cases):
        life.do(case, at(3, 31, 15, number))
    (found,) = ask()
    assert found.kind is Kind.BATCH_CLOSING
    assert found.cases == tuple(sorted(case.pk for case in cases))
    assert (found.days, found.office, found.person) == ((date(2026, 3, 31),), "registers", str(life.clerk.pk))
    assert found.text.zh == "3 月 31 日下午一次办结 17 件，平时一天 1 件：是集中补录吗？"


def test_as_many_on_a_day_in_the_middle_of_a_month_are_not(life: Life) -> None:
    cases = [life.plan(at(1, 6, minute=n), date(2026, 6, 30)) for n in range(17)]
    life.usual_days(date(2026, 1, 7), date(2026, 3, 12))
    for number, case in enumerate(cases):
        life.do(case, at(3, 12, 16, number))
    assert ask() == []


def test_what_is_recorded_after_the_limit_as_done_before_it_is_asked_about(life: Life) -> None:
    cases = [life.plan(at(2, 2, minute=n), date(2026, 3, 10)) for n in range(4)]
    life.usual_days(date(2026, 2, 3), date(2026, 3, 24))
    for number, case in enumerate(cases):
        life.do(case, at(3, 25, 11, number), happened_at=at(3, 10, 9))
    (found,) = ask()
    assert (found.kind, found.cases) == (Kind.BACKDATED, tuple(case.pk for case in cases))
    assert found.text.zh == "3 月 25 日补记 4 件，都在时限过后约 14 天记录，都记为时限前已完成：当时为什么没有登记？"


def test_two_long_ones_are_not_enough_when_there_is_one_fewer(life: Life) -> None:
    case = life.plan(at(2, 2), date(2026, 3, 10))
    life.usual_days(date(2026, 2, 3), date(2026, 3, 24))
    life.do(case, at(3, 25, 11), happened_at=at(3, 10, 9))
    assert ask() == []


def test_who_was_on_leave_records_the_next_day_what_happened_before(life: Life) -> None:
    cases = [life.plan(at(2, 2, minute=n), date(2026, 3, 10)) for n in range(6)]
    life.usual_days(date(2026, 2, 3), date(2026, 3, 9))
    for number, case in enumerate(cases):
        life.do(case, at(3, 25, 11, number), happened_at=at(3, 10, 9))
    assert ask() == []


def test_what_is_done_late_and_recorded_so_is_in_order(life: Life) -> None:
    cases = [life.plan(at(2, 2, minute=n), date(2026, 3, 10)) for n in range(6)]
    life.usual_days(date(2026, 2, 3), date(2026, 3, 24))
    for number, case in enumerate(cases):
        life.do(case, at(3, 25, 11, number), happened_at=at(3, 11, 0))
    assert ask() == []


def test_missed_ones_that_are_cancelled_afterwards_are_asked_about(life: Life) -> None:
    cases = [life.plan(at(2, 2, minute=n), date(2026, 3, 10)) for n in range(3)]
    life.usual_days(date(2026, 2, 3), date(2026, 3, 24))
    for case in cases:
        casework.perform(case, "cancel", by=life.confirmer, now=at(3, 26), reason="不再需要")
    (found,) = ask()
    assert (found.kind, found.cases) == (Kind.LATE_EXCLUSION, tuple(case.pk for case in cases))
    assert found.person == str(life.confirmer.pk)


def test_what_is_cancelled_before_its_limit_is_in_order(life: Life) -> None:
    cases = [life.plan(at(2, 2, minute=n), date(2026, 3, 10)) for n in range(6)]
    for case in cases:
        casework.perform(case, "cancel", by=life.confirmer, now=at(3, 10, 17), reason="不再需要")
    assert ask() == []


@pytest.mark.parametrize(("asked_on", "is_asked_about"), [(10, False), (11, True)])
def test_more_time_that_was_asked_for_before_the_limit_may_be_granted_after_it(
    life: Life, asked_on: int, is_asked_about: bool
) -> None:
    cases = [life.plan(at(2, 2, minute=n), date(2026, 3, 10)) for n in range(3)]
    for case in cases:
        asked = extending.ask_extension(
            case, "due", budget="20wd", reason="材料未齐", by=life.confirmer, now=at(3, asked_on)
        )
        extending.answer_extension(asked, is_granted=True, reason="同意", by=life.confirmer, now=at(3, 12))
    assert kinds(ask()) == ([Kind.LATE_EXCLUSION] if is_asked_about else [])


def test_single_ones_over_the_year_are_asked_about_together(life: Life) -> None:
    dues = [date(2026, month, 10) for month in (2, 3, 4, 6, 7)]
    cases = [life.plan(at(1, 6, minute=n), due) for n, due in enumerate(dues)]
    for due in dues:
        life.usual_days(due + timedelta(days=1), due + timedelta(days=10))
        life.do(cases[dues.index(due)], at(due.month, 21, 11), happened_at=at(due.month, 10, 9))
    (found,) = ask()
    assert (found.kind, found.cases) == (Kind.BACKDATED, tuple(case.pk for case in cases))
    assert len(found.days) == 5


def test_of_what_is_cancelled_over_the_year_nearly_all_was_overdue(life: Life) -> None:
    cases = [life.plan(at(1, 6, minute=n), date(2026, 2 + n, 10)) for n in range(5)]
    for number, case in enumerate(cases):
        casework.perform(case, "cancel", by=life.confirmer, now=at(2 + number, 16), reason="不再需要")
    (found,) = ask()
    assert (found.kind, found.cases) == (Kind.LATE_EXCLUSION, tuple(case.pk for case in cases))


def test_missed_ones_that_go_to_another_project_are_asked_about(life: Life) -> None:
    cases = [life.plan(at(2, 2, minute=n), date(2026, 3, 10)) for n in range(3)]
    life.usual_days(date(2026, 2, 3), date(2026, 5, 24))
    for case in cases:
        told: dict[str, Any] = {"project": life.projects[1].pk, "reason": "归错了"}
        casework.perform(case, "move", by=life.clerk, now=at(4, 2), **told)
    (found,) = ask()
    assert (found.kind, found.cases) == (Kind.RECLASSIFIED, tuple(case.pk for case in cases))


def test_a_project_that_is_moved_whole_is_no_question(life: Life) -> None:
    missed = [life.plan(at(2, 2, minute=n), date(2026, 3, 10)) for n in range(3)]
    waiting = [life.plan(at(2, 3, minute=n), date(2026, 9, 10)) for n in range(30)]
    for case in [*missed, *waiting]:
        told: dict[str, Any] = {"project": life.projects[1].pk, "reason": "机构调整"}
        casework.perform(case, "move", by=life.clerk, now=at(4, 2), **told)
    assert ask() == []


def test_missed_ones_that_get_another_value_leave_the_gauge_that_counts_by_it(life: Life) -> None:
    life.gauge("registers.milestone_done", value="big", field="sort")
    cases = [life.plan(at(2, 2, minute=n), date(2026, 3, 10)) for n in range(3)]
    for case in cases:
        casework.perform(case, "amend", by=life.clerk, now=at(4, 2), values={"sort": "small"})
    (found,) = ask()
    assert (found.kind, found.cases) == (Kind.RECLASSIFIED, tuple(case.pk for case in cases))


@pytest.mark.parametrize(("again", "is_asked_about"), [(at(3, 12, 9), True), (at(3, 10, 15), False)])
def test_closed_before_the_limit_opened_again_and_done_after_it(
    life: Life, again: datetime, is_asked_about: bool
) -> None:
    cases = [life.plan(at(2, 2, minute=n), date(2026, 3, 10)) for n in range(3)]
    for case in cases:
        life.do(case, at(3, 9, 15))
        casework.perform(case, "return_", by=life.confirmer, now=at(3, 10, 9), reason="没有办完")
        life.do(case, again)
    assert kinds(ask()) == ([Kind.REOPENED] if is_asked_about else [])


# ---- pages ---------------------------------------------------------------------------------------------------------------


@pytest.fixture(autouse=True)
def _the_last_evening(monkeypatch: pytest.MonkeyPatch) -> None:
    """For the pages it is the end of the year in which these offices live."""
    clock = SimpleNamespace(now=lambda: LATER, localtime=timezone.localtime)
    monkeypatch.setattr(question_pages, "timezone", clock)


@pytest.fixture
def missed(life: Life) -> list[Case]:
    """Three that were cancelled after they had been missed, in this very year, as the pages ask for it."""
    made = [life.plan(at(2, 2, minute=n), date(2026, 3, 10)) for n in range(3)]
    for case in made:
        casework.perform(case, "cancel", by=life.confirmer, now=at(3, 26), reason="不再需要")
    return made


LIST = "/questions/?year=2026"


def address(now: datetime = LATER) -> str:
    (found,) = ask(now)
    return f"/questions/2026/{found.key}/"


def test_the_officer_reads_a_question_down_to_its_events_and_answers_it(
    missed: list[Case], signed_in: Callable[[User], Client], officer: User
) -> None:
    desk = signed_in(officer)
    page = desk.get(LIST).content.decode()
    assert "3 月 26 日有 3 件在逾期以后才取消或延期" in page
    assert address() in page
    one = desk.get(address()).content.decode()
    assert all(case.number in one for case in missed)
    assert "confirmer" in one
    assert one.count("疑问所指") == 4  # once for each case, and in the legend
    assert desk.post(address(), {"explanation": ""}).status_code == 422
    answered = desk.post(address(), {"explanation": "三场会议合并为一场"}, follow=True).content.decode()
    assert "三场会议合并为一场" in answered
    later = desk.get(LIST).content.decode()
    assert later.index("没有等待说明的疑问") < later.index("已说明") < later.index("三场会议合并为一场")


def test_what_is_written_down_after_a_page_was_shown_is_on_the_next(
    life: Life, signed_in: Callable[[User], Client], officer: User
) -> None:
    made = [life.plan(at(2, 2, minute=n), date(2026, 3, 10)) for n in range(3)]
    desk = signed_in(officer)
    assert "没有等待说明的疑问" in desk.get(LIST).content.decode()
    for case in made:
        casework.perform(case, "cancel", by=life.confirmer, now=at(3, 26), reason="不再需要")
    assert address() in desk.get(LIST).content.decode()


def test_the_number_of_statements_does_not_grow_with_the_number_of_cases(
    life: Life, signed_in: Callable[[User], Client], officer: User, django_assert_max_num_queries: Any
) -> None:
    life.usual_days(date(2026, 1, 5), date(2026, 3, 30))
    for number, case in enumerate([life.plan(at(3, 30, 17, n), date(2026, 6, 30)) for n in range(17)]):
        life.do(case, at(3, 31, 15, number))
    with django_assert_max_num_queries(14):
        assert len(ask()) == 1


def test_an_answer_is_one_event_without_its_words_and_cannot_be_changed(missed: list[Case], officer: User) -> None:
    (found,) = ask()
    made = answering.answer(found, explanation="合并了", year=2026, by=officer, now=LATER)
    event = Event.objects.get(kind="performance.question_answered")
    assert (event.subject_id, event.by_id) == (str(made.pk), str(officer.pk))
    assert event.particulars["key"] == found.key
    assert "合并了" not in str(event.particulars)
    with pytest.raises(Exception, match="append-only"), transaction.atomic():
        QuestionAnswer.objects.update(explanation="没有")


@pytest.mark.parametrize("explanation", ["", "  \n", "长" * 501, "【机密】会议"])
def test_an_answer_that_cannot_be_kept_is_refused(missed: list[Case], officer: User, explanation: str) -> None:
    (found,) = ask()
    with pytest.raises(answering.NotAnswerable):
        answering.answer(found, explanation=explanation, year=2026, by=officer, now=LATER)
    assert not QuestionAnswer.objects.exists()


def test_the_longest_answer_is_kept(missed: list[Case], officer: User) -> None:
    (found,) = ask()
    assert answering.answer(found, explanation="长" * 500, year=2026, by=officer, now=LATER).pk


def test_a_question_about_one_more_case_is_a_new_one(life: Life, missed: list[Case], officer: User) -> None:
    (found,) = ask(at(3, 26, 12))
    case = life.plan(at(3, 26, 13), date(2026, 3, 27))
    casework.perform(case, "cancel", by=life.confirmer, now=at(3, 30), reason="不再需要")
    (other,) = ask()
    assert set(other.cases) > set(found.cases)
    assert other.key != found.key


def test_the_auditor_sees_everything_and_answers_nothing(
    missed: list[Case], signed_in: Callable[[User], Client], account: Callable[..., User]
) -> None:
    desk = signed_in(account("auditor", role=Role.AUDITOR))
    assert missed[0].number in desk.get(address()).content.decode()
    assert "记录说明" not in desk.get(address()).content.decode()
    assert desk.post(address(), {"explanation": "没事"}).status_code == 403
    assert not QuestionAnswer.objects.exists()


def test_nobody_else_sees_questions(
    life: Life, missed: list[Case], signed_in: Callable[[User], Client], reader: User
) -> None:
    for user in (life.clerk, life.confirmer, reader):
        desk = signed_in(user)
        assert desk.get(LIST).status_code == 403
        assert desk.get(address()).status_code == 403
        assert "/questions/" not in desk.get("/").content.decode()


def test_the_home_page_leads_to_the_questions(signed_in: Callable[[User], Client], officer: User) -> None:
    assert 'href="/questions/"' in signed_in(officer).get("/").content.decode()


def test_filters_leave_out_other_kinds_and_offices(
    missed: list[Case], signed_in: Callable[[User], Client], officer: User
) -> None:
    desk = signed_in(officer)
    for query, is_there in (
        ("&kind=late_exclusion", True),
        ("&kind=backdated", False),
        ("&office=registers", True),
        ("&office=payments", False),
    ):
        assert (address() in desk.get(LIST + query).content.decode()) is is_there
    assert "2026" in desk.get("/questions/?year=x&kind=y&office=z").content.decode()


def test_a_question_that_is_not_there_is_not_found(signed_in: Callable[[User], Client], officer: User) -> None:
    assert signed_in(officer).get(f"/questions/2026/{'0' * 64}/").status_code == 404


# ---- restricted registers --------------------------------------------------------------------------------------------------


@pytest.fixture
def restricted(unit: Unit, staff: Callable[..., User]) -> list[Case]:
    """Three petitions that were cancelled after they had been missed."""
    keeper, clerk = staff("keeper", "registers.keeper"), staff("holder", "registers.restricted_clerk")
    superior = staff("superior", "registers.restricted_confirmer")
    define({"name": "信访举报件"}, unit=unit, code="letters", is_restricted=True, by=keeper, now=at(1, 2))
    gauges.put("registers.done_on_time", {"register": "letters"}, by=None, now=at(1, 2))
    gauges.forget()
    made = []
    for number in range(3):
        told = {"register": "letters", "received_on": date(2026, 2, 2), "due_on": date(2026, 3, 10)}
        opening = Opening(unit=unit, particulars=told)
        made.append(
            casework.open_case("registers.restricted_entry", "receive", opening, by=clerk, now=at(2, 2, minute=number))
        )
    for case in made:
        casework.perform(case, "cancel", by=superior, now=at(3, 26), reason="not_needed")
    return made


def test_of_a_restricted_register_nothing_is_shown_to_who_does_not_hold_it(
    restricted: list[Case], signed_in: Callable[[User], Client], officer: User, account: Callable[..., User]
) -> None:
    for user in (officer, account("auditor", role=Role.AUDITOR)):
        desk = signed_in(user)
        page = desk.get(LIST).content.decode()
        assert "没有等待说明的疑问" in page
        assert "信访" not in page
        assert desk.get(address()).status_code == 404
        assert desk.post(address(), {"explanation": "试试"}).status_code == 404


def test_an_officer_who_holds_the_register_sees_it(
    restricted: list[Case], signed_in: Callable[[User], Client], officer: User, unit: Unit
) -> None:
    post = actions.create_post("持有", code="HOLD", words=("registers.restricted_confirmer",), by=None, now=at(1, 2))
    actions.appoint(officer, post=post, unit=unit, since=date(2020, 1, 1), is_main=True, by=None, now=at(1, 2))
    assert address() in signed_in(officer).get(LIST).content.decode()
