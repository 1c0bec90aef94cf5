"""The text of a Word document: paragraphs and tables in order, as a reader of the printed page has them.

Rows are taken as they come off the parser and are forgotten at once, so that memory follows what is read and not what
the file says about it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from io import BytesIO
from typing import NamedTuple

from lxml import etree

from shixiao.engine.plans import Place, Repair
from shixiao.tables.flow import MAX_CELLS, MAX_COLUMNS, Block, Line, Table, too_long
from shixiao.tables.formats.docx.numbering import Numbering
from shixiao.tables.formats.docx.symbols import symbol
from shixiao.tables.grid import Merge
from shixiao.tables.repairs import repair
from shixiao.tables.unreadable import Unreadable

TRANSITIONAL = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
STRICT = "{http://purl.oclc.org/ooxml/wordprocessingml/main}"
_COMPATIBILITY = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
_MATH = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"
_STRICT_MATH = "{http://purl.oclc.org/ooxml/officeDocument/math}"
_OFF = ("0", "false", "off")
# Word and its like nest some ten elements inside a cell; what is deeper was not written by an office program.
_DEEPEST = 120
# The private characters by which symbol fonts are written into plain text.
_PRIVATE = range(0xF000, 0xF100)


class Around(NamedTuple):
    """What the other parts of the package say: lists, hidden styles, and documents kept in one piece (altChunk)."""

    numbering: Numbering
    hidden_styles: frozenset[str]
    chunk: Callable[[str], list[Block]]
    may_hide: bool


class Body:
    """Reads one part of a document (its body, a header). `repairs` tells what was mended once everything is read."""

    def __init__(self, content: bytes, around: Around) -> None:
        self.content = content
        self.around = around
        self.w = STRICT if STRICT[1:-1].encode() in content[:65_536] else TRANSITIONAL
        self.seen: Counter[str] = Counter()
        self.places: dict[str, Place] = {}
        self.examples: dict[str, str] = {}
        self.table_number = 0
        self.row_number = 0
        self.cells = 0
        self.is_full = False
        self.may_hide = around.may_hide or b"vanish" in content
        self.has_private = any(mark in content for mark in (b"\xef\x80", b"\xef\x81", b"\xef\x82", b"\xef\x83", b"&#"))
        self.has_placeholders = b"showingPlcHdr" in content
        w = self.w
        self.tag_of = {name: f"{w}{name}" for name in "p tbl tr tc r t sdt sdtContent rPr pPr trPr tcPr".split()}
        self.skipped = frozenset(
            f"{w}{name}"
            for name in "rPr pPr tcPr trPr tblPr tblGrid tblPrEx sdtPr sdtEndPr instrText delText delInstrText rt "
            "bookmarkStart bookmarkEnd proofErr fldData object".split()
        )
        self.characters = {
            f"{w}tab": "\t",
            f"{w}ptab": "\t",
            f"{w}cr": "\n",
            f"{w}noBreakHyphen": "-",
            f"{w}softHyphen": "",
        }

    # -- from top to bottom

    def blocks(self) -> Iterator[Block]:
        """The paragraphs and tables of the part. Raises Unreadable where the XML is damaged."""
        tbl, tr = self.tag_of["tbl"], self.tag_of["tr"]
        inside: list[str] = []
        rows: _Rows | None = None
        try:
            for event, element in self._events():
                tag = element.tag
                if event == "start":
                    if tag == tbl and not inside:
                        self.table_number, self.row_number = self.table_number + 1, 0
                        rows = _Rows(self)
                    inside.append(tag)
                    continue
                inside.pop()
                if rows is not None and inside == [tbl] and tag == tr:
                    rows.take(element)
                elif rows is not None and not inside and tag == tbl:
                    yield rows.table()
                    rows = None
                elif not inside:
                    yield from self._beside(element)
                # What stands in a text box is still wanted when the paragraph around it ends.
                if not inside or (inside == [tbl] and tag == tr):
                    self._forget(element)
                if self.is_full:
                    # What follows is not looked at: it may be a gigabyte of rows.
                    break
        except etree.XMLSyntaxError as failure:
            raise Unreadable("xml_damaged", Place(failure.lineno or 0), part="document.xml") from failure
        if rows is not None:
            yield rows.table()

    def _events(self) -> Iterator[tuple[str, etree._Element]]:
        """Where paragraphs, rows and tables begin and end, as the parser comes to them."""
        names = [*(self.tag_of[name] for name in ("p", "tbl", "tr")), f"{self.w}altChunk"]
        safe = {"resolve_entities": False, "load_dtd": False, "no_network": True}
        plain = {"remove_comments": True, "remove_pis": True}
        yield from etree.iterparse(BytesIO(self.content), events=("start", "end"), tag=names, **safe, **plain)

    def _beside(self, element: etree._Element) -> Iterator[Block]:
        """A paragraph beside the tables, or a page that was put in here in one piece."""
        if element.tag == f"{self.w}altChunk":
            yield from self.around.chunk(_relation(element))
        elif element.tag == self.tag_of["p"] and not (self.has_placeholders and self._is_placeholder(element)):
            yield from self._paragraph_blocks(element)

    def repairs(self) -> Iterator[Repair]:
        """What was left out or written in full, each kind once."""
        seen = self.seen
        if seen["inserted"] or seen["deleted"]:
            place = self.places.get("inserted") or self.places.get("deleted") or Place()
            yield repair("tracked_changes", place, inserted=seen["inserted"], deleted=seen["deleted"])
        for code in ("hidden_text", "placeholder_left_out", "numbers_written_out", "number_unknown"):
            if seen[code]:
                yield repair(code, self.places[code], count=seen[code], example=self.examples.get(code, ""))
        for code in ("symbol_written_out", "symbol_unknown", "embedded_left_out"):
            if seen[code]:
                yield repair(code, self.places[code], count=seen[code], example=self.examples.get(code, ""))
        if self.is_full:
            yield too_long(Place(self.row_number, table=self.table_number))

    def _forget(self, element: etree._Element) -> None:
        """Frees what was read: the element's content, and all that stands before it."""
        element.clear()
        parent = element.getparent()
        while parent is not None and element.getprevious() is not None:
            del parent[0]

    def _note(self, code: str, example: str = "", *, count: int = 1) -> None:
        if not self.seen[code]:
            self.places[code] = Place(self.row_number, table=self.table_number) if self.row_number else Place()
            self.examples[code] = example
        self.seen[code] += count

    def _is_placeholder(self, element: etree._Element) -> bool:
        """Whether this stands in a content control that nobody has filled in."""
        for control in element.iterancestors(self.tag_of["sdt"]):
            if self._shows_placeholder(control):
                self._note("placeholder_left_out")
                return True
        return False

    def _shows_placeholder(self, control: etree._Element) -> bool:
        return self.has_placeholders and _is_on(control.find(f"{self.w}sdtPr/{self.w}showingPlcHdr"), self.w)

    # -- tables

    def table(self, element: etree._Element, depth: int) -> Table:
        """A table inside another one, or in a text box."""
        rows = _Rows(self, depth)
        for row in self._found(element, self.tag_of["tr"], depth):
            if not self.is_full:
                rows.take(row)
        return rows.table()

    def widths(self, row: etree._Element) -> tuple[int, ...]:
        """The widths of the columns of the table that a row stands in."""
        table = next(row.iterancestors(self.tag_of["tbl"]), None)
        columns = None if table is None else table.find(f"{self.w}tblGrid")
        if columns is None:
            return ()
        widths = [_number(column, self.w, "w") for column in columns.iterchildren(f"{self.w}gridCol")]
        return tuple(min(max(width, 0), 100_000) for width in widths[:MAX_COLUMNS])

    def _found(self, parent: etree._Element, tag: str, depth: int) -> Iterator[etree._Element]:
        """The rows of a table or the cells of a row, also those in content controls and changes."""
        deleted = (f"{self.w}del", f"{self.w}moveFrom")
        for child in parent.iterchildren(etree.Element):
            if child.tag == tag:
                yield child
            elif child.tag in self.skipped or child.tag in deleted or depth > _DEEPEST:
                continue
            elif child.tag == f"{_COMPATIBILITY}AlternateContent":
                yield from self._found(_chosen(child), tag, depth + 1)
            elif child.tag not in (self.tag_of["p"], self.tag_of["tbl"]) and len(child):
                yield from self._found(child, tag, depth + 1)

    def cell(self, element: etree._Element, depth: int) -> list[Block]:
        """The paragraphs and tables of a cell, a text box or a header."""
        blocks: list[Block] = []
        goes_on = False
        for child in self._content(element, depth):
            if child.tag == self.tag_of["tbl"]:
                if depth < _DEEPEST:
                    blocks.append(self.table(child, depth + 4))
                else:
                    self._note("embedded_left_out", "w:tbl")
                continue
            boxes: list[etree._Element] = []
            text = self._paragraph(child, boxes, depth)
            last = blocks[-1] if blocks else None
            if goes_on and isinstance(last, str):
                blocks[-1] = last + text
            else:
                blocks.append(text)
            goes_on = self._mark_is_deleted(child)
            for box in boxes:
                blocks += self.cell(box, depth + 4)
        return blocks

    def _content(self, parent: etree._Element, depth: int) -> Iterator[etree._Element]:
        p, tbl = self.tag_of["p"], self.tag_of["tbl"]
        for child in parent.iterchildren(etree.Element):
            tag = child.tag
            if tag in (p, tbl):
                yield child
            elif tag in self.skipped or depth > _DEEPEST or tag in (f"{self.w}del", f"{self.w}moveFrom"):
                continue
            elif tag == f"{_COMPATIBILITY}AlternateContent":
                yield from self._content(_chosen(child), depth + 1)
            elif tag == self.tag_of["sdt"] and self._shows_placeholder(child):
                self._note("placeholder_left_out")
            elif len(child):
                yield from self._content(child, depth + 1)

    # -- paragraphs

    def _paragraph_blocks(self, element: etree._Element) -> Iterator[Block]:
        boxes: list[etree._Element] = []
        yield self._paragraph(element, boxes, 0)
        for box in boxes:
            yield from self.cell(box, 4)

    def _paragraph(self, element: etree._Element, boxes: list[etree._Element], depth: int) -> str:
        """The text of a paragraph, its number before it. Text boxes in it are only collected."""
        properties = element.find(self.tag_of["pPr"])
        pieces: list[str] = []
        if self.may_hide and self._is_hidden(properties, "pStyle"):
            self._note("hidden_text")
        else:
            self._runs(element, pieces, boxes, depth)
        number = self.around.numbering.before(properties)
        text = "".join(pieces)
        if number.unknown:
            self._note("number_unknown", number.unknown)
        elif number.text and text.strip():
            self._note("numbers_written_out", number.text.strip())
            return number.text + text
        return text

    def _mark_is_deleted(self, paragraph: etree._Element) -> bool:
        w = self.w
        mark = paragraph.find(f"{w}pPr/{w}rPr")
        return mark is not None and mark.find(f"{w}del") is not None

    def _runs(self, parent: etree._Element, pieces: list[str], boxes: list[etree._Element], depth: int) -> None:
        """Adds the text below an element."""
        w, tags = self.w, self.tag_of
        text_tag, run_tag = tags["t"], tags["r"]
        for child in parent:
            tag = child.tag
            if tag == text_tag:
                pieces.append(self._text(child, parent))
            elif tag == run_tag:
                if self.may_hide and self._is_hidden(child.find(tags["rPr"]), "rStyle"):
                    self._note("hidden_text")
                else:
                    self._runs(child, pieces, boxes, depth + 1)
            elif tag in self.skipped or not isinstance(tag, str):
                if tag == f"{w}object":
                    self._note("embedded_left_out", "OLE")
            elif tag in self.characters:
                pieces.append(self.characters[tag])
            elif tag == f"{w}br":
                pieces.append("\n" if child.get(f"{w}type", "textWrapping") == "textWrapping" else "")
            elif tag == f"{w}sym":
                pieces.append(self._symbol(child.get(f"{w}font", ""), child.get(f"{w}char", "")))
            elif tag in (f"{_MATH}t", f"{_STRICT_MATH}t"):
                pieces.append(child.text or "")
            elif len(child) and depth < _DEEPEST:
                self._below(child, tag, pieces, boxes, depth + 1)

    def _below(
        self, child: etree._Element, tag: str, pieces: list[str], boxes: list[etree._Element], depth: int
    ) -> None:
        """Adds the text of what holds runs, or holds none that are read."""
        w = self.w
        if tag in (f"{w}del", f"{w}moveFrom"):
            self._note("deleted")
        elif tag == f"{w}txbxContent":
            boxes.append(child)
        elif tag == f"{_COMPATIBILITY}AlternateContent":
            self._runs(_chosen(child), pieces, boxes, depth)
        elif tag == self.tag_of["sdt"] and self._shows_placeholder(child):
            self._note("placeholder_left_out")
        else:
            if tag in (f"{w}ins", f"{w}moveTo"):
                self._note("inserted")
            self._runs(child, pieces, boxes, depth)

    def _text(self, element: etree._Element, run: etree._Element) -> str:
        text = element.text or ""
        if "\n" in text or "\r" in text:
            text = text.replace("\r", "").replace("\n", " ")
        if self.has_private and any(ord(character) in _PRIVATE for character in text):
            font = ""
            if (fonts := run.find(f"{self.w}rPr/{self.w}rFonts")) is not None:
                font = fonts.get(f"{self.w}ascii", "") or fonts.get(f"{self.w}hAnsi", "")
            return "".join(
                self._symbol(font or "Symbol", f"{ord(one):x}") if ord(one) in _PRIVATE else one for one in text
            )
        return text

    def _symbol(self, font: str, code: str) -> str:
        try:
            found = symbol(font, int(code, 16))
        except ValueError:
            found = ""
        self._note("symbol_written_out" if found else "symbol_unknown", found or f"{font} {code}"[:40])
        return found or "\ufffd"

    def _is_hidden(self, properties: etree._Element | None, style: str) -> bool:
        if properties is None:
            return False
        w = self.w
        if style == "rStyle" and (own := properties.find(f"{w}vanish")) is not None:
            return _is_on(own, w)
        named = properties.find(f"{w}{style}")
        return named is not None and named.get(f"{w}val") in self.around.hidden_styles


class _Rows:
    """Collects the rows of one table."""

    def __init__(self, body: Body, depth: int = 0) -> None:
        self.body = body
        self.depth = depth
        self.lines: list[Line] = []
        self.merges: list[Merge] = []
        self.widths: tuple[int, ...] = ()
        self.number = 0
        # The merges that may go on in the next row: left border → (first line, right border).
        self.open: dict[int, tuple[int, int]] = {}

    def take(self, row: etree._Element) -> None:
        """Adds a row, unless it was deleted or is hidden."""
        body, w = self.body, self.body.w
        if not self.number and not self.widths:
            self.widths = body.widths(row)
        self.number += 1
        if not self.depth:
            body.row_number = self.number
        properties = row.find(body.tag_of["trPr"])
        if properties is not None:
            if properties.find(f"{w}del") is not None:
                body._note("deleted")  # noqa: SLF001 - one reader in two classes
                return
            if _is_on(properties.find(f"{w}hidden"), w):
                body._note("hidden_text")  # noqa: SLF001
                return
            if properties.find(f"{w}ins") is not None:
                body._note("inserted")  # noqa: SLF001
        column = 0 if properties is None else _number(properties.find(f"{w}gridBefore"), w, "val")
        self._cells(row, min(max(column, 0), MAX_COLUMNS))

    def _cells(self, row: etree._Element, column: int) -> None:
        body, w = self.body, self.body.w
        cells: list[str] = []
        lefts: list[int] = []
        inside: dict[int, list[Block]] = {}
        going: dict[int, tuple[int, int]] = {}
        line = len(self.lines)
        for cell in body._found(row, body.tag_of["tc"], self.depth):  # noqa: SLF001
            if column >= MAX_COLUMNS:
                break
            properties = cell.find(body.tag_of["tcPr"])
            right, merge = column + 1, None
            if properties is not None:
                right = column + min(max(_number(properties.find(f"{w}gridSpan"), w, "val"), 1), MAX_COLUMNS - column)
                merge = properties.find(f"{w}vMerge")
                if properties.find(f"{w}cellDel") is not None:
                    body._note("deleted")  # noqa: SLF001
                    column = right
                    continue
            blocks = body.cell(cell, self.depth + 1)
            top = line
            if merge is not None and merge.get(f"{w}val", "continue") != "restart":
                top = self._top(column, right, line)
            if top < line:
                if any(not isinstance(block, str) or block.strip() for block in blocks):
                    body._note("hidden_text")  # noqa: SLF001 - Word does not show it
                blocks = []
            if merge is not None:
                going[column] = (top, right)
            if len(blocks) == 1 and isinstance(blocks[0], str):
                cells.append(blocks[0])
            elif any(isinstance(block, Table) for block in blocks):
                inside[len(cells)] = blocks
                cells.append("")
            else:
                cells.append("\n".join(block for block in blocks if isinstance(block, str)))
            lefts.append(column)
            if right - column > 1 and merge is None:
                self.merges.append(Merge(line, column, line + 1, right))
            column = right
        self._close(going, line)
        plain = not lefts or (lefts[0] == 0 and lefts[-1] == len(lefts) - 1)
        self.lines.append(Line(self.number, cells, None if plain else tuple(lefts), inside or None))
        body.cells += max(len(cells), 1)
        body.is_full = body.is_full or body.cells > MAX_CELLS

    def _top(self, left: int, right: int, line: int) -> int:
        """The line in which the merge above begins; this one, where there is none to go on with."""
        top, open_right = self.open.get(left, (line, right))
        return top if open_right == right else line

    def _close(self, going: dict[int, tuple[int, int]], line: int) -> None:
        """Keeps what goes on; what ended above becomes a merge."""
        for left, (top, right) in self.open.items():
            if going.get(left, (-1, -1))[0] != top and (line - top) * (right - left) > 1:
                self.merges.append(Merge(top, left, line, right))
        self.open = going

    def table(self) -> Table:
        """The table as it was drawn."""
        self._close({}, len(self.lines))
        return Table(self.lines, sorted(self.merges), self.widths)


def _chosen(alternatives: etree._Element) -> etree._Element:
    """The first way in which something is written twice, for new and for old programs."""
    choice = next(alternatives.iterchildren(f"{_COMPATIBILITY}Choice"), None)
    if choice is not None:
        return choice
    fallback = next(alternatives.iterchildren(f"{_COMPATIBILITY}Fallback"), None)
    return alternatives.makeelement("nothing") if fallback is None else fallback


def _is_on(element: etree._Element | None, w: str) -> bool:
    return element is not None and element.get(f"{w}val", "1") not in _OFF


def _number(element: etree._Element | None, w: str, attribute: str) -> int:
    text = "" if element is None else element.get(f"{w}{attribute}", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0


def _relation(element: etree._Element) -> str:
    return next((value for name, value in element.attrib.items() if str(name).endswith("}id")), "")
