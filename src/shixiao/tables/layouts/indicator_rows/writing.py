"""A plan → the rows of the usual form, for what the official form has no place for: weights, results, spending, tasks."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from shixiao.engine.plans import Form, Plan, Project, Unit
from shixiao.tables.layouts.indicator_rows.labels import is_grade, meaning_of
from shixiao.tables.markup import guarded
from shixiao.tables.money import UNITS, printed

Rows = list[list[str]]

_NEVER = "\t\r\u00ad\u200b\u200c\u200d\u200e\u200f\u2028\u2029\u2060\ufeff"
_MONEY = {
    "total": "年度资金总额",
    "fiscal": "其中：财政拨款",
    "special_account": "财政专户管理资金",
    "other": "其他资金",
}


def is_needed(plan: Plan) -> bool:
    """Whether the official form would lose something of this plan."""
    return plan.form is not Form.TARGET_TABLE or any(
        project.execution or project.tasks or project.total_score is not None or project.cycle_objective
        or any(
            row.weight is not None or row.score is not None or row.direction or row.actual_wording or row.deviation
            or (row.level2 and not row.level1)
            for row in project.indicators
        )
        for _unit, project in plan.projects()
    )  # fmt: skip


def rows_of(plan: Plan, *, between: str = "") -> Iterator[list[str]]:
    """For each project its title, the unit of money, its head and its indicators, one row for each."""
    del between  # a row holds one indicator
    for _title, above, rows in forms_of(plan):
        yield from ([line] for line in above)
        yield from rows


def forms_of(plan: Plan) -> Iterator[tuple[str, list[str], Rows]]:
    """For each project the title, the lines above it (the title among them), and its rows, all of one width."""
    unit_of_money = plan.money_unit if plan.money_unit in UNITS else "万元"
    title = _cell(plan.title) or plan.form.title.zh
    for unit, project in plan.projects():
        rows = [*_head(plan, unit, project, unit_of_money), *_indicators(project)]
        width = max(map(len, rows))
        yield title, [title, f"单位：{unit_of_money}"], [row + [""] * (width - len(row)) for row in rows]


def _head(plan: Plan, unit: Unit, project: Project, money: str) -> Iterator[list[str]]:
    if plan.form is Form.DEPARTMENT:
        yield ["部门名称", _cell(plan.department)]
    else:
        yield ["项目名称", _cell(project.name)]
        yield ["主管部门", _cell(plan.department), "实施单位", _cell(unit.name)]
    yield from _money(project, money)
    if project.tasks:
        labels = [each.label for each in project.tasks[0].amounts]
        yield ["年度主要任务", "任务名称", "主要内容", *map(_cell, labels)]
        for task in project.tasks:
            yield ["", _cell(task.name), _cell(task.content), *(_cell(each.text) for each in task.amounts)]
    if project.cycle_objective:
        yield ["实施期目标", _cell(project.cycle_objective)]
    if plan.form is Form.SELF_EVALUATION:
        yield ["年度总体目标", "预期目标", "", "实际完成情况"]
        yield ["", _cell(project.objective), "", _cell(project.actual_objective)]
    elif project.objective:
        yield ["年度目标", _cell(project.objective)]


def _money(project: Project, unit: str) -> Iterator[list[str]]:
    if project.execution:
        yield ["项目资金", "年初预算数", "全年预算数", "全年执行数", "分值", "执行率", "得分"]
        for line in project.execution:
            amounts = (printed(each, unit=unit) for each in (line.budget, line.full_year, line.executed))
            yield [_cell(line.label), *amounts, _points(line.weight), _cell(line.rate), _points(line.score)]
        return
    for field, label in _MONEY.items():
        amount = getattr(project.funds, field)
        if amount is not None:
            yield [label, printed(amount, unit=unit)]


# The columns that a form may have beside level, name and target: label, and what stands in it.
_FURTHER = (
    ("实际完成值", lambda row: row.actual_wording),
    ("分值", lambda row: _points(row.weight)),
    ("得分", lambda row: _points(row.score)),
    ("指标方向", lambda row: row.direction),
    ("偏差原因", lambda row: row.deviation),
)


def _indicators(project: Project) -> Iterator[list[str]]:
    found = project.indicators
    has_cycle = any(row.cycle_wording for row in found)
    columns = [each for each in _FURTHER if any(each[1](row) for row in found)]
    kept = list(dict.fromkeys(each.label for row in found for each in row.columns if _is_kept(each.label)))
    targets = ["实施周期指标值", "年度指标值"] if has_cycle else ["年度指标值"]
    header = ["一级指标", "二级指标", "三级指标", *targets, *(label for label, _ in columns), *map(_cell, kept)]
    yield header
    for row in found:
        wordings = [row.cycle_wording, row.annual_wording] if has_cycle else [row.annual_wording]
        beside = {each.label: each.text for each in row.columns}
        cells = (row.level1, row.level2, row.name, *wordings, *(take(row) for _, take in columns))
        yield [*map(_cell, cells), *(_cell(beside.get(label, "")) for label in kept)]
    if project.total_score is not None:
        at = header.index("得分") if "得分" in header else len(header) - 1
        yield ["总分", *[""] * (at - 1), _points(project.total_score)]
    if project.grade:
        yield ["自评等级", _cell(project.grade)]


def _is_kept(label: str) -> bool:
    """Whether a further column says something of its own: it was neither put into a wording nor into a field."""
    meaning = meaning_of(label)
    return bool(label) and (meaning is None or meaning.field is None or is_grade(label))


def _points(points: Decimal | None) -> str:
    return "" if points is None else f"{points:f}"


def _cell(text: str) -> str:
    return guarded(text, _NEVER) if text else ""
