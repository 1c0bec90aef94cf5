"""One spelling for texts and for what is searched in them; long texts in pieces; the place of a word, to be shown.

Pure. `clean` is what is stored and shown, `fold` is what is compared.
"""

import re
import unicodedata
from bisect import bisect_left
from collections.abc import Iterator
from typing import NamedTuple

LONGEST_WORD = 128  # folded characters: a title fits
# No folded character comes from more than four cleaned ones (a base and its marks, or a character and a blank).
OVERLAP = 4 * LONGEST_WORD
LENGTH = 4096 + OVERLAP

_BLANKS = re.compile(r"\s+")
# What has no shape of its own: control characters, soft hyphens, directions, joiners, variation selectors, and the
# halves of surrogate pairs, which no database takes.
_INVISIBLE = re.compile(
    "[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\xad\u0600-\u0605\u061c\u06dd\u070f\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f"
    "\ufe00-\ufe0f\ufeff\ufff9-\ufffb\ud800-\udfff\U000e0000-\U000e0fff]+"
)
_WIDE = "⺀-\U0010ffff"  # from the radicals on: scripts that set no blanks between words
_BLANK_BESIDE_WIDE = re.compile(f" (?=[{_WIDE}])|(?<=[{_WIDE}]) ")
_FARTHEST_BORDER = 64


def clean(text: str) -> str:
    """The text as it is kept: composed, without what cannot be seen, with one blank for each stretch of blanks."""
    return unicodedata.normalize("NFC", _BLANKS.sub(" ", _INVISIBLE.sub("", text))).strip()


def fold(text: str) -> str:
    """The text as it is compared: full-width as half-width, capitals as small letters, 姓　名 as 姓名.

    A blank stays only where both its neighbours belong to a script that sets blanks between words.
    """
    folded = _BLANKS.sub(" ", _INVISIBLE.sub("", _alike(_INVISIBLE.sub("", text))))
    return _BLANK_BESIDE_WIDE.sub("", folded).strip()


def _alike(text: str) -> str:
    """Compatibility characters and capitals replaced, whatever stands beside them."""
    if text.isascii():
        return text.lower()
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())


# ---- pieces ----------------------------------------------------------------------------------------------------


def pieces(text: str) -> Iterator[str]:
    """A cleaned text in pieces that overlap so far that every word of LONGEST_WORD lies whole in one of them."""
    start = 0
    while len(text) - start > LENGTH:
        end = _border(text, start + LENGTH)
        yield text[start:end]
        start = _border(text, end - OVERLAP)
    yield text[start:]


def _border(text: str, at: int) -> int:
    """The last place not behind `at` where a cut changes nothing in how both sides are folded."""
    for place in range(at, at - _FARTHEST_BORDER, -1):
        if _is_border(text[place - 1], text[place]):
            return place
    return at  # a heap of combining marks: no writing


def _is_border(before: str, behind: str) -> bool:
    if unicodedata.combining(unicodedata.normalize("NFKD", behind)[0]):
        return False
    return _alike(before + behind) == _alike(before) + _alike(behind)


# ---- excerpts --------------------------------------------------------------------------------------------------

BEFORE, BEHIND = 30, 60
_STRIDE = 1024


class Excerpt(NamedTuple):
    """A stretch of a text around a word; three plain texts, the middle one to be marked."""

    before: str
    match: str
    after: str


def excerpt(text: str, word: str) -> Excerpt:
    """What stands around the first place of the folded `word` in a cleaned text; its beginning if it is not there."""
    start, end = _place(text, word) or (0, 0)
    first, last = max(start - BEFORE, 0), end + BEHIND
    return Excerpt(
        before=("…" if first else "") + text[first:start],
        match=text[start:end],
        after=text[end:last] + ("…" if last < len(text) else ""),
    )


def _place(text: str, word: str) -> tuple[int, int] | None:
    small = text.lower()
    if len(small) == len(text) and (at := small.find(word)) >= 0:
        return at, at + len(word)
    for begin in range(0, max(len(text) - OVERLAP, 1), _STRIDE):
        stretch = text[begin : begin + _STRIDE + OVERLAP]
        if word in fold(stretch):
            start, end = _narrowed(stretch, word)
            return begin + start, begin + end
    return None


def _narrowed(text: str, word: str) -> tuple[int, int]:
    """Where the shortest stretch begins and ends that still folds to something with `word` in it."""
    end = bisect_left(range(len(text)), True, key=lambda length: word in fold(text[:length]))
    start = end - bisect_left(range(end), True, key=lambda length: word in fold(text[end - length : end]))
    return start, end
