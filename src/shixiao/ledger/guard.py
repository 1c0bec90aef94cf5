"""What is append-only is so in the database itself, for every program that opens it.

A model says `append_only = True`, and `append_only_since` where its table was there before it was guarded: the name
of the migration of its room from which on it is. For its table the database refuses UPDATE, DELETE, TRUNCATE (PostgreSQL),
and the INSERT that replaces an existing row (SQLite's REPLACE and both engines' ON CONFLICT DO UPDATE). `is_erasable = True`
allows the DELETE of rows, and nothing else: words that a law wants gone, whose hash stays in their event.

A table rebuild, which is how Django changes a column on SQLite, drops triggers without a word. So our
`migrate` command installs them after every run, and every start verifies them: see docs/adr.
"""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from django.apps import apps
from django.db import connection, models, transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.migrations.recorder import MigrationRecorder

SENTENCE = "this table is append-only: record a new event instead"
FUNCTION = "shixiao_append_only"
# No blanks or line breaks at the ends: PostgreSQL returns the body as it was given, and it is compared.
FUNCTION_BODY = f"BEGIN RAISE EXCEPTION '%: {SENTENCE}', TG_TABLE_NAME USING ERRCODE = '23000'; END"


class Trigger(NamedTuple):
    """One trigger as this program would make it: `sql` is the statement, to be compared and to be run."""

    table: str
    name: str
    sql: str


class Unguarded(Exception):
    """An append-only table can be changed: triggers are absent or not as they should be."""


def guarded_models() -> Iterator[type[models.Model]]:
    """Every model that says it is append-only."""
    return (model for model in apps.get_models() if getattr(model, "append_only", False))


def guarded_tables() -> tuple[str, ...]:
    """The tables the database itself keeps from change."""
    return tuple(model._meta.db_table for model in guarded_models())


def _is_erasable(model: type[models.Model]) -> bool:
    return getattr(model, "is_erasable", False)


def erasable_tables() -> tuple[str, ...]:
    """Those of the guarded tables whose rows may be deleted, though never changed."""
    return tuple(model._meta.db_table for model in guarded_models() if _is_erasable(model))


def _expected_models(database: BaseDatabaseWrapper) -> Iterator[type[models.Model]]:
    """Those whose triggers must be there now. A table of an older version that is yet to be migrated is no table
    whose triggers somebody dropped."""
    applied = MigrationRecorder(database).applied_migrations()
    for model in guarded_models():
        since = getattr(model, "append_only_since", None)
        if since is None or (model._meta.app_label, since) in applied:
            yield model


def missing(database: BaseDatabaseWrapper = connection) -> tuple[str, ...]:
    """The names of triggers that are absent, disabled or altered, for tables that exist. Empty is good."""
    return tuple(trigger.name for trigger in _missing(database))


def install(database: BaseDatabaseWrapper = connection) -> tuple[str, ...]:
    """Put back what is missing, and say which triggers that was. Needs the rights of the tables' owner."""
    absent = tuple(_missing(database))
    if absent:
        with transaction.atomic(using=database.alias), database.cursor() as cursor:
            for statement in _statements(database, absent):
                cursor.execute(statement)
    return tuple(trigger.name for trigger in absent)


def verify(database: BaseDatabaseWrapper = connection) -> None:
    """Raise `Unguarded` unless every append-only table is guarded."""
    absent = missing(database)
    if absent:
        raise Unguarded(
            f"{database.settings_dict['NAME']}: append-only tables are not guarded, missing {', '.join(absent)}. "
            "Find out who dropped these triggers; then `shixiao migrate` puts them back."
        )


def _missing(database: BaseDatabaseWrapper) -> Iterator[Trigger]:
    with database.cursor() as cursor:
        tables = set(database.introspection.table_names(cursor))
    present = _on_sqlite(database) if database.vendor == "sqlite" else _on_postgresql(database)
    for model in _expected_models(database):
        if model._meta.db_table in tables:
            yield from (trigger for trigger in _wanted(database, model) if trigger not in present)


def _wanted(database: BaseDatabaseWrapper, model: type[models.Model]) -> Iterable[Trigger]:
    return _for_sqlite(model) if database.vendor == "sqlite" else _for_postgresql(model)


# ---- SQLite --------------------------------------------------------------------------------------------------


def _for_sqlite(model: type[models.Model]) -> Iterator[Trigger]:
    """REPLACE deletes the row in its way without firing DELETE triggers, unless the connection has set
    recursive_triggers, which another program's has not: so an INSERT upon an existing key is refused, too."""
    table = model._meta.db_table
    same_key = f'SELECT 1 FROM "{table}" WHERE {_same_key(model)}'  # noqa: S608 — names of our own models
    conditions = {"update": "", "delete": "", "insert": f" WHEN EXISTS ({same_key})"}
    if _is_erasable(model):
        del conditions["delete"]
    for operation, condition in conditions.items():
        name = f"{table}_no_{'replace' if operation == 'insert' else operation}"
        sql = (
            f'CREATE TRIGGER "{name}" BEFORE {operation.upper()} ON "{table}"{condition} '
            f"BEGIN SELECT RAISE(ABORT, '{table}: {SENTENCE}'); END"
        )
        yield Trigger(table, name, sql)


def _same_key(model: type[models.Model]) -> str:
    """SQL: an existing row has a key in common with the NEW one. A key with NULL in it has nothing in common."""
    columns = {field.name: field.column for field in model._meta.local_fields}
    keys = [[field.column] for field in model._meta.local_fields if field.unique]
    keys += [
        [columns[name] for name in constraint.fields]
        for constraint in model._meta.constraints
        if isinstance(constraint, models.UniqueConstraint) and constraint.fields and constraint.condition is None
    ]
    return " OR ".join("(" + " AND ".join(f'"{column}" = NEW."{column}"' for column in key) + ")" for key in keys)


def _on_sqlite(database: BaseDatabaseWrapper) -> set[Trigger]:
    with database.cursor() as cursor:
        cursor.execute("SELECT tbl_name, name, sql FROM sqlite_master WHERE type = 'trigger'")
        return {Trigger(*row) for row in cursor.fetchall()}


# ---- PostgreSQL ----------------------------------------------------------------------------------------------


def _for_postgresql(model: type[models.Model]) -> Iterator[Trigger]:
    """The statement trigger refuses even what would touch no row, and TRUNCATE, and the UPDATE of an upsert;
    the row trigger stays should the table one day become a partition, whose parent's statements fire only there."""
    table = model._meta.db_table
    delete = "" if _is_erasable(model) else " OR DELETE"
    for name, events, level in (
        (f"{table}_no_change", f"UPDATE{delete} OR TRUNCATE", "STATEMENT"),
        (f"{table}_no_row_change", f"UPDATE{delete}", "ROW"),
    ):
        sql = (
            f'CREATE OR REPLACE TRIGGER "{name}" BEFORE {events} ON "{table}" '
            f'FOR EACH {level} EXECUTE FUNCTION "{FUNCTION}"()'
        )
        yield Trigger(table, name, sql)


_TG_ROW, _TG_BEFORE, _TG_DELETE, _TG_UPDATE, _TG_TRUNCATE = 1, 2, 8, 16, 32
_TYPES = {
    "no_change": _TG_BEFORE | _TG_DELETE | _TG_UPDATE | _TG_TRUNCATE,
    "no_row_change": _TG_ROW | _TG_BEFORE | _TG_DELETE | _TG_UPDATE,
}


def _on_postgresql(database: BaseDatabaseWrapper) -> set[Trigger]:
    """Triggers that fire always, before exactly our operations, unconditionally, and call our function unaltered."""
    query = """
        SELECT c.relname, t.tgname, t.tgtype
        FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid JOIN pg_proc p ON p.oid = t.tgfoid
        WHERE t.tgenabled = 'A' AND t.tgqual IS NULL AND t.tgattr = ''
          AND p.proname = %s AND btrim(p.prosrc) = %s AND pg_table_is_visible(c.oid)
    """
    with database.cursor() as cursor:
        cursor.execute(query, [FUNCTION, FUNCTION_BODY])
        found = {(table, name): kind for table, name, kind in cursor.fetchall()}
    return {
        trigger
        for model in guarded_models()
        for trigger in _for_postgresql(model)
        if found.get((trigger.table, trigger.name)) == _type(trigger, is_erasable=_is_erasable(model))
    }


def _type(trigger: Trigger, *, is_erasable: bool) -> int:
    """The number under which PostgreSQL keeps when such a trigger fires."""
    whole = _TYPES[trigger.name.removeprefix(f"{trigger.table}_")]
    return whole & ~_TG_DELETE if is_erasable else whole


def _statements(database: BaseDatabaseWrapper, triggers: Iterable[Trigger]) -> Iterator[str]:
    """What makes `triggers`, whether they are absent or present with another body."""
    if database.vendor == "sqlite":
        for trigger in triggers:
            yield f'DROP TRIGGER IF EXISTS "{trigger.name}"'
            yield trigger.sql
        return
    yield f'CREATE OR REPLACE FUNCTION "{FUNCTION}"() RETURNS trigger LANGUAGE plpgsql AS $${FUNCTION_BODY}$$'
    for trigger in triggers:
        yield trigger.sql
        # ALWAYS: a session that plays a replica (session_replication_role) skips ordinary triggers.
        yield f'ALTER TABLE "{trigger.table}" ENABLE ALWAYS TRIGGER "{trigger.name}"'
