"""Rubrics in the browser: which there are, one with its versions, a new one, another version, the end of one."""

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from shixiao.casework import queries as casework_queries
from shixiao.casework.refusing import Refused
from shixiao.casework.views import person, refused_page
from shixiao.engine.scoring import profile_for
from shixiao.offices.reviews import queries, shipped
from shixiao.offices.reviews import rubrics as acting
from shixiao.offices.reviews.forms import RubricForm
from shixiao.offices.reviews.models import Review, Rubric, RubricVersion
from shixiao.offices.reviews.responsibilities import OFFICER
from shixiao.offices.reviews.tiers import bounds
from shixiao.offices.reviews.views import check_belongs, trail
from shixiao.people.models import Unit
from shixiao.people.wordings import said

DEFINE = CHANGE = "reviews/define.html"


def _trail(*steps: tuple[str, str]) -> list[dict[str, str]]:
    return trail((_("评分细则"), reverse("reviews:rubrics") if steps else ""), *steps)


@require_safe
def rubrics(request: HttpRequest) -> HttpResponse:
    """The rubrics of this person's units."""
    now, by = timezone.now(), person(request)
    check_belongs(by, now=now)
    with_retired = "retired" in request.GET
    rows = queries.rubrics_of(by, now=now)
    keeps = list(_keeping(request, now=now)[:1])
    context = {
        "rubrics": list(rows if with_retired else rows.filter(retired_on=None)),
        "with_retired": with_retired,
        "keeps": bool(keeps),
        "shipped": len(shipped.missing()) if keeps else 0,
        "trail": _trail(),
    }
    return render(request, "reviews/rubrics.html", context)


@require_safe
def rubric(request: HttpRequest, code: str) -> HttpResponse:
    """One rubric: its newest version, and those before."""
    now = timezone.now()
    found = _rubric(request, code, now=now)
    versions = list(found.versions.order_by("-number"))
    context = {
        "rubric": found,
        "version": _shown(versions[0]),
        "earlier": [_shown(each) for each in versions[1:]],
        "keeps": acting.may_define(person(request), unit=found.unit, now=now),
        "reviews": Review.objects.filter(
            rubric=found, case__in=queries.seen(person(request), now=now).values("case")
        ).count(),
        "trail": _trail((found.name, "")),
    }
    return render(request, "reviews/rubric.html", context)


def _shown(version: RubricVersion) -> dict[str, Any]:
    rows = [
        {"it": each, "bounds": bounds(each), "anchor": version.anchors.get(each.code, "")} for each in version.tiers
    ]
    return {"it": version, "tiers": rows}


def _rubric(request: HttpRequest, code: str, *, now: datetime) -> Rubric:
    """The rubric, where this person has to do with it. 404 otherwise."""
    by = person(request)
    check_belongs(by, now=now)
    found = queries.rubrics_of(by, now=now).filter(code=code).first()
    if found is None:
        raise Http404
    return found


def _keeping(request: HttpRequest, *, now: datetime) -> Any:
    return casework_queries.units_for(OFFICER.word, by=person(request), now=now)


def _units(request: HttpRequest, *, now: datetime) -> list[Unit]:
    units = list(_keeping(request, now=now)[:200])
    if not units:
        raise PermissionDenied(
            _("管理评分细则需要“%(word)s”职责。如需办理，请联系安全管理员。") % {"word": said(OFFICER.title)}
        )
    return units


@require_http_methods(["GET", "HEAD", "POST"])
def define(request: HttpRequest) -> HttpResponse:
    """A new rubric."""
    now = timezone.now()
    units = _units(request, now=now)
    usual = profile_for(timezone.localtime(now).date()).code
    form = RubricForm(request.POST.dict()) if request.method == "POST" else RubricForm.new(usual)
    context = {"form": form, "units": units, "trail": _trail((_("设立评分细则"), ""))}
    if request.method != "POST" or "arrange" in request.POST:
        return render(request, DEFINE, context)
    unit = next((each for each in units if str(each.pk) == request.POST.get("unit")), units[0])
    code = request.POST.get("code", "").strip()
    try:
        made = acting.define(form.given(), unit=unit, code=code, by=person(request), now=now)
    except Refused as refused:
        form.refuse(refused)
        return refused_page(request, DEFINE, context, refused)
    messages.success(request, _("已设立“%(name)s”。") % {"name": made.name})
    return redirect("reviews:rubric", made.code)


def _kept(request: HttpRequest, code: str, *, now: datetime) -> Rubric:
    found = _rubric(request, code, now=now)
    if not acting.may_define(person(request), unit=found.unit, now=now):
        raise PermissionDenied(
            _("管理评分细则需要“%(word)s”职责。如需办理，请联系安全管理员。") % {"word": said(OFFICER.title)}
        )
    return found


@require_http_methods(["GET", "HEAD", "POST"])
def change(request: HttpRequest, code: str) -> HttpResponse:
    """Another version; reviews keep theirs."""
    now = timezone.now()
    found = _kept(request, code, now=now)
    if found.retired_on is not None:
        raise Http404
    is_post = request.method == "POST"
    form = RubricForm(request.POST.dict()) if is_post else RubricForm.of(found.current)
    seen = request.POST.get("seen", "") if is_post else str(found.version)
    address = reverse("reviews:rubric", args=(found.code,))
    context = {
        "form": form,
        "rubric": found,
        "seen": seen,
        "trail": _trail((found.name, address), (_("修改"), "")),
    }
    if not is_post or "arrange" in request.POST:
        return render(request, CHANGE, context)
    before = found.version
    try:
        number = int(seen) if seen.isascii() and seen.isdigit() and len(seen) < 6 else 0
        changed = acting.change(found, form.given(), seen=number, by=person(request), now=now)
    except Refused as refused:
        form.refuse(refused)
        return refused_page(request, CHANGE, context, refused)
    if changed.version == before:
        messages.info(request, _("没有改变什么，仍是第 %(n)s 版。") % {"n": before})
    else:
        words = {"name": changed.name, "n": changed.version}
        messages.success(request, _("“%(name)s”现在是第 %(n)s 版，以后发起的评议按新版评。") % words)
    return redirect("reviews:rubric", changed.code)


@require_http_methods(["GET", "HEAD", "POST"])
def retire(request: HttpRequest, code: str) -> HttpResponse:
    """Nothing new is judged by it from today on; asked first."""
    now = timezone.now()
    found = _kept(request, code, now=now)
    if request.method != "POST":
        waiting = Review.objects.filter(rubric=found, case__state__in=queries.OPEN).count()
        address = reverse("reviews:rubric", args=(found.code,))
        context = {"rubric": found, "waiting": waiting, "trail": _trail((found.name, address), (_("停用"), ""))}
        return render(request, "reviews/retire.html", context)
    acting.retire(found, by=person(request), now=now)
    messages.success(request, _("“%(name)s”已停用；已经发起的评议仍按它评完。") % {"name": found.name})
    return redirect("reviews:rubrics")


@require_POST
def take_shipped(request: HttpRequest) -> HttpResponse:
    """The rubrics that come with the program, those that are not there yet, for the highest unit of this person."""
    now = timezone.now()
    unit = min(_units(request, now=now), key=lambda each: each.path)
    try:
        taken = shipped.take_in_shipped(unit, by=person(request), now=now)
    except Refused as refused:
        messages.error(request, said(refused.text))
        return redirect("reviews:rubrics")
    text = ngettext("已采用 %(n)s 个评分细则。", "已采用 %(n)s 个评分细则。", len(taken))
    messages.success(request, text % {"n": len(taken)})
    return redirect("reviews:rubrics")
