"""What the matter is when a database or a disk does not do as it was told."""

import errno
import sqlite3

import psycopg
import pytest
from django.db import DatabaseError, IntegrityError, InterfaceError, OperationalError, ProgrammingError

from shixiao.ledger.troubles import Trouble, trouble_of


def by_django(kind: type[Exception], told: Exception) -> Exception:
    """As Django raises it: its own error from the driver's."""
    try:
        raise kind(str(told)) from told  # noqa: TRY301
    except Exception as error:  # noqa: BLE001 - whatever was asked for
        return error


def of_sqlite(code: int) -> sqlite3.OperationalError:
    error = sqlite3.OperationalError("told in a test")
    error.sqlite_errorcode = code
    return error


@pytest.mark.parametrize(
    ("error", "trouble"),
    [
        (by_django(OperationalError, psycopg.OperationalError("connection refused")), Trouble.AWAY),
        (by_django(OperationalError, psycopg.errors.AdminShutdown()), Trouble.AWAY),
        (by_django(OperationalError, psycopg.errors.TooManyConnections()), Trouble.AWAY),
        (by_django(DatabaseError, psycopg.errors.ReadOnlySqlTransaction()), Trouble.AWAY),
        (by_django(OperationalError, psycopg.errors.QueryCanceled()), Trouble.BUSY),
        (by_django(OperationalError, psycopg.errors.DeadlockDetected()), Trouble.BUSY),
        (by_django(OperationalError, psycopg.errors.DiskFull()), Trouble.FULL),
        (by_django(IntegrityError, psycopg.errors.UniqueViolation()), None),
        (by_django(ProgrammingError, psycopg.errors.UndefinedTable()), None),
        (by_django(OperationalError, of_sqlite(sqlite3.SQLITE_BUSY)), Trouble.BUSY),
        (by_django(OperationalError, of_sqlite(sqlite3.SQLITE_BUSY_SNAPSHOT)), Trouble.BUSY),
        (by_django(OperationalError, of_sqlite(sqlite3.SQLITE_FULL)), Trouble.FULL),
        (by_django(OperationalError, of_sqlite(sqlite3.SQLITE_IOERR_WRITE)), Trouble.AWAY),
        (by_django(OperationalError, of_sqlite(sqlite3.SQLITE_ERROR)), None),  # no such table
        (InterfaceError("connection already closed"), Trouble.AWAY),
        (OSError(errno.ENOSPC, "No space left on device"), Trouble.FULL),
        (OSError(errno.ENOENT, "No such file"), None),
        (ValueError("a mistake of the program"), None),
        (by_django(RuntimeError, by_django(OperationalError, psycopg.errors.DiskFull())), Trouble.FULL),
        (None, None),
    ],
)
def test_each_error_is_one_trouble_or_none(error: Exception | None, trouble: Trouble | None) -> None:
    assert trouble_of(error) is trouble
