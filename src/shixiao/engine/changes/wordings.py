"""Two wordings side by side, word by word."""

from __future__ import annotations

import re
from difflib import SequenceMatcher
from typing import NamedTuple

_WORDS = re.compile(r"\d+(?:[.,]\d+)*%?|[A-Za-z]+|\s+|.", re.DOTALL)
# Wordings longer than this are shown as one removed and one added piece: the search is quadratic.
LONGEST = 5_000
_ISLAND = 2  # an unchanged stretch this short between two changes is read as part of the change


class Piece(NamedTuple):
    """A stretch of text: in both (`before == after`), only before (`after` is ""), only after, or replaced."""

    before: str
    after: str

    @property
    def is_same(self) -> bool:
        """Whether the stretch stands in both."""
        return self.before == self.after


def pieces(before: str, after: str) -> tuple[Piece, ...]:
    """Both texts cut into stretches; joined, the `before`s give the old text and the `after`s the new one.

    A number is one word, so 95% → 98% is a change of the whole number and not of one digit.
    """
    if before == after:
        return (Piece(before, after),) if before else ()
    if len(before) + len(after) > LONGEST:
        return (Piece(before, after),)
    old, new = _WORDS.findall(before), _WORDS.findall(after)
    found = SequenceMatcher(None, old, new, autojunk=False).get_opcodes()
    return _without_islands([Piece("".join(old[a:b]), "".join(new[c:d])) for _tag, a, b, c, d in found])


def likeness(one: str, other: str) -> float:
    """How alike two texts are, from 0 to 1."""
    if one == other:
        return 1.0
    matcher = SequenceMatcher(None, one[:200], other[:200], autojunk=False)
    return matcher.ratio() if matcher.quick_ratio() >= 0.5 else 0.0


def _without_islands(found: list[Piece]) -> tuple[Piece, ...]:
    kept: list[Piece] = []
    for number, piece in enumerate(found):
        is_inside = 0 < number < len(found) - 1
        is_island = piece.is_same and is_inside and len(piece.before) < _ISLAND
        if kept and not kept[-1].is_same and (is_island or not piece.is_same):
            kept[-1] = Piece(kept[-1].before + piece.before, kept[-1].after + piece.after)
        else:
            kept.append(piece)
    return tuple(kept)
