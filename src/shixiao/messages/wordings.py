"""What messages say: declared by the rooms above, in both languages, with slots that are filled with codes.

    RETURNED = declare("casework.returned", Text("{number} 被退回…", "{number} was returned …"), tell=words_of)

A wording's name is stored in messages, so it is permanent. `tell` makes words of the codes that a message carries (the title of a
step, a day); what it leaves out is shown as it is stored. Pure: no Django, no database.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from shixiao.engine.bilingual import Text

NAME = re.compile(r"[a-z_]+(\.[a-z_]+)+")
Tell = Callable[[Mapping[str, Any]], Mapping[str, Text]]


@dataclass(frozen=True, slots=True)
class Wording:
    """A sentence with slots, and how codes become words in it."""

    name: str
    text: Text
    tell: Tell | None = None
    instead: Callable[[Mapping[str, Any]], Text | None] | None = None  # another sentence that the codes name

    def say(self, slots: Mapping[str, Any], more: Mapping[str, Text] | None = None) -> Text:
        """The sentence; `more` are words that only whoever shows it may know, such as a case's title. A slot that nobody
        fills is left empty: a message that was sent by an earlier version can always be read."""
        plain = {name: Text(str(value), str(value)) for name, value in slots.items()}
        words = plain | dict(self.tell(slots) if self.tell else {}) | dict(more or {})
        text = (self.instead(slots) if self.instead else None) or self.text
        return Text(
            text.zh.format_map(_Slots({name: each.zh for name, each in words.items()})),
            text.en.format_map(_Slots({name: each.en for name, each in words.items()})),
        )


class _Slots(dict[str, str]):
    def __missing__(self, name: str) -> str:
        return ""


_declared: dict[str, Wording] = {}
DECLARED: Mapping[str, Wording] = MappingProxyType(_declared)
GONE = Wording(
    "messages.gone", Text("（这条消息的措辞已不再使用）", "(The wording of this message is no longer in use.)")
)


def declare(
    name: str,
    text: Text,
    *,
    tell: Tell | None = None,
    instead: Callable[[Mapping[str, Any]], Text | None] | None = None,
) -> Wording:
    """A new wording, `room.what_it_says`. Declaring a name twice is a mistake in the program."""
    if not NAME.fullmatch(name) or len(name) > 64:
        raise ValueError(f"{name!r} is no name for a wording: write room.what_it_says in small letters")
    if name in _declared:
        raise ValueError(f"the wording {name!r} is declared twice")
    _declared[name] = Wording(name, text, tell, instead)
    return _declared[name]


def known(name: str) -> Wording:
    """The wording of that name; one that says that it is gone for what an office said that is no longer installed."""
    return _declared.get(name, GONE)
