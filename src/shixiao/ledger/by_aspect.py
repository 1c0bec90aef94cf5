"""Readings by what cases tell of themselves: of each value of an aspect, of each month, of all; and the cases behind them.

As in `readings`: cells and what no worker has folded yet, in one statement, so that a reading equals a recount at every moment. Days that make no
whole month, single units and past days are counted from facts. Each fact has at least one value of the aspect that is asked for months or
for all, and only one: an aspect such as the kind of case.
"""
# ruff: noqa: S608 — names of our own tables and columns go into the SQL; every value is a parameter.

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from enum import Enum
from fractions import Fraction
from typing import NamedTuple

from django.db import connection
from django.db.models.expressions import RawSQL

from shixiao.engine.measures import NOTHING, Outcome, Reading
from shixiao.engine.measures.aspects import read
from shixiao.engine.measures.bins import middle
from shixiao.ledger.adding import BEFORE, FACT, SUMS, Apart, adds, counted, told_apart
from shixiao.ledger.models import AspectBinCell, AspectCell
from shixiao.ledger.readings import (
    EVERYWHERE,
    Days,
    Group,
    Source,
    Where,
    conditions_of,
    facts_at,
    holds,
    made_of,
    marks,
    moment,
    of_values,
    on_gauges,
    split,
    summed_apart,
    unfolded,
)

HALF = Fraction(1, 2)


class By(Enum):
    """What the facts are added up by."""

    VALUE = "value"
    MONTH = "month"  # yyyymm, as a text
    ALL = "all"


class Asked(NamedTuple):
    """Readings of several gauges over a window, by the values of an aspect, by months or all together."""

    gauges: Sequence[int]
    days: Days
    aspect: str
    by: By = By.VALUE


Key = tuple[int, str]  # the gauge, and the value, the month, or nothing


def board(asked: Sequence[Asked], *, where: Where = EVERYWHERE, as_of: date | None = None) -> list[dict[Key, Reading]]:
    """What each asks for, in one statement; a key of which there is nothing is left out. The readings carry no histogram."""
    groups = [Group(list(_sums(each, where, as_of)), ("gauge_id", "told")) for each in asked]
    return [
        {(gauge, told): made_of(sums) for (gauge, told), sums in found.items() if any(sums)}
        for found in summed_apart(groups)
    ]


def medians(
    gauge: int, asked: Sequence[tuple[Days, str, By]], *, where: Where = EVERYWHERE, as_of: date | None = None
) -> list[dict[str, Decimal]]:
    """About how large the middle amount is, by value, month or all; to within 2%, from the bins of the histogram. One statement."""
    parts: list[Source] = []
    for number, (days, aspect, by) in enumerate(asked):
        bins = _bins(Asked([gauge], days, aspect, by), where, as_of)
        parts += [(f"SELECT {number:d} AS number, b.* FROM ({sql}) b", given) for sql, given in bins]
    found: list[dict[str, Decimal]] = [{} for _ in asked]
    if not parts:
        return found
    sql = (
        "SELECT number, told, MIN(bin) FROM (SELECT number, told, bin, "
        "SUM(count) OVER (PARTITION BY number, told ORDER BY bin) AS upto, SUM(count) OVER (PARTITION BY number, told) AS whole "
        f"FROM (SELECT number, told, bin, SUM(count) AS count FROM ({' UNION ALL '.join(sql for sql, _given in parts)}) e "
        "GROUP BY number, told, bin HAVING SUM(count) <> 0) f) g WHERE upto * 2 >= whole GROUP BY number, told"
    )
    with connection.cursor() as cursor:
        cursor.execute(sql, [each for _sql, given in parts for each in given])
        for number, told, bin_ in cursor.fetchall():
            found[number][told] = middle(bin_)
    return found


def met_by_age(
    asked: Sequence[Asked], begins: Sequence[int], *, where: Where = EVERYWHERE, as_of: date | None = None
) -> list[dict[tuple[int, str, int], int]]:
    """How many are met, by gauge, value and age: the place of the first of `begins` (yyyymm, the latest first) that is not after the month
    of the fact; those of before have the place after the last. Only what is something is there. The windows are whole months; one statement."""
    sources = [
        (f"SELECT {number:d} AS number, e.* FROM ({sql}) e", given)
        for number, each in enumerate(asked)
        for sql, given in _met(each, begins, where, as_of)
    ]
    sql = " UNION ALL ".join(sql for sql, _given in sources)
    found: list[dict[tuple[int, str, int], int]] = [{} for _ in asked]
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT number, gauge_id, told, age, SUM(met) "
            f"FROM ({sql}) s GROUP BY number, gauge_id, told, age HAVING SUM(met) <> 0",
            [each for _sql, given in sources for each in given],
        )
        for number, gauge, told, age, met in cursor.fetchall():
            found[number][gauge, told, age] = int(met)
    return found


def _met(asked: Asked, begins: Sequence[int], where: Where, as_of: date | None) -> Iterator[Source]:
    whole = split(asked.days)[0] if as_of is None and where == EVERYWHERE else None
    if whole is None:
        columns = f"{_age('f.month', begins)} AS age, 1 AS met"
        yield _of_facts(asked, columns, f"f.outcome = {Outcome.MET:d}", asked.days, where, as_of)
        return
    gauges, given = on_gauges("c", asked.gauges, ())
    told = _told(asked.by, value="c.value", month="c.period")
    cells = (
        f'SELECT c.gauge_id, {told} AS told, {_age("c.period", begins)} AS age, c.met FROM "{AspectCell._meta.db_table}" c '
        f"WHERE {gauges} AND c.aspect = %s AND c.period BETWEEN %s AND %s AND c.period %% 100 <> 0 AND c.met <> 0"
    )
    yield cells, [*given, asked.aspect, *whole]
    new, old = (
        (f"{_age(f'{alias}.month', begins)} AS age, {sign:d} AS met", f"{alias}.outcome = {Outcome.MET:d}")
        for alias, sign in (("f", 1), ("p", -1))
    )
    yield from _of_unfolded(asked, asked.days, new, old)


def _age(month: str, begins: Sequence[int]) -> str:
    cases = " ".join(f"WHEN {month} >= {begin:d} THEN {place:d}" for place, begin in enumerate(begins))
    return f"CASE {cases} ELSE {len(begins):d} END" if begins else "0"


def recount(asked: Asked, *, where: Where = EVERYWHERE, as_of: date | None = None) -> dict[Key, Reading]:
    """The same numbers by looking at every fact on its own, histogram and all: what `board` and `medians` are held to."""
    found: dict[Key, Reading] = {}
    for gauge in asked.gauges:
        rows = facts_at(as_of, gauge=gauge, days=asked.days, where=where)
        for aspects, month, *numbers in rows.values_list(
            "aspects", "month", "outcome", "otherwise", "value", "weight", "bin"
        ):
            values = [value for name, value in read(aspects) if name == asked.aspect]
            keys = {
                By.VALUE: values,
                By.MONTH: [str(month)][: len(values)],
                By.ALL: [""][: len(values)],
            }[asked.by]
            for told in keys:
                found[gauge, told] = found.get((gauge, told), NOTHING) + of_values(*numbers)
    return found


def cases(
    gauge: int,
    *,
    days: Days,
    outcomes: Sequence[Outcome],
    aspect: str = "",
    value: str = "",
    where: Where = EVERYWHERE,
    as_of: date | None = None,
    is_something: bool = False,
) -> RawSQL:
    """The ids of the cases behind a reading, for a condition such as `pk__in`; without an aspect those of all. `is_something`: of amounts
    those that are not 0."""
    sql, given = on_gauges("f", [gauge], conditions_of(where))
    sql += f" AND f.day >= %s AND f.day < %s AND f.outcome IN ({marks(outcomes)})"
    given += [*days, *(int(each) for each in outcomes)]
    if aspect:
        place = "strpos" if connection.vendor == "postgresql" else "instr"
        sql += f" AND {place}(' ' || f.aspects || ' ', %s) > 0"
        given.append(f" {aspect}={value} ")
    if is_something:
        sql += " AND f.value <> 0"
    moments = moment(as_of) * 3 if as_of is not None else []
    return RawSQL(f'SELECT f.case_id FROM "{FACT}" f WHERE {sql} AND {holds("f", as_of)}', [*given, *moments])  # noqa: S611


# ---- where the numbers come from ---------------------------------------------------------------------------------


class _Span(NamedTuple):
    """The periods of the cells that answer for a window, the days for which these stand, and the days that are left to the facts."""

    periods: list[int]
    whole: Days | None
    rest: list[Days]


def _span(days: Days, by: By, *, from_cells: bool) -> _Span:
    whole, rest = split(days) if from_cells else (None, [days])
    if whole is None:
        return _Span([], None, [days])
    first, last = whole
    after = date(last // 100 + last % 100 // 12, last % 100 % 12 + 1, 1)
    return _Span(list(_periods(first, last, by)), Days(date(first // 100, first % 100, 1), after), rest)


def _periods(first: int, last: int, by: By) -> Iterator[int]:
    """Whole years as one, but for months."""
    for year in range(first // 100, last // 100 + 1):
        begin, end = max(first, year * 100 + 1), min(last, year * 100 + 12)
        if by is not By.MONTH and (begin % 100, end % 100) == (1, 12):
            yield year * 100
        else:
            yield from range(begin, end + 1)


def _told(by: By, *, value: str, month: str) -> str:
    match by:
        case By.VALUE:
            return value
        case By.MONTH:
            return f"CAST({month} AS TEXT)"
    return "''"


def _of_cells(asked: Asked, table: str, columns: str, periods: Sequence[int]) -> Source:
    gauges, given = on_gauges("c", asked.gauges, ())
    told = _told(asked.by, value="c.value", month="c.period")
    sql = (
        f'SELECT c.gauge_id, {told} AS told, {columns} FROM "{table}" c '
        f"WHERE {gauges} AND c.aspect = %s AND c.period IN ({marks(periods)})"
    )
    return sql, [*given, asked.aspect, *periods]


def _of_facts(asked: Asked, columns: str, also: str, days: Days, where: Where, as_of: date | None) -> Source:
    apart = told_apart("f")
    scope, given = on_gauges("f", asked.gauges, conditions_of(where))
    moments = moment(as_of) * 3 if as_of is not None else []
    sql = (
        f'SELECT f.gauge_id, {_of_fact("f", asked.by, apart)} AS told, {columns} FROM "{FACT}" f {apart.join} '
        f"WHERE f.day >= %s AND f.day < %s AND f.aspects <> '' AND {apart.aspect} = %s AND {also} AND {scope} AND {holds('f', as_of)}"
    )
    return sql, [*days, asked.aspect, *given, *moments]


def _of_fact(alias: str, by: By, apart: Apart) -> str:
    return _told(by, value=apart.value, month=f"{alias}.month")


def _of_unfolded(asked: Asked, days: Days, new: tuple[str, str], old: tuple[str, str]) -> Iterator[Source]:
    """What was written since the last folding adds, and what it supersedes adds no longer: each with its columns and its condition."""
    for alias, (columns, also), facts_ in (
        ("f", new, f'"{FACT}" f'),
        ("p", old, f'"{FACT}" f JOIN "{FACT}" p ON {BEFORE}'),
    ):
        apart = told_apart(alias)
        sql = (
            f"SELECT {alias}.gauge_id, {_of_fact(alias, asked.by, apart)} AS told, {columns} FROM {facts_} {apart.join} "
            f"WHERE {unfolded('f')} AND f.gauge_id IN ({marks(asked.gauges)}) AND {also} AND {alias}.aspects <> '' "
            f"AND {apart.aspect} = %s AND {alias}.day >= %s AND {alias}.day < %s"
        )
        yield sql, [*asked.gauges, asked.aspect, *days]


def _sums(asked: Asked, where: Where, as_of: date | None) -> Iterable[Source]:
    span = _span(asked.days, asked.by, from_cells=as_of is None and where == EVERYWHERE)
    if span.whole is not None:
        columns = ", ".join(f"c.{name}" for name in SUMS)
        yield _of_cells(asked, AspectCell._meta.db_table, columns, span.periods)
        yield from _of_unfolded(asked, span.whole, (adds("f"), counted("f")), (adds("p", sign=-1), counted("p")))
    for days in span.rest:
        yield _of_facts(asked, adds("f"), counted("f"), days, where, as_of)


def _bins(asked: Asked, where: Where, as_of: date | None) -> Iterator[Source]:
    span = _span(asked.days, asked.by, from_cells=as_of is None and where == EVERYWHERE)
    if span.whole is not None:
        yield _of_cells(asked, AspectBinCell._meta.db_table, "c.bin, c.count", span.periods)
        new, old = (("f.bin, 1 AS count", "f.bin IS NOT NULL"), ("p.bin, -1 AS count", "p.bin IS NOT NULL"))
        yield from _of_unfolded(asked, span.whole, new, old)
    for days in span.rest:
        yield _of_facts(asked, "f.bin, 1 AS count", "f.bin IS NOT NULL", days, where, as_of)


def by_value(found: Mapping[Key, Reading], gauge: int) -> dict[str, Reading]:
    """Of one gauge what each value reads."""
    return {told: reading for (of, told), reading in found.items() if of == gauge}
