"""A deadline in one sentence: how much, from when, what moved it, until when.

8小时（工作时间），自9月30日16:00起，国庆节放假顺延，至10月8日17:00
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from shixiao.engine.bilingual import Text
from shixiao.engine.clock.budgets import AtInstant, NamedBudget, OnDay, Roll, WorkingDays, WorkingHours
from shixiao.engine.clock.counting import Due
from shixiao.engine.clock.days import DayException, DayKind
from shixiao.engine.clock.deadlines import Deadline, Extension
from shixiao.engine.clock.instants import instant_at, ticks
from shixiao.engine.clock.suspensions import Suspension
from shixiao.engine.clock.wordings import (
    budget_in_words,
    day_end_in_words,
    day_in_words,
    instant_in_words,
    listed,
    moment_in_words,
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
    if due.at == due.overdue_from and not isinstance(deadline.budgets[-1], AtInstant):
        return day_end_in_words(due.day, with_year=with_year)
    return moment_in_words(instant_at(due.at, deadline.calendar.zone), with_year=with_year)


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
    yield from _days_that_differ(deadline)
    yield from (_pause(deadline, one) for one in sorted(deadline.suspensions, key=lambda one: ticks(one.since)))
    yield from (_extension(one) for one in deadline.extensions)
    yield from _rolled(deadline)


def _days_that_differ(deadline: Deadline) -> Iterator[Text]:
    days = _exceptions_counted(deadline)
    holidays = [one for one in days if one.kind is DayKind.HOLIDAY and deadline.calendar.usual_hours(one.date)]
    if holidays:
        names = listed(list(dict.fromkeys(one.name or _NO_NAME for one in holidays)))
        yield Text(f"{names.zh}放假顺延", f"{names.en} not counted")
    worked = [_with_weekday(one.date) for one in days if one.kind is DayKind.WORKDAY]
    if worked:
        yield Text(f"{listed(worked).zh}调休上班", f"{listed(worked).en} worked in lieu")
    special = [day_in_words(one.date) for one in days if one.kind is DayKind.HOURS]
    if special:
        yield Text(f"{listed(special).zh}按特殊时间上班", f"special hours on {listed(special).en}")


def _exceptions_counted(deadline: Deadline) -> list[DayException]:
    """The days that differ, in the stretches where working time or working days are counted."""
    first = instant_at(ticks(deadline.start), deadline.calendar.zone).date()
    found: dict[date, DayException] = {}
    for budget, due in zip(deadline.budgets, deadline.legs, strict=True):
        last = (due or deadline.due_as_of(ticks(deadline.start))).day
        if isinstance(budget, WorkingHours | WorkingDays):
            found |= {one.date: one for one in deadline.calendar.exceptions_between(first, last)}
        first = last
    return list(found.values())


def _with_weekday(day: date) -> Text:
    words, weekday = day_in_words(day), weekday_in_words(day)
    return Text(f"{words.zh}（{weekday.zh}）", f"{weekday.en} {words.en}")


def _pause(deadline: Deadline, one: Suspension) -> Text:
    begin = instant_in_words(one.since.astimezone(deadline.calendar.zone))
    if one.until is None:
        words = Text(f"{begin.zh}起暂停（{one.why.zh}）", f"paused since {begin.en} ({one.why.en})")
    else:
        end = instant_in_words(one.until.astimezone(deadline.calendar.zone))
        words = Text(f"{begin.zh}至{end.zh}暂停（{one.why.zh}）", f"paused from {begin.en} to {end.en} ({one.why.en})")
    if not isinstance(deadline.budgets[-1], NamedBudget):
        return words
    return Text(f"{words.zh}而限期不变", f"{words.en} without moving that day")


def _extension(one: Extension) -> Text:
    budget = budget_in_words(one.budget)
    if isinstance(one.budget, OnDay):
        day = day_in_words(one.budget.day)
        return Text(f"延期至{day.zh}（{one.why.zh}）", f"extended to {day.en} ({one.why.en})")
    if isinstance(one.budget, AtInstant):
        at = moment_in_words(one.budget.instant)
        return Text(f"延期至{at.zh}（{one.why.zh}）", f"extended to {at.en} ({one.why.en})")
    return Text(f"延长{budget.zh}（{one.why.zh}）", f"extended by {budget.en} ({one.why.en})")


def _rolled(deadline: Deadline) -> Iterator[Text]:
    due = deadline.legs[-1]
    if due is None or not due.is_rolled:
        return
    why = _why_no_work(deadline, due.unrolled)
    moved = Text("提前", "brought forward") if deadline.roll is Roll.PREVIOUS else Text("顺延", "put off")
    yield Text(f"{why.zh}，{moved.zh}", f"{why.en}, {moved.en}")


def _why_no_work(deadline: Deadline, day: date) -> Text:
    words, exception = _with_weekday(day), deadline.calendar.exceptions_by_date.get(day)
    if exception is None or exception.kind is not DayKind.HOLIDAY:
        return Text(f"{words.zh}非工作时间", f"no work on {words.en}")
    words, name = day_in_words(day), exception.name or _NO_NAME
    return Text(f"{words.zh}为{name.zh}假期", f"{words.en} is a holiday ({name.en})")
