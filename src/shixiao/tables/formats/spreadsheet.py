"""What xlsx and xls share: cells as they were put into a sheet → a grid, with limits and with all that was mended."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from shixiao.engine.plans import Place, Repair
from shixiao.tables.decoding import is_invisible
from shixiao.tables.formats.number_formats import GENERAL, shown, text_shown
from shixiao.tables.grid import Grid, Merge, Row
from shixiao.tables.repairs import repair

# A province in one file has some 100,000 rows of ten cells. Beyond this a file is no table, or a trap.
MAX_CELLS = 1_000_000
MAX_TEXT = 20_000_000
MAX_COLUMNS = 1_024
# Formatted rows without any text, as a whole column that was coloured leaves behind; nothing is sought below them.
MOST_EMPTY_ROWS = 10_000
# Rows are filled up to the width of the sheet, but no further than this.
_MOST_FILLED = 64
_MOST_MERGED = 2_000_000
_MOST_NAMED = 3


class Allowance:
    """What one file may still hold; shared by its sheets."""

    __slots__ = ("cells", "text")

    def __init__(self, *, cells: int = MAX_CELLS, text: int = MAX_TEXT) -> None:
        self.cells = cells
        self.text = text

    @property
    def is_spent(self) -> bool:
        """Whether nothing more may be read."""
        return self.cells < 0 or self.text < 0


class _Note:
    """One kind of repair in a sheet: how often, where first, and in which cells."""

    __slots__ = ("count", "names", "particulars", "place")

    def __init__(self, place: Place, particulars: dict[str, object]) -> None:
        self.place = place
        self.particulars = particulars
        self.count = 0
        self.names: list[str] = []


class Area(NamedTuple):
    """A merged area as a spreadsheet says it: lines and columns from 1, both ends inside."""

    top: int
    left: int
    bottom: int
    right: int


class Collector:
    """Collects the rows of one sheet: `add` each in order, then ask for the `grid` and the `repairs`."""

    def __init__(self, name: str, allowance: Allowance, *, is_1904: bool = False) -> None:
        self.name = name
        self.allowance = allowance
        self.is_1904 = is_1904
        self.rows: list[tuple[int, list[str]]] = []
        self.merged: list[Area] = []
        self.hidden_columns: list[tuple[int, int]] = []
        self.is_full = False
        self._notes: dict[tuple[str, str], _Note] = {}
        self._last_text = 0
        self._known: dict[tuple[str, str], str] = {}

    def add(self, line: int, cells: list[str], *, is_hidden: bool = False) -> None:
        """Takes a row; one without text only counts. From the moment a limit bites, `is_full` is set."""
        if self.is_full:
            return
        while cells and not cells[-1]:
            cells.pop()
        if cells:
            self.allowance.text -= sum(map(len, cells))
            self.rows.append((line, cells))
            self._last_text = 0
            if is_hidden:
                self.note("hidden_rows_read", line)
        else:
            self._last_text += 1
        if self.allowance.is_spent:
            self.note("sheet_cut_short", line, last=line)
            self.is_full = True
        elif self._last_text >= MOST_EMPTY_ROWS:
            self.note("rows_below_left_out", line, most=MOST_EMPTY_ROWS)
            self.is_full = True

    def note(self, code: str, line: int, column: int = 0, *, count: int = 1, **particulars: object) -> None:
        """Something that was mended in a cell or row. Each kind is told once for a sheet, with its number and cells."""
        key = code, str(particulars.get("format", ""))
        found = self._notes.get(key)
        if found is None:
            found = self._notes[key] = _Note(Place(line, column, sheet=self.name), particulars)
        found.count += count
        if len(found.names) <= _MOST_NAMED:
            found.names.append(cell_name(line, column))

    def text(self, text: str, line: int, column: int, code: str = GENERAL) -> str:
        """A text as it shows: line breaks as `\\n`, nothing invisible, with what its format adds."""
        if not text.isprintable():
            text = self._visible(text, line, column)
        elif "\ufffd" in text:
            self.note("replacement_character", line, column, count=text.count("\ufffd"))
        return text if code == GENERAL else text_shown(text, code)

    def number(self, number: str, code: str, line: int, column: int) -> str:
        """A number as its format shows it. What is no number stays as it is."""
        key = (number, code)
        known = self._known.get(key)
        if known is not None:
            return known
        try:
            found = shown(number, code, is_1904=self.is_1904)
        except ValueError:
            self.note("number_broken", line, column, text=number)
            return self.text(number, line, column)
        if not found.is_understood:
            self.note("number_format_unknown", line, column, format=code, text=found.text)
        elif found.is_rounded:
            self.note("digits_not_shown", line, column, shown=found.text, held=number)
        elif len(self._known) < 10_000:
            self._known[key] = found.text
        return found.text

    def grid(self) -> Grid | None:
        """The sheet as a grid; None when it holds no text."""
        if not self.rows:
            return None
        width = max(len(cells) for _, cells in self.rows)
        filled = min(width, _MOST_FILLED)
        lines: list[int] = []
        filled_rows: list[list[str]] = []
        for line, cells in self.rows:
            if lines and line > lines[-1] + 1:
                lines.append(lines[-1] + 1)
                filled_rows.append([""])
            lines.append(line)
            filled_rows.append(cells + [""] * (filled - len(cells)))
        merges = list(self._merges(lines, filled_rows, width))
        prose = set(_prose(filled_rows))
        rows = [
            Row(line, cells[:1], is_prose=True) if index in prose else Row(line, cells)
            for index, (line, cells) in enumerate(zip(lines, filled_rows, strict=True))
        ]
        self._note_hidden_columns()
        kept = (merge for merge in merges if not prose.intersection(range(merge.top, merge.bottom)))
        return Grid(rows, sheet=self.name, merges=tuple(kept) if prose else tuple(merges))

    def repairs(self) -> Iterator[Repair]:
        """Everything noted, in the order in which it was met first."""
        for (code, _), note in self._notes.items():
            names = ", ".join(note.names[:_MOST_NAMED]) + (" …" if len(note.names) > _MOST_NAMED else "")
            words = {"count": note.count, "cells": names, "sheet": self.name, **note.particulars}
            yield repair(code, note.place, row=None, **words)

    def _visible(self, text: str, line: int, column: int) -> str:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
        if "\ufffd" in text:
            self.note("replacement_character", line, column, count=text.count("\ufffd"))
        invisible = sorted(character for character in set(text) if is_invisible(character))
        if not invisible:
            return text
        codes = ", ".join(f"U+{ord(character):04X}" for character in invisible[:5])
        count = sum(text.count(character) for character in invisible)
        self.note("control_character", line, column, count=count, codes=codes)
        return text.translate(dict.fromkeys(map(ord, invisible)))

    def _merges(self, lines: Sequence[int], rows: list[list[str]], width: int) -> Iterator[Merge]:
        """The merged areas in the rows that are there. Only the first cell of each keeps its text."""
        left_to_do = _MOST_MERGED
        for area in self.merged:
            top, bottom = bisect_left(lines, area.top), bisect_right(lines, area.bottom)
            left, right = area.left - 1, min(area.right, width)
            if bottom - top < 1 or right <= left or (bottom - top == 1 and right - left == 1):
                continue
            left_to_do -= (bottom - top) * (right - left)
            if left_to_do < 0:
                self.note("merges_left_out", area.top, area.left)
                return
            first = rows[top][left] if left < len(rows[top]) else ""
            for index in range(top, bottom):
                cells = rows[index]
                start = left + 1 if index == top else left
                for column in range(start, min(right, len(cells))):
                    if cells[column] and cells[column] != first:
                        self.note("merged_text_left_out", lines[index], column + 1, text=cells[column])
                    cells[column] = ""
            yield Merge(top, left, bottom, right)

    def _note_hidden_columns(self) -> None:
        for first, last in self.hidden_columns:
            for column in range(first, min(last, MAX_COLUMNS) + 1):
                found = next((line for line, cells in self.rows if column <= len(cells) and cells[column - 1]), 0)
                if found:
                    self.note("hidden_columns_read", found, column)


def _prose(rows: Sequence[Sequence[str]]) -> Iterator[int]:
    """The rows beside the table: those above the first and below the last row of several texts that begin their row."""
    several = [index for index, cells in enumerate(rows) if sum(map(bool, cells)) > 1]
    if not several:
        return
    for index in (*range(several[0]), *range(several[-1] + 1, len(rows))):
        if rows[index][0]:
            yield index


def cell_name(line: int, column: int) -> str:
    """`B5` for line 5, column 2; `5` for a whole row."""
    letters = ""
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return f"{letters}{line}"
