"""Rows of the database ⇄ the plain values of the engine."""

from collections.abc import Mapping
from typing import Any

from shixiao import tables
from shixiao.engine import plans, targets
from shixiao.performance.models import Correction, Indicator, PlanVersion, Project, Unit


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
        total_score=project.total_score,
        grade=project.grade,
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
        weight=indicator.weight,
        direction=indicator.direction,
        actual_wording=indicator.actual_wording,
        score=indicator.score,
        deviation=indicator.deviation,
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
    """The table of `version` as the engine sees it, with the readings that count now.

    It comes from the document that was stored with the version, which holds what no page asks a row for: further
    columns, money by line, main tasks.
    """
    published = tables.read(version.document.encode(), name=version.source_name, limit=len(version.document) * 4)
    plan = published.plans[0]._replace(department=version.plan.department)
    corrected = {
        (correction.indicator.row, correction.which): targets.from_json(correction.reading)
        for correction in newest_corrections(version).values()
    }
    return _with_readings(plan, corrected) if corrected else plan


def _with_readings(plan: plans.Plan, corrected: Mapping[tuple[int, str], targets.Reading]) -> plans.Plan:
    def counting(row: plans.Indicator) -> plans.Indicator:
        return row._replace(
            cycle=corrected.get((row.row, "cycle"), row.cycle), annual=corrected.get((row.row, "annual"), row.annual)
        )

    def project_of(project: plans.Project) -> plans.Project:
        return project._replace(indicators=tuple(counting(row) for row in project.indicators))

    return plan._replace(
        units=tuple(unit._replace(projects=tuple(map(project_of, unit.projects))) for unit in plan.units)
    )


def newest_corrections(version: PlanVersion) -> Mapping[tuple[int, str], Correction]:
    """The correction that counts, by indicator and wording."""
    made = Correction.objects.filter(indicator__version=version).select_related("indicator").order_by("id")
    return {(correction.indicator_id, correction.which): correction for correction in made}


def annual_targets(version: PlanVersion) -> dict[int, targets.Reading]:
    """The annual target of each row as it counts, by the row's id; two statements."""
    corrected = newest_corrections(version)
    return {
        pk: targets.from_json(corrected[pk, "annual"].reading if (pk, "annual") in corrected else reading)
        for pk, reading in Indicator.objects.filter(version=version).values_list("id", "annual_reading")
    }
