"""What is inside a file that is a folder of its own: the names in a zip, and the streams in an old Office file (OLE)."""

from __future__ import annotations

import struct
from io import BytesIO
from struct import unpack_from
from zipfile import BadZipFile, ZipFile

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"

_END = 0xFFFFFFFA
_ENTRY = 128
_MOST_ENTRIES = 100_000


def names(content: bytes) -> list[str] | None:
    """The names inside in lower case; None where the directory is lost."""
    if content.startswith(OLE[:4]):
        return _streams(content)
    try:
        with ZipFile(BytesIO(content)) as archive:
            return [name.replace("\\", "/").lstrip("/").lower() for name in archive.namelist()]
    except (BadZipFile, NotImplementedError, ValueError, OverflowError, OSError):
        return None


def _streams(content: bytes) -> list[str] | None:
    """What stands at the top of an OLE file. A document inside another one is not what the file is."""
    try:
        directory = _directory(content)
        entries = [directory[at : at + _ENTRY] for at in range(0, len(directory) - _ENTRY + 1, _ENTRY)]
        found: list[str] = []
        waiting, seen = [unpack_from("<I", entries[0], 76)[0]], set()
        while waiting:
            index = waiting.pop()
            if index >= len(entries) or index in seen:
                continue
            seen.add(index)
            entry = entries[index]
            length, left, right = unpack_from("<H2xII", entry, 64)
            found.append(entry[: max(0, min(length, 64) - 2)].decode("utf-16-le", "replace").lower())
            waiting += (left, right)
    except (struct.error, IndexError, OverflowError):
        return None
    return found or None


def _directory(content: bytes) -> bytes:
    """The sectors of the directory, joined; as many as can be reached in a damaged file."""
    shift = unpack_from("<H", content, 30)[0]
    if shift not in (9, 12):  # the two sizes of a sector that there are
        return b""
    sector, size = unpack_from("<I", content, 48)[0], 1 << shift
    per_sector = size // 4
    tables = [each for each in unpack_from("<109I", content, 76) if each < _END]
    pieces: list[bytes] = []
    seen: set[int] = set()
    while sector < _END and sector not in seen and len(seen) * size < _MOST_ENTRIES * _ENTRY:
        seen.add(sector)
        piece = content[(sector + 1) * size : (sector + 2) * size]
        if not piece:
            break
        pieces.append(piece)
        table = sector // per_sector
        if table >= len(tables):
            break
        try:
            sector = unpack_from("<I", content, (tables[table] + 1) * size + 4 * (sector % per_sector))[0]
        except struct.error:
            break
    return b"".join(pieces)
