"""Ids for rows that are written later: those that the database would have given, one after another."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from django.db import connection, models

BLOCK = 1_000


class Ids:
    """The ids of one table, for whoever writes it alone. On PostgreSQL some are fetched ahead and given back by `settle`."""

    def __init__(self, model: type[models.Model]) -> None:
        self._table = model._meta.db_table
        self._is_ahead = connection.vendor == "postgresql"  # ids are fetched ahead
        self._next: int | None = None
        self._first: int | None = None  # of what was fetched since it was settled
        self._end = 0

    def take(self, count: int) -> Sequence[int]:
        """So many, in order."""
        if not count:
            return range(0)
        if self._next is None or (self._is_ahead and self._next + count > self._end):
            self._fetch(count)
        assert self._next is not None  # noqa: S101
        first = self._next
        self._next += count
        return range(first, first + count)

    @contextmanager
    def tried(self, count: int) -> Iterator[Sequence[int]]:
        """The same; given back where something is raised, unless others were taken meanwhile."""
        ids = self.take(count)
        try:
            yield ids
        except BaseException:
            if self._next == ids[-1] + 1:
                self._next = ids[0]
            raise

    def mark(self) -> int | None:
        """Where it stands, for `give_back`."""
        return self._next

    def give_back(self, mark: int | None, *, is_gone: bool) -> None:
        """What was taken since is free again; with `is_gone` not where the database keeps no id that was taken, PostgreSQL."""
        if not (is_gone and self._is_ahead):
            self._next = self._first if mark is None and self._is_ahead else mark

    def settle(self) -> None:
        """The database's own count is behind the last one that was taken; what others take now is seen the next time."""
        if connection.vendor == "postgresql" and self._next is not None and self._next != self._end:
            with connection.cursor() as cursor:
                name = "pg_get_serial_sequence(%s, 'id')"
                cursor.execute(f"SELECT has_sequence_privilege({name}, 'UPDATE')", [self._table])
                if cursor.fetchone()[0]:  # otherwise some ids are skipped, as always when somebody takes back
                    cursor.execute(f"SELECT setval({name}, %s, false)", [self._table, self._next])
        if not self._is_ahead and self._next is not None:  # rows with lower ids may be written later
            self._tell_sqlite(self._next - 1)
        self._next = self._first = None

    def _tell_sqlite(self, last: int) -> None:
        with connection.cursor() as cursor:
            cursor.execute("UPDATE sqlite_sequence SET seq = max(seq, %s) WHERE name = %s", [last, self._table])
            if not cursor.rowcount and last:
                cursor.execute("INSERT INTO sqlite_sequence (name, seq) VALUES (%s, %s)", [self._table, last])

    def _fetch(self, count: int) -> None:
        with connection.cursor() as cursor:
            if connection.vendor != "postgresql":
                cursor.execute("SELECT COALESCE((SELECT seq FROM sqlite_sequence WHERE name = %s), 0)", [self._table])
                self._next = self._first = cursor.fetchone()[0] + 1
                return
            ahead = max(count, BLOCK)
            if self._next is not None:  # the rest of the block stays in the row: nobody else takes any
                ahead = max(count - (self._end - self._next), BLOCK)
            cursor.execute(
                "SELECT min(n), max(n) FROM (SELECT nextval(pg_get_serial_sequence(%s, 'id')) AS n FROM generate_series(1, %s)) AS ids",
                [self._table, ahead],
            )
            first, last = cursor.fetchone()
            if self._next is None or first != self._end:
                self._next = self._first = first
            self._end = last + 1
