"""Addresses for programs below `/api/v1/`, and the pages about them."""

from django.urls import include, path

from shixiao.casework.api import pages
from shixiao.casework.api.building import patterns

app_name = "programs"
urlpatterns = [
    path("api/v1/openapi.json", pages.description, name="openapi"),
    path("api/v1/docs", pages.documentation, name="documentation"),
    path("api/v1/", include(patterns())),
    path("problems/<slug:name>", pages.problem, name="problem"),
    path("account/tokens/", pages.own_tokens, name="tokens"),
    path("account/tokens/<int:token>/revoke/", pages.revoke, name="revoke"),
]
