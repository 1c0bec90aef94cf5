"""项目支出绩效目标申报表 of a plan's projects, filled from the version as it was accepted."""

from collections.abc import Mapping

from django.utils import timezone

from shixiao import forms
from shixiao.casework import simulated
from shixiao.performance.evaluation.contents import levels
from shixiao.performance.evaluation.reckoning import FUNDS
from shixiao.performance.models import Indicator, PlanVersion, Project

FORM = forms.Declaration.WORD


def projects(version: PlanVersion) -> list[Project]:
    """Those that have targets, in the order of the table. One statement."""
    rows = Project.objects.filter(unit__version=version, indicators__isnull=False).distinct()
    return list(rows.select_related("unit").order_by("unit__position", "position"))


def content_of(version: PlanVersion, project: Project) -> forms.Declaration:
    """The form of one project. The table publishes the amounts of the year and one objective: what it does not say (the cycle's amounts, kind and
    term of the project, opinion) is left to be written by hand."""
    indicators = Indicator.objects.filter(project=project).order_by("row")
    return forms.Declaration(
        year=str(version.plan.fiscal_year),
        made_on=timezone.localtime(version.accepted_at).date(),
        source=f"{version.plan.fiscal_year}年度绩效目标表第{version.number}版，表摘要 {version.content_hash[:16]}。",
        simulated=simulated.is_simulated(),
        project=project.name,
        department=version.plan.department,
        unit=project.unit.name,
        funds=tuple(
            forms.DeclaredFunds(label=label, annual=amount)
            for code, label in FUNDS
            if (amount := getattr(project, code)) is not None or code == "total"
        ),
        annual_goal=project.objective,
        indicators=tuple(_declared(each) for each in indicators),
    )


def _declared(indicator: Indicator) -> forms.DeclaredIndicator:
    row: Mapping[str, str] = {"level1": indicator.level1, "level2": indicator.level2, "name": indicator.name}
    return forms.DeclaredIndicator(
        **levels(row), cycle_target=indicator.cycle_wording, annual_target=indicator.annual_wording
    )
