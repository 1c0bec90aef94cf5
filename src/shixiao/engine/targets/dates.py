"""Dates, months and periods inside wordings, as the last day they allow."""

from __future__ import annotations

import re
from functools import cache
from typing import NamedTuple


class Dated(NamedTuple):
    """A date expression at `start:end` of a text. `date` is ISO, or `--MM-DD` without a year; None when it
    cannot be said. `is_firm` is false for a bare year that may only be context (2025年开展培训3次)."""

    start: int
    end: int
    date: str | None
    unsure: str | None
    is_firm: bool


_QUARTER = {"一": 1, "二": 2, "三": 3, "四": 4, "1": 1, "2": 2, "3": 3, "4": 4}
_YEAR_END = "12-31"


@cache
def _pattern() -> re.Pattern[str]:
    year = r"(?:(?P<year>(?:19|20)\d{2})(?:年度|年)?|(?P<relative>当年度|当年|本年度|本年|次年|第二年|明年|每年)的?)"
    month = r"(?P<month>1[0-2]|0?[1-9])月份?"
    day = r"(?P<day>3[01]|[12]\d|0?[1-9])[日号]"
    return re.compile(
        r"每(?:个?季度?末?月|季度|季|年末?|月|个月)的?(?P<monthly>3[01]|[12]\d|0?[1-9])[日号](?:之?前|以前)|(?P<compact>20[0-4]\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01]))(?!\d)|(?P<numbers>(?P<y>20\d{2})[-./](?P<m>1[0-2]|0?[1-9])(?:[-./](?P<d>3[01]|[12]\d|0?[1-9]))?(?!\d))日?"
        rf"|(?:{year})?(?:(?<!\d){month}(?:{day}|(?P<edge>底|末|上旬|中旬|下旬|初))?"
        r"|第?(?P<quarter>[1-4一二三四])季度(?:底|末|内)?"
        r"|(?P<half>上半年|下半年)(?:底|末|内)?"
        r"|(?P<yearend>年底|年末|年内|年终|年度内|年度末|年度结束|年前|全年))"
        r"|(?P<bare>(?:19|20)\d{2}年度?内?|当年度?内?|本年度?内?|次年|明年|第二年)(?!\d|年)"
    )


_MARKS = frozenset("年月季半-./日")


def find_dates(text: str) -> list[Dated]:
    """Every date expression in `text`, in order; a span of two dates counts as its later one."""
    if _MARKS.isdisjoint(text) and not (len(text) >= 8 and text[:3] == "202"):
        return []
    found = [_dated(match, text) for match in _pattern().finditer(text) if _is_date(match, text)]
    return _spans_joined([d for d in found if not _ends_a_range_of_numbers(d, found, text)], text)


def _ends_a_range_of_numbers(dated: Dated, found: list[Dated], text: str) -> bool:
    """0至2064.01 is a range of numbers; 2023.07-2024.01 is a period."""
    if dated.start < 2 or text[dated.start - 1] not in _SPAN or not text[dated.start - 2].isdigit():
        return False
    is_digits = text[dated.start : dated.end].rstrip("日").replace(".", "").isdigit()
    return is_digits and not any(other.end == dated.start - 1 for other in found)


def _is_date(match: re.Match[str], text: str) -> bool:
    start, end = match.span()
    before, after = text[start - 1 : start], text[end : end + 1]
    if match.group("monthly"):
        return True
    if match.group("yearend") and before.isdigit() and not match.group("year"):  # 1年内 is a duration
        return False
    if (match.group("numbers") or match.group("compact")) and not _stands_alone(match, before, after):
        return False
    if before in ("每", "/", "."):
        return False
    if before == "第" and not match.group("quarter"):
        return False
    if (
        match.group("quarter")
        and not match.group("year")
        and before != "第"
        and re.match(r"\d+(?:次|期|场|回|轮|遍)", text[end:])
    ):
        return False  # 一季度一次: a denominator
    is_bare_month = (
        match.group("month") and not match.group("year") and not match.group("day") and not match.group("edge")
    )
    return not (is_bare_month and (before == "=" or after in ("/", "次")))


def _stands_alone(match: re.Match[str], before: str, after: str) -> bool:
    """2025.12 is a month only by itself: not in ≥2025.12, 12025.12, 2025.1%."""
    if before and (before.isdigit() or before in "≥≤<>=±."):
        return False
    return bool(match.group("d") or match.group("compact")) or after == "" or after in "前底，；。-~至完之以止、日到"


def _dated(match: re.Match[str], text: str) -> Dated:
    if match.group("monthly"):
        return Dated(*match.span(), f"---{int(match.group('monthly')):02d}", "recurring-date", True)
    bare = match.group("bare") or ""
    year = (
        match.group("year")
        or match.group("y")
        or (match.group("compact") or "")[:4]
        or (bare[:4] if bare[:1].isdigit() else None)
    )
    relative = match.group("relative") or bare
    body, unsure = _body(match, text, year)
    is_firm = not (bare or match.group("yearend") == "全年") or bare.endswith("内")
    is_firm = is_firm or bool(bare) and text[match.end() :].startswith(("前", "之前", "以前"))
    if relative in ("次年", "第二年", "明年"):
        unsure = "relative-year"
    if body is None:
        return Dated(*match.span(), None, unsure or "date-unclear", is_firm)
    return Dated(*match.span(), _iso(year, body), unsure, is_firm)


def _iso(year: str | None, body: str) -> str:
    if year and body == "02-29" and _last_day(year, 2) == 28:
        body = "02-28"
    return f"{year}-{body}" if year else f"--{body}"


def _body(match: re.Match[str], text: str, year: str | None) -> tuple[str | None, str | None]:
    month, day = match.group("month") or match.group("m"), match.group("day") or match.group("d")
    if match.group("compact"):
        return _month_body(match, text, int(match.group()[4:6]), match.group()[6:], year)
    if month:
        return _month_body(match, text, int(month), day, year)
    if match.group("quarter"):
        last = _QUARTER[match.group("quarter")] * 3
        return f"{last:02d}-{_last_day(year, last):02d}", None
    if match.group("half"):
        return ("06-30" if match.group("half") == "上半年" else _YEAR_END), None
    if match.group("yearend") == "年前":
        return _YEAR_END, "date-unclear"
    if match.group("bare") and text[match.end() :].startswith(("前", "之前", "以前")):
        return _YEAR_END, "month-before"  # 2026年前: does it include 2026?
    return _YEAR_END, None


def _month_body(
    match: re.Match[str], text: str, month: int, day: str | None, year: str | None
) -> tuple[str | None, str | None]:
    if day:
        return (
            (f"{month:02d}-{int(day):02d}", None)
            if int(day) <= _last_day(year, month) or (month, int(day)) == (2, 29)
            else (None, "date-unclear")
        )
    edge = match.group("edge")
    if edge in ("上旬", "中旬"):
        return f"{month:02d}-{10 if edge == '上旬' else 20}", None
    if edge == "初":
        return f"{month:02d}-10", "date-unclear"
    if not edge and text[match.end() :].startswith(("前", "之前", "以前")):
        return _before_month(month)
    return f"{month:02d}-{_last_day(year, month):02d}", None


def _before_month(month: int) -> tuple[str | None, str]:
    """The last day before a month, by the letter of 6月前; for 1月前 the year is open."""
    return (f"{month - 1:02d}-{_last_day(None, month - 1):02d}" if month > 1 else None), "month-before"


_DAYS = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)


def _last_day(year: str | None, month: int) -> int:
    """Worked out here, because the calendar module brings the locale with it, and both load slowly."""
    number = int(year) if year else 2025
    is_leap = number % 4 == 0 and (number % 100 != 0 or number % 400 == 0)
    return 29 if month == 2 and is_leap else _DAYS[month - 1]


_SPAN = frozenset("-~至到—")


@cache
def _first_half() -> re.Pattern[str]:
    """A bare beginning of a period whose end is a date: 1-12月, 2024-2026年."""
    return re.compile(r"(?:(?:19|20)\d{2}年?度?|(?<!\d)\d{1,2}月?(?:\d{1,2}日?)?)[-~至到]$")


def _spans_joined(found: list[Dated], text: str) -> list[Dated]:
    joined: list[Dated] = []
    for dated in found:
        if joined and text[joined[-1].end : dated.start] in _SPAN:
            joined.append(_through(joined.pop(), dated))
        elif dated.start and text[dated.start - 1] in _SPAN:
            joined.append(_with_first_half(dated, text))
        else:
            joined.append(dated)
    return joined


def _through(first: Dated, last: Dated) -> Dated:
    date = last.date
    if date and date.startswith("--") and first.date and not first.date.startswith("--"):
        date = first.date[:4] + date[1:]
    return Dated(first.start, last.end, date, last.unsure, True)


def _with_first_half(dated: Dated, text: str) -> Dated:
    first = _first_half().search(text, 0, dated.start)
    if not first:
        return dated
    year = text[max(0, first.start() - 5) : first.start()]
    date = dated.date
    if date and date.startswith("--") and year[:2] in ("19", "20") and year[2:4].isdigit() and year[4:] == "年":
        return Dated(first.start() - 5, dated.end, year[:4] + date[1:], dated.unsure, True)
    return Dated(first.start(), dated.end, date, dated.unsure, True)
