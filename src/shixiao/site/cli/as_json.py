"""Findings for programs: one object with `files`, written file by file. The schema is `shixiao schema check`."""

from __future__ import annotations

import json
from typing import Any

from shixiao.engine import lint
from shixiao.engine.plans import Repair
from shixiao.engine.targets.json_form import json_number
from shixiao.site.cli.examining import Task
from shixiao.site.cli.report import Mending, Report, Tally, Totals

SCHEMA = "urn:shixiao:schema:check:1"
BETWEEN = ",\n"

_encoded = json.JSONEncoder(ensure_ascii=False, allow_nan=False).encode


def opening(task: Task) -> str:
    """Everything before the files."""
    return f'{{"schema": {_encoded(SCHEMA)}, "files": [\n'


def pieces(report: Report, task: Task) -> list[str]:
    """The object of one file."""
    return [_encoded(file_form(report, task.language))]


def notices(report: Report, task: Task) -> list[str]:
    """Nothing is kept for the end."""
    return []


def file_form(report: Report, language: str) -> dict[str, Any]:
    """One file as plain values. A file that could not be read has `error` and `totals` null."""
    form: dict[str, Any] = {
        "path": report.path,
        "totals": None,
        "findings": [_finding(each, language) for each in report.findings],
        "suppressed": [{**_finding(each, language), "reason": why.reason} for each, why in report.suppressed],
        "repairs": [],
    }
    if report.document is not None:
        totals = Totals(report.document)
        form["totals"] = {
            "units": totals.units,
            "projects": totals.projects,
            "indicators": totals.indicators,
            "funds": json_number(totals.funds),
        }
        form["repairs"] = [_repair(each, language) for each in report.document.repairs]
    if report.error is not None:
        form |= {
            "error": report.error.in_(language),
            "error_code": report.error_code,
            "line": report.place.line or None,
        }
    if report.mending is not None:
        form["fixed"] = _mending(report.mending, language)
    return form


def _finding(finding: lint.Finding, language: str) -> dict[str, Any]:
    suggestion = finding.suggestion
    return {
        "rule": finding.rule,
        "severity": finding.severity.value,
        "row": finding.row,
        "unit": finding.unit,
        "project": finding.project,
        "indicator": finding.indicator,
        "message": finding.text.in_(language),
        "repair": suggestion.text if suggestion else None,
        "repair_field": suggestion.field if suggestion else None,
        "line": finding.place.line or None,
    }


def _repair(repair: Repair, language: str) -> dict[str, Any]:
    return {
        "code": repair.code,
        "row": repair.row,
        "line": repair.place.line or None,
        "message": repair.text.in_(language),
        "defect": repair.defect,
    }


def _mending(mending: Mending, language: str) -> dict[str, Any]:
    return {
        "path": mending.path if mending.is_written else None,
        "error": mending.failure.in_(language) if mending.failure else None,
        "changed": [
            {
                "rule": change.rule,
                "row": change.row,
                "field": change.suggestion.field,
                "before": change.before,
                "after": change.suggestion.text,
            }
            for change in (mending.applied if mending.is_written else ())
        ],
        "left": [
            {"rule": finding.rule, "row": finding.row, "reason": reason.in_(language)}
            for finding, reason in mending.left
        ],
    }


def closing(tally: Tally, notices: list[str], task: Task) -> str:
    """Everything behind the files."""
    counts = {
        "files": tally.files,
        "unreadable": tally.unreadable,
        "units": tally.units,
        "projects": tally.projects,
        "indicators": tally.indicators,
        "errors": tally.errors,
        "warnings": tally.warnings,
        "hints": tally.hints,
        "suppressed": tally.suppressed,
    }
    return f'\n], "summary": {_encoded(counts)}}}\n'
