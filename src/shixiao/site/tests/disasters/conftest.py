import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import psycopg
import pytest
from django.db import connection

from shixiao.site.tests import processes
from shixiao.site.tests.disasters.clusters import Cluster
from shixiao.site.tests.disasters.households import House


class Founded:
    """A founded house on one server, of which each test gets a copy; a server of "" is SQLite. `migrated`: the file or the database that it
    begins with; an empty one is made without."""

    def __init__(self, server: str, folder: Path, *, migrated: str = "") -> None:
        self.server, self.folder = server, folder
        self.template = self._create(migrated if server else "")
        if migrated and not server:
            (folder / "home").mkdir(mode=0o700)
            processes.copy_file(migrated, folder / "home" / "shixiao.sqlite3")
        environment = processes.surroundings(folder, DATABASE_URL=self.template)
        command = [sys.executable, "-m", "shixiao.site.tests.disasters.founding"]
        done = subprocess.run(command, cwd=folder, env=environment, check=False, capture_output=True, text=True)
        assert done.returncode == 0, done.stderr
        self.told: dict[str, Any] = json.loads(done.stdout)

    def copy(self, folder: Path) -> House:
        """Another one, as it was founded."""
        shutil.copytree(self.folder / "home", folder / "home")
        return House(folder, self._create(self.template), dict(self.told))

    def _create(self, template: str) -> str:
        if not self.server:
            return ""
        name, before = f"disaster_{uuid4().hex}", self.server.rpartition("/")[0]
        like = f'TEMPLATE "{template.rpartition("/")[2]}"' if template else ""
        self._tell(f'CREATE DATABASE "{name}" {like}')
        return f"{before}/{name}"

    def drop(self, database: str) -> None:
        """A copy goes."""
        if database:
            name = database.rpartition("/")[2]
            self._tell(f'DROP DATABASE "{name}" WITH (FORCE)')

    def _tell(self, statement: str) -> None:
        with psycopg.connect(self.server, autocommit=True) as owner:
            owner.execute(statement)
            # A sequence that was copied says itself how far it is logged, which its copy is not: a crash would set it back.
            owner.execute("CHECKPOINT")


@pytest.fixture(scope="session")
def foundations() -> Iterator[dict[str, Founded]]:
    """The founded house of each server. What is left of them when all tests are done is dropped."""
    made: dict[str, Founded] = {}
    yield made
    for each in made.values():
        each.drop(each.template)


@pytest.fixture(scope="session")
def cluster(foundations: dict[str, Founded]) -> Iterator[Cluster]:
    """A PostgreSQL that nobody else uses. What was founded on it ends with it."""
    made = Cluster()
    try:
        yield made
    finally:
        foundations.pop(made.url, None)
        made.end()


@pytest.fixture(scope="session")
def founded(
    foundations: dict[str, Founded], as_tested: Callable[[], str], tmp_path_factory: pytest.TempPathFactory
) -> Callable[[str], Founded]:
    """`founded(server)`, once for each server."""

    def found(server: str) -> Founded:
        if server not in foundations:
            migrated = as_tested() if server == database_of_tests() else ""
            foundations[server] = Founded(server, tmp_path_factory.mktemp("founded"), migrated=migrated)
        return foundations[server]

    return found


@pytest.fixture
def house_on(tmp_path: Path, founded: Callable[[str], Founded]) -> Iterator[Callable[[str], House]]:
    """`house_on(server)`: a house of this test's own, whose processes end with it."""
    made: list[tuple[Founded, House]] = []

    def copy(server: str) -> House:
        original = founded(server)
        made.append((original, original.copy(tmp_path)))
        return made[-1][1]

    yield copy
    for original, each in made:
        each.end()
        original.drop(each.told.get("straight", each.database))


@pytest.fixture
def house(house_on: Callable[[str], House]) -> House:
    """A house on the database that the tests run on."""
    return house_on(database_of_tests())


def database_of_tests() -> str:
    """The server that the tests run on; "" is SQLite."""
    return "" if connection.vendor == "sqlite" else os.environ["DATABASE_URL"]
