"""`shixiao check --fix`: a repaired copy beside the file, `NAME.fixed.xlsx`, never over anything that exists."""

from __future__ import annotations

import os
from collections.abc import Iterable

from shixiao import tables
from shixiao.engine import lint
from shixiao.engine.bilingual import Text
from shixiao.engine.lint.vocabulary import CLASSES
from shixiao.engine.plans import Indicator, Plan, Project, Unit
from shixiao.site.cli import standard_input
from shixiao.site.cli.refusal import failure_of
from shixiao.site.cli.report import Change, Mending, Report

_FIELDS = ("name", "level2", "cycle_wording", "annual_wording")
_LEVEL1 = {"1": "产出指标", "2": "效益指标", "3": "满意度指标", "4": "成本指标"}
_NO_SUGGESTION = Text("没有可以照搬的改法，要由人决定", "there is no repair to apply as it stands; a person decides")
_MONEY = Text("金额不自动改，请对照预算核对", "amounts are not changed by a program; compare the budget")
_TAKEN = Text("同一格已按另一条规则改过，请再查一遍修改件", "another rule changed the same cell; check the copy again")

# A copy comes in the format of its file; what cannot be written comes in the one that the same program opens.
_COPIED_AS = {"xls": "xlsx", "pdf": "docx", "csv": "txt"}

Changes = dict[int, dict[str, str]]  # row → field → what to put there


def mend(report: Report, document: tables.Document) -> Mending:
    """Write the copy of a file that was read, unless there is nothing to change.

    The copy is read again before it is written: it must hold what the file held, with the changes."""
    written = _COPIED_AS.get(document.format, document.format)
    written = written if written in tables.WRITTEN else "txt"
    mending = Mending(f"{os.path.splitext(report.path)[0]}.fixed.{written}")  # noqa: PTH122 - spelled as the person did
    changes = _chosen(report.findings, document, mending)
    if not changes:
        return mending
    mended = document._replace(plans=tuple(_plan(plan, changes) for plan in document.plans))
    content = tables.write(mended, format=written)
    if report.path == standard_input.NAME:
        mending.failure = Text(
            "标准输入旁边无处可写，请给出文件", "nothing can stand beside standard input; name a file"
        )
    elif not _says_the_same(content, mended, name=mending.path):
        mending.failure = Text(
            "写出的修改件读回来与原文不一致，已放弃，请手工修改",
            "the copy would not read back the same, so it was not written; repair by hand",
        )
    else:
        mending.failure = _written(content, mending.path)
    return mending


def _chosen(findings: Iterable[lint.Finding], document: tables.Document, mending: Mending) -> Changes:
    """What to change: the first suggestion for each cell."""
    rows = {row.row: row for plan in document.plans for _, _, row in plan.indicators()}
    changes: Changes = {}
    for finding in findings:
        suggestion, row = finding.suggestion, finding.row
        if suggestion is None or row is None or suggestion.field not in _FIELDS:
            is_money = suggestion is not None and suggestion.field == "funds"
            mending.left.append((finding, _MONEY if is_money else _NO_SUGGESTION))
        elif not changes.get(row, {}).keys().isdisjoint(_cells(suggestion, rows[row])):
            mending.left.append((finding, _TAKEN))
        else:
            before = rows[row]
            for field, text in _cells(suggestion, before).items():
                changes.setdefault(row, {})[field] = text
                mending.applied.append(Change(finding.rule, row, lint.Suggestion(field, text), getattr(before, field)))
    return changes


def _cells(suggestion: lint.Suggestion, before: Indicator) -> dict[str, str]:
    """What a suggestion writes: its own cell, and what would contradict it otherwise: the first-level class that goes
    with another class, and the cycle target where it says the same as the annual one."""
    cells = {suggestion.field: suggestion.text}
    if suggestion.field == "annual_wording" and before.cycle_wording == before.annual_wording:
        cells["cycle_wording"] = suggestion.text
    if suggestion.field == "level2" and before.level1:
        digit = next((code[0] for code, name in CLASSES.items() if name.zh in suggestion.text), "")
        if digit and digit != before.code[:1]:
            title = _LEVEL1[digit]
            cells["level1"] = f"{digit}-{title}" if before.level1[:1].isdigit() else title
    return cells


def _plan(plan: Plan, changes: Changes) -> Plan:
    return plan._replace(units=tuple(_unit(unit, changes) for unit in plan.units))


def _unit(unit: Unit, changes: Changes) -> Unit:
    return unit._replace(projects=tuple(_project(project, changes) for project in unit.projects))


def _project(project: Project, changes: Changes) -> Project:
    indicators = (each._replace(**changes.get(each.row, {})) for each in project.indicators)  # type: ignore[arg-type]
    return project._replace(indicators=tuple(indicators))


def _says_the_same(content: bytes, mended: tables.Document, *, name: str) -> bool:
    try:
        again = tables.read(content, name=name)
    except tables.Unreadable:
        return False
    return [_gist(plan) for plan in again.plans] == [_gist(plan) for plan in mended.plans]


def _gist(plan: Plan) -> list[object]:
    """What must survive: names, funds and wordings."""
    projects = [(unit.name, project.name, project.funds, project.objective) for unit, project in plan.projects()]
    return [*projects, *(_wordings(row) for _, _, row in plan.indicators())]


def _wordings(row: Indicator) -> tuple[str, ...]:
    return (row.level1, row.level2, row.name, row.cycle_wording, row.annual_wording)


def _written(content: bytes, path: str) -> Text | None:
    """None when the file was written, else why not."""
    try:
        with open(path, "xb") as file:  # noqa: PTH123 - "x" refuses an existing file in one step
            file.write(content)
    except FileExistsError:
        return Text("这个文件已存在，请先改名或删除", "the file exists already; rename or delete it first")
    except OSError as error:
        said = failure_of(error)
        return Text(f"写不了：{said.zh}", f"cannot be written: {said.en}")
    return None
