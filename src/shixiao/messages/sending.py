"""Handing over what is due. That it is being handed over is written down before, and what came of it after: whoever is killed in
between leaves a notice of which nobody knows, and nobody sends it again without being told to."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from zlib import crc32

from django.db import connection, transaction
from django.db.models import Q

from shixiao.messages import channels, fates, saying
from shixiao.messages.channels import Channel, Outcome, Parcel, Result
from shixiao.messages.models import Delivery, Message
from shixiao.messages.states import Fate, State

JITTER = 0.1
JITTERS_FROM = timedelta(minutes=1)
BATCH = 5  # a job is short: a server that does not answer costs the channel's own time-out each


def send(now: datetime) -> int:
    """What never came back is unknown; then a few of what is due are handed over, each in transactions of its own. Returns how many
    things it did; nothing was left when it is 0. A channel that does not get through is left alone until the next call, so that a dead
    endpoint does not hold up the mail."""
    ways = {channel.name: channel for channel in channels.outside()}
    done = _give_up(ways, now=now)
    for _ in range(BATCH):
        claimed = _claim(ways, now=now)
        if claimed is None:
            break
        done += 1
        delivery, parcel = claimed
        if parcel is not None:
            channel = ways[delivery.channel]
            outcome = _handed_over(channel, parcel, now=now)
            settle(delivery, channel, outcome, now=now)
            if outcome.result in (Result.NOT_REACHED, Result.UNKNOWN):
                del ways[delivery.channel]
    return done


def _handed_over(channel: Channel, parcel: Parcel, *, now: datetime) -> Outcome:
    try:
        return channel.send(parcel, now=now)
    except Exception as error:  # noqa: BLE001 — whatever went wrong, it may have arrived
        return channels.unknown(type(error).__name__[:64])


def _claim(ways: Mapping[str, Channel], *, now: datetime) -> tuple[Delivery, Parcel | None] | None:
    """The next that is due, written down as being handed over; None where nothing is. Without a parcel it was of no use any more, or is
    not for this worker to hand over, since another one does. Of several workers at once each locks one that nobody else looks at."""
    can_skip = connection.features.has_select_for_update_skip_locked
    with transaction.atomic():
        rows = Delivery.objects.filter(state=State.QUEUED.value, next_at__lte=now, channel__in=list(ways))
        rows = rows.select_related("person").order_by("next_at", "pk")
        row = rows.select_for_update(skip_locked=can_skip, of=("self",)).first()
        if row is None:
            return None
        why, messages = _still_of_use(row, now=now)
        if why:
            fates.happen(row, Fate.WITHDRAWN, now=now, reason=why)
            return row, None
        parcel = _parcel(row, messages, ways[row.channel], now=now)
        if parcel is None:
            fates.happen(row, Fate.WITHDRAWN, now=now, reason="no_address")
            return row, None
        is_ours = fates.happen(row, Fate.HANDED, now=now)
    return row, parcel if is_ours else None


def _still_of_use(row: Delivery, *, now: datetime) -> tuple[str, list[Message]]:
    """The messages that are still news, or the code of why none is. A delivery of a channel's own has none, and an end of its own."""
    if row.person_id is None:
        return ("too_late" if row.useful_until is not None and row.useful_until <= now else ""), []
    messages = list(Message.objects.filter(items__delivery=row).order_by("pk"))
    unread = [each for each in messages if each.is_unread]
    useful = [each for each in unread if each.useful_until is None or now < each.useful_until]
    if useful:
        return "", useful
    return ("too_late" if unread else "read_already"), []


def _parcel(row: Delivery, messages: list[Message], channel: Channel, *, now: datetime) -> Parcel | None:
    """What is handed over; None where the person cannot be reached by this channel any more, or has left."""
    attempt = row.attempts + 1
    if row.person is None:
        return Parcel(
            delivery=row, key=row.key, attempt=attempt, person=None, address=row.target, title="", lines=(), language=""
        )
    address = channel.targets([row.person]).get(row.person.pk, "") if row.person.is_active else ""
    if not address:
        return None
    language = row.person.language or "zh-hans"
    title, lines = saying.outside(
        messages, to=row.person, language=language, longest=channel.abilities.longest, now=now
    )
    return Parcel(
        delivery=row,
        key=row.key,
        attempt=attempt,
        person=row.person,
        address=address,
        title=title,
        lines=lines,
        language=language,
    )


def settle(delivery: Delivery, channel: Channel, outcome: Outcome, *, now: datetime) -> None:
    """Write down how it ended. What was not handed over waits for its next time; after the last one it has failed, unless an attempt before may
    have arrived."""
    if outcome.result is Result.NOT_REACHED:
        wait = _wait(delivery, channel, outcome)
        if wait is None:
            fates.happen(delivery, _end(delivery), now=now, reason=outcome.reason)
        else:
            fates.happen(delivery, Fate.NOT_REACHED, now=now, reason=outcome.reason, again_in=wait)
        return
    if outcome.result is Result.REFUSED:
        fates.happen(delivery, _end(delivery), now=now, reason=outcome.reason)
        return
    if outcome.result is Result.UNKNOWN:
        _unknown(delivery, channel, outcome, now=now)
        return
    fates.happen(delivery, outcome.result.value, now=now, reason=outcome.reason)


def _end(delivery: Delivery) -> Fate:
    """Of one of which nobody knew since a person last decided, this attempt says nothing: it may have arrived all the same."""
    if delivery.attempts < 2:
        return Fate.FAILED
    rows = delivery.fates.filter(what__in=[Fate.UNKNOWN.value, Fate.AGAIN.value]).order_by("-pk")
    for what, by in rows.values_list("what", "by_id"):
        if what == Fate.UNKNOWN.value:
            return Fate.UNKNOWN
        if by is not None:
            break
    return Fate.FAILED


def _unknown(delivery: Delivery, channel: Channel, outcome: Outcome, *, now: datetime) -> None:
    """Nobody knows; and it is repeated only where the other side takes the same key twice as one.

    Both are written together: what is unknown and was not repeated waits for a person, so a worker that died in between would leave a
    notice behind that nobody sends again.
    """
    with transaction.atomic():
        fates.happen(delivery, Fate.UNKNOWN, now=now, reason=outcome.reason)
        wait = _wait(delivery, channel, outcome) if channel.repeats() else None
        if wait is not None:
            fates.happen(delivery, Fate.AGAIN, now=now, reason="repeats", again_in=wait)


def _wait(delivery: Delivery, channel: Channel, outcome: Outcome) -> timedelta | None:
    number = delivery.attempts - 1
    if number >= len(channel.waits):
        return None
    return outcome.again_in or spread(channel.waits[number], f"{delivery.key} {delivery.attempts}")


def spread(wait: timedelta, key: str) -> timedelta:
    """A wait, up to a tenth shorter: what failed together does not come back together, and a provider that was away is not run over. The same
    key gives the same; seconds are left as they are."""
    if wait < JITTERS_FROM:
        return wait
    return wait - wait * JITTER * (crc32(key.encode()) % 1000 / 1000)


def _give_up(ways: Mapping[str, Channel], *, now: datetime) -> int:
    """Whatever was being handed over by a worker that is no more: nobody knows."""
    condition = Q(pk__in=())
    for channel in ways.values():
        condition |= Q(channel=channel.name, handed_at__lte=now - channel.patience)
    lost = Delivery.objects.filter(condition, state=State.HANDED.value)
    count = 0
    for key in list(lost.order_by("handed_at", "pk").values_list("pk", flat=True)[:BATCH]):
        with transaction.atomic():
            # Another worker may have given it up meanwhile, and handed it over anew: of that one something is known.
            row = lost.filter(pk=key).select_for_update(of=("self",)).first()
            if row is not None:
                settle(row, ways[row.channel], channels.unknown("worker_ended"), now=now)
                count += 1
    return count
