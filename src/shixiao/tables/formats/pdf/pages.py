"""What stands on a page → its tables, and the lines of text outside of them, in reading order."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

from shixiao.tables.formats.pdf.drawing import Character, Line, Page
from shixiao.tables.formats.pdf.fonts import UNKNOWN
from shixiao.tables.formats.pdf.lettering import Tally, Written, turned, written
from shixiao.tables.formats.pdf.ruling import Cell, Ruled, ruled
from shixiao.tables.formats.pdf.work import Work

_WIDEST_PADDING = 9.0


class Filled(NamedTuple):
    """A cell with its lines of text; its content may reach from `room[0]` to `room[1]`."""

    cell: Cell
    lines: list[Written]
    room: tuple[float, float]


class PageTable(NamedTuple):
    """The part of a table that stands on one page."""

    edges: list[float]
    cells: list[Filled]
    is_open_above: bool = False
    is_open_below: bool = False

    @property
    def height(self) -> int:
        """How many rows it has."""
        return max(one.cell.bottom for one in self.cells)


class Content(NamedTuple):
    """A page in reading order: tables, and lines outside of them. `is_turned` where places are not those of the paper as it
    is shown, because its text stands sideways."""

    number: int
    height: float
    blocks: list[PageTable | Written]
    is_turned: bool = False

    @property
    def tables(self) -> list[PageTable]:
        """The tables only."""
        return [block for block in self.blocks if isinstance(block, PageTable)]


def content_of(page: Page, work: Work, tally: Tally) -> Content:
    """The tables and the lines of a page. Raises Crowded or Exhausted beyond the limits."""
    printed, page = page, _upright(page)
    tally.unknown += sum(1 for one in page.characters if one.text == UNKNOWN)
    tables = ruled(page, work)
    outside, inside = _sorted_in(page, tables, work)
    placed: list[tuple[float, PageTable | Written]] = [
        ((line.top + line.bottom) / 2, line) for line in written(outside, tally)
    ]
    for table, letters in zip(tables, inside, strict=True):
        placed.append((table.ys[0], _filled(table, letters, tally)))
    return Content(
        page.number, page.height, [block for _, block in sorted(placed, key=lambda one: one[0])], page is not printed
    )


def _upright(page: Page) -> Page:
    """The page turned so that most of its text stands upright, without what lies outside of the paper."""
    kept = [
        one
        for one in page.characters
        if -1 <= (one.x0 + one.x1) / 2 <= page.width + 1 and -1 <= (one.top + one.bottom) / 2 <= page.height + 1
    ]
    page.off_page = len(page.characters) - len(kept)
    turns = Counter(one.turn for one in kept)
    turn = max(turns, key=turns.__getitem__, default=0)
    if turn == 0:
        page.characters = kept
        return page
    is_sideways = turn in (1, 3)
    other = Page(page.number, *((page.height, page.width) if is_sideways else (page.width, page.height)))
    other.across, other.down = _turned_lines(page, turn)
    shift = {1: (0.0, page.width), 2: (page.width, page.height), 3: (page.height, 0.0)}[turn]
    other.characters = [
        Character(
            one.x0 + shift[0],
            one.top + shift[1],
            one.x1 + shift[0],
            one.bottom + shift[1],
            one.text,
            one.size,
            (before.turn - turn) % 4,
        )
        for before, one in zip(kept, turned(kept, turn), strict=True)
    ]
    return other


def _turned_lines(page: Page, turn: int) -> tuple[list[Line], list[Line]]:
    """The lines of a page that is turned by so many quarters against the clock: those across, those down."""
    wide, high = page.width, page.height
    if turn == 1:
        return (
            [Line(wide - at, start, end) for at, start, end in page.down],
            [Line(at, wide - end, wide - start) for at, start, end in page.across],
        )
    if turn == 2:
        return (
            [Line(high - at, wide - end, wide - start) for at, start, end in page.across],
            [Line(wide - at, high - end, high - start) for at, start, end in page.down],
        )
    return (
        [Line(at, high - end, high - start) for at, start, end in page.down],
        [Line(high - at, start, end) for at, start, end in page.across],
    )


def _sorted_in(page: Page, tables: Sequence[Ruled], work: Work) -> tuple[list[Character], list[list[list[Character]]]]:
    """The characters outside of all tables, and for each table those of each of its cells."""
    outside: list[Character] = []
    inside: list[list[list[Character]]] = [[[] for _ in table.cells] for table in tables]
    work.spend(len(page.characters) * (3 + len(tables)))
    for one in page.characters:
        x, y = (one.x0 + one.x1) / 2, (one.top + one.bottom) / 2
        for number, table in enumerate(tables):
            cell = table.cell_at(x, y)
            if cell >= 0:
                inside[number][cell].append(one)
                break
        else:
            outside.append(one)
    return outside, inside


def _filled(table: Ruled, letters: Sequence[list[Character]], tally: Tally) -> PageTable:
    lines = [written(_readable(one), tally) for one in letters]
    padding = _WIDEST_PADDING
    for cell, within, one in zip(table.cells, lines, letters, strict=True):
        for line in within if _is_upright(one) else ():
            padding = min(padding, line.x0 - cell.x0, cell.x1 - line.x1)
    padding = max(padding, 0.0)
    cells = [
        Filled(cell, within, (cell.x0 + padding, cell.x1 - padding) if _is_upright(one) else (0.0, cell.y1 - cell.y0))
        for cell, within, one in zip(table.cells, lines, letters, strict=True)
    ]
    return PageTable(table.edges, cells, table.is_open_above, table.is_open_below)


def _readable(letters: list[Character]) -> list[Character]:
    """The characters of a cell, turned where they were written sideways."""
    return letters if _is_upright(letters) else turned(letters, letters[0].turn)


def _is_upright(letters: list[Character]) -> bool:
    return not letters or letters[0].turn == 0
