"""The rows of a grid → tables: which row is a heading, a header, a total or an entry, and which only goes on.

A text that was copied from a page has its header row on every page, cells broken over several lines, and lines
that belong to no table. What is joined or left out is listed.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache

from shixiao.engine.plans import Place, Repair
from shixiao.tables.grid import Grid, Row
from shixiao.tables.layouts.guangdong import spaced
from shixiao.tables.layouts.guangdong.columns import SIMPLIFIED, Columns, NearMiss, columns_of, official_columns
from shixiao.tables.layouts.guangdong.headings import Heading, heading_of
from shixiao.tables.layouts.guangdong.heads import pattern as head_pattern
from shixiao.tables.money import amount
from shixiao.tables.repairs import repair
from shixiao.tables.unreadable import Unreadable

_TOTALS = frozenset({"合计", "总计", "部门合计", "合计数", "总合计"})
_SUBTOTALS = frozenset({"小计", "本页小计", "本页合计"})
_FOOTERS = ("注", "备注", "说明", "填", "制表", "审核", "单位负责人", "第", "-", "—", "*", "附")
_BLANK = " \t\n\u3000\xa0"


class Entry:
    """A row of the table: a unit, a project or the total. Its cells are in the order of the header.

    Pieces of a broken cell are collected and joined once, when the walk is over (`settle`).
    """

    __slots__ = ("cells", "columns", "is_bare", "pieces", "present", "repairs", "row")

    def __init__(self, row: Row, cells: list[str], columns: Columns) -> None:
        self.row = row
        self.present = len(cells)
        self.cells = cells + [""] * (columns.width - len(cells))
        self.columns = columns
        self.repairs: list[Repair] = []
        self.pieces: dict[int, list[str]] = {}
        # Neither a goal nor indicators, as the subtotal row of a unit.
        self.is_bare = not (self.cell(columns.objective).strip() or self.cell(columns.indicators).strip())

    def cell(self, column: int) -> str:
        """The cell at `column` (from 0), "" for a column that the table has not."""
        return self.cells[column] if column >= 0 else ""

    @property
    def name(self) -> str:
        """The first cell without blanks around it."""
        return self.cell(self.columns.name).strip(_BLANK)

    @property
    def money(self) -> tuple[str, ...]:
        """The amounts as printed."""
        return tuple(self.cells[column].strip(_BLANK) for column in self.columns.amounts.values())

    @property
    def last_piece(self) -> str:
        """The last text of the last cell that stands there."""
        index = self.present - 1
        return self.pieces[index][-1] if index in self.pieces else self.cells[index]

    def append(self, index: int, text: str) -> None:
        """Goes on with the cell at `index`; text beyond the last cell that stands there opens further cells."""
        known = self.pieces.setdefault(index, [self.cells[index]])
        known += [_between(known[-1], text), text] if known[-1] and text else [text]
        self.is_bare = self.is_bare and not text.strip()
        self.present = max(self.present, index + 1)

    def settle(self) -> None:
        """Joins the pieces."""
        for index, pieces in self.pieces.items():
            self.cells[index] = "".join(pieces)
        self.pieces = {}

    def __str__(self) -> str:
        return " ".join(cell for cell in self.cells if cell)


class Table:
    """One table: what stood above it, its columns, its total and its entries in order."""

    __slots__ = ("columns", "entries", "header", "heading", "repairs", "total")

    def __init__(self, heading: Heading, columns: Columns, header: Place) -> None:
        self.heading = heading
        self.columns = columns
        self.header = header
        self.total: Entry | None = None
        self.entries: list[Entry] = []
        self.repairs: list[Repair] = []

    @property
    def has_rows(self) -> bool:
        """Whether anything at all stood below the header."""
        return bool(self.entries or self.total)


def tables_of(grid: Grid) -> tuple[list[Table], list[Repair]] | Unreadable:
    """The tables of a grid and the repairs outside them, or why there is none."""
    walk = _Walk(grid)
    for row in grid.rows:
        if "".join(row.cells).isspace() or not any(row.cells):
            walk.blank()
        else:
            walk.step(row)
    return walk.result()


class _Walk:
    """Goes through the rows once, knowing what came before."""

    def __init__(self, grid: Grid) -> None:
        self.grid = grid
        self.tables: list[Table] = []
        self.columns: Columns | None = None
        self.header = Place()
        self.header_cells: list[str] = []
        self.heading = Heading()
        self.is_new_page = False
        self.open: Entry | None = None
        self.strays: list[Row] = []
        self.last_stray: Row | None = None
        self.near: Unreadable | None = None
        self.broken: list[Entry] = []

    def step(self, row: Row) -> None:
        if self._header(row) or self._heading(row):
            self.open, self.last_stray, self.is_new_page = None, None, True
        elif entry := self._continued(row.cells):
            self._join(entry, row.cells)
        elif columns := self.columns or self._official(row):
            self._below_header(row, columns)
        else:
            self.strays.append(row)

    def _below_header(self, row: Row, columns: Columns) -> None:
        cells = spaced.aligned(row.cells, columns) if self.grid.has_gaps else row.cells
        if cells and _is_entry(cells, columns):
            self._entry(row, cells, columns)
        else:
            self._stray(row)

    def blank(self) -> None:
        self.last_stray = None

    def result(self) -> tuple[list[Table], list[Repair]] | Unreadable:
        found = [table for table in self.tables if table.has_rows]
        if not found:
            return self.near or Unreadable("no_rows" if self.columns else "no_table", self.header)
        self._mark_cut(found[-1])
        for entry in self.broken:
            entry.settle()
        repairs: list[Repair] = []
        if self.strays:
            first = self.strays[0]
            text = " ".join(first.cells).strip()
            repairs.append(repair("text_outside_table", self.grid.place(first), count=len(self.strays), text=text))
        return found, repairs

    def _header(self, row: Row) -> bool:
        if row.cells == self.header_cells:
            return True
        columns = columns_of(row.cells)
        if isinstance(columns, NearMiss):
            self.near = self.near or Unreadable("missing_columns", self.grid.place(row), missing=columns.missing)
        if not isinstance(columns, Columns):
            return False
        if columns != self.columns or not self.tables:
            self.header = self.grid.place(row)
        self.columns, self.header_cells = columns, row.cells
        return True

    def _heading(self, row: Row) -> bool:
        heading = heading_of([cell for cell in row.cells if cell.strip()])
        if heading is None:
            return False
        self.heading = self.heading.joined(heading)
        return True

    def _official(self, row: Row) -> Columns | None:
        """The official columns, if this row of a table without a header is plainly one of that form."""
        official = official_columns()
        cells = spaced.aligned(row.cells, official) if self.grid.has_gaps else row.cells
        if not (cells and len(cells) == official.width and amount(cells[1]) and head_pattern().search(cells[-1])):
            return None
        self.columns, self.header = official, self.grid.place(row)
        self._table(official).repairs.append(repair("header_missing", self.header))
        return official

    def _entry(self, row: Row, cells: list[str], columns: Columns) -> None:
        entry = Entry(row, _fitted(cells, columns), columns)
        surplus = len(cells) - entry.present
        if surplus and any(cell.strip() for cell in cells[columns.width :]):
            entry.repairs.append(repair("too_many_cells", self.grid.place(row), count=surplus))
        if self.last_stray is not None:
            stray = self.strays.pop()
            entry.repairs.append(repair("line_left_out", self.grid.place(stray), text=" ".join(stray.cells)))
        self._file(entry, columns)
        self.open, self.last_stray, self.is_new_page = entry, None, False

    def _file(self, entry: Entry, columns: Columns) -> None:
        """Puts an entry into its table, which may begin here."""
        is_grand = entry.is_bare and _plain(entry.name) in _TOTALS
        table = self._table(columns, entry if is_grand else None)
        if entry.is_bare and _plain(entry.name) in _SUBTOTALS:
            table.repairs.append(repair("subtotal_left_out", self.grid.place(entry.row), text=str(entry)))
        elif not is_grand:
            table.entries.append(entry)
        elif table.total is None:
            table.total = entry
        elif table.total.money != entry.money:
            table.repairs.append(repair("second_total", self.grid.place(entry.row), text=str(entry)))

    def _table(self, columns: Columns, total: Entry | None = None) -> Table:
        """The table that the next entry belongs to: a new one after another heading, or at a second total."""
        current = self.tables[-1] if self.tables else None
        if current is None or (current.has_rows and self._begins(current, total)):
            heading = self.heading if self.heading != Heading() or not current else current.heading
            current = Table(heading, columns, self.header)
            self.tables.append(current)
            for label in columns.unknown:
                current.repairs.append(repair("column_unknown", self.header, column=label))
        elif not current.has_rows:
            current.heading = current.heading.joined(self.heading)
        self.heading = Heading()
        return current

    def _begins(self, current: Table, total: Entry | None) -> bool:
        known, later = current.heading, self.heading
        if any(new and new != old for old, new in zip(known, later, strict=True)):
            return True
        return bool(
            total and current.total and self.is_new_page and (later.title or total.money != current.total.money)
        )

    def _continued(self, cells: Sequence[str]) -> Entry | None:
        """The entry whose rest this row is: a broken cell, or a row broken between two pages. None if it is none."""
        entry = self.open
        if entry is None:
            return None
        columns = entry.columns
        if len(cells) >= 2 and not cells[0].strip():
            texts = (columns.objective, columns.indicators)
            return entry if all(index in texts for index, cell in enumerate(cells) if cell.strip()) else None
        if not self.grid.is_broken:
            return None
        if self.grid.has_gaps:
            return entry if spaced.aligned(cells, columns) is None and _is_rest(" ".join(cells), entry) else None
        if len(cells) == 1 and entry.present == columns.width:
            return entry if _is_rest(cells[0], entry) else None
        is_open = columns.first_text < entry.present < columns.width
        fits = entry.present + len(cells) - 1 <= columns.width
        return entry if is_open and fits and not any(cell.strip() and amount(cell) for cell in cells[1:]) else None

    def _join(self, entry: Entry, cells: Sequence[str]) -> None:
        if len(cells) >= 2 and not cells[0].strip():
            for index, cell in enumerate(cells):
                if cell.strip():
                    entry.append(index, cell)
        elif self.grid.has_gaps:
            entry.append(entry.present - 1, " ".join(cells))
        else:
            for index, cell in enumerate(cells, entry.present - 1):
                entry.append(index, cell)
        self.broken.append(entry)
        if not entry.repairs or entry.repairs[-1].code != "broken_line":
            entry.repairs.append(repair("broken_line", self.grid.place(entry.row, entry.present)))

    def _stray(self, row: Row) -> None:
        self.strays.append(row)
        # A paragraph below a table is a note, not the start of a row that was cut off.
        self.last_stray = row if self.open is not None and not row.is_prose else None

    def _mark_cut(self, table: Table) -> None:
        """The last row of a text that was cut off lacks cells that the others have, or is but the start of a name."""
        last = self.last_stray
        if last is not None and not last.cells[0].strip().startswith(_FOOTERS) and len(table.entries) > 1:
            self.strays.pop()
            table.repairs.append(repair("row_cut_off", self.grid.place(last), text=" ".join(last.cells)))
            return
        entry = table.entries[-1] if table.entries else None
        if entry is None or self.grid.has_gaps or entry.present == table.columns.width:
            return
        are_whole = any(each.present == table.columns.width for each in table.entries if each.is_bare == entry.is_bare)
        if are_whole or (entry.is_bare and not table.total):
            table.repairs.append(repair("row_cut_off", self.grid.place(entry.row), text=str(entry)))


def is_total(name: str) -> bool:
    """Whether a row of this name without goal and indicators is a total or a subtotal of a page."""
    return _plain(name) in _TOTALS or _plain(name) in _SUBTOTALS


def _plain(name: str) -> str:
    return "".join(name.split()).translate(SIMPLIFIED)


def _fitted(cells: list[str], columns: Columns) -> list[str]:
    """The cells, the surplus joined to the last one."""
    if len(cells) <= columns.width:
        return list(cells)
    surplus = "\t".join(cells[columns.width - 1 :]).rstrip("\t")
    return [*cells[: columns.width - 1], surplus]


def _is_entry(cells: Sequence[str], columns: Columns) -> bool:
    """Whether a row is one of the table: it has a name, or at least an amount."""
    if len(cells) < 2 and columns.width > 1:
        return False
    has_name = columns.name < len(cells) and bool(cells[columns.name].strip())
    return has_name or any(index < len(cells) and cells[index].strip() for index in columns.amounts.values())


def _is_rest(line: str, entry: Entry) -> bool:
    """Whether a line goes on with the last cell of an entry: it begins an indicator, or the cell has not ended."""
    if entry.is_bare:
        return False
    text = entry.last_piece.rstrip()
    if text and not text.endswith(("。", "</p>")):
        return True
    start = line.lstrip()
    return start[:1].isdigit() and head_pattern().match(start) is not None


def _between(text: str, rest: str) -> str:
    """What joins two pieces of a cell. A new statement keeps its line; a line that a page broke does not."""
    if text.rstrip().endswith("。") or (rest.lstrip()[:1].isdigit() and _number().match(rest)):
        return "\n"
    is_latin = text[-1].isascii() and text[-1].isalpha() and rest[0].isascii() and rest[0].isalpha()
    return " " if is_latin else ""


@cache
def _number() -> re.Pattern[str]:
    return re.compile(r"\s*\d{1,3}\s*[、.．]")
