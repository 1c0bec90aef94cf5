"""The contents of attachments in a backup: tar files of a gigabyte, each member named by its hash."""

import hashlib
import tarfile
from collections.abc import Callable, Iterator
from io import RawIOBase
from pathlib import Path
from typing import Any

from shixiao.casework.models import Attachment
from shixiao.casework.storing import CHUNK, Store
from shixiao.engine.bilingual import Text
from shixiao.site.backup.refusals import Damage, Damaged
from shixiao.site.backup.sealing import Key
from shixiao.site.backup.streams import Writer, Written, content, sync

VOLUME = 1 << 30
PREFIXES = [f"{number:02x}" for number in range(256)]
TOLD = 100  # absent contents that are named; all are counted
_HEXADECIMAL = set("0123456789abcdef")

Say = Callable[[str, int], object]


class Packed:
    """What was packed: `files` and `size` of contents, and those that are not as they should be in the installation itself."""

    def __init__(self) -> None:
        self.files, self.size, self.volumes = 0, 0, 0
        self.absent: list[str] = []
        self.broken: list[str] = []
        self.absent_count = 0


def pack(
    store: Store, folder: Path, *, key: Key | None, say: Say, wanted: Callable[[str], set[str]]
) -> tuple[Packed, list[Written]]:
    """Every content of the store, in volumes. A content is there before its row is: whatever the rows of the backup speak of is in
    the store, unless the law took it away since. `wanted` gives the hashes with a beginning that the rows name."""
    packed, written = Packed(), []
    volume: Writer | None = None
    try:
        for prefix in PREFIXES:
            kept = set()
            for sha256 in store.kept(prefix):
                kept.add(sha256)
                if volume is None:
                    volume, begun = _volume(folder, packed, key), packed.size
                _add(store, sha256, volume, packed)
                say("attachments", packed.files)
                if packed.size - begun >= VOLUME:
                    written.append(_ended(volume))
                    volume = None
            absent = sorted(wanted(prefix) - kept)
            packed.absent_count += len(absent)
            packed.absent += absent[: TOLD - len(packed.absent)]
        if volume is not None:
            written.append(_ended(volume))
    finally:
        if volume is not None:
            volume.abandon()
    return packed, written


def named(prefix: str) -> set[str]:
    """The hashes with this beginning that attachments name, but for those that the law took away."""
    rows = Attachment.objects.filter(sha256__startswith=prefix, erased_at=None)
    return set(rows.values_list("sha256", flat=True).distinct())


def _volume(folder: Path, packed: Packed, key: Key | None) -> Writer:
    packed.volumes += 1
    return Writer(folder, volume_name(packed.volumes), key=key)


def volume_name(number: int) -> str:
    """The name of a volume, before it is sealed."""
    return f"attachments-{number:05d}.tar"


def _add(store: Store, sha256: str, volume: Writer, packed: Packed) -> None:
    try:
        file = store.open(sha256)
    except FileNotFoundError:  # erased by law between two looks
        return
    with file:
        size = file.seek(0, 2)
        file.seek(0)
        member = tarfile.TarInfo(sha256)
        member.size, member.mode = size, 0o600
        volume.write(member.tobuf(tarfile.USTAR_FORMAT if size < 8 << 30 else tarfile.GNU_FORMAT))
        found, remaining = hashlib.sha256(), size
        while remaining and (part := file.read(min(CHUNK, remaining))):
            found.update(part)
            volume.write(part)
            remaining -= len(part)
        volume.write(bytes(remaining + -size % tarfile.BLOCKSIZE))
    packed.files += 1
    packed.size += size
    if found.hexdigest() != sha256:
        packed.broken.append(sha256)


def _ended(volume: Writer) -> Written:
    volume.write(bytes(2 * tarfile.BLOCKSIZE))
    return volume.close()


# ---- out of a backup -------------------------------------------------------------------------------------------


class _Stream(RawIOBase):
    """Chunks as a file that is read from front to back."""

    def __init__(self, chunks: Iterator[bytes]) -> None:
        self._chunks, self._rest = chunks, b""

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        while size < 0 or len(self._rest) < size:
            chunk = next(self._chunks, None)
            if chunk is None:
                break
            self._rest += chunk
        end = len(self._rest) if size < 0 else size
        part, self._rest = self._rest[:end], self._rest[end:]
        return part


def unpack(folder: Path, into: Path, told: Any, *, key: Key | None, say: Say) -> None:
    """Lay every content under its hash in `into`. Raises `Damaged` where a volume holds what no backup would."""
    into.mkdir(mode=0o700)
    broken, done = set(told["broken"]), 0
    for number in range(1, int(told["volumes"]) + 1):
        name = volume_name(number)
        stream: Any = _Stream(content(folder, name, key=key))
        try:
            with tarfile.open(fileobj=stream, mode="r|") as tar:
                for member in tar:
                    tar.members = []  # type: ignore[attr-defined]  # otherwise it remembers every one
                    _lay(tar, member, into, name, broken)
                    done += 1
                    say("attachments", done)
        except tarfile.TarError:
            raise Damaged(Damage(name, Text("不是 tar 文件", "is no tar file"))) from None
    if done != int(told["files"]):
        raise Damaged(
            Damage(
                volume_name(1),
                Text(
                    f"应有 {told['files']} 个附件，实有 {done}",
                    f"holds {done} contents and should hold {told['files']}",
                ),
            )
        )
    for path in into.iterdir():
        sync(path)
    sync(into)


def _lay(tar: tarfile.TarFile, member: tarfile.TarInfo, into: Path, name: str, broken: set[str]) -> None:
    sha256 = member.name
    if not member.isreg() or len(sha256) != 64 or not set(sha256) <= _HEXADECIMAL:
        raise Damaged(Damage(name, Text("里面有不该有的东西", "holds what no backup holds")))
    source = tar.extractfile(member)
    assert source is not None  # noqa: S101 — a regular file has content
    folder = into / sha256[:2]
    folder.mkdir(mode=0o700, exist_ok=True)
    found = hashlib.sha256()
    path = folder / sha256[2:]
    with path.open("xb") as file:
        path.chmod(0o600)
        while part := source.read(CHUNK):
            found.update(part)
            file.write(part)
    if found.hexdigest() != sha256 and sha256 not in broken:
        raise Damaged(Damage(name, Text(f"附件 {sha256} 的内容不符", f"the content of {sha256} is another")))
