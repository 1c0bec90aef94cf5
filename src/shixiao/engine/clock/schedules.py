"""Schedules: what is expected again and again, and the window within which each time is to happen. Pure.

    rounds = Daily(times=2, days=Days.WORKING)
    for window in expected_windows(rounds, since=date(2026, 6, 1), until=date(2026, 7, 1), calendar=office): …

| schedule | a window is | expected |
|---|---|---|
| `Daily` | the whole day, or a stretch of hours | so many times each working day, or each day |
| `Weekly` | as `Daily` | on some weekdays |
| `Monthly` | from the first day of the month to a named day, or to the last working day | so many times |
| `Quarterly`, `Yearly` | the whole quarter, the whole year | so many times |
| `Slots` | so many hours of opening time | one after another while the calendar is open |

The awkward cases, all decided here:

- A window belongs to the day on which it begins, so a stretch of days cut in two gives the same windows.
- A working day is one of the calendar, 调休 included. On a day without work `Daily` of working days and `Slots` expect
  nothing; `Daily` of every day and `Weekly` expect a window that is marked closed, which measures leave out and show beside.
  A longer window is closed when no day of it is worked.
- Several times in one day, month, quarter or year share one window; stretches of hours have one each. One that goes over
  midnight belongs to the day on which it begins.
- The 31st of a shorter month is its last day. Nothing rolls: who wants the working day before says the last working day.
- Slots are cut from the opening of each span. A rest of at least half a slot is a slot; a shorter one is added to the
  slot before it; a span that is shorter than a slot is one slot. What two spans share counts once.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import Enum
from itertools import pairwise
from typing import NamedTuple

from shixiao.engine.bilingual import Text
from shixiao.engine.clock.calendars import Calendar
from shixiao.engine.clock.days import DayKind, Span
from shixiao.engine.clock.instants import MINUTES_OF_A_DAY, instant_at, local_ticks
from shixiao.engine.clock.unworkable import Unworkable

MOST_TIMES = 1_000_000
HOLIDAY, DAY_OFF = "calendar.holiday", "calendar.day_off"  # permanent: events carry them
_ONE_DAY = timedelta(days=1)


class Days(Enum):
    """Which days a daily schedule means."""

    WORKING = "working"
    EVERY = "every"

    @classmethod
    def _missing_(cls, value: object) -> Days:
        raise Unworkable(
            Text(f"不认识“{value}”；可用的是 working、every", f"Unknown days “{value}”; known: working, every")
        )


class ExpectedWindow(NamedTuple):
    """When one time is to happen, half-open. `key` is its name within the duty, the same whenever it is worked out.

    `closed` is the code of why it does not count; None where it does.
    """

    key: str
    begin: datetime
    end: datetime
    closed: str | None = None


@dataclass(frozen=True, kw_only=True)
class Daily:
    """So many times a day, each within the whole day; with `hours` once within each of these stretches, and that many times."""

    times: int = 1
    hours: tuple[Span, ...] = ()
    days: Days = Days.WORKING

    def __post_init__(self) -> None:
        _check_times(self.times, self.hours)
        object.__setattr__(self, "times", len(self.hours) or self.times)


@dataclass(frozen=True, kw_only=True)
class Weekly:
    """On these weekdays (0 is Monday), so many times each."""

    weekdays: tuple[int, ...]
    times: int = 1
    hours: tuple[Span, ...] = ()

    def __post_init__(self) -> None:
        _check_times(self.times, self.hours)
        if (
            not self.weekdays
            or sorted(set(self.weekdays)) != list(self.weekdays)
            or not set(self.weekdays) <= set(range(7))
        ):
            raise Unworkable(
                Text(
                    "请选出一周里的几天，从周一排起，每天一次",
                    "Choose weekdays, in order from Monday, each of them once",
                )
            )


@dataclass(frozen=True, kw_only=True)
class Monthly:
    """So many times a month, by a day of the month; by the last working day where `by` is None."""

    by: int | None = None
    times: int = 1

    def __post_init__(self) -> None:
        _check_times(self.times)
        if self.by is not None and not 1 <= self.by <= 31:
            raise Unworkable(Text(f"一个月里没有 {self.by} 日", f"No month has a day {self.by}"))


@dataclass(frozen=True, kw_only=True)
class Quarterly:
    """So many times a quarter."""

    times: int = 1

    def __post_init__(self) -> None:
        _check_times(self.times)


@dataclass(frozen=True, kw_only=True)
class Yearly:
    """So many times a year."""

    times: int = 1

    def __post_init__(self) -> None:
        _check_times(self.times)


@dataclass(frozen=True, kw_only=True)
class Slots:
    """Once in each slot of so many hours of opening time."""

    hours: int

    def __post_init__(self) -> None:
        if not _is_whole(self.hours) or not 1 <= self.hours <= 24:
            raise Unworkable(Text("每段 1 至 24 小时，写整数", "A slot has 1 to 24 hours, a whole number"))


Schedule = Daily | Weekly | Monthly | Quarterly | Yearly | Slots


def expected_windows(schedule: Schedule, since: date, until: date, calendar: Calendar) -> Iterator[ExpectedWindow]:
    """The windows that begin from `since` up to, not including, `until`, in order of their days."""
    day = since
    while day < until:
        yield from _of_day(schedule, day, calendar)
        day += _ONE_DAY


def how_many(schedule: Schedule, year: int, calendar: Calendar) -> int:
    """How many windows begin in a year, closed ones included; counted without making them."""
    day, found = date(year, 1, 1), 0
    while day.year == year:
        stretches = sum(1 for _ in _stretches(schedule, day, calendar))
        found += stretches * (1 if _has_hours(schedule) else _times(schedule))
        day += _ONE_DAY
    return found


def first_day(schedule: Schedule, day: date) -> date:
    """The day on which the window begins that `day` lies in: the first of its month, quarter or year, else `day` itself."""
    match schedule:
        case Monthly():
            return day.replace(day=1)
        case Quarterly():
            return date(day.year, (day.month - 1) // 3 * 3 + 1, 1)
        case Yearly():
            return date(day.year, 1, 1)
        case _:
            return day


def is_rare(schedule: Schedule) -> bool:
    """Whether its windows are months or longer."""
    return isinstance(schedule, Monthly | Quarterly | Yearly)


# ---- the windows of one day --------------------------------------------------------------------------------------


class _Stretch(NamedTuple):
    """Minutes after the midnight that begins the day."""

    begin: int
    end: int


def _of_day(schedule: Schedule, day: date, calendar: Calendar) -> Iterator[ExpectedWindow]:
    stretches = list(_stretches(schedule, day, calendar))
    if not stretches:
        return
    several = stretches if _has_hours(schedule) else stretches * _times(schedule)
    stem, closed = _stem(schedule, day), _closed(schedule, day, calendar)
    for number, stretch in enumerate(several, 1):
        begin, end = (instant_at(local_ticks(day, at, calendar.zone), calendar.zone) for at in stretch)
        yield ExpectedWindow(f"{stem}/{number}", begin, end, closed)


def _stretches(schedule: Schedule, day: date, calendar: Calendar) -> Iterator[_Stretch]:
    """The stretches that begin on `day`; one for all times where they share it."""
    match schedule:
        case Daily() if schedule.days is Days.EVERY or calendar.is_working_day(day):
            yield from _hours_or_whole_day(schedule.hours)
        case Weekly() if day.weekday() in schedule.weekdays:
            yield from _hours_or_whole_day(schedule.hours)
        case Slots():
            yield from _slots(day, schedule.hours * 60, calendar)
        case Monthly() | Quarterly() | Yearly() if first_day(schedule, day) == day:
            last = _last_day(schedule, day, calendar)
            yield _Stretch(0, ((last - day).days + 1) * MINUTES_OF_A_DAY)


def _hours_or_whole_day(hours: tuple[Span, ...]) -> Iterator[_Stretch]:
    if not hours:
        yield _Stretch(0, MINUTES_OF_A_DAY)
    for span in hours:
        yield _Stretch(span.start, span.end)


def _slots(day: date, length: int, calendar: Calendar) -> Iterator[_Stretch]:
    for begin, end in _opening(day, calendar):
        whole, rest = divmod(end - begin, length)
        number = max(1, whole + (rest * 2 >= length))
        for index in range(number):
            last = end if index == number - 1 else begin + (index + 1) * length
            yield _Stretch(begin + index * length, last)


def _opening(day: date, calendar: Calendar) -> Iterator[_Stretch]:
    """The opening hours that begin on `day`, without what the day before still covers, each minute once."""
    before = calendar.hours_on(day - _ONE_DAY)
    reached = max((span.end - MINUTES_OF_A_DAY for span in before), default=0)
    open_: _Stretch | None = None
    for span in sorted(calendar.hours_on(day)):
        begin, end = max(span.start, reached), max(span.end, reached)
        if begin == end:
            continue
        if open_ is not None and begin > open_.end:
            yield open_
            open_ = None
        open_ = _Stretch(begin, end) if open_ is None else _Stretch(open_.begin, max(end, open_.end))
    if open_ is not None:
        yield open_


def _last_day(schedule: Schedule, first: date, calendar: Calendar) -> date:
    if isinstance(schedule, Yearly):
        return date(first.year, 12, 31)
    if isinstance(schedule, Quarterly):
        return date(first.year, first.month + 2, monthrange(first.year, first.month + 2)[1])
    last = first.replace(day=monthrange(first.year, first.month)[1])
    if isinstance(schedule, Monthly) and schedule.by is not None:
        return min(last, first + timedelta(days=schedule.by - 1))
    worked = [day for day in _days_of(first, last) if calendar.is_working_day(day)]
    return worked[-1] if worked else last


def _days_of(first: date, last: date) -> Iterator[date]:
    return (first + timedelta(days=number) for number in range((last - first).days + 1))


def _closed(schedule: Schedule, day: date, calendar: Calendar) -> str | None:
    """Why a window that begins on `day` does not count; None where it does."""
    last = _last_day(schedule, day, calendar) if is_rare(schedule) else day
    if any(calendar.is_working_day(each) for each in _days_of(day, last)):
        return None
    exception = calendar.exceptions_by_date.get(day)
    return HOLIDAY if exception is not None and exception.kind is DayKind.HOLIDAY else DAY_OFF


# ---- keys --------------------------------------------------------------------------------------------------------


def _stem(schedule: Schedule, day: date) -> str:
    match schedule:
        case Monthly():
            return f"{day:%Y-%m}"
        case Quarterly():
            return f"{day:%Y}-Q{(day.month + 2) // 3}"
        case Yearly():
            return f"{day:%Y}"
        case _:
            return day.isoformat()


def _times(schedule: Schedule) -> int:
    return 1 if isinstance(schedule, Slots) else schedule.times


def _has_hours(schedule: Schedule) -> bool:
    return isinstance(schedule, Slots) or (isinstance(schedule, Daily | Weekly) and bool(schedule.hours))


def _is_whole(number: object) -> bool:
    return isinstance(number, int) and not isinstance(number, bool)


def _check_times(times: int, hours: tuple[Span, ...] = ()) -> None:
    if not _is_whole(times) or not 1 <= times <= MOST_TIMES:
        raise Unworkable(
            Text(f"次数应是 1 以上的整数，这里是 {times}", f"The times are a whole number from 1 on, not {times}")
        )
    if hours and times not in (1, len(hours)):
        raise Unworkable(
            Text(
                f"写了 {len(hours)} 段时间，就是 {len(hours)} 次，不能另写 {times} 次",
                f"{len(hours)} stretches of hours are {len(hours)} times, not {times}",
            )
        )
    for before, after in pairwise(hours):
        if after.start < before.end:
            raise Unworkable(
                Text(
                    f"时段 {before} 和 {after} 重叠，或者没有按先后写",
                    f"{before} and {after} overlap or do not stand in order",
                )
            )
    if hours and hours[-1].end - MINUTES_OF_A_DAY > hours[0].start:
        raise Unworkable(
            Text(
                f"时段 {hours[-1]} 伸到了第二天的 {hours[0]} 里",
                f"{hours[-1]} reaches into {hours[0]} of the following day",
            )
        )
