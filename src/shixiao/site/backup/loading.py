"""Filling an empty database from the lines of a backup: tables as its migrations made them, indexes and foreign keys afterwards."""
# ruff: noqa: S608 — names of our own tables and columns go into the SQL; every value is a parameter.

import json
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from shixiao.engine.bilingual import Text
from shixiao.site.backup import columns, reading, streams, tables
from shixiao.site.backup.manifest import Manifest, Stored
from shixiao.site.backup.refusals import Damage, Damaged
from shixiao.site.backup.sealing import Key

Say = Callable[[str, int], object]


def make_tables(migrations: Iterable[str]) -> None:
    """Every table as the database of the backup had it, and empty. Raises `tables.UnknownMigrations`.

    No signal goes out and no guard is put up: rows of permissions and kinds of content come with the backup.
    """
    executor = MigrationExecutor(connection)
    executor.migrate(tables.targets(migrations))


def fill(folder: Path, found: Manifest, *, key: Key | None, say: Say) -> None:
    """Load every table and compare what then stands in the database with what the backup says. Raises `Damaged`."""
    done = 0
    _empty([each.table for each in found.tables])
    with _without_indexes():
        for stored in found.tables:
            done = _load(folder, stored, key=key, done=done, say=say)
    if found.database != connection.vendor == "sqlite":
        _renumber_texts()
    tables.set_next_numbers(
        {each.table: each.next_number for each in found.tables if each.next_number},
        [each.as_table() for each in found.tables],
    )


def compare(folder: Path, found: Manifest, *, key: Key | None, say: Say) -> Iterator[Damage]:
    """Read every table of the filled database again: the same rows with the same content as on the day of the backup."""
    done = 0
    is_same = found.database == connection.vendor
    for stored in found.tables:
        if not is_same and stored.table == tables.SEARCHED:
            continue  # keys of its own on each database; the texts are compared as they are indexed
        again = reading.Content(stored.columns, is_plain=not is_same)
        for some in reading.lines(stored.as_table()):
            again.add(some)
            say("compared", done + again.rows)
        done += again.rows
        wanted = stored.sha256 if is_same else _plain_hash(folder, stored, key)
        if (again.rows, again.sha256) != (stored.rows, wanted):
            what = Text(
                f"数据库里的内容与备份不同（{again.rows} 行，应有 {stored.rows} 行）",
                f"the database holds another content than the backup (rows {again.rows}, should be {stored.rows})",
            )
            yield Damage(stored.file, what)


def _plain_hash(folder: Path, stored: Stored, key: Key | None) -> str:
    before = reading.Content(stored.columns, is_plain=True)
    for some in streams.lines(folder, stored.file, key=key):
        before.add(some)
    return before.sha256


def _load(folder: Path, stored: Stored, *, key: Key | None, done: int, say: Say) -> int:
    """One table; returns how many rows there are so far."""
    content = reading.Content(stored.columns, is_plain=False)
    read = columns.reader(stored.columns, connection.vendor)
    with _into(stored) as put:
        for some in streams.lines(folder, stored.file, key=key):
            content.add(some)
            try:
                rows = json.loads(b"[" + b",".join(some) + b"]")
            except ValueError:
                raise Damaged(
                    Damage(stored.file, Text("有读不懂的行", "has lines that cannot be understood"))
                ) from None
            put([read(row) for row in rows] if read else rows)
            say("rows", done + content.rows)
    if (content.rows, content.sha256) != (stored.rows, stored.sha256):
        raise Damaged(Damage(stored.file, Text("内容与清单不符", "its content does not fit the manifest")))
    return done + content.rows


@contextmanager
def _into(stored: Stored) -> Iterator[Callable[[list[Any]], object]]:
    names = ", ".join(f'"{column.name}"' for column in stored.columns)
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor, cursor.copy(f'COPY "{stored.table}" ({names}) FROM STDIN') as copy:

            def put(rows: list[Any]) -> None:
                for row in rows:
                    copy.write_row(row)

            yield put
        return
    marks = ", ".join("?" * len(stored.columns))
    connection.ensure_connection()
    raw = connection.connection
    raw.execute("BEGIN")
    yield lambda rows: raw.executemany(f'INSERT INTO "{stored.table}" ({names}) VALUES ({marks})', rows)
    raw.execute("COMMIT")


def _empty(names: list[str]) -> None:
    """What the migrations themselves put in; with them come the rows of the backup."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("TRUNCATE " + ", ".join(f'"{name}"' for name in names))
            return
        cursor.execute("PRAGMA foreign_keys = OFF")
        for name in names:
            cursor.execute(f'DELETE FROM "{name}"')


# ---- indexes and foreign keys ----------------------------------------------------------------------------------


@contextmanager
def _without_indexes() -> Iterator[None]:
    """Rows go in several times as quickly, and what holds between tables is proven for all of them at the end."""
    drop, make = _on_sqlite() if connection.vendor == "sqlite" else _on_postgresql()
    with connection.cursor() as cursor:
        for statement in drop:
            cursor.execute(statement)
    yield
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET LOCAL maintenance_work_mem = '256MB'")
        for statement in make:
            cursor.execute(statement)
        if connection.vendor == "postgresql":
            cursor.execute("ANALYZE")
            return
        cursor.execute("PRAGMA foreign_keys = ON")
        cursor.execute("PRAGMA foreign_key_check")
        if wrong := cursor.fetchone():
            raise Damaged(
                Damage(
                    f"{wrong[0]}.jsonl.gz",
                    Text(f"有行指向 {wrong[2]} 里没有的行", f"has a row that points to none in {wrong[2]}"),
                )
            )


def _on_sqlite() -> tuple[list[str], list[str]]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL ORDER BY rowid")
        found = cursor.fetchall()
    return [f'DROP INDEX "{name}"' for name, _sql in found], [sql for _name, sql in found]


_CONSTRAINTS = """
    SELECT conrelid::regclass::text, quote_ident(conname), pg_get_constraintdef(oid), contype FROM pg_constraint
    WHERE contype IN ('f', 'u') AND connamespace = current_schema()::regnamespace ORDER BY contype = 'u', conname
"""
_INDEXES = """
    SELECT i.indexrelid::regclass::text, pg_get_indexdef(i.indexrelid) FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid
    WHERE c.relnamespace = current_schema()::regnamespace AND NOT i.indisprimary
      AND NOT EXISTS (SELECT 1 FROM pg_constraint WHERE conindid = i.indexrelid AND contype IN ('u', 'p', 'x'))
    ORDER BY 1
"""


def _on_postgresql() -> tuple[list[str], list[str]]:
    with connection.cursor() as cursor:
        cursor.execute(_CONSTRAINTS)
        constraints = cursor.fetchall()
        cursor.execute(_INDEXES)
        indexes = cursor.fetchall()
    drop = [f"ALTER TABLE {table} DROP CONSTRAINT {name}" for table, name, _definition, _kind in constraints]
    drop += [f"DROP INDEX {name}" for name, _definition in indexes]
    make = {
        kind: [
            f"ALTER TABLE {table} ADD CONSTRAINT {name} {definition}"
            for table, name, definition, of in constraints
            if of == kind
        ]
        for kind in ("u", "f")
    }
    return drop, [*make["u"], *(definition for _name, definition in indexes), *make["f"]]


# SQLite keeps the texts of the search under the number of their case with twenty bits behind it (casework.search.sqlite).
_TEXTS = "case_id, field, piece, text, folded, case_kind, unit_path, opened_at"
_NEW_NUMBER = "(case_id << 20) + row_number() OVER (PARTITION BY case_id ORDER BY id) - 1"
_RENUMBER = (
    f"CREATE TEMP TABLE renumbered AS SELECT {_NEW_NUMBER} AS id, {_TEXTS} FROM casework_searchtext",
    "DELETE FROM casework_searchtext",
    f"INSERT INTO casework_searchtext (id, {_TEXTS}) SELECT id, {_TEXTS} FROM renumbered",
    "DROP TABLE renumbered",
)


def _renumber_texts() -> None:
    with connection.cursor() as cursor:
        for statement in _RENUMBER:
            cursor.execute(statement)
