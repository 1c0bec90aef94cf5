"""A finance system's statement as rows of payments: which column holds what, and what each row says. Pure.

Every row that cannot be is named with its sheet, row and column, all at once; nothing is guessed in silence.
"""

import hashlib
import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from shixiao.casework.particulars import Particular, code, day, label, money
from shixiao.casework.refusing import Refused
from shixiao.engine.bilingual import Text
from shixiao.offices.payments.steps import SOURCES
from shixiao.tables.grid import Grid, Row

MOST_ROWS = 20_000
HEADER_WITHIN = 30  # rows in which the header is looked for
_WAN = Decimal(10_000)
_SERIAL = re.compile(
    r"[34]\d{4}|5[0-4]\d{3}"
)  # days since 1899-12-30, from 1982 to 2049: an Excel date without a format
_EPOCH = date(1899, 12, 30)
_FORMULA = re.compile(r"[=＝]")
_NOT_WORDS = re.compile(r"[\s:：*＊（）()/、\-_]+")


class Column(NamedTuple):
    """What a column may hold, the words that headers use for it, and how a cell of it is read."""

    name: str
    title: Text
    words: tuple[str, ...]
    read: Particular | None = None
    is_needed: bool = True


_AMOUNT = money("amount", Text("金额", "Amount"))
COLUMNS = (
    Column(
        "paid_on",
        Text("付款日期", "Date paid"),
        ("付款日期", "支付日期", "支出日期", "日期", "记账日期", "交易日期"),
        day("paid_on", Text("付款日期", "Date paid")),
    ),
    Column(
        "project_code", Text("项目编码", "Project code"), ("项目编码", "项目代码", "项目编号"), None, is_needed=False
    ),
    Column("project", Text("项目名称", "Project"), ("项目名称", "预算项目", "项目"), None, is_needed=False),
    Column("source", Text("资金来源", "Source of funds"), ("资金来源", "资金性质", "经费来源"), None, is_needed=False),
    Column(
        "amount",
        Text("金额", "Amount"),
        ("金额", "支付金额", "付款金额", "支出金额", "发生额", "金额元", "金额万元", "支付金额元"),
        _AMOUNT,
    ),
    Column(
        "payee",
        Text("收款人", "Payee"),
        ("收款人", "收款单位", "收款方", "收款人名称", "收款人全称", "对方单位"),
        label("payee", Text("收款人", "Payee"), most=100),
    ),
    Column(
        "purpose",
        Text("用途", "Purpose"),
        ("用途", "摘要", "支付用途", "事由", "资金用途"),
        label("purpose", Text("用途", "Purpose"), most=200),
    ),
    Column(
        "voucher",
        Text("凭证号", "Voucher number"),
        ("凭证号", "凭证编号", "支付凭证号", "支付令号", "单据号", "单据编号"),
        code("voucher", Text("凭证号", "Voucher number")),
    ),
    Column("contract", Text("合同编号", "Contract"), ("合同编号", "合同号"), None, is_needed=False),
)
BY_NAME = {column.name: column for column in COLUMNS}
_SOURCE_WORDS = {
    "fiscal": ("财政拨款", "一般公共预算", "一般公共预算拨款", "当年财政拨款", "公共预算", "fiscal"),
    "special": ("财政专户资金", "财政专户", "专户资金", "special"),
    "other": ("其他资金", "其他", "自有资金", "other"),
}


class Problem(NamedTuple):
    """One thing wrong: the sheet, the row as the file counts it, the column's title, what is wrong and what to do."""

    sheet: str
    line: int
    column: Text
    text: Text


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One payment as the statement has it. `project` and `project_code` are words still; `source` may be empty."""

    sheet: str
    line: int
    paid_on: date
    project_code: str
    project: str
    source: str
    amount: Decimal
    payee: str
    purpose: str
    voucher: str
    contract: str


class Header(NamedTuple):
    """Where the header stands, and for each column of the sheet what it holds ("" for nothing that is needed)."""

    row: int
    labels: tuple[str, ...]
    columns: tuple[str, ...]

    @property
    def digest(self) -> str:
        """The header's words as one, to be remembered by."""
        return hashlib.sha256("\t".join(map(_folded, self.labels)).encode()).hexdigest()


class Statement(NamedTuple):
    """What was read: the payments and everything that is wrong. Payments count only when nothing is."""

    lines: tuple[Line, ...]
    problems: tuple[Problem, ...]


# ---- columns ---------------------------------------------------------------------------------------------------


def header(grid: Grid) -> Header | None:
    """The row that names at least three of our columns, one of them the amount; None where no row does."""
    best: Header | None = None
    for number, row in enumerate(grid.rows[:HEADER_WITHIN]):
        columns = _proposed(row.cells)
        named = [name for name in columns if name]
        if "amount" in named and len(named) >= 3 and (best is None or len(named) > sum(map(bool, best.columns))):
            best = Header(number, tuple(cell.strip() for cell in row.cells), columns)
    return best


def _proposed(cells: Sequence[str]) -> tuple[str, ...]:
    """What each cell of a header names; a second column of the same name is left to a person."""
    taken: set[str] = set()
    found = []
    for cell in cells:
        name = next((each.name for each in COLUMNS if _names(cell, each)), "")
        found.append("" if name in taken else name)
        taken.add(name)
    return tuple(found)


def _names(cell: str, column: Column) -> bool:
    return _folded(cell) in {_folded(word) for word in column.words}


def _folded(cell: str) -> str:
    return _NOT_WORDS.sub("", unicodedata.normalize("NFKC", cell)).lower()


def missing(columns: Iterable[str]) -> list[Column]:
    """The columns that are needed and that no column of the sheet holds; a project needs its code or its name."""
    held = set(columns)
    found = [column for column in COLUMNS if column.is_needed and column.name not in held]
    if not held & {"project", "project_code"}:
        found.append(BY_NAME["project"])
    return found


def is_in_wan(head: Header, columns: Sequence[str], rows: Iterable[Row]) -> bool:
    """The amounts are in 万元: the header of the amount says so, or a line above it (单位：万元)."""
    words = [label for label, name in zip(head.labels, columns, strict=False) if name == "amount"]
    above = [cell for row in list(rows)[: head.row] for cell in row.cells]
    return any("万元" in word for word in words) or any("单位" in cell and "万元" in cell for cell in above)


# ---- rows ------------------------------------------------------------------------------------------------------


def read(grid: Grid, head: Header, columns: Sequence[str], *, zone: ZoneInfo) -> Statement:
    """Every row below the header that is no total and not empty."""
    rows = [row for row in grid.rows[head.row + 1 :] if not row.is_prose and any(cell.strip() for cell in row.cells)]
    if len(rows) > MOST_ROWS:
        text = Text(
            f"共 {len(rows)} 行，一次最多导入 {MOST_ROWS} 行。请按月份分开导入。",
            f"There are {len(rows)} rows; {MOST_ROWS} can be imported at once. Split the file by month.",
        )
        return Statement((), (Problem(grid.sheet, rows[0].line, Text("整个文件", "The whole file"), text),))
    factor = _WAN if is_in_wan(head, columns, grid.rows) else Decimal(1)
    lines: list[Line] = []
    problems: list[Problem] = []
    merged = _merged_lines(grid)
    for row in rows:
        cells = {
            name: row.cells[index].strip() for index, name in enumerate(columns) if name and index < len(row.cells)
        }
        if _is_total(row, cells):
            continue
        found = _line(grid, row, cells, factor=factor, zone=zone, is_merged=row.line in merged)
        if isinstance(found, Line):
            lines.append(found)
        else:
            problems += found
    problems += _same_voucher_twice(lines)
    return Statement(tuple(lines), tuple(sorted(problems, key=lambda problem: problem.line)))


def _is_total(row: Row, cells: Mapping[str, str]) -> bool:
    """合计, 小计, 本页合计 … in some cell, and neither a voucher nor a payee."""
    words = {_folded(cell) for cell in row.cells}
    is_named = any(word.endswith(("合计", "小计", "总计")) for word in words)
    return is_named and not cells.get("voucher") and not cells.get("payee")


def _merged_lines(grid: Grid) -> set[int]:
    """Rows in which a cell goes on from the row above: what it says there stands only in the first one."""
    return {
        grid.rows[number].line
        for merge in grid.merges
        for number in range(merge.top + 1, min(merge.bottom, len(grid.rows)))
    }


def _line(
    grid: Grid, row: Row, cells: Mapping[str, str], *, factor: Decimal, zone: ZoneInfo, is_merged: bool
) -> Line | list[Problem]:
    values: dict[str, Any] = {}
    problems: list[Problem] = []

    def wrong(name: str, text: Text) -> None:
        problems.append(Problem(grid.sheet, row.line, BY_NAME[name].title, text))

    for column in COLUMNS:
        cell = cells.get(column.name, "")
        if _FORMULA.match(cell):
            wrong(
                column.name,
                Text(
                    "这里是公式，没有算好的结果。请在表格软件里另存一次，或粘贴为数值。",
                    "A formula without its result: save the file again in its program, or paste values.",
                ),
            )
        elif column.read is not None:
            try:
                values[column.name] = _read(column, cell, factor=factor, zone=zone)
            except Refused as refused:
                wrong(column.name, _explained(column, cell, refused.text, is_merged=is_merged))
        else:
            values[column.name] = cell
    if not problems and not (values["project"] or values["project_code"]):
        wrong("project", Text("没有写项目编码，也没有写项目名称。", "Neither the code nor the name of a project."))
    source = values.get("source", "")
    if source and not (values.setdefault("source", source) and source_of(source)):
        titles = "、".join(title.zh for _code, title in SOURCES)
        wrong(
            "source",
            Text(f"“{source[:20]}”不是资金来源，只能是：{titles}。", f"“{source[:20]}” is no source of funds."),
        )
    if problems:
        return problems
    values["source"] = source_of(source)
    return Line(sheet=grid.sheet, line=row.line, **values)


def source_of(word: str) -> str:
    """The code of a source by any of its usual names; empty for none."""
    folded = _folded(word)
    return next((code for code, words in _SOURCE_WORDS.items() if folded in {_folded(each) for each in words}), "")


def _read(column: Column, cell: str, *, factor: Decimal, zone: ZoneInfo) -> Any:
    assert column.read is not None  # noqa: S101 — the caller asks only for these
    if column.name == "paid_on" and _SERIAL.fullmatch(cell):
        return _EPOCH + timedelta(days=int(cell))
    if column.name == "paid_on" and re.fullmatch(r"\d{8}", cell):
        cell = f"{cell[:4]}-{cell[4:6]}-{cell[6:]}"
    if column.name == "paid_on":
        cell = cell.split(" ")[0].split("T")[0]
    if column.name != "amount":
        return column.read.read(cell, zone=zone)
    if factor == 1 or not cell:
        return _AMOUNT.read(cell, zone=zone)
    bare = unicodedata.normalize("NFKC", cell).replace(",", "").removesuffix("万元").strip()
    try:
        amount = Decimal(bare) * factor
    except InvalidOperation:
        return _AMOUNT.read(cell, zone=zone)
    return _AMOUNT.read(amount if amount.is_finite() else cell, zone=zone)


def _explained(column: Column, cell: str, text: Text, *, is_merged: bool) -> Text:
    """A negative amount is a reversal, and an empty cell of a merged row is no empty cell: say so."""
    if column.name == "amount" and unicodedata.normalize("NFKC", cell).lstrip("(¥￥ ").startswith("-"):
        return Text(
            f"金额是负数（{cell[:20]}）。退款和冲销请在原来那笔支出上办理“冲销”，不要导入负数。",
            f"The amount is negative ({cell[:20]}). Reverse the payment itself instead of importing a negative one.",
        )
    if not cell and is_merged:
        return Text(
            "这一行有合并单元格，内容只在第一行里。请取消合并，每行都填上。",
            "Merged cells: what they say stands in their first row only. Unmerge them and fill every row.",
        )
    return text


def _same_voucher_twice(lines: Iterable[Line]) -> list[Problem]:
    first: dict[tuple[int, str], Line] = {}
    problems = []
    for line in lines:
        before = first.setdefault((line.paid_on.year, line.voucher), line)
        if before is not line:
            text = Text(
                f"凭证号 {line.voucher} 在第 {before.line} 行已经出现过。同一年里一个凭证号只能用一次。",
                f"Voucher {line.voucher} stands in row {before.line} already; a voucher is used once a year.",
            )
            problems.append(Problem(line.sheet, line.line, BY_NAME["voucher"].title, text))
    return problems
