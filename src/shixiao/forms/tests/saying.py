"""What a filled form says, read back from each kind of file by another library than the one that wrote it, where there is one.

A row is the list of the cells that begin in it, without any white space (lines are broken where the paper wants).
"""

import re
from decimal import Decimal
from functools import cache
from io import BytesIO
from typing import Any
from zipfile import ZipFile

import docx
import pdfplumber
import pypdfium2
import zxingcpp
from docx.oxml.ns import qn
from openpyxl import load_workbook
from openpyxl.cell.cell import MergedCell
from PIL import Image


def bare(text: str) -> str:
    return re.sub(r"\s+", "", text)


def rows_of(content: bytes, kind: str) -> list[list[str]]:
    """The rows of all tables, top to bottom."""
    return {"docx": _word_rows, "xlsx": _sheet_rows, "pdf": _pdf_rows}[kind](content)


def text_of(content: bytes, kind: str) -> str:
    """Everything that is shown in the body, without white space."""
    return {"docx": _word_text, "xlsx": _sheet_text, "pdf": _pdf_text}[kind](content)


def foot_of(content: bytes, kind: str) -> str:
    """The foot of a page."""
    if kind == "docx":
        return bare(docx.Document(BytesIO(content)).sections[0].footer.paragraphs[0].text)
    if kind == "xlsx":
        return bare(load_workbook(BytesIO(content)).active.oddFooter.center.text)
    with pdfplumber.open(BytesIO(content)) as document:
        page = document.pages[0]
        return bare(page.crop((0, page.height - 45, page.width, page.height)).extract_text())


def codes_in(content: bytes, kind: str) -> list[str]:
    """What the codes on the form say to a scanner."""
    found = [code.text for picture in _pictures(content, kind) for code in zxingcpp.read_barcodes(picture)]
    return list(found)


# ---- Word ----------------------------------------------------------------------------------------------------


def _word_rows(content: bytes) -> list[list[str]]:
    body = docx.Document(BytesIO(content)).element.body
    return [
        [bare(_said(cell)) for cell in row.tc_lst if cell.vMerge != "continue"]
        for table in body.iter(qn("w:tbl"))
        for row in table.tr_lst
    ]


def _said(element: Any) -> str:
    return "".join(each.text or "" for each in element.iter(qn("w:t")))


def _word_text(content: bytes) -> str:
    return bare(_said(docx.Document(BytesIO(content)).element.body))


# ---- Excel ---------------------------------------------------------------------------------------------------


def _sheet_rows(content: bytes) -> list[list[str]]:
    sheet = load_workbook(BytesIO(content)).active
    return [
        [bare(shown(cell)) for cell in row if cell.has_style and not isinstance(cell, MergedCell)]
        for row in sheet.iter_rows()
    ]


def shown(cell: Any) -> str:
    """The text that Excel shows for a cell, for the number formats that are used here."""
    value, pattern = cell.value, cell.number_format
    if value is None:
        return ""
    if isinstance(value, str):
        assert cell.data_type == "s", f"{cell.coordinate} is a {cell.data_type}: {value}"
        return value.replace("_x005F_", "_")
    number = Decimal(str(value))
    places = len(pattern.rstrip("%").partition(".")[2])
    if pattern.endswith("%"):
        return f"{number * 100:.{places}f}%"
    assert re.fullmatch(r"(#,##)?0(\.0+)?", pattern), pattern
    return f"{number:,.{places}f}" if pattern.startswith("#") else f"{number:.{places}f}"


def _sheet_text(content: bytes) -> str:
    return "".join("".join(row) for row in _sheet_rows(content))


# ---- PDF -----------------------------------------------------------------------------------------------------


def _pdf_rows(content: bytes) -> list[list[str]]:
    return _read_pdf(content)[0]


@cache
def _read_pdf(content: bytes) -> tuple[list[list[str]], list[str]]:
    """The rows of the tables and the lines of the pages; slow, so each file is read once."""
    rows, texts = [], []
    with pdfplumber.open(BytesIO(content)) as document:
        for page in document.pages:
            tables = page.extract_tables()
            rows += [[bare(cell) for cell in row if cell is not None] for table in tables for row in table]
            texts.append(page.crop((0, 0, page.width, page.height - 45)).extract_text())
            page.close()
    return rows, texts


def _pdf_text(content: bytes) -> str:
    """The lines of cells side by side stand mixed on the page, so the cells follow once more."""
    rows, texts = _read_pdf(content)
    return bare("".join([*texts, *("".join(row) for row in rows)]))


# ---- codes ---------------------------------------------------------------------------------------------------


def _pictures(content: bytes, kind: str) -> list[Any]:
    if kind == "pdf":
        with pypdfium2.PdfDocument(content) as document:
            return [page.render(scale=2, grayscale=True).to_pil() for page in document]
    with ZipFile(BytesIO(content)) as archive:
        return [Image.open(archive.open(name)) for name in archive.namelist() if name.endswith(".png")]
