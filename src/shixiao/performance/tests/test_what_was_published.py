"""What was published stays as it was published, whoever opens the database."""

from collections.abc import Callable
from datetime import datetime

import pytest
from django.core.management import call_command
from django.db import IntegrityError, connection, transaction
from django.db.models import Model

from shixiao.engine import targets
from shixiao.ledger import grants, guard
from shixiao.people.models import User
from shixiao.performance import actions
from shixiao.performance.models import Indicator, PlanVersion, Project, Understanding, Unit
from shixiao.performance.tests.conftest import first

PUBLISHED = [PlanVersion, Unit, Project, Indicator]
COLUMNS = {PlanVersion: "title", Unit: "name", Project: "objective", Indicator: "annual_wording"}
CHANGES = {
    "update": "UPDATE {table} SET {column} = 'x'",
    "update of nothing but the same": "UPDATE {table} SET {column} = {column}",
    "delete": "DELETE FROM {table}",
    "upsert": (
        "INSERT INTO {table} SELECT * FROM {table} WHERE true ON CONFLICT (id) DO UPDATE SET {column} = excluded.{column}"
    ),
}
CHANGES |= (
    {"replace": "REPLACE INTO {table} SELECT * FROM {table}", "or ignore": "UPDATE OR IGNORE {table} SET id = id"}
    if connection.vendor == "sqlite"
    else {"truncate": "SET CONSTRAINTS ALL IMMEDIATE; TRUNCATE {table} CASCADE", "replica": "SET LOCAL session_replication_role = replica; DELETE FROM {table}"}
)  # fmt: skip


@pytest.mark.parametrize("model", PUBLISHED)
@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES.keys())
def test_the_database_refuses_any_change(guangzhou: PlanVersion, model: type[Model], change: str) -> None:
    before = list(model.objects.order_by("pk").values())  # type: ignore[attr-defined]
    statement = change.format(table=model._meta.db_table, column=COLUMNS[model])  # type: ignore[index]
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
    assert list(model.objects.order_by("pk").values()) == before  # type: ignore[attr-defined]


@pytest.mark.parametrize("model", PUBLISHED)
def test_a_row_whose_key_is_taken_is_refused(guangzhou: PlanVersion, model: type[Model]) -> None:
    """Also the key of several columns: another row 1 of the same version."""
    again = model.objects.first()  # type: ignore[attr-defined]
    again.pk = None
    with pytest.raises(IntegrityError), transaction.atomic():
        again.save(force_insert=True)


def test_a_correction_changes_what_is_understood_and_nothing_published(
    guangzhou: PlanVersion, officer: User, now: datetime
) -> None:
    row = first(guangzhou, 3)
    before = Indicator.objects.filter(pk=row.pk).values().get()
    actions.correct_reading(row, which="annual", reading=targets.read("≥5份"), reason="按批复", by=officer, now=now)
    assert Indicator.objects.filter(pk=row.pk).values().get() == before
    understood = Understanding.objects.get(indicator=row)
    assert (understood.annual_zh, understood.annual_en) == ("不低于 5份", "at least 5份")
    assert understood.is_corrected


def test_every_row_has_its_understanding(guangzhou: PlanVersion) -> None:
    assert Understanding.objects.count() == guangzhou.indicator_count
    for row in Indicator.objects.select_related("understanding"):
        said = targets.explain(targets.from_json(row.annual_reading))
        assert (row.understanding.annual_zh, row.understanding.annual_en) == said


@pytest.mark.django_db(transaction=True)
def test_an_installation_from_before_the_guard_is_migrated_and_then_guarded(
    accept: Callable[..., actions.Acceptance], officer: User, now: datetime
) -> None:
    """A table that is yet to be guarded is no table whose triggers somebody dropped."""
    accept()
    row = first(PlanVersion.objects.get())
    reading = targets.read("恰好3次")
    actions.correct_reading(row, which="annual", reading=reading, reason="按文件", by=officer, now=now)
    before = list(Understanding.objects.order_by("pk").values())
    with connection.cursor() as cursor:
        for model in PUBLISHED:
            for trigger in guard._wanted(connection, model):
                where = f" ON {trigger.table}" if connection.vendor == "postgresql" else ""
                cursor.execute(f'DROP TRIGGER "{trigger.name}"{where}')
    assert guard.missing() != ()
    try:
        with_out_install = {"verbosity": 0, "interactive": False}
        call_command("migrate", "performance", "0001", **with_out_install)
        guard.verify()
    finally:
        call_command("migrate", **with_out_install)
    assert guard.missing() == ()
    assert list(Understanding.objects.order_by("pk").values()) == before
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
        Indicator.objects.update(name="x")


if connection.vendor == "postgresql":  # only there a role may do less than the owner

    def test_a_role_that_may_only_read_and_add_accepts_and_corrects(
        accept: Callable[..., actions.Acceptance], officer: User, now: datetime
    ) -> None:
        with connection.cursor() as cursor:
            cursor.execute("CREATE ROLE running_role")
            grants.give(connection, role="running_role")
            cursor.execute("SET LOCAL ROLE running_role")
        row = first(accept().version)
        reading = targets.read("恰好3次")
        made = actions.correct_reading(row, which="annual", reading=reading, reason="按文件", by=officer, now=now)
        actions.withdraw_correction(made, reason="看错了", by=officer, now=now)
        with connection.cursor() as cursor:
            cursor.execute("RESET ROLE")
            cursor.execute("DROP OWNED BY running_role")
            cursor.execute("DROP ROLE running_role")
