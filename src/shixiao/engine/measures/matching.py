"""What a published wording asks for: the measures that answer it, and what stands in their slots.

Four ways, the surest first: the very wording; the wording with its slots filled; a text that holds the wording; and words in
common. Nothing is decided here: a person, or a binding, takes one of what is found.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import IntEnum
from functools import lru_cache
from itertools import pairwise, product
from typing import Any

from shixiao.engine.measures.declaring import CATALOGUE, Measure, Ratio, Slot
from shixiao.engine.measures.slot_values import SEVERAL, WORDS, Choices, read_value, split_list
from shixiao.engine.measures.wordings import AllChoices, Wording, slots_of, wordings_of
from shixiao.engine.targets import Kind
from shixiao.engine.targets import read as read_target
from shixiao.engine.targets.normalise import EDGES, normalise
from shixiao.engine.targets.scan import find_quantities

LEAST_HELD = 3  # a text that holds fewer of a wording's own characters holds nothing of it
LEAST_SHARE = 0.3  # … or a smaller part of the text than this
LEAST_IN_COMMON = 0.4
MOST = 10  # measures for one clause: more are no help
_NO_CHOICES: AllChoices = {}


class Exactness(IntEnum):
    """How sure it is that the measure is meant; more is surer."""

    NEAR = 1  # words in common
    CONTAINED = 2  # the text holds the wording, or a slot holds something like one of its choices
    SLOTS = 3  # the wording, with its slots filled by what they may hold
    EXACT = 4  # the very wording


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """One measure that may be meant.

    `parameters` are those that the text says; `open` names the slots that it leaves to somebody, as they have no default either.
    `said` are words that stand in a slot and are none of its choices, or stand in a slot that is no parameter of the measure (the topics
    that a wording names). `clause` counts the statements of the text from 0, `words` is that
    statement. `likeness` orders what is equally exact, from 0 to 1.
    """

    measure: Measure | Ratio
    parameters: Mapping[str, Any]
    exactness: Exactness
    likeness: float = 1.0
    open: tuple[str, ...] = ()
    said: Mapping[str, str] = field(default_factory=dict)
    clause: int = 0
    words: str = ""


def matches(
    wording: str,
    catalogue: Mapping[str, Measure | Ratio] | None = None,
    *,
    choices: AllChoices = _NO_CHOICES,
    unit: str | None = None,
) -> tuple[Match, ...]:
    """The measures that a wording may ask for, for each of its statements the likeliest first; always in the same order.

    `choices`: what people call the things that a slot may name (`{"programme": {"参事津贴": 12}}`). `unit`: measures with this unit
    come before others that are equally exact. Nothing is found for an empty wording.
    """
    known = CATALOGUE if catalogue is None else catalogue
    whole = _of_clause(wording, known, choices, unit)
    clauses = clauses_of(wording)
    if len(clauses) < 2 or (whole and whole[0].exactness >= Exactness.SLOTS):
        return tuple(_placed(each, 0, wording) for each in whole)
    return tuple(
        _placed(each, number, clause)
        for number, clause in enumerate(clauses)
        for each in _of_clause(clause, known, choices, unit)
    )


def _placed(match: Match, clause: int, words: str) -> Match:
    return replace(match, clause=clause, words=words)


# ---- statements ------------------------------------------------------------------------------------------------


def clauses_of(wording: str) -> tuple[str, ...]:
    """The statements of a wording (紧急公文…，非紧急公文…; 合格率和合规率) as the language of targets cuts them; one for most."""
    found = _of_the_value(wording) or _of_two_rates(wording) or _of_two_statements(wording)
    return found if len(found) > 1 else (wording,)


def _of_the_value(wording: str) -> tuple[str, ...]:
    reading = read_target(wording)
    return tuple(part.words for part in reading.parts if part.words) if reading.kind is Kind.COMPOUND else ()


def _of_two_rates(name: str) -> tuple[str, ...]:
    """办公设备采购合格率和合规率: the first of the two and, with what stands before both, the second."""
    parts = [part.condition or "" for part in read_target("100%", name=name).parts]
    place = name.find(parts[0]) if parts else -1
    return tuple(name[:place] + part for part in parts) if place >= 0 else ()


def _of_two_statements(name: str) -> tuple[str, ...]:
    return tuple(part.words for part in read_target("是", name=name).parts if part.words and part.words != "是")


# ---- one statement ---------------------------------------------------------------------------------------------


def _of_clause(
    clause: str, catalogue: Mapping[str, Measure | Ratio], choices: AllChoices, unit: str | None
) -> list[Match]:
    text = _Text.of(clause)
    if not text.clean:
        return []
    found = [best for each in catalogue.values() if (best := _best(each, text, choices)) is not None]
    found.sort(key=lambda match: (*_rank(match, unit), match.measure.name))
    return found[:MOST]


def _rank(match: Match, unit: str | None) -> tuple[float, ...]:
    return (
        -match.exactness,
        0 if unit is None or match.measure.unit == unit else 1,
        len(match.open),
        -round(match.likeness, 9),
    )


def _best(measure: Measure | Ratio, text: _Text, choices: AllChoices) -> Match | None:
    tried = [found for wording in wordings_of(measure) if (found := _of_wording(measure, wording, text, choices))]
    return min(tried, key=lambda match: _rank(match, None), default=None)


def _of_wording(measure: Measure | Ratio, wording: Wording, text: _Text, choices: AllChoices) -> Match | None:
    if not wording.literal and any(name not in choices for name in wording.slots):
        return None  # a wording that is nothing but a slot says anything at all
    for pattern, spelling in ((wording.patterns[0], text.clean), (wording.patterns[-1], text.formal)):
        if matched := pattern.fullmatch(spelling):
            exactness = Exactness.SLOTS if wording.types else Exactness.EXACT
            if match := _filled(measure, wording, matched, choices, exactness):
                return match
    return _contained(measure, wording, text, choices) or _near(measure, wording, text)


def _filled(
    measure: Measure | Ratio,
    wording: Wording,
    matched: re.Match[str],
    choices: AllChoices,
    exactness: Exactness,
    likeness: float = 1.0,
) -> Match | None:
    parameters: dict[str, Any] = {}
    said: dict[str, str] = {}
    own = {slot.name for slot in slots_of(measure)}
    for name, type_ in wording.types:
        words, known = matched[name], choices.get(name)
        value = _value(measure, name, type_, words, known) if name in own else None
        if value is not None:
            parameters[name] = value
        elif name not in own or _names_something(measure, name):
            said[name] = words
        else:
            return None
        if known is not None and not _is_the_very_name(words, type_, known):
            if not wording.literal:
                return None
            exactness = min(exactness, Exactness.NEAR if value is None else Exactness.CONTAINED)
    return Match(
        measure=measure,
        parameters=parameters,
        exactness=exactness,
        likeness=likeness,
        open=_open(slots_of(measure), parameters),
        said=said,
    )


def _is_the_very_name(words: str, type_: str, choices: Choices) -> bool:
    names = {normalise(name).clean for name in choices}
    return all(each in names for each in (split_list(words) if type_ == SEVERAL else (words,)))


def _value(measure: Measure | Ratio, name: str, type_: str, words: str, choices: Choices | None) -> Any:
    if choices is None and _names_something(measure, name) and type_ != WORDS:
        return None  # a number that people call by a name: without the names nobody can say which it is
    return read_value(words, type_, choices)


def _names_something(measure: Measure | Ratio, slot: str) -> bool:
    """The slot holds what one of the things is called by which its cases are chosen."""
    return isinstance(measure, Measure) and measure.keyed_by == slot


def _open(slots: Sequence[Slot], parameters: Mapping[str, Any]) -> tuple[str, ...]:
    return tuple(slot.name for slot in slots if slot.needed and slot.name not in parameters)


# ---- a text that holds the wording -----------------------------------------------------------------------------


def _contained(measure: Measure | Ratio, wording: Wording, text: _Text, choices: AllChoices) -> Match | None:
    own = sum(map(len, wording.literal))
    if own < LEAST_HELD:
        return None
    for spelling, pattern in product(text.shortened, wording.patterns):
        matched = _searched(wording, pattern, spelling)
        if matched is None or (own / len(text.clean) < LEAST_SHARE and matched[0] != spelling):
            continue
        likeness = min(len(matched[0]) / len(text.clean), 1.0)
        if match := _filled(measure, wording, matched, choices, Exactness.CONTAINED, likeness):
            return match
    return None


def _searched(wording: Wording, pattern: re.Pattern[str], spelling: str) -> re.Match[str] | None:
    """Where the wording stands in the text. A slot at an end of the wording reaches to that end of the text."""
    pieces = wording.spellings[wording.patterns.index(pattern)]
    begin = "" if isinstance(pieces[0], str) else "^"
    end = "" if isinstance(pieces[-1], str) else "$"
    # 非紧急公文 holds 紧急公文 and is the opposite.
    return re.search(f"{begin}(?<![非不未无]){pattern.pattern}{end}", spelling, re.DOTALL)


# ---- words in common -------------------------------------------------------------------------------------------


def _near(measure: Measure | Ratio, wording: Wording, text: _Text) -> Match | None:
    likeness = _in_common(wording, text)
    if likeness < LEAST_IN_COMMON:
        return None
    return Match(
        measure=measure,
        parameters={},
        exactness=Exactness.NEAR,
        likeness=likeness,
        open=_open(slots_of(measure), {}),
    )


def _in_common(wording: Wording, text: _Text) -> float:
    """Pairs of characters that both have, of all that they have; what stands in a slot is in neither."""
    own = frozenset(pair for literal in wording.literal for pair in _pairs(literal))
    if not own or not text.pairs:
        return 0.0
    return 2 * len(own & text.pairs) / (len(own) + len(text.pairs))


@lru_cache(maxsize=8_192)
def _pairs(words: str) -> frozenset[str]:
    letters = [character for character in words if character.isalnum()]
    return frozenset(one + other for one, other in pairwise(letters))


@dataclass(frozen=True, slots=True)
class _Text:
    """A statement in the house's spelling, and without the target that stands in it (开展调研50次以上 → 开展调研)."""

    clean: str
    formal: str
    shortened: tuple[str, ...]
    pairs: frozenset[str]

    @classmethod
    def of(cls, clause: str) -> _Text:
        normal = normalise(clause)
        bare = _without_quantities(normal.formal)
        spellings = dict.fromkeys(each for each in (bare, normal.clean, normal.formal) if each)
        return cls(normal.clean, normal.formal, tuple(spellings), _pairs(bare or normal.clean))


_AFTER_A_QUANTITY = re.compile(r"^(?:及?以[上下内]|之内|左右|/?每?[年月日次])")


def _without_quantities(formal: str) -> str:
    kept, place = [], 0
    for quantity in find_quantities(formal, []):
        kept.append(formal[place : quantity.start])
        rest = formal[quantity.end :]
        place = quantity.end + (found.end() if (found := _AFTER_A_QUANTITY.match(rest)) else 0)
    return ("".join(kept) + formal[place:]).strip(EDGES + "≥≤<>=")


__all__ = ["Exactness", "Match", "clauses_of", "matches"]
