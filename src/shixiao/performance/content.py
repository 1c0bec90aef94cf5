"""What makes two tables the same table."""

import hashlib
import json
from typing import Any

from shixiao.engine import plans


def content_hash(plan: plans.Plan) -> str:
    """A name for what was published: equal for a paste, an upload and another encoding of the same table.

    Wordings, names, classes, funds and their order count. Places, repairs, readings and the running number do
    not: the same table as the second one of a file is still the same table.
    """
    return digest(json.dumps(_plan(plan), ensure_ascii=False, separators=(",", ":")).encode())


def digest(content: bytes) -> str:
    """The SHA-256 of `content`, in hexadecimal."""
    return hashlib.sha256(content).hexdigest()


def _plan(plan: plans.Plan) -> list[Any]:
    units = [[unit.name, _funds(unit.funds), [_project(project) for project in unit.projects]] for unit in plan.units]
    return [plan.title, plan.department, plan.money_unit, _funds(plan.funds), units]


def _project(project: plans.Project) -> list[Any]:
    rows = [
        [row.number, row.code, row.level1, row.level2, row.name, row.cycle_wording, row.annual_wording]
        for row in project.indicators
    ]
    return [project.name, _funds(project.funds), project.objective, rows]


def _funds(funds: plans.Funds | None) -> list[str | None] | None:
    """1361.6 and 1361.60 are one amount; an empty cell is not 0."""
    if funds is None:
        return None
    amounts = (funds.total, funds.fiscal, funds.special_account, funds.other)
    return [None if amount is None else f"{amount.normalize():f}" for amount in amounts]
