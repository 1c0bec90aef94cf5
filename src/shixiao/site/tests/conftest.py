import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest
from django.db import connection, connections
from django.utils import timezone
from pytest_django import DjangoDbBlocker

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
def as_tested(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Callable[[], str]:
    """`as_tested()`: the file or the name of the database of these tests, in which nobody is now: a copy of it is as this version needs it,
    and migrating another takes long."""

    def left() -> str:
        with django_db_blocker.unblock():
            connections.close_all()
        return str(connection.settings_dict["NAME"])

    return left


@pytest.fixture(scope="session")
def installed(as_tested: Callable[[], str], tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A file or a database as this version needs it, in which nobody is."""
    if connection.vendor == "sqlite":
        path = tmp_path_factory.mktemp("installed") / "shixiao.sqlite3"
        processes.copy_file(as_tested(), path)
        yield str(path)
        return
    with _database("installed") as address:
        _create_like(address, as_tested())
        yield address


@pytest.fixture
def migrated(tmp_path: Path, empty_database: str, installed: str) -> None:
    """The database of the processes of this test, as this version needs it."""
    if empty_database:
        _create_like(empty_database, installed.rpartition("/")[2])
        return
    home = tmp_path / "home"
    home.mkdir(mode=0o700)
    shutil.copy(installed, home / "shixiao.sqlite3")
    (home / "shixiao.sqlite3").chmod(0o600)  # as the program makes it


def _create_like(address: str, template: str) -> None:
    name = address.rpartition("/")[2]
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
