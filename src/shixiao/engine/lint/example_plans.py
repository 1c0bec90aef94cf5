"""Examples of rules as plans: what the tests run and the reference shows."""

from __future__ import annotations

from decimal import Decimal

from shixiao.engine.lint.rule import Example
from shixiao.engine.lint.vocabulary import CLASSES
from shixiao.engine.plans import Execution, Funds, Indicator, Plan, Project, Unit
from shixiao.engine.targets import read

_LEVELS = {"1": "1-产出指标", "2": "2-效益指标", "3": "3-满意度指标", "4": "4-成本指标"}
_GOAL = "按计划做好本项目工作。"


def plan_of(example: Example) -> Plan:
    """The table an example describes. Raises ValueError for a line it does not know."""
    written = _Written()
    for line in example.text.splitlines():
        written.add(line)
    return written.plan()


class _Written:
    """A table being written line by line."""

    def __init__(self) -> None:
        self.title = ""
        self.total: Decimal | None = None
        self.units: list[tuple[str, Decimal | None, list[Project]]] = []
        self.rows: list[Indicator] = []
        self.project: tuple[str, Funds, str] | None = None
        self.execution: tuple[Execution, ...] = ()
        self.score: Decimal | None = None
        self.grade = ""
        self.row = 0

    def add(self, line: str) -> None:
        word, _, rest = line.partition(" ")
        if word == "标题":
            self.title = rest
        elif word == "合计":
            self.total = Decimal(rest)
        elif word == "单位":
            self._close()
            name, amount = rest.rsplit(" ", 1)
            self.units.append((name, Decimal(amount), []))
        elif word == "项目":
            self._close()
            self.project = _project(rest)
        elif word == "执行":
            self.execution = (_execution(rest),)
        elif word == "总分":
            points, _, self.grade = rest.partition(" ")
            self.score = Decimal(points)
        else:
            self.row += 1
            self.rows.append(_indicator(self.row, word, rest))

    def plan(self) -> Plan:
        self._close()
        units = tuple(Unit(name, Funds(total), tuple(projects)) for name, total, projects in self.units)
        return Plan(self.title, "", "万元", Funds(self.total) if self.total is not None else None, units)

    def _close(self) -> None:
        if self.project is None and not self.rows:
            return
        name, funds, goal = self.project or ("宣传经费", Funds(Decimal("60.00")), _GOAL)
        if not self.units:
            self.units.append(("市某局", None, []))
        results = {"execution": self.execution, "total_score": self.score, "grade": self.grade}
        self.units[-1][2].append(Project(name, funds, goal, tuple(self.rows), **results))  # type: ignore[arg-type]
        self.project, self.rows = None, []
        self.execution, self.score, self.grade = (), None, ""


def _project(rest: str) -> tuple[str, Funds, str]:
    head, bar, goal = rest.partition(" |")
    name, _, money = head.partition(" ")
    total, _, sources = money.partition(" = ")
    amounts = [Decimal(amount) for amount in sources.split(" + ")] if sources else []
    return name, Funds(Decimal(total), *amounts), goal.strip() if bar else _GOAL


def _indicator(row: int, category: str, rest: str) -> Indicator:
    level1, _, level2 = category.rpartition("/")
    code = level2[:2] if level2[:2] in CLASSES else ""
    if level2 == code and code:
        level1, level2 = _LEVELS[code[0]], f"{code}-{CLASSES[code].zh}"
    rest, _, results = rest.partition(" @ ")
    rest, _, number = rest.partition(" #")
    name, *values = (cell.strip() for cell in rest.split("|"))
    cycle, annual = values[0], values[-1]
    promised, promised_yearly = (read(wording, name=name, category=level2) for wording in (cycle, annual))
    printed = int(number) if number else None
    indicator = Indicator(row, printed, code, level1, level2, name, cycle, annual, promised, promised_yearly)
    weight, actual, score = (*(part.strip() for part in results.split(" / ")), "", "")[:3]
    return indicator._replace(
        weight=Decimal(weight) if weight else None, actual_wording=actual, score=Decimal(score) if score else None
    )


def _execution(rest: str) -> Execution:
    weight, budget, executed, score = (Decimal(part.strip()) for part in rest.split(" / "))
    return Execution("年度资金总额", "total", budget, budget, executed, "", weight, score)
