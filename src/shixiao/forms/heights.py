"""How high a row of a sheet must be for its texts: estimated from widths, with a little room to spare."""

from __future__ import annotations

from math import ceil
from typing import Any
from unicodedata import east_asian_width

from openpyxl.utils import get_column_letter

MOST = 409.0  # points; Excel draws no row higher
LEAST = 16.0
_DEFAULT_WIDTH = 8.43
_LINE = 1.35  # the height of a line, in sizes of its font


def heights(sheet: Any) -> dict[int, float]:
    """Points for each row that holds text. A cell over several rows asks each of them for its share."""
    areas = {(each.min_row, each.min_col): each for each in sheet.merged_cells.ranges}
    needed: dict[int, float] = {}
    for (row, column), cell in sheet._cells.items():
        if cell.value is None:
            continue
        area = areas.get((row, column))
        right, last = (area.max_col, area.max_row) if area else (column, row)
        share = _needed(sheet, cell, column, right) / (last - row + 1)
        for each in range(row, last + 1):
            needed[each] = max(needed.get(each, LEAST), min(share, MOST))
    return needed


def _needed(sheet: Any, cell: Any, left: int, right: int) -> float:
    size = float(cell.font.sz or 11)
    # A column's width counts digits of the default font; a Chinese character of the same size is about two wide.
    room = max(1.0, (sum(_width(sheet, each) for each in range(left, right + 1)) - 1.5) * 11 / size)
    lines = sum(max(1, ceil(_units(line) / room)) for line in str(cell.value).split("\n"))
    return lines * size * _LINE + 5


def _width(sheet: Any, column: int) -> float:
    own = sheet.column_dimensions.get(get_column_letter(column))
    return float(own.width) if own and own.width else _DEFAULT_WIDTH


def _units(text: str) -> float:
    return sum(2.0 if east_asian_width(each) in "WFA" else 1.1 for each in text)
