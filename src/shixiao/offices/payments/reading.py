"""The rows of a finance system's file as payments that were made, and everything that is wrong with them. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from zoneinfo import ZoneInfo

from shixiao.casework.particulars import FEN, Particular
from shixiao.casework.refusing import Refused
from shixiao.casework.sheets import MOST_ROWS, RowsBelow, Wrong, day_of
from shixiao.engine.bilingual import Text
from shixiao.offices.payments.columns import Field, Taken, tables_of
from shixiao.offices.payments.steps import PAYMENTS
from shixiao.tables.grid import Grid, Sheets
from shixiao.tables.money import amount

_ZONE = ZoneInfo("UTC")  # no particular read here is a moment
_SOURCES = {
    "fiscal": "财政拨款 财政资金 一般公共预算 一般公共预算资金 一般公共预算拨款 fiscal",
    "special": "财政专户资金 财政专户拨款 财政专户管理资金 财政专户 专户资金 special",
    "other": "其他资金 其他 其他来源 单位资金 自有资金 other",
}
SOURCE_WORDS = {word: code for code, words in _SOURCES.items() for word in words.split()}
_TAKE_OVER = PAYMENTS.step("take_over")
_PARTICULARS: Mapping[str, Particular] = {each.name: each for each in _TAKE_OVER.takes} if _TAKE_OVER else {}


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
        reader = _Reader(grid, how)
        reader.check_digits(sheets, Field.AMOUNT, Field.AMOUNT.heading, _ROUND)
        for index, cells in reader.rows(start + 1, undated=_may_be_total):
            if (line := reader.line(index, cells)) is not None:
                found.lines.append(line)
            if len(found.lines) > MOST_ROWS:
                found.is_too_long = True
                break
        found.wrong += reader.wrong
        found.totals_left_out += reader.totals_left_out
        found.notes_left_out += reader.notes_left_out
        if found.is_too_long:
            break
    return found


def _may_be_total(cells: Mapping[Field, str]) -> bool:
    """A line of totals has no date and no payee."""
    return not cells.get(Field.PAYEE) and day_of(cells.get(Field.DATE, "")) is None


class _Reader(RowsBelow):
    """Reads the rows of one table."""

    def __init__(self, grid: Grid, how: Taken) -> None:
        columns = {field: number for number, field in enumerate(how.fields) if field is not Field.IGNORED}
        super().__init__(grid, columns, how.labels)
        self.how = how

    def line(self, index: int, cells: Mapping[Field, str]) -> Line | None:
        """One row as a payment; None where something is wrong with it."""
        before = len(self.wrong)
        line = Line(sheet=self.grid.sheet, line=self.grid.rows[index].line, source=self.how.source)
        self._fill(line, cells, index)
        return line if len(self.wrong) == before else None

    def _fill(self, line: Line, cells: Mapping[Field, str], index: int) -> None:
        for at in (Field.AMOUNT, Field.VOUCHER):
            if self.is_shared(index, at):
                self._wrong(line.line, at, self.merged_text)
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
            self._wrong(line.line, at, Text("请填写项目编码或项目名称。", "Name the project, or its code."))

    def _day(self, line: Line, cell: str) -> None:
        day = day_of(cell)
        if day is None:
            self._wrong(line.line, Field.DATE, _NO_DAY if cell else _DAY_MISSING)
        else:
            line.on = day

    def _amount(self, line: Line, cell: str) -> None:
        found = _yuan(cell, self.how.unit)
        if isinstance(found, Text):
            self._wrong(line.line, Field.AMOUNT, found)
            return
        try:
            line.amount = _PARTICULARS["amount"].read(found, zone=_ZONE)
        except Refused as refused:
            self._wrong(line.line, Field.AMOUNT, refused.text)

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
            self._wrong(line.line, Field.SOURCE, text)
        else:
            line.source = code

    def _told(self, line: Line, at: Field, cell: str) -> None:
        try:
            setattr(line, at.value, _PARTICULARS[at.value].read(cell, zone=_ZONE))
        except Refused as refused:
            self._wrong(line.line, at, refused.text)

    def _wrong(self, line: int, at: Field, text: Text) -> None:
        self.refuse_line(line, at, at.heading, text)


_ROUND = Text(
    "请把金额列设为两位小数，去掉多余的小数位后再导入。", "Round the amounts to two decimals, then import again."
)
_NO_DAY = Text("不是日期：请写成 2026-03-05。", "This is no date: write 2026-03-05.")
_DAY_MISSING = Text("请填写日期。", "The date is needed.")


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
