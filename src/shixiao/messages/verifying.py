"""Whether what is stored of messages and deliveries is what happened to them: the first is derived, the rows of `Fate` are the truth."""

from collections.abc import Iterator
from typing import NamedTuple, TypeVar

from django.db.models import Prefetch

from shixiao.messages.models import UNREAD, Delivery, Fate, Message
from shixiao.messages.states import Fate as What
from shixiao.messages.states import derived

BATCH = 500
Row = TypeVar("Row", Message, Delivery)
_OF_A_MESSAGE = (What.WITHDRAWN, What.ACKNOWLEDGED, What.READ)  # what says most first


class Wrong(NamedTuple):
    """Something stored is not what happened: of a message or a delivery, its id, and both."""

    what: str
    id: int
    stored: str
    expected: str


def wrong() -> Iterator[Wrong]:
    """Every message and delivery, in batches; the memory it takes does not grow with them."""
    yield from _messages()
    yield from _deliveries()


def _messages() -> Iterator[Wrong]:
    behind = 0
    while rows := _batch(Message, behind):
        for row in rows:
            happened = {What(fate.what) for fate in row.fates.all()}
            expected = next((each.value for each in _OF_A_MESSAGE if each in happened), UNREAD)
            if row.state != expected:
                yield Wrong("message", row.pk, row.state, expected)
        behind = rows[-1].pk


def _deliveries() -> Iterator[Wrong]:
    behind = 0
    while rows := _batch(Delivery, behind):
        for row in rows:
            happened = [What(fate.what) for fate in row.fates.all()]
            expected = derived(happened)
            if row.state != expected.value:
                yield Wrong("delivery", row.pk, row.state, expected.value)
            elif row.attempts != happened.count(What.HANDED):
                yield Wrong("delivery", row.pk, f"{row.attempts}", f"{happened.count(What.HANDED)}")
        behind = rows[-1].pk


def _batch(model: type[Row], behind: int) -> list[Row]:
    life = Prefetch("fates", queryset=Fate.objects.order_by("id"))
    return list(model._default_manager.filter(pk__gt=behind).order_by("pk").prefetch_related(life)[:BATCH])
