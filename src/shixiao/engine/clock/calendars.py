"""Calendars: when an office or a station works. Weekly hours, the days that differ, night duty, what is known."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from math import inf
from zoneinfo import ZoneInfo

from shixiao.engine.bilingual import Text
from shixiao.engine.clock.days import DayException, DayKind, Span, spans
from shixiao.engine.clock.instants import local_ticks, zone_named
from shixiao.engine.clock.line import WorkingLine
from shixiao.engine.clock.unworkable import Unworkable

SHANGHAI = "Asia/Shanghai"
OFFICE_DAY = spans("08:30-12:00", "14:00-17:30")
WHOLE_DAY = spans("00:00-24:00")


@dataclass(frozen=True)
class Week:
    """The hours of each weekday, Monday first, from `since` on (None: from ever).

    Summer and winter hours are several weeks, so that a change of hours leaves the past as it was.
    """

    hours: tuple[tuple[Span, ...], ...]
    since: date | None = None

    def __post_init__(self) -> None:
        if len(self.hours) != 7:
            raise Unworkable(
                Text(
                    f"一周应有 7 天的上班时间（周一在前），现有 {len(self.hours)} 天",
                    f"A week has the hours of 7 days, Monday first; these are {len(self.hours)}",
                )
            )

    @classmethod
    def of(cls, weekdays: tuple[Span, ...], weekend: tuple[Span, ...] = (), *, since: date | None = None) -> Week:
        """Five days alike, and two days alike."""
        return cls(hours=(weekdays,) * 5 + (weekend,) * 2, since=since)


@dataclass(frozen=True)
class Calendar:
    """When somebody works: a name, weekly hours, dates that differ, night duty, and how far the data is known.

    - A *working day* is a date that has daytime hours of its own. Night duty makes no working day.
    - `night_duty` is added every night, on holidays too; it belongs to the date on which it begins.
    - A day in lieu (调休上班) without hours of its own has `in_lieu`; without those, Monday's hours of that week.
    - The dates from `known_from` up to, not including, `known_until` are known. Outside, the week alone is used and
      whatever comes of it is provisional (暂定). None means known without end.
    - Overlapping hours count once.
    """

    code: str
    name: Text
    weeks: tuple[Week, ...]
    exceptions: tuple[DayException, ...] = ()
    night_duty: tuple[Span, ...] = ()
    in_lieu: tuple[Span, ...] = ()
    known_from: date | None = None
    known_until: date | None = None
    zone_name: str = SHANGHAI

    def __post_init__(self) -> None:
        zone_named(self.zone_name)
        dates = [week.since or date.min for week in self.weeks]
        if not dates or dates[0] != date.min or sorted(set(dates)) != dates:
            raise Unworkable(
                Text(
                    f"日历“{self.name.zh}”的作息应按开始日期排列，第一个没有开始日期",
                    f"The weeks of the calendar “{self.name.en}” stand in order of their first day; the first has none",
                )
            )
        self._refuse_a_date_twice()

    def _refuse_a_date_twice(self) -> None:
        twice = [day for day, times in Counter(one.date for one in self.exceptions).items() if times > 1]
        if twice:
            days = "、".join(sorted(day.isoformat() for day in twice))
            raise Unworkable(
                Text(
                    f"日历“{self.name.zh}”里 {days} 出现了不止一次；每天只留一行",
                    f"The calendar “{self.name.en}” has {days} more than once; keep one row for each day",
                )
            )

    @cached_property
    def zone(self) -> ZoneInfo:
        """The zone in which its hours are written."""
        return zone_named(self.zone_name)

    @cached_property
    def exceptions_by_date(self) -> dict[date, DayException]:
        """The dates that differ from their weekday."""
        return {one.date: one for one in self.exceptions}

    @cached_property
    def _exceptions_in_order(self) -> list[DayException]:
        return sorted(self.exceptions, key=lambda one: one.date)

    def exceptions_between(self, first: date, last: date) -> list[DayException]:
        """The dates that differ from their weekday, from `first` to `last`, both included."""
        days = self._exceptions_in_order
        begin = bisect_left(days, first, key=lambda one: one.date)
        return days[begin : bisect_right(days, last, key=lambda one: one.date)]

    @cached_property
    def _known(self) -> tuple[float, float]:
        first = -inf if self.known_from is None else local_ticks(self.known_from, 0, self.zone)
        return first, inf if self.known_until is None else local_ticks(self.known_until, 0, self.zone)

    def is_known_throughout(self, begin: int, end: int) -> bool:
        """Whether the data from one instant to another (in microseconds) is known; the end itself is not needed."""
        return self._known[0] <= begin and end <= self._known[1]

    @cached_property
    def line(self) -> WorkingLine:
        """Its working time, summed up for quick counting; built year by year, when a year is asked for."""
        return WorkingLine(self)

    @cached_property
    def _weeks_since(self) -> list[date]:
        return [week.since or date.min for week in self.weeks]

    def week_on(self, day: date) -> Week:
        """The weekly hours in force on `day`."""
        return self.weeks[bisect_right(self._weeks_since, day) - 1]

    def usual_hours(self, day: date) -> tuple[Span, ...]:
        """What `day` would have, were it like its weekday."""
        return self.week_on(day).hours[day.weekday()]

    def hours_on(self, day: date) -> tuple[Span, ...]:
        """The daytime hours of `day`, without night duty; empty on a day off."""
        exception = self.exceptions_by_date.get(day)
        if exception is None:
            return self.usual_hours(day)
        if exception.kind is DayKind.WORKDAY:
            return exception.hours or self.in_lieu or self.week_on(day).hours[0]
        return exception.hours

    def is_working_day(self, day: date) -> bool:
        """Whether `day` has daytime hours."""
        return bool(self.hours_on(day))

    def is_known_on(self, day: date) -> bool:
        """Whether the data for `day` is known, not guessed from the week."""
        return (self.known_from is None or self.known_from <= day) and (
            self.known_until is None or day < self.known_until
        )


def office_hours(
    exceptions: Iterable[DayException] = (),
    known_from: date | None = None,
    known_until: date | None = None,
    *,
    zone_name: str = SHANGHAI,
) -> Calendar:
    """The usual hours of an office: Monday to Friday, 8:30–12:00 and 14:00–17:30."""
    return Calendar(
        code="office",
        name=Text("机关作息", "Office hours"),
        weeks=(Week.of(OFFICE_DAY),),
        exceptions=tuple(exceptions),
        known_from=known_from,
        known_until=known_until,
        zone_name=zone_name,
    )


def around_the_clock(zone_name: str = SHANGHAI) -> Calendar:
    """Every hour of every day; nothing about it can be unknown."""
    return Calendar(
        code="always",
        name=Text("全天候", "Around the clock"),
        weeks=(Week.of(WHOLE_DAY, WHOLE_DAY),),
        zone_name=zone_name,
    )
