"""Quantities inside a formal wording: operator, number or range, unit, denominator."""

from __future__ import annotations

import re
from decimal import Decimal
from functools import cache
from typing import NamedTuple

from shixiao.engine.targets.dates import Dated
from shixiao.engine.targets.units import MONEY, PER, UNITS, denominator, unit_at


class Quantity(NamedTuple):
    """A quantity at `start:end` of a text; numbers as written. `unsure` holds codes of doubts."""

    start: int
    end: int
    glyph: str
    low: str
    high: str | None
    unit: str | None
    per: str | None
    unsure: tuple[str, ...]


@cache
def _number() -> re.Pattern[str]:
    unit = r"(?P<mid>[^\d\s，；。、：≥≤<>=~\-至到()±+]{1,4})?"
    return re.compile(
        r"(?P<glyph>[≥≤<>=]{0,2})(?P<filler>(?<!节)约|近|将近|大约|达到|达|为|在|到)?(?P<low>±|\+/-|[+\-](?=\d))?(?P<digits>\d+(?:\.\d+)?)"
        rf"(?:{unit}(?:-|~|至|到)(?P<sign>[+\-])?(?P<high>\d+(?:\.\d+)?))?(?P<more>余|多|\+)?"
    )


# Marks of digits that belong to a name, each with its pattern, compiled only where the mark stands.
_NAMES = {
    "第": r"第\d+(?!季)",
    "号": r"[〔\[(]\d{4}[〕\])]\d+号|\d+号(?=文|令)",
    "级": r"\d+级(?=以上|及|等|响应|保护|地震)",
    "×": r"\d+[×xX*]\d+(?:小时)?",
    "*": r"\d+[×xX*]\d+(?:小时)?",
    "分之": r"(?<![\d.])\d+分之\d+",
    "“": r"“\d+[^”]{0,6}”",
    ":": r"\d{1,2}[:：]\d{2}",
    "：": r"\d{1,2}[:：]\d{2}",
    "24小时": r"24小时(?!内|以|之|[，；。、]|$)",
    "12345": r"12345(?=热线|平台|政务|工单|投诉|市民|诉求|服务|便民|承办|转办)",
    "123": r"12(?:315|348|333|309|355)(?=热线|平台|投诉|服务)",
    "1": r"1(?:10|19|20)(?=接|警|指挥|报警|出警|联动|急救|电话)",
}
_EMERGENCY = ("110", "119", "120")


def _names_with_digits(text: str) -> list[tuple[int, int]]:
    """Digits that belong to a name: PM2.5, 12345 hotlines, GB/T 9704-2012, 〔2022〕3号, 第2轮, 7×24小时, 3A."""
    spans: list[tuple[int, int]] = []
    for mark, pattern in _NAMES.items():
        if mark in text and (mark != "1" or any(number in text for number in _EMERGENCY)):
            spans += [match.span() for match in re.finditer(pattern, text)]
    if any(c.isascii() and c.isalpha() for c in text):
        spans += [match.span() for match in _latin_names().finditer(text)]
    return spans


@cache
def _latin_names() -> re.Pattern[str]:
    return re.compile(
        r"[A-Za-z]{1,6}/?[A-Za-z]?\d+(?:[.\-]\d+)*|\d+[GgKkAaDd](?![A-Za-z\d每])(?=\w)|\d+[xX]\d+(?:小时)?"
    )


@cache
def _per() -> re.Pattern[str]:
    words = "|".join(sorted(PER, key=len, reverse=True))
    return re.compile(rf"每(?:隔)?(?P<count>\d+)?(?P<word>{words})(?!度以)")


@cache
def _leading_period() -> re.Pattern[str]:
    return re.compile(
        r"(?<![\d.第年月])(?P<count>\d{1,2}|半)(?P<word>个?季度|个?月|周|星期|年|天|日)(?=\d+(?:次|期|场|回|轮|遍)(?!日|号))"
        r"|(?<![\d.第年月])(?P<one>1|半)(?P<each>个?季度|个月|年)(?=[^\d，；。、≥≤<>内以前后]{2,10}\d+(?:次|期|场|回|轮|遍)(?!日|号))"
    )


_TIMES = frozenset("次期场回轮遍")
LONGEST_NUMBER = 18  # digits; longer runs are numbers of documents or accounts, not of targets


@cache
def _of_many() -> re.Pattern[str]:
    return re.compile(r"/\d+[万亿千百]?[^\d，；。、≥≤<>=()以之内]{0,4}")


@cache
def _gap() -> re.Pattern[str]:
    return re.compile(r"每隔?(\d+)[-~至到](\d+)(小时|分钟|天|日|周|个月|个工作日).*?(?:1次|$)")


@cache
def _included() -> re.Pattern[str]:
    return re.compile(
        r"\((?:含|包含|包括)[^()]{0,8}\)|（含[^（）]{0,8}）|含本数|[(（]?(?:\d{1,3}分制|(?:总分|满分)为?\d{1,3}分?)[)）]?"
    )


@cache
def _suffixes() -> re.Pattern[str]:
    return re.compile(
        r"(?:及|或|\(含\))?(?:以上|之上)|(?:及|或)?(?:以下|之下)|以内|之内|范围内|内(?!容|部|外|涝|审)|左右|上下"
    )


@cache
def _suffix_end() -> re.Pattern[str]:
    return re.compile(r"(以上|以下|以内|之内|左右)$")


_STOP = frozenset("，；。、（(：")


def without_inclusions(text: str) -> str:
    """`text` without (含95%), which repeats the bound, and without (5分制), which only says what the bound is of."""
    return _included().sub("", text) if "含" in text or "分" in text and ("制" in text or "满分" in text) else text


def find_quantities(text: str, dates: list[Dated]) -> list[Quantity]:
    """Every quantity in `text`, in order, outside dates and outside names that hold digits."""
    taken = [(d.start, d.end) for d in dates] + _names_with_digits(text)
    found: list[Quantity] = []
    gap = _gap().search(text) if "每" in text and ("-" in text or "~" in text or "至" in text or "到" in text) else None
    if gap:
        found.append(Quantity(gap.start(), gap.end(), "", gap.group(1), gap.group(2), gap.group(3), None, ()))
        taken.append(gap.span())
    pers = _periods(text, taken)
    taken += [(start, end) for start, end, _ in pers]
    for match in _number().finditer(text):
        if found and match.start("digits") < found[-1].end:  # already read as the far end of 20±2
            continue
        if any(start < match.end("digits") and match.start("digits") < end for start, end in taken):
            continue
        if match.end("digits") - match.start("digits") > LONGEST_NUMBER:
            continue
        found.append(_quantity(match, text, pers, dates))
    return sorted(found)


def _periods(text: str, taken: list[tuple[int, int]]) -> list[tuple[int, int, str]]:
    periods = []
    if "全年" in text:
        begin = text.index("全年")
        periods.append((begin, begin + 2, "每年"))
    if "每" in text:
        for match in _per().finditer(text):
            if not any(s <= match.start() < e for s, e in taken):
                per = denominator((match.group("count") or "") + match.group("word"))
                if per:
                    periods.append((*match.span(), per))
    for match in _leading_period().finditer(text) if not _TIMES.isdisjoint(text) else ():
        if not any(s <= match.start() < e for s, e in taken):
            count, word = match.group("count") or match.group("one"), match.group("word") or match.group("each")
            per = "每半年" if count == "半" else denominator(count + word)
            if per:
                periods.append((*match.span(), per))
    return periods


def _quantity(match: re.Match[str], text: str, pers: list[tuple[int, int, str]], dates: list[Dated]) -> Quantity:
    unsure: list[str] = []
    glyph, end = match.group("glyph"), match.end()
    if match.group("filler") in ("约", "近", "将近", "大约") or match.group("more") in ("余", "多"):
        unsure.append("approximate")
    if match.group("more") == "+":
        glyph = glyph or "≥"
    low, high = _bounds(match)
    has_more = high is None and text[match.end("digits") : match.end("digits") + 1] in ("±", "+")
    around = _around().match(text, match.end("digits")) if has_more else None
    if around:
        low, high, end = _plus_minus(low, around.group(1)), _plus_minus(low, "-" + around.group(1)), around.end()
    mid: str | None = match.group("mid")
    reaches_date = high is not None and any(match.start("high") < d.end and d.start < match.end("high") for d in dates)
    if reaches_date or mid and mid not in UNITS:  # not a range after all: 3个项目至5, 2次至6月
        high, end, mid = None, match.end("digits"), None
    unit, per, end = _unit_and_per(text, end, unsure)
    unit = unit or mid or ""
    if high is None and text[end : end + 1] == "±" and (around := _around().match(text, end)):  # 5%±1%
        low, high, end = _plus_minus(low, around.group(1)), _plus_minus(low, "-" + around.group(1)), around.end()
        end += len(unit) if text.startswith(unit, end) else 0
    suffix, end = _suffix(text, end)
    glyph = _combined(glyph, suffix, text[max(0, match.start() - 2) : match.start()], unsure)
    if per is None:
        per = _period_before(match.start(), text, pers) or _period_after(end, text, pers)
    return Quantity(match.start(), end, glyph, low, high, unit or None, per, tuple(unsure))


@cache
def _around() -> re.Pattern[str]:
    return re.compile(r"(?:±|\+/-)(\d+(?:\.\d+)?)")


def _plus_minus(middle: str, distance: str) -> str:
    return str(Decimal(middle) - Decimal(distance))


def _bounds(match: re.Match[str]) -> tuple[str, str | None]:
    sign, digits, high = match.group("low") or "", match.group("digits"), match.group("high")
    if sign in ("±", "+/-"):
        return "-" + digits, digits
    if high is not None:
        return sign + digits, (match.group("sign") or "") + high
    return ("-" if sign == "-" else "") + digits, None


def _unit_and_per(text: str, end: int, unsure: list[str]) -> tuple[str, str | None, int]:
    tail = text[end : end + 14]
    unit = unit_at(tail)
    if not unit and tail[:1] == "(" and ")" in tail and tail[1 : tail.index(")")] in UNITS:
        unit, end = tail[1 : tail.index(")")], end + 2
    if (
        not unit
        and not tail.startswith("/")
        and tail
        and tail[0] not in _STOP
        and not tail.startswith(("以", "之", "及", "内", "左"))
    ):
        unit = _unknown_unit(tail)
        if unit:
            unsure.append("unknown-unit")
    end += len(unit)
    if unit and text[end : end + 1] == "(" and text[end + 2 : end + 3] == ")" and text[end + 1] in UNITS:
        unit, end = text[end - len(unit) : end + 3], end + 3
    rest = text[end : end + 12]
    of_many = _of_many().match(rest) if rest[:1] == "/" else None
    if of_many and not unit and of_many.group()[1:].isdigit():  # 1/3
        unsure.append("ambiguous")
    if of_many and denominator(of_many.group()[1:]) is None:  # 6.5次/10万公顷
        return unit + of_many.group(), None, end + of_many.end()
    if rest[:1] in ("/", "·") or rest[:1] == "每" and denominator(_word_after(rest)):
        return _with_denominator(unit, rest, end, unsure)
    return unit, None, end


def _unknown_unit(tail: str) -> str:
    is_word = len(tail) <= 3 and all(c.isalpha() or c in "°²³" for c in tail) and tail[-1:] not in "前后底末内月"
    return tail if is_word else ""


def _word_after(rest: str) -> str:
    word = re.match(
        r"[/·每]*((?:\d+)?[^\d，；。、≥≤<>=()\-~+以之内给对为的]{1,6}(?:[/·.、][天日月年次]|[/·][^\d，；。、≥≤<>=()\-~+以之内]{1,4})*)",
        rest,
    )
    return word.group(1) if word else ""


def _with_denominator(unit: str, rest: str, end: int, unsure: list[str]) -> tuple[str, str | None, int]:
    word = _word_after(rest)
    while word:
        per = denominator(word)
        if per and rest[0] != "·" and rest[rest.index(word) + len(word) :][:1] not in ("/", "·"):
            return unit, per, end + rest.index(word) + len(word)
        if rest[0] in "/·" and (word in UNITS or unit in MONEY or len(word) <= 3 or "·" in word or "/" in word):
            return unit + rest[: rest.index(word)] + word, None, end + rest.index(word) + len(word)
        word = word[:-1]
    return unit, None, end


def _suffix(text: str, end: int) -> tuple[str, int]:
    match = _suffixes().match(text, end)
    if match:
        return match.group(), match.end()
    stop = next((i for i in range(end, len(text)) if text[i] in _STOP), len(text))
    late = _suffix_end().search(text, end, stop)
    return (late.group(), stop) if late and not any(c.isdigit() for c in text[end:stop]) else ("", end)


def _combined(glyph: str, suffix: str, before: str, unsure: list[str]) -> str:
    if not glyph and not suffix and before.endswith("提前"):
        return "≥"
    if len(glyph) == 2:
        glyph = _PAIRS.get(glyph, glyph[0])
    if not suffix:
        return glyph
    if suffix in ("左右", "上下"):
        unsure.append("approximate")
        return "" if glyph == "≤" else glyph
    said = "≥" if "上" in suffix else "≤"
    if glyph in ("", "=", said):
        return said
    if glyph + said not in (">≥", "<≤"):
        unsure.append("operators-conflict")
        return glyph
    unsure.append("operators-conflict")
    return said if "以" in suffix and glyph in "<>" else glyph


_PAIRS = {
    ">=": "≥",
    "<=": "≤",
    "≥=": "≥",
    "≤=": "≤",
    "=≥": "≥",
    "=≤": "≤",
    "≤≥": "≥",
    "≥≥": "≥",
    "≤≤": "≤",
    "=>": "≥",
    "=<": "≤",
}


def _period_before(start: int, text: str, pers: list[tuple[int, int, str]]) -> str | None:
    per = None
    for begin, end, word in pers:
        if end <= start and not any(c in "，；。、" for c in text[end:start]):
            per = word if per is None or begin else per
    return per


def _period_after(end: int, text: str, pers: list[tuple[int, int, str]]) -> str | None:
    return next((word for begin, _, word in pers if begin == end), None)
