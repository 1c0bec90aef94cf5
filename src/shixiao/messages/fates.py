"""What becomes of deliveries and messages: each change is a row that is never changed, and moves the derived state with it."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _

from shixiao import ledger
from shixiao.engine.bilingual import Text
from shixiao.ledger import filling
from shixiao.ledger.models import Event
from shixiao.messages import events
from shixiao.messages.models import UNREAD, Delivery, Item, Message
from shixiao.messages.models import Fate as Row
from shixiao.messages.states import Fate, State, after
from shixiao.people.models import User
from shixiao.people.permissions import may_keep_accounts

CHUNK = 500


class Undecidable(Exception):
    """Nothing can be decided of this delivery now; the sentence says why."""

    def __init__(self, text: Text) -> None:
        super().__init__(text.zh)
        self.text = text


def happen(
    delivery: Delivery,
    what: Fate,
    *,
    now: datetime,
    reason: str = "",
    again_in: timedelta | None = None,
    by: User | None = None,
    event: Event | None = None,
) -> bool:
    """Something happened to the delivery; False where that says nothing new: a receipt that came twice, or late.

    For receipts as well: a channel calls it with what came back. `again_in`: when what could not be handed over is tried again.
    """
    with transaction.atomic():
        row = Delivery.objects.select_for_update().get(pk=delivery.pk)
        new = after(State(row.state), what)
        if new is None:
            return False
        row.state = new.value
        if what is Fate.HANDED:
            row.attempts, row.handed_at = row.attempts + 1, now
        elif what in (Fate.NOT_REACHED, Fate.AGAIN):
            row.next_at = now + (again_in or timedelta(0))
        Row.objects.create(
            delivery=row, what=what.value, attempt=row.attempts, at=now, by=by, reason=reason, event=event
        )
        row.save(update_fields=["state", "attempts", "handed_at", "next_at"])
        if new in (State.READ, State.ACKNOWLEDGED):
            _reached_the_person(row, what, now=now)
    delivery.state, delivery.attempts, delivery.handed_at, delivery.next_at = (
        row.state,
        row.attempts,
        row.handed_at,
        row.next_at,
    )
    return True


def _reached_the_person(row: Delivery, what: Fate, *, now: datetime) -> None:
    """Whoever read the notice outside has read its messages."""
    keys = Item.objects.filter(delivery=row).values_list("message_id", flat=True)
    seen(list(keys), what, by=row.person, now=now, reason=f"by_{row.channel}")


def seen(messages: Sequence[int], what: Fate, *, by: User | None, now: datetime, reason: str = "") -> int:
    """These messages were read, or acknowledged, by the person they are for; how many of them were news. Two statements for 500, inside
    the caller's transaction. What was acknowledged was read; what was withdrawn stays so."""
    before = [UNREAD, State.READ.value] if what is Fate.ACKNOWLEDGED else [UNREAD]
    count = 0
    for start in range(0, len(messages), CHUNK):
        rows = Message.objects.filter(pk__in=messages[start : start + CHUNK], state__in=before).order_by("pk")
        keys = list(rows.select_for_update().values_list("pk", flat=True))
        count += _change(keys, what, by=by, now=now, reason=reason)
    return count


def withdraw(messages: Iterable[int], *, reason: str, now: datetime) -> int:
    """Take back what nobody has read yet and what is of no use any more. Inside the caller's transaction."""
    rows = Message.objects.filter(pk__in=list(messages), state=UNREAD).order_by("pk")
    return _change(
        list(rows.select_for_update().values_list("pk", flat=True)), Fate.WITHDRAWN, by=None, now=now, reason=reason
    )


def _change(keys: Sequence[int], what: Fate, *, by: User | None, now: datetime, reason: str) -> int:
    if not keys:
        return 0
    Message.objects.filter(pk__in=keys).update(state=what.value)
    rows = [
        Row(message_id=key, what=what.value, attempt=0, at=now, by_id=by.pk if by else None, reason=reason)
        for key in keys
    ]
    filling.insert(rows, has_keys=False)
    return len(keys)


# ---- what nobody knows -----------------------------------------------------------------------------------------

# What a person may say of a delivery, and what that makes of it.
DECISIONS = {
    "arrived": (Fate.DELIVERED, Text("已经送达", "It arrived")),
    "lost": (Fate.FAILED, Text("没有送达，不再发", "It did not arrive; leave it")),
    "again": (Fate.AGAIN, Text("没有送达，再发一次", "It did not arrive; send it again")),
}


def may_decide(user: User) -> bool:
    """The system administrator."""
    return may_keep_accounts(user)


def decide(delivery: Delivery, decision: str, *, reason: str, by: User, now: datetime) -> None:
    """A person says what became of a delivery whose fate is unknown, or sends again one that failed; with the reason, as an event.

    Raises `Undecidable`, `PermissionDenied`.
    """
    if not may_decide(by):
        raise PermissionDenied(_("发送结果由系统管理员认定。"))
    reason = " ".join(reason.split())
    if not reason or len(reason) > 500 or not reason.isprintable():
        raise Undecidable(Text("请写明理由，不超过 500 字。", "Say why, in at most 500 characters."))
    if decision not in DECISIONS:
        raise Undecidable(Text("请选择一个结果。", "Choose an outcome."))
    what, _title = DECISIONS[decision]
    with transaction.atomic():
        row = Delivery.objects.select_for_update().get(pk=delivery.pk)
        is_open = row.state == State.UNKNOWN.value or (row.state == State.FAILED.value and decision == "again")
        if not is_open:
            text = Text(
                "这条发送的结果已经有了，不用认定。请刷新页面看现在的状态。",
                "What became of it is known by now, so there is nothing to decide. Reload the page.",
            )
            raise Undecidable(text)
        codes = {"channel": row.channel, "outcome": decision}
        event = ledger.record(
            events.FATE_DECIDED, subject=row, by=by, now=now, particulars=codes, texts={"reason": reason}
        )
        happen(row, what, now=now, reason="decided", by=by, event=event)
