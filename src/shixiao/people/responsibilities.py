"""What somebody can be responsible for. Rooms declare the words; posts carry them; steps ask for them.

    CLERK = declare("payments.clerk", Text("支出经办", "Payments clerk"))

A word is stored in posts and stands in step tables, so it is permanent. A room declares its words in its
`responsibilities.py`, which is loaded at the start; this module knows no Django, so a pure step table may import it.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from shixiao.engine.bilingual import Text

WORD = re.compile(r"[a-z_]+(\.[a-z_]+)+")
WORD_LENGTH = 100


class UnknownResponsibility(LookupError):
    """No room declares the word: it is misspelt, or the office that had it is no longer installed."""


@dataclass(frozen=True, slots=True)
class Responsibility:
    """A permanent word and what people call it."""

    word: str
    title: Text

    def __str__(self) -> str:
        return self.word


_declared: dict[str, Responsibility] = {}
DECLARED: Mapping[str, Responsibility] = MappingProxyType(_declared)


def declare(word: str, title: Text) -> Responsibility:
    """A new responsibility, `room.who`. Declaring a word twice is a mistake in the program."""
    if not WORD.fullmatch(word) or len(word) > WORD_LENGTH:
        raise ValueError(f"{word!r} is no name for a responsibility: write room.who in small letters")
    if word in _declared:
        raise ValueError(f"the responsibility {word!r} is declared twice")
    _declared[word] = Responsibility(word, title)
    return _declared[word]


def known(word: str) -> str:
    """The word itself. Raises `UnknownResponsibility` for one that no room declares."""
    if word not in _declared:
        raise UnknownResponsibility(
            f"no room declares the responsibility {word!r}: add it to the room's responsibilities.py"
        )
    return word
