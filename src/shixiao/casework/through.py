"""Where steps are written: at once into the database, or through a book that keeps many of them in memory (`loading`).

Everybody who opens cases, takes steps or lets time pass asks here first, so whoever calls them need not know which it is.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime
from typing import Any, Protocol

from django.db import transaction

from shixiao.casework.models import Case
from shixiao.people.models import User

LASTING = "lasting"  # in `Work.shared`: what an office may remember from call to call while nobody else writes


class Book(Protocol):
    """What writes steps instead of the database itself, with the same result in the end."""

    def open_many(
        self,
        kind: str,
        step: str,
        openings: Sequence[Any],
        *,
        by: User | None,
        now: datetime,
        also: Callable[[Sequence[Case]], None] | None,
    ) -> list[Case]:
        """As `performing.open_many`."""

    def perform_many(
        self,
        cases: Iterable[Case | int],
        step: str,
        *,
        by: User | None,
        now: datetime,
        happened_at: datetime | None,
        seen: int | None,
        also: Callable[[Sequence[Case]], None] | None,
        particulars: Mapping[str, Any],
    ) -> list[Case]:
        """As `performing.perform_many`."""

    def standing(self, case_id: int) -> tuple[Case, Any]:
        """As `performing.standing`."""

    def lasting(self) -> dict[Any, Any]:
        """What offices remember from call to call; see `lasting`."""

    def fire_due(self, now: datetime) -> int:
        """As `timers.fire_due`, all batches at once."""

    def let_go(self, case_id: int) -> None:
        """Write everything and keep the case no longer: somebody is about to change it without a step."""

    def write_beside(self) -> Any:
        """A context in which that somebody writes."""

    def write_all(self) -> None:
        """Everything into the database, as if nothing were kept."""

    def is_taken_back(self, do: Callable[[], None]) -> bool:
        """`do` was done and left nothing; False where this book cannot undo what it does: then nothing was done."""


_current: ContextVar[Book | None] = ContextVar("shixiao_book", default=None)


def current() -> Book | None:
    """The book that steps go through now; None: straight into the database."""
    return _current.get()


def lasting() -> dict[Any, Any] | None:
    """What an office may remember from call to call, since nobody else writes meanwhile; None where somebody may. Whoever remembers
    something here keeps it as the book is with every step; it is forgotten where a step is refused or others wrote."""
    book = _current.get()
    return None if book is None else book.lasting()


@contextmanager
def writing(book: Book) -> Iterator[None]:
    """Steps go through `book` here."""
    token = _current.set(book)
    try:
        yield
    finally:
        _current.reset(token)


@contextmanager
def beside(*case_ids: int) -> Iterator[None]:
    """For whoever changes cases without a step: the database has everything of them, and they are read again afterwards."""
    book = current()
    if book is None:
        yield
        return
    for case_id in case_ids:
        book.let_go(case_id)
    with book.write_beside():
        yield


def taken_back(do: Callable[[], None]) -> None:
    """For whoever tries whether something is refused: it is done, and leaves nothing."""
    book = current()
    if book is not None and book.is_taken_back(do):
        return
    with directly(), transaction.atomic():
        do()
        transaction.set_rollback(True)


@contextmanager
def directly() -> Iterator[None]:
    """Steps go straight into the database here: for who tries some and takes them back."""
    book = current()
    if book is None:
        yield
        return
    book.write_all()
    token = _current.set(None)
    try:
        with book.write_beside():
            yield
    finally:
        _current.reset(token)
