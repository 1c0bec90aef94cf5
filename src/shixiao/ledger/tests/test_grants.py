"""On PostgreSQL a second lock: the role that runs the program may only add to the book.

The role in these tests is a real one that signs in by itself.
"""

from collections.abc import Iterator
from datetime import datetime
from uuid import uuid4

import pytest
from django.core.management import call_command
from django.db import connection, transaction
from pytest_django import Settings

from shixiao import ledger
from shixiao.ledger import grants
from shixiao.ledger.book import Reference
from shixiao.ledger.checks import running_role_cannot_change_the_ledger
from shixiao.people.models import User

if connection.vendor == "postgresql":
    import psycopg

    pytestmark = pytest.mark.django_db(transaction=True)

    @pytest.fixture
    def role() -> Iterator[str]:
        name = f"running_{uuid4().hex}"
        with connection.cursor() as cursor:
            cursor.execute(f'CREATE ROLE "{name}" LOGIN')
        yield name
        with connection.cursor() as cursor:
            cursor.execute(f'DROP OWNED BY "{name}"')
            cursor.execute(f'DROP ROLE "{name}"')

    @pytest.fixture
    def running(role: str, settings: Settings, now: datetime) -> Iterator["psycopg.Connection"]:
        settings.SHIXIAO_RUNNING_ROLE = role
        with transaction.atomic():
            ledger.record("people.signed_in", subject=Reference("people.user", "7"), by=None, now=now)
            User.objects.create(username="li", display_name="li", role="reader", created_at=now)
        call_command("migrate", verbosity=0)
        given = connection.get_connection_params()
        signed_in = {key: given[key] for key in ("host", "port", "dbname")} | {"user": role}
        with psycopg.connect(**signed_in, autocommit=True) as other:
            yield other

    COLUMNS = "kind, subject_kind, subject_id, by_kind, by_id, happened_at, recorded_at, particulars"

    def test_the_running_role_reads_and_adds_to_the_book(running: "psycopg.Connection") -> None:
        running.execute(f"INSERT INTO ledger_event ({COLUMNS}) SELECT {COLUMNS} FROM ledger_event")  # noqa: S608
        assert running.execute("SELECT count(*) FROM ledger_event").fetchone() == (2,)

    @pytest.mark.parametrize(
        "statement",
        [
            "UPDATE ledger_event SET kind = 'people.signed_out'",
            "DELETE FROM ledger_event",
            "TRUNCATE ledger_event",
            "ALTER TABLE ledger_event DISABLE TRIGGER ALL",
            "DROP TRIGGER ledger_event_no_change ON ledger_event",
            "DROP TABLE ledger_event",
            "SET session_replication_role = replica",
            "CREATE OR REPLACE FUNCTION shixiao_append_only() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN OLD; END'",
            "INSERT INTO django_migrations (app, name, applied) VALUES ('a', 'b', now())",
            "DELETE FROM django_migrations",
        ],
    )
    def test_the_running_role_may_do_nothing_else_to_it(running: "psycopg.Connection", statement: str) -> None:
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            running.execute(statement)

    def test_the_running_role_works_as_usual_elsewhere(running: "psycopg.Connection") -> None:
        assert running.execute("UPDATE people_user SET display_name = 'Li'").rowcount == 1
        assert running.execute("DELETE FROM django_session").rowcount == 0

    def test_rights_given_by_mistake_are_taken_back_at_the_next_migrate(
        running: "psycopg.Connection", role: str
    ) -> None:
        with connection.cursor() as cursor:
            cursor.execute(f'GRANT ALL ON ledger_event TO "{role}"')
        call_command("migrate", verbosity=0)
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            running.execute("TRUNCATE ledger_event")

    def test_the_deploy_check_warns_of_a_role_that_owns_the_book_and_is_content_with_the_other(role: str) -> None:
        (warning,) = running_role_cannot_change_the_ledger(databases=["default"])
        assert warning.id == "ledger.W001"
        grants.give(connection, role=role)
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f'SET LOCAL ROLE "{role}"')
            assert running_role_cannot_change_the_ledger(databases=["default"]) == []

else:

    @pytest.mark.django_db
    def test_sqlite_has_no_roles_and_the_deploy_check_knows() -> None:
        assert running_role_cannot_change_the_ledger(databases=["default"]) == []
