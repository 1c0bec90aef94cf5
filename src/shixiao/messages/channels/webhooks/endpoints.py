"""Who is told: every change is made here, by the system administrator, with its event."""

from collections.abc import Sequence
from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from shixiao import ledger
from shixiao.engine.bilingual import Text
from shixiao.engine.destinations import Unsafe
from shixiao.ledger.models import Event
from shixiao.messages import events, fates, subjects, telling, wordings
from shixiao.messages.channels.webhooks import judging, signing
from shixiao.messages.models import Delivery, Endpoint
from shixiao.messages.preferring import Unfit
from shixiao.messages.states import Fate, State
from shixiao.people import sealing
from shixiao.people.models import Role, User
from shixiao.people.permissions import may_keep_accounts

MOST_SECRETS = 3
REPLAYED = 500  # deliveries at a time
OFF = {
    "by_hand": Text("人工停用", "Switched off by hand"),
    "failing": Text("长期发不出去，自动停用", "Switched off by itself: nothing arrived for long"),
    "gone": Text("对方说不再接收，自动停用", "Switched off by itself: the receiver said that it is gone"),
}
SWITCHED_OFF = wordings.declare(
    "messages.endpoint_off",
    Text(
        "接收地址 {endpoint} 长期收不到告知，已自动停用，请到“网络回调”查看。",
        "Endpoint {endpoint} took nothing for long and was switched off. See Webhooks.",
    ),
)


def create(title: str, address: str, kinds: Sequence[str], *, by: User, now: datetime) -> tuple[Endpoint, str]:
    """A new endpoint, and its secret, which is shown this once. It is told what happens from now on. Raises `Unfit`, `PermissionDenied`."""
    _may(by)
    title, kinds = _fit(title, address, kinds)
    secret = signing.new_secret()
    with transaction.atomic():
        row = Endpoint.objects.create(
            title=title,
            address=address,
            kinds=kinds,
            secrets=[sealing.sealed(secret)],
            made_at=now,
            changed_at=now,
            seen_event=_newest_event(),
        )
        texts = {"title": title, "address": address}
        ledger.record(events.ENDPOINT_CREATED, subject=row, by=by, now=now, particulars={"kinds": kinds}, texts=texts)
    return row, secret


def change(endpoint: Endpoint, title: str, address: str, kinds: Sequence[str], *, by: User, now: datetime) -> None:
    """Another name, address, or other kinds of event. Raises `Unfit`, `PermissionDenied`."""
    _may(by)
    title, kinds = _fit(title, address, kinds)
    with transaction.atomic():
        row = _locked(endpoint)
        row.title, row.address, row.kinds = title, address, kinds
        row.save(update_fields=["title", "address", "kinds"])
        texts = {"title": title, "address": address}
        ledger.record(events.ENDPOINT_CHANGED, subject=row, by=by, now=now, particulars={"kinds": kinds}, texts=texts)


def switch(endpoint: Endpoint, *, on: bool, by: User, now: datetime) -> None:
    """Tell it again, from now on, or no more. What happened meanwhile is not told. Nothing where it is so already."""
    _may(by)
    with transaction.atomic():
        row = _locked(endpoint)
        if row.is_enabled == on:
            return
        if not on:
            _off(row, "by_hand", by=by, now=now)
            return
        row.is_enabled, row.why_off, row.changed_at, row.seen_event = True, "", now, _newest_event()
        row.save(update_fields=["is_enabled", "why_off", "changed_at", "seen_event"])
        ledger.record(events.ENDPOINT_ENABLED, subject=row, by=by, now=now)


def switch_off(row: Endpoint, why: str, *, now: datetime) -> None:
    """By the program itself, with a message for the system administrators. Inside the caller's transaction, which has locked the row."""
    event = _off(row, why, by=None, now=now)
    keepers = User.objects.filter(role=Role.SYSTEM_ADMINISTRATOR, is_active=True).values_list("pk", flat=True)
    slots = {"endpoint": row.pk}
    telling.tell(
        [telling.Notice(event=event, to=list(keepers), step="endpoint_off", wording=SWITCHED_OFF, slots=slots)], now=now
    )


def add_secret(endpoint: Endpoint, *, by: User, now: datetime) -> str:
    """A new secret, shown this once; those before it sign as well until they are dropped. Raises `Unfit` at three."""
    _may(by)
    secret = signing.new_secret()
    with transaction.atomic():
        row = _locked(endpoint)
        if len(row.secrets) >= MOST_SECRETS:
            text = Text("已有三个密钥。请先作废旧的。", "There are three secrets. Drop the old ones first.")
            raise Unfit(text, field="secret")
        row.secrets = [sealing.sealed(secret), *row.secrets]
        row.save(update_fields=["secrets"])
        codes = {"secrets": len(row.secrets)}
        ledger.record(events.SECRET_ADDED, subject=row, by=by, now=now, particulars=codes)
    return secret


def drop_old_secrets(endpoint: Endpoint, *, by: User, now: datetime) -> None:
    """Only the newest signs from now on."""
    _may(by)
    with transaction.atomic():
        row = _locked(endpoint)
        if len(row.secrets) == 1:
            return
        row.secrets = row.secrets[:1]
        row.save(update_fields=["secrets"])
        ledger.record(events.SECRET_DROPPED, subject=row, by=by, now=now, particulars={"secrets": 1})


def replay(endpoint: Endpoint, *, since: datetime, by: User, now: datetime) -> int:
    """What failed or is unknown and was made since then is sent once more, under the same ids; how many. 500 at a time, the oldest first."""
    _may(by)
    with transaction.atomic():
        row = _locked(endpoint)
        if not row.is_enabled:
            raise Unfit(Text("先启用，再重发。", "Switch it on first."), field="since")
        lost = [State.FAILED.value, State.UNKNOWN.value]
        rows = Delivery.objects.filter(channel="webhooks", target=str(row.pk), state__in=lost, made_at__gte=since)
        found = list(rows.order_by("pk")[:REPLAYED])
        if not found:
            return 0
        codes = {"since": since, "count": len(found)}
        event = ledger.record(events.WEBHOOKS_REPLAYED, subject=row, by=by, now=now, particulars=codes)
        return sum(fates.happen(each, Fate.AGAIN, now=now, reason="replayed", by=by, event=event) for each in found)


# ---- parts -------------------------------------------------------------------------------------------------------


def offered() -> set[str]:
    """The kinds of event that can be told."""
    return {kind.name for each in subjects.happenings() for kind in each.events}


def _may(by: User) -> None:
    if not may_keep_accounts(by):
        raise PermissionDenied(_("接收地址由系统管理员管理。"))


def _fit(title: str, address: str, kinds: Sequence[str]) -> tuple[str, list[str]]:
    title = " ".join(title.split())
    if not title or len(title) > 100 or not title.isprintable():
        raise Unfit(Text("请写一个名称，不超过 100 字。", "Give it a name of at most 100 characters."), field="title")
    try:
        judging.judge(address)
    except Unsafe as unsafe:
        raise Unfit(unsafe.text, field="address") from None
    if not kinds or not set(kinds) <= offered():
        raise Unfit(Text("请选择告知哪些事件。", "Choose of which events it is told."), field="kinds")
    return title, sorted(set(kinds))


def _locked(endpoint: Endpoint) -> Endpoint:
    return Endpoint.objects.select_for_update().get(pk=endpoint.pk)


def _off(row: Endpoint, why: str, *, by: User | None, now: datetime) -> Event:
    row.is_enabled, row.why_off, row.changed_at = False, why, now
    row.save(update_fields=["is_enabled", "why_off", "changed_at"])
    return ledger.record(events.ENDPOINT_DISABLED, subject=row, by=by, now=now, particulars={"reason": why})


def _newest_event() -> int:
    return int(Event.objects.aggregate(newest=Max("pk"))["newest"] or 0)
