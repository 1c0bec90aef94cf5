import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest
from django.db import connection
from django.utils import timezone

from shixiao.engine.bilingual import Text
from shixiao.site import demonstration
from shixiao.site.tests import processes


@pytest.fixture
def empty_database() -> Iterator[str]:
    """A DATABASE_URL for a process: its default, a file in its own folder, or a new database on PostgreSQL."""
    with _database("serving") as address:
        yield address


@contextmanager
def _database(beginning: str) -> Iterator[str]:
    if connection.vendor == "sqlite":
        yield ""
        return
    name, server = f"{beginning}_{uuid4().hex}", os.environ["DATABASE_URL"]
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


@pytest.fixture(scope="session")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, str]]:
    """A folder and a database as this version needs them, in which nobody is: migrating takes long, a copy does not."""
    folder = tmp_path_factory.mktemp("installed")
    with _database("installed") as address:
        assert processes.done(folder, "manage", "migrate", "--verbosity=0", DATABASE_URL=address) == (0, "")
        yield folder / "home", address


@pytest.fixture
def migrated(tmp_path: Path, empty_database: str, installed: tuple[Path, str]) -> None:
    """The database of the processes of this test, as this version needs it."""
    home, address = installed
    shutil.copytree(home, tmp_path / "home")
    if empty_database:
        name, template = (each.rpartition("/")[2] for each in (empty_database, address))
        with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as owner:
            owner.execute(f'DROP DATABASE "{name}"')
            owner.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')


@pytest.fixture(scope="module")
def demonstrated(lived: None) -> list[Text]:
    """The demonstration, and what was said of it: lived once for all tests of a module, which takes a while."""
    said: list[Text] = []
    demonstration.begin(say=said.append, now=timezone.now())
    connection.run_on_commit.clear()  # what a commit would do, which does not come
    return said
