"""Numbers of cases: prefix, year, and the case's own id. They may skip, and nobody waits for anybody to get one.

On PostgreSQL the ids come from the sequence of the table, which no transaction locks. SQLite has one writer at a time
anyway, who may look at the last id.
"""

from collections.abc import Sequence

from django.db import connection

from shixiao.casework.models import Case

TABLE = Case._meta.db_table


def allocate(count: int) -> Sequence[int]:
    """`count` ids for new cases, in one statement, inside the caller's transaction."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                "SELECT nextval(pg_get_serial_sequence(%s, 'id')) FROM generate_series(1, %s)", [TABLE, count]
            )
            return [row[0] for row in cursor.fetchall()]
        cursor.execute("SELECT COALESCE((SELECT seq FROM sqlite_sequence WHERE name = %s), 0)", [TABLE])
        (last,) = cursor.fetchone()
        return range(last + 1, last + 1 + count)


def number(prefix: str, *, year: int, id_: int) -> str:
    """`支2026-000123`."""
    return f"{prefix}{year}-{id_:06d}"
