"""What a name adds to its value: a target that hides there, a unit in brackets, a list that one value covers.

苗木成活率≥85% with an empty value; 总成本小于预算 with 是; 培训人数（人） with 120; 合格率和合规率 with 100%.
"""

from __future__ import annotations

import re
from decimal import Decimal
from functools import cache

from shixiao.engine.targets import clauses
from shixiao.engine.targets.names import TIMELINESS, Hints
from shixiao.engine.targets.normalise import normalise
from shixiao.engine.targets.quantities import GLYPHS, numeric
from shixiao.engine.targets.reading import Kind, Reading, Sense, Source
from shixiao.engine.targets.units import TIME_UNITS, UNITS, unit_at
from shixiao.engine.targets.writing import number


def _unnumbered(name: str) -> str:
    """A name without 指标1： in front."""
    return re.sub(r"^[★▲*\s]*指标\s*\d+\s*[：:、.]\s*", "", name) if "指标" in name[:6] else name


_FROM_NAME = frozenset((Kind.NUMERIC, Kind.RANGE, Kind.BUDGET_BOUND, Kind.COMPOUND, Kind.DEADLINE))


def from_name(reading: Reading, name: str, hint: Hints) -> Reading:
    """`reading` of a value that only says yes or nothing, replaced by the target its name holds, if it holds one."""
    if reading.kind is Kind.BOOLEAN and reading.text == "否" or reading.unsure == ("outside-reference",):
        return reading
    inside = normalise(_unnumbered(name))
    is_empty = reading.kind is Kind.UNPARSEABLE
    if clauses.has_predicate(inside, is_empty=is_empty):
        found = clauses.read_clauses(inside, hint)
        if found.kind in _FROM_NAME:
            doubts = found.unsure or (("number-in-name",) if is_empty and found.op == "=" else ())
            return found._replace(source=Source.NAME, repairs=inside.repairs, unsure=doubts)
    return reading if is_empty else _yes_to_each(reading, name)


@cache
def _two_statements() -> re.Pattern[str]:
    return re.compile(
        r"(?:.*?是否)?(?P<first>[^，,；;]{4,}?)(?:[，,；;]|并且?(?=及时|按|做好|完成))(?P<second>[^，,；;、]{4,})"
    )


def _yes_to_each(reading: Reading, name: str) -> Reading:
    """是 under a name that states two things is a yes to both."""
    if not ("，" in name or "," in name or "是否" in name and "并" in name) or "（" in name:
        return reading
    match = _two_statements().fullmatch(name.strip("。；;"))
    if not match or not any(verb in match.group() for verb in ("完成", "是否", "做好", "通过", "落实")):
        return reading
    yes = reading._replace(source=Source.NAME)
    parts = tuple(yes._replace(words=words) for words in match.groups())
    return Reading(Kind.COMPOUND, parts=parts, text=reading.text, source=Source.NAME)


@cache
def _in_brackets() -> re.Pattern[str]:
    return re.compile(r"[（(]\s*(?P<op>[≥≤<>=]=?)?\s*(?:[*×xX_]+)?\s*(?P<unit>[^（()）*×\s\d]{0,8})\s*[)）]")


def unit_from_name(reading: Reading, name: str, hint: Hints) -> Reading:
    """A bare number takes the unit, and where it has no operator the operator, that its name gives in brackets."""
    has_brackets = "(" in name or "（" in name
    found = _in_brackets().finditer(normalise(name).clean) if has_brackets else ()
    match = next((m for m in found if _is_unit(m.group("unit"))), None)
    unit = match.group("unit") if match else ""
    unit = "个月" if unit == "月" else unit
    if unit in TIME_UNITS and reading.value is not None and hint.completes and hint.code == TIMELINESS:
        whole = normalise(f"{reading.value}{unit}")
        return clauses.read_clauses(whole, hint)._replace(repairs=("unit-from-name",))
    if match and reading.value is not None:
        glyph = GLYPHS[reading.op or "="]
        template = match.group("op")
        if glyph == "=" and template:
            glyph = {">=": "≥", "<=": "≤"}.get(template, template)
        doubts = ("number-in-name",) if template or "*" in match.group() else ()
        return numeric(glyph, reading.value, unit, reading.per, hint, unsure=doubts)._replace(
            repairs=("unit-from-name",),
        )
    if reading.value is not None and (beside := _unit_beside(reading.value, name)):
        return numeric(GLYPHS[reading.op or "="], reading.value, beside, reading.per, hint)._replace(
            unsure=("number-in-name",), repairs=("unit-from-name",)
        )
    if reading.value is not None and reading.op == "=" and name.split("（", maxsplit=1)[0].endswith("个数"):
        return reading._replace(unit="个", repairs=("unit-from-name",))
    if hint.is_rate and reading.unit is None and reading.value is not None and 1 < reading.value <= 100:
        return reading._replace(unit="%")
    return reading


def _unit_beside(value: Decimal, name: str) -> str:
    """The unit behind the same number in the name (38.75万元, 变压器3台), "" when it does not stand there."""
    digits = number(value)
    if digits not in name:
        return ""
    found = re.search(rf"(?<![\d.]){re.escape(digits)}(?![\d.])", name)
    return unit_at(name[found.end() :]) if found else ""


def _is_unit(words: str) -> bool:
    return words in UNITS or words == "月" or "/" in words and words.split("/", maxsplit=1)[0] in UNITS


@cache
def _rates() -> re.Pattern[str]:
    return re.compile(
        r"(?P<first>[^，、；]*?(?P<one>[^，、；的]{1,4}率))(?:和|及|与|、|以及)(?P<two>[^，、；率]{1,6}率)$"
    )


@cache
def _topics() -> re.Pattern[str]:
    return re.compile(r"(?:涉及|包括|包含|涵盖|关于)(?P<list>[^，。；]+(?:、[^，。；]+)+)$")


def for_each_named(reading: Reading, name: str, value: str) -> Reading:
    """One value that covers several things of the name (合格率和合规率, 各不少于1篇) as a compound of them."""
    bare = name.strip("。；; ")
    if reading.unit == "%" and bare.endswith("率") and bare.count("率") == 2:
        rates = _rates().search(bare)
        if rates and rates.group("one") != rates.group("two"):
            return _spread(reading, (_short(rates.group("one")), rates.group("two")), value)
    if "各" in value:
        topics = _topics().search(bare)
        if topics:
            return _spread(reading, tuple(topics.group("list").split("、")), value)
    return reading


def _short(words: str) -> str:
    return words[-3:] if len(words) > 3 else words


def _spread(reading: Reading, conditions: tuple[str, ...], value: str) -> Reading:
    parts = tuple(reading._replace(words=value, condition=condition) for condition in conditions)
    return Reading(Kind.COMPOUND, sense=Sense.AT_LEAST, parts=parts, text=value, unsure=reading.unsure)
