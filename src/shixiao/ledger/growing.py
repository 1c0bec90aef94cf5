"""Many readings by month or by topic at once: what a board, a year line and a forecast need, in few statements.

The months of a reading add up to the reading, as the topics do; so a board that has the months needs no other statement.
"""
# ruff: noqa: S608 — names of our own tables and columns go into the SQL; every value is a parameter.

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from operator import add
from typing import Any

from shixiao.engine.measures import NOTHING, Reading
from shixiao.ledger import readings
from shixiao.ledger.adding import BEFORE, FACT, SUMS, adds, counted
from shixiao.ledger.models import DayCell, MonthCell
from shixiao.ledger.readings import EVERYWHERE, Asked, Days, Where

Sums = tuple[
    tuple[int, ...], ...
]  # of each month in which there is something, in order: yyyymm, and its sums in the order of `SUMS`


def by_month(asked: Sequence[Asked]) -> dict[Any, Sums]:
    """Of each reading that is asked for, what counts in each month in which there is something; `readings.made_of` makes readings of it.

    One statement. All windows of whole months over a project or everything are read as one, each cut out of it afterwards.
    """
    plain = [each for each in asked if each.where.is_for_months and _is_of_months(each.days)]
    rest: dict[tuple[Days, Where], list[Asked]] = {}
    for each in asked:
        if not (each.where.is_for_months and _is_of_months(each.days)):
            rest.setdefault((each.days, each.where), []).append(each)
    by = ("gauge_id", "project", "month")
    groups = [_of_months(plain)] if plain else []
    for (days, where), several in rest.items():
        gauges = sorted({each.gauge for each in several})
        groups.append(readings.Group(readings.sources_of(gauges, days, where, None), by))
    sums = [_by_gauge(each) for each in readings.summed_apart(groups)]
    found = {each.key: _cut(sums[0].get(each.gauge, {}), each.days, each.where.project) for each in plain}
    for several, by_gauge in zip(rest.values(), sums[len(sums) - len(rest) :], strict=True):
        found |= {each.key: _cut(by_gauge.get(each.gauge, {}), None, None) for each in several}
    return found


def by_topic(asked: Sequence[Asked], *, as_of: date | None = None) -> dict[Any, Mapping[int, Reading]]:
    """Of each reading what counts for each topic, 0 for cases without one, now or as it was known at the end of a past day. One statement.

    For measures that keep topics (`needs_topic`); of any other everything stands under 0.
    """
    groups: dict[tuple[Days, Where], list[Asked]] = {}
    for each in asked:
        groups.setdefault((each.days, replace(each.where, project=None)), []).append(each)
    by = ("gauge_id", "project", "topic")
    wanted = [
        readings.Group(_topics(sorted({each.gauge for each in several}), days, where, as_of), by)
        for (days, where), several in groups.items()
    ]
    found: dict[Any, Mapping[int, Reading]] = {}
    for several, sums in zip(groups.values(), readings.summed_apart(wanted), strict=True):
        by_gauge: dict[int, dict[tuple[int, int], Reading]] = {}
        for (gauge, project, topic), numbers in sums.items():
            by_gauge.setdefault(gauge, {})[project, topic] = readings.made_of(numbers)
        for one in several:
            found[one.key] = _of_project(by_gauge.get(one.gauge, {}), one.where.project)
    return found


def _is_of_months(days: Days) -> bool:
    return days.begin.day == 1 and days.end.day == 1 and days.begin < days.end


def _of_months(asked: Sequence[Asked]) -> readings.Group:
    """All windows over the longest span of them."""
    span = Days(min(each.days.begin for each in asked), max(each.days.end for each in asked))
    gauges = sorted({each.gauge for each in asked})
    pairs = sorted({(each.gauge, each.where.project) for each in asked if each.where.project is not None})
    everywhere = sorted({each.gauge for each in asked if each.where.project is None})
    only = None if everywhere else sorted({project for _gauge, project in pairs})
    unfolded = readings.sources_of(gauges, span, EVERYWHERE, None, projects=only)[1:]
    return readings.Group(unfolded, ("gauge_id", "project", "month"), once=[_cells(everywhere, pairs, span)])


def _cells(everywhere: Sequence[int], pairs: Sequence[tuple[int, int]], span: Days) -> readings.Source:
    """The cells of these months: of gauges everywhere, and of gauges each in its project. A gauge has cells in many projects; reading
    just the ones that are asked for takes a third of the time."""
    all_of_them, given = readings.on_gauges("c", sorted({*everywhere, *(gauge for gauge, _project in pairs)}), ())
    given = [_month_of(span.begin), _month_of(span.end), *given]
    wanted = []
    if everywhere:
        wanted.append(f"c.gauge_id IN ({readings.marks(everywhere)})")
        given += everywhere
    if pairs:
        wanted.append(f"(c.gauge_id, c.project) IN (VALUES {', '.join(['(%s, %s)'] * len(pairs))})")
        given += [each for pair in pairs for each in pair]
    columns = ", ".join(f"c.{name}" for name in SUMS)
    sql = (
        f'SELECT c.gauge_id, c.project, c.month, {columns} FROM "{MonthCell._meta.db_table}" c '
        f"WHERE c.month >= %s AND c.month < %s AND {all_of_them} AND ({' OR '.join(wanted)})"
    )
    return sql, given


_Months = list[tuple[int, ...]]


def _by_gauge(sums: Mapping[tuple[Any, ...], Sequence[Any]]) -> dict[int, dict[int, _Months]]:
    """The months by gauge and project. PostgreSQL adds whole numbers up to a decimal."""
    found: dict[int, dict[int, _Months]] = {}
    for (gauge, project, month), numbers in sums.items():
        months = found.setdefault(gauge, {}).setdefault(project, [])
        months.append((month, *[int(each or 0) for each in numbers]))
    return found


def _cut(by_project: Mapping[int, _Months], days: Days | None, project: int | None) -> Sums:
    """The months of one project or of all together, those of a window or all."""
    first, last = (_month_of(days.begin), _month_of(days.end)) if days is not None else (0, 999_999)
    if project is not None:
        return tuple(sorted(each for each in by_project.get(project, ()) if first <= each[0] < last))
    found: dict[int, tuple[int, ...]] = {}
    for month, *sums in (each for several in by_project.values() for each in several if first <= each[0] < last):
        before = found.get(month)
        found[month] = tuple(sums) if before is None else tuple(map(add, before, sums))
    return tuple((month, *found[month]) for month in sorted(found))


def _month_of(day: date) -> int:
    return day.year * 100 + day.month


def _topics(gauges: Sequence[int], days: Days, where: Where, as_of: date | None) -> list[readings.Source]:
    """Cells of days, and what no worker has folded yet; the facts, where the cells cannot say."""
    conditions = list(readings.conditions_of(where))
    if as_of is not None or not where.is_for_days:
        return [readings.of_facts(gauges, days, conditions, as_of)]
    columns = ", ".join(f"c.{name}" for name in SUMS)
    cells, of_cells = readings.on_gauges("c", gauges, conditions)
    new, of_new = readings.on_gauges("f", gauges, conditions)
    old, of_old = readings.on_gauges("p", gauges, conditions)
    return [
        (
            (
                f'SELECT c.gauge_id, c.project, c.topic, {columns} FROM "{DayCell._meta.db_table}" c '
                f"WHERE c.day >= %s AND c.day < %s AND {cells}"
            ),
            [*days, *of_cells],
        ),
        (
            (
                f'SELECT f.gauge_id, f.project, f.topic, {adds("f")} FROM "{FACT}" f '
                f"WHERE NOT f.is_folded AND {counted('f')} AND f.day >= %s AND f.day < %s AND {new}"
            ),
            [*days, *of_new],
        ),
        (
            (
                f'SELECT p.gauge_id, p.project, p.topic, {adds("p", sign=-1)} FROM "{FACT}" f JOIN "{FACT}" p ON {BEFORE} '
                f"WHERE NOT f.is_folded AND f.gauge_id IN ({readings.marks(gauges)}) AND {counted('p')} "
                f"AND p.day >= %s AND p.day < %s AND {old}"
            ),
            [*gauges, *days, *of_old],
        ),
    ]


def _of_project(sums: Mapping[tuple[int, int], Reading], project: int | None) -> dict[int, Reading]:
    found: dict[int, Reading] = {}
    for (at, topic), reading in sums.items():
        if project in (None, at):
            found[topic] = found.get(topic, NOTHING) + reading
    return found
