"""Addresses: each room brings its own."""

from importlib.util import find_spec

from django.urls import URLResolver, include, path

from shixiao.casework import finding
from shixiao.site import lan


def _of_offices() -> list[URLResolver]:
    """The pages that an office has of its own, below its name; its list of cases is casework's."""
    with_pages = [name for name in finding.found() if find_spec(f"{name}.urls")]
    return [path(f"offices/{name.rpartition('.')[2]}/", include(f"{name}.urls")) for name in with_pages]


urlpatterns = [
    *_of_offices(),
    path("", include("shixiao.casework.api.urls")),
    path("", include("shixiao.performance.urls")),
    path("", include("shixiao.people.urls")),
    path("", include("shixiao.messages.urls")),
    path("", include("shixiao.site.backup.urls")),
    path("", include("shixiao.casework.urls")),
    path(".well-known/shixiao-ca.crt", lan.certificate_of_authority, name="certificate_of_authority"),
]
handler400 = "shixiao.site.failures.bad_request"
handler500 = "shixiao.site.failures.server_error"
