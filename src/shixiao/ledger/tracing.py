"""Opening a number: down to the cases that were counted, missed, pending, or not counted and why."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, NamedTuple

from django.db import models
from django.db.models import Count, Q, Sum

from shixiao.engine.measures import NOTHING, SCALE, Outcome, Reading
from shixiao.ledger.models import Fact
from shixiao.ledger.readings import EVERYWHERE, Days, Where, facts_at, reasons_now

PAGE = 50


class After(NamedTuple):
    """The last row of the page before."""

    day: date
    case_id: int
    part: int


@dataclass(frozen=True, slots=True)
class Traced:
    """One case behind a number: what the gauge says of it, on which day it counts, since when that was known and by which event.

    `event_id` is 0 where time that passed decided.
    """

    case_id: int
    part: int
    outcome: Outcome
    otherwise: Outcome | None
    day: date
    reason: str
    value: Decimal
    weight: Decimal
    known_at: datetime
    event_id: int
    unit: int
    project: int


def trace(
    gauge: int,
    *,
    days: Days,
    where: Where = EVERYWHERE,
    as_of: date | None = None,
    outcome: Outcome | None = None,
    reason: str | None = None,
    after: After | None = None,
    limit: int = PAGE,
    among: models.QuerySet[Any, int] | None = None,
) -> list[Traced]:
    """The cases behind `reading` with the same arguments, by day and case; one page of them, in one statement.

    `among` are ids of cases, as a query: only these are listed, such as those that somebody may see.
    """
    rows = _chosen(gauge, days, where, as_of, outcome, reason)
    if among is not None:
        rows = rows.filter(case_id__in=among)
    if after is not None:
        same_case = Q(day=after.day, case_id=after.case_id, part__gt=after.part)
        rows = rows.filter(
            Q(day__gt=after.day) | Q(day=after.day, case_id__gt=after.case_id) | same_case, day__gte=after.day
        )
    return [_traced(*row) for row in rows.order_by("day", "case_id", "part").values_list(*_COLUMNS)[:limit]]


def count(
    gauge: int,
    *,
    days: Days,
    where: Where = EVERYWHERE,
    as_of: date | None = None,
    outcome: Outcome | None = None,
    reason: str | None = None,
    among: models.QuerySet[Any, int] | None = None,
) -> int:
    """How many lines `trace` has with the same arguments, on all its pages."""
    rows = _chosen(gauge, days, where, as_of, outcome, reason)
    return (rows if among is None else rows.filter(case_id__in=among)).count()


def parts(
    gauge: int, *, days: Days, where: Where = EVERYWHERE, as_of: date | None = None, outcome: Outcome | None = None
) -> list[tuple[Outcome, str, int]]:
    """How many cases there are of each outcome, and of those not counted for each reason; the same as the reading.

    With `outcome` of that one only, which reads no other cases.
    """
    rows = facts_at(as_of, gauge=gauge, days=days, where=where)
    if outcome is not None:
        rows = rows.filter(outcome=int(outcome))
    counted = rows.order_by("outcome", "reason").values_list("outcome", "reason").annotate(number=Count("id"))
    return [(Outcome(outcome), reason, number) for outcome, reason, number in counted]


def reasons(gauge: int, *, days: Days, where: Where = EVERYWHERE, as_of: date | None = None) -> dict[str, int]:
    """How many cases are not counted for each reason."""
    if as_of is None:
        return reasons_now(gauge, days=days, where=where)
    found = parts(gauge, days=days, where=where, as_of=as_of, outcome=Outcome.NOT_COUNTED)
    return {reason: number for _outcome, reason, number in found}


def by_topic(gauge: int, *, days: Days, where: Where = EVERYWHERE, as_of: date | None = None) -> dict[int, Reading]:
    """The reading of each topic, 0 for cases that have none; they add up to the reading of all. One statement."""
    rows = facts_at(as_of, gauge=gauge, days=days, where=where).order_by("topic")
    sums = rows.values_list("topic", "outcome", "otherwise").annotate(n=Count("id"), v=Sum("value"), w=Sum("weight"))
    found: dict[int, Reading] = {}
    for topic, outcome, otherwise, number, value, weight in sums:
        found[topic] = found.get(topic, NOTHING) + _sum_of(outcome, otherwise, number, value, weight)
    return found


def _sum_of(outcome: int, otherwise: int, number: int, value: int, weight: int) -> Reading:
    """Facts of one outcome, added up."""
    match Outcome(outcome):
        case Outcome.MET:
            return Reading(met=number)
        case Outcome.MISSED:
            return Reading(missed=number)
        case Outcome.PENDING:
            return Reading(pending=number)
        case Outcome.AMOUNT:
            return Reading(amounts=number, total=Decimal(value) / SCALE, weight=Decimal(weight) / SCALE)
    is_met, is_missed = otherwise == Outcome.MET, otherwise == Outcome.MISSED
    return Reading(not_counted=number, back_met=number if is_met else 0, back_missed=number if is_missed else 0)


def case_ids(gauge: int, *, days: Days, where: Where = EVERYWHERE, outcomes: Sequence[Outcome] = ()) -> list[int]:
    """Every case behind a reading, in order."""
    rows = facts_at(None, gauge=gauge, days=days, where=where)
    if outcomes:
        rows = rows.filter(outcome__in=[int(each) for each in outcomes])
    return list(rows.order_by("case_id").values_list("case_id", flat=True).distinct())


def _chosen(
    gauge: int, days: Days, where: Where, as_of: date | None, outcome: Outcome | None, reason: str | None
) -> models.QuerySet[Fact]:
    rows: models.QuerySet[Fact] = facts_at(as_of, gauge=gauge, days=days, where=where)
    if outcome is not None:
        rows = rows.filter(outcome=int(outcome))
    if reason is not None:
        rows = rows.filter(reason=reason)
    return rows


_COLUMNS = (
    "case_id",
    "part",
    "outcome",
    "otherwise",
    "day",
    "reason",
    "value",
    "weight",
    "known_at",
    "event_id",
    "unit",
    "project",
)


def _traced(
    case_id: int, part: int, outcome: int, otherwise: int, day: date, reason: str, value: int, weight: int, *rest: Any
) -> Traced:
    return Traced(
        case_id,
        part,
        Outcome(outcome),
        Outcome(otherwise) if otherwise else None,
        day,
        reason,
        Decimal(value) / SCALE,
        Decimal(weight) / SCALE,
        *rest,
    )
