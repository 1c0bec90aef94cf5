"""Fonts: the codes in a string → the characters that they print, and how wide each is.

Only what reading needs is read, and within limits: a table of a font may claim four thousand million characters.
A code whose character the font does not tell gives UNKNOWN.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Iterable, Iterator
from typing import Any

from pdfminer.cmapdb import CMap, CMapBase, CMapDB, IdentityCMap
from pdfminer.encodingdb import EncodingDB
from pdfminer.fontmetrics import FONT_METRICS
from pdfminer.pdftypes import PDFStream, dict_value, list_value, resolve1
from pdfminer.psparser import PSLiteral, literal_name

from shixiao.tables.formats.pdf.work import Work

UNKNOWN = "\ufffd"

_MOST_CODES = 70_000
_TOKEN = re.compile(rb"<([0-9A-Fa-f\s]*+)>|(\[)|(\])|(begin|end)(bfchar|bfrange)\b")


class Font:
    """One font of a page. `is_wide` says that a code may take two bytes; `is_vertical` that lines run downwards."""

    __slots__ = ("_known", "cmap", "default", "is_vertical", "is_wide", "scale", "texts", "widths")

    def __init__(
        self,
        texts: dict[int, str],
        widths: dict[int, float],
        *,
        default: float = 0.0,
        cmap: CMapBase | None = None,
        scale: float = 0.001,
    ) -> None:
        self.texts = texts
        self.widths = widths
        self.default = default
        self.cmap = cmap
        self.scale = scale
        self.is_wide = cmap is not None
        self.is_vertical = bool(cmap and cmap.is_vertical())
        self._known: dict[int, tuple[str, float]] = {}

    def codes(self, content: bytes) -> Iterable[int]:
        """The codes of the characters in a string."""
        return self.cmap.decode(content) if self.cmap else content

    def glyph(self, code: int) -> tuple[str, float]:
        """What a code prints, and its width in ems."""
        known = self._known.get(code)
        if known is None:
            text = self.texts.get(code, UNKNOWN)
            text = UNKNOWN if text == "\0" else text.replace("\0", "").replace("\xa0", " ").replace("\xad", "-")
            known = self._known[code] = (text, self.widths.get(code, self.default) * self.scale)
        return known


NO_FONT = Font({}, {}, default=500)


def font(stored: dict[str, Any], work: Work) -> Font:
    """The font that is stored so."""
    work.spend(100)
    kind = literal_name(resolve1(stored.get("Subtype", "")))
    return _composite(stored, work) if kind == "Type0" else _simple(stored, kind, work)


def _simple(stored: dict[str, Any], kind: str, work: Work) -> Font:
    encoding = resolve1(stored.get("Encoding"))
    usual = "WinAnsiEncoding" if kind == "TrueType" else "StandardEncoding"
    if isinstance(encoding, dict):
        differences = [resolve1(one) for one in list_value(encoding.get("Differences", []))]
        work.spend(len(differences) * 2)
        texts = EncodingDB.get_encoding(_name(encoding.get("BaseEncoding"), usual), differences)
    else:
        texts = EncodingDB.get_encoding(_name(encoding, usual))
    first = resolve1(stored.get("FirstChar", 0))
    first = first if isinstance(first, int) else 0
    widths = {first + index: _number(width) for index, width in enumerate(list_value(stored.get("Widths", []))[:256])}
    descriptor = dict_value(stored.get("FontDescriptor", {}))
    name = _name(stored.get("BaseFont"), "")
    if not widths and name in FONT_METRICS:
        metrics: dict[str, Any] = dict(FONT_METRICS[name][1])
        widths = {code: float(metrics.get(text, 0)) for code, text in texts.items()}
    scale = 0.001
    if kind == "Type3":
        matrix = list_value(stored.get("FontMatrix", [])) or [scale]
        scale = abs(_number(matrix[0])) or scale
    told = _told(stored.get("ToUnicode"), work)
    default = _number(descriptor.get("MissingWidth", 0))
    return Font({**texts, **told}, widths, default=default or (0.0 if widths else 500.0), scale=scale)


def _composite(stored: dict[str, Any], work: Work) -> Font:
    below = list_value(stored.get("DescendantFonts", []))
    inner = dict_value(below[0]) if below else {}
    cmap = _cmap(resolve1(stored.get("Encoding")))
    told = _told(stored.get("ToUnicode"), work)
    system = dict_value(inner.get("CIDSystemInfo", {}))
    collection = f"{_plain(system.get('Registry'))}-{_plain(system.get('Ordering'))}"
    texts = told
    if collection in ("Adobe-GB1", "Adobe-CNS1", "Adobe-Japan1", "Adobe-Korea1"):
        # The list of a whole script is loaded only where the font does not tell its characters itself.
        if not told or not isinstance(cmap, IdentityCMap):
            texts = CMapDB.get_unicode_map(collection, cmap.is_vertical()).cid2unichr
    elif not told:
        texts = _in_the_font_file(dict_value(inner.get("FontDescriptor", {})), work)
    default = _number(inner.get("DW", 1000))
    return Font(texts, _widths(list_value(inner.get("W", [])), work), default=default, cmap=cmap)


def _cmap(encoding: object) -> CMapBase:
    """How bytes become codes. One that is unknown here is taken as two bytes each, as nearly all are."""
    if isinstance(encoding, PDFStream):
        encoding = resolve1(encoding.get("CMapName"))
    name = _name(encoding, "Identity-H")
    try:
        cmap = CMapDB.get_cmap({"DLIdent-H": "Identity-H", "DLIdent-V": "Identity-V"}.get(name, name))
    except CMapDB.CMapNotFound:
        return IdentityCMap(WMode=int(name.endswith("V")))
    return cmap if not isinstance(cmap, CMap) or cmap.code2cid else IdentityCMap(WMode=0)


def _widths(stored: list[Any] | tuple[Any, ...], work: Work) -> dict[int, float]:
    """`first [w w w]` or `first last w`, as often as it likes."""
    widths: dict[int, float] = {}
    waiting: list[float] = []
    for item in map(resolve1, stored):
        if isinstance(item, list):
            first = int(waiting[-1]) if waiting else 0
            work.spend(len(item) // 4)
            widths.update({first + index: _number(width) for index, width in enumerate(item)})
            waiting = []
        elif isinstance(item, int | float):
            waiting.append(item)
            if len(waiting) == 3:
                first, last, width = int(waiting[0]), int(waiting[1]), float(waiting[2])
                last = min(last, first + _MOST_CODES)
                work.spend(max(0, last - first) // 10)
                widths.update(dict.fromkeys(range(first, last + 1), width))
                waiting = []
    return widths


def _told(stored: object, work: Work) -> dict[int, str]:
    """What a font tells of its characters (ToUnicode): codes → text."""
    stream = resolve1(stored)
    if not isinstance(stream, PDFStream):
        return {}
    texts: dict[int, str] = {}
    waiting: list[bytes] = []
    kind, list_starts = b"", -1
    for found in _TOKEN.finditer(stream.get_data()):
        work.spend(1)
        digits, opens, closes, edge, name = found.groups()
        if edge:
            if edge == b"end" and kind == b"bfchar":
                texts.update(
                    {_code(code): _text(text) for code, text in zip(waiting[::2], waiting[1::2], strict=False)}
                )
            kind, waiting, list_starts = (name if edge == b"begin" else b""), [], -1
        elif digits is not None:
            waiting.append(bytes(digits))
            if kind == b"bfrange" and list_starts < 0 and len(waiting) == 3:
                texts.update(_range(_code(waiting[0]), _code(waiting[1]), _text(waiting[2]), work))
                waiting = []
        elif opens:
            list_starts = len(waiting)
        elif closes and list_starts >= 0:
            if kind == b"bfrange" and list_starts == 2:
                texts.update({_code(waiting[0]) + index: _text(text) for index, text in enumerate(waiting[2:])})
            waiting, list_starts = [], -1
    return texts


def _range(first: int, last: int, text: str, work: Work) -> Iterator[tuple[int, str]]:
    """Codes that go on with the characters that follow `text`."""
    if not text:
        return
    head, start = text[:-1], ord(text[-1])
    last = min(last, first + _MOST_CODES, first + 0x10FFFF - start)
    work.spend(max(0, last - first) // 4)
    for code in range(first, last + 1):
        yield code, head + chr(start + code - first)


def _code(digits: bytes) -> int:
    return int(b"".join(digits.split())[:8] or b"0", 16)


def _text(digits: bytes) -> str:
    plain = b"".join(digits.split())[:64].decode("ascii")
    found = bytes.fromhex(plain + "0" * (len(plain) % 2))
    return found.decode("latin-1") if len(found) == 1 else found.decode("utf-16-be", "ignore")


def _in_the_font_file(descriptor: dict[str, Any], work: Work) -> dict[int, str]:
    """Glyph → character, from the list in a TrueType file that was embedded whole; {} where there is none."""
    stream = resolve1(descriptor.get("FontFile2"))
    if not isinstance(stream, PDFStream):
        return {}
    content = stream.get_data()
    try:
        return _listed(content, work)
    except (struct.error, ValueError, OverflowError):
        return {}


def _listed(content: bytes, work: Work) -> dict[int, str]:
    tables = struct.unpack_from(">H", content, 4)[0]
    start = next(
        (
            struct.unpack_from(">L", content, 12 + 16 * index + 8)[0]
            for index in range(tables)
            if content[12 + 16 * index : 16 + 16 * index] == b"cmap"
        ),
        None,
    )
    if start is None:
        return {}
    texts: dict[int, str] = {}
    for index in range(min(20, struct.unpack_from(">H", content, start + 2)[0])):
        platform, encoding, offset = struct.unpack_from(">HHL", content, start + 4 + 8 * index)
        if platform == 0 or (platform == 3 and encoding in (1, 10)):
            form = struct.unpack_from(">H", content, start + offset)[0]
            pairs = _segments(content, start + offset) if form == 4 else _groups(content, start + offset, form)
            for character, glyph in pairs:
                work.spend(1)
                if glyph and character:
                    texts.setdefault(glyph, chr(character))
    return texts


def _segments(content: bytes, start: int) -> Iterator[tuple[int, int]]:
    count = struct.unpack_from(">H", content, start + 6)[0] // 2
    form = f">{count}H"
    ends, starts, deltas, offsets = (
        struct.unpack_from(form, content, start + 14 + 2 * count * index + (2 if index else 0)) for index in range(4)
    )
    offsets_at = start + 16 + 6 * count
    for index, (first, last, delta, offset) in enumerate(zip(starts, ends, deltas, offsets, strict=True)):
        for character in range(first, min(last, 0xFFFE) + 1):
            glyph = character
            if offset:
                (glyph,) = struct.unpack_from(">H", content, offsets_at + 2 * index + offset + 2 * (character - first))
            yield character, (glyph + delta) & 0xFFFF if glyph or not offset else 0


def _groups(content: bytes, start: int, form: int) -> Iterator[tuple[int, int]]:
    if form != 12:
        return
    for index in range(struct.unpack_from(">L", content, start + 12)[0]):
        first, last, glyph = struct.unpack_from(">LLL", content, start + 16 + 12 * index)
        for character in range(first, min(last, 0x10FFFF) + 1):
            yield character, glyph + character - first


def _name(value: object, otherwise: str) -> str:
    found = resolve1(value)
    return str(literal_name(found)) if isinstance(found, PSLiteral) else otherwise


def _plain(value: object) -> str:
    found = resolve1(value)
    return found.decode("latin-1").strip() if isinstance(found, bytes) else ""


def _number(value: object) -> float:
    found = resolve1(value)
    return float(found) if isinstance(found, int | float) else 0.0
