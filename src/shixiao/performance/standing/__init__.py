"""Where every indicator of a table stands, on any day: its bindings, what they read, and what follows from that.

A board is a handful of statements, whatever the number of indicators and facts. Of a past day it shows what was frozen then, and where nothing was,
what the facts say was known then.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime

from django.db.models import Q
from django.utils import timezone

from shixiao.ledger import gauges
from shixiao.ledger.readings import end_of
from shixiao.performance.models import Basis, Binding, Declared, Indicator, PlanVersion
from shixiao.performance.standing.bindings import bindings_of, bindings_on, bound_by, bound_of
from shixiao.performance.standing.lines import Line, line_of, lines_of
from shixiao.performance.standing.model import Board, Bound, Part, Place, Row, key_of
from shixiao.performance.standing.parts import row_of
from shixiao.performance.standing.tiers import tiers_by_gauge
from shixiao.performance.standing.told import Asking, wanted_of

__all__ = [
    "Board",
    "Bound",
    "Part",
    "Place",
    "Row",
    "bindings_of",
    "bindings_on",
    "key_of",
    "read",
    "read_row",
    "wanted_of",
]


def read(version: PlanVersion, *, now: datetime, as_of: date | None = None, only: Iterable[int] | None = None) -> Board:
    """The board of a version, now or at the end of a past local day; of these rows (running numbers) only.

    `as_of` of today or later is live, since the day is not over.
    """
    as_of = _over(as_of, now)
    lines = lines_of(version, only)
    of_rows = Q(indicator__version=version) if only is None else Q(indicator__in=[line.id for line in lines])
    return _board(version, lines, bound_by(of_rows, as_of), now=now, as_of=as_of)


def read_row(indicator: Indicator, bindings: Sequence[Binding], *, now: datetime, as_of: date | None = None) -> Board:
    """The board of one row that is at hand with its version, project, unit and understanding, and its bindings as `bindings_of` has read them."""
    as_of = _over(as_of, now)
    return _board(indicator.version, [line_of(indicator)], bound_of(bindings, as_of), now=now, as_of=as_of)


def _over(day: date | None, now: datetime) -> date | None:
    """The day, where it is over."""
    return day if day is not None and day < timezone.localtime(now).date() else None


def _board(
    version: PlanVersion,
    lines: Sequence[Line],
    bound: Mapping[int, Mapping[int, Bound]],
    *,
    now: datetime,
    as_of: date | None,
) -> Board:
    day = as_of or timezone.localtime(now).date()
    asked = Asking(day=day, as_of=as_of, using={each.id: each for each in gauges.current(now).gauges})
    for line in lines:
        for each in bound.get(line.id, {}).values():
            asked.ask(each)
    found = asked.read(now=now)
    declared = _declared(version, bound, day, as_of)
    year = version.plan.fiscal_year
    wanted = {each.gauge for parts in bound.values() for each in parts.values() if each.gauge is not None}
    tiers = tiers_by_gauge(sorted(wanted), asked.using)
    made = tuple(
        [row_of(line, bound.get(line.id, {}), found, declared, year=year, day=day, tiers=tiers) for line in lines]
    )
    return Board(version, as_of, day, made)


def _declared(
    version: PlanVersion, bound: Mapping[int, Mapping[int, Bound]], day: date, as_of: date | None
) -> dict[tuple[int, int], Declared]:
    """The newest value of each part that stands for a day up to `day` and was known then; asked for only where some part stands on one."""
    if not any(each.basis == Basis.DECLARED for parts in bound.values() for each in parts.values()):
        return {}
    rows = Declared.objects.filter(indicator__version=version).order_by("on", "id").select_related("made_by")
    if as_of is not None:
        rows = rows.filter(made_at__lt=end_of(as_of))
    listed = list(rows)
    gone = {each.withdraws_id for each in listed}
    counted = [each for each in listed if each.withdraws_id is None and each.pk not in gone and each.on <= day]
    return {(each.indicator_id, each.part): each for each in counted}
