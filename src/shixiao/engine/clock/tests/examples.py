"""Calendars and times that the tests speak of. 2026 with its real holidays."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from shixiao.engine.bilingual import Text
from shixiao.engine.clock import Calendar, Week, around_the_clock, office_hours, published_holidays, spans

SHANGHAI = ZoneInfo("Asia/Shanghai")
OFFICE = office_hours(*published_holidays())
ALWAYS = around_the_clock()
# Open on weekends and holidays, with somebody on duty from 22:00 to 6:00.
STATION = Calendar(
    code="station",
    name=Text("交换站", "Exchange station"),
    weeks=(Week.of(spans("08:00-18:00"), spans("09:00-12:00")),),
    night_duty=spans("22:00-06:00"),
)
PAPERS = Text("等待补正", "waiting for papers")
COMPLEX = Text("情况复杂", "a complex matter")


def at(month: int, day: int, hour: int = 0, minute: int = 0, *, year: int = 2026) -> datetime:
    """A time in Shanghai."""
    return datetime(year, month, day, hour, minute, tzinfo=SHANGHAI)


def on(month: int, day: int, *, year: int = 2026) -> date:
    """A date."""
    return date(year, month, day)
