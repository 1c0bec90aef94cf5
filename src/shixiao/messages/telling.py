"""Telling somebody something: rows in the inbox, in the transaction of the event, in one statement however many people."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import transaction

from shixiao.ledger import filling
from shixiao.ledger.book import NotRecordable, Reference
from shixiao.ledger.models import Event
from shixiao.messages.models import UNREAD, Message, Sort, Urgency
from shixiao.messages.wordings import Wording

NOTHING = Reference("", "0")


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """One event, said to some people. `step` tells apart what one event says to one person; `slots` are codes and ids only.

    `useful_until`: later than this it is of no use, and nothing outside is sent. `stays_inside`: for the inbox only.
    """

    event: Event
    to: Iterable[int]
    step: str
    wording: Wording
    slots: Mapping[str, Any] = field(default_factory=dict)
    subject: Reference = NOTHING
    sort: Sort = Sort.NOTICE
    urgency: str = Urgency.NORMAL.value
    useful_until: datetime | None = None
    stays_inside: bool = False


def tell(notices: Sequence[Notice], *, now: datetime) -> int:
    """Put every notice into the inbox of each of its people: one INSERT, none where nobody is told. Returns how many rows.

    Whoever stands twice in a notice gets it once; the same event, person and step again is refused by the database.
    Raises `NotRecordable` outside a transaction.
    """
    if not transaction.get_connection().in_atomic_block:
        raise NotRecordable("a message is written in the transaction of its event, and there is none")
    rows = [_row(notice, person, now) for notice in notices for person in dict.fromkeys(notice.to)]
    if len(rows) == 1:
        rows[0].save(force_insert=True)
    else:
        filling.insert(rows, has_keys=False)
    return len(rows)


def _row(notice: Notice, person: int, now: datetime) -> Message:
    return Message(
        event_id=notice.event.pk,
        person_id=person,
        step=notice.step,
        wording=notice.wording.name,
        slots=dict(notice.slots),
        sort=str(Sort(notice.sort).value),
        urgency=str(Urgency(notice.urgency).value),
        subject_kind=notice.subject.kind,
        subject_id=int(notice.subject.id),
        made_at=now,
        useful_until=notice.useful_until,
        stays_inside=notice.stays_inside,
        state=UNREAD,
        is_planned=notice.stays_inside,
    )
