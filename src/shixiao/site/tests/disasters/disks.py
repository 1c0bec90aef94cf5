"""A small disk of a test's own, to be filled to the last byte."""

import errno
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

SIZE = 48 << 20
SHARED = Path("/dev/shm")  # noqa: S108 - a container has a small one, where it may mount none


class Disk:
    """Its folder, and a file that takes all the room there is."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._ballast = folder / "ballast"

    def fill(self) -> None:
        """Not one more byte."""
        with self._ballast.open("ab", buffering=0) as file:
            for size in (1 << 20, 1 << 12, 1):
                try:
                    while True:
                        file.write(b"\0" * size)
                except OSError as error:
                    assert error.errno == errno.ENOSPC

    def make_room(self) -> None:
        """As it was."""
        self._ballast.unlink()


@contextmanager
def small_disk() -> Iterator[Disk]:
    """A file system of its own where one may be mounted; otherwise the container's shared memory, where that is small."""
    place = Path(tempfile.mkdtemp(prefix="shixiao-disk."))
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={SIZE}", "tmpfs", str(place)], check=False, capture_output=True
    )
    if mounted.returncode == 0:
        try:
            yield Disk(place)
        finally:
            subprocess.run(["umount", str(place)], check=True)
            place.rmdir()
        return
    place.rmdir()
    if not SHARED.is_dir() or shutil.disk_usage(SHARED).total > 4 * SIZE:
        raise PermissionError("a small disk is needed: the right to mount one, or a small /dev/shm")
    place = Path(tempfile.mkdtemp(prefix="shixiao-disk.", dir=SHARED))
    try:
        yield Disk(place)
    finally:
        shutil.rmtree(place)
