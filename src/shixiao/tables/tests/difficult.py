"""Difficult files of every format: what each must be refused with, or what must be said of it when it is read.

They go through the reader, the command line and the browser.
"""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import PIL.Image

from shixiao import tables
from shixiao.tables.tests.making_excel import MAIN as EXCEL
from shixiao.tables.tests.making_excel import book, c, row, small_book, styles
from shixiao.tables.tests.making_word import MAIN as WORD
from shixiao.tables.tests.making_word import ROWS, SPACES, p, package, small_page, small_word, tbl, tc, tr, zipped

HERE = Path(__file__).parent
PRINTED = (HERE / "pdf" / "guangzhou-portrait-libreoffice.pdf").read_bytes()
OLD_BOOK = (HERE / "office" / "guangzhou-from-xlsx.xls").read_bytes()
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
ENTITIES = '<!DOCTYPE x [<!ENTITY a "甲"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'


def _picture() -> bytes:
    """A page that is a picture, as a scanner makes it."""
    made = io.BytesIO()
    PIL.Image.new("L", (800, 1100), 255).save(made, "PDF")
    return made.getvalue()


def _bomb(name: str, before: str) -> bytes:
    """A package of which one part unpacks to more than may be."""
    made = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(small_book())) as sound,
        zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive,
    ):
        for part in sound.namelist() if name.startswith("xl/") else ():
            if part != name:
                archive.writestr(part, sound.read(part))
        with archive.open(name, "w") as stream:
            stream.write(before.encode())
            for _ in range(300):
                stream.write(b" " * 2**20)
    return made.getvalue()


def _word(inside: str) -> str:
    return f'<w:document xmlns:w="{WORD}" {SPACES}><w:body>{inside}</w:body></w:document>'


# name → (file name, content, code of the refusal)
REFUSED: dict[str, tuple[str, bytes, str]] = {
    "a locked PDF": ("a.pdf", (HERE / "pdf" / "locked-libreoffice.pdf").read_bytes(), "pdf_locked"),
    "a scanned PDF": ("a.pdf", _picture(), "pdf_scanned"),
    "a PDF that was cut": ("a.pdf", PRINTED[:1500], "pdf_damaged"),
    "a PDF of nothing": ("a.pdf", b"%PDF-1.7\n%%EOF", "pdf_damaged"),
    "a document with a password": ("a.docx", OLE + bytes(600) + "EncryptedPackage".encode("utf-16-le"), "encrypted"),
    "an old document": ("a.doc", OLE + bytes(600) + "WordDocument".encode("utf-16-le"), "old_word"),
    "a document that was cut": ("a.docx", small_word()[:-60], "package_damaged"),
    "a document that unpacks to gigabytes": ("a.docx", _bomb("word/document.xml", "<w:x>"), "unpacks_too_large"),
    "a document with entities": ("a.docx", package("", whole=ENTITIES + _word(p("&b;"))), "xml_entities"),
    "a document without text": ("a.docx", package(""), "empty"),
    "a document of broken XML": ("a.docx", package("", whole=_word(p("甲"))[:-20]), "xml_damaged"),
    "a workbook that was cut": ("a.xlsx", small_book()[:-60], "package_damaged"),
    "a workbook that unpacks to gigabytes": ("a.xlsx", _bomb("xl/worksheets/sheet1.xml", "<w>"), "unpacks_too_large"),
    "a workbook with entities": ("a.xlsx", book(sheet=ENTITIES + "<worksheet/>"), "xml_entities"),
    "a workbook with nothing in it": ("a.xlsx", book(), "workbook_empty"),
    "a binary workbook": ("a.xlsb", zipped({"xl/workbook.bin": "x"}), "foreign_workbook"),
    "a spreadsheet of another program": ("a.ods", zipped({"content.xml": "<x/>"}), "foreign_workbook"),
    "an old workbook that was cut": ("a.xls", OLD_BOOK[:2000], "foreign_workbook"),
    "an archive": ("a.zip", zipped({"table.txt": "x"}), "foreign_format"),
    "a page without a table": ("a.html", b"<html><body><p>404</p></body></html>", "no_table"),
    "a page of frames": ("a.htm", b'<html><frameset><frame src="a.files/sheet001.htm"></frameset></html>', "frames_elsewhere"),
}  # fmt: skip


def _hidden_rows() -> bytes:
    lines = [row("项目支出绩效目标表"), row("部门名称：甲局"), row("单位：万元"), *(row(*line) for line in ROWS)]
    lines[-1] = lines[-1].replace("<row", '<row hidden="1"')
    return book(*lines)


def _tracked() -> bytes:
    change = 'w:id="1" w:author="-" w:date="2026-01-01T00:00:00Z"'
    below = [tr(*line) for line in ROWS[:-1]]
    name = f"<w:p><w:del {change}><w:r><w:delText>旧</w:delText></w:r></w:del><w:ins {change}><w:r><w:t>新</w:t></w:r></w:ins></w:p>"
    below.append(tr(tc(name), *ROWS[-1][1:]))
    return package(p("项目支出绩效目标表") + p("部门名称：甲局") + p("单位：万元") + tbl(*below))


def _percent() -> bytes:
    head = [
        row("项目名称", "示范项目"),
        row("主管部门", "某市示范局"),
        row("一级指标", "二级指标", "三级指标", "指标值"),
    ]
    rate = row("产出指标", "质量指标", "合格率", c("0.954", style="0"))
    due = row("产出指标", "时效指标", "完成时间", c("46022", style="1"))
    lost = row("产出指标", "数量指标", "次数", c(formula="SUM(A1:A2)"))
    return book(*head, rate, due, lost, styles=styles("0%", "yyyy-mm-dd"))


def _nested() -> bytes:
    inner = "<table><tr><td>里面</td><td>表</td></tr></table>"
    return small_page().replace("保障运行。".encode(), f"保障运行。{inner}".encode())


ABOVE = ("项目支出绩效目标表", "部门名称：甲局", "单位：万元")


def _rows() -> list[str]:
    return [*map(row, ABOVE), *(row(*line) for line in ROWS)]


def _formatted_rows() -> bytes:
    """Nearly a million rows below the table that somebody coloured and never filled."""
    empty = (f'<row r="{number}"><c r="A{number}" s="1"/></row>' for number in range(20, 900_000))
    return book(*_rows(), *empty)


def _two_sheets() -> bytes:
    inside = '<sheets><sheet name="一" sheetId="1" r:id="rId1"/><sheet name="二" sheetId="2" r:id="rId2"/></sheets>'
    second = "".join(_rows()).replace("甲局", "乙局")
    return book(
        *_rows(), workbook=inside, second=f'<worksheet xmlns="{EXCEL}"><sheetData>{second}</sheetData></worksheet>'
    )


def _with_prose() -> bytes:
    lines = [tr(*line) for line in ROWS]
    table = "".join(map(p, ABOVE)) + tbl(*lines)
    return package(
        p("附件：各单位目标如下。") + p("一、总体情况") + table + p("注：以上金额均为万元。") + p("联系人：—")
    )


def _merged() -> bytes:
    """Merged beside and below each other, over the head and over rows."""
    head = [row("项目支出绩效目标表"), row("项目名称", "示范项目"), row("主管部门", "某市示范局")]
    body = [
        row("绩效指标", "一级指标", "二级指标", "三级指标", "指标值"),
        row("", "产出指标", "数量指标", "巡检次数", "≥12次"),
        row("", "", "质量指标", "合格率", "≥95%"),
        row("", "", "", "返修率", "≤2%"),
    ]
    areas = ("A1:E1", "B2:E2", "B3:E3", "A4:A7", "B5:B7", "C6:C7")
    merged = "".join(f'<mergeCell ref="{area}"/>' for area in areas)
    return book(*head, *body, below=f"<mergeCells>{merged}</mergeCells>")


# name → (file name, content, codes that must be said, units it holds)
READ: dict[str, tuple[str, bytes, set[str], int]] = {
    "hidden rows": ("a.xlsx", _hidden_rows(), {"hidden_rows_read"}, 1),
    "macros": ("a.xlsm", book(row("项目支出绩效目标表"), row("部门名称：甲局"), row("单位：万元"),
        *(row(*line) for line in ROWS), **{"xl/vbaProject.bin": "x"}), {"macros_ignored"}, 1),
    "percentages, dates, formulas without results": ("a.xlsx", _percent(), {"digits_not_shown", "formula_without_value"}, 1),
    "a million formatted rows": ("a.xlsx", _formatted_rows(), {"rows_below_left_out"}, 1),
    "two tables in a workbook": ("a.xlsx", _two_sheets(), set(), 2),
    "prose around the table": ("a.docx", _with_prose(), {"text_outside_table"}, 1),
    "merged cells in every way": ("a.xlsx", _merged(), set(), 1),
    "changes that were not accepted": ("a.docx", _tracked(), {"tracked_changes"}, 1),
    "a table inside a cell": ("a.html", _nested(), {"nested_table_as_text"}, 1),
    "rows that each go on over several pages": (
        "a.pdf", (HERE / "pdf" / "guangzhou-landscape-libreoffice.pdf").read_bytes(), {"row_joined_over_pages"}, 3),
    "a workbook named as a text": ("a.txt", small_book(), set(), 1),
    "a page named as an old workbook": ("a.xls", small_page(), set(), 1),
}  # fmt: skip


def read(content: bytes) -> tables.Document:
    return tables.read(content, name="difficult")
