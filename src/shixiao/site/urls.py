"""Addresses: each room brings its own."""

from django.urls import include, path

urlpatterns = [
    path("api/v1/", include("shixiao.casework.api.urls")),
    path("", include("shixiao.performance.urls")),
    path("", include("shixiao.people.urls")),
]
handler400 = "shixiao.ui.views.bad_request"
