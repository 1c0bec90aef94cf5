"""What stands in the index for a text, and what a word asks the index for.

Pure. The index holds every character, every two that stand side by side, and of Latin letters and digits every three
and four as well: 4-digit stretches of case numbers tell them apart where pairs of digits would not. It says which
texts may hold a word; whether one does is decided by looking. So a gram too many costs time, a gram too few an answer.

Which characters are letters is written out, since Python's own tables grow with its versions: what was indexed with
one version has to be taken out again with the next.
"""

import re
from operator import add
from zlib import crc32

UNIT_WIDTH = 6  # digits a level in the path of a unit
# Newest first is walked in bands of case ids: of 2^12, 2^16 and 2^20 cases.
BANDS = (12, 16, 20)

_NO_LETTER = (
    r"\x00-/:-@\[-`{-\xa9\xab-\xb4\xb6-\xb9\xbb-\xbf\xd7\xf7\u2000-\u206f\u20a0-\u20cf\u2190-\u2bff\u2e00-\u2e7f"
    r"\u3000-\u3004\u3008-\u3020\u3030\u303d-\u303f\ufe10-\ufe6f\ufff0-\uffff"
)
_RUN = re.compile(f"[^{_NO_LETTER}]+")
_LATIN = re.compile("[0-9a-z]+")
_LONGEST_LATIN = 4


def has_letters(word: str) -> bool:
    """Whether the index knows anything of a folded word."""
    return _RUN.search(word) is not None


def of_text(folded: str) -> set[str]:
    """Every gram of a folded text."""
    grams: set[str] = set()
    for run in _RUN.findall(folded):
        grams.update(run, map(add, run, run[1:]))
        for latin in _LATIN.findall(run):
            threes = list(map(add, map(add, latin, latin[1:]), latin[2:]))
            grams.update(threes, map(add, threes, latin[3:]))
    return grams


def of_word(word: str) -> set[str]:
    """As few grams as say all the index can say of a folded word."""
    grams: set[str] = set()
    for run in _RUN.findall(word):
        grams |= _of_run(run)
    return grams


def _of_run(run: str) -> set[str]:
    if len(run) == 1:
        return {run}
    grams = set()
    covered = set()  # pairs that lie in a longer gram
    for latin in _LATIN.finditer(run):
        width = min(_LONGEST_LATIN, len(latin[0]))
        if width > 2:
            starts = range(latin.start(), latin.end() - width + 1)
            grams |= {run[at : at + width] for at in starts}
            covered |= set(range(latin.start(), latin.end() - 1))
    return grams | {run[at : at + 2] for at in range(len(run) - 1) if at not in covered}


# ---- marks: longer than any gram of Latin letters, so never one of them ------------------------------------------


def of_unit(path: str) -> str:
    """The mark of a unit, carried by all that belongs to it or to a unit below it."""
    return f"unit{path[-UNIT_WIDTH:]}"


def of_place(path: str) -> set[str]:
    """The marks of a unit and of all above it."""
    return {of_unit(path[:end]) for end in range(UNIT_WIDTH, len(path) + 1, UNIT_WIDTH)}


def of_kind(case_kind: str) -> str:
    """The mark of the cases of a kind."""
    return f"kind{crc32(case_kind.encode()):08x}"


def of_band(bits: int, number: int) -> str:
    """The mark of the cases whose ids are `number` after `bits` bits are dropped."""
    return f"band{bits}x{number}"


def of_case(case_id: int) -> set[str]:
    """The marks of the bands that a case lies in."""
    return {of_band(bits, case_id >> bits) for bits in BANDS}


def as_number(gram: str) -> int:
    """A gram as a signed number of 32 bits; two that share one cost a look at a text, not an answer."""
    return crc32(gram.encode()) - (1 << 31)
