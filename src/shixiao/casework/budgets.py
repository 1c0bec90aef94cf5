"""Budgets of time as a rule and a row have them: `8wh`, `8wh30m`, `24h`, `5wd`, `15d`, `2mo`, `on 2026-03-31`, `at 2026-06-30T09:00+08:00`.

`wh` working hours, `h` hours on the wall, `wd` working days, `d` calendar days, `mo` months. After a semicolon: `closing` (a day ends with
its working hours, not at midnight), `same_day` or `after_receipt` (from which day is counted). Pure.
"""

import re
from datetime import date, datetime, timedelta

from shixiao.engine.bilingual import Text
from shixiao.engine.clock.budgets import (
    AtInstant,
    Budget,
    CalendarDays,
    CalendarMonths,
    CountedFrom,
    Hours,
    OnDay,
    Until,
    WorkingDays,
    WorkingHours,
)
from shixiao.engine.clock.unworkable import Unworkable

_TIME = re.compile(r"(\d{1,4})(wh|h)(?:(\d{1,2})m)?")
_COUNT = re.compile(r"(\d{1,4})(wd|d|mo)")
_DAY = re.compile(r"on (\d{4}-\d{2}-\d{2})")
_AT = re.compile(r"at (\d{4}-\d{2}-\d{2}T[0-9:.]{5,15}[+-]\d{2}:\d{2})")
_COUNTED = {"same_day": CountedFrom.SAME_DAY, "after_receipt": CountedFrom.DAY_AFTER_RECEIPT}
_WORDS = {counted: word for word, counted in _COUNTED.items()}


def read(written: str) -> Budget:
    """The budget that is written so. Raises `Unworkable`, which says how it is written."""
    amount, *options = (part.strip() for part in written.split(";"))
    until = Until.CLOSING_TIME if "closing" in options else Until.END_OF_DAY
    counted = next((_COUNTED[word] for word in options if word in _COUNTED), CountedFrom.NEXT_DAY)
    if set(options) - {"closing", *_COUNTED}:
        raise _unreadable(written)
    if found := _TIME.fullmatch(amount):
        time = timedelta(hours=int(found[1]), minutes=int(found[3] or 0))
        return WorkingHours(time) if found[2] == "wh" else Hours(time)
    if found := _COUNT.fullmatch(amount):
        return _days(int(found[1]), found[2], until, counted)
    if found := _DAY.fullmatch(amount):
        try:
            return OnDay(date.fromisoformat(found[1]), until)
        except ValueError:
            raise _unreadable(written) from None
    if (found := _AT.fullmatch(amount)) and not options:
        try:
            return AtInstant(datetime.fromisoformat(found[1]))
        except ValueError:
            raise _unreadable(written) from None
    raise _unreadable(written)


def _days(number: int, what: str, until: Until, counted: CountedFrom) -> Budget:
    if what == "mo":
        return CalendarMonths(number, until)
    return (WorkingDays if what == "wd" else CalendarDays)(number, until, counted)


def write(budget: Budget) -> str:
    """As a rule writes it; `read(write(budget)) == budget`."""
    match budget:
        case WorkingHours() | Hours():
            minutes = int(budget.time / timedelta(minutes=1))
            unit = "wh" if isinstance(budget, WorkingHours) else "h"
            return f"{minutes // 60}{unit}" + (f"{minutes % 60}m" if minutes % 60 else "")
        case AtInstant():
            at = budget.instant
            return f"at {at.isoformat(timespec='auto' if at.second or at.microsecond else 'minutes')}"
        case OnDay():
            return f"on {budget.day.isoformat()}" + _closing(budget.until)
        case CalendarMonths():
            return f"{budget.number}mo" + _closing(budget.until)
        case _:
            unit = "wd" if isinstance(budget, WorkingDays) else "d"
            counted = f";{_WORDS[budget.counted_from]}" if budget.counted_from in _WORDS else ""
            return f"{budget.number}{unit}" + _closing(budget.until) + counted


def _closing(until: Until) -> str:
    return ";closing" if until is Until.CLOSING_TIME else ""


def _unreadable(written: str) -> Unworkable:
    return Unworkable(
        Text(
            f"读不懂时限“{written[:40]}”。请写成 8wh（工作小时）、24h（小时）、5wd（工作日）、15d（日）、2mo（月）"
            "、on 2026-03-31 或 at 2026-06-30T09:00+08:00。",
            f"“{written[:40]}” is no time limit. Write 8wh (working hours), 24h, 5wd (working days), 15d, 2mo (months), "
            "on 2026-03-31 or at 2026-06-30T09:00+08:00.",
        )
    )
