"""Self-evaluation and monitoring: the list of a day, one project's revision, and the files of both."""

from datetime import date, datetime
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from shixiao import forms
from shixiao.engine.scoring import NoProfile, Unscorable
from shixiao.forms.hashing import short
from shixiao.people.models import User
from shixiao.people.permissions import may_evaluate
from shixiao.performance import queries
from shixiao.performance.board import choosing
from shixiao.performance.evaluation import (
    contents,
    departments,
    differing,
    files,
    making,
    newest,
    pages,
    profiles,
    texts,
)
from shixiao.performance.evaluation import declarations as declared
from shixiao.performance.evaluation import promises as promised
from shixiao.performance.evaluation import templates as own
from shixiao.performance.models import Evaluation, EvaluationKind, PlanVersion, Project
from shixiao.performance.views import results
from shixiao.performance.views.trails import of_plan
from shixiao.performance.wordings import language, said

READ = ["GET", "HEAD", "POST"]
NAMES = {EvaluationKind.SELF_EVALUATION.value: "evaluations", EvaluationKind.MONITORING.value: "monitorings"}


def check_may_evaluate(request: HttpRequest, version: PlanVersion) -> User:
    """Who asks, if they may. Raises `PermissionDenied` with the sentence that says who does it."""
    if not may_evaluate(request.user):
        raise PermissionDenied(_("自评和监控由绩效管理员办理。您可以查看和下载。"))
    if version.has_newer:  # type: ignore[attr-defined]
        raise PermissionDenied(_("这是旧版。请在最新一版里办理。"))
    assert isinstance(request.user, User)  # noqa: S101 — the permission says so
    return request.user


@require_http_methods(READ)
def evaluations(request: HttpRequest, plan: int, number: int) -> HttpResponse:
    """The self-evaluation of the year, project by project; the officer freezes it anew."""
    return _run(request, plan, number, EvaluationKind.SELF_EVALUATION.value)


@require_http_methods(READ)
def monitorings(request: HttpRequest, plan: int, number: int) -> HttpResponse:
    """The monitoring until a day, project by project."""
    return _run(request, plan, number, EvaluationKind.MONITORING.value)


def _run(request: HttpRequest, plan: int, number: int, kind: str) -> HttpResponse:
    version, now = queries.version_of(plan, number), timezone.now()
    refused = ""
    if request.method == "POST":
        user = check_may_evaluate(request, version)
        until = choosing.day_of(request.POST.get("until", ""))
        answer = _freeze(request, version, kind, until, by=user, now=now)
        if isinstance(answer, HttpResponse):
            return answer
        refused = answer
    days = newest.days(version, kind)
    until = _chosen_day(request, version, kind, days, now=now)
    rows = newest.of(version, kind, until)
    context = {
        "version": version,
        "kind": kind,
        "is_scored": kind == EvaluationKind.SELF_EVALUATION,
        "until": until,
        "days": [each for each in days if each != until],
        "listed": pages.listed(rows),
        "refused": refused,
        "may_evaluate": may_evaluate(request.user) and not version.has_newer,  # type: ignore[attr-defined]
        "formats": forms.KINDS,
        "base": reverse(f"performance:{NAMES[kind]}", args=[plan, number]),
        "trail": [*of_plan(version), {"title": title_of(kind), "address": ""}],
        **_sums(version, kind, rows),
    }
    if rows and kind == EvaluationKind.SELF_EVALUATION:
        context |= results.of_day(request, version, until)
    return render(request, "performance/evaluation/list.html", context, status=422 if refused else 200)


def title_of(kind: str) -> str:
    """The name of the page of a kind."""
    return _("绩效运行监控") if kind == EvaluationKind.MONITORING else _("绩效自评")


def _chosen_day(request: HttpRequest, version: PlanVersion, kind: str, days: list[date], *, now: datetime) -> date:
    """The day of the address; otherwise the latest that was frozen, or the usual one."""
    asked = choosing.day_of(request.POST.get("until", "") or request.GET.get("until", ""))
    return asked or (days[0] if days else making.usual_day(kind, version.plan.fiscal_year, now=now))


def _freeze(
    request: HttpRequest, version: PlanVersion, kind: str, until: date | None, *, by: User, now: datetime
) -> HttpResponse | str:
    """Freeze, and show it; or the sentence that says why not."""
    if until is None:
        return _("请写一个日期，如 2026-07-31。")
    try:
        made = making.make(version, kind=kind, until=until, by=by, now=now)
    except (making.NotEvaluable, NoProfile) as refused:
        return said(refused.text)
    except Unscorable as refused:
        return "；".join(said(each.text) for each in refused.faults)
    text = ngettext("已冻结 %(n)s 个项目。", "已冻结 %(n)s 个项目。", made.new) % {"n": made.new}
    messages.success(request, text if made.new else _("与上次相同，没有新的一次。"))
    address = reverse(f"performance:{NAMES[kind]}", args=[version.plan_id, version.number])
    return redirect(f"{address}?until={until.isoformat()}")


def _sums(version: PlanVersion, kind: str, rows: list[Evaluation]) -> dict[str, Any]:
    """Of a self-evaluation: the profile in force, the department's total, how many points are not scored."""
    if kind != EvaluationKind.SELF_EVALUATION:
        return {}
    try:
        chosen = profiles.in_force(version.plan)
    except (NoProfile, Unscorable) as refused:
        return {"no_profile": str(refused)}
    found: dict[str, Any] = {
        "profile": said(chosen.profile.title),
        "source": said(chosen.profile.source.text),
        "choice": chosen.choice,
    }
    if not rows:
        return found
    total = departments.total(rows, share=chosen.share)
    whole = total.department.total if total.department else None
    department = None
    if whole is not None:
        said_of = said(whole.grade) if whole.grade else ""
        department = {"points": whole.points, "open": whole.open, "grade": said_of}
    return found | {"department": department, "department_text": said(total.text)}


# ---- one project -----------------------------------------------------------------------------------------------


def found_evaluation(plan: int, number: int, evaluation: int) -> Evaluation:
    """A revision of that version of the plan; 404 where there is none."""
    known = Evaluation.objects.select_related("version__plan", "project__unit", "made_by", "edits")
    return get_object_or_404(known, pk=evaluation, version__plan=plan, version__number=number)


@require_safe
def evaluation(request: HttpRequest, plan: int, number: int, evaluation: int) -> HttpResponse:
    """One project's revision: every row with its points and where the missing ones went, or where it stands half-way."""
    version, one = queries.version_of(plan, number), found_evaluation(plan, number, evaluation)
    every = newest.revisions(one)
    before = next((each for each in every if each.revision < one.revision), None)
    is_newest = every[0].pk == one.pk
    may = may_evaluate(request.user) and not version.has_newer and is_newest  # type: ignore[attr-defined]
    context = {
        "version": version,
        "one": one,
        "summed": pages.listed([one])[0],
        "lines": pages.lines(one),
        "lost": pages.sum_of_lost(one),
        "achieved": texts.shown(one.texts, texts.PROJECT, "achieved"),
        "is_scored": one.kind == EvaluationKind.SELF_EVALUATION,
        "by_hand": pages.reasons_by_hand(one),
        "spending": pages.spending_by_hand(one),
        "source": contents.source_of(one),
        "code": short(forms.content_hash(contents.content_of(one))),
        "files": _files(one),
        "revisions": every,
        "before": before,
        "changes": differing.between(before, one) if before else (),
        "field_words": pages.FIELD_WORDS,
        "newest": every[0],
        "is_newest": is_newest,
        "may_edit": may,
        "promises": promised.of_plan(version.plan, project=one.head["project"]),
        "title": title_of(one.kind),
        "since": pages.address(one, "evaluation_since"),
        "trail": [*trail_of(version, one), {"title": one.head["project"], "address": ""}],
    }
    return render(request, "performance/evaluation/one.html", context)


def trail_of(version: PlanVersion, one: Evaluation) -> list[dict[str, str]]:
    """The way to the list that a revision stands in."""
    listed = reverse(f"performance:{NAMES[one.kind]}", args=[version.plan_id, version.number])
    return [*of_plan(version), {"title": title_of(one.kind), "address": f"{listed}?until={one.until.isoformat()}"}]


def _files(one: Evaluation) -> list[dict[str, Any]]:
    """Each form of the project with the addresses of its kinds."""
    return [
        {
            "title": files.TITLES[form],
            "kinds": [(kind, pages.address(one, "evaluation_file", form, kind)) for kind in forms.KINDS],
        }
        for form in files.OF_A_PROJECT[one.kind]
    ]


@require_safe
def since(request: HttpRequest, plan: int, number: int, evaluation: int) -> HttpResponse:
    """What is known otherwise now of the same evening. htmx asks for the sentence alone; the frozen values stay as they are."""
    version, one = queries.version_of(plan, number), found_evaluation(plan, number, evaluation)
    context = {
        "version": version,
        "one": one,
        "differences": [
            {"it": each, "then": pages.told(each.actual[0]), "now": pages.told(each.actual[1])}
            for each in differing.since(one, now=timezone.now())
            if each.actual is not None
        ],
        "back": pages.address(one),
        "trail": [
            *trail_of(version, one),
            {"title": one.head["project"], "address": pages.address(one)},
            {"title": _("与现在对比"), "address": ""},
        ],
    }
    is_part = getattr(request, "htmx", False) and not request.htmx.history_restore_request  # type: ignore[attr-defined]
    name = "since_part" if is_part else "since"
    return render(request, f"performance/evaluation/{name}.html", context)


# ---- files -----------------------------------------------------------------------------------------------------


@require_safe
def file(request: HttpRequest, plan: int, number: int, evaluation: int, form: str, kind: str) -> HttpResponse:
    """A form of one project."""
    one = found_evaluation(plan, number, evaluation)
    try:
        content = files.content_of(form, one)
    except LookupError:
        raise Http404(_("没有这种表。")) from None
    return _download(request, content, kind, files.name_of(form, one, kind))


@require_safe
def department_file(request: HttpRequest, plan: int, number: int, until: str, form: str, kind: str) -> HttpResponse:
    """A form of the department, from the newest revisions of a day."""
    version = queries.version_of(plan, number)
    day = choosing.day_of(until)
    rows = newest.of(version, EvaluationKind.SELF_EVALUATION.value, day) if day else []
    try:
        content = files.content_of_department(form, rows, share=profiles.in_force(version.plan).share)
    except LookupError:
        raise Http404(_("这一天没有冻结的自评。")) from None
    return _download(request, content, kind, files.name_of_department(form, rows, kind))


@require_safe
def declarations(request: HttpRequest, plan: int, number: int) -> HttpResponse:
    """Each project with its 申报表 in three formats."""
    version = queries.version_of(plan, number)
    context = {
        "version": version,
        "projects": declared.projects(version),
        "kinds": forms.KINDS,
        "title": files.TITLES[declared.FORM],
        "trail": [*of_plan(version), {"title": _("申报表"), "address": ""}],
    }
    return render(request, "performance/evaluation/declarations.html", context)


@require_safe
def declaration(request: HttpRequest, plan: int, number: int, project: int, kind: str) -> HttpResponse:
    """The 申报表 of one project, as its version was accepted."""
    version = queries.version_of(plan, number)
    one = get_object_or_404(Project.objects.select_related("unit"), pk=project, unit__version=version)
    name = files.name_of_declaration(one, version.plan.fiscal_year, kind)
    return _download(request, declared.content_of(version, one), kind, name)


def _download(request: HttpRequest, content: forms.Content, kind: str, name: str) -> HttpResponse:
    if kind not in forms.KINDS:
        raise Http404(_("没有“%(format)s”这种格式。") % {"format": kind})
    try:
        made = own.filled(content, kind)
    except (forms.Unfillable, FileNotFoundError) as refused:
        return _unfillable(request, content, kind, refused)
    response = HttpResponse(made, content_type=files.CONTENT_TYPES[kind])
    response["Content-Disposition"] = content_disposition_header(True, name) or "attachment"
    response["X-Content-Type-Options"] = "nosniff"
    return response


def _unfillable(request: HttpRequest, content: forms.Content, kind: str, refused: Exception) -> HttpResponse:
    told = [each.in_(language()) for each in refused.faults] if isinstance(refused, forms.Unfillable) else []
    context = {
        "title": content.TITLE,
        "format": kind,
        "faults": told or [_("模板文件不在存储里。请联系系统管理员，或改回随附的模板。")],
    }
    return render(request, "performance/evaluation/unfillable.html", context, status=422)
