"""When a signed-in browser was last used, and since when it is signed in. Kept in its session, written at most once a minute."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.http import HttpRequest

MARK, BEGAN = "seen_at", "began_at"
REFRESH = timedelta(minutes=1)


def begin(request: HttpRequest, *, now: datetime) -> None:
    """Used just now, for the first time."""
    request.session[MARK] = request.session[BEGAN] = int(now.timestamp())


def is_over(request: HttpRequest, *, now: datetime) -> bool:
    """Nobody used it for `SHIXIAO_IDLE_MINUTES`, 0 turns that off; or it is as old as a session may be, however busy: Django counts
    that from the last time the session was written, which each use does. Otherwise this is a use.

    A session from before there was a mark begins with this use.
    """
    if was_over(request.session, now=now):
        return True
    idle = _since(MARK, request.session, now)
    # Less than nothing: a clock that ran ahead was set back, and must not lengthen it.
    if idle is None or idle >= REFRESH or idle < timedelta(0):
        request.session[MARK] = int(now.timestamp())
        request.session.setdefault(BEGAN, request.session[MARK])
    return False


def was_over(session: Mapping[str, Any], *, now: datetime) -> bool:
    """The same of any session, which this is no use of."""
    idle = _since(MARK, session, now)
    minutes: int = settings.SHIXIAO_IDLE_MINUTES
    return _is_old(session, now) or bool(minutes and idle is not None and idle >= timedelta(minutes=minutes))


def is_old(request: HttpRequest, *, now: datetime) -> bool:
    """Signed in for as long as a session lasts (`SESSION_COOKIE_AGE`)."""
    return _is_old(request.session, now)


def _is_old(session: Mapping[str, Any], now: datetime) -> bool:
    age = _since(BEGAN, session, now)
    return age is not None and age >= timedelta(seconds=settings.SESSION_COOKIE_AGE)


def _since(mark: str, session: Mapping[str, Any], now: datetime) -> timedelta | None:
    seen = session.get(mark)
    return timedelta(seconds=int(now.timestamp()) - seen) if isinstance(seen, int) else None
