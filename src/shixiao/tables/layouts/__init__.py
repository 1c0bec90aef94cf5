"""Layouts: what the rows of a grid mean in one region's form. Each is found by trying, and loaded when needed.

docs/howto/add-a-table-format.md says how to add one.
"""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from types import ModuleType
from typing import Protocol

from shixiao.engine.plans import Plan, Repair
from shixiao.engine.targets import Reading
from shixiao.tables.grid import Sheets
from shixiao.tables.unreadable import Unreadable

# The first that recognises the sheets is taken.
LAYOUTS = ("guangdong",)


class ReadTarget(Protocol):
    """How a wording is read: `engine.targets.read`, or something that remembers its answers."""

    def __call__(self, wording: str, *, name: str, category: str) -> Reading:
        """The reading of a wording, helped by the indicator's name and class."""


Plans = tuple[tuple[Plan, ...], tuple[Repair, ...]]


def plans(sheets: Sheets, read_target: ReadTarget) -> Plans:
    """The plans in the sheets, and the repairs that belong to none of them.

    Raises Unreadable when no layout recognises the sheets, and says what came nearest.
    """
    near: Unreadable | None = None
    for name in LAYOUTS:
        layout = import_module(f"{__name__}.{name}")
        read: Callable[[Sheets, ReadTarget], Plans | Unreadable] = layout.plans
        found = read(sheets, read_target)
        if not isinstance(found, Unreadable):
            return found
        near = near if near and near.code != "no_table" else found
    raise near or Unreadable("no_table")


def official() -> ModuleType:
    """The writer of the layout in which tables are written: `rows_of(plan)` gives its rows."""
    return import_module(f"{__name__}.guangdong.writing")
