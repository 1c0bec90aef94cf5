"""One case: its page, and its steps."""

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe
from django.views.decorators.vary import vary_on_headers

from shixiao.casework import allowing, offices, performing, queries
from shixiao.casework.asking import asked
from shixiao.casework.forms import AGAIN, Told
from shixiao.casework.models import Case
from shixiao.casework.particulars import instant
from shixiao.casework.refusing import Refused
from shixiao.casework.steps import Step, Steps
from shixiao.casework.views import is_about_the_case, is_part, person, refused_page
from shixiao.engine.bilingual import Text
from shixiao.people.wordings import said

HAPPENED_AT = instant("happened_at", Text("发生时间", "The time"), is_required=False)


@require_safe
def show(request: HttpRequest, case: int) -> HttpResponse:
    """The page of a case."""
    now, by = timezone.now(), person(request)
    found = queries.case_of(case, by=by, now=now)
    return render(request, "casework/case.html", _context(request, found, now=now))


@require_http_methods(["GET", "HEAD", "POST"])
@vary_on_headers("HX-Request")
def step(request: HttpRequest, case: int, step: str) -> HttpResponse:
    """The form of one step, on the page of its case; and the step itself."""
    now, by = timezone.now(), person(request)
    found = queries.case_of(case, by=by, now=now)
    row = offices.table_of(found.kind).step(step)
    if row is None or row.opens:
        raise Http404
    if request.method == "POST":
        return _take(request, found, row, now=now)
    if row not in allowing.buttons(found, by=by, now=now):
        messages.info(request, _("“%(step)s”现在不能办理。") % {"step": said(row.title)})
        return redirect("casework:case", found.pk)
    form = Told(row, unit=found.unit, asked=asked(found.kind, row, case=found, given=request.GET, now=now))
    if is_part(request):
        return render(request, "casework/parts/step.html", {"form": form, "step": row, "case": found})
    return render(request, "casework/case.html", _context(request, found, now=now, form=form, step=row))


def _take(request: HttpRequest, found: Case, row: Step, *, now: datetime) -> HttpResponse:
    asks = asked(found.kind, row, case=found, given=request.POST, now=now)
    form = Told(row, unit=found.unit, given=request.POST, asked=asks)
    if AGAIN in request.POST:
        return render(request, "casework/case.html", _context(request, found, now=now, form=form, step=row))
    try:
        done = performing.perform(
            found,
            row.name,
            by=person(request),
            now=now,
            happened_at=moment(form.happened_at),
            seen=seen(request),
            **form.told(),
        )
    except Refused as refused:
        fresh = queries.case_of(found.pk, by=person(request), now=now)
        context = _context(request, fresh, now=now, form=form, step=row)
        if is_about_the_case(refused) and row not in context["page"].buttons:
            context |= {"overtaken": refused.text}
        else:
            form.refuse(refused)
        return refused_page(request, "casework/case.html", context, refused)
    table = offices.table_of(done.kind)
    words = {"step": said(row.title), "number": done.number, "state": said(table.state(done.state).title)}
    messages.success(request, _("%(number)s 已办理“%(step)s”，现在是“%(state)s”。") % words)
    return redirect("casework:case", done.pk)


def step_page(request: HttpRequest, case: Case, row: Step, form: Told, *, now: datetime) -> dict[str, Any]:
    """What the page of a case shows with the form of one of its steps, for other views that take it."""
    return _context(request, case, now=now, form=form, step=row)


def moment(typed: str) -> datetime | None:
    """When it happened; None for now. Raises `Refused`."""
    found: datetime | None = HAPPENED_AT.read(typed, zone=performing.zone())
    return found


def seen(request: HttpRequest) -> int | None:
    """The revision of the case that the person was looking at."""
    text = request.POST.get("seen", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None


def _event(request: HttpRequest) -> int | None:
    """The event that the address wants to be shown, however old."""
    text = request.GET.get("event", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else None


def _context(
    request: HttpRequest, case: Case, *, now: datetime, form: Told | None = None, step: Step | None = None
) -> dict[str, Any]:
    page = queries.case_page(case, by=person(request), now=now, is_whole="all" in request.GET, event=_event(request))
    office_address = reverse("casework:office", args=(page.office.label,))
    trail = [
        {"title": said(page.office.title), "address": office_address},
        *kind_in_trail(page.office, page.table),
        {"title": case.number, "address": ""},
    ]
    return {"page": page, "case": case, "form": form, "step": step, "now": now, "trail": trail}


def kind_in_trail(office: offices.Desk, table: Steps) -> list[dict[str, str]]:
    """The kind of case in the way to it, unless it is called as its office."""
    if said(table.title) == said(office.title):
        return []
    address = reverse("casework:office", args=(office.label,))
    return [{"title": said(table.title), "address": f"{address}?kind={table.kind}"}]
