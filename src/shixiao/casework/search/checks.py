"""What Django's system check says of search."""

from collections.abc import Sequence
from typing import Any

from django.core import checks
from django.core.checks import CheckMessage, Tags, register
from django.db import connections


@register(Tags.database)
def sqlite_can_search_texts(*, databases: Sequence[str] | None = None, **kwargs: Any) -> list[CheckMessage]:
    """E101: this SQLite was built without FTS5."""
    return [
        checks.Error(
            "This Python's SQLite has no full-text search (FTS5).",
            hint="Use a Python whose SQLite has FTS5 (python.org's and every distribution's have), or PostgreSQL.",
            id="casework.E101",
        )
        for alias in databases or ()
        if connections[alias].vendor == "sqlite" and not _has_fts5(alias)
    ]


def _has_fts5(alias: str) -> bool:
    with connections[alias].cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pragma_module_list WHERE name = 'fts5'")
        return bool(cursor.fetchone()[0])
