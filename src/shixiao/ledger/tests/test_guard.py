"""The book cannot be changed, whoever tries."""

import sqlite3
from collections.abc import Callable
from datetime import datetime
from io import StringIO
from typing import Any
from unittest.mock import patch

import pytest
from django.apps import apps
from django.core.management import CommandError, call_command
from django.db import DatabaseError, IntegrityError, connection, models, transaction

from shixiao import ledger
from shixiao.ledger import guard
from shixiao.ledger.book import Reference
from shixiao.ledger.models import Event

pytestmark = pytest.mark.django_db
COLUMNS = "id, kind, subject_kind, subject_id, by_kind, by_id, happened_at, recorded_at, particulars"
EVERYTHING = f"SELECT {COLUMNS} FROM ledger_event ORDER BY id"  # noqa: S608


@pytest.fixture
def event(db: None, now: datetime) -> Event:
    return ledger.record("people.signed_in", subject=Reference("people.user", "7"), by=None, now=now)


def rows() -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(EVERYTHING)
        return cursor.fetchall()


SAME_ROW = f"INSERT INTO ledger_event ({COLUMNS}) SELECT {COLUMNS} FROM ledger_event"  # noqa: S608
ON_BOTH = {
    "update": "UPDATE ledger_event SET kind = 'people.signed_out'",
    "update of nothing but the same": "UPDATE ledger_event SET kind = kind",
    "update of one": "UPDATE ledger_event SET subject_id = '8' WHERE subject_id = '7'",
    "delete": "DELETE FROM ledger_event",
    "upsert": f"{SAME_ROW} WHERE true ON CONFLICT (id) DO UPDATE SET kind = 'people.signed_out'",
}
ON_SQLITE = {
    "replace": SAME_ROW.replace("INSERT", "REPLACE"),
    "insert or replace": SAME_ROW.replace("INSERT", "INSERT OR REPLACE"),
    "update or replace": "UPDATE OR REPLACE ledger_event SET id = id",
    "update or ignore": "UPDATE OR IGNORE ledger_event SET kind = 'people.signed_out'",
}
ON_POSTGRESQL = {
    "truncate": "TRUNCATE ledger_event",
    "truncate cascade": "TRUNCATE ledger_event RESTART IDENTITY CASCADE",
    "merge": "MERGE INTO ledger_event e USING (SELECT 1) s ON true WHEN MATCHED THEN DELETE",
    "update of no row": "UPDATE ledger_event SET kind = 'people.signed_out' WHERE false",
    "as a replica": "SET LOCAL session_replication_role = replica; DELETE FROM ledger_event",
}
# PostgreSQL refuses a plain TRUNCATE even before our trigger does: the words of events refer to them.
REFUSALS = "append-only|referenced in a foreign key"
STATEMENTS = ON_BOTH | (ON_SQLITE if connection.vendor == "sqlite" else ON_POSTGRESQL)


@pytest.mark.parametrize("statement", STATEMENTS.values(), ids=STATEMENTS.keys())
def test_the_database_refuses(event: Event, statement: str) -> None:
    before = rows()
    with pytest.raises(DatabaseError, match=REFUSALS), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
    assert rows() == before


CHANGES: dict[str, Callable[[Event], object]] = {
    "save": lambda event: event.save(),
    "update": lambda event: Event.objects.update(kind="people.signed_out"),
    "delete": lambda event: event.delete(),
    "delete all": lambda event: Event.objects.all().delete(),
    "upsert": lambda event: Event.objects.bulk_create(
        [event], update_conflicts=True, unique_fields=["id"], update_fields=["kind"]
    ),
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES.keys())
def test_the_models_cannot_change_it_either(event: Event, change: Callable[[Event], object]) -> None:
    before = rows()
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
        change(event)
    assert rows() == before


def test_events_after_one_another_are_welcome(event: Event, now: datetime) -> None:
    ledger.record("people.signed_out", subject=Reference("people.user", "7"), by=None, now=now)
    assert len(rows()) == 2


if connection.vendor == "sqlite":  # PostgreSQL has no connection setting that weakens a trigger

    @pytest.mark.parametrize("statement", (ON_BOTH | ON_SQLITE).values(), ids=(ON_BOTH | ON_SQLITE).keys())
    @pytest.mark.django_db(transaction=True)
    def test_a_program_without_our_connection_settings_is_refused_too(now: datetime, statement: str) -> None:
        with transaction.atomic():
            ledger.record("people.signed_in", subject=Reference("people.user", "7"), by=None, now=now)
        stranger = sqlite3.connect(connection.settings_dict["NAME"])
        try:
            assert stranger.execute("PRAGMA recursive_triggers").fetchone() == (0,)
            before = stranger.execute(EVERYTHING).fetchall()
            with pytest.raises(sqlite3.IntegrityError, match="append-only"):
                stranger.execute(statement)
            assert stranger.execute(EVERYTHING).fetchall() == before
        finally:
            stranger.close()


# ---- what drops triggers, and what puts them back --------------------------------------------------------------


def drop(name: str) -> None:
    on_table = " ON ledger_event" if connection.vendor == "postgresql" else ""
    with connection.cursor() as cursor:
        cursor.execute(f'DROP TRIGGER "{name}"{on_table}')


def all_names() -> set[str]:
    return {trigger.name for model in guard.guarded_models() for trigger in guard._wanted(connection, model)}


def test_a_migrated_database_lacks_nothing() -> None:
    assert Event in set(guard.guarded_models())
    assert guard.missing() == ()
    guard.verify()


def test_a_dropped_trigger_is_noticed_named_and_put_back() -> None:
    for name in all_names():
        if not name.startswith("ledger_event"):
            continue
        drop(name)
        assert guard.missing() == (name,)
        with pytest.raises(guard.Unguarded, match=name):
            guard.verify()
        assert guard.install() == (name,)
        assert guard.missing() == ()


def test_an_altered_trigger_is_noticed_and_put_right(event: Event) -> None:
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            drop("ledger_event_no_delete")
            cursor.execute(
                "CREATE TRIGGER ledger_event_no_delete BEFORE DELETE ON ledger_event WHEN false BEGIN SELECT 1; END"
            )
            altered = ("ledger_event_no_delete",)
        else:
            cursor.execute("ALTER TABLE ledger_event DISABLE TRIGGER ledger_event_no_change")
            altered = ("ledger_event_no_change",)
    assert guard.missing() == altered
    assert guard.install() == altered
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
        event.delete()


if connection.vendor == "postgresql":  # only there the refusal is a function

    def test_a_function_that_no_longer_refuses_is_noticed_and_put_right() -> None:
        with connection.cursor() as cursor:
            cursor.execute(
                f"CREATE OR REPLACE FUNCTION {guard.FUNCTION}() RETURNS trigger LANGUAGE plpgsql AS $$BEGIN RETURN OLD; END$$"
            )
        assert set(guard.missing()) == all_names()
        guard.install()
        assert guard.missing() == ()


@pytest.fixture
def wider_kind() -> tuple[models.CharField, models.CharField]:
    """The column `kind` as it is, and as a migration might change it."""
    old = Event._meta.get_field("kind")
    new = models.CharField(max_length=120)
    new.set_attributes_from_name("kind")
    new.model = Event
    return old, new


@pytest.mark.django_db(transaction=True)
def test_a_migration_that_rebuilds_the_table_drops_the_triggers_and_migrate_puts_them_back(
    now: datetime, wider_kind: tuple[models.CharField, models.CharField]
) -> None:
    with transaction.atomic():
        ledger.record("people.signed_in", subject=Reference("people.user", "7"), by=None, now=now)
    before = rows()
    old, new = wider_kind
    with connection.schema_editor() as editor:
        editor.alter_field(Event, old, new, strict=True)
    dropped = (
        {name for name in all_names() if name.startswith("ledger_event")} if connection.vendor == "sqlite" else set()
    )
    assert set(guard.missing()) == dropped
    call_command("migrate", verbosity=0)
    assert guard.missing() == ()
    assert rows() == before
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
        Event.objects.all().delete()
    with connection.schema_editor() as editor:
        editor.alter_field(Event, new, old, strict=True)
    guard.install()


def test_migrate_says_what_it_put_back_and_a_mere_plan_touches_nothing() -> None:
    name = "ledger_event_no_delete" if connection.vendor == "sqlite" else "ledger_event_no_change"
    drop(name)
    call_command("migrate", plan=True, verbosity=0, stdout=StringIO())
    assert guard.missing() == (name,)
    said = StringIO()
    call_command("migrate", stdout=said)
    assert f"Guarded: {name}" in said.getvalue()
    assert guard.missing() == ()


def test_the_system_check_finds_an_unguarded_table() -> None:
    call_command("check", databases=["default"])
    with (
        patch.object(guard, "missing", return_value=("ledger_event_no_delete",)),
        pytest.raises(CommandError, match=r"ledger\.E001"),
    ):
        call_command("check", databases=["default"])


def test_a_key_of_several_columns_is_guarded_against_replacement() -> None:
    class Sealed(models.Model):  # noqa: DJ008
        append_only = True
        year = models.IntegerField()
        code = models.CharField(max_length=9, db_column="code_of_it")
        digest = models.CharField(max_length=9, unique=True)

        class Meta:
            app_label = "nowhere"
            constraints = (models.UniqueConstraint(fields=["year", "code"], name="sealed_once"),)
            managed = False

    try:
        assert guard._same_key(Sealed) == (
            '("id" = NEW."id") OR ("digest" = NEW."digest") OR ("year" = NEW."year" AND "code_of_it" = NEW."code_of_it")'
        )
    finally:
        del apps.all_models["nowhere"]
