"""The official form as it is printed: what the writers of documents and pages share."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from shixiao.engine.plans import Plan
from shixiao.tables.document import Document
from shixiao.tables.layouts import official

# The columns of the form, in percent of its width: the name, four amounts, the goal, the indicators.
WIDTHS = (13, 8, 8, 8, 8, 20, 35)
AMOUNTS = range(1, 5)


class Form(NamedTuple):
    """One table. `beside` are the lines above it (部门名称, 单位), `rows` those below the header."""

    title: str
    beside: list[str]
    header: list[str]
    rows: list[list[str]]


def forms_of(document: Document) -> Iterator[Form]:
    """A form for each plan."""
    for plan in document.plans:
        yield _form(plan)


def is_sum(row: list[str]) -> bool:
    """Whether this is the total or the row of a unit: amounts, and neither a goal nor indicators."""
    return not any(row[AMOUNTS.stop :])


def _form(plan: Plan) -> Form:
    rows = [[legal(cell) for cell in row] for row in official().rows_of(plan, between="\n")]
    above = [row[0] for row in rows if len(row) == 1]
    below = [row for row in rows if len(row) > 1]
    title = above.pop(0) if plan.title and above else ""
    return Form(title, above, below[0], below[1:])


def legal(text: str) -> str:
    """The text without the characters that neither XML nor HTML can hold."""
    return text if text.isprintable() else _ILLEGAL.sub("", text)


_ILLEGAL = re.compile("[\0-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
