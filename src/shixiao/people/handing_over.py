"""Open work that must find another pair of hands when somebody leaves or moves.

This room knows no cases, so the rooms above it say here what they keep for a person: `register` is called in their
`AppConfig.ready`. `people.actions.leave` and `transfer` ask and hand over inside their own transaction.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from shixiao.engine.bilingual import Text
from shixiao.people.models import User


class HandOver(Protocol):
    """Gives everything open that `user` has to `to`, with the room's own events; how much that was."""

    def __call__(self, user: User, to: User, *, by: User | None, now: datetime) -> int:
        """How much was handed over."""
        ...


@dataclass(frozen=True, slots=True)
class Work:
    """One kind of open work: what it is called, how much somebody has, and how it is handed over."""

    name: str
    title: Text
    count: Callable[[User], int]
    hand_over: HandOver


_registered: dict[str, Work] = {}


def register(name: str, title: Text, *, count: Callable[[User], int], hand_over: HandOver) -> None:
    """Open work of a room. Registering a name again replaces it, so that a test may begin anew."""
    _registered[name] = Work(name, title, count, hand_over)


def unregister(name: str) -> None:
    """That room keeps no work any more; nothing happens for an unknown name."""
    _registered.pop(name, None)


def open_work(user: User) -> list[tuple[Work, int]]:
    """What `user` still has, only where it is something."""
    return [(work, count) for work in _registered.values() if (count := work.count(user))]


def hand_over(user: User, to: User, *, by: User | None, now: datetime) -> dict[str, int]:
    """Everything open goes to `to`: how much of each kind, by the kind's name."""
    return {work.name: work.hand_over(user, to, by=by, now=now) for work, _ in open_work(user)}
