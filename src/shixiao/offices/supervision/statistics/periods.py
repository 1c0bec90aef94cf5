"""Periods as an address writes them: a year, a quarter, a month or a week; and how long ago something began."""

import re
from collections.abc import Iterator
from datetime import date, timedelta
from typing import NamedTuple

from shixiao.engine.bilingual import Text
from shixiao.ledger.readings import Days

EARLIEST, LATEST = 1990, 2200
WEEK, MONTH, QUARTER, YEAR = "week", "month", "quarter", "year"
_WRITTEN = re.compile(r"(?P<year>\d{4})(?:-(?:Q(?P<quarter>[1-4])|W(?P<week>\d{2})|(?P<month>\d{2})))?", re.ASCII)


class Period(NamedTuple):
    """A period: how an address writes it, what sort it is, and its days."""

    written: str
    sort: str
    days: Days

    @property
    def last(self) -> date:
        """Its last day."""
        return self.days.end - timedelta(days=1)

    @property
    def title(self) -> Text:
        """2026年, 2026年第二季度, 2026年6月, 2026年第26周（6月22日至6月28日）."""
        begin, last = self.days.begin, self.last
        match self.sort:
            case "year":
                return Text(f"{begin.year}年", f"{begin.year}")
            case "quarter":
                number = (begin.month + 2) // 3
                return Text(f"{begin.year}年第{'一二三四'[number - 1]}季度", f"{begin.year}, quarter {number}")
            case "month":
                return Text(f"{begin.year}年{begin.month}月", f"{begin:%Y-%m}")
        year, week, _day = begin.isocalendar()
        days = Text(f"{begin.month}月{begin.day}日至{last.month}月{last.day}日", f"{begin:%F} to {last:%F}")
        return Text(f"{year}年第{week}周（{days.zh}）", f"Week {week} of {year} ({days.en})")

    @property
    def before(self) -> "Period":
        """The one before it, of the same sort."""
        return of(self.days.begin - timedelta(days=1), self.sort)

    @property
    def after(self) -> "Period":
        """The one after it."""
        return of(self.days.end, self.sort)


def read(text: str, *, today: date) -> Period:
    """What an address says; the year of today where that is no period."""
    found = _WRITTEN.fullmatch(text)
    if found is None or not EARLIEST <= int(found["year"]) <= LATEST:
        return of(today, YEAR)
    year = int(found["year"])
    if found["quarter"]:
        return of(date(year, int(found["quarter"]) * 3, 1), QUARTER)
    if found["month"]:
        return of(date(year, int(found["month"]), 1), MONTH) if 1 <= int(found["month"]) <= 12 else of(today, YEAR)
    if found["week"]:
        try:
            return of(date.fromisocalendar(year, int(found["week"]), 1), WEEK)
        except ValueError:
            return of(today, YEAR)
    return of(date(year, 1, 1), YEAR)


def of(day: date, sort: str) -> Period:
    """The period of that sort in which the day lies."""
    match sort:
        case "week":
            year, week, number = day.isocalendar()
            begin = day - timedelta(days=number - 1)
            return Period(f"{year}-W{week:02d}", sort, Days(begin, begin + timedelta(days=7)))
        case "month":
            begin = day.replace(day=1)
            return Period(f"{day:%Y-%m}", sort, Days(begin, months_later(begin, 1)))
        case "quarter":
            number = (day.month + 2) // 3
            begin = date(day.year, number * 3 - 2, 1)
            return Period(f"{day.year}-Q{number}", sort, Days(begin, months_later(begin, 3)))
    return Period(str(day.year), YEAR, Days.year(day.year))


def months_later(first: date, number: int) -> date:
    """The first day of the month so many months after the one that begins on `first`; before it for a negative number."""
    count = first.year * 12 + first.month - 1 + number
    return date(count // 12, count % 12 + 1, 1)


class Age(NamedTuple):
    """How long ago something began, in whole months of the calendar: from the month `youngest` months back to `oldest`, None for any before."""

    code: str
    title: Text
    youngest: int
    oldest: int | None

    def days(self, today: date) -> Days:
        """The days of these months, those of this month up to its end."""
        first = today.replace(day=1)
        begin = EVER if self.oldest is None else months_later(first, -self.oldest)
        return Days(begin, months_later(first, 1 - self.youngest))


EVER = date(EARLIEST, 1, 1)
DAY = timedelta(days=1)
AGES = (
    Age("this_month", Text("本月", "This month"), 0, 0),
    Age("1_2_months", Text("1–2个月前", "1–2 months ago"), 1, 2),
    Age("3_5_months", Text("3–5个月前", "3–5 months ago"), 3, 5),
    Age("6_11_months", Text("6–11个月前", "6–11 months ago"), 6, 11),
    Age("a_year", Text("一年以前", "A year and more ago"), 12, None),
)


def begins(today: date) -> list[int]:
    """The first month (yyyymm) of each age but the last, which has none."""
    firsts = [months_later(today.replace(day=1), -each.oldest) for each in AGES if each.oldest is not None]
    return [first.year * 100 + first.month for first in firsts]


def until(today: date) -> Days:
    """Every day up to the end of this month: where what stands now began."""
    return Days(EVER, months_later(today.replace(day=1), 1))


def choices(today: date) -> Iterator[Period]:
    """What a page offers at once: this year and the one before, this quarter, this month, this week and the one before."""
    for sort, backs in ((YEAR, 2), (QUARTER, 2), (MONTH, 2), (WEEK, 2)):
        found = of(today, sort)
        for _back in range(backs):
            yield found
            found = found.before
