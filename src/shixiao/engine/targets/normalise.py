"""One spelling for everything that published tables write in many: glyphs, entities, widths, operator words.

Two results of a wording are kept: `clean`, which a person would still recognise (used for qualitative texts),
and `formal`, in which operator words have become ≥ ≤ > < and Chinese counts have become digits.
"""

from __future__ import annotations

import re
from functools import cache
from typing import NamedTuple

from shixiao.engine.targets.numerals import CHINESE_NUMERALS, to_digits

LONGEST = 2_000  # characters of a wording that are read; the whole of it is kept as published


class Normal(NamedTuple):
    """A wording in the house's spelling, with the codes of what was repaired to get there."""

    clean: str
    formal: str
    repairs: tuple[str, ...]


_FULL_WIDTH = (
    {0xFF10 + i: 0x30 + i for i in range(10)}
    | {c: c - 0xFEE0 for c in range(0xFF21, 0xFF3B)}
    | {c: c - 0xFEE0 for c in range(0xFF41, 0xFF5B)}
)
_GLYPHS = (
    _FULL_WIDTH
    | {
        ord(wrong): right
        for wrong, right in zip(
            "％﹪٪＞﹥＜﹤＝═﹦≧≦⩾⩽≮≯～〜∼﹣－–—―−‒．＋＊／（）｛［］｝【】；：，！？",
            "%%%>><<===≥≤≥≤≥≤~~~-------.+*/()([])[]；：，！？",
            strict=True,
        )
    }
    | {ord(c): None for c in "\u200b\u200c\u200d\ufeff\u2060\u00ad"}
)
_ASCII_PUNCTUATION = str.maketrans(";:,!?", "；：，！？")

# Longest first where one begins with another; matched at the leftmost place, so 不低于 wins over 低于.
_OPERATORS = {
    "≥": (
        ">= => ≥= 大于或等于 大于等于 高于或等于 高于等于 超过或等于 超过等于 多于或等于 多于等于 "
        "不得低于 不得少于 不得小于 不应低于 不应少于 "
        "不低于 不少于 不小于 不短于 不下于 不少於 不低於 未低于 未少于 不能低于 不能少于 至少达到 至少 最少 "
        "最低 大等于 不低 大于/等于 大于="
    ),
    "≤": (
        "<= =< ≤= 小于或等于 小于等于 低于或等于 低于等于 少于或等于 少于等于 短于等于 不得超过 不得高于 "
        "不得多于 不得大于 不应超过 不应高于 "
        "不超过 不高于 不大于 不多于 不长于 不超出 不突破 不迟于 不晚于 未超过 未超出 未高于 未突破 不能超过 "
        "控制在 至多 最多 最高不超过 最高 最长 不超 未超 小等于 小于="
    ),
    ">": "大于 高于 超过 多于 超出 优于 长于 突破",
    "<": "小于 低于 少于 短于 不足 不满 不到 未满 未达到 未达",
    "=": "等于 ==",
}  # fmt: skip
_GLYPH_OF = {word: glyph for glyph, words in _OPERATORS.items() for word in words.split()}


def operator_words() -> tuple[str, ...]:
    """Every spelling of an operator."""
    return tuple(_GLYPH_OF)


# Words by a character they hold, so that a wording is searched only for the few words it can contain; longest first
# in each group, so that 不低于 is replaced before 低于. Plain replacements: compiling a pattern of eighty words would
# cost more than reading a whole table with them.
_MARKS = "于超至最控满足到达突低出少="


def _by_mark() -> tuple[tuple[str, tuple[tuple[str, str], ...]], ...]:
    left = sorted(_GLYPH_OF.items(), key=lambda pair: -len(pair[0]))
    groups = []
    for mark in _MARKS:
        groups.append((mark, tuple(pair for pair in left if mark in pair[0])))
        left = [pair for pair in left if mark not in pair[0]]
    return tuple(groups)


_OPERATORS_BY_MARK = _by_mark()
_MARK_SET = frozenset(_MARKS)


_TAG = re.compile(r"<[/!]?[a-zA-Z][^<>]*>")
_THOUSANDS = re.compile(r"(?<!\d)(?<!\d\.)(\d{1,3}(?:[,，]\d{3})+)(?![\d])")
_DASHES = re.compile("--+")
# Marks that say nothing at the ends of a wording or of a clause.
EDGES = "。；;，,、.· \t\n\"“”'：:"


def normalise(wording: str) -> Normal:
    """`wording` in the house's spelling; never fails, whatever the characters."""
    repairs: list[str] = []
    text = wording if len(wording) <= LONGEST else wording[:LONGEST]
    if not text.isprintable():
        text = "".join(c for c in text if c.isprintable() or c.isspace())
    if "&" in text:
        text = _without_entities(text, repairs)
    if "<" in text and _TAG.search(text):
        text = _TAG.sub(" ", text)
        repairs.append("html-tag")
    if not text.isascii():
        text = _glyphs(text, repairs)
    text = _spaces(text)
    while "<" in text and _TAG.search(text):  # a tag that was broken by white space
        text = _TAG.sub("", text)
    if "," in text or "，" in text:
        text = _separators(text, repairs)
    if ";" in text or ":" in text or "?" in text:
        text = text.translate(_ASCII_PUNCTUATION)
    if "--" in text:
        text = _DASHES.sub("-", text)
    clean = text.strip(EDGES) or text.strip()
    return Normal(clean, _formal(clean), tuple(repairs))


def _without_entities(text: str, repairs: list[str]) -> str:
    from html import unescape  # its table of 2,231 names is loaded only where an entity stands

    undone = text
    for _ in range(3):  # tables exported twice hold &amp;lt;
        again = unescape(undone)
        if again == undone:
            break
        undone = again
    if undone != text:
        repairs.append("html-entity")
    return undone


def _glyphs(text: str, repairs: list[str]) -> str:
    changed = text.translate(_GLYPHS)
    if ("》" in changed and "《" not in changed) or ("〉" in changed and "〈" not in changed):
        changed = changed.replace("〉=", "≥").replace("》=", "≥").replace("〉", ">").replace("》", "≥")
        repairs.append("bracket-for-operator")
    if ("《" in changed and "》" not in changed) or ("〈" in changed and "〉" not in changed):
        changed = changed.replace("〈=", "≤").replace("《=", "≤").replace("〈", "<").replace("《", "≤")
        repairs.append("bracket-for-operator")
    return changed


def _spaces(text: str) -> str:
    if "\n" in text or "\r" in text:
        text = _lines().sub("；", text.strip())
    if text.isalnum():
        return text
    pieces = text.split()
    joined = "".join(pieces)
    return "，".join(pieces) if _are_scores(pieces) else joined


def _are_scores(pieces: list[str]) -> bool:
    """85 80 70 is three numbers; 1 000 000 is one, with spaces for separators."""
    if len(pieces) < 2 or not all(piece.isdigit() for piece in pieces):
        return False
    return not (len(pieces[0]) <= 3 and all(len(piece) == 3 for piece in pieces[1:]))


@cache
def _lines() -> re.Pattern[str]:
    """A line break separates conditions only after a line that ends in a number, a unit or a full stop."""
    return re.compile(r"(?<=[\d%。；份次个])\s*[\r\n]+\s*(?=[^\s%])")


def _separators(text: str, repairs: list[str]) -> str:
    def join(match: re.Match[str]) -> str:
        return match.group().replace(",", "").replace("，", "")

    joined = _THOUSANDS.sub(join, text)
    if joined != text:
        repairs.append("thousands-separator")
    return joined.replace(",", "，")


def _formal(clean: str) -> str:
    formal = clean.replace("百分比", "%") if "百分比" in clean else clean
    if not _MARK_SET.isdisjoint(formal):
        for mark, words in _OPERATORS_BY_MARK:
            if mark in formal:
                for word, glyph in words:
                    formal = formal.replace(word, glyph)
    if not CHINESE_NUMERALS.isdisjoint(formal) or "百分之" in formal:
        formal = to_digits(formal)
    return formal
