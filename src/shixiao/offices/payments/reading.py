"""The rows of a finance system's file as payments that were made, and everything that is wrong with them. Pure."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from typing import NamedTuple
from zoneinfo import ZoneInfo

from shixiao.casework.particulars import FEN, Particular
from shixiao.casework.refusing import Refused
from shixiao.engine.bilingual import Text
from shixiao.offices.payments.columns import Field, Taken, headers, tables_of
from shixiao.offices.payments.steps import PAYMENTS
from shixiao.tables.grid import Grid, Row, Sheets
from shixiao.tables.money import amount

# What the reader of tables says when something of the file is not there: a part of a file is never taken in.
CUT_OFF = frozenset(
    "sheet_cut_short rows_below_left_out rows_left_out columns_left_out merges_left_out sheet_missing pages_left_out "
    "page_left_out page_partly_read".split()
)
DIGITS_NOT_SHOWN = "digits_not_shown"
MOST_ROWS = 20_000  # about ten seconds and 300 MB; a year of a department is below it
_ZONE = ZoneInfo("UTC")  # no particular read here is a moment
_DAY = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?(?:[ T]\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?)?")
_COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})")
_SERIAL = re.compile(r"(\d{5})(?:\.\d+)?")
_SERIAL_BEGIN = date(1899, 12, 30)
_TOTALS = re.compile(r"(本页|本月|本年|本期)?(小计|合计|总计|累计)[::]?")
_SOURCES = {
    "fiscal": "财政拨款 财政资金 一般公共预算 一般公共预算资金 一般公共预算拨款 fiscal",
    "special": "财政专户资金 财政专户拨款 财政专户管理资金 财政专户 专户资金 special",
    "other": "其他资金 其他 其他来源 单位资金 自有资金 other",
}
SOURCE_WORDS = {word: code for code, words in _SOURCES.items() for word in words.split()}
_TAKE_OVER = PAYMENTS.step("take_over")
_PARTICULARS: Mapping[str, Particular] = {each.name: each for each in _TAKE_OVER.takes} if _TAKE_OVER else {}


class Wrong(NamedTuple):
    """One thing that is wrong: where, and what to do. `column` is a letter, "" for the row."""

    sheet: str
    line: int
    column: str
    title: Text
    text: Text


@dataclass(slots=True, kw_only=True)
class Line:
    """A row as it was read; `project` and `contract` are found later."""

    sheet: str
    line: int
    on: date = date.min
    amount: Decimal = Decimal(0)
    source: str = ""
    payee: str = ""
    purpose: str = ""
    voucher: str = ""
    code: str = ""
    name: str = ""
    unit: str = ""
    contract_number: str = ""
    project: int = 0
    contract: int | None = None
    over_by: Decimal = Decimal(0)


@dataclass(slots=True)
class Read:
    """Everything that was read."""

    lines: list[Line] = field(default_factory=list)
    wrong: list[Wrong] = field(default_factory=list)
    totals_left_out: int = 0
    notes_left_out: list[str] = field(default_factory=list)
    is_too_long: bool = False


def read(sheets: Sheets, how: Taken) -> Read:
    """Every row below the header, and below the same header on other sheets. Stops beyond `MOST_ROWS`."""
    found = Read()
    for grid, start in tables_of(sheets, how):
        reader = _Reader(grid, how, found)
        reader.check_digits(sheets)
        for index in range(start + 1, len(grid.rows)):
            reader.row(index)
            if len(found.lines) > MOST_ROWS:
                found.is_too_long = True
                return found
    return found


class _Reader:
    """Reads the rows of one table."""

    def __init__(self, grid: Grid, how: Taken, found: Read) -> None:
        self.grid, self.how, self.found = grid, how, found
        self.columns: dict[Field, int] = {
            field: number for number, field in enumerate(how.fields) if field is not Field.IGNORED
        }
        self.merged = dict(self._merged())
        self.labels = next((each.labels for each in headers(grid) if each.labels == how.labels), how.labels)

    def _merged(self) -> Iterator[tuple[tuple[int, int], str]]:
        """What stands in the merged cells that were left empty."""
        columns = sorted(set(self.columns.values()))
        for merge in self.grid.merges:
            first = self.grid.rows[merge.top].cells
            text = first[merge.left] if merge.left < len(first) else ""
            for column in columns:
                if text and merge.left <= column < merge.right:
                    for index in range(merge.top, merge.bottom):
                        yield (index, column), text

    def check_digits(self, sheets: Sheets) -> None:
        """A cell that shows fewer digits than it holds would be read short: in the column of amounts nothing may. Only the
        first cells are named; where there are more, one of them may be an amount."""
        at = self.columns.get(Field.AMOUNT)
        for each in sheets.repairs:
            if each.code != DIGITS_NOT_SHOWN or each.place.sheet != self.grid.sheet or at is None:
                continue
            named = each.text.en.partition(": ")[2].partition(" (")[0]
            if "…" not in named and letter(at) not in {cell.rstrip("0123456789") for cell in named.split(", ")}:
                continue
            text = Text(
                f"{each.text.zh}请把金额列设为两位小数，去掉多余的小数位后再导入。",
                f"{each.text.en} Round the amounts to two decimals, then import again.",
            )
            self._wrong(each.place.line, at, Field.AMOUNT, text)

    def row(self, index: int) -> None:
        """One row: a payment, or something to be left out, or what is wrong with it."""
        row = self.grid.rows[index]
        cells: dict[Field, str] = {field: self._cell(row, index, column) for field, column in self.columns.items()}
        if row.is_prose or not any(cells.values()):
            if text := " ".join(filter(None, (cell.strip() for cell in row.cells))):
                self._left_out(text)
            return
        if self._is_total(row, cells) or self._is_header_again(row):
            return
        before = len(self.found.wrong)
        line = Line(sheet=self.grid.sheet, line=row.line, source=self.how.source)
        self._fill(line, cells, index)
        if len(self.found.wrong) == before:
            self.found.lines.append(line)

    def _cell(self, row: Row, index: int, column: int) -> str:
        return self._own(row, column) or self.merged.get((index, column), "").strip()

    def _own(self, row: Row, column: int) -> str:
        """What the cell itself holds."""
        return row.cells[column].strip() if column < len(row.cells) else ""

    def _left_out(self, text: str) -> None:
        if len(self.found.notes_left_out) < 20:
            self.found.notes_left_out.append(text[:80])

    def _is_total(self, row: Row, cells: Mapping[Field, str]) -> bool:
        """A line that only adds up: no date and no payee, and it says so."""
        if cells.get(Field.PAYEE) or _day(cells.get(Field.DATE, "")):
            return False
        is_total = any(_TOTALS.fullmatch("".join(cell.split())) for cell in row.cells)
        self.found.totals_left_out += is_total
        return is_total

    def _is_header_again(self, row: Row) -> bool:
        """Each page of a printed list begins with the header."""
        words = ["".join(cell.split()) for cell in row.cells[: len(self.labels)]]
        return tuple(words) == self.labels

    def _fill(self, line: Line, cells: Mapping[Field, str], index: int) -> None:
        for at in (Field.AMOUNT, Field.VOUCHER):
            column = self.columns[at]
            if (index, column) in self.merged and not self._own(self.grid.rows[index], column):
                self._wrong(line.line, column, at, _MERGED)
                return
        self._day(line, cells[Field.DATE])
        self._amount(line, cells[Field.AMOUNT])
        self._source(line, cells)
        for at in (Field.PAYEE, Field.PURPOSE, Field.VOUCHER):
            self._told(line, at, cells[at])
        line.code, line.name = cells.get(Field.CODE, ""), cells.get(Field.NAME, "")
        line.unit, line.contract_number = cells.get(Field.UNIT, ""), cells.get(Field.CONTRACT, "")
        if not line.code and not line.name:
            at = Field.CODE if Field.CODE in self.columns else Field.NAME
            self._wrong(
                line.line, self.columns[at], at, Text("请填写项目编码或项目名称。", "Name the project, or its code.")
            )

    def _day(self, line: Line, cell: str) -> None:
        day = _day(cell)
        if day is None:
            self._wrong(line.line, self.columns[Field.DATE], Field.DATE, _NO_DAY if cell else _DAY_MISSING)
        else:
            line.on = day

    def _amount(self, line: Line, cell: str) -> None:
        found = _yuan(cell, self.how.unit)
        if isinstance(found, Text):
            self._wrong(line.line, self.columns[Field.AMOUNT], Field.AMOUNT, found)
            return
        try:
            line.amount = _PARTICULARS["amount"].read(found, zone=_ZONE)
        except Refused as refused:
            self._wrong(line.line, self.columns[Field.AMOUNT], Field.AMOUNT, refused.text)

    def _source(self, line: Line, cells: Mapping[Field, str]) -> None:
        if Field.SOURCE not in self.columns:
            return
        cell = "".join(cells[Field.SOURCE].split())
        code = SOURCE_WORDS.get(cell.lower()) if cell else self.how.source or None
        if code is None:
            text = Text(
                "资金来源只能是：财政拨款、财政专户资金、其他资金。",
                "The source is one of: 财政拨款, 财政专户资金, 其他资金.",
            )
            self._wrong(line.line, self.columns[Field.SOURCE], Field.SOURCE, text)
        else:
            line.source = code

    def _told(self, line: Line, at: Field, cell: str) -> None:
        try:
            setattr(line, at.value, _PARTICULARS[at.value].read(cell, zone=_ZONE))
        except Refused as refused:
            self._wrong(line.line, self.columns[at], at, refused.text)

    def _wrong(self, line: int, column: int, at: Field, text: Text) -> None:
        self.found.wrong.append(Wrong(self.grid.sheet, line, letter(column), at.heading, text))


_MERGED = Text(
    "这一格是合并单元格，不知道怎样分到各行。请拆开，逐行填写。",
    "This cell is merged over rows, and nobody knows how to share it out. Split it and fill in every row.",
)
_NO_DAY = Text("不是日期：请写成 2026-03-05。", "This is no date: write 2026-03-05.")
_DAY_MISSING = Text("请填写日期。", "The date is needed.")


def letter(column: int) -> str:
    """A for 0, AA for 26."""
    found, number = "", column + 1
    while number:
        number, rest = divmod(number - 1, 26)
        found = chr(65 + rest) + found
    return found


def _day(cell: str) -> date | None:
    """A date as texts and spreadsheets write it; five digits are the number of a day in a spreadsheet."""
    text = cell.strip()
    if found := _DAY.fullmatch(text) or _COMPACT.fullmatch(text):
        try:
            day = date(int(found[1]), int(found[2]), int(found[3]))
        except ValueError:
            return None
    elif serial := _SERIAL.fullmatch(text):
        day = _SERIAL_BEGIN + timedelta(days=int(serial[1]))
    else:
        return None
    return day if 2000 <= day.year <= 2100 else None


def _yuan(cell: str, unit: str) -> Decimal | Text:
    """The amount in yuan, or what is wrong with it."""
    found = amount(cell, unit=unit)
    if found is None:
        return Text(
            f"“{cell[:30]}”不是数：请写成 1234.56 这样的数。",
            f"“{cell[:30]}” is no number: write a number such as 1234.56.",
        )
    if found.value is None:
        return Text(
            "请填写金额。公式要在 Excel 里算出结果并保存。",
            "The amount is needed. Formulas must have been computed and saved.",
        )
    yuan = found.value.scaleb(4)
    if yuan < 0:
        return Text(
            "金额是负数。红字冲销请打开原来那笔支出，办理“冲销”；导入文件里去掉这一行。",
            "The amount is negative. To take a payment back, open it and take the step “Reverse”; leave this row out.",
        )
    if yuan != yuan.quantize(FEN):
        plain = f"{yuan.normalize():f}"
        return Text(
            f"{plain} 元，超过两位小数。请精确到分。", f"{plain} yuan has more than two decimals. Give it to the fen."
        )
    return yuan
