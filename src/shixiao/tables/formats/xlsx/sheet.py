"""One sheet of a workbook → rows for a `Collector`, in one pass over its XML."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain

from shixiao.tables.formats.number_formats import GENERAL
from shixiao.tables.formats.package import Attributes, Walk
from shixiao.tables.formats.spreadsheet import MAX_COLUMNS, Area, Collector

_MOST_MERGES = 200_000
_LAST_LINE = 1_048_576
_TRUE = ("1", "true", "on")


class SheetWalk(Walk):
    """Puts every row of a sheet into a collector, then its merged areas and hidden columns."""

    def __init__(self, part: str, collector: Collector, texts: Sequence[str], formats: Sequence[str]) -> None:
        super().__init__(part)
        self.collector = collector
        self.texts = texts
        self.formats = formats
        self.cells: list[str] = []
        self.line = self.column = 0
        self.is_hidden = False
        self.kind = self.style = ""
        self.has_formula = self.is_below = False
        self.value: list[str] | None = None
        self.pieces: list[str] | None = None
        self.columns: dict[str, int] = {}

    @property
    def is_done(self) -> bool:
        """Whether a limit has bitten among the rows."""
        return self.collector.is_full and not self.is_below

    def run(self, pieces: Iterable[bytes]) -> None:
        """Walks through the sheet; when a limit bites, through what stands below its rows."""
        last = b""

        def remembering() -> Iterator[bytes]:
            nonlocal last
            for last in waiting:  # noqa: UP028 - the last piece is remembered
                yield last

        waiting = iter(pieces)
        super().run(remembering())
        if self.is_done:
            self.is_below = True
            self.parser = self._parser()
            super().run(_below_rows(chain((last,), waiting)))

    def begin(self, name: str, attributes: Attributes) -> None:
        """Rows have handlers of their own; what stands beside them is taken here."""
        if name == "sheetData":
            self.parser.StartElementHandler = self._begin_cell
            self.parser.EndElementHandler = self._end_cell
        elif name == "mergeCell":
            area = _area(attributes.get("ref", ""))
            if area and len(self.collector.merged) < _MOST_MERGES:
                self.collector.merged.append(area)
        elif name == "col" and attributes.get("hidden") in _TRUE:
            first, last = attributes.get("min", ""), attributes.get("max", "")
            if first.isdigit() and last.isdigit() and len(self.collector.hidden_columns) < MAX_COLUMNS:
                self.collector.hidden_columns.append((max(1, int(first[:6])), int(last[:6])))

    def text(self, text: str) -> None:
        """Characters of a value."""
        if self.pieces is not None:
            self.pieces.append(text)

    def _begin_cell(self, name: str, attributes: Attributes) -> None:
        if ":" in name:
            name = name.rpartition(":")[2]
        if name == "c":
            reference = attributes.get("r")
            if reference is None:
                self.column += 1
            else:
                letters = reference.rstrip("0123456789")
                self.column = self.columns.get(letters) or self._column(letters)
            self.kind = attributes.get("t", "n")
            self.style = attributes.get("s", "")
            self.value = None
            self.has_formula = False
            self.collector.allowance.cells -= 1
        elif name == "v" or name == "t":
            self.pieces = []
        elif name == "f":
            self.has_formula = True
        elif name == "rPh":
            self.kind = "sound"
        elif name == "row":
            line = attributes.get("r", "")
            self.line = int(line) if line.isdigit() and len(line) < 8 and self.line < int(line) else self.line + 1
            self.column = 0
            self.cells = []
            self.is_hidden = attributes.get("hidden") in _TRUE or attributes.get("ht") == "0"

    def _end_cell(self, name: str) -> None:
        if ":" in name:
            name = name.rpartition(":")[2]
        if name == "v":
            self.value, self.pieces = self.pieces, None
        elif name == "t":
            if self.pieces and self.kind != "sound":
                self.value = [*(self.value or ()), *self.pieces]
            self.pieces = None
        elif name == "rPh":
            self.kind = "inlineStr"
        elif name == "c":
            if self.value or self.has_formula:
                self._put("".join(self.value or ()))
        elif name == "row":
            self.collector.add(self.line, self.cells, is_hidden=self.is_hidden)
            if self.collector.is_full:
                self.parser.StartElementHandler = self.parser.EndElementHandler = None
        elif name == "sheetData":
            self.parser.StartElementHandler, self.parser.EndElementHandler = self._begin, self._end

    def _put(self, value: str) -> None:
        collector, line, column = self.collector, self.line, self.column
        if self.kind == "n":
            if not value:
                collector.note("formula_without_value", line, column)
                return
            shown = collector.number(value.strip(), self._format(), line, column)
        elif self.kind == "s":
            shown = self._shared(value)
        elif self.kind == "b":
            shown = "TRUE" if value.strip() in _TRUE else "FALSE"
        elif self.kind == "d":
            shown = value.strip().removesuffix("Z").removesuffix("T00:00:00").removesuffix("T00:00:00.000")
        else:
            shown = collector.text(unescaped(value), line, column, self._format())
            if self.kind == "e":
                collector.note("error_value", line, column, text=shown)
        if not shown:
            return
        if column > MAX_COLUMNS:
            collector.note("columns_left_out", line, column, most=MAX_COLUMNS)
            return
        cells = self.cells
        if len(cells) < column:
            cells += [""] * (column - len(cells))
        cells[column - 1] = shown

    def _shared(self, value: str) -> str:
        index = value.strip()
        if not (index.isascii() and index.isdigit() and len(index) < 9 and int(index) < len(self.texts)):
            self.collector.note("shared_text_missing", self.line, self.column)
            return ""
        return self.collector.text(self.texts[int(index)], self.line, self.column, self._format())

    def _format(self) -> str:
        style = self.style
        if not style or not self.formats:
            return GENERAL
        index = int(style) if style.isascii() and style.isdigit() and len(style) < 9 else 0
        return self.formats[index] if index < len(self.formats) else GENERAL

    def _column(self, letters: str) -> int:
        """The column of `AB` (28); the next one for what is no column."""
        column = _column(letters)
        if not column:
            return self.column + 1
        self.columns[letters] = column
        return column


def unescaped(text: str) -> str:
    """A text without the `_x000D_` by which workbooks write what XML cannot hold."""
    if "_x" not in text or not (found := _ESCAPE.search(text)):
        return text
    del found
    made = _ESCAPE.sub(lambda match: chr(int(match[1], 16)), text)
    return made.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


_ESCAPE = re.compile("_x([0-9A-Fa-f]{4})_")
_AREA = re.compile(r"\$?([A-Za-z]{1,3})\$?([0-9]{1,7}):\$?([A-Za-z]{1,3})\$?([0-9]{1,7})")


def _column(letters: str) -> int:
    """The number of a column, 0 for what is none."""
    if not (1 <= len(letters) <= 3 and letters.isascii() and letters.isalpha()):
        return 0
    number = 0
    for letter in letters.upper():
        number = number * 26 + ord(letter) - 64
    return number


def _area(reference: str) -> Area | None:
    match = _AREA.fullmatch(reference)
    if match is None:
        return None
    left, right = sorted((_column(match[1]), _column(match[3])))
    top, bottom = sorted((int(match[2]), int(match[4])))
    return Area(top, left, min(bottom, _LAST_LINE), right)


_ROWS_END = re.compile(rb"</((?:[A-Za-z_][\w.-]*:)?)sheetData\s*>")
_LONGEST_END = 80


def _below_rows(pieces: Iterator[bytes]) -> Iterator[bytes]:
    """What stands below the rows, as XML of its own; the rows themselves are only skipped."""
    kept = b""
    for piece in pieces:
        kept += piece
        if match := _ROWS_END.search(kept):
            yield b"<" + match[1] + b"worksheet>" + kept[match.end() :]
            yield from pieces
            return
        kept = kept[-_LONGEST_END:]
    yield b"<worksheet/>"
