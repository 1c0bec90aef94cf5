"""Web leftovers in a cell: tags, scripts and character entities undone, and where everything had stood.

Tags go before a cell is taken apart, entities only inside the fields that were found: an encoded `&#65307;`
inside a value never separates two fields. That is how the writer keeps odd values whole (`guarded`).
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable
from functools import cache
from typing import NamedTuple

_NAMES = (
    "p|br|div|span|font|b|i|u|s|strong|em|a|table|thead|tbody|tr|td|th|ul|ol|li|img|sub|sup|pre|center|hr|html|body|"
    "head|meta|link|h[1-6]|o:p|script|style|iframe|form|input|button"
)
_BLOCKS = frozenset({"p", "br", "div", "tr", "li", "table", "ul", "ol", "hr", "h1", "h2", "h3", "h4", "h5", "h6"})
_KNOWN = {
    "lt": "<", "gt": ">", "amp": "&", "quot": '"', "apos": "'", "nbsp": " ", "ensp": " ", "emsp": " ", "le": "≤",
    "ge": "≥", "ldquo": "“", "rdquo": "”", "lsquo": "‘", "rsquo": "’", "hellip": "…", "mdash": "—", "ndash": "–",
    "middot": "·", "times": "×", "plusmn": "±", "permil": "‰", "deg": "°",
}  # fmt: skip


class Edit(NamedTuple):
    """Something that was taken out: a repair code, where it stood in the cell, and its words."""

    code: str
    start: int
    end: int
    words: str


class Clean(NamedTuple):
    """A cell without tags. `offsets` and `origins` tie places in `text` to places in the cell; empty: the same."""

    text: str
    edits: tuple[Edit, ...] = ()
    offsets: tuple[int, ...] = ()
    origins: tuple[int, ...] = ()

    def origin(self, position: int) -> int:
        """Where the character at `position` of the text stood in the cell."""
        if not self.offsets:
            return position
        index = bisect_right(self.offsets, position) - 1
        return self.origins[index] + position - self.offsets[index]


def without_tags(cell: str) -> Clean:
    """The cell without tags, comments and scripts, and with plain spaces for &nbsp;. Linear in its length.

    A block tag leaves one line break between two texts; an unknown tag is text (`<A级`).
    """
    if "<" not in cell and "&" not in cell:
        return Clean(cell)
    cleaner = _Cleaner(cell)
    for match in _tags().finditer(cell):
        if match.start() >= cleaner.done:
            cleaner.take(match)
    return cleaner.finish()


def decoded(text: str) -> tuple[str, tuple[str, ...]]:
    """The text with its entities undone, doubly encoded ones too, and the entities that were found."""
    if "&" not in text:
        return text, ()
    found: list[str] = []

    def undo(match: re.Match[str]) -> str:
        character = _character(match[1] or match[2])
        if character is None:
            return match[0]
        found.append(match[0])
        return character

    return _entities().sub(undo, text), tuple(found)


def replaced(clean: Clean, pattern: re.Pattern[str], code: str) -> Clean:
    """The text with every match left out, or decoded where it is an entity; each match becomes an edit `code`."""
    cleaner = _Cleaner(clean.text)
    for match in pattern.finditer(clean.text):
        cleaner.keep(clean.text[cleaner.done : match.start()], cleaner.done)
        cleaner.keep(decoded(match[0])[0] if code == "html_entity" else "", match.start())
        cleaner.edits.append(Edit(code, clean.origin(match.start()), clean.origin(match.end() - 1) + 1, match[0]))
        cleaner.done = match.end()
    again = cleaner.finish()
    edits = sorted((*clean.edits, *again.edits), key=lambda edit: edit.start)
    return Clean(again.text, tuple(edits), again.offsets, tuple(clean.origin(origin) for origin in again.origins))


def without_line_breaks(clean: Clean) -> Clean:
    """The text in one line; a break before a number such as `2、` stays."""
    return replaced(clean, re.compile(r"\n(?!\s{0,9}\d{1,3}\s{0,9}[、.．])[ \t]*"), "broken_line")


def without_entities(clean: Clean) -> Clean:
    """The text with all entities undone, for a cell that the web encoded as a whole, separators and all."""
    return replaced(clean, _entities(), "html_entity")


def guarded(text: str, separators: str, *, hidden: Iterable[int] = ()) -> str:
    """The text with every character of `separators`, tag and entity, and those at `hidden`, encoded so that `decoded`
    gives it back."""
    marked = {match.start() for pattern in (_entities(), _tags()) for match in pattern.finditer(text)}
    marked.update(index for index, character in enumerate(text) if character in separators)
    marked.update(hidden)
    return "".join(f"&#{ord(character)};" if index in marked else character for index, character in enumerate(text))


class _Cleaner:
    """Collects what is kept of a cell, and the edits."""

    def __init__(self, cell: str) -> None:
        self.cell = cell
        self.done = 0
        self.length = 0
        self.kept: list[str] = []
        self.edits: list[Edit] = []
        self.offsets: list[int] = []
        self.origins: list[int] = []
        self.never_closed: set[str] = set()
        self.breaks_line = False

    def take(self, match: re.Match[str]) -> None:
        """Leaves a tag out, with all that belongs to it."""
        self.keep(self.cell[self.done : match.start()], self.done)
        name = (match["name"] or match["coded"] or "").lower()
        code, end = "html_tag", match.end()
        if match["comment"] or (match["name"] and name in ("script", "style")):
            code, end = "html_script", self.closing("-->" if match["comment"] else f"</{name}", end)
        elif match["space"]:
            code = "html_entity"
            self.keep(" ", match.start())
        elif name in _BLOCKS:
            self.breaks_line = True
            end = self.past_spaces(end)
        self.edits.append(Edit(code, match.start(), end, self.cell[match.start() : end][:200]))
        self.done = end

    def keep(self, text: str, origin: int) -> None:
        """Keeps a piece of text, on a new line if a block tag stood before it."""
        if not text:
            return
        if self.breaks_line and self.kept and not self.kept[-1].endswith("\n"):
            text, origin = "\n" + text, origin - 1
        self.breaks_line = False
        self.kept.append(text)
        self.offsets.append(self.length)
        self.origins.append(origin)
        self.length += len(text)

    def past_spaces(self, position: int) -> int:
        while position < len(self.cell) and self.cell[position] in " \u3000\xa0\n":
            position += 1
        return position

    def closing(self, mark: str, start: int) -> int:
        """The end of a script or comment; one that never closes ends with its tag. Each kind is sought in vain once."""
        if mark in self.never_closed:
            return start
        match = re.compile(re.escape(mark), re.IGNORECASE).search(self.cell, start)
        if match is None:
            self.never_closed.add(mark)
            return start
        end = match.end() if mark == "-->" else self.cell.find(">", match.end()) + 1
        return end or len(self.cell)

    def finish(self) -> Clean:
        if not self.edits:
            return Clean(self.cell)
        self.keep(self.cell[self.done :], self.done)
        return Clean("".join(self.kept), tuple(self.edits), tuple(self.offsets), tuple(self.origins))


def _character(name: str) -> str | None:
    """The character of `lt`, `#60` or `#x3c`; None for what is no entity, or no character that a text may hold."""
    if not name.startswith("#"):
        return _KNOWN.get(name) or _rare(name)
    digits = name[1:]
    code = int(digits[1:], 16) if digits[0] in "xX" else int(digits)
    if code in (9, 10, 13):
        return chr(code)
    if code == 160:
        return " "
    is_text = 0x20 <= code < 0x7F or 0xA0 < code < 0xD800 or 0xE000 <= code < 0x110000
    return chr(code) if is_text else None


def _rare(name: str) -> str | None:
    from html.entities import html5  # two thousand names, wanted by few tables

    return html5.get(f"{name};")


@cache
def _tags() -> re.Pattern[str]:
    """Tags as they are or with encoded brackets, comments, and spaces that the web writes as entities."""
    return re.compile(
        rf"<(?:(?P<comment>!--)|/?(?P<name>{_NAMES})(?:[\s/][^<>]*)?>)"
        rf"|&lt;/?(?P<coded>{_NAMES})(?:[\s/][^<>&]*)?&gt;"
        r"|(?P<space>&(?:amp;)*(?:nbsp|ensp|emsp)(?:;|(?![a-z=])))",
        re.IGNORECASE,
    )


@cache
def _entities() -> re.Pattern[str]:
    return re.compile(
        r"&(?:amp;)*(?:(#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[a-zA-Z][a-zA-Z0-9]{1,30});|(lt|gt|nbsp|quot|amp)(?![a-zA-Z=]))"
    )
