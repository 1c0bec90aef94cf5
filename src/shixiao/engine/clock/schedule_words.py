"""Schedules as plain values, for storing and sending, and in words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from shixiao.engine.bilingual import Text
from shixiao.engine.clock.days import Span, spans
from shixiao.engine.clock.json_form import Plain, reading, refuse_unknown
from shixiao.engine.clock.schedules import (
    Daily,
    Days,
    ExpectedWindow,
    Monthly,
    Quarterly,
    Schedule,
    Slots,
    Weekly,
    Yearly,
)
from shixiao.engine.clock.unworkable import Unworkable
from shixiao.engine.clock.wordings import day_in_words, weekdays_in_words

_WHAT = Text("周期", "schedule")


def schedule_to_dict(schedule: Schedule) -> Plain:
    """`{"kind": "daily", "times": 2, "hours": [], "days": "working"}` and so on."""
    match schedule:
        case Daily():
            return {"kind": "daily", **_often(schedule.times, schedule.hours), "days": schedule.days.value}
        case Weekly():
            return {"kind": "weekly", **_often(schedule.times, schedule.hours), "weekdays": list(schedule.weekdays)}
        case Monthly():
            return {"kind": "monthly", "times": schedule.times, "by": schedule.by}
        case Quarterly():
            return {"kind": "quarterly", "times": schedule.times}
        case Yearly():
            return {"kind": "yearly", "times": schedule.times}
        case Slots():
            return {"kind": "slots", "hours": schedule.hours}


def _often(times: int, hours: tuple[Span, ...]) -> Plain:
    return {"times": times, "hours": [str(span) for span in hours]}


@reading(_WHAT)
def schedule_from_dict(plain: Mapping[str, Any]) -> Schedule:
    """The schedule that was written; what is unknown is refused, naming it."""
    kind = plain["kind"]
    refuse_unknown(plain, "kind " + _KEYS.get(kind, ""), _WHAT)
    times = plain.get("times", 1)
    match kind:
        case "daily":
            return Daily(times=times, hours=spans(*plain.get("hours", ())), days=Days(plain.get("days", "working")))
        case "weekly":
            hours = spans(*plain.get("hours", ()))
            return Weekly(weekdays=tuple(plain["weekdays"]), times=times, hours=hours)
        case "monthly":
            return Monthly(by=plain.get("by"), times=times)
        case "quarterly":
            return Quarterly(times=times)
        case "yearly":
            return Yearly(times=times)
        case "slots":
            return Slots(hours=plain["hours"])
    known = "、".join(_KEYS)
    raise Unworkable(Text(f"不认识的周期“{kind}”；可用的是 {known}", f"Unknown schedule “{kind}”; known: {known}"))


_KEYS = {
    "daily": "times hours days",
    "weekly": "times hours weekdays",
    "monthly": "times by",
    "quarterly": "times",
    "yearly": "times",
    "slots": "hours",
}


# ---- words -------------------------------------------------------------------------------------------------------


def schedule_in_words(schedule: Schedule) -> Text:
    """每个工作日 2 次; every Monday and Friday, 08:30-09:00; each month, by the last working day."""
    match schedule:
        case Daily():
            is_working = schedule.days is Days.WORKING
            stem = Text("每个工作日", "each working day") if is_working else Text("每天", "each day")
            return _with_times(stem, schedule.times, schedule.hours)
        case Weekly():
            days = weekdays_in_words(schedule.weekdays)
            return _with_times(Text(f"每{days.zh}", f"each {days.en}"), schedule.times, schedule.hours)
        case Monthly():
            by = Text("最后一个工作日", "the last working day")
            if schedule.by is not None:
                by = Text(f"{schedule.by}日", f"day {schedule.by}")
            often = _with_times(Text("每月", "each month"), schedule.times)
            return Text(f"{often.zh}，不晚于{by.zh}", f"{often.en}, by {by.en}")
        case Quarterly():
            return _with_times(Text("每季度", "each quarter"), schedule.times)
        case Yearly():
            return _with_times(Text("每年", "each year"), schedule.times)
        case Slots():
            hours = schedule.hours
            return Text(f"开放时间内每 {hours} 小时 1 次", f"once in every {hours} h of opening time")


def _with_times(stem: Text, times: int, hours: tuple[Span, ...] = ()) -> Text:
    if hours:
        every = "、".join(str(span) for span in hours)
        return Text(f"{stem.zh} {every}", f"{stem.en}, {every.replace('、', ', ')}")
    often = "once" if times == 1 else f"{times} times"
    return Text(f"{stem.zh} {times} 次", f"{stem.en}, {often}")


def window_in_words(schedule: Schedule, window: ExpectedWindow) -> Text:
    """What one time is called: 6月30日 第2次, 6月30日 08:30-11:30, 2026年6月, 2026年第2季度."""
    begin, (stem, number) = window.begin.date(), window.key.split("/")
    match schedule:
        case Daily() | Weekly():
            name, has_hours, times = day_in_words(begin), bool(schedule.hours), schedule.times
        case Slots():
            name, has_hours, times = day_in_words(begin), True, 1
        case Monthly():
            name, has_hours, times = Text(f"{begin.year}年{begin.month}月", stem), False, schedule.times
        case Quarterly():
            name = Text(f"{begin.year}年第{stem[-1]}季度", f"{begin.year} {stem[-2:]}")
            has_hours, times = False, schedule.times
        case Yearly():
            name, has_hours, times = Text(f"{begin.year}年", stem), False, schedule.times
    if has_hours:
        hours = f"{window.begin:%H:%M}-{_closing_hour(window)}"
        return Text(f"{name.zh} {hours}", f"{name.en} {hours}")
    return Text(f"{name.zh} 第{number}次", f"{name.en} no. {number}") if times > 1 else name


def _closing_hour(window: ExpectedWindow) -> str:
    is_midnight = (window.end.hour, window.end.minute) == (0, 0) and window.end.date() > window.begin.date()
    return "24:00" if is_midnight else f"{window.end:%H:%M}"
