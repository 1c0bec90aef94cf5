"""A list of tasks: looked at first, taken in whole or not at all, and once."""

import io
from collections.abc import Callable
from datetime import date, datetime

import pytest
from django.test import Client
from docx import Document
from openpyxl import Workbook, load_workbook

from shixiao.casework.allowing import NotAllowed
from shixiao.casework.models import Case
from shixiao.casework.refusing import Refused
from shixiao.ledger.models import Event
from shixiao.offices.supervision import importing, template
from shixiao.offices.supervision.models import Assisting, Draft, Task
from shixiao.offices.supervision.tests.conftest import People
from shixiao.people.models import Unit, User

pytestmark = pytest.mark.django_db
HEADER = ["序号", "议定事项", "牵头单位", "配合单位", "完成标准", "完成时限"]
ROWS = [
    ["1", "模拟：修订值班制度", "模拟综合处", "模拟行政处", "印发执行", "2026-08-31"],
    ["2", "模拟：清理闲置资产", "模拟行政处", "", "台账和处置方案报审", "2026年9月30日"],
]


def as_xlsx(rows: list[list[str]], header: list[str] = HEADER) -> bytes:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["模拟：办公会议定事项分解表"])
    for row in (header, *rows):
        sheet.append(row)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def as_docx(rows: list[list[str]]) -> bytes:
    document = Document()
    document.add_paragraph("模拟：办公会议定事项分解表")
    table = document.add_table(rows=0, cols=len(HEADER))
    for row in (HEADER, *rows):
        for cell, text in zip(table.add_row().cells, row, strict=True):
            cell.text = text
    file = io.BytesIO()
    document.save(file)
    return file.getvalue()


Brought = Callable[[bytes], Draft]


@pytest.fixture
def brought(people: People, bureau: Unit, helping: Unit, now: datetime) -> Brought:
    def bring(content: bytes) -> Draft:
        told = {"source": "meeting", "source_ref": "模拟〔2026〕3号会议纪要", "led_by": "other"}
        return importing.receive(content, name="清单.xlsx", orderer=people.leader, by=people.officer, now=now, **told)

    return bring


@pytest.mark.parametrize("content", [as_xlsx(ROWS), as_docx(ROWS)], ids=["xlsx", "docx"])
def test_every_row_becomes_a_task_in_one_go_and_once(
    content: bytes, brought: Brought, people: People, bureau: Unit, helping: Unit, now: datetime
) -> None:
    draft = brought(content)
    seen = importing.look(draft, by=people.officer, now=now)
    assert seen.is_ready
    assert [line.words["matter"] for line in seen.lines] == ["模拟：修订值班制度", "模拟：清理闲置资产"]
    assert not Case.objects.exists()
    assert importing.take_in(draft, by=people.officer, now=now).is_new
    first, second = Task.objects.select_related("case__unit").order_by("case_id")
    assert (first.case.unit, str(first.limit_on), first.led_by, first.source_ref) == (
        bureau,
        "2026-08-31",
        "other",
        "模拟〔2026〕3号会议纪要",
    )
    assert (second.case.unit, second.case.state) == (helping, "proposed")
    assert [each.unit for each in Assisting.objects.filter(case=first.case)] == [helping]
    assert not Draft.objects.exists()
    again = importing.take_in(brought(content), by=people.officer, now=now)
    assert not again.is_new
    assert Task.objects.count() == 2
    assert Event.objects.filter(kind="supervision.sheet_imported").count() == 1


def test_everything_that_is_wrong_is_said_at_once_and_nothing_is_taken_in(
    brought: Brought, people: People, now: datetime
) -> None:
    wrong = [
        ["1", "模拟：没有主办单位的", "", "", "…", ""],
        ["2", "模拟：单位写错的", "模拟不存在处", "", "…", ""],
        ["3", "模拟：期限过去的", "模拟综合处", "", "…", "2026-06-01"],
        ["4", "模拟：日期写错的", "模拟综合处", "", "…", "下周五"],
        ["5", "模拟：协办就是主办的", "模拟综合处", "模拟综合处", "…", ""],
        ["6", "模拟：重复的", "模拟综合处", "", "…", ""],
        ["7", "模拟：重复的", "模拟综合处", "", "…", ""],
        ["8", "【机密】模拟", "模拟综合处", "", "…", ""],
    ]
    draft = brought(as_xlsx(wrong))
    seen = importing.look(draft, by=people.officer, now=now)
    assert seen.refusal is None
    said = {each.line: each.text.zh for each in seen.wrong}
    assert sorted(said) == [3, 4, 5, 6, 7, 9, 10]
    for line, words in (
        (3, "请填写主办单位"),
        (4, "没有叫“模拟不存在处”的单位"),
        (5, "已经过去"),
        (6, "不是日期"),
        (7, "协办单位重复"),
        (9, "与第 8 行是同一件事"),
        (10, "涉密内容不得进入"),
    ):
        assert words in said[line]
    with pytest.raises(Refused):
        importing.take_in(draft, by=people.officer, now=now)
    assert not Case.objects.exists()
    assert Draft.objects.exists()  # nothing is lost: the list is still on the desk


def test_a_list_that_is_marked_as_secret_is_not_read_at_all(brought: Brought, people: People, now: datetime) -> None:
    rows = [*ROWS, ["3", "机密★20年 模拟", "模拟综合处", "", "…", ""]]
    seen = importing.look(brought(as_xlsx(rows)), by=people.officer, now=now)
    assert seen.refusal is not None
    assert "涉密内容不得进入本系统" in seen.refusal.zh
    assert not seen.is_ready


def test_a_list_without_a_needed_column_says_which(brought: Brought, people: People, now: datetime) -> None:
    seen = importing.look(
        brought(as_xlsx([["1", "模拟：修订制度", "模拟综合处"]], ["序号", "事项", "牵头单位"])),
        by=people.officer,
        now=now,
    )
    assert seen.refusal is not None
    assert "还不知道哪一列是：办成标准" in seen.refusal.zh
    unreadable = importing.look(brought(b"\x00\x01\x02 no table"), by=people.officer, now=now)
    assert unreadable.refusal is not None


def test_only_supervision_brings_lists_and_only_for_its_units(
    people: People, bureau: Unit, helping: Unit, staff: Callable[..., User], now: datetime
) -> None:
    for user in (people.handler, people.leader):
        with pytest.raises(NotAllowed):
            importing.receive(b"x", name="x", source="meeting", orderer=people.leader, by=user, now=now)
    theirs = staff("theirs", "supervision.officer", at=bureau)
    draft = importing.receive(as_xlsx(ROWS), name="x.xlsx", source="meeting", orderer=people.leader, by=theirs, now=now)
    seen = importing.look(draft, by=theirs, now=now)
    assert [each.text.zh for each in seen.wrong] == ["您不能为模拟行政处登记督办事项。"]


def test_the_template_is_read_as_it_is_filled_in(
    brought: Brought, people: People, now: datetime, signed_in: Callable[[User], Client]
) -> None:
    answer = signed_in(people.officer).get("/offices/supervision/import/template/")
    assert answer.status_code == 200
    assert "tasks.xlsx" in answer["Content-Disposition"]
    book = load_workbook(io.BytesIO(answer.content))
    sheet = book["督办事项"]
    assert [cell.value for cell in sheet[1]] == [
        "事项",
        "主办单位",
        "协办单位",
        "办成标准",
        "办理期限",
        "交办领导",
        "来源文号或会议",
    ]
    assert {each.formula1 for each in sheet.data_validations.dataValidation} == {
        "'单位和领导'!$A$2:$A$4",
        "'单位和领导'!$B$2:$B$3",
    }
    names = [[cell.value for cell in row] for row in book["单位和领导"].iter_rows(max_row=4)]
    assert [row[0] for row in names][1:] == [each.name for each in Unit.objects.order_by("path")]
    assert {row[1] for row in names[1:3]} == {"模拟市长甲", "模拟市长乙"}
    empty = importing.look(brought(answer.content), by=people.officer, now=now)
    assert empty.refusal is not None
    assert "没有一行数据" in empty.refusal.zh
    for row, values in enumerate(
        (("模拟：修订值班制度", "模拟综合处", "模拟行政处", "印发执行", date(2026, 8, 31), "模拟市长乙", "模拟〔2026〕3号"),
         ("模拟：清理资产", "SIM2", None, "报审", None, None, None)), start=2
    ):  # fmt: skip
        for column, value in enumerate(values, start=1):
            sheet.cell(row, column).value = value
    file = io.BytesIO()
    book.save(file)
    draft = brought(file.getvalue())
    seen = importing.look(draft, by=people.officer, now=now)
    assert (seen.refusal, seen.wrong) == (None, [])
    importing.take_in(draft, by=people.officer, now=now)
    told = Task.objects.order_by("pk").values_list("case__title", "orderer__username", "source_ref", "limit_on")
    assert list(told) == [
        ("模拟：修订值班制度", "leader2", "模拟〔2026〕3号", date(2026, 8, 31)),
        ("模拟：清理资产", "leader", "模拟〔2026〕3号会议纪要", None),
    ]
    assert signed_in(people.handler).get("/offices/supervision/import/template/").status_code == 403


def test_a_name_that_looks_like_a_formula_is_none() -> None:
    content = template.workbook(units=["=1+1", "@x"], leaders=[])
    sheet = load_workbook(io.BytesIO(content))["单位和领导"]
    assert [(cell.value, cell.data_type) for cell in sheet["A"][1:]] == [("=1+1", "s"), ("@x", "s")]
