"""What the plan page shows, in a bounded number of statements whatever the size of the table."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, NamedTuple

from django.db.models import Count, Q, QuerySet
from django.http import Http404
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from shixiao.engine.plans import Form
from shixiao.performance import markup, wordings
from shixiao.performance.filters import Filters
from shixiao.performance.markup import Chip, Row
from shixiao.performance.models import Indicator, PlanVersion, Severity, Suppression, Unit
from shixiao.ui import formats
from shixiao.ui.statuses import STATUSES

ROWS_A_PAGE = 500
GLYPHS = {"error": "✕", "warning": "▲", "hint": "△"}
BULKY = ("source", "document", "repairs")


@dataclass(slots=True)
class ProjectRows:
    """A project with the rows of it that are shown, each as finished HTML."""

    id: int
    position: int
    name: str
    objective: str
    funds: "FundsShown"
    chips: list[Chip]
    rows: list[str] = field(default_factory=list)
    result: str = ""


@dataclass(slots=True)
class UnitRows:
    """A unit with its projects."""

    id: int
    position: int
    name: str
    funds: "FundsShown"
    chips: list[Chip]
    projects: list[ProjectRows] = field(default_factory=list)
    result: str = ""


class FundsShown(NamedTuple):
    """Amounts as text; `sources` are those of the three sources that the table printed."""

    total: str
    sources: list[tuple[str, str]]


class Beyond(NamedTuple):
    """A finding that concerns more than a row, and what accepted it. `where` is empty for the whole table; `ask` is the
    query string that names the place."""

    chip: Chip
    where: str
    ask: str
    suppression: Suppression | None


@dataclass(slots=True)
class PlanPage:
    """Everything that the plan page shows."""

    filters: Filters
    tree: SafeString
    body: SafeString
    beyond: list[Beyond]
    shown: int
    last_page: int
    severities: dict[str, int]
    accepted: int
    doubtful: int
    unit_options: SafeString
    class_options: SafeString
    rule_options: SafeString

    @property
    def open_beyond(self) -> list[Beyond]:
        """What nobody has accepted."""
        return [each for each in self.beyond if each.suppression is None]

    @property
    def accepted_beyond(self) -> list[Beyond]:
        """What was accepted, with the reason."""
        return [each for each in self.beyond if each.suppression is not None]

    @property
    def overall_is_wrong(self) -> bool:
        """Whether the whole table has more than a hint that is open, or a part of it an error."""
        grave = [each for each in self.open_beyond if each.chip.severity != "hint"]
        return any(each.chip.severity == "error" or not each.where for each in grave)

    @property
    def previous(self) -> str:
        """The query string of the page before; empty on the first."""
        return self.filters.address(page=self.filters.page - 1) if self.filters.page > 1 else ""

    @property
    def next(self) -> str:
        """The query string of the page after; empty on the last."""
        return self.filters.address(page=self.filters.page + 1) if self.filters.page < self.last_page else ""


def version_of(plan: int, number: int | None = None) -> PlanVersion:
    """A version of a plan, the newest one without `number`, in one statement; 404 where there is none. It knows
    whether it `has_newer`."""
    versions = PlanVersion.objects.filter(plan=plan).select_related("plan", "accepted_by").defer(*BULKY)
    at_hand = versions.order_by("-number") if number is None else versions.filter(number__gte=number).order_by("number")
    found = list(at_hand[: 1 if number is None else 2])
    if not found or number not in (None, found[0].number):
        raise Http404
    found[0].has_newer = len(found) > 1  # type: ignore[attr-defined]
    return found[0]


def plan_page(version: PlanVersion, filters: Filters) -> PlanPage:
    """The table of a version as chosen by `filters`: three statements, and one more each where it was filtered, where it
    does not fit on one page, and where a finding of more than a row was accepted."""
    found = _findings(version)
    units = _units(version, found)
    rows, shown, classes = _rows(version, filters, found.of_row)
    projects = {project.id: project for unit in units for project in unit.projects}
    for project, row in rows:
        projects[project].rows.append(row)
    return PlanPage(
        filters=filters,
        tree=markup.tree(units),
        body=markup.body(units),
        beyond=_beyond(found, units),
        shown=shown,
        last_page=max(1, -(-shown // ROWS_A_PAGE)),
        severities=dict(found.severities),
        accepted=found.accepted,
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
    beyond: list[tuple[int | None, int | None, Chip, int | None]]
    severities: Counter[str]
    rules: Counter[str]
    accepted: int = 0

    def rule_options(self) -> Iterator[tuple[str, str]]:
        for rule, count in sorted(self.rules.items()):
            yield rule, f"{rule} {wordings.rule_title(rule)} ({count})"


def _findings(version: PlanVersion) -> _Found:
    found = _Found(defaultdict(list), defaultdict(list), defaultdict(list), [], Counter(), Counter())
    text = "text_en" if formats.is_english() else "text_zh"
    columns = ("indicator_id", "project_id", "unit_id", "severity", "rule", text, "suppression_id")
    word = str(STATUSES["accepted"].word)
    listed = list(version.findings.order_by("position").values_list(*columns))
    texts = markup.escaped([line[5] for line in listed])
    for (indicator, project, unit, severity, rule, _text, suppression), said in zip(listed, texts, strict=True):
        if suppression is None:
            chip = Chip(severity, GLYPHS[severity], rule, said, "")
            found.severities[severity] += 1
            found.rules[rule] += 1
        else:
            chip = Chip(severity, STATUSES["accepted"].glyph, rule, said, word)
            found.accepted += 1
        if indicator:
            found.of_row[indicator].append(chip)
            continue
        found.beyond.append((unit, project, chip, suppression))
        if project:
            found.of_project[project].append(chip)
        elif unit:
            found.of_unit[unit].append(chip)
    for chips in found.of_row.values():
        if len(chips) > 1:
            chips.sort(key=_gravity)
    return found


_SEVERITIES = {severity: weight for weight, severity in enumerate(Severity.values)}


def _gravity(chip: Chip) -> tuple[bool, int, str]:
    return (bool(chip.accepted), _SEVERITIES[chip.severity], chip.rule)


def _beyond(found: _Found, units: list[UnitRows]) -> list[Beyond]:
    """Errors first."""
    named = {unit.id: (unit.name, f"?unit={unit.position}") for unit in units}
    named_projects = {
        project.id: (project.name, f"?unit={unit.position}&project={project.position}")
        for unit in units
        for project in unit.projects
    }
    accepting = {suppression for *_place, suppression in found.beyond if suppression}
    made = Suppression.objects.select_related("made_by").in_bulk(accepting) if accepting else {}
    listed = []
    for unit, project, chip, suppression in found.beyond:
        where, ask = named_projects.get(project or 0) or named.get(unit or 0) or ("", "")
        listed.append(Beyond(chip, where, ask, made.get(suppression or 0)))
    return sorted(listed, key=lambda each: _SEVERITIES[each.chip.severity])


# ---- units and projects ------------------------------------------------------------------------------------------


def _units(version: PlanVersion, found: _Found) -> list[UnitRows]:
    """The tree without its leaves, in one statement; a unit without projects is there, too."""
    amounts = ("total", "fiscal", "special_account", "other")
    of_its_projects = ("id", "position", "name", "objective", *amounts, "total_score", "grade")
    columns = ("id", "position", "name", *amounts, *(f"projects__{column}" for column in of_its_projects))
    units: dict[int, UnitRows] = {}
    for line in Unit.objects.filter(version=version).order_by("position", "projects__position").values_list(*columns):
        unit = units.get(line[0])
        if unit is None:
            unit_id, position, name = line[:3]
            chips = found.of_unit.get(unit_id, [])
            unit = units[unit_id] = UnitRows(unit_id, position, name, funds_shown(line[3:7]), chips)
        if line[7] is not None:
            project_id, position, name, objective = line[7:11]
            chips = found.of_project.get(project_id, [])
            funds, result = funds_shown(line[11:15]), wordings.project_result(*line[15:17])
            unit.projects.append(ProjectRows(project_id, position, name, objective, funds, chips, result=result))
    return list(units.values())


def funds_shown(amounts: Iterable[Decimal | None]) -> FundsShown:
    """The total, and the sources that the table printed."""
    total, *sources = amounts
    titles = (wordings.FUNDS["fiscal"], wordings.FUNDS["special_account"], wordings.FUNDS["other"])
    printed = [(str(title), formats.money(amount)) for title, amount in zip(titles, sources, strict=True) if amount]
    return FundsShown(formats.money(total), printed)


# ---- rows --------------------------------------------------------------------------------------------------------


def _rows(
    version: PlanVersion, filters: Filters, chips: dict[int, list[Chip]]
) -> tuple[list[tuple[int, str]], int, list[tuple[str, int, int]]]:
    """The rows of this page with the project of each; how many there are on all pages; the classes of the version.
    One statement, and more only where what was read is not everything."""
    chosen = filters.chosen_from(version.indicators.all()).order_by("row")
    start = (filters.page - 1) * ROWS_A_PAGE
    lines = list(_columns(chosen, version)[start : start + ROWS_A_PAGE + 1])
    is_all_chosen = filters.page == 1 and len(lines) <= ROWS_A_PAGE
    read = _RowReader(chips).row
    written = markup.RowMarkup(address_of(version)).rows([read(line) for line in lines[:ROWS_A_PAGE]])
    rows = [(line[1], row) for line, row in zip(lines, written, strict=False)]
    shown = len(lines) if is_all_chosen else chosen.count()
    classes = _counted(lines) if is_all_chosen and not filters.is_active else _classes(version)
    return rows, shown, classes


def _columns(chosen: "QuerySet[Indicator]", version: PlanVersion) -> "QuerySet[Indicator, tuple[Any, ...]]":
    language = "en" if formats.is_english() else "zh"
    results = () if version.form == Form.TARGET_TABLE.value else ("weight", "actual_wording", "score")
    return chosen.values_list(
        "id", "project_id", "row", "code", "level2", "name", "annual_wording", "cycle_wording",
        f"understanding__annual_{language}", f"understanding__cycle_{language}",
        "understanding__is_doubtful", "understanding__is_corrected", *results,
    )  # fmt: skip


class _RowReader:
    """Makes rows in the language of the page, which is asked for once."""

    def __init__(self, chips: dict[int, list[Chip]]) -> None:
        self.chips = chips
        self.titles = {code: str(title) for code, title in wordings.CLASSES.items()}

    def row(self, line: tuple[Any, ...]) -> Row:
        indicator, _project, row, code, level2, name, annual, cycle, plain, cycle_plain, is_doubtful, is_corrected = (
            line[:12]
        )
        return Row(
            row=row,
            class_title=self.titles.get(code) or level2,
            name=name,
            annual=annual,
            cycle="" if cycle == annual else cycle,
            plain=plain,
            cycle_plain="" if cycle_plain == plain or (annual and not cycle) else cycle_plain,
            chips=self.chips.get(indicator, ()),
            is_doubtful=is_doubtful,
            is_corrected=is_corrected,
            result=wordings.row_result(*line[12:]) if len(line) > 12 else "",
        )


def _counted(lines: Iterable[tuple[Any, ...]]) -> list[tuple[str, int, int]]:
    """What `_classes` says, of rows that were read."""
    counts: Counter[str] = Counter()
    doubtful: Counter[str] = Counter()
    for line in lines:
        counts[line[3]] += 1
        doubtful[line[3]] += line[10]
    return [(code, counts[code], doubtful[code]) for code in sorted(counts)]


def _classes(version: PlanVersion) -> list[tuple[str, int, int]]:
    """How many rows each class has, and how many of them are doubtful."""
    counted = version.indicators.values_list("code").annotate(
        count=Count("id"), doubtful=Count("id", filter=Q(understanding__is_doubtful=True))
    )
    return list(counted.order_by("code"))


def class_title_of(indicator: Indicator) -> str:
    """The class by its usual name, or as published where it was not recognised."""
    return wordings.class_title(indicator.code) or indicator.level2


def address_of(version: PlanVersion, row: int | None = None) -> str:
    """The address of a version, or of one of its rows."""
    if row is None:
        return reverse("performance:version", args=[version.plan_id, version.number])
    return reverse("performance:indicator", args=[version.plan_id, version.number, row])
