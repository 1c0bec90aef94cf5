"""Django's `migrate`, and after it the guard over the append-only tables.

A signal would do the same unseen; a command that one can read does it here. A table rebuild on SQLite drops
triggers silently, so they are looked at after every migration and after every run, whatever was migrated.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.conf import settings
from django.core.management.commands import migrate
from django.db import connections, transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.migration import Migration
from django.db.migrations.state import ModelState, ProjectState

from shixiao.ledger import grants, guard


class WholeMigrations(MigrationExecutor):
    """Each migration, the note that it was done, and the guard over its tables stand or fall together.

    Django notes some migrations in a transaction of its own, after the one that changed the tables: whoever was killed in between had
    a database that no migration could go on with. And a table made without its guard looks as if somebody had taken the guard away.
    """

    def apply_migration(
        self, state: ProjectState, migration: Migration, fake: bool = False, fake_initial: bool = False
    ) -> ProjectState:
        """The state afterwards."""
        if not migration.atomic:
            return super().apply_migration(state, migration, fake=fake, fake_initial=fake_initial)
        with _one_transaction(self.connection):
            state = super().apply_migration(state, migration, fake=fake, fake_initial=fake_initial)
            self.connection.check_constraints()  # PostgreSQL makes no trigger on a table with checks that are still to be done
            guard.install(self.connection)
        return state


@contextmanager
def _one_transaction(database: BaseDatabaseWrapper) -> Iterator[None]:
    """SQLite's foreign keys can be let go of outside a transaction only, and rebuilding a table needs that."""
    was_checking = database.disable_constraint_checking()
    try:
        with transaction.atomic(using=database.alias):
            yield
    finally:
        if was_checking:
            database.enable_constraint_checking()


class Command(migrate.Command):
    """Migrate, guard, and give the running role its rights (PostgreSQL)."""

    def handle(self, *args: Any, **options: Any) -> None:
        """Nothing is installed when the run only shows a plan."""
        with _whole_migrations():
            super().handle(*args, **options)
        if options["plan"] or options["check_unapplied"]:
            return
        database = connections[options["database"]]
        restored = guard.install(database)
        if restored and options["verbosity"] > 0:
            self.stdout.write(f"  Guarded: {', '.join(restored)}")
        if database.vendor == "postgresql" and settings.SHIXIAO_RUNNING_ROLE:
            grants.give(database, role=settings.SHIXIAO_RUNNING_ROLE)


@contextmanager
def _whole_migrations() -> Iterator[None]:
    """Django's command makes its executor by the name in its module, and offers no other way to have one's own; nor has the executor one for
    the states that it goes through."""
    names, add_model = vars(migrate), ProjectState.add_model
    before = names["MigrationExecutor"]
    names["MigrationExecutor"] = WholeMigrations
    ProjectState.add_model = _add_model_alone  # type: ignore[assignment]
    try:
        yield
    finally:
        names["MigrationExecutor"] = before
        ProjectState.add_model = add_model  # type: ignore[method-assign]


def _add_model_alone(state: ProjectState, model_state: ModelState) -> None:
    """What `ProjectState.add_model` does, for a model that was not there: nothing refers to it yet, so it is built alone.

    Django builds everything anew that is related to it by any number of steps, which here is nearly the whole house: that was four fifths of
    the time that an empty database took.
    """
    key = model_state.app_label, model_state.name_lower
    state.models[key] = model_state
    if vars(state)["_relations"] is not None:  # worked out when first asked for, and kept up from then on
        state.resolve_model_relations(key)
    if "apps" not in vars(state):
        return
    if key[1] in state.apps.all_models[key[0]]:
        state.reload_model(*key)
    else:
        state.apps.render_multiple([model_state])
