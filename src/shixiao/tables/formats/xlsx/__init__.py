"""Excel workbooks (xlsx, xlsm): the cells of every visible sheet as they show.

Read as XML, piece by piece, and not through openpyxl: what a cell shows (its number exactly as stored, its format),
what is merged and what is hidden come in one pass, a trap costs no more than its limit, and workbooks of other
programs (Strict Open XML, missing parts) are read as well. openpyxl writes.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from shixiao.engine.plans import Place, Repair
from shixiao.tables.document import Document
from shixiao.tables.formats.number_formats import BUILT_IN, GENERAL
from shixiao.tables.formats.package import Attributes, Package, Relation, Walk, relations
from shixiao.tables.formats.spreadsheet import Allowance, Collector
from shixiao.tables.formats.xlsx.sheet import SheetWalk, unescaped
from shixiao.tables.grid import Grid, Sheets
from shixiao.tables.repairs import repair
from shixiao.tables.unreadable import Unreadable

NAME = "xlsx"

_MAIN = "xl/workbook.xml"


def sheets(content: bytes) -> Sheets:
    """One grid for each visible sheet with text. Raises Unreadable when there is none, or the file is damaged."""
    package = Package(content)
    workbook = _workbook(package)
    repairs = list(_outside(package, workbook))
    grids: list[Grid] = []
    has_hidden = False
    reader = _Reader(package, workbook, repairs)
    for sheet in workbook.sheets:
        if sheet.is_hidden:
            has_hidden = True
            repairs.append(repair("hidden_sheet_left_out", Place(sheet=sheet.name), sheet=sheet.name))
        elif not sheet.part:
            repairs.append(repair("sheet_missing", Place(sheet=sheet.name), sheet=sheet.name))
        else:
            grid, mended = reader.grid(sheet)
            grids += [grid] if grid else []
            repairs += mended
    if not grids:
        raise Unreadable("workbook_hidden" if has_hidden else "workbook_empty")
    return Sheets(grids, "", tuple(repairs))


def write(document: Document) -> bytes:
    """One sheet for each table, in the official layout."""
    from shixiao.tables.formats.xlsx import writing  # brings openpyxl, which reading does not need

    return writing.written(document)


class _Sheet(NamedTuple):
    """A sheet of the workbook; `part` is "" where its content is missing."""

    name: str
    part: str
    is_hidden: bool


class _Workbook(NamedTuple):
    sheets: list[_Sheet]
    relations: list[Relation]
    is_1904: bool
    has_macros: bool

    def part(self, kind: str, default: str) -> str:
        """The part of this kind."""
        return next((each.target for each in self.relations if each.kind == kind), default)


def _workbook(package: Package) -> _Workbook:
    main = next((each.target for each in relations(package, "") if each.kind == "officeDocument"), _MAIN)
    main = main if main in package else _MAIN
    walk = _WorkbookWalk(main)
    walk.run(package.pieces(main))
    related = relations(package, main) or list(_guessed(package))
    parts = {each.id: each for each in related}
    found: list[_Sheet] = []
    has_macros = any(name.endswith("vbaproject.bin") for name in package.names())
    for name, key, state in walk.sheets:
        relation = parts.get(key)
        kind = relation.kind if relation else "worksheet"
        if kind == "worksheet":
            part = relation.target if relation and relation.target in package else ""
            found.append(_Sheet(name, part, state in ("hidden", "veryHidden")))
        has_macros = has_macros or kind == "xlMacrosheet"
    return _Workbook(found, related, walk.is_1904, has_macros)


def _guessed(package: Package) -> Iterator[Relation]:
    """The parts by their usual names, for a workbook that has lost its list of parts."""
    for name in package.names():
        if match := re.fullmatch(r"xl/worksheets/sheet(\d{1,4})\.xml", name):
            yield Relation(f"rId{match[1]}", "worksheet", name)


class _WorkbookWalk(Walk):
    def __init__(self, part: str) -> None:
        super().__init__(part)
        self.sheets: list[tuple[str, str, str]] = []
        self.is_1904 = False

    def begin(self, name: str, attributes: Attributes) -> None:
        if name == "sheet":
            relation = next((value for key, value in attributes.items() if key.rpartition(":")[2] == "id"), "")
            self.sheets.append((attributes.get("name", ""), relation, attributes.get("state", "")))
        elif name == "workbookPr":
            self.is_1904 = attributes.get("date1904") in ("1", "true")


def _outside(package: Package, workbook: _Workbook) -> Iterator[Repair]:
    if workbook.has_macros:
        yield repair("macros_ignored")


class _Reader:
    """Reads sheets; loads the shared texts and the number formats once, for the first sheet."""

    def __init__(self, package: Package, workbook: _Workbook, repairs: list[Repair]) -> None:
        self.package = package
        self.workbook = workbook
        self.repairs = repairs
        self.allowance = Allowance()
        self.texts: list[str] | None = None
        self.formats: list[str] = []

    def grid(self, sheet: _Sheet) -> tuple[Grid | None, list[Repair]]:
        """The grid of a sheet, None when it holds no text, and what was mended in it."""
        if self.texts is None:
            self.texts, self.formats = self._texts(), self._formats()
        collector = Collector(sheet.name, self.allowance, is_1904=self.workbook.is_1904)
        SheetWalk(sheet.part, collector, self.texts, self.formats).run(self.package.pieces(sheet.part))
        return collector.grid(), list(collector.repairs())

    def _texts(self) -> list[str]:
        part = self.workbook.part("sharedStrings", "xl/sharedStrings.xml")
        if part not in self.package:
            return []
        walk = _TextsWalk(part)
        walk.run(self.package.pieces(part))
        return walk.texts

    def _formats(self) -> list[str]:
        part = self.workbook.part("styles", "xl/styles.xml")
        if part not in self.package:
            return []
        walk = _StylesWalk(part)
        try:
            walk.run(self.package.pieces(part))
        except Unreadable as refused:
            if refused.code != "workbook_damaged":
                raise
            self.repairs.append(repair("number_formats_lost"))
        return [walk.codes.get(number) or BUILT_IN.get(number, GENERAL) for number in walk.used]


class _TextsWalk(Walk):
    """The shared texts. Rich text is joined; how a word is pronounced (rPh) is no text of the cell."""

    def __init__(self, part: str) -> None:
        super().__init__(part)
        self.texts: list[str] = []
        self.pieces: list[str] = []
        self.is_text = False
        self.is_sound = False

    def begin(self, name: str, attributes: Attributes) -> None:
        if name == "t":
            self.is_text = not self.is_sound
        elif name == "si":
            self.pieces = []
        elif name == "rPh":
            self.is_sound = True

    def end(self, name: str) -> None:
        if name == "t":
            self.is_text = False
        elif name == "rPh":
            self.is_sound = False
        elif name == "si":
            self.texts.append(unescaped("".join(self.pieces)))

    def text(self, text: str) -> None:
        if self.is_text:
            self.pieces.append(text)


class _StylesWalk(Walk):
    """The number formats: their codes by number, and the number for each style of a cell."""

    def __init__(self, part: str) -> None:
        super().__init__(part)
        self.codes: dict[int, str] = {}
        self.used: list[int] = []
        self.is_cells = False

    def begin(self, name: str, attributes: Attributes) -> None:
        if name == "numFmt":
            self.codes[_whole(attributes.get("numFmtId", ""))] = unescaped(attributes.get("formatCode", GENERAL))
        elif name == "cellXfs":
            self.is_cells = True
        elif name == "xf" and self.is_cells:
            self.used.append(_whole(attributes.get("numFmtId", "")))

    def end(self, name: str) -> None:
        if name == "cellXfs":
            self.is_cells = False


def _whole(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 9 else 0
