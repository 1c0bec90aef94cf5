"""Facts are worked out here: after every step, when time has passed, and anew for cases whose facts an earlier set of gauges made.

What gauges say of a case is a function of its events alone (`engine.measures.history`). A step looks at the whole life of its
case and writes the versions that came since the last look; where the case was last looked at by another set of gauges, what
is stored is compared and put right. Nothing here reads the clock.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from copy import copy
from datetime import date, datetime
from functools import cached_property
from typing import Any
from zoneinfo import ZoneInfo

from django.db import connection, models, transaction

from shixiao.casework import calendars
from shixiao.casework.local import zone as zone  # noqa: PLC0414 — those who verify ask for it here
from shixiao.casework.models import Case
from shixiao.casework.timelines import events_of, events_of_cases
from shixiao.casework.working import Work
from shixiao.engine.measures import Happening, Scope, Timeline
from shixiao.engine.measures.history import NO_CLOCKS, Clock, Clocks, History, Version, final, history
from shixiao.ledger import facts, folding, gauges
from shixiao.ledger.book import Draft
from shixiao.ledger.facts import FactRow
from shixiao.ledger.models import Event

BATCH = 200
_SCOPE = tuple(f"{name}_id" for name in Scope._fields)
LOOKED = ("generation", "assessed_event", "assessed_until", "look_at")


def timeline_of(case: Case) -> Timeline:
    """The case as a measure sees it."""
    return _timeline(case, events_of([case.pk]).get(case.pk, []))


# ---- with a step -----------------------------------------------------------------------------------------------


def follow(works: Sequence[Work], recorded: Sequence[Event], *, is_new: bool) -> list[FactRow]:
    """What the step changes for the gauges of its kind of case; says on each case how far it was looked at.

    The rows are to be written with the case, in the same transaction. One statement for what happened before, however many cases.
    """
    now = works[0].now
    catalogue = gauges.current(now)
    using = catalogue.of(works[0].case.kind)
    happened = _happened(works, recorded, is_new=is_new or not using)
    fresh: list[Case] = []
    stale: list[Case] = []
    for work in works:
        (fresh if is_new or is_up_to_date(work.case, catalogue, now) else stale).append(work.case)
        work.changed |= set(LOOKED)
    clocks = clocks_for(using)
    rows = [row for case in fresh for row in news(case, happened[case.pk], catalogue, clocks, now)]
    if stale:
        rows += put_right(stale, happened, using, clocks, now)
    for work, event in zip(works, recorded, strict=True):
        work.case.generation = catalogue.generation
        work.case.assessed_event = event.pk
        work.case.assessed_until = max(work.case.assessed_until or now, now)
    return rows


def _happened(works: Sequence[Work], recorded: Sequence[Event], *, is_new: bool) -> dict[int, list[Happening]]:
    """The events of the cases with the one that was just recorded."""
    before = {} if is_new else events_of_cases(works)
    return {
        work.case.pk: [*(each for each in before.get(work.case.pk, ()) if each.id != event.pk), happening(event)]
        for work, event in zip(works, recorded, strict=True)
    }


def happening(event: Event | Draft) -> Happening:
    """The event as a measure sees it."""
    return Happening(event.kind, event.happened_at, event.recorded_at, event.particulars, event.id, event.by_id)


def is_up_to_date(case: Case, catalogue: gauges.Catalogue, now: datetime) -> bool:
    """The stored facts are what its events gave until the last look: only news is to be added. A clock that was set back is no
    such case, since what had been known of passing time is then not yet to be known."""
    return case.generation == catalogue.generation and case.assessed_until is not None and case.assessed_until <= now


def news(
    case: Case, events: list[Happening], catalogue: gauges.Catalogue, clocks: Clocks, now: datetime
) -> list[FactRow]:
    """The versions that came since the case was last looked at."""
    timeline = _timeline(case, events)
    case.look_at = None
    rows: list[FactRow] = []
    for gauge in catalogue.looking_at(case.kind, timeline.recorded[0].particulars if events else {}):
        found = history(gauge.measure, gauge.parameters, timeline, now=now, clocks=clocks)
        rows += _rows(case, gauge, found.after(case.assessed_event, case.assessed_until), timeline.zone)
        case.look_at = _earlier(case.look_at, found.look_at)
    return rows


def put_right(
    cases: Sequence[Case],
    happened: Mapping[int, list[Happening]],
    using: Sequence[gauges.InUse],
    clocks: Clocks,
    now: datetime,
) -> list[FactRow]:
    """The whole history of each case against what is stored: what is missing is to be added; what differs is taken out first."""
    stored = facts.stored([case.pk for case in cases])
    here = zone()
    rows: list[FactRow] = []
    wrong: dict[int, list[int]] = {}
    for case in cases:
        until = max(case.assessed_until or now, now)
        for gauge, found in _histories(case, happened.get(case.pk, []), using, clocks, until):
            wanted = _rows(case, gauge, found.versions, here)
            there = set(stored.get((case.pk, gauge.id), ()))
            if there <= set(wanted):
                rows += [row for row in wanted if row not in there]
            else:
                wrong.setdefault(gauge.id, []).append(case.pk)
                rows += wanted
    _take_out(wrong)
    return rows


def _take_out(wrong: Mapping[int, Sequence[int]]) -> None:
    """Facts that are not as they should be go, with what they put into cells."""
    if not wrong:
        return
    folding.take_lock(wait=True)
    for gauge, cases in wrong.items():
        folding.fold_cases(cases)
        folding.take_out(cases, [gauge])


def _histories(
    case: Case, events: list[Happening], using: Sequence[gauges.InUse], clocks: Clocks, now: datetime
) -> Iterable[tuple[gauges.InUse, History]]:
    case.look_at = None
    if not events:
        return
    timeline = _timeline(case, events)
    for gauge in using:
        found = history(gauge.measure, gauge.parameters, timeline, now=now, clocks=clocks)
        case.look_at = _earlier(case.look_at, found.look_at)
        yield gauge, found


def _rows(case: Case, gauge: gauges.InUse, versions: Iterable[Version], here: ZoneInfo) -> list[FactRow]:
    gauge_id, case_id = gauge.id, case.id
    return [
        facts.row_of(gauge_id, case_id, each, today=each.finding.day or _day(each.known_at, here)) for each in versions
    ]


def _day(moment: datetime, here: ZoneInfo) -> date:
    return moment.astimezone(here).date()


def _timeline(case: Case, events: Sequence[Happening]) -> Timeline:
    own = case.__dict__  # descriptors of Django's would cost more than all the rest
    standing = Scope._make([own[column] or 0 for column in _SCOPE])
    return Timeline(case.kind, tuple(events), zone(), case.id, standing)


def _earlier(one: datetime | None, other: datetime | None) -> datetime | None:
    return min((each for each in (one, other) if each is not None), default=None)


def clocks_for(using: Sequence[gauges.InUse]) -> Clocks:
    """Calendars as they were known, where some gauge counts working time."""
    return _AsKnown() if any(gauge.measure.uses_clock for gauge in using) else NO_CLOCKS


class _AsKnown:
    """Calendars as they were known, read when a measure first looks at one: most steps of a case that is measured by working time are not
    the one that ends it."""

    @cached_property
    def known(self) -> calendars.Known:
        return calendars.known()

    @property
    def changes(self) -> tuple[datetime, ...]:
        return self.known.moments

    def at(self, moment: datetime) -> Clock:
        return _At(self, moment)


class _At(Mapping[str, Any]):
    """The calendars of a moment, by their codes."""

    def __init__(self, of: _AsKnown, moment: datetime) -> None:
        self._of, self._moment = of, moment

    @cached_property
    def _calendars(self) -> Clock:
        return self._of.known.at(self._moment).calendars

    def __getitem__(self, code: str) -> Any:
        return self._calendars[code]

    def __iter__(self) -> Iterator[str]:
        return iter(self._calendars)

    def __len__(self) -> int:
        return len(self._calendars)


# ---- without a step --------------------------------------------------------------------------------------------


def reassess(cases: Sequence[Case], *, now: datetime) -> None:
    """Look at these cases again, of whatever kinds, after an event that is no step of theirs. Inside its transaction, the cases locked."""
    catalogue = gauges.current(now)
    happened = events_of([case.pk for case in cases])
    rows: list[FactRow] = []
    by_kind: dict[str, list[Case]] = {}
    for case in cases:
        by_kind.setdefault(case.kind, []).append(case)
    for kind, several in by_kind.items():
        using = catalogue.of(kind)
        clocks = clocks_for(using)
        fresh, stale = _parted(several, catalogue, now)
        for case in fresh:
            if happened.get(case.pk):
                rows += news(case, happened[case.pk], catalogue, clocks, now)
        rows += put_right(stale, happened, using, clocks, now) if stale else []
    for case in cases:
        case.generation = catalogue.generation
        case.assessed_event = max((each.id for each in happened.get(case.pk, [])), default=case.assessed_event)
        case.assessed_until = max(case.assessed_until or now, now)
    facts.insert(rows)
    save(cases)


def _parted(cases: Sequence[Case], catalogue: gauges.Catalogue, now: datetime) -> tuple[list[Case], list[Case]]:
    """Those whose facts are up to date, and those whose facts are to be compared."""
    parts: tuple[list[Case], list[Case]] = ([], [])
    for case in cases:
        parts[not is_up_to_date(case, catalogue, now)].append(case)
    return parts


def save(cases: Sequence[Case]) -> None:
    """How far each case was looked at, by key: the quickest that both databases have for many rows with different values."""
    adapt = connection.ops.adapt_datetimefield_value
    table = Case._meta.db_table
    values = [
        (
            case.generation,
            case.assessed_event,
            adapt(case.assessed_until),
            adapt(case.look_at) if case.look_at else None,
            case.pk,
        )
        for case in cases
    ]
    with connection.cursor() as cursor:
        cursor.executemany(
            # Names of our own; every value is a parameter.
            f'UPDATE "{table}" SET generation = %s, assessed_event = %s, assessed_until = %s, look_at = %s WHERE id = %s',  # noqa: S608
            values,
        )


def look_again(now: datetime) -> int:
    """A job: cases of which passing time alone changes a verdict by `now`. One batch; returns how many."""
    with transaction.atomic():
        cases = _claimed(Case.objects.filter(look_at__lte=now).order_by("look_at", "pk"))
        if cases:
            reassess(cases, now=now)
    return len(cases)


def look_again_by_clock(now: datetime) -> None:
    """After a change of calendars: open cases of kinds whose gauges count working time are looked at again by the worker."""
    kinds = {kind for gauge in gauges.current(now).gauges if gauge.measure.uses_clock for kind in gauge.measure.of}
    if kinds:
        Case.objects.filter(kind__in=kinds, closed_at=None).update(look_at=now)


def catch_up(now: datetime, *, batch: int = BATCH) -> int:
    """A job: cases whose facts were made by an earlier set of gauges. One batch; returns how many.

    This is the rebuild, too: it goes on where it was stopped, and is over when no case is left (`count_behind`).
    """
    catalogue = gauges.read(now)
    if not catalogue.generation:
        return 0
    with transaction.atomic():
        cases = _claimed(Case.objects.filter(generation__lt=catalogue.generation).order_by("generation", "pk"), batch)
        if cases:
            reassess(cases, now=now)
    return len(cases)


def count_behind(now: datetime) -> int:
    """How many cases the worker has yet to look at with the gauges that are in use."""
    return Case.objects.filter(generation__lt=gauges.current(now).generation).count()


def _claimed(rows: models.QuerySet[Case], batch: int = BATCH) -> list[Case]:
    can_skip = connection.features.has_select_for_update_skip_locked
    return list(rows.select_for_update(skip_locked=can_skip, of=("self",))[:batch])


# ---- for whoever looks without writing ---------------------------------------------------------------------------


def expected(
    case: Case, events: Sequence[Happening], *, using: Sequence[gauges.InUse], until: datetime
) -> tuple[dict[int, list[FactRow]], datetime | None]:
    """Every version that each gauge has by these events and by `until`, in the order of parts and versions; and when time alone may
    bring the next. Nothing is changed."""
    rows: dict[int, list[FactRow]] = {}
    look_at: datetime | None = None
    for gauge, found in _histories(copy(case), list(events), using, clocks_for(using), until):
        rows[gauge.id] = sorted(rows_of(case, gauge, found.versions), key=lambda row: (row.part, row.version))
        look_at = _earlier(look_at, found.look_at)
    return rows, look_at


def findings_at(
    case: Case, events: Sequence[Happening], *, gauge: gauges.InUse, moment: datetime, happened_before: datetime
) -> list[FactRow]:
    """What the gauge would have said of the case at `moment`, had everything been known that had happened before `happened_before`."""
    then = _timeline(case, events).until_moment(happened_before) if events else None
    if then is None:
        return []
    clock = clocks_for([gauge]).at(moment) if gauge.measure.uses_clock else {}
    findings = final(gauge.measure, gauge.parameters, then, now=moment, clock=clock)
    return rows_of(case, gauge, [Version(part, 1, moment, 0, each) for part, each in enumerate(findings)])


def rows_of(case: Case, gauge: gauges.InUse, versions: Iterable[Version]) -> list[FactRow]:
    """The versions as they are stored."""
    return _rows(case, gauge, versions, zone())
