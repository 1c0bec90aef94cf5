"""What is inside a file that is a folder of its own: the names in a zip, and the streams of an old Office file (OLE).

Every chain of sectors is followed once round at most: a damaged file may lead in circles.
"""

from __future__ import annotations

import struct
import sys
from array import array
from collections.abc import Iterator
from io import BytesIO
from struct import unpack_from
from typing import NamedTuple
from zipfile import BadZipFile, ZipFile

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"

_END = 0xFFFFFFFA
_ENTRY = 128
_MOST_ENTRIES = 100_000
_IN_HEADER = 109  # sectors of the allocation table that the header names itself


def names(content: bytes) -> list[str] | None:
    """The names inside in lower case; None where the directory is lost."""
    if content.startswith(OLE[:4]):
        return [stream.name for stream in _streams(content)] or None
    try:
        with ZipFile(BytesIO(content)) as archive:
            return [name.replace("\\", "/").lstrip("/").lower() for name in archive.namelist()]
    except (BadZipFile, NotImplementedError, ValueError, OverflowError, OSError):
        return None


def stream(content: bytes, *wanted: str) -> bytes | None:
    """The bytes of the first stream at the top of an OLE file that has one of these names; None where there is none."""
    listed = _streams(content)
    found = next((each for name in wanted for each in listed if each.name == name), None)
    if found is None or not listed:
        return None
    try:
        return _Sectors(content).of(found, listed[0])
    except (struct.error, IndexError, OverflowError):
        return None


class Stream(NamedTuple):
    """An entry of the directory: where its sectors begin, and how many bytes it has."""

    name: str
    start: int
    size: int


class _Sectors:
    """The sectors of a file and the table that says which follows which."""

    def __init__(self, content: bytes) -> None:
        self.content = content
        shift, small = unpack_from("<HH", content, 30)
        if shift not in (9, 12) or small > shift:  # the two sizes of a sector that there are
            raise struct.error("sector")
        self.size, self.small = 1 << shift, 1 << small
        self.cutoff, self.small_table_at = unpack_from("<II", content, 56)
        self.table = self._table(self._tables())

    def _sector(self, number: int) -> bytes:
        return self.content[(number + 1) * self.size : (number + 2) * self.size]

    def _tables(self) -> Iterator[int]:
        """The sectors that hold the table: those that the header names, and those that further sectors name."""
        yield from (each for each in unpack_from(f"<{_IN_HEADER}I", self.content, 76) if each < _END)
        number, seen = unpack_from("<I", self.content, 68)[0], set[int]()
        while number < _END and number not in seen and (more := self._sector(number)):
            seen.add(number)
            listed = array("I", more[: len(more) // 4 * 4])
            yield from (each for each in _little(listed)[:-1] if each < _END)
            number = _little(listed)[-1]

    def _table(self, sectors: Iterator[int]) -> array[int]:
        table, most = array("I"), len(self.content) // self.size + self.size
        for number in sectors:
            piece = self._sector(number)
            table.frombytes(piece[: len(piece) // 4 * 4])
            if len(table) > most:
                break
        return _little(table)

    def chained(self, start: int, table: array[int], *, size: int, most: int, source: bytes | None = None) -> bytes:
        """The sectors from `start` on, joined, `most` bytes at most."""
        pieces: list[bytes] = []
        number, seen = start, set[int]()
        while number < _END and number not in seen and len(seen) * size < most:
            seen.add(number)
            piece = self._sector(number) if source is None else source[number * size : (number + 1) * size]
            if not piece:
                break
            pieces.append(piece)
            number = table[number] if number < len(table) else _END
        return b"".join(pieces)[:most]

    def directory(self) -> bytes:
        """The entries, joined; as many as can be reached in a damaged file."""
        start = unpack_from("<I", self.content, 48)[0]
        return self.chained(start, self.table, size=self.size, most=_MOST_ENTRIES * _ENTRY)

    def of(self, found: Stream, root: Stream) -> bytes:
        """The bytes of a stream; small ones stand in a stream of their own, that of the root."""
        if found.size >= self.cutoff:
            return self.chained(found.start, self.table, size=self.size, most=found.size)
        whole = len(self.content)
        table = self.chained(self.small_table_at, self.table, size=self.size, most=whole)
        small = self.chained(root.start, self.table, size=self.size, most=whole)
        follows = _little(array("I", table[: len(table) // 4 * 4]))
        return self.chained(found.start, follows, size=self.small, most=found.size, source=small)


def _little(numbers: array[int]) -> array[int]:
    if sys.byteorder == "big":
        numbers.byteswap()
    return numbers


def _streams(content: bytes) -> list[Stream]:
    """What stands at the top of an OLE file, the root first. A document inside another one is not what the file is."""
    try:
        directory = _Sectors(content).directory()
        entries = [directory[at : at + _ENTRY] for at in range(0, len(directory) - _ENTRY + 1, _ENTRY)]
        found = [_entry(entries[0])]
        waiting, seen = [unpack_from("<I", entries[0], 76)[0]], set[int]()
        while waiting:
            index = waiting.pop()
            if index >= len(entries) or index in seen:
                continue
            seen.add(index)
            found.append(_entry(entries[index]))
            waiting += unpack_from("<II", entries[index], 68)
    except (struct.error, IndexError, OverflowError):
        return []
    return found


def _entry(entry: bytes) -> Stream:
    length, start, size = unpack_from("<H", entry, 64)[0], *unpack_from("<II", entry, 116)
    return Stream(entry[: max(0, min(length, 64) - 2)].decode("utf-16-le", "replace").lower(), start, size)
