"""What a page may load: itself, and nothing from anywhere else; and that nobody keeps it."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponseBase

# Icons inside the style sheets are `data:` pictures; scripts and styles are files of this server only.
POLICY = (
    "default-src 'self'; img-src 'self' data:; object-src 'none'; "
    "base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)


class ContentSecurityPolicy:
    """Puts both on every answer, error pages included. Static files are answered before and may be kept."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """The answer with the policy, unless the view set one of its own."""
        response = self.get_response(request)
        response.headers.setdefault("Content-Security-Policy", POLICY)
        # What a person saw stays neither in the browser nor in a proxy; with a tag it may be asked for again.
        kept = "private, no-cache" if response.has_header("ETag") else "private, no-store"
        response.headers.setdefault("Cache-Control", kept)
        return response
