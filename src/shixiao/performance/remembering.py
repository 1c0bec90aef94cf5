"""What follows from the same input is the same: what was worked out once is kept by everything that it was worked out from.

A board is worked out anew for every request; between two of them most of its readings have not moved. Nothing here can be out of date, since the
whole input, as it was just read from the database, is the key. Each step hands on the very object that it kept, so that the next step needs only
to see that it is the same one.
"""

from collections.abc import Callable, Hashable
from typing import Any, Generic, TypeVar
from weakref import WeakSet

from shixiao.engine.measures import Reading

Kept = TypeVar("Kept")
MOST = 2000  # fifteen boards of 123 rows
_all: "WeakSet[Memory[Any]]" = WeakSet()


class Memory(Generic[Kept]):
    """Keeps what was made, and begins anew when it is full."""

    def __init__(self, most: int = MOST) -> None:
        self._kept: dict[Hashable, Any] = {}
        self._most = most
        _all.add(self)

    def by_value(self, key: Hashable, make: Callable[[], Kept]) -> Kept:
        """What is kept for whatever equals the key, made now where nothing is."""
        found: Kept | None = self._kept.get(key)
        if found is None:
            found = make()
            self._keep(key, found)
        return found

    def of(self, *things: object, make: Callable[[], Kept], also: Hashable = None) -> Kept:
        """What is kept for these very objects, none of which may ever change, and for whatever equals `also`."""
        key = (also, *map(id, things))
        kept = self._kept.get(key)
        if kept is not None:
            return kept[0]  # type: ignore[no-any-return]
        found = make()
        # Keeping the objects keeps their ids from being given to others.
        self._keep(key, (found, things))
        return found

    def _keep(self, key: Hashable, found: object) -> None:
        if len(self._kept) >= self._most:
            self.forget()
        self._kept[key] = found

    def forget(self) -> None:
        """Begin anew."""
        self._kept = {}

    def __len__(self) -> int:
        return len(self._kept)


def forget() -> None:
    """Let every memory begin anew: to measure what a board takes of which nothing is known yet."""
    for each in _all:
        each.forget()


def key_of(reading: Reading | None) -> Hashable:
    """A reading as a key: all that it says."""
    if reading is None:
        return None
    return (
        reading.met,
        reading.missed,
        reading.pending,
        reading.not_counted,
        reading.back_met,
        reading.back_missed,
        reading.amounts,
        reading.total,
        reading.weight,
        reading.low,
        reading.high,
        tuple(sorted(reading.bins.items())) if reading.bins else None,
    )
