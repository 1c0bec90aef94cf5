"""What the plan page shows, in a bounded number of statements whatever the size of the table."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from functools import lru_cache
from typing import Any, NamedTuple

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Subquery
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from shixiao.performance import markup, wordings
from shixiao.performance.filters import Filters
from shixiao.performance.markup import Chip, Row
from shixiao.performance.models import Correction, Indicator, PlanVersion, Severity, Unit
from shixiao.ui import formats

ROWS_A_PAGE = 500
GLYPHS = {"error": "✕", "warning": "▲", "hint": "△"}
BULKY = ("source", "document", "repairs")


@dataclass(slots=True)
class ProjectRows:
    """A project with the rows of it that are shown."""

    id: int
    position: int
    name: str
    objective: str
    funds: "FundsShown"
    marks: SafeString
    rows: list[str] = field(default_factory=list)

    @property
    def markup(self) -> SafeString:
        """The rows as HTML."""
        return markup.joined(self.rows)


@dataclass(slots=True)
class UnitRows:
    """A unit with the projects of it that are shown."""

    id: int
    position: int
    name: str
    funds: "FundsShown"
    marks: SafeString
    projects: list[ProjectRows] = field(default_factory=list)

    @property
    def shown(self) -> list[ProjectRows]:
        """The projects that have rows to show."""
        return [project for project in self.projects if project.rows]


class FundsShown(NamedTuple):
    """Amounts as text; `sources` are those of the three sources that the table printed."""

    total: str
    sources: list[tuple[str, str]]

    @property
    def markup(self) -> SafeString:
        """For the head of a unit or a project."""
        return markup.funds(self.total, self.sources)


@dataclass(slots=True)
class PlanPage:
    """Everything that the plan page shows."""

    filters: Filters
    units: list[UnitRows]
    overall: list[Chip]
    shown: int
    last_page: int
    severities: dict[str, int]
    doubtful: int
    unit_options: SafeString
    class_options: SafeString
    rule_options: SafeString

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
        .annotate(
            has_newer=Exists(PlanVersion.objects.filter(plan=OuterRef("plan"), number__gt=OuterRef("number"))),
            newest_correction=Subquery(
                Correction.objects.filter(indicator__version=OuterRef("pk")).order_by("-id").values("id")[:1]
            ),
        )
    )
    return get_object_or_404(versions.filter(has_newer=False) if number is None else versions.filter(number=number))


class _State(NamedTuple):
    """All that a page of a plan follows from. A version never changes; what is said of its rows changes only
    with a correction, and corrections are only added: so the newest one's number stands for all of them."""

    version: int
    plan: int
    number: int
    content_hash: str
    newest_correction: int | None
    language: str
    filters: Filters


def plan_page(version: PlanVersion, filters: Filters) -> PlanPage:
    """The table of a version (from `version_of`) as chosen by `filters`: five statements, or none where this
    process has the page of this very state."""
    newest: int | None = version.newest_correction  # type: ignore[attr-defined]
    language = wordings.language()
    return _page(_State(version.pk, version.plan_id, version.number, version.content_hash, newest, language, filters))


@lru_cache(maxsize=32)
def _page(state: _State) -> PlanPage:
    version = PlanVersion(pk=state.version, plan_id=state.plan, number=state.number)
    filters = state.filters
    found = _findings(version)
    units = _units(version, found.of_unit, found.of_project)
    rows, shown = _rows(version, filters, found.of_row)
    projects = {project.id: project for unit in units for project in unit.projects}
    for project, row in rows:
        projects[project].rows.append(row)
    classes = _classes(version)
    return PlanPage(
        filters=filters,
        units=units,
        overall=found.overall,
        shown=shown,
        last_page=max(1, -(-shown // ROWS_A_PAGE)),
        severities=dict(found.severities),
        doubtful=sum(doubtful for *_rest, doubtful in classes),
        unit_options=markup.options(
            ((str(unit.position), unit.name) for unit in units), chosen=str(filters.unit or "")
        ),
        class_options=markup.options(_class_options(classes), chosen=filters.code),
        rule_options=markup.options(found.rule_options(), chosen=filters.check),
    )


def _class_options(classes: list[tuple[str, int, int]]) -> Iterator[tuple[str, str]]:
    for code, count, _doubtful in classes:
        title = f"{code} {wordings.class_title(code)}" if code else _("未认出")
        yield code or "none", f"{title} ({count})"


# ---- findings --------------------------------------------------------------------------------------------------


@dataclass(slots=True)
class _Found:
    of_row: dict[int, list[Chip]]
    of_project: dict[int, list[Chip]]
    of_unit: dict[int, list[Chip]]
    overall: list[Chip]
    severities: Counter[str]
    rules: Counter[str]

    def rule_options(self) -> Iterator[tuple[str, str]]:
        for rule, count in sorted(self.rules.items()):
            yield rule, f"{rule} {wordings.rule_title(rule)} ({count})"


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
            unit = units[unit_id] = UnitRows(
                unit_id, position, name, funds_shown(line[3:7]), markup.marks(of_unit.get(unit_id, ()))
            )
        if line[7] is not None:
            project_id, position, name, objective = line[7:11]
            funds = funds_shown(line[11:15])
            unit.projects.append(
                ProjectRows(project_id, position, name, objective, funds, markup.marks(of_project.get(project_id, ())))
            )
    return list(units.values())


def funds_shown(amounts: Iterable[Decimal | None]) -> FundsShown:
    """The total, and the sources that the table printed."""
    total, *sources = amounts
    titles = (wordings.FUNDS["fiscal"], wordings.FUNDS["special_account"], wordings.FUNDS["other"])
    printed = [(str(title), formats.money(amount)) for title, amount in zip(titles, sources, strict=True) if amount]
    return FundsShown(formats.money(total), printed)


# ---- rows --------------------------------------------------------------------------------------------------------


def _rows(version: PlanVersion, filters: Filters, chips: dict[int, list[Chip]]) -> tuple[list[tuple[int, str]], int]:
    """The rows of this page with the project of each, and how many there are on all pages: one statement, and one
    more where they do not fit on one page."""
    chosen = filters.chosen_from(version.indicators.all()).order_by("row")
    start = (filters.page - 1) * ROWS_A_PAGE
    lines = list(_columns(chosen)[start : start + ROWS_A_PAGE + 1])
    has_one_page = filters.page == 1 and len(lines) <= ROWS_A_PAGE
    read, write = _RowReader(chips).row, markup.RowMarkup(address_of(version)).row
    rows = [(line[1], write(read(line))) for line in lines[:ROWS_A_PAGE]]
    return rows, len(lines) if has_one_page else chosen.count()


def _columns(chosen: "QuerySet[Indicator]") -> "QuerySet[Indicator, tuple[Any, ...]]":
    language = "en" if formats.is_english() else "zh"
    return chosen.values_list(
        "id", "project_id", "row", "code", "level2", "name", "annual_wording", "cycle_wording",
        f"understanding__annual_{language}", f"understanding__cycle_{language}",
        "understanding__is_doubtful", "understanding__is_corrected",
    )  # fmt: skip


class _RowReader:
    """Makes rows in the language of the page, which is asked for once."""

    def __init__(self, chips: dict[int, list[Chip]]) -> None:
        self.chips = chips
        self.titles = {code: str(title) for code, title in wordings.CLASSES.items()}

    def row(self, line: tuple[Any, ...]) -> Row:
        indicator, _project, row, code, level2, name, annual, cycle, plain, cycle_plain, is_doubtful, is_corrected = (
            line
        )
        return Row(
            row=row,
            class_title=self.titles.get(code) or level2,
            name=name,
            annual=annual,
            cycle="" if cycle == annual else cycle,
            plain=plain,
            cycle_plain="" if cycle_plain == plain else cycle_plain,
            marks=markup.marks(self.chips.get(indicator, ()), is_doubtful=is_doubtful, is_corrected=is_corrected),
        )


def _classes(version: PlanVersion) -> list[tuple[str, int, int]]:
    """How many rows each class has, and how many of them are doubtful."""
    counted = version.indicators.values_list("code").annotate(
        count=Count("id"), doubtful=Count("id", filter=Q(understanding__is_doubtful=True))
    )
    return list(counted.order_by("code"))


def class_title_of(indicator: Indicator) -> str:
    """The class by its usual name, or as published where it was not recognised."""
    return wordings.class_title(indicator.code) or indicator.level2


def forget_pages() -> None:
    """Drop what this process remembers: for tests, whose databases go back in time."""
    _page.cache_clear()


def address_of(version: PlanVersion, row: int | None = None) -> str:
    """The address of a version, or of one of its rows."""
    if row is None:
        return reverse("performance:version", args=[version.plan_id, version.number])
    return reverse("performance:indicator", args=[version.plan_id, version.number, row])
