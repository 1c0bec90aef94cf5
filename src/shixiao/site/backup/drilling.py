"""A drill: a backup is restored into a scratch place by a process of its own, counted again and compared; then the place is gone.

The scratch place is an own data folder, and a database of the same kind where that can be had: a file, or a scratch database on the
same PostgreSQL server when the role may make one. Otherwise it is a file: one format serves both databases.
"""

import json
import os
import re
import secrets
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote

from django.conf import settings
from django.db import DatabaseError, connection

from shixiao.engine.bilingual import Text
from shixiao.site.backup.sealing import FROM_ENVIRONMENT

PREFIX = "shixiao_drill_"
SQLITE, POSTGRESQL = "sqlite", "postgresql"


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that is not as it was: where (a file of the backup, a row of a board, a fact …), and what."""

    place: str
    what: str


@dataclass
class Outcome:
    """What a drill found; green means: nothing."""

    backup: str
    made_at: str = ""
    where: str = ""
    seconds: float = 0.0
    stages: dict[str, float] = field(default_factory=dict)  # seconds from the beginning of the restore
    numbers: dict[str, int] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)

    @property
    def is_green(self) -> bool:
        """The backup gives everything back."""
        return not self.findings


class CannotDrill(Exception):
    """No drill can be held; `text` says why."""

    def __init__(self, text: Text) -> None:
        super().__init__(text.en)
        self.text = text


def drill(
    path: Path,
    *,
    passphrase: str = "",
    where: str = "",
    scratch: Path | None = None,
    clock: Callable[[], float] = time.monotonic,
) -> Outcome:
    """Restore `path` into a scratch place, verify it, and tear the place down. Progress goes to standard error of this process.

    `where` is "sqlite" or "postgresql", by default what the installation runs on where it may. Raises `CannotDrill` where no scratch
    place can be made; whatever is wrong with the backup is a finding.
    """
    began = clock()
    outcome = Outcome(path.name)
    with _scratch_folder(scratch) as folder, _database(where) as (kind, address):
        outcome.where = kind
        told = _restored(path, folder, address, passphrase)
    _take_in(outcome, told)
    outcome.seconds = clock() - began
    return outcome


def _restored(path: Path, folder: Path, address: str, passphrase: str) -> dict[str, Any]:
    """What `shixiao restore` says of itself in another process, which owns nothing but the scratch place."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("SHIXIAO_", "DATABASE_URL", "DJANGO_"))
    }
    lang = {name: os.environ[name] for name in ("SHIXIAO_LANG",) if name in os.environ}
    # Its own key: the one of the backup, where that has it, or that of this installation.
    own = {
        "SHIXIAO_HOME": str(folder),
        "DATABASE_URL": address,
        FROM_ENVIRONMENT: passphrase,
        "SHIXIAO_SECRET_KEY": settings.SECRET_KEY,
    }
    command = [sys.executable, "-m", "shixiao", "restore", str(path.absolute()), "--format", "json"]
    done = subprocess.run(command, env=kept | lang | own, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, check=False)  # noqa: S603
    try:
        told: dict[str, Any] = json.loads(done.stdout)
    except ValueError:
        return {"refused": f"the restore ended with status {done.returncode}"}
    return told


def _take_in(outcome: Outcome, told: dict[str, Any]) -> None:
    outcome.made_at = told.get("made_at", "")
    outcome.stages = told.get("seconds", {})
    outcome.numbers = told.get("numbers", {})
    if refused := told.get("refused"):
        outcome.findings.append(Finding("restore", refused))
    outcome.findings += [Finding(each["file"], each["what"]) for each in told.get("damages", [])]
    outcome.findings += [
        Finding(f"board:{each}", "differs from the day of the backup") for each in told.get("boards", [])
    ]
    outcome.findings += [Finding(f"verify:{each['place']}", each["what"]) for each in told.get("differences", [])]


# ---- the scratch place -----------------------------------------------------------------------------------------


@contextmanager
def _scratch_folder(root: Path | None) -> Iterator[Path]:
    """Beside the data, where there is as much room as the data needs; what a drill that was killed left goes first."""
    root = root or Path(settings.HOME) / "drills"
    root.mkdir(mode=0o700, parents=True, exist_ok=True)
    for left in root.glob(f"{PREFIX}*"):
        if not _is_held(left):
            shutil.rmtree(left, ignore_errors=True)
    folder = Path(tempfile.mkdtemp(dir=root, prefix=PREFIX))
    (folder / "pid").write_text(str(os.getpid()), encoding="ascii")
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _is_held(folder: Path) -> bool:
    """The process that made the folder is still there. Its number may be another's by now: then it goes with the drill after."""
    try:
        pid = int((folder / "pid").read_text(encoding="ascii"))
        os.kill(pid, 0)
    except (OSError, ValueError):
        return False
    return True


@contextmanager
def _database(where: str) -> Iterator[tuple[str, str]]:
    """The kind of the scratch database and its address (empty: a file in the scratch folder)."""
    if connection.vendor != POSTGRESQL or where == SQLITE:
        if where == POSTGRESQL:
            raise CannotDrill(
                Text(
                    "这里用的是 SQLite，没有 PostgreSQL 可用。",
                    "This installation runs on SQLite; there is no PostgreSQL to drill on.",
                )
            )
        yield SQLITE, ""
        return
    name = f"{PREFIX}{secrets.token_hex(6)}"
    try:
        _sweep_databases()
        with connection.cursor() as cursor:
            cursor.execute(f'CREATE DATABASE "{name}"')
    except DatabaseError as error:
        if where == POSTGRESQL:
            said = str(error).strip().partition("\n")[0]
            raise CannotDrill(
                Text(f"不能建演练用的数据库：{said}。", f"A scratch database cannot be made: {said}.")
            ) from None
        yield SQLITE, ""
        return
    try:
        yield POSTGRESQL, _address(name)
    finally:
        connection.close()
        with suppress(DatabaseError), connection.cursor() as cursor:
            cursor.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


def _sweep_databases() -> None:
    """Scratch databases of ours to which nobody is connected: what a drill that was killed left."""
    left = (
        "SELECT datname FROM pg_database d WHERE datname LIKE %s AND pg_get_userbyid(datdba) = current_user "
        "AND NOT EXISTS (SELECT 1 FROM pg_stat_activity a WHERE a.datname = d.datname)"
    )
    with connection.cursor() as cursor:
        cursor.execute(left, [PREFIX.replace("_", r"\_") + "%"])
        for (name,) in cursor.fetchall():
            if re.fullmatch(PREFIX + "[0-9a-f]{12}", name):
                with suppress(DatabaseError):
                    cursor.execute(f'DROP DATABASE "{name}"')


def _address(name: str) -> str:
    """The same server, another database."""
    told = connection.settings_dict
    who = quote(told["USER"], safe="") + (":" + quote(told["PASSWORD"], safe="") if told["PASSWORD"] else "")
    host = told["HOST"] or ""
    host = quote(host, safe="") if host.startswith("/") else host
    return f"postgres://{who}@{host}{':' + str(told['PORT']) if told['PORT'] else ''}/{name}"
