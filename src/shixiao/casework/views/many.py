"""One step on several cases that were ticked in a list."""

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from shixiao.casework import offices, performing, rows, saving, visibility
from shixiao.casework.asking import asked
from shixiao.casework.forms import AGAIN, Told
from shixiao.casework.models import Case
from shixiao.casework.refusing import Refused
from shixiao.casework.steps import Step, Steps
from shixiao.casework.views import person, refused_page
from shixiao.casework.views.cases import kind_in_trail, moment
from shixiao.people.wordings import said

MOST = 500


@require_http_methods(["GET", "HEAD", "POST"])
def many(request: HttpRequest) -> HttpResponse:
    """The form of the step, with the cases it is for; and the step on all of them, or on none."""
    now = timezone.now()
    given = request.POST if request.method == "POST" else request.GET
    table, step = _step(given.get("step", ""))
    cases = _cases(given, request, table, now=now)
    if not cases:
        messages.info(request, _("请先勾选要一起办理的事项，都要是“%(kind)s”。") % {"kind": said(table.title)})
        return redirect(f"{reverse('casework:office', args=(offices.office_of(table.kind).label,))}?kind={table.kind}")
    units = {case.unit_id: case.unit for case in cases}
    unit = next(iter(units.values())) if len(units) == 1 else None
    asks = asked(table.kind, step, case=cases[0] if len(cases) == 1 else None, given=given, now=now)
    form = Told(step, unit=unit, given=request.POST if request.method == "POST" else None, asked=asks)
    context = _context(table, step, cases, form, now=now)
    if saving.is_list(given.get("back", "")):
        context["back"] = given["back"]
    if request.method != "POST" or AGAIN in request.POST:
        return render(request, "casework/many.html", context)
    try:
        done = performing.perform_many(
            cases, step.name, by=person(request), now=now, happened_at=moment(form.happened_at), **form.told()
        )
    except Refused as refused:
        form.refuse(refused)
        if refused.row is not None and len(cases) > 1:
            context["culprit"] = cases[refused.row]
        return refused_page(request, "casework/many.html", context, refused)
    words = {"n": len(done), "step": said(step.title)}
    messages.success(request, ngettext("%(n)s 件已办理“%(step)s”。", "%(n)s 件已办理“%(step)s”。", len(done)) % words)
    return redirect(context["back"])


def _step(text: str) -> tuple[Steps, Step]:
    kind, _slash, name = text.partition("/")
    if not offices.is_known(kind):
        raise Http404
    table = offices.table_of(kind)
    step = table.step(name)
    if step is None or step.opens:
        raise Http404
    return table, step


def _cases(given: QueryDict, request: HttpRequest, table: Steps, *, now: datetime) -> list[Case]:
    """Those of the ticked cases that are of this kind and that the person sees, in the order of the list."""
    keys = [int(key) for key in given.getlist("case")[:MOST] if key.isascii() and key.isdigit() and len(key) < 19]
    rows_ = Case.objects.filter(pk__in=keys, kind=table.kind).select_related("unit", "project", "lead")
    by = person(request)
    held = visibility.held_by(by, now=now)
    seen = visibility.places(table, held) or ("-",)
    is_mine = not table.is_restricted
    found = {c.pk: c for c in rows_ if c.unit.path.startswith(seen) or (is_mine and c.lead_id == by.pk)}
    return [found[key] for key in dict.fromkeys(keys) if key in found]


def _context(table: Steps, step: Step, cases: list[Case], form: Told, *, now: datetime) -> dict[str, Any]:
    office = offices.office_of(table.kind)
    address = reverse("casework:office", args=(office.label,))
    trail = [
        {"title": said(office.title), "address": address},
        *kind_in_trail(office, table),
        {"title": said(step.title), "address": ""},
    ]
    return {
        "table": table,
        "step": step,
        "cases": cases,
        "rows": rows.rows_of(cases, now=now),
        "form": form,
        "back": f"{address}?kind={table.kind}",
        "trail": trail,
    }
