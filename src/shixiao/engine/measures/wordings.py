"""Official wordings with slots: 紧急公文在{within}内发出. Filled in for people, and read back from what they publish.

The wording is the declaration of a measure, so the measure that is found for a wording and its parameters cannot drift apart.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any

from shixiao.engine.bilingual import Text
from shixiao.engine.measures.declaring import SLOT, Measure, Ratio, Slot
from shixiao.engine.measures.parameters import WrongParameters
from shixiao.engine.measures.slot_values import (
    DAY,
    DECIMAL,
    DURATION,
    SEVERAL,
    WHOLE,
    WORDS,
    Choices,
    is_empty,
    read_value,
    type_of,
    write_value,
)
from shixiao.engine.targets.normalise import normalise

AllChoices = Mapping[str, Choices]  # the name of a slot → its choices
_FIRST_MARK = 0x3400  # a slot while a wording is put into the house's spelling: characters that no wording uses
_NO_CHOICES: AllChoices = {}
_SORTS = {
    DURATION: Text("一段时间，如“2小时”", "a time such as 2 hours"),
    WHOLE: Text("整数", "a whole number"),
    DECIMAL: Text("数字", "a number"),
    DAY: Text("日期", "a date"),
    WORDS: Text("文字", "words"),
    SEVERAL: Text("几个名称，用顿号分开", "several names"),
}


class UnfitParameters(WrongParameters):
    """A measure cannot be used with these parameters; `text` names the measure and the slot and says what to do."""

    def __init__(self, text: Text, *, measure: str, slot: str) -> None:
        super().__init__(text)
        self.args = (f"{text.zh} / {text.en}",)
        self.measure = measure
        self.slot = slot


@dataclass(frozen=True)
class Wording:
    """A wording and the types of its slots. Two spellings of one wording (glyphs, widths, operator words) match alike."""

    text: str
    types: tuple[tuple[str, str], ...] = ()

    @classmethod
    def of(cls, text: str, slots: Iterable[Slot] = ()) -> Wording:
        """The wording with the types of the slots that stand in it; a slot of no known type is words."""
        known = {slot.name: type_of(slot.type) for slot in slots}
        names = dict.fromkeys(SLOT.findall(text))
        return _kept(text, tuple((name, known.get(name, WORDS)) for name in names))

    @property
    def slots(self) -> tuple[str, ...]:
        """The names of its slots, in the order in which they stand."""
        return tuple(name for name, _type in self.types)

    @cached_property
    def type_of_slot(self) -> Mapping[str, str]:
        """The type of each slot."""
        return dict(self.types)

    @cached_property
    def spellings(self) -> tuple[tuple[str | int, ...], ...]:
        """Literal words and slots (as numbers), in the clean spelling and, where it differs, with operators as glyphs."""
        text = self.text
        for number, name in enumerate(self.slots):
            text = text.replace(f"{{{name}}}", chr(_FIRST_MARK + number))
        normal = normalise(text)
        return tuple(dict.fromkeys(self._pieces(each) for each in (normal.clean, normal.formal)))

    def _pieces(self, spelling: str) -> tuple[str | int, ...]:
        marks = "".join(chr(_FIRST_MARK + number) for number in range(len(self.types)))
        cut = re.split(f"([{marks}])", spelling) if marks else [spelling]
        return tuple(ord(piece) - _FIRST_MARK if piece in marks else piece for piece in cut if piece)

    @cached_property
    def literal(self) -> tuple[str, ...]:
        """The words that are always there, in the clean spelling."""
        return tuple(piece for piece in self.spellings[0] if isinstance(piece, str))

    @cached_property
    def patterns(self) -> tuple[re.Pattern[str], ...]:
        """What the whole of a text has to look like."""
        return tuple(re.compile(self._pattern(pieces), re.DOTALL) for pieces in self.spellings)

    def _pattern(self, pieces: tuple[str | int, ...]) -> str:
        seen: set[int] = set()
        made = []
        for piece in pieces:
            if isinstance(piece, str):
                made.append(re.escape(piece))
            else:
                made.append(f"(?P={self.slots[piece]})" if piece in seen else f"(?P<{self.slots[piece]}>.+?)")
                seen.add(piece)
        return "".join(made)


@lru_cache(maxsize=4_096)
def _kept(text: str, types: tuple[tuple[str, str], ...]) -> Wording:
    return Wording(text, types)


def wording_of(measure: Measure | Ratio) -> Wording:
    """The official wording of a measure."""
    return Wording.of(measure.wording.zh, slots_of(measure))


def wordings_of(measure: Measure | Ratio) -> Iterator[Wording]:
    """Its official wording and the others that it answers to."""
    yield wording_of(measure)
    yield from (Wording.of(each, slots_of(measure)) for each in measure.answers)


def slots_of(measure: Measure | Ratio) -> tuple[Slot, ...]:
    """The slots of a measure; a ratio has none of its own."""
    return measure.slots if isinstance(measure, Measure) else ()


def render(wording: Wording, parameters: Mapping[str, Any], choices: AllChoices = _NO_CHOICES) -> str:
    """The wording with its slots filled. Raises `UnfitParameters` for a slot that is empty or cannot be said."""
    text = wording.text
    for name, type_ in wording.types:
        value = parameters.get(name)
        if is_empty(value):
            raise _empty(wording.text, wording.text, name, type_)
        try:
            words = write_value(value, choices.get(name))
        except ValueError:
            raise _unfit(wording.text, wording.text, name, type_, value) from None
        text = text.replace(f"{{{name}}}", words)
    return text


def read(wording: Wording, text: str, choices: AllChoices = _NO_CHOICES) -> dict[str, Any] | None:
    """The parameters with which the wording says `text`; None where it does not, whatever stands in its slots.

    Words come back in the house's spelling (half width, without spaces), names as their choices store them.
    """
    normal = normalise(text)
    for pattern, spelling in ((wording.patterns[0], normal.clean), (wording.patterns[-1], normal.formal)):
        found = read_match(wording, pattern.fullmatch(spelling), choices)
        if found is not None:
            return found
    return None


def read_match(wording: Wording, match: re.Match[str] | None, choices: AllChoices) -> dict[str, Any] | None:
    """The parameters in a match of one of the wording's patterns; None where a slot holds nothing of its type."""
    if match is None:
        return None
    found = {name: read_value(match[name], type_, choices.get(name)) for name, type_ in wording.types}
    return None if None in found.values() else found


# ---- what a gauge may be given ---------------------------------------------------------------------------------


def check_parameters(
    measure: Measure | Ratio, parameters: Mapping[str, Any], choices: AllChoices = _NO_CHOICES
) -> dict[str, Any]:
    """All parameters of the measure, defaults filled in. Raises `UnfitParameters` for a slot that is unknown, empty, of another type
    or none of its choices: a gauge is refused when it is made, not when it is read."""
    slots = {slot.name: slot for slot in slots_of(measure)}
    unknown = sorted(set(parameters) - set(slots))
    if unknown:
        there = "、".join(slots)
        raise UnfitParameters(
            Text(
                f"度量“{measure.wording.zh}”没有参数 {unknown[0]}；"
                + (f"它的参数是 {there}。" if there else "它不带参数。"),
                f"The measure {measure.name} has no slot {unknown[0]!r}; "
                + (f"it has {', '.join(slots)}." if slots else "it has none."),
            ),
            measure=measure.name,
            slot=unknown[0],
        )
    return {name: _checked(measure, slot, parameters.get(name), choices.get(name)) for name, slot in slots.items()}


def _checked(measure: Measure | Ratio, slot: Slot, given: Any, choices: Choices | None) -> Any:
    value = slot.default if given is None else given
    type_ = type_of(slot.type)
    where = measure.wording.zh, measure.name, slot.name, type_
    if is_empty(value):
        if given is None and not slot.needed:
            return value
        raise _empty(*where)
    try:
        words = write_value(value)
        fits = read_value(words, type_) is not None and _is_of(value, type_)
    except ValueError:
        fits = False
    if not fits:
        raise _unfit(*where, value)
    if choices is not None:
        missing = [each for each in (value if type_ == SEVERAL else [value]) if each not in choices.values()]
        if missing:
            raise _no_choice(*where, missing[0])
    return tuple(value) if type_ == SEVERAL else value


def _is_of(value: Any, type_: str) -> bool:
    if isinstance(value, bool):
        return False
    if type_ == SEVERAL:
        return (
            not isinstance(value, str) and not any(is_empty(each) for each in value) and len(set(value)) == len(value)
        )
    if type_ == DECIMAL:
        return type(value).__name__ in (DECIMAL, WHOLE)
    return type(value).__name__ == type_


def _empty(title: str, measure: str, slot: str, type_: str) -> UnfitParameters:
    sort = _SORTS[type_]
    return UnfitParameters(
        Text(
            f"度量“{title}”的参数 {slot} 是空的；请填写{sort.zh}。",
            f"The slot {slot!r} of the measure {measure} is empty; fill in {sort.en}.",
        ),
        measure=measure,
        slot=slot,
    )


def _unfit(title: str, measure: str, slot: str, type_: str, value: Any) -> UnfitParameters:
    sort = _SORTS[type_]
    return UnfitParameters(
        Text(
            f"度量“{title}”的参数 {slot} 不能是 {value!r:.60}；应是{sort.zh}。",
            f"The slot {slot!r} of the measure {measure} cannot be {value!r:.60}; it is {sort.en}.",
        ),
        measure=measure,
        slot=slot,
    )


def _no_choice(title: str, measure: str, slot: str, _type: str, value: Any) -> UnfitParameters:
    return UnfitParameters(
        Text(
            f"度量“{title}”的参数 {slot} 没有“{value!s:.60}”这一项；请从列表里选。",
            f"The slot {slot!r} of the measure {measure} has no choice {value!s:.60}; take one from the list.",
        ),
        measure=measure,
        slot=slot,
    )
