"""What messages speak of. This room knows no cases, so the rooms above say here how one is shown: `register`, in their
`AppConfig.ready`. Whether somebody may see a thing is asked each time it is shown, not when the message was written."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from shixiao.engine.bilingual import Text
from shixiao.ledger.kinds import Kind
from shixiao.people.models import User
from shixiao.people.wordings import said


@dataclass(frozen=True, slots=True)
class Shown:
    """A thing as a message shows it to one who may see it. `is_restricted`: not even its number leaves the house (law 9)."""

    number: str
    title: str
    address: str
    is_restricted: bool = False


@dataclass(frozen=True, slots=True)
class Outward:
    """A thing as other programs are told of it: codes only, nothing that people wrote and nobody's name."""

    number: str
    kind: str
    unit: str


@dataclass(frozen=True, slots=True)
class Happening:
    """What can happen to one sort of thing: a title, and kinds of event."""

    title: Text
    events: tuple[Kind, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Subjects:
    """One kind of thing. `shown(ids, by, now)`: of these those that the person may see. `matching(text)`: the ids of those whose number
    or title holds the text, as something that a condition `in` takes; what is restricted is never among them. `kinds()`: what kinds of it have limits, for ladders.
    `outward(ids)`: how other programs are told of these; what is restricted is left out (law 9). `happenings()`: of what they can be told."""

    shown: Callable[[Sequence[int], User, datetime], Mapping[int, Shown]]
    matching: Callable[[str], Any]
    kinds: Callable[[], Sequence[tuple[str, Text]]] = tuple
    outward: Callable[[Sequence[int]], Mapping[int, Outward]] = lambda _ids: {}
    happenings: Callable[[], Sequence[Happening]] = tuple


_registered: dict[str, Subjects] = {}


def register(kind: str, subjects: Subjects) -> None:
    """How things of this kind are shown. The same name again takes the place of the one before."""
    _registered[kind] = subjects


def shown(things: Iterable[tuple[str, int]], *, by: User, now: datetime) -> dict[tuple[str, int], Shown]:
    """Those that the person may see, by kind and id; a few statements for each kind."""
    ids: dict[str, list[int]] = {}
    for kind, key in dict.fromkeys(things):
        ids.setdefault(kind, []).append(key)
    return {
        (kind, key): each
        for kind, several in ids.items()
        if kind in _registered
        for key, each in _registered[kind].shown(several, by, now).items()
    }


def matching(text: str) -> dict[str, Any]:
    """By kind, what to look for in `subject_id`."""
    return {kind: subjects.matching(text) for kind, subjects in _registered.items()}


def kinds() -> list[tuple[str, str]]:
    """Every kind of thing that has limits, with its title in the language of the page."""
    return [(name, said(title)) for each in _registered.values() for name, title in each.kinds()]


def outward(things: Iterable[tuple[str, int]]) -> dict[tuple[str, int], Outward]:
    """Those that other programs may know of, by kind and id; a statement for each kind."""
    ids: dict[str, list[int]] = {}
    for kind, key in dict.fromkeys(things):
        ids.setdefault(kind, []).append(key)
    return {
        (kind, key): each
        for kind, several in ids.items()
        if kind in _registered
        for key, each in _registered[kind].outward(several).items()
    }


def known() -> list[str]:
    """The kinds of thing that can be spoken of."""
    return sorted(_registered)


def happenings() -> list[Happening]:
    """Everything of which other programs can be told."""
    return [each for subjects in _registered.values() for each in subjects.happenings()]
