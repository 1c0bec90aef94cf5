"""What programs can look at."""

from typing import Annotated, Any, Literal

from django.db.models import Prefetch, QuerySet
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from ninja import Path, Query, Schema
from pydantic import ConfigDict, Field

from shixiao.casework import offices, tokens, visibility
from shixiao.casework.api import answers
from shixiao.casework.api.entering import case_asked_for, table_for, token_of
from shixiao.casework.api.problems import Problem
from shixiao.casework.api.schemas import LARGEST_ID
from shixiao.casework.evidence import scoping
from shixiao.casework.models import Case, Project
from shixiao.casework.performing import events_of
from shixiao.casework.steps import Steps
from shixiao.people.models import Unit

MOST_ITEMS = 200
CaseName = Annotated[
    str,
    Path(
        min_length=1,
        max_length=40,
        description="编号或数字 id · the number of the case, or its id",
        pattern=r"^[^/\x00-\x20]+$",
    ),
]
_Id = Annotated[int, Field(ge=1, le=LARGEST_ID)]


class Paging(Schema):
    """Which part of a list."""

    model_config = ConfigDict(extra="forbid")
    after: Annotated[int, Field(ge=0, le=LARGEST_ID)] = 0
    limit: Annotated[int, Field(ge=1, le=MOST_ITEMS)] = 50


class CaseFilters(Schema):
    """Which cases; all that are given must hold. `unit` includes the units below it."""

    model_config = ConfigDict(extra="forbid")
    kind: Annotated[str, Field(min_length=1, max_length=64)] = None  # type: ignore[assignment]
    state: Annotated[str, Field(min_length=1, max_length=32, pattern=r"^[a-z_]+$")] = None  # type: ignore[assignment]
    unit: _Id = None  # type: ignore[assignment]
    project: _Id = None  # type: ignore[assignment]
    lead: _Id = None  # type: ignore[assignment]
    only: Literal["open", "closed", "overdue"] = None  # type: ignore[assignment]
    before: _Id = None  # type: ignore[assignment]
    limit: Annotated[int, Field(ge=1, le=MOST_ITEMS)] = 50


# ---- kinds -----------------------------------------------------------------------------------------------------


def kinds(request: HttpRequest) -> HttpResponse:
    """Every kind of case, and what the scope of this token lets it do there."""
    token = token_of(request)
    items = [answers.kind_out(table, may=_may(token, table)) for table in tokens.open_tables()]
    return JsonResponse({"items": items})


def kind(request: HttpRequest, kind: Annotated[str, Path(min_length=1, max_length=64)]) -> HttpResponse:
    """A kind of case with its step table: states, steps, and the JSON Schema of what each step is told."""
    if not offices.is_known(kind) or (table := offices.table_of(kind)).is_restricted:
        raise Problem("unknown")
    return JsonResponse(answers.whole_kind_out(table, may=_may(token_of(request), table)))


def _may(token: Any, table: Steps) -> str:
    rights = (tokens.WRITE, tokens.READ)
    return next((right for right in rights if tokens.allows(token, table.kind, right)), "none")


# ---- cases -----------------------------------------------------------------------------------------------------


def cases(request: HttpRequest, filters: Query[CaseFilters]) -> HttpResponse:
    """Cases that the person behind the token may see, the youngest first."""
    token, now = token_of(request), timezone.now()
    wanted = [table for table in tokens.open_tables() if tokens.allows(token, table.kind, tokens.READ)]
    if filters.kind is not None:
        wanted = [table_for(request, filters.kind, tokens.READ)]
    rows = _filtered(Case.objects.filter(visibility.seen_by(token.user, tables=wanted, now=now)), filters, now=now)
    found = list(rows.select_related("unit").order_by("-pk")[: filters.limit + 1])
    tables = {table.kind: table for table in wanted}
    items = [answers.case_out(case, tables[case.kind], by=token.user, now=now) for case in found[: filters.limit]]
    return JsonResponse({"items": items, "next": items[-1]["id"] if len(found) > filters.limit else None})


def _filtered(rows: QuerySet[Case], filters: CaseFilters, *, now: Any) -> QuerySet[Case]:
    if filters.unit is not None:
        unit = Unit.objects.filter(pk=filters.unit).first() if filters.unit < 2**31 else None
        rows = rows.filter(unit__in=Unit.objects.within(unit)) if unit else rows.none()
    exact = {"kind": filters.kind, "state": filters.state, "project": filters.project, "lead": filters.lead}
    rows = rows.filter(**{name: value for name, value in exact.items() if value is not None})
    if filters.before is not None:
        rows = rows.filter(pk__lt=filters.before)
    match filters.only:
        case "open":
            rows = rows.filter(closed_at=None)
        case "closed":
            rows = rows.exclude(closed_at=None)
        case "overdue":
            rows = rows.filter(closed_at=None, limit_at__lte=now)
    return rows


def one_case(request: HttpRequest, case: CaseName) -> HttpResponse:
    """A case with its deadlines, what its office keeps beside it, and what this token's person can do with it now."""
    found, table = visible_case(request)
    detail = offices.detail_of(found.kind)
    row = detail._default_manager.filter(pk=found.pk).first() if detail else None
    body = answers.case_out(found, table, by=token_of(request).user, now=timezone.now())
    body["limits"] = [answers.limit_out(each) for each in found.deadlines.all()]
    body["details"] = answers.detail_out(row)
    return JsonResponse(body)


def events(request: HttpRequest, case: CaseName, paging: Query[Paging]) -> HttpResponse:
    """What happened to a case, the oldest first."""
    found, _table = visible_case(request)
    rows = events_of(found).filter(pk__gt=paging.after).prefetch_related(Prefetch("words"))
    return _page(list(rows[: paging.limit + 1]), paging.limit, answers.event_out)


def visible_case(request: HttpRequest) -> tuple[Case, Steps]:
    """The case in the address with its step table. Raises `Problem`; one that may not be seen is as unknown as none."""
    id_, kind = case_asked_for(request)
    table = table_for(request, kind, tokens.READ)
    found = Case.objects.select_related("unit").get(pk=id_)
    if not visibility.can_see(found, by=token_of(request).user, now=timezone.now()):
        raise Problem("unknown")
    return found, table


# ---- what offices share ----------------------------------------------------------------------------------------


def units(request: HttpRequest, paging: Query[Paging]) -> HttpResponse:
    """Every unit, by id."""
    after = min(paging.after, 2**31 - 1)
    rows = Unit.objects.filter(pk__gt=after).order_by("pk")[: paging.limit + 1]
    return _page(list(rows), paging.limit, _unit_out)


def _unit_out(unit: Unit) -> dict[str, Any]:
    names = ("id", "name", "code", "since", "until")
    return {name: getattr(unit, name) for name in names} | {"parent": unit.parent_id}


def projects(request: HttpRequest, paging: Query[Paging]) -> HttpResponse:
    """The projects that this person knows of, by id."""
    known = scoping.known_projects(by=token_of(request).user, now=timezone.now())
    rows = Project.objects.filter(known, pk__gt=paging.after).order_by("pk")[: paging.limit + 1]
    return _page(list(rows), paging.limit, _project_out)


def _project_out(project: Project) -> dict[str, Any]:
    names = ("id", "name", "code", "since_year", "until_year")
    return {name: getattr(project, name) for name in names} | {"unit": project.unit_id}


def _page(rows: list[Any], limit: int, shown: Any) -> HttpResponse:
    items = [shown(row) for row in rows[:limit]]
    return JsonResponse({"items": items, "next": items[-1]["id"] if len(rows) > limit else None})
