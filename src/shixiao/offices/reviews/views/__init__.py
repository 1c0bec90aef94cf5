"""The pages of this desk: what waits for whom, and one review with its material, its rubric and the form of a grade."""

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from shixiao.casework import allowing, attaching, performing, visibility
from shixiao.casework import queries as casework_queries
from shixiao.casework.models import Case
from shixiao.casework.performing import events_of
from shixiao.casework.refusing import Refused
from shixiao.casework.views import is_about_the_case, person, refused_page
from shixiao.casework.views.cases import seen as seen_revision
from shixiao.engine.scoring.profiles import Tier
from shixiao.ledger.models import Event
from shixiao.offices.reviews import conflicts, events, queries, sealing, tiers
from shixiao.offices.reviews.forms import GradeForm
from shixiao.offices.reviews.models import Review
from shixiao.offices.reviews.responsibilities import CHAIR, OFFICER, REVIEWER, SUBMITTER
from shixiao.offices.reviews.steps import REVIEW, REVIEWS
from shixiao.people.models import Role, User
from shixiao.people.permissions import Mandates

WORDS = {each.word for each in (OFFICER, SUBMITTER, REVIEWER, CHAIR)}
FEW = 20
JUDGING = {"grade": "grading", "settle": "disagreement"}  # by which step in which state somebody judges
# What the list can be narrowed to, in the order of a review's life.
SHOWN = {
    "disagreement": gettext_lazy("有分歧"),
    "grading": gettext_lazy("评分中"),
    "waiting": gettext_lazy("准备中"),
    "settled": gettext_lazy("已定"),
    "cancelled": gettext_lazy("已取消"),
}
_WAITING = ("drafted", "handed_in", "returned")


def check_belongs(by: User, *, now: datetime) -> Mandates:
    """What the person holds. Raises PermissionDenied for whoever has nothing to do with reviews."""
    held = visibility.held_by(by, now=now)
    if by.role != Role.OFFICER and not held.words & WORDS:
        raise PermissionDenied(_("您没有评议方面的岗位。如需查看，请联系安全管理员授予岗位。"))
    return held


def trail(*steps: tuple[str, str]) -> list[dict[str, str]]:
    """Where the page stands, below the list of reviews."""
    first = {"title": _("评议"), "address": reverse("reviews:home") if steps else ""}
    return [first, *({"title": title, "address": address} for title, address in steps)]


# ---- the list ----------------------------------------------------------------------------------------------------


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """What waits for this person, and all reviews that they see; filter and page stand in the address."""
    now, by = timezone.now(), person(request)
    held = check_belongs(by, now=now)
    wanted = request.GET.get("state", "")
    wanted = wanted if wanted in SHOWN else ""
    every = queries.seen(by, now=now)
    page = Paginator(_of_state(every, wanted), queries.PAGE).get_page(request.GET.get("page", "1"))
    rows = list(page.object_list)
    context = {
        "to_grade": list(queries.to_grade(by, now=now)[:FEW]),
        "to_settle": list(queries.to_settle(by, now=now)[:FEW]),
        "rows": _rows(rows),
        "page": page,
        "wanted": wanted,
        "filters": _filters(every, wanted),
        "may_open": SUBMITTER.word in held.words,
        "now": now,
        "trail": trail(),
    }
    return render(request, "reviews/home.html", context)


def _of_state(rows: QuerySet[Review], wanted: str) -> QuerySet[Review]:
    if not wanted:
        return rows
    return rows.filter(case__state__in=_WAITING if wanted == "waiting" else (wanted,))


def _filters(rows: QuerySet[Review], wanted: str) -> list[dict[str, Any]]:
    """Each state with how many there are; one statement."""
    states = list(rows.order_by().values_list("case__state", flat=True))
    counts = {name: sum(each in (_WAITING if name == "waiting" else (name,)) for each in states) for name in SHOWN}
    found = [{"name": "", "title": _("全部"), "count": len(states), "is_chosen": not wanted}]
    return found + [
        {"name": name, "title": title, "count": counts[name], "is_chosen": name == wanted}
        for name, title in SHOWN.items()
    ]


def _rows(rows: list[Review]) -> list[dict[str, Any]]:
    progress = queries.progress(rows)
    return [
        {
            "it": each,
            "state": REVIEWS.state(each.case.state),
            "progress": progress.get(each.pk) if each.case.state == "grading" else None,
            "tier": _tier(each.version.tiers, each.tier),
        }
        for each in rows
    ]


def _tier(known: tuple[Tier, ...], code: str) -> Tier | None:
    return next((each for each in known if each.code == code), None)


# ---- one review --------------------------------------------------------------------------------------------------


@require_safe
def review(request: HttpRequest, case: int) -> HttpResponse:
    """The material, the rubric with its examples, who judges; the form of a grade for whom it waits, and the result once it is there."""
    now = timezone.now()
    found = _review(request, case, now=now)
    return render(request, "reviews/review.html", _context(request, found, now=now))


@require_POST
def take(request: HttpRequest, case: int, step: str) -> HttpResponse:
    """A grade, or the chair's word."""
    now, by = timezone.now(), person(request)
    found = _review(request, case, now=now)
    if step not in JUDGING:
        raise Http404
    form = GradeForm(request.POST.dict())
    try:
        done = performing.perform(found.case, step, by=by, now=now, seen=seen_revision(request), **form.told())
    except Refused as refused:
        fresh = _review(request, case, now=now)
        form.refuse(refused)
        context = _context(request, fresh, now=now, form=form)
        if is_about_the_case(refused):
            context["overtaken"] = refused.text
        return refused_page(request, "reviews/review.html", context, refused)
    messages.success(request, _said(done, step))
    return redirect("reviews:review", done.pk)


def _said(done: Case, step: str) -> str:
    if step == "settle":
        return _("已裁定。")
    if done.state == "grading":
        return _("评分已封存。全部评审人评完以后一起打开。")
    return _("评分一致，已定。") if done.state == "settled" else _("全部评完，评分不一致，等组长裁定。")


def _review(request: HttpRequest, key: int, *, now: datetime) -> Review:
    """The review, where this person may look at the case. 404 otherwise."""
    found = casework_queries.case_of(key, by=person(request), now=now)
    if found.kind != REVIEW:
        raise Http404
    row = Review.objects.select_related("rubric", "version", "chair").get(case=found)
    row.case = found
    return row


def _context(request: HttpRequest, found: Review, *, now: datetime, form: GradeForm | None = None) -> dict[str, Any]:
    by, case, on = person(request), found.case, timezone.localtime(now).date()
    opened = sealing.opened(case, found.round) if found.round else None
    seats = queries.seats_shown(found, opened, on=on) if found.round else []
    mine = sealing.own(case.pk, found.round, by=by) if found.round else None
    step = _judges(found, seats, mine is not None, by=by)
    against = conflicts.among(case, [by], on=on).get(by.pk) if step else None
    return {
        "review": found,
        "case": case,
        "state": REVIEWS.state(case.state),
        "tiers": [_shown(each, found) for each in found.version.tiers],
        "tier": _tier(found.version.tiers, found.tier),
        "files": _files(case),
        "seats": _with_tiers(seats, found),
        "given": sum(each.has_given for each in seats),
        "opened": opened,
        "mine": mine if opened is None else None,
        "my_tier": _tier(found.version.tiers, mine.tier) if mine else None,
        "settled": _settled(case),
        "left_behind": queries.left_behind(case, round_=found.round if case.state != "returned" else found.round + 1),
        "step": REVIEWS.step(step) if step and against is None else None,
        "against": against,
        "form": form or GradeForm(),
        "buttons": [each for each in allowing.buttons(case, by=by, now=now) if each.name not in JUDGING],
        "now": now,
        "trail": trail((case.number, "")),
    }


def _judges(found: Review, seats: list[queries.SeatShown], has_given: bool, *, by: User) -> str:
    """The step by which this person judges now; empty where it is not theirs."""
    state = found.case.state
    if state == "grading" and not has_given and by.pk in {each.user.pk for each in seats}:
        return "grade"
    return "settle" if state == "disagreement" and found.chair_id == by.pk else ""


def _shown(tier: Tier, found: Review) -> dict[str, Any]:
    is_top = tier.high == max(each.high for each in found.version.tiers)
    return {"it": tier, "bounds": tiers.bounds(tier), "is_top": is_top, "anchor": found.version.anchors.get(tier.code)}


def _with_tiers(seats: list[queries.SeatShown], found: Review) -> list[dict[str, Any]]:
    return [{"it": each, "tier": _tier(found.version.tiers, each.grade.tier) if each.grade else None} for each in seats]


def _files(case: Case) -> list[dict[str, Any]]:
    """What is attached, and whether it was there when the material was handed in."""
    handed = events_of(case).filter(kind=events.HANDED_IN.name).last()
    bound = set(handed.particulars.get("material", {}).values()) if handed else set()
    return [{"it": each, "is_bound": each.sha256 in bound} for each in attaching.attachments_of(case)]


def _settled(case: Case) -> Event | None:
    """The chair's word with its reason, where there is one that stands: not that of a round before the review was reopened."""
    kinds = (events.SETTLED.name, events.AGREED.name, events.REOPENED.name)
    found = events_of(case).filter(kind__in=kinds).prefetch_related("words").last()
    if found is None or found.kind != events.SETTLED.name:
        return None
    found.reason = next((each.words for each in found.words.all() if each.name == "reason"), None)  # type: ignore[attr-defined]
    return found
