"""The rows of a list of tasks, and everything that is wrong with them. Pure.

Units and people are read as words; whether there is such a thing is for `importing` to find out.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from shixiao.casework.sheets import MOST_ROWS, RowsBelow, Wrong, day_of, tables_of
from shixiao.engine.bilingual import Text
from shixiao.engine.secrecy import is_marked
from shixiao.offices.supervision.columns import IGNORED, REQUIRED, TITLES, Taken, means
from shixiao.tables.grid import Grid, Sheets

LENGTHS = {"matter": 200, "done_when": 1000, "source_ref": 200}
_BETWEEN = re.compile(r"[、，,;；/\n]+")


@dataclass(slots=True, kw_only=True)
class Line:
    """A row as it was read: words as they stand, and what was found of them."""

    sheet: str
    line: int
    words: dict[str, str] = field(default_factory=dict)
    limit_on: date | None = None
    unit_key: int = 0
    orderer_key: int = 0
    assisting_keys: tuple[int, ...] = ()

    @property
    def assisting(self) -> list[str]:
        """The units that help, one by one."""
        return [each.strip() for each in _BETWEEN.split(self.words.get("assisting", "")) if each.strip()]


@dataclass(slots=True)
class Read:
    """Everything that was read."""

    lines: list[Line] = field(default_factory=list)
    wrong: list[Wrong] = field(default_factory=list)
    is_too_long: bool = False


def read(sheets: Sheets, how: Taken) -> Read:
    """Every row below the header, and below the same header on other sheets. Stops beyond `MOST_ROWS`."""
    found = Read()
    for grid, start in tables_of(sheets, how, means):
        reader = _Reader(grid, how)
        for index, cells in reader.rows(start + 1, undated=lambda cells: not cells.get("matter")):
            if (line := reader.line(index, cells)) is not None:
                found.lines.append(line)
            if len(found.lines) + len(reader.wrong) > MOST_ROWS:
                found.is_too_long = True
                break
        found.wrong += reader.wrong
        if found.is_too_long:
            break
    return found


class _Reader(RowsBelow):
    """Reads the rows of one table."""

    def __init__(self, grid: Grid, how: Taken) -> None:
        super().__init__(grid, {code: at for at, code in enumerate(how.codes) if code != IGNORED}, how.labels)

    def line(self, index: int, cells: Mapping[str, str]) -> Line | None:
        """One row; None where something is wrong with it."""
        before = len(self.wrong)
        line = Line(sheet=self.grid.sheet, line=self.grid.rows[index].line)
        for code, cell in cells.items():
            if code in TITLES and cell:
                self._take(line, index, code, cell)
        for code in REQUIRED:
            if not cells.get(code):
                title = TITLES[code]
                self.refuse(index, code, title, Text(f"请填写{title.zh}。", f"{title.en} is needed."))
        return line if len(self.wrong) == before else None

    def _take(self, line: Line, index: int, code: str, cell: str) -> None:
        if is_marked(cell):
            text = Text(
                "带有密级标志。涉密内容不得进入本系统，请删去这一行并按保密规定处理。",
                "This carries a mark of secrecy and may not enter. Leave the row out and deal with it as the rules say.",
            )
            self.refuse(index, code, TITLES[code], text)
        elif (most := LENGTHS.get(code)) is not None and len(cell) > most:
            text = Text(
                f"最多 {most} 个字，这里有 {len(cell)} 个。", f"At most {most} characters; these are {len(cell)}."
            )
            self.refuse(index, code, TITLES[code], text)
        elif code == "limit_on":
            line.limit_on = day_of(cell)
            if line.limit_on is None:
                text = Text("不是日期：请写成 2026-03-05。", "This is no date: write 2026-03-05.")
                self.refuse(index, code, TITLES[code], text)
        else:
            line.words[code] = " ".join(cell.split()) if code != "done_when" else cell
