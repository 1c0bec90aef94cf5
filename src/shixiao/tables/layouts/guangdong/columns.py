"""Which column of the Guangdong form is which, told by its header row."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from typing import NamedTuple

from shixiao.engine.sums import AMOUNTS

# The columns of the form in their official order.
OFFICIAL = ("项目名称（资金使用单位）", "总计", "财政拨款", "财政专户拨款", "其他资金", "绩效目标", "绩效指标")

# A label begins with one of these; the first that fits counts, so the longer stand before the shorter.
_LABELS = (
    ("项目名称", "name"),
    ("项目支出名称", "name"),
    ("绩效指标", "indicators"),
    ("项目绩效指标", "indicators"),
    ("绩效目标", "objective"),
    ("总体绩效目标", "objective"),
    ("总体目标", "objective"),
    ("项目绩效目标", "objective"),
    ("年度绩效目标", "objective"),
    ("年度总体目标", "objective"),
    ("财政专户", "special_account"),
    ("财政拨款", "fiscal"),
    ("财政资金", "fiscal"),
    ("一般公共预算", "fiscal"),
    ("其他资金", "other"),
    ("其它资金", "other"),
    ("总计", "total"),
    ("合计", "total"),
    ("总金额", "total"),
    ("资金总额", "total"),
    ("预算金额", "total"),
)
# Only the characters of labels: some tables were turned into traditional characters by a machine.
SIMPLIFIED = str.maketrans("項稱資總計財撥專戶績標單萬額費預縂門", "项称资总计财拨专户绩标单万额费预总门")

_LONGEST_LABEL = 40
# Every row gets as many cells as the header has: no form needs more, and a hostile one shall not ask for more.
_MOST_COLUMNS = 100


class Columns(NamedTuple):
    """Where each column is (from 0). `amounts` is keyed by the fields of `Funds`; `unknown` are the others' labels."""

    labels: tuple[str, ...]
    name: int
    objective: int
    indicators: int
    amounts: dict[str, int]
    unknown: tuple[str, ...] = ()

    @property
    def width(self) -> int:
        """How many columns the header row has."""
        return len(self.labels)

    @property
    def first_text(self) -> int:
        """The first of the two columns that hold long text."""
        return min(self.objective, self.indicators) if self.objective >= 0 else self.indicators


class NearMiss(NamedTuple):
    """A row that looks like the header row but lacks a column."""

    missing: str


def columns_of(cells: Sequence[str]) -> Columns | NearMiss | None:
    """The columns if this is a header row; what is missing if it almost is; else None."""
    if len(cells) < 3:
        return None
    short = "".join([cell for cell in cells if len(cell) <= _LONGEST_LABEL])
    if "绩效" not in short and "績效" not in short:
        return None
    labels = _labels(cells)
    if labels is None:
        return None
    found: dict[str, int] = {}
    for index, label in enumerate(labels):
        found.setdefault(_field_of(label) or f"?{label}", index)
    if "name" in found and "indicators" in found:
        return _columns(labels, found)
    if "name" in found and "objective" in found:
        return NearMiss("绩效指标")
    return NearMiss("项目名称") if "indicators" in found and "objective" in found else None


@cache
def official_columns() -> Columns:
    """The columns of a table that was copied without its header row."""
    columns = columns_of(OFFICIAL)
    assert isinstance(columns, Columns)  # noqa: S101 - the form's own header; a test holds it
    return columns


def _labels(cells: Sequence[str]) -> tuple[str, ...] | None:
    last = max((index for index, cell in enumerate(cells) if not (cell == "" or cell.isspace())), default=-1)
    labels = tuple(
        "".join(cell.split()).translate(SIMPLIFIED) for cell in cells[: last + 1] if len(cell) <= _LONGEST_LABEL
    )
    return labels if 3 <= len(labels) <= _MOST_COLUMNS and len(labels) + 3 > last else None


def _field_of(label: str) -> str:
    bare = re.sub(r"[（(].*?[)）]|\*|^\d+[.、]", "", label)
    if bare == "项目":
        return "name"
    return next((field for start, field in _LABELS if bare.startswith(start)), "")


def _columns(labels: tuple[str, ...], found: dict[str, int]) -> Columns:
    used = {index for field, index in found.items() if not field.startswith("?")}
    unknown = tuple(label for index, label in enumerate(labels) if label and index not in used)
    amounts = {amount: found[amount] for amount in AMOUNTS if amount in found}
    return Columns(labels, found["name"], found.get("objective", -1), found["indicators"], amounts, unknown)
