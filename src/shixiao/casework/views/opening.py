"""Beginning a case: what can be begun, and the form of the opening step."""

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from shixiao.casework import allowing, offices, performing, queries, things, visibility
from shixiao.casework.asking import asked
from shixiao.casework.forms import AGAIN, FIND, Begun
from shixiao.casework.models import Urgency
from shixiao.casework.refusing import Refused
from shixiao.casework.steps import Step, Steps
from shixiao.casework.views import person, refused_page, sharing
from shixiao.casework.views.cases import moment
from shixiao.people.models import Unit
from shixiao.people.wordings import said


@require_safe
def choose(request: HttpRequest) -> HttpResponse:
    """What this person can begin, by office."""
    now, by = timezone.now(), person(request)
    found = []
    for office in offices.installed():
        openings = allowing.openings(by, now=now, tables=office.tables)
        if openings:
            found.append({"office": office, "openings": openings})
    context = {"offices": found, "keeps": sharing.may_look(by, now=now), "trail": [{"title": _("新办"), "address": ""}]}
    return render(request, "casework/choose.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def begin(request: HttpRequest, kind: str, step: str) -> HttpResponse:
    """The form of an opening step; and the opening itself."""
    now = timezone.now()
    table, row = _opening(kind, step)
    unit = _unit(request, row, now=now)
    given = request.POST if request.method == "POST" else None
    units = queries.units_for(row.by, by=person(request), now=now, term=request.POST.get(f"{FIND}unit", ""))
    asks = asked(kind, row, case=None, given=request.POST or request.GET, now=now)
    form = Begun(row, unit=unit, units=queries.options_of(units, chosen=unit), given=given, asked=asks)
    context = _context(table, row, form)
    if request.method != "POST" or AGAIN in request.POST:
        return render(request, "casework/begin.html", context)
    try:
        case = performing.open_case(table.kind, row.name, _told(form, unit, request), by=person(request), now=now)
    except Refused as refused:
        form.refuse(refused)
        return refused_page(request, "casework/begin.html", context, refused)
    words = {"number": case.number, "state": said(table.state(case.state).title)}
    messages.success(request, _("已建立 %(number)s，现在是“%(state)s”。") % words)
    return redirect("casework:case", case.pk)


def _opening(kind: str, step: str) -> tuple[Steps, Step]:
    if not offices.is_known(kind):
        raise Http404
    table = offices.table_of(kind)
    row = table.step(step)
    if row is None or not row.opens:
        raise Http404
    return table, row


def _unit(request: HttpRequest, row: Step, *, now: datetime) -> Unit:
    """The unit that was chosen; else the person's main one, if it is among those where they may; else the first."""
    by = person(request)
    units = queries.units_for(row.by, by=by, now=now)
    wanted = request.POST.get("unit") or request.GET.get("unit") or ""
    if wanted.isascii() and wanted.isdigit() and len(wanted) < 10 and (unit := units.filter(pk=int(wanted)).first()):
        return unit
    main = visibility.held_by(by, now=now).main_unit_id
    unit = (main and units.filter(pk=main).first()) or units.first()
    if unit is None:
        raise PermissionDenied(
            _("您没有办理“%(step)s”的岗位。如需办理，请联系安全管理员。") % {"step": said(row.title)}
        )
    return unit


def _told(form: Begun, unit: Unit, request: HttpRequest) -> performing.Opening:
    urgency = request.POST.get("urgency", "")
    return performing.Opening(
        unit=unit,
        urgency=Urgency(urgency) if urgency in Urgency.values else Urgency.NORMAL,
        happened_at=moment(form.happened_at),
        particulars=form.told(),
    )


def _context(table: Steps, row: Step, form: Begun) -> dict[str, Any]:
    office = offices.office_of(table.kind)
    trail = [
        {"title": said(office.title), "address": reverse("casework:office", args=(office.label,))},
        {"title": said(row.title), "address": ""},
    ]
    return {"table": table, "step": row, "form": form, "office": office, "trail": trail}


@require_safe
def things_found(request: HttpRequest) -> HttpResponse:
    """The options of a long list for the words typed above it: htmx puts them into the select."""
    of = request.GET.get("of", "")
    term = next((str(value) for name, value in request.GET.items() if name.startswith(FIND)), "")[:100]
    now, by = timezone.now(), person(request)
    wanted = request.GET.get("unit", "")
    unit = (
        Unit.objects.filter(pk=int(wanted)).first()
        if wanted.isascii() and wanted.isdigit() and len(wanted) < 10
        else None
    )
    if unit is None or not unit.path.startswith(_everywhere(by, now) or ("-",)):
        raise Http404
    return render(request, "casework/parts/options.html", {"options": things.options(of, unit=unit, term=term).found})


def _everywhere(by: Any, now: datetime) -> tuple[str, ...]:
    """Every unit at which the person has any post with a responsibility."""
    held = visibility.held_by(by, now=now)
    return tuple(path for word in held.words for path in held.paths_for(word))
