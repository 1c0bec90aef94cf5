"""The form with a row for each indicator, as most provinces publish it: one form a project, or a list of projects.

一级指标 | 二级指标 | 三级指标 | 指标值 …, with 项目名称, funds and goals around it, or in columns of their own.
"""

from __future__ import annotations

from collections.abc import Sequence

from shixiao.engine.plans import Repair
from shixiao.tables.assignments import Assignment
from shixiao.tables.grid import Sheets
from shixiao.tables.layouts import ReadTarget, Result
from shixiao.tables.layouts.indicator_rows.building import plans_of
from shixiao.tables.layouts.indicator_rows.drafts import drafts_of
from shixiao.tables.layouts.indicator_rows.records import Record, Subtotal, records_of
from shixiao.tables.unreadable import Unreadable

__all__ = ["plans"]


def plans(sheets: Sheets, read_target: ReadTarget, assignments: Sequence[Assignment] = ()) -> Result | Unreadable:
    """The plans in the sheets, the repairs outside them and the fields of the columns; why not, when there is none.

    `assignments` say by hand which line is a header and what its columns hold.
    """
    records: list[Record | Subtotal] = []
    outside: list[Repair] = []
    taken: list[Assignment] = []
    near = Unreadable("no_table")
    for number, grid in enumerate(sheets.grids, 1):
        by_hand = [each for each in assignments if each.grid == number]
        found = drafts_of(grid, number, by_hand)
        if isinstance(found, Unreadable):
            near = found if near.code == "no_table" else near
            continue
        for draft in found.drafts:
            records += records_of(draft)
        outside += found.repairs
        taken += found.assignments
    if not any(isinstance(record, Record) for record in records):
        return near
    return Result(plans_of(records, read_target), tuple(outside), tuple(taken))
