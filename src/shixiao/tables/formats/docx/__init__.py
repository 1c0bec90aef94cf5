"""Word documents (docx, docm, dotx; Strict and Transitional), read as the printed page reads and written for publishing.

Read: paragraphs, tables, merged cells, tables inside tables, text boxes, content controls, list numbers, headers and
footers. Left out and said: deletions under change tracking, hidden text, embedded objects, notes and comments.
"""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree

from shixiao.engine.plans import Repair
from shixiao.tables.document import Document
from shixiao.tables.flow import Block, grids_of, invisible_left_out
from shixiao.tables.formats.docx.body import STRICT, TRANSITIONAL, Around, Body
from shixiao.tables.formats.docx.numbering import Numbering
from shixiao.tables.formats.docx.parts import Package
from shixiao.tables.grid import Sheets
from shixiao.tables.repairs import repair
from shixiao.tables.unreadable import Unreadable

NAME = "docx"

_PAGE_KINDS = (".htm", ".html", ".xhtml", ".mht", ".mhtml")
_NOTES = {"footnotes": "footnote", "endnotes": "endnote", "comments": "comment"}


def sheets(content: bytes) -> Sheets:
    """A grid for each table with the paragraphs around it.

    Raises Unreadable for a document with a password, a damaged one, and one that holds only pictures.
    """
    package = Package(content)
    main = _main_part(package)
    body = package.xml(main)
    if not body.strip():
        raise Unreadable("package_incomplete", part=main)
    reading = _Reading(package, main, body)
    blocks = list(reading.blocks())
    grids, joined = grids_of(blocks)
    grids, cleaned = invisible_left_out(grids)
    if not grids:
        raise Unreadable("only_pictures" if _has_pictures(body) else "empty")
    return Sheets(grids, repairs=(*reading.repairs(), *joined, *cleaned))


def write(document: Document) -> bytes:
    """The tables in the official layout, one after another, each on a page of its own."""
    from shixiao.tables.formats.docx.writing import written

    return written(document)


class _Reading:
    """Reads the parts of a package in the order of the printed page: headers, body, footers."""

    def __init__(self, package: Package, main: str, content: bytes) -> None:
        self.package = package
        self.targets = package.targets(main)
        w = STRICT if STRICT[1:-1].encode() in content[:65_536] else TRANSITIONAL
        styles = self._part("styles")
        counts = b"numPr" in content or (b"numPr" in styles and b"pStyle" in content)
        needed = self._tree("styles") if counts or b"vanish" in styles else None
        hidden = _hidden_styles(needed, w) if b"vanish" in styles else frozenset[str]()
        numbering = Numbering(self._tree("numbering") if counts else None, needed, w)
        self.around = Around(numbering, hidden, self._chunk, bool(hidden))
        self.body = Body(content, self.around)
        self.parts = [self.body]
        self.chunks: list[Repair] = []

    def blocks(self) -> Iterator[Block]:
        """The headers' paragraphs, the body, the footers' paragraphs."""
        yield from self._margin("header")
        yield from self.body.blocks()
        yield from self._margin("footer")

    def repairs(self) -> Iterator[Repair]:
        """What was mended or left out, once `blocks` is through."""
        for part in self.parts:
            yield from part.repairs()
        yield from self.chunks
        if notes := sum(self._notes(kind, element) for kind, element in _NOTES.items()):
            yield repair("notes_left_out", count=notes)
        if any(kind == "vbaProject" for kind, _ in self.targets.values()):
            yield repair("macros_ignored")

    def _margin(self, kind: str) -> Iterator[str]:
        """The paragraphs of the headers or footers, each once; page numbers say nothing."""
        said: set[str] = set()
        for name in sorted({part for found, part in self.targets.values() if found == kind}):
            content = self.package.xml(name)
            if not content.strip():
                continue
            part = Body(content, self.around)
            self.parts.append(part)
            for text in _texts(part.blocks()):
                if text.strip() and text not in said and not _is_page_number(text):
                    said.add(text)
                    yield text

    def _chunk(self, relation: str) -> list[Block]:
        """A page that was put into the document in one piece."""
        name = self.targets.get(relation, ("", ""))[1]
        if name.lower().endswith(_PAGE_KINDS):
            from shixiao.tables.formats import html

            try:
                blocks, repairs = html.blocks_of(self.package.read(name))
            except Unreadable:
                self.chunks.append(repair("embedded_left_out", count=1, example=name))
                return []
            self.chunks += repairs
            return blocks
        self.chunks.append(repair("embedded_left_out", count=1, example=name or "altChunk"))
        return []

    def _name(self, kind: str) -> str:
        return next((part for found, part in self.targets.values() if found == kind), "")

    def _part(self, kind: str) -> bytes:
        return self.package.xml(self._name(kind))

    def _tree(self, kind: str) -> etree._Element | None:
        return self.package.tree(self._name(kind))

    def _notes(self, kind: str, element: str) -> int:
        tree = self._tree(kind)
        if tree is None:
            return 0
        # The first notes of each document are the lines between text and notes; they have a type.
        return sum(1 for note in tree.iter(f"{{*}}{element}") if not any(key.endswith("}type") for key in note.attrib))


def _main_part(package: Package) -> str:
    """The name of the part that holds the text."""
    for kind, name in package.targets("").values():
        if kind == "officeDocument" and name in package:
            return name
    if "word/document.xml" in package:
        return "word/document.xml"
    named = [name for name in package.names("word/document") if name.endswith(".xml")]
    if not named:
        raise Unreadable("package_incomplete", part="word/document.xml")
    return named[0]


def _hidden_styles(styles: etree._Element | None, w: str) -> frozenset[str]:
    """The styles whose text is hidden, those that are based on them too."""
    if styles is None:
        return frozenset()
    own: dict[str, bool] = {}
    base: dict[str, str] = {}
    for style in styles.iterchildren(f"{w}style"):
        name = style.get(f"{w}styleId", "")
        above, vanish = style.find(f"{w}basedOn"), style.find(f"{w}rPr/{w}vanish")
        base[name] = "" if above is None else above.get(f"{w}val", "")
        if vanish is not None:
            own[name] = vanish.get(f"{w}val", "1") not in ("0", "false", "off")
    hidden = set()
    for name in base:
        at, seen = name, set[str]()
        while at not in own and base.get(at) and at not in seen:
            seen.add(at)
            at = base[at]
        if own.get(at):
            hidden.add(name)
    return frozenset(hidden)


def _texts(blocks: Iterator[Block]) -> Iterator[str]:
    """The paragraphs of a header, those of its tables too."""
    for block in blocks:
        if isinstance(block, str):
            yield block
        else:
            for line in block.lines:
                yield from line.cells


def _is_page_number(text: str) -> bool:
    return not set(text) - set("0123456789 \t\n\u3000-—–－/·.第页共之of PAGEpage")


def _has_pictures(body: bytes) -> bool:
    return any(mark in body for mark in (b"<w:drawing", b"<w:pict", b"<pic:pic"))
