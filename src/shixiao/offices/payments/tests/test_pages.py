"""The pages of this desk: what they show, to whom, and in how many statements."""

import re
from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from shixiao import casework
from shixiao.casework.models import Case, Project
from shixiao.offices.payments import programmes
from shixiao.offices.payments.models import Draft, Outlay, Payment, Programme, Round
from shixiao.offices.payments.tests.conftest import approve_budget, register, take_over
from shixiao.offices.payments.tests.test_importing import csv, row, workbook
from shixiao.people.models import User

pytestmark = pytest.mark.django_db
HOME = "/offices/payments/execution/?year=2026"


@pytest.fixture
def everybody(staff: Callable[..., User]) -> User:
    return staff("everybody", *(f"payments.{word}" for word in ("clerk", "approver", "cashier", "budget_keeper")))


@pytest.fixture
def desk(signed_in: Callable[[User], Client], everybody: User) -> Client:
    return signed_in(everybody)


@pytest.fixture(autouse=True)
def _today(monkeypatch: pytest.MonkeyPatch, now: datetime) -> None:
    """Pages ask for the time themselves."""
    monkeypatch.setattr(timezone, "now", lambda: now)


def text_of(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200, (address, answer.status_code)
    return " ".join(answer.content.decode().split())


# ---- execution -------------------------------------------------------------------------------------------------


def test_the_first_line_says_how_far(desk: Client, budget: Case, project: Project, clerk: User, now: datetime) -> None:
    take_over(project, clerk, now, amount="78190.00")
    text = text_of(desk, HOME)
    assert '全年预算 <span title="156,380.00 元">15.64</span> 万元' in text
    assert "已付 50.0%" in text
    assert "时间过去 49.6%" in text  # the 181st of 365 days
    assert "+0.4" in text


def test_without_a_budget_there_is_no_rate(desk: Client, project: Project, clerk: User, now: datetime) -> None:
    take_over(project, clerk, now, over_reason="急用")
    text = text_of(desk, HOME)
    assert "未登记预算" in text
    assert "0.0%" not in text
    assert "还没有登记预算，已付" in text


def test_above_the_budget_is_said(desk: Client, budget: Case, project: Project, clerk: User, now: datetime) -> None:
    take_over(project, clerk, now, amount="200000", over_reason="急用")
    text = text_of(desk, HOME)
    assert "1 个项目有资金来源超过预算" in text
    assert "1 笔支出超预算办理" in text
    page = text_of(desk, f"/offices/payments/projects/{project.pk}/?year=2026")
    assert "超过预算 43,620.00 元" in page


def test_with_nothing_at_all(desk: Client) -> None:
    assert "2026 年还没有项目" in text_of(desk, HOME)
    assert "没有发放项" in text_of(desk, "/offices/payments/programmes/?year=2026")
    assert "0 笔，合计 0.00 元" in text_of(desk, "/offices/payments/amounts/?year=2026")


def test_every_number_opens_to_its_cases(
    desk: Client, budget: Case, project: Project, clerk: User, approver: User, now: datetime
) -> None:
    paid = take_over(project, clerk, now, happened_at=now - timedelta(days=100))
    waiting = register(project, clerk, now, amount="7.00")
    casework.perform(waiting, "approve", by=approver, now=now)
    for query, case in (("project=%d", paid), ("source=fiscal&month=3", paid), ("what=waiting&project=%d", waiting)):
        text = text_of(desk, f"/offices/payments/amounts/?year=2026&{query.replace('%d', str(project.pk))}")
        assert "1 笔" in text
        assert f'/cases/{case.pk}/"' in text
    assert "0 笔" in text_of(desk, "/offices/payments/amounts/?year=2026&month=4")


def test_a_reversal_shows_as_what_it_is(desk: Client, budget: Case, project: Project, clerk: User, cashier: User, now: datetime) -> None:  # fmt: skip
    case = take_over(project, clerk, now)
    casework.perform(case, "reverse", by=cashier, now=now, voucher="r1", reason="付错")
    text = text_of(desk, "/offices/payments/amounts/?year=2026")
    assert "2 笔，合计 0.00 元" in text
    assert "-1,200.50" in text


@pytest.mark.parametrize("address", [
    HOME, "/offices/payments/execution/?year=abc", "/offices/payments/execution/?year=9999", "/offices/payments/import/",
    "/offices/payments/programmes/", "/offices/payments/amounts/?what=x&project=-1&month=13&source=y&after=z&statement=%00",
    "/offices/payments/projects/{project}/", "/offices/payments/projects/{project}/?year=2019",
])  # fmt: skip
def test_whatever_the_address_says(desk: Client, project: Project, address: str) -> None:
    assert desk.get(address.format(project=project.pk)).status_code == 200


def test_other_units_see_nothing_of_it(
    signed_in: Callable[[User], Client], staff: Callable[..., User], budget: Case, project: Project, now: datetime
) -> None:
    from shixiao.people import actions

    elsewhere = actions.create_unit(
        "模拟别处", code="EL", parent=project.unit, since=date(2020, 1, 1), by=None, now=now
    )
    other = signed_in(staff("other", "payments.clerk", at=elsewhere))
    assert project.name not in text_of(other, HOME)
    assert other.get(f"/offices/payments/projects/{project.pk}/").status_code == 404
    nobody = signed_in(staff("nobody"))
    assert nobody.get(HOME).status_code == 403


def test_the_performance_officer_may_look_at_figures(
    signed_in: Callable[[User], Client], officer: User, budget: Case, project: Project, clerk: User, now: datetime
) -> None:
    """Every number opens down to its cases for the officer, too."""
    take_over(project, clerk, now)
    client = signed_in(officer)
    for address in (
        HOME,
        f"/offices/payments/projects/{project.pk}/?year=2026",
        "/offices/payments/amounts/?year=2026",
    ):
        text = text_of(client, address)
        assert "其他运行经费" in text
        cases = set(re.findall(r'"(/cases/[0-9]+/)"', text))
        assert cases
        assert all(client.get(case).status_code == 200 for case in cases)


def test_the_statements_do_not_grow(
    desk: Client, project: Project, everybody: User, now: datetime, django_assert_max_num_queries: Any
) -> None:
    for number in range(12):
        one = Project.objects.create(unit=project.unit, name=f"项目{number}", since_year=2026, until_year=2026)
        approve_budget(one, everybody, now)
        take_over(one, everybody, now, voucher=f"v{number}")
    text_of(desk, HOME)  # a session notes its first use, and then once a minute
    with django_assert_max_num_queries(14):
        text_of(desk, HOME)
    with django_assert_max_num_queries(19):
        text_of(desk, f"/offices/payments/projects/{project.pk}/?year=2026")
    with django_assert_max_num_queries(9):
        text_of(desk, "/offices/payments/amounts/?year=2026")


def test_many_amounts_come_in_pages(desk: Client, project: Project, budget: Case, now: datetime) -> None:
    rows = [
        Outlay(case=budget, project=project, year=2026, month=1, source="fiscal", amount="0.01", voucher=f"v{number}", happened_at=now)
        for number in range(10_000)
    ]  # fmt: skip
    Outlay.objects.bulk_create(rows)
    text = text_of(desk, "/offices/payments/amounts/?year=2026")
    assert "10000 笔，合计 100.00 元" in text
    assert text.count("<tr>") == 101
    assert 'rel="next"' in text


# ---- rounds ------------------------------------------------------------------------------------------------------


def test_a_programme_is_set_up_and_its_year_planned(desk: Client, project: Project, budget: Case) -> None:
    given = {"name": "参事津贴", "project": project.pk, "source": "fiscal", "rhythm": "monthly", "since": "2026-01-01"}
    answer = desk.post("/offices/payments/programmes/?year=2026", given)
    assert answer.status_code == 302
    one = Programme.objects.get()
    assert "12 期未安排" in text_of(desk, "/offices/payments/programmes/?year=2026")
    assert desk.post(f"/offices/payments/programmes/{one.pk}/year/?year=2026").status_code == 302
    assert Round.objects.count() == 12
    desk.post(f"/offices/payments/programmes/{one.pk}/year/?year=2026")
    assert Round.objects.count() == 12
    text = text_of(desk, "/offices/payments/programmes/?year=2026")
    assert text.count("超期</span>") >= 5  # January to May; June ends on the day of this test
    assert "未安排" not in text


def test_a_programme_that_cannot_be_is_said_beside_its_field(desk: Client, project: Project) -> None:
    given = {"name": "绝密★", "project": project.pk, "source": "fiscal", "rhythm": "monthly", "since": "2026-02-01"}
    answer = desk.post("/offices/payments/programmes/", given)
    assert answer.status_code == 422
    assert "密级标志" in answer.content.decode()
    answer = desk.post("/offices/payments/programmes/", given | {"name": "津贴", "until": "2026-01-01"})
    assert "“至”不能早于“自”" in answer.content.decode()
    assert not Programme.objects.exists()


def test_a_year_without_known_holidays_is_not_planned(desk: Client, unit: Any, everybody: User, now: datetime) -> None:
    project = Project.objects.create(unit=unit, name="长期项目", since_year=2026, until_year=2060)
    one = programmes.create_programme(
        "春节慰问金",
        project=project,
        source="fiscal",
        rhythm="spring_festival",
        since=date(2026, 1, 1),
        by=everybody,
        now=now,
    )
    answer = desk.post(f"/offices/payments/programmes/{one.pk}/year/?year=2050")
    assert answer.status_code == 422
    assert "2050 年的春节放假安排还没有录入" in answer.content.decode()


def test_a_round_above_the_budget_is_among_what_was_made_so(
    desk: Client, budget: Case, project: Project, everybody: User, clerk: User, now: datetime
) -> None:
    one = programmes.create_programme(
        "参事津贴", project=project, source="fiscal", rhythm="monthly", since=date(2026, 1, 1), by=everybody, now=now
    )
    case = programmes.plan_year(one, year=2026, by=everybody, now=now)[5]
    take_over(project, clerk, now, amount="156381", over_reason="急用")
    told = {"amount": "10", "people": 1, "voucher": "r", "over_reason": "人数增加"}
    casework.perform(case, "pay", by=everybody, now=now, **told)
    text = text_of(desk, "/offices/payments/amounts/?year=2026&what=over")
    assert "2 笔，合计 156,391.00 元" in text
    assert "超预算 11.00 元" in text
    assert "2 笔支出超预算办理" in text_of(desk, HOME)
    casework.perform(case, "reverse", by=everybody, now=now, voucher="r2", reason="发错")
    assert "1 笔，合计" in text_of(desk, "/offices/payments/amounts/?year=2026&what=over")


# ---- import ------------------------------------------------------------------------------------------------------


def upload(desk: Client, content: bytes, name: str = "2026年3月.xlsx") -> Any:
    return desk.post("/offices/payments/import/", {"file": SimpleUploadedFile(name, content)})


def test_from_the_file_to_the_book(desk: Client, budget: Case) -> None:
    answer = upload(desk, workbook(row(), row(凭证号="2", 金额="160000")))
    assert answer.status_code == 302
    preview = answer["Location"]
    text = text_of(desk, preview)
    assert "将新增 2 笔支出，161,200.50 元" in text
    assert "1 项预算会被超过" in text
    refused = desk.post(preview)
    assert refused.status_code == 422
    assert "请写明超预算的理由" in refused.content.decode()
    key = f"reason-{Project.objects.get().pk}-2026-fiscal"
    assert desk.post(preview, {key: "汛期应急"}).status_code == 302
    assert Payment.objects.count() == 2
    assert "2026年3月.xlsx" in text_of(desk, "/offices/payments/import/")
    assert not Draft.objects.exists()


def test_what_a_file_brought_can_be_opened(desk: Client, budget: Case, project: Project, clerk: User, now: datetime) -> None:  # fmt: skip
    take_over(project, clerk, now, voucher="by-hand")
    desk.post(upload(desk, workbook(row(), row(凭证号="2", 金额="0.50")))["Location"])
    statement = Payment.objects.exclude(statement=None)[0].statement_id
    text = text_of(desk, f"/offices/payments/amounts/?statement={statement}")
    assert "2 笔，合计 1,201.00 元" in text
    assert "导入的“2026年3月.xlsx”" in text


def test_errors_are_listed_and_nothing_can_be_taken_in(desk: Client, budget: Case) -> None:
    preview = upload(desk, workbook(row(金额="x"), row(日期="")))["Location"]
    text = text_of(desk, preview)
    assert "2 处错误" in text
    assert "E2" in text
    assert "A3" in text
    assert desk.post(preview).status_code == 422
    assert not Payment.objects.exists()
    assert Draft.objects.count() == 1


def test_columns_are_said_by_hand(desk: Client, budget: Case) -> None:
    from shixiao.offices.payments.tests.test_importing import STRANGE

    preview = upload(desk, workbook(row(), header=STRANGE))["Location"]
    assert "没有认出表头" in text_of(desk, preview)
    assert "表头" in text_of(desk, f"{preview}columns/")
    fields = ["date", "project_code", "ignored", "ignored", "amount", "payee", "purpose", "voucher", "ignored"]
    given = {f"c{number}": field for number, field in enumerate(fields)} | {"grid": "1", "line": "1", "unit": "元"}
    answer = desk.post(f"{preview}columns/", given)
    assert answer.status_code == 422
    assert "还要指出哪一列是：资金来源" in answer.content.decode()
    assert desk.post(f"{preview}columns/", given | {"source": "fiscal"}).status_code == 302
    assert "将新增 1 笔支出" in text_of(desk, preview)
    desk.post(f"{preview}columns/", {"forget": "1"})
    assert "没有认出表头" in text_of(desk, preview)


@pytest.mark.parametrize("given", [{}, {"grid": "x", "line": "99999999999"}, {"grid": "1", "line": "1", "c0": "<b>"}])
def test_columns_that_no_page_sends(desk: Client, budget: Case, given: dict[str, str]) -> None:
    preview = upload(desk, workbook(row()))["Location"]
    assert desk.post(f"{preview}columns/", given).status_code == 422


def test_bad_files_are_refused_where_they_were_chosen(desk: Client) -> None:
    assert upload(desk, b"").status_code == 422
    assert "文件是空的" in upload(desk, b"").content.decode()
    assert desk.post("/offices/payments/import/", {}).status_code == 422


def test_the_desk_is_ones_own(desk: Client, signed_in: Callable[[User], Client], clerk: User, budget: Case) -> None:
    preview = upload(desk, csv(row(), row(凭证号="2")), "x.csv")["Location"]
    other = signed_in(clerk)
    assert other.get(preview).status_code == 404
    assert other.post(preview).status_code == 404
    assert desk.post(f"{preview}put-away/").status_code == 302
    assert not Draft.objects.exists()


def test_who_is_no_clerk_may_not_import(signed_in: Callable[[User], Client], approver: User) -> None:
    answer = upload(signed_in(approver), workbook(row()))
    assert answer.status_code == 403
    assert not Draft.objects.exists()


def test_the_template_is_read_back(desk: Client) -> None:
    from shixiao import tables
    from shixiao.offices.payments import columns

    content = desk.get("/offices/payments/import/template.xlsx").content
    how = columns.propose(tables.sheets(content))
    assert how is not None
    assert how.missing == ()
    assert how.unit == "元"


def test_the_pages_speak_english(desk: Client, budget: Case, project: Project, clerk: User, now: datetime) -> None:
    take_over(project, clerk, now)
    desk.cookies["shixiao_language"] = "en"
    assert "of the time has passed" in text_of(desk, HOME)
