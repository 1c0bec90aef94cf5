"""A migration is interrupted: starting says how far the database is, `upgrade` goes on, and the data are what they were.

SHIXIAO_KILLS names more places at which the process dies than the few that fit into every run.
"""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from shixiao.site.tests.disasters.households import House
from shixiao.site.tests.processes import surroundings

pytestmark = pytest.mark.database
KILLS = int(os.environ.get("SHIXIAO_KILLS", "6"))
OLDER = (
    ("casework", "0004_duties"),
    ("ledger", "0007_reason_cells"),
)  # of an earlier version; no rows are lost on the way back


@pytest.fixture
def copies(house: House) -> Iterator[list[str]]:
    """Databases of the older version: for SQLite folders, for PostgreSQL names."""
    for room, name in OLDER:
        assert house.done("manage", "migrate", room, name, "--verbosity=0")[0] == 0
    if not house.database:
        made = [house.folder / f"copy{number}" for number in range(KILLS + 1)]
        for path in made:
            shutil.copytree(house.folder / "home", path)
        yield [str(path) for path in made]
        return
    server, _, original = house.database.rpartition("/")
    names = [f"{original}_{number}" for number in range(KILLS + 1)]
    with psycopg.connect(f"{server}/postgres", autocommit=True) as owner:
        for name in names:
            owner.execute(f'CREATE DATABASE "{name}" TEMPLATE "{original}"')
        yield names
        for name in names:
            owner.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


def test_killed_anywhere_an_upgrade_goes_on_and_nothing_is_lost(house: House, copies: list[str]) -> None:
    environment = surroundings(house.folder, DATABASE_URL=house.database)
    command = [sys.executable, "-m", "shixiao.site.tests.disasters.interrupting", *copies]
    done = subprocess.run(command, cwd=house.folder, env=environment, check=False, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    whole, *killed = json.loads(done.stdout)
    assert whole["statements"] > KILLS
    assert len(killed) == KILLS
    for each in killed:
        at = f"statement {each['dies_at']} of {each['statements']}"
        assert bool(each["says"]) == bool(each["migrations"]), at
        if each["says"]:
            assert "not as this version needs it: migrations to be done" in each["says"], at
        assert (each["rows"], each["differences"]) == (whole["rows"], whole["differences"]), at
        assert (each["unguarded"], each["pending"]) == ([], []), at
    # The backup that the upgrade made of a database in the middle of its migrations, by whoever has the same program.
    backup = next(each["backup"] for each in killed if each["backup"])
    status, said = restored(house, backup)
    assert status == 0, said


def restored(house: House, backup: str) -> tuple[int, str]:
    """Into an empty place."""
    if not house.database:
        return house.done("restore", backup, SHIXIAO_HOME=str(house.folder / "another"))
    server = house.database.rpartition("/")[0]
    name = f"{house.database.rpartition('/')[2]}_restored"
    with psycopg.connect(f"{server}/postgres", autocommit=True) as owner:
        owner.execute(f'CREATE DATABASE "{name}"')
        try:
            return house.done(
                "restore", backup, SHIXIAO_HOME=str(Path(house.folder) / "another"), DATABASE_URL=f"{server}/{name}"
            )
        finally:
            owner.execute(f'DROP DATABASE "{name}" WITH (FORCE)')
