"""A house full of facts, made inside the database: what `evidence.py` measures."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any

GAUGES = 123
YEAR = 2026
PROJECTS, UNITS = 40, 20
OPENED = datetime(YEAR, 1, 1, 1, 0, tzinfo=UTC)
WAITING = 200  # versions that no worker has folded yet
EVENTS = ("payments.registered", "payments.approved", "payments.paid")
AT_ONCE = 100_000


def gauges(count: int, now: datetime) -> list[Any]:
    """So many gauges of the measures of the benchmarks, in turn."""
    from watching import MEASURES

    from shixiao.ledger import gauges as ledger_gauges

    wanted = [(MEASURES[number % len(MEASURES)].name, {"number": number}) for number in range(count)]
    return ledger_gauges.put_many(wanted, by=None, now=now)


# ---- facts --------------------------------------------------------------------------------------------------------


def fill_facts(size: int, ids: Sequence[int]) -> None:
    """`size` facts of these gauges over a year, in three projects each, and their cells. The last ones are not folded yet."""
    from django.db import connection

    postgresql = connection.vendor == "postgresql"
    day = (
        "DATE '2026-01-01' + (n * 7919 % 365)::int" if postgresql else "date('2026-01-01', (n * 7919 % 365) || ' days')"
    )
    month = "202600 + EXTRACT(MONTH FROM s.day)::int" if postgresql else "CAST(strftime('%%Y%%m', s.day) AS INTEGER)"
    known = "s.day + TIME '20:00' " if postgresql else "s.day || ' 20:00:00'"
    first = ids[0]
    is_sum = f"(s.gauge - {first}) %% 3 = 2"
    columns = (
        "gauge_id, case_id, part, version, known_at, event_id, outcome, otherwise, day, month, unit, project, contract, "
        "topic, subject, reason, value, weight, is_folded"
    )
    sql = f"""
        INSERT INTO ledger_fact ({columns})
        SELECT s.gauge, s.n + 1, 0, 1, {known}, s.n + 1,
               CASE WHEN {is_sum} THEN 5 WHEN s.n %% 20 = 0 THEN 4 WHEN s.n %% 10 = 1 THEN 3 WHEN s.n %% 7 = 0 THEN 2 ELSE 1 END,
               CASE WHEN {is_sum} OR s.n %% 20 <> 0 THEN 0 ELSE 2 END,
               s.day, {month}, s.n %% {UNITS} + 1, (s.gauge + s.n / {len(ids)} %% 3) %% {PROJECTS} + 1, 0, 0, 0,
               CASE WHEN {is_sum} OR s.n %% 20 <> 0 THEN '' ELSE 'cancelled' END,
               CASE WHEN {is_sum} THEN (s.n %% 9000 + 1) * 10000 ELSE 0 END, CASE WHEN {is_sum} THEN 10000 ELSE 0 END,
               {"s.n < %s" if postgresql else "(s.n < %s)"}
        FROM (SELECT n, {first} + n %% {len(ids)} AS gauge, {day.replace("%", "%%")} AS day FROM ({_numbers(postgresql)}) numbers) s
    """  # noqa: S608 — numbers of our own
    with connection.cursor() as cursor:
        indexes = _without_indexes(cursor, postgresql)
        for start in range(0, size, AT_ONCE):
            cursor.execute(sql, [size - WAITING, start, min(start + AT_ONCE, size) - 1])
        for statement in indexes:
            cursor.execute(statement)
        _fill_cells(cursor)
        cursor.execute("VACUUM ANALYZE" if postgresql else "ANALYZE")


def _numbers(postgresql: bool) -> str:
    if postgresql:
        return "SELECT n FROM generate_series(%s::bigint, %s::bigint) AS n"
    return "WITH RECURSIVE more(n) AS (SELECT %s UNION ALL SELECT n + 1 FROM more WHERE n < %s) SELECT n FROM more"


def _without_indexes(cursor: Any, postgresql: bool) -> list[str]:
    """The statements that make the indexes again; filling with them in place would take an hour."""
    names = ("ledger_fact_by_day", "ledger_fact_current", "ledger_fact_unfolded")
    where = "SELECT indexname, indexdef FROM pg_indexes" if postgresql else "SELECT name, sql FROM sqlite_master"
    cursor.execute(where)
    found = {name: statement for name, statement in cursor.fetchall() if name in names}
    for name in found:
        cursor.execute(f"DROP INDEX {name}")
    return list(found.values())


def _fill_cells(cursor: Any) -> None:
    """What folding gives, in one statement for each grain."""
    from shixiao.ledger import folding
    from shixiao.ledger.adding import FACT, SUMS, adds, counted

    for table, keys in folding._GRAINS:  # noqa: SLF001 — the program's own grains
        named = ", ".join(keys)
        cursor.execute(
            f"INSERT INTO {table} ({named}, {', '.join(SUMS)}) SELECT {named}, {', '.join(f'SUM(s.{n})' for n in SUMS)} "  # noqa: S608
            f"FROM (SELECT {', '.join(f'f.{key}' for key in keys)}, {adds('f')} FROM {FACT} f "
            f"WHERE {counted('f')} AND f.superseded_at IS NULL AND f.is_folded) s GROUP BY {named}"
        )
    for table, keys, sort in folding._COUNTS:  # noqa: SLF001
        named = ", ".join(keys)
        cursor.execute(
            f"INSERT INTO {table} ({named}, count) SELECT {named}, COUNT(*) FROM {FACT} f "  # noqa: S608
            f"WHERE {sort.format(f='f')} AND f.superseded_at IS NULL AND f.is_folded GROUP BY {named}"
        )


def check(ids: Sequence[int]) -> None:
    """A reading equals a recount, for a gauge of each measure."""
    from shixiao.ledger import readings

    for gauge in ids[:3]:
        for days in (readings.Days.year(YEAR), readings.Days(date(YEAR, 2, 10), date(YEAR, 5, 20))):
            told, counted = readings.reading(gauge, days=days), readings.recount(gauge, days=days)
            names = ("met", "missed", "pending", "not_counted", "back_met", "back_missed", "amounts", "total", "weight")
            if any(getattr(told, name) != getattr(counted, name) for name in names):
                raise RuntimeError(f"a reading of gauge {gauge} is {told}, a recount {counted}")


# ---- cases --------------------------------------------------------------------------------------------------------


def fill_cases(count: int, unit: Any, *, have_events: bool) -> None:
    """So many payments that were paid; `have_events`: with what happened to each, three events."""
    from django.db import connection

    postgresql = connection.vendor == "postgresql"
    opened = _moment(postgresql, "n * 7919 %% 500000")
    closed = _moment(postgresql, "n * 7919 %% 500000 + 3000 + n %% 20000")
    padded = "lpad(n::text, 8, '0')" if postgresql else "printf('%%08d', n)"
    cases = f"""
        INSERT INTO casework_case (id, number, kind, title, unit_id, urgency, state, opened_at, closed_at, revision, generation,
                                   assessed_event)
        SELECT n, '支{YEAR}-' || {padded}, 'payments.payment', '第' || n || '笔模拟支出（模拟收款人）', %s, 'normal', 'paid',
               {opened}, {closed}, 3, 0, 0 FROM ({_numbers(postgresql)}) numbers
    """  # noqa: S608
    with connection.cursor() as cursor:
        for start in range(1, count + 1, AT_ONCE):
            cursor.execute(cases, [unit.pk, start, min(start + AT_ONCE - 1, count)])
        if have_events:
            _fill_events(cursor, count, postgresql)
        cursor.execute("ANALYZE")


def _fill_events(cursor: Any, count: int, postgresql: bool) -> None:
    due = (
        f"to_char({_moment(True, 'n * 7919 %% 500000 + 14400')} AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS\"+00:00\"')"
        if postgresql
        else f"strftime('%%Y-%%m-%%dT%%H:%%M:%%S+00:00', {_moment(False, 'n * 7919 %% 500000 + 14400')})"
    )
    told = f"""'{{"amount": "12.50", "late_from": {{"pay": "' || {due} || '"}}}}'"""
    for number, (kind, minutes) in enumerate(zip(EVENTS, ("0", "1500", "3000 + n %% 20000"), strict=True)):
        at = _moment(postgresql, f"n * 7919 %% 500000 + {minutes}")
        particulars = told if number == 0 else "'{}'"
        cast = "::jsonb" if postgresql else ""
        text = "n::text" if postgresql else "CAST(n AS TEXT)"
        sql = f"""
            INSERT INTO ledger_event (kind, subject_kind, subject_id, by_kind, by_id, happened_at, recorded_at, particulars)
            SELECT '{kind}', 'casework.case', {text}, 'people.user', '1', {at}, {at}, ({particulars}){cast}
            FROM ({_numbers(postgresql)}) numbers
        """  # noqa: S608
        for start in range(1, count + 1, AT_ONCE):
            cursor.execute(sql, [start, min(start + AT_ONCE - 1, count)])


def _moment(postgresql: bool, minutes: str) -> str:
    """So many minutes after the year began, as each database keeps moments."""
    if postgresql:
        return f"(TIMESTAMPTZ '{OPENED.isoformat()}' + ({minutes}) * INTERVAL '1 minute')"
    return f"datetime('{OPENED:%Y-%m-%d %H:%M:%S}', ({minutes}) || ' minutes')"


LATER = OPENED + timedelta(days=500)
