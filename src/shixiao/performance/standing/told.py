"""What the bindings of a board read, all of them at once: live from cells, of a past day what was frozen or what the facts say was known."""

from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from operator import add
from typing import Any, NamedTuple

from shixiao.casework import topics
from shixiao.engine.measures import NOTHING, Reading, Reads, add_up
from shixiao.engine.prospects import Evidence
from shixiao.ledger import freezing, growing, readings
from shixiao.ledger.adding import SUMS
from shixiao.ledger.gauges import InUse
from shixiao.ledger.readings import ALWAYS, Asked, Days, Where
from shixiao.performance import remembering
from shixiao.performance.remembering import Memory
from shixiao.performance.standing.model import Bound, halves_of, key_of


class Grown(NamedTuple):
    """A reading, and what it was at the end of each month that has begun."""

    whole: Reading
    ends: tuple[tuple[date, Reading], ...]


class Told(NamedTuple):
    """What one gauge of a binding says on that day: the whole, as it grew, and of topics apart."""

    reading: Reading
    evidence: Evidence
    grown: tuple[tuple[date, Reading], ...] = ()
    by_topic: tuple[tuple[int, Reading], ...] = ()
    watch: Reading | None = None
    is_frozen: bool = False


_WANTED: Memory[tuple[Asked, ...]] = Memory()


def wanted_of(bound: Bound) -> tuple[Asked, ...]:
    """The readings that a binding stands on, each under its key: its gauge, and the second one."""
    return _WANTED.of(bound, *halves_of(bound.made_of), make=lambda: _wanted_of(bound))


def _wanted_of(bound: Bound) -> tuple[Asked, ...]:
    made = []
    for gauge, reads in _gauges_of(bound):
        days = Days(ALWAYS, bound.days.end) if reads is Reads.STOCK else bound.days
        made.append(Asked(key_of(gauge, days, bound.where), gauge, days, bound.where))
    return tuple(made)


def _gauges_of(bound: Bound) -> list[tuple[int, Reads]]:
    halves = halves_of(bound.made_of)
    reads = [each.reads for each in halves] or [Reads.COUNT]
    found = [(bound.gauge, reads[0])] if bound.gauge else []
    # The approved budget of a bound is a sum as the payments are; a ratio brings the measure of its denominator.
    return found + ([(bound.against, reads[-1])] if bound.against else [])


@dataclass
class Asking:
    """Collects what all bindings want, and reads it at once."""

    day: date
    as_of: date | None
    using: Mapping[int, InUse]
    wanted: dict[str, Asked] = field(default_factory=dict)
    topics: dict[str, tuple[Asked, tuple[int, ...]]] = field(default_factory=dict)

    def ask(self, bound: Bound) -> None:
        """What this binding stands on."""
        for each in wanted_of(bound):
            self.wanted[each.key] = each
            if bound.topics and each.gauge == bound.gauge:
                self.topics[each.key] = (each, tuple({*self.topics.get(each.key, (each, ()))[1], *bound.topics}))

    def read(self, *, now: datetime) -> dict[str, Told]:
        """All of it, by key."""
        watchers = self._watchers()
        frozen: Set[str] = frozenset()
        if self.as_of is None:
            sums = growing.by_month([*self.wanted.values(), *watchers.values()])
            begins = {each.key: each.days.begin for each in (*self.wanted.values(), *watchers.values())}
            grown = {key: _as_it_grew(each, begins[key], self.day) for key, each in sums.items()}
        else:
            grown, frozen = self._of_a_past_day(watchers, self.as_of)
        by_topic = self._by_topic()
        found = {}
        for key in self.wanted:
            watcher = watchers.get(key)
            watch = grown[watcher.key] if watcher else None
            found[key] = _told(grown[key], watch, by_topic.get(key, ()), is_frozen=key in frozen)
        return found

    def _watchers(self) -> dict[str, Asked]:
        """By key of what is wanted: the nil returns that prove that somebody was watching. They belong to no project."""
        by_measure: dict[str, list[InUse]] = {}
        for each in self.using.values():
            by_measure.setdefault(each.measure.name, []).append(each)
        found = {}
        for key, asked in self.wanted.items():
            gauge = self.using.get(asked.gauge)
            if gauge is None or not gauge.measure.watched_by:
                continue
            for watcher in by_measure.get(gauge.measure.watched_by, ()):
                kept = watcher.measure.keyed_by
                if not kept or gauge.parameters.get(kept) in (None, watcher.parameters.get(kept)):
                    where = Where(project=0)
                    found[key] = Asked(key_of(watcher.id, asked.days, where), watcher.id, asked.days, where)
                    break
        return found

    def _of_a_past_day(self, watchers: Mapping[str, Asked], as_of: date) -> tuple[dict[str, Grown], Set[str]]:
        """What was frozen on that day and at the ends of the months before it; the rest is counted from facts as they were known."""
        everything = {each.key: each for each in (*self.wanted.values(), *watchers.values())}
        begin = min((each.days.begin for each in self.wanted.values() if each.days.begin != ALWAYS), default=self.day)
        kept: dict[str, list[tuple[Any, ...]]] = {}
        for key, *row in freezing.kept(self.wanted, [*_month_ends(begin, self.day), as_of]):
            kept.setdefault(key, []).append(tuple(row))
        frozen = {key for key, rows in kept.items() if rows[-1][0] == as_of}
        found = {key: _kept(tuple(kept[key])) for key in frozen}
        rest = [each for key, each in everything.items() if key not in frozen]
        for key, reading in (readings.board(rest, as_of=as_of) if rest else {}).items():
            before = _kept(tuple(kept[key])).ends if key in kept else ()
            found[key] = _counted(before, as_of, reading)
        return found, frozen

    def _by_topic(self) -> dict[str, tuple[tuple[int, Reading], ...]]:
        """Of bindings with topics each of them apart, with whatever was merged into it by then."""
        if not self.topics:
            return {}
        known = topics.merges()
        asked = [each for each, _topics in self.topics.values()]
        sums = growing.by_topic(asked, as_of=self.as_of)
        found = {}
        for key, (each, wanted) in self.topics.items():
            on = min(self.day, each.days.end - timedelta(days=1))
            several = [
                (topic, add_up(sums[key].get(one, NOTHING) for one in topics.counted_with([topic], on, known=known)))
                for topic in sorted(wanted)
            ]
            same = tuple([(topic, remembering.key_of(reading)) for topic, reading in several])
            found[key] = _TOPICS.by_value(same, lambda several=several: tuple(several))  # type: ignore[misc]
        return found


_GROWN: Memory[Grown] = Memory()
_TOLD: Memory[Told] = Memory()
_TOPICS: Memory[tuple[tuple[int, Reading], ...]] = Memory()


def _told(grown: Grown, watch: Grown | None, by_topic: tuple[tuple[int, Reading], ...], *, is_frozen: bool) -> Told:
    def make() -> Told:
        watching = watch.whole if watch is not None else None
        evidence = _evidence(grown.whole, watching or NOTHING)
        return Told(grown.whole, evidence, grown.ends, by_topic, watching, is_frozen)

    return _TOLD.of(grown, watch, by_topic, make=make, also=is_frozen)


def _evidence(reading: Reading, watch: Reading) -> Evidence:
    """Of what has no cases at all: nothing occurred where the nil returns are whole."""
    if reading.cases:
        return Evidence.VALUE
    return Evidence.NOTHING_OCCURRED if watch.met and not watch.missed else Evidence.NO_EVIDENCE


def _as_it_grew(months: growing.Sums, begin: date, day: date) -> Grown:
    """The sum of all months, and what it was at the end of each up to `day`, the last one up to that day. A month in which nothing came is
    a month, too: who leaves it out takes the pace to be higher than it was."""
    return _GROWN.by_value((months, begin, day), lambda: _grown(months, begin, day))


def _grown(months: growing.Sums, begin: date, day: date) -> Grown:
    found, this_month = [], day.year * 100 + day.month
    so_far: Sequence[int] = (0,) * len(SUMS)
    by_month = {month: sums for month, *sums in months}
    for month in sorted({*by_month, *_months_between(begin, day)} if months else ()):
        if month in by_month:
            so_far = list(map(add, so_far, by_month[month]))
        if month <= this_month:
            found.append((min(_last_of(month), day), readings.made_of(so_far)))
    return Grown(readings.made_of(so_far), tuple(found))


def _months_between(begin: date, day: date) -> Iterator[int]:
    """Each (yyyymm) from that of `begin` up to that of `day`; of what always stood none."""
    if begin == ALWAYS:
        return
    for each in range(begin.year * 12 + begin.month - 1, day.year * 12 + day.month):
        yield each // 12 * 100 + each % 12 + 1


def _last_of(month: int) -> date:
    year, number = divmod(month, 100)
    return date(year + number // 12, number % 12 + 1, 1) - timedelta(days=1)


def _kept(rows: tuple[tuple[Any, ...], ...]) -> Grown:
    """What was frozen, by day; the last one is the whole."""

    def make() -> Grown:
        ends = tuple([(day, freezing.reading_of_kept(values)) for day, *values in rows])
        return Grown(ends[-1][1], ends)

    return _GROWN.by_value(rows, make)


def _counted(before: tuple[tuple[date, Reading], ...], day: date, reading: Reading) -> Grown:
    """What is counted now of a past day, after what was frozen before it."""
    return _GROWN.of(
        before, make=lambda: Grown(reading, (*before, (day, reading))), also=(day, remembering.key_of(reading))
    )


def _month_ends(begin: date, day: date) -> list[date]:
    found: list[date] = []
    month = date(begin.year, begin.month, 1)
    while True:
        month = date(month.year + month.month // 12, month.month % 12 + 1, 1)
        last = month - timedelta(days=1)
        if last >= day:
            return found
        found.append(last)
