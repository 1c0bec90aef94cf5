"""Facts as rows: written, read, and put right. Only `casework.assessing` knows how they are worked out."""
# ruff: noqa: S608 — names of our own tables and columns go into the SQL; every value is a parameter.

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import NamedTuple

from django.db import connection

from shixiao.engine.measures import Outcome, Scope, Version
from shixiao.engine.measures.bins import bin_of_ticks
from shixiao.ledger import filling
from shixiao.ledger.models import Fact

CHUNK = 500
MANY = 400  # from so many rows on, the quickest way that the database has


class FactRow(NamedTuple):
    """One version of a fact as it is stored; what each column means stands at the model."""

    gauge: int
    case_id: int
    part: int
    version: int
    known_at: datetime
    event_id: int
    outcome: int
    otherwise: int
    day: date
    month: int
    unit: int
    project: int
    contract: int
    topic: int
    subject: int
    reason: str
    value: int
    weight: int
    bin: int | None
    aspects: str = ""

    @property
    def scope(self) -> Scope:
        """Where the case belonged."""
        return Scope(self.unit, self.project, self.contract, self.topic, self.subject)


COLUMNS = ("gauge_id", *FactRow._fields[1:])
_NAMES = ", ".join(f'"{name}"' for name in COLUMNS)
_MARKS = "(" + ", ".join(["%s"] * len(COLUMNS)) + ", %s)"
_ONE = f'INSERT INTO "{Fact._meta.db_table}" ({_NAMES}, "is_folded") VALUES ({", ".join(["%s"] * len(COLUMNS))}, 0)'
_INSERT = f'INSERT INTO "{Fact._meta.db_table}" ({_NAMES}, "is_folded") VALUES '


def row_of(gauge: int, case_id: int, version: Version, *, today: date) -> FactRow:
    """A version as a row; one that is gone stays on the day on which that was known."""
    finding = version.finding
    day = finding.day or today
    return FactRow(
        gauge,
        case_id,
        version.part,
        version.number,
        version.known_at,
        version.event,
        int(finding.outcome),
        int(finding.otherwise or 0),
        day,
        day.year * 100 + day.month,
        *finding.scope,
        finding.reason,
        finding.value,
        finding.weight,
        bin_of_ticks(finding.value) if finding.outcome is Outcome.AMOUNT else None,
        finding.aspects,
    )


def insert(rows: Sequence[FactRow]) -> None:
    """Add versions; one statement for each five hundred, or one that is prepared once for many. The cells follow when the worker folds them."""
    are_many = len(rows) >= MANY or filling.is_aside()
    if are_many and connection.vendor == "postgresql":
        into = f'COPY "{Fact._meta.db_table}" ({_NAMES}, "is_folded") FROM STDIN'
        filling.run(into, [(*row, False) for row in rows], is_copy=True)
        return
    if are_many:
        instants, days = filling.Instants(), filling.Days()
        filling.run(_ONE, [(*row[:4], instants[row[4]], *row[5:8], days[row[8]], *row[9:]) for row in rows])
        return
    adapt = connection.ops.adapt_datetimefield_value
    with connection.cursor() as cursor:
        for start in range(0, len(rows), CHUNK):
            part = rows[start : start + CHUNK]
            values = [value for row in part for value in (*row[:4], adapt(row.known_at), *row[5:], False)]
            cursor.execute(_INSERT + ", ".join([_MARKS] * len(part)), values)


def stored(case_ids: Iterable[int]) -> dict[tuple[int, int], list[FactRow]]:
    """Every version of these cases, by case and gauge, in the order of parts and versions."""
    case_ids = list(case_ids)
    if len(case_ids) > 1:
        _look_up_by_key()
    rows = Fact.objects.filter(case_id__in=case_ids).order_by("case_id", "gauge_id", "part", "version")
    found: dict[tuple[int, int], list[FactRow]] = {}
    for values in rows.values_list(*COLUMNS):
        row = FactRow._make(values)
        found.setdefault((row.case_id, row.gauge), []).append(row)
    return found


def _look_up_by_key() -> None:
    """PostgreSQL does not know a table that has only just been filled, as in a rebuild: it would read every fact there is for each
    batch of cases. Until the end of the transaction it may not."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT set_config('enable_seqscan', 'off', true), set_config('jit', 'off', true)")


def current_of(case_id: int) -> list[Fact]:
    """What every gauge says of a case now."""
    rows = Fact.objects.filter(case_id=case_id, superseded_at=None).order_by("gauge_id", "part", "-version")
    latest: dict[tuple[int, int], Fact] = {}
    for row in rows.select_related("gauge"):
        latest.setdefault((row.gauge_id, row.part), row)
    return [row for row in latest.values() if row.outcome != Outcome.GONE]
