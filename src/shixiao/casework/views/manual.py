"""The manual in the browser: an office, its kinds of case, states, steps, deadlines."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.safestring import mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from shixiao.casework import diagrams, limits, manual, offices
from shixiao.casework.models import Urgency
from shixiao.casework.views.lists import office_named
from shixiao.people.wordings import said


@require_safe
def contents(request: HttpRequest) -> HttpResponse:
    """Every office with its kinds of case."""
    context = {"offices": offices.desks(), "trail": [{"title": _("办事手册"), "address": ""}]}
    return render(request, "casework/manual_contents.html", context)


@require_safe
def show(request: HttpRequest, label: str, kind: str = "") -> HttpResponse:
    """One kind of case: for everybody who is signed in, since it says how, and nothing of any case."""
    office = office_named(label)
    table = next((table for table in office.tables if table.kind == kind), None) if kind else office.tables[0]
    if table is None:
        raise Http404
    language = get_language() or "zh-hans"
    in_force = limits.rules_of(table.kind)
    context = {
        "office": office,
        "table": table,
        # Drawn from the step table, whose words come with the program and are escaped there.
        "diagram": mark_safe(diagrams.svg(table, language=language)),  # noqa: S308
        "steps": manual.steps_of(table, office.limits),
        "limits": [(each, dict(Urgency.choices).get(each.urgency, "")) for each in manual.limits_of(table, in_force)],
        "trail": [
            {"title": _("办事手册"), "address": reverse("casework:manual_contents")},
            {"title": said(office.title), "address": ""},
        ],
    }
    return render(request, "casework/manual.html", context)
