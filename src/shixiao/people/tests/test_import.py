"""Units and staff from a workbook: all of it or nothing, every fault with its place, and the same file twice."""

import io
import re
from collections.abc import Callable
from datetime import date, datetime
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from openpyxl import Workbook, load_workbook
from pytest_django import Settings

from shixiao.ledger.models import Event
from shixiao.people import actions, importing
from shixiao.people.importing import APPOINTMENTS, COLUMNS, STAFF, UNITS
from shixiao.people.models import Appointment, Role, Unit, User
from shixiao.people.refusals import Refused

pytestmark = pytest.mark.django_db
Rows = list[tuple[Any, ...]]
OFFICE: Rows = [
    ("A11", "窗口", "", "a1", "2020/1/5"),
    ("A1", "综合处", "综合", "A", date(2020, 1, 1)),
    ("A", "办公厅", "", "", "2020年1月1日"),
]
PEOPLE: Rows = [("001", "张三", "zhang"), ("002", "李四", "Li")]
HELD: Rows = [("001", "clerk", "A1", "2026-01-01", "是"), ("002", "CLERK", "A11", "2026-01-01", "")]


def workbook(sheets: dict[str, Rows], *, change: Callable[[Workbook], None] | None = None) -> bytes:
    book = Workbook()
    book.remove(book.active)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in (COLUMNS.get(name, ("x",)), *rows):
            sheet.append(row)
    if change:
        change(book)
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


def whole() -> bytes:
    return workbook({UNITS: OFFICE, STAFF: PEOPLE, APPOINTMENTS: HELD})


def told(outcome: actions.Outcome) -> list[tuple[str, int, str]]:
    return [(problem.sheet, problem.row, problem.column) for problem in outcome.problems]


def stored() -> tuple[int, int, int, int]:
    return Unit.objects.count(), User.objects.count(), Appointment.objects.count(), Event.objects.count()


@pytest.fixture(autouse=True)
def _clerk(db: None, now: datetime) -> None:
    actions.create_post("经办", code="CLERK", by=None, now=now)


def test_a_whole_office_comes_in_at_once(now: datetime) -> None:
    outcome = actions.import_people(whole(), by=None, now=now)
    assert (outcome.problems, outcome.done) == ([], {"unit_created": 3, "account_created": 2, "appointment_made": 2})
    assert [unit.code for unit in Unit.objects.all()] == ["A", "A1", "A11"]
    assert [str(unit.since) for unit in Unit.objects.all()] == ["2020-01-01", "2020-01-01", "2020-01-05"]
    li = User.objects.get(username="li")
    assert (li.display_name, li.staff_number, li.role) == ("李四", "002", Role.STAFF)
    assert li.appointments.get().unit.code == "A11"
    event = Event.objects.get(kind="people.staff_imported")
    assert {key: event.particulars[key] for key in ("units", "accounts", "appointments")} == {
        "units": 3, "accounts": 2, "appointments": 2,
    }  # fmt: skip
    assert Event.objects.filter(kind="people.unit_created").count() == 3


def test_the_first_password_is_good_for_one_sign_in(client: Client, now: datetime, settings: Settings) -> None:
    settings.PASSWORD_HASHERS = [*settings.PASSWORD_HASHERS, "django.contrib.auth.hashers.PBKDF2PasswordHasher"]
    outcome = actions.import_people(whole(), by=None, now=now)
    _name, username, password = outcome.passwords[1]
    client.post("/sign-in/", {"username": username, "password": password})
    assert client.get("/account/").url == "/account/password/"
    assert len({password for _name, _username, password in outcome.passwords}) == 2


def test_the_same_file_twice_changes_nothing(now: datetime) -> None:
    actions.import_people(whole(), by=None, now=now)
    before = stored()
    outcome = actions.import_people(whole(), by=None, now=now)
    assert (outcome.is_nothing, outcome.unchanged, stored()) == (True, 7, before)


def test_the_same_file_does_not_undo_what_was_done_since(now: datetime) -> None:
    actions.import_people(whole(), by=None, now=now)
    appointment = Appointment.objects.get(user__username="li")
    actions.end_appointment(appointment, on=date(2026, 3, 1), by=None, now=now)
    assert actions.import_people(whole(), by=None, now=now).is_nothing


def test_a_preview_leaves_nothing(now: datetime) -> None:
    before = stored()
    outcome = actions.preview_import(whole(), by=None, now=now)
    assert (outcome.done["unit_created"], stored()) == (3, before)


def test_a_later_file_renames_and_moves(now: datetime) -> None:
    actions.import_people(whole(), by=None, now=now)
    rows: Rows = [("A1", "综合一处", "综合", "", "2020-01-01"), ("A", "办公厅", "", "A1", "2020-01-01")]
    people: Rows = [("001", "张三丰", "zhang")]
    outcome = actions.import_people(workbook({UNITS: rows, STAFF: people}), by=None, now=now)
    assert outcome.done == {"unit_renamed": 1, "unit_moved": 2, "account_changed": 1}
    assert [(unit.code, unit.depth) for unit in Unit.objects.all()] == [("A1", 1), ("A", 2), ("A11", 2)]
    assert User.objects.get(username="zhang").display_name == "张三丰"


@pytest.mark.parametrize(
    ("sheet", "row", "place", "says"),
    [
        (UNITS, ("", "x", "", "", "2020-01-01"), "编码", "没有填"),
        (UNITS, ("B 1", "x", "", "", "2020-01-01"), "", "字母和数字"),
        (UNITS, ("B", "", "", "", "2020-01-01"), "名称", "没有填"),
        (UNITS, ("B", "名" * 101, "", "", "2020-01-01"), "", "100"),
        (UNITS, ("B", "x", "", "NONE", "2020-01-01"), "", "没有编码为 NONE 的单位"),
        (UNITS, ("B", "x", "", "B", "2020-01-01"), "上级编码", "圈"),
        (UNITS, ("B", "x", "", "", "2020-02-30"), "设立日期", "不是日期"),
        (UNITS, ("B", "x", "", "", "去年"), "设立日期", "不是日期"),
        (UNITS, ("B", "x", "", "", 43831), "设立日期", "不是日期"),
        (UNITS, ("a", "x", "", "", "2020-01-01"), "编码", "与第 4 行重复"),
        (STAFF, ("003", "王五", ""), "账号", "没有填"),
        (STAFF, ("003", "王五", "a b"), "", "账号"),
        (STAFF, ("003", "王五", "LI"), "", "已有这个账号"),
        (STAFF, ("001", "张三", "zhang"), "工号", "与第 2 行重复"),
        (APPOINTMENTS, ("009", "CLERK", "A", "2026-01-01", ""), "", "没有工号为 009 的人员"),
        (APPOINTMENTS, ("001", "HEAD", "A", "2026-01-01", ""), "", "没有编码为 HEAD 的岗位"),
        (APPOINTMENTS, ("001", "CLERK", "Z", "2026-01-01", ""), "", "没有编码为 Z 的单位"),
        (APPOINTMENTS, ("001", "CLERK", "A", "2019-01-01", ""), "", "不存在"),
        (APPOINTMENTS, ("001", "CLERK", "A", "2026-01-01", "也许"), "主要任职", "看不懂"),
    ],
)
def test_one_bad_row_is_named_and_nothing_is_written(
    now: datetime, sheet: str, row: tuple[Any, ...], place: str, says: str
) -> None:
    sheets = {UNITS: [*OFFICE], STAFF: [*PEOPLE], APPOINTMENTS: [*HELD]}
    sheets[sheet].append(row)
    before = stored()
    outcome = actions.import_people(workbook(sheets), by=None, now=now)
    problem = outcome.problems[0]
    assert (problem.sheet, problem.row, problem.column) == (sheet, len(sheets[sheet]) + 1, place)
    assert says in problem.what
    assert problem.next_step
    assert stored() == before


def test_every_bad_row_is_told_in_one_go(now: datetime) -> None:
    rows: Rows = [("B 1", "x", "", "", "2020-01-01"), *OFFICE, ("C", "y", "", "NONE", "2020-01-01")]
    outcome = actions.import_people(workbook({UNITS: rows, STAFF: [("1", "x", "a b")]}), by=None, now=now)
    assert told(outcome) == [(UNITS, 2, ""), (UNITS, 6, ""), (STAFF, 2, "")]


def test_rows_that_only_point_at_a_bad_one_are_not_told_off(now: datetime) -> None:
    rows: Rows = [
        ("A", "", "", "", "2020-01-01"),
        ("A1", "x", "", "A", "2020-01-01"),
        ("B 1", "y", "", "", "2020-01-01"),
    ]
    people: Rows = [("1", "x", "a b"), ("2", "y", "y")]
    held: Rows = [("1", "CLERK", "A1", "2026-01-01", ""), ("2", "CLERK", "B 1", "2026-01-01", "")]
    outcome = actions.import_people(workbook({UNITS: rows, STAFF: people, APPOINTMENTS: held}), by=None, now=now)
    assert told(outcome) == [(UNITS, 2, "名称"), (UNITS, 4, ""), (STAFF, 2, "")]
    assert stored() == (0, 0, 0, 1)


def test_units_that_wait_for_each_other_are_a_loop(now: datetime) -> None:
    rows: Rows = [
        ("B", "x", "", "C", "2020-01-01"),
        ("C", "y", "", "B", "2020-01-01"),
        ("D", "z", "", "", "2020-01-01"),
    ]
    outcome = actions.import_people(workbook({UNITS: rows}), by=None, now=now)
    assert told(outcome) == [(UNITS, 2, "上级编码"), (UNITS, 3, "上级编码")]


@pytest.mark.parametrize(
    ("rows", "says"),
    [
        ([("A", "另一个名字", "", "", "2021-01-01")], "设立日期不能改"),
    ],
)
def test_what_cannot_change_is_said(now: datetime, rows: Rows, says: str) -> None:
    actions.import_people(whole(), by=None, now=now)
    (problem,) = actions.import_people(workbook({UNITS: rows}), by=None, now=now).problems
    assert says in problem.what
    (problem,) = actions.import_people(workbook({STAFF: [("001", "张三", "other")]}), by=None, now=now).problems
    assert "账号不能改" in problem.what


# ---- workbooks that are none -----------------------------------------------------------------------------------


def merged(book: Workbook) -> None:
    book[UNITS].merge_cells("B1:C1")


def merged_below(book: Workbook) -> None:
    book[UNITS].merge_cells("D2:D3")


def titled(book: Workbook) -> None:
    book[UNITS].insert_rows(1)
    book[UNITS]["A1"] = "单位情况表"
    book[UNITS].merge_cells("A1:E1")


def formulas(book: Workbook) -> None:
    book[UNITS]["B3"] = "=A3&A2"


def renamed(book: Workbook) -> None:
    book[UNITS]["B1"] = "单位名称"


def doubled(book: Workbook) -> None:
    book[UNITS]["C1"] = "名称"


def elsewhere(book: Workbook) -> None:
    book[UNITS].title = "Sheet1"


@pytest.mark.parametrize(
    ("change", "place", "says"),
    [
        (merged, (UNITS, 1, "B"), "合并"),
        (merged_below, (UNITS, 2, "D"), "合并"),
        (formulas, (UNITS, 3, "B"), "公式"),
        (renamed, (UNITS, 1, ""), "没有“名称”这一列"),
        (doubled, (UNITS, 1, ""), "没有“简称”这一列"),
        (elsewhere, ("", 0, ""), "没有名为"),
    ],
)
def test_a_workbook_of_another_shape_says_what_to_do(
    now: datetime, change: Callable[[Workbook], None], place: tuple[str, int, str], says: str
) -> None:
    outcome = actions.import_people(workbook({UNITS: OFFICE}, change=change), by=None, now=now)
    assert told(outcome)[0] == place
    assert says in outcome.problems[0].what
    assert outcome.problems[0].next_step
    assert not Unit.objects.exists()


def test_a_title_above_the_header_is_no_row(now: datetime) -> None:
    outcome = actions.import_people(workbook({UNITS: OFFICE}, change=titled), by=None, now=now)
    assert (outcome.problems, Unit.objects.count()) == ([], 3)


def test_a_lone_cell_below_the_header_is_a_row_that_lacks_the_others(now: datetime) -> None:
    outcome = actions.import_people(workbook({UNITS: [*OFFICE, ("Z", "", "", "", "")]}), by=None, now=now)
    assert told(outcome) == [(UNITS, 5, "名称"), (UNITS, 5, "设立日期")]


@pytest.mark.parametrize(("rows", "is_too_many"), [(importing.MOST_ROWS, False), (importing.MOST_ROWS + 1, True)])
def test_a_sheet_has_so_many_rows_and_no_more(rows: int, is_too_many: bool) -> None:
    people: Rows = [(f"{number}", "x", f"u{number}") for number in range(rows)]
    found = importing.read(workbook({STAFF: people}))
    assert bool(found.problems) is is_too_many


def test_a_hundred_thousand_rows_are_refused_with_a_sentence(now: datetime) -> None:
    people: Rows = [(f"{number}", "x", f"u{number}") for number in range(100_000)]
    (problem,) = actions.import_people(workbook({STAFF: people}), by=None, now=now).problems
    assert problem.what == "有 100000 行，一次最多 2000 行。"
    assert not User.objects.exists()


def test_the_template_is_read_as_it_is_and_names_the_posts_that_are_not_there(now: datetime) -> None:
    content = importing.template()
    assert load_workbook(io.BytesIO(content)).sheetnames == [UNITS, STAFF, APPOINTMENTS]
    outcome = actions.preview_import(content, by=None, now=now)
    assert outcome.problems == []
    assert outcome.done == {"unit_created": 2, "account_created": 1, "appointment_made": 1}


# ---- who, and the pages ----------------------------------------------------------------------------------------


@pytest.fixture
def system(account: Callable[..., User]) -> User:
    return account("root", role=Role.SYSTEM_ADMINISTRATOR)


@pytest.fixture
def security(account: Callable[..., User]) -> User:
    return account("safe", role=Role.SECURITY_ADMINISTRATOR)


def test_the_two_administrators_share_a_file_and_neither_does_the_work_of_the_other(
    system: User, security: User, now: datetime
) -> None:
    first = actions.import_people(whole(), by=system, now=now)
    assert (first.left_out, Appointment.objects.count()) == ((APPOINTMENTS,), 0)
    second = actions.import_people(whole(), by=security, now=now)
    assert (second.left_out, second.done) == ((UNITS, STAFF), {"appointment_made": 2})


def test_nobody_else_imports(account: Callable[..., User], now: datetime) -> None:
    for role in (Role.OFFICER, Role.STAFF, Role.AUDITOR, Role.READER):
        with pytest.raises(Refused):
            actions.import_people(whole(), by=account(f"by-{role.value}", role=role), now=now)


def upload(client: Client, content: bytes) -> Any:
    return client.post("/people/import/", {"file": SimpleUploadedFile("people.xlsx", content)})


def test_the_pages_preview_and_then_write_and_show_passwords_once(
    signed_in: Callable[[User], Client], system: User
) -> None:
    client = signed_in(system)
    page = upload(client, whole()).content.decode()
    assert "新设单位 3 个，新建账号 2 个" in page
    assert "没有读“任职”" in page
    assert not Unit.objects.exists()
    kept = re.search(r'name="kept" value="([^"]+)"', page)
    assert kept is not None
    done = client.post("/people/import/accept/", {"kept": kept[1]}).content.decode()
    assert Unit.objects.count() == 3
    assert len(re.findall(r"<code>[A-Za-z0-9]{12}</code>", done)) == 2
    assert "文件里的都已经在了" in upload(client, whole()).content.decode()


def test_faults_stand_on_the_page_with_their_place(signed_in: Callable[[User], Client], system: User) -> None:
    response = upload(signed_in(system), workbook({UNITS: [("B", "", "", "", "x")]}))
    page = response.content.decode()
    assert response.status_code == 422
    assert "什么都没有写入" in page
    assert "第 2 行" in page
    assert 'name="kept"' not in page


@pytest.mark.parametrize(
    "content", [b"", b"PK\x03\x04 broken", b"\xd0\xcf\x11\xe0" + b"\0" * 600, "编码,名称".encode()]
)
def test_a_file_that_is_no_workbook_says_so(signed_in: Callable[[User], Client], system: User, content: bytes) -> None:
    response = upload(signed_in(system), content)
    assert response.status_code == 422


def test_a_preview_of_somebody_else_or_a_forged_one_is_not_written(
    signed_in: Callable[[User], Client], system: User, account: Callable[..., User]
) -> None:
    page = upload(signed_in(system), whole()).content.decode()
    kept = re.search(r'name="kept" value="([^"]+)"', page)
    assert kept is not None
    other = signed_in(account("other", role=Role.SYSTEM_ADMINISTRATOR))
    for value in (kept[1], "", "x:y:z"):
        assert other.post("/people/import/accept/", {"kept": value}).url == "/people/import/"
    assert not Unit.objects.exists()


def test_a_file_with_a_secrecy_mark_is_refused(signed_in: Callable[[User], Client], system: User) -> None:
    response = upload(signed_in(system), workbook({UNITS: [*OFFICE, ("S", "机密★10年", "", "", "2020-01-01")]}))
    assert (response.status_code, Unit.objects.count()) == (422, 0)
