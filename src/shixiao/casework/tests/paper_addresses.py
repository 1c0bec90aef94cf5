"""Addresses for the tests of tags, remarks and files: theirs, and places for what they lead back to."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.template import engines
from django.urls import include, path

from shixiao.casework.models import Case

PARTS = (
    '{% extends "casework/base.html" %}{% block content %}<h1>{{ case.title }}</h1>'
    '{% include "casework/parts/tags.html" %}{% include "casework/parts/remarks.html" %}'
    '{% include "casework/parts/attachments.html" %}{% endblock %}'
)


def case_page(request: HttpRequest, case: int) -> HttpResponse:
    """The three parts as the page of a case includes them."""
    found = get_object_or_404(Case, pk=case)
    return HttpResponse(engines["django"].from_string(PARTS).render({"case": found}, request))


def elsewhere(request: HttpRequest) -> HttpResponse:
    """Any other page."""
    return HttpResponse()


_casework = (
    [
        path("", include("shixiao.casework.paper_urls")),
        path("cases/search/", elsewhere, name="search"),
        path("cases/<int:case>/", case_page, name="case"),
    ],
    "casework",
)
urlpatterns = [
    path("", include(_casework)),
    path("", include("shixiao.people.urls")),
]
handler400 = "shixiao.ui.views.bad_request"
