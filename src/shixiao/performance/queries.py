"""What the plan page shows, in a bounded number of statements whatever the size of the table."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from functools import lru_cache
from typing import Any, NamedTuple

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, TextField, Window
from django.db.models.functions import Cast
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from shixiao.performance import wordings
from shixiao.performance.filters import Filters
from shixiao.performance.models import Correction, Indicator, PlanVersion, Severity, Unit
from shixiao.ui import formats
from shixiao.ui.statuses import badge

ROWS_A_PAGE = 500
GLYPHS = {"error": "✕", "warning": "▲", "hint": "△"}
BULKY = ("source", "document", "repairs")


class Chip(NamedTuple):
    """A finding as a mark in a table."""

    severity: str
    glyph: str
    rule: str
    text: str


@dataclass(slots=True)
class Row:
    """An indicator as the table shows it: everything worked out, nothing left for the template."""

    row: int
    code: str
    class_title: str
    name: str
    annual: str
    cycle: str
    plain: str
    cycle_plain: str
    marks: SafeString


@dataclass(slots=True)
class ProjectRows:
    """A project with the rows of it that are shown."""

    id: int
    position: int
    name: str
    objective: str
    funds: "FundsShown"
    chips: list[Chip]
    rows: list[Row] = field(default_factory=list)


@dataclass(slots=True)
class UnitRows:
    """A unit with the projects of it that are shown."""

    id: int
    position: int
    name: str
    funds: "FundsShown"
    chips: list[Chip]
    projects: list[ProjectRows] = field(default_factory=list)

    @property
    def shown(self) -> list[ProjectRows]:
        """The projects that have rows to show."""
        return [project for project in self.projects if project.rows]


class FundsShown(NamedTuple):
    """Amounts as text; `sources` are those of the three sources that the table printed."""

    total: str
    sources: list[tuple[str, str]]


@dataclass(slots=True)
class PlanPage:
    """Everything that the plan page shows."""

    version: PlanVersion
    filters: Filters
    units: list[UnitRows]
    overall: list[Chip]
    shown: int
    last_page: int
    severities: dict[str, int]
    rules: list[tuple[str, str, int]]
    classes: list[tuple[str, str, int]]
    doubtful: int

    @property
    def overall_is_wrong(self) -> bool:
        """Whether a finding of the whole table is more than a hint."""
        return any(chip.severity != "hint" for chip in self.overall)

    @property
    def previous(self) -> str:
        """The query string of the page before; empty on the first."""
        return self.filters.address(page=self.filters.page - 1) if self.filters.page > 1 else ""

    @property
    def next(self) -> str:
        """The query string of the page after; empty on the last."""
        return self.filters.address(page=self.filters.page + 1) if self.filters.page < self.last_page else ""


def version_of(plan: int, number: int | None = None) -> PlanVersion:
    """A version of a plan, the newest one without `number`, in one statement; 404 where there is none."""
    versions = (
        PlanVersion.objects.filter(plan=plan)
        .select_related("plan", "accepted_by")
        .defer(*BULKY)
        .annotate(has_newer=Exists(PlanVersion.objects.filter(plan=OuterRef("plan"), number__gt=OuterRef("number"))))
    )
    return get_object_or_404(versions.filter(has_newer=False) if number is None else versions.filter(number=number))


def plan_page(version: PlanVersion, filters: Filters) -> PlanPage:
    """The table of `version` as chosen by `filters`: five statements."""
    found = _findings(version)
    units = _units(version, found.of_unit, found.of_project)
    rows, shown = _rows(version, filters, found.of_row)
    projects = {project.id: project for unit in units for project in unit.projects}
    for project, row in rows:
        projects[project].rows.append(row)
    classes = _classes(version)
    return PlanPage(
        version=version,
        filters=filters,
        units=units,
        overall=found.overall,
        shown=shown,
        last_page=max(1, -(-shown // ROWS_A_PAGE)),
        severities=dict(found.severities),
        rules=found.by_rule(),
        classes=[(code, title, count) for code, title, count, _doubtful in classes],
        doubtful=sum(doubtful for *_rest, doubtful in classes),
    )


# ---- findings --------------------------------------------------------------------------------------------------


@dataclass(slots=True)
class _Found:
    of_row: dict[int, list[Chip]]
    of_project: dict[int, list[Chip]]
    of_unit: dict[int, list[Chip]]
    overall: list[Chip]
    severities: Counter[str]
    rules: Counter[str]

    def by_rule(self) -> list[tuple[str, str, int]]:
        return [(rule, wordings.rule_title(rule), count) for rule, count in sorted(self.rules.items())]


def _findings(version: PlanVersion) -> _Found:
    found = _Found(defaultdict(list), defaultdict(list), defaultdict(list), [], Counter(), Counter())
    text = "text_en" if formats.is_english() else "text_zh"
    columns = ("indicator_id", "project_id", "unit_id", "severity", "rule", text)
    for indicator, project, unit, severity, rule, said in version.findings.order_by("position").values_list(*columns):
        chip = Chip(severity, GLYPHS[severity], rule, said)
        found.severities[severity] += 1
        found.rules[rule] += 1
        if indicator:
            found.of_row[indicator].append(chip)
        elif project:
            found.of_project[project].append(chip)
        elif unit:
            found.of_unit[unit].append(chip)
        else:
            found.overall.append(chip)
    for chips in found.of_row.values():
        chips.sort(key=_gravity)
    return found


def _gravity(chip: Chip) -> tuple[int, str]:
    return (Severity.values.index(chip.severity), chip.rule)


# ---- units and projects ------------------------------------------------------------------------------------------


def _units(version: PlanVersion, of_unit: dict[int, list[Chip]], of_project: dict[int, list[Chip]]) -> list[UnitRows]:
    """The tree without its leaves, in one statement; a unit without projects is there, too."""
    amounts = ("total", "fiscal", "special_account", "other")
    of_its_projects = ("id", "position", "name", "objective", *amounts)
    columns = ("id", "position", "name", *amounts, *(f"projects__{column}" for column in of_its_projects))
    units: dict[int, UnitRows] = {}
    for line in Unit.objects.filter(version=version).order_by("position", "projects__position").values_list(*columns):
        unit = units.get(line[0])
        if unit is None:
            unit_id, position, name = line[:3]
            unit = units[unit_id] = UnitRows(unit_id, position, name, funds_shown(line[3:7]), of_unit.get(unit_id, []))
        if line[7] is not None:
            project_id, position, name, objective = line[7:11]
            funds = funds_shown(line[11:15])
            unit.projects.append(
                ProjectRows(project_id, position, name, objective, funds, of_project.get(project_id, []))
            )
    return list(units.values())


def funds_shown(amounts: Iterable[Decimal | None]) -> FundsShown:
    """The total, and the sources that the table printed."""
    total, *sources = amounts
    titles = (wordings.FUNDS["fiscal"], wordings.FUNDS["special_account"], wordings.FUNDS["other"])
    printed = [(str(title), formats.money(amount)) for title, amount in zip(titles, sources, strict=True) if amount]
    return FundsShown(formats.money(total), printed)


# ---- rows --------------------------------------------------------------------------------------------------------


def _rows(version: PlanVersion, filters: Filters, chips: dict[int, list[Chip]]) -> tuple[list[tuple[int, Row]], int]:
    """The rows of this page with the project of each, and how many there are on all pages: two statements."""
    chosen = filters.chosen_from(version.indicators.all()).order_by("row")
    start = (filters.page - 1) * ROWS_A_PAGE
    lines = list(_with_all(chosen)[start : start + ROWS_A_PAGE])
    corrected = _corrected(version)
    rows = [(line[1], _row(line, corrected, chips)) for line in lines]
    return rows, lines[0][-1] if lines else 0


def _with_all(chosen: "QuerySet[Indicator]") -> "QuerySet[Indicator, tuple[Any, ...]]":
    """Readings as JSON text: they are explained, not looked into, and the text is the key of what was explained."""
    annual, cycle = Cast("annual_reading", TextField()), Cast("cycle_reading", TextField())
    return chosen.annotate(annual_text=annual, cycle_text=cycle, all_rows=Window(Count("*"))).values_list(
        "id", "project_id", "row", "code", "level2", "name", "annual_wording", "cycle_wording",
        "annual_text", "cycle_text", "is_doubtful", "all_rows",
    )  # fmt: skip


def _corrected(version: PlanVersion) -> dict[tuple[int, str], str]:
    """The readings set by hand, newest last and therefore the one that stays."""
    made = Correction.objects.filter(indicator__version=version).order_by("id")
    return {
        (indicator, which): reading
        for indicator, which, reading in made.annotate(text=Cast("reading", TextField())).values_list(
            "indicator_id", "which", "text"
        )
    }


def _row(line: tuple[Any, ...], corrected: dict[tuple[int, str], str], chips: dict[int, list[Chip]]) -> Row:
    indicator, _project, row, code, level2, name, annual, cycle, annual_read, cycle_read, is_doubtful, _all = line
    annual_now = corrected.get((indicator, "annual"), annual_read)
    cycle_now = corrected.get((indicator, "cycle"), cycle_read)
    return Row(
        row=row,
        code=code,
        class_title=wordings.class_title(code) or level2,
        name=name,
        annual=annual,
        cycle="" if cycle == annual else cycle,
        plain=wordings.said(wordings.plain_words(annual_now)),
        cycle_plain="" if cycle_now == annual_now else wordings.said(wordings.plain_words(cycle_now)),
        marks=_marks(
            chips.get(indicator, []),
            is_doubtful=is_doubtful,
            is_corrected=(annual_now, cycle_now) != (annual_read, cycle_read),
        ),
    )


def _marks(chips: list[Chip], *, is_doubtful: bool, is_corrected: bool) -> SafeString:
    """The marks of a row as HTML. A template would spend most of the page's time on them."""
    marks = []
    if is_doubtful:
        marks.append(f'<span class="chip chip-doubtful">{badge("doubtful")}</span>')
    if is_corrected:
        marks.append(f'<span class="chip chip-corrected">{badge("corrected")}</span>')
    marks += [_mark(chip) for chip in chips]
    return mark_safe("".join(marks))  # noqa: S308 — every piece is escaped or fixed


@lru_cache(maxsize=20_000)
def _mark(chip: Chip) -> str:
    return format_html(
        '<a class="chip chip-{}" href="{}" title="{}"><span aria-hidden="true">{}</span>{}</a>',
        chip.severity,
        reverse("performance:rule", args=[chip.rule]),
        chip.text,
        chip.glyph,
        chip.rule,
    )


def _classes(version: PlanVersion) -> list[tuple[str, str, int, int]]:
    """How many rows each class has, and how many of them are doubtful."""
    counted = version.indicators.values_list("code").annotate(
        count=Count("id"), doubtful=Count("id", filter=Q(is_doubtful=True))
    )
    return [(code, wordings.class_title(code), count, doubtful) for code, count, doubtful in counted.order_by("code")]


def class_title_of(indicator: Indicator) -> str:
    """The class by its usual name, or as published where it was not recognised."""
    return wordings.class_title(indicator.code) or indicator.level2


def address_of(version: PlanVersion, row: int | None = None) -> str:
    """The address of a version, or of one of its rows."""
    if row is None:
        return reverse("performance:version", args=[version.plan_id, version.number])
    return reverse("performance:indicator", args=[version.plan_id, version.number, row])
