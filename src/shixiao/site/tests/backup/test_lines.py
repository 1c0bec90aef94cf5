"""How rows are written down: the same lines from both databases, and rows again."""

import pytest
from django.apps import apps
from django.db import connection, models

from shixiao.casework.models import Case
from shixiao.ledger.models import Event, Words
from shixiao.site.backup import columns, reading, tables
from shixiao.site.backup.columns import Column, Sort
from shixiao.site.tests.backup.conftest import ODD


def test_every_column_of_every_room_can_be_written_down() -> None:
    every = apps.get_models(include_auto_created=True)
    found = [columns.column_of(field) for model in every for field in model._meta.local_concrete_fields]
    assert len(found) > 300
    assert {column.sort for column in found} == set(Sort)


def test_a_field_that_nobody_has_thought_of_is_refused_by_name() -> None:
    with pytest.raises(columns.UnknownField, match="FloatField"):
        columns.column_of(models.FloatField())


@pytest.mark.usefixtures("house")
def test_the_tables_are_all_that_the_database_has() -> None:
    found = tables.tables(tables.applied())
    assert tables.strangers(found) == []
    assert {table.name for table in found} > {"ledger_event", "casework_case", "django_migrations", "people_user"}


def lines_of(table: str) -> list[bytes]:
    (found,) = [each for each in tables.tables(tables.applied()) if each.name == table]
    return [line for some in reading.lines(found) for line in some]


def test_a_line_is_the_same_from_both_databases(house: Case) -> None:
    event = Event.objects.filter(kind="casework.remarked").order_by("pk")[1]
    line = next(line for line in lines_of("ledger_event") if line.startswith(f"[{event.pk},".encode()))
    assert b'"2026-06-30 01:00:00.000001"' in line
    words = Words.objects.get(event=event)
    told = next(line for line in lines_of("ledger_words") if line.startswith(f"[{words.pk},".encode()))
    escaped = (
        (ODD * 2)
        .replace("\\", "\\\\")
        .replace('"', '\\"')
        .replace("\n", "\\n")
        .replace("\t", "\\t")
        .replace("\r", "\\r")
        .replace("\x01", "\\u0001")
        .replace("\x1f", "\\u001f")
    )
    assert told.decode() == f'[{words.pk},{event.pk},"remark","{words.salt}","{escaped}"]'


def test_amounts_keep_their_places(house: Case) -> None:
    column = Column("amount", Sort.EXACT, 2)
    line = columns.line_on_sqlite if connection.vendor == "sqlite" else columns.line_on_postgresql
    cast = "decimal" if connection.vendor == "sqlite" else "numeric(14,2)"
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE TEMP TABLE sums (amount {cast})")
        for amount in ("12.5", "7", "-0.10", "99999999999.99", None):
            cursor.execute("INSERT INTO sums VALUES (%s)", [amount])
        cursor.execute(f"SELECT {line([column])} FROM sums")  # noqa: S608
        found = [row[0] for row in cursor.fetchall()]
        cursor.execute("DROP TABLE sums")
    assert found == ['["12.50"]', '["7.00"]', '["-0.10"]', '["99999999999.99"]', "[null]"]


def test_a_time_of_the_day_is_the_same_text(house: Case) -> None:
    line = columns.line_on_sqlite if connection.vendor == "sqlite" else columns.line_on_postgresql
    with connection.cursor() as cursor:
        cursor.execute("CREATE TEMP TABLE times (at time)")
        for at in ("22:00:00", "06:30:00.000001", None):
            cursor.execute("INSERT INTO times VALUES (%s)", [at])
        cursor.execute(f"SELECT {line([Column('at', Sort.TIME)])} FROM times")  # noqa: S608
        found = [row[0] for row in cursor.fetchall()]
        cursor.execute("DROP TABLE times")
    assert found == ['["22:00:00"]', '["06:30:00.000001"]', "[null]"]


def test_the_content_hash_is_that_of_the_lines_and_plain_json_has_one_order() -> None:
    column = [Column("a", Sort.NUMBER), Column("b", Sort.JSON)]
    one, other = [b'[1,"{\\"x\\":1,\\"y\\":2}"]'], [b'[1,"{\\"y\\": 2, \\"x\\": 1}"]']

    def hash_of(some: list[bytes], *, is_plain: bool) -> str:
        found = reading.Content(column, is_plain=is_plain)
        found.add(some)
        return found.sha256

    assert hash_of(one, is_plain=True) == hash_of(other, is_plain=True)
    assert hash_of(one, is_plain=False) != hash_of(other, is_plain=False)
    assert hash_of(one, is_plain=True) != hash_of([b'[1,"{\\"x\\":1,\\"y\\":3}"]'], is_plain=True)
