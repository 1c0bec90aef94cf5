"""What makes two tables the same table."""

import hashlib
import json
from decimal import Decimal
from typing import Any

from shixiao.engine import plans


def content_hash(plan: plans.Plan) -> str:
    """A name for what was published: equal for a paste, an upload and another encoding of the same table.

    Wordings, names, classes, funds, their order, and what else a form of its kind publishes count. Places, repairs, readings and the running number do
    not: the same table as the second one of a file is still the same table.
    """
    return digest(json.dumps(_plan(plan), ensure_ascii=False, separators=(",", ":")).encode())


def digest(content: bytes) -> str:
    """The SHA-256 of `content`, in hexadecimal."""
    return hashlib.sha256(content).hexdigest()


def _plan(plan: plans.Plan) -> list[Any]:
    units = [[unit.name, _funds(unit.funds), [_project(project) for project in unit.projects]] for unit in plan.units]
    head = [plan.title, plan.department, plan.money_unit, _funds(plan.funds), units]
    return head if plan.form is plans.Form.TARGET_TABLE else [*head, plan.form.value]


def _project(project: plans.Project) -> list[Any]:
    rows = [_indicator(row) for row in project.indicators]
    known = [project.name, _funds(project.funds), project.objective, rows]
    further = {
        "details": project.details,
        "amounts": project.amounts,
        "cycle_objective": project.cycle_objective,
        "cycle_funds": _funds(project.cycle_funds),
        "execution": [[_plain(value) for value in line] for line in project.execution],
        "actual_objective": project.actual_objective,
        "total_score": _plain(project.total_score),
        "grade": project.grade,
        "tasks": project.tasks,
    }
    return [*known, *_published(further)]


def _indicator(row: plans.Indicator) -> list[Any]:
    known = [row.number, row.code, row.level1, row.level2, row.name, row.cycle_wording, row.annual_wording]
    further = {
        "columns": row.columns,
        "weight": _plain(row.weight),
        "direction": row.direction,
        "actual_wording": row.actual_wording,
        "score": _plain(row.score),
        "deviation": row.deviation,
    }
    return [*known, *_published(further)]


def _published(further: dict[str, Any]) -> list[Any]:
    """What a form says beyond the common fields: nothing at all for one that says nothing, so that its name stays."""
    said = {key: value for key, value in further.items() if value}
    return [said] if said else []


def _plain(value: Any) -> Any:
    return f"{value.normalize():f}" if isinstance(value, Decimal) else value


def _funds(funds: plans.Funds | None) -> list[str | None] | None:
    """1361.6 and 1361.60 are one amount; an empty cell is not 0."""
    if funds is None:
        return None
    amounts = (funds.total, funds.fiscal, funds.special_account, funds.other)
    return [None if amount is None else f"{amount.normalize():f}" for amount in amounts]
