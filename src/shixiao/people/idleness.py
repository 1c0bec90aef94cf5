"""When a signed-in browser was last used. Kept in its session, written at most once a minute."""

from datetime import datetime, timedelta

from django.conf import settings
from django.http import HttpRequest

MARK = "seen_at"
REFRESH = timedelta(minutes=1)


def begin(request: HttpRequest, *, now: datetime) -> None:
    """Used just now, for the first time."""
    request.session[MARK] = int(now.timestamp())


def is_over(request: HttpRequest, *, now: datetime) -> bool:
    """Nobody used it for `SHIXIAO_IDLE_MINUTES`; 0 turns that off. Otherwise this is a use.

    A session from before there was a mark begins with this use.
    """
    idle = _since_last_use(request, now)
    minutes: int = settings.SHIXIAO_IDLE_MINUTES
    if minutes and idle is not None and idle >= timedelta(minutes=minutes):
        return True
    if idle is None or idle >= REFRESH:
        begin(request, now=now)
    return False


def _since_last_use(request: HttpRequest, now: datetime) -> timedelta | None:
    seen = request.session.get(MARK)
    return timedelta(seconds=int(now.timestamp()) - seen) if isinstance(seen, int) else None
