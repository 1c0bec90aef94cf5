"""Django's `migrate`, and after it the guard over the append-only tables.

A signal would do the same unseen; a command that one can read does it here. A table rebuild on SQLite drops
triggers silently, so they are looked at after every run, whatever was migrated.
"""

from typing import Any

from django.conf import settings
from django.core.management.commands import migrate
from django.db import connections

from shixiao.ledger import grants, guard


class Command(migrate.Command):
    """Migrate, guard, and give the running role its rights (PostgreSQL)."""

    def handle(self, *args: Any, **options: Any) -> None:
        """Nothing is installed when the run only shows a plan."""
        super().handle(*args, **options)
        if options["plan"] or options["check_unapplied"]:
            return
        database = connections[options["database"]]
        restored = guard.install(database)
        if restored and options["verbosity"] > 0:
            self.stdout.write(f"  Guarded: {', '.join(restored)}")
        if database.vendor == "postgresql" and settings.SHIXIAO_RUNNING_ROLE:
            grants.give(database, role=settings.SHIXIAO_RUNNING_ROLE)
