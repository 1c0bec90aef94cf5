"""A zip of parts (docx and its like), opened with limits: what it unpacks to is known before anything is unpacked."""

from __future__ import annotations

import posixpath
import zlib
from io import BytesIO
from zipfile import BadZipFile, ZipFile, ZipInfo

from lxml import etree

from shixiao.tables.unreadable import Unreadable

# A province in one file has some tens of megabytes of XML. What is larger is no table but a trap.
MAX_UNPACKED = 128 * 1024 * 1024
# One part is read in pieces, so that a directory that lies about its size costs no memory.
_PIECE = 1024 * 1024
# Parts up to this size are remembered: they are looked at twice.
_SMALL = 1024 * 1024
_MOST_PARTS = 20_000

_DAMAGE = (BadZipFile, zlib.error, EOFError, OSError, ValueError, NotImplementedError, OverflowError)


class Package:
    """The parts of a package by name. Raises Unreadable when it is damaged, has a password or would unpack to too much.

    Names are compared without regard to case, as the standard asks, and with `/` whatever the writer used.
    """

    def __init__(self, content: bytes) -> None:
        try:
            self._archive = ZipFile(BytesIO(content))
            found = self._archive.infolist()
        except _DAMAGE as failure:
            raise Unreadable("package_damaged", part="zip") from failure
        if len(found) > _MOST_PARTS:
            raise Unreadable("unpacks_too_large", size=f"{len(found)} parts", limit=f"{_MOST_PARTS}")
        self._parts: dict[str, ZipInfo] = {}
        for part in found:
            self._parts.setdefault(_plain(part.filename), part)
        self._read: dict[str, bytes] = {}
        self.left = MAX_UNPACKED

    def __contains__(self, name: str) -> bool:
        return _plain(name) in self._parts

    def names(self, start: str = "") -> list[str]:
        """The names that begin so, in small letters."""
        return [name for name in self._parts if name.startswith(start)]

    def read(self, name: str) -> bytes:
        """The bytes of a part; b"" for one that is not there. Takes from what may be unpacked in all."""
        known = self._read.get(_plain(name))
        if known is not None:
            return known
        part = self._parts.get(_plain(name))
        if part is None:
            return b""
        content = self._unpacked(part)
        if len(content) < _SMALL:
            self._read[_plain(name)] = content
        return content

    def _unpacked(self, part: ZipInfo) -> bytes:
        if part.flag_bits & 1:
            raise Unreadable("encrypted")
        if part.file_size > self.left:
            raise _too_large(part.file_size)
        pieces: list[bytes] = []
        try:
            with self._archive.open(part) as stream:
                while piece := stream.read(_PIECE):
                    self.left -= len(piece)
                    if self.left < 0:
                        raise _too_large(MAX_UNPACKED - self.left)
                    pieces.append(piece)
        except (*_DAMAGE, RuntimeError) as failure:
            raise Unreadable("package_damaged", part=part.filename) from failure
        return b"".join(pieces)

    def xml(self, name: str) -> bytes:
        """The bytes of a part of XML. Raises Unreadable for one that declares entities: no office program does."""
        content = self.read(name)
        if b"<!DOCTYPE" in content or b"<!ENTITY" in content or _WIDE_DOCTYPE.intersection((content[:2],)):
            content = _in_utf8(content)
            if b"<!DOCTYPE" in content or b"<!ENTITY" in content:
                raise Unreadable("xml_entities", part=name)
        return content

    def tree(self, name: str) -> etree._Element | None:
        """A small part of XML as a tree; None when it is missing, empty or damaged."""
        content = self.xml(name)
        try:
            return etree.fromstring(content, parser()) if content.strip() else None
        except (etree.XMLSyntaxError, ValueError):
            return None

    def targets(self, name: str) -> dict[str, tuple[str, str]]:
        """What a part refers to: id → (the last word of the kind, the part's name). Outside addresses are left out."""
        folder, file = posixpath.split(_plain(name))
        found: dict[str, tuple[str, str]] = {}
        tree = self.tree(f"{folder}/_rels/{file}.rels".lstrip("/"))
        for each in () if tree is None else tree.iter("{*}Relationship"):
            target = each.get("Target", "").replace("\\", "/")
            if each.get("TargetMode", "").lower() == "external" or not target:
                continue
            path = target if target.startswith("/") else posixpath.join(folder, target)
            found[each.get("Id", "")] = (each.get("Type", "").rpartition("/")[2], posixpath.normpath(path).lstrip("/"))
        return found


def parser() -> etree.XMLParser:
    """A parser that neither loads nor expands anything."""
    return etree.XMLParser(
        resolve_entities=False, load_dtd=False, no_network=True, remove_pis=True, remove_comments=True
    )


_WIDE_DOCTYPE = frozenset((b"\xff\xfe", b"\xfe\xff", b"<\0", b"\0<"))


def _in_utf8(content: bytes) -> bytes:
    """XML in UTF-16 as UTF-8, to look for words in it."""
    if content[:2] in _WIDE_DOCTYPE:
        codec = "utf-16-be" if content[:2] in (b"\xfe\xff", b"\0<") else "utf-16-le"
        return content.decode(codec, "ignore").encode("utf-8", "ignore")
    return content


def _plain(name: str) -> str:
    return name.replace("\\", "/").lstrip("/").lower()


def _too_large(size: int) -> Unreadable:
    return Unreadable(
        "unpacks_too_large", size=f"{size / 1024 / 1024:.1f} MB", limit=f"{MAX_UNPACKED / 1024 / 1024:.0f} MB"
    )
