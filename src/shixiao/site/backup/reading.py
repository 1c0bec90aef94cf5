"""Reading the whole database as it is at one moment, while everybody goes on writing."""
# ruff: noqa: S608 — names of our own tables and columns go into the SQL.

import hashlib
import json
from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection, transaction

from shixiao.site.backup.columns import Column, Sort, line_on_postgresql, line_on_sqlite
from shixiao.site.backup.tables import Table

AT_ONCE = 2_000  # lines


@contextmanager
def one_moment() -> Iterator[None]:
    """All statements inside see the database as it is at one moment; nobody waits for them, and they wait for nobody.

    On SQLite the connection is one of its own kind: the house begins every transaction by taking the right to write, and that would
    stop everybody for as long as a backup takes. A reader of a WAL stops nobody.
    """
    if connection.vendor == "postgresql":
        with transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
                # One process of the server reads, and people's steps have the others.
                cursor.execute("SET LOCAL max_parallel_workers_per_gather = 0")
                cursor.execute("SET LOCAL jit = off")
            yield
        return
    options = connection.settings_dict.setdefault("OPTIONS", {})
    before = options.get("transaction_mode")
    connection.close()
    options["transaction_mode"] = "DEFERRED"
    try:
        with transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute("SELECT count(*) FROM sqlite_master")  # from here on the moment stands
            yield
    finally:
        options["transaction_mode"] = before
        connection.close()


def lines(table: Table) -> Iterator[list[bytes]]:
    """Every row of a table as a line of JSON without its end, in the order of the key, some at a time."""
    return _on_sqlite(table) if connection.vendor == "sqlite" else _on_postgresql(table)


def _on_sqlite(table: Table) -> Iterator[list[bytes]]:
    connection.ensure_connection()
    cursor = connection.connection.execute(
        f'SELECT {line_on_sqlite(table.columns)} FROM "{table.name}" ORDER BY "{table.key}"'
    )
    while rows := cursor.fetchmany(AT_ONCE):
        yield [line.encode() for (line,) in rows]


def _on_postgresql(table: Table) -> Iterator[list[bytes]]:
    """COPY, with signs that no JSON holds for its quotes and its commas, so that a line comes as it is."""
    select = f'SELECT {line_on_postgresql(table.columns)} FROM "{table.name}" ORDER BY "{table.key}"'
    some: list[bytes] = []
    with (
        connection.cursor() as cursor,
        cursor.copy(f"COPY ({select}) TO STDOUT (FORMAT csv, QUOTE E'\\x01', DELIMITER E'\\x02')") as copy,
    ):
        for line in copy:
            some.append(bytes(line)[:-1])
            if len(some) >= AT_ONCE:
                yield some
                some = []
    if some:
        yield some


class Content:
    """The hash of the lines of a table, however they are packed. With `is_plain` JSON inside is brought into one order, as
    PostgreSQL keeps it in its own and SQLite as it was written."""

    def __init__(self, columns: list[Column], *, is_plain: bool) -> None:
        self.rows, self._hash = 0, hashlib.sha256()
        self._places = [at for at, column in enumerate(columns) if column.sort is Sort.JSON] if is_plain else []

    def add(self, some: list[bytes]) -> None:
        """More lines."""
        self.rows += len(some)
        told = [self._plain(line) for line in some] if self._places else some
        self._hash.update(b"\n".join(told) + b"\n")

    @property
    def sha256(self) -> str:
        """So far."""
        return self._hash.hexdigest()

    def _plain(self, line: bytes) -> bytes:
        row = json.loads(line)
        for place in self._places:
            if row[place] is not None:
                row[place] = json.loads(row[place])
        return json.dumps(row, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
