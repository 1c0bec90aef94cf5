"""What can be wrong with a table of holidays that somebody edited. Every problem names its row."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from itertools import pairwise
from typing import NamedTuple

from shixiao.engine.bilingual import Text
from shixiao.engine.clock.days import DayKind

HOLIDAY, WORKDAY = DayKind.HOLIDAY.value, DayKind.WORKDAY.value
# 全国年节及纪念日放假办法: these days are off every year, on whatever weekday they fall.
_FIXED = ((1, 1, "元旦"), (5, 1, "劳动节"), (10, 1, "国庆节"))
_SPRING = ((1, 19), (2, 28))  # between these days lies every Spring Festival
_FEWEST_DAYS_OFF = 10  # by law until 2007; more since
_LONGEST_HOLE = 3
_FIRST_YEAR, _LAST_YEAR = 1949, 2199
_SHOWN = 20  # characters of a wrong cell that are repeated


class Problem(NamedTuple):
    """One thing wrong with a table: the row (the first row of days is 1; 0: the table as a whole), a code, words."""

    row: int
    code: str
    text: Text


class _Row(NamedTuple):
    number: int
    day: date
    kind: str
    name: str


def check_table(rows: Iterable[Mapping[str, str]]) -> list[Problem]:
    """All problems of a table of holidays (columns date, kind, name), in the order of its rows; [] when it is sound."""
    problems: list[Problem] = []
    good: list[_Row] = []
    for number, row in enumerate(rows, start=1):
        _read(number, row, good, problems)
    problems += [*_twice(good), *_wrong_days(good), *_holes(good), *_years(good)]
    return sorted(problems, key=lambda problem: problem.row)


def _read(number: int, row: Mapping[str, str], good: list[_Row], problems: list[Problem]) -> None:
    written, kind = (row.get("date") or "").strip()[:_SHOWN], (row.get("kind") or "").strip()[:_SHOWN]
    try:
        day = date.fromisoformat(written)
    except ValueError:
        day = date.min
    # Python reads 20261001 and week dates, too; a table has one way of writing.
    if day.isoformat() != written or not _FIRST_YEAR <= day.year <= _LAST_YEAR:
        problems.append(
            _problem(
                number, "date", f"日期“{written}”读不懂，请写成 2026-10-01", f"“{written}” is no date; write 2026-10-01"
            )
        )
        return
    if kind not in {HOLIDAY, WORKDAY}:
        problems.append(
            _problem(
                number,
                "kind",
                f"{written} 的类别“{kind}”不认识，应为 {HOLIDAY}（放假）或 {WORKDAY}（调休上班）",
                f"{written} has the unknown kind “{kind}”; there are {HOLIDAY} and {WORKDAY}",
            )
        )
        return
    good.append(_Row(number, day, kind, (row.get("name") or "").strip()))


def _problem(number: int, code: str, zh: str, en: str) -> Problem:
    return Problem(number, code, Text(f"第 {number} 行：{zh}", f"Row {number}: {en}"))


def _twice(rows: Sequence[_Row]) -> Iterator[Problem]:
    first: dict[date, int] = {}
    for row in rows:
        before = first.setdefault(row.day, row.number)
        if before != row.number:
            day = row.day.isoformat()
            yield _problem(
                row.number,
                "twice",
                f"{day} 在第 {before} 行已有，请只留一行",
                f"{day} is in row {before} already; keep one",
            )


def _wrong_days(rows: Sequence[_Row]) -> Iterator[Problem]:
    for row in rows:
        day = row.day.isoformat()
        if row.kind == WORKDAY and row.day.weekday() < 5:
            yield _problem(
                row.number,
                "weekday",
                f"{day} 本来就是工作日，不能再作调休上班；请核对日期",
                f"{day} is a working day anyway and cannot be one in lieu; check the date",
            )
        if row.kind == HOLIDAY and not row.name:
            yield _problem(row.number, "name", f"{day} 放假没有写节日名称", f"{day} is a holiday without a name")


def _holes(rows: Sequence[_Row]) -> Iterator[Problem]:
    """A working day in the middle of one holiday: somebody left a row out."""
    days = {row.day: row for row in rows}
    off = sorted((row for row in rows if row.kind == HOLIDAY), key=lambda row: row.day)
    for before, after in pairwise(off):
        between = [before.day + timedelta(days=n) for n in range(1, (after.day - before.day).days)]
        missing = [day for day in between if day not in days and day.weekday() < 5]
        if before.name == after.name and missing and len(between) <= _LONGEST_HOLE:
            listed = "、".join(day.isoformat() for day in missing)
            yield _problem(
                after.number,
                "hole",
                f"{after.name}放假中间缺少 {listed}，请补上，或改正节日名称",
                f"The holiday {after.name} lacks {listed} in its middle; add it, or correct the name",
            )


def _years(rows: Sequence[_Row]) -> Iterator[Problem]:
    if not rows:
        yield Problem(0, "empty", Text("表中没有可用的行", "The table has no row that can be used"))
        return
    years: dict[int, list[_Row]] = {}
    for row in rows:
        years.setdefault(row.day.year, []).append(row)
    for year in range(min(years), max(years) + 1):
        if year not in years:
            yield Problem(
                0,
                "gap",
                Text(
                    f"缺少 {year} 年：前后年份都有，请补上这一年", f"The year {year} is missing between others; add it"
                ),
            )
            continue
        yield from _incomplete(year, years[year])


def _incomplete(year: int, rows: Sequence[_Row]) -> Iterator[Problem]:
    last = max(row.number for row in rows)
    off = {row.day for row in rows if row.kind == HOLIDAY}
    lacking = [name for month, day, name in _FIXED if date(year, month, day) not in off]
    if not any(date(year, *_SPRING[0]) <= day <= date(year, *_SPRING[1]) for day in off):
        lacking.append("春节")
    if lacking:
        names = "、".join(lacking)
        yield _problem(
            last, "incomplete", f"{year} 年不完整，缺少{names}", f"The year {year} is incomplete: no {names}"
        )
    elif len(off) < _FEWEST_DAYS_OFF:
        yield _problem(
            last,
            "incomplete",
            f"{year} 年只有 {len(off)} 天放假，少于法定的 {_FEWEST_DAYS_OFF} 天",
            f"The year {year} has {len(off)} days off, fewer than the {_FEWEST_DAYS_OFF} by law",
        )
