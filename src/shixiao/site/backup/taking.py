"""Making a backup: everything that an installation holds, as it was at one moment, while everybody goes on working."""

import json
import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import DatabaseError, connection

from shixiao import __version__
from shixiao.casework.storing import store
from shixiao.engine.bilingual import Text
from shixiao.ledger.models import Event
from shixiao.site import starting
from shixiao.site.backup import boards, contents, folder, manifest, reading, streams, tables
from shixiao.site.backup.manifest import Manifest, Stored
from shixiao.site.backup.refusals import CannotBackUp
from shixiao.site.backup.sealing import Key, new_key
from shixiao.site.backup.streams import Writer, Written
from shixiao.site.backup.tables import Table

Say = Callable[[str, int], object]


@dataclass(frozen=True)
class Taken:
    """A backup that was made and looked at again: where it lies, what it says, which older ones went, and what wants telling."""

    path: Path
    manifest: Manifest
    removed: list[str]
    remarks: list[Text]


def take(
    root: Path,
    *,
    now: datetime,
    passphrase: str = "",
    keep: int = 0,
    say: Say = lambda _part, _done: None,
    clock: Callable[[], float] = time.monotonic,
) -> Taken:
    """Make a backup in `root` that shows the moment `now`, read every file of it back, and then remove all but the newest `keep` (0: all stay).

    All or nothing: the folder has its name only when everything is on the disk. With `passphrase` it is sealed, and holds the secret
    key and the certificates of the installation as well. Raises `CannotBackUp`; then nothing is left.
    """
    began = clock()
    key = new_key(passphrase) if passphrase else None
    with folder.alone(root):
        folder.sweep(root)
        streams.require_room(root, needed=_expected(root))
        name = folder.name_of(now)
        try:
            with folder.unfinished(root, name) as path:
                made = _write(path, now=now, key=key, say=say)
                made = replace(made, seconds=round(clock() - began, 3))
                _conclude(path, made, key)
                _look_again(path, made, say)
        except tables.UnknownMigrations as unknown:
            raise CannotBackUp(_newer(unknown.names)) from None
        except DatabaseError as error:
            raise CannotBackUp(_refused(error)) from error
        removed = folder.thin_out(root, keep=keep) if keep else []
    return Taken(root / name, manifest.read(root / name), removed, _remarks(made))


def _expected(root: Path) -> int:
    """About as large as the last one."""
    last = next((each.found for each in folder.listed(root) if each.found), None)
    return last.size if last else 0


def _write(path: Path, *, now: datetime, key: Key | None, say: Say) -> Manifest:
    is_current = not starting.pending_migrations()
    with reading.one_moment():
        migrations = tables.applied()
        known = tables.tables(migrations)
        left_out = dict(tables.LEFT_OUT) | dict.fromkeys(
            tables.strangers(known), "belongs to no room of this installation"
        )
        told, head = boards.read(now) if is_current else [], _head()
        written, stored = _write_tables(path, known, key=key, say=say)
        # What the rows name is asked of the same moment as the rows.
        packed, volumes = contents.pack(
            store(), path, key=key, say=say, wanted=contents.named if is_current else lambda _prefix: set()
        )
    written += [*volumes, _small(path, manifest.BOARDS, boards.as_bytes(told), key)]
    if key:
        written.append(_small(path, manifest.KEYS, _keys(), key))
    return Manifest(
        id=secrets.token_hex(16),
        program=__version__,
        made_at=now.isoformat(),
        seconds=0.0,
        database=connection.vendor,
        migrations=list(migrations),
        tables=stored,
        head=head,
        boards={
            "plans": len(told),
            "rows": boards.rows_in(told),
            "sha256": sha256(boards.as_bytes(told)).hexdigest(),
            "is_told": is_current,
        },
        attachments=_told(packed),
        left_out=left_out,
        key_of_installation=fingerprint(),
        sealing=key.parameters if key else None,
        files=sorted(written, key=lambda each: each.name),
    )


def _write_tables(path: Path, known: list[Table], *, key: Key | None, say: Say) -> tuple[list[Written], list[Stored]]:
    written, stored, rows = [], [], 0
    numbers = tables.next_numbers(known)
    for table in known:
        found = reading.Content(table.columns, is_plain=False)
        writer = Writer(path, f"{table.name}.jsonl.gz", key=key)
        try:
            for some in reading.lines(table):
                found.add(some)
                writer.write(b"\n".join(some) + b"\n")
                say("rows", rows + found.rows)
            written.append(writer.close())
        finally:
            writer.abandon()
        rows += found.rows
        number = numbers.get(table.name)
        stored.append(Stored(table.name, table.key, table.columns, found.rows, found.sha256, number))
    return written, stored


def _head() -> dict[str, Any]:
    """The last event of the book."""
    last = Event.objects.order_by("-pk").values("id", "kind", "recorded_at").first()
    return {"id": last["id"], "kind": last["kind"], "recorded_at": last["recorded_at"].isoformat()} if last else {}


def _told(packed: contents.Packed) -> dict[str, Any]:
    names = ("files", "size", "volumes", "absent", "absent_count", "broken")
    return {name: getattr(packed, name) for name in names}


def _small(path: Path, name: str, content: bytes, key: Key | None) -> Written:
    writer = Writer(path, name, key=key)
    writer.write(content)
    return writer.close()


def _keys() -> bytes:
    """What else an installation owns: the key that seals second steps, and the certificates of --lan."""
    folder_of_certificates = Path(settings.CERTIFICATES)
    certificates = (
        sorted(path for path in folder_of_certificates.glob("*") if path.is_file())
        if folder_of_certificates.is_dir()
        else []
    )
    told = {
        "secret-key": settings.SECRET_KEY,
        "certificates": {path.name: path.read_bytes().hex() for path in certificates},
    }
    return json.dumps(told).encode()


def fingerprint() -> str:
    """Says whether two installations have the same secret key, and nothing else of it."""
    return sha256(b"shixiao.backup.key:" + settings.SECRET_KEY.encode()).hexdigest()[:32]


def _conclude(path: Path, made: Manifest, key: Key | None) -> None:
    """The manifest comes last, and its sums after it."""
    marked = replace(made, mark=key.mark(made.marked_content())) if key else made
    content = marked.as_bytes()
    for name, told in ((manifest.NAME, content), (manifest.SUMS, manifest.sums(content, marked.files))):
        writer = Writer(path, name, key=None)
        writer.write(told)
        writer.close()


def _look_again(path: Path, made: Manifest, say: Say) -> None:
    """Every file is read back from the disk: only then it is a backup."""
    say("files", len(made.files))
    if found := manifest.damages(path, made):
        said = ", ".join(each.file for each in found)
        raise CannotBackUp(
            Text(
                f"写下的文件读回来不一样（{said}）。这个磁盘不可靠，请换一个（--to）。",
                f"What was written reads back differently ({said}). The disk is not reliable; take another one (--to).",
            )
        )


def _remarks(made: Manifest) -> list[Text]:
    found = []
    strangers = [name for name in made.left_out if name not in tables.LEFT_OUT]
    if strangers:
        said = ", ".join(strangers)
        found.append(
            Text(
                f"这些表不属于已安装的任何办公系统，没有备份：{said}。",
                f"These tables belong to no installed office and are not in the backup: {said}.",
            )
        )
    if made.attachments["absent_count"]:
        number = made.attachments["absent_count"]
        found.append(
            Text(
                f"有 {number} 个附件登记在册而存储里没有（shixiao manage verify_attachments 列出）。",
                f"Attachments that are registered and not in the store: {number} (`shixiao manage verify_attachments` names them).",
            )
        )
    if made.attachments["broken"]:
        number = len(made.attachments["broken"])
        found.append(
            Text(
                f"有 {number} 个附件的内容在存储里已经损坏，照原样备份了（shixiao manage verify_attachments 列出）。",
                f"Attachments whose content is damaged in the store itself, kept as they are: {number} (`shixiao manage "
                "verify_attachments` names them).",
            )
        )
    if not made.sealing:
        found.append(
            Text(
                "没有加密，所以不含签名密钥（secret-key）和证书：请另外保管它们，没有密钥时第二步验证要重新设置。",
                "It is not encrypted, so it holds neither the secret key nor the certificates: keep them elsewhere. Without the key, "
                "second steps are set up anew.",
            )
        )
    return found


def _newer(names: tuple[str, ...]) -> Text:
    said = ", ".join(names[:3])
    return Text(
        f"数据库比程序新（程序不认识 {said}），旧程序做不了完整的备份。请用新版本的程序。",
        f"The database is newer than the program, which does not know {said}; it cannot back all of it up. Use the newer program.",
    )


def _refused(error: DatabaseError) -> Text:
    said = str(error).strip().partition("\n")[0]
    return Text(f"数据库读不出来：{said}。备份没有做成。", f"The database cannot be read: {said}. No backup was made.")
