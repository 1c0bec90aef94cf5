"""A table as it is printed: what the writers of documents, pages and workbooks share."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from shixiao.engine.plans import Plan
from shixiao.tables.document import Document
from shixiao.tables.layouts import writer

# The columns of the official form, in percent of its width: the name, four amounts, the goal, the indicators.
WIDTHS = (13, 8, 8, 8, 8, 20, 35)
AMOUNTS = range(1, 5)


class Form(NamedTuple):
    """One table. `beside` are the lines above it (部门名称, 单位), `rows` those below the header.

    The usual form has no `header` of its own: labels stand at the left of its head, and its columns begin below. Then
    `amounts` is empty and `strong` says which rows are printed bold.
    """

    title: str
    beside: list[str]
    header: list[str]
    rows: list[list[str]]
    widths: Sequence[int] = WIDTHS
    amounts: range = AMOUNTS
    strong: frozenset[int] = frozenset()

    def is_strong(self, index: int) -> bool:
        """Whether a row is printed bold: in the official form the total and the row of a unit, which have amounts and
        neither a goal nor indicators."""
        return index in self.strong or (bool(self.amounts) and not any(self.rows[index][self.amounts.stop :]))


def forms_of(document: Document) -> Iterator[Form]:
    """A form for each plan; of plans in the usual form, one for each project."""
    for plan in document.plans:
        room = writer(plan)
        if hasattr(room, "forms_of"):
            for title, above, rows in room.forms_of(plan):
                yield _usual(title, above, rows)
        else:
            yield _official(plan, room.rows_of(plan, between="\n"))


def _official(plan: Plan, listed: Iterator[list[str]]) -> Form:
    rows = [[legal(cell) for cell in row] for row in listed]
    above = [row[0] for row in rows if len(row) == 1]
    below = [row for row in rows if len(row) > 1]
    title = above.pop(0) if plan.title and above else ""
    return Form(title, above, below[0], below[1:])


def _usual(title: str, above: list[str], listed: list[list[str]]) -> Form:
    rows = [[legal(cell) for cell in row] for row in listed]
    bold = {index for index, row in enumerate(rows) if row[0] in ("一级指标", "项目资金", "总分", "年度主要任务")}
    width = len(rows[0])
    # The third column holds the names, so it is the widest; percent that do not divide go to it.
    each = 80 // max(width - 1, 1)
    widths = [each] * width
    widths[min(2, width - 1)] = 100 - each * (width - 1)
    return Form(legal(title), [legal(line) for line in above[1:]], [], rows, widths, range(0), frozenset(bold))


def legal(text: str) -> str:
    """The text without the characters that neither XML nor HTML can hold."""
    return text if text.isprintable() else _ILLEGAL.sub("", text)


_ILLEGAL = re.compile("[\0-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
