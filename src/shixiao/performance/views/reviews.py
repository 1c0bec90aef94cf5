"""The reviewer's desk, one review, and returning or approving many at once."""

from datetime import datetime
from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from django.views.decorators.vary import vary_on_headers

from shixiao.casework import performing
from shixiao.casework.refusing import Refused
from shixiao.casework.views import is_part, person, refused_page
from shixiao.casework.views.cases import seen
from shixiao.people.wordings import said
from shixiao.performance.drafting import writing
from shixiao.performance.life import desk, desk_markup, pages, reviewing
from shixiao.performance.life.filters import ALL, MINE, OPEN, WAITS, DeskFilters
from shixiao.performance.life.models import PlanLife
from shixiao.performance.life.steps import LEVEL_OF, PLANS
from shixiao.performance.results import waiting

READ = ["GET", "HEAD", "POST"]
MOST = 500


@require_safe
@vary_on_headers("HX-Request")
def listing(request: HttpRequest) -> HttpResponse:
    """Many plans, those that wait longest first. htmx asks for the table alone."""
    now, by, filters = timezone.now(), person(request), DeskFilters.of(request.GET.dict())
    page = desk.page(filters, by=by, now=now)
    context = {
        "page": page,
        "filters": filters,
        "rows": desk_markup.rows(page.rows, now=now),
        "states": _states(page),
        "waits": WAITS,
        "next": filters.address(after=page.after) if page.after else "",
        "may_draft": writing.may_draft(by, now=now),
        "results": [] if is_part(request) else waiting.for_person(by, now=now),
        "trail": _trail(),
    }
    return render(
        request, "performance/life/desk_rows.html" if is_part(request) else "performance/life/desk.html", context
    )


def _states(page: desk.DeskPage) -> list[tuple[str, str, int]]:
    named = [(MINE, _("等我办理")), (OPEN, _("没有办完"))]
    named += [(state.name, said(state.title)) for state in PLANS.states if page.states[state.name]]
    found = [(name, title, page.count_of(name)) for name, title in named]
    return [*found, (ALL, _("全部"), page.states.total())]


@require_safe
def one(request: HttpRequest, case: int) -> HttpResponse:
    """One plan under review: its rows with findings and remarks, what changed, and the decision."""
    now, by = timezone.now(), person(request)
    return render(
        request, "performance/life/review.html", _context(request, pages.life_of(case, by=by, now=now), now=now)
    )


def _context(request: HttpRequest, life: PlanLife, *, now: datetime) -> dict[str, Any]:
    page = pages.review(life, by=person(request), now=now, is_whole="all" in request.GET)
    return {
        "page": page,
        "life": life,
        "version": life.version,
        "base": reverse("performance:version", args=[life.plan_id, life.version.number]),
        "waits": pages.waits(life, now=now),
        "trail": [*_trail(is_here=False), {"title": life.case.number, "address": ""}],
    }


@require_POST
def note(request: HttpRequest, case: int, row: int) -> HttpResponse:
    """Keep what was written to a row; htmx gets a short word that it is kept."""
    now, by = timezone.now(), person(request)
    life = pages.life_of(case, by=by, now=now)
    try:
        kept = reviewing.note_row(life, row, request.POST.get("note", ""), by=by, now=now)
    except Refused as refused:
        return render(
            request,
            "performance/life/note.html",
            {"refused": said(refused.text)},
            status=HTTPStatus.UNPROCESSABLE_ENTITY,
        )
    if not is_part(request):
        return redirect(f"{reverse('performance:plan_review', args=[case])}#row-{row}")
    return render(request, "performance/life/note.html", {"is_kept": kept is not None})


@require_POST
def decide(request: HttpRequest, case: int) -> HttpResponse:
    """Approve or return this one plan at the level where it lies."""
    now, by = timezone.now(), person(request)
    life = pages.life_of(case, by=by, now=now)
    level, what = LEVEL_OF.get(life.case.state, ""), request.POST.get("what", "")
    try:
        if what == "return":
            reviewing.return_many([life], request.POST.get("words", ""), by=by, now=now, seen=seen(request))
        else:
            performing.perform(
                life.case_id,
                f"approve_{level or 'unit'}",
                by=by,
                now=now,
                seen=seen(request),
                opinion=request.POST.get("words", ""),
                looked_at=request.POST.get("looked_at", ""),
            )
    except Refused as refused:
        fresh = pages.life_of(case, by=by, now=now)
        context = _context(request, fresh, now=now) | {
            "refused": [said(each.text) for each in refused.all],
            "typed": request.POST.get("words", ""),
        }
        return refused_page(request, "performance/life/review.html", context, refused)
    words = {"number": life.case.number}
    messages.success(
        request, _("%(number)s 已退回。") % words if what == "return" else _("%(number)s 已通过。") % words
    )
    return redirect("performance:reviews")


# ---- many at once --------------------------------------------------------------------------------------------------


@require_http_methods(READ)
def return_many(request: HttpRequest) -> HttpResponse:
    """A letter to several; each gets its own findings with it."""
    return _many(request, is_return=True)


@require_http_methods(READ)
def approve_many(request: HttpRequest) -> HttpResponse:
    """Several at once, where none has an open error."""
    return _many(request, is_return=False)


def _many(request: HttpRequest, *, is_return: bool) -> HttpResponse:
    now, by = timezone.now(), person(request)
    if not desk.has_business(by, now=now):
        raise PermissionDenied(_("您没有审核绩效目标的岗位。如需办理，请联系安全管理员。"))
    given = request.POST if request.method == "POST" else request.GET
    lives = desk.chosen(_keys(given), by=by, now=now)
    if not lives:
        messages.info(request, _("请先勾选正在审核的目标表。"))
        return redirect("performance:reviews")
    words = given.get("words", "")
    context: dict[str, Any] = {
        "lives": lives,
        "is_return": is_return,
        "typed": words,
        "with_errors": sum(bool(life.version.tally.errors) for life in lives),
        "trail": [*_trail(is_here=False), {"title": _("成批退回") if is_return else _("成批通过"), "address": ""}],
    }
    if request.method != "POST":
        return render(request, "performance/life/many.html", context)
    try:
        decided = reviewing.return_many if is_return else reviewing.approve_many
        done = decided(lives, words, by=by, now=now)
    except Refused as refused:
        culprit = lives[refused.row] if refused.row is not None else None
        context |= {"refused": [said(each.text) for each in refused.all], "culprit": culprit}
        return refused_page(request, "performance/life/many.html", context, refused)
    if is_return:
        said_ = ngettext(
            "%(n)s 张表已退回，每张都附上了自己的发现。", "%(n)s 张表已退回，每张都附上了自己的发现。", len(done)
        )
    else:
        said_ = ngettext("%(n)s 张表已通过。", "%(n)s 张表已通过。", len(done))
    messages.success(request, said_ % {"n": len(done)})
    return redirect("performance:reviews")


def _keys(given: QueryDict) -> list[int]:
    return [int(key) for key in given.getlist("case")[:MOST] if key.isascii() and key.isdigit() and len(key) < 19]


def _trail(*, is_here: bool = True) -> list[dict[str, str]]:
    here = "" if is_here else reverse("performance:reviews")
    return [{"title": _("审核"), "address": here}]
