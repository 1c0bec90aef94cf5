"""The life of an instruction: clause by clause to tasks, back to the same leader, round after round; and who reads what was written."""

from collections.abc import Callable
from datetime import datetime

import pytest
from django.test import Client
from openpyxl import load_workbook

from shixiao.casework import erasing, exporting, filters, offices, search
from shixiao.casework.allowing import NotAllowed
from shixiao.casework.models import Case, Relation
from shixiao.casework.performing import events_of
from shixiao.casework.refusing import Refused
from shixiao.casework.visibility import can_see
from shixiao.ledger.models import Event, Words
from shixiao.messages.models import Message
from shixiao.offices.supervision import instructing, reading
from shixiao.offices.supervision.models import Instruction
from shixiao.offices.supervision.tests.conftest import CLAUSES, DAY, WRITTEN, People, Take, refused, through
from shixiao.people.models import Role, User

pytestmark = pytest.mark.django_db
Opener = Callable[..., Case]


def sent(case: Case, tasks: list[Case], take: Take, people: People) -> Case:
    """Split into two clauses, each with its task, and sent."""
    take(case, "split", by=people.keeper, clauses=CLAUSES)
    for number, task in enumerate(tasks, start=1):
        take(case, "tie", by=people.keeper, clause=number, task=task.number)
    return take(case, "send", by=people.keeper)


# ---- the way -----------------------------------------------------------------------------------------------------


def test_clause_by_clause_to_tasks_and_back_to_the_same_leader(
    register: Opener, propose: Opener, take: Take, people: People, now: datetime
) -> None:
    case = register()
    tasks = [propose(matter=f"条目{number}") for number in (1, 2)]
    case = sent(case, tasks, take, people)
    assert case.state == "sent"
    with refused(f"还有 2 件事项没有审核通过：{tasks[0].number}、{tasks[1].number}"):
        take(case, "report_back", by=people.keeper, result="…")
    for task in tasks:
        through(task, take, people, until="pass_", at=now)
    case = take(case, "report_back", by=people.keeper, result="两条都已办完")
    with refused("只有模拟市长甲本人"):
        take(case, "agree", by=people.other_leader)
    assert take(case, "agree", by=people.leader).state == "closed"
    assert Relation.objects.filter(case=tasks[0], other=case, kind="instruction").exists()


def test_clauses_without_a_task_are_named_before_it_is_sent(
    register: Opener, propose: Opener, take: Take, people: People
) -> None:
    case = register()
    take(case, "split", by=people.keeper, clauses={**CLAUSES, "clause_3": "另送材料"})
    take(case, "tie", by=people.keeper, clause=2, task=propose().number)
    assert instructing.uncovered(Instruction.objects.get()) == [1, 3]
    with refused("第 1 条、第 3 条还没有督办事项"):
        take(case, "send", by=people.keeper)
    take(case, "send", by=people.keeper, without_task="第 1、3 条即办即结")
    told = events_of(case).get(kind="supervision.instruction_sent").particulars
    assert (told["count"], told["covered"], told["uncovered"]) == (3, 1, [1, 3])


def test_a_task_of_another_leaders_order_carries_out_nothing_here(
    register: Opener, propose: Opener, take: Take, people: People
) -> None:
    case = register()
    take(case, "split", by=people.keeper, clauses=CLAUSES)
    theirs = propose(orderer=people.other_leader.pk)
    with refused("交办领导是模拟市长乙"):
        take(case, "tie", by=people.keeper, clause=1, task=theirs.number)
    with refused("没有第 3 条"):
        take(case, "tie", by=people.keeper, clause=3, task=propose().number)
    own = propose()
    take(case, "tie", by=people.keeper, clause=1, task=own.number)
    with refused("已经关联了"):
        take(case, "tie", by=people.keeper, clause=1, task=own.number)
    take(case, "tie", by=people.keeper, clause=2, task=own.number)
    with refused("不能少于 2 条"):
        take(case, "split", by=people.keeper, clauses={"clause_1": "只剩一条"})


def test_a_new_instruction_opens_the_next_round(
    register: Opener, propose: Opener, take: Take, people: People, now: datetime
) -> None:
    case = register()
    tasks = [propose(matter=f"条目{number}") for number in (1, 2)]
    case = sent(case, tasks, take, people)
    for task in tasks:
        through(task, take, people, until="pass_", at=now)
    case = take(case, "report_back", by=people.keeper, result="办完")
    told = {"given_on": "2026-06-30", "secrecy": "none", "instruction": "再查一次，举一反三。"}
    case = take(case, "instruct_anew", by=people.leader, **told)
    row = Instruction.objects.get()
    assert (case.state, row.round, row.clauses) == ("registered", 2, 0)
    take(case, "split", by=people.keeper, clauses={"clause_1": "再查一次"})
    assert instructing.uncovered(Instruction.objects.get()) == [
        1
    ]  # tasks of the first round cover nothing of the second
    rounds = reading.read(Instruction.objects.get(), by=people.keeper, now=now)
    assert [(each.round, each.text) for each in rounds] == [(2, "再查一次，举一反三。"), (1, WRITTEN)]


def test_read_and_silent_it_may_be_closed_by_two_people(
    register: Opener, propose: Opener, take: Take, people: People, now: datetime
) -> None:
    case = register()
    task = propose()
    case = sent(case, [task, task], take, people)
    through(task, take, people, until="pass_", at=now)
    take(case, "report_back", by=people.keeper, result="办完")
    with refused("还没有阅知"):
        take(case, "propose_closing", by=people.keeper, reason="无新的批示")
    take(case, "note_read", by=people.leader)
    later = now + 8 * DAY
    take(case, "propose_closing", by=people.keeper, at=later, reason="无新的批示")
    assert take(case, "confirm_closing", by=people.head, at=later).state == "closed"


def test_an_instruction_whose_leader_has_left_goes_to_another(
    register: Opener, propose: Opener, take: Take, people: People, now: datetime
) -> None:
    case = register()
    task = propose()
    case = sent(case, [task, task], take, people)
    through(task, take, people, until="pass_", at=now)
    User.objects.filter(pk=people.leader.pk).update(is_active=False)
    with refused("已经离任"):
        take(case, "report_back", by=people.keeper, result="办完")
    take(case, "replace_leader", by=people.head, leader=people.other_leader.pk, reason="分工调整")
    take(case, "report_back", by=people.keeper, result="办完")
    assert take(case, "agree", by=people.other_leader).state == "closed"


# ---- what is refused ---------------------------------------------------------------------------------------------


def test_what_is_marked_as_secret_is_not_entered_at_all(register: Opener) -> None:
    with refused("有密级标志的批示不得录入", "secrecy"):
        register(secrecy="marked")
    with refused("涉密内容不得进入", "instruction"):
        register(instruction="密级：秘密\n请阅处")
    assert not Case.objects.exists()
    assert not Words.objects.filter(words__contains="请阅处").exists()


def test_days_that_cannot_be_are_refused(register: Opener) -> None:
    with refused("还没有到"):
        register(given_on="2026-07-01")
    with refused("已经过去"):
        register(feedback_on="2026-06-29")


def test_clauses_are_numbered_without_gaps(register: Opener, take: Take, people: People) -> None:
    case = register()
    for wrong in ({"clause_2": "第二条"}, {"clause_1": "第一条", "clause_3": "第三条"}, {"clause_10": "第十条"}):
        with pytest.raises(Refused):
            take(case, "split", by=people.keeper, clauses=wrong)


# ---- who sees and reads what ---------------------------------------------------------------------------------------


def test_the_case_is_for_its_keepers_the_head_and_its_own_leader_only(
    register: Opener, people: People, officer: User, staff: Callable[..., User], now: datetime
) -> None:
    case = register()
    above = [staff(f"above{number}", word) for number, word in enumerate(("messages.unit_head", "messages.leader"))]
    assert all(can_see(case, by=user, now=now) for user in (people.keeper, people.head, people.leader))
    others = (people.officer, people.other_leader, people.handler, officer, *above)
    assert not any(can_see(case, by=user, now=now) for user in others)


def test_a_keeper_looks_at_the_tasks_that_carry_an_instruction_out_and_at_no_others(
    register: Opener, propose: Opener, take: Take, people: People, staff: Callable[..., User], now: datetime
) -> None:
    only = staff("onlykeeper", "supervision.instructions")
    case, task, other = register(), propose(), propose()
    assert not can_see(task, by=only, now=now)
    take(case, "split", by=people.keeper, clauses=CLAUSES)
    take(case, "tie", by=people.keeper, clause=1, task=task.number)
    assert can_see(task, by=only, now=now)
    assert not can_see(other, by=only, now=now)


def test_reading_the_text_is_written_down_and_refused_to_everybody_else(
    register: Opener, people: People, officer: User, account: Callable[..., User], now: datetime
) -> None:
    case = register()
    row = Instruction.objects.select_related("case__unit").get(case=case)
    for user in (people.keeper, people.head, people.leader):
        assert [said.text for said in reading.read(row, by=user, now=now)] == [WRITTEN]
    readers = [event.by_id for event in events_of(case).filter(kind="supervision.instruction_read")]
    assert readers == [str(user.pk) for user in (people.keeper, people.head, people.leader)]
    auditor = account("auditor", role=Role.AUDITOR)
    for user in (people.officer, people.other_leader, people.handler, officer, auditor):
        with pytest.raises(NotAllowed):
            reading.read(row, by=user, now=now)
    assert events_of(case).filter(kind="supervision.instruction_read").count() == 3


def test_the_text_stands_nowhere_but_sealed_beside_its_event(
    register: Opener,
    propose: Opener,
    take: Take,
    people: People,
    signed_in: Callable[[User], Client],
    now: datetime,
) -> None:
    case = register()
    sent(case, [propose(), propose()], take, people)
    secret = ("消防隐患台账", "拿出方案")
    assert Words.objects.filter(words__contains=secret[0]).count() == 2  # the text and its clauses
    for event in Event.objects.all():
        assert not any(each in str(event.particulars) for each in secret)
    assert not any(each in f"{one.title}" for one in Case.objects.all() for each in secret)
    scope = search.Scope(paths=None)
    assert not search.find(secret[0], within=scope, limit=5).hits
    assert not any(each in f"{message.slots}" for message in Message.objects.all() for each in secret)
    for user in (people.keeper, people.head, people.leader):
        browser = signed_in(user)
        for address in (f"/cases/{case.pk}/", "/offices/supervision/instructions/", "/messages/"):
            answer = browser.get(address, follow=True)
            page = answer.content.decode()
            assert answer.status_code == 200
            assert not any(each in page for each in secret)
    table_page = signed_in(people.keeper).get("/offices/supervision/?kind=supervision.instruction").content.decode()
    assert case.number in table_page
    assert not any(each in table_page for each in secret)
    shown = signed_in(people.keeper).get(f"/cases/{case.pk}/").content.decode()
    assert "查看会留下记录" in shown
    table = offices.table_of("supervision.instruction")
    file, count = exporting.export(table, filters.Filters(), by=people.keeper, now=now)
    assert count == 1
    with file:
        cells = [str(cell) for row in load_workbook(file).worksheets[0].iter_rows(values_only=True) for cell in row]
    assert any(case.number in cell for cell in cells)
    assert not any(each in cell for cell in cells for each in secret)


def test_the_hash_binds_the_text_and_stays_when_the_law_has_it_deleted(
    register: Opener, people: People, account: Callable[..., User], now: datetime
) -> None:
    case = register()
    event = events_of(case).get(kind="supervision.instruction_registered")
    assert event.particulars["instruction"].startswith("sha256:")
    security = account("security", role=Role.SECURITY_ADMINISTRATOR)
    erasing.erase(event.pk, ground="not_lawful", by=security, now=now)
    row = Instruction.objects.select_related("case__unit").get(case=case)
    assert [said.text for said in reading.read(row, by=people.keeper, now=now)] == [None]
    event.refresh_from_db()
    assert event.particulars["instruction"].startswith("sha256:")
