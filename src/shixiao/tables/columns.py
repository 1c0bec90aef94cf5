"""What a person is shown to say by hand what the columns of a table hold, and where that fits again later."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from shixiao.engine.plans import Place, Repair
from shixiao.tables.assignments import MOST_COLUMNS, Assignment, Field
from shixiao.tables.grid import Grid, Row, Sheets
from shixiao.tables.layouts.indicator_rows.labels import meaning_of
from shixiao.tables.repairs import repair, shortened
from shixiao.tables.unreadable import Unreadable

ROWS_SHOWN = 12
_SEARCHED = 300
_FEWEST = 3
_LONGEST_LABEL = 40


class Columns(NamedTuple):
    """A table as it stands, with the line that looks most like its header and the best guess for each column.

    `grid` counts the grids of a file from 1. `rows` are lines of the file with their cells, the guessed header among
    them.
    """

    grid: int
    sheet: str
    page: int
    table: int
    line: int
    fields: tuple[Field, ...]
    rows: tuple[tuple[int, tuple[str, ...]], ...]


class Remembered(NamedTuple):
    """What somebody said of a header: its words, and the field of each column. `office` is whose file it was; "" fits
    any."""

    office: str
    labels: tuple[str, ...]
    columns: tuple[Field, ...]


def columns_of(sheets: Sheets, assignments: Sequence[Assignment] = ()) -> tuple[Columns, ...]:
    """Every table of a file that has enough columns to be one. `assignments` are what is known of them already."""
    known = {each.grid: each for each in reversed(assignments)}
    found = (_columns(grid, number, known.get(number)) for number, grid in enumerate(sheets.grids, 1))
    return tuple(each for each in found if each)


def _columns(grid: Grid, number: int, known: Assignment | None) -> Columns | None:
    rows = [row for row in grid.rows[:_SEARCHED] if not row.is_prose and sum(map(bool, _words(row))) > 1]
    width = min(max((len(row.cells) for row in rows), default=0), MOST_COLUMNS)
    if width < _FEWEST:
        return None
    header = next((row for row in rows if known and row.line == known.line), None) or max(rows, key=_likeness)
    fields = known.columns if known and header.line == known.line else _guess(header)
    start = max(0, min(rows.index(header) - 2, len(rows) - ROWS_SHOWN))
    shown = tuple((row.line, _padded(row, width)) for row in rows[start : start + ROWS_SHOWN])
    fields = (*fields, *(Field.KEPT,) * width)[:width]
    return Columns(number, grid.sheet, header.page or grid.page, grid.table, header.line, fields, shown)


def _padded(row: Row, width: int) -> tuple[str, ...]:
    return (*row.cells[:width], *("",) * (width - len(row.cells)))


def _likeness(row: Row) -> tuple[int, int]:
    """How many cells have a meaning as a label; then how many short cells there are."""
    words = [word for word in _words(row) if word and len(word) <= _LONGEST_LABEL]
    return sum(1 for word in words if meaning_of(word)), len(set(words))


def _guess(header: Row) -> tuple[Field, ...]:
    fields: list[Field] = []
    for word in _words(header):
        meaning = meaning_of(word) if word and len(word) <= _LONGEST_LABEL else None
        field = meaning.field if meaning and meaning.field else Field.KEPT
        fields.append(Field.KEPT if field in fields else field)
    return tuple(fields)


def assigned(sheets: Sheets, assignment: Assignment) -> tuple[Assignment, ...]:
    """The assignment with the words of its header, and the same for every other table with that header.

    Raises ValueError where there is no such line, or no column holds names or targets.
    """
    if not 1 <= assignment.grid <= len(sheets.grids):
        raise ValueError("grid")
    row = next((row for row in sheets.grids[assignment.grid - 1].rows if row.line == assignment.line), None)
    if row is None:
        raise ValueError("line")
    if not {Field.NAME, Field.CYCLE_NAME}.intersection(assignment.columns):
        raise ValueError("name")
    if not {Field.VALUE, Field.CYCLE_VALUE, Field.ACTUAL}.intersection(assignment.columns):
        raise ValueError("value")
    own = assignment._replace(labels=labels_of(row))
    others = fitting(sheets, (Remembered("", own.labels, own.columns),))
    return (own, *(each for each in others if each[:2] != own[:2]))


def settled(
    sheets: Sheets, by_hand: Sequence[Assignment], known: Iterable[Remembered]
) -> tuple[tuple[Assignment, ...], tuple[Repair, ...]]:
    """What counts, what was said by hand before what is remembered, and that it was so, once for each header.

    An assignment without the words of its header gets them, and serves every table with that header. Raises
    Unreadable where nothing can be read by it.
    """
    if by_hand:
        code, counting = "columns_by_hand", completed(sheets, by_hand)
    else:
        code, counting = "columns_remembered", fitting(sheets, known)
    said = []
    for each in {each.columns: each for each in reversed(counting)}.values():
        grid = sheets.grids[each.grid - 1] if 1 <= each.grid <= len(sheets.grids) else None
        row = next((row for row in grid.rows if row.line == each.line), None) if grid else None
        words = shortened(" ".join(filter(None, each.labels or (labels_of(row) if row else ()))))
        said.append(repair(code, grid.place(row) if grid and row else Place(), text=words))
    return counting, tuple(said)


def completed(sheets: Sheets, by_hand: Sequence[Assignment]) -> tuple[Assignment, ...]:
    """What was said by hand with the words of the headers, for every table with these. Raises Unreadable where nothing
    can be read by it."""
    completed: dict[tuple[int, int], Assignment] = {}
    for each in by_hand:
        try:
            given = (each,) if each.labels else assigned(sheets, each)
        except ValueError as missing:
            raise Unreadable("columns_wrong", Place(each.line), **_MISSING[str(missing)]) from None
        for one in given:
            completed.setdefault(one[:2], one)
    return tuple(completed.values())


_MISSING = {
    "grid": {"missing_zh": "没有这张表", "missing_en": "there is no such table"},
    "line": {"missing_zh": "没有这一行", "missing_en": "there is no such line"},
    "name": {"missing_zh": "没有指明哪一列是指标名称（name）", "missing_en": "no column holds the names (name)"},
    "value": {"missing_zh": "没有指明哪一列是指标值（value）", "missing_en": "no column holds the targets (value)"},
}


def labels_of(row: Row) -> tuple[str, ...]:
    """The words of a header as they are compared: without blanks, without empty cells at its end."""
    words = list(_words(row))
    while words and not words[-1]:
        words.pop()
    return tuple(words)


def fitting(sheets: Sheets, known: Iterable[Remembered]) -> tuple[Assignment, ...]:
    """Where the headers of `known` stand in a file of the same office, which is named in it; the newest comes first."""
    by_labels: dict[tuple[str, ...], list[Remembered]] = {}
    for each in known:
        if each.labels:
            by_labels.setdefault(each.labels, []).append(each)
    if not by_labels:
        return ()
    narrowest = min(map(len, by_labels))
    named: dict[str, bool] = {"": True}
    found = []
    for number, grid in enumerate(sheets.grids, 1):
        for row in grid.rows:
            if row.is_prose or len(row.cells) < narrowest:
                continue
            labels = labels_of(row)
            for each in by_labels.get(labels, ()):
                if each.office not in named:  # looked for in the whole file, so only where a header fits
                    named[each.office] = _is_named(each.office, sheets)
                if named[each.office]:
                    found.append(Assignment(number, row.line, each.columns, labels))
                    break
    return tuple(found)


def _is_named(office: str, sheets: Sheets) -> bool:
    wanted = "".join(office.split())
    return any(wanted in "".join(cell.split()) for grid in sheets.grids for row in grid.rows for cell in row.cells)


def _words(row: Row) -> Iterable[str]:
    return ("".join(cell.split()) for cell in row.cells[:MOST_COLUMNS])
