"""The form of Guangdong's integrated budget system: one row a project, all its indicators in one cell.

项目名称（资金使用单位） | 总计 | 财政拨款 | 财政专户拨款 | 其他资金 | 绩效目标 | 绩效指标
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal

from shixiao.engine.plans import Funds, Plan, Project, Repair, Unit
from shixiao.tables.grid import Grid, Sheets
from shixiao.tables.layouts import Plans, ReadTarget
from shixiao.tables.layouts.guangdong import cells, spaced
from shixiao.tables.layouts.guangdong.rows import Entry, Table, tables_of
from shixiao.tables.layouts.guangdong.units import Group, Line, grouped
from shixiao.tables.money import UNITS, amount
from shixiao.tables.repairs import repair
from shixiao.tables.unreadable import Unreadable

__all__ = ["plans"]


def plans(sheets: Sheets, read_target: ReadTarget) -> Plans | Unreadable:
    """The plans in the sheets and the repairs outside them; why not, when no sheet has this layout."""
    found: list[tuple[Grid, Table]] = []
    outside: list[Repair] = []
    near = Unreadable("no_table")
    for grid in sheets.grids:
        tables = tables_of(grid)
        if isinstance(tables, Unreadable):
            near = tables if near.code == "no_table" else near
            continue
        found += ((grid, table) for table in tables[0])
        outside += tables[1]
    if not found:
        return near
    builder = _Builder(read_target, last=found[-1][1])
    return tuple(builder.plan(grid, table) for grid, table in found), tuple(outside)


class _Builder:
    """Builds plans one after another; the running number of the indicators goes through all of them."""

    def __init__(self, read_target: ReadTarget, *, last: Table) -> None:
        self.read_target = read_target
        self.row = 1
        self.last_entry = last.entries[-1] if last.entries else None

    def plan(self, grid: Grid, table: Table) -> Plan:
        money = _Money(grid, table)
        lines = [_line(index, entry, money) for index, entry in enumerate(table.entries)]
        total = money.funds(table.total) if table.total else None
        heading = table.heading
        groups, decided = grouped(lines, department=heading.department)
        repairs = [*table.repairs, *money.repairs, *decided]
        units = tuple(self._unit(grid, table, money, group, repairs) for group in groups)
        place = grid.place(table.total.row) if table.total else table.header
        bare = [line.order for line in lines if line.is_bare]
        repairs += [mend for index in bare for mend in table.entries[index].repairs]
        own = tuple(repairs + (table.total.repairs if table.total else []))
        return Plan(heading.title, heading.department, heading.money_unit, total, units, own, place)

    def _unit(self, grid: Grid, table: Table, money: _Money, group: Group, repairs: list[Repair]) -> Unit:
        projects = tuple(self._project(grid, table.entries[line.order], line, money) for line in group.projects)
        line = group.unit
        name = line.name if line else table.heading.department
        repairs += _twice(name, group.projects)
        if line is None:
            place = group.projects[0].place
            repairs.append(repair("unit_row_missing", place, unit=name))
            return Unit(name, None, projects, place)
        entry = table.entries[line.order]
        return Unit(name, line.funds if any(entry.money) else None, projects, line.place)

    def _project(self, grid: Grid, entry: Entry, line: Line, money: _Money) -> Project:
        columns = entry.columns
        goal = cells.words(entry.cell(columns.objective), grid.place(entry.row, columns.objective + 1))
        indicators, loose = cells.indicators(
            entry.cell(columns.indicators),
            grid.place(entry.row, columns.indicators + 1),
            first_row=self.row,
            is_last=entry is self.last_entry,
            read_target=self.read_target,
        )
        self.row += len(indicators)
        mended = () if line.is_bare else entry.repairs
        return Project(
            line.name, line.funds, goal.text, tuple(indicators), line.place, (*mended, *goal.repairs, *loose)
        )


class _Money:
    """The amounts of a table → exact 万元."""

    def __init__(self, grid: Grid, table: Table) -> None:
        self.grid = grid
        self.unit = table.heading.money_unit or "万元"
        self.repairs: list[Repair] = []
        if not table.heading.money_unit:
            self.repairs.append(repair("money_unit_missing", table.header))
        elif self.unit not in UNITS:
            self.repairs.append(repair("money_unit_unknown", table.header, unit=self.unit))
        elif self.unit != "万元":
            self.repairs.append(repair("money_unit_converted", table.header, unit=self.unit))

    def funds(self, entry: Entry) -> Funds:
        """The amounts of a row; what is no amount is None, and listed with the row."""
        if self.unit not in UNITS:
            return Funds()
        columns = entry.columns.amounts.items()
        return Funds(**{name: self._amount(entry, column) for name, column in columns if entry.cells[column]})

    def _amount(self, entry: Entry, column: int) -> Decimal | None:
        text = entry.cells[column]
        found = amount(text, unit=self.unit)
        if found is not None and not found.unit:
            return found.value
        place = self.grid.place(entry.row, column + 1)
        if found is None:
            unsure = self.grid.has_gaps and text.startswith(spaced.UNSURE)
            code = "funds_ambiguous" if unsure else "funds_not_number"
            entry.repairs.append(repair(code, place, column=entry.columns.labels[column], text=text.strip(" ?")))
            return None
        if found.unit != self.unit:
            entry.repairs.append(repair("amount_unit_written", place, text=text))
        return found.value


def _line(index: int, entry: Entry, money: _Money) -> Line:
    place = money.grid.place(entry.row)
    funds = money.funds(entry)
    found = cells.name(entry.cell(entry.columns.name), place._replace(column=entry.columns.name + 1))
    entry.repairs += found.repairs
    if not found.text:
        entry.repairs.append(repair("name_missing", place))
    return Line(index, found.text, funds, entry.is_bare, place)


def _twice(unit: str, projects: Sequence[Line]) -> Iterator[Repair]:
    first: dict[str, int] = {}
    for project in projects:
        if project.name in first:
            yield repair("project_twice", project.place, unit=unit, name=project.name, line=first[project.name])
        first.setdefault(project.name, project.place.line)
