"""The head of an indicator: its number and its two categories, `2、1-产出指标；11-数量指标；`."""

from __future__ import annotations

import re
from functools import cache
from typing import NamedTuple

_DASH = "[-－—–‐]"
_GAP = "[ \t\n\u3000\xa0]{0,4}"
_STOP = "[；;。]"
_WORD = "[^\\d；;。]"
_LEVEL1 = f"{_WORD}{{0,10}}?(?:指标|指標|效益|满意度|滿意度|成本)"
_LEVEL2 = f"[1-9]\\d{_GAP}{_DASH}{_WORD}{{1,16}}?"
_SURE = ("指标", "指標", "效益", "满意", "滿意", "成本", "影响", "影響")

# Classes by name, for tables that print no codes. 成本指标 under the outputs is the older form's 14.
_CLASSES = (
    ("数量", "11"), ("质量", "12"), ("时效", "13"), ("社会成本", "42"), ("生态环境成本", "43"), ("经济成本", "41"),
    ("经济效益", "21"), ("社会效益", "22"), ("生态效益", "23"), ("环境效益", "23"), ("可持续影响", "24"), ("满意度", "31"),
    ("成本", "14"),
)  # fmt: skip
_BEFORE = " \t\n\u3000\xa0；;。，,"


class Head(NamedTuple):
    """Where a head begins and ends, and what it says; `number` is None and a level "" where it is missing.

    `notes` are the codes of what was mended in it.
    """

    start: int
    end: int
    number: int | None
    level1: str
    level2: str
    notes: tuple[str, ...] = ()

    @property
    def code(self) -> str:
        """The two-digit class: as printed, else by the name of the second level; "" if neither is known."""
        if self.level2[:2].isdigit():
            return self.level2[:2]
        code = next((code for word, code in _CLASSES if word in self.level2), "")
        return "41" if code == "14" and "成本" in self.level1 else code


def heads(text: str) -> list[Head]:
    """All heads with a printed class, in order."""
    found: list[Head] = []
    for match in pattern().finditer(text):
        head = _head(text, match, 1 + (found[-1].number or len(found)) if found else 1)
        if head:
            found.append(head)
    return found


def plain_heads(text: str) -> list[Head]:
    """All heads that name their categories without codes: `1、产出指标；数量指标；`."""
    return [
        Head(match.start(), match.end(), int(match[1]) if match[1] else None, match[2].strip(), match[3].strip())
        for match in plain_pattern().finditer(text)
    ]


def _head(text: str, match: re.Match[str], due: int) -> Head | None:
    digits, level1, gap1, level2, bare1, gap2, level2_of_bare, bare2, stop = match.groups()
    mended: tuple[str, ...] = ()
    if "。" in (gap1, gap2, stop):
        mended = ("full_stop_for_semicolon",)
    if "" in (gap1, gap2):
        mended = (*mended, "missing_separator")
    if level1 is not None:
        start, number = _number(text, match, due)
        return Head(start, match.end(), number, level1, level2, mended)
    if bare1 is not None:
        return Head(match.end(1) - 1, match.end(), None, digits[-1] + bare1, level2_of_bare, mended)
    if not any(word in (level2 or bare2) for word in _SURE):
        return None
    mended = (*mended, "missing_category")
    if level2 is not None:
        start, number = _number(text, match, due)
        return Head(start, match.end(), number, "", level2, mended)
    return Head(match.end(1) - 2, match.end(), None, "", digits[-2:] + bare2, mended) if len(digits) > 1 else None


def _number(text: str, match: re.Match[str], due: int) -> tuple[int, int]:
    """Where the number begins, and the number. Digits that run on from a value (`95` + `2、`) are told by what is due."""
    start, end = match.span(1)
    number = int(match[1])
    if start == 0 or text[start - 1] in _BEFORE:
        return start, number
    first = start
    while first > 0 and end - first < 12 and text[first - 1].isdigit():
        first -= 1
    run, expected = text[first:end], str(due)
    is_glued = run != expected and run.endswith(expected) and (first == 0 or text[first - 1] not in _BEFORE)
    return (end - len(expected), due) if is_glued else (start, number)


@cache
def pattern() -> re.Pattern[str]:
    """A head with codes. It begins with a digit whatever is missing, so a search skips from digit to digit."""
    return re.compile(
        f"(\\d{{1,3}})(?:"
        f"{_GAP}[、.．,，)）]{_GAP}(?:([1-9]{_GAP}{_DASH}{_LEVEL1}){_GAP}({_STOP}?){_GAP})?({_LEVEL2})"
        f"|({_GAP}{_DASH}{_LEVEL1}){_GAP}({_STOP}?){_GAP}({_LEVEL2})"
        f"|({_GAP}{_DASH}{_WORD}{{1,16}}?)"
        f"){_GAP}({_STOP})"
    )


@cache
def plain_pattern() -> re.Pattern[str]:
    """A head without codes; the first level must be one of the official names."""
    return re.compile(
        f"(?:(\\d{{1,3}}){_GAP}[、.．,，)）]{_GAP})?((?:预期)?(?:产出|效益|效果|满意度|成本)指标)"
        f"{_GAP}[；;。/—-]{_GAP}({_WORD}{{2,16}}?){_GAP}{_STOP}"
    )
