"""Folding: versions of facts that were written since the last time go into the cells.

The step that changes a verdict inserts its versions and locks no cell; one worker at a time folds them, in one transaction, so that
every reader sees a version either beside the cells or in them.
"""
# ruff: noqa: S608 — names of our own tables and columns go into the SQL; every value is a parameter.

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

from django.db import connection, transaction

from shixiao.engine.measures import Outcome
from shixiao.ledger.adding import (
    FACT,
    PERIODS,
    SUMS,
    adds,
    counted,
    id_of_before,
    known_at_of_next,
    period_of,
    told_apart,
)
from shixiao.ledger.models import AspectBinCell, AspectCell, BinCell, DayCell, Fact, MonthCell, ReasonCell

BATCH = 5_000
LOCK = 0x5348_4958  # the name of the advisory lock of whoever changes cells

_GRAINS: tuple[tuple[str, tuple[str, ...]], ...] = (
    (MonthCell._meta.db_table, ("gauge_id", "month", "project")),
    (DayCell._meta.db_table, ("gauge_id", "day", "project", "unit", "topic")),
)
# Cells that count facts of one sort; `{f}` is the alias of the fact.
_COUNTS: tuple[tuple[str, tuple[str, ...], str], ...] = (
    (BinCell._meta.db_table, ("gauge_id", "month", "project", "bin"), "{f}.bin IS NOT NULL"),
    (
        ReasonCell._meta.db_table,
        ("gauge_id", "month", "project", "reason"),
        f"{{f}}.outcome = {Outcome.NOT_COUNTED:d}",
    ),
)


def fold(now: datetime, *, batch: int = BATCH) -> int:
    """Fold one batch of versions; returns how many. Nothing while another worker folds."""
    with transaction.atomic():
        if not take_lock(wait=False):
            return 0
        rows = Fact.objects.filter(is_folded=False).order_by("gauge_id", "day", "id")
        ids = list(rows.values_list("id", flat=True)[:batch])
        if ids:
            _fold(ids)
    return len(ids)


def fold_cases(case_ids: Sequence[int]) -> None:
    """Every version of these cases into the cells. Under the lock (`take_lock`), inside the caller's transaction."""
    ids = list(Fact.objects.filter(case_id__in=case_ids, is_folded=False).values_list("id", flat=True))
    if ids:
        _fold(ids)


def take_lock(*, wait: bool) -> bool:
    """Until the end of the transaction nobody else changes cells. SQLite writes one transaction at a time anyway."""
    if connection.vendor != "postgresql":
        return True
    with connection.cursor() as cursor:
        if wait:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
            return True
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [LOCK])
        return bool(cursor.fetchone()[0])


def _fold(ids: Sequence[int]) -> None:
    with connection.cursor() as cursor:
        before = _those_before(cursor, ids)
        new, given = _among("f", ids)
        old, given_old = _among("p", before)
        if before:
            cursor.execute(f'UPDATE "{FACT}" AS p SET superseded_at = {known_at_of_next("p")} WHERE {old}', given_old)
        for table, keys in _GRAINS:
            cursor.execute(_into_cells(table, keys, new, old), given + given_old)
        for table, keys, sort in _COUNTS:
            cursor.execute(_into_counts(table, keys, sort, new, old), given + given_old)
        if _have_aspects(cursor, [*ids, *before]):
            for statement in _into_aspects(_facts("f", new), _facts("p", old, sign=-1)):
                cursor.execute(statement, given + given_old)
        cursor.execute(f'UPDATE "{FACT}" AS f SET is_folded = %s WHERE {new}', [True, *given])


def _those_before(cursor: Any, ids: Sequence[int]) -> list[int]:
    """The ids of the versions that these supersede. They are looked up once, one by one; whatever comes after goes by id and joins nothing, so
    that no database can take it into its head to read every fact there is for each of some thousand versions."""
    chosen, given = _among("f", ids)
    cursor.execute(f'SELECT {id_of_before("f")} FROM "{FACT}" f WHERE f.version > 1 AND {chosen}', given)
    return [before for (before,) in cursor.fetchall() if before is not None]


def _among(alias: str, ids: Sequence[int]) -> tuple[str, list[Any]]:
    """A condition on the id, without one parameter for each."""
    if connection.vendor == "postgresql":
        return f"{alias}.id = ANY(%s::bigint[])", [list(ids)]
    return f"{alias}.id IN (SELECT value FROM json_each(%s))", [json.dumps(list(ids))]


def _into_cells(table: str, keys: Sequence[str], new: str, old: str) -> str:
    """What the versions `new` add and what the `old` ones before them no longer do, summed up by cell."""
    columns = ", ".join(f'"{name}"' for name in (*keys, *SUMS))
    sums = ", ".join(f'"{name}" = "{table}"."{name}" + excluded."{name}"' for name in SUMS)
    return (
        f'INSERT INTO "{table}" ({columns}) '
        f"SELECT {_named(keys, 's')}, {', '.join(f'SUM(s.{name})' for name in SUMS)} FROM ("
        f'SELECT {_named(keys, "f")}, {adds("f")} FROM "{FACT}" f WHERE {counted("f")} AND {new} '
        f'UNION ALL SELECT {_named(keys, "p")}, {adds("p", sign=-1)} FROM "{FACT}" p WHERE {counted("p")} AND {old}'
        f") s WHERE true GROUP BY {_named(keys, 's')} "
        f"ON CONFLICT ({', '.join(keys)}) DO UPDATE SET {sums}"
    )


def _have_aspects(cursor: Any, ids: Sequence[int]) -> bool:
    """Most cases tell nothing of themselves, and then there is nothing more to add."""
    chosen, given = _among("f", ids)
    cursor.execute(f"SELECT 1 FROM \"{FACT}\" f WHERE {chosen} AND f.aspects <> '' LIMIT 1", given)
    return cursor.fetchone() is not None


class _Facts(NamedTuple):
    """Facts that tell something of themselves, for the sums and for the histogram: rows of gauge, month, aspects, and what each adds."""

    sums: str
    bins: str


def _facts(alias: str, where: str, *, sign: int = 1) -> _Facts:
    of = f"{alias}.gauge_id, {alias}.month, {alias}.aspects"
    end = f"FROM \"{FACT}\" {alias} WHERE {alias}.aspects <> '' AND {where}"
    return _Facts(
        f"SELECT {of}, {adds(alias, sign=sign)} {end} AND {counted(alias)}",
        f"SELECT {of}, {alias}.bin, {sign:d} AS count {end} AND {alias}.bin IS NOT NULL",
    )


def _into_aspects(*several: _Facts) -> list[str]:
    """What these facts add by what their cases tell. Those that tell the same are added up first: what is told is taken apart once for them."""
    sums = _by_aspect([each.sums for each in several], AspectCell._meta.db_table, (), SUMS)
    bins = _by_aspect([each.bins for each in several], AspectBinCell._meta.db_table, ("bin",), ("count",))
    return [sums, bins]


def _by_aspect(facts: Sequence[str], table: str, also: Sequence[str], sums: Sequence[str]) -> str:
    alike = ", ".join(("gauge_id", "month", "aspects", *also))
    keys = ("gauge_id", "aspect", "period", "value", *also)
    apart = told_apart("s")
    more = "".join(f", s.{name}" for name in also)
    return (
        f'INSERT INTO "{table}" ({", ".join((*keys, *sums))}) '
        f"SELECT {', '.join(keys)}, {', '.join(f'SUM({name})' for name in sums)} FROM ("
        f"SELECT s.gauge_id, {apart.aspect} AS aspect, {period_of('s.month')} AS period, {apart.value} AS value{more}, "
        f"{', '.join(f's.{name}' for name in sums)} FROM ("
        f"SELECT {alike}, {', '.join(f'SUM({name}) AS {name}' for name in sums)} FROM ({' UNION ALL '.join(facts)}) e GROUP BY {alike}"
        f") s {apart.join} CROSS JOIN {PERIODS}"
        f") t WHERE true GROUP BY {', '.join(keys)} "
        f"ON CONFLICT ({', '.join(keys)}) DO UPDATE SET "
        + ", ".join(f'"{name}" = "{table}"."{name}" + excluded."{name}"' for name in sums)
    )


def _named(keys: Sequence[str], alias: str) -> str:
    return ", ".join(f"{alias}.{name}" for name in keys)


def _into_counts(table: str, keys: Sequence[str], sort: str, new: str, old: str) -> str:
    return (
        f'INSERT INTO "{table}" ({", ".join(keys)}, count) '
        f"SELECT {_named(keys, 's')}, SUM(s.sign) FROM ("
        f'SELECT {_named(keys, "f")}, 1 AS sign FROM "{FACT}" f WHERE {sort.format(f="f")} AND {new} '
        f'UNION ALL SELECT {_named(keys, "p")}, -1 AS sign FROM "{FACT}" p WHERE {sort.format(f="p")} AND {old}'
        f") s WHERE true GROUP BY {_named(keys, 's')} "
        f'ON CONFLICT ({", ".join(keys)}) DO UPDATE SET count = "{table}".count + excluded.count'
    )


def take_out(cases: Sequence[int], gauges: Sequence[int]) -> None:
    """Every version of these cases by these gauges goes, from the facts and from the cells. Under the lock, after `fold_cases`;
    for facts that are about to be written anew."""
    where = f"case_id IN ({_marks(cases)}) AND gauge_id IN ({_marks(gauges)})"
    given = [*cases, *gauges]
    with connection.cursor() as cursor:
        for table, keys in _GRAINS:
            cursor.execute(_out_of_cells(table, keys, where), given)
        for table, keys, sort in _COUNTS:
            cursor.execute(
                f'INSERT INTO "{table}" ({", ".join(keys)}, count) SELECT {_named(keys, "f")}, -COUNT(*) FROM "{FACT}" f '
                f"WHERE {sort.format(f='f')} AND f.superseded_at IS NULL AND {where} GROUP BY {_named(keys, 'f')} "
                f'ON CONFLICT ({", ".join(keys)}) DO UPDATE SET count = "{table}".count + excluded.count',
                given,
            )
        for statement in _into_aspects(_facts("f", f"f.superseded_at IS NULL AND {where}", sign=-1)):
            cursor.execute(statement, given)
        cursor.execute(f'DELETE FROM "{FACT}" WHERE {where}', given)


def _out_of_cells(table: str, keys: Sequence[str], where: str) -> str:
    columns = ", ".join(f'"{name}"' for name in (*keys, *SUMS))
    sums = ", ".join(f'"{name}" = "{table}"."{name}" + excluded."{name}"' for name in SUMS)
    return (
        f'INSERT INTO "{table}" ({columns}) SELECT {_named(keys, "s")}, {", ".join(f"SUM(s.{n})" for n in SUMS)} '
        f'FROM (SELECT {_named(keys, "f")}, {adds("f", sign=-1)} FROM "{FACT}" f '
        f"WHERE {counted('f')} AND f.superseded_at IS NULL AND {where}) s WHERE true GROUP BY {_named(keys, 's')} "
        f"ON CONFLICT ({', '.join(keys)}) DO UPDATE SET {sums}"
    )


def _marks(values: Sequence[object]) -> str:
    return ", ".join(["%s"] * len(values))
