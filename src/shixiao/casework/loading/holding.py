"""Cases in memory: each with its office's row, what happened to it, and its deadlines."""
# ruff: noqa: SLF001 — what was read along with a row Django keeps in such names only.

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from shixiao.casework.models import Case, Deadline, Suspension
from shixiao.engine.measures import Happening


@dataclass(slots=True, eq=False)
class Held:
    """A case in memory. `moved` are stored deadlines that changed since they were written."""

    case: Case
    detail: Any
    happened: list[Happening]
    deadlines: list[Deadline]
    is_stored: bool
    touched_at: datetime
    last_event: int = 0
    is_dirty: bool = False
    is_renamed: bool = False
    is_expected: bool = False
    moved: list[Deadline] = field(default_factory=list)

    def is_written(self) -> None:
        """From now on the database has it as it is."""
        self.is_dirty, self.is_stored, self.is_renamed = False, True, False
        for row in self.deadlines:
            row._state.adding = False
        self.moved.clear()


class Happened(Mapping[int, list[Happening]]):
    """What happened to the cases in memory, as `timelines.events_of_cases` gives it."""

    def __init__(self, held: Mapping[int, Held]) -> None:
        self._held = held

    def __getitem__(self, key: int) -> list[Happening]:
        return self._held[key].happened

    def __iter__(self) -> Iterator[int]:
        return iter(self._held)

    def __len__(self) -> int:
        return len(self._held)


def read_along(row: Any, **rows: Iterable[Any]) -> None:
    """What belongs to the row, as lists that may grow in memory: whoever asks for it asks no database."""
    row._prefetched_objects_cache = {name: list(several) for name, several in rows.items()}


_NOTHING: dict[str, list[Any]] = {"suspensions": [], "extensions": []}


def begin_alone(row: Any) -> None:
    """A new deadline, to which nothing belongs yet. Thousands wait at once: all have the same empty lists until one is paused."""
    row._prefetched_objects_cache = _NOTHING


def pauses(row: Any) -> list[Suspension]:
    """The suspensions of a deadline, as a list of its own that may grow."""
    if row._prefetched_objects_cache is _NOTHING:
        read_along(row, suspensions=(), extensions=())
    found: list[Suspension] = row._prefetched_objects_cache["suspensions"]
    return found
