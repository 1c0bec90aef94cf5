"""Whether this process lives, whether it may be sent people, and its figures: for proxies and monitoring, not for people.

Answered before anything else, so that neither a name, nor a redirection to HTTPS, nor a sign-in stands in the way. Answers carry nothing
but a word. `/metrics` is for whoever brings the token, or sits at this machine itself without a proxy between.
"""

import ipaddress
import logging
import time
from collections.abc import Callable
from hmac import compare_digest

from django.conf import settings
from django.db import DatabaseError, InterfaceError, connection
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.utils import timezone

from shixiao.ledger import guard
from shixiao.site import metrics, starting

LIVE, READY, METRICS = "/health/live", "/health/ready", "/metrics"
LOOKS_EVERY = 30.0  # seconds between two looks at migrations and guard; whether the database answers is asked each time
FORWARDED = ("X-Forwarded-For", "X-Forwarded-Proto", "X-Real-IP", "Forwarded", "Via")
PLAIN = "text/plain; charset=utf-8"

log = logging.getLogger("shixiao.health")


class Probes:
    """Answers the three addresses and hands on everything else."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """The answer."""
        answer = _ANSWERS.get(request.path)
        if answer is None:
            return self.get_response(request)
        if request.method not in ("GET", "HEAD"):
            return _said("no\n", status=405)
        return answer(request)


def live(_request: HttpRequest) -> HttpResponse:
    """The process answers. The database is not asked: a proxy would end every process when that is away."""
    return _said("live\n")


def ready(_request: HttpRequest) -> HttpResponse:
    """The database answers, is as this version needs it, and the book is guarded; otherwise 503. Why stands in the log."""
    why = _why_not_ready()
    if why:
        log.warning("not ready: %s", why, extra={"event": "not_ready"})
    return _said("not ready\n", status=503) if why else _said("ready\n")


class _Look:
    """What the last look at migrations and guard found, and when."""

    at = float("-inf")
    why = ""


def _why_not_ready() -> str:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
        if _Look.why or time.monotonic() - _Look.at > LOOKS_EVERY:
            _Look.why = (
                "migrations are to be done"
                if starting.pending_migrations()
                else "the ledger is not guarded"
                if guard.missing()
                else ""
            )
            _Look.at = time.monotonic()
    except (DatabaseError, InterfaceError) as error:
        connection.close()
        return f"the database does not answer ({type(error).__name__})"
    return _Look.why


def figures(request: HttpRequest) -> HttpResponse:
    """The figures, for whoever may have them; 403 without a word more."""
    if not may_have_figures(request):
        return _said("no\n", status=403)
    try:
        return _said(metrics.text(timezone.now()), kind="text/plain; version=0.0.4; charset=utf-8")
    except (DatabaseError, InterfaceError):
        connection.close()
        return _said("not ready\n", status=503)


def may_have_figures(request: HttpRequest) -> bool:
    """With a token set, whoever brings it; without one, this machine only, and nothing that a proxy on it handed on."""
    token = settings.SHIXIAO_METRICS_TOKEN
    if token:
        given = request.headers.get("Authorization", "")
        return compare_digest(given.encode(), f"Bearer {token}".encode())
    return _is_loopback(request.META.get("REMOTE_ADDR", "")) and not any(name in request.headers for name in FORWARDED)


def _is_loopback(address: str) -> bool:
    try:
        return ipaddress.ip_address(address).is_loopback
    except ValueError:
        return False


def _said(text: str, *, status: int = 200, kind: str = PLAIN) -> HttpResponse:
    return HttpResponse(
        text,
        status=status,
        content_type=kind,
        headers={"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"},
    )


_ANSWERS: dict[str, Callable[[HttpRequest], HttpResponse]] = {LIVE: live, READY: ready, METRICS: figures}
