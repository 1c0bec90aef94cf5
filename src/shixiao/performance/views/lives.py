"""Where a plan stands in its life: on its own page, and in one line on the page of the table."""

from collections.abc import Sequence
from datetime import datetime
from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from shixiao.casework import performing, queries
from shixiao.casework.refusing import Refused
from shixiao.casework.steps import Step
from shixiao.casework.views import person, refused_page
from shixiao.people.models import Unit
from shixiao.people.wordings import said
from shixiao.performance import queries as plan_queries
from shixiao.performance.life import pages
from shixiao.performance.life.steps import PLAN, PLANS
from shixiao.performance.models import PlanVersion
from shixiao.performance.views.trails import of_plan


@require_safe
def life(request: HttpRequest, plan: int) -> HttpResponse:
    """The whole life: state, what was approved and what is there now, every step, and what can be done."""
    return render(request, "performance/life/life.html", _context(request, plan_queries.version_of(plan)))


def _context(request: HttpRequest, version: PlanVersion) -> dict[str, Any]:
    now, by = timezone.now(), person(request)
    page = pages.life_page(version, by=by, now=now)
    units = list(queries.units_for("performance.drafter", by=by, now=now)[:200]) if page.openings else []
    return {
        "page": page,
        "version": version,
        "units": units,
        "unit": likely_unit(units, version.plan.department),
        "waits": pages.waits(page.life, now=now) if page.life else "",
        "trail": [*of_plan(version), {"title": _("审核和公开"), "address": ""}],
    }


def likely_unit(units: Sequence[Unit], department: str) -> int:
    """The unit that is called as the plan's office, else the first."""
    return next((unit.pk for unit in units if unit.name == department), units[0].pk if units else 0)


@require_safe
def strip(request: HttpRequest, plan: int) -> HttpResponse:
    """One line for the page of the table: the state, and what is approved and published."""
    version = plan_queries.version_of(plan)
    found = pages.strip_of(plan)
    state = PLANS.state(found.case.state) if found else None
    return render(request, "performance/life/strip.html", {"version": version, "life": found, "state": state})


@require_POST
def begin(request: HttpRequest, plan: int) -> HttpResponse:
    """The plan gets its case: as a draft that is handed in at once, or as published elsewhere."""
    now, by = timezone.now(), person(request)
    version = plan_queries.version_of(plan)
    step = PLANS.step(request.POST.get("step", "begin"))
    if step is None or not step.opens:
        raise Http404
    unit = chosen_unit(request, step, now=now)
    if unit is None:
        context = _context(request, version) | {"refused": [_("请选择编报单位。")]}
        return render(request, "performance/life/life.html", context, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    opening = performing.Opening(unit=unit, particulars={"plan": plan, "version": version.number})
    try:
        case = performing.open_case(PLAN, step.name, opening, by=by, now=now)
    except Refused as refused:
        context = _context(request, version) | {"refused": [said(each.text) for each in refused.all]}
        return refused_page(request, "performance/life/life.html", context, refused)
    messages.success(request, _("已登记 %(number)s。") % {"number": case.number})
    return redirect("performance:plan_life", plan)


def chosen_unit(request: HttpRequest, step: Step, *, now: datetime) -> Unit | None:
    """The unit of the form at which this person may begin; None where they have to choose. Raises `PermissionDenied` where there is none."""
    units = queries.units_for(step.by, by=person(request), now=now)
    unit = units.filter(pk=_key(request.POST.get("unit", ""))).first()
    if unit is None and not units.exists():
        raise PermissionDenied(_("您没有这个单位的绩效目标编报岗位。如需办理，请联系安全管理员。"))
    return unit


def _key(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0
