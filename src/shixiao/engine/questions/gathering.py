"""Signs of one thing are one question: by family, unit and case, and by the time they lie in."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Protocol, TypeVar

from shixiao.engine.questions.rows import Group, Seen, Watched


class Sign(Protocol):
    """Something that one gauge says of one case."""

    @property
    def gauge(self) -> int:
        """Which gauge says it."""

    @property
    def unit(self) -> int:
        """Where."""

    @property
    def case_id(self) -> int:
        """Of which case."""

    @property
    def person(self) -> str:
        """Whose step it was."""


S = TypeVar("S", bound=Sign)
T = TypeVar("T")


def by_group(
    signs: Iterable[S], watched: Mapping[int, Watched], *, at: Callable[[S], datetime]
) -> dict[Group, list[S]]:
    """The signs of each group in the order of time; of a case the first, however many gauges of the family show it."""
    found: dict[Group, dict[int, S]] = {}
    for each in sorted(signs, key=lambda sign: (at(sign), sign.case_id, sign.gauge)):
        if each.gauge in watched:
            group = Group(watched[each.gauge].family, each.unit)
            found.setdefault(group, {}).setdefault(each.case_id, each)
    return {group: list(found[group].values()) for group in sorted(found)}


def within(
    signs: Sequence[S], span: timedelta, *, at: Callable[[S], datetime], key: Callable[[S], Hashable]
) -> list[list[S]]:
    """The signs apart by `key`, each part into stretches no longer than `span`: the fullest first, then what is left."""
    parts: dict[Hashable, list[S]] = {}
    for each in signs:
        parts.setdefault(key(each), []).append(each)
    found: list[list[S]] = []
    for part in parts.values():
        left = sorted(part, key=at)
        while left:
            begin, end = _fullest([at(each) for each in left], span)
            found.append(left[begin:end])
            left = left[:begin] + left[end:]
    return sorted(found, key=lambda few: at(few[0]))


def _fullest(moments: Sequence[datetime], span: timedelta) -> tuple[int, int]:
    """From where to where the most moments lie within one span; the first of several."""
    best, end = (0, 1), 0
    for begin, first in enumerate(moments):
        while end < len(moments) and moments[end] - first < span:
            end += 1
        if end - begin > best[1] - best[0]:
            best = (begin, end)
    return best


@dataclass(frozen=True)
class Volume:
    """How many cases a group closed on each day: where much is done, more of everything happens."""

    by_day: Mapping[date, int]

    def share(self, first: date, last: date) -> float:
        """What share of the year's closings lies between these days, both inside."""
        inside = sum(number for day, number in self.by_day.items() if first <= day <= last)
        return inside / max(1, sum(self.by_day.values()))


class Volumes:
    """The volume of each group."""

    def __init__(self, seen: Seen) -> None:
        watched = seen.by_gauge()
        self._found: dict[Group, dict[date, int]] = {}
        for each in seen.daily:
            if each.gauge in watched:
                days = self._found.setdefault(Group(watched[each.gauge].family, each.unit), {})
                days[each.day] = days.get(each.day, 0) + each.number

    def of(self, group: Group) -> Volume:
        """That of one group; nothing where nothing was closed."""
        return Volume(self._found.get(group, {}))


def most(values: Iterable[T]) -> tuple[T, int]:
    """What comes most often, and how often; the first of several."""
    ((value, number),) = Counter(values).most_common(1)
    return value, number


def who(persons: Sequence[str]) -> str:
    """The person of at least four in five; empty where several share it."""
    person, number = most(persons)
    return person if number * 5 >= len(persons) * 4 else ""
