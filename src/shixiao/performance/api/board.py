"""Plans, boards and explanations for programs.

Of a restricted register there is no interface (law 9): its rows show the status and a ratio, whoever holds the token. Rows whose cases the
scope of the token leaves out show the status alone.
"""

from collections.abc import Mapping
from datetime import date, datetime
from http import HTTPStatus
from typing import Annotated

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from ninja import Path, Query

from shixiao.casework import simulated, tokens
from shixiao.casework.api.entering import table_for, token_of
from shixiao.casework.api.problems import Problem
from shixiao.casework.api.reading import Paging
from shixiao.casework.api.schemas import LARGEST_ID
from shixiao.casework.refusing import Reason, Refused
from shixiao.engine.bilingual import Text
from shixiao.engine.measures import Measure
from shixiao.ledger import gauges
from shixiao.performance import guarding, outlets, overview, standing, why
from shixiao.performance.api.schemas import OfBoard, OfDay
from shixiao.performance.api.tags import is_known, tag, tagged
from shixiao.performance.guarding import Guarded, Shown
from shixiao.performance.models import PlanVersion
from shixiao.performance.queries import BULKY
from shixiao.performance.standing import Board, Row

CSV = "text/csv"
PlanId = Annotated[int, Path(ge=1, le=LARGEST_ID, description="绩效目标表编号 · id of the plan")]
RowNumber = Annotated[int, Path(ge=1, le=LARGEST_ID, description="行号 · the running number of the row")]


def plans(request: HttpRequest, paging: Query[Paging]) -> HttpResponse:
    """Every plan in its newest version, by id."""
    listed = overview.newest().select_related("plan").defer(*BULKY)
    found = list(listed.filter(plan__gt=paging.after).order_by("plan")[: paging.limit + 1])
    items = [outlets.plan_json(each) for each in found[: paging.limit]]
    return JsonResponse({"items": items, "next": items[-1]["id"] if len(found) > paging.limit else None})


def board(request: HttpRequest, plan: PlanId, wanted: Query[OfBoard]) -> HttpResponse:
    """Where every row of the newest version stands, now or at the end of a past day; JSON in pages, or all of it as CSV.

    The answer carries an `ETag`; whoever sends it as `If-None-Match` gets 304 while nothing behind the board has changed.
    """
    now, version, token = timezone.now(), version_of(plan), token_of(request)
    as_of, is_csv = _day(wanted.as_of, now=now), _is_csv(request, wanted.format)
    # The tag is taken before the board: what comes in between makes the next answer a new one.
    about = (wanted.status, wanted.basis, wanted.after, wanted.limit, is_csv)
    current = tag(timezone.localtime(now).date(), version.pk, as_of, sorted(token.scope.items()), *about)
    if is_known(request, current):
        return tagged(HttpResponse(status=HTTPStatus.NOT_MODIFIED), current)
    found = standing.read(version, now=now, as_of=as_of)
    guarded = _guarded(request, found, now=now)
    rows = [row for row in guarded.rows if _fits(row, wanted)]
    if is_csv:
        return tagged(_csv(found, guarded, rows), current)
    left = [row for row in rows if row.row > wanted.after]
    shown = left[: wanted.limit]
    body = outlets.board_json(found, guarded, shown)
    return tagged(JsonResponse(body | {"next": shown[-1].row if len(left) > len(shown) else None}), current)


def explanation(request: HttpRequest, plan: PlanId, row: RowNumber, wanted: Query[OfDay]) -> HttpResponse:
    """Why a row stands as it does, from the published wording down to the cases; with an `ETag` as the board has one."""
    now, version, token = timezone.now(), version_of(plan), token_of(request)
    as_of = _day(wanted.as_of, now=now)
    current = tag(timezone.localtime(now).date(), version.pk, as_of, sorted(token.scope.items()), "why", row)
    found = standing.read(version, now=now, as_of=as_of, only=[row])
    if not found.rows:
        raise Problem("unknown")
    measures = _measures(now)
    for shown in guarding.board(found, by=None, now=now, are_named=False).parts(found.rows[0]):
        for kind in _open_kinds(shown, measures):
            table_for(request, kind, tokens.READ)
    if is_known(request, current):
        return tagged(HttpResponse(status=HTTPStatus.NOT_MODIFIED), current)
    told = why.explain(found.rows[0], by=None, now=now, as_of=found.as_of)
    return tagged(JsonResponse(why.as_json(told)), current)


# ---- what was asked --------------------------------------------------------------------------------------------


def version_of(plan: int) -> PlanVersion:
    """The newest version of a plan. Raises `Problem` where there is none."""
    found = overview.newest().select_related("plan").defer(*BULKY).filter(plan=plan).first()
    if found is None:
        raise Problem("unknown")
    return found


def _day(said: str | None, *, now: datetime) -> date | None:
    """The past day; None is now. Raises `Refused` for a day that is none or has not come."""
    if said is None:
        return None
    today = timezone.localtime(now).date()
    try:
        day = date.fromisoformat(said)
    except ValueError:
        day = None
    if day is None or not date(1990, 1, 1) <= day <= today:
        text = Text(
            f"as_of 要写今天或以前的日期，“{said}”不是。", f"`as_of` is a day up to today, which {said!r} is not."
        )
        raise Refused(text, reason=Reason.INVALID, field="as_of")
    return day if day < today else None


def _is_csv(request: HttpRequest, said: str | None) -> bool:
    if said is not None:
        return said == "csv"
    accepted = [each.partition(";")[0].strip() for each in request.headers.get("Accept", "").split(",")]
    return CSV in accepted and "application/json" not in accepted[: accepted.index(CSV)]


def _fits(row: Row, wanted: OfBoard) -> bool:
    is_standing = wanted.status is None or row.status.value == wanted.status
    return is_standing and (wanted.basis is None or row.basis == wanted.basis)


# ---- what the token may see ------------------------------------------------------------------------------------


def _guarded(request: HttpRequest, found: Board, *, now: datetime) -> Guarded:
    token = token_of(request)
    may = {table.kind for table in tokens.open_tables() if tokens.allows(token, table.kind, tokens.READ)}
    guarded, measures = guarding.board(found, by=None, now=now, are_named=False), _measures(now)
    note = _("令牌的范围不包括这些事项：只显示状态。")
    return outlets.withheld(guarded, lambda shown: not may.issuperset(_open_kinds(shown, measures)), note)


def _measures(now: datetime) -> Mapping[int, Measure]:
    """The measure of each gauge in use: what it looks at needs no words, and so no statement."""
    return {each.id: each.measure for each in gauges.current(now).gauges}


def _open_kinds(shown: Shown, measures: Mapping[int, Measure]) -> list[str]:
    """The kinds of case behind a part that programs may know of: those of its value and of the second figure."""
    bound = shown.part.bound
    if bound is None:
        return []
    known = {table.kind for table in tokens.open_tables()}
    used = [measures[gauge] for gauge in (bound.gauge, bound.against) if gauge is not None and gauge in measures]
    kinds = [kind for measure in used for kind in measure.of] + list(bound.kinds)
    return [kind for kind in dict.fromkeys(kinds) if kind in known]


def _csv(found: Board, guarded: Guarded, rows: list[Row]) -> HttpResponse:
    response = HttpResponse(outlets.board_csv(found, guarded, rows), content_type=f"{CSV}; charset=utf-8")
    name = simulated.file_name(f"board-{found.version.plan_id}-{found.day.isoformat()}.csv")
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
