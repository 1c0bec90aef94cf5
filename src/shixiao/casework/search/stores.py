"""What the two databases do alike, said once; each has a module that does it its own way."""

from abc import ABC, abstractmethod
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from functools import lru_cache
from typing import Any, NamedTuple

from django.db.backends.base.base import BaseDatabaseWrapper

from shixiao.casework.search import grams
from shixiao.casework.search.scopes import Scope

Key = tuple[int, str]  # a case's id, a field


class Piece(NamedTuple):
    """One piece of one text of a case."""

    case_id: int
    field: str
    piece: int
    text: str
    folded: str
    case_kind: str
    unit_path: str
    opened_at: datetime

    @property
    def key(self) -> Key:
        """What is replaced together."""
        return self.case_id, self.field

    def grams(self) -> set[str]:
        """All that stands in the index for it."""
        found = grams.of_text(self.folded)
        found |= _marks(self.unit_path, self.case_kind)
        return found


@lru_cache(maxsize=10_000)
def _marks(unit_path: str, case_kind: str) -> frozenset[str]:
    return frozenset((*grams.of_place(unit_path), grams.of_kind(case_kind)))


class Standing(NamedTuple):
    """Pieces as they are stored, by their ids; and the highest id within a case, where the database cares for it."""

    pieces: Mapping[int, Piece]
    highest: Mapping[int, int]


class Window(NamedTuple):
    """Cases from `low` on, below `high`; they lie in one band of so many bits, or with 0 in several."""

    low: int
    high: int
    bits: int = 0


class Store(ABC):
    """The table of texts and the index beside it."""

    def __init__(self, database: BaseDatabaseWrapper) -> None:
        self.database = database

    @contextmanager
    def asked(self) -> Iterator[None]:
        """What several questions of one search are asked within."""
        yield

    def run(self, sql: str, given: Sequence[Any] = ()) -> None:
        """One statement without an answer."""
        with self.database.cursor() as cursor:
            cursor.execute(sql, given or None)

    def rows(self, sql: str, given: Sequence[Any]) -> list[Any]:
        """The rows of a statement."""
        with self.database.cursor() as cursor:
            cursor.execute(sql, given)
            return list(cursor.fetchall())

    @property
    @abstractmethod
    def is_newest_first(self) -> bool:
        """Whether `cases` gives the newest where it does not give all."""

    @abstractmethod
    def create(self) -> None:
        """Make the index beside the table."""

    @abstractmethod
    def drop(self) -> None:
        """Take it away again."""

    @abstractmethod
    def standing(self, keys: Collection[Key]) -> Standing:
        """What is stored of these texts: one statement."""

    @abstractmethod
    def append(self, piece: Piece) -> None:
        """Store the only piece of a text that is not there yet."""

    @abstractmethod
    def append_many(self, pieces: Sequence[Piece]) -> None:
        """Store the pieces of cases of which nothing is there yet."""

    @abstractmethod
    def replace(self, standing: Standing, pieces: Sequence[Piece]) -> None:
        """Put `pieces` in the place of `standing`."""

    @abstractmethod
    def index(self, pieces: Mapping[int, Piece]) -> None:
        """Put the grams of stored pieces into an index that does not have them."""

    @abstractmethod
    def clear(self) -> None:
        """Empty the index."""

    @abstractmethod
    def lacking(self, pieces: Mapping[int, Piece]) -> Iterable[int]:
        """The ids of stored pieces that the index does not know fully."""

    @abstractmethod
    def add_units(self, old_path: str, new_path: str) -> None:
        """Move everything at a unit or below it; marks of its old place may stay, they only cost time."""

    @abstractmethod
    def cases(self, word: str, window: Window, scope: Scope, *, at_most: int) -> list[int]:
        """Cases in `window` and `scope` with a text that has `word` in it; may repeat; some of them
        where there are more than `at_most`."""

    @abstractmethod
    def holding(self, word: str, cases: Sequence[int]) -> set[int]:
        """Which of `cases` have a text with `word` in it."""

    @abstractmethod
    def first_texts(self, word: str, cases: Sequence[int]) -> dict[int, tuple[str, str]]:
        """For each of `cases` the field and the piece in which `word` was written first."""


def of(database: BaseDatabaseWrapper) -> Store:
    """The store of a database."""
    from shixiao.casework.search.postgresql import PostgreSQL
    from shixiao.casework.search.sqlite import SQLite

    return PostgreSQL(database) if database.vendor == "postgresql" else SQLite(database)
