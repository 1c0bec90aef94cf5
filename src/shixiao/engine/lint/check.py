"""Ask every rule about a plan, and set aside what somebody has accepted."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, NamedTuple

from shixiao.engine.lint.finding import Finding
from shixiao.engine.lint.rows import PlanRows, ProjectRows, Row
from shixiao.engine.lint.rule import RULES, Found, Rule
from shixiao.engine.lint.settings import DEFAULT, Settings, Suppression
from shixiao.engine.plans import NOWHERE, Plan
from shixiao.engine.sums import Comparison
from shixiao.engine.targets.reading import Kind

if TYPE_CHECKING:
    from typing import Any


class Suppressed(NamedTuple):
    """A finding that was accepted, and by what."""

    finding: Finding
    suppression: Suppression


class Checked(NamedTuple):
    """What the rules found in one plan: what stands, and what was accepted with a reason."""

    findings: tuple[Finding, ...]
    suppressed: tuple[Suppressed, ...]


def check(plan: Plan, *, settings: Settings = DEFAULT, path: str = "") -> tuple[Finding, ...]:
    """The findings of `plan`, in the order of rows and rule ids; those of the whole table come first.

    `path` is where the plan came from; suppressions for a file are matched against it. Never fails on a plan,
    however odd its wordings."""
    return check_all(plan, settings=settings, path=path).findings


def check_all(plan: Plan, *, settings: Settings = DEFAULT, path: str = "") -> Checked:
    """Like `check`, with the suppressed findings beside the others, so that a page can show the reasons."""
    findings = _findings(plan, settings)
    applicable = [each for each in settings.suppressions if each.file is None or _is_path(path, each.file)]
    if not applicable:
        return Checked(tuple(findings), ())
    standing, suppressed = [], []
    for finding in findings:
        accepted = next((each for each in applicable if each.covers(finding)), None)
        if accepted is None:
            standing.append(finding)
        else:
            suppressed.append(Suppressed(finding, accepted))
    return Checked(tuple(standing), tuple(suppressed))


def _is_path(path: str, pattern: str) -> bool:
    from pathlib import PurePosixPath  # only settings with a file pattern need it

    return PurePosixPath(path.replace("\\", "/")).match(pattern)


def _findings(plan: Plan, settings: Settings) -> list[Finding]:
    book = PlanRows(plan, settings)
    row_checks, project_checks, plan_checks = _chosen(settings.select, settings.ignore)
    found: list[Finding] = []
    for rule, ask in plan_checks:
        found += [_finding(rule, each) for each in ask(book, settings)]
    for sheet in book.sheets:
        for rule, ask in project_checks:
            found += [_finding(rule, each, sheet) for each in ask(sheet, settings)]
        for row in sheet.rows:
            for rule, ask in row_checks.of(row):
                seen = ask(row, settings)
                if seen is not None:
                    found.append(_finding(rule, seen, row))
    found.sort(key=_position)
    return found


def _position(finding: Finding) -> tuple[int, str]:
    return (finding.row or 0, finding.rule)


class _RowChecks:
    """The rules for indicators, listed once for each kind and class that turns up."""

    def __init__(self, rules: list[Rule]) -> None:
        self._rules = rules
        self._listed: dict[tuple[Kind, str], list[tuple[Rule, Any]]] = {}

    def of(self, row: Row) -> list[tuple[Rule, Any]]:
        key = (row.kind, row.code)
        listed = self._listed.get(key)
        if listed is None:
            listed = self._listed[key] = [(rule, rule.check) for rule in self._rules if rule.concerns(*key)]
        return listed


@cache
def _chosen(
    select: tuple[str, ...], ignore: tuple[str, ...]
) -> tuple[_RowChecks, list[tuple[Rule, Any]], list[tuple[Rule, Any]]]:
    """The rules to ask by scope, each with its function; an ignored id wins over a selected family."""
    chosen: dict[str, list[Rule]] = {"row": [], "project": [], "plan": []}
    for rule in RULES.values():
        named = {rule.id, rule.family.value}
        if (not select or named.intersection(select)) and not named.intersection(ignore):
            chosen[rule.scope].append(rule)
    projects, plans = ([(rule, rule.check) for rule in chosen[scope]] for scope in ("project", "plan"))
    return _RowChecks(chosen["row"]), projects, plans


def _finding(rule: Rule, found: Found, asked: Row | ProjectRows | None = None) -> Finding:
    at = found.at or asked
    severity = found.severity or rule.severity
    if isinstance(at, Row):
        row, project = at.indicator, at.sheet.project
        return Finding(
            rule.id,
            severity,
            found.text,
            row.row,
            at.sheet.unit.name,
            project.name,
            row.name,
            found.suggestion,
            row.place,
        )
    if isinstance(at, ProjectRows):
        return Finding(
            rule.id, severity, found.text, None, at.unit.name, at.project.name, None, found.suggestion, at.project.place
        )
    if isinstance(at, Comparison):
        return Finding(rule.id, severity, found.text, None, at.unit, at.project, None, found.suggestion, at.place)
    if at is not None:
        return Finding(rule.id, severity, found.text, None, at.name, None, None, found.suggestion, at.place)
    return Finding(rule.id, severity, found.text, suggestion=found.suggestion, place=NOWHERE)
