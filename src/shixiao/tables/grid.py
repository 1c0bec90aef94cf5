"""The border between formats and layouts: a format turns bytes into grids, a layout turns grids into plans."""

from __future__ import annotations

from typing import NamedTuple

from shixiao.engine.plans import Place, Repair


class Row(NamedTuple):
    """The cells of one row, as they stood: nothing is trimmed, so that a place inside a cell stays true.

    `line` counts from 1. `lines` gives the line of each cell where a cell before it holds line breaks, and is
    empty otherwise.
    """

    line: int
    cells: list[str]
    lines: tuple[int, ...] = ()

    def line_of(self, index: int) -> int:
        """The line on which the cell at `index` (from 0) begins."""
        return self.lines[index] if index < len(self.lines) else self.line


class Grid(NamedTuple):
    """One sheet, one table of a document, or a whole text.

    `has_gaps` says that empty cells left no trace (columns kept apart by spaces), so that cells have to be told
    by what they hold. `is_broken` says that a row may go on in the next one, as in text copied from a page.
    """

    rows: list[Row]
    sheet: str = ""
    page: int = 0
    has_gaps: bool = False
    is_broken: bool = False

    def place(self, row: Row, column: int = 0) -> Place:
        """Where the cell at `column` (from 1) of `row` stands, or the row when no column is given."""
        line = row.line_of(column - 1) if column else row.line
        return Place(line, column, sheet=self.sheet, page=self.page)


class Sheets(NamedTuple):
    """What a format found: its grids in order, the encoding (for text) and what was mended to get them."""

    grids: list[Grid]
    encoding: str = ""
    repairs: tuple[Repair, ...] = ()
