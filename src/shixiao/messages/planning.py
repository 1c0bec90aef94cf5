"""Which channels a message goes to and when: decided by the worker once for each message, from what each person wants.

Several messages that wait for the same moment go out in one notice. The inbox holds each of them, whatever is decided here.
"""

import secrets
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, time
from typing import NamedTuple

from django.db import connection, transaction
from django.utils import timezone

from shixiao.messages import channels, holding, quiet
from shixiao.messages.models import Delivery, Fate, Item, Message, Preferences, QuietRule, Urgency
from shixiao.messages.responsibilities import NIGHT_DUTY
from shixiao.messages.states import Fate as Fates
from shixiao.messages.states import State
from shixiao.people.models import User

BATCH = 500
_URGENCIES = {urgency.value: number for number, urgency in enumerate(Urgency)}


class _Slot(NamedTuple):
    """Where a message goes: to whom, by which channel, when."""

    person: int
    channel: str
    at: datetime


@dataclass(frozen=True)
class _Wishes:
    """What is known of the people of one batch."""

    rule: quiet.Quiet
    works_on: quiet.WorksOn
    on_duty: frozenset[int]
    preferences: Mapping[int, Preferences]
    reached: Mapping[str, Mapping[int, str]] = field(default_factory=dict)
    stand_ins: Mapping[str, str] = field(default_factory=dict)
    urgencies: Mapping[str, Collection[str]] = field(default_factory=dict)

    def channels_of(self, message: Message) -> list[str]:
        """Those that reach the person, that the person wants, and that take this urgency; without one that stands in for another of them."""
        person = message.person_id
        wanted = self.preferences[person].channels if person in self.preferences else None
        found = [
            name for name, people in self.reached.items() if person in people and (wanted is None or name in wanted)
        ]
        return [
            name
            for name in found
            if self.stand_ins.get(name, "") not in found and message.urgency in self.urgencies.get(name, _URGENCIES)
        ]

    def goes_at(self, message: Message, now: datetime) -> datetime:
        """When it may go."""
        mine = self.preferences.get(message.person_id)
        own: tuple[time, time] | None = None
        if mine is not None and mine.quiet_from is not None and mine.quiet_until is not None:
            own = (mine.quiet_from, mine.quiet_until)
        return quiet.goes_at(
            timezone.localtime(now),
            rule=self.rule,
            urgency=message.urgency,
            works_on=self.works_on,
            has_duty=message.person_id in self.on_duty,
            once_a_day=mine is not None and message.urgency in mine.digests,
            own=own,
        )


def plan(now: datetime) -> int:
    """Look at messages that nobody has looked at: one batch in one transaction. Returns how many; the worker calls until 0."""
    with transaction.atomic():
        can_skip = connection.features.has_select_for_update_skip_locked
        waiting = Message.objects.filter(is_planned=False).order_by("pk")
        messages = list(waiting.select_for_update(skip_locked=can_skip)[:BATCH])
        if not messages:
            return 0
        ways = channels.for_people()
        if ways:
            _plan(messages, ways, now=now)
        Message.objects.filter(pk__in=[message.pk for message in messages]).update(is_planned=True)
    return len(messages)


def plan_by(messages: Sequence[Message], way: channels.Channel, *, now: datetime) -> int:
    """Give these to one channel more, for a channel that stands in for another. Inside the caller's transaction, which has locked them.
    Quiet hours and digests hold as ever. How many were given."""
    _plan(messages, [way], now=now)
    return Item.objects.filter(message__in=messages, channel=way.name).count()


def _plan(messages: Sequence[Message], ways: Sequence[channels.Channel], *, now: datetime) -> None:
    people = list(User.objects.filter(pk__in={message.person_id for message in messages}, is_active=True))
    wishes = _wishes(people, ways, now=now)
    slots: dict[_Slot, list[Message]] = {}
    for message in messages:
        if not message.is_unread:
            continue  # read in the inbox before the worker came
        for channel in wishes.channels_of(message):
            at = wishes.goes_at(message, now)
            slots.setdefault(_Slot(message.person_id, channel, at), []).append(message)
    _write(slots, now=now)


def _wishes(people: Sequence[User], ways: Sequence[channels.Channel], *, now: datetime) -> _Wishes:
    today = timezone.localtime(now).date()
    rules = [quiet.from_dict(row.rule, since=row.since) for row in QuietRule.objects.filter(since__lte=today)]
    keys = [user.pk for user in people]
    return _Wishes(
        rule=quiet.in_force(rules, today),
        works_on=quiet.works_on(),
        on_duty=holding.who_holds(NIGHT_DUTY.word, on=today),
        preferences=Preferences.objects.in_bulk(keys),
        reached={way.name: way.targets(people) for way in ways},
        stand_ins={way.name: way.stands_in_for for way in ways if way.stands_in_for},
        urgencies={way.name: taken for way in ways if (taken := way.urgencies(today)) is not None},
    )


def _write(slots: Mapping[_Slot, Sequence[Message]], *, now: datetime) -> None:
    """What goes at once goes alone; what waits for the same moment goes together, also with what waits already."""
    later = {slot: messages for slot, messages in slots.items() if slot.at > now}
    there = _waiting(later)
    rows: list[tuple[Delivery, list[Message]]] = []
    late: list[Delivery] = []
    for slot, messages in slots.items():
        useful = [each for each in messages if each.useful_until is None or slot.at < each.useful_until]
        for message in messages:
            if message not in useful:
                late.append(_delivery(slot, [message], now=now, state=State.WITHDRAWN))
                rows.append((late[-1], [message]))
        if slot not in later:
            rows += [(_delivery(slot, [message], now=now), [message]) for message in useful]
        elif useful:
            rows.append((there.get(slot) or _delivery(slot, useful, now=now), useful))
    Delivery.objects.bulk_create([row for row, _messages in rows if row.pk is None])
    Item.objects.bulk_create(
        [Item(delivery=row, message=message, channel=row.channel) for row, messages in rows for message in messages]
    )
    _join([(row, messages) for row, messages in rows if row in there.values()])
    Fate.objects.bulk_create(
        [Fate(delivery=row, what=Fates.WITHDRAWN.value, at=now, reason="too_late") for row in late]
    )


def _waiting(slots: Iterable[_Slot]) -> dict[_Slot, Delivery]:
    """What waits already for the same moment, locked until this is written: nobody hands it over meanwhile."""
    wanted = set(slots)
    if not wanted:
        return {}
    rows = Delivery.objects.select_for_update().filter(
        state=State.QUEUED.value,
        attempts=0,
        person__in={slot.person for slot in wanted},
        due_at__in={slot.at for slot in wanted},
    )
    found = {_Slot(row.person_id or 0, row.channel, timezone.localtime(row.due_at)): row for row in rows.order_by("pk")}
    return {slot: row for slot, row in found.items() if slot in wanted}


def _join(pairs: Sequence[tuple[Delivery, Sequence[Message]]]) -> None:
    for row, messages in pairs:
        row.is_digest = True
        row.urgency = max([row.urgency, *(each.urgency for each in messages)], key=_URGENCIES.__getitem__)
        row.save(update_fields=["is_digest", "urgency"])


def _delivery(slot: _Slot, messages: Sequence[Message], *, now: datetime, state: State = State.QUEUED) -> Delivery:
    untils = [each.useful_until for each in messages]
    known = [each for each in untils if each is not None]
    return Delivery(
        channel=slot.channel,
        person_id=slot.person,
        key=f"msg_{secrets.token_hex(16)}",
        urgency=max((each.urgency for each in messages), key=_URGENCIES.__getitem__),
        is_digest=len(messages) > 1,
        made_at=now,
        due_at=slot.at,
        next_at=slot.at,
        useful_until=max(known) if len(known) == len(untils) else None,
        state=state.value,
    )
