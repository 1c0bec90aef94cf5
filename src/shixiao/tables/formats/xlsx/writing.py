"""Tables → an Excel workbook in the official layout, one sheet each, ready to be read on a screen and to be printed.

The same tables give the same bytes: no clock is asked.
"""

from __future__ import annotations

import io
import math
import re
import zipfile
from collections.abc import Iterator, Sequence

from openpyxl import Workbook
from openpyxl.cell import Cell
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from shixiao.engine.plans import Plan
from shixiao.tables.document import Document
from shixiao.tables.formats.printed_form import Form, forms_of
from shixiao.tables.layouts import writer
from shixiao.tables.money import amount

_FONT = "宋体"
_SIZE = 9
# In the units of Excel: the width of a digit of the standard font. Seven such are as wide as four characters here.
_WIDTHS = (24, 11, 11, 11, 11, 38, 72)
_LINE = 12.0
# The tallest row has 409 points. What does not fit goes on in a row below.
_MOST_LINES = 33
# A spreadsheet computes with fifteen digits, so a longer amount is written as text.
_MOST_DIGITS = 15
_LONGEST_CELL = 32_000

_THIN = Side(style="thin", color="808080")
_BORDER = Border(left=_THIN, right=_THIN, top=_THIN, bottom=_THIN)
_GREY = PatternFill("solid", fgColor="E7EAED")
_PALE = PatternFill("solid", fgColor="F5F6F7")
_TITLE_CELLS = re.compile(r"[\[\]:*?/\\\x00-\x1f\ud800-\udfff\ufffe\uffff]")


def written(document: Document) -> bytes:
    """The workbook."""
    book = Workbook()
    book.remove(book.worksheets[0])
    for plan in document.plans:
        _fill(book.create_sheet(_sheet_name(plan, book.sheetnames)), plan)
    if not document.plans:
        book.create_sheet("绩效目标表")
    book.properties.creator = ""
    stream = io.BytesIO()
    book.save(stream)
    return _timeless(stream.getvalue())


def _fill(sheet: Worksheet, plan: Plan) -> None:
    room = writer(plan)
    if hasattr(room, "forms_of"):
        _fill_usual(sheet, list(forms_of(Document("", "", "", (plan,)))))
        return
    rows = list(room.rows_of(plan))
    heading = [row[0] for row in rows if len(row) == 1]
    line = _heading(sheet, heading)
    header = rows[len(heading)]
    _row(sheet, line + 1, header, bold=True, fill=_GREY, centred=True)
    top = line + 2
    for cells in rows[len(heading) + 1 :]:
        is_sum = not (cells[-1] or cells[-2])
        pieces = list(_pieces(cells))
        for index, piece in enumerate(pieces):
            _row(sheet, top + index, piece, bold=is_sum, fill=_PALE if is_sum else None)
        if len(pieces) > 1:
            for column in range(1, len(cells) - 1):
                sheet.merge_cells(start_row=top, end_row=top + len(pieces) - 1, start_column=column, end_column=column)
        top += len(pieces)
    _for_paper(sheet, header=line + 1)


def _fill_usual(sheet: Worksheet, forms: list[Form]) -> None:
    """The usual form of each project below the one before. All of it is text: its columns mean different things in its
    head and below."""
    line = 0
    widest = max(len(form.rows[0]) for form in forms)
    widths = [14, 16, 30, *[16] * (widest - 3)][:widest]
    for form in forms:
        for text in (form.title, *form.beside):
            line += 1
            font = Font(name=_FONT, size=14 if text == form.title else 10, bold=text == form.title)
            _put(sheet, line, 1, widest, text, font, "center" if text == form.title else "right")
        for index, row in enumerate(form.rows):
            line += 1
            font = Font(name=_FONT, size=_SIZE, bold=form.is_strong(index))
            for column, text in enumerate(row, 1):
                cell = _cell(sheet, line, column)
                _set_text(cell, text)
                cell.font, cell.border = font, _BORDER
                cell.alignment = Alignment(vertical="center", wrap_text=True)
                if form.is_strong(index):
                    cell.fill = _PALE
            sheet.row_dimensions[line].height = _LINE * min(_MOST_LINES, max(map(_lines, row, widths))) + 6
        line += 1
    for index, width in enumerate(widths):
        sheet.column_dimensions[get_column_letter(index + 1)].width = width
    _for_print(sheet)


def _heading(sheet: Worksheet, lines: Sequence[str]) -> int:
    """The title over the whole width, then department and unit of money on one line. Returns the last line used."""
    rest = list(lines)
    line = 0
    while rest:
        line += 1
        if len(rest) == 2 and rest[0].startswith("部门名称：") and len("".join(rest)) < 150:
            _put(sheet, line, 1, 5, rest[0], Font(name=_FONT, size=10), "left")
            _put(sheet, line, 6, 7, rest[1], Font(name=_FONT, size=10), "right")
            return line
        text = rest.pop(0)
        is_title = line == 1 and not text.startswith(("部门名称：", "单位："))
        font = Font(name=_FONT, size=16, bold=True) if is_title else Font(name=_FONT, size=10)
        side = "center" if is_title else "right" if text.startswith("单位：") else "left"
        _put(sheet, line, 1, len(_WIDTHS), text, font, side)
        sheet.row_dimensions[line].height = 30.0 if is_title else 18.0
    return line


def _put(sheet: Worksheet, line: int, first: int, last: int, text: str, font: Font, side: str) -> None:
    cell = _cell(sheet, line, first)
    _set_text(cell, text)
    cell.font = font
    cell.alignment = Alignment(horizontal=side, vertical="center", wrap_text=True)
    sheet.merge_cells(start_row=line, end_row=line, start_column=first, end_column=last)


def _row(
    sheet: Worksheet, line: int, cells: Sequence[str], *, bold: bool, fill: PatternFill | None, centred: bool = False
) -> None:
    font = Font(name=_FONT, size=_SIZE, bold=bold)
    for column, text in enumerate(cells, 1):
        cell = _cell(sheet, line, column)
        is_amount = 1 < column < len(cells) - 1
        exact = _exact(text) if is_amount else None
        if exact is not None:
            cell.value = exact
            cell.number_format = _number_format(text)
        else:
            _set_text(cell, text)
        cell.font = font
        cell.border = _BORDER
        if fill:
            cell.fill = fill
        side = "center" if centred else "right" if is_amount else "left"
        cell.alignment = Alignment(horizontal=side, vertical="center", wrap_text=True)
    sheet.row_dimensions[line].height = _LINE * min(_MOST_LINES, max(map(_lines, cells, _WIDTHS))) + 6


def _cell(sheet: Worksheet, line: int, column: int) -> Cell:
    cell = sheet.cell(line, column)
    assert isinstance(cell, Cell)  # noqa: S101 - areas are merged after their cells are filled
    return cell


def _set_text(cell: Cell, text: str) -> None:
    """Puts a text into a cell as text, whatever it begins with: never a formula, a number or an error."""
    if text:
        cell._value = escaped(text)  # noqa: SLF001 - `value` would cut a text, and take one apart that begins with =
        cell.data_type = "s"


def escaped(text: str) -> str:
    """A text with the characters that XML cannot hold as workbooks write them (`_x0001_`)."""
    return _ODD.sub(lambda match: f"_x{ord(match[0]):04X}_", text)


_ODD = re.compile("[\x00-\x08\x0b-\x1f\ud800-\udfff\ufffe\uffff]|_(?=x[0-9A-Fa-f]{4}_)")


def _exact(text: str) -> int | float | None:
    """The number of a printed amount, if a spreadsheet holds it exactly."""
    found = amount(text)
    if found is None or found.value is None or found.unit:
        return None
    digits = found.value.normalize().as_tuple().digits
    if len(digits) > _MOST_DIGITS or len(text.replace(",", "")) > _MOST_DIGITS:
        return None
    return int(found.value) if found.value == found.value.to_integral_value() else float(found.value)


def _number_format(text: str) -> str:
    return "#,##0." + "0" * len(text.partition(".")[2])


def _pieces(cells: list[str]) -> Iterator[list[str]]:
    """The row in pieces that fit into the tallest row: the texts of goal and indicators go on below."""
    rests = [list(_cut(text, width)) for text, width in zip(cells[-2:], _WIDTHS[-2:], strict=True)]
    yield [*cells[:-2], *(rest[0] for rest in rests)]
    for index in range(1, max(map(len, rests))):
        yield [""] * (len(cells) - 2) + [rest[index] if index < len(rest) else "" for rest in rests]


def _cut(text: str, width: int) -> Iterator[str]:
    """The text in pieces that a reader joins to the same text again."""
    while len(text) > _LONGEST_CELL or _lines(text, width) > _MOST_LINES:
        most = min(_LONGEST_CELL, _per_line(width) * _MOST_LINES)
        while most > 100 and _lines(text[:most], width) > _MOST_LINES:
            most = most * 9 // 10
        places = [at for at in range(most, most // 2, -1) if _joins(text, at)]
        at = next((place for place in places if text[place - 1] in "；;"), places[0] if places else len(text))
        yield text[:at]
        text = text[at:]
        if not text:
            return
    yield text


def _joins(text: str, at: int) -> bool:
    """Whether the two parts are joined without anything between them."""
    before, after = text[at - 1 : at], text[at : at + 1]
    if not after or before.isspace() or after.isspace() or before == "。":
        return False
    return not (before.isascii() or after.isascii() or after.isdigit())


def _lines(text: str, width: int) -> int:
    """How many lines a text takes in a column."""
    wide = _per_line(width)
    return sum(max(1, math.ceil((len(line) - _narrow(line) / 2) / wide)) for line in text.split("\n"))


def _per_line(width: int) -> int:
    return width * 4 // 7 - 1


def _narrow(text: str) -> int:
    return sum(map(str.isascii, text))


def _for_paper(sheet: Worksheet, *, header: int) -> None:
    """Header row frozen and on every page, A4 across, as wide as the page."""
    for index, width in enumerate(_WIDTHS):
        sheet.column_dimensions["ABCDEFG"[index]].width = width
    sheet.freeze_panes = f"B{header + 1}"
    sheet.print_title_rows = f"{header}:{header}"
    _for_print(sheet)


def _for_print(sheet: Worksheet) -> None:
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.paperSize = 9
    sheet.page_setup.fitToWidth = 1
    sheet.page_setup.fitToHeight = 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    sheet.print_options.horizontalCentered = True
    sheet.page_margins.left = sheet.page_margins.right = 0.4
    sheet.page_margins.top, sheet.page_margins.bottom, sheet.page_margins.footer = 0.6, 0.8, 0.4
    sheet.oddFooter.center.text = "第 &P 页，共 &N 页"


def _sheet_name(plan: Plan, taken: Sequence[str]) -> str:
    """A name of at most 31 characters that no other sheet has."""
    name = _TITLE_CELLS.sub("", plan.department or plan.title).strip(" '\u3000")[:27] or "绩效目标表"
    known = {each.lower() for each in taken}
    number, found = 1, name
    while found.lower() in known:
        number += 1
        found = f"{name[:24]}({number})"
    return found


def _timeless(content: bytes) -> bytes:
    """The same workbook without the time at which it was made."""
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as made, zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as kept:
        for info in made.infolist():
            part = made.read(info)
            if info.filename == "docProps/core.xml":
                part = re.sub(rb"(<dcterms:\w+[^>]*>)[^<]*", rb"\g<1>2000-01-01T00:00:00Z", part)
            kept.writestr(zipfile.ZipInfo(info.filename), part, zipfile.ZIP_DEFLATED)
    return stream.getvalue()
