"""Between the password and the second step: who is waiting, kept in the session of a browser nobody is signed in to."""

from datetime import datetime, timedelta

from django.http import HttpRequest
from django.utils.crypto import constant_time_compare

from shixiao.people.models import User

MARK = "second_step"
LONGEST = timedelta(minutes=5)


def begin(request: HttpRequest, user: User, *, address: str, now: datetime) -> None:
    """The password of `user` was right; `address` is where the person was going."""
    request.session.cycle_key()
    request.session[MARK] = {
        "user": user.pk,
        "password": user.get_session_auth_hash(),
        "until": int((now + LONGEST).timestamp()),
        "address": address,
    }


def person(request: HttpRequest, *, now: datetime) -> User | None:
    """Who is waiting; None after a few minutes, or when the account or its password changed meanwhile."""
    kept = request.session.get(MARK)
    if not kept or kept["until"] <= now.timestamp():
        return None
    user = User.objects.filter(pk=kept["user"], is_active=True).first()
    is_same = user is not None and constant_time_compare(kept["password"], user.get_session_auth_hash())
    return user if is_same else None


def end(request: HttpRequest) -> str:
    """Nobody waits any more; where the person was going."""
    request.session.pop("passkey", None)
    address: str = request.session.pop(MARK)["address"]
    return address
