"""What a page may load: itself, and nothing from anywhere else."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponseBase

# Icons inside the style sheets are `data:` pictures; scripts and styles are files of this server only.
POLICY = (
    "default-src 'self'; img-src 'self' data:; object-src 'none'; "
    "base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)


class ContentSecurityPolicy:
    """Puts the policy on every answer, error pages included."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """The answer with the policy, unless the view set one of its own."""
        response = self.get_response(request)
        response.headers.setdefault("Content-Security-Policy", POLICY)
        return response
