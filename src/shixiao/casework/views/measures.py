"""Measures in the browser: what each counts, for everybody who is signed in, since it says how, and nothing of any case."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from shixiao.casework import definitions, offices


@require_safe
def contents(request: HttpRequest) -> HttpResponse:
    """Every measure of every office."""
    found = [(office, definitions.of_office(office)) for office in offices.installed()]
    context = {
        "offices": [(office, several) for office, several in found if several],
        "trail": [{"title": _("度量口径"), "address": ""}],
    }
    return render(request, "casework/measures.html", context)


@require_safe
def show(request: HttpRequest, name: str) -> HttpResponse:
    """One measure: its definition, as an auditor reads it."""
    measure = definitions.named(name)
    if measure is None:
        raise Http404
    context = {"measure": measure, "trail": [{"title": _("度量口径"), "address": reverse("casework:measures")}]}
    return render(request, "casework/measure.html", context)
