"""The files of a backup: written once from front to back, packed, sealed where wished, hashed, and forced to the disk."""

import errno
import hashlib
import os
import shutil
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from shixiao.engine.bilingual import Text
from shixiao.site.backup.refusals import CannotBackUp, Damage, Damaged
from shixiao.site.backup.sealing import SUFFIX, Key, Sealer, opened

RESERVE = 256 << 20  # so much of the disk stays free: the database, which may lie on it, must be able to write
LOOKS_EVERY = 32 << 20
CHUNK = 1 << 20
LEVEL = 1  # of zlib: three quarters of what the best one saves, in a fifth of its time
GZIP = 31  # zlib's word for a gzip header and trailer
FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


@dataclass(frozen=True, slots=True)
class Written:
    """A file of a backup as it lies on the disk."""

    name: str
    size: int
    sha256: str


class Writer:
    """One file of a backup. `name` ends in .gz where it is packed; `key` seals it and puts .sealed behind its name."""

    def __init__(self, folder: Path, name: str, *, key: Key | None) -> None:
        self.name = name + SUFFIX if key else name
        self._path = folder / self.name
        own = os.open(self._path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), 0o600)
        self._file = os.fdopen(own, "wb", buffering=0)
        self._hash, self._size, self._looked = hashlib.sha256(), 0, 0
        self._sealer = Sealer(key.of(name), self._put) if key else None
        self._packer = zlib.compressobj(LEVEL, zlib.DEFLATED, GZIP) if name.endswith(".gz") else None

    def write(self, content: bytes) -> None:
        """More of it. Raises `CannotBackUp` when the disk is full, or nearly."""
        self._seal(self._packer.compress(content) if self._packer else content)

    def close(self) -> Written:
        """Everything is on the disk."""
        if self._packer:
            self._seal(self._packer.flush())
        if self._sealer:
            self._sealer.finish()
        try:
            os.fsync(self._file.fileno())
        except OSError as error:
            raise _no_room(error, self._path) from None
        if hasattr(os, "posix_fadvise"):  # whoever reads it back reads the disk, and the office's pages stay in memory
            os.posix_fadvise(self._file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)
        self._file.close()
        return Written(self.name, self._size, self._hash.hexdigest())

    def abandon(self) -> None:
        """Let go of the file; the folder is removed as a whole."""
        self._file.close()

    def _seal(self, content: bytes) -> None:
        if not content:
            return
        if self._sealer:
            self._sealer.write(content)
        else:
            self._put(content)

    def _put(self, content: bytes) -> None:
        if self._size >= self._looked + LOOKS_EVERY or not self._looked:
            require_room(self._path.parent.parent)
            self._looked = self._size or 1
        self._hash.update(content)
        self._size += len(content)
        remaining = memoryview(content)
        try:
            while remaining:
                remaining = remaining[self._file.write(remaining) or 0 :]
        except OSError as error:
            raise _no_room(error, self._path) from None


def require_room(folder: Path, *, needed: int = 0) -> None:
    """There is room for `needed` bytes and the reserve. Raises `CannotBackUp`."""
    free = shutil.disk_usage(folder).free
    if free < needed + RESERVE:
        raise CannotBackUp(_full(folder, free))


def _no_room(error: OSError, path: Path) -> Exception:
    return CannotBackUp(_full(path.parent.parent, 0)) if error.errno in FULL else error


def _full(folder: Path, free: int) -> Text:
    return Text(
        f"{folder} 所在的磁盘快满了（还剩 {free >> 20} MB），备份没有做成，没有留下半份。请清理磁盘，或用 --to 换一个磁盘。",
        f"The disk of {folder} is nearly full ({free >> 20} MB left). No backup was made, and nothing half is left. Make room, or "
        "name another disk with --to.",
    )


# ---- reading ---------------------------------------------------------------------------------------------------


def content(folder: Path, name: str, *, key: Key | None) -> Iterator[bytes]:
    """What was given to the writer of `name`, in chunks. Raises `Damaged` where it cannot be had."""
    path = folder / (name + SUFFIX if key else name)
    try:
        with path.open("rb") as file:
            raw = opened(file, key.of(name), name=path.name) if key else iter(lambda: file.read(CHUNK), b"")
            yield from _unpacked(raw, path.name) if name.endswith(".gz") else raw
    except FileNotFoundError:
        raise Damaged(Damage(path.name, Text("没有这个文件", "is not there"))) from None


def _unpacked(raw: Iterator[bytes], name: str) -> Iterator[bytes]:
    unpacker = zlib.decompressobj(GZIP)
    try:
        for chunk in raw:
            remaining = chunk
            while remaining and not unpacker.eof:
                yield unpacker.decompress(remaining, 4 * CHUNK)
                remaining = unpacker.unconsumed_tail
            if unpacker.unused_data:
                raise Damaged(Damage(name, Text("末尾有多余的内容", "something stands behind its end")))
    except zlib.error:
        raise Damaged(Damage(name, Text("解不开", "cannot be unpacked"))) from None
    if not unpacker.eof:
        raise Damaged(Damage(name, Text("不完整", "is cut off")))


def lines(folder: Path, name: str, *, key: Key | None) -> Iterator[list[bytes]]:
    """The lines of a file of lines, some at a time."""
    rest = b""
    for chunk in content(folder, name, key=key):
        *whole, rest = (rest + chunk).split(b"\n")
        if whole:
            yield whole
    if rest:
        raise Damaged(Damage(name, Text("最后一行不完整", "its last line is cut off")))


def sha256_of(path: Path) -> tuple[int, str]:
    """Size and hash of a file as it lies there."""
    found, size = hashlib.sha256(), 0
    with path.open("rb") as file:
        while chunk := file.read(CHUNK):
            found.update(chunk)
            size += len(chunk)
    return size, found.hexdigest()


def sync(folder: Path) -> None:
    """The names in a folder are on the disk, too. Windows knows no such thing for folders and needs none."""
    if os.name == "nt":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
