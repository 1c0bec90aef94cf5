"""What a table would become, shown before anything is stored."""

from collections import Counter, defaultdict
from dataclasses import dataclass
from typing import NamedTuple

from django.utils.translation import gettext as _

from shixiao import tables
from shixiao.engine import lint, plans, targets
from shixiao.engine.sums import AMOUNTS, totals
from shixiao.performance import wordings
from shixiao.performance.content import content_hash
from shixiao.performance.models import PlanVersion, Severity
from shixiao.performance.originals import query_of
from shixiao.performance.queries import BULKY, GLYPHS, FundsShown, funds_shown
from shixiao.performance.sums import SumLine, sum_lines
from shixiao.ui import formats

PREVIEWED_ROWS = 500
ROWS_A_RULE = 20


class DoubtfulRow(NamedTuple):
    """A reading that a person should look at first."""

    row: int
    project: str
    name: str
    which: str
    wording: str
    plain: str
    doubts: list[str]
    place: str


class RuleFindings(NamedTuple):
    """What one rule found, at one severity. `more` are the findings beyond those listed."""

    severity: str
    glyph: str
    rule: str
    title: str
    times: int
    texts: list[tuple[str, str, str]]
    more: int


class RepairGroup(NamedTuple):
    """Repairs of one sort. `lines` are the first ones: what was done, to which row, and where it stood."""

    code: str
    is_defect: bool
    times: int
    lines: list[tuple[str, str, str]]
    more: int


class PreviewProject(NamedTuple):
    """A project as it was read."""

    unit: str
    name: str
    funds: FundsShown
    rows: list[tuple[int, str, str, str, str]]


@dataclass(frozen=True)
class Review:
    """Everything the review page shows of one table of a document."""

    plan: plans.Plan
    units: int
    projects: int
    indicators: int
    total: str
    sums: list[SumLine]
    repairs: list[RepairGroup]
    doubtful: list[DoubtfulRow]
    rules: list[RuleFindings]
    severities: dict[str, int]
    preview: list[PreviewProject]
    hidden_rows: int
    content_hash: str

    @property
    def sums_agree(self) -> bool | None:
        """None where the table printed no totals to check."""
        checked = [line.agrees for line in self.sums if line.agrees is not None]
        return all(checked) if checked else None


def review(document: tables.Document, table: int) -> Review:
    """The review of table number `table` (from 1). Reads and checks; stores nothing."""
    plan = document.plans[table - 1]
    found = lint.check(plan)
    counted = totals(plan)
    return Review(
        plan=plan,
        units=counted.units,
        projects=counted.projects,
        indicators=counted.indicators,
        total=formats.money(counted.funds),
        sums=sum_lines(plan, overall=_("合计")),
        repairs=_repairs(document, plan),
        doubtful=_doubtful(plan),
        rules=_by_rule(found),
        severities=dict(Counter(finding.severity.value for finding in found)),
        preview=_preview(plan),
        hidden_rows=max(0, counted.indicators - PREVIEWED_ROWS),
        content_hash=content_hash(plan),
    )


def already_accepted(review: Review) -> PlanVersion | None:
    """The version that has this very content, whatever its year."""
    same = PlanVersion.objects.filter(content_hash=review.content_hash)
    return same.select_related("plan", "accepted_by").defer("source", "document", "repairs").first()


def earlier_version(department: str, fiscal_year: int | None) -> PlanVersion | None:
    """What the table is compared with: the newest version of the office for that year, or else for the last year
    before it that there is one for."""
    if fiscal_year is None:
        return None
    found = PlanVersion.objects.filter(plan__department=department, plan__fiscal_year__lte=fiscal_year)
    return found.select_related("plan").defer(*BULKY).order_by("-plan__fiscal_year", "-number").first()


def _repairs(document: tables.Document, plan: plans.Plan) -> list[RepairGroup]:
    groups: dict[str, list[plans.Repair]] = defaultdict(list)
    for repair in (*document.own_repairs, *tables.repairs_within(plan)):
        groups[repair.code].append(repair)
    ordered = sorted(groups.values(), key=lambda group: (not group[0].defect, -len(group)))
    return [
        RepairGroup(
            code=group[0].code,
            is_defect=group[0].defect,
            times=len(group),
            lines=[(wordings.said(mend.text), _which(mend), query_of(mend.place)) for mend in group[:ROWS_A_RULE]],
            more=max(0, len(group) - ROWS_A_RULE),
        )
        for group in ordered
    ]


def _which(repair: plans.Repair) -> str:
    """The indicator that a repair concerns, else the line of the file."""
    if repair.row:
        return _("指标序号 %(numbers)s") % {"numbers": repair.row}
    return _("原文第 %(numbers)s 行") % {"numbers": repair.place.line} if repair.place.line else ""


def _doubtful(plan: plans.Plan) -> list[DoubtfulRow]:
    return [
        DoubtfulRow(
            row.row,
            project.name,
            row.name,
            which,
            wording,
            wordings.said(targets.explain(reading)),
            wordings.doubts(reading),
            query_of(row.place),
        )
        for _unit, project, row in plan.indicators()
        for which, wording, reading in row.sides()
        if reading.unsure or reading.kind is targets.Kind.UNPARSEABLE
    ][:PREVIEWED_ROWS]


def _by_rule(found: tuple[lint.Finding, ...]) -> list[RuleFindings]:
    groups: dict[tuple[int, str], list[lint.Finding]] = defaultdict(list)
    for finding in found:
        groups[Severity.values.index(finding.severity.value), finding.rule].append(finding)
    return [_rule_findings(rule, group) for (_gravity, rule), group in sorted(groups.items())]


def _rule_findings(rule: str, group: list[lint.Finding]) -> RuleFindings:
    severity = group[0].severity.value
    listed = group[:ROWS_A_RULE]
    return RuleFindings(
        severity=severity,
        glyph=GLYPHS[severity],
        rule=rule,
        title=wordings.rule_title(rule),
        times=len(group),
        texts=[(_where(finding), wordings.said(finding.text), query_of(finding.place)) for finding in listed],
        more=len(group) - len(listed),
    )


def _where(finding: lint.Finding) -> str:
    if finding.row is not None:
        return f"{finding.row} · {finding.indicator}"
    return finding.project or finding.unit or ""


def _preview(plan: plans.Plan) -> list[PreviewProject]:
    projects, shown = [], 0
    for unit, project in plan.projects():
        rows = [
            (row.row, wordings.class_title(row.code) or row.level2, row.name, row.annual_wording, _plain(row))
            for row in project.indicators[: max(0, PREVIEWED_ROWS - shown)]
        ]
        shown += len(rows)
        funds = funds_shown(getattr(project.funds, column) for column in AMOUNTS)
        projects.append(PreviewProject(unit.name, project.name, funds, rows))
    return projects


def _plain(row: plans.Indicator) -> str:
    return wordings.said(targets.explain(row.annual))
