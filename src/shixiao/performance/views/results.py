"""Where the self-evaluations of a day stand, on the page that lists them; and the beginning of their case."""

from datetime import date
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from shixiao.casework import allowing, performing, queries
from shixiao.casework.refusing import Refused
from shixiao.casework.views import person
from shixiao.people.wordings import said
from shixiao.performance import queries as plan_queries
from shixiao.performance.board import choosing
from shixiao.performance.models import PlanVersion
from shixiao.performance.results import queries as results
from shixiao.performance.results.steps import RESULT, RESULTS
from shixiao.performance.views.lives import chosen_unit, likely_unit

MOST_UNITS = 200


def of_day(request: HttpRequest, version: PlanVersion, until: date) -> dict[str, Any]:
    """Of the self-evaluations of that day: where they stand, or at which units this person may begin with them."""
    now, by = timezone.now(), person(request)
    standing = results.standing(version, until, by=by, now=now)
    if standing is not None or version.has_newer:  # type: ignore[attr-defined]
        return {"standing": standing}
    if not allowing.openings(by, now=now, tables=[RESULTS]):
        return {}
    units = list(queries.units_for("performance.drafter", by=by, now=now)[:MOST_UNITS])
    return {"units": units, "unit": likely_unit(units, version.plan.department)}


@require_POST
def begin(request: HttpRequest, plan: int, number: int, until: str) -> HttpResponse:
    """The self-evaluations of that day get their case, whose next step is to hand them in."""
    now, by = timezone.now(), person(request)
    version, day = plan_queries.version_of(plan, number), choosing.day_of(until)
    step = RESULTS.step("begin")
    if day is None or step is None:
        raise Http404
    listed = f"{reverse('performance:evaluations', args=[plan, number])}?until={day.isoformat()}"
    unit = chosen_unit(request, step, now=now)
    if unit is None:
        messages.error(request, _("请选择编报单位。"))
        return redirect(listed)
    opening = performing.Opening(unit=unit, particulars={"plan": plan, "version": version.number, "until": day})
    try:
        case = performing.open_case(RESULT, "begin", opening, by=by, now=now)
    except Refused as refused:
        messages.error(request, " ".join(said(each.text) for each in refused.all))
        return redirect(listed)
    messages.success(request, _("已登记 %(number)s。") % {"number": case.number})
    return redirect("casework:step", case.pk, "submit")
