"""The parts of an Office file (a zip of XML): unpacked piece by piece, with limits, and walked without building a tree."""

from __future__ import annotations

import posixpath
import zlib
from collections.abc import Iterable, Iterator
from io import BytesIO
from xml.parsers import expat  # knows no file and no network; a DTD is refused before it declares anything
from zipfile import BadZipFile, ZipFile, ZipInfo

from shixiao.engine.plans import Place
from shixiao.tables.unreadable import Unreadable

MAX_UNPACKED = 256 * 1024 * 1024
MAX_ELEMENTS = 6_000_000

_PIECE = 1 << 16
_MOST_PARTS = 20_000
_BROKEN = (BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, RuntimeError, ValueError, OverflowError)

Attributes = dict[str, str]


class Package:
    """An Office file that was opened. Raises Unreadable when its directory is damaged, or would be endless.

    Names are compared without regard to case, as the standard asks, and with `/` whatever the writer used.
    """

    def __init__(self, content: bytes, *, limit: int = MAX_UNPACKED) -> None:
        self._limit = self._left = limit
        try:
            self._zip = ZipFile(BytesIO(content))
        except _BROKEN as failure:
            raise Unreadable("package_damaged", part="zip") from failure
        listed = self._zip.infolist()
        if len(listed) > _MOST_PARTS:
            raise Unreadable("unpacks_too_large", size=f"{len(listed)} parts", limit=f"{_MOST_PARTS}")
        self._parts: dict[str, ZipInfo] = {}
        for info in listed:
            self._parts.setdefault(plain(info.filename), info)

    def __contains__(self, part: str) -> bool:
        return plain(part) in self._parts

    def names(self, start: str = "") -> list[str]:
        """The parts whose names begin so, in lower case."""
        return [name for name in self._parts if name.startswith(start)]

    def pieces(self, part: str) -> Iterator[bytes]:
        """The bytes of a part in pieces. Raises Unreadable when it is missing or damaged, or when a limit bites."""
        info = self._parts.get(plain(part))
        if info is None:
            raise Unreadable("workbook_part_missing", part=part)
        if info.flag_bits & 1:
            raise Unreadable("encrypted")
        self._take(info.file_size)  # what it says of itself, before anything is unpacked
        self._left += info.file_size
        try:
            with self._zip.open(info) as stream:
                while piece := stream.read(_PIECE):
                    self._take(len(piece))
                    yield piece
        except _BROKEN as failure:
            raise Unreadable("package_damaged", part=part) from failure

    def _take(self, size: int) -> None:
        self._left -= size
        if self._left < 0:
            raise Unreadable(
                "unpacks_too_large", size=_megabytes(self._limit - self._left), limit=_megabytes(self._limit)
            )


class Walk:
    """Walks through the XML of a part: calls `begin`, `end` and `text`, element names without their prefix.

    Raises Unreadable for what is no XML, for a DTD (no Office file has one), and for too many elements.
    """

    def __init__(self, part: str, *, limit: int = MAX_ELEMENTS) -> None:
        self.part = part
        self.left = limit
        self.limit = limit
        self.parser = self._parser()

    def begin(self, name: str, attributes: Attributes) -> None:
        """An element begins."""

    def end(self, name: str) -> None:
        """An element ends."""

    def text(self, text: str) -> None:
        """Characters of an element, perhaps not all of them."""

    @property
    def is_done(self) -> bool:
        """Whether the rest of the part is of no interest."""
        return False

    def run(self, pieces: Iterable[bytes]) -> None:
        """Walks through the pieces of a part, as far as it is not done."""
        try:
            for piece in pieces:
                self.parser.Parse(piece, False)
                if self.is_done:
                    return
            self.parser.Parse(b"", True)
        except expat.ExpatError as failure:
            raise Unreadable("workbook_damaged", Place(failure.lineno), part=self.part) from failure
        except (ValueError, UnicodeError, LookupError) as failure:
            raise Unreadable("workbook_damaged", Place(self.parser.CurrentLineNumber), part=self.part) from failure

    def _parser(self) -> expat.XMLParserType:
        parser = expat.ParserCreate()
        parser.buffer_text = True
        parser.buffer_size = _PIECE
        parser.StartDoctypeDeclHandler = self._refuse
        parser.StartElementHandler = self._begin
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self.text
        return parser

    def _refuse(self, *_: object) -> None:
        raise Unreadable("xml_entities", part=self.part)

    def _begin(self, name: str, attributes: Attributes) -> None:
        self.left -= 1
        if self.left < 0:
            raise Unreadable("too_many_elements", part=self.part, limit=f"{self.limit:,}")
        self.begin(name.rpartition(":")[2] if ":" in name else name, attributes)

    def _end(self, name: str) -> None:
        self.end(name.rpartition(":")[2] if ":" in name else name)


class Relation:
    """What a part says about another: its id, its kind (the last word of its type), and its name."""

    __slots__ = ("id", "kind", "target")

    def __init__(self, id: str, kind: str, target: str) -> None:
        self.id = id
        self.kind = kind
        self.target = target


class _Relations(Walk):
    def __init__(self, part: str, folder: str) -> None:
        super().__init__(part)
        self.folder = folder
        self.found: list[Relation] = []

    def begin(self, name: str, attributes: Attributes) -> None:
        if name != "Relationship" or attributes.get("TargetMode") == "External":
            return
        target = attributes.get("Target", "").replace("\\", "/")
        path = target.lstrip("/") if target.startswith("/") else posixpath.normpath(posixpath.join(self.folder, target))
        self.found.append(Relation(attributes.get("Id", ""), attributes.get("Type", "").rpartition("/")[2], path))


def relations(package: Package, part: str) -> list[Relation]:
    """What `part` ("" for the whole file) is tied to; none when the list is missing."""
    folder, name = posixpath.split(part)
    listed = posixpath.join(folder, "_rels", f"{name}.rels")
    if listed not in package:
        return []
    walk = _Relations(listed, folder)
    walk.run(package.pieces(listed))
    return walk.found


def plain(name: str) -> str:
    """The name of a part as it is compared."""
    return name.replace("\\", "/").lstrip("/").lower()


def _megabytes(size: int) -> str:
    return f"{size / 1024 / 1024:.1f}".removesuffix(".0") + " MB"
