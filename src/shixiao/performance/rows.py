"""Rows of the database ⇄ the plain values of the engine."""

from collections.abc import Mapping
from typing import Any

from shixiao.engine import plans, targets
from shixiao.performance.models import Correction, Indicator, PlanVersion, Project, Unit, WithFunds


def store_rows(version: PlanVersion, plan: plans.Plan) -> list[Indicator]:
    """Write every unit, project and indicator of `plan` as rows of `version`, in three statements."""
    units = Unit.objects.bulk_create(
        Unit(version=version, position=position, name=unit.name, line=unit.place.line, **amounts(unit.funds))
        for position, unit in enumerate(plan.units, 1)
    )
    pairs = [(row, unit) for row, unit in zip(units, plan.units, strict=True)]
    projects = Project.objects.bulk_create(
        _project(project, unit=row, position=position)
        for row, unit in pairs
        for position, project in enumerate(unit.projects, 1)
    )
    sources = [project for unit in plan.units for project in unit.projects]
    return Indicator.objects.bulk_create(
        _indicator(indicator, version=version, project=row)
        for row, project in zip(projects, sources, strict=True)
        for indicator in project.indicators
    )


def _project(project: plans.Project, *, unit: Unit, position: int) -> Project:
    return Project(
        unit=unit,
        position=position,
        name=project.name,
        objective=project.objective,
        line=project.place.line,
        **amounts(project.funds),
    )


def _indicator(indicator: plans.Indicator, *, version: PlanVersion, project: Project) -> Indicator:
    return Indicator(
        version=version,
        project=project,
        row=indicator.row,
        number=indicator.number,
        code=indicator.code,
        level1=indicator.level1,
        level2=indicator.level2,
        name=indicator.name,
        cycle_wording=indicator.cycle_wording,
        annual_wording=indicator.annual_wording,
        cycle_reading=targets.as_json(indicator.cycle),
        annual_reading=targets.as_json(indicator.annual),
        cycle_kind=indicator.cycle.kind.value,
        annual_kind=indicator.annual.kind.value,
        line=indicator.place.line,
    )


def amounts(funds: plans.Funds | None) -> dict[str, Any]:
    """The four amounts as columns."""
    if funds is None:
        return {}
    return {
        "total": funds.total,
        "fiscal": funds.fiscal,
        "special_account": funds.special_account,
        "other": funds.other,
    }


def plan_of(version: PlanVersion) -> plans.Plan:
    """The table of `version` as the engine sees it, with the readings that count now."""
    corrected = newest_corrections(version)
    indicators: dict[int, list[plans.Indicator]] = {}
    for row in version.indicators.order_by("row"):
        indicators.setdefault(row.project_id, []).append(_engine_indicator(row, corrected))
    units = []
    for unit in version.units.order_by("position").prefetch_related("projects"):
        projects = sorted(unit.projects.all(), key=lambda project: project.position)
        parts = tuple(_engine_project(project, tuple(indicators.get(project.pk, ()))) for project in projects)
        units.append(plans.Unit(unit.name, _funds_or_none(unit), parts, plans.Place(line=unit.line)))
    return plans.Plan(
        title=version.title,
        department=version.plan.department,
        money_unit=version.money_unit,
        funds=_funds_or_none(version),
        units=tuple(units),
    )


def newest_corrections(version: PlanVersion) -> Mapping[tuple[int, str], Correction]:
    """The correction that counts, by indicator and wording."""
    made = Correction.objects.filter(indicator__version=version).order_by("id")
    return {(correction.indicator_id, correction.which): correction for correction in made}


def _engine_project(project: Project, indicators: tuple[plans.Indicator, ...]) -> plans.Project:
    return plans.Project(project.name, _funds(project), project.objective, indicators, plans.Place(line=project.line))


def _engine_indicator(row: Indicator, corrected: Mapping[tuple[int, str], Correction]) -> plans.Indicator:
    def counting(which: str, as_read: Mapping[str, Any]) -> targets.Reading:
        correction = corrected.get((row.pk, which))
        return targets.from_json(correction.reading if correction else as_read)

    return plans.Indicator(
        row=row.row,
        number=row.number,
        code=row.code,
        level1=row.level1,
        level2=row.level2,
        name=row.name,
        cycle_wording=row.cycle_wording,
        annual_wording=row.annual_wording,
        cycle=counting("cycle", row.cycle_reading),
        annual=counting("annual", row.annual_reading),
        place=plans.Place(line=row.line),
    )


def _funds(row: WithFunds) -> plans.Funds:
    return plans.Funds(row.total, row.fiscal, row.special_account, row.other)


def _funds_or_none(row: WithFunds) -> plans.Funds | None:
    """A row that printed no amount at all printed no subtotal."""
    funds = _funds(row)
    return None if funds == plans.Funds() else funds
