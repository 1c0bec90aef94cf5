"""Records → plans: projects put under their units, units under their department; readings made; places and repairs kept."""

from __future__ import annotations

from collections.abc import Sequence

from shixiao.engine.plans import Indicator, Plan, Project, Repair, Unit
from shixiao.engine.targets import Reading
from shixiao.tables.assignments import Field
from shixiao.tables.layouts import ReadTarget
from shixiao.tables.layouts.indicator_rows.items import Item, Wording
from shixiao.tables.layouts.indicator_rows.records import Record, Subtotal, same_office, year_of
from shixiao.tables.layouts.indicator_rows.words import one_line
from shixiao.tables.repairs import repair


class _Group:
    """The records of one plan."""

    __slots__ = ("department", "form", "records", "year")

    def __init__(self, record: Record) -> None:
        self.form, self.department, self.year = record.form, record.department, year_of(record.title)
        self.records: list[Record | Subtotal] = []

    def takes(self, record: Record) -> bool:
        """Whether a further record belongs to the same plan."""
        year = year_of(record.title)
        return (
            record.form is self.form
            and same_office(self.department, record.department)
            and (year == self.year or not year or not self.year)
        )

    def add(self, record: Record | Subtotal) -> None:
        """Takes a record; the plan's department and year are the first that are named."""
        self.records.append(record)
        if isinstance(record, Record):
            self.department = self.department or record.department
            self.year = self.year or year_of(record.title)


def plans_of(records: Sequence[Record | Subtotal], read_target: ReadTarget) -> tuple[Plan, ...]:
    """The plans in the order of their first record. Forms of one department and year, of one kind, are one plan."""
    groups: list[_Group] = []
    waiting: list[Subtotal] = []
    for record in records:
        if isinstance(record, Subtotal):
            waiting.append(record)
            continue
        group = next((each for each in groups if each.takes(record)), None)
        if group is None:
            group = _Group(record)
            groups.append(group)
        for row in waiting:
            group.add(row)
        waiting = []
        group.add(record)
    if groups:
        for row in waiting:
            groups[-1].add(row)
    builder = _Builder(read_target)
    return tuple(builder.plan(group) for group in groups)


class _Units:
    """The units of a plan by name, in order, with their subtotals."""

    def __init__(self) -> None:
        self.projects: dict[str, list[Record]] = {}
        self.subtotals: dict[str, Subtotal] = {}

    def add(self, record: Record, name: str) -> None:
        self.projects.setdefault(name, []).append(record)


class _Builder:
    """Builds plans one after another; the running number of the indicators goes through all of them."""

    def __init__(self, read_target: ReadTarget) -> None:
        self.read_target = read_target
        self.row = 1

    def plan(self, group: _Group) -> Plan:
        """One plan of a group of records."""
        repairs: list[Repair] = []
        units, total = self._sorted(group, repairs)
        records = [record for listed in units.projects.values() for record in listed]
        first = next(record for record in group.records if isinstance(record, Record))
        money = _of_money(records)
        built = tuple(
            Unit(
                name,
                units.subtotals[name].funds if name in units.subtotals else None,
                tuple(self._project(record) for record in listed),
                units.subtotals[name].place if name in units.subtotals else listed[0].place,
            )
            for name, listed in units.projects.items()
        )
        _say_together(records, repairs)
        repairs += money
        unit = next((record.money_unit for record in records if record.money_unit), "")
        return Plan(
            title=first.title,
            department=one_line(group.department),
            money_unit=unit,
            funds=total.funds if total else None,
            units=built,
            repairs=tuple(repairs),
            place=total.place if total else first.place,
            form=group.form,
        )

    def _sorted(self, group: _Group, repairs: list[Repair]) -> tuple[_Units, Subtotal | None]:
        """The records under their units; which subtotal is the whole, which a unit's, and which is left out."""
        units = _Units()
        rows: list[Subtotal] = []
        for record in group.records:
            if isinstance(record, Subtotal):
                rows.append(record)
                repairs += [mend for mend in record.repairs if not mend.code.startswith("money_unit_")]
            else:
                units.add(record, record.spender or group.department)
        if "" in units.projects:
            repairs.append(repair("office_missing", units.projects[""][0].place))
        total: Subtotal | None = None
        for row in rows:
            if row.name in units.projects and not row.is_total:
                units.subtotals.setdefault(row.name, row)
            elif total is None and (row.is_total or row is rows[0]):
                total = row
                if not row.is_total and not group.department:
                    group.department = row.name
            elif total is not None and row.funds == total.funds:
                continue
            else:
                text = f"{row.name} {row.funds.total}"
                repairs.append(repair("subtotal_left_out", row.place, text=text))
        return units, total

    def _project(self, record: Record) -> Project:
        indicators = tuple(self._indicator(item) for item in record.items)
        repairs = [*record.repairs, *_unknown(record)]
        return Project(
            name=record.name,
            funds=record.funds,
            objective=record.objective,
            indicators=indicators,
            place=record.place,
            repairs=tuple(repairs),
            details=record.details,
            amounts=record.amounts,
            cycle_objective=record.cycle_objective,
            cycle_funds=record.cycle_funds,
            execution=record.execution,
            actual_objective=record.actual_objective,
            total_score=record.total_score,
            grade=record.grade,
            tasks=record.tasks,
        )

    def _indicator(self, item: Item) -> Indicator:
        row, self.row = self.row, self.row + 1
        entry, levels = item.entry, item.levels
        category = levels.code or levels.level2 or levels.level1
        weight, score = item.points(Field.WEIGHT), item.points(Field.SCORE)
        cycle, annual = item.cycle, item.annual
        has_both = cycle is not None and annual is not None
        place = item.place
        notes = list(item.repairs)
        if annual is not None and not annual.words and not (has_both and cycle and cycle.words):
            notes.append(("missing_annual", {}))
        repairs = [repair(code, place, row=row, **words) for code, words in notes]
        repairs += [
            repair(code, place, row=row, count=len(found), example=found[0], text=found[0])
            for code, found in entry.line.marks.items()
        ]
        return Indicator(
            row=row,
            number=item.number,
            code=levels.code,
            level1=levels.level1,
            level2=levels.level2,
            name=item.name,
            cycle_wording=cycle.words if cycle else "",
            annual_wording=annual.words if annual else "",
            cycle=self._reading(cycle, item.name, category),
            annual=self._reading(annual, item.name, category),
            place=place,
            repairs=tuple(repairs),
            columns=item.columns(),
            weight=weight,
            direction=entry.text(Field.DIRECTION),
            actual_wording=one_line(entry.text(Field.ACTUAL)),
            score=score,
            deviation=entry.text(Field.DEVIATION),
        )

    def _reading(self, wording: Wording | None, name: str, category: str) -> Reading:
        if wording is None:
            return self.read_target("", name="", category=category)
        if wording.columns:
            return self.read_target(wording.printed, name=name, category=category, columns=wording.columns)
        return self.read_target(wording.printed, name=name, category=category)


def _unknown(record: Record) -> list[Repair]:
    """Levels of no known class, said once for a project."""
    unknown = [item for item in record.items if not item.levels.code]
    if not unknown:
        return []
    first = unknown[0]
    text = first.levels.level2 or first.levels.level1
    if not text:
        return [repair("levels_missing", first.place, count=len(unknown), name=first.name)]
    return [repair("category_unknown", first.place, count=len(unknown), text=text)]


def _of_money(records: Sequence[Record]) -> list[Repair]:
    """What was said of the unit of money, taken from the projects and said once for the plan."""
    said: dict[str, Repair] = {}
    for record in records:
        for mend in record.repairs:
            if mend.code.startswith("money_unit_"):
                said.setdefault(mend.text.zh, mend)
        record.repairs = [mend for mend in record.repairs if not mend.code.startswith("money_unit_")]
    return list(said.values())


def _say_together(records: Sequence[Record], repairs: list[Repair]) -> None:
    """That forms of their own were taken as one table: it is no longer how they were published."""
    forms = [record for record in records if not (record.items and record.items[0].entry.header.lists_projects)]
    if len(forms) > 1:
        repairs.append(repair("forms_as_one", forms[0].place, count=len(forms)))
