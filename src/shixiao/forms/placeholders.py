"""The little language of templates: `{{ 名称 }}`, `{{ 行名.名称 }}`, `{% 逐行 行名 %}` … `{% 逐行结束 %}`. There is nothing else.

It has no expressions, so there is nothing that a template could run: what is not one of these is a fault.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from difflib import get_close_matches
from enum import Enum

from shixiao.engine.bilingual import Text
from shixiao.forms.faults import Fault, fault
from shixiao.forms.packages import Parts, tree
from shixiao.forms.showing import Names, Value


class Kind(Enum):
    """What a pair of brackets says."""

    NAME = "name"
    BEGIN = "begin"
    END = "end"
    BROKEN = "broken"  # a pair that says something else
    OPEN = "open"  # brackets that do not match


@dataclass(frozen=True)
class Token:
    """A pair of brackets in a text: where it stands, and the names it holds (`loop` is empty for single values)."""

    kind: Kind
    start: int
    end: int
    found: str
    loop: str = ""
    name: str = ""


_PAIR = re.compile(r"\{\{(?P<name>[^{}]*)\}\}|\{%(?P<tag>[^{}%]*)%\}")
_NAME = re.compile(r"\s*(?:(\w+)\s*\.\s*)?(\w+)\s*")
_BEGIN = re.compile(r"\s*逐行\s+(\w+)\s*")
_END = re.compile(r"\s*逐行结束\s*")
# Half a pair, or the full-width brackets that an input method writes. A single brace is text.
_HALF = re.compile(r"\{\{|\}\}|\{%|%\}|\{#|#\}|｛[｛{%]|[}%]?｝｝|\{｛|｝\}")
_SHOWN = 40


def tokens(text: str) -> list[Token]:
    """Everything in `text` that is or might be meant as a placeholder, in order."""
    found = [_token(match) for match in _PAIR.finditer(text)]
    rest = _PAIR.sub(lambda match: " " * len(match[0]), text)
    halves = [
        Token(Kind.OPEN, match.start(), match.end(), text[match.start() : match.start() + _SHOWN].strip())
        for match in _HALF.finditer(rest)
    ]
    return sorted([*found, *halves], key=lambda each: each.start)


def _token(match: re.Match[str]) -> Token:
    at = (match.start(), match.end(), match[0][:_SHOWN])
    if match["tag"] is not None:
        if begin := _BEGIN.fullmatch(match["tag"]):
            return Token(Kind.BEGIN, *at, loop=begin[1])
        return Token(Kind.END if _END.fullmatch(match["tag"]) else Kind.BROKEN, *at)
    if name := _NAME.fullmatch(match["name"]):
        return Token(Kind.NAME, *at, loop=name[1] or "", name=name[2])
    return Token(Kind.BROKEN, *at)


@dataclass(frozen=True)
class Stretch:
    """A text of a template and its place; `container` tells the tables, sheets and stories apart that a loop stays in."""

    text: str
    place: Text
    container: object
    line: object  # the row or paragraph that a loop's tag must have for itself
    alone: bool = True  # whether nothing else stands in that line
    paragraph: object = None  # of a Word document


@dataclass
class Check:
    """Goes through the texts of a template in their order and gathers what is wrong."""

    names: Names
    faults: list[Fault] = field(default_factory=list)
    called: set[str] = field(default_factory=set)

    def run(self, stretches: Iterable[Stretch]) -> list[Fault]:
        """Every fault of these texts, those that are missing last."""
        opened: tuple[Token, Stretch] | None = None
        filled = False
        for stretch in stretches:
            if opened and stretch.container != opened[1].container:
                self._not_closed(opened)
                opened = None
            for token in tokens(stretch.text):
                if token.kind in (Kind.BEGIN, Kind.END):
                    opened, filled = self._tag(token, stretch, opened, filled)
                else:
                    self._other(token, stretch, opened[0].loop if opened else "")
            filled = filled or bool(opened and stretch.line != opened[1].line)
        if opened:
            self._not_closed(opened)
        return [*self.faults, *self._missing()]

    def _tag(
        self, token: Token, stretch: Stretch, opened: tuple[Token, Stretch] | None, filled: bool
    ) -> tuple[tuple[Token, Stretch] | None, bool]:
        if not stretch.alone or stretch.text.strip() != token.found:
            self._say("loop_not_alone", stretch, found=token.found)
        if token.kind is Kind.END:
            if not opened:
                self._say("loop_closed_twice", stretch)
            elif not filled:
                self._say("loop_empty", opened[1], loop=opened[0].loop)
            return None, False
        if token.loop not in self.names.rows:
            self._unknown(token.loop, self.names.rows, stretch)
        if opened:
            self._say("loop_in_loop", stretch, loop=token.loop)
            return opened, filled
        return (token, stretch), False

    def _other(self, token: Token, stretch: Stretch, loop: str) -> None:
        if token.kind is not Kind.NAME:
            code = "not_understood" if token.kind is Kind.BROKEN else "not_closed_name"
            self._say(code, stretch, found=token.found)
            return
        if not token.loop:
            self._value(token, stretch)
            return
        known = self.names.rows.get(token.loop)
        if known is None:
            self._unknown(token.loop, self.names.rows, stretch)
        elif token.name not in known:
            self._unknown(f"{token.loop}.{token.name}", {f"{token.loop}.{each}" for each in known}, stretch)
        elif token.loop != loop:
            self._say("outside_its_rows", stretch, name=f"{token.loop}.{token.name}", loop=token.loop)
        else:
            self.called.add(f"{token.loop}.{token.name}")

    def _value(self, token: Token, stretch: Stretch) -> None:
        if token.name not in self.names.values:
            self._unknown(token.name, self._every_name(), stretch)
        elif token.name == self.names.picture and stretch.text.strip() != token.found:
            self._say("picture_among_words", stretch, name=token.name)
        self.called.add(token.name)

    def _every_name(self) -> set[str]:
        return {*self.names.values, *(f"{loop}.{each}" for loop, row in self.names.rows.items() for each in row)}

    def _missing(self) -> Iterator[Fault]:
        for name in sorted(self.names.needed - self.called):
            instead = self.names.instead.get(name)
            if not (instead and self.called.issuperset(instead)):
                yield fault("needed_name", name=name)

    def _not_closed(self, opened: tuple[Token, Stretch]) -> None:
        self._say("loop_not_closed", opened[1], loop=opened[0].loop)

    def _unknown(self, name: str, known: Iterable[str], stretch: Stretch) -> None:
        near = nearest(name, known)
        words = Text(f"是不是“{near}”？", f"Did you mean {near}?") if near else Text("", "")
        self._say("unknown_name", stretch, name=name, nearest_zh=words.zh, nearest_en=words.en)

    def _say(self, code: str, stretch: Stretch, **words: object) -> None:
        self.faults.append(fault(code, stretch.place, **words))


def nearest(name: str, known: Iterable[str]) -> str:
    """The known name that is most like `name`; nothing where none is near."""
    known = sorted(known)
    found = get_close_matches(name, known, n=1, cutoff=0.5)
    if found:
        return found[0]
    return next((each for each in known if each.endswith(f".{name}")), "")


def misplaced(parts: Parts, names: Iterable[str]) -> Iterator[Fault]:
    """Brackets in parts where nothing is filled in: comments, footnotes, drawings, properties."""
    for name in sorted(names):
        root = tree(parts[name])
        text = "" if root is None else "".join(map(str, root.itertext()))
        for token in tokens(text) if "{{" in text or "{%" in text else ():
            yield fault("misplaced_name", found=token.found, part=name)


def replaced(text: str, scope: dict[str, Value]) -> str:
    """The text with every name replaced. A value is never looked through again: brackets in it are text."""
    return _PAIR.sub(lambda match: _shown(match, scope), text)


def _shown(match: re.Match[str], scope: dict[str, Value]) -> str:
    token = _token(match)
    key = f"{token.loop}.{token.name}" if token.loop else token.name
    return scope[key].text if token.kind is Kind.NAME and key in scope else match[0]


def only_value(text: str, scope: dict[str, Value]) -> Value | None:
    """The value when the text is one placeholder and nothing else."""
    match = _PAIR.fullmatch(text.strip())
    if not match or (token := _token(match)).kind is not Kind.NAME:
        return None
    return scope.get(f"{token.loop}.{token.name}" if token.loop else token.name)
