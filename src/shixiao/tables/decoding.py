"""Bytes → text, or a clear refusal. UTF-8, GB18030 and UTF-16 with or without a byte order mark."""

from __future__ import annotations

from typing import NamedTuple

from shixiao.engine.plans import Place, Repair
from shixiao.tables.repairs import repair
from shixiao.tables.unreadable import Unreadable

# A performance table has tens of kilobytes. 64 MB leaves room for a province in one file.
MAX_BYTES = 64 * 1024 * 1024

_MARKS = (
    (b"\xef\xbb\xbf", "utf-8"),
    (b"\xff\xfe\x00\x00", "utf-32-le"),
    (b"\x00\x00\xfe\xff", "utf-32-be"),
    (b"\xff\xfe", "utf-16-le"),
    (b"\xfe\xff", "utf-16-be"),
)
# How much of a text may be invisible before it is no text.
_NOISE = 0.005
_HEAD = 65_536


class Decoded(NamedTuple):
    """A text with `\\n` for every line break and nothing invisible in it."""

    text: str
    encoding: str
    repairs: tuple[Repair, ...] = ()


def refuse_large(size: int, *, limit: int = MAX_BYTES) -> None:
    """Raises Unreadable when `size` bytes are too many: ask before the content is read into memory."""
    if size > limit:
        raise Unreadable("too_large", size=_megabytes(size), limit=_megabytes(limit))


def decode(content: bytes) -> Decoded:
    """The text of `content`. Raises Unreadable when it is empty, binary or damaged, with the line where."""
    mark, encoding = next(((mark, name) for mark, name in _MARKS if content.startswith(mark)), (b"", ""))
    body = content[len(mark) :]
    if not body.strip():
        raise Unreadable("empty")
    text, encoding, cut = _decoded(body, encoding or _guess(body))
    text, repairs = _visible(text.replace("\r\n", "\n").replace("\r", "\n"))
    if not text.strip():
        raise Unreadable("empty")
    return Decoded(text, encoding, (*cut, *repairs))


def _megabytes(size: int) -> str:
    return f"{size / 1024 / 1024:.1f} MB"


def _guess(content: bytes) -> str:
    """UTF-16 shows in its zeros: half of each ASCII character, all at odd places or all at even ones."""
    if b"\0" not in content:
        return ""
    even, odd = content[0::2].count(0), content[1::2].count(0)
    if max(even, odd) * 200 < len(content) or max(even, odd) < 4 * min(even, odd):
        return ""
    return "utf-16-le" if odd > even else "utf-16-be"


def _decoded(content: bytes, encoding: str) -> tuple[str, str, tuple[Repair, ...]]:
    if encoding:
        return _strictly(content, encoding)
    try:
        return content.decode("utf-8"), "utf-8", ()
    except UnicodeDecodeError as failure:
        if _is_utf8_until(content, failure.start) or b"\0" in content:
            return _strictly(content, "utf-8")
    try:
        return _strictly(content, "gb18030")
    except Unreadable as failure:
        if failure.code == "not_text" or _first_failure(content, "utf-8") < failure.place.start:
            raise
        return _strictly(content, "utf-8")


def _is_utf8_until(content: bytes, end: int) -> bool:
    """Whether so much was valid UTF-8 that the text is UTF-8 with a damaged place. GB18030 fails at once."""
    start = max(0, end - _HEAD)
    return end - start - len(content[start:end].decode("utf-8", "ignore")) > 16


def _first_failure(content: bytes, encoding: str) -> int:
    try:
        content.decode(encoding)
    except UnicodeDecodeError as failure:
        return failure.start
    return len(content)


def _strictly(content: bytes, encoding: str) -> tuple[str, str, tuple[Repair, ...]]:
    try:
        return content.decode(encoding), encoding, ()
    except UnicodeDecodeError as failure:
        start = failure.start
    text = content[:start].decode(encoding)
    if len(content) - start < 4 and text:
        line = text.count("\n") + 1
        return text, encoding, (repair("cut_character", Place(line)),)
    raise _damage(content, encoding, start, text.count("\n") + 1)


def _damage(content: bytes, encoding: str, start: int, line: int) -> Unreadable:
    around = content[max(0, start - _HEAD) & ~3 : start + _HEAD]
    lost = around.decode(encoding, "replace").count("\ufffd")
    is_wide = encoding.startswith(("utf-16", "utf-32"))
    if (b"\0" in around and not is_wide) or lost * 50 > len(around):
        return Unreadable("not_text")
    if is_wide or (encoding == "utf-8" and _is_surrogate(content[start : start + 2])):
        return Unreadable("lone_surrogate", Place(line, start=start))
    return Unreadable("broken_bytes", Place(line, start=start), encoding=encoding.upper())


def _is_surrogate(head: bytes) -> bool:
    return head[0] == 0xED and len(head) > 1 and head[1] >= 0xA0


def _visible(text: str) -> tuple[str, tuple[Repair, ...]]:
    """Without invisible characters. Too many of them, or a NUL, mean that this is no text."""
    if "\0" in text:
        raise _nul(text)
    lost = text.count("\ufffd")
    found = () if not lost else (repair("replacement_character", _line_of(text, "\ufffd"), count=lost),)
    if text.replace("\n", "").replace("\t", "").isprintable():
        return text, found
    invisible = sorted(character for character in set(text) if is_invisible(character))
    if not invisible:
        return text, found
    count = sum(text.count(character) for character in invisible)
    if count > max(20, len(text) * _NOISE):
        raise Unreadable("not_text")
    codes = ", ".join(f"U+{ord(character):04X}" for character in invisible[:5])
    first = min((_line_of(text, character) for character in invisible), key=lambda place: place.line)
    cleaned = text.translate(dict.fromkeys(map(ord, invisible)))
    return cleaned, (*found, repair("control_character", first, count=count, codes=codes))


def _nul(text: str) -> Unreadable:
    if text.count("\0") > max(8, len(text) * _NOISE):
        return Unreadable("not_text")
    return Unreadable("nul", _line_of(text, "\0"))


def is_invisible(character: str) -> bool:
    """Control characters, and the format characters that only a display needs; no white space."""
    code = ord(character)
    return (
        (code < 0x20 and character not in "\n\t")
        or 0x7F <= code < 0xA0
        or code == 0xAD
        or 0x200B <= code <= 0x200F
        or 0x2028 <= code <= 0x202E
        or 0x2060 <= code <= 0x206F
        or code == 0xFEFF
    )


def _line_of(text: str, character: str) -> Place:
    return Place(text.count("\n", 0, text.index(character)) + 1)
