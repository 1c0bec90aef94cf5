"""How instants, days, amounts and budgets are written in both languages."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from shixiao.engine.bilingual import Text
from shixiao.engine.clock.budgets import (
    AtInstant,
    Budget,
    CalendarDays,
    CalendarMonths,
    Hours,
    WorkingDays,
    WorkingHours,
)

_MONTHS = (
    (
        "January February March April May June July August September October November December"  # the sentence's, not a locale's
    ).split()
)
_WEEKDAYS = (
    Text("周一", "Monday"),
    Text("周二", "Tuesday"),
    Text("周三", "Wednesday"),
    Text("周四", "Thursday"),
    Text("周五", "Friday"),
    Text("周六", "Saturday"),
    Text("周日", "Sunday"),
)


def day_in_words(day: date, *, with_year: bool = False) -> Text:
    """10月8日, 8 October; with the year where it is not clear."""
    zh, en = f"{day.month}月{day.day}日", f"{day.day} {_MONTHS[day.month - 1]}"
    return Text(f"{day.year}年{zh}", f"{en} {day.year}") if with_year else Text(zh, en)


def days_in_words(days: list[date], *, with_year: bool = False) -> Text:
    """Days in a row as one stretch: 10月1日至7日, 1 to 7 October."""
    first, last = days[0], days[-1]
    if first == last:
        return day_in_words(first, with_year=with_year)
    begin, end = day_in_words(first, with_year=with_year), day_in_words(last)
    if (first.year, first.month) == (last.year, last.month):
        year = f" {last.year}" if with_year else ""
        return Text(f"{begin.zh}至{last.day}日", f"{first.day} to {end.en}{year}")
    return Text(f"{begin.zh}至{end.zh}", f"{begin.en} to {end.en}")


def weekday_in_words(day: date) -> Text:
    """周六, Saturday."""
    return _WEEKDAYS[day.weekday()]


def weekdays_in_words(weekdays: tuple[int, ...]) -> Text:
    """周一、周五; Monday and Friday; 0 is Monday."""
    several = [_WEEKDAYS[number] for number in weekdays]
    *first, last = (text.en for text in several)
    return Text("、".join(text.zh for text in several), f"{', '.join(first)} and {last}" if first else last)


def instant_in_words(instant: datetime, *, with_year: bool = False) -> Text:
    """10月8日17:00, 8 October 17:00; seconds only where there are any."""
    day = day_in_words(instant.date(), with_year=with_year)
    hour = instant.strftime("%H:%M:%S" if instant.second else "%H:%M")
    return Text(f"{day.zh}{hour}", f"{day.en} {hour}")


def day_end_in_words(day: date, *, with_year: bool = False) -> Text:
    """The midnight after a day, said by that day: 10月8日24:00."""
    words = day_in_words(day, with_year=with_year)
    return Text(f"{words.zh}24:00", f"the end of {words.en}")


def moment_in_words(instant: datetime, *, with_year: bool = False) -> Text:
    """The end of a stretch as people say it: a midnight by the day that it ends, any other by the hour."""
    if instant.time() == time.min:
        return day_end_in_words(instant.date() - timedelta(days=1), with_year=with_year)
    return instant_in_words(instant, with_year=with_year)


def amount_in_words(amount: timedelta) -> Text:
    """3小时30分钟, 3 h 30 min; below a minute in seconds, nothing smaller."""
    seconds = abs(amount) // timedelta(seconds=1)
    hours, rest = divmod(seconds, 3600)
    minutes, left = divmod(rest, 60)
    zh, en = [], []
    for number, unit, short in ((hours, "小时", "h"), (minutes, "分钟", "min")):
        if number:
            zh.append(f"{number}{unit}")
            en.append(f"{number} {short}")
    return Text("".join(zh), " ".join(en)) if zh else Text(f"{left}秒", f"{left} s")


def budget_in_words(budget: Budget) -> Text:
    """8小时（工作时间）, 8 h of working time; a budget that names a day or an instant is that one."""
    if isinstance(budget, WorkingHours):
        amount = amount_in_words(budget.time)
        return Text(f"{amount.zh}（工作时间）", f"{amount.en} of working time")
    if isinstance(budget, Hours):
        amount = amount_in_words(budget.time)
        return Text(f"{amount.zh}（连续计时）", f"{amount.en} around the clock")
    if isinstance(budget, WorkingDays):
        return _counted(budget.number, "个工作日", "working day")
    if isinstance(budget, CalendarDays):
        return _counted(budget.number, "个自然日", "calendar day")
    if isinstance(budget, CalendarMonths):
        return _counted(budget.number, "个月", "month")
    if isinstance(budget, AtInstant):
        at = moment_in_words(budget.instant)
        return Text(f"限{at.zh}前", f"before {at.en}")
    day = day_in_words(budget.day, with_year=False)
    return Text(f"限{day.zh}", f"by {day.en}")


def _counted(number: int, zh: str, en: str) -> Text:
    return Text(f"{number}{zh}", f"{number} {en}" + ("" if number == 1 else "s"))


def listed(texts: list[Text]) -> Text:
    """Several in a row."""
    return Text("、".join(text.zh for text in texts), ", ".join(text.en for text in texts))
