"""`shixiao check-deploy`: may this installation serve others? Each concern says what, why, and what to do."""

from collections.abc import Iterator
from datetime import datetime

from shixiao.site import starting
from shixiao.site.deployment import backups, configuration, database, framework, machine, roles
from shixiao.site.deployment.concerns import Concern, Severity

__all__ = ["FORBIDDEN", "Concern", "Severity", "examine"]

# No production server starts with these, on whatever address: a proxy in front may show it to everybody.
FORBIDDEN = frozenset(
    {"people.E001", "people.E002", "site.database", "site.migrations", "site.newer-database", "ledger.E001"}
)


def examine(*, now: datetime) -> tuple[Concern, ...]:
    """Everything that stands against serving others, errors first. Nothing is changed."""
    return tuple(sorted(_concerns(now), key=lambda concern: concern.severity is Severity.WARNING))


def _concerns(now: datetime) -> Iterator[Concern]:
    yield from configuration.concerns(now=now)
    yield from machine.concerns(now=now)
    unreachable = database.unreachable()
    yield from framework.concerns(with_database=unreachable is None)
    if unreachable is None:
        yield from database.concerns(now=now)
        if not starting.pending_migrations():
            yield from roles.concerns()
            yield from backups.concerns(now=now)
    else:
        yield unreachable
