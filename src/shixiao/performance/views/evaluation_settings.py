"""What an evaluation goes by: the scoring profile, promises and what became of them, the office's own templates of forms."""

import json
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from shixiao import forms
from shixiao.casework import attaching
from shixiao.casework.refusing import Refused
from shixiao.casework.uploads import Arrived, streamed
from shixiao.engine import scoring
from shixiao.engine.scoring import Share
from shixiao.people.models import User
from shixiao.people.permissions import may_evaluate
from shixiao.performance import queries
from shixiao.performance.board import choosing
from shixiao.performance.evaluation import files, profiles, promises, templates
from shixiao.performance.models import FormTemplate, Promise
from shixiao.performance.views.evaluating import READ, check_may_evaluate
from shixiao.performance.views.trails import of_plan
from shixiao.performance.wordings import language, said


@require_http_methods(READ)
def profile(request: HttpRequest, plan: int, number: int) -> HttpResponse:
    """Which profile scores this plan, and the choice of the office with its reason."""
    version = queries.version_of(plan, number)
    refused: tuple[str, ...] = ()
    if request.method == "POST":
        user = check_may_evaluate(request, version)
        posted = {name: request.POST.get(name, "") for name in ("code", "document", "share", "reason")}
        try:
            profiles.choose(version.plan, **posted, by=user, now=timezone.now())
        except profiles.NotChoosable as wrong:
            refused = wrong.sentences
        else:
            messages.success(request, _("已选用。再冻结一次，就按新的方案计分；已冻结的不变。"))
            return redirect("performance:evaluation_profile", plan, number)
    chosen = profiles.in_force(version.plan)
    usual = json.dumps(scoring.profile_as_json(chosen.profile), ensure_ascii=False, indent=1)
    context = {
        "version": version,
        "profile": chosen.profile,
        "title": said(chosen.profile.title),
        "source": said(chosen.profile.source.text),
        "choice": chosen.choice,
        "share": request.POST.get("share", chosen.share.value),
        "shares": [(Share.BY_BUDGET.value, _("按全年预算数加权")), (Share.EQUAL.value, _("各项目同等"))],
        "known": [(each.code, said(each.title), each.place) for each in scoring.PROFILES],
        "code": request.POST.get("code", chosen.choice.code if chosen.choice and not chosen.choice.document else ""),
        "document": request.POST.get("document", ""),
        "usual": usual,
        "reason": request.POST.get("reason", ""),
        "refused": refused,
        "may_evaluate": may_evaluate(request.user) and not version.has_newer,  # type: ignore[attr-defined]
        "trail": [
            *of_plan(version),
            {"title": _("绩效自评"), "address": reverse("performance:evaluations", args=[plan, number])},
            {"title": _("计分方案"), "address": ""},
        ],
    }
    return render(request, "performance/evaluation/profile.html", context, status=422 if refused else 200)


@require_safe
def promised(request: HttpRequest, plan: int, number: int) -> HttpResponse:
    """What was promised for this plan: open ones first."""
    version = queries.version_of(plan, number)
    listed = promises.of_plan(version.plan)
    today = timezone.localdate()
    context = {
        "version": version,
        "open": [each for each in listed if not hasattr(each, "settlement")],
        "settled": [each for each in listed if hasattr(each, "settlement")],
        "overdue": sum(each.due_on < today for each in listed if not hasattr(each, "settlement")),
        "today": today,
        "may_evaluate": may_evaluate(request.user),
        "trail": [*of_plan(version), {"title": _("整改事项"), "address": ""}],
    }
    return render(request, "performance/evaluation/promises.html", context)


@require_http_methods(READ)
def settle(request: HttpRequest, plan: int, number: int, promise: int) -> HttpResponse:
    """Say what became of a promise."""
    version = queries.version_of(plan, number)
    user = check_may_evaluate(request, version)
    one = get_object_or_404(
        Promise.objects.select_related("evaluation__version"), pk=promise, evaluation__version__plan=plan
    )
    refused = ""
    if request.method == "POST":
        on, is_kept = choosing.day_of(request.POST.get("on", "")), request.POST.get("outcome") == "kept"
        note = request.POST.get("note", "")
        try:
            promises.settle(one, is_kept=is_kept, on=on, note=note, by=user, now=timezone.now())
        except promises.NotSettleable as wrong:
            refused = str(wrong)
        except Refused as wrong:
            refused = said(wrong.text)
        else:
            messages.success(request, _("已登记。"))
            return redirect("performance:promises", plan, number)
    back = reverse("performance:promises", args=[plan, number])
    context = {
        "version": version,
        "one": one,
        "refused": refused,
        "on": request.POST.get("on", timezone.localdate().isoformat()),
        "note": request.POST.get("note", ""),
        "outcome": request.POST.get("outcome", "kept"),
        "back": back,
        "trail": [
            *of_plan(version),
            {"title": _("整改事项"), "address": back},
            {"title": _("登记结果"), "address": ""},
        ],
    }
    return render(request, "performance/evaluation/settle.html", context, status=422 if refused else 200)


# ---- templates of forms ----------------------------------------------------------------------------------------


@require_safe
def form_templates(request: HttpRequest) -> HttpResponse:
    """Every form with the template that fills it; PDF comes from the house's own layouts."""
    return _templates(request)


def _templates(
    request: HttpRequest, *, at: tuple[str, str] = ("", ""), faults: Any = (), note: str = "", status: int = 200
) -> HttpResponse:
    in_use = templates.in_use()
    rows = [
        {
            "form": word,
            "title": form.TITLE,
            "kinds": [
                {
                    "kind": kind,
                    "own": in_use.get((word, kind)),
                    "faults": faults if at == (word, kind) else (),
                    "note": note if at == (word, kind) else "",
                    "address": reverse("performance:form_template", args=[word, kind]),
                }
                for kind in templates.KINDS
            ],
        }
        for word, form in forms.FORMS.items()
    ]
    history = FormTemplate.objects.select_related("made_by").order_by("-id")[:50]
    context = {
        "rows": rows,
        "titles": files.TITLES,
        "history": [{"it": each, "title": files.TITLES[each.form]} for each in history],
        "has_faults": bool(faults),
        "may_evaluate": may_evaluate(request.user),
        "limit": attaching.size_limit() >> 20,
        "trail": [{"title": _("表格模板"), "address": ""}],
    }
    return render(request, "performance/evaluation/templates.html", context, status=status)


def _may_keep(request: HttpRequest, form: str, kind: str) -> None:
    """Before a byte of the file is read."""
    if not may_evaluate(request.user):
        raise PermissionDenied(_("表格模板由绩效管理员管理。"))
    if form not in forms.FORMS or kind not in templates.KINDS:
        raise Http404


@streamed(limit=attaching.size_limit, first=_may_keep)
@require_http_methods(READ)
def form_template(request: HttpRequest, form: str, kind: str) -> HttpResponse:
    """The template in use as a file; sending one takes it into use, once it is without fault."""
    if form not in forms.FORMS or kind not in templates.KINDS:
        raise Http404
    if request.method != "POST":
        return _template_file(form, kind)
    _may_keep(request, form, kind)
    assert isinstance(request.user, User)  # noqa: S101 — the permission says so
    note, now = request.POST.get("note", ""), timezone.now()
    refused = request.incoming.refused  # type: ignore[attr-defined]
    arrived = next((each for each in request.FILES.getlist("file") if isinstance(each, Arrived)), None)
    if refused or (arrived is None and not request.POST.get("take_back")):
        said_of = said(refused.text) if refused else _("请选一个文件。")
        return _templates(request, at=(form, kind), faults=[said_of], note=note, status=422)
    try:
        if arrived is None:
            templates.take_back(form, kind, note=note, by=request.user, now=now)
        else:
            templates.keep(form, kind, arrived.draft, name=arrived.name or "", note=note, by=request.user, now=now)
    except templates.NotUsable as wrong:
        faults = [each.in_(language()) for each in wrong.faults] or [wrong.sentence]
        return _templates(request, at=(form, kind), faults=faults, note=note, status=422)
    except Refused as wrong:
        return _templates(request, at=(form, kind), faults=[said(wrong.text)], note=note, status=422)
    messages.success(request, _("已改用。以后下载的表按它填；已下载的不变。"))
    return redirect("performance:form_templates")


def _template_file(form: str, kind: str) -> HttpResponse:
    try:
        own = templates.content_of(form, kind)
    except FileNotFoundError:
        raise Http404(_("模板文件不在存储里。请联系系统管理员，或改回随附的模板。")) from None
    content = own if own is not None else forms.template(form, kind).content()
    response = HttpResponse(content, content_type=files.CONTENT_TYPES[kind])
    name = f"{files.TITLES[form]}-{_('模板')}.{kind}"
    response["Content-Disposition"] = content_disposition_header(True, name) or "attachment"
    response["X-Content-Type-Options"] = "nosniff"
    return response
