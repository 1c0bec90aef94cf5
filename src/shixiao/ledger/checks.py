"""What Django's system check says of the ledger (`shixiao check-deploy`, `django check --database default`)."""

from collections.abc import Sequence
from typing import Any

from django.core import checks
from django.core.checks import CheckMessage, Tags, register
from django.db import connections

from shixiao.ledger import grants, guard


@register(Tags.database)
def append_only_tables_are_guarded(*, databases: Sequence[str] | None = None, **kwargs: Any) -> list[CheckMessage]:
    """E001: a trigger is gone."""
    found: list[CheckMessage] = []
    for alias in databases or ():
        absent = guard.missing(connections[alias])
        if absent:
            hint = "Find out who dropped them; then `shixiao migrate` puts them back."
            found.append(
                checks.Error(f"Append-only tables lack triggers: {', '.join(absent)}.", hint=hint, id="ledger.E001")
            )
    return found


@register(Tags.database, deploy=True)
def running_role_cannot_change_the_ledger(
    *, databases: Sequence[str] | None = None, **kwargs: Any
) -> list[CheckMessage]:
    """W001: the database role could drop the triggers or change the rows."""
    found: list[CheckMessage] = []
    for alias in databases or ():
        if connections[alias].vendor == "postgresql" and (tables := grants.rights_to_change(connections[alias])):
            message = f"The database role may change append-only tables: {', '.join(tables)}."
            hint = "Run as a role that does not own the tables: see docs/howto/postgresql.md."
            found.append(checks.Warning(message, hint=hint, id="ledger.W001"))
    return found
