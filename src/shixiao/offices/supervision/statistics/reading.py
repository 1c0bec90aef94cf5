"""Reads statistics: two statements for the figures, one or two for the names, however many tasks there are."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.utils import timezone

from shixiao.casework import visibility, vocabulary
from shixiao.casework.models import Tag
from shixiao.engine.bilingual import Text
from shixiao.engine.measures import Reading
from shixiao.ledger import by_aspect, gauges
from shixiao.ledger.by_aspect import Asked, By
from shixiao.ledger.readings import EVERYWHERE, Days, Where
from shixiao.offices.supervision import workload
from shixiao.offices.supervision.aspects import NAMES, SORT, SORTS
from shixiao.offices.supervision.sources import BY_CODE as SOURCES
from shixiao.offices.supervision.statistics import periods
from shixiao.offices.supervision.statistics.figures import NOBODY, OF_PERIOD, STANDING, Line
from shixiao.offices.supervision.statistics.periods import Period
from shixiao.offices.supervision.steps import TASKS
from shixiao.people.models import Unit, User
from shixiao.people.wordings import said

MONTH = "month"
ASPECTS: Mapping[str, Text] = {**NAMES, MONTH: Text("月份", "Month")}
ONE_EACH = SORT  # an aspect of which every task has exactly one value: by it months and all are added up


@dataclass(frozen=True)
class Row:
    """A line with the value that it is of, and what that is called on the last day of the period."""

    value: str
    name: str
    line: Line
    depth: int = 0


@dataclass(frozen=True)
class Statistics:
    """What was asked for. `as_of` is the past day as whose end everything was known; None is now. `day` is that day, or today."""

    period: Period
    by: str
    rows: tuple[Row, ...]
    months: tuple[Row, ...]
    total: Line
    day: date
    as_of: date | None
    where: Where

    @property
    def is_everywhere(self) -> bool:
        """The figures are those of every unit."""
        return self.where == EVERYWHERE


def places_of(by: User, *, now: datetime) -> Where:
    """The units whose tasks this person looks at: statistics say nothing that could not be opened. Two statements at most."""
    if visibility.looks_everywhere(by):
        return EVERYWHERE
    held = visibility.held_by(by, now=now)
    paths = visibility.places(TASKS, held)
    roots = Unit.objects.filter(parent=None).values_list("path", flat=True)
    if paths and all(path.startswith(paths) for path in roots):
        return EVERYWHERE
    below = Unit.objects.filter(visibility.below(paths, column="path")).values_list("pk", flat=True)
    return Where(units=frozenset(below) if paths else frozenset())


def read(period: Period, by: str, *, where: Where = EVERYWHERE, as_of: date | None = None, now: datetime) -> Statistics:
    """Every figure of the period by the values of an aspect (of `ASPECTS`), by its months, and of all. Three statements, and one or two
    for the names."""
    day = as_of or timezone.localtime(now).date()
    ids = {each.measure.name: each.id for each in gauges.current(now).gauges}
    reader = _Reader(ids, period.days, day, where, as_of)
    found = reader.lines(by)
    months = tuple(_months(found))
    rows = months if by == MONTH else tuple(_named(by, _of(by, found), on=min(period.last, day)))
    return Statistics(period, by, rows, months, found.get(ALL, Line()), day, as_of, where)


ALL = ("", "")  # the key of the line of all; others are an aspect and its value
Keys = tuple[str, str]


class _Reader:
    """Reads lines by their keys."""

    def __init__(self, ids: Mapping[str, int], days: Days, day: date, where: Where, as_of: date | None) -> None:
        self.days, self.day = days, day
        self.how: dict[str, Any] = {"where": where, "as_of": as_of}
        self.ids, self.names = ids, {key: name for name, key in ids.items()}

    def _gauges(self, names: Iterable[str]) -> list[int]:
        return [self.ids[name] for name in names if name in self.ids]

    def lines(self, by: str) -> dict[Keys, Line]:
        """The line of all, those of the months, and those of an aspect if it is none of these."""
        readings, standing, medians = self._readings(by), self._standing(by), self._medians(by)
        found: dict[Keys, Line] = {}
        for key in {*readings, *standing, *medians}:
            ages = standing.get(key, {})
            found[key] = Line(
                readings.get(key, {}),
                medians.get(key),
                ages.get(workload.in_hand.name, NOBODY),
                ages.get(workload.overdue.name, NOBODY),
            )
        return found

    def _readings(self, by: str) -> dict[Keys, dict[str, Reading]]:
        gauges_ = self._gauges(OF_PERIOD)
        asked = [Asked(gauges_, self.days, ONE_EACH, By.MONTH)]
        if by != MONTH:
            asked.append(Asked(gauges_, self.days, by))
        read = by_aspect.board(asked, **self.how)
        found: dict[Keys, dict[str, Reading]] = {}
        for (gauge, month), reading in read[0].items():
            name = self.names[gauge]
            found.setdefault((MONTH, month), {})[name] = reading
            whole = found.setdefault(ALL, {})
            whole[name] = whole[name] + reading if name in whole else reading
        for (gauge, value), reading in read[1].items() if by != MONTH else ():
            found.setdefault((by, value), {})[self.names[gauge]] = reading
        return found

    def _standing(self, by: str) -> dict[Keys, dict[str, tuple[int, ...]]]:
        """What stands now by its age; of months what began in them."""
        gauges_, days = self._gauges(STANDING), periods.until(self.day)
        found: dict[Keys, dict[str, tuple[int, ...]]] = {}
        asked = [Asked(gauges_, days, ONE_EACH, By.MONTH if by == MONTH else By.ALL)]
        if by != MONTH:
            asked.append(Asked(gauges_, days, by))
        for each, counts in zip(asked, by_aspect.met_by_age(asked, periods.begins(self.day), **self.how), strict=True):
            for (gauge, told, age), number in counts.items():
                for key in self._keys(each.by, by, told):
                    ages = found.setdefault(key, {})
                    before = ages.get(self.names[gauge], NOBODY)
                    ages[self.names[gauge]] = (*before[:age], before[age] + number, *before[age + 1 :])
        return found

    def _keys(self, how: By, by: str, told: str) -> list[Keys]:
        """The lines in which a number stands: what began in a month of the period stands in its line, too."""
        if how is By.VALUE:
            return [(by, told)]
        is_inside = how is By.MONTH and self.days.holds(date(int(told) // 100, int(told) % 100, 1))
        return [ALL, (MONTH, told)] if is_inside else [ALL]

    def _medians(self, by: str) -> dict[Keys, Decimal]:
        handling = self.ids.get(workload.handling_time.name)
        if handling is None:
            return {}
        wanted = (By.MONTH, ONE_EACH) if by == MONTH else (By.VALUE, by)
        asked = [(self.days, ONE_EACH, By.ALL), (self.days, wanted[1], wanted[0])]
        whole, several = by_aspect.medians(handling, asked, **self.how)
        found = {(by, told): middle for told, middle in several.items()}
        if "" in whole:
            found[ALL] = whole[""]
        return found


def _of(by: str, lines: Mapping[Keys, Line]) -> dict[str, Line]:
    return {value: line for (aspect, value), line in lines.items() if aspect == by}


def _months(lines: Mapping[Keys, Line]) -> Iterator[Row]:
    for month, line in sorted(_of(MONTH, lines).items()):
        year, number = divmod(int(month), 100)
        yield Row(f"{year}-{number:02d}", said(Text(f"{year}年{number}月", f"{year}-{number:02d}")), line)


# ---- what values are called --------------------------------------------------------------------------------------


def name_of(by: str, value: str, *, on: date) -> str:
    """What a value of an aspect is called on that day."""
    return next((row.name for row in _named(by, {value: Line()}, on=on)), value) if _is_known(by, value) else value


def _is_known(by: str, value: str) -> bool:
    """Units, people and tags are numbers; anything may stand in an address."""
    return by in ("source", "kind") or (value.isascii() and value.isdigit() and len(value) < 19)


def _named(by: str, lines: Mapping[str, Line], *, on: date) -> Iterator[Row]:
    """The lines under the names that their values had on that day, in the order of the tree, of the sources, or of the names."""
    match by:
        case "source":
            called = {code: said(source.title) for code, source in SOURCES.items()}
        case "kind":
            called = {code: said(title) for code, title in SORTS.items()}
        case "unit":
            units = Unit.objects.filter(pk__in=[int(each) for each in lines]).order_by("path")
            called = {str(unit.pk): str(unit) for unit in units}
        case "leader":
            users = User.objects.filter(pk__in=[int(each) for each in lines]).order_by("display_name", "pk")
            called = {str(user.pk): user.display_name for user in users}
        case _:
            yield from _tags(lines, on=on)
            return
    for value in [*(each for each in called if each in lines), *sorted(set(lines) - set(called))]:
        yield Row(value, called.get(value, value), lines[value])


def _tags(lines: Mapping[str, Line], *, on: date) -> Iterator[Row]:
    """As a tree; what is above a tag counts its cases, too."""
    names = vocabulary.names(on=on)
    for tag, depth in (
        Tag.objects.filter(pk__in=[int(each) for each in lines]).order_by("path").values_list("pk", "depth")
    ):
        yield Row(str(tag), names.get(tag, str(tag)), lines[str(tag)], depth - 1)
