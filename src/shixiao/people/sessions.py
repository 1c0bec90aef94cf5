"""Where an account is signed in just now, and putting it out there: read out of the sessions themselves, which know no account.

That costs a look at every session that has not ended, a few hundred in an office, and is done on pages that are seldom asked for.
"""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

from django.contrib.auth import HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.models import Session
from django.db import transaction
from django.http import HttpRequest
from django.utils.crypto import constant_time_compare

from shixiao import ledger
from shixiao.people import events, idleness
from shixiao.people.models import User
from shixiao.people.permissions import may_grant, may_keep_accounts
from shixiao.people.refusals import require

BROWSER, PLACE = "browser", "place"
_BROWSERS = (("Edg", "Edge"), ("OPR/", "Opera"), ("Firefox/", "Firefox"), ("Chrome/", "Chrome"), ("Safari/", "Safari"))
_SYSTEMS = (
    ("Windows", "Windows"),
    ("Android", "Android"),
    ("OpenHarmony", "HarmonyOS"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Mac OS", "macOS"),
    ("Linux", "Linux"),
)


@dataclass(frozen=True, slots=True)
class SignedIn:
    """One browser in which the account is signed in. `name` says which, and lets nobody in."""

    name: str
    browser: str
    place: str
    began_at: datetime | None
    seen_at: datetime | None
    is_this: bool


def remember(request: HttpRequest) -> None:
    """What a person will know the browser by: its make and system, and the address from which it comes."""
    agent = request.META.get("HTTP_USER_AGENT", "")
    known = [next((name for sign, name in several if sign in agent), "") for several in (_BROWSERS, _SYSTEMS)]
    request.session[BROWSER] = " · ".join(each for each in known if each)
    request.session[PLACE] = request.META.get("REMOTE_ADDR", "")


def of(user: User, *, now: datetime, this: str | None = None) -> list[SignedIn]:
    """The latest use first. `this` is the key of the session that asks."""
    found = [_signed_in(session, told, this) for session, told in _of(user, now)]
    return sorted(
        found, key=lambda each: (each.is_this, each.seen_at or datetime.min.replace(tzinfo=UTC)), reverse=True
    )


def end(user: User, *, by: User | None, now: datetime, keep: str | None = None, only: str = "") -> int:
    """Put the account out: everywhere, but for the session with the key `keep`; or in the one browser of the name `only`. How many that
    were; none is no event. For the person, and for those who look after accounts. `by=None` is the terminal."""
    if by is None or by.pk != user.pk:
        require(_looks_after, what="people.end_sessions", by=by, now=now)
    with transaction.atomic():
        keys = [
            session.session_key
            for session, _told in _of(user, now)
            if session.session_key != keep and only in ("", name_of(session.session_key))
        ]
        if keys:
            Session.objects.filter(session_key__in=keys).delete()
            ledger.record(events.SESSIONS_ENDED, subject=user, by=by, now=now, particulars={"number": len(keys)})
    return len(keys)


def end_all(*, now: datetime) -> int:
    """Put everybody out. For the terminal: each account has its event. How many sessions those were."""
    return sum(end(user, by=None, now=now) for user in User.objects.order_by("pk"))


def name_of(key: str) -> str:
    """What a page calls a session: from it nobody finds the key."""
    return hashlib.sha256(f"session:{key}".encode()).hexdigest()[:16]


def _looks_after(user: User) -> bool:
    return may_keep_accounts(user) or may_grant(user)


def _of(user: User, now: datetime) -> Iterator[tuple[Session, dict[str, object]]]:
    """Those that still let in: not ended, not idle for too long, and begun with the password of now."""
    right = user.get_session_auth_hash()
    for session in Session.objects.filter(expire_date__gt=now).iterator():
        told = session.get_decoded()
        is_its = told.get(SESSION_KEY) == str(user.pk)
        is_right = constant_time_compare(str(told.get(HASH_SESSION_KEY, "")), right)
        if is_its and is_right and not idleness.was_over(told, now=now):
            yield session, told


def _signed_in(session: Session, told: dict[str, object], this: str | None) -> SignedIn:
    began, seen = (_moment(told.get(mark)) for mark in (idleness.BEGAN, idleness.MARK))
    return SignedIn(
        name=name_of(session.session_key),
        browser=str(told.get(BROWSER, "")),
        place=str(told.get(PLACE, "")),
        began_at=began,
        seen_at=seen,
        is_this=session.session_key == this,
    )


def _moment(seconds: object) -> datetime | None:
    return datetime.fromtimestamp(seconds, tz=UTC) if isinstance(seconds, int) else None
