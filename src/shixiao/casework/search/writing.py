"""What is searched: put in, replaced, taken out, inside the caller's transaction.

Nothing here is an action: the index follows texts whose change has its own event, and can be made anew at any time.
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import NamedTuple

from django.db import connection, transaction

from shixiao.casework.search import folding, stores
from shixiao.casework.search.models import SearchText
from shixiao.casework.search.stores import Key, Piece, Standing
from shixiao.ledger import filling


class Entry(NamedTuple):
    """One text of a case, under a word of the caller's choice ("title", "remark/17"), with what limits who finds it."""

    case_id: int
    field: str
    text: str
    case_kind: str
    unit_path: str
    opened_at: datetime


def put(entry: Entry, *, is_new: bool = False) -> None:
    """The case is found by this text from now on, and no longer by what was there under the same field.

    An empty text is taken out. `is_new` says that nothing is there yet, and saves looking; where it is not true, the
    database refuses.
    """
    pieces = list(_pieces(entry))
    with transaction.atomic(savepoint=False):
        if is_new and len(pieces) == 1:
            stores.of(connection).append(pieces[0])
        else:
            _put({(entry.case_id, entry.field): pieces})


def put_many(entries: Iterable[Entry], *, are_new: bool = False) -> None:
    """The same for many, with a number of statements that does not grow with theirs; the last one of a field counts.

    `are_new`: the cases are, and nothing was put in for them before."""
    wanted = {(entry.case_id, entry.field): list(_pieces(entry)) for entry in entries}
    pieces = [piece for several in wanted.values() for piece in several]
    with transaction.atomic(savepoint=False):
        if are_new and len(pieces) == 1 and not filling.is_aside():
            stores.of(connection).append(pieces[0])
        elif are_new:
            stores.of(connection).append_many(pieces)
        else:
            _put(wanted)


def remove(case_id: int, field: str) -> None:
    """The case is no longer found by that text."""
    with transaction.atomic(savepoint=False):
        _put({(case_id, field): []})


def remove_case(case_id: int) -> None:
    """The case is no longer found."""
    fields = SearchText.objects.filter(case_id=case_id, piece=0).values_list("field", flat=True)
    with transaction.atomic(savepoint=False):
        _put({(case_id, field): [] for field in fields})


def move_units(paths: Mapping[str, str]) -> None:
    """What belongs to the units under the old paths, or below them, belongs under the new ones."""
    with transaction.atomic(savepoint=False):
        for old_path, new_path in paths.items():
            stores.of(connection).add_units(old_path, new_path)


def _put(wanted: Mapping[Key, list[Piece]]) -> None:
    if not wanted:
        return
    store = stores.of(connection)
    standing = store.standing(wanted)
    stored: dict[Key, list[Piece]] = {key: [] for key in wanted}
    for piece in sorted(standing.pieces.values(), key=lambda piece: piece.piece):
        stored[piece.key].append(piece)
    changed = {key for key, pieces in wanted.items() if pieces != stored[key]}
    if not changed:
        return
    touched = {row: piece for row, piece in standing.pieces.items() if piece.key in changed}
    store.replace(Standing(touched, standing.highest), [piece for key in changed for piece in wanted[key]])


def _pieces(entry: Entry) -> Iterator[Piece]:
    if not (cleaned := folding.clean(entry.text)):
        return
    for number, text in enumerate(folding.pieces(cleaned)):
        folded = folding.fold(text)
        limits = entry.case_kind, entry.unit_path, entry.opened_at
        yield Piece(entry.case_id, entry.field, number, text, folded, *limits)
