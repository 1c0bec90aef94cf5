"""The pages of this desk as people use them."""

from collections.abc import Callable
from datetime import datetime

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from shixiao.casework import tagging, vocabulary
from shixiao.casework.api.answers import event_out
from shixiao.casework.models import Case
from shixiao.casework.performing import events_of
from shixiao.offices.supervision.models import Draft
from shixiao.offices.supervision.tests.conftest import CLAUSES, MATTER, WRITTEN, People, Take, through
from shixiao.offices.supervision.tests.test_importing import ROWS, as_xlsx
from shixiao.people.models import Unit, User

pytestmark = pytest.mark.django_db
Opener = Callable[..., Case]
SignedIn = Callable[[User], Client]
HOME = "/offices/supervision/all/"


@pytest.fixture(autouse=True)
def _at_that_morning(now: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(timezone, "now", lambda: now)


def text(answer: object) -> str:
    return answer.content.decode()  # type: ignore[attr-defined,no-any-return]


def test_a_task_is_proposed_on_the_form_and_a_wrong_day_stands_beside_its_field(
    people: People, bureau: Unit, signed_in: SignedIn
) -> None:
    browser = signed_in(people.officer)
    address = "/cases/new/supervision.task/propose/"
    form = text(browser.get(address))
    assert "模拟市长甲" in form
    assert people.handler.display_name not in form  # only leaders can be chosen
    told = {
        "unit": bureau.pk,
        "matter": MATTER,
        "source": "meeting",
        "done_when": "整改完毕",
        "led_by": "own",
        "orderer": people.leader.pk,
        "limit_on": "2026-06-01",
    }
    answer = browser.post(address, told)
    assert answer.status_code == 422
    assert "已经过去" in text(answer)
    assert "整改完毕" in text(answer)
    assert MATTER in text(browser.post(address, told | {"limit_on": "2026-07-30"}, follow=True))


def test_the_list_is_narrowed_by_state_and_says_what_is_late(
    propose: Opener, take: Take, people: People, signed_in: SignedIn, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    proposed = propose(matter="模拟：还没有交办的")
    late = through(propose(matter="模拟：要逾期的", limit_on="2026-07-01"), take, people, until="accept", at=now)
    browser = signed_in(people.officer)
    page = text(browser.get(HOME))
    assert proposed.number in page
    assert late.number in page
    assert proposed.number not in text(browser.get(f"{HOME}?state=working"))
    assert "件已逾期" not in page
    monkeypatch.setattr(timezone, "now", lambda: now.replace(month=7, day=2))
    browser = signed_in(people.officer)  # two days later the session is over
    page = text(browser.get(f"{HOME}?state=overdue"))
    assert "1 件已逾期" in page
    assert late.number in page
    assert proposed.number not in page
    assert late.number not in text(browser.get(f"{HOME}?source=media"))


def test_the_list_takes_few_statements_however_many_tasks(
    propose: Opener, people: People, signed_in: SignedIn, django_assert_max_num_queries: Callable[..., object]
) -> None:
    browser = signed_in(people.officer)
    for number in range(3):
        propose(matter=f"模拟事项{number}")
    with django_assert_max_num_queries(20) as few:  # type: ignore[attr-defined]
        browser.get(HOME)
    for number in range(9):
        propose(matter=f"模拟事项{3 + number}")
    with django_assert_max_num_queries(len(few)):  # type: ignore[attr-defined]
        browser.get(HOME)


def test_ticked_tasks_are_tagged_together_and_found_by_the_tag(
    propose: Opener, people: People, officer: User, staff: Callable[..., User], signed_in: SignedIn, now: datetime
) -> None:
    campaign = vocabulary.create("消防专项", colour="red", by=None, now=now)
    several = [propose(matter=f"模拟事项{number}") for number in range(3)]
    browser = signed_in(people.officer)
    told = {"tag": campaign.pk, "case": [several[0].pk, several[2].pk], "query": "state=open"}
    assert "已给 2 件加上标签" in text(browser.post("/offices/supervision/tag/", told, follow=True))
    page = text(browser.get(f"{HOME}?tag={campaign.pk}"))
    assert several[0].number in page
    assert several[1].number not in page
    assert set(tagging.tagged(campaign, as_of=now.date())) == {several[0], several[2]}
    untold = {"tag": campaign.pk, "case": [several[0].pk], "query": "", "untag": "1"}
    assert "已从 1 件去掉标签" in text(browser.post("/offices/supervision/tag/", untold, follow=True))
    assert browser.post("/offices/supervision/tag/", {"query": ""}).status_code == 302
    assert signed_in(people.handler).post("/offices/supervision/tag/", told).status_code == 403


def test_the_page_of_a_task_shows_its_parts_and_the_way_up(
    propose: Opener, take: Take, people: People, signed_in: SignedIn, now: datetime
) -> None:
    whole = through(propose(), take, people, until="accept", at=now)
    part = through(propose(matter="模拟：子任务", parent=whole.number), take, people, until="accept", at=now)
    take(part, "progress", by=people.handler, percent="60", progress="过半")
    browser = signed_in(people.handler)
    page = text(browser.get(f"/offices/supervision/task/{whole.pk}/"))
    assert "进度 60%" in page
    assert part.number in page
    assert whole.number in text(browser.get(f"/offices/supervision/task/{part.pk}/"))
    assert "1 个子任务，办完 0 个，进度 60%" in text(browser.get(f"/cases/{whole.pk}/"))


def test_an_instruction_from_registering_to_reading(
    propose: Opener, people: People, unit: Unit, signed_in: SignedIn, take: Take
) -> None:
    browser = signed_in(people.keeper)
    address = "/cases/new/supervision.instruction/register/"
    told = {
        "unit": unit.pk,
        "leader": people.leader.pk,
        "medium": "paper",
        "given_on": "2026-06-29",
        "secrecy": "marked",
        "instruction": WRITTEN,
    }
    refused = browser.post(address, told)
    assert refused.status_code == 422
    assert "有密级标志的批示不得录入" in text(refused)
    browser.post(address, told | {"secrecy": "none"})
    case = Case.objects.get(kind="supervision.instruction")
    split = text(browser.get(f"/cases/{case.pk}/split/"))
    assert 'name="clauses.clause_9"' in split
    typed = {f"clauses.{name}": value for name, value in CLAUSES.items()}
    browser.post(f"/cases/{case.pk}/split/", typed | {"seen": "1"})
    own = f"/offices/supervision/instruction/{case.pk}/"
    page = text(browser.get(own))
    assert page.count("还没有事项") == 2
    assert "消防隐患" not in page
    read = browser.post(f"{own}text/")
    assert "消防隐患台账一并报我" in text(read)
    assert "no-store" in read.headers["Cache-Control"]
    assert events_of(case).filter(kind="supervision.instruction_read").count() == 1
    take(case, "tie", by=people.keeper, clause=1, task=propose().number)
    assert text(browser.get(own)).count("还没有事项") == 1
    listed = text(signed_in(people.leader).get("/offices/supervision/instructions/"))
    assert case.number in listed
    assert "消防隐患" not in listed


def test_whoever_has_nothing_to_do_with_an_instruction_gets_404(
    register: Opener, people: People, officer: User, signed_in: SignedIn
) -> None:
    case = register()
    for user in (people.officer, people.other_leader, people.handler, officer):
        browser = signed_in(user)
        for address in (f"/cases/{case.pk}/", f"/offices/supervision/instruction/{case.pk}/"):
            assert browser.get(address).status_code == 404
        assert browser.post(f"/offices/supervision/instruction/{case.pk}/text/").status_code == 404
    assert case.number not in text(signed_in(people.other_leader).get("/offices/supervision/instructions/"))
    assert signed_in(people.handler).get("/offices/supervision/instructions/").status_code == 403


def test_a_program_is_not_told_what_a_leader_wrote(register: Opener, people: People, now: datetime) -> None:
    case = register()
    event = events_of(case).prefetch_related("words").get(kind="supervision.instruction_registered")
    told = event_out(event)
    assert told["texts"] == {"document": "模拟〔2026〕1号"}
    assert "instruction" not in told["particulars"]


def test_a_list_is_looked_at_and_taken_in(people: People, bureau: Unit, helping: Unit, signed_in: SignedIn) -> None:
    browser = signed_in(people.officer)
    told = {"source": "meeting", "source_ref": "", "led_by": "own", "orderer": people.leader.pk}
    told_with = told | {"file": SimpleUploadedFile("分解表.xlsx", as_xlsx(ROWS))}
    page = text(browser.post("/offices/supervision/import/", told_with, follow=True))
    assert "将拟办 2 件" in page
    assert not Case.objects.exists()
    draft = Draft.objects.get()
    assert "各列是什么" in text(browser.get(f"/offices/supervision/import/{draft.pk}/columns/"))
    assert "已拟办 2 件事项" in text(browser.post(f"/offices/supervision/import/{draft.pk}/", follow=True))
    assert Case.objects.count() == 2
    assert signed_in(people.handler).get("/offices/supervision/import/").status_code == 403
