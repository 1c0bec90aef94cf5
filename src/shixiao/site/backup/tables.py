"""Which tables a backup holds, as the migrations that the database has seen made them, whatever version of the program asks."""

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from django.apps import apps
from django.db import connection, models
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder

from shixiao.site.backup.columns import Column, column_of

# What is not worth keeping, or is made anew from the rest.
LEFT_OUT: Mapping[str, str] = {
    "django_session": "whoever is signed in signs in again",
    "ledger_workerheartbeat": "signs of life of processes that are not there",
}
# The index of the search is no table of a model; `casework.search.rebuild` makes it from the texts.
INDEXES = ("casework_searchgrams",)
SEARCHED = "casework_searchtext"


class Table(NamedTuple):
    """A table as a backup holds it. `key` is the column that the lines are ordered by."""

    name: str
    key: str
    columns: list[Column]
    has_numbers: bool  # whether the database counts up its keys by itself


class UnknownMigrations(Exception):
    """The database has seen migrations that this version of the program does not know; `names` are they."""

    def __init__(self, names: Iterable[str]) -> None:
        self.names = tuple(names)
        super().__init__(", ".join(self.names))


def applied() -> tuple[str, ...]:
    """The migrations that the database has seen, in order (`ledger.0001_events`)."""
    return tuple(sorted(f"{app}.{name}" for app, name in MigrationRecorder(connection).applied_migrations()))


def targets(names: Iterable[str]) -> list[tuple[str, str]]:
    """Where to migrate to for exactly these migrations: the last of each room. Raises `UnknownMigrations`."""
    graph = MigrationLoader(None).graph  # what this version brings along; no database is asked, or even opened
    wanted = {(app, name) for app, _, name in (each.partition(".") for each in names)}
    if unknown := wanted - set(graph.nodes):
        raise UnknownMigrations(sorted(f"{app}.{name}" for app, name in unknown))
    return sorted(
        node
        for node in wanted
        if not any(child.key in wanted and child.key[0] == node[0] for child in graph.node_map[node].children)
    )


def tables(names: Iterable[str]) -> list[Table]:
    """Every table that a database has after these migrations, but for what is left out; by name. Raises `UnknownMigrations`."""
    loader = MigrationLoader(None)
    wanted = targets(names)
    # At this version's own migrations its models say the same, and need not be worked out from their history.
    is_current = set(wanted) == set(loader.graph.leaf_nodes())
    models_then = apps if is_current else loader.project_state(wanted).apps
    found: list[type[models.Model]] = [*models_then.get_models(include_auto_created=True), MigrationRecorder.Migration]
    kept = [model for model in found if model._meta.managed and not model._meta.proxy]
    return sorted(_table(model) for model in kept if model._meta.db_table not in LEFT_OUT)


def _table(model: type[models.Model]) -> Table:
    fields = [field for field in model._meta.local_concrete_fields if field.column]
    key = model._meta.pk
    assert key is not None  # noqa: S101 — every table has one
    columns = [column_of(field) for field in fields]
    return Table(model._meta.db_table, str(key.column), columns, isinstance(key, models.AutoField))


def strangers(known: Iterable[Table]) -> list[str]:
    """Tables of the database that belong to no room of this installation: they are not in the backup, and are told."""
    ours = {table.name for table in known} | set(LEFT_OUT)
    with connection.cursor() as cursor:
        present = connection.introspection.table_names(cursor)
    return sorted(name for name in present if name not in ours and not name.startswith((*INDEXES, "sqlite_")))


def next_numbers(known: Iterable[Table]) -> dict[str, int]:
    """The next key that the database would give in each table: what was deleted never comes again."""
    wanted = [table for table in known if table.has_numbers]
    return _on_sqlite(wanted) if connection.vendor == "sqlite" else _on_postgresql(wanted)


def _on_sqlite(wanted: list[Table]) -> dict[str, int]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT name, seq FROM sqlite_sequence")
        seen = dict(cursor.fetchall())
    return {table.name: int(seen.get(table.name) or 0) + 1 for table in wanted}


def _on_postgresql(wanted: list[Table]) -> dict[str, int]:
    found = {}
    with connection.cursor() as cursor:
        for table in wanted:
            cursor.execute("SELECT pg_get_serial_sequence(%s, %s)", [f'"{table.name}"', table.key])
            (sequence,) = cursor.fetchone()
            cursor.execute(f"SELECT last_value + is_called::int FROM {sequence}")  # noqa: S608 — quoted by PostgreSQL
            found[table.name] = int(cursor.fetchone()[0])
    return found


def set_next_numbers(numbers: Mapping[str, int], known: Iterable[Table]) -> None:
    """The databases go on counting where the other one stopped."""
    with connection.cursor() as cursor:
        for table in known:
            if table.name not in numbers or not table.has_numbers:
                continue
            number = numbers[table.name]
            if connection.vendor == "sqlite":
                cursor.execute("DELETE FROM sqlite_sequence WHERE name = %s", [table.name])
                cursor.execute("INSERT INTO sqlite_sequence (name, seq) VALUES (%s, %s)", [table.name, number - 1])
            else:
                where: list[Any] = [f'"{table.name}"', table.key, number]
                cursor.execute("SELECT setval(pg_get_serial_sequence(%s, %s), %s, false)", where)
