import os
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest
from django.db import connection

from shixiao.site.tests import processes


@pytest.fixture
def empty_database() -> Iterator[str]:
    """A DATABASE_URL for a process: its default, a file in its own folder, or a new database on PostgreSQL."""
    if connection.vendor == "sqlite":
        yield ""
        return
    name, server = f"serving_{uuid4().hex}", os.environ["DATABASE_URL"]
    with psycopg.connect(server, autocommit=True) as owner:
        owner.execute(f'CREATE DATABASE "{name}"')
        yield server.rpartition("/")[0] + f"/{name}"
        owner.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


@pytest.fixture
def started(tmp_path: Path, empty_database: str) -> Iterator[Callable[..., "subprocess.Popen[str]"]]:
    """Starts `shixiao WORDS` on an empty database, several times if wished, and ends what is left."""
    running: list[subprocess.Popen[str]] = []

    def start(*words: object, **more: str) -> "subprocess.Popen[str]":
        running.append(processes.start(tmp_path, *words, **{"DATABASE_URL": empty_database} | more))
        return running[-1]

    yield start
    for process in running:
        if process.poll() is None:
            process.terminate()
        process.communicate(timeout=processes.LONGEST)


@pytest.fixture
def migrated(tmp_path: Path, empty_database: str) -> None:
    """The database of the processes of this test, as this version needs it."""
    assert processes.done(tmp_path, "manage", "migrate", "--verbosity=0", DATABASE_URL=empty_database) == (0, "")
