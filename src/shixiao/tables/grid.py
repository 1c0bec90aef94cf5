"""The border between formats and layouts: a format turns bytes into grids, a layout turns grids into plans."""

from __future__ import annotations

from typing import NamedTuple

from shixiao.engine.plans import Place, Repair


class Row(NamedTuple):
    """The cells of one row, as they stood: nothing is trimmed, so that a place inside a cell stays true.

    `line` counts from 1. `lines` gives the line of each cell where a cell before it holds line breaks, and is
    empty otherwise. `page` is the page the row stands on where a grid goes on over pages, 0 for the grid's own.
    `box` is where it stands on that page, for a PDF: left, top, right, bottom in points; () where nobody knows.
    `is_prose` marks a paragraph beside the table (a title, 金额单位：万元, a note below it): a row of one cell.
    """

    line: int
    cells: list[str]
    lines: tuple[int, ...] = ()
    page: int = 0
    is_prose: bool = False
    box: tuple[float, float, float, float] | tuple[()] = ()

    def line_of(self, index: int) -> int:
        """The line on which the cell at `index` (from 0) begins."""
        return self.lines[index] if index < len(self.lines) else self.line


class Merge(NamedTuple):
    """A merged cell: rows `top` to `bottom` and columns `left` to `right` of a grid, from 0, half-open.

    Its text stands in the first of its cells; the others are "". A format that cannot know what was merged
    (text, CSV) lists none.
    """

    top: int
    left: int
    bottom: int
    right: int


class Grid(NamedTuple):
    """One sheet, one table of a document, or a whole text; a table that goes on over pages is one grid.

    `has_gaps` says that empty cells left no trace (columns kept apart by spaces), so that cells have to be told
    by what they hold. `is_broken` says that a row may go on in the next one, as in text copied from a page.
    `table` counts the tables of a document from 1, 0 where that means nothing. Paragraphs before a table, and
    those after the last one, are rows of its grid (`Row.is_prose`).
    """

    rows: list[Row]
    sheet: str = ""
    page: int = 0
    has_gaps: bool = False
    is_broken: bool = False
    table: int = 0
    merges: tuple[Merge, ...] = ()

    def place(self, row: Row, column: int = 0) -> Place:
        """Where the cell at `column` (from 1) of `row` stands, or the row when no column is given."""
        line = row.line_of(column - 1) if column else row.line
        return Place(line, column, sheet=self.sheet, page=row.page or self.page, table=self.table)


class Sheets(NamedTuple):
    """What a format found: its grids in order, the encoding (for text) and what was mended to get them."""

    grids: list[Grid]
    encoding: str = ""
    repairs: tuple[Repair, ...] = ()
