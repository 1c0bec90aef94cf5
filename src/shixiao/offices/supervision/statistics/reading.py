"""Reads statistics: two statements for the figures, one or two for the names, however many tasks there are."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.utils import timezone

from shixiao.casework import visibility, vocabulary
from shixiao.casework.models import Tag
from shixiao.engine.bilingual import Text
from shixiao.engine.measures import Reading
from shixiao.ledger import by_aspect, gauges
from shixiao.ledger.by_aspect import Asked, By
from shixiao.ledger.readings import EVERYWHERE, Where
from shixiao.offices.supervision import workload
from shixiao.offices.supervision.aspects import NAMES, SORT, SORTS
from shixiao.offices.supervision.sources import BY_CODE as SOURCES
from shixiao.offices.supervision.statistics import periods
from shixiao.offices.supervision.statistics.figures import OF_PERIOD, STANDING, Line
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
    held = visibility.held_by(by, now=now)
    paths = visibility.places(TASKS, held)
    roots = Unit.objects.filter(parent=None).values_list("path", flat=True)
    if paths and all(path.startswith(paths) for path in roots):
        return EVERYWHERE
    below = Unit.objects.filter(visibility.below(paths, column="path")).values_list("pk", flat=True)
    return Where(units=frozenset(below) if paths else frozenset())


def read(period: Period, by: str, *, where: Where = EVERYWHERE, as_of: date | None = None, now: datetime) -> Statistics:
    """Every figure of the period by the values of an aspect (of `ASPECTS`), by its months, and of all."""
    day = as_of or timezone.localtime(now).date()
    ids = {each.measure.name: each.id for each in gauges.current(now).gauges}
    of_period = [ids[name] for name in OF_PERIOD if name in ids]
    standing = [ids[name] for name in STANDING if name in ids]
    ever = periods.until(day)
    asked = [Asked(of_period, period.days, ONE_EACH, By.MONTH), Asked(standing, ever, ONE_EACH, By.MONTH)]
    middles = [(period.days, ONE_EACH, By.ALL), (period.days, ONE_EACH, By.MONTH)]
    if by != MONTH:
        asked += [Asked(of_period, period.days, by), Asked(standing, ever, by, By.VALUE_AND_MONTH)]
        middles.append((period.days, by, By.VALUE))
    found = by_aspect.board(asked, where=where, as_of=as_of)
    handling = ids.get(workload.handling_time.name)
    about = by_aspect.medians(handling, middles, where=where, as_of=as_of) if handling else [{}, {}, {}]
    lines = _Lines({key: name for name, key in ids.items()})
    for (gauge, month), reading in found[0].items():
        lines.add("", gauge, reading)
        lines.add(f"{MONTH} {month}", gauge, reading)
    for (gauge, month), reading in found[1].items():
        lines.add_standing("", gauge, int(month), reading)
        if period.days.holds(date(int(month) // 100, int(month) % 100, 1)):
            lines.add_standing(f"{MONTH} {month}", gauge, int(month), reading)
    lines.median("", about[0].get(""))
    for month, middle in about[1].items():
        lines.median(f"{MONTH} {month}", middle)
    months = tuple(_months(lines))
    if by == MONTH:
        return Statistics(period, by, months, months, lines.line(""), day, as_of, where)
    for (gauge, value), reading in found[2].items():
        lines.add(f"{by} {value}", gauge, reading)
    for (gauge, told), reading in found[3].items():
        value, _blank, month = told.rpartition(" ")
        lines.add_standing(f"{by} {value}", gauge, int(month), reading)
    for value, middle in about[2].items():
        lines.median(f"{by} {value}", middle)
    rows = tuple(_named(by, lines.of(by), on=min(period.last, day)))
    return Statistics(period, by, rows, months, lines.line(""), day, as_of, where)


class _Lines:
    """Lines while they are put together, by a key: nothing for all, otherwise the aspect and the value."""

    def __init__(self, names: Mapping[int, str]) -> None:
        self._names = names
        self._readings: dict[str, dict[str, Reading]] = {}
        self._medians: dict[str, Decimal] = {}
        self._ages: dict[tuple[str, str], dict[int, int]] = {}

    def add(self, key: str, gauge: int, reading: Reading) -> None:
        of_line = self._readings.setdefault(key, {})
        name = self._names[gauge]
        of_line[name] = of_line[name] + reading if name in of_line else reading

    def add_standing(self, key: str, gauge: int, month: int, reading: Reading) -> None:
        if reading.met:
            self.add(key, gauge, reading)
            ages = self._ages.setdefault((key, self._names[gauge]), {})
            ages[month] = ages.get(month, 0) + reading.met

    def median(self, key: str, middle: Decimal | None) -> None:
        if middle is not None:
            self._medians[key] = middle

    def line(self, key: str) -> Line:
        return Line(
            self._readings.get(key, {}),
            self._medians.get(key),
            self._ages.get((key, workload.in_hand.name), {}),
            self._ages.get((key, workload.overdue.name), {}),
        )

    def of(self, by: str) -> dict[str, Line]:
        """The lines of an aspect, or of the months, by value."""
        begin = f"{by} "
        return {key.removeprefix(begin): self.line(key) for key in self._readings if key.startswith(begin)}


def _months(lines: _Lines) -> Iterator[Row]:
    for month, line in sorted(lines.of(MONTH).items()):
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
