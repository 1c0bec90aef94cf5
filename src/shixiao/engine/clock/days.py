"""The hours of one day, and the days that differ from the week."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from enum import Enum

from shixiao.engine.bilingual import Text
from shixiao.engine.clock.instants import MINUTES_OF_A_DAY
from shixiao.engine.clock.unworkable import Unworkable

_WRITTEN = re.compile(r"\s*(\d{1,2})[:：](\d{2})\s*[-–—~至]\s*(\d{1,2})[:：](\d{2})\s*")


@dataclass(frozen=True, order=True)
class Span:
    """Working time within a day, half-open, in minutes after the midnight that begins the day.

    `end` may lie on the next day (22:00–06:00 is 1320 to 1800), at most a day after `start`.
    """

    start: int
    end: int

    def __post_init__(self) -> None:
        if not 0 <= self.start < MINUTES_OF_A_DAY or not 0 < self.end - self.start <= MINUTES_OF_A_DAY:
            raise Unworkable(
                Text(
                    f"时段 {self.start}–{self.end} 分钟不成立：应从 0 时到 24 时之间开始，长度大于 0、不超过 24 小时",
                    f"The span from minute {self.start} to {self.end} is none: it begins within the day and "
                    "lasts more than 0 and at most 24 hours",
                )
            )

    @classmethod
    def parse(cls, written: str) -> Span:
        """“08:30-12:00” as a span; “22:00-06:00” goes over midnight, “00:00-24:00” is the whole day."""
        match = _WRITTEN.fullmatch(written)
        if match is None or int(match[2]) > 59 or int(match[4]) > 59:
            raise Unworkable(
                Text(
                    f"读不懂时段“{written}”；请写成 08:30-12:00",
                    f"“{written}” is no span of hours; write it like 08:30-12:00",
                )
            )
        start = int(match[1]) * 60 + int(match[2])
        end = int(match[3]) * 60 + int(match[4])
        return cls(start, end if end > start else end + MINUTES_OF_A_DAY)

    def __str__(self) -> str:
        end = self.end if self.end <= MINUTES_OF_A_DAY else self.end - MINUTES_OF_A_DAY
        return f"{_hour(self.start)}-{_hour(end)}"


def _hour(minutes: int) -> str:
    return f"{minutes // 60:02}:{minutes % 60:02}"


def spans(*written: str) -> tuple[Span, ...]:
    """Several spans as people write them: `spans("08:30-12:00", "14:00-17:30")`."""
    return tuple(Span.parse(one) for one in written)


class DayKind(Enum):
    """How a day differs from its weekday."""

    HOLIDAY = "holiday"  # 放假
    WORKDAY = "workday"  # 调休上班
    HOURS = "hours"  # 上班时间与平常不同

    @classmethod
    def _missing_(cls, value: object) -> DayKind:
        raise Unworkable(
            Text(
                f"不认识的日期类别“{value}”；可用的是 holiday（放假）、workday（调休上班）、hours（特殊时间）",
                f"Unknown kind of day “{value}”; there are holiday, workday and hours",
            )
        )


@dataclass(frozen=True)
class DayException:
    """One date that differs from its weekday.

    `hours` are needed for the kind HOURS, may be given for WORKDAY (otherwise the calendar's hours of a day in
    lieu hold), and are refused for HOLIDAY. `name` is the holiday it belongs to, such as 国庆节.
    """

    date: date
    kind: DayKind
    name: Text | None = None
    hours: tuple[Span, ...] = ()

    def __post_init__(self) -> None:
        if self.kind is DayKind.HOLIDAY and self.hours:
            raise Unworkable(
                Text(
                    f"{self.date.isoformat()} 放假，不能有上班时间；当天有人上班请用“特殊时间”",
                    f"{self.date.isoformat()} is a holiday and has no hours; a day with special hours is another kind",
                )
            )
        if self.kind is DayKind.HOURS and not self.hours:
            raise Unworkable(
                Text(
                    f"{self.date.isoformat()} 为特殊时间，但没有写上班时段；全天不上班请用“放假”",
                    f"{self.date.isoformat()} has special hours, but none are given; a day without any is a holiday",
                )
            )
