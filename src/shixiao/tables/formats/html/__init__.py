"""Web pages: HTML and XHTML as offices publish them, pieces of pages, what Word and Excel save as pages, MHTML.

Scripts, styles and comments are dropped. What a browser does not show is left out and said.
"""

from __future__ import annotations

import codecs
import re
from typing import NamedTuple

from shixiao.engine.plans import Repair
from shixiao.tables.decoding import Decoded, decode
from shixiao.tables.document import Document
from shixiao.tables.flow import Block, grids_of, invisible_left_out
from shixiao.tables.formats import is_message
from shixiao.tables.formats.html.page import Page, page_of
from shixiao.tables.grid import Sheets
from shixiao.tables.unreadable import Unreadable

NAME = "html"

_HEAD = 16_384
# The charsets that a page has to name; the others are found by their bytes, whatever a page says of them.
_OLD = ("big5", "cp", "iso8859", "shift_jis", "euc")


def sheets(content: bytes) -> Sheets:
    """A grid for each table with the paragraphs around it. Raises Unreadable for what shows no text."""
    found = _pages(content)
    blocks = [block for each in found for block in each.page.blocks]
    grids, joined = grids_of(blocks)
    grids, cleaned = invisible_left_out(grids)
    if not grids:
        if any(each.page.frames for each in found):
            raise Unreadable("frames_elsewhere")
        raise Unreadable("only_pictures" if any(each.page.pictures for each in found) else "empty")
    mended = (mend for each in found for mend in each.repairs)
    return Sheets(grids, found[0].encoding, (*mended, *joined, *cleaned))


def blocks_of(content: bytes) -> tuple[list[Block], list[Repair]]:
    """The paragraphs and tables of a page inside another document."""
    found = _pages(content)
    return [block for each in found for block in each.page.blocks], [mend for each in found for mend in each.repairs]


def write(document: Document) -> bytes:
    """The tables in the official layout as one page that stands alone."""
    from shixiao.tables.formats.html.writing import written

    return written(document)


class _Found(NamedTuple):
    """A page that was read, its charset, and what was mended."""

    page: Page
    encoding: str
    repairs: list[Repair]


def _pages(content: bytes) -> list[_Found]:
    """The page, or all pages of a message."""
    if not is_message(content):
        return [_read(content, "")]
    from shixiao.tables.formats.html.message import pages

    return [_read(part, charset) for part, charset in pages(content)]


def _read(content: bytes, charset: str) -> _Found:
    decoded = _decoded(content, charset)
    page = page_of(decoded.text)
    return _Found(page, decoded.encoding, [*decoded.repairs, *page.repairs()])


def _decoded(content: bytes, charset: str) -> Decoded:
    """The source of a page. Its own word on its charset counts where the bytes do not say it themselves."""
    declared = _known(charset) or _declared(content)
    if declared.startswith(_OLD) and not content.startswith((b"\xff\xfe", b"\xfe\xff", b"\xef\xbb\xbf")):
        try:
            content.decode("utf-8")
        except UnicodeDecodeError:
            return _as_declared(content, declared)
    return decode(content)


def _as_declared(content: bytes, declared: str) -> Decoded:
    """A page in Big5 or another old charset. Many that claim a western one are Chinese all the same."""
    if not declared.startswith("big5"):
        try:
            return decode(content)
        except Unreadable:
            pass
    text = content.decode("big5hkscs" if declared.startswith("big5") else declared, "replace")
    again = decode(text.encode("utf-8", "replace"))
    return again._replace(encoding=declared)


def _declared(content: bytes) -> str:
    """The charset that a page names, by Python's name; "" for none."""
    match = re.search(
        rb"(?i)charset\s*=\s*[\"']?\s*([a-z0-9_:.-]+)|encoding\s*=\s*[\"']([a-z0-9_.-]+)", content[:_HEAD]
    )
    return _known((match[1] or match[2]).decode()) if match else ""


def _known(charset: str) -> str:
    try:
        return codecs.lookup(charset).name if charset.isascii() else ""
    except LookupError:
        return ""
