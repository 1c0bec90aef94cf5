"""Which events become notices: those of a kind that an endpoint wants, about things that other programs may know of."""

import secrets
from collections.abc import Iterator
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Exists, OuterRef, Q

from shixiao.ledger.models import Event
from shixiao.messages import subjects
from shixiao.messages.channels.webhooks import endpoints
from shixiao.messages.channels.webhooks.channel import CHANNEL
from shixiao.messages.models import Delivery, Endpoint, Fate
from shixiao.messages.states import State

BATCH = 500
# On PostgreSQL an event may become visible after one with a higher id. No transaction lasts ten minutes, so what was recorded twenty
# minutes ago has no unseen neighbour below it; until then events are looked at again, and a delivery that is there is left alone.
SETTLED = timedelta(minutes=20)


def gather(now: datetime) -> int:
    """One batch for each endpoint, each in a transaction of its own; how many deliveries. One statement where there is no endpoint."""
    return sum(_gather(key, now) for key in Endpoint.objects.filter(is_enabled=True).values_list("pk", flat=True))


def _gather(key: int, now: datetime) -> int:
    with transaction.atomic():
        endpoint = Endpoint.objects.select_for_update().filter(pk=key, is_enabled=True).first()
        if endpoint is None:
            return 0
        why = _why_off(endpoint)
        if why:
            endpoints.switch_off(endpoint, why, now=now)
            return 0
        made = 0
        for events in _unseen(endpoint):
            made += _write(endpoint, events, now=now)
            if made >= BATCH:
                return made
        _move(endpoint, now=now)
        return made


def _unseen(endpoint: Endpoint) -> Iterator[list[Event]]:
    """Events without a delivery, in their order, by `BATCH`."""
    there = Delivery.objects.filter(channel=CHANNEL.name, target=str(endpoint.pk), event=OuterRef("pk"))
    rows = Event.objects.filter(kind__in=endpoint.kinds, subject_kind__in=subjects.known()).filter(~Exists(there))
    last = endpoint.seen_event
    while events := list(rows.filter(pk__gt=last).order_by("pk")[:BATCH]):
        yield events
        last = events[-1].pk


def _write(endpoint: Endpoint, events: list[Event], *, now: datetime) -> int:
    things = {each.pk: (each.subject_kind, int(each.subject_id)) for each in events if each.subject_id.isdecimal()}
    outward = subjects.outward(things.values())
    rows = [
        Delivery(
            channel=CHANNEL.name,
            target=str(endpoint.pk),
            event=each,
            key=f"msg_{secrets.token_hex(16)}",
            made_at=now,
            due_at=now,
            next_at=now,
        )
        for each in events
        if things.get(each.pk) in outward
    ]
    Delivery.objects.bulk_create(rows)
    return len(rows)


def _move(endpoint: Endpoint, *, now: datetime) -> None:
    rows = Event.objects.filter(pk__gt=endpoint.seen_event, recorded_at__lte=now - SETTLED)
    settled = rows.order_by("-pk").values_list("pk", flat=True).first()
    if settled is not None:
        endpoint.seen_event = settled
        endpoint.save(update_fields=["seen_event"])


def _why_off(endpoint: Endpoint) -> str:
    """The code of why nothing more is sent: the receiver said that it is gone, or one notice failed at every attempt of the schedule (more
    than three days) and nothing that was sent since arrived. What was made before the last switch does not count."""
    rows = Delivery.objects.filter(channel=CHANNEL.name, target=str(endpoint.pk), made_at__gte=endpoint.changed_at)
    lost = rows.filter(state__in=[State.FAILED.value, State.UNKNOWN.value])
    gone = Fate.objects.filter(delivery=OuterRef("pk"), reason="http_410")
    bad = lost.filter(Q(attempts__gt=len(CHANNEL.waits)) | Exists(gone)).order_by("-pk").first()
    if bad is None:
        return ""
    if bad.attempts <= len(CHANNEL.waits):
        return "gone"
    is_well = rows.filter(state=State.DELIVERED.value, handed_at__gte=bad.made_at).exists()
    return "" if is_well else "failing"
