"""Old Excel workbooks (xls, Excel 5 to 2003): the cells of every visible sheet as they show, through xlrd."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any

import xlrd

from shixiao.engine.plans import Place, Repair
from shixiao.tables.formats import containers
from shixiao.tables.formats.number_formats import GENERAL
from shixiao.tables.formats.spreadsheet import Allowance, Area, Collector
from shixiao.tables.grid import Grid, Sheets
from shixiao.tables.repairs import repair
from shixiao.tables.unreadable import Unreadable

NAME = "xls"

_WORKSHEET = 0


def sheets(content: bytes) -> Sheets:
    """One grid for each visible sheet with text. Raises Unreadable when there is none, or the file is damaged."""
    repairs: list[Repair] = []
    try:
        book = _opened(content, repairs)
        grids, has_hidden = _grids(book, repairs)
    except Unreadable:
        raise
    except Exception as failure:  # a damaged file breaks xlrd in whatever place it is at
        if "encrypted" in str(failure):
            raise Unreadable("encrypted") from failure
        raise Unreadable("xls_damaged") from failure
    if not grids:
        raise Unreadable("workbook_hidden" if has_hidden else "workbook_empty")
    return Sheets(grids, "", tuple(repairs))


def _opened(content: bytes, repairs: list[Repair]) -> Any:
    """The workbook; without its formats when these are damaged.

    xlrd is given the stream of the workbook alone: its own way through the sectors of a file can lead in circles.
    """
    records = containers.stream(content, "workbook", "book")
    if not records:
        raise Unreadable("xls_damaged")
    options = {"file_contents": records, "logfile": io.StringIO(), "on_demand": True, "ragged_rows": True}
    try:
        return xlrd.open_workbook(**options, formatting_info=True)
    except Exception as failure:  # as above; the second try says what is the matter
        if "encrypted" in str(failure):
            raise
    book = xlrd.open_workbook(**options)
    repairs.append(repair("number_formats_lost"))
    return book


def _grids(book: Any, repairs: list[Repair]) -> tuple[list[Grid], bool]:
    grids: list[Grid] = []
    has_hidden = False
    allowance = Allowance()
    for index, name in enumerate(book.sheet_names()):
        visibility = book._sheet_visibility[index]  # noqa: SLF001 - known before the sheet is loaded
        if visibility:
            has_hidden = True
            repairs.append(repair("hidden_sheet_left_out", Place(sheet=name), sheet=name))
            continue
        collector = Collector(name, allowance, is_1904=bool(book.datemode))
        _collect(book, book.sheet_by_index(index), collector)
        book.unload_sheet(index)
        grid = collector.grid()
        grids += [grid] if grid else []
        repairs += collector.repairs()
    return grids, has_hidden


def _collect(book: Any, sheet: Any, collector: Collector) -> None:
    formats = _formats(book)
    for row in range(sheet.nrows):
        info = sheet.rowinfo_map.get(row)
        collector.add(row + 1, list(_cells(sheet, row, formats, collector)), is_hidden=bool(info and info.hidden))
        if collector.is_full:
            break
    collector.merged = [Area(top + 1, left + 1, bottom, right) for top, bottom, left, right in sheet.merged_cells]
    collector.hidden_columns = [
        (column + 1, column + 1) for column, info in sorted(sheet.colinfo_map.items()) if info.hidden
    ]


def _formats(book: Any) -> list[str]:
    """The number format of each style of a cell."""
    codes = {key: each.format_str for key, each in book.format_map.items()}
    return [codes.get(style.format_key, GENERAL) or GENERAL for style in book.xf_list]


def _cells(sheet: Any, row: int, formats: list[str], collector: Collector) -> Iterator[str]:
    line = row + 1
    values, kinds = sheet.row_values(row), sheet.row_types(row)
    collector.allowance.cells -= len(values)
    for index, (value, kind) in enumerate(zip(values, kinds, strict=True)):
        column = index + 1
        if kind in (xlrd.XL_CELL_EMPTY, xlrd.XL_CELL_BLANK):
            yield ""
        elif kind == xlrd.XL_CELL_TEXT:
            yield collector.text(value, line, column, _format(sheet, row, index, formats)) if value else ""
        elif kind == xlrd.XL_CELL_BOOLEAN:
            yield "TRUE" if value else "FALSE"
        elif kind == xlrd.XL_CELL_ERROR:
            text = xlrd.error_text_from_code.get(value, "#N/A")
            collector.note("error_value", line, column, text=text)
            yield text
        else:
            yield collector.number(repr(value), _format(sheet, row, index, formats), line, column)


def _format(sheet: Any, row: int, column: int, formats: list[str]) -> str:
    if not sheet.formatting_info or not formats:
        return GENERAL
    style = sheet.cell_xf_index(row, column)
    return formats[style] if 0 <= style < len(formats) else GENERAL
