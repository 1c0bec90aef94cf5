"""A number by topic: each topic in use with what it counts, its merged ones with it."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import NamedTuple

from shixiao.casework import topics
from shixiao.casework.models import Topic
from shixiao.casework.topics import Merge
from shixiao.engine.measures import NOTHING, Reading
from shixiao.ledger import tracing
from shixiao.ledger.readings import Days, Where


class OfTopic(NamedTuple):
    """What the gauge says of one topic. Of cases without any the topic is None."""

    topic: Topic | None
    reading: Reading


def counted_on(days: Days, as_of: date | None) -> date:
    """The day whose merges hold: the last of the window, or the past day as whose end things were known."""
    return as_of or days.end - timedelta(days=1)


def within(topic: int, on: date) -> frozenset[int]:
    """The topics whose cases count for one topic on that day; one statement."""
    return topics.counted_with([topic], on)


def by_topics(gauge: int, *, days: Days, where: Where, as_of: date | None) -> tuple[OfTopic, ...]:
    """Every topic in use, and what else has cases; three statements."""
    on = counted_on(days, as_of)
    found, known = tracing.by_topic(gauge, days=days, where=where, as_of=as_of), topics.merges()
    sums = _by_successor(found, known, on)
    rows = list(Topic.objects.order_by("name"))
    shown = [row for row in rows if row.pk in sums or (row.since <= on and (row.until is None or row.until > on))]
    lines = tuple(OfTopic(row, sums.get(row.pk, NOTHING)) for row in shown)
    return (*lines, OfTopic(None, sums[0])) if 0 in sums else lines


def _by_successor(found: Mapping[int, Reading], known: Mapping[int, Merge], on: date) -> dict[int, Reading]:
    sums: dict[int, Reading] = {}
    for topic, reading in found.items():
        stands_for = topics.successor(topic, known, on=on)
        sums[stands_for] = sums.get(stands_for, NOTHING) + reading
    return sums
