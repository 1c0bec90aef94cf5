"""The board of a plan's newest version: today and on any past day, filtered by its address; two days compared; the leader's page; money."""

from datetime import date, datetime, timedelta
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe
from django.views.decorators.vary import vary_on_headers

from shixiao.people.models import User
from shixiao.performance import guarding, markup, overview, queries, standing, wordings
from shixiao.performance.board import choosing, differing, leading, sentences
from shixiao.performance.board import money as money_beside
from shixiao.performance.board import restated as restating
from shixiao.performance.board.choosing import Chosen
from shixiao.performance.board.markup import BoardMarkup
from shixiao.performance.guarding import Guarded
from shixiao.performance.models import PlanVersion
from shixiao.performance.queries import BULKY
from shixiao.performance.standing import Board
from shixiao.performance.views.trails import of_plan
from shixiao.ui import formats
from shixiao.ui.statuses import STANDINGS, STATUSES

MOST_PLANS = 20


@require_safe
@vary_on_headers("HX-Request")
def board(request: HttpRequest, plan: int | None = None) -> HttpResponse:
    """Where every row stands, as the address says. htmx asks for the rows alone."""
    now = timezone.now()
    versions = _versions(plan)
    if not versions:
        return render(request, "performance/board/empty.html", {"trail": [{"title": _("看板"), "address": ""}]})
    version, address = versions[0], queries.address_of(versions[0])
    chosen = Chosen.of(request.GET.dict(), today=_today(now))
    found, guarded = _read(request, version, now=now, as_of=chosen.as_of)
    rows = chosen.from_(guarded.rows)
    context = {
        "version": version,
        "board": found,
        "chosen": chosen,
        "shown": len(rows),
        "body": BoardMarkup(found, guarded, chosen, plan=address).body(rows),
        "base": _base(plan),
        "past": _past(found),
        "folded": chosen.address(fold="1"),
        "unfolded": chosen.address(fold=""),
    }
    if getattr(request, "htmx", False) and not request.htmx.history_restore_request:  # type: ignore[attr-defined]
        return render(request, "performance/board/result.html", context)
    context |= {
        "opening": sentences.opening(found, chosen, plan=address),
        "standing_on": sentences.standing_on(found, chosen),
        "others": versions[1:],
        "yesterday": (_today(now) - timedelta(days=1)).isoformat(),
        "trail": [*of_plan(version), {"title": _("看板"), "address": ""}],
        **_choices(found, chosen),
    }
    return render(request, "performance/board/board.html", context)


@require_safe
def leader(request: HttpRequest, plan: int | None = None) -> HttpResponse:
    """Five sentences for whoever has a minute, each a link."""
    now = timezone.now()
    version, address = _version(plan)
    found, guarded = _read(request, version, now=now, as_of=None)
    _before, before = _read(request, version, now=now, as_of=found.day - leading.WEEK)
    read = money_beside.read(version, found, by=_person(request), now=now)
    context = {
        "version": version,
        "board": found,
        "lines": leading.lines(found, read, differing.between(before, guarded), base=_base(plan), plan=address),
        "base": _base(plan),
    }
    return render(request, "performance/board/leader.html", context)


@require_safe
@vary_on_headers("HX-Request")
def money(request: HttpRequest, plan: int | None = None) -> HttpResponse:
    """Project by project how far the budget is spent, against the time and against results, now or at the end of a past day."""
    now = timezone.now()
    version, _address = _version(plan)
    chosen = Chosen.of({"on": request.GET.get("on", "")}, today=_today(now))
    found = standing.read(version, now=now, as_of=chosen.as_of)
    context = {
        "version": version,
        "board": found,
        "chosen": chosen,
        "on": f"&on={chosen.on}" if chosen.on else "",
        "yesterday": (_today(now) - timedelta(days=1)).isoformat(),
        "money": money_beside.read(version, found, by=_person(request), now=now),
        "base": _base(plan),
        "trail": _trail(version, plan, _("资金与结果")),
    }
    return render(request, "performance/board/money.html", context)


@require_safe
def compare(request: HttpRequest, plan: int | None = None) -> HttpResponse:
    """What stands differently on two days; without a second one, today."""
    now = timezone.now()
    version, address = _version(plan)
    today = _today(now)
    first = _past_day(request.GET.get("a", ""), today) or today - leading.WEEK
    second = _past_day(request.GET.get("b", ""), today)
    if second is not None and second < first:
        first, second = second, first
    _old, before = _read(request, version, now=now, as_of=first)
    found, after = _read(request, version, now=now, as_of=second)
    changes = differing.between(before, after)
    context = {
        "version": version,
        "board": found,
        "first": first,
        "second": second,
        "changes": changes,
        "moved": sum(each.has_moved for each in changes),
        "worse": sum(each.has_moved and not each.is_better for each in changes),
        "yesterday": (today - timedelta(days=1)).isoformat(),
        "base": _base(plan),
        "address": address,
        "trail": _trail(version, plan, _("两天对比")),
    }
    return render(request, "performance/board/compare.html", context)


@require_safe
@vary_on_headers("HX-Request")
def restated(request: HttpRequest, plan: int | None = None) -> HttpResponse:
    """What is known better since of a past day. htmx asks for the list alone."""
    now = timezone.now()
    version, address = _version(plan)
    chosen = Chosen.of(request.GET.dict(), today=_today(now))
    if chosen.as_of is None:
        return redirect(_base(plan))
    found, guarded = _read(request, version, now=now, as_of=chosen.as_of)
    context = {
        "version": version,
        "board": found,
        "chosen": chosen,
        "restated": restating.restated(guarded, day=chosen.as_of, now=now),
        "address": address,
        "base": _base(plan),
        "trail": _trail(version, plan, _("核对更正")),
    }
    is_part = getattr(request, "htmx", False) and not request.htmx.history_restore_request  # type: ignore[attr-defined]
    name = "restated_list" if is_part else "restated"
    return render(request, f"performance/board/{name}.html", context)


# ---- what every page of the board needs -----------------------------------------------------------------------


def _versions(plan: int | None) -> list[PlanVersion]:
    """The newest version of the plan that is asked for; of no plan in particular that of each plan, the latest year first. One statement."""
    listed = overview.newest().select_related("plan").defer(*BULKY)
    if plan is not None:
        listed = listed.filter(plan=plan)
    found = list(listed.order_by("-plan__fiscal_year", "plan__department")[:MOST_PLANS])
    if plan is not None and not found:
        raise Http404
    for version in found:
        version.has_newer = False  # type: ignore[attr-defined]
    return found


def _version(plan: int | None) -> tuple[PlanVersion, str]:
    """The version whose board it is, with its address. Without any plan there is no such page."""
    versions = _versions(plan)
    if not versions:
        raise Http404
    return versions[0], queries.address_of(versions[0])


def _trail(version: PlanVersion, plan: int | None, here: str) -> list[dict[str, str]]:
    return [*of_plan(version), {"title": _("看板"), "address": _base(plan)}, {"title": here, "address": ""}]


def _person(request: HttpRequest) -> User:
    assert isinstance(request.user, User)  # noqa: S101 — the sign-in middleware has seen to it
    return request.user


def _past_day(text: str, today: date) -> date | None:
    """A day that is over, as an address writes it."""
    day = choosing.day_of(text)
    return day if day is not None and day < today else None


def _read(request: HttpRequest, version: PlanVersion, *, now: datetime, as_of: date | None) -> tuple[Board, Guarded]:
    found = standing.read(version, now=now, as_of=as_of)
    return found, guarding.board(found, by=_person(request), now=now, are_named=False)


def _today(now: datetime) -> date:
    return timezone.localtime(now).date()


def _base(plan: int | None) -> str:
    """The address of the board, below which its other pages stand."""
    return reverse("performance:board") if plan is None else reverse("performance:plan_board", args=[plan])


def _past(found: Board) -> dict[str, Any] | None:
    """Of a past day: how many rows were kept, how many are counted again, how many were bound later only."""
    if found.as_of is None:
        return None
    parts = [part for row in found.rows for part in row.parts if part.reading is not None]
    return {
        "day": formats.day(found.as_of),
        "frozen": sum(part.is_frozen and not part.is_bound_later for part in parts),
        "counted": sum(not part.is_frozen and not part.is_bound_later for part in parts),
        "later": sum(part.is_bound_later for part in parts),
        "before": (found.as_of - timedelta(days=1)).isoformat(),
        "after": (found.as_of + timedelta(days=1)).isoformat(),
    }


def _choices(found: Board, chosen: Chosen) -> dict[str, Any]:
    """What the filters can be set to, with how many rows there are of each."""
    places = {(row.place.unit_position, row.place.unit_name): None for row in found.rows}
    projects = {
        (f"{row.place.unit_position}-{row.place.project_position}", row.place.project_name): None for row in found.rows
    }
    statuses = [(each, f"{STATUSES[each].word} ({found.statuses[each]})") for each in STANDINGS]  # type: ignore[index]
    bases = [
        ("measured", _("有证据")),
        ("nothing_occurred", _("无发生")),
        ("reviewed", _("经评议")),
        ("declared", _("填报")),
        ("none", _("还没有依据")),
        (choosing.AWAITED, _("等待办公系统")),
        (choosing.UNBOUND, _("还没有绑定")),
    ]
    classes = {code: wordings.class_title(code) for code in sorted({row.code for row in found.rows if row.code})}
    return {
        "status_options": markup.options(
            [
                ("attention", _("要关注的")),
                ("risk", _("有风险和难以达成")),
                ("on_course", _("达成和有望达成")),
                *statuses,
            ],
            chosen=chosen.status,
        ),
        "unit_options": markup.options([(str(at), name) for at, name in places], chosen=chosen.unit),
        "project_options": markup.options(list(projects), chosen=chosen.project),
        "basis_options": markup.options(bases, chosen=chosen.basis),
        "class_options": markup.options(classes.items(), chosen=chosen.code),
    }
