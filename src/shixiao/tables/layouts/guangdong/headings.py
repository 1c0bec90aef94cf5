"""What stands above a table: its title, the department, the unit of money."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from typing import NamedTuple

from shixiao.tables.layouts.guangdong.columns import SIMPLIFIED
from shixiao.tables.markup import decoded
from shixiao.tables.money import amount

_DEPARTMENT = ("部门名称", "预算部门名称", "预算部门", "主管部门", "部门", "填报单位", "编制单位", "单位名称", "单位")
_MONEY = ("金额单位", "单位", "货币单位", "计量单位")
# A line without any of these is no heading.
_MARKS = ("：", ":", "绩", "績", "#")
_LONGEST = 200
_MOST = 8
_LONGEST_TITLE = 60


class Heading(NamedTuple):
    """The lines above a table; "" for what did not stand there."""

    title: str = ""
    department: str = ""
    money_unit: str = ""

    def joined(self, later: Heading) -> Heading:
        """This heading with what a later line adds."""
        return Heading(*(new or old for old, new in zip(self, later, strict=True)))


def heading_of(cells: Sequence[str]) -> Heading | None:
    """What this row says about the table below it; None when it says nothing (it is then no heading)."""
    text = "".join(cells)
    if len(text) > _LONGEST or not any([mark in text for mark in _MARKS]):  # noqa: C419 - a list is faster, on every row
        return None
    pieces = [piece for cell in cells for piece in _pieces(cell)]
    found = [_piece(piece) for piece in pieces]
    if not any(found) or len(pieces) > _MOST or any(_is_amount(piece) for piece in pieces):
        return None
    heading = Heading()
    for part in found:
        heading = heading.joined(part or Heading())
    return heading


def _pieces(cell: str) -> list[str]:
    """The statements of a cell; two on one line are kept apart by wide space, or by a blank before a known label."""
    return [
        statement.strip()
        for line in cell.split("\n")
        for piece in line.replace("\u3000", "  ").replace("\t", "  ").split("  ")
        for statement in (_labels().split(piece) if piece.count("：") + piece.count(":") > 1 else (piece,))
        if statement.strip()
    ]


@cache
def _labels() -> re.Pattern[str]:
    return re.compile(rf"\s+(?=(?:{'|'.join((*_DEPARTMENT, *_MONEY))})\s*[:：])")


def _piece(piece: str) -> Heading | None:
    label, colon, value = piece.translate(SIMPLIFIED).replace(":", "：", 1).partition("：")
    label = label.strip(" #*（(").replace(" ", "")
    if not colon:
        return _title(piece)
    original = piece[len(piece) - len(value) :].strip(" *")
    if label in _MONEY and (money := original.rstrip(")）").replace("人民币", "").strip()).endswith("元"):
        return Heading(money_unit=money)
    if label in _DEPARTMENT:
        return Heading(department=decoded(original)[0])
    return _title(piece)


def _title(piece: str) -> Heading | None:
    """A line with a mark of a title, or one that names a form of targets."""
    text = piece.strip("# *\t")
    plain = text.translate(SIMPLIFIED)
    names_form = "绩效" in plain and "表" in plain[plain.find("绩效") :] and plain.endswith(("表", "）", ")"))
    is_title = piece.startswith("#") or (names_form and len(text) <= _LONGEST_TITLE)
    return Heading(title=decoded(text)[0]) if is_title and text else None


def _is_amount(piece: str) -> bool:
    found = amount(piece)
    return found is not None and found.value is not None
