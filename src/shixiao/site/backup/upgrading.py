"""Bringing the database to a newer version of the program: a backup first, then the migrations, then a look at what came of it."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from io import StringIO
from pathlib import Path

from django.conf import settings
from django.core.management import call_command
from django.db import DatabaseError, connection

from shixiao import __version__
from shixiao.casework import verifying
from shixiao.engine.bilingual import Text
from shixiao.ledger import gauges, grants, guard
from shixiao.site import starting
from shixiao.site.backup import recording, tables, taking
from shixiao.site.backup.taking import Taken

Say = Callable[[str, int], object]


class NotUpgraded(Exception):
    """The database is as it was before, or (`text` says so) as far as a migration came; what to do next."""

    def __init__(self, text: Text) -> None:
        super().__init__(text.en)
        self.text = text


@dataclass
class Upgraded:
    """What was done; `migrations` is empty where nothing was to be done, `backup` None where there was nothing to back up."""

    migrations: list[str] = field(default_factory=list)
    backup: Taken | None = None
    report: verifying.Report | None = None


def upgrade(
    root: Path,
    *,
    now: datetime,
    passphrase: str = "",
    say: Say = lambda _part, _done: None,
    clock: Callable[[], float] = time.monotonic,
) -> Upgraded:
    """Back up into `root`, migrate, verify. Where nothing is pending only the rights of the running role are given again.

    Raises `starting.NotReady` where the database is newer than the program, `NotUpgraded` when a migration fails, with the way back;
    `CannotBackUp` when there is no backup to go back to: then nothing was migrated. Run it while neither web nor worker run.
    """
    began = clock()
    starting.refuse_newer()
    done = Upgraded(list(starting.pending_migrations()))
    if not done.migrations:
        guard.verify()
        _give_rights()  # whoever was killed after the last migration had not come to it
        return done
    is_new = not tables.applied()
    if not is_new:
        guard.verify()
        done.backup = taking.take(root, now=now, passphrase=passphrase, say=say)
    try:
        call_command("migrate", verbosity=0, interactive=False, stdout=StringIO())
    except DatabaseError as error:
        raise NotUpgraded(_failed(error, done.backup)) from error
    guard.verify()
    gauges.forget()
    if done.backup is not None:
        done.report = verifying.verify(now=now, say=say)
        recording.backed_up(done.backup, reason="upgrade", now=now)
        name, seconds = done.backup.path.name, clock() - began
        recording.upgraded(program=__version__, migrations=done.migrations, backup=name, seconds=seconds, now=now)
    return done


def _give_rights() -> None:
    if connection.vendor == "postgresql" and settings.SHIXIAO_RUNNING_ROLE:
        grants.give(connection, role=settings.SHIXIAO_RUNNING_ROLE)


def way_back(backup: Taken) -> Text:
    """How to return to the version before."""
    return Text(
        f"要退回：停下 web 和 worker，装回旧版本，用空的 SHIXIAO_HOME 和空的数据库运行 shixiao restore {backup.path}。",
        f"To go back: stop web and worker, install the former version, and run `shixiao restore {backup.path}` with an empty SHIXIAO_HOME "
        "and an empty database.",
    )


def _failed(error: DatabaseError, backup: Taken | None) -> Text:
    said = str(error).strip().partition("\n")[0]
    back = way_back(backup) if backup else Text("", "")
    return Text(f"迁移没有做完：{said}。{back.zh}", f"The migration failed: {said}. {back.en}")
