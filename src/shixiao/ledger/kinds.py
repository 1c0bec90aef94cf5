"""What can happen. Each room declares its kinds of event in its `events.py`; an undeclared kind is refused.

Events are stored as words and for ever, so a kind's name is permanent: `names.txt` beside this file lists
every name ever used and only grows.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from shixiao.engine.bilingual import Text

NAME = re.compile(r"[a-z_]+(\.[a-z_]+)+")
NAME_LENGTH = 100
# What any event may carry, whatever its kind declares: written by casework only, and of one meaning everywhere, so that
# measures of every office can read it. `scope` ids of unit, project, contract, topic, subject; `late_from` the first
# instant that is too late, by the name of the deadline; `window` begin and end of an expected case; `duty` what expected
# it; `closed` the code of why it does not count.
RESERVED = frozenset({"scope", "late_from", "window", "duty", "closed"})


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of event: its permanent name, its title for people, and the particulars it may carry beside `RESERVED`.

    `texts` are those particulars that people write: the event carries their hash, the words lie apart. `sealed` are those of them
    that no page, list or program is told in passing: whoever declares them has a way of reading them that is written down.
    """

    name: str
    title: Text
    particulars: frozenset[str]
    texts: frozenset[str] = frozenset()
    sealed: frozenset[str] = frozenset()
    carries: frozenset[str] = field(init=False, repr=False, compare=False)  # with what any event may carry

    def __post_init__(self) -> None:
        object.__setattr__(self, "carries", self.particulars | RESERVED)

    def __str__(self) -> str:
        return self.name


_declared: dict[str, Kind] = {}
DECLARED: Mapping[str, Kind] = MappingProxyType(_declared)


def declare(
    name: str,
    title: Text,
    *,
    particulars: Iterable[str] = (),
    texts: Iterable[str] = (),
    sealed: Iterable[str] = (),
) -> Kind:
    """A new kind of event, `room.what_happened`. Declaring a name twice is a mistake in the program."""
    if not NAME.fullmatch(name) or len(name) > NAME_LENGTH:
        raise ValueError(f"{name!r} is no name for a kind of event: write room.past_participle in small letters")
    if name in _declared:
        raise ValueError(f"the kind of event {name!r} is declared twice")
    if both := set(particulars) & set(texts):
        raise ValueError(f"{name!r} says {sorted(both)} twice, as a code and as a text")
    if reserved := RESERVED & set(texts):
        raise ValueError(f"{name!r} calls a text {sorted(reserved)}: any event may carry a code of that name")
    if loose := set(sealed) - set(texts):
        raise ValueError(f"{name!r} seals {sorted(loose)}, which it does not declare as texts")
    _declared[name] = Kind(name, title, frozenset(particulars), frozenset(texts), frozenset(sealed))
    return _declared[name]
