"""A backup becomes an installation again, in an empty place only: whole or not at all."""

import json
import os
import shutil
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from io import StringIO
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.db import DatabaseError, connection, transaction

from shixiao import ledger
from shixiao.casework import search, verifying
from shixiao.engine.bilingual import Text
from shixiao.ledger import gauges, grants, guard
from shixiao.site import starting
from shixiao.site.backup import boards, contents, events, loading, manifest, streams, tables, taking
from shixiao.site.backup.manifest import Manifest
from shixiao.site.backup.refusals import CannotBackUp, CannotRestore, Damage, Damaged
from shixiao.site.backup.sealing import Key, key_of

Say = Callable[[str, int], object]
UNFINISHED = ".restoring"  # what a restore under way is called, and one that was broken off


@dataclass
class Restored:
    """What became of a restore. `is_whole` says whether everything is as it was on the day of the backup."""

    manifest: Manifest
    rows: int = 0
    compared: list[Damage] = field(default_factory=list)
    report: verifying.Report | None = None
    boards: list[str] = field(default_factory=list)
    board_rows: int = 0
    migrated: list[str] = field(default_factory=list)
    seconds: dict[str, float] = field(default_factory=dict)
    remarks: list[Text] = field(default_factory=list)

    @property
    def is_whole(self) -> bool:
        """Nothing differs from the day of the backup."""
        return not self.compared and not self.boards and (self.report is None or not self.report.number)


def open_backup(path: Path, passphrase: str) -> tuple[Manifest, Key | None]:
    """The manifest and the key, once every file was looked at. Raises `CannotRestore` for what is no backup or without its
    passphrase, `Damaged` with every file that is not as it was written."""
    if not path.is_dir():
        raise CannotRestore(Text(f"没有备份 {path}。", f"There is no backup {path}."))
    found = manifest.read(path)
    if told := manifest.damages(path, found):
        raise Damaged(*told)
    if not found.sealing:
        return found, None
    if not passphrase:
        raise CannotRestore(
            Text(
                "这份备份是加密的。请用 --passphrase-file 或 SHIXIAO_BACKUP_PASSPHRASE 给出口令。",
                "This backup is sealed. Give its passphrase with --passphrase-file or SHIXIAO_BACKUP_PASSPHRASE.",
            )
        )
    try:
        key = key_of(found.sealing, passphrase)
    except (KeyError, ValueError, TypeError):
        raise Damaged(Damage(manifest.NAME, Text("加密参数读不懂", "its sealing cannot be understood"))) from None
    manifest.check_mark(found, key)
    return found, key


def restore(
    path: Path,
    *,
    now: datetime,
    passphrase: str = "",
    say: Say = lambda _part, _done: None,
    clock: Callable[[], float] = time.monotonic,
) -> Restored:
    """Restore the backup in `path` into this installation, which must be empty, and verify what came of it.

    Raises `Damaged`, and `CannotRestore` where the place is not empty or the program is older than the backup; then nothing was
    changed. A restore that is broken off leaves the place as empty as it was; a second one begins anew.
    """
    began = clock()
    found, key = open_backup(path, passphrase)
    restored = Restored(found, rows=found.rows)
    restored.seconds["checked"] = clock() - began
    _require_emptiness()
    _require_room(found)
    try:
        tables.targets(found.migrations)
        with _place():
            loading.make_tables(found.migrations)
            loading.fill(path, found, key=key, say=say)
            restored.seconds["filled"] = clock() - began
            restored.compared = list(loading.compare(path, found, key=key, say=say))
            if restored.compared:
                raise Damaged(*restored.compared)
            search.rebuild(partial(_say_texts, say))
            guard.install()
            _lay_attachments(path, found, key, say)
            _lay_keys(path, found, key, restored)
    except tables.UnknownMigrations as unknown:
        raise CannotRestore(_newer(found, unknown.names)) from None
    except DatabaseError as error:
        raise CannotRestore(_refused(error)) from error
    restored.seconds["restored"] = clock() - began
    _go_on(restored)
    _verify(path, restored, key, now=now, say=say)
    restored.seconds["verified"] = clock() - began
    with transaction.atomic():
        codes = {
            "backup": path.name,
            "rows": restored.rows,
            "is_whole": restored.is_whole,
            "seconds": int(clock() - began),
        }
        ledger.record(events.RESTORED, subject=events.SUBJECT, by=None, now=now, particulars=codes)
    return restored


def _say_texts(say: Say, done: int, _total: int) -> None:
    say("searched", done)


# ---- the place -------------------------------------------------------------------------------------------------


def _require_emptiness() -> None:
    """Neither a database with tables in it nor attachments. Raises `CannotRestore`."""
    attachments = Path(settings.SHIXIAO_ATTACHMENTS)
    where = None
    if connection.vendor == "sqlite":
        database = Path(connection.settings_dict["NAME"])
        where = str(database) if _has_tables(database) else None
    else:
        try:
            with connection.cursor() as cursor:
                present = connection.introspection.table_names(cursor)
        except DatabaseError as error:
            raise CannotRestore(_refused(error)) from error
        where = f"{connection.settings_dict['NAME']} ({present[0]} …)" if present else None
    if where is None and attachments.is_dir() and any(path.name != "incoming" for path in attachments.iterdir()):
        where = str(attachments)
    if where is not None:
        raise CannotRestore(
            Text(
                f"这里不是空的：{where}。恢复只写入空的地方，不覆盖任何东西。请用新的 SHIXIAO_HOME 和新的数据库（DATABASE_URL），"
                "或先把原来的移走。",
                f"This place is not empty: {where}. A restore overwrites nothing. Take a new SHIXIAO_HOME and a new database "
                "(DATABASE_URL), or move away what is there.",
            )
        )


def _has_tables(database: Path) -> bool:
    """A file without any is as good as none: whoever looks at a database that is not there makes one."""
    if not database.exists() or not database.stat().st_size:
        return False
    try:
        with closing(sqlite3.connect(f"{database.absolute().as_uri()}?mode=ro", uri=True)) as file:
            return bool(file.execute("SELECT count(*) FROM sqlite_master").fetchone()[0])
    except sqlite3.Error:  # whatever it is, it is somebody's
        return True


def _require_room(found: Manifest) -> None:
    """The database is several times as large as its packed lines. Raises `CannotRestore`."""
    needed = int(found.attachments["size"]) + (found.size - min(found.size, int(found.attachments["size"]))) * 8
    try:
        streams.require_room(
            Path(settings.HOME), needed=needed if connection.vendor == "sqlite" else int(found.attachments["size"])
        )
    except CannotBackUp:
        raise CannotRestore(
            Text(
                f"{settings.HOME} 所在的磁盘放不下，大约需要 {needed >> 20} MB。请清理磁盘或换一个。",
                f"The disk of {settings.HOME} has no room for it; about {needed >> 20} MB are needed. Make room, or take another.",
            )
        ) from None


@contextmanager
def _place() -> Iterator[None]:
    """On SQLite a file beside, which takes its place at the end; on PostgreSQL one transaction. Whatever happens before, the place is empty."""
    if connection.vendor == "postgresql":
        with transaction.atomic():
            yield
        return
    database = Path(connection.settings_dict["NAME"]).absolute()
    beside = database.with_name(database.name + UNFINISHED)
    _remove(beside)
    before = _turn_to(
        beside,
        {"timeout": 20, "init_command": "PRAGMA journal_mode=MEMORY;PRAGMA synchronous=OFF;PRAGMA cache_size=-65536"},
    )
    try:
        yield
        connection.close()
        _sync_file(beside)
        beside.replace(database)
        streams.sync(database.parent)
    except BaseException:
        connection.close()
        _remove(beside)
        raise
    finally:
        connection.close()
        connection.settings_dict.update(before)


def _turn_to(path: Path, options: dict[str, Any]) -> dict[str, Any]:
    before = {name: connection.settings_dict[name] for name in ("NAME", "OPTIONS")}
    connection.close()
    connection.settings_dict.update({"NAME": str(path), "OPTIONS": options})
    return before


def _remove(path: Path) -> None:
    for each in (path, *(path.with_name(path.name + ending) for ending in ("-journal", "-wal", "-shm"))):
        each.unlink(missing_ok=True)


def _sync_file(path: Path) -> None:
    with path.open("rb+") as file:
        os.fsync(file.fileno())


def _lay_attachments(path: Path, found: Manifest, key: Key | None, say: Say) -> None:
    """Beside, then in their place in one step; before the database, which speaks of them."""
    root = Path(settings.SHIXIAO_ATTACHMENTS)
    beside = root.with_name(root.name + UNFINISHED)
    with suppress(FileNotFoundError):
        shutil.rmtree(beside)
    contents.unpack(path, beside, found.attachments, key=key, say=say)
    with suppress(FileNotFoundError):
        shutil.rmtree(root)  # there was nothing in it but drafts
    beside.rename(root)
    streams.sync(root.parent)


def _lay_keys(path: Path, found: Manifest, key: Key | None, restored: Restored) -> None:
    """The secret key of the installation, where the backup holds it and nobody gave another one in the environment."""
    if key is None or os.environ.get("SHIXIAO_SECRET_KEY"):
        if taking.fingerprint() != found.key_of_installation:
            restored.remarks.append(_OTHER_KEY)
        return
    told = json.loads(b"".join(streams.content(path, manifest.KEYS, key=key)))
    home = Path(settings.HOME)
    _write_file(home / "secret-key", (told["secret-key"] + "\n").encode())
    settings.SECRET_KEY = told["secret-key"]
    for name, content in told["certificates"].items():
        folder = Path(settings.CERTIFICATES)
        folder.mkdir(mode=0o700, exist_ok=True)
        _write_file(folder / Path(name).name, bytes.fromhex(content))


def _write_file(path: Path, content: bytes) -> None:
    beside = path.with_name(f".{path.name}{UNFINISHED}")
    beside.unlink(missing_ok=True)
    with os.fdopen(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    beside.replace(path)
    streams.sync(path.parent)


_OTHER_KEY = Text(
    "这里的签名密钥不是备份时的那一个：密码照常可用，第二步验证打不开，需要重新设置；把原来的 secret-key 放回数据文件夹就不用。",
    "The secret key here is not that of the backup: passwords work, second steps do not open and are set up anew, unless the former "
    "secret-key is put back into the data folder.",
)


# ---- afterwards ------------------------------------------------------------------------------------------------


def _go_on(restored: Restored) -> None:
    """An older backup is brought to this version, as an upgrade would."""
    restored.migrated = list(starting.pending_migrations())
    if restored.migrated or (connection.vendor == "postgresql" and settings.SHIXIAO_RUNNING_ROLE):
        call_command("migrate", verbosity=0, interactive=False, stdout=StringIO())
    if connection.vendor == "postgresql" and settings.SHIXIAO_RUNNING_ROLE:
        grants.give(connection, role=settings.SHIXIAO_RUNNING_ROLE)
    guard.verify()


def _verify(path: Path, restored: Restored, key: Key | None, *, now: datetime, say: Say) -> None:
    gauges.forget()
    found = restored.manifest
    if found.boards["is_told"] and not restored.migrated:
        before = json.loads(b"".join(streams.content(path, manifest.BOARDS, key=key)))
        after = boards.read(found.at)
        restored.boards, restored.board_rows = list(boards.differences(before, after)), boards.rows_in(after)
    restored.report = verifying.verify(now=now, say=say)


def _newer(found: Manifest, names: tuple[str, ...]) -> Text:
    said = ", ".join(names[:3])
    return Text(
        f"备份是 {found.program} 版做的，比这个程序新，或有这里没有的办公系统（不认识 {said}）。请安装那个版本或更新的版本，再恢复。",
        f"The backup was made by version {found.program}, which is newer than this program or had an office that is not here (unknown: "
        f"{said}). Install that version or a newer one, and restore then.",
    )


def _refused(error: DatabaseError) -> Text:
    said = str(error).strip().partition("\n")[0]
    return Text(f"数据库不肯：{said}。什么都没有恢复。", f"The database refused: {said}. Nothing was restored.")
