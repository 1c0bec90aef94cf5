"""Findings in SARIF 2.1.0, for code hosts and other viewers of static analysis."""

from __future__ import annotations

import json
import os
from typing import Any
from urllib.parse import quote

from shixiao import __version__
from shixiao.engine import lint
from shixiao.engine.plans import Place
from shixiao.site.cli import standard_input
from shixiao.site.cli.examining import Task
from shixiao.site.cli.report import Report, Tally
from shixiao.site.cli.wording import repair_of

BETWEEN = ",\n"
_SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
_LEVELS = {"error": "error", "warning": "warning", "hint": "note"}
_LANGUAGES = {"zh": "zh-CN", "en": "en-US"}
_INDEX = {rule: index for index, rule in enumerate(lint.RULES)}
_encoded = json.JSONEncoder(ensure_ascii=False, allow_nan=False).encode


def opening(task: Task) -> str:
    """The tool with all its rules; the results follow one by one."""
    driver = {
        "name": "shixiao",
        "version": __version__,
        "semanticVersion": __version__,
        "language": _LANGUAGES[task.language],
        "rules": [_rule(rule, task.language) for rule in lint.RULES.values()],
    }
    return (
        f'{{"$schema": {_encoded(_SCHEMA)}, "version": "2.1.0", "runs": [{{'
        f'"tool": {{"driver": {_encoded(driver)}}}, "language": "{_LANGUAGES[task.language]}", '
        '"columnKind": "unicodeCodePoints", "results": [\n'
    )


def _rule(rule: lint.Rule, language: str) -> dict[str, Any]:
    why = rule.why.in_(language)
    return {
        "id": rule.id,
        "shortDescription": {"text": rule.title.in_(language)},
        "fullDescription": {"text": why},
        "help": {"text": f"{why}\n\n✕\n{rule.bad.text}\n\n✓\n{rule.good.text}"},
        "defaultConfiguration": {"level": _LEVELS[rule.severity.value]},
        "properties": {"tags": [rule.family.value]},
    }


def pieces(report: Report, task: Task) -> list[str]:
    """The results of one file; accepted findings are there, too, as suppressed."""
    results = [_result(finding, report, task) for finding in report.findings]
    for finding, why in report.suppressed:
        accepted = [{"kind": "external", "justification": why.reason}]
        results.append({**_result(finding, report, task), "suppressions": accepted})
    return [_encoded(result) for result in results]


def notices(report: Report, task: Task) -> list[str]:
    """What could not be read, wholly or in part: a notification of the tool, not a finding."""
    said = []
    if report.error is not None:
        text = report.error.in_(task.language)
        said.append(_notification("error", report.error_code, text, report, report.place))
    said += [
        _notification("warning", repair.code, repair.text.in_(task.language), report, repair.place)
        for repair in report.defects
    ]
    return [_encoded(each) for each in said]


def _notification(level: str, code: str, text: str, report: Report, place: Place) -> dict[str, Any]:
    return {
        "level": level,
        "descriptor": {"id": code},
        "message": {"text": text},
        "locations": [{"physicalLocation": _physical(report, place)}],
    }


def _result(finding: lint.Finding, report: Report, task: Task) -> dict[str, Any]:
    text = finding.text.in_(task.language)
    properties: dict[str, Any] = {"row": finding.row}
    if finding.suggestion is not None:
        text = f"{text} {repair_of(finding.suggestion).in_(task.language)}"
        properties["repair"] = {"field": finding.suggestion.field, "text": finding.suggestion.text}
    location: dict[str, Any] = {"physicalLocation": _physical(report, finding.place, finding.indicator or "")}
    names = [name for name in (finding.unit, finding.project, finding.indicator) if name]
    if names:
        location["logicalLocations"] = [{"name": names[-1], "fullyQualifiedName": " / ".join(names)}]
    return {
        "ruleId": finding.rule,
        "ruleIndex": _INDEX[finding.rule],
        "level": _LEVELS[finding.severity.value],
        "message": {"text": text},
        "locations": [location],
        "partialFingerprints": {"place/v1": _fingerprint(finding)},
        "properties": properties,
    }


def _fingerprint(finding: lint.Finding) -> str:
    """The same for the same promise, also after rows were inserted above it."""
    from hashlib import sha256  # only SARIF wants it

    parts = (finding.rule, finding.unit or "", finding.project or "", finding.indicator or "")
    return sha256("\x1f".join(parts).encode("utf-8", "surrogatepass")).hexdigest()[:32]


def _physical(report: Report, place: Place, words: str = "") -> dict[str, Any]:
    location: dict[str, Any] = {"artifactLocation": {"uri": uri_of(report.path)}}
    if place.line:
        location["region"] = {"startLine": place.line, **_columns(report.text_lines, place, words)}
    return location


def _columns(lines: list[str] | None, place: Place, words: str) -> dict[str, int]:
    """The characters of the cell, where `words` prove that they were counted right; else the whole line."""
    if not lines or not words or not place.end or place.line > len(lines):
        return {}
    line = lines[place.line - 1]
    cells = line.split("\t")
    if place.column > len(cells):
        return {}
    before = sum(len(cell) + 1 for cell in cells[: place.column - 1])
    if words not in line[before + place.start : before + place.end]:
        return {}
    return {"startColumn": before + place.start + 1, "endColumn": before + place.end + 1}


def uri_of(path: str) -> str:
    """A path as an address: relative as it was given, `file://` when it is absolute."""
    if path == standard_input.NAME:
        return "stdin"
    encoded = quote(os.fsencode(path.replace(os.sep, "/")))
    return f"file://{encoded}" if encoded.startswith("/") else encoded


def closing(tally: Tally, notices: list[str], task: Task) -> str:
    """The end of the results and how the run went."""
    worked = "false" if tally.unreadable else "true"
    listed = ",\n".join(notices)
    return f'\n], "invocations": [{{"executionSuccessful": {worked}, "toolExecutionNotifications": [{listed}]}}]}}]}}\n'
