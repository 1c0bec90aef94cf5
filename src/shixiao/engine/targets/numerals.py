"""Chinese numerals inside wordings: 百分之九十五 → 95%, 三次 → 3次, 十五天 → 15天.

Only a numeral that stands before a counter or after 百分之 is a number; 一般, 统一, 第三方 and 一站式 stay words.
"""

from __future__ import annotations

import re
from functools import cache

from shixiao.engine.targets.units import is_unit_start

_DIGITS = {c: i for i, c in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2, "壹": 1, "贰": 2, "叁": 3}
_PLACES = {"十": 10, "百": 100, "千": 1000}
_CHARACTERS = "零〇一二两三四五六七八九十百千"
CHINESE_NUMERALS = frozenset("一二两三四五六七八九十百千半零〇")

# Words in which the characters before a numeral make it part of a name, not a count.
_NOT_AFTER = frozenset("第统唯专同单逐万划之其合归")


# 国家一级馆, 三等奖: a rank, not a count. 一次性通过, 二期工程, 六安市: parts of a word or a name.
_NOT_COUNTED = ("级", "分点", "分比", "分之", "等", "次性", "期工程", "期项目", "期建设", "安", "号", "方")


@cache
def _pattern() -> re.Pattern[str]:
    return re.compile(f"百分之([{_CHARACTERS}点\\d.]+)|千分之([{_CHARACTERS}\\d.]+)|([{_CHARACTERS}]+)(万|亿)?(余|多)?")


_NUMERAL = frozenset(_CHARACTERS + "点")


def number_of(words: str) -> str | None:
    """The digits of a Chinese numeral ("九十五点五" → "95.5"), None when it is not one."""
    if not _NUMERAL.issuperset(words):
        return None
    whole, point, fraction = words.partition("点")
    if point:
        tail = "".join(str(_DIGITS[c]) for c in fraction if c in _DIGITS)
        return f"{_whole(whole)}.{tail}" if tail else None
    return str(_whole(whole))


def _whole(words: str) -> int:
    if len(words) > 1 and not any(c in _PLACES for c in words):  # 二〇二六, read digit by digit
        return int("".join(str(_DIGITS[c]) for c in words))
    total, digit = 0, 0
    for c in words:
        if c in _PLACES:
            total, digit = total + (digit or 1) * _PLACES[c], 0
        else:
            digit = _DIGITS[c]
    return total + digit


def to_digits(text: str) -> str:
    """`text` with every counting Chinese numeral in digits; unchanged when there is none."""

    def replace(match: re.Match[str]) -> str:
        percent, permille, count, myriad, more = match.groups()
        if percent or permille:
            return _share(percent or permille, "%" if percent else "‰", match.group())
        if not _counts(text, match):
            return match.group()
        number = number_of(count)
        return match.group() if number is None else number + (myriad or "") + (more or "")

    return _pattern().sub(replace, text)


def _share(words: str, sign: str, unchanged: str) -> str:
    if words[0].isdigit():
        return words + sign
    number = number_of(words.strip("点"))
    return unchanged if number is None else number + sign


def _counts(text: str, match: re.Match[str]) -> bool:
    if match.start() and text[match.start() - 1] in _NOT_AFTER:
        return False
    if match.start() and text[match.start() - 1] == "/":  # 批次/千人: part of the unit
        return False
    after = text[match.end() : match.end() + 4]
    if after.startswith("月"):  # 十二月底
        return True
    if after.startswith(_NOT_COUNTED):
        return False
    if match.group(4):
        return is_unit_start(match.group(4) + after) or not after
    if match.group(3) == "一" and after.startswith(
        ("定", "般", "样", "体", "致", "直", "些", "站", "流", "线", "带", "网", "批", "系")
    ):
        return after.startswith("批次")
    return is_unit_start(after)
