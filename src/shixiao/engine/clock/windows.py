"""Days and months of a calendar's zone as half-open stretches of instants: [begin, end)."""

from __future__ import annotations

from datetime import date, datetime

from shixiao.engine.bilingual import Text
from shixiao.engine.clock.calendars import Calendar
from shixiao.engine.clock.instants import MINUTES_OF_A_DAY, instant_at, local_ticks
from shixiao.engine.clock.unworkable import Unworkable


def day_window(day: date, calendar: Calendar) -> tuple[datetime, datetime]:
    """The instants of a local day; 23 or 25 hours on the day of a zone shift."""
    begin, end = (local_ticks(day, minutes, calendar.zone) for minutes in (0, MINUTES_OF_A_DAY))
    return instant_at(begin, calendar.zone), instant_at(end, calendar.zone)


def month_window(year: int, month: int, calendar: Calendar) -> tuple[datetime, datetime]:
    """The instants of a local month, whatever its length; the months of a year follow each other without a hole."""
    if not 1 <= month <= 12:
        raise Unworkable(Text(f"没有 {month} 月", f"There is no month {month}"))
    following = date(year + month // 12, month % 12 + 1, 1)
    begin, end = (local_ticks(day, 0, calendar.zone) for day in (date(year, month, 1), following))
    return instant_at(begin, calendar.zone), instant_at(end, calendar.zone)
