"""Where the content of files lies: under its hash, the same content once, outside everything that the web server sends.

A `Store` is four verbs; `Folder` keeps the content in a folder of this machine or of one that several machines share.
A content is written beside, forced to the disk and renamed, so that under its hash it is whole or not there.
"""

import errno
import hashlib
import os
import shutil
import tempfile
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import BinaryIO, Protocol

from django.conf import settings

from shixiao.casework.refusing import Reason, Refused
from shixiao.engine.bilingual import Text

RESERVE = 256 << 20  # so much of the disk stays free: the database must be able to write
ABANDONED = timedelta(days=1)
CHUNK = 1 << 20


def too_large(limit: int) -> Refused:
    """The sentence for a file above the limit."""
    megabytes = f"{limit / (1 << 20):g}"
    return Refused(
        Text(
            f"文件超过 {megabytes} MB。请压缩图片、拆分文件，或把它存到别处，在备注里写明位置。",
            f"The file is larger than {megabytes} MB. Make its pictures smaller, split it, or keep it elsewhere and say where.",
        ),
        reason=Reason.INVALID,
        field="file",
    )


def disk_full() -> Refused:
    """The sentence for a disk without room."""
    return Refused(
        Text(
            "服务器的磁盘快满了，文件没有存下。请联系系统管理员。",
            "The server's disk is nearly full; the file was not stored. Tell the system administrator.",
        ),
        reason=Reason.GUARDED,
        field="file",
    )


class Draft:
    """A content on its way in: hashed and counted while it is written; `discard` leaves nothing behind."""

    def __init__(self, path: Path, file: BinaryIO, *, limit: int) -> None:
        self.path, self._file, self._limit = path, file, limit
        self._hash = hashlib.sha256()
        self.size = 0

    def write(self, part: bytes) -> None:
        """More of it. Raises `Refused` as soon as it is too large, or the disk is full."""
        self.size += len(part)
        if self.size > self._limit:
            raise too_large(self._limit)
        self._hash.update(part)
        try:
            self._file.write(part)
        except OSError as error:
            raise _full(error) from None

    def finish(self) -> None:
        """Everything is on the disk. Raises `Refused` where it is full."""
        try:
            self._file.flush()
            os.fsync(self._file.fileno())
        except OSError as error:
            raise _full(error) from None
        finally:
            self._file.close()

    @property
    def sha256(self) -> str:
        """The hash of what was written so far, in hexadecimal."""
        return self._hash.hexdigest()

    def read(self) -> BinaryIO:
        """The content, to be looked at; the caller closes it."""
        return self.path.open("rb")

    def discard(self) -> None:
        """Gone, unless it was kept."""
        if not self._file.closed:
            self._file.close()
        self.path.unlink(missing_ok=True)


class Store(Protocol):
    """What attachments need of a place for contents."""

    def draft(self, *, limit: int, expected: int = 0) -> Draft:
        """Room for a new content of at most `limit` bytes. Raises `Refused` where there is no room for `expected`."""

    def keep(self, draft: Draft) -> None:
        """From now on `open` finds it under its hash."""

    def open(self, sha256: str) -> BinaryIO:
        """The content. Raises `FileNotFoundError`."""

    def delete(self, sha256: str) -> bool:
        """The content is gone; False where it was not there."""

    def kept(self, prefix: str) -> Iterator[str]:
        """The hashes of all contents whose hash begins with these two digits."""

    def sweep(self, *, now: datetime) -> int:
        """Remove drafts that nobody finished for a day; how many."""


class Folder:
    """A store in a folder: `ab/cd…` for the content `abcd…`, `incoming/` for drafts, readable by the program only."""

    def __init__(self, root: Path) -> None:
        self.root = root

    @property
    def _incoming(self) -> Path:
        folder = self.root / "incoming"
        self.root.mkdir(mode=0o700, parents=True, exist_ok=True)
        folder.mkdir(mode=0o700, exist_ok=True)
        return folder

    def draft(self, *, limit: int, expected: int = 0) -> Draft:
        """See `Store.draft`."""
        try:
            folder = self._incoming
            if free_bytes(folder) < min(expected, limit) + RESERVE:
                raise disk_full()
            descriptor, path = tempfile.mkstemp(dir=folder)  # 0600
        except OSError as error:
            raise _full(error) from None
        return Draft(Path(path), os.fdopen(descriptor, "wb"), limit=limit)

    def keep(self, draft: Draft) -> None:
        """See `Store.keep`. The same content once more changes nothing."""
        path = self._path(draft.sha256)
        if path.exists() and path.stat().st_size == draft.size:
            draft.discard()
            return
        path.parent.mkdir(mode=0o700, exist_ok=True)
        draft.path.replace(path)
        for folder in (path.parent, path.parent.parent):
            _sync(folder)

    def open(self, sha256: str) -> BinaryIO:
        """See `Store.open`."""
        return self._path(sha256).open("rb")

    def delete(self, sha256: str) -> bool:
        """See `Store.delete`."""
        try:
            self._path(sha256).unlink()
        except FileNotFoundError:
            return False
        return True

    def kept(self, prefix: str) -> Iterator[str]:
        """See `Store.kept`."""
        folder = self.root / prefix
        if folder.is_dir():
            yield from sorted(prefix + path.name for path in folder.iterdir())

    def sweep(self, *, now: datetime) -> int:
        """See `Store.sweep`."""
        oldest = (now - ABANDONED).timestamp()
        found = [path for path in self._incoming.iterdir() if path.stat().st_mtime < oldest]
        for path in found:
            path.unlink(missing_ok=True)
        return len(found)

    def _path(self, sha256: str) -> Path:
        if len(sha256) != 64 or not set(sha256) <= set("0123456789abcdef"):
            raise FileNotFoundError(sha256)  # no way out of the folder
        return self.root / sha256[:2] / sha256[2:]


def store() -> Store:
    """The store of this installation."""
    return Folder(Path(settings.SHIXIAO_ATTACHMENTS))


def free_bytes(folder: Path) -> int:
    """Room on the disk that has the folder."""
    return shutil.disk_usage(folder).free


def _full(error: OSError) -> Exception:
    return disk_full() if error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG) else error


def _sync(folder: Path) -> None:
    """The name is on the disk, too. Windows knows no such thing for folders and needs none."""
    if os.name == "nt":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
