"""When a round is due, by the calendar in force."""

from datetime import date, timedelta

from shixiao.casework import calendars
from shixiao.engine.bilingual import Text

SPRING_FESTIVAL = "春节"


def due_day(rhythm: str, period: str) -> date | None:
    """The last working day of the month, or the last day before the Spring Festival holiday; None while that is unknown."""
    here = calendars.in_force()
    if rhythm == "monthly":
        return _last_working_day(here, year=int(period[:4]), month=int(period[5:]))
    days = [
        day
        for day, one in here.days.items()
        if day.year == int(period[:4])
        and one.kind.value == "holiday"
        and one.name
        and one.name.zh.startswith(SPRING_FESTIVAL)
    ]
    return min(days) - timedelta(days=1) if days else None


def _last_working_day(here: calendars.InForce, *, year: int, month: int) -> date:
    day = date(year + month // 12, month % 12 + 1, 1) - timedelta(days=1)
    while not here[calendars.OFFICE].is_working_day(day):
        day -= timedelta(days=1)
    return day


def period_title(period: str) -> str:
    """`2026年3月` or `2026年`."""
    year, _dash, month = period.partition("-")
    return f"{year}年{int(month)}月" if month else f"{year}年"


def period_words(period: str) -> Text:
    """The same in both languages."""
    return Text(period_title(period), period)
