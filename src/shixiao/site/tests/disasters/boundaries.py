"""Boundaries: every place between two things that a process does to the world, counted, and one of them deadly.

A boundary is reached before each statement, before and after each COMMIT and ROLLBACK, around each COPY, before each change to a file of the
house, around each handing over to the wire, and before and after the caller is told that a call returned.
"""

import os
import secrets
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from random import Random
from typing import Any

from django.db import connection

_CHANGING = {"os.rename", "os.remove", "os.mkdir", "os.rmdir", "os.link", "os.truncate"}
_WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT


class Boundaries:
    """Counts while `is_open`; at the number `deadly` the process is gone, as by a power cut to it alone: no handler, no rollback, no goodbye."""

    def __init__(self, *, deadly: int | None) -> None:
        self.deadly, self.is_open = deadly, False
        self.reached: list[str] = []

    def reach(self, what: str) -> None:
        """The process is between two things."""
        if not self.is_open:
            return
        if len(self.reached) == self.deadly:
            os.kill(os.getpid(), signal.SIGKILL)
        self.reached.append(what)


_here: Boundaries | None = None


def reach(what: str) -> None:
    """A boundary of the scene's own; nothing outside a process that counts."""
    if _here is not None:
        _here.reach(what)


def install(found: Boundaries, *, house: Path) -> None:
    """For the rest of this process, which is a child that ends soon: nothing of it is ever taken out again."""
    global _here  # noqa: PLW0603 — one in a process
    _here = found
    connection.execute_wrappers.append(_before_each_statement)
    for name in ("_commit", "_rollback"):
        setattr(connection, name, _around(name.strip("_").upper(), getattr(connection, name)))
    if connection.vendor == "postgresql":
        _watch_copies()
    _watch_files(str(house))


def draw_the_same_lots(seed: str) -> None:
    """Keys and salts are the same each time that the scene is played until it dies, so that two houses can be compared row by row. Whoever begins
    again draws others."""
    chance = Random(seed)  # noqa: S311
    secrets.token_hex = lambda size=32: chance.randbytes(size).hex()  # type: ignore[assignment,misc]
    secrets.choice = chance.choice  # type: ignore[assignment]


def _before_each_statement(run: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
    reach(" ".join(sql.split())[:120])
    return run(sql, params, many, context)


def _around(name: str, call: Callable[[], Any]) -> Callable[[], Any]:
    def calling() -> Any:
        reach(f"before {name}")
        found = call()
        reach(f"after {name}")
        return found

    return calling


def _watch_copies() -> None:
    """COPY goes past Django's cursor."""
    import psycopg

    copy = psycopg.Cursor.copy

    @contextmanager
    def copying(cursor: Any, statement: Any, *more: Any, **named: Any) -> Iterator[Any]:
        reach(f"before {str(statement)[:100]}")
        with copy(cursor, statement, *more, **named) as found:
            yield found
            reach(f"all rows of {str(statement)[:60]} sent")

    psycopg.Cursor.copy = copying  # type: ignore[method-assign]


def _watch_files(house: str) -> None:
    """Only what changes files below the folder of the house; a name without a folder is one of a tree that is being removed."""

    def heard(event: str, told: tuple[Any, ...]) -> None:
        if event == "open":
            path, _mode, flags = told
            if not isinstance(path, str) or not flags & _WRITING or not path.startswith(house):
                return
        elif event not in _CHANGING or not str(told[0]).startswith(house) and "/" in str(told[0]):
            return
        reach(f"{event} {Path(str(told[0])).name}")

    sys.addaudithook(heard)
    sync = os.fsync

    def syncing(descriptor: Any) -> None:
        reach("fsync")
        sync(descriptor)

    os.fsync = syncing
