"""The labels of the two values of an indicator: 实施周期指标值 and 年度指标值, in all their spellings."""

from __future__ import annotations

import re
from functools import cache
from typing import NamedTuple

CYCLE = "cycle"
ANNUAL = "annual"
COLONS = ":：﹕︰∶=＝"

_BEFORE = " \t\n\u3000\xa0；;。，,"


class Label(NamedTuple):
    """Which value follows, and where the label begins and ends (after its colon)."""

    kind: str
    start: int
    end: int
    has_colon: bool = True


def labels(text: str, start: int, end: int) -> list[Label]:
    """The labels between two places of a cell, in order."""
    return [
        Label(CYCLE if match[1] else ANNUAL, match.start(), match.end(), has_colon=bool(match[4]))
        for match in pattern().finditer(text, start, end)
        if _is_label(text, match, start)
    ]


def split_before(text: str, start: int, end: int) -> int:
    """Where the indicator begins whose first label stands at `end`, if the value before it began at `start`.

    Only heads without a class come here: `…；年度指标值:是。2、name；实施周期指标值:…`. -1 if nothing divides them.
    """
    numbers = list(_numbers().finditer(text, start, end))
    if numbers:
        return numbers[-1].start(1)
    stop = text.rfind("。", start, end)
    return stop + 1 if stop >= 0 and text[stop + 1 : end].strip(_BEFORE) else -1


def _is_label(text: str, match: re.Match[str], start: int) -> bool:
    """指标值 with a colon is a label anywhere; without one, or 指标 alone, only where a field can begin."""
    if match[3] and match[4]:
        return True
    begins_field = match.start() == start or text[match.start() - 1] in _BEFORE
    return begins_field and bool(match[3] or match[4])


@cache
def pattern() -> re.Pattern[str]:
    """Any spelling of a label. Groups: cycle, annual, 值, colon."""
    return re.compile(
        "(?:(实施周期|實施[週周]期|[周週]期|中长期|中期|总体|總體)|((?:\\d{4}年|[当當本全]年|年)度?))"
        f"(?:绩效|績效)?[指目][标標](值?)[ \t\n]{{0,4}}([{COLONS}]?)"
    )


@cache
def _numbers() -> re.Pattern[str]:
    return re.compile(r"[。；;\n][ \t\n]{0,9}(?=\d)((?:\d{1,3}))[ \t]{0,9}[、.．]")
