"""Lists: of an office, and what is to do."""

from datetime import datetime
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe
from django.views.decorators.vary import vary_on_headers

from shixiao.casework import deadlines, listing, offices, rows, visibility
from shixiao.casework.filters import CLOSED, OPEN, SOON_IS, Filters
from shixiao.casework.models import Project, SavedFilter, Urgency
from shixiao.casework.steps import Steps
from shixiao.casework.views import is_part, person, phone
from shixiao.people.models import User
from shixiao.people.wordings import said
from shixiao.ui import formats

MOST_PROJECTS = 200


def office_named(label: str) -> offices.Desk:
    """The installed office, or another room with cases; 404 where there is none."""
    found = next((office for office in offices.desks() if office.label == label), None)
    if found is None:
        raise Http404
    return found


def table_for(office: offices.Desk, kind: str, *, by: User, now: datetime) -> tuple[Steps | None, tuple[Steps, ...]]:
    """The kind that the address names, or the first that the person sees; and all that they see."""
    seen = visibility.seen_tables(office.tables, visibility.held_by(by, now=now))
    return next((table for table in seen if table.kind == kind), seen[0] if seen else None), seen


@require_safe
@vary_on_headers("HX-Request")
def office(request: HttpRequest, label: str) -> HttpResponse:
    """The cases of an office, one kind at a time, as the address says. htmx asks for the table alone."""
    now, by, filters = timezone.now(), person(request), Filters.of(request.GET.dict())
    here = office_named(label)
    table, tables = table_for(here, filters.kind, by=by, now=now)
    context: dict[str, Any] = {
        "here": request.get_full_path(),
        "office": here,
        "tables": tables,
        "table": table,
        "filters": filters,
    }
    context |= {"trail": [{"title": said(here.title), "address": ""}]}
    if table is None:
        return render(request, "casework/no_post.html", context)
    sight = listing.sight(table, by=by, now=now)
    page = listing.of_office(table, filters, seen=sight, by=by, now=now)
    context |= {
        "page": page,
        "rows": rows.rows_of(page.cases, now=now, details=listing.details_of(table.kind, page.cases)),
        "columns": rows.heads_of(table.kind),
        "many": listing.steps_for_many([table], by=by, now=now),
        "next": filters.address(after=page.after) if page.after else "",
    }
    if is_part(request):
        return render(request, "casework/parts/list.html", context)
    return render(request, "casework/office.html", context | _choices(request, table, filters, sight, now=now))


def _choices(
    request: HttpRequest, table: Steps, filters: Filters, sight: listing.Sight, *, now: datetime
) -> dict[str, Any]:
    """What the filters can be set to."""
    by = person(request)
    projects = Project.objects.filter(visibility.below(sight.paths)).order_by("name", "id")[:MOST_PROJECTS]
    states = [(OPEN, _("未办结")), (CLOSED, _("已办结")), *((state.name, said(state.title)) for state in table.states)]
    return {
        "states": states,
        "units": [(str(unit.pk), "　" * (unit.depth - sight.units[0].depth) + str(unit)) for unit in sight.units],
        "projects": [(str(project.pk), project.name) for project in projects],
        "leads": [("me", _("我主办的")), ("nobody", _("未指定"))],
        "dues": [("overdue", _("超期")), ("soon", _("临期")), ("none", _("无时限"))],
        "urgencies": Urgency.choices,
        "sorts": [("", _("新的在前")), ("limit", _("快到期的在前"))],
        "saved": SavedFilter.objects.filter(user=by).order_by("name"),
        "openings": [step for step in table.opening if step.by in visibility.held_by(by, now=now).words],
    }


# ---- to-do -----------------------------------------------------------------------------------------------------


@require_safe
@vary_on_headers("HX-Request")
def todo(request: HttpRequest) -> HttpResponse:
    """What is to do: mine by limit, then what waits for a post of mine. With a filter or on a later page: mine alone."""
    now, by, filters = timezone.now(), person(request), Filters.of(request.GET.dict())
    is_first = not filters.due and not filters.after
    page = listing.mine(filters, by=by, now=now)
    tables = offices.tables()
    context: dict[str, Any] = {
        "here": request.get_full_path(),
        "filters": filters,
        "page": page,
        "rows": rows.rows_of(page.cases, now=now),
        "next": filters.address(after=page.after) if page.after else "",
        "many": listing.steps_for_many(tables, by=by, now=now),
        "is_first": is_first,
        "phone_page": phone.first_page(by, now=now),
        "sentence": _sentence(page, now=now),
    }
    if is_first:
        waits = listing.waiting(tables, by=by, now=now)
        context |= {
            "waiting": waits,
            "waiting_rows": rows.rows_of(waits.cases, now=now),
            "assisted": rows.rows_of(listing.assisted(by=by, now=now), now=now),
        }
    return render(request, "casework/todo.html", context)


def _sentence(page: listing.Page, *, now: datetime) -> list[tuple[str, str]]:
    """The first line, as parts with the address each leads to: how many are overdue and since when, how many come soon."""
    timed = [case for case in page.cases if case.limit_at is not None]
    late = [case for case in timed if case.limit_at <= now]  # type: ignore[operator]
    soon = [case for case in timed if now < case.limit_at <= now + SOON_IS]  # type: ignore[operator]
    more = "+" if page.after and len(late) == len(page.cases) else ""
    parts = []
    if late:
        first = late[0]
        text = ngettext("%(n)s 件超期", "%(n)s 件超期", len(late)) % {"n": f"{len(late)}{more}"}
        parts.append((text, "?due=overdue"))
        day = formats.day(deadlines.last_moment(first.limit_at))  # type: ignore[arg-type]
        parts.append((_("最早的一件 %(day)s到期") % {"day": day}, reverse("casework:case", args=(first.pk,))))
    if soon:
        text = ngettext("%(n)s 件三天内到期", "%(n)s 件三天内到期", len(soon)) % {"n": len(soon)}
        parts.append((text, "?due=soon"))
    return parts
