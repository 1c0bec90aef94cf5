"""What can happen. Each room declares its kinds of event in its `events.py`; an undeclared kind is refused.

Events are stored as words and for ever, so a kind's name is permanent: `names.txt` beside this file lists
every name ever used and only grows.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from shixiao.engine.bilingual import Text

NAME = re.compile(r"[a-z_]+(\.[a-z_]+)+")
NAME_LENGTH = 100


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of event: its permanent name, its title for people, and the particulars it may carry.

    `texts` are those particulars that people write: the event carries their hash, the words lie apart.
    """

    name: str
    title: Text
    particulars: frozenset[str]
    texts: frozenset[str] = frozenset()

    def __str__(self) -> str:
        return self.name


_declared: dict[str, Kind] = {}
DECLARED: Mapping[str, Kind] = MappingProxyType(_declared)


def declare(name: str, title: Text, *, particulars: Iterable[str] = (), texts: Iterable[str] = ()) -> Kind:
    """A new kind of event, `room.what_happened`. Declaring a name twice is a mistake in the program."""
    if not NAME.fullmatch(name) or len(name) > NAME_LENGTH:
        raise ValueError(f"{name!r} is no name for a kind of event: write room.past_participle in small letters")
    if name in _declared:
        raise ValueError(f"the kind of event {name!r} is declared twice")
    if both := set(particulars) & set(texts):
        raise ValueError(f"{name!r} says {sorted(both)} twice, as a code and as a text")
    _declared[name] = Kind(name, title, frozenset(particulars), frozenset(texts))
    return _declared[name]
