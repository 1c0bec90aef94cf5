"""The index made anew, and held against the texts."""

from collections.abc import Callable, Iterator

from django.db import connection, transaction

from shixiao.casework.search import stores
from shixiao.casework.search.models import SearchText
from shixiao.casework.search.stores import Piece

_AT_ONCE = 1000


def rebuild(progress: Callable[[int, int], None] | None = None) -> None:
    """Make the index anew from the stored texts, in one transaction; `progress` hears how many of how many are done."""
    with transaction.atomic():
        store = stores.of(connection)
        store.clear()
        total, done = SearchText.objects.count(), 0
        for some in _stored():
            store.index(some)
            done += len(some)
            if progress:
                progress(done, total)


def differences() -> list[int]:
    """The ids of texts that the index does not know fully; it looks at every text, so it takes its time."""
    store = stores.of(connection)
    return [row for some in _stored() for row in store.lacking(some)]


def _stored() -> Iterator[dict[int, Piece]]:
    last = 0
    while rows := SearchText.objects.filter(id__gt=last).order_by("id").values_list("id", *Piece._fields)[:_AT_ONCE]:
        some = {row: Piece(*columns) for row, *columns in rows}
        last = max(some)
        yield some
