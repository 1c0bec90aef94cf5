"""How verdicts and the book changed in a stretch of time: what those who watch for gaming need, in few statements.

Everything is counted by the database or comes as a stream of the few rows that matter: a year of a million facts fits into little memory.
Nothing is said here of what a kind of event means: the caller says which kinds close, reopen or amend.
"""
# ruff: noqa: S608 — names of our own tables and columns go into the SQL; every value is a parameter.

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, date, datetime
from typing import Any, NamedTuple

from django.conf import settings
from django.db import connection
from django.utils import timezone

from shixiao.engine.measures import Outcome
from shixiao.ledger.adding import BEFORE, FACT
from shixiao.ledger.models import Event

EVENT = Event._meta.db_table
BULK = 3  # so many openings at the very same instant were entered together: an import, not one after the other
PAGE = 2_000
_SCOPE = ("unit", "project", "contract", "topic", "subject")


class Between(NamedTuple):
    """Instants of recording: from `begin` up to and without `end`."""

    begin: datetime
    end: datetime


class ClosedOn(NamedTuple):
    """How many cases of a gauge one person closed on a local day, by when that was recorded."""

    gauge: int
    unit: int
    person: str
    day: date
    number: int


class Closed(NamedTuple):
    """One case that was closed, and by which event. `day` is the day on which it was to count when it began."""

    gauge: int
    unit: int
    case_id: int
    event_id: int
    person: str
    day: date
    recorded_at: datetime


class Changed(NamedTuple):
    """A version that took the place of another by an event of a person. `known_at` and `day` are those of the version before."""

    gauge: int
    unit: int
    case_id: int
    event_id: int
    before: int
    after: int
    known_at: datetime
    day: date
    is_moved: bool
    kind: str
    person: str
    happened_at: datetime
    recorded_at: datetime


def written_by_day(subject_kind: str, within: Between) -> list[tuple[str, date]]:
    """On which local days each person wrote anything down about such a subject. One row for each pair."""
    day, given = _day("e.recorded_at")
    sql = (
        f'SELECT DISTINCT e.by_id, {day} FROM "{EVENT}" e '
        "WHERE e.subject_kind = %s AND e.by_id <> '' AND e.recorded_at >= %s AND e.recorded_at < %s"
    )
    return [(person, _as_date(on)) for person, on in _all(sql, [*given, subject_kind, *_moments(within)])]


def closed_by_day(
    gauges: Sequence[int], subject_kind: str, within: Between, *, closing: Iterable[str], opening: Iterable[str]
) -> list[ClosedOn]:
    """How many cases each person closed, by gauge, unit and day: by events of the kinds `closing`, and by those of `opening` that begin a case
    at its end, without the ones that were entered together."""
    day, given = _day("c.recorded_at")
    source, also = _closings(gauges, subject_kind, within, closing, opening)
    if not source:
        return []
    sql = f"SELECT c.gauge_id, c.unit, c.by_id, {day}, COUNT(*) FROM ({source}) c GROUP BY 1, 2, 3, 4"
    return [
        ClosedOn(gauge, unit, by, _as_date(on), number) for gauge, unit, by, on, number in _all(sql, [*given, *also])
    ]


def closed(
    gauges: Sequence[int], subject_kind: str, within: Between, *, closing: Iterable[str], opening: Iterable[str]
) -> Iterator[Closed]:
    """The same cases one by one: for single days."""
    source, given = _closings(gauges, subject_kind, within, closing, opening)
    if source:
        columns = "c.gauge_id, c.unit, c.case_id, c.id, c.by_id, c.day, c.recorded_at"
        for *rest, day, recorded_at in _stream(f"SELECT {columns} FROM ({source}) c", given):
            yield Closed._make([*rest, _as_date(day), _as_moment(recorded_at)])


def _closings(
    gauges: Sequence[int], subject_kind: str, within: Between, closing: Iterable[str], opening: Iterable[str]
) -> tuple[str, list[Any]]:
    """The closing events of persons with the gauges that know their cases; a case is known by its first version."""
    ends, begins = sorted(closing), sorted(opening)
    if not gauges or not (ends or begins):
        return "", []
    together = (
        f'SELECT o.recorded_at FROM "{EVENT}" o WHERE o.kind IN ({_marks(begins)}) AND o.subject_kind = %s '
        f"AND o.recorded_at >= %s AND o.recorded_at < %s GROUP BY o.recorded_at, o.by_id HAVING COUNT(*) >= {BULK}"
        if begins
        else "SELECT NULL WHERE 1 = 0"
    )
    among = [*ends, *begins]
    is_alone = f"AND NOT (e.kind IN ({_marks(begins)}) AND e.recorded_at IN ({together}))" if begins else ""
    sql = (
        f'SELECT e.id, e.by_id, e.recorded_at, f.gauge_id, f.unit, f.case_id, f.day FROM "{EVENT}" e JOIN "{FACT}" f '
        "ON f.case_id = CASE WHEN e.subject_kind = %s THEN CAST(e.subject_id AS BIGINT) END "
        f"AND f.gauge_id IN ({_marks(gauges)}) AND f.part = 0 AND f.version = 1 "
        f"WHERE e.kind IN ({_marks(among)}) AND e.subject_kind = %s AND e.by_id <> '' "
        f"AND e.recorded_at >= %s AND e.recorded_at < %s {is_alone}"
    )
    when = _moments(within)
    given = [subject_kind, *gauges, *among, subject_kind, *when]
    return sql, [*given, *begins, *begins, subject_kind, *when] if begins else given


def of_missed(gauges: Sequence[int], within: Between, *, amending: Iterable[str]) -> Iterator[Changed]:
    """What became of cases that had been missed: those that are not missed any more by an event that is said to have happened before that
    was known, that were left out, or that the kinds `amending` changed in any way. One statement, as a stream.

    Without those that were simply done later.
    """
    kinds = sorted(amending)
    is_amended = f"OR e.kind IN ({_marks(kinds)})" if kinds else ""
    sql = (
        f"SELECT f.gauge_id, p.unit, f.case_id, e.id, p.outcome, f.outcome, p.known_at, p.day, {_moved()}, e.kind, e.by_id, "
        f"e.happened_at, e.recorded_at {_versions(gauges)} AND p.outcome = {Outcome.MISSED:d} "
        f"AND (f.outcome IN ({Outcome.GONE:d}, {Outcome.NOT_COUNTED:d}) OR e.happened_at < p.known_at {is_amended} "
        "OR e.kind LIKE 'casework.%%')"
    )
    for *rest, known_at, day, is_moved, kind, by, happened_at, recorded_at in _stream(
        sql, [*gauges, *_moments(within), *kinds]
    ):
        moments = _as_moment(happened_at), _as_moment(recorded_at)
        yield Changed._make([*rest, _as_moment(known_at), _as_date(day), bool(is_moved), kind, by, *moments])


def amended_by_day(gauges: Sequence[int], within: Between, *, amending: Iterable[str]) -> list[ClosedOn]:
    """How many cases that had not been missed each person moved, or amended so that the gauge has nothing to say of them any more."""
    kinds = sorted(amending)
    if not kinds:
        return []
    day, given = _day("e.recorded_at")
    sql = (
        f"SELECT f.gauge_id, p.unit, e.by_id, {day}, COUNT(*) {_versions(gauges)} AND p.outcome <> {Outcome.MISSED:d} "
        f"AND p.outcome <> {Outcome.GONE:d} AND e.kind IN ({_marks(kinds)}) AND ({_moved()} = 1 OR f.outcome = {Outcome.GONE:d}) "
        "GROUP BY 1, 2, 3, 4"
    )
    rows = _all(sql, [*given, *gauges, *_moments(within), *kinds])
    return [ClosedOn(gauge, unit, by, _as_date(on), number) for gauge, unit, by, on, number in rows]


def _versions(gauges: Sequence[int]) -> str:
    """Versions with the one before and the event that made them, recorded by a person in a stretch of time."""
    return (
        f'FROM "{FACT}" f JOIN "{FACT}" p ON {BEFORE} JOIN "{EVENT}" e ON e.id = f.event_id '
        f"WHERE f.gauge_id IN ({_marks(gauges)}) AND f.version > 1 AND f.event_id > 0 "
        "AND f.known_at >= %s AND f.known_at < %s AND e.by_id <> ''"
    )


def _moved() -> str:
    return "CASE WHEN " + " OR ".join(f"f.{name} <> p.{name}" for name in _SCOPE) + " THEN 1 ELSE 0 END"


def subjects_of(subject_kind: str, within: Between, *, kinds: Iterable[str]) -> list[int]:
    """The ids of what events of these kinds by persons speak of, in order, each once."""
    rows = Event.objects.filter(
        kind__in=sorted(kinds), subject_kind=subject_kind, recorded_at__gte=within.begin, recorded_at__lt=within.end
    ).exclude(by_id="")
    return sorted({int(each) for each in rows.order_by().values_list("subject_id", flat=True).distinct()})


# ---- databases ------------------------------------------------------------------------------------------------------------


def _marks(values: Sequence[Any]) -> str:
    return ", ".join(["%s"] * len(values))


def _day(column: str) -> tuple[str, list[Any]]:
    """The office's local day of a moment."""
    sql, given = connection.ops.datetime_cast_date_sql(column, [], settings.TIME_ZONE)
    return sql, list(given)


def _moments(within: Between) -> list[Any]:
    return [connection.ops.adapt_datetimefield_value(each) for each in within]


def _as_date(value: Any) -> date:
    """SQLite gives a text where PostgreSQL gives a date."""
    return date.fromisoformat(str(value)[:10]) if not isinstance(value, date) or isinstance(value, datetime) else value


def _as_moment(value: Any) -> datetime:
    """SQLite keeps moments in UTC without saying so."""
    moment = value if isinstance(value, datetime) else datetime.fromisoformat(str(value))
    return moment if timezone.is_aware(moment) else moment.replace(tzinfo=UTC)


def _all(sql: str, given: Sequence[Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, given)
        return list(cursor.fetchall())


def _stream(sql: str, given: Sequence[Any]) -> Iterator[tuple[Any, ...]]:
    """Some rows at a time."""
    with connection.chunked_cursor() as cursor:
        cursor.execute(sql, given)
        while rows := cursor.fetchmany(PAGE):
            yield from rows
