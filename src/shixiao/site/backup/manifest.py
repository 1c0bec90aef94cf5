"""What a backup says of itself: what is in it, from when, made by what, and how each of its files must look.

`manifest.json` can be read by a person; `SHA256SUMS` beside it by `sha256sum --check`, also where there is no Shixiao any more.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from shixiao.engine.bilingual import Text
from shixiao.site.backup.columns import Column, Sort
from shixiao.site.backup.refusals import CannotRestore, Damage, Damaged
from shixiao.site.backup.sealing import Key
from shixiao.site.backup.streams import Written, sha256_of
from shixiao.site.backup.tables import Table

FORMAT = 1
NAME, SUMS = "manifest.json", "SHA256SUMS"
BOARDS, KEYS = "boards.json.gz", "keys.json"
_LARGEST = 64 << 20
_FILE = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,120}")


@dataclass(frozen=True)
class Stored:
    """A table in a backup: its columns, how many rows, the hash of its lines, and the next key the database would give."""

    table: str
    key: str
    columns: list[Column]
    rows: int
    sha256: str
    next_number: int | None

    @property
    def file(self) -> str:
        """The name of its file before it is sealed."""
        return f"{self.table}.jsonl.gz"

    def as_table(self) -> Table:
        """The table as the database has it."""
        return Table(self.table, self.key, self.columns, self.next_number is not None)


@dataclass(frozen=True)
class Manifest:
    """All that a backup says of itself. `boards` and `attachments` are in numbers here; their content is in files of their own."""

    id: str
    program: str
    made_at: str
    seconds: float
    database: str
    migrations: list[str]
    tables: list[Stored]
    head: Mapping[str, Any]
    boards: Mapping[str, Any]
    attachments: Mapping[str, Any]
    left_out: Mapping[str, str]
    key_of_installation: str
    sealing: Mapping[str, Any] | None
    files: list[Written]
    format: int = FORMAT
    mark: str = ""
    is_of: str = field(default="shixiao.backup")

    @property
    def at(self) -> datetime:
        """The moment that the backup shows."""
        return datetime.fromisoformat(self.made_at)

    @property
    def rows(self) -> int:
        """Of all tables together."""
        return sum(each.rows for each in self.tables)

    @property
    def size(self) -> int:
        """Bytes of all files together."""
        return sum(each.size for each in self.files)

    def rows_of(self, table: str) -> int:
        """How many rows a table had; 0 where it was not there."""
        return next((each.rows for each in self.tables if each.table == table), 0)

    def as_bytes(self) -> bytes:
        """The file `manifest.json`."""
        return (json.dumps(asdict(self), ensure_ascii=False, indent=1) + "\n").encode()

    def marked_content(self) -> bytes:
        """What the mark of a sealed backup is made of: everything but the mark."""
        return json.dumps(asdict(self) | {"mark": ""}, sort_keys=True).encode()


def sums(manifest: bytes, files: list[Written]) -> bytes:
    """The file `SHA256SUMS`, which follows wholly from the manifest."""
    from hashlib import sha256

    found = {each.name: each.sha256 for each in files} | {NAME: sha256(manifest).hexdigest()}
    return "".join(f"{found[name]}  {name}\n" for name in sorted(found)).encode()


def read(folder: Path) -> Manifest:
    """The manifest of the backup in `folder`, once it fits its sums. Raises `CannotRestore` for what is no backup, `Damaged`."""
    path = folder / NAME
    if not path.is_file() or not (folder / SUMS).is_file():
        raise CannotRestore(
            Text(
                f"{folder} 不是完整的备份（没有 {NAME} 或 {SUMS}）。中断的备份不能用，请选另一份。",
                f"{folder} is no whole backup ({NAME} or {SUMS} is not there). One that was interrupted cannot be used; take another.",
            )
        )
    if path.stat().st_size > _LARGEST:
        raise Damaged(Damage(NAME, Text("太大", "is too large")))
    content = path.read_bytes()
    try:
        found = _of(json.loads(content))
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        raise Damaged(Damage(NAME, Text("读不懂", "cannot be understood"))) from None
    if (folder / SUMS).read_bytes() != sums(content, found.files) or found.as_bytes() != content:
        raise Damaged(
            Damage(NAME, Text(f"与 {SUMS} 不符", f"does not fit {SUMS}")),
            Damage(SUMS, Text(f"与 {NAME} 不符", f"does not fit {NAME}")),
        )
    return found


def _of(told: Any) -> Manifest:
    if told["is_of"] != "shixiao.backup":
        raise ValueError("another program's")
    if told["format"] != FORMAT:
        raise CannotRestore(
            Text(
                f"备份的格式是第 {told['format']} 版，这个程序只认识第 {FORMAT} 版。请用做这份备份的版本（{told.get('program')}）或更新的版本。",
                f"The backup has format {told['format']}, and this program knows format {FORMAT}. Take the version that made it "
                f"({told.get('program')}) or a newer one.",
            )
        )
    tables = [_stored(each) for each in told["tables"]]
    files = [Written(str(each["name"]), int(each["size"]), str(each["sha256"])) for each in told["files"]]
    if any(not _FILE.fullmatch(each.name) for each in files) or len({each.name for each in files}) != len(files):
        raise ValueError("names of files that no backup has")
    return Manifest(**{**told, "tables": tables, "files": files})


def _stored(told: Mapping[str, Any]) -> Stored:
    columns = [Column(str(name), Sort(sort), int(places)) for name, sort, places in told["columns"]]
    return Stored(**{**told, "columns": columns})


def damages(folder: Path, found: Manifest) -> list[Damage]:
    """Every file that is not as the manifest says, is not there, or does not belong there; all are looked at. Empty is good."""
    told = []
    for each in found.files:
        path = folder / each.name
        if path.is_symlink() or not path.is_file():
            told.append(Damage(each.name, Text("没有这个文件", "is not there")))
            continue
        size, sha256 = sha256_of(path)
        if size != each.size:
            told.append(
                Damage(
                    each.name,
                    Text(f"应有 {each.size} 字节，实有 {size}", f"has {size} bytes and should have {each.size}"),
                )
            )
        elif sha256 != each.sha256:
            told.append(Damage(each.name, Text("内容被改动", "its content was changed")))
    known = {each.name for each in found.files} | {NAME, SUMS}
    extra = sorted(path.name for path in folder.iterdir() if path.name not in known)
    return told + [Damage(name, Text("不属于这份备份", "does not belong to the backup")) for name in extra]


def check_mark(found: Manifest, key: Key | None) -> None:
    """Whoever wrote a sealed backup knew its passphrase. Raises `Damaged`."""
    if key is not None and key.mark(found.marked_content()) != found.mark:
        raise Damaged(
            Damage(NAME, Text("口令不对，或内容被改动", "the passphrase is wrong, or the content was changed"))
        )
