"""A list of tasks: looked at first, taken in whole or not at all, and once."""

import io
from collections.abc import Callable
from datetime import datetime

import pytest
from docx import Document
from openpyxl import Workbook

from shixiao.casework.allowing import NotAllowed
from shixiao.casework.models import Case
from shixiao.casework.refusing import Refused
from shixiao.ledger.models import Event
from shixiao.offices.supervision import importing
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
