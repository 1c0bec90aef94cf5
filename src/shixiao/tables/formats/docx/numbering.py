"""The numbers that Word makes itself: a list "1、 2、 3、" has them in its numbering, not in its text."""

from __future__ import annotations

import re
from typing import NamedTuple

from lxml import etree

from shixiao.tables.formats.numerals import FORMS

_LEVELS = 9
_HIGHEST = 99_999


class Level(NamedTuple):
    """How a level of a list is numbered: the format, the text around it (`%1、`), where it starts."""

    format: str = "decimal"
    text: str = ""
    start: int = 1
    is_legal: bool = False
    never_restarts: bool = False
    follows: str = "tab"


class Counted(NamedTuple):
    """The number before a paragraph; `unknown` names a format that cannot be written here."""

    text: str = ""
    unknown: str = ""


class _List(NamedTuple):
    """An instance of a list: which definition it counts in, and what it overrides."""

    definition: str
    starts: dict[int, int]
    levels: dict[int, Level]


class Numbering:
    """Counts the lists of a document: `before` is asked for each paragraph once, in order."""

    def __init__(self, numbering: etree._Element | None, styles: etree._Element | None, w: str) -> None:
        self.w = w
        self.definitions: dict[str, dict[int, Level]] = {}
        self.lists: dict[str, _List] = {}
        self.of_style: dict[str, tuple[str, int]] = {}
        self.counts: dict[str, list[int | None]] = {}
        self.begun: set[tuple[str, int]] = set()
        if numbering is not None:
            self._define(numbering)
        if styles is not None:
            self._take_styles(styles)

    def before(self, properties: etree._Element | None) -> Counted:
        """The number of the paragraph that has these properties."""
        if properties is None or not self.lists:
            return Counted()
        number, level = self._place(properties)
        known = self.lists.get(number)
        if known is None:
            return Counted()
        return self._count(number, known, min(max(level, 0), _LEVELS - 1))

    def _place(self, properties: etree._Element) -> tuple[str, int]:
        style = properties.find(f"{self.w}pStyle")
        number, level = self.of_style.get(self._value(style), ("", 0))
        own = properties.find(f"{self.w}numPr")
        if own is not None:
            number = self._value(own.find(f"{self.w}numId")) or number
            level = _whole(self._value(own.find(f"{self.w}ilvl")), level)
        return number, level

    def _count(self, number: str, known: _List, level: int) -> Counted:
        levels = self.definitions.get(known.definition, {}) | known.levels
        counts = self.counts.setdefault(known.definition, [None] * _LEVELS)
        if level in known.starts and (number, level) not in self.begun:
            self.begun.add((number, level))
            counts[level] = None
        start = known.starts.get(level, levels.get(level, Level()).start)
        before = counts[level]
        counts[level] = min(max(start, 0) if before is None else before + 1, _HIGHEST)
        for deeper in range(level + 1, _LEVELS):
            if not levels.get(deeper, Level()).never_restarts:
                counts[deeper] = None
        return _written(levels, counts, level)

    def _define(self, numbering: etree._Element) -> None:
        w = self.w
        links: dict[str, str] = {}
        styled: dict[str, str] = {}
        for each in numbering.iterchildren(f"{w}abstractNum"):
            name = each.get(f"{w}abstractNumId", "")
            levels = each.iterchildren(f"{w}lvl")
            self.definitions[name] = {_whole(level.get(f"{w}ilvl"), 0): self._level(level) for level in levels}
            links[name] = self._value(each.find(f"{w}numStyleLink"))
            styled.setdefault(self._value(each.find(f"{w}styleLink")), name)
        for name, style in links.items():
            if style and style in styled:
                self.definitions[name] = self.definitions[styled[style]]
        for each in numbering.iterchildren(f"{w}num"):
            starts, levels = dict[int, int](), dict[int, Level]()
            for over in each.iterchildren(f"{w}lvlOverride"):
                index = _whole(over.get(f"{w}ilvl"), 0)
                if (start := over.find(f"{w}startOverride")) is not None:
                    starts[index] = _whole(self._value(start), 1)
                if (level := over.find(f"{w}lvl")) is not None:
                    levels[index] = self._level(level)
            definition = self._value(each.find(f"{w}abstractNumId"))
            self.lists[each.get(f"{w}numId", "")] = _List(definition, starts, levels)

    def _level(self, level: etree._Element) -> Level:
        w = self.w
        format_ = self._value(level.find(f"{w}numFmt")) or "decimal"
        if (choice := level.find(f".//{{*}}Choice/{w}numFmt")) is not None:
            format_ = self._value(choice)
        legal, restart = level.find(f"{w}isLgl"), level.find(f"{w}lvlRestart")
        return Level(
            format_,
            self._value(level.find(f"{w}lvlText")),
            _whole(self._value(level.find(f"{w}start")), 1),
            legal is not None and self._value(legal) not in ("0", "false"),
            restart is not None and self._value(restart) == "0",
            self._value(level.find(f"{w}suff")) or "tab",
        )

    def _take_styles(self, styles: etree._Element) -> None:
        """Styles that number their paragraphs, those that are based on them too."""
        w = self.w
        own: dict[str, tuple[str, int]] = {}
        base: dict[str, str] = {}
        for style in styles.iterchildren(f"{w}style"):
            name = style.get(f"{w}styleId", "")
            base[name] = self._value(style.find(f"{w}basedOn"))
            if (numbered := style.find(f"{w}pPr/{w}numPr")) is not None:
                level = _whole(self._value(numbered.find(f"{w}ilvl")), 0)
                own[name] = (self._value(numbered.find(f"{w}numId")), level)
        for name in base:
            at, seen = name, set[str]()
            while at not in own and base.get(at) and at not in seen:
                seen.add(at)
                at = base[at]
            if at in own:
                self.of_style[name] = own[at]

    def _value(self, element: etree._Element | None) -> str:
        return "" if element is None else element.get(f"{self.w}val", "")


def _whole(text: str | None, otherwise: int) -> int:
    return int(text) if text and re.fullmatch(r"-?\d{1,9}", text) else otherwise


def _written(levels: dict[int, Level], counts: list[int | None], level: int) -> Counted:
    own = levels.get(level, Level())
    if own.format in ("bullet", "none") and "%" not in own.text:
        return Counted()
    unknown: list[str] = []

    def filled(match: re.Match[str]) -> str:
        index = int(match[1]) - 1
        each = levels.get(index, Level())
        count = counts[index]
        form = FORMS.get("decimal" if own.is_legal else each.format)
        if form is None:
            unknown.append(each.format)
            return ""
        return form(min(max(each.start, 0), _HIGHEST) if count is None else count)

    text = re.sub("%([1-9])", filled, own.text)
    if unknown:
        return Counted(unknown=unknown[0])
    # Between a bare number and the text Word leaves a gap; "1、" needs none.
    return Counted(text + " " if text[-1:].isalnum() and own.follows != "nothing" else text)
