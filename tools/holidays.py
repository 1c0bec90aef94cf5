"""Writes the table of holidays that comes with the program, from the library chinesecalendar.

    python tools/holidays.py

A year is added when the State Council has announced it and the library knows it.
"""

from __future__ import annotations

import csv
import io
from pathlib import Path

from chinese_calendar import constants

TABLE = Path(__file__).parents[1] / "src/shixiao/engine/clock/holidays.csv"
# The names in common use, where the library says them shorter or longer.
NAMES = {
    "清明": "清明节",
    "端午": "端午节",
    "中秋": "中秋节",
    "中国人民抗日战争暨世界反法西斯战争胜利70周年纪念日": "抗战胜利纪念日",
}


def rows() -> list[tuple[str, str, str]]:
    """Date, kind and name of every day that differs from its weekday, in order."""
    days = [(day, "holiday", holiday) for day, holiday in constants.holidays.items()]
    days += [(day, "workday", holiday) for day, holiday in constants.workdays.items()]
    return [(day.isoformat(), kind, _name(holiday)) for day, kind, holiday in sorted(days)]


def _name(holiday: str) -> str:
    chinese: str = constants.Holiday(holiday).chinese
    return NAMES.get(chinese, chinese)


def written() -> str:
    """The table as CSV."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(("date", "kind", "name"))
    writer.writerows(rows())
    return text.getvalue()


if __name__ == "__main__":
    TABLE.write_text(written(), encoding="utf-8")
    print(f"{TABLE}: {len(rows())}")
