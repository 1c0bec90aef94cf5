"""The way to a page: unit → project → indicator."""

from django.urls import reverse
from django.utils.translation import gettext as _

from shixiao.performance import queries
from shixiao.performance.models import Indicator, PlanVersion


def of_plan(version: PlanVersion, *, is_here: bool = False) -> list[dict[str, str]]:
    """Home and the plan; the version is named where there is a newer one."""
    title = _("%(department)s %(year)s年度") % {
        "department": version.plan.department,
        "year": version.plan.fiscal_year,
    }
    if version.has_newer:  # type: ignore[attr-defined]
        title = _("%(title)s（第%(number)s版）") % {"title": title, "number": version.number}
    return [
        {"title": _("首页"), "address": reverse("performance:home")},
        {"title": title, "address": "" if is_here else queries.address_of(version)},
    ]


def of_indicator(version: PlanVersion, indicator: Indicator, *, here: str = "") -> list[dict[str, str]]:
    """Down to the row, and to the page about it that is titled `here`."""
    base = queries.address_of(version)
    project = indicator.project
    return [
        *of_plan(version),
        {"title": project.unit.name, "address": f"{base}#unit-{project.unit.position}"},
        {"title": project.name, "address": f"{base}#project-{project.unit.position}-{project.position}"},
        {
            "title": f"{indicator.row} {indicator.name}",
            "address": queries.address_of(version, indicator.row) if here else "",
        },
        *([{"title": here, "address": ""}] if here else []),
    ]
