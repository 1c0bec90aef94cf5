"""What a person does with the inbox: reading, taking note, all at once. Only one's own."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from shixiao.messages import fates
from shixiao.messages.models import UNREAD, Message
from shixiao.messages.states import Fate
from shixiao.people.models import User

AT_ONCE = 500  # of an inbox of thousands, so many are read by one press; the page says how many are left


def read(keys: Sequence[int], *, by: User, now: datetime) -> int:
    """These were read; ids of other people's messages are passed over. How many were news."""
    return _seen(keys, Fate.READ, by=by, now=now)


def acknowledge(keys: Sequence[int], *, by: User, now: datetime) -> int:
    """The person takes note of these: more than having read them."""
    return _seen(keys, Fate.ACKNOWLEDGED, by=by, now=now)


def read_all(*, by: User, now: datetime, before: int | None = None) -> int:
    """Everything that is unread, or of that what is no newer than the message `before`: what came after the page was made stays new."""
    rows = Message.objects.filter(person=by, state=UNREAD)
    if before is not None:
        rows = rows.filter(pk__lte=before)
    return read(list(rows.order_by("pk").values_list("pk", flat=True)[:AT_ONCE]), by=by, now=now)


def _seen(keys: Sequence[int], what: Fate, *, by: User, now: datetime) -> int:
    with transaction.atomic():
        mine = Message.objects.filter(pk__in=list(keys)[:AT_ONCE], person=by).values_list("pk", flat=True)
        return fates.seen(list(mine), what, by=by, now=now)
