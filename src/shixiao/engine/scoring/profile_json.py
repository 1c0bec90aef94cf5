"""A profile as JSON, and an office's own read from it: checked whole, every fault named with its place."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import MISSING, fields
from datetime import date
from decimal import Decimal, InvalidOperation
from enum import Enum
from typing import Any, TypeVar

from shixiao.engine.bilingual import Text
from shixiao.engine.scoring.checking import faults_of
from shixiao.engine.scoring.faults import Fault, Unscorable
from shixiao.engine.scoring.profiles import (
    AllOf,
    Band,
    ByMoney,
    Deduction,
    Execution,
    Group,
    LateStep,
    Move,
    Over,
    Profile,
    Rounding,
    Several,
    Source,
    SourceKind,
    Step,
    Tier,
    WhenNothing,
)
from shixiao.engine.scoring.rounding import digits_of, plain

SCHEMA = 1
Made = TypeVar("Made")
Word = TypeVar("Word", bound=Enum)
Read = Callable[["_Place", Any], Any]


# ---- writing ---------------------------------------------------------------------------------------------------


def profile_as_json(profile: Profile) -> dict[str, Any]:
    """The whole profile; numbers as text, so that they stay exact. `profile_from_json` gives it back."""
    written = _plain_of(profile)
    return {"schema": SCHEMA, **written} if isinstance(written, dict) else {}


def _plain_of(value: Any) -> Any:
    match value:
        case Text():
            return {"zh": value.zh, "en": value.en}
        case Enum():
            return value.value
        case Decimal():
            return plain(value)
        case date():
            return value.isoformat()
        case tuple():
            return [_plain_of(each) for each in value]
        case None | bool() | int() | str():
            return value
    return {each.name: _plain_of(getattr(value, each.name)) for each in fields(value)}


# ---- reading ---------------------------------------------------------------------------------------------------


def profile_from_json(written: Any) -> Profile:
    """The profile that was written; what is left out has its usual value. Raises `Unscorable` with every fault and its place."""
    faults: list[Fault] = []
    place = _Place("", faults)
    if isinstance(written, Mapping):
        schema = written.get("schema", SCHEMA)
        if schema != SCHEMA or isinstance(schema, bool):
            place.at("schema").refuse(
                f"不认识的版次 {schema!r}，应为 {SCHEMA}。", f"Unknown schema {schema!r}, not {SCHEMA}."
            )
        written = {key: value for key, value in written.items() if key != "schema"}
    profile = _object(Profile)(place, written)
    if profile is not None and not faults:
        faults.extend(faults_of(profile))
    if faults or profile is None:
        raise Unscorable(faults)
    return profile


class _Place:
    """Where the reader is, and the faults so far."""

    def __init__(self, path: str, faults: list[Fault]) -> None:
        self.path = path
        self.faults = faults

    def at(self, step: str | int) -> _Place:
        """A place below this one."""
        below = f"[{step}]" if isinstance(step, int) else f".{step}" if self.path else step
        return _Place(self.path + below, self.faults)

    def refuse(self, zh: str, en: str) -> None:
        """Something is wrong here. What is read on stands for nothing."""
        self.faults.append(Fault(self.path or "/", Text(zh, en)))


def _object(made: Callable[..., Made]) -> Callable[[_Place, Any], Made | None]:
    """Reads an object key by key: unknown keys, missing ones, and what is wrong below are all named."""

    def read(place: _Place, written: Any) -> Made | None:
        if not isinstance(written, Mapping):
            place.refuse("这里应是一个对象 {…}。", "An object {…} is expected here.")
            return None
        readers, needed = _READERS[made], _needed(made)
        for key in sorted(set(map(str, written)) - set(readers)):
            known = "、".join(readers)
            place.at(key).refuse(f"不认识的项“{key}”。可用：{known}。", f"Unknown key “{key}”. There are: {known}.")
        for key in needed - set(written):
            place.at(key).refuse("缺这一项。请补上。", "This is missing. Add it.")
        before = len(place.faults)
        found = {key: read_one(place.at(key), written[key]) for key, read_one in readers.items() if key in written}
        if len(place.faults) > before or needed - set(written):
            return None
        return made(**found)

    return read


def _needed(made: Any) -> set[str]:
    return {each.name for each in fields(made) if each.default is MISSING and each.default_factory is MISSING}


def _several(read_one: Read) -> Read:
    def read(place: _Place, written: Any) -> Any:
        if not isinstance(written, list | tuple):
            place.refuse("这里应是一个列表 […]。", "A list […] is expected here.")
            return ()
        return tuple(read_one(place.at(number), each) for number, each in enumerate(written))

    return read


def _perhaps(read_one: Read) -> Read:
    return lambda place, written: None if written is None else read_one(place, written)


def _number(place: _Place, written: Any) -> Decimal:
    found = _decimal(written)
    if found is None:
        place.refuse(
            f"{written!r} 不是数字。请写数字，如 12.5。", f"{written!r} is no number. Write one, such as 12.5."
        )
    return found or Decimal(0)


def _decimal(written: Any) -> Decimal | None:
    """A plain number that is finite and not beyond sense."""
    if isinstance(written, bool) or not isinstance(written, int | float | str | Decimal):
        return None
    try:
        found = Decimal(str(written).strip())
    except InvalidOperation:
        return None
    return found if found.is_finite() and abs(found) <= _LARGEST and digits_of(found) <= _MOST_DIGITS else None


_LARGEST = 10**9
_MOST_DIGITS = 9


def _whole(place: _Place, written: Any) -> int:
    if isinstance(written, bool) or not isinstance(written, int):
        place.refuse(f"{written!r} 不是整数。", f"{written!r} is no whole number.")
        return 0
    return written


def _text(place: _Place, written: Any) -> str:
    if not isinstance(written, str):
        place.refuse(f"{written!r} 不是文字。", f"{written!r} is no text.")
        return ""
    return written


def _yes_or_no(place: _Place, written: Any) -> bool:
    if not isinstance(written, bool):
        place.refuse(f"{written!r} 应为 true 或 false。", f"{written!r} should be true or false.")
    return written is True


def _day(place: _Place, written: Any) -> date:
    try:
        return date.fromisoformat(written)
    except (TypeError, ValueError):
        place.refuse(
            f"{written!r} 不是日期。请写 2026-01-01 这样的日期。", f"{written!r} is no day. Write one as 2026-01-01."
        )
        return date.min


def _both(place: _Place, written: Any) -> Text:
    """Words in both languages; one text stands for both."""
    if isinstance(written, str):
        return Text(written, written)
    if not isinstance(written, Mapping) or not isinstance(written.get("zh"), str):
        place.refuse("请写文字，或 {“zh”: …, “en”: …}。", "Write a text, or {“zh”: …, “en”: …}.")
        return Text("", "")
    return Text(written["zh"], str(written.get("en", written["zh"])))


def _word(words: type[Word], usual: Word) -> Callable[[_Place, Any], Word]:
    def read(place: _Place, written: Any) -> Word:
        for each in words:
            if each.value == written:
                return each
        known = "、".join(str(each.value) for each in words)
        place.refuse(f"不认识“{written}”。可用：{known}。", f"Unknown: “{written}”. There are: {known}.")
        return usual

    return read


def _of(**readers: Read) -> dict[str, Read]:
    return readers


# What stands in each object; a missing key of this list would be refused as unknown, which a test watches.
_READERS: dict[Any, Mapping[str, Read]] = {
    Step: _of(at_least=_number, share=_number),
    LateStep: _of(days=_whole, share=_number),
    Move: _of(to=_text, points=_number),
    Band: _of(word=_both, at_least=_number),
    Deduction: _of(at_least=_number, below=_perhaps(_number), share=_number),
    Tier: _of(code=_text, title=_both, low=_number, high=_number, usual=_perhaps(_number)),
    Rounding: _of(points=_whole, weights=_whole),
    Source: _of(kind=_word(SourceKind, SourceKind.OFFICE), number=_text, title=_text, note=_both),
    Over: _of(explain_from=_perhaps(_number), deductions=_several(_object(Deduction))),
    Execution: _of(points=_number, manner=_word(ByMoney, ByMoney.PROPORTION), steps=_several(_object(Step))),
    Group: _of(
        code=_text,
        title=_both,
        classes=_several(_text),
        points=_number,
        when_absent=_several(_object(Move)),
    ),
    Profile: _of(
        code=_text,
        title=_both,
        source=_object(Source),
        applies_from=_day,
        until=_perhaps(_day),
        place=_text,
        level=_text,
        is_chosen=_yes_or_no,
        execution=_object(Execution),
        groups=_several(_object(Group)),
        tiers=_several(_object(Tier)),
        bands=_several(_object(Band)),
        pass_line=_number,
        satisfaction=_several(_object(Step)),
        late=_several(_object(LateStep)),
        over=_object(Over),
        when_nothing=_word(WhenNothing, WhenNothing.FULL),
        several=_word(Several, Several.EACH),
        all_of=_word(AllOf, AllOf.WHOLE),
        rounding=_object(Rounding),
    ),
}
