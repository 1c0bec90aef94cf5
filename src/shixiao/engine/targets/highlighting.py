"""Which characters of a published wording a reading was read from, for highlighting."""

from __future__ import annotations

import re
from functools import cache
from typing import NamedTuple

from shixiao.engine.targets.normalise import operator_words
from shixiao.engine.targets.reading import Kind, Reading, Source
from shixiao.engine.targets.units import PER, unit_at


class Span(NamedTuple):
    """Characters `start:end` of the wording play `role`: operator, number, unit, per, date or condition."""

    role: str
    start: int
    end: int


@cache
def _tokens() -> re.Pattern[str]:
    operators = "|".join(sorted(map(re.escape, operator_words()), key=len, reverse=True))
    per = "|".join(sorted(PER, key=len, reverse=True))
    return re.compile(
        rf"(?P<date>(?:\d{{4}}年)?\d{{1,2}}月(?:\d{{1,2}}[日号]|底|末)?(?:之?前|以前)?|\d{{4}}年(?:底|末|度)?(?:前|内)?|年[底末终](?:之?前)?|年内)"
        rf"|(?P<per>每(?:隔)?(?:{per})|/每?(?:{per})|全年)"
        rf"|(?P<operator>{operators}|[≥≤<>=＞＜＝≧≦]+|(?:及|（含）)?以[上下内]|之内|内)"
        r"|(?P<number>[±+\-]?[\d０-９][\d０-９,]*(?:\.\d+)?(?:[-~～至—][\d０-９]+(?:\.\d+)?)?|百分之[零一二三四五六七八九十百点]+|[一二两三四五六七八九十百千]+(?=[^\d]))"
    )


def spans(wording: str, reading: Reading) -> tuple[Span, ...]:
    """The read parts of `wording`, in order and without overlap; () for what was judged as a whole or not read."""
    if not any(r.value is not None or r.date for r in (reading, *reading.parts)):
        return _budget(wording, reading)
    found: list[Span] = []
    position = 0
    for match in _tokens().finditer(wording):
        if match.start() < position or not _belongs(match, wording, found):
            continue
        found.append(Span(match.lastgroup or "number", *match.span()))
        position = match.end()
        unit = unit_at(wording[position : position + 12]) if match.lastgroup == "number" else ""
        unit = unit or (
            wording[position]
            if match.lastgroup == "number" and wording[position : position + 1] in ("％", "﹪")
            else ""
        )
        if unit:
            found.append(Span("unit", position, position + len(unit)))
            position += len(unit)
    return tuple(found)


def _belongs(match: re.Match[str], wording: str, found: list[Span]) -> bool:
    if match.lastgroup == "number" and not match.group()[-1].isdigit() and not match.group().startswith("百分之"):
        return bool(unit_at(wording[match.end() : match.end() + 6]))  # 三次, but not 三农
    if match.group() in ("内", "之内"):
        return bool(found) and found[-1].end == match.start()
    return True


def _budget(wording: str, reading: Reading) -> tuple[Span, ...]:
    if reading.kind is not Kind.BUDGET_BOUND or reading.source is Source.NAME:
        return ()
    match = _tokens().match(wording)
    if match and match.end() < len(wording) and match.lastgroup == "operator":
        return (Span("operator", *match.span()), Span("number", match.end(), len(wording)))
    return (Span("number", 0, len(wording)),)
