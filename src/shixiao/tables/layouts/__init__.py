"""Layouts: what the rows of a grid mean in one region's form. Each is found by trying, and loaded when needed.

docs/howto/add-a-table-format.md says how to add one.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from importlib import import_module
from types import ModuleType
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

from shixiao.engine.plans import Plan, Repair
from shixiao.engine.targets import Reading
from shixiao.tables.grid import Sheets
from shixiao.tables.unreadable import Unreadable

if TYPE_CHECKING:
    from shixiao.tables.assignments import Assignment

# The first that recognises the sheets and finds an indicator is taken.
LAYOUTS = ("guangdong", "indicator_rows")


class ReadTarget(Protocol):
    """How a wording is read: `engine.targets.read`, or something that remembers its answers."""

    def __call__(self, wording: str, *, name: str, category: str, columns: Mapping[str, str] = ...) -> Reading:
        """The reading of a wording, helped by the indicator's name and class, and by cells beside it."""


Plans = tuple[tuple[Plan, ...], tuple[Repair, ...]]


class Result(NamedTuple):
    """What a layout made of the sheets: the plans, the repairs that belong to none of them, and what it took each
    column for (empty for a layout whose columns are not in question)."""

    plans: tuple[Plan, ...]
    repairs: tuple[Repair, ...]
    assignments: tuple[Assignment, ...] = ()


def plans(
    sheets: Sheets, read_target: ReadTarget, *, layout: str = "", assignments: Sequence[Assignment] = ()
) -> Result:
    """The plans in the sheets, and the repairs that belong to none of them.

    `layout` names the only one to be tried; `assignments` say by hand what the columns of a table are, which only the
    layout with a row for each indicator understands. Raises Unreadable when no layout recognises the sheets, and says
    what came nearest.
    """
    near: Unreadable | None = None
    bare: Result | None = None
    for name in _wanted(layout, assignments):
        room: Any = import_module(f"{__name__}.{name}")
        found = room.plans(sheets, read_target, assignments) if assignments else room.plans(sheets, read_target)
        if isinstance(found, Unreadable):
            near = near if near and near.code != "no_table" else found
            continue
        result = Result(*found)
        if any(project.indicators for plan in result.plans for _, project in plan.projects()):
            return result
        bare = bare or result
    if bare:
        return bare
    raise near or Unreadable("no_table")


def _wanted(layout: str, assignments: Sequence[Assignment]) -> tuple[str, ...]:
    if layout and layout not in LAYOUTS:
        raise ValueError(f"没有“{layout}”这种版式,可以写:{'、'.join(LAYOUTS)} / there is no layout {layout!r}")
    if layout:
        return (layout,)
    return ("indicator_rows",) if assignments else LAYOUTS


def official() -> ModuleType:
    """The writer of the layout in which tables are written: `rows_of(plan)` gives its rows."""
    return import_module(f"{__name__}.guangdong.writing")
