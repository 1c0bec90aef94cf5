"""The parts of a document (docx) as trees: what it unpacks to is known before anything is unpacked."""

from __future__ import annotations

import posixpath

from lxml import etree

from shixiao.tables.formats import package
from shixiao.tables.unreadable import Unreadable

# A province in one file has some tens of megabytes of XML. What is larger is no table but a trap.
MAX_UNPACKED = 128 * 1024 * 1024
# Parts up to this size are remembered: they are looked at twice.
_SMALL = 1024 * 1024


class Package(package.Package):
    """The parts of a package, each in one piece. Raises Unreadable when it is damaged, has a password or would unpack
    to too much."""

    def __init__(self, content: bytes) -> None:
        super().__init__(content, limit=MAX_UNPACKED)
        self._known: dict[str, bytes] = {}

    def read(self, name: str) -> bytes:
        """The bytes of a part; b"" for one that is not there. Takes from what may be unpacked in all."""
        if name not in self:
            return b""
        if name in self._known:
            return self._known[name]
        content = b"".join(self.pieces(name))
        if len(content) < _SMALL:
            self._known[name] = content
        return content

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
        folder, file = posixpath.split(package.plain(name))
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
