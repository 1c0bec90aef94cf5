"""Characters with places → lines, and lines → the text of a cell: what merely wraps is put together again.

Chinese has no spaces: a line that ends at the edge of a cell goes on in the next one without anything between. A line
that ends well before the edge, where the next word would have fitted, ended on purpose.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from operator import attrgetter
from typing import NamedTuple

from shixiao.tables.formats.pdf.drawing import Character

# In ems: the space that a word space takes at least, a gap that keeps two words apart, one that keeps two statements.
_WORD, _APART, _FAR = 0.2, 1.2, 2.2
_INDENT = 1.4
_SPACES = " \u3000\t"
_NEVER_FIRST = frozenset("，。、；：！？）》」』】〕”’％%,.;:!?)]}…—·")
_NEVER_LAST = frozenset("（《「『【〔“‘([{")
_SIGNS = frozenset("≥≤＞＜＝≧≦±×÷～~<>=")
# No piece of a line is longer, in characters, however it is written.
_LONGEST_PIECE = 14


class Written(NamedTuple):
    """A line of text: its place, how large it is written, and whether a space stood at its end."""

    x0: float
    top: float
    x1: float
    bottom: float
    text: str
    size: float
    had_space: bool = False
    first: float = 0.0


class Tally:
    """What was mended while characters were put together."""

    __slots__ = ("doubled", "unknown")

    def __init__(self) -> None:
        self.doubled = 0
        self.unknown = 0


def written(characters: Iterable[Character], tally: Tally) -> list[Written]:
    """The lines that characters make, from top to bottom."""
    rows: list[list[Character]] = []
    middle = 0.0
    for one in sorted(characters, key=lambda one: one.top + one.bottom):
        here = (one.top + one.bottom) / 2
        if rows and here - middle <= 0.42 * min(one.size, rows[-1][0].size) + 0.3:
            rows[-1].append(one)
        else:
            rows.append([one])
            middle = here
    found = (_line(sorted(row, key=attrgetter("x0")), tally) for row in rows)
    return [line for line in found if line]


def turned(characters: Sequence[Character], turn: int) -> list[Character]:
    """Characters that were written sideways (or upside down), as they are read."""
    if turn == 1:
        return [Character(c.top, -c.x1, c.bottom, -c.x0, c.text, c.size, 0) for c in characters]
    if turn == 2:
        return [Character(-c.x1, -c.bottom, -c.x0, -c.top, c.text, c.size, 0) for c in characters]
    if turn == 3:
        return [Character(-c.bottom, c.x0, -c.top, c.x1, c.text, c.size, 0) for c in characters]
    return list(characters)


def _line(row: list[Character], tally: Tally) -> Written | None:
    pieces: list[str] = []
    last: Character | None = None
    for one in row:
        if last is not None:
            size = min(one.size, last.size) or 1.0
            if one.text == last.text and one.x0 - last.x0 < 0.25 * size and one.text not in _SPACES:
                tally.doubled += 1
                continue
            pieces.append(_between(last, one, (one.x0 - last.x1) / size))
        pieces.append(one.text)
        last = one
    text = "".join(pieces)
    bare = text.strip(_SPACES)
    if not bare:
        return None
    inked = [one for one in row if one.text.strip(_SPACES)]
    return Written(
        inked[0].x0,
        min(one.top for one in inked),
        max(one.x1 for one in inked),
        max(one.bottom for one in inked),
        bare,
        max(one.size for one in inked),
        had_space=text[-1] in _SPACES,
        first=inked[0].x1 - inked[0].x0,
    )


def _between(left: Character, right: Character, gap: float) -> str:
    """The spaces that a gap of so many ems stands for, where none are printed."""
    if gap < _WORD or not left.text or not right.text:
        return ""
    if gap >= _FAR:
        return "  " if left.text not in _SPACES and right.text not in _SPACES else " "
    if left.text in _SPACES or right.text in _SPACES:
        return ""
    if gap >= _APART:
        return " "
    return " " if _is_latin(left.text[-1]) and _is_latin(right.text[0]) else ""


def _is_latin(sign: str) -> bool:
    return sign.isascii() and sign.isalnum()


def text_of(lines: Sequence[Written], room: tuple[float, float]) -> str:
    """The text of a cell whose content may reach from `room[0]` to `room[1]`."""
    if len(lines) == 1:
        return lines[0].text
    pieces: list[str] = []
    start = min((line.x0 for line in lines), default=0.0)
    for index, line in enumerate(lines):
        if index:
            pieces.append(joint(lines[index - 1], line, room, start))
        pieces.append(line.text)
    return "".join(pieces)


def joint(line: Written, following: Written, room: tuple[float, float], start: float | None = None) -> str:
    """What stands between two lines of a cell: nothing or a space where the first wraps, else a line break."""
    if not wraps(line, following, room):
        return "\n"
    ends = line.text[-1] in "。；;" and start is not None
    if ends and following.x0 - (start or 0.0) > _INDENT * following.size and line.x0 - (start or 0.0) < following.size:
        return "\n"
    before, after = line.text[-1], following.text[0]
    is_latin = before.isascii() and after.isascii() and before.isalpha() and after.isalpha()
    is_kept = (before.isascii() or after.isascii()) and after not in _NEVER_FIRST
    is_number = before.isdecimal() and after.isdecimal()
    return " " if is_latin or (line.had_space and is_kept and not is_number) else ""


def wraps(line: Written, following: Written, room: tuple[float, float]) -> bool:
    """Whether a line goes on in the next because what comes next had no room in it."""
    left = (room[1] - room[0]) - (line.x1 - line.x0)
    return left < _next_width(following) + 0.45 * line.size


def _next_width(line: Written) -> float:
    """How wide the first piece of a line is that may not be broken.

    Digits, Latin letters and signs stay with the character before them, and so does a closing mark: programs differ
    in where they do break these, but all may break between two Chinese characters.
    """
    width = 0.0
    for index, sign in enumerate(line.text[:_LONGEST_PIECE]):
        is_narrow = sign.isascii()
        is_loose = not is_narrow and sign not in _NEVER_FIRST and sign not in _SIGNS
        if index and is_loose and line.text[index - 1] not in _NEVER_LAST:
            break
        width += (0.56 if is_narrow else 1.0) * line.size
    return min(width, line.x1 - line.x0 + line.size * 0.1)
