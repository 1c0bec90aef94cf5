"""The rows of a sheet against the fields of a register, and everything that is wrong with them. Pure.

People, units, topics and subjects are read as words; whether there is such a thing is for `looking` to find out.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from shixiao.casework.refusing import Refused
from shixiao.casework.sheets import MOST_ROWS, RowsBelow, Wrong, day_of, tables_of
from shixiao.engine.bilingual import Text
from shixiao.engine.secrecy import is_marked
from shixiao.offices.registers.columns import IGNORED, OF_THE_HOUSE, Taken, meaning_of, readable
from shixiao.offices.registers.fields import THINGS, Field, Sort, read_values
from shixiao.tables.grid import Grid, Sheets
from shixiao.tables.money import amount

_ZONE = ZoneInfo("UTC")  # nothing read here is a moment
_HERE = Text("这一行", "This row")
_ROUND = Text(
    "请去掉显示不出来的小数位，或者把它们都显示出来，再导入。",
    "Round what is not shown, or show it, then import again.",
)
_NO_DAY = Text("不是日期：请写成 2026-03-05。", "This is no date: write 2026-03-05.")
_EMPTY_FORMULA = ("#REF!", "#VALUE!", "#NAME?", "#DIV/0!", "#N/A", "#NULL!", "#NUM!")


@dataclass(slots=True, kw_only=True)
class Line:
    """A row as it was read. `things` are words by the code of their field; `values` has their ids once they are found."""

    sheet: str
    line: int
    values: dict[str, Any] = field(default_factory=dict)
    texts: dict[str, str] = field(default_factory=dict)
    things: dict[str, str] = field(default_factory=dict)
    due_on: date | None = None
    unit: str = ""
    project: str = ""
    unit_key: int = 0
    project_key: int | None = None

    @property
    def content(self) -> tuple[Any, ...]:
        """What makes two rows the same."""
        return (
            tuple(sorted((code, str(value)) for code, value in self.values.items())),
            tuple(sorted(self.texts.items())),
            str(self.due_on or ""),
            self.unit_key,
        )


@dataclass(slots=True)
class Read:
    """Everything that was read."""

    lines: list[Line] = field(default_factory=list)
    wrong: list[Wrong] = field(default_factory=list)
    totals_left_out: int = 0
    notes_left_out: list[str] = field(default_factory=list)
    is_too_long: bool = False


def read(sheets: Sheets, how: Taken, fields: Sequence[Field], *, is_plan: bool) -> Read:
    """Every row below the header, and below the same header on other sheets. Stops beyond `MOST_ROWS`."""
    found = Read()
    for grid, start in tables_of(sheets, how, meaning_of(fields)):
        reader = _Reader(grid, how, fields, is_plan=is_plan)
        for each in reader.numbers:
            reader.check_digits(sheets, each.code, each.words, _ROUND)
        for index, cells in reader.rows(start + 1, undated=reader.may_be_total):
            if (line := reader.line(index, cells)) is not None:
                found.lines.append(line)
            if len(found.lines) + len(reader.wrong) > MOST_ROWS:
                found.is_too_long = True
                break
        found.wrong += reader.wrong
        found.totals_left_out += reader.totals_left_out
        found.notes_left_out += reader.notes_left_out
        if found.is_too_long:
            break
    return found


class _Reader(RowsBelow):
    """Reads the rows of one table."""

    def __init__(self, grid: Grid, how: Taken, fields: Sequence[Field], *, is_plan: bool) -> None:
        super().__init__(grid, {code: at for at, code in enumerate(how.codes) if code != IGNORED}, how.labels)
        self.fields = {each.code: each for each in readable(fields)}
        self.is_plan = is_plan

    @property
    def numbers(self) -> list[Field]:
        """Fields in which a digit that is not shown would be lost."""
        return [each for each in self.fields.values() if each.sort in {Sort.NUMBER, Sort.MONEY}]

    def may_be_total(self, cells: Mapping[str, str]) -> bool:
        """A line of totals has no date."""
        days = [code for code, each in self.fields.items() if each.sort is Sort.DATE]
        return all(day_of(cells.get(code, "")) is None for code in days)

    def line(self, index: int, cells: Mapping[str, str]) -> Line | None:
        """One row; None where something is wrong with it."""
        before = len(self.wrong)
        line = Line(sheet=self.grid.sheet, line=self.grid.rows[index].line)
        for code, cell in cells.items():
            if code in OF_THE_HOUSE:
                self._of_the_house(line, index, code, cell)
            elif code in self.fields:
                self._field(line, index, self.fields[code], cell)
        for each in self.fields.values():
            if each.is_required and not self.is_plan and not cells.get(each.code):
                self.refuse(index, each.code, each.words, Text(f"请填写{each.title}。", f"{each.title} is needed."))
        return line if len(self.wrong) == before else None

    def _of_the_house(self, line: Line, index: int, code: str, cell: str) -> None:
        if code == "-due_on" and cell:
            line.due_on = day_of(cell)
            if line.due_on is None:
                self.refuse(index, code, OF_THE_HOUSE[code], _NO_DAY)
        elif code == "-unit":
            line.unit = cell
        elif code == "-project":
            line.project = cell

    def _field(self, line: Line, index: int, each: Field, cell: str) -> None:
        if not cell:
            return
        if self.is_shared(index, each.code) and each.sort in {Sort.NUMBER, Sort.MONEY}:
            self.refuse(index, each.code, each.words, self.merged_text)
            return
        if cell in _EMPTY_FORMULA:
            text = Text(
                f"公式算出的是错误（{cell}）。请改正公式，或者直接填写。",
                f"The formula gives {cell}. Correct it, or type the value.",
            )
            self.refuse(index, each.code, each.words, text)
            return
        if is_marked(cell):
            text = Text(
                "带有密级标志。涉密内容不得进入本系统，请删去这一行并按保密规定处理。",
                "This carries a mark of secrecy and may not enter. Leave the row out and deal with it as the rules say.",
            )
            self.refuse(index, each.code, each.words, text)
            return
        if each.sort in THINGS:
            line.things[each.code] = cell
            return
        self._value(line, index, each, cell)

    def _value(self, line: Line, index: int, each: Field, cell: str) -> None:
        told: Any = cell
        if each.sort is Sort.DATE:
            if (day := day_of(cell)) is None:
                self.refuse(index, each.code, each.words, _NO_DAY)
                return
            told = day.isoformat()
        elif each.sort in {Sort.NUMBER, Sort.MONEY}:
            told = _number(cell, each)
        try:
            values, texts = read_values([each], *_split(each, told), zone=_ZONE, of=_HERE)
        except Refused as refused:
            for one in refused.all:
                self.refuse(index, each.code, each.words, one.text)
            return
        line.values |= {code: value for code, value in values.items() if value != ""}
        line.texts |= {code: text for code, text in texts.items() if text}


def _split(each: Field, told: Any) -> tuple[dict[str, Any], dict[str, Any]]:
    return ({}, {each.code: told}) if each.is_text else ({each.code: told}, {})


def _number(cell: str, each: Field) -> Any:
    """A number as people and spreadsheets write it, without its unit; what is none goes on as it stands, to be refused."""
    text = cell.removesuffix(each.unit).strip() if each.unit else cell
    found = amount(text, unit="元")
    if found is None or found.value is None:
        return cell
    value: Decimal = found.value.scaleb(4)
    return f"{value:f}"
