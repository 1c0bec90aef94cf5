"""What stands in a document from top to bottom, paragraphs and tables, → grids.

Word documents and web pages say the same things in two ways: this is where the two meet. A format hands over
paragraphs (texts) and `Table`s in order; here it is decided what is a table and what is only the layout of a page, what
goes on in the next table, and which column a cell stands in.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

from shixiao.engine.plans import Place, Repair
from shixiao.tables.decoding import is_invisible
from shixiao.tables.grid import Grid, Merge, Row
from shixiao.tables.repairs import repair

# The cells that are read of one document, and the columns of one table: far beyond any published table.
MAX_CELLS = 500_000
MAX_COLUMNS = 200
# Tables inside tables, beyond which only their text is read.
MAX_NESTED = 20
# Word draws the borders of neighbouring rows a little apart: columns this narrow (in twips, 3 mm) are none.
_NARROW = 170
# Empty rows in a run that keep their place in a grid. A file with a million of them says nothing by the others.
_MOST_BLANK = 200


class Line(NamedTuple):
    """A row of a table. `number` counts all rows of the table from 1, also those that were left out.

    `lefts` says in which column of the drawn table each cell begins, None when they stand one by one. `inside` holds
    the content of cells with tables in them: texts and `Table`s, under the index of the cell.
    """

    number: int
    cells: list[str]
    lefts: tuple[int, ...] | None = None
    inside: dict[int, list[str | Table]] | None = None


class Table(NamedTuple):
    """A table as it is drawn. `merges` count lines and drawn columns; `widths` are those of the columns, if known."""

    lines: list[Line]
    merges: list[Merge]
    widths: tuple[int, ...] = ()


class Loose(NamedTuple):
    """A row of a table that only lays out the page: it stands beside the real table."""

    cells: list[str]


Block = str | Table


def grids_of(blocks: Iterable[Block]) -> tuple[list[Grid], list[Repair]]:
    """A grid for each table, the paragraphs before it and those after the last one as its prose.

    A table goes on in the next one when nothing stands between them and that one begins with the same header row, or
    has columns of the same widths and none of its labels. Both are then one grid, and that is listed.
    """
    book = _Book()
    for block in _unfolded(blocks, book):
        if isinstance(block, str):
            book.prose(block)
        elif isinstance(block, Loose):
            book.loose(block)
        else:
            book.table(block)
    return book.finish()


def invisible_left_out(grids: list[Grid]) -> tuple[list[Grid], list[Repair]]:
    """The grids without control and format characters, as `decoding.decode` does for a text; and what was found."""
    removed: list[Grid] = []
    repairs: list[Repair] = []
    for grid in grids:
        text = "\n".join(["\n".join(row.cells) for row in grid.rows])
        if "\ufffd" in text:
            place = _first(grid, lambda cell: "\ufffd" in cell)
            repairs.append(repair("replacement_character", place, count=text.count("\ufffd")))
        found = sorted(filter(is_invisible, set(text))) if _suspect().search(text) else []
        if not found:
            removed.append(grid)
            continue
        table = dict.fromkeys(map(ord, found))
        count = sum(text.count(character) for character in found)
        names = ", ".join(f"U+{ord(character):04X}" for character in found[:5])
        place = _first(grid, lambda cell: any(map(is_invisible, cell)))
        repairs.append(repair("control_character", place, count=count, codes=names))
        rows = [row._replace(cells=[cell.translate(table) for cell in row.cells]) for row in grid.rows]
        removed.append(grid._replace(rows=rows))
    return removed, repairs


def _suspect() -> re.Pattern[str]:
    return re.compile("[\0-\x08\x0b-\x1f\x7f-\x9f\xad\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]")


def _first(grid: Grid, has_it: Callable[[str], bool]) -> Place:
    places = (grid.place(row, column) for row in grid.rows for column, cell in enumerate(row.cells, 1) if has_it(cell))
    return next(places, Place())


class _Book:
    """Collects the grids."""

    def __init__(self) -> None:
        self.grids: list[Grid] = []
        self.repairs: list[Repair] = []
        self.above: list[Row] = []
        self.count = 0
        self.last: _Drawn | None = None
        self.cells = 0

    def prose(self, text: str) -> None:
        """A paragraph; an empty one says nothing."""
        if text and not text.isspace():
            self.above.append(Row(len(self.above) + 1, [text], is_prose=True))

    def loose(self, row: Loose) -> None:
        """A row beside the table."""
        self.above.append(Row(len(self.above) + 1, row.cells))

    def table(self, table: Table) -> None:
        """A table, or what looks like one and is a paragraph in a frame."""
        self.count += 1
        if _is_box(table):
            for text in (cell for line in table.lines for cell in line.cells if cell.strip()):
                for part in text.split("\n"):
                    self.prose(part)
            return
        drawn = self._within_limit(_Drawn(table))
        if self.last is not None and not self.above and self.last.goes_on_in(drawn):
            self._join(drawn)
            return
        top = len(self.above)
        merges = tuple(Merge(each.top + top, each.left, each.bottom + top, each.right) for each in drawn.merges)
        self.grids.append(Grid([*map(_spaced, self.above), *drawn.rows], table=self.count, merges=merges))
        self.above, self.last = [], drawn

    def _join(self, drawn: _Drawn) -> None:
        assert self.last is not None  # noqa: S101 - asked before
        grid = self.grids[-1]
        top, line = len(grid.rows), grid.rows[-1].line if grid.rows else 0
        rows = [row._replace(line=row.line + line) for row in drawn.rows]
        merges = tuple(Merge(each.top + top, each.left, each.bottom + top, each.right) for each in drawn.merges)
        self.grids[-1] = grid._replace(rows=grid.rows + rows, merges=grid.merges + merges)
        self.repairs.append(
            repair("tables_joined", Place(line + 1, table=grid.table), table=self.count, first=grid.table)
        )

    def _within_limit(self, drawn: _Drawn) -> _Drawn:
        """The table without the rows that go beyond what is read of a document."""
        for index, row in enumerate(drawn.rows):
            self.cells += len(row.cells)
            if self.cells > MAX_CELLS:
                self.repairs.append(too_long(Place(row.line, table=self.count)))
                del drawn.rows[index:]
                drawn.merges = [each for each in drawn.merges if each.bottom <= index]
                break
        return drawn

    def finish(self) -> tuple[list[Grid], list[Repair]]:
        """The grids, with the last paragraphs at the end of the last one."""
        if self.above and not self.grids:
            return [Grid([_tabbed(row) for row in self.above])], self.repairs
        if self.above:
            self.grids[-1] = self.grids[-1]._replace(rows=[*self.grids[-1].rows, *map(_spaced, self.above)])
        return self.grids, self.repairs


def too_long(place: Place) -> Repair:
    """Says that the document is longer than what is read of one."""
    return repair("rows_left_out", place, limit=MAX_CELLS)


def _spaced(row: Row) -> Row:
    """A paragraph whose tabs keep two statements apart, as wide space does elsewhere."""
    return row._replace(cells=[row.cells[0].replace("\t", "  ")]) if row.is_prose else row


def _tabbed(row: Row) -> Row:
    """A paragraph of a document without tables: a row, if tabs keep its cells apart."""
    if row.is_prose and row.cells[0].count("\t") > 2:
        return Row(row.line, row.cells[0].split("\t"))
    return _spaced(row)


class _Drawn:
    """A table with its cells in columns: those that no cell begins in, and those too narrow to be seen, are none."""

    def __init__(self, table: Table) -> None:
        self.widths = table.widths
        index = _columns(table)
        self.rows: list[Row] = []
        order = sorted(index) if index else []
        kept = list[int]()
        blank = 0
        for line in table.lines:
            blank = 0 if any(line.cells) else blank + 1
            kept.append(len(self.rows))
            if blank <= _MOST_BLANK:
                self.rows.append(Row(line.number, _placed(line, index) if index else line.cells))
        kept.append(len(self.rows))
        self.merges: list[Merge] = []
        for merge in table.merges:
            left, right = merge.left, merge.right
            if index:
                left, right = _column(index, order, left), _column(index, order, right)
            top, bottom = kept[merge.top], kept[min(merge.bottom, len(table.lines))]
            if bottom > top and right > left and (bottom - top) * (right - left) > 1:
                self.merges.append(Merge(top, left, bottom, right))

    def goes_on_in(self, later: _Drawn) -> bool:
        """Whether `later` is the rest of this table on the next page."""
        head = next((number for number, row in enumerate(self.rows[:6]) if _labels(row.cells) > 2), None)
        if head is None or not later.rows:
            return False
        first = later.rows[0].cells
        header = self.rows[head].cells
        if _plain(first) == _plain(header):
            return True
        labels = {cell for row in self.rows[: head + 1] for cell in _plain(row.cells) if cell}
        return (
            len(first) == len(header)
            and bool(self.widths)
            and len(self.widths) == len(later.widths)
            and all(abs(one - other) <= _NARROW for one, other in zip(self.widths, later.widths, strict=True))
            and not any(labels.intersection(_plain(row.cells)) for row in later.rows[:3])
        )


def _labels(cells: Sequence[str]) -> int:
    return len(set(filter(None, _plain(cells))))


def _plain(cells: Sequence[str]) -> list[str]:
    return ["".join(cell.split()) for cell in cells]


def _columns(table: Table) -> dict[int, int] | None:
    """Which column of the grid each drawn column is; None where they are the same."""
    if all(line.lefts is None for line in table.lines):
        return None
    widest = max((len(line.cells) for line in table.lines if line.lefts is None), default=0)
    lefts = set(range(widest)).union(*(line.lefts for line in table.lines if line.lefts))
    order = sorted(lefts)
    same = _too_narrow(table, order)
    index: dict[int, int] = {}
    for number, left in enumerate(order):
        index[left] = 0 if not number else index[order[number - 1]] + (left not in same)
    return index


def _too_narrow(table: Table, order: Sequence[int]) -> set[int]:
    """The drawn columns whose left border is that of the column before, as the eye sees it."""
    if not table.widths:
        return set()
    reach = [0]
    for width in table.widths:
        reach.append(reach[-1] + width)
    close = {
        right: left for left, right in pairwise(order) if right < len(reach) and reach[right] - reach[left] <= _NARROW
    }
    for line in table.lines if close else ():
        own = set(range(len(line.cells)) if line.lefts is None else line.lefts)
        for right in [right for right, left in close.items() if right in own and left in own]:
            del close[right]
    # Of a run of narrow columns only every other one may go: two that stay in one row must not fall together.
    return {right for right, left in close.items() if left not in close}


def _column(index: dict[int, int], order: Sequence[int], border: int) -> int:
    """The column of the grid that begins at a drawn border, or the first one after it."""
    position = bisect_left(order, border)
    return index[order[position]] if position < len(order) else index[order[-1]] + 1


def _placed(line: Line, index: dict[int, int]) -> list[str]:
    lefts = range(len(line.cells)) if line.lefts is None else line.lefts
    columns = [index[left] for left in lefts]
    row = [""] * (max(columns, default=-1) + 1)
    for column, cell in zip(columns, line.cells, strict=True):
        row[column] = cell
    return row


# -- tables inside tables, and those that only lay out a page


def _unfolded(blocks: Iterable[Block], book: _Book) -> Iterator[str | Loose | Table]:
    for block in blocks:
        if isinstance(block, str) or not any(line.inside for line in block.lines):
            yield block
        elif _is_page_layout(block):
            yield from _laid_open(block, book)
        else:
            yield _flattened(block, book)


def _is_page_layout(table: Table) -> bool:
    """Whether the largest table inside says more than all the other cells of this one."""
    inner = max(
        _size(piece) for line in table.lines for pieces in (line.inside or {}).values() for piece in pieces
        if isinstance(piece, Table)
    )  # fmt: skip
    return inner > _own(table)


def _size(table: Table) -> int:
    """The filled cells of a table, or of the largest one inside it."""
    inner = [
        _size(piece) for line in table.lines for pieces in (line.inside or {}).values() for piece in pieces
        if isinstance(piece, Table)
    ]  # fmt: skip
    return max([_own(table), *inner])


def _own(table: Table) -> int:
    return sum(
        bool(cell and not cell.isspace())
        for line in table.lines
        for index, cell in enumerate(line.cells)
        if not (line.inside and index in line.inside)
    )


def _laid_open(table: Table, book: _Book) -> Iterator[str | Loose | Table]:
    """What stands in a table that lays out a page: the tables inside it, its paragraphs, its rows."""
    for line in table.lines:
        if not line.inside:
            filled = [cell for cell in line.cells if cell.strip()]
            yield from (
                [Loose(line.cells)] if len(filled) > 1 else (part for cell in filled for part in cell.split("\n"))
            )
            continue
        for index, cell in enumerate(line.cells):
            yield from _unfolded(line.inside.get(index) or cell.split("\n"), book)


def _flattened(table: Table, book: _Book) -> Table:
    """The table with those inside it as text of its cells."""
    lines = []
    for line in table.lines:
        if line.inside:
            cells = list(line.cells)
            for index, pieces in line.inside.items():
                cells[index] = "\n".join(filter(None, map(_text, pieces)))
                place = Place(line.number, index + 1, table=book.count + 1)
                book.repairs.append(repair("nested_table_as_text", place))
            line = line._replace(cells=cells, inside=None)  # noqa: PLW2901 - the same line, now plain
        lines.append(line)
    return table._replace(lines=lines)


def _text(piece: str | Table) -> str:
    if isinstance(piece, str):
        return piece
    rows = []
    for line in piece.lines:
        cells = [
            "\n".join(filter(None, map(_text, line.inside[index]))) if line.inside and index in line.inside else cell
            for index, cell in enumerate(line.cells)
        ]
        rows.append(" ".join(cell for cell in cells if cell.strip()))
    return "\n".join(filter(None, rows))


def _is_box(table: Table) -> bool:
    """Whether this is no table but a frame around a paragraph, or a line such as 部门名称 and 单位 side by side."""
    filled = [sum(bool(cell.strip()) for cell in line.cells) for line in table.lines]
    return max(filled, default=0) < 2 or (len(filled) == 1 and filled[0] < 4)
