"""The pages as people use them: who sees what, what is refused and kept, and how many statements a page takes."""

import io
from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

import openpyxl
import pytest
from django.test import Client

from shixiao.casework import Opening, open_case, perform
from shixiao.casework.assigning import assign
from shixiao.casework.models import Case, Project, SavedFilter
from shixiao.casework.steps import Steps
from shixiao.casework.tests.conftest import KIND, Desk
from shixiao.ledger import book
from shixiao.ledger.models import Event
from shixiao.people import actions
from shixiao.people.models import Unit, User

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)
OFFICE = "/offices/desk/"


@pytest.fixture
def clerk(staff: Callable[..., User]) -> User:
    return staff("clerk", "desk.clerk")


@pytest.fixture
def overseer(staff: Callable[..., User]) -> User:
    return staff("overseer", "desk.overseer")


@pytest.fixture
def stranger(staff: Callable[..., User]) -> User:
    return staff("stranger")


@pytest.fixture
def case(unit: Unit, clerk: User, now: datetime) -> Case:
    return opened(unit, clerk, now)


def opened(unit: Unit, clerk: User, now: datetime, title: str = "一件事", **more: Any) -> Case:
    opening = Opening(unit=unit, title=title, particulars={"topic": "事由甲", "amount": "1200.50"}, **more)
    return open_case(KIND, "open", opening, by=clerk, now=now)


# ---- the page of a case ----------------------------------------------------------------------------------------


def test_the_page_shows_head_steps_and_life(case: Case, clerk: User, signed_in: Callable[[User], Client]) -> None:
    page = signed_in(clerk).get(f"/cases/{case.pk}/").content.decode()
    for word in (case.number, "一件事", "待办", "接办", "事由甲", "1,200.50", "登记", "clerk", "答复", "未指定"):
        assert word in page
    assert f'href="/cases/{case.pk}/take/"' in page
    assert "清理" not in page  # the program's own step is no button
    assert "复核" not in page  # not from this state


def test_the_first_button_is_the_usual_step(case: Case, clerk: User, signed_in: Callable[[User], Client]) -> None:
    page = signed_in(clerk).get(f"/cases/{case.pk}/").content.decode()
    assert f'class="btn btn-primary" href="/cases/{case.pk}/take/"' in page


def test_the_page_takes_few_statements(
    case: Case, clerk: User, signed_in: Callable[[User], Client], django_assert_max_num_queries: Any
) -> None:
    browser = signed_in(clerk)
    browser.get(f"/cases/{case.pk}/")
    with django_assert_max_num_queries(19):
        browser.get(f"/cases/{case.pk}/")


def test_a_stranger_learns_nothing(case: Case, stranger: User, signed_in: Callable[[User], Client]) -> None:
    browser = signed_in(stranger)
    assert browser.get(f"/cases/{case.pk}/").status_code == 404
    assert browser.get(f"/cases/{case.pk}/take/").status_code == 404
    assert browser.post(f"/cases/{case.pk}/take/").status_code == 404
    assert browser.get("/cases/999999/").status_code == 404
    case.refresh_from_db()
    assert case.state == "open"


def test_whoever_has_the_post_at_another_unit_sees_nothing(
    unit: Unit, clerk: User, staff: Callable[..., User], signed_in: Callable[[User], Client], now: datetime
) -> None:
    other = actions.create_unit("另一处", code="OTH", parent=unit, since=date(2020, 1, 1), by=None, now=now)
    there = staff("there", "desk.clerk", at=other)
    here, below = opened(unit, clerk, now, "上面的"), opened(other, there, now, "下面的")
    browser = signed_in(there)
    assert browser.get(f"/cases/{here.pk}/").status_code == 404
    assert browser.get(f"/cases/{below.pk}/").status_code == 200
    assert signed_in(clerk).get(f"/cases/{below.pk}/").status_code == 200
    listed = browser.get(OFFICE).content.decode()
    assert "下面的" in listed
    assert "上面的" not in listed


def test_lead_and_assistant_see_their_case(
    case: Case, overseer: User, account: Callable[..., User], signed_in: Callable[[User], Client], now: datetime
) -> None:
    lead, helper = account("lead", role="staff"), account("helper", role="staff")
    assign(case, lead=lead, assistants=[helper], by=overseer, now=now + MINUTE)
    for user in (lead, helper):
        assert signed_in(user).get(f"/cases/{case.pk}/").status_code == 200
    assert "一件事" in signed_in(lead).get("/todo/").content.decode()
    assert "我协办的" in signed_in(helper).get("/todo/").content.decode()


def test_erased_words_say_so(case: Case, clerk: User, signed_in: Callable[[User], Client], now: datetime) -> None:
    event = Event.objects.get(kind="desk.opened")
    book.erase(event, "topic", by=clerk, now=now + MINUTE, ground="pipl-47")
    page = signed_in(clerk).get(f"/cases/{case.pk}/").content.decode()
    assert "文字已依法删除" in page
    assert "事由甲" not in page


# ---- steps -----------------------------------------------------------------------------------------------------


def test_a_step_is_taken(case: Case, clerk: User, signed_in: Callable[[User], Client]) -> None:
    browser = signed_in(clerk)
    form = browser.get(f"/cases/{case.pk}/take/").content.decode()
    assert 'name="seen" value="1"' in form
    assert 'name="note"' in form
    answer = browser.post(f"/cases/{case.pk}/take/", {"seen": "1", "note": "马上办"}, follow=True)
    assert answer.redirect_chain == [(f"/cases/{case.pk}/", 302)]
    page = answer.content.decode()
    assert "已办理" in page
    assert "马上办" in page


def test_a_refused_step_keeps_what_was_typed(case: Case, clerk: User, signed_in: Callable[[User], Client]) -> None:
    long = "很长" * 120
    answer = signed_in(clerk).post(f"/cases/{case.pk}/take/", {"seen": "1", "note": long})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert long in page
    assert "备注不能超过 200个字" in page
    case.refresh_from_db()
    assert case.state == "open"


def test_a_rule_of_the_office_is_said_on_top(case: Case, clerk: User, signed_in: Callable[[User], Client]) -> None:
    answer = signed_in(clerk).post(f"/cases/{case.pk}/take/", {"note": "no"})
    assert answer.status_code == 422
    assert "规则不允许。" in answer.content.decode()
    assert 'value="no"' in answer.content.decode()


def test_a_moment_that_has_not_come_is_said_beside_its_field(
    case: Case, clerk: User, signed_in: Callable[[User], Client]
) -> None:
    answer = signed_in(clerk).post(f"/cases/{case.pk}/take/", {"happened_at": "2999-01-01T09:00"})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "还没有到" in page
    assert 'value="2999-01-01T09:00"' in page
    answer = signed_in(clerk).post(f"/cases/{case.pk}/take/", {"happened_at": "昨天"})
    assert "不是时间" in answer.content.decode()


def test_who_was_slower_sees_what_happened_and_keeps_the_text(
    case: Case, clerk: User, staff: Callable[..., User], signed_in: Callable[[User], Client], now: datetime
) -> None:
    browser = signed_in(clerk)
    perform(case, "take", by=staff("quick", "desk.clerk"), now=now + MINUTE)
    answer = browser.post(f"/cases/{case.pk}/take/", {"seen": "1", "note": "我来办"})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "quick在" in page
    assert "我来办" in page
    assert "在办" in page
    assert f'href="/cases/{case.pk}/finish/"' in page


def test_whoever_may_not_is_told_and_noted(case: Case, overseer: User, signed_in: Callable[[User], Client]) -> None:
    answer = signed_in(overseer).post(f"/cases/{case.pk}/take/", {"note": "x"})
    assert answer.status_code == 403
    assert "职责" in answer.content.decode()
    assert Event.objects.filter(kind="people.attempt_refused").exists()


def test_a_step_that_is_not_due_leads_back_to_the_case(
    case: Case, clerk: User, signed_in: Callable[[User], Client]
) -> None:
    browser = signed_in(clerk)
    assert browser.get(f"/cases/{case.pk}/finish/").headers["Location"] == f"/cases/{case.pk}/"
    assert browser.get(f"/cases/{case.pk}/nothing/").status_code == 404
    assert browser.get(f"/cases/{case.pk}/open/").status_code == 404


# ---- beginning -------------------------------------------------------------------------------------------------


def test_a_case_is_begun(unit: Unit, clerk: User, signed_in: Callable[[User], Client]) -> None:
    browser = signed_in(clerk)
    assert f'href="/cases/new/{KIND}/open/"' in browser.get("/cases/new/").content.decode()
    assert unit.name in browser.get(f"/cases/new/{KIND}/open/").content.decode()
    told = {"unit": unit.pk, "topic": "新的事", "amount": "1,000", "urgency": "urgent"}
    answer = browser.post(f"/cases/new/{KIND}/open/", told, follow=True)
    case = Case.objects.get()
    assert answer.redirect_chain == [(f"/cases/{case.pk}/", 302)]
    assert (case.unit, case.urgency) == (unit, "urgent")


def test_a_refused_beginning_keeps_what_was_typed(unit: Unit, clerk: User, signed_in: Callable[[User], Client]) -> None:
    answer = signed_in(clerk).post(f"/cases/new/{KIND}/open/", {"topic": "新的事", "amount": "1.005"})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert 'value="1.005"' in page
    assert "最多两位小数" in page
    assert 'value="新的事"' in page
    assert not Case.objects.exists()


def test_nobody_begins_without_the_post(stranger: User, signed_in: Callable[[User], Client]) -> None:
    browser = signed_in(stranger)
    assert browser.get(f"/cases/new/{KIND}/open/").status_code == 403
    assert browser.post(f"/cases/new/{KIND}/open/", {"topic": "x"}).status_code == 403
    assert browser.get(f"/cases/new/{KIND}/take/").status_code == 404
    assert "不能新办" in browser.get("/cases/new/").content.decode()


def test_a_unit_without_the_post_is_not_taken(
    unit: Unit, staff: Callable[..., User], signed_in: Callable[[User], Client], now: datetime
) -> None:
    below = actions.create_unit("下级", code="BEL", parent=unit, since=date(2020, 1, 1), by=None, now=now)
    browser = signed_in(staff("below", "desk.clerk", at=below))
    browser.post(f"/cases/new/{KIND}/open/", {"unit": unit.pk, "topic": "x"})
    assert Case.objects.get().unit == below


# ---- lists -----------------------------------------------------------------------------------------------------


def test_filters_stand_in_the_address(
    unit: Unit, clerk: User, signed_in: Callable[[User], Client], now: datetime
) -> None:
    project = Project.objects.create(unit=unit, name="项目一", since_year=2026, until_year=2026)
    opened(unit, clerk, now, "第一件", project=project)
    taken = perform(opened(unit, clerk, now, "第二件"), "take", by=clerk, now=now)
    perform(taken, "finish", by=clerk, now=now)
    browser = signed_in(clerk)
    shown = {
        "": {"第一件", "第二件"},
        "state=open": {"第一件"},
        "state=done": {"第二件"},
        "state=closed": {"第二件"},
        f"project={project.pk}": {"第一件"},
        "due=overdue": {"第一件"},
        "due=soon": set(),
        "lead=me": set(),
        "lead=nobody": {"第一件", "第二件"},
        "since=2026-07-01": set(),
        "since=2026-06-30&until=2026-06-30": {"第一件", "第二件"},
        "until=2026-06-29": set(),
        "urgency=urgent": set(),
        f"unit={unit.pk}": {"第一件", "第二件"},
        "q=第二": {"第二件"},
        "q=没有这样": set(),
        "sort=limit": {"第一件"},
        "state=nonsense&unit=x&since=2026-13-40&after=zz&project=9e9": {"第一件", "第二件"},
        "q=%00": {"第一件", "第二件"},
    }
    for query, titles in shown.items():
        page = browser.get(f"{OFFICE}?{query}").content.decode()
        assert {title for title in ("第一件", "第二件") if title in page} == titles, query


@pytest.mark.parametrize("sort", ["", "limit"])
def test_every_case_is_on_exactly_one_page(
    unit: Unit, clerk: User, signed_in: Callable[[User], Client], now: datetime, monkeypatch: Any, sort: str
) -> None:
    from shixiao.casework import listing
    from shixiao.casework.views import lists

    monkeypatch.setattr(listing.of_office, "__kwdefaults__", {"limit": 3})
    other = actions.create_unit("另一处", code="OTH", parent=unit, since=date(2020, 1, 1), by=None, now=now)
    wanted = [opened((unit, other)[n % 2], clerk, now + (n // 3) * MINUTE, f"第{n}件").pk for n in range(10)]
    browser, found, query = signed_in(clerk), [], f"sort={sort}"
    while query:
        context = browser.get(f"{OFFICE}?{query}").context
        found += [row.id for row in context["rows"]]
        query = context["next"]
    assert found == (wanted if sort else wanted[::-1])
    assert lists.listing is listing


def test_a_list_takes_few_statements_however_long(
    unit: Unit, clerk: User, signed_in: Callable[[User], Client], now: datetime, django_assert_max_num_queries: Any
) -> None:
    for number in range(60):
        opened(unit, clerk, now, f"第{number}件")
    browser = signed_in(clerk)
    with django_assert_max_num_queries(8):
        page = browser.get(OFFICE).content.decode()
    assert "50+" in page
    with django_assert_max_num_queries(6):
        browser.get(f"{OFFICE}?due=overdue", headers={"HX-Request": "true"})


def test_my_overdue_cases_take_six_statements_at_most(
    unit: Unit,
    clerk: User,
    overseer: User,
    signed_in: Callable[[User], Client],
    now: datetime,
    django_assert_max_num_queries: Any,
) -> None:
    for number in range(3):
        assign(opened(unit, clerk, now, f"第{number}件"), lead=clerk, by=overseer, now=now)
    browser = signed_in(clerk)
    with django_assert_max_num_queries(6):
        page = browser.get("/todo/?due=overdue").content.decode()
    assert "3 件超期" in page
    assert "最早的一件 2026年7月1日到期" in page


def test_a_restricted_register_is_for_its_holders(
    case: Case,
    clerk: User,
    overseer: User,
    account: Callable[..., User],
    signed_in: Callable[[User], Client],
    now: datetime,
    desk: type[Desk],
) -> None:
    lead = account("lead", role="staff")
    assign(case, lead=lead, by=overseer, now=now)
    object.__setattr__(desk.tables[0], "is_restricted", True)
    assert signed_in(lead).get(f"/cases/{case.pk}/").status_code == 404
    assert "一件事" not in signed_in(lead).get("/todo/").content.decode()
    assert signed_in(clerk).get(f"/cases/{case.pk}/").status_code == 200
    assert "一件事" not in signed_in(clerk).get("/cases/search/?q=一件事").context.get("hits", [])


# ---- to-do -----------------------------------------------------------------------------------------------------


def test_what_waits_for_my_post_is_listed(case: Case, clerk: User, stranger: User, signed_in: Any) -> None:
    assert "一件事" in signed_in(clerk).get("/todo/").content.decode()
    page = signed_in(stranger).get("/todo/").content.decode()
    assert "一件事" not in page
    assert "没有未办结的事项" in page


def test_several_cases_take_one_step(
    unit: Unit, clerk: User, signed_in: Callable[[User], Client], now: datetime
) -> None:
    cases = [opened(unit, clerk, now, f"第{n}件") for n in range(3)]
    browser = signed_in(clerk)
    ticked = {"case": [case.pk for case in cases], "step": f"{KIND}/take"}
    assert "第2件" in browser.get("/cases/many/", ticked).content.decode()
    answer = browser.post("/cases/many/", ticked | {"note": "一起", "back": "/todo/?due=soon"}, follow=True)
    assert answer.redirect_chain == [("/todo/?due=soon", 302)]
    assert "3 件已办理" in answer.content.decode()
    assert set(Case.objects.values_list("state", flat=True)) == {"taken"}


def test_several_or_none(unit: Unit, clerk: User, signed_in: Callable[[User], Client], now: datetime) -> None:
    cases = [opened(unit, clerk, now, f"第{n}件") for n in range(3)]
    perform(cases[1], "take", by=clerk, now=now)
    ticked = {"case": [case.pk for case in cases], "step": f"{KIND}/take", "note": "一起"}
    answer = signed_in(clerk).post("/cases/many/", ticked)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "没有办理任何一件" in page
    assert 'value="一起"' in page
    assert sorted(Case.objects.values_list("state", flat=True)) == ["open", "open", "taken"]


def test_nothing_ticked_leads_back(clerk: User, signed_in: Callable[[User], Client]) -> None:
    answer = signed_in(clerk).get("/cases/many/", {"step": f"{KIND}/take"}, follow=True)
    assert "请先勾选" in answer.content.decode()
    assert signed_in(clerk).get("/cases/many/", {"step": "nothing"}).status_code == 404


# ---- saved filters, export, search -----------------------------------------------------------------------------


def test_a_filter_is_saved_used_and_deleted(case: Case, clerk: User, signed_in: Callable[[User], Client]) -> None:
    browser = signed_in(clerk)
    address = f"{OFFICE}?state=open"
    browser.post("/filters/save/", {"name": "未办的", "address": address})
    saved = SavedFilter.objects.get()
    assert (saved.user, saved.address) == (clerk, address)
    assert "未办的" in browser.get(OFFICE).content.decode()
    browser.post(f"/filters/{saved.pk}/delete/")
    assert not SavedFilter.objects.exists()
    kinds = Event.objects.filter(subject_kind="casework.saved_filter").order_by("id").values_list("kind", flat=True)
    assert list(kinds) == ["casework.filter_saved", "casework.filter_deleted"]


@pytest.mark.parametrize("address", ["https://example.invalid/", "//example.invalid/", "/account/", "", "javascript:x"])
def test_only_lists_of_this_program_are_saved(address: str, clerk: User, signed_in: Callable[[User], Client]) -> None:
    answer = signed_in(clerk).post("/filters/save/", {"name": "坏的", "address": address})
    assert not SavedFilter.objects.exists()
    assert answer.headers["Location"].startswith("/")
    assert not answer.headers["Location"].startswith("//")


def test_nobody_deletes_the_filter_of_another(clerk: User, overseer: User, signed_in: Callable[[User], Client]) -> None:
    saved = SavedFilter.objects.create(user=clerk, name="我的", address=OFFICE)
    assert signed_in(overseer).post(f"/filters/{saved.pk}/delete/").status_code == 404


def test_the_export_has_what_the_list_has(
    unit: Unit, clerk: User, signed_in: Callable[[User], Client], now: datetime
) -> None:
    opened(unit, clerk, now, '=HYPERLINK("x")')
    opened(unit, clerk, now, "+1 件")
    taken = opened(unit, clerk, now, "不在内")
    perform(taken, "take", by=clerk, now=now)
    answer = signed_in(clerk).post(f"{OFFICE}export.xlsx?state=open&kind={KIND}&q=")
    book_ = openpyxl.load_workbook(io.BytesIO(b"".join(answer.streaming_content)))  # type: ignore[attr-defined]
    sheet = book_.active
    lines = [[cell.value for cell in row] for row in sheet.iter_rows()]
    assert lines[1][0] == "筛选：状态 未办结"
    assert "clerk" in lines[2][0]
    assert [line[1] for line in lines[4:]] == ["不在内", "+1 件", '=HYPERLINK("x")']
    assert {sheet.cell(row=row, column=2).data_type for row in (5, 6, 7)} == {"s"}
    assert sheet.cell(row=6, column=8).value.isoformat() == "2026-06-30T09:00:00"
    event = Event.objects.get(kind="casework.list_exported")
    assert event.particulars == {"kind": KIND, "count": 3}


def test_nobody_exports_what_they_do_not_see(case: Case, stranger: User, signed_in: Callable[[User], Client]) -> None:
    assert signed_in(stranger).post(f"{OFFICE}export.xlsx").status_code == 404
    assert signed_in(stranger).get(f"{OFFICE}export.xlsx").status_code == 405


def test_words_are_found_by_whoever_sees_the_case(
    case: Case, clerk: User, stranger: User, signed_in: Callable[[User], Client]
) -> None:
    page = signed_in(clerk).get("/cases/search/", {"q": "一件事"}).content.decode()
    assert "<mark>一件事</mark>" in page
    assert case.number in page
    page = signed_in(stranger).get("/cases/search/", {"q": "一件事"}).content.decode()
    assert case.number not in page
    for query in ("，，", "字" * 600, "", "%", "\0"):
        assert signed_in(clerk).get("/cases/search/", {"q": query, "before": "x"}).status_code == 200


# ---- manual, what offices share --------------------------------------------------------------------------------


def test_the_manual_says_who_from_where_to(clerk: User, signed_in: Callable[[User], Client]) -> None:
    browser = signed_in(clerk)
    assert f'href="/manual/desk/{KIND}/"' in browser.get("/manual/").content.decode()
    page = browser.get(f"/manual/desk/{KIND}/").content.decode()
    for word in (
        "desk.clerk",
        "主办人",
        "系统",
        "不得是办理“登记”的人",
        "desk.opened",
        "答复：开始计时",
        "<svg",
        "8小时",
    ):
        assert word in page
    assert browser.get("/manual/nobody/").status_code == 404
    assert browser.get("/manual/desk/desk.other/").status_code == 404


def test_keepers_add_projects_of_their_units(
    unit: Unit, staff: Callable[..., User], stranger: User, signed_in: Callable[[User], Client], now: datetime
) -> None:
    keeper = staff("keeper", "casework.keeper")
    browser = signed_in(keeper)
    told = {"unit": unit.pk, "name": "新项目", "since_year": 2026, "until_year": 2025}
    answer = browser.post("/shared/projects/new/", told)
    assert answer.status_code == 422
    assert "新项目" in answer.content.decode()
    assert browser.post("/shared/projects/new/", told | {"until_year": 2026}).status_code == 302
    assert "新项目" in browser.get("/shared/projects/").content.decode()
    assert "新项目" in browser.get("/shared/projects/?q=新").content.decode()
    assert signed_in(stranger).get("/shared/projects/").status_code == 403
    assert browser.get("/shared/nothing/").status_code == 404
    assert browser.get("/shared/topics/new/").status_code == 403


def test_every_shared_thing_can_be_added(
    unit: Unit, officer: User, signed_in: Callable[[User], Client], now: datetime
) -> None:
    project = Project.objects.create(unit=unit, name="项目一", since_year=2026, until_year=2026)
    browser = signed_in(officer)
    for which, told in {
        "contracts": {"project": project.pk, "number": "HT-1", "name": "合同", "party": "对方", "since": "2026-01-01"},
        "topics": {"name": "乡村振兴", "since": "2026-01-01"},
        "subjects": {"unit": unit.pk, "label": "D-001", "name": "打印机", "since": "2026-01-01"},
    }.items():
        assert browser.get(f"/shared/{which}/new/").status_code == 200
        assert browser.post(f"/shared/{which}/new/", told).status_code == 302, which
        assert browser.get(f"/shared/{which}/").status_code == 200


def test_every_page_speaks_english(case: Case, clerk: User, signed_in: Callable[[User], Client], desk: Any) -> None:
    browser = signed_in(clerk)
    browser.cookies["shixiao_language"] = "en"
    table: Steps = desk.tables[0]
    addresses = ["/todo/", OFFICE, "/cases/new/", f"/cases/new/{KIND}/open/", f"/cases/{case.pk}/", "/filters/"]
    addresses += [f"/cases/{case.pk}/take/", f"/manual/desk/{table.kind}/", "/cases/search/?q=x", "/manual/"]
    for address in addresses:
        assert browser.get(address).status_code == 200, address
