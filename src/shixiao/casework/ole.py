"""The directory of a compound file (doc, xls, ppt): the names of what is inside, and nothing else is read. Pure."""

import struct
from collections.abc import Iterator
from typing import BinaryIO

MARK = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
MACROS = frozenset({"VBA", "_VBA_PROJECT", "_VBA_PROJECT_CUR", "Macros"})
MOST_ENTRIES = 20_000
_ENTRY = 128
_NO_SECTOR = 0xFFFFFFFA  # this and everything above names no sector


class Broken(ValueError):
    """The file is cut or its chains lead nowhere."""


def names(file: BinaryIO) -> frozenset[str]:
    """The names of every stream and storage inside. Raises `Broken`; bounded in time and memory for any content."""
    file.seek(0)
    head = file.read(512)
    if len(head) < 512 or not head.startswith(MARK):
        raise Broken
    shift = struct.unpack_from("<H", head, 30)[0]
    if shift not in (9, 12):
        raise Broken
    sectors = _Sectors(file, 1 << shift, head)
    found: set[str] = set()
    for number, sector in enumerate(sectors.chain(struct.unpack_from("<I", head, 48)[0])):
        if number * (sectors.size // _ENTRY) > MOST_ENTRIES:
            raise Broken
        found |= {name for start in range(0, len(sector), _ENTRY) if (name := _name(sector[start : start + _ENTRY]))}
    if not found:
        raise Broken
    return frozenset(found)


def _name(entry: bytes) -> str:
    length = struct.unpack_from("<H", entry, 64)[0]
    if entry[66] == 0 or not 2 <= length <= 64:  # an entry that is not used
        return ""
    return entry[: length - 2].decode("utf-16-le", errors="replace")


class _Sectors:
    """Reads sectors by number and follows their chains."""

    def __init__(self, file: BinaryIO, size: int, head: bytes) -> None:
        self.file, self.size = file, size
        self.most = file.seek(0, 2) // size + 1
        self.tables = list(struct.unpack_from("<109I", head, 76))
        self._cached: dict[int, bytes] = {}
        self._more(struct.unpack_from("<I", head, 68)[0])

    def _more(self, number: int) -> None:
        """The table of tables goes on in sectors of its own in a file of more than some megabytes."""
        for _turn in range(self.most):
            if number >= _NO_SECTOR:
                return
            words = struct.unpack(f"<{self.size // 4}I", self.read(number))
            self.tables += words[:-1]
            number = words[-1]
        raise Broken

    def read(self, number: int) -> bytes:
        self.file.seek((number + 1) * self.size)
        sector = self.file.read(self.size)
        if len(sector) != self.size:
            raise Broken
        return sector

    def chain(self, number: int) -> Iterator[bytes]:
        for _turn in range(self.most):
            if number >= _NO_SECTOR:
                return
            yield self.read(number)
            number = self._after(number)
        raise Broken

    def _after(self, number: int) -> int:
        table, place = divmod(number, self.size // 4)
        if table >= len(self.tables) or self.tables[table] >= _NO_SECTOR:
            raise Broken
        if table not in self._cached:
            self._cached = {table: self.read(self.tables[table])}
        after: int = struct.unpack_from("<I", self._cached[table], place * 4)[0]
        return after
