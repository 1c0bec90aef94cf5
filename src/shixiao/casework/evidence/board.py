"""Every gauge that is in use, read at once: what each says, and what it stands on."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone

from shixiao.casework import offices, visibility
from shixiao.casework.evidence import by_topics, guarding
from shixiao.casework.evidence.choosing import Chosen
from shixiao.casework.evidence.lines import Line, RatioLine, ratios_of
from shixiao.casework.evidence.naming import Named, named
from shixiao.casework.evidence.standing import Standing, Watch, standing
from shixiao.engine.measures import NOTHING, Reading, Reads
from shixiao.ledger import gauges, readings
from shixiao.ledger.gauges import InUse
from shixiao.ledger.readings import ALWAYS, Asked, Days, Where
from shixiao.people.models import Unit, User

MOST_UNITS = 200


@dataclass(frozen=True, kw_only=True)
class Board:
    """The lines that the view shows, in the order of offices and registers; how many of the whole stand how."""

    lines: tuple[Line | RatioLine, ...]
    total: int
    counts: dict[Standing, int] = field(default_factory=dict)

    @property
    def with_evidence(self) -> int:
        """How many stand on evidence."""
        return sum(count for each, count in self.counts.items() if each.has_evidence)

    def count(self, of: Standing) -> int:
        """How many stand so."""
        return self.counts.get(of, 0)


@dataclass(frozen=True, slots=True)
class Place:
    """Whose cases: the chosen unit with what is below it, and the paths that the view covers."""

    units: tuple[Unit, ...]  # to choose from
    chosen: Unit | None
    below: frozenset[int] | None  # the ids of the chosen unit and all below it; None: no unit was chosen
    paths: tuple[str, ...]

    def where(self, project: int | None) -> Where:
        """The same for readings."""
        return Where(units=self.below, project=project)


def place(unit_id: int | None) -> Place:
    """The units, in one statement as long as they are few."""
    rows: QuerySet[Unit] = Unit.objects.order_by("path")
    units = list(rows[: MOST_UNITS + 1])
    is_whole = len(units) <= MOST_UNITS
    units = units[:MOST_UNITS]
    chosen = next((unit for unit in units if unit.pk == unit_id), None)
    if chosen is None and unit_id is not None and not is_whole and unit_id < 2**31:
        chosen = Unit.objects.filter(pk=unit_id).first()
    if chosen is None:
        roots = tuple(unit.path for unit in units if unit.depth == 1) if is_whole else tuple(_roots())
        return Place(tuple(units), None, None if unit_id is None else frozenset(), roots if unit_id is None else ())
    inside = units if is_whole else list(Unit.objects.within(chosen))
    below = frozenset(unit.pk for unit in inside if unit.path.startswith(chosen.path))
    return Place(tuple(units), chosen, below, (chosen.path,))


def _roots() -> QuerySet[Unit, str]:
    return Unit.objects.filter(parent=None).values_list("path", flat=True)


def days_of(gauge: Named | InUse, days: Days) -> Days:
    """The window of a gauge: a stock is everything up to the window's end."""
    return Days(ALWAYS, days.end) if gauge.measure.reads is Reads.STOCK else days


def where_of(gauge: Named | InUse, chosen: Chosen, at: Place, days: Days) -> Where:
    """Whose cases a gauge looks at; a topic is asked of those only that count by topics, at the price of one statement."""
    where = replace(at.where(chosen.project_id), contract=chosen.contract_id, subject=chosen.subject_id)
    if chosen.topic_id is None or not gauge.measure.needs_topic:
        return where
    return replace(where, topics=by_topics.within(chosen.topic_id, by_topics.counted_on(days, chosen.as_of)))


def read(chosen: Chosen, at: Place, *, by: User, now: datetime) -> Board:
    """Every gauge of the view. One statement for all readings; one more where some are stocks, and where a project is chosen."""
    catalogue = gauges.current(now).gauges
    plain = lines_of(catalogue, chosen, at, catalogue=catalogue, by=by, now=now)
    lines: list[Line | RatioLine] = [*plain, *ratios_of(plain)]
    counts = Counter(line.standing for line in lines)
    shown = [line for line in lines if _is_chosen(line, chosen)]
    order = {office.label: number for number, office in enumerate(offices.installed())}
    shown.sort(key=lambda line: (order.get(line.office, len(order)), line.group))
    return Board(lines=tuple(shown), total=len(lines), counts=dict(counts))


def lines_of(
    wanted: Sequence[InUse], chosen: Chosen, at: Place, *, catalogue: Sequence[InUse], by: User, now: datetime
) -> list[Line]:
    """What these gauges of the catalogue say, in their order."""
    if chosen.office:
        wanted = [gauge for gauge in wanted if gauge.measure.office == chosen.office]
    held = visibility.held_by(by, now=now)
    watchers = _watchers(wanted, catalogue)
    found = _readings(wanted, watchers, chosen, at, today=timezone.localtime(now).date())
    lines = []
    for gauge in named(wanted):
        watcher = watchers.get(gauge.id)
        watch = Watch.of(found["watch", watcher]) if watcher else None
        reading = found["gauge", gauge.id]
        is_open = guarding.is_open(gauge, held, at.paths)
        how = standing(reading, gauge.reads, watch) if is_open else Standing.HIDDEN
        lines.append(Line(gauge=gauge, reading=reading, standing=how, watch=watch if is_open else None))
    return lines


def _readings(
    wanted: Sequence[InUse], watchers: dict[int, int], chosen: Chosen, at: Place, *, today: date
) -> dict[Any, Reading]:
    days = chosen.days(today)
    of_units = at.where(None)
    asked = [
        Asked(("gauge", gauge.id), gauge.id, days_of(gauge, days), where_of(gauge, chosen, at, days))
        for gauge in wanted
    ]
    # A nil return belongs to a unit and to no project.
    asked += [Asked(("watch", gauge), gauge, days, of_units) for gauge in sorted(set(watchers.values()))]
    if at.below == frozenset():
        return {each.key: NOTHING for each in asked}
    return readings.board(asked, as_of=chosen.as_of)


def _watchers(wanted: Sequence[InUse], catalogue: Sequence[InUse]) -> dict[int, int]:
    """By gauge: the gauge of the nil returns that watch it, where there is one in use with the same parameters."""
    by_measure: dict[str, list[InUse]] = {}
    for each in catalogue:
        by_measure.setdefault(each.measure.name, []).append(each)
    found: dict[int, int] = {}
    for gauge in wanted:
        if not gauge.measure.watched_by:
            continue
        for watcher in by_measure.get(gauge.measure.watched_by, ()):
            shared = set(watcher.parameters) & set(gauge.parameters)
            if all(watcher.parameters[name] == gauge.parameters[name] for name in shared):
                found[gauge.id] = watcher.id
                break
    return found


STATES = {
    "evidence": frozenset({Standing.VALUE, Standing.MISSED, Standing.NOTHING_OCCURRED}),
    **{each.value: frozenset({each}) for each in Standing},
}


def _is_chosen(line: Line | RatioLine, chosen: Chosen) -> bool:
    return line.standing in STATES[chosen.state] if chosen.state in STATES else True
