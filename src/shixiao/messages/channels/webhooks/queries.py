"""How endpoints fare."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Count

from shixiao.messages.models import Delivery, Endpoint
from shixiao.messages.states import TITLES, State
from shixiao.people.wordings import said

LATEST = 20


@dataclass(frozen=True, slots=True)
class Counted:
    """An endpoint and how many deliveries arrived, wait, and are lost (failed or unknown)."""

    endpoint: Endpoint
    arrived: int
    waiting: int
    lost: int


def all_with_counts() -> list[Counted]:
    """Every endpoint. Two statements."""
    return _counted(list(Endpoint.objects.all()))


def with_counts(endpoint: Endpoint) -> Counted:
    """One of them. One statement."""
    return _counted([endpoint])[0]


def _counted(rows: Sequence[Endpoint]) -> list[Counted]:
    found: dict[tuple[str, str], int] = {}
    wanted = Delivery.objects.filter(channel="webhooks", target__in=[str(each.pk) for each in rows]).order_by()
    for target, state, count in wanted.values_list("target", "state").annotate(Count("pk")):
        found[target, state] = count
    return [
        Counted(
            each,
            arrived=_sum(found, each, State.SENT, State.DELIVERED),
            waiting=_sum(found, each, State.QUEUED, State.HANDED),
            lost=_sum(found, each, State.FAILED, State.UNKNOWN),
        )
        for each in rows
    ]


def _sum(found: dict[tuple[str, str], int], endpoint: Endpoint, *states: State) -> int:
    return sum(found.get((str(endpoint.pk), each.value), 0) for each in states)


def latest(endpoint: Endpoint) -> list[tuple[Delivery, str, bool]]:
    """The newest deliveries with the state in words, and whether it is a bad one. One statement."""
    rows = Delivery.objects.filter(channel="webhooks", target=str(endpoint.pk)).select_related("event").order_by("-pk")
    return [
        (each, said(TITLES[State(each.state)]), each.state in (State.FAILED.value, State.UNKNOWN.value))
        for each in rows[:LATEST]
    ]
