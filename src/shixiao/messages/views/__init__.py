"""The pages of messages. Each checks the request, asks or makes one call, and shows the answer."""

from django.http import HttpRequest

from shixiao.people.models import User


def person(request: HttpRequest) -> User:
    """Who is signed in; the sign-in middleware has seen to it that somebody is."""
    user = request.user
    assert isinstance(user, User)  # noqa: S101
    return user


def number(text: str | None) -> int | None:
    """A number of the address or of a form; None for anything else."""
    return int(text) if text and text.isascii() and text.isdecimal() and len(text) < 19 else None
