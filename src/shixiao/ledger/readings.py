"""Readings: what gauges say over a scope and a window, now or as it was known at the end of a past day.

Now: the cells and the versions that no worker has folded yet, in one statement, so that a reading equals a recount of all facts
at every moment. As of a past day: the versions that were known by then.
"""
# ruff: noqa: S608 — names of our own tables and columns go into the SQL; every value is a parameter.

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import connection

from shixiao.engine.measures import NOTHING, SCALE, Outcome, Reading, add_up
from shixiao.ledger.adding import BEFORE, FACT, SUMS, adds, counted
from shixiao.ledger.models import BinCell, DayCell, Fact, MonthCell

ALWAYS = date(1, 1, 1)


class Days(NamedTuple):
    """A window of days: from `begin` up to and without `end`."""

    begin: date
    end: date

    @classmethod
    def year(cls, year: int) -> "Days":
        """A calendar year."""
        return cls(date(year, 1, 1), date(year + 1, 1, 1))

    def holds(self, day: date) -> bool:
        """Whether the day lies in it."""
        return self.begin <= day < self.end


@dataclass(frozen=True, slots=True, kw_only=True)
class Where:
    """Which cases: of these units, this project, contract, subject, of one of these topics; None leaves a thing open."""

    units: frozenset[int] | None = None
    project: int | None = None
    contract: int | None = None
    topics: frozenset[int] | None = None
    subject: int | None = None

    @property
    def is_for_months(self) -> bool:
        """The cells of months can answer."""
        return self.units is None and self.topics is None and self.is_for_days

    @property
    def is_for_days(self) -> bool:
        """The cells of days can answer, when the measure keeps topics if they are asked for."""
        return self.contract is None and self.subject is None


EVERYWHERE = Where()


@dataclass(frozen=True, slots=True)
class Asked:
    """One reading that is wanted, under a key of the caller's."""

    key: Any
    gauge: int
    days: Days
    where: Where = field(default=EVERYWHERE)


def reading(gauge: int, *, days: Days, where: Where = EVERYWHERE, as_of: date | None = None) -> Reading:
    """What the gauge says of the cases that count in `days`; with the histogram and with the smallest and largest amount.

    `as_of`: as it was known at the end of that local day, however long ago; None is now.
    """
    found = board([Asked(0, gauge, days, where)], as_of=as_of)[0]
    if not found.amounts:
        return found
    low, high, bins = _spread(gauge, days, where, as_of)
    return add_up([found, Reading(low=low, high=high, bins=bins)])


def board(asked: Sequence[Asked], *, as_of: date | None = None) -> dict[Any, Reading]:
    """Many readings: one statement for each window and kind of scope among them, whatever their number."""
    groups: dict[tuple[Any, ...], list[Asked]] = {}
    for each in asked:
        by_project = each.where.is_for_months
        groups.setdefault((each.days, None if by_project else each.where), []).append(each)
    found: dict[Any, Reading] = {}
    for (days, where), several in groups.items():
        found |= _by_project(several, days, as_of) if where is None else _in_scope(several, days, where, as_of)
    return found


def months(gauge: int, *, days: Days, where: Where = EVERYWHERE, as_of: date | None = None) -> dict[int, Reading]:
    """The reading of each month (yyyymm) of the window in which there is something."""
    sql, given = _source([gauge], days, where, as_of)
    return dict(_rows(f"SELECT s.month, {_summed()} FROM ({sql}) s GROUP BY s.month", given))


def recount(gauge: int, *, days: Days, where: Where = EVERYWHERE, as_of: date | None = None) -> Reading:
    """The same number by counting every fact, without the cells: what `reading` is held to."""
    found = NOTHING
    for row in facts_at(as_of, gauge=gauge, days=days, where=where).values_list(
        "outcome", "otherwise", "value", "weight", "bin"
    ):
        found += of_values(*row)
    return found


def spreads(asked: Sequence[Asked], *, as_of: date | None = None) -> dict[Any, Reading]:
    """Of each reading the smallest and the largest amount and the histogram, for those with amounts; a statement for each window and
    kind of scope, counted from facts."""
    groups: dict[tuple[Any, ...], list[Asked]] = {}
    for each in asked:
        groups.setdefault((each.days, None if each.where.is_for_months else each.where), []).append(each)
    found: dict[Any, Reading] = {}
    for (days, where), several in groups.items():
        by_gauge = _spread_by_project(sorted({each.gauge for each in several}), days, where or EVERYWHERE, as_of)
        for each in several:
            found[each.key] = _picked(by_gauge.get(each.gauge, {}), each.where.project if where is None else None)
    return found


def _spread_by_project(
    gauges: Sequence[int], days: Days, where: Where, as_of: date | None
) -> dict[int, dict[int, Reading]]:
    sql, given = _where("f", gauges, _conditions(where))
    moments = _moment(as_of) * 3 if as_of is not None else []
    found: dict[int, dict[int, Reading]] = {}
    with connection.cursor() as cursor:
        cursor.execute(
            f'SELECT f.gauge_id, f.project, f.bin, COUNT(*), MIN(f.value), MAX(f.value) FROM "{FACT}" f '
            f"WHERE f.outcome = {Outcome.AMOUNT:d} AND f.day >= %s AND f.day < %s AND {sql} AND {_holds('f', as_of)} "
            "GROUP BY f.gauge_id, f.project, f.bin",
            [*days, *given, *moments],
        )
        for gauge, project, bin_, count, low, high in cursor.fetchall():
            bins = {} if bin_ is None else {bin_: int(count)}
            made = Reading(low=Decimal(low) / SCALE, high=Decimal(high) / SCALE, bins=bins)
            of_gauge = found.setdefault(gauge, {})
            of_gauge[project] = of_gauge.get(project, NOTHING) + made
    return found


def facts_at(as_of: date | None, *, gauge: int, days: Days, where: Where = EVERYWHERE) -> Any:
    """The versions of facts that hold now, or were known to hold at the end of a past day."""
    rows = Fact.objects.filter(gauge_id=gauge, day__gte=days.begin, day__lt=days.end).exclude(outcome=Outcome.GONE)
    rows = rows.extra(where=[_holds("ledger_fact", as_of)], params=_moment(as_of) * 3 if as_of else [])  # noqa: S610
    for name, values in _conditions(where):
        rows = rows.filter(**{f"{name}__in": values})
    return rows


def reasons_now(gauge: int, *, days: Days, where: Where = EVERYWHERE) -> dict[str, int]:
    """How many cases are not counted now, for each reason. The outcome stands in the statement as a number, or SQLite would not
    know that a partial index holds just these."""
    sql, given = _where("f", [gauge], list(_conditions(where)))
    with connection.cursor() as cursor:
        cursor.execute(
            f'SELECT f.reason, COUNT(*) FROM "{FACT}" f WHERE f.outcome = {Outcome.NOT_COUNTED:d} '
            f"AND f.day >= %s AND f.day < %s AND {sql} AND {_holds('f', None)} GROUP BY f.reason",
            [*days, *given],
        )
        return dict(cursor.fetchall())


# ---- now, by project -------------------------------------------------------------------------------------------


def _by_project(asked: Sequence[Asked], days: Days, as_of: date | None) -> dict[Any, Reading]:
    """Boards: the sums by gauge and project, once for all; where nobody wants a single project, by gauge alone."""
    projects = {each.where.project for each in asked} - {None}
    is_open = any(each.where.project is None for each in asked)
    gauges = sorted({each.gauge for each in asked})
    only = None if is_open else sorted(each for each in projects if each is not None)
    sql, given = _source(gauges, days, EVERYWHERE, as_of, projects=only)
    project = "s.project" if projects else "0"
    found: dict[int, dict[int, Reading]] = {}
    with connection.cursor() as cursor:
        grouping = "s.gauge_id, s.project" if projects else "s.gauge_id"
        cursor.execute(f"SELECT s.gauge_id, {project}, {_summed()} FROM ({sql}) s GROUP BY {grouping}", given)
        for gauge, key, *sums in cursor.fetchall():
            found.setdefault(gauge, {})[key] = _made(sums)
    return {each.key: _picked(found.get(each.gauge, {}), each.where.project) for each in asked}


def _picked(by_project: Mapping[int, Reading], project: int | None) -> Reading:
    if project is not None:
        return by_project.get(project, NOTHING)
    return next(iter(by_project.values())) if len(by_project) == 1 else add_up(by_project.values())


def _in_scope(asked: Sequence[Asked], days: Days, where: Where, as_of: date | None) -> dict[Any, Reading]:
    gauges = sorted({each.gauge for each in asked})
    sql, given = _source(gauges, days, where, as_of)
    found = dict(_rows(f"SELECT s.gauge_id, {_summed()} FROM ({sql}) s GROUP BY s.gauge_id", given))
    return {each.key: found.get(each.gauge, NOTHING) for each in asked}


# ---- where the sums come from ----------------------------------------------------------------------------------


def _source(
    gauges: Sequence[int], days: Days, where: Where, as_of: date | None, *, projects: Sequence[int] | None = None
) -> tuple[str, list[Any]]:
    """SQL of everything that counts, with the columns gauge_id, project, month and `SUMS`; and its parameters."""
    conditions = [("project", projects)] if projects is not None else list(_conditions(where))
    if as_of is not None or not where.is_for_days:
        return _of_facts(gauges, days, conditions, as_of)
    parts: list[tuple[str, list[Any]]] = []
    whole, rest = (_split(days)) if where.is_for_months else (None, [days])
    if whole is not None:
        parts.append(_of_months(gauges, whole, conditions))
    parts += [_of_days(gauges, each, conditions) for each in rest]
    parts += _of_unfolded(gauges, days, conditions)
    return " UNION ALL ".join(sql for sql, _given in parts), [each for _sql, given in parts for each in given]


def _conditions(where: Where) -> Iterable[tuple[str, Sequence[int]]]:
    if where.units is not None:
        yield "unit", sorted(where.units)
    if where.project is not None:
        yield "project", [where.project]
    if where.contract is not None:
        yield "contract", [where.contract]
    if where.topics is not None:
        yield "topic", sorted(where.topics)
    if where.subject is not None:
        yield "subject", [where.subject]


def _split(days: Days) -> tuple[tuple[int, int] | None, list[Days]]:
    """The whole months of a window (yyyymm, both inside), and the days before and after them."""
    first = days.begin if days.begin.day == 1 else _next_month(days.begin)
    last = days.end.replace(day=1)
    if first >= last:
        return None, [days]
    rest = [part for part in (Days(days.begin, first), Days(last, days.end)) if part.begin < part.end]
    before = last - timedelta(days=1)
    return (first.year * 100 + first.month, before.year * 100 + before.month), rest


def _next_month(day: date) -> date:
    return date(day.year + day.month // 12, day.month % 12 + 1, 1)


def _where(alias: str, gauges: Sequence[int], conditions: Iterable[tuple[str, Sequence[int]]]) -> tuple[str, list[Any]]:
    """On gauges and scope. No units or topics at all means that nothing can match."""
    sql, given = f"{alias}.gauge_id IN ({_marks(gauges)})", list(gauges)
    for name, values in conditions:
        sql += f" AND {alias}.{name} IN ({_marks(values)})" if values else " AND 1 = 0"
        given += list(values)
    return sql, given


def _of_months(
    gauges: Sequence[int], whole: tuple[int, int], conditions: Iterable[tuple[str, Sequence[int]]]
) -> tuple[str, list[Any]]:
    sql, given = _where("c", gauges, conditions)
    columns = ", ".join(f"c.{name}" for name in SUMS)
    return (
        (
            f'SELECT c.gauge_id, c.project, c.month, {columns} FROM "{MonthCell._meta.db_table}" c '
            f"WHERE c.month BETWEEN %s AND %s AND {sql}"
        ),
        [*whole, *given],
    )


def _of_days(
    gauges: Sequence[int], days: Days, conditions: Iterable[tuple[str, Sequence[int]]]
) -> tuple[str, list[Any]]:
    sql, given = _where("c", gauges, conditions)
    columns = ", ".join(f"c.{name}" for name in SUMS)
    return (
        (
            f"SELECT c.gauge_id, c.project, {_month_of('c.day')} AS month, {columns} "
            f'FROM "{DayCell._meta.db_table}" c WHERE c.day >= %s AND c.day < %s AND {sql}'
        ),
        [*days, *given],
    )


def _month_of(column: str) -> str:
    if connection.vendor == "postgresql":
        return f"(EXTRACT(YEAR FROM {column}) * 100 + EXTRACT(MONTH FROM {column}))::int"
    return f"CAST(strftime('%%Y%%m', {column}) AS INTEGER)"


def _of_unfolded(
    gauges: Sequence[int], days: Days, conditions: Sequence[tuple[str, Sequence[int]]]
) -> list[tuple[str, list[Any]]]:
    """What was written since the last folding: each version adds, the one before it adds no longer."""
    new, given = _where("f", gauges, conditions)
    old, given_old = _where("p", gauges, conditions)
    return [
        (
            (
                f'SELECT f.gauge_id, f.project, f.month, {adds("f")} FROM "{FACT}" f '
                f"WHERE {_unfolded('f')} AND {counted('f')} AND f.day >= %s AND f.day < %s AND {new}"
            ),
            [*days, *given],
        ),
        (
            (
                f'SELECT p.gauge_id, p.project, p.month, {adds("p", sign=-1)} FROM "{FACT}" f JOIN "{FACT}" p ON {BEFORE} '
                f"WHERE {_unfolded('f')} AND f.gauge_id IN ({_marks(gauges)}) AND {counted('p')} "
                f"AND p.day >= %s AND p.day < %s AND {old}"
            ),
            [*gauges, *days, *given_old],
        ),
    ]


def _unfolded(alias: str) -> str:
    """Written so that the partial index serves it on both databases."""
    return f"NOT {alias}.is_folded"


def _of_facts(
    gauges: Sequence[int], days: Days, conditions: Sequence[tuple[str, Sequence[int]]], as_of: date | None
) -> tuple[str, list[Any]]:
    sql, given = _where("f", gauges, conditions)
    return (
        (
            f'SELECT f.gauge_id, f.project, f.month, {adds("f")} FROM "{FACT}" f '
            f"WHERE f.day >= %s AND f.day < %s AND {counted('f')} AND {sql} AND {_holds('f', as_of)}"
        ),
        [*days, *given, *(_moment(as_of) * 3 if as_of is not None else [])],
    )


def _holds(alias: str, as_of: date | None) -> str:
    """The version holds now, or was known and not superseded at the end of the day. What no worker has folded yet does not
    say so at the version before it, so it is asked for."""
    if as_of is None:
        return f"{alias}.superseded_at IS NULL AND {_is_last(alias)}"
    return (
        f"{alias}.known_at < %s AND ({alias}.superseded_at IS NULL OR {alias}.superseded_at >= %s) "
        f"AND {_is_last(alias, ' AND n.known_at < %s')}"
    )


def _is_last(alias: str, known: str = "") -> str:
    """No unfolded version follows. PostgreSQL joins the two sets; SQLite would look for each version on its own, and is
    told to read the unfolded ones once instead."""
    unfolded = f'FROM "{FACT}" n WHERE NOT n.is_folded{known}'
    if connection.vendor == "postgresql":
        same = f"n.case_id = {alias}.case_id AND n.gauge_id = {alias}.gauge_id AND n.part = {alias}.part"
        return f"NOT EXISTS (SELECT 1 {unfolded} AND {same} AND n.version = {alias}.version + 1)"
    key = f"({alias}.gauge_id, {alias}.case_id, {alias}.part, {alias}.version)"
    return f"{key} NOT IN (SELECT n.gauge_id, n.case_id, n.part, n.version - 1 {unfolded})"


def end_of(day: date) -> datetime:
    """The instant at which a local day is over: what was known before it is known as of that day."""
    return datetime.combine(day + timedelta(days=1), time.min, tzinfo=ZoneInfo(settings.TIME_ZONE))


def _moment(as_of: date) -> list[Any]:
    return [connection.ops.adapt_datetimefield_value(end_of(as_of))]


# ---- rows ------------------------------------------------------------------------------------------------------


def _marks(values: Sequence[object]) -> str:
    return ", ".join(["%s"] * len(values))


def _summed() -> str:
    return ", ".join(f"SUM(s.{name})" for name in SUMS)


def _rows(sql: str, given: Sequence[Any]) -> list[tuple[Any, Reading]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, given)
        return [(key, _made(sums)) for key, *sums in cursor.fetchall()]


def _made(sums: Sequence[Any]) -> Reading:
    """A row of sums as a reading; PostgreSQL adds whole numbers up to a decimal."""
    told: dict[str, Any] = {name: int(each or 0) for name, each in zip(SUMS, sums, strict=True)}
    total, weight = told.pop("total"), told.pop("weight")
    if not total and not weight:
        return Reading(**told)
    return Reading(**told, total=Decimal(total) / SCALE, weight=Decimal(weight) / SCALE)


def of_values(outcome: int, otherwise: int, value: int, weight: int, bin_: int | None) -> Reading:
    """The reading of one fact as it is stored."""
    from shixiao.engine.measures import Finding, of_finding

    made = of_finding(
        Finding(Outcome(outcome), otherwise=Outcome(otherwise) if otherwise else None, value=value, weight=weight)
    )
    return made if bin_ is None else made + Reading(bins={bin_: 1})


def _spread(
    gauge: int, days: Days, where: Where, as_of: date | None
) -> tuple[Decimal | None, Decimal | None, dict[int, int]]:
    """The smallest and the largest amount, and the histogram."""
    rows = facts_at(as_of, gauge=gauge, days=days, where=where).filter(outcome=Outcome.AMOUNT)
    values = rows.order_by("value").values_list("value", flat=True)
    low, high = values.first(), rows.order_by("-value").values_list("value", flat=True).first()
    if low is None or high is None:
        return None, None, {}
    return Decimal(low) / SCALE, Decimal(high) / SCALE, _bins(gauge, days, where, as_of)


def _bins(gauge: int, days: Days, where: Where, as_of: date | None) -> dict[int, int]:
    whole, rest = _split(days)
    if as_of is not None or not where.is_for_months or whole is None or rest:
        return _bins_of_facts(gauge, days, where, as_of)
    conditions = list(_conditions(where))
    cells, given = _where("c", [gauge], conditions)
    new, given_new = _where("f", [gauge], conditions)
    old, given_old = _where("p", [gauge], conditions)
    sql = (
        f'SELECT s.bin, SUM(s.count) FROM (SELECT c.bin, c.count FROM "{BinCell._meta.db_table}" c '
        f"WHERE c.month BETWEEN %s AND %s AND {cells} "
        f'UNION ALL SELECT f.bin, 1 FROM "{FACT}" f WHERE {_unfolded("f")} AND f.bin IS NOT NULL '
        f"AND f.month BETWEEN %s AND %s AND {new} "
        f'UNION ALL SELECT p.bin, -1 FROM "{FACT}" f JOIN "{FACT}" p ON {BEFORE} WHERE {_unfolded("f")} '
        f"AND f.gauge_id = %s AND p.bin IS NOT NULL AND p.month BETWEEN %s AND %s AND {old}"
        ") s GROUP BY s.bin"
    )
    with connection.cursor() as cursor:
        cursor.execute(sql, [*whole, *given, *whole, *given_new, gauge, *whole, *given_old])
        return {bin_: int(count) for bin_, count in cursor.fetchall() if count}


def _bins_of_facts(gauge: int, days: Days, where: Where, as_of: date | None) -> dict[int, int]:
    found: dict[int, int] = {}
    rows = facts_at(as_of, gauge=gauge, days=days, where=where).exclude(bin=None)
    for bin_ in rows.values_list("bin", flat=True).iterator(chunk_size=2000):
        found[bin_] = found.get(bin_, 0) + 1
    return found
