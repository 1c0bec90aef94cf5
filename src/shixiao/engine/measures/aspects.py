"""Aspects: by what else the facts of a kind of case add up, beside where the case belongs.

    @told_by(of="supervision.task", names={"source": Text("来源", "Source")}, follows=(…))
    def task(case: Timeline, on: date) -> Iterable[tuple[str, object]]:
        yield "source", case.told("source")

A case tells its aspects as it tells everything else: by its events, and as they stand for the day on which a fact counts. A fact keeps what was
told as one text, sorted, so that the same case gives the same fact whoever works it out. An aspect may have several values (tags) or none.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType

from shixiao.engine.bilingual import Text
from shixiao.engine.measures.timeline import Timeline

NAME = re.compile(r"[a-z][a-z_]{0,31}")
VALUE = re.compile(r"[A-Za-z0-9_.-]{1,64}")

Teller = Callable[[Timeline, date], Iterable[tuple[str, object]]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Aspects:
    """What a kind of case tells: the names of its aspects with their titles, and the function that tells the values.

    `follows`: events beside the steps of the case that may change them; whoever records one has the case looked at again. `revision` grows
    when the function tells other values than before.
    """

    of: str
    names: Mapping[str, Text]
    follows: tuple[str, ...]
    revision: int
    function: Teller


class BrokenAspects(ValueError):
    """Aspects cannot be as they are declared or told; always a mistake in the program."""


_declared: dict[str, Aspects] = {}
ASPECTS_OF: Mapping[str, Aspects] = MappingProxyType(_declared)


def told_by(
    *, of: str, names: Mapping[str, Text], follows: tuple[str, ...] = (), revision: int = 1
) -> Callable[[Teller], Aspects]:
    """Declare what the cases of a kind tell. Raises `BrokenAspects` for a kind that has aspects already, or a name that is none."""

    def declared(function: Teller) -> Aspects:
        if of in _declared:
            raise BrokenAspects(f"{of}: its aspects are declared twice")
        if wrong := [name for name in names if not NAME.fullmatch(name)]:
            raise BrokenAspects(f"{of}: {wrong} are no names of aspects: write small letters")
        found = Aspects(of=of, names=dict(names), follows=follows, revision=revision, function=function)
        _declared[of] = found
        return found

    return declared


def told(case: Timeline, on: date) -> str:
    """What the case tells for a fact that counts on that day, as a fact keeps it: `name=value` apart by blanks, sorted; empty where its
    kind tells nothing. Raises `BrokenAspects` for a name that was not declared and for a value that is no code."""
    aspects = _declared.get(case.kind)
    if aspects is None:
        return ""
    kept = case.once(_by_day)
    if on not in kept:
        kept[on] = _told(aspects, case, on)
    return kept[on]


def _by_day(case: Timeline) -> dict[date, str]:
    """A place of the timeline's own for what it tells: every measure asks the same."""
    del case
    return {}


def _told(aspects: Aspects, case: Timeline, on: date) -> str:
    found = {(name, str(value)) for name, value in aspects.function(case, on)}
    for name, value in found:
        if name not in aspects.names or not VALUE.fullmatch(value):
            raise BrokenAspects(f"{case.kind}: {name}={value!r} is no aspect that it declares, or no code")
    return " ".join(f"{name}={value}" for name, value in sorted(found))


def read(text: str) -> list[tuple[str, str]]:
    """Names and values of what a fact keeps."""
    return [(name, value) for name, _is, value in (each.partition("=") for each in text.split())]
