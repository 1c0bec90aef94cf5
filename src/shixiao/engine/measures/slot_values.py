"""What stands in a slot of a wording: from words to a value and back, by the type of the measure's argument."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from shixiao.engine.targets import Kind
from shixiao.engine.targets import read as read_target
from shixiao.engine.targets.normalise import EDGES, normalise
from shixiao.engine.targets.numerals import number_of
from shixiao.engine.targets.writing import number

DURATION, WHOLE, DECIMAL, DAY, WORDS, SEVERAL = "timedelta", "int", "Decimal", "date", "str", "tuple"
TYPES = frozenset({DURATION, WHOLE, DECIMAL, DAY, WORDS, SEVERAL})
Choices = Mapping[str, Any]  # what people call a thing → what the gauge stores

_SECONDS = {
    "天": 86_400, "日": 86_400, "h": 3_600, "小时": 3_600, "个小时": 3_600, "个钟头": 3_600, "刻钟": 900,
    "分钟": 60, "分": 60, "min": 60, "秒钟": 1, "秒": 1, "s": 1,
}  # fmt: skip
_NUMBER = r"\d+(?:\.\d+)?|[零〇一二两三四五六七八九十百千点]+"
_UNIT = "|".join(sorted(_SECONDS, key=len, reverse=True))
_AMOUNT = re.compile(rf"(?P<number>{_NUMBER})?(?P<half>(?:个)?半)?(?:个(?=半))?(?P<unit>{_UNIT})(?P<more>半)?")
_DAY = re.compile(r"(\d{4})(?:年|-|\.|/)(\d{1,2})(?:月|-|\.|/)(\d{1,2})(?:日|号)?")
_DECIMAL = re.compile(r"(-?\d+(?:\.\d+)?)(万|亿)?(?:%|‰|元)?")
_TIMES = {"": 1, "万": 10_000, "亿": 100_000_000}
_BETWEEN = re.compile("[、，,;；]")
_LAST_OF_A_LIST = ("以及", "及", "和", "与")


def type_of(annotation: str) -> str:
    """The type of a slot from how its argument is annotated; words where nothing better is known."""
    plain = annotation.partition(" |")[0].partition("[")[0].rpartition(".")[2]
    return SEVERAL if plain in ("tuple", "list", "frozenset") else plain if plain in TYPES else WORDS


def read_value(words: str, type_: str, choices: Choices | None = None) -> Any:
    """The value that `words` say, None where they say none of this type or none of the choices."""
    clean = normalise(words).clean.strip(EDGES)
    if not clean:
        return None
    if type_ == SEVERAL:
        return _several(clean, choices)
    if choices is not None:
        return choice_of(clean, choices)
    return _READERS[type_](clean)


def write_value(value: Any, choices: Choices | None = None) -> str:
    """The words of a value, which `read_value` reads back. Raises ValueError for a value that has none."""
    if isinstance(value, (tuple, list)):
        return "、".join(write_value(each, choices) for each in value)
    if choices is not None:
        name = next((name for name, kept in choices.items() if kept == value), None)
        if name is not None:
            return name
    match value:
        case timedelta():
            return duration_in_words(value)
        case Decimal():
            return number(value)
        case date():
            return f"{value.year}年{value.month}月{value.day}日"
        case bool():
            raise ValueError("yes and no have no words in a slot")
        case int() | str():
            return str(value)
    raise ValueError(f"{value!r:.40} has no words in a slot")


def duration_in_words(amount: timedelta) -> str:
    """2小时30分钟; days are said in hours, as limits are."""
    seconds, rest = divmod(amount, timedelta(seconds=1))
    if rest or seconds <= 0:
        raise ValueError(f"{amount} is no time of whole seconds")
    hours, left = divmod(seconds, 3_600)
    minutes, left = divmod(left, 60)
    parts = ((hours, "小时"), (minutes, "分钟"), (left, "秒"))
    return "".join(f"{count}{unit}" for count, unit in parts if count)


def choice_of(words: str, choices: Choices) -> Any:
    """What is meant by a name: the one that is written so, or the only one that the words hold, or the only one that holds them.

    Of 参事调研 and 调研, which both stand in 参事调研3次, the longer is meant.
    """
    names = {normalise(name).clean: value for name, value in choices.items()}
    if words in names:
        return names[words]
    held = [name for name in names if len(name) > 1 and name in words]
    near = [name for name in held if not any(name != other and name in other for other in held)]
    near = near or [name for name in names if len(words) > 1 and words in name]
    return names[near[0]] if len(near) == 1 else None


def split_list(words: str) -> tuple[str, ...]:
    """社会发展、民生保障和教科文卫 as three; a list without 、 is one."""
    parts = [part.strip(EDGES) for part in _BETWEEN.split(words)]
    if len(parts) > 1:
        for joining in _LAST_OF_A_LIST:
            first, found, second = parts[-1].partition(joining)
            if found and first and second:
                parts[-1:] = [first, second]
                break
    return tuple(part for part in parts if part)


def _several(words: str, choices: Choices | None) -> tuple[Any, ...] | None:
    parts = split_list(words)
    if choices is None:
        return parts or None
    found = tuple(choice_of(part, choices) for part in parts)
    return None if not found or None in found else found


def _duration(words: str) -> timedelta | None:
    """Around the clock: 2小时, 两个半小时, 1小时30分; working days are no time of the clock."""
    seconds, place = Decimal(0), 0
    while place < len(words):
        match = _AMOUNT.match(words, place)
        if match is None or not (match["number"] or match["half"]):
            return None
        count = _count(match["number"]) if match["number"] else Decimal(0)
        if count is None:
            return None
        halves = bool(match["half"]) + bool(match["more"])
        seconds += (count + Decimal(halves) / 2) * _SECONDS[match["unit"]]
        place = match.end()
    return timedelta(seconds=int(seconds)) if seconds == int(seconds) and 0 < seconds <= 10**9 else None


def _count(words: str) -> Decimal | None:
    digits = words if words[0].isdigit() else number_of(words)
    return None if digits is None else Decimal(digits)


def _whole(words: str) -> int | None:
    """50, 五十, 50次以上: the number alone, whatever bound and counter stand around it."""
    digits = words.replace(",", "").replace("，", "")
    if digits.isascii() and digits.isdigit() and len(digits) <= 15:
        return int(digits)
    spoken = number_of(words)
    if spoken is not None and spoken.isdigit():
        return int(spoken)
    found = read_target(words)
    if found.kind is not Kind.NUMERIC or found.value is None or found.unit == "%":
        return None
    value = found.value * _TIMES.get((found.unit or "")[:1], 1)
    return int(value) if value == int(value) else None


def _decimal(words: str) -> Decimal | None:
    """A share in its own unit (95% is 95), an amount in yuan; 1.5万 is 15000."""
    spoken = number_of(words)
    if spoken is not None:
        return Decimal(spoken)
    formal = normalise(words).formal.lstrip("≥≤<>=")
    for ending in ("及以上", "及以下", "以上", "以下", "以内", "之内"):
        formal = formal.removesuffix(ending)
    match = _DECIMAL.fullmatch(formal)
    return Decimal(match[1]) * _TIMES[match[2] or ""] if match else None


def _day(words: str) -> date | None:
    match = _DAY.fullmatch(words.removesuffix("前").removesuffix("之"))
    try:
        return date(*map(int, match.groups())) if match else None
    except ValueError:
        return None


def _words(words: str) -> str | None:
    return words


_READERS: Mapping[str, Callable[[str], Any]] = {
    DURATION: _duration,
    WHOLE: _whole,
    DECIMAL: _decimal,
    DAY: _day,
    WORDS: _words,
}


def is_empty(value: Any) -> bool:
    """Nothing stands in the slot."""
    if isinstance(value, str):
        return not value.strip()
    return value is None or (isinstance(value, Sequence) and not value)
