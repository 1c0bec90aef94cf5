"""A filled-in sheet: read, looked at, taken in whole or not at all."""

from collections.abc import Callable
from datetime import date, datetime
from io import BytesIO
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone
from openpyxl import Workbook, load_workbook

from shixiao.casework import Refused, years
from shixiao.casework.models import Case, Project, Topic
from shixiao.ledger.models import Event
from shixiao.offices.registers import definitions, importing, looking, sheets_out
from shixiao.offices.registers.importing import Imported
from shixiao.offices.registers.looking import Preview
from shixiao.offices.registers.models import Draft, Entry, Register, Sheet, SheetRow
from shixiao.offices.registers.tests.conftest import TRAINING, enter
from shixiao.people.models import Unit, User

pytestmark = pytest.mark.django_db
HEADER = ("培训主题", "举办日期", "参加人数（人）", "形式")
ONE = ("保密教育", "2026-06-29", "45", "讲座")


def workbook(*rows: Any, header: Any = HEADER, above: Any = (), touch: Callable[[Any], None] | None = None) -> bytes:
    book = Workbook()
    sheet = book.active
    for each in [*above, header, *rows]:
        sheet.append(list(each))
    if touch is not None:
        touch(sheet)
    stream = BytesIO()
    book.save(stream)
    return stream.getvalue()


Look = Callable[..., Preview]
Take = Callable[..., Imported]


@pytest.fixture
def put(training: Register, clerk: User, now: datetime) -> Callable[..., Draft]:
    def receive(content: bytes, *, step: str = "enter") -> Draft:
        return importing.receive(
            content, name="培训.xlsx", register=training, unit=training.unit, step=step, by=clerk, now=now
        )

    return receive


@pytest.fixture
def look(put: Callable[..., Draft], clerk: User, now: datetime) -> Look:
    return lambda content, **more: looking.look(put(content, **more), by=clerk, now=now)


@pytest.fixture
def take(put: Callable[..., Draft], clerk: User, now: datetime) -> Take:
    return lambda content, **more: importing.take_in(put(content, **more), by=clerk, now=now)


def sentences(seen: Preview) -> list[str]:
    return [f"{each.line}{each.column} {each.title.zh}：{each.text.zh}" for each in seen.wrong]


# ---- what is good ----------------------------------------------------------------------------------------------


def test_a_good_sheet_is_taken_in(look: Look, take: Take) -> None:
    content = workbook(ONE, ("消防", date(2026, 6, 28), 12.5, "网上"), above=[("2026年培训情况",)])
    seen = look(content)
    assert (seen.refusal, seen.wrong, seen.is_ready) == (None, [], True)
    done = take(content)
    assert (done.is_new, done.sheet.rows, done.sheet.opened) == (True, 2, 2)
    told = [(entry.values, entry.texts, entry.day) for entry in Entry.objects.order_by("case_id")]
    assert told == [
        ({"held_on": "2026-06-29", "people": "45", "form": "lecture"}, {"subject": "保密教育"}, date(2026, 6, 29)),
        ({"held_on": "2026-06-28", "people": "12.5", "form": "online"}, {"subject": "消防"}, date(2026, 6, 28)),
    ]
    event = Event.objects.get(kind="registers.sheet_imported")
    assert (event.particulars["register"], event.particulars["opened"]) == ("training", 2)
    assert not Draft.objects.exists()


def test_the_same_bytes_twice_change_nothing(take: Take) -> None:
    content = workbook(ONE)  # a workbook says when it was made
    first, again = take(content), take(content)
    assert (first.is_new, again.is_new, again.sheet) == (True, False, first.sheet)
    assert Entry.objects.count() == 1


def test_the_very_same_file_twice(take: Take) -> None:
    content = workbook(ONE)
    first, again = take(content), take(content)
    assert (first.is_new, again.is_new, again.sheet) == (True, False, first.sheet)
    assert Event.objects.filter(kind="registers.sheet_imported").count() == 1


def test_a_row_that_was_taken_in_before_is_there_even_if_it_was_amended(
    look: Look, take: Take, clerk: User, now: datetime
) -> None:
    from shixiao import casework

    take(workbook(ONE))
    entry = Entry.objects.get()
    casework.perform(entry.case, "amend", by=clerk, now=now, values={"people": "46"})
    seen = look(workbook(ONE, ("消防", "2026-06-28", "", "")))
    assert [case for _line, case in seen.there] == [entry.case_id]
    assert len(seen.lines) == 1


def test_a_row_that_somebody_typed_is_there(look: Look, training: Register, clerk: User, now: datetime) -> None:
    told = {"held_on": "2026-06-29", "people": "45", "form": "lecture"}
    case = enter(training, clerk, now, values=told, texts={"subject": "保密教育"})
    seen = look(workbook(ONE))
    assert (seen.lines, [key for _line, key in seen.there]) == ([], [case.pk])


def test_plans_may_leave_fields_open(take: Take) -> None:
    take(workbook(("保密教育", "", "", "", "2026-09-30"), header=(*HEADER, "完成期限")), step="plan")
    case = Case.objects.get()
    assert case.state == "planned"
    assert case.limit_at is not None
    assert timezone.localtime(case.limit_at).date() == date(2026, 10, 1)


def test_the_template_comes_back_as_it_was_filled_in(training: Register, look: Look) -> None:
    book = load_workbook(BytesIO(sheets_out.template(training, is_plan=True)))
    sheet = book["填写"]
    titles = [cell.value for cell in sheet[1]]
    assert titles == ["培训主题", "举办日期", "参加人数（人）", "形式", "完成期限", "单位", "项目"]
    assert book["填写说明"].max_row == 1 + len(titles)
    assert [rule.formula1 for rule in sheet.data_validations.dataValidation] == ["'选项'!$A$2:$A$3"]
    assert (sheet["B2"].number_format, sheet["A2"].number_format) == ("yyyy-mm-dd", "@")
    sheet.append(["保密教育", date(2026, 6, 29), 45, "讲座"])
    for row in range(2, 1002):  # what a person fills in stands in the first row below the header
        if sheet.cell(row, 1).value is None and row == 2:
            for column, value in enumerate(("保密教育", date(2026, 6, 29), 45, "讲座"), 1):
                sheet.cell(row, column).value = value
    sheet.delete_rows(1002)
    stream = BytesIO()
    book.save(stream)
    seen = look(stream.getvalue())
    assert (seen.refusal, seen.wrong) == (None, [])
    assert len(seen.lines) == 1


def test_what_people_wrote_is_no_formula_in_the_template(unit: Unit, keeper: User, now: datetime) -> None:
    fields = [{"title": "=1+1", "sort": "choice", "choices": ["=cmd", "+乙", "@丙"]}]
    register = definitions.define({"name": "公式", "fields": fields}, unit=unit, by=keeper, now=now)
    book = load_workbook(BytesIO(sheets_out.template(register, is_plan=False)))
    kinds = {cell.data_type for sheet in book for row in sheet.iter_rows() for cell in row if cell.value is not None}
    assert kinds == {"s"}


def test_columns_are_remembered_for_the_register(
    put: Callable[..., Draft], look: Look, clerk: User, now: datetime
) -> None:
    header = ("讲了什么", "举办日期", "来了多少", "形式")
    assert "还不知道哪一列是：培训主题" in str(look(workbook(ONE, header=header)).refusal)
    draft = put(workbook(ONE, header=header))
    seen = looking.look(draft, by=clerk, now=now)
    assert seen.how is not None
    importing.say_columns(draft, seen.how._replace(codes=("subject", "held_on", "people", "form")))
    importing.take_in(draft, by=clerk, now=now)
    again = look(workbook(("消防", "2026-06-28", "3", ""), header=header))
    assert (again.refusal, again.wrong) == (None, [])


# ---- what is wrong ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        (("", "2026-06-29", "45", "讲座"), "2A 培训主题：请填写培训主题。"),
        (("保密教育", "上周", "45", "讲座"), "2B 举办日期：不是日期：请写成 2026-03-05。"),
        (("保密教育", "", "45", "讲座"), "2B 举办日期：请填写举办日期。"),
        (("保密教育", "2026-06-29", "很多", "讲座"), "2C 参加人数：参加人数不是数"),
        (("保密教育", "2026-06-29", "45", "郊游"), "2D 形式：形式只能是：讲座、网上。"),
        (("保密教育", "2026-07-01", "45", "讲座"), "2 举办日期：这一天还没有到"),
        (("保密教育", "2026-06-29", "0.12345", "讲座"), "2C 参加人数：参加人数最多 4 位小数"),
        (("保密教育", "2026-06-29", "#REF!", "讲座"), "2C 参加人数：公式算出的是错误"),
        (("字" * 2001, "2026-06-29", "45", "讲座"), "2A 培训主题：培训主题不能超过 2000"),
    ],
)
def test_each_mistake_names_its_cell_and_what_to_do(look: Look, take: Take, row: Any, expected: str) -> None:
    content = workbook(row, ONE)
    assert any(each.startswith(expected) for each in sentences(look(content))), sentences(look(content))
    with pytest.raises(Refused):
        take(content)
    assert not Case.objects.exists()
    assert Draft.objects.count() == 1


@pytest.mark.parametrize(
    ("cell", "number"), [("1,250", "1250"), ("45人", "45"), (45, "45"), (45.5, "45.5"), ("４５", "45"), ("0", "0")]
)
def test_numbers_as_people_type_them(look: Look, cell: Any, number: str) -> None:
    seen = look(workbook(("保密教育", "2026-06-29", cell, "讲座")))
    assert sentences(seen) == []
    assert seen.lines[0].values["people"] == number


@pytest.mark.parametrize(
    "cell", [date(2026, 6, 29), "2026-06-29 09:30:00", "2026/6/29", "2026年6月29日", "20260629", 46202]
)
def test_dates_as_people_type_them(look: Look, cell: Any) -> None:
    seen = look(workbook(("保密教育", cell, "45", "讲座")))
    assert sentences(seen) == []
    assert seen.lines[0].values["held_on"] == "2026-06-29"


def test_a_row_that_stands_twice(look: Look) -> None:
    assert "与第 2 行完全相同" in sentences(look(workbook(ONE, ONE)))[0]


def test_a_formula_without_its_result(look: Look) -> None:
    seen = look(workbook(("保密教育", "2026-06-29", "=40+5", "讲座")))
    assert "没有保存计算结果" in str(seen.refusal)


def test_a_number_merged_over_two_rows_is_not_guessed(look: Look) -> None:
    content = workbook(ONE, ("消防", "2026-06-28", None, "讲座"), touch=lambda sheet: sheet.merge_cells("C2:C3"))
    assert any("合并单元格" in each for each in sentences(look(content)))


def test_a_day_merged_over_two_rows_holds_for_both(look: Look) -> None:
    content = workbook(ONE, ("消防", None, "3", "讲座"), touch=lambda sheet: sheet.merge_cells("B2:B3"))
    seen = look(content)
    assert [line.values["held_on"] for line in seen.lines] == ["2026-06-29", "2026-06-29"]


def test_hidden_rows_are_read_and_that_is_said(look: Look) -> None:
    def hide(sheet: Any) -> None:
        sheet.row_dimensions[2].hidden = True

    seen = look(workbook(ONE, touch=hide))
    assert len(seen.lines) == 1
    assert any("隐藏的行" in each.zh for each in seen.notes)


@pytest.mark.parametrize("mark", ["机密", "密级：秘密", "绝密★10年"])
def test_a_mark_of_secrecy_is_refused(look: Look, mark: str) -> None:
    seen = look(workbook((mark, "2026-06-29", "45", "讲座")))
    assert not seen.is_ready
    assert "密级" in f"{seen.refusal}{sentences(seen)}"


@pytest.mark.parametrize(
    "content",
    [b"", b"  ", b"PK\x03\x04broken", b"%PDF-1.7 nothing", b"{}", "一句话".encode(), b"\xff" * 50, b"\0" * 100],
)
def test_a_file_that_is_no_table(training: Register, clerk: User, now: datetime, content: bytes) -> None:
    try:
        draft = importing.receive(
            content, name="x", register=training, unit=training.unit, step="enter", by=clerk, now=now
        )
    except Refused as refused:
        assert refused.field == "file"
        return
    seen = looking.look(draft, by=clerk, now=now)
    assert seen.refusal is not None
    with pytest.raises(Refused):
        importing.take_in(draft, by=clerk, now=now)


def test_more_rows_than_at_once(look: Look, monkeypatch: pytest.MonkeyPatch) -> None:
    from shixiao.offices.registers import reading

    monkeypatch.setattr(reading, "MOST_ROWS", 2)
    rows = [(f"主题{number}", "2026-06-29", "1", "讲座") for number in range(3)]
    assert look(workbook(*rows[:2])).is_ready
    assert "请拆成几个文件" in str(look(workbook(*rows)).refusal)


def test_a_closed_year(look: Look, officer: User, now: datetime) -> None:
    years.close_year(2025, by=officer, now=now)
    seen = look(workbook(("保密教育", "2025-06-29", "45", "讲座")))
    assert "2025 年已经关账" in sentences(seen)[0]


def test_people_topics_and_projects_by_their_words(
    unit: Unit, keeper: User, clerk: User, project: Project, now: datetime
) -> None:
    Topic.objects.create(name="乡村振兴", since=date(2020, 1, 1))
    fields = [{"code": "who", "title": "谁", "sort": "person"}, {"code": "topic", "title": "主题", "sort": "topic"}]
    register = definitions.define({"name": "调研", "fields": fields}, unit=unit, code="research", by=keeper, now=now)

    def look_at(*row: str) -> Preview:
        content = workbook(row, header=("谁", "主题", "项目"))
        draft = importing.receive(content, name="x", register=register, unit=unit, step="enter", by=clerk, now=now)
        return looking.look(draft, by=clerk, now=now)

    seen = look_at("clerk", "乡村振兴", "P01")
    assert sentences(seen) == []
    assert (seen.lines[0].values["who"], seen.lines[0].project_key) == (clerk.pk, project.pk)
    wrong = sentences(look_at("没有这个人", "没有的主题", "没有的项目"))
    assert [each.partition("：")[0] for each in wrong] == ["2 项目", "2 谁", "2 主题"]


def test_who_may_import(training: Register, confirmer: User, letters: Register, clerk: User, now: datetime) -> None:
    with pytest.raises(Refused):
        importing.receive(
            workbook(ONE), name="x", register=training, unit=training.unit, step="enter", by=confirmer, now=now
        )
    with pytest.raises(Refused, match="sheets"):
        importing.receive(workbook(ONE), name="x", register=letters, unit=letters.unit, step="enter", by=clerk, now=now)


def test_the_definition_changed_between_upload_and_taking_in(
    put: Callable[..., Draft], training: Register, keeper: User, clerk: User, now: datetime
) -> None:
    draft = put(workbook(ONE))
    fields = [*TRAINING["fields"], {"code": "place", "title": "地点", "sort": "text", "is_required": True}]
    definitions.change_definition(training, TRAINING | {"fields": fields}, by=keeper, now=now)
    draft = Draft.objects.select_related("register__unit", "unit").get(pk=draft.pk)
    with pytest.raises(Refused, match="地点"):
        importing.take_in(draft, by=clerk, now=now)
    assert not Case.objects.exists()


# ---- on pages --------------------------------------------------------------------------------------------------


def test_from_the_file_to_the_table(
    signed_in: Callable[[User], Client],
    training: Register,
    clerk: User,
    confirmer: User,
    now: datetime,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(timezone, "now", lambda: now)
    desk, address = signed_in(clerk), "/offices/registers/of/training/import/"
    assert desk.get("/offices/registers/of/training/template.xlsx").status_code == 200

    def upload(content: bytes) -> str:
        file = SimpleUploadedFile("培训.xlsx", content)
        answer = desk.post(address, {"file": file, "step": "enter", "unit": training.unit_id})
        return str(answer["Location"])

    wrong = upload(workbook(("", "昨天", "", "")))
    assert "2 处错误" in desk.get(wrong).content.decode()
    assert desk.post(wrong).status_code == 422
    good = upload(workbook(ONE))
    assert "将登记 1 条" in desk.get(good).content.decode()
    assert desk.get(f"{good}columns/").status_code == 200
    said = {"grid": "1", "line": "1", "c0": "subject", "c1": "held_on", "c2": "-ignored", "c3": "-ignored"}
    assert desk.post(f"{good}columns/", said).status_code == 302
    assert desk.post(f"{good}columns/", said | {"c0": "-ignored"}).status_code == 422
    assert signed_in(confirmer).get(good).status_code == 404
    assert desk.post(good).status_code == 302
    assert Entry.objects.get().values == {"held_on": "2026-06-29"}
    assert (Sheet.objects.count(), SheetRow.objects.count()) == (1, 1)
    desk.post(f"{wrong}remove/")
    assert not Draft.objects.exists()
    assert signed_in(confirmer).get(address).status_code == 403
    assert signed_in(confirmer).post(address, {}).status_code == 403
