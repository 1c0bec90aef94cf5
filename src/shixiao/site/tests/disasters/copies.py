"""Houses: installations of a folder and a database each, copied from one another in a moment, entered by children only."""
# ruff: noqa: S608 — names of our own tables go into the SQL

import os
import re
import shutil
import sqlite3
import time
from contextlib import closing
from hashlib import sha256
from pathlib import Path
from typing import Any
from uuid import uuid4

import psycopg
import psycopg.sql
from django.conf import settings
from django.db import connection

DATABASE, LOG = "shixiao.sqlite3", "outside.log"
_SIGNS_OF_LIFE = {"ledger_workerheartbeat"}
_LOT = re.compile(r"(?<=Z-)[0-9a-f]{6}|(?<=/)[0-9a-f]{32,}")
_UNFINISHED = re.compile(r"(?<=/\.)((unfinished|removing)-[^/]*)/.*")


class Houses:
    """Those of one run. `server` is the address of a PostgreSQL whose databases may be copied; on SQLite it is empty."""

    def __init__(self, root: Path, *, server: str) -> None:
        self.root, self._mark, self._server = root, f"killed_{uuid4().hex[:10]}", server
        self._owner = psycopg.connect(server, autocommit=True) if server else None

    def folder(self, name: str) -> Path:
        """Its HOME."""
        return self.root / name

    def found(self, name: str, *, migrated: str = "") -> None:
        """A new house. `migrated`: a database, or a file of SQLite, that is as this version needs it; an empty one is made without."""
        self.folder(name).mkdir(parents=True)
        if self._owner is not None:
            self._create(name, template=migrated or "template0")
            if migrated:
                with psycopg.connect(self._address(name), autocommit=True) as made:
                    made.execute(
                        "VACUUM (FULL)"
                    )  # hundreds of tests took back what they had written: each copy would carry it
        elif migrated:
            with closing(sqlite3.connect(migrated)) as source, closing(sqlite3.connect(self._file(name))) as target:
                source.backup(target)
                target.execute("VACUUM")

    def copy(self, source: str, target: str) -> None:
        """Another house that is the same in everything. Nobody is in `source`."""
        shutil.copytree(self.folder(source), self.folder(target))
        if self._owner is not None:
            self._create(target, template=self._database(source))

    def remove(self, name: str) -> None:
        """As if it had never been."""
        shutil.rmtree(self.folder(name), ignore_errors=True)
        if self._owner is not None:
            self._owner.execute(f'DROP DATABASE IF EXISTS "{self._database(name)}" WITH (FORCE)')

    def remove_all(self) -> None:
        """Every house of the run."""
        for path in list(self.root.iterdir()):
            self.remove(path.name)

    def mark(self, name: str) -> str:
        """The rows of every table and the names of every file, as one word; the house is left as it is, unrecovered. For the parent."""
        told = [*self._rows(name), *files(self.folder(name))]
        return sha256(repr(told).encode()).hexdigest()

    def _rows(self, name: str) -> list[Any]:
        if self._server:
            with psycopg.connect(self._address(name), autocommit=True) as found:
                tables = found.execute(
                    "SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1"
                ).fetchall()
                each = "SELECT {0}, md5(coalesce(string_agg(t::text, ' ' ORDER BY t::text), '')) FROM {1} t"
                sql = " UNION ALL ".join(
                    each.format(psycopg.sql.quote(table), f'"{table}"')
                    for (table,) in tables
                    if table not in _SIGNS_OF_LIFE
                )
                return list(found.execute(sql).fetchall())
        beside = self.root / "looked-at"
        shutil.copytree(
            self.folder(name),
            beside,
            ignore=lambda _folder, names: [each for each in names if not each.startswith(DATABASE)],
        )
        try:
            with closing(sqlite3.connect(beside / DATABASE)) as found:
                tables = found.execute(
                    "SELECT name FROM sqlite_master WHERE type = 'table' AND sql NOT LIKE 'CREATE VIRTUAL%' ORDER BY 1"
                ).fetchall()
                return [
                    (table, found.execute(f'SELECT * FROM "{table}"').fetchall())
                    for (table,) in tables
                    if table not in _SIGNS_OF_LIFE
                ]
        finally:
            shutil.rmtree(beside)

    def enter(self, name: str) -> None:
        """From now on this process is in that house; for a child."""
        home = self.folder(name)
        settings.HOME, settings.SHIXIAO_ATTACHMENTS = home, home / "attachments"
        settings.SHIXIAO_BACKUPS, settings.CERTIFICATES = home / "backups", home / "certificates"
        given = self._database(name) if self._owner is not None else str(self._file(name))
        settings.DATABASES["default"]["NAME"] = connection.settings_dict["NAME"] = given

    def wait_until_left(self, name: str) -> None:
        """A server notices a moment later that its client is no more, and until then holds what that one held."""
        if self._owner is None:
            return
        sql, given = "SELECT count(*) FROM pg_stat_activity WHERE datname = %s", [self._database(name)]
        until = time.monotonic() + 30
        while self._count(sql, given):
            if time.monotonic() > until:
                raise TimeoutError(f"somebody is still in {name}")
            time.sleep(0.002)

    def _count(self, sql: Any, given: list[str]) -> int:
        assert self._owner is not None
        row = self._owner.execute(sql, given).fetchone()
        return int(row[0]) if row else 0

    def _create(self, name: str, *, template: str) -> None:
        assert self._owner is not None
        self._owner.execute(f'CREATE DATABASE "{self._database(name)}" TEMPLATE "{template}"')

    def _address(self, name: str) -> str:
        return f"{self._server.rpartition('/')[0]}/{self._database(name)}"

    def _database(self, name: str) -> str:
        return f"{self._mark}_{name}"

    def _file(self, name: str) -> Path:
        return self.folder(name) / DATABASE


def files(home: Path) -> list[str]:
    """Every file of a house but the database; what is unfinished counts as one; and by which channel something left it, each time."""
    paths = {
        _UNFINISHED.sub("", path.relative_to(home).as_posix())
        for path in home.rglob("*")
        if not path.name.startswith(DATABASE)
    }
    log = home / LOG
    return [*sorted(_LOT.sub("#", path) for path in paths), log.read_text(encoding="ascii") if log.exists() else ""]


def server_of(address: str) -> str:
    """What `DATABASE_URL` says, where that is a PostgreSQL."""
    return address if address.startswith("postgres") else ""


def here() -> str:
    """The server of this process."""
    return server_of(os.environ.get("DATABASE_URL", ""))
