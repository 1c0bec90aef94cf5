"""Ask every rule about a plan, and set aside what somebody has accepted."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from operator import itemgetter
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
    for rules, rows in row_checks.with_rows(book.rows()):
        for rule, ask in rules:
            for row in rows:
                seen = ask(row, settings)
                if seen is not None:
                    found.append(_of_row(rule, seen, row))
    return _in_order(found)


def _in_order(findings: list[Finding]) -> list[Finding]:
    """By row and rule id, those without a row first; named by position, which sorts them without calling back."""
    of_rows = [finding for finding in findings if finding.row]
    others = [finding for finding in findings if not finding.row]
    return sorted(others, key=itemgetter(_RULE)) + sorted(of_rows, key=itemgetter(_ROW, _RULE))


_RULE, _ROW = Finding._fields.index("rule"), Finding._fields.index("row")


class _RowChecks:
    """The rules for indicators, those together that concern the same kinds and classes.

    One rule goes through all its rows before the next one begins: a processor that stays with a rule is a third faster.
    """

    def __init__(self, rules: list[Rule]) -> None:
        alike: dict[tuple[frozenset[Kind], frozenset[str]], list[Rule]] = {}
        for rule in rules:
            alike.setdefault((frozenset(rule.kinds), frozenset(rule.codes)), []).append(rule)
        self._groups = list(alike.values())
        self._asks = [[(rule, rule.check) for rule in group] for group in self._groups]
        self._concerned: dict[str, list[int]] = {}

    def with_rows(self, rows: Iterable[Row]) -> Iterable[tuple[list[tuple[Rule, Any]], list[Row]]]:
        """Each group of rules with the rows they are asked about, in published order."""
        chosen: list[list[Row]] = [[] for _ in self._groups]
        for row in rows:
            key = row.code + row.kind  # a kind is a string, too, and as such has a quick hash
            for group in self._concerned.get(key) or self._first_of(key, row):
                chosen[group].append(row)
        return zip(self._asks, chosen, strict=True)

    def _first_of(self, key: str, row: Row) -> list[int]:
        found = [at for at, group in enumerate(self._groups) if group[0].concerns(row.kind, row.code)]
        self._concerned[key] = found
        return found


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
    if isinstance(at, Row):
        return _of_row(rule, found, at)
    severity = found.severity or rule.severity
    if isinstance(at, ProjectRows):
        return Finding(
            rule.id, severity, found.text, None, at.unit.name, at.project.name, None, found.suggestion, at.project.place
        )
    if isinstance(at, Comparison):
        return Finding(rule.id, severity, found.text, None, at.unit, at.project, None, found.suggestion, at.place)
    if at is not None:
        return Finding(rule.id, severity, found.text, None, at.name, None, None, found.suggestion, at.place)
    return Finding(rule.id, severity, found.text, suggestion=found.suggestion, place=NOWHERE)


def _of_row(rule: Rule, found: Found, row: Row) -> Finding:
    indicator, sheet = row.indicator, row.sheet
    return Finding(
        rule.id,
        found.severity or rule.severity,
        found.text,
        indicator.row,
        sheet.unit.name,
        sheet.project.name,
        indicator.name,
        found.suggestion,
        indicator.place,
    )
