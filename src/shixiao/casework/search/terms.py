"""What somebody typed, read into words. Pure."""

from enum import Enum

from shixiao.casework.search import grams
from shixiao.casework.search.folding import LONGEST_WORD, fold

LONGEST_TERM = 1000
MOST_WORDS = 16


class Refusal(str, Enum):
    """Why nothing was searched. The words are permanent; what a person reads is the page's."""

    EMPTY = "empty"
    UNSEARCHABLE = "unsearchable"  # no letter, no digit: only punctuation, or what cannot be seen
    TOO_LONG = "too_long"  # the whole over LONGEST_TERM, a word over LONGEST_WORD, or more than MOST_WORDS


def read(term: str) -> tuple[str, ...] | Refusal:
    """The folded words of a term, each once, in their order; or why there are none."""
    if not term.strip():
        return Refusal.EMPTY
    if len(term) > LONGEST_TERM:
        return Refusal.TOO_LONG
    words = tuple(dict.fromkeys(word for given in term.split() for word in fold(given).split()))
    if not any(map(grams.has_letters, words)):
        return Refusal.UNSEARCHABLE
    if len(words) > MOST_WORDS or max(map(len, words)) > LONGEST_WORD:
        return Refusal.TOO_LONG
    return words
