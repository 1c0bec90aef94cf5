"""A list as a file."""

from django.contrib import messages
from django.http import FileResponse, Http404, HttpRequest, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from shixiao.casework import exporting, simulated
from shixiao.casework.filters import Filters
from shixiao.casework.refusing import Refused
from shixiao.casework.views import person
from shixiao.casework.views.lists import office_named, table_for
from shixiao.people.wordings import said

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@require_POST
def export(request: HttpRequest, label: str) -> HttpResponseBase:
    """The list that the address describes, as XLSX. POST, since it leaves an event."""
    now, by, filters = timezone.now(), person(request), Filters.of(request.GET.dict())
    table, _tables = table_for(office_named(label), filters.kind, by=by, now=now)
    if table is None:
        raise Http404
    try:
        file, _count = exporting.export(table, filters, by=by, now=now)
    except Refused as refused:
        messages.error(request, said(refused.text))
        return redirect(f"{reverse('casework:office', args=(label,))}?{filters.plain}")
    name = simulated.file_name(f"{table.kind}-{timezone.localtime(now):%Y%m%d-%H%M}.xlsx")
    return FileResponse(file, as_attachment=True, filename=name, content_type=XLSX)
