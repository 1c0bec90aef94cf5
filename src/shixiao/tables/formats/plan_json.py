"""Our own JSON: everything that a document holds, by a published schema with a version.

The units of all tables stand in one list, `units[].projects[].indicators[]`, since nearly every file has one table;
`tables[]` says what stands above each, and each unit names its table. Money is in 万元.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from decimal import Decimal
from itertools import count
from pathlib import Path
from typing import Any

from shixiao.engine import targets
from shixiao.engine.plans import Execution, Form, Funds, Indicator, Labelled, Place, Plan, Project, Repair, Task, Unit
from shixiao.engine.sums import AMOUNTS
from shixiao.tables.decoding import is_invisible
from shixiao.tables.document import Document
from shixiao.tables.formats.plan_from_json import SCHEMA, plans

__all__ = ["NAME", "SCHEMA", "plans", "schema", "write"]

NAME = "json"

Json = dict[str, Any]


def write(document: Document) -> bytes:
    """The document as JSON in UTF-8, indented, one line break at the end."""
    form = {
        "schema": SCHEMA,
        "source": {"name": document.name, "format": document.format, "encoding": document.encoding},
        "tables": [_table(plan) for plan in document.plans],
        "units": [_unit(unit, table) for table, plan in enumerate(document.plans, 1) for unit in plan.units],
        "repairs": list(_repairs(document)),
    }
    return (_escaped(json.dumps(form, ensure_ascii=False, indent=1)) + "\n").encode()


def schema() -> bytes:
    """The JSON Schema (draft 2020-12) of what `write` makes."""
    return (Path(__file__).parents[1] / "schemas" / "plan-1.schema.json").read_bytes()


def _escaped(text: str) -> str:
    """Characters that a reader would remove from a text, or take for damage, as JSON escapes."""
    if text.replace("\n", "").isprintable() and "\ufffd" not in text:
        return text
    hidden = (character for character in set(text) - {"\n"} if is_invisible(character) or character == "\ufffd")
    return text.translate({ord(character): f"\\u{ord(character):04x}" for character in hidden})


def _table(plan: Plan) -> Json:
    return {
        "title": plan.title,
        "department": plan.department,
        "money_unit": plan.money_unit,
        "funds": _funds(plan.funds),
        "place": _place(plan.place),
        **({} if plan.form is Form.TARGET_TABLE else {"form": plan.form.value}),
    }


def _unit(unit: Unit, table: int) -> Json:
    return {
        "table": table,
        "name": unit.name,
        "funds": _funds(unit.funds),
        "place": _place(unit.place),
        "projects": [_project(project) for project in unit.projects],
    }


def _project(project: Project) -> Json:
    return {
        "name": project.name,
        "funds": _funds(project.funds),
        "objective": project.objective,
        "place": _place(project.place),
        "indicators": [_indicator(indicator) for indicator in project.indicators],
        **_further_of_project(project),
    }


def _further_of_project(project: Project) -> Json:
    """What only some forms have; a form without it is written as it always was."""
    further: Json = {
        "details": _labelled(project.details),
        "amounts": _labelled(project.amounts),
        "cycle_objective": project.cycle_objective,
        "cycle_funds": _funds(project.cycle_funds),
        "execution": [_execution(line) for line in project.execution],
        "actual_objective": project.actual_objective,
        "total_score": _number(project.total_score),
        "grade": project.grade,
        "tasks": [_task(task) for task in project.tasks],
    }
    return _filled(further)


def _filled(form: Json) -> Json:
    return {key: value for key, value in form.items() if value is not None and value != "" and value != []}


def _labelled(cells: tuple[Labelled, ...]) -> list[Json]:
    return [{"label": cell.label, "text": cell.text} for cell in cells]


def _task(task: Task) -> Json:
    return {"name": task.name, "content": task.content, "amounts": _labelled(task.amounts)}


def _execution(line: Execution) -> Json:
    return {
        "label": line.label,
        "amount": line.amount,
        "budget": _number(line.budget),
        "full_year": _number(line.full_year),
        "executed": _number(line.executed),
        "rate": line.rate,
        "weight": _number(line.weight),
        "score": _number(line.score),
    }


def _indicator(indicator: Indicator) -> Json:
    return {
        "row": indicator.row,
        "number": indicator.number,
        "class": indicator.code,
        "level1": indicator.level1,
        "level2": indicator.level2,
        "name": indicator.name,
        "cycle_wording": indicator.cycle_wording,
        "annual_wording": indicator.annual_wording,
        "cycle": targets.as_json(indicator.cycle),
        "annual": targets.as_json(indicator.annual),
        "place": _place(indicator.place),
        **_further_of_indicator(indicator),
    }


def _further_of_indicator(indicator: Indicator) -> Json:
    further: Json = {
        "columns": _labelled(indicator.columns),
        "weight": _number(indicator.weight),
        "direction": indicator.direction,
        "actual_wording": indicator.actual_wording,
        "score": _number(indicator.score),
        "deviation": indicator.deviation,
    }
    return _filled(further)


def _funds(funds: Funds | None) -> Json | None:
    return None if funds is None else {amount: _number(getattr(funds, amount)) for amount in AMOUNTS}


def _number(value: Decimal | None) -> float | str | None:
    """A JSON number where a double says the amount exactly, as it does up to fifteen digits; else the digits as text."""
    if value is None:
        return None
    number = float(value)
    return number if Decimal(repr(number)) == value else f"{value:f}"


def _place(place: Place) -> Json:
    form: Json = {
        "line": place.line,
        "column": place.column,
        "start": place.start,
        "end": place.end,
        "sheet": place.sheet,
        "page": place.page,
    }
    return {**form, "table": place.table} if place.table else form


def _repairs(document: Document) -> Iterator[Json]:
    """Every repair with the numbers (from 1) of what it belongs to, null from where they do not apply."""
    yield from (_repair(mend) for mend in document.own_repairs)
    numbers = count(1)
    for table, plan in enumerate(document.plans, 1):
        yield from (_repair(mend, table) for mend in plan.repairs)
        for unit in plan.units:
            number = next(numbers)
            for order, project in enumerate(unit.projects, 1):
                yield from (_repair(mend, table, number, order) for mend in project.repairs)
                for place, indicator in enumerate(project.indicators, 1):
                    yield from (_repair(mend, table, number, order, place) for mend in indicator.repairs)


def _repair(
    mend: Repair,
    table: int | None = None,
    unit: int | None = None,
    project: int | None = None,
    indicator: int | None = None,
) -> Json:
    return {
        "code": mend.code,
        "zh": mend.text.zh,
        "en": mend.text.en,
        "defect": mend.defect,
        "row": mend.row,
        "place": _place(mend.place),
        "table": table,
        "unit": unit,
        "project": project,
        "indicator": indicator,
    }
