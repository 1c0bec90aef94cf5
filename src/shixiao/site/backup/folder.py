"""Where backups lie: one folder each, named by their moment; what is not whole has a name that no backup has."""

import os
import re
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from django.conf import settings

from shixiao.engine.bilingual import Text
from shixiao.site.backup import manifest, streams
from shixiao.site.backup.refusals import CannotBackUp, CannotRestore, Damaged

WHOLE = re.compile(r"shixiao-\d{8}T\d{6}Z-[0-9a-f]{6}")
UNFINISHED, GOING = ".unfinished-", ".removing-"
LOCK = ".lock"


@dataclass(frozen=True, slots=True)
class Kept:
    """A whole backup that lies in a folder, by what it says of itself; `found` is None where that cannot be read."""

    path: Path
    found: manifest.Manifest | None


def default() -> Path:
    """Where backups go when nobody says otherwise: beside the data. Another disk is better."""
    return Path(settings.SHIXIAO_BACKUPS)


def name_of(moment: datetime) -> str:
    """A new name."""
    return f"shixiao-{moment.astimezone(UTC):%Y%m%dT%H%M%SZ}-{secrets.token_hex(3)}"


def listed(root: Path) -> list[Kept]:
    """The backups of a folder, the newest first. An unfinished one is none."""
    if not root.is_dir():
        return []
    paths = sorted((path for path in root.iterdir() if WHOLE.fullmatch(path.name) and path.is_dir()), reverse=True)
    return [Kept(path, _read(path)) for path in paths]


def _read(path: Path) -> manifest.Manifest | None:
    try:
        return manifest.read(path)
    except (CannotRestore, Damaged, OSError):
        return None


@contextmanager
def alone(root: Path) -> Iterator[None]:
    """Nobody else makes or removes backups here meanwhile; the lock goes with the process, however that ends.

    Raises `CannotBackUp` while somebody does, or where the folder cannot be made.
    """
    try:
        root.mkdir(mode=0o700, parents=True, exist_ok=True)
        lock = (root / LOCK).open("a+b")
    except OSError as error:
        said = error.strerror or str(error)
        raise CannotBackUp(
            Text(f"文件夹 {root} 不能写：{said}。", f"The folder {root} cannot be written: {said}.")
        ) from None
    with lock:
        try:
            _lock(lock.fileno())
        except OSError:
            raise CannotBackUp(
                Text(
                    f"{root} 里正在做另一份备份，请等它做完。",
                    f"Another backup is being made in {root}; wait until it is done.",
                )
            ) from None
        yield


def _lock(descriptor: int) -> None:
    if os.name == "nt":
        import msvcrt

        msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)  # type: ignore[attr-defined,unused-ignore]
    else:
        import fcntl

        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)


def sweep(root: Path) -> list[str]:
    """Remove what an interruption left; only inside `alone`. Returns the names."""
    left = sorted(path for path in root.iterdir() if path.name.startswith((UNFINISHED, GOING)))
    for path in left:
        shutil.rmtree(path)
    return [path.name for path in left]


@contextmanager
def unfinished(root: Path, name: str) -> Iterator[Path]:
    """A folder to make a backup in; it has its name only once everything in it is on the disk, and is gone when something fails."""
    path = root / f"{UNFINISHED}{name}"
    path.mkdir(mode=0o700)
    try:
        yield path
        streams.sync(path)
        path.rename(root / name)
        streams.sync(root)
    except BaseException:
        with suppress(OSError):
            shutil.rmtree(path)
        raise


def remove(path: Path) -> None:
    """A backup goes: first its name, so that what an interruption leaves is taken for none."""
    going = path.with_name(f"{GOING}{path.name}")
    path.rename(going)
    shutil.rmtree(going)


def thin_out(root: Path, *, keep: int) -> list[str]:
    """Remove all whole backups but the newest `keep`; only inside `alone`, once the newest was verified. Returns the names.

    What cannot be read is left: somebody should look at it.
    """
    readable = [each for each in listed(root) if each.found is not None]
    old = readable[keep:]
    for each in old:
        remove(each.path)
    return [each.path.name for each in old]
