"""What follows from the rows of a version and the readings that count: understandings and findings.

It can be made anew at any time; nothing here is the record of anything.
"""

from collections import Counter
from collections.abc import Iterable
from typing import Any

from django.db.models import QuerySet

from shixiao.engine import lint, plans, targets
from shixiao.performance import rows
from shixiao.performance.models import (
    Finding,
    FindingTally,
    PlanVersion,
    Project,
    Severity,
    Suppression,
    Understanding,
    Which,
)

Place = dict[str, int | None]


def refresh(version: PlanVersion) -> None:
    """Work everything out again from the readings that count now."""
    plan = rows.plan_of(version)
    store(version, plan, lint.check(plan))


def store(version: PlanVersion, plan: plans.Plan, found: Iterable[lint.Finding]) -> None:
    """Replace what is derived of `version` by what follows from `plan` and what was `found` in it."""
    _store_understandings(version, plan)
    _store_findings(version, found)


# ---- understandings ----------------------------------------------------------------------------------------------


def _store_understandings(version: PlanVersion, plan: plans.Plan) -> None:
    version.understandings.all().delete()
    ids = dict(version.indicators.values_list("row", "id"))
    corrected = _corrected(version)
    Understanding.objects.bulk_create(
        _understanding(row, indicator=ids[row.row], version=version.pk, is_corrected=ids[row.row] in corrected)
        for _unit, _project, row in plan.indicators()
    )


def _understanding(row: plans.Indicator, *, indicator: int, version: int, is_corrected: bool) -> Understanding:
    annual, cycle = targets.explain(row.annual), targets.explain(row.cycle)
    return Understanding(
        indicator_id=indicator,
        version_id=version,
        annual_zh=annual.zh,
        annual_en=annual.en,
        cycle_zh=cycle.zh,
        cycle_en=cycle.en,
        is_doubtful=is_doubtful(row),
        is_corrected=is_corrected,
    )


def _corrected(version: PlanVersion) -> set[int]:
    """The indicators of which a wording is now read otherwise than the program read it."""
    newest = rows.newest_corrections(version)
    if not newest:
        return set()
    listed = version.indicators.filter(pk__in={indicator for indicator, _which in newest})
    as_read = {
        (indicator, which): reading
        for indicator, annual, cycle in listed.values_list("id", "annual_reading", "cycle_reading")
        for which, reading in ((Which.ANNUAL.value, annual), (Which.CYCLE.value, cycle))
    }
    return {key[0] for key, correction in newest.items() if correction.reading != as_read[key]}


def is_doubtful(row: plans.Indicator) -> bool:
    """Whether a person should look: something unsure, or not understood at all."""
    return any(reading.unsure or reading.kind is targets.Kind.UNPARSEABLE for _which, _wording, reading in row.sides())


# ---- findings ----------------------------------------------------------------------------------------------------


def _store_findings(version: PlanVersion, found: Iterable[lint.Finding]) -> None:
    version.findings.all().delete()
    where, accepted = Places(version), _accepted(version)
    stored = Finding.objects.bulk_create(
        Finding(
            version=version,
            **place,
            suppression_id=accepted.get((finding.rule, *place.values())) or accepted.get((finding.rule,)),
            position=position,
            rule=finding.rule,
            severity=finding.severity.value,
            text_zh=finding.text.zh,
            text_en=finding.text.en,
            suggestion_field=finding.suggestion.field if finding.suggestion else "",
            suggestion_text=finding.suggestion.text if finding.suggestion else "",
        )
        for position, finding in enumerate(found, 1)
        for place in (where.of(finding),)
    )
    counted = Counter(each.severity for each in stored if each.suppression_id is None)
    told = {"errors": counted[Severity.ERROR], "warnings": counted[Severity.WARNING], "hints": counted[Severity.HINT]}
    FindingTally.objects.update_or_create(version=version, defaults=told)


def _accepted(version: PlanVersion) -> dict[tuple[str | int | None, ...], int]:
    """The suppression that counts, by rule and place, or by the rule alone where it is for the whole version."""
    columns = ("rule", "unit_id", "project_id", "indicator_id", "is_everywhere", "id")
    return {
        (rule,) if is_everywhere else (rule, unit, project, indicator): suppression
        for rule, unit, project, indicator, is_everywhere, suppression in standing(version).values_list(*columns)
    }


def standing(version: PlanVersion) -> "QuerySet[Suppression]":
    """The suppressions of `version` that nobody took back, oldest first."""
    return version.suppressions.filter(withdraws=None, withdrawn_by=None).order_by("id")


class Places:
    """Which row of the database a finding speaks of. Two projects of one name are told apart by their line."""

    def __init__(self, version: PlanVersion) -> None:
        self.indicators = dict(version.indicators.values_list("row", "id"))
        self.units: dict[tuple[Any, ...], int] = {}
        self.projects: dict[tuple[Any, ...], tuple[int, int]] = {}
        for unit, name, line in version.units.values_list("id", "name", "line"):
            self.units.setdefault((name,), unit)
            self.units[name, line] = unit
        listed = Project.objects.filter(unit__version=version)
        for project, unit, unit_name, name, line in listed.values_list("id", "unit", "unit__name", "name", "line"):
            self.projects.setdefault((unit_name, name), (project, unit))
            self.projects[unit_name, name, line] = (project, unit)

    def of(self, finding: lint.Finding) -> Place:
        """The columns of a `Finding` that say where it stands; all empty for the whole table."""
        line = finding.place.line
        unit, project, indicator = None, None, None
        if finding.row is not None:
            indicator = self.indicators.get(finding.row)
        elif finding.project is not None:
            key = (finding.unit, finding.project)
            project, unit = self.projects.get((*key, line)) or self.projects.get(key) or (None, None)
        elif finding.unit is not None:
            unit = self.units.get((finding.unit, line)) or self.units.get((finding.unit,))
        return {"unit_id": unit, "project_id": project, "indicator_id": indicator}
