"""Which rows without goal and indicators are units, and which projects: the rule first, the sums where it is unsure."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import NamedTuple

from shixiao.engine.plans import Funds, Place, Repair
from shixiao.engine.sums import add
from shixiao.tables.repairs import repair

# Unsure rows in a run are tried together, up to so many.
_MOST_TRIED = 50


class Line(NamedTuple):
    """A row of the table with its amounts read."""

    order: int
    name: str
    funds: Funds
    is_bare: bool
    place: Place

    @property
    def total(self) -> Decimal:
        """Its total, nothing for an empty cell."""
        return self.funds.total or Decimal(0)


class Group(NamedTuple):
    """A unit (None where no unit row stands) and its projects."""

    unit: Line | None
    projects: list[Line]


def grouped(lines: Sequence[Line], *, department: str) -> tuple[list[Group], list[Repair]]:
    """The units with their projects, in order.

    A row without goal and indicators is a unit. It is a project if only so the subtotal of the unit before it
    comes out, and it is left out if it is the whole department above several units. Both are listed.
    """
    repairs: list[Repair] = []
    start = 0
    if _is_department(lines, department):
        start = 1
        repairs.append(repair("subtotal_left_out", lines[0].place, text=f"{lines[0].name} {lines[0].total}"))
    below = _sums_below(lines)
    groups: list[Group] = []
    missing = Decimal(0)
    position = start
    while position < len(lines):
        line = lines[position]
        taken = 1
        if line.is_bare:
            taken = _projects_by_sums(lines, below, position, missing)
            if not taken:
                groups.append(Group(line, []))
                missing, position = line.total, position + 1
                continue
        groups += [] if groups else [Group(None, [])]
        for project in lines[position : position + taken]:
            groups[-1].projects.append(project)
            missing -= project.total
            repairs += _as_project(project, groups[-1].unit)
        position += taken
    return groups, [*repairs, *_without_projects(groups)]


def _as_project(line: Line, unit: Line | None) -> list[Repair]:
    if not line.is_bare:
        return []
    return [repair("row_taken_as_project", line.place, name=line.name, unit=unit.name if unit else "")]


def _without_projects(groups: Sequence[Group]) -> list[Repair]:
    found = [group.unit for group in groups if group.unit and not group.projects]
    return [repair("unit_without_projects", unit.place, name=unit.name) for unit in found]


def _is_department(lines: Sequence[Line], department: str) -> bool:
    """Whether the first row repeats the total for the whole department, above two units or more."""
    if len(lines) < 3 or not (lines[0].is_bare and lines[1].is_bare) or lines[0].name != department:
        return False
    units = [line.funds.total for line in lines[1:] if line.is_bare]
    return len(units) > 1 and lines[0].funds.total == add(units)


def _projects_by_sums(lines: Sequence[Line], below: Sequence[Decimal], position: int, missing: Decimal) -> int:
    """How many bare rows from `position` on must be projects for the subtotal above them to come out; 0 if none.

    `missing` is what the projects so far lack to the subtotal of their unit.
    """
    added = Decimal(0)
    for count in range(1, _MOST_TRIED if missing > 0 else 0):
        index = position + count - 1
        if index >= len(lines) or not lines[index].is_bare or _heads_its_followers(lines, below, index):
            return 0
        added += lines[index].total
        if added + below[index + 1] == missing:
            return count
    return 0


def _heads_its_followers(lines: Sequence[Line], below: Sequence[Decimal], index: int) -> bool:
    """Whether the projects below a bare row add up to it: then it is their unit, whatever else adds up."""
    has_projects = index + 1 < len(lines) and not lines[index + 1].is_bare
    return has_projects and below[index + 1] == lines[index].total


def _sums_below(lines: Sequence[Line]) -> list[Decimal]:
    """For each position, the sum of the projects from there up to the next bare row."""
    below = [Decimal(0)] * (len(lines) + 1)
    for index in range(len(lines) - 1, -1, -1):
        if not lines[index].is_bare:
            below[index] = lines[index].total + below[index + 1]
    return below
