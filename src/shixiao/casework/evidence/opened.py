"""One number, opened: the reading with its parts, its months, and the cases behind the part that is chosen."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import NamedTuple

from django.db.models import QuerySet
from django.http import Http404
from django.utils import timezone

from shixiao.casework import offices, restating, visibility
from shixiao.casework.evidence import board, by_topics, guarding, naming
from shixiao.casework.evidence.board import Place, days_of
from shixiao.casework.evidence.by_topics import OfTopic
from shixiao.casework.evidence.choosing import Chosen, cursor_text
from shixiao.casework.evidence.lines import Line
from shixiao.casework.evidence.naming import Named
from shixiao.casework.evidence.standing import Standing
from shixiao.casework.models import Case
from shixiao.casework.restating import Restatement
from shixiao.engine.measures import CATALOGUE, NOTHING, Outcome, Ratio, Reading, Reads, add_up
from shixiao.ledger import gauges, readings, tracing
from shixiao.ledger.gauges import InUse
from shixiao.ledger.models import Gauge
from shixiao.ledger.readings import Days, Where
from shixiao.ledger.tracing import After, Traced
from shixiao.people.models import User

PAGE = 50
MOST_MONTHS = 36


class Month(NamedTuple):
    """The reading of one month; of a stock, what there was at its end."""

    first: date
    reading: Reading

    @property
    def last(self) -> date:
        """Its last day."""
        return (self.first.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)


class Listed(NamedTuple):
    """One case behind the number, with what the gauge says of it."""

    case: Case
    fact: Traced


@dataclass(frozen=True, kw_only=True)
class Cases:
    """One page of the cases behind the chosen part. `hidden`: how many more are counted that this person may not look at."""

    listed: tuple[Listed, ...]
    total: int
    hidden: int = 0
    after: str = ""


class Known(NamedTuple):
    """A restatement, and the cases of its causes that the person may see."""

    restated: Restatement
    cases: Mapping[int, Case]


@dataclass(frozen=True, kw_only=True)
class Opened:
    """Everything that the page of one gauge shows. Where it is not open to the person: nothing but the line."""

    line: Line
    is_open: bool
    days: Days
    reasons: Mapping[str, int]
    months: tuple[Month, ...]
    cases: Cases | None
    known: Known | None = None
    ratios: tuple[Ratio, ...] = ()
    topics: tuple[OfTopic, ...] = ()  # of a measure that counts by topics, whichever topic is chosen
    own_places: tuple[str, ...] = ()  # where somebody holds what is not open to them everywhere


def gauge_of(key: int, *, now: datetime) -> tuple[InUse, Sequence[InUse]]:
    """The gauge, and the catalogue in which it is in use; 404 where it is not, or its office was taken out."""
    catalogue = gauges.current(now).gauges
    found = _in(catalogue, key)
    if found is None and Gauge.objects.filter(pk=key if key < 2**63 else 0, retired_at=None).exists():
        catalogue = gauges.read(now).gauges  # another process has only just added it
        found = _in(catalogue, key)
    if found is None:
        raise Http404
    return found, catalogue


def _in(catalogue: Sequence[InUse], key: int) -> InUse | None:
    return next((gauge for gauge in catalogue if gauge.id == key), None)


def opened(
    gauge: InUse,
    chosen: Chosen,
    at: Place,
    *,
    catalogue: Sequence[InUse],
    by: User,
    now: datetime,
    limit: int = PAGE,
) -> Opened:
    """The number with all that is behind it."""
    today = timezone.localtime(now).date()
    (line,) = board.lines_of([gauge], chosen, at, catalogue=catalogue, by=by, now=now)
    days = days_of(gauge, chosen.days(today))
    if line.standing is Standing.HIDDEN:
        held = guarding.held_places(line.gauge, visibility.held_by(by, now=now))
        return Opened(line=line, is_open=False, days=days, reasons={}, months=(), cases=None, own_places=held)
    if at.below == frozenset():  # a unit that is not there
        return Opened(line=line, is_open=True, days=days, reasons={}, months=(), cases=Cases(listed=(), total=0))
    where = board.where_of(line.gauge, chosen, at, chosen.days(today))
    if line.reading.amounts:
        line = replace(line, reading=_with_spread(gauge.id, line.reading, days, where, chosen))
    reasons = _reasons(gauge.id, days, where, chosen, line.reading)
    return Opened(
        line=line,
        is_open=True,
        days=days,
        reasons=reasons,
        months=months_of(line.gauge, chosen.days(today), where, chosen),
        cases=cases_of(line, days, where, reasons, chosen, by=by, now=now, limit=limit),
        known=_known(gauge, days, where, chosen, by=by, now=now),
        topics=_topics(line.gauge, days, replace(where, topics=None), chosen.as_of),
        ratios=tuple(
            each
            for each in CATALOGUE.values()
            if isinstance(each, Ratio) and line.gauge.measure.name in (each.numerator, each.denominator)
        ),
    )


def _with_spread(gauge: int, reading: Reading, days: Days, where: Where, chosen: Chosen) -> Reading:
    whole = readings.reading(gauge, days=days, where=where, as_of=chosen.as_of)
    return replace(reading, low=whole.low, high=whole.high, bins=whole.bins)


def _topics(gauge: Named, days: Days, where: Where, as_of: date | None) -> tuple[OfTopic, ...]:
    if not gauge.measure.needs_topic:
        return ()
    return by_topics.by_topics(gauge.id, days=days, where=where, as_of=as_of)


def _reasons(gauge: int, days: Days, where: Where, chosen: Chosen, reading: Reading) -> dict[str, int]:
    """How many are not counted for each reason. No statement where none is."""
    if not reading.not_counted:
        return {}
    return tracing.reasons(gauge, days=days, where=where, as_of=chosen.as_of)


# ---- months ----------------------------------------------------------------------------------------------------


def months_of(gauge: Named, days: Days, where: Where, chosen: Chosen) -> tuple[Month, ...]:
    """Every month that the window touches, the empty ones too."""
    firsts = _firsts(days)
    if len(firsts) > MOST_MONTHS:
        return ()
    found = readings.months(gauge.id, days=days_of(gauge, days), where=where, as_of=chosen.as_of)
    if gauge.reads is Reads.STOCK:
        return tuple(Month(first, _until(found, first)) for first in firsts)
    return tuple(Month(first, found.get(_key(first), NOTHING)) for first in firsts)


def _until(found: Mapping[int, Reading], first: date) -> Reading:
    return add_up(reading for month, reading in found.items() if month <= _key(first))


def _key(first: date) -> int:
    return first.year * 100 + first.month


def _firsts(days: Days) -> list[date]:
    first = days.begin.replace(day=1)
    found: list[date] = []
    while first < days.end and len(found) <= MOST_MONTHS:
        found.append(first)
        first = date(first.year + first.month // 12, first.month % 12 + 1, 1)
    return found


# ---- cases -----------------------------------------------------------------------------------------------------


def cases_of(
    line: Line,
    days: Days,
    where: Where,
    reasons: Mapping[str, int],
    chosen: Chosen,
    *,
    by: User,
    now: datetime,
    limit: int = PAGE,
) -> Cases:
    """A page of the cases: one statement for what the gauge says, one for the cases, and one to count those that this person may see
    unless they see all of them."""
    total = _size(line.reading, reasons, chosen)
    among = seen_cases(line.gauge, by=by, now=now)
    rows = tracing.trace(
        line.gauge.id,
        days=days,
        where=where,
        as_of=chosen.as_of,
        outcome=chosen.outcome,
        reason=chosen.reason or None,
        after=chosen.cursor,
        limit=limit + 1,
        among=among,
    )
    listed, after = listed_of(rows, limit=limit)
    seen = total
    if among is not None:
        seen = len(rows) if not chosen.after and len(rows) <= limit else _seen(line, days, where, chosen, among)
    return Cases(listed=listed, total=total, hidden=max(total - seen, 0), after=after)


def _seen(line: Line, days: Days, where: Where, chosen: Chosen, among: "QuerySet[Case, int]") -> int:
    return tracing.count(
        line.gauge.id,
        days=days,
        where=where,
        as_of=chosen.as_of,
        outcome=chosen.outcome,
        reason=chosen.reason or None,
        among=among,
    )


def listed_of(rows: list[Traced], *, limit: int) -> tuple[tuple[Listed, ...], str]:
    """The cases of a page, in one statement, and where the next page begins."""
    page = rows[:limit]
    wanted = Case.objects.select_related("unit").only(
        "number", "title", "kind", "state", "unit__name", "unit__short_name"
    )
    cases = wanted.in_bulk({row.case_id for row in page})
    listed = tuple(Listed(cases[row.case_id], row) for row in page if row.case_id in cases)
    last = page[-1] if len(rows) > limit else None
    return listed, cursor_text(After(last.day, last.case_id, last.part)) if last else ""


def seen_cases(gauge: Named, *, by: User, now: datetime) -> "QuerySet[Case, int] | None":
    """The cases that somebody may look at, as a query; None for whoever looks at every unit, which is asked of no case."""
    tables = [offices.table_of(kind) for kind in gauge.measure.of if offices.is_known(kind)]
    if visibility.looks_everywhere(by) and not gauge.is_restricted:
        return None
    return Case.objects.filter(visibility.seen_by(by, tables=tables, now=now)).order_by().values_list("pk", flat=True)


def _size(reading: Reading, reasons: Mapping[str, int], chosen: Chosen) -> int:
    """How many lines the part has, of which the reading already knows."""
    match chosen.outcome:
        case None:
            return reading.cases
        case Outcome.MET:
            return reading.met
        case Outcome.MISSED:
            return reading.missed
        case Outcome.PENDING:
            return reading.pending
        case Outcome.NOT_COUNTED:
            return reasons.get(chosen.reason, 0) if chosen.reason else reading.not_counted
    return reading.amounts


# ---- what is known better --------------------------------------------------------------------------------------


def _known(gauge: InUse, days: Days, where: Where, chosen: Chosen, *, by: User, now: datetime) -> Known | None:
    """Of a past day: what was read then and what is known now of how it stood then, with the late events that make the difference:
    those of cases that this person may see."""
    if chosen.as_of is None:
        return None
    found = restating.restate(gauge.id, days=days, where=where, day=chosen.as_of, now=now)
    keys = {cause.case_id for cause in found.causes}
    if not keys:
        return Known(found, {})
    seen = Case.objects.filter(pk__in=keys)
    among = seen_cases(next(iter(naming.named([gauge]))), by=by, now=now)
    return Known(found, (seen if among is None else seen.filter(pk__in=among)).in_bulk())
