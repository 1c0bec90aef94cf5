"""Time allowed. Every way of counting is a type of its own, so that one cannot be taken for another.

| type | counts | ends |
|---|---|---|
| `WorkingHours` | working time of the calendar | when it is used up |
| `Hours` | every hour | when it is used up |
| `WorkingDays` | days with working hours | at the end of the last one |
| `CalendarDays` | every day | at the end of the last one |
| `CalendarMonths` | months | at the end of the corresponding day, or of the month's last day |
| `OnDay` | nothing: somebody named the day | at the end of that day |
| `AtInstant` | nothing: somebody named the instant | at that instant, which is too late itself |

Which day is the first (`counted_from`):

- `NEXT_DAY` (the default, as the civil code counts): the day of the start is never counted, whether the start lies
  in the morning, after closing time or on a holiday. Day 1 is the next day (of working days: the next working day).
- `SAME_DAY`: the day of the start is day 1, if it counts at all and is not over yet (`until`); else as above.
- `DAY_AFTER_RECEIPT`: what comes in outside working time is received when work next begins; the day of receipt is
  not counted. After closing time on Monday: received on Tuesday, day 1 is Wednesday.

When a day ends (`until`): `END_OF_DAY` at 24:00; `CLOSING_TIME` with the last working hours of that day (at 24:00
where it has none, or where they go on over midnight). A day ends with its last moment, never with its first one.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import Enum

from shixiao.engine.bilingual import Text
from shixiao.engine.clock.unworkable import Unworkable


def _unknown(what: Text, value: object, known: type[Enum]) -> Unworkable:
    words = "、".join(member.value for member in known)
    return Unworkable(
        Text(f"不认识的{what.zh}“{value}”；可用的是 {words}", f"Unknown {what.en} “{value}”; known: {words}")
    )


class CountedFrom(Enum):
    """Which day is day 1."""

    NEXT_DAY = "next_day"
    SAME_DAY = "same_day"
    DAY_AFTER_RECEIPT = "day_after_receipt"

    @classmethod
    def _missing_(cls, value: object) -> CountedFrom:
        raise _unknown(Text("起算方式", "way of counting"), value, cls)


class Until(Enum):
    """When a day that is due ends."""

    END_OF_DAY = "end_of_day"
    CLOSING_TIME = "closing_time"

    @classmethod
    def _missing_(cls, value: object) -> Until:
        raise _unknown(Text("到期时刻", "end of a day"), value, cls)


class Roll(Enum):
    """What becomes of a due day without working hours, or of a due hour outside them."""

    NONE = "none"
    NEXT = "next"  # 顺延
    PREVIOUS = "previous"  # 提前

    @classmethod
    def _missing_(cls, value: object) -> Roll:
        raise _unknown(Text("顺延规则", "roll rule"), value, cls)


@dataclass(frozen=True)
class WorkingHours:
    """Working time of the calendar; `WorkingHours.of(hours=8)`."""

    time: timedelta

    def __post_init__(self) -> None:
        _refuse_negative(self.time)

    @classmethod
    def of(cls, *, hours: int = 0, minutes: int = 0) -> WorkingHours:
        """So many hours and minutes of work."""
        return cls(timedelta(hours=hours, minutes=minutes))


@dataclass(frozen=True)
class Hours:
    """Time on the wall, nights and holidays included; `Hours.of(hours=24)`. A zone shift makes it no shorter."""

    time: timedelta

    def __post_init__(self) -> None:
        _refuse_negative(self.time)

    @classmethod
    def of(cls, *, hours: int = 0, minutes: int = 0) -> Hours:
        """So many hours and minutes by any clock."""
        return cls(timedelta(hours=hours, minutes=minutes))


@dataclass(frozen=True)
class WorkingDays:
    """Working days of the calendar, at least one. A working day is a day, however many hours it has."""

    number: int
    until: Until = Until.END_OF_DAY
    counted_from: CountedFrom = CountedFrom.NEXT_DAY

    def __post_init__(self) -> None:
        _refuse_less_than_one(self.number)


@dataclass(frozen=True)
class CalendarDays:
    """Days in a row, at least one, holidays included."""

    number: int
    until: Until = Until.END_OF_DAY
    counted_from: CountedFrom = CountedFrom.NEXT_DAY

    def __post_init__(self) -> None:
        _refuse_less_than_one(self.number)


@dataclass(frozen=True)
class CalendarMonths:
    """Months, at least one: due at the end of the corresponding day; from 31 January a month lasts to 28 February."""

    number: int
    until: Until = Until.END_OF_DAY

    def __post_init__(self) -> None:
        _refuse_less_than_one(self.number)


@dataclass(frozen=True)
class OnDay:
    """Due by the end of a day that somebody named. Suspensions do not move it: only an extension does."""

    day: date
    until: Until = Until.END_OF_DAY


@dataclass(frozen=True)
class AtInstant:
    """Due before an instant that somebody named, such as the end of a window: done at the instant itself is too late.

    Neither suspensions nor holidays nor a roll move it: only an extension does.
    """

    instant: datetime

    def __post_init__(self) -> None:
        if not isinstance(self.instant, datetime) or self.instant.tzinfo is None:
            raise Unworkable(
                Text(
                    f"到期时刻 {self.instant} 没有时区，无法计时",
                    f"{self.instant} has no time zone, so nothing can be due at it",
                )
            )


TimeBudget = WorkingHours | Hours
DayBudget = WorkingDays | CalendarDays | CalendarMonths | OnDay
NamedBudget = OnDay | AtInstant  # what somebody named, so that no pause moves it
Budget = TimeBudget | DayBudget | AtInstant


def _refuse_negative(time: timedelta) -> None:
    if time < timedelta(0):
        raise Unworkable(Text(f"时限不能是负数（{time}）", f"A time limit is not negative ({time})"))


def _refuse_less_than_one(number: int) -> None:
    if isinstance(number, bool) or not isinstance(number, int) or number < 1:
        raise Unworkable(
            Text(
                f"按日、按月的时限至少为 1，这里是 {number}；当日办结请用“限某日”",
                f"A limit in days or months is a whole number from 1 on, not {number}; for the same day name the day",
            )
        )
