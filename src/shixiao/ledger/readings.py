"""Readings: what gauges say over a scope and a window, now or as it was known at the end of a past day.

Now: the cells and the versions that no worker has folded yet, in one statement, so that a reading equals a recount of all facts
at every moment. As of a past day: the versions that were known by then.
"""
# ruff: noqa: S608 — names of our own tables and columns go into the SQL; every value is a parameter.

from collections import Counter
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
from shixiao.ledger.models import BinCell, DayCell, Fact, MonthCell, ReasonCell

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
    """Many readings in one statement, whatever their windows and scopes."""
    groups: dict[tuple[Any, ...], list[Asked]] = {}
    for each in asked:
        by_project = each.where.is_for_months
        groups.setdefault((each.days, None if by_project else each.where), []).append(each)
    wanted = [_group(several, days, where, as_of) for (days, where), several in groups.items()]
    found: dict[Any, Reading] = {}
    for several, sums in zip(groups.values(), summed_apart(wanted), strict=True):
        by_gauge: dict[int, dict[int, Reading]] = {}
        for (gauge, project), numbers in sums.items():
            by_gauge.setdefault(gauge, {})[project] = made_of(numbers)
        for one in several:
            wanted_project = one.where.project if one.where.is_for_months else None
            found[one.key] = _picked(by_gauge.get(one.gauge, {}), wanted_project)
    return found


def months(gauge: int, *, days: Days, where: Where = EVERYWHERE, as_of: date | None = None) -> dict[int, Reading]:
    """The reading of each month (yyyymm) of the window in which there is something."""
    found = added_up(sources_of([gauge], days, where, as_of), "month")
    return {month: reading for (month,), reading in found.items()}


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
    sql, given = on_gauges("f", gauges, conditions_of(where))
    moments = moment(as_of) * 3 if as_of is not None else []
    found: dict[int, dict[int, Reading]] = {}
    with connection.cursor() as cursor:
        cursor.execute(
            f'SELECT f.gauge_id, f.project, f.bin, COUNT(*), MIN(f.value), MAX(f.value) FROM "{FACT}" f '
            f"WHERE f.outcome = {Outcome.AMOUNT:d} AND f.day >= %s AND f.day < %s AND {sql} AND {holds('f', as_of)} "
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
    rows = rows.extra(where=[holds("ledger_fact", as_of)], params=moment(as_of) * 3 if as_of else [])  # noqa: S610
    for name, values in conditions_of(where):
        rows = rows.filter(**{f"{name}__in": values})
    return rows


def reasons_now(gauge: int, *, days: Days, where: Where = EVERYWHERE) -> dict[str, int]:
    """How many cases are not counted now, for each reason."""
    whole, rest = split(days)
    if not where.is_for_months or whole is None or rest:
        return _reasons_of_facts(gauge, days, where)
    conditions = list(conditions_of(where))
    cells, given = on_gauges("c", [gauge], conditions)
    new, of_new = on_gauges("f", [gauge], conditions)
    old, of_old = on_gauges("p", [gauge], conditions)
    is_out = f"outcome = {Outcome.NOT_COUNTED:d}"
    sql = (
        f'SELECT s.reason, SUM(s.count) FROM (SELECT c.reason, c.count FROM "{ReasonCell._meta.db_table}" c '
        f"WHERE c.month BETWEEN %s AND %s AND {cells} "
        f'UNION ALL SELECT f.reason, 1 FROM "{FACT}" f WHERE {unfolded("f")} AND f.{is_out} '
        f"AND f.month BETWEEN %s AND %s AND {new} "
        f'UNION ALL SELECT p.reason, -1 FROM "{FACT}" f JOIN "{FACT}" p ON {BEFORE} WHERE {unfolded("f")} '
        f"AND f.gauge_id = %s AND p.{is_out} AND p.month BETWEEN %s AND %s AND {old}"
        ") s GROUP BY s.reason"
    )
    with connection.cursor() as cursor:
        cursor.execute(sql, [*whole, *given, *whole, *of_new, gauge, *whole, *of_old])
        return {reason: int(count) for reason, count in cursor.fetchall() if count}


def _reasons_of_facts(gauge: int, days: Days, where: Where) -> dict[str, int]:
    """The outcome stands in the statement as a number, or SQLite would not know that a partial index holds just these. What an
    unfolded version supersedes is taken off again: asking it of each of thousands would take most of a page's time."""
    conditions = list(conditions_of(where))
    standing, given = _not_counted("f", gauge, days, conditions)
    followed, given_followed = _not_counted("p", gauge, days, conditions)
    sql = (
        f'SELECT f.reason, COUNT(*) FROM "{FACT}" f WHERE {standing} GROUP BY f.reason '
        f'UNION ALL SELECT p.reason, -COUNT(*) FROM "{FACT}" f JOIN "{FACT}" p ON {BEFORE} '
        f"WHERE {unfolded('f')} AND f.gauge_id = %s AND {followed} GROUP BY p.reason"
    )
    found: Counter[str] = Counter()
    with connection.cursor() as cursor:
        cursor.execute(sql, [*given, gauge, *given_followed])
        for reason, number in cursor.fetchall():
            found[reason] += number
    return dict(+found)


def _not_counted(
    alias: str, gauge: int, days: Days, conditions: Sequence[tuple[str, Sequence[int]]]
) -> tuple[str, list[Any]]:
    sql, given = on_gauges(alias, [gauge], conditions)
    where = f"{alias}.outcome = {Outcome.NOT_COUNTED:d} AND {alias}.superseded_at IS NULL"
    return f"{where} AND {alias}.day >= %s AND {alias}.day < %s AND {sql}", [*days, *given]


# ---- many at once ----------------------------------------------------------------------------------------------


def _group(asked: Sequence[Asked], days: Days, where: Where | None, as_of: date | None) -> "Group":
    """What is read of one window. Without `where` the sums by gauge and project, once for all; where nobody wants a single project, and of
    any other scope, by gauge alone."""
    gauges = sorted({each.gauge for each in asked})
    if where is not None:
        return Group(sources_of(gauges, days, where, as_of), ("gauge_id", "0"))
    projects = {each.where.project for each in asked} - {None}
    is_open = any(each.where.project is None for each in asked)
    only = None if is_open else sorted(each for each in projects if each is not None)
    sources = sources_of(gauges, days, EVERYWHERE, as_of, projects=only)
    return Group(sources, ("gauge_id", "project" if projects else "0"))


def _picked(by_project: Mapping[int, Reading], project: int | None) -> Reading:
    if project is not None:
        return by_project.get(project, NOTHING)
    return next(iter(by_project.values())) if len(by_project) == 1 else add_up(by_project.values())


# ---- where the sums come from ----------------------------------------------------------------------------------


Source = tuple[str, list[Any]]  # SQL with the columns to add up by and `SUMS`, and its parameters


class Group(NamedTuple):
    """Sources that are added up together, and the columns by which; a number in place of a column stands for itself.

    Of the sources in `once` there is one row for each value of these columns: nothing has to be grouped.
    """

    sources: Sequence[Source]
    by: tuple[str, ...]
    once: Sequence[Source] = ()


def sources_of(
    gauges: Sequence[int], days: Days, where: Where, as_of: date | None, *, projects: Sequence[int] | None = None
) -> list[Source]:
    """Everything that counts, with the columns gauge_id, project and month."""
    conditions = [("project", projects)] if projects is not None else list(conditions_of(where))
    if as_of is not None or not where.is_for_days:
        return [of_facts(gauges, days, conditions, as_of)]
    parts: list[Source] = []
    whole, rest = (split(days)) if where.is_for_months else (None, [days])
    if whole is not None:
        parts.append(_of_months(gauges, whole, conditions))
    parts += [_of_days(gauges, each, conditions) for each in rest]
    return parts + _of_unfolded(gauges, days, conditions)


def added_up(sources: Sequence[Source], *by: str) -> dict[tuple[Any, ...], Reading]:
    """What the sources add for each value of these columns, in one statement."""
    return {key: made_of(each) for key, each in summed(sources, *by).items()}


def summed(sources: Sequence[Source], *by: str) -> dict[tuple[Any, ...], Sequence[Any]]:
    """The same as rows of sums in the order of `SUMS`."""
    return summed_apart([Group(sources, by)])[0]


def summed_apart(groups: Sequence[Group]) -> list[dict[tuple[Any, ...], Sequence[Any]]]:
    """Of each group what `summed` says, all of them in one statement; in several where they are very many, for the databases' sake.

    Each source is summed up on its own and the few sums are added here: SQLite would sort the rows of a union of them all.
    """
    parts = [_tagged(each, number, group.by) for number, group in enumerate(groups) for each in _grouped(group)]
    found: list[dict[tuple[Any, ...], Sequence[Any]]] = [{} for _ in groups]
    widths = [len(group.by) + 1 for group in groups]
    for start in range(0, len(parts), AT_ONCE):
        for row in _rows(parts[start : start + AT_ONCE]):
            width, sums = widths[row[0]], found[row[0]]
            key, more = row[1:width], row[-len(SUMS) :]
            before = sums.get(key)
            sums[key] = more if before is None else [one + other for one, other in zip(before, more, strict=True)]
    return found


AT_ONCE = 100  # SQLite takes 500 in a union


def _grouped(group: Group) -> Iterable[tuple[Source, bool]]:
    """The sources of a group, and whether their rows have to be grouped."""
    return [*((each, False) for each in group.once), *((each, True) for each in group.sources)]


def _tagged(source: tuple[Source, bool], number: int, by: Sequence[str]) -> Source:
    """The sums of one source with the number of its group in front. A union has as many columns in each part, so what a group lacks is 0."""
    (sql, given), is_grouped = source
    keys = [name if name.isdigit() else f"s.{name}" for name in by]
    keys += ["0"] * (WIDEST - len(keys))
    sums = ", ".join(f"SUM(s.{name})" if is_grouped else f"s.{name}" for name in SUMS)
    only = ", ".join(f"s.{name}" for name in by if not name.isdigit())
    end = f" GROUP BY {only}" if is_grouped else ""
    return f"SELECT {number}, {', '.join(keys)}, {sums} FROM ({sql}) s{end}", given


WIDEST = 3  # gauge, project, and month or topic


def _rows(parts: Sequence[Source]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(
            " UNION ALL ".join(sql for sql, _given in parts), [each for _sql, given in parts for each in given]
        )
        found: list[tuple[Any, ...]] = cursor.fetchall()
    return found


def conditions_of(where: Where) -> Iterable[tuple[str, Sequence[int]]]:
    """The columns that a scope says something of, each with the ids that it may have."""
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


def split(days: Days) -> tuple[tuple[int, int] | None, list[Days]]:
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


def on_gauges(
    alias: str, gauges: Sequence[int], conditions: Iterable[tuple[str, Sequence[int]]]
) -> tuple[str, list[Any]]:
    """The condition on gauges and scope, and its parameters. No units or topics at all means that nothing can match."""
    sql, given = f"{alias}.gauge_id IN ({marks(gauges)})", list(gauges)
    for name, values in conditions:
        sql += f" AND {alias}.{name} IN ({marks(values)})" if values else " AND 1 = 0"
        given += list(values)
    return sql, given


def _of_months(
    gauges: Sequence[int], whole: tuple[int, int], conditions: Iterable[tuple[str, Sequence[int]]]
) -> tuple[str, list[Any]]:
    sql, given = on_gauges("c", gauges, conditions)
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
    sql, given = on_gauges("c", gauges, conditions)
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
    new, given = on_gauges("f", gauges, conditions)
    old, given_old = on_gauges("p", gauges, conditions)
    return [
        (
            (
                f'SELECT f.gauge_id, f.project, f.month, {adds("f")} FROM "{FACT}" f '
                f"WHERE {unfolded('f')} AND {counted('f')} AND f.day >= %s AND f.day < %s AND {new}"
            ),
            [*days, *given],
        ),
        (
            (
                f'SELECT p.gauge_id, p.project, p.month, {adds("p", sign=-1)} FROM "{FACT}" f JOIN "{FACT}" p ON {BEFORE} '
                f"WHERE {unfolded('f')} AND f.gauge_id IN ({marks(gauges)}) AND {counted('p')} "
                f"AND p.day >= %s AND p.day < %s AND {old}"
            ),
            [*gauges, *days, *given_old],
        ),
    ]


def unfolded(alias: str) -> str:
    """Written so that the partial index serves it on both databases."""
    return f"NOT {alias}.is_folded"


def of_facts(
    gauges: Sequence[int], days: Days, conditions: Sequence[tuple[str, Sequence[int]]], as_of: date | None
) -> Source:
    """The facts themselves, with the columns gauge_id, project, topic and month."""
    sql, given = on_gauges("f", gauges, conditions)
    return (
        (
            f'SELECT f.gauge_id, f.project, f.topic, f.month, {adds("f")} FROM "{FACT}" f '
            f"WHERE f.day >= %s AND f.day < %s AND {counted('f')} AND {sql} AND {holds('f', as_of)}"
        ),
        [*days, *given, *(moment(as_of) * 3 if as_of is not None else [])],
    )


def holds(alias: str, as_of: date | None) -> str:
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


def moment(as_of: date) -> list[Any]:
    """The parameter of a condition that asks for the end of a day (`holds` asks three times)."""
    return [connection.ops.adapt_datetimefield_value(end_of(as_of))]


# ---- rows ------------------------------------------------------------------------------------------------------


def marks(values: Sequence[object]) -> str:
    """Place-holders for so many parameters."""
    return ", ".join(["%s"] * len(values))


def made_of(sums: Sequence[Any]) -> Reading:
    """A row of sums, in the order of `SUMS`, as a reading; PostgreSQL adds whole numbers up to a decimal."""
    met, missed, pending, not_counted, back_met, back_missed, amounts, total, weight = [int(each or 0) for each in sums]
    if not total and not weight:
        return Reading(
            met=met,
            missed=missed,
            pending=pending,
            not_counted=not_counted,
            back_met=back_met,
            back_missed=back_missed,
            amounts=amounts,
        )
    return Reading(
        met=met,
        missed=missed,
        pending=pending,
        not_counted=not_counted,
        back_met=back_met,
        back_missed=back_missed,
        amounts=amounts,
        total=Decimal(total) / SCALE,
        weight=Decimal(weight) / SCALE,
    )


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
    whole, rest = split(days)
    if as_of is not None or not where.is_for_months or whole is None or rest:
        return _bins_of_facts(gauge, days, where, as_of)
    conditions = list(conditions_of(where))
    cells, given = on_gauges("c", [gauge], conditions)
    new, given_new = on_gauges("f", [gauge], conditions)
    old, given_old = on_gauges("p", [gauge], conditions)
    sql = (
        f'SELECT s.bin, SUM(s.count) FROM (SELECT c.bin, c.count FROM "{BinCell._meta.db_table}" c '
        f"WHERE c.month BETWEEN %s AND %s AND {cells} "
        f'UNION ALL SELECT f.bin, 1 FROM "{FACT}" f WHERE {unfolded("f")} AND f.bin IS NOT NULL '
        f"AND f.month BETWEEN %s AND %s AND {new} "
        f'UNION ALL SELECT p.bin, -1 FROM "{FACT}" f JOIN "{FACT}" p ON {BEFORE} WHERE {unfolded("f")} '
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
