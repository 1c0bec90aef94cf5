"""What the records of a year ask: read from the ledger, raised by `engine.questions`, with what the step tables say about events.

The year is that in which something was recorded. Nothing is stored but the answers; the questions are worked out anew.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cache
from zoneinfo import ZoneInfo

from django.conf import settings

from shixiao.casework import calendars, offices
from shixiao.casework.events import EXTENSION_ASKED, EXTENSION_GRANTED, MOVED, SUSPENDED
from shixiao.casework.models import Case
from shixiao.casework.steps import PROGRAM, Step, Steps
from shixiao.casework.timelines import CHUNK, events_of
from shixiao.engine.measures import Happening, Outcome, Reads
from shixiao.engine.questions import (
    Amended,
    Batch,
    Change,
    Closing,
    Daily,
    Deed,
    IsWorking,
    Presence,
    Question,
    Reopening,
    Seen,
    Watched,
    Way,
    raise_all,
    suspects,
)
from shixiao.ledger import changes, gauges, readings
from shixiao.ledger.changes import Between
from shixiao.ledger.gauges import InUse
from shixiao.ledger.models import Event, Fact
from shixiao.ledger.readings import Asked, Days
from shixiao.performance import deeds

BEFORE = timedelta(days=60)  # of the time before the year, to know who was there


def raised(year: int, *, now: datetime, gauges: Sequence[int] | None = None) -> Sequence[Question]:
    """The questions about what was recorded in `year` until `now`, the strongest first; of these gauges, or of all in use.

    Also those about restricted registers: who may see them is said by `performance.question_list`.
    """
    reader = _Reader(year, now=now, wanted=gauges)
    if not reader.watched or reader.within.begin >= reader.within.end:
        return []
    seen = reader.seen()
    batches = suspects(seen)
    return raise_all(seen, batches_of=batches, closings=reader.closings(batches))


@dataclass(frozen=True)
class Ways:
    """What the events of every installed office do to a case, by the name of their kind."""

    of: Mapping[str, Way]
    opening: frozenset[str]  # that begin a case at its end

    def kinds(self, way: Way) -> list[str]:
        """The kinds of events that do this."""
        return sorted(kind for kind, does in self.of.items() if does is way)

    @classmethod
    def read(cls, tables: Iterable[Steps]) -> "Ways":
        """From the step tables; and what the counter does to any case."""
        of = {EXTENSION_GRANTED.name: Way.EXCLUDES, SUSPENDED.name: Way.EXCLUDES, MOVED.name: Way.AMENDS}
        opening = set()
        for table in tables:
            ends = {state.name for state in table.states if state.is_end}
            for step in table.steps:
                if step.opens and step.to in ends:
                    opening.add(step.records.name)
                elif not step.opens and step.by != PROGRAM:
                    of[step.records.name] = _way(step, ends)
        return cls(of, frozenset(opening))


def _way(step: Step, ends: set[str]) -> Way:
    if step.to is None:
        return Way.AMENDS
    if step.takes_back:
        return Way.REOPENS
    if step.to not in ends:
        return Way.REOPENS if set(step.after) & ends else Way.OTHER
    if set(step.after) <= ends:
        return Way.OTHER  # confirmed: it was closed before
    return Way.CLOSES if step.stops else Way.EXCLUDES


class _Reader:
    """Reads what the detectors look at; the number of statements does not grow with the number of cases."""

    def __init__(self, year: int, *, now: datetime, wanted: Sequence[int] | None) -> None:
        self.zone = ZoneInfo(settings.TIME_ZONE)
        self.year, self.now = year, now
        start, end = (datetime.combine(date(each, 1, 1), time.min, tzinfo=self.zone) for each in (year, year + 1))
        self.within = Between(start, max(start, min(end, now + timedelta(microseconds=1))))
        using = gauges.current(now).gauges
        self.using = [each for each in using if wanted is None or each.id in set(wanted)]
        self.watched, self.representatives = families(self.using)
        self.ways = Ways.read(offices.tables())
        self.kinds = {"closing": self.ways.kinds(Way.CLOSES), "opening": self.ways.opening}

    def seen(self) -> Seen:
        """Everything but the cases of single days."""
        ids = [each.gauge for each in self.watched]
        amending = self.ways.kinds(Way.AMENDS)
        earlier = Between(self.within.begin - BEFORE, self.within.end)
        daily = changes.closed_by_day(self.representatives, Case.ledger_name, self.within, **self.kinds)
        return Seen(
            watched=self.watched,
            presence=Presence.of(changes.written_by_day(Case.ledger_name, earlier)),
            is_working=_working(),
            zone=self.zone,
            until=(self.within.end - timedelta(microseconds=1)).astimezone(self.zone).date(),
            daily=[Daily(*each) for each in daily],
            changes=list(self._changes(ids, amending)),
            amended=[Amended(*each) for each in changes.amended_by_day(ids, self.within, amending=amending)],
            reopenings=list(self._reopenings()),
            deeds=list(self._deeds()),
            counted=self._counted(ids),
        )

    def closings(self, batches: Iterable[Batch]) -> Iterator[Closing]:
        """The cases of the days that have to be looked into: a statement for each day."""
        for day in sorted({each.day for each in batches}):
            begin = datetime.combine(day, time.min, tzinfo=self.zone)
            within = Between(begin, begin + timedelta(days=1))
            for each in changes.closed(self.representatives, Case.ledger_name, within, **self.kinds):
                yield Closing(each.gauge, each.unit, each.case_id, each.person, each.recorded_at, each.day)

    def _changes(self, ids: Sequence[int], amending: Sequence[str]) -> Iterator[Change]:
        found = list(changes.of_missed(ids, self.within, amending=amending))
        asked = _asked({each.case_id for each in found if each.kind == EXTENSION_GRANTED.name})
        for each in found:
            yield Change(
                gauge=each.gauge,
                unit=each.unit,
                case_id=each.case_id,
                before=Outcome(each.before),
                after=Outcome(each.after),
                known_at=each.known_at,
                day=each.day,
                way=self.ways.of.get(each.kind, Way.OTHER),
                person=each.person,
                happened_at=each.happened_at,
                recorded_at=each.recorded_at,
                is_moved=each.is_moved,
                asked_at=asked.get(each.case_id) if each.kind == EXTENSION_GRANTED.name else None,
            )

    def _counted(self, ids: Sequence[int]) -> dict[int, tuple[int, int]]:
        found = readings.board([Asked(each, each, Days.year(self.year)) for each in ids])
        return {key: (reading.missed, reading.met + reading.missed) for key, reading in found.items()}

    def _deeds(self) -> Iterator[Deed]:
        keys = deeds.subjects(self.within, closing=self.kinds["closing"], excluding=self.ways.kinds(Way.EXCLUDES))
        places: dict[int, tuple[int, int]] = {}
        for start in range(0, len(keys), CHUNK):
            places |= _places(keys[start : start + CHUNK], self.representatives)
        yield from deeds.read(keys, places, ways=self.ways.of, within=self.within)

    def _reopenings(self) -> Iterator[Reopening]:
        keys = changes.subjects_of(Case.ledger_name, self.within, kinds=self.ways.kinds(Way.REOPENS))
        for start in range(0, len(keys), CHUNK):
            part = keys[start : start + CHUNK]
            places = _places(part, self.representatives)
            for key, happened in events_of(part).items():
                if key in places:
                    yield from reopenings_of(key, *places[key], happened, ways=self.ways, within=self.within)


def families(using: Sequence[InUse]) -> tuple[list[Watched], list[int]]:
    """The gauges by what they look at, and those whose facts know every case of their family: one for each, or all where each looks at a part."""
    several: dict[str, list[InUse]] = {}
    for each in using:
        measure = each.measure
        key = each.parameters.get(measure.keyed_by, "") if measure.keyed_by else ""
        several.setdefault(f"{measure.office}:{measure.of[0]}:{key}", []).append(each)
    restricted = {table.kind for table in offices.tables() if table.is_restricted}
    watched: list[Watched] = []
    representatives: list[int] = []
    for family, found in several.items():
        chosen = _representatives(found)
        representatives += [each.id for each in chosen]
        watched += [
            Watched(
                gauge=each.id,
                family=family,
                office=each.measure.office,
                shows=each.id if each in chosen else chosen[0].id,
                kind=each.measure.of[0],
                is_restricted=each.measure.of[0] in restricted,
            )
            for each in found
        ]
    return watched, representatives


def _representatives(found: Sequence[InUse]) -> list[InUse]:
    """One that looks at every case; where each looks at a part by some parameter, all of the first measure."""
    whole = [each for each in found if _is_whole(each)]
    if whole:
        return [min(whole, key=lambda each: (each.measure.reads not in (Reads.SHARE, Reads.ALL_OF), each.id))]
    return [each for each in found if each.measure is found[0].measure]


def _is_whole(gauge: InUse) -> bool:
    """It looks at every case of its family: no parameter picks some of them."""
    measure = gauge.measure
    picking = {slot.name for slot in measure.slots if slot.type == "str"} - {measure.keyed_by}
    return not measure.needs_topic and not any(gauge.parameters.get(name) for name in picking)


def _working() -> IsWorking:
    """Whether the office works on a day, as its calendar says; each day is asked about once."""
    return cache(calendars.in_force()[calendars.OFFICE].is_working_day)


def _asked(keys: set[int]) -> dict[int, datetime]:
    """When more time was first asked for, by case."""
    found: dict[int, datetime] = {}
    subjects = sorted(map(str, keys))
    for start in range(0, len(subjects), CHUNK):
        rows = Event.objects.filter(
            kind=EXTENSION_ASKED.name, subject_kind=Case.ledger_name, subject_id__in=subjects[start : start + CHUNK]
        )
        for subject, recorded_at in rows.order_by("-id").values_list("subject_id", "recorded_at"):
            found[int(subject)] = recorded_at
    return found


def _places(keys: Sequence[int], ids: Sequence[int]) -> dict[int, tuple[int, int]]:
    """Of each case a gauge that knows it and its unit."""
    rows = Fact.objects.filter(case_id__in=keys, gauge_id__in=ids, part=0, version=1).order_by("-gauge_id")
    return {case: (gauge, unit) for case, gauge, unit in rows.values_list("case_id", "gauge_id", "unit")}


def reopenings_of(
    key: int, gauge: int, unit: int, happened: Sequence[Happening], *, ways: Ways, within: Between
) -> Iterator[Reopening]:
    """Each time the case was opened again by a person in the stretch of time, after it had been closed before a limit."""
    limits: dict[str, datetime] = {}
    closing: Happening | None = None
    ordered = sorted(happened, key=lambda each: each.id)
    for number, each in enumerate(ordered):
        way = ways.of.get(each.kind, Way.OTHER)
        if (
            way is Way.REOPENS
            and closing is not None
            and limits
            and each.by
            and within.begin <= each.recorded_at < within.end
        ):
            again = next((one for one in ordered[number:] if ways.of.get(one.kind) is Way.CLOSES), None)
            yield Reopening(
                gauge=gauge,
                unit=unit,
                case_id=key,
                person=each.by,
                opened_at=ordered[0].happened_at,
                closed_at=closing.happened_at,
                late_from=max(limits.values()),
                reopened_at=each.recorded_at,
                closed_again_at=again.recorded_at if again else None,
            )
        closing = each if way is Way.CLOSES else None if way is Way.REOPENS else closing
        limits = deeds.limits_after(each, limits)
