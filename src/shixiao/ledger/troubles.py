"""What the matter is when the database, or the disk, does not do as it was told: no mistake of the program, and over by itself or by
somebody's hand. Pages, the interface for programs and the worker say so, each in its own way.
"""

import errno
from collections.abc import Iterator
from enum import Enum

from django.db import DatabaseError, InterfaceError, OperationalError


class Trouble(Enum):
    """Its value is in how many seconds it is worth trying again."""

    AWAY = 10  # it cannot be reached, went away, or is read only for now
    BUSY = 5  # it answers, but somebody else held what was needed, or it took too long
    FULL = 120  # a disk has no room


_OF_DISKS = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)

# PostgreSQL's classes and codes of errors (its manual, appendix A): whole codes before classes.
_BY_STATE = {
    "53100": Trouble.FULL,  # disk_full
    "53": Trouble.AWAY,  # insufficient resources: too many connections
    "08": Trouble.AWAY,  # connection exceptions
    "57014": Trouble.BUSY,  # query_canceled: took longer than it may
    "57": Trouble.AWAY,  # operator intervention: shuts down, starts up, crashed
    "58030": Trouble.AWAY,  # io_error
    "25006": Trouble.AWAY,  # read_only_sql_transaction: a standby
    "25P03": Trouble.BUSY,  # idle_in_transaction_session_timeout
    "55P03": Trouble.BUSY,  # lock_not_available
    "40": Trouble.BUSY,  # deadlocks
}
# SQLite's primary codes (its "Result and Error Codes").
_BY_CODE = {
    5: Trouble.BUSY,  # BUSY: another process writes
    6: Trouble.BUSY,  # LOCKED
    8: Trouble.AWAY,  # READONLY
    10: Trouble.AWAY,  # IOERR
    13: Trouble.FULL,  # FULL
    14: Trouble.AWAY,  # CANTOPEN
}


def trouble_of(error: BaseException | None) -> Trouble | None:
    """The trouble behind what was raised, or behind what that was raised from; None for a mistake of the program or of a person."""
    return next((found for each in _chain(error) if (found := _of_one(each)) is not None), None)


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        yield error
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)


def _of_one(error: BaseException) -> Trouble | None:
    if isinstance(error, OSError) and error.errno in _OF_DISKS:
        return Trouble.FULL
    if isinstance(error, InterfaceError):  # the connection was closed under our hands
        return Trouble.AWAY
    if not isinstance(error, DatabaseError):
        return None
    told = error.__cause__  # the driver's own
    if (code := getattr(told, "sqlite_errorcode", None)) is not None:
        return _BY_CODE.get(code & 0xFF)
    state = getattr(told, "sqlstate", None) or ""
    if state:
        return _BY_STATE.get(state) or _BY_STATE.get(state[:2])
    return Trouble.AWAY if isinstance(error, OperationalError) and _is_of_postgresql(told) else None


def _is_of_postgresql(told: BaseException | None) -> bool:
    """Without a code it comes from the network: refused, reset, or silent for too long."""
    return told is not None and type(told).__module__.startswith("psycopg")
