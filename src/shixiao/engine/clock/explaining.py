"""A deadline in one sentence: how much, from when, what moved it, until when.

8小时（工作时间），自9月30日16:00起，国庆节放假顺延，至10月8日17:00
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date

from shixiao.engine.bilingual import Text
from shixiao.engine.clock.budgets import OnDay, Roll, WorkingDays, WorkingHours
from shixiao.engine.clock.counting import Due
from shixiao.engine.clock.days import DayException, DayKind
from shixiao.engine.clock.deadlines import Deadline
from shixiao.engine.clock.instants import instant_at, ticks
from shixiao.engine.clock.suspensions import Suspension
from shixiao.engine.clock.wordings import (
    budget_in_words,
    day_end_in_words,
    day_in_words,
    instant_in_words,
    listed,
    weekday_in_words,
)

_NO_NAME = Text("节日", "Holiday")


def explain(deadline: Deadline) -> Text:
    """The sentence of `deadline`, naming the holidays, pauses, extensions and rolls that moved it."""
    with_year = _years_differ(deadline)
    local = deadline.start.astimezone(deadline.calendar.zone)
    start = instant_in_words(local, with_year=with_year)
    parts = [
        budget_in_words(deadline.budget),
        Text(f"自{start.zh}起", f"from {start.en}"),
        *_what_moved(deadline),
        _until(deadline, with_year=with_year),
    ]
    provisional = _provisional(deadline)
    zh = "，".join(part.zh for part in parts) + provisional.zh
    return Text(zh, ", ".join(part.en for part in parts) + provisional.en)


def due_in_words(deadline: Deadline, due: Due, *, with_year: bool = False) -> Text:
    """A due instant as people say it: the end of a day by that day, any other by the hour."""
    if due.at == due.overdue_from:
        return day_end_in_words(due.day, with_year=with_year)
    return instant_in_words(instant_at(due.at, deadline.calendar.zone), with_year=with_year)


def _years_differ(deadline: Deadline) -> bool:
    due = deadline.legs[-1]
    begin = deadline.start.astimezone(deadline.calendar.zone).year
    return due is not None and due.day.year != begin


def _until(deadline: Deadline, *, with_year: bool) -> Text:
    due = deadline.legs[-1]
    if due is None:
        return Text("恢复后再定到期时间", "the due time is set when it goes on")
    words = due_in_words(deadline, due, with_year=with_year)
    return Text(f"至{words.zh}", f"until {words.en}")


def _provisional(deadline: Deadline) -> Text:
    if not deadline.is_provisional:
        return Text("", "")
    until = deadline.calendar.known_until
    if until is None:
        return Text("（暂定：所用日历缺少部分日期的数据）", " (provisional: the calendar lacks some days)")
    day = day_in_words(until, with_year=True)
    return Text(
        f"（暂定：{day.zh}起的节假日安排尚未录入）", f" (provisional: holidays from {day.en} on are not known yet)"
    )


# ---- what moved it -------------------------------------------------------------------------------------------


def _what_moved(deadline: Deadline) -> Iterator[Text]:
    yield from _days_off(deadline)
    yield from (_pause(deadline, one) for one in sorted(deadline.suspensions, key=lambda one: ticks(one.since)))
    for one in deadline.extensions:
        budget = budget_in_words(one.budget)
        why = one.reason if one.reason.zh else Text(one.code, one.code)
        if isinstance(one.budget, OnDay):
            day = day_in_words(one.budget.day)
            yield Text(f"延期至{day.zh}（{why.zh}）", f"extended to {day.en} ({why.en})")
        else:
            yield Text(f"延长{budget.zh}（{why.zh}）", f"extended by {budget.en} ({why.en})")
    yield from _rolled(deadline)


def _days_off(deadline: Deadline) -> Iterator[Text]:
    if not isinstance(deadline.budget, WorkingHours | WorkingDays):
        return
    exceptions = list(_exceptions_between(deadline))
    names = _names(one for one in exceptions if _takes_time(deadline, one))
    if names:
        yield Text(f"{listed(names).zh}放假顺延", f"{listed(names).en} not counted")
    worked = [one.date for one in exceptions if one.kind is DayKind.WORKDAY]
    if worked:
        days = listed([_with_weekday(day) for day in worked])
        yield Text(f"{days.zh}调休上班", f"{days.en} worked in lieu")


def _exceptions_between(deadline: Deadline) -> Iterator[DayException]:
    first = deadline.start.astimezone(deadline.calendar.zone).date()
    due = deadline.legs[-1] or deadline.due_as_of(ticks(deadline.start))
    for one in sorted(deadline.calendar.exceptions, key=lambda one: one.date):
        if first <= one.date <= due.day:
            yield one


def _takes_time(deadline: Deadline, one: DayException) -> bool:
    return one.kind is DayKind.HOLIDAY and bool(deadline.calendar.usual_hours(one.date))


def _names(exceptions: Iterable[DayException]) -> list[Text]:
    return list(dict.fromkeys(one.name or _NO_NAME for one in exceptions))


def _with_weekday(day: date) -> Text:
    words, weekday = day_in_words(day), weekday_in_words(day)
    return Text(f"{words.zh}（{weekday.zh}）", f"{weekday.en} {words.en}")


def _pause(deadline: Deadline, one: Suspension) -> Text:
    zone = deadline.calendar.zone
    why = one.reason if one.reason.zh else Text(one.code, one.code)
    begin = instant_in_words(one.since.astimezone(zone))
    if one.until is None:
        return Text(f"{begin.zh}起暂停（{why.zh}）", f"paused since {begin.en} ({why.en})")
    end = instant_in_words(one.until.astimezone(zone))
    return Text(f"{begin.zh}至{end.zh}暂停（{why.zh}）", f"paused from {begin.en} to {end.en} ({why.en})")


def _rolled(deadline: Deadline) -> Iterator[Text]:
    due = deadline.legs[-1]
    if due is None or deadline.roll is Roll.NONE or due.day == due.unrolled:
        return
    day = day_in_words(due.unrolled)
    exception = deadline.calendar.exceptions_by_date.get(due.unrolled)
    if exception is not None and exception.kind is DayKind.HOLIDAY:
        name = exception.name or _NO_NAME
        why = Text(f"{day.zh}为{name.zh}放假", f"{day.en} is a holiday ({name.en})")
    else:
        why = Text(f"{day.zh}（{weekday_in_words(due.unrolled).zh}）休息", f"{day.en} is a day off")
    moved = Text("提前", "brought forward") if deadline.roll is Roll.PREVIOUS else Text("顺延", "put off")
    yield Text(f"{why.zh}{moved.zh}", f"{why.en}, {moved.en}")
