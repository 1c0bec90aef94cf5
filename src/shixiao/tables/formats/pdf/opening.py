"""The bytes of a PDF → its pages as they are stored. The structure is pdfminer's to read; here its work is bounded.

pdfminer follows whatever the file says: an object that refers to itself, a list of contents that leads back to its
own start, a million empty entries. Each step that it takes through these classes is counted (`Work`).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from io import BytesIO
from typing import Any, NamedTuple

from pdfminer.pdfdocument import PDFBaseXRef, PDFDocument, PDFNoValidXRef, PDFXRef, PDFXRefStream
from pdfminer.pdfparser import PDFParser, PDFStreamParser
from pdfminer.pdftypes import PDFObjRef, PDFStream, dict_value, int_value, list_value, resolve1
from pdfminer.psexceptions import PSEOF
from pdfminer.psparser import PSKeyword, literal_name

from shixiao.tables.formats.pdf.streams import Stream
from shixiao.tables.formats.pdf.work import Work

_LINE_END = re.compile(rb"\r\n?|\n")
_OBJECT = re.compile(rb"(?<!\d)(\d{1,9})[ \t\r\n]+(\d{1,5})[ \t\r\n]+obj\b")
_INHERITED = ("Resources", "MediaBox", "CropBox", "Rotate")
_LETTER = (0.0, 0.0, 612.0, 792.0)
# The file says where its list of objects stands at its very end.
_TAIL = 4096
_MOST_TRAILERS = 20
_STEPS_FOR_A_NAME_OF_A_NAME = 5_000
_DEEPEST = 100


class Leaf(NamedTuple):
    """A page as it is stored: `box` is its visible part (left, bottom, right, top), `turned` its rotation in degrees."""

    number: int
    box: tuple[float, float, float, float]
    turned: int
    resources: dict[str, Any]
    contents: list[Any]


class Document(PDFDocument):
    """A document whose objects are found by its own list, or, with `rebuild`, by looking through the whole file."""

    def __init__(self, content: bytes, work: Work, *, rebuild: bool) -> None:
        self.content = content
        self.work = work
        self.rebuild = rebuild
        self._read_from: set[int] = set()
        self._ranges = 0
        super().__init__(_Parser(content, work), password="", caching=True, fallback=False)
        self._ranges = sum(len(xref.ranges) for xref in self.xrefs if isinstance(xref, PDFXRefStream))
        if rebuild:
            self._list_packed_objects()

    def find_xref(self, parser: PDFParser) -> int:
        """Where the list of objects stands."""
        del parser
        found = re.search(rb"startxref\s+(\d{1,10})", self.content[-_TAIL:])
        if found is None and not self.rebuild:
            raise PDFNoValidXRef("no startxref at the end of the file")
        return int(found.group(1)) if found else 0

    def read_xref_from(self, parser: PDFParser, start: int, xrefs: list[PDFBaseXRef]) -> None:
        """Reads the list at `start` and those before it; one that leads back is read once."""
        if self.rebuild:
            xrefs.append(_rebuilt(self, parser))
        elif start not in self._read_from and len(self._read_from) < _DEEPEST:
            self._read_from.add(start)
            super().read_xref_from(parser, start, xrefs)

    def getobj(self, objid: int) -> object:
        """An object by its number."""
        self.work.spend(3 if objid in self._cached_objs else 20 + self._ranges // 10)
        found = super().getobj(objid)
        if isinstance(found, PDFObjRef):
            # Rare in earnest; two that name each other would be followed for as long as there are steps.
            self.work.spend(_STEPS_FOR_A_NAME_OF_A_NAME)
        return found

    def _initialize_password(self, password: str = "") -> None:
        super()._initialize_password(password)
        decipher, work = self.decipher, self.work
        if decipher is None:
            return
        known: Callable[..., bytes] = decipher

        def counted(objid: int, genno: int, data: bytes, attrs: dict[str, Any] | None = None) -> bytes:
            work.spend(60 + len(data) // 2)
            return known(objid, genno, data, attrs)

        self.decipher = counted

    def _get_objects(self, stream: PDFStream) -> tuple[list[object], int]:
        parser = _PackedParser(stream.get_data(), self.work)
        parser.set_document(self)
        objects: list[object] = []
        try:
            while True:
                objects.append(parser.nextobject()[1])
        except PSEOF:
            return objects, int_value(stream.get("N", 0))

    def _list_packed_objects(self) -> None:
        """Adds the objects that are packed in others to the rebuilt list, and finds the catalogue if it is one."""
        xref = self.xrefs[0]
        assert isinstance(xref, PDFXRef)  # noqa: S101 - `_rebuilt` made it
        for number in list(xref.offsets):
            stream = self._found(number)
            if not (isinstance(stream, PDFStream) and literal_name(stream.get("Type", "")) == "ObjStm"):
                continue
            objects, count = self._get_objects(stream)
            for index, packed in enumerate(objects[: 2 * count : 2]):
                if isinstance(packed, int) and packed not in xref.offsets:
                    xref.offsets[packed] = (number, index, 0)
        root = xref.trailer.get("Root")
        self.catalog = dict_value(root) if root else self._catalogue(list(xref.offsets))

    def _found(self, number: int) -> object:
        try:
            return self.getobj(number)
        except (PSEOF, ValueError, KeyError, TypeError, IndexError, AssertionError, AttributeError):
            return None
        except Exception as error:
            if type(error).__module__.startswith("pdfminer"):
                return None
            raise

    def _catalogue(self, numbers: list[int]) -> dict[str, Any]:
        for number in numbers:
            found = self._found(number)
            if isinstance(found, dict) and literal_name(found.get("Type", "")) == "Catalog":
                return found
        return {}


def leaves(document: Document) -> list[Leaf]:
    """All pages in order. Raises what pdfminer raises for a structure that is damaged."""
    found = list(_tree(document, document.catalog.get("Pages")))
    if not found:
        numbers = {number for xref in document.xrefs for number in _numbers(xref, document.work)}
        objects = (document._found(number) for number in sorted(numbers))  # noqa: SLF001 - one house
        found = [one for one in objects if isinstance(one, dict) and literal_name(one.get("Type", "")) == "Page"]
    return [_leaf(number, attributes) for number, attributes in enumerate(found, 1)]


def _numbers(xref: PDFBaseXRef, work: Work) -> Iterator[int]:
    for number in xref.get_objids():
        work.spend(2)
        yield number


def _tree(document: Document, root: object) -> Iterator[dict[str, Any]]:
    """The pages below `root`, with what they inherit. A branch that leads back to itself is followed once."""
    waiting: list[tuple[object, dict[str, Any]]] = [(root, {})]
    seen: set[int] = set()
    while waiting:
        reference, inherited = waiting.pop()
        document.work.spend(10)
        if isinstance(reference, PDFObjRef):
            if reference.objid in seen:
                continue
            seen.add(reference.objid)
        node = resolve1(reference)
        if not isinstance(node, dict):
            continue
        own = {**inherited, **{name: node[name] for name in _INHERITED if name in node}}
        kids = resolve1(node.get("Kids"))
        if isinstance(kids, list):
            waiting += [(kid, own) for kid in reversed(kids)]
        elif "Contents" in node or literal_name(node.get("Type", "")) == "Page":
            yield {**node, **own}


def _leaf(number: int, attributes: dict[str, Any]) -> Leaf:
    media = _box(attributes.get("MediaBox")) or _LETTER
    crop = _box(attributes.get("CropBox")) or media
    box = (max(media[0], crop[0]), max(media[1], crop[1]), min(media[2], crop[2]), min(media[3], crop[3]))
    contents = resolve1(attributes.get("Contents"))
    return Leaf(
        number,
        box if box[0] < box[2] and box[1] < box[3] else media,
        int_value(attributes.get("Rotate", 0)) // 90 * 90 % 360,
        dict_value(attributes.get("Resources", {})),
        contents if isinstance(contents, list) else [] if contents is None else [contents],
    )


def _box(value: object) -> tuple[float, float, float, float] | None:
    sides = [resolve1(side) for side in list_value(value)] if value is not None else []
    if len(sides) != 4 or not all(isinstance(side, int | float) and abs(side) < 1e6 for side in sides):
        return None
    left, right = sorted((float(sides[0]), float(sides[2])))
    bottom, top = sorted((float(sides[1]), float(sides[3])))
    return (left, bottom, right, top) if left < right and bottom < top else None


class _Counted:
    """A parser whose tokens are counted. What pdfminer gathers byte by byte costs more the longer it has become."""

    work: Work
    _curtoken: bytes

    def nexttoken(self) -> Any:
        self.work.spend(8)
        return super().nexttoken()  # type: ignore[misc]

    def _parse_string(self, s: bytes, i: int) -> int:
        self.work.spend(1 + len(self._curtoken) // 2000)
        return int(super()._parse_string(s, i))  # type: ignore[misc]

    def _parse_literal(self, s: bytes, i: int) -> int:
        self.work.spend(1 + len(self._curtoken) // 2000)
        return int(super()._parse_literal(s, i))  # type: ignore[misc]


class _Parser(_Counted, PDFParser):
    def __init__(self, content: bytes, work: Work) -> None:
        self.content = content
        self.work = work
        super().__init__(BytesIO(content))

    def nextline(self) -> tuple[int, bytes]:
        """The next line, found in one step however long it is."""
        start = self.bufpos + self.charpos
        if start >= len(self.content):
            raise PSEOF("Unexpected EOF")
        end = _LINE_END.search(self.content, start)
        stop = end.end() if end else len(self.content)
        self.work.spend(2 + (stop - start) // 500)
        self.fp.seek(stop)
        self.bufpos, self.charpos, self.buf = stop, 0, b""
        return start, self.content[start:stop]

    def do_keyword(self, pos: int, token: PSKeyword) -> None:
        """A stream becomes one that unpacks within limits."""
        super().do_keyword(pos, token)
        if token is self.KEYWORD_STREAM and self.curstack:
            place, made = self.curstack[-1]
            if isinstance(made, PDFStream) and not isinstance(made, Stream):
                self.work.spend(len(made.rawdata or b"") // 500)
                self.curstack[-1] = (place, Stream(made, self.work))


class _PackedParser(_Counted, PDFStreamParser):
    def __init__(self, data: bytes, work: Work) -> None:
        self.work = work
        super().__init__(data)


def _rebuilt(document: Document, parser: PDFParser) -> PDFXRef:
    """A list of objects made by looking for them; of two with one number the later counts."""
    xref = PDFXRef()
    for found in _OBJECT.finditer(document.content):
        document.work.spend(2)
        xref.offsets[int(found.group(1))] = (None, found.start(), int(found.group(2)))
    places = [found.start() for found in re.finditer(rb"\btrailer\b", document.content)][-_MOST_TRAILERS:]
    for place in places:
        parser.seek(place + len(b"trailer"))
        xref.trailer.update(_dictionary(parser))
    if "Root" not in xref.trailer:
        places = [found.start() for found in re.finditer(rb"/XRef\b", document.content)][-_MOST_TRAILERS:]
        for place in places:
            start = document.content.rfind(b"obj", 0, place)
            parser.seek(max(start, 0) + len(b"obj"))
            found_here = _dictionary(parser)
            xref.trailer.update({name: found_here[name] for name in ("Root", "Encrypt", "ID") if name in found_here})
    # Without any entry pdfminer would not go on to look for the catalogue.
    xref.trailer.setdefault("Root", None)
    return xref


def _dictionary(parser: PDFParser) -> dict[str, Any]:
    try:
        found = parser.nextobject()[1]
    except (PSEOF, ValueError, TypeError):
        return {}
    return found if isinstance(found, dict) else dict(found.attrs) if isinstance(found, PDFStream) else {}
