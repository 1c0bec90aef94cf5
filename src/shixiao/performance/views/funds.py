"""A plan's published funds beside the approved budgets, and which project is which."""

from http import HTTPStatus

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe
from django.views.decorators.vary import vary_on_headers

from shixiao.casework import offices, visibility
from shixiao.casework.models import Case
from shixiao.people.models import User
from shixiao.people.permissions import may_accept_plans
from shixiao.performance import comparing, matching, queries
from shixiao.performance.comparing import Key
from shixiao.performance.matching import NotMatchable
from shixiao.performance.models import PlanVersion
from shixiao.performance.views.trails import of_plan


@require_safe
@vary_on_headers("HX-Request")
def compared(request: HttpRequest, plan: int, number: int) -> HttpResponse:
    """Project by project; htmx asks for the sentence alone, which the plan page shows."""
    version = queries.version_of(plan, number)
    comparison = comparing.compare(version)
    is_part = getattr(request, "htmx", False) and not request.htmx.history_restore_request  # type: ignore[attr-defined]
    context = {
        "version": version,
        "comparison": comparison,
        "openable": set() if is_part else _openable(request, comparison),
        "may_match": may_accept_plans(request.user) and not version.has_newer,  # type: ignore[attr-defined]
        "trail": [*of_plan(version), {"title": _("公布与批复"), "address": ""}],
    }
    return render(request, "performance/funds_sentence.html" if is_part else "performance/funds.html", context)


def _openable(request: HttpRequest, comparison: comparing.Comparison) -> set[int]:
    """The budgets that this person may open: two statements."""
    assert isinstance(request.user, User)  # noqa: S101 — the sign-in middleware has seen to it
    cases = Case.objects.select_related("unit").filter(pk__in=[line.case for line in comparison.lines if line.case])
    held = visibility.held_by(request.user, now=timezone.now())
    return {
        case.pk
        for case in cases
        if case.unit.path.startswith(visibility.places(offices.table_of(case.kind), held) or ("-",))
    }


@require_http_methods(["GET", "HEAD", "POST"])
def match(request: HttpRequest, plan: int, number: int) -> HttpResponse:
    """Which project of the offices each project of the plan is."""
    if not may_accept_plans(request.user):
        raise PermissionDenied(_("对应项目由绩效管理员办理。"))
    assert isinstance(request.user, User)  # noqa: S101 — the permission says so
    version = queries.version_of(plan, number)
    if version.has_newer:  # type: ignore[attr-defined]
        raise PermissionDenied(_("这是旧版。请在最新一版里办理。"))
    listed = matching.proposals(version)
    if request.method != "POST":
        return _form(request, version, listed)
    chosen = {each.line.key: request.POST.get(f"p{at}", each.chosen)[:20] for at, each in enumerate(listed)}
    try:
        changed = matching.match(version, chosen, by=request.user, now=timezone.now())
    except NotMatchable as refused:
        return _form(request, version, listed, chosen=chosen, refused=refused)
    text = ngettext("已记录 %(n)s 个项目的对应。", "已记录 %(n)s 个项目的对应。", changed) % {"n": changed}
    messages.success(request, text if changed else _("没有改动。"))
    return redirect("performance:funds", version.plan_id, version.number)


def _form(
    request: HttpRequest,
    version: PlanVersion,
    listed: list[matching.Proposal],
    *,
    chosen: dict[Key, str] | None = None,
    refused: NotMatchable | None = None,
) -> HttpResponse:
    rows = [
        {
            "it": each,
            "name": f"p{at}",
            "chosen": (chosen or {}).get(each.line.key, each.chosen),
            "error": str(refused) if refused and refused.key == each.line.key else "",
        }
        for at, each in enumerate(listed)
    ]
    back = {"title": _("公布与批复"), "address": f"{queries.address_of(version)}funds/"}
    context = {
        "version": version,
        "rows": rows,
        "refused": str(refused) if refused else "",
        "trail": [*of_plan(version), back, {"title": _("对应项目"), "address": ""}],
    }
    status = HTTPStatus.UNPROCESSABLE_ENTITY if refused else HTTPStatus.OK
    return render(request, "performance/match.html", context, status=status)
