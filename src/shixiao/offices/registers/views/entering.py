"""Entering by form: the fields of the register, in order, with its files; the next one right after it."""

from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from shixiao.casework import attaching, offices, performing, queries
from shixiao.casework.asking import asked
from shixiao.casework.forms import AGAIN
from shixiao.casework.models import Case, Project
from shixiao.casework.refusing import Refused
from shixiao.casework.steps import Step, Steps
from shixiao.casework.uploads import Arrived, streamed
from shixiao.casework.views import person, refused_page
from shixiao.casework.views.cases import moment
from shixiao.offices.registers.fields import Sort
from shixiao.offices.registers.forms import EntryForm, projects_for
from shixiao.offices.registers.models import Register
from shixiao.offices.registers.steps import ENTRY, RESTRICTED_ENTRY
from shixiao.offices.registers.views import entering_units, frame, opened, trail
from shixiao.people.models import Unit
from shixiao.people.wordings import said

STEPS = {False: ("enter", "plan"), True: ("receive",)}


def _may(request: HttpRequest, code: str, step: str) -> None:
    """Before a byte of a file is read: the register is there for this person, and it is theirs to enter."""
    _register_for(request, code, step)


def _register_for(request: HttpRequest, code: str, step: str) -> tuple[Register, list[Unit]]:
    now = timezone.now()
    register = opened(request, code, now=now)
    if step not in STEPS[register.is_restricted] or register.retired_on is not None:
        raise Http404
    units = entering_units(register, by=person(request), now=now)
    if not units:
        raise PermissionDenied(_("您没有登记这个台账的岗位。如需办理，请联系安全管理员。"))
    return register, units


@streamed(limit=attaching.size_limit, first=_may)
@require_http_methods(["GET", "HEAD", "POST"])
def begin(request: HttpRequest, code: str, step: str) -> HttpResponse:
    """The form of an entry; and the entry itself, with its files in one transaction."""
    now = timezone.now()
    register, units = _register_for(request, code, step)
    given = request.POST if request.method == "POST" else None
    unit = _unit(units, given or request.GET)
    table = offices.table_of(RESTRICTED_ENTRY if register.is_restricted else ENTRY)
    row = table.step(step)
    assert row is not None  # noqa: S101 — STEPS names steps of these tables
    version = register.current
    files = [each for each in version.typed_fields if each.sort is Sort.ATTACHMENT] if step == "enter" else []
    asks = asked(table.kind, row, case=None, given={"register": register.code}, now=now)
    form = EntryForm(
        row,
        unit=unit,
        units=queries.options_of(Unit.objects.filter(pk__in=[each.pk for each in units]).order_by("path"), chosen=unit),
        given=given,
        asked=asks,
        files=files,
        now=now,
    )
    context = frame(request, register, now=now, here="new") | {
        "form": form,
        "step": row,
        "today": timezone.localtime(now).date().isoformat(),
        "yesterday": (timezone.localtime(now).date() - timedelta(days=1)).isoformat(),
        "trail": trail(register, (said(row.title), "")),
    }
    if request.method != "POST" or AGAIN in request.POST:
        return render(request, "registers/begin.html", context)
    try:
        case = _open(request, register, table, row, form, unit)
    except Refused as refused:
        form.refuse(refused)
        return refused_page(request, "registers/begin.html", context, refused)
    return _on(request, register, step, case, table)


def _unit(units: list[Unit], given: QueryDict) -> Unit:
    return next((each for each in units if str(each.pk) == given.get("unit")), units[0])


def _open(request: HttpRequest, register: Register, table: Steps, row: Step, form: EntryForm, unit: Unit) -> Case:
    """Files are kept before the case speaks of them; all of it stands or falls together."""
    now, by = timezone.now(), person(request)
    incoming = getattr(request, "incoming", None)
    if incoming is not None and incoming.refused:
        raise incoming.refused
    told: dict[str, Any] = {**form.told(), "register": register.code}
    arrived = _arrived(request, form)
    values = {**told.get("values", {}), **{code: file.draft.sha256 for code, file in arrived.items()}}
    told |= {"values": values} if values else {}
    opening = performing.Opening(
        unit=unit, project=_project(request, unit), happened_at=moment(form.happened_at), particulars=told
    )

    def attach(cases: Any) -> None:
        for file in {file.draft.sha256: file for file in arrived.values()}.values():
            attaching.attach(cases[0], file.draft, name=file.name or "", by=by, now=now)

    return performing.open_case(table.kind, row.name, opening, by=by, now=now, also=attach if arrived else None)


def _arrived(request: HttpRequest, form: EntryForm) -> dict[str, Arrived]:
    """The file of each field: the one that was chosen, or the photo that was taken."""
    found = {}
    for each in form.wanted:
        files = [*request.FILES.getlist(each.key), *request.FILES.getlist(f"{each.key}.photo")]
        if several := [file for file in files if isinstance(file, Arrived)]:
            found[each.code] = several[0]
    return found


def _project(request: HttpRequest, unit: Unit) -> Project | None:
    key = request.POST.get("project", "")
    if not (key.isascii() and key.isdigit() and len(key) < 10):
        return None
    return projects_for(unit, now=timezone.now()).filter(pk=int(key)).first()


def _on(request: HttpRequest, register: Register, step: str, case: Case, table: Steps) -> HttpResponse:
    words = {"number": case.number, "title": case.title, "state": said(table.state(case.state).title)}
    messages.success(request, _("%(number)s %(title)s，现在是“%(state)s”。") % words)
    if request.POST.get("next") == "another":
        return redirect(f"{reverse('registers:begin', args=(register.code, step))}?unit={case.unit_id}")
    return redirect("registers:table", register.code)
