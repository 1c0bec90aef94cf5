"""The pages of plans and indicators. Each checks the request, asks one question and shows the answer."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe
from django.views.decorators.vary import vary_on_headers

from shixiao import tables
from shixiao.casework import offices
from shixiao.engine import targets
from shixiao.engine.plans import Form
from shixiao.people.models import User
from shixiao.people.permissions import (
    may_accept_plans,
    may_correct_readings,
    may_see_questions,
    may_suppress_findings,
)
from shixiao.performance import differences, indicator_standing, indicators, markup, overview, queries, wordings
from shixiao.performance.filters import Filters
from shixiao.performance.models import Indicator, PlanVersion
from shixiao.performance.views.trails import of_indicator, of_plan

CONTENT_TYPES = {
    "json": "application/json",
    "txt": "text/plain; charset=utf-8",
    "html": "text/html; charset=utf-8",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """What is here, and what needs a person first."""
    plans = overview.plans()
    context = {
        "plans": plans,
        "sums": overview.sums(plans),
        "may_accept": may_accept_plans(request.user),
        "may_see_questions": may_see_questions(request.user),
    }
    return render(request, "performance/home.html", context)


@require_safe
def search(request: HttpRequest) -> HttpResponse:
    """Indicators of all plans by their words."""
    query = Filters.of(request.GET).query
    return render(request, "performance/search.html", {"query": query, "found": overview.search(query)})


@require_safe
@vary_on_headers("HX-Request")
def plan(request: HttpRequest, plan: int, number: int | None = None) -> HttpResponse:
    """One version of a plan as a table, chosen by what the address says. htmx asks for the table alone."""
    version = queries.version_of(plan, number)
    page = queries.plan_page(version, Filters.of(request.GET))
    base = queries.address_of(version)
    may_suppress = may_suppress_findings(request.user) and not version.has_newer  # type: ignore[attr-defined]
    context = {
        "page": page,
        "version": version,
        "beyond": markup.beyond(page.beyond, base=base, may_suppress=may_suppress),
        "base": base,
        "written": tables.WRITTEN,
        "downloads": reverse("performance:download", args=[version.plan_id, version.number, "-"]).removesuffix("-/"),
        "has_budgets": offices.offer("approved_budget") is not None,
        "form": "" if version.form == Form.TARGET_TABLE.value else wordings.form_title(version.form),
        "may_accept": may_accept_plans(request.user),
        "trail": of_plan(version, is_here=True),
    }
    is_part = getattr(request, "htmx", False) and not request.htmx.history_restore_request  # type: ignore[attr-defined]
    return render(request, "performance/plan_result.html" if is_part else "performance/plan.html", context)


@require_safe
def changes(request: HttpRequest, plan: int, number: int) -> HttpResponse:
    """What a version changes against the one before, or against the one that `from` names."""
    version = queries.version_of(plan, number)
    chosen = request.GET.get("from", "")
    before = overview.version_before(version, int(chosen) if chosen.isdecimal() and len(chosen) < 9 else None)
    context = {
        "version": version,
        "before": before,
        "differences": differences.between(before, version) if before else None,
        "base": queries.address_of(version),
        "trail": [*of_plan(version), {"title": _("改动"), "address": ""}],
    }
    return render(request, "performance/changes.html", context)


@require_safe
def download(request: HttpRequest, plan: int, number: int, format: str) -> HttpResponse:
    """The table as it was accepted, in one of the formats that tables are written in."""
    version = get_object_or_404(PlanVersion.objects.defer("source"), plan=plan, number=number)
    if format not in tables.WRITTEN:
        raise Http404(_("没有“%(format)s”这种格式。") % {"format": format})
    document = tables.read(version.document.encode(), name=version.source_name)
    return HttpResponse(
        tables.write(document, format=format),
        content_type=CONTENT_TYPES.get(format, "application/octet-stream"),
        headers={"Content-Disposition": f'attachment; filename="plan-{plan}-v{number}.{format}"'},
    )


@require_safe
def events(request: HttpRequest, plan: int) -> HttpResponse:
    """What happened to a plan: who accepted, who corrected."""
    version = queries.version_of(plan)
    context = {
        "version": version,
        "happened": overview.happened(version),
        "versions": overview.versions(plan),
        "trail": [*of_plan(version), {"title": _("经过"), "address": ""}],
    }
    return render(request, "performance/events.html", context)


@require_safe
def indicator(request: HttpRequest, plan: int, number: int, row: int) -> HttpResponse:
    """One row: its wordings, how they are read, and what was found."""
    version = queries.version_of(plan, number)
    one = indicators.indicator_of(version, row)
    before, after = indicators.neighbours(version, row)
    findings = indicators.findings_of(one)
    context = {
        "version": version,
        "indicator": one,
        "class_title": queries.class_title_of(one),
        "sides": indicators.published(indicators.sides(one)),
        "beside": indicators.published_beside(one),
        "findings": [each for each in findings if each.finding.suppression is None],
        "accepted": [each for each in findings if each.finding.suppression is not None],
        "before": before,
        "after": after,
        "base": queries.address_of(version),
        "may_suppress": may_suppress_findings(request.user) and not version.has_newer,  # type: ignore[attr-defined]
        "may_correct": may_correct_readings(request.user) and not version.has_newer,  # type: ignore[attr-defined]
        "trail": of_indicator(version, one),
        **_standing(request, version, one),
    }
    return render(request, "performance/indicator.html", context)


def _standing(request: HttpRequest, version: PlanVersion, one: Indicator) -> dict[str, Any]:
    """How it stands, now or on the day of the address."""
    assert isinstance(request.user, User)  # noqa: S101 — the sign-in middleware has seen to it
    on = request.GET.get("on", "")
    return indicator_standing.context_of(version, one, by=request.user, now=timezone.now(), on=on)


@require_safe
def reading_json(request: HttpRequest, plan: int, number: int, row: int) -> HttpResponse:
    """The row and its two readings, in the published shape; the sentences in it are in the language of the page."""
    version = queries.version_of(plan, number)
    one = indicators.indicator_of(version, row)
    found = {side.which: side for side in indicators.sides(one)}
    language = wordings.language()
    body = {
        "row": one.row,
        "class": one.code,
        "name": one.name,
        "cycle_wording": one.cycle_wording,
        "annual_wording": one.annual_wording,
        "cycle": targets.as_json(found["cycle"].reading, language=language),
        "annual": targets.as_json(found["annual"].reading, language=language),
        "corrected": sorted(which for which, side in found.items() if side.is_corrected),
    }
    return JsonResponse(body, json_dumps_params={"ensure_ascii": False, "indent": 2})


@require_safe
def source(request: HttpRequest, plan: int, number: int) -> HttpResponse:
    """The accepted text, byte for byte."""
    version = get_object_or_404(PlanVersion.objects.defer("document"), plan=plan, number=number)
    return HttpResponse(
        bytes(version.source),
        content_type="application/octet-stream",
        headers={"Content-Disposition": f'attachment; filename="plan-{plan}-v{number}-source.{version.source_format}"'},
    )


@require_safe
def document(request: HttpRequest, plan: int, number: int) -> HttpResponse:
    """The table as it was understood when it was accepted."""
    version = get_object_or_404(PlanVersion.objects.defer("source"), plan=plan, number=number)
    return HttpResponse(version.document, content_type="application/json")


__all__ = ["changes", "document", "download", "events", "home", "indicator", "plan", "reading_json", "search", "source"]
