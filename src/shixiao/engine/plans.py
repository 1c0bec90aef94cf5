"""What an office published: plan → unit → project → indicator, each as it stood and where it stood.

Everything here is a named tuple: frozen, and cheap to declare, which the start of the command line feels. Wordings are
kept exactly as published (after undoing the encoding and the HTML entities, which is a listed repair); readings stand
beside them and never replace them.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from enum import Enum
from typing import NamedTuple

from shixiao.engine.bilingual import Text
from shixiao.engine.targets.reading import Reading


class Place(NamedTuple):
    """Where something stood in its source. Lines and columns (cells of a row) count from 1; 0 is unknown.

    `start` and `end` are a half-open range of characters inside the cell, both 0 for the whole cell.
    `sheet`, `page` and `table` (the n-th table of a document, from 1) are for formats that have them.
    """

    line: int = 0
    column: int = 0
    start: int = 0
    end: int = 0
    sheet: str = ""
    page: int = 0
    table: int = 0


NOWHERE = Place()


class Repair(NamedTuple):
    """Something that was mended so that the table could be read. `code` is a permanent word, `row` the
    running number of the indicator in the file when the repair concerns one.

    `defect` marks what could not be mended: it was left empty or left out, and a person has to look."""

    code: str
    text: Text
    place: Place = NOWHERE
    row: int | None = None
    defect: bool = False


class Funds(NamedTuple):
    """Amounts in 万元, exact. None is an empty cell, which is not the same as zero."""

    total: Decimal | None = None
    fiscal: Decimal | None = None
    special_account: Decimal | None = None
    other: Decimal | None = None


class Form(Enum):
    """Which published form a plan was read from. `title` is its usual name."""

    TARGET_TABLE = "target_table"
    DECLARATION = "declaration"
    SELF_EVALUATION = "self_evaluation"
    DEPARTMENT = "department"

    @property
    def title(self) -> Text:
        """The form in both languages."""
        return _FORMS[self]


_FORMS = {
    Form.TARGET_TABLE: Text("绩效目标表", "table of targets"),
    Form.DECLARATION: Text("绩效目标申报表", "declaration of targets"),
    Form.SELF_EVALUATION: Text("绩效自评表", "self-evaluation"),
    Form.DEPARTMENT: Text("部门整体支出绩效目标表", "targets of a whole department"),
}


class Labelled(NamedTuple):
    """A cell beside its label, both as published: (度量单位, %), (项目属性, 延续项目)."""

    label: str
    text: str


class Execution(NamedTuple):
    """A line of money in a self-evaluation: what was budgeted and what was spent, in 万元.

    `label` is the line (年度资金总额, 其他资金), `amount` the field of `Funds` it counts to ("" if to none).
    `budget` is 年初预算数, `full_year` 全年预算数, `executed` 全年执行数; `rate` is as printed.
    """

    label: str
    amount: str = ""
    budget: Decimal | None = None
    full_year: Decimal | None = None
    executed: Decimal | None = None
    rate: str = ""
    weight: Decimal | None = None
    score: Decimal | None = None


class Task(NamedTuple):
    """A main task of a department's year (年度主要任务), its money as printed."""

    name: str
    content: str
    amounts: tuple[Labelled, ...] = ()


class Indicator(NamedTuple):
    """One row of the plan.

    `row` is the running number in the file (from 1), `number` the number printed inside the project (None if
    none stood there). `code` is the two-digit second-level class ("11" … "43", "" if not recognised);
    `level1` and `level2` are the category cells as published ("1-产出指标", "11-数量指标"). Where a table keeps
    operator, value and unit in columns of their own, a wording is these put together ("≥95%").

    `columns` are the further cells of its row as published. Of a form with weights, and of a self-evaluation:
    `weight` (分值, 权重), `direction` (正向指标), `actual_wording` (实际完成值), `score` (得分), `deviation`.
    """

    row: int
    number: int | None
    code: str
    level1: str
    level2: str
    name: str
    cycle_wording: str
    annual_wording: str
    cycle: Reading
    annual: Reading
    place: Place = NOWHERE
    repairs: tuple[Repair, ...] = ()
    columns: tuple[Labelled, ...] = ()
    weight: Decimal | None = None
    direction: str = ""
    actual_wording: str = ""
    score: Decimal | None = None
    deviation: str = ""

    def sides(self) -> tuple[tuple[str, str, Reading], ...]:
        """What the row asks for: ("annual", wording, reading), then ("cycle", …) where that is another wording.

        An empty one beside one that is not is left out, since many forms have a single column; that it is missing
        where there is a column is a repair. A row that asks for nothing gives its annual side.
        """
        annual, cycle = ("annual", self.annual_wording, self.annual), ("cycle", self.cycle_wording, self.cycle)
        if not self.cycle_wording or self.cycle_wording == self.annual_wording:
            return (annual,)
        return (annual, cycle) if self.annual_wording else (cycle,)


class Project(NamedTuple):
    """A project with its funds, its goal (绩效目标, "" if empty) and its indicators in published order.

    `details` are the labelled cells around it (项目属性, 项目期 …), `amounts` its money as printed. `cycle_objective`
    is the goal for the whole cycle where it stands beside the annual one, `cycle_funds` the money for it. Of a
    self-evaluation: `execution`, `actual_objective` (实际完成情况), `total_score` (总分), `grade` (自评等级). Of a
    department's form: `tasks`.
    """

    name: str
    funds: Funds
    objective: str
    indicators: tuple[Indicator, ...]
    place: Place = NOWHERE
    repairs: tuple[Repair, ...] = ()
    details: tuple[Labelled, ...] = ()
    amounts: tuple[Labelled, ...] = ()
    cycle_objective: str = ""
    cycle_funds: Funds | None = None
    execution: tuple[Execution, ...] = ()
    actual_objective: str = ""
    total_score: Decimal | None = None
    grade: str = ""
    tasks: tuple[Task, ...] = ()


class Unit(NamedTuple):
    """A spending unit. `funds` is its subtotal row, None when the table printed none."""

    name: str
    funds: Funds | None
    projects: tuple[Project, ...]
    place: Place = NOWHERE


class Plan(NamedTuple):
    """One published table. `funds` is the grand total row (合计), None when the table printed none.

    `money_unit` is the unit printed above the table ("万元"); `funds` everywhere are in 万元 all the same.
    `place` is the grand total row, or the header row of a table without one. Forms of one project each that stand
    in one file and belong to one department are one plan.
    """

    title: str
    department: str
    money_unit: str
    funds: Funds | None
    units: tuple[Unit, ...]
    repairs: tuple[Repair, ...] = ()
    place: Place = NOWHERE
    form: Form = Form.TARGET_TABLE

    def projects(self) -> Iterator[tuple[Unit, Project]]:
        """Every project with its unit, in published order."""
        for unit in self.units:
            for project in unit.projects:
                yield unit, project

    def indicators(self) -> Iterator[tuple[Unit, Project, Indicator]]:
        """Every indicator with its unit and project, in published order."""
        for unit, project in self.projects():
            for indicator in project.indicators:
                yield unit, project, indicator
