"""The table of holidays and days in lieu: what the State Council announced for each year, as plain rows.

`holidays.csv` beside this module holds 2004–2026 (tools/holidays.py writes it from the library chinesecalendar). An
office keeps its own copy and edits it; `check_table` says what is wrong with one. Weekends inside a holiday stand in
the table as announced; they change nothing.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping
from datetime import date
from functools import lru_cache
from importlib import resources
from typing import NamedTuple

from shixiao.engine.bilingual import Text
from shixiao.engine.clock.days import DayException, DayKind
from shixiao.engine.clock.holiday_table import check_table
from shixiao.engine.clock.unworkable import Unworkable

HOLIDAY_NAMES = {
    "元旦": Text("元旦", "New Year"),
    "春节": Text("春节", "Spring Festival"),
    "清明节": Text("清明节", "Tomb-Sweeping Day"),
    "劳动节": Text("劳动节", "Labour Day"),
    "端午节": Text("端午节", "Dragon Boat Festival"),
    "中秋节": Text("中秋节", "Mid-Autumn Festival"),
    "国庆节": Text("国庆节", "National Day"),
    "抗战胜利纪念日": Text("抗战胜利纪念日", "Victory Day"),
}
COLUMNS = ("date", "kind", "name")


class KnownHolidays(NamedTuple):
    """Exceptions for a calendar, and for which dates they are complete: [known_from, known_until)."""

    exceptions: tuple[DayException, ...]
    known_from: date
    known_until: date


def holiday_name(written: str) -> Text | None:
    """The name in both languages; one that is not known yet stands for itself."""
    return HOLIDAY_NAMES.get(written, Text(written, written)) if written else None


def known_holidays(rows: Iterable[Mapping[str, str]]) -> KnownHolidays:
    """The rows as exceptions of a calendar; a table with a problem is refused with the first one."""
    table = list(rows)
    problems = check_table(table)
    if problems:
        more = (
            Text(f"（共 {len(problems)} 处问题）", f" ({len(problems)} problems)")
            if len(problems) > 1
            else Text("", "")
        )
        raise Unworkable(Text(problems[0].text.zh + more.zh, problems[0].text.en + more.en))
    exceptions = sorted((_exception(row) for row in table), key=lambda one: one.date)
    years = [one.date.year for one in exceptions]
    return KnownHolidays(tuple(exceptions), date(min(years), 1, 1), date(max(years) + 1, 1, 1))


def _exception(row: Mapping[str, str]) -> DayException:
    day = date.fromisoformat(row["date"].strip())
    return DayException(day, DayKind(row["kind"].strip()), holiday_name((row.get("name") or "").strip()))


def published_rows() -> list[dict[str, str]]:
    """The rows of the table that comes with the program."""
    written = resources.files(__package__).joinpath("holidays.csv").read_text(encoding="utf-8")
    return list(csv.DictReader(written.splitlines()))


@lru_cache(maxsize=1)
def published_holidays() -> KnownHolidays:
    """What is announced, as exceptions of a calendar."""
    return known_holidays(published_rows())
