"""`shixiao check --fix`: a repaired copy beside the file, `NAME.fixed.txt`, never over anything that exists."""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import replace

from shixiao import tables
from shixiao.engine import lint
from shixiao.engine.bilingual import Text
from shixiao.engine.plans import Indicator, Plan, Project, Unit
from shixiao.site.cli import standard_input
from shixiao.site.cli.refusal import failure_of
from shixiao.site.cli.report import Mending, Report

_FIELDS = ("name", "level2", "cycle_wording", "annual_wording")
_NO_SUGGESTION = Text("没有可以照搬的改法，要由人决定", "there is no repair to apply as it stands; a person decides")
_MONEY = Text("金额不自动改，请对照预算核对", "amounts are not changed by a program; compare the budget")
_TAKEN = Text("同一格已按另一条规则改过，请再查一遍修改件", "another rule changed the same cell; check the copy again")

Changes = dict[int, dict[str, str]]  # row → field → what to put there


def mend(report: Report) -> Mending | None:
    """Write the copy of a file that was read; None when no finding can be repaired by a program.

    The copy is read again before it is written: it must hold what the file held, with the changes."""
    document = report.document
    assert document is not None  # it was read
    mending = Mending(_beside(report.path))
    changes = _chosen(report.findings, document, mending)
    if report.path == standard_input.NAME:
        mending.failure = Text(
            "标准输入旁边无处可写，请给出文件", "there is no place beside standard input; name a file"
        )
        return mending
    if not changes:
        return mending if mending.left else None
    mended = document._replace(plans=tuple(_plan(plan, changes) for plan in document.plans))
    content = tables.write(mended, format="txt")
    if not _says_the_same(content, mended, name=mending.path):
        mending.failure = Text(
            "写出的修改件读回来与原文不一致，已放弃，请手工修改",
            "the copy would not read back the same, so it was not written; repair by hand",
        )
        return mending
    mending.failure = _written(content, mending.path)
    return mending


def _beside(path: str) -> str:
    return f"{os.path.splitext(path)[0]}.fixed.txt"  # noqa: PTH122 - the path stays as the person wrote it


def _chosen(findings: Iterable[lint.Finding], document: tables.Document, mending: Mending) -> Changes:
    """What to change: the first suggestion for each cell."""
    rows = {row.row: row for plan in document.plans for _, _, row in plan.indicators()}
    changes: Changes = {}
    for finding in findings:
        reason = _reason_against(finding, changes)
        if reason is not None:
            mending.left.append((finding, reason))
            continue
        assert finding.suggestion is not None  # or there would be a reason
        assert finding.row is not None
        field = finding.suggestion.field
        changes.setdefault(finding.row, {})[field] = finding.suggestion.text
        mending.applied.append((finding, getattr(rows[finding.row], field)))
    return changes


def _reason_against(finding: lint.Finding, changes: Changes) -> Text | None:
    if finding.suggestion is None:
        return _NO_SUGGESTION
    if finding.suggestion.field not in _FIELDS or finding.row is None:
        return _MONEY if finding.suggestion.field == "funds" else _NO_SUGGESTION
    if finding.suggestion.field in changes.get(finding.row, ()):
        return _TAKEN
    return None


def _plan(plan: Plan, changes: Changes) -> Plan:
    return replace(plan, units=tuple(_unit(unit, changes) for unit in plan.units))


def _unit(unit: Unit, changes: Changes) -> Unit:
    return replace(unit, projects=tuple(_project(project, changes) for project in unit.projects))


def _project(project: Project, changes: Changes) -> Project:
    indicators = (replace(each, **changes.get(each.row, {})) for each in project.indicators)  # type: ignore[arg-type]
    return replace(project, indicators=tuple(indicators))


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
    return (row.level2, row.name, row.cycle_wording, row.annual_wording)


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
