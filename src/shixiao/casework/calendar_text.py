"""A year's holidays as an officer writes them: a line for each block of days. Pure.

2026-02-15 至 2026-02-23  放假  春节
2026-02-14  上班  春节
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, timedelta
from itertools import groupby

from shixiao.casework.refusing import Reason, Refused
from shixiao.engine.bilingual import Text
from shixiao.engine.clock import DayException, DayKind

KINDS = {DayKind.HOLIDAY: "放假", DayKind.WORKDAY: "上班"}
_WORDS = {word: kind for kind, word in KINDS.items()} | {
    "休": DayKind.HOLIDAY,
    "调休上班": DayKind.WORKDAY,
    "班": DayKind.WORKDAY,
    "holiday": DayKind.HOLIDAY,
    "workday": DayKind.WORKDAY,
}
_DATE = r"(?:(\d{4})[-/.年])?(\d{1,2})[-/.月](\d{1,2})日?"
_LINE = re.compile(rf"{_DATE}(?:\s*(?:至|到|~|—+|–|-)\s*{_DATE})?\s+(\S+)(?:\s+(\S.*))?")
LONGEST_BLOCK = 31
MOST_LINES = 400


def write(days: Mapping[date, DayException], *, year: int) -> str:
    """The lines of a year, in order; blocks of days alike as one line."""
    of_year = [days[day] for day in sorted(days) if day.year == year]
    return "\n".join(_line(block) for block in _blocks(of_year))


def _blocks(days: Iterable[DayException]) -> Iterator[list[DayException]]:
    for _key, group in groupby(enumerate(days), key=lambda pair: _alike(*pair)):
        yield [one for _number, one in group]


def _alike(number: int, one: DayException) -> tuple[int, DayKind, str]:
    return one.date.toordinal() - number, one.kind, one.name.zh if one.name else ""


def _line(block: list[DayException]) -> str:
    first, last = block[0].date.isoformat(), block[-1].date.isoformat()
    name = block[0].name.zh if block[0].name else ""
    return f"{first if first == last else f'{first} 至 {last}'}  {KINDS[block[0].kind]}  {name}".rstrip()


def read(text: str, *, year: int) -> dict[date, tuple[str, str]]:
    """Kind and name of each day. Raises one `Refused` that carries every line that cannot be read, with its number."""
    found: dict[date, tuple[str, str]] = {}
    wrong: list[Refused] = []
    lines = text.splitlines()
    if len(lines) > MOST_LINES:
        raise _wrong(Text(f"一年最多 {MOST_LINES} 行。", f"A year has {MOST_LINES} lines at most."))
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            for day, value in _days(number, line, year=year):
                if day in found:
                    raise _wrong(_at(number, f"{day} 前面已经有了", f"{day} stands there already"))
                found[day] = value
        except Refused as refused:
            wrong.append(refused)
    if wrong:
        first, *others = wrong
        raise Refused(first.text, reason=Reason.INVALID, field="days", others=others)
    return found


def _days(number: int, line: str, *, year: int) -> Iterator[tuple[date, tuple[str, str]]]:
    match = _LINE.fullmatch(unicodedata.normalize("NFKC", line).strip())
    if match is None:
        raise _wrong(
            _at(
                number,
                "看不懂。请写成“2026-10-01 至 2026-10-07 放假 国庆节”",
                "write “2026-10-01 至 2026-10-07 放假 国庆节”",
            )
        )
    kind = _WORDS.get(match[7].lower())
    if kind is None:
        raise _wrong(_at(number, f"“{match[7][:10]}”只能是“放假”或“上班”", "the kind is 放假 or 上班"))
    first = _day(number, match[1], match[2], match[3], year=year)
    last = _day(number, match[4], match[5], match[6], year=year) if match[5] else first
    if not 0 <= (last - first).days < LONGEST_BLOCK:
        raise _wrong(
            _at(
                number,
                "结束日期应在开始日期之后，一段不超过 31 天",
                "the last day comes after the first, within 31 days",
            )
        )
    name = (match[8] or "").strip()
    if len(name) > 20 or not name.isprintable():
        raise _wrong(_at(number, "名称最多 20 个字", "a name has 20 characters at most"))
    for offset in range((last - first).days + 1):
        yield first + timedelta(days=offset), (kind.value, name)


def _day(number: int, given: str | None, month: str, day: str, *, year: int) -> date:
    try:
        found = date(int(given or year), int(month), int(day))
    except ValueError:
        raise _wrong(_at(number, f"没有 {month}月{day}日这一天", f"there is no {month}-{day}")) from None
    if found.year != year:
        raise _wrong(
            _at(
                number,
                f"这里是 {year} 年的安排，{found} 请到那一年去改",
                f"this is {year}; change {found} in its own year",
            )
        )
    return found


def _at(number: int, zh: str, en: str) -> Text:
    return Text(f"第 {number} 行：{zh}。", f"Line {number}: {en}.")


def _wrong(text: Text) -> Refused:
    return Refused(text, reason=Reason.INVALID, field="days")
