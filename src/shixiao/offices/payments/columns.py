"""Which column of a finance system's file holds what. Pure: proposed from the headers, corrected by hand, remembered by header."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from enum import Enum
from typing import Any, NamedTuple

from shixiao.casework.sheets import MOST_COLUMNS, Header, bare, best_header, header_at, plain
from shixiao.casework.sheets import tables_of as tables_with
from shixiao.engine.bilingual import Text
from shixiao.tables.grid import Grid, Sheets
from shixiao.tables.money import UNITS

FEWEST = 3  # fields that a row must name to be taken for a header
YUAN = "元"


class Field(str, Enum):
    """What a column can hold."""

    DATE = "date"
    CODE = "project_code"
    NAME = "project_name"
    UNIT = "unit"
    SOURCE = "source"
    AMOUNT = "amount"
    PAYEE = "payee"
    PURPOSE = "purpose"
    VOUCHER = "voucher"
    CONTRACT = "contract"
    IGNORED = "ignored"

    @property
    def heading(self) -> Text:
        """Its name for people."""
        return TITLES[self]


TITLES = {
    Field.DATE: Text("日期", "Date"),
    Field.CODE: Text("项目编码", "Project code"),
    Field.NAME: Text("项目名称", "Project name"),
    Field.UNIT: Text("单位", "Unit"),
    Field.SOURCE: Text("资金来源", "Source of funds"),
    Field.AMOUNT: Text("金额", "Amount"),
    Field.PAYEE: Text("收款人", "Payee"),
    Field.PURPOSE: Text("用途", "Purpose"),
    Field.VOUCHER: Text("凭证号", "Voucher number"),
    Field.CONTRACT: Text("合同编号", "Contract number"),
    Field.IGNORED: Text("不读", "Not read"),
}
_WORDS = {
    Field.DATE: "日期 付款日期 支付日期 记账日期 凭证日期 业务日期 入账日期 交易日期 支付时间 付款时间 date",
    Field.CODE: "项目编码 项目代码 项目编号 预算项目编码 预算项目代码 projectcode",
    Field.NAME: "项目 项目名称 预算项目 预算项目名称 project projectname",
    Field.UNIT: "单位 单位名称 预算单位 预算单位名称 使用单位 资金使用单位 unit",
    Field.SOURCE: "资金来源 资金性质 经费来源 source sourceoffunds",
    Field.AMOUNT: "金额 支付金额 付款金额 支出金额 实付金额 本次支付金额 发生额 借方金额 支出 amount",
    Field.PAYEE: "收款人 收款单位 收款方 收款人名称 收款人全称 收款人户名 收款单位名称 对方单位 对方户名 payee",
    Field.PURPOSE: "用途 摘要 支付用途 款项用途 付款事由 事由 purpose",
    Field.VOUCHER: "凭证号 凭证编号 凭证号码 记账凭证号 支付凭证号 支付令编号 支付申请号 voucher vouchernumber",
    Field.CONTRACT: "合同编号 合同号 合同编码 contract contractnumber",
}
_MEANINGS = {word: field for field, words in _WORDS.items() for word in words.split()}
# Every one of these must be known; project by code or by name.
NEEDED = (Field.DATE, Field.AMOUNT, Field.PAYEE, Field.PURPOSE, Field.VOUCHER)
_UNIT_IN_BRACKETS = re.compile(r"\((?:单位[::]?)?(?:人民币)?([百千万亿十]*元)\)")
_UNIT_ABOVE = re.compile(r"单位[::]?(?:人民币)?([百千万亿十]*元)")


class Taken(NamedTuple):
    """How the columns of a table are taken.

    `grid` counts the tables of a file from 1, `line` is that of the last row of the header, `fields` has one for each column
    from the left and `labels` the words above them. `unit` is that of the amounts; `source` holds for all rows where no column
    says the source of funds.
    """

    grid: int
    line: int
    fields: tuple[Field, ...]
    labels: tuple[str, ...]
    unit: str = YUAN
    source: str = ""

    def as_json(self) -> dict[str, Any]:
        """A JSON object."""
        return self._asdict() | {"fields": [field.value for field in self.fields], "labels": list(self.labels)}

    def column(self, field: Field) -> int | None:
        """The column of a field, from 0."""
        return self.fields.index(field) if field in self.fields else None

    @property
    def missing(self) -> tuple[Field, ...]:
        """What has to be said before anything can be read."""
        found = [field for field in NEEDED if field not in self.fields]
        found += [] if Field.CODE in self.fields or Field.NAME in self.fields else [Field.NAME]
        found += [] if Field.SOURCE in self.fields or self.source else [Field.SOURCE]
        return tuple(found)


def from_json(form: Mapping[str, Any]) -> Taken:
    """What `as_json` gave. Raises ValueError, KeyError or TypeError for anything else."""
    unit = str(form["unit"])
    if unit not in UNITS:
        raise ValueError(unit)
    return Taken(
        grid=int(form["grid"]),
        line=int(form["line"]),
        fields=tuple(Field(each) for each in form["fields"])[:MOST_COLUMNS],
        labels=tuple(str(each) for each in form["labels"])[:MOST_COLUMNS],
        unit=unit,
        source=str(form.get("source", "")),
    )


def meaning(label: str) -> Field | None:
    """What a header says, whatever unit and remarks stand behind it."""
    return _MEANINGS.get(bare(label))


def unit_of(label: str) -> str:
    """The unit in the brackets of a header, "" for none."""
    found = _UNIT_IN_BRACKETS.search(plain(label))
    return found[1] if found and found[1] in UNITS else ""


# ---- proposing -------------------------------------------------------------------------------------------------


def propose(sheets: Sheets, known: Iterable[Taken] = ()) -> Taken | None:
    """How the columns of the first fitting table are to be taken: as somebody said before of the same header (`known`, newest
    first), or by the words; None where no row looks like a header."""
    found = best_header(sheets, meaning, known=known, fewest=FEWEST)
    if found is None:
        return None
    number, header, before = found
    if before is not None:
        return before._replace(grid=number, line=header.line)
    fields = [each or Field.IGNORED for each in header.means]
    return taken(sheets, grid=number, line=header.line, fields=fields)


def taken(
    sheets: Sheets, *, grid: int, line: int, fields: Sequence[Field], unit: str = "", source: str = ""
) -> Taken | None:
    """The columns as given, with the words of the header in that line; None where the file has no such line."""
    header = header_at(sheets, meaning, grid=grid, line=line)
    if header is None:
        return None
    here = sheets.grids[grid - 1]
    width = max(len(header.labels), len(fields))
    filled = (*fields, *(Field.IGNORED,) * width)[:width]
    return Taken(grid, line, tuple(filled), header.labels, unit or _unit(here, header, filled), source)


def _unit(grid: Grid, header: Header, fields: Sequence[Field]) -> str:
    """The unit of the amounts: in the header, or in a line above it; yuan where nobody says."""
    for label, field in zip(header.labels, fields, strict=False):
        if field is Field.AMOUNT and (unit := unit_of(label)):
            return unit
    for row in grid.rows[: header.at]:
        for cell in row.cells:
            found = _UNIT_ABOVE.search(plain(cell))
            if found and found[1] in UNITS:
                return found[1]
    return YUAN


def tables_of(sheets: Sheets, how: Taken) -> Iterator[tuple[Grid, int]]:
    """Every table with this header, with the place of its header's last row."""
    return tables_with(sheets, how, meaning)
