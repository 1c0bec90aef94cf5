"""How high a row of a sheet must be for its texts: estimated from widths, with a little room to spare."""

from __future__ import annotations

from math import ceil
from typing import Any
from unicodedata import east_asian_width

from openpyxl.utils import get_column_letter

_MOST = 409.0  # points; Excel draws no row higher
_DEFAULT_WIDTH = 8.43
_LINE = 1.35  # the height of a line, in sizes of its font


def height(sheet: Any, row: int) -> float:
    """Points. A cell over several rows asks each of them for its share."""
    areas = {(each.min_row, each.min_col): each for each in sheet.merged_cells.ranges if each.min_row <= row <= each.max_row}
    needed = 0.0
    for (first, left), area in areas.items():
        share = _needed(sheet, sheet.cell(first, left), left, area.max_col) / (area.max_row - area.min_row + 1)
        needed = max(needed, share)
    for cell in sheet[row]:
        if (row, cell.column) not in areas and cell.value is not None:
            needed = max(needed, _needed(sheet, cell, cell.column, cell.column))
    return min(_MOST, max(needed, 16.0))


def _needed(sheet: Any, cell: Any, left: int, right: int) -> float:
    if cell.value is None:
        return 0.0
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
