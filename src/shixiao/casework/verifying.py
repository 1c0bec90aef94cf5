"""Verifying: everything is counted again and compared with what is stored. A difference is an alarm, and never repaired here.

Looked at are the facts of every case against its events, the cells against the facts, each frozen reading against the facts as they
were known, the states of messages against what became of them, and the guard over what is append-only.
It may run while the office works: each batch sees one state of the database.
"""
# ruff: noqa: S608 — names of our own tables and columns go into the SQL; every value is a parameter.

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from django.db import connection, transaction
from django.db.models import Exists, OuterRef

from shixiao import ledger
from shixiao.casework import assessing, attaching
from shixiao.casework.models import Case
from shixiao.casework.timelines import events_of
from shixiao.engine.measures import Outcome
from shixiao.ledger import freezing, gauges, guard
from shixiao.ledger.adding import FACT, PERIODS, SUMS, adds, counted, period_of, told_apart
from shixiao.ledger.book import Reference
from shixiao.ledger.events import VERIFIED
from shixiao.ledger.facts import COLUMNS, FactRow
from shixiao.ledger.models import (
    AspectBinCell,
    AspectCell,
    BinCell,
    DayCell,
    Event,
    Fact,
    FrozenDay,
    FrozenReading,
    Gauge,
    MonthCell,
    ReasonCell,
)
from shixiao.messages import verifying as stored_messages

BATCH = 200
SHOWN = 1_000  # differences that are told one by one; all are counted
SUBJECT = Reference("ledger.verification", "all")


@dataclass(frozen=True, slots=True)
class Difference:
    """Something stored is not what it should be: a word for what it is, where (case number, gauge, day …), and both."""

    what: str  # "fact", "superseded", "look_at", "orphan", "month", "day", "aspect", "bin", "aspect_bin", "frozen", "frozen_day", "guard", "file", "message", "delivery"
    case: str
    gauge: str
    where: str
    stored: str
    expected: str


@dataclass
class Report:
    """What was counted, and what is different. `waiting` are cases whose facts a rebuild has yet to make: they say nothing yet.
    `other_revision` are frozen readings of an earlier revision of their measure: its facts are gone, so they stand for themselves."""

    cases: int = 0
    waiting: int = 0
    facts: int = 0
    cells: int = 0
    frozen: int = 0
    other_revision: int = 0
    files: int = 0
    number: int = 0
    differences: list[Difference] = field(default_factory=list)

    def add(self, found: Iterable[Difference]) -> None:
        """Count every difference; keep the first thousand."""
        for each in found:
            self.number += 1
            if len(self.differences) < SHOWN:
                self.differences.append(each)


Say = Callable[[str, int], object]


def verify(*, now: datetime, say: Say = lambda _part, _done: None) -> Report:
    """Count everything again, compare, and write down that it was done. `say` hears how far it has come: a word and a number.

    The memory it takes does not grow with the number of cases.
    """
    report = Report()
    report.add(_of_guard())
    gauges.forget()
    catalogue = gauges.read(now)
    names = {key: f"{measure}#{key}" for key, measure in Gauge.objects.values_list("pk", "measure")}
    _verify_cases(report, catalogue, names, say)
    report.add(_orphans(names))
    _verify_cells(report, names, say)
    _verify_frozen(report, names, say)
    _verify_files(report, say)
    report.add(
        Difference(each.what, "", "", f"#{each.id}", each.stored, each.expected) for each in stored_messages.wrong()
    )
    with transaction.atomic():
        codes = {name: getattr(report, name) for name in ("cases", "facts", "cells", "frozen")}
        ledger.record(VERIFIED, subject=SUBJECT, by=None, now=now, particulars=codes | {"differences": report.number})
    return report


@dataclass(frozen=True, slots=True)
class Verification:
    """The last time that everything was counted again."""

    at: datetime
    cases: int
    facts: int
    cells: int
    frozen: int
    differences: int


def last_verification() -> Verification | None:
    """When everything was last counted again, and what came of it; None where it never was. One statement."""
    rows = Event.objects.filter(subject_kind=SUBJECT.kind, subject_id=SUBJECT.id, kind=VERIFIED.name)
    event = rows.order_by("-id").first()
    return Verification(event.happened_at, **event.particulars) if event is not None else None


@contextmanager
def one_state() -> Iterator[None]:
    """All statements inside see the database as it is at one moment."""
    is_outermost = not connection.in_atomic_block
    with transaction.atomic():
        if is_outermost and connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        yield


def _of_guard() -> Iterator[Difference]:
    for name in guard.missing(connection):
        yield Difference("guard", "", "", name, "-", "trigger")


def _verify_files(report: Report, say: Say) -> None:
    """Every file of a case and of a declared value is in the store and is what its hash says."""
    for kept, fault in attaching.examined():
        report.files += 1
        if fault is not None:
            report.add([Difference("file", kept.owner, "", f"#{kept.id}", fault.name.lower(), kept.sha256)])
        if not report.files % 100:
            say("files", report.files)


# ---- the facts of cases ----------------------------------------------------------------------------------------


def _verify_cases(report: Report, catalogue: gauges.Catalogue, names: Mapping[int, str], say: Say) -> None:
    behind = 0
    while True:
        with one_state():
            cases = list(Case.objects.filter(pk__gt=behind).order_by("pk")[:BATCH])
            if not cases:
                return
            _verify_batch(report, cases, catalogue, names)
        behind = cases[-1].pk
        report.cases += len(cases)
        say("cases", report.cases)


@dataclass(frozen=True, slots=True)
class _Stored:
    row: FactRow
    superseded_at: datetime | None
    is_folded: bool


def _verify_batch(report: Report, cases: Sequence[Case], catalogue: gauges.Catalogue, names: Mapping[int, str]) -> None:
    stored = _stored(cases)
    report.facts += sum(len(rows) for of_case in stored.values() for rows in of_case.values())
    happened = events_of([case.pk for case in cases])
    for case in cases:
        there = stored.get(case.pk, {})
        for gauge, rows in there.items():
            report.add(_superseded(case, names[gauge], rows))
        if case.generation < catalogue.generation or case.assessed_until is None:
            report.waiting += 1
            continue
        report.add(_against_events(case, happened.get(case.pk, []), there, catalogue, names))


def _stored(cases: Sequence[Case]) -> dict[int, dict[int, list[_Stored]]]:
    rows = Fact.objects.filter(case_id__in=[case.pk for case in cases]).order_by("gauge_id", "part", "version")
    found: dict[int, dict[int, list[_Stored]]] = {}
    for *values, superseded_at, is_folded in rows.values_list(*COLUMNS, "superseded_at", "is_folded"):
        row = FactRow._make(values)
        found.setdefault(row.case_id, {}).setdefault(row.gauge, []).append(_Stored(row, superseded_at, is_folded))
    return found


def _against_events(
    case: Case,
    events: Sequence[Any],
    there: Mapping[int, Sequence[_Stored]],
    catalogue: gauges.Catalogue,
    names: Mapping[int, str],
) -> Iterator[Difference]:
    """What every gauge says by the events, against its facts; those of gauges that are not in use stay as they are."""
    using = catalogue.of(case.kind)
    assert case.assessed_until is not None  # noqa: S101  such a case waits
    wanted, look_at = assessing.expected(case, events, using=using, until=case.assessed_until)
    in_use = {each.id for each in catalogue.gauges}
    for gauge in sorted(set(wanted) | (set(there) & in_use)):
        rows = [each.row for each in there.get(gauge, ())]
        yield from _compared(case, names[gauge], rows, wanted.get(gauge, []))
    # Looked at too early does no harm: after a change of calendars every open case is.
    if look_at is not None and (case.look_at is None or case.look_at > look_at):
        yield Difference("look_at", case.number, "", "", _moment(case.look_at), _moment(look_at))


def _compared(case: Case, gauge: str, stored: Sequence[FactRow], wanted: Sequence[FactRow]) -> Iterator[Difference]:
    there, should = ({(row.part, row.version): row for row in rows} for rows in (stored, wanted))
    for key in sorted(there.keys() | should.keys()):
        one, other = there.get(key), should.get(key)
        if one != other:
            where = f"{key[0]}.v{key[1]}"
            yield Difference("fact", case.number, gauge, where, *_differing(one, other))


def _differing(one: FactRow | None, other: FactRow | None) -> tuple[str, str]:
    """The columns that differ, on both sides; `-` for a version that is not there."""
    if one is None or other is None:
        return _written(one, FactRow._fields[4:]), _written(other, FactRow._fields[4:])
    names = [name for name in FactRow._fields if getattr(one, name) != getattr(other, name)]
    return _written(one, names), _written(other, names)


def _written(row: FactRow | None, names: Iterable[str]) -> str:
    if row is None:
        return "-"
    told = {name: getattr(row, name) for name in names}
    return " ".join(f"{name}={value}" for name, value in told.items() if value not in (0, "", None)) or "0"


def _superseded(case: Case, gauge: str, rows: Sequence[_Stored]) -> Iterator[Difference]:
    """A version is superseded by the next, from when that was known on, as soon as that is folded."""
    after = {(each.row.part, each.row.version): each for each in rows}
    for each in rows:
        following = after.get((each.row.part, each.row.version + 1))
        should = following.row.known_at if following is not None and following.is_folded else None
        if each.superseded_at != should:
            where = f"{each.row.part}.v{each.row.version}"
            yield Difference("superseded", case.number, gauge, where, _moment(each.superseded_at), _moment(should))


def _moment(moment: datetime | None) -> str:
    return moment.astimezone(assessing.zone()).isoformat() if moment is not None else "-"


def _orphans(names: Mapping[int, str]) -> Iterator[Difference]:
    """Facts of cases that there are not."""
    rows = Fact.objects.filter(~Exists(Case.objects.filter(pk=OuterRef("case_id")))).order_by("case_id", "gauge_id")
    for case, gauge, part, version in rows.values_list("case_id", "gauge_id", "part", "version")[:SHOWN]:
        yield Difference("orphan", str(case), names[gauge], f"{part}.v{version}", f"{part}.v{version}", "-")


# ---- cells -----------------------------------------------------------------------------------------------------

_TOLD = ("aspect", "period", "value")
_GRAINS: tuple[tuple[str, Any, tuple[str, ...]], ...] = (
    ("month", MonthCell, ("month", "project")),
    ("day", DayCell, ("day", "project", "unit", "topic")),
    ("aspect", AspectCell, _TOLD),
)


def _verify_cells(report: Report, names: Mapping[int, str], say: Say) -> None:
    """Every cell against the facts that are folded and hold; one statement for each gauge and grain, so that it sees one state."""
    for gauge in sorted(names):
        for what, model, keys in _GRAINS:
            report.add(_cells_that_differ(what, model, keys, gauge, names[gauge]))
            report.cells += model.objects.filter(gauge_id=gauge).count()
        for what, model, keys, sort in _COUNTS:
            report.add(_counts_that_differ(what, model, keys, sort, gauge, names[gauge]))
            report.cells += model.objects.filter(gauge_id=gauge).count()
        say("cells", report.cells)


def _cells_that_differ(what: str, model: Any, keys: Sequence[str], gauge: int, name: str) -> list[Difference]:
    table, by = model._meta.db_table, ", ".join(keys)
    of_cells = ", ".join(f"c.{one} AS {one}, 0 AS {one}_f" for one in SUMS)
    of_facts = ", ".join(f"0 AS {one}, f.{one} AS {one}_f" for one in SUMS)
    both = ", ".join(f"SUM({one}), SUM({one}_f)" for one in SUMS)
    differ = " OR ".join(f"SUM({one}) <> SUM({one}_f)" for one in SUMS)
    sql = (
        f'SELECT {by}, {both} FROM (SELECT {by}, {of_cells} FROM "{table}" c WHERE c.gauge_id = %s '
        f"UNION ALL SELECT {by}, {of_facts} FROM ({_in_cells(keys, adds('f'), adds('f', sign=-1), counted('f'))}) f) s GROUP BY {by} HAVING {differ} ORDER BY {by}"
    )
    with connection.cursor() as cursor:
        cursor.execute(sql, [gauge, gauge, gauge])
        rows = cursor.fetchmany(SHOWN)
    return [_cell(what, name, keys, row) for row in rows]


def _in_cells(keys: Sequence[str], plus: str, minus: str, also: str) -> str:
    """What the facts have put into the cells: the folded ones that hold; and less those that are superseded without being folded
    themselves, since a version may be folded before the one that it supersedes."""
    apart = told_apart("f")
    told = {"aspect": apart.aspect, "value": apart.value, "period": period_of("f.month")}
    by = ", ".join(f"{told.get(key, f'f.{key}')} AS {key}" for key in keys)
    facts = f'"{FACT}" f'
    if "aspect" in keys:
        facts, also = f"{facts} {apart.join} CROSS JOIN {PERIODS}", f"{also} AND f.aspects <> ''"
    return (
        f"SELECT {by}, {plus} FROM {facts} WHERE f.gauge_id = %s AND f.is_folded AND f.superseded_at IS NULL AND {also} "
        f"UNION ALL SELECT {by}, {minus} FROM {facts} WHERE f.gauge_id = %s AND NOT f.is_folded "
        f"AND f.superseded_at IS NOT NULL AND {also}"
    )


def _cell(what: str, gauge: str, keys: Sequence[str], row: Sequence[Any]) -> Difference:
    where = " ".join(f"{key}={value}" for key, value in zip(keys, row, strict=False))
    sums = [int(value) for value in row[len(keys) :]]
    differing = [(one, *sums[2 * at : 2 * at + 2]) for at, one in enumerate(SUMS) if sums[2 * at] != sums[2 * at + 1]]
    stored = " ".join(f"{one}={cell}" for one, cell, _fact in differing)
    expected = " ".join(f"{one}={fact}" for one, _cell, fact in differing)
    return Difference(what, "", gauge, where, stored, expected)


_COUNTS: tuple[tuple[str, Any, tuple[str, ...], str], ...] = (
    ("bin", BinCell, ("month", "project", "bin"), "f.bin IS NOT NULL"),
    ("reason", ReasonCell, ("month", "project", "reason"), f"f.outcome = {Outcome.NOT_COUNTED:d}"),
    ("aspect_bin", AspectBinCell, (*_TOLD, "bin"), "f.bin IS NOT NULL"),
)


def _counts_that_differ(
    what: str, model: Any, keys: tuple[str, ...], sort: str, gauge: int, name: str
) -> list[Difference]:
    """Of cells that count facts of one sort: bins of a histogram, reasons of what is not counted."""
    by, facts_of = ", ".join(keys), _in_cells(keys, "0 AS cells, 1 AS facts", "0, -1", sort)
    sql = (
        f'SELECT {by}, SUM(cells), SUM(facts) FROM (SELECT {by}, count AS cells, 0 AS facts FROM "{model._meta.db_table}" '
        f"WHERE gauge_id = %s UNION ALL {facts_of}) s GROUP BY {by} "
        f"HAVING SUM(cells) <> SUM(facts) ORDER BY {by}"
    )
    with connection.cursor() as cursor:
        cursor.execute(sql, [gauge, gauge, gauge])
        rows = cursor.fetchmany(SHOWN)
    return [
        Difference(
            what,
            "",
            name,
            " ".join(f"{key}={value}" for key, value in zip(keys, row, strict=False)),
            str(int(row[-2])),
            str(int(row[-1])),
        )
        for row in rows
    ]


# ---- frozen readings -------------------------------------------------------------------------------------------


def _verify_frozen(report: Report, names: Mapping[int, str], say: Say) -> None:
    """Each day that was frozen, one after the other: none is left out, none has lost a reading, each number is what was known."""
    before: date | None = None
    for day, number in FrozenDay.objects.order_by("day").values_list("day", "readings").iterator(chunk_size=500):
        if before is not None and day != before + timedelta(days=1):
            report.add([Difference("frozen_day", "", "", f"{before + timedelta(days=1)}", "-", "frozen")])
        with one_state():
            _verify_day(report, day, number, names)
        before = day
        say("frozen", report.frozen)
    stray = FrozenReading.objects.exclude(day__in=FrozenDay.objects.values("day")).order_by("day", "key")
    report.add(
        Difference("frozen", "", names[row.gauge_id], f"{row.day} {row.key}", "frozen", "-") for row in stray[:SHOWN]
    )


def _verify_day(report: Report, day: date, number: int, names: Mapping[int, str]) -> None:
    rows = list(FrozenReading.objects.filter(day=day).order_by("key"))
    report.frozen += len(rows)
    if len(rows) != number:
        report.add([Difference("frozen_day", "", "", f"{day}", str(len(rows)), str(number))])
    revisions = freezing.revisions()
    same = [row for row in rows if row.revision == revisions.get(row.gauge_id, row.revision)]
    report.other_revision += len(rows) - len(same)
    found = freezing.counted([freezing.asked_of(row) for row in same], as_of=day)
    for row in same:
        stored, expected = freezing.numbers_of(freezing.reading_of(row)), freezing.numbers_of(found[row.key])
        differing = [name for name in stored if stored[name] != expected[name]]
        if differing:
            one, other = (" ".join(f"{name}={told[name]}" for name in differing) for told in (stored, expected))
            report.add([Difference("frozen", "", names[row.gauge_id], f"{day} {row.key}", one, other)])
