"""A calendar's working time as prefix sums over the intervals of a year: counting is two binary searches.

Everything is counted in microseconds since 1970 UTC, so a zone shift needs no care here: an interval lasts as long
as it really lasts. A year is built when it is first asked for and never changes, so threads may share a line.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator
from datetime import MAXYEAR, MINYEAR, date, timedelta
from itertools import accumulate
from typing import TYPE_CHECKING, NamedTuple

from shixiao.engine.bilingual import Text
from shixiao.engine.clock.instants import local_ticks
from shixiao.engine.clock.unworkable import Unworkable

if TYPE_CHECKING:
    from shixiao.engine.clock.calendars import Calendar

_ONE_DAY = timedelta(days=1)
# Nothing an office promises lasts longer; a calendar without any hours would be searched for ever.
FARTHEST_YEARS = 200
_AVERAGE_YEAR = 31_556_952_000_000


class _Year(NamedTuple):
    number: int
    begin: int
    end: int
    starts: list[int]
    ends: list[int]
    before: list[int]  # working time in this year before the interval
    after: list[int]  # … and at its end
    total: int
    working_days: list[int]  # ordinals

    def within(self, count: int) -> int:
        """Working time from the beginning of the year to `count`."""
        index = bisect_right(self.starts, count) - 1
        if index < 0:
            return 0
        return self.before[index] + min(count, self.ends[index]) - self.starts[index]


class WorkingLine:
    """The working time of one calendar, laid out in a line; all instants and amounts are in microseconds."""

    def __init__(self, calendar: Calendar) -> None:
        self._calendar = calendar
        self._zone = calendar.zone
        self._years: dict[int, _Year] = {}

    def between(self, begin: int, end: int) -> int:
        """Working time from `begin` to `end`; negative when they stand the other way round."""
        first, last = self._year_of(begin), self._year_of(end)
        passed = last.within(end) - first.within(begin)
        if first is last:
            return passed
        if first.number > last.number:
            return -self.between(end, begin)
        return passed + sum(self._year(year).total for year in range(first.number, last.number))

    def after(self, begin: int, amount: int) -> int:
        """The first instant at which `amount` of working time has passed since `begin`; `begin` itself for none."""
        if amount <= 0:
            return begin
        year = self._year_of(begin)
        wanted = year.within(begin) + amount
        limit = year.number + FARTHEST_YEARS
        while wanted > year.total:
            wanted -= year.total
            year = self._following(year, limit)
        index = bisect_left(year.after, wanted)
        return year.starts[index] + wanted - year.before[index]

    def is_working_at(self, instant: int) -> bool:
        """Whether `instant` lies in working time; an opening does, a closing does not."""
        year = self._year_of(instant)
        index = bisect_right(year.starts, instant) - 1
        return index >= 0 and instant < year.ends[index]

    def opening_from(self, instant: int) -> int:
        """`instant` if it lies in working time, else the next instant that does."""
        year = self._year_of(instant)
        limit = year.number + FARTHEST_YEARS
        while (index := bisect_right(year.ends, instant)) == len(year.ends):
            year = self._following(year, limit)
        return max(instant, year.starts[index])

    def closing_until(self, instant: int) -> int | None:
        """`instant` if it lies in working time or ends it, else the last end of working time before; None if none.

        Only this year and the one before are looked at.
        """
        this = self._year_of(instant)
        for year in (this, self._year(this.number - 1)):
            index = bisect_left(year.starts, instant) - 1
            if index >= 0:
                return min(instant, year.ends[index])
        return None

    def working_days_until(self, day: date, *, after: date) -> int:
        """How many working days d there are with `after` < d ≤ `day`; negative the other way round."""
        if day < after:
            return -self.working_days_until(after, after=day)
        passed = bisect_right(self._year(day.year).working_days, day.toordinal())
        passed -= bisect_right(self._year(after.year).working_days, after.toordinal())
        return passed + sum(len(self._year(year).working_days) for year in range(after.year, day.year))

    def working_day_after(self, day: date, number: int) -> date:
        """The `number`-th working day after `day`, which is not counted itself; number ≥ 1."""
        year = self._year(day.year)
        wanted = bisect_right(year.working_days, day.toordinal()) + number
        limit = year.number + FARTHEST_YEARS
        while wanted > len(year.working_days):
            wanted -= len(year.working_days)
            year = self._following(year, limit)
        return date.fromordinal(year.working_days[wanted - 1])

    def working_day_before(self, day: date) -> date | None:
        """The last working day before `day`; None where there is none in this year and the one before."""
        for year in (self._year(day.year), self._year(day.year - 1)):
            index = bisect_left(year.working_days, day.toordinal()) - 1
            if index >= 0:
                return date.fromordinal(year.working_days[index])
        return None

    def _following(self, year: _Year, limit: int) -> _Year:
        if year.number < limit:
            return self._year(year.number + 1)
        name = self._calendar.name
        raise Unworkable(
            Text(
                f"按日历“{name.zh}”，{FARTHEST_YEARS} 年内都到不了期；请检查时限和上班时间",
                f"By the calendar “{name.en}” this is not due within {FARTHEST_YEARS} years; "
                "check the time limit and the hours",
            )
        )

    def _year_of(self, instant: int) -> _Year:
        # The average length of a year hits the right one or a neighbour.
        year = self._year(1970 + instant // _AVERAGE_YEAR)
        if instant < year.begin:
            return self._year(year.number - 1)
        return self._year(year.number + 1) if instant >= year.end else year

    def _year(self, number: int) -> _Year:
        return self._years.get(number) or self._years.setdefault(number, self._build(number))

    def _build(self, year: int) -> _Year:
        if not MINYEAR < year < MAXYEAR:
            raise Unworkable(Text(f"{year} 年超出了日历的范围", f"The year {year} is beyond the calendar"))
        first, last = date(year, 1, 1), date(year, 12, 31)
        begin, end = local_ticks(first, 0, self._zone), local_ticks(last + _ONE_DAY, 0, self._zone)
        # The night duty of the last day of the year before belongs to this year from midnight on.
        pieces = _clipped(self._intervals(first - _ONE_DAY, last), begin, end)
        merged = list(merge(pieces))
        after = list(accumulate(end - start for start, end in merged))
        return _Year(
            number=year,
            begin=begin,
            end=end,
            starts=[start for start, _ in merged],
            ends=[end for _, end in merged],
            before=[0, *after][: len(merged)],
            after=after,
            total=after[-1] if after else 0,
            working_days=[day.toordinal() for day in _days(first, last) if self._calendar.is_working_day(day)],
        )

    def _intervals(self, first: date, last: date) -> Iterator[tuple[int, int]]:
        for day in _days(first, last):
            for span in (*self._calendar.hours_on(day), *self._calendar.night_duty):
                yield local_ticks(day, span.start, self._zone), local_ticks(day, span.end, self._zone)


def _days(first: date, last: date) -> Iterator[date]:
    return (date.fromordinal(number) for number in range(first.toordinal(), last.toordinal() + 1))


def _clipped(pieces: Iterable[tuple[int, int]], begin: int, end: int) -> Iterator[tuple[int, int]]:
    return ((max(start, begin), min(stop, end)) for start, stop in pieces)


def merge(pieces: Iterable[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """The same time as intervals in order that neither touch nor overlap; empty ones are left out."""
    start = stop = 0
    for begin, end in sorted(pieces):
        if begin >= end:
            continue
        if start < stop and begin <= stop:
            stop = max(stop, end)
            continue
        if start < stop:
            yield start, stop
        start, stop = begin, end
    if start < stop:
        yield start, stop
