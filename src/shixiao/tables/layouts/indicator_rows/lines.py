"""The rows of a grid as lines: cells without web leftovers, merged cells filled."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from shixiao.engine.plans import Place
from shixiao.tables.assignments import MOST_COLUMNS
from shixiao.tables.grid import Grid, Row
from shixiao.tables.markup import decoded, without_tags

_BLANK = " \t\n\r\u3000\xa0"


class Line:
    """A row of a grid. `cells` are as printed, `filled` has the text of a merged cell in each of its cells.

    `marks` are the web leftovers that were taken out: a repair code, how many, the first.
    """

    __slots__ = ("cells", "filled", "grid", "marks", "order", "row")

    def __init__(self, grid: Grid, row: Row, order: int) -> None:
        self.grid, self.row, self.order = grid, row, order
        self.marks: dict[str, list[str]] = {}
        self.cells = [self._clean(cell) for cell in row.cells[:MOST_COLUMNS]]
        self.filled = self.cells

    def _clean(self, cell: str) -> str:
        if "<" not in cell and "&" not in cell:
            return cell.strip(_BLANK)
        clean = without_tags(cell)
        for edit in clean.edits:
            self.marks.setdefault(edit.code, []).append(edit.words)
        text, entities = decoded(clean.text)
        if entities:
            self.marks.setdefault("html_entity", []).extend(entities)
        return text.strip(_BLANK)

    @property
    def is_blank(self) -> bool:
        """Whether nothing is printed in it; what a merged cell holds from above does not count."""
        return not any(self.cells)

    def place(self, column: int = -1) -> Place:
        """Where the cell at `column` (from 0) stands, or the row."""
        return self.grid.place(self.row, column + 1)

    def pieces(self) -> list[tuple[int, str]]:
        """The printed cells with their columns. A text that is repeated across merged cells counts once, at its first."""
        found: list[tuple[int, str]] = []
        before = ""
        for column, cell in enumerate(self.cells):
            if cell and (cell != before or _is_number(cell)):
                found.append((column, cell))
            before = cell
        return found

    def text(self) -> str:
        """Its printed cells on one line."""
        return " ".join(cell for cell in self.cells if cell)


def lines_of(grid: Grid) -> list[Line]:
    """Every row of the grid, blank ones too, so that rows and merged cells keep their numbers. Without merged cells
    a run of blank rows is one: a file may hold a million of them."""
    rows = grid.rows if grid.merges else _without_runs(grid.rows)
    lines = [Line(grid, row, order) for order, row in enumerate(rows)]
    _fill(lines, grid)
    return lines


def _without_runs(rows: list[Row]) -> Iterator[Row]:
    was_blank = False
    for row in rows:
        is_blank = not any(row.cells)
        if not (is_blank and was_blank):
            yield row
        was_blank = is_blank


def _fill(lines: list[Line], grid: Grid) -> None:
    """Fills merged cells. Cells are filled up to a number that no honest table reaches, so that it stays linear."""
    left = len(lines) * MOST_COLUMNS
    for merge in grid.merges:
        top, bottom = max(merge.top, 0), min(merge.bottom, len(lines))
        first, last = max(merge.left, 0), min(merge.right, MOST_COLUMNS)
        if top >= bottom or first >= last or first >= len(lines[top].cells) or not lines[top].cells[first]:
            continue
        left -= (bottom - top) * (last - first)
        if left < 0:
            return
        text = lines[top].cells[first]
        for line in lines[top:bottom]:
            _put(line, first, last, text)


def _put(line: Line, first: int, last: int, text: str) -> None:
    if line.filled is line.cells:
        line.filled = list(line.cells)
    line.filled += [""] * (last - len(line.filled))
    for column in range(first, last):
        line.filled[column] = line.filled[column] or text


def cell(cells: Sequence[str], column: int) -> str:
    """The cell at `column`, "" where a row has none."""
    return cells[column] if 0 <= column < len(cells) else ""


def _is_number(text: str) -> bool:
    return text.replace(",", "").replace(".", "").rstrip("%％").isdigit()
