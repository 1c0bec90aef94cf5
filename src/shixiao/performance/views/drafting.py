"""Drafting a plan: what is typed is kept at once, and each target is tried as it stands."""

from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from shixiao.casework import queries
from shixiao.casework.refusing import Refused
from shixiao.casework.views import is_part, person
from shixiao.people.wordings import said
from shixiao.performance import overview, wordings
from shixiao.performance.actions import NotAcceptable
from shixiao.performance.drafting import trial, writing
from shixiao.performance.drafting.models import Draft, DraftProject, DraftRow
from shixiao.performance.drafting.writing import NotDraftable
from shixiao.performance.models import PlanVersion
from shixiao.tables import Unreadable

READ = ["GET", "HEAD", "POST"]
UNPROCESSABLE = HTTPStatus.UNPROCESSABLE_ENTITY


@require_http_methods(READ)
def drafts(request: HttpRequest) -> HttpResponse:
    """One's own drafts, and the form that begins another."""
    now, by = timezone.now(), person(request)
    if not writing.may_draft(by, now=now):
        raise PermissionDenied(_("目标表由绩效管理员和编报人起草。"))
    context: dict[str, Any] = {
        "drafts": Draft.objects.filter(owner=by).select_related("base").order_by("-changed_at"),
        "plans": overview.plans(),
        "year": timezone.localtime(now).year + 1,
        "given": request.POST,
        "trail": [{"title": _("起草"), "address": ""}],
    }
    if request.method != "POST":
        return render(request, "performance/drafting/drafts.html", context)
    base = PlanVersion.objects.filter(pk=_whole(request.POST.get("base", ""))).select_related("plan").first()
    department = request.POST.get("department", "") or (base.plan.department if base else "")
    year = _whole(request.POST.get("fiscal_year", ""))
    try:
        made = writing.begin(department=department, fiscal_year=year, base=base, by=by, now=now)
    except NotDraftable as refused:
        return render(
            request, "performance/drafting/drafts.html", context | {"refused": str(refused)}, status=UNPROCESSABLE
        )
    return redirect("performance:draft", made.pk)


def _own(request: HttpRequest, draft: int) -> Draft:
    return get_object_or_404(Draft.objects.select_related("base__plan"), pk=draft, owner=person(request))


@require_safe
def one(request: HttpRequest, draft: int) -> HttpResponse:
    """The draft with its projects and rows."""
    return render(request, "performance/drafting/draft.html", _context(request, _own(request, draft)))


def _context(request: HttpRequest, draft: Draft) -> dict[str, Any]:
    now, by = timezone.now(), person(request)
    units = list(queries.units_for("performance.drafter", by=by, now=now)[:200])
    return {
        "draft": draft,
        "projects": draft.projects.order_by("position").prefetch_related("rows"),
        "classes": wordings.CLASSES.items(),
        "units": units,
        "unit": next((unit.pk for unit in units if unit.name == draft.department), 0),
        "trail": [{"title": _("起草"), "address": "/drafts/"}, {"title": str(draft), "address": ""}],
    }


@require_POST
def project(request: HttpRequest, draft: int, project: int = 0) -> HttpResponse:
    """A new project, or what is typed into the head of one."""
    found = _own(request, draft)
    known = get_object_or_404(DraftProject, pk=project, draft=found) if project else None
    given = request.POST.dict()
    try:
        writing.keep_project(found, known, given, by=person(request), now=timezone.now())
    except NotDraftable as refused:
        if is_part(request):
            return render(request, "performance/life/note.html", {"refused": str(refused)}, status=UNPROCESSABLE)
        context = _context(request, found) | {"refused": [str(refused)]}
        return render(request, "performance/drafting/draft.html", context, status=UNPROCESSABLE)
    if is_part(request):
        return render(request, "performance/drafting/kept.html")
    return redirect("performance:draft", draft)


@require_POST
def row(request: HttpRequest, draft: int, project: int, row: int = 0) -> HttpResponse:
    """Keep what is typed into a row and try it; htmx gets what the target says, a new row comes with its form."""
    found = _own(request, draft)
    under = get_object_or_404(DraftProject.objects.select_related("draft"), pk=project, draft=found)
    known = get_object_or_404(DraftRow, pk=row, project=under) if row else None
    now, by = timezone.now(), person(request)
    if "remove" in request.POST and known is not None:
        known.project = under
        writing.remove_row(known, by=by, now=now)
        return redirect("performance:draft", draft)
    try:
        kept = writing.keep_row(under, known, request.POST.dict(), by=by, now=now)
    except NotDraftable as refused:
        return render(request, "performance/life/note.html", {"refused": str(refused)}, status=UNPROCESSABLE)
    if not is_part(request) or known is None:
        return redirect(f"/drafts/{draft}/#row-{kept.pk}")
    return render(request, "performance/drafting/tried.html", {"trial": trial.tried(found, kept, by=by, now=now)})


@require_safe
def tried(request: HttpRequest, draft: int, row: int) -> HttpResponse:
    """What a row says as it stands."""
    found = _own(request, draft)
    known = get_object_or_404(DraftRow.objects.select_related("project"), pk=row, project__draft=found)
    now = timezone.now()
    return render(
        request,
        "performance/drafting/tried.html",
        {
            "trial": trial.tried(found, known, by=person(request), now=now),
            "draft": found,
            "is_alone": not is_part(request),
        },
    )


@require_POST
def hand_in(request: HttpRequest, draft: int) -> HttpResponse:
    """The draft becomes a version and goes to the unit review."""
    found, now, by = _own(request, draft), timezone.now(), person(request)
    unit = (
        queries.units_for("performance.drafter", by=by, now=now).filter(pk=_whole(request.POST.get("unit", ""))).first()
    )
    try:
        done = writing.hand_in(found, unit=unit, answer=request.POST.get("answer", ""), by=by, now=now)
    except (NotDraftable, NotAcceptable, Unreadable) as refused:
        context = _context(request, found) | {"refused": [str(refused)]}
        return render(request, "performance/drafting/draft.html", context, status=UNPROCESSABLE)
    except Refused as refused:
        context = _context(request, found) | {"refused": [said(each.text) for each in refused.all]}
        return render(request, "performance/drafting/draft.html", context, status=UNPROCESSABLE)
    messages.success(request, _("%(number)s 已提交单位审核。") % {"number": done.case.number})
    return redirect("performance:plan_life", done.version.plan_id)


@require_POST
def put_away(request: HttpRequest, draft: int) -> HttpResponse:
    """The draft goes."""
    writing.put_away(_own(request, draft), by=person(request))
    messages.success(request, _("草稿已删去。"))
    return redirect("performance:drafts")


def _whole(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0
