"""Addresses: each room brings its own."""

from django.urls import include, path

from shixiao.site import lan

urlpatterns = [
    path("", include("shixiao.casework.api.urls")),
    path("", include("shixiao.performance.urls")),
    path("", include("shixiao.people.urls")),
    path(".well-known/shixiao-ca.crt", lan.certificate_of_authority, name="certificate_of_authority"),
]
handler400 = "shixiao.site.failures.bad_request"
