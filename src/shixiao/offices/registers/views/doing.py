"""What a register's pages do besides entering: ask for a nil return, take a list away as a file."""

from typing import Any

from django.contrib import messages
from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from shixiao import casework
from shixiao.casework import simulated
from shixiao.casework.refusing import Refused
from shixiao.casework.views import person
from shixiao.casework.views.exporting import XLSX
from shixiao.offices.registers import sheets_out
from shixiao.offices.registers.listing import View
from shixiao.offices.registers.steps import NIL_RETURN, RESTRICTED_NIL_RETURN
from shixiao.offices.registers.views import entering_units, opened
from shixiao.people.wordings import said


@require_POST
def ask_nil_return(request: HttpRequest, code: str) -> HttpResponse:
    """Somebody is to say of a month whether nothing occurred."""
    now = timezone.now()
    register, by = opened(request, code, now=now), person(request)
    units = entering_units(register, by=by, now=now)
    unit = next(
        (each for each in units if str(each.pk) == request.POST.get("unit")), units[0] if units else register.unit
    )
    told: dict[str, Any] = {"register": register.code, "period": request.POST.get("period", "")[:20]}
    kind = RESTRICTED_NIL_RETURN if register.is_restricted else NIL_RETURN
    try:
        case = casework.open_case(kind, "ask", casework.Opening(unit=unit, particulars=told), by=by, now=now)
    except Refused as refused:
        messages.error(request, said(refused.text))
        return redirect("registers:nil_returns", register.code)
    messages.success(request, _("已安排 %(title)s。") % {"title": case.title})
    return redirect("casework:case", case.pk)


@require_POST
def export(request: HttpRequest, code: str) -> HttpResponseBase:
    """The entries that the address describes, as XLSX. POST, since it leaves an event."""
    now = timezone.now()
    register, by = opened(request, code, now=now), person(request)
    view = View.of(request.GET.dict())
    try:
        file = sheets_out.export(register, view, by=by, now=now)
    except Refused as refused:
        messages.error(request, said(refused.text))
        return redirect("registers:table", register.code)
    name = simulated.file_name(f"{register.code}-{timezone.localtime(now):%Y%m%d-%H%M}.xlsx")
    return FileResponse(file, as_attachment=True, filename=name, content_type=XLSX)
