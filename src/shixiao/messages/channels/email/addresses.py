"""Where people get their mail: entered by the system administrator, each change an event."""

import re
from collections.abc import Iterable
from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from shixiao import ledger
from shixiao.engine.bilingual import Text
from shixiao.messages import events
from shixiao.messages.models import EmailAddress
from shixiao.messages.preferring import Unfit
from shixiao.people.models import User
from shixiao.people.permissions import may_keep_accounts

MOST = 200
# Without quotes, comments, and letters beyond ASCII: what every mail server takes, and nothing that could end a header or a command.
_ADDRESS = re.compile(
    r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*@"
    r"(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)*[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
)


def is_address(text: str) -> bool:
    """A plain mail address."""
    return len(text) <= 254 and len(text.partition("@")[0]) <= 64 and _ADDRESS.fullmatch(text) is not None


def set_address(person: User, address: str, *, by: User, now: datetime) -> None:
    """From now on that person's mail goes there; to nowhere when it is empty. What is the same already is no event.

    Raises `Unfit`, `PermissionDenied`.
    """
    if not may_keep_accounts(by):
        raise PermissionDenied(_("邮箱地址由系统管理员填写。"))
    address = address.strip()
    if address and not is_address(address):
        text = Text("这不是邮箱地址。请写成 name@example.cn。", "This is no e-mail address. Write name@example.cn.")
        raise Unfit(text, field="address")
    with transaction.atomic():
        row = EmailAddress.objects.select_for_update().filter(person=person).first()
        if (row.address if row else "") == address:
            return
        if address:
            EmailAddress.objects.update_or_create(person=person, defaults={"address": address, "set_at": now})
            ledger.record(events.ADDRESS_SET, subject=person, by=by, now=now, texts={"address": address})
        else:
            EmailAddress.objects.filter(person=person).delete()
            ledger.record(events.ADDRESS_REMOVED, subject=person, by=by, now=now)


def of(people: Iterable[User]) -> dict[int, str]:
    """The addresses of those who have one, by id. One statement."""
    rows = EmailAddress.objects.filter(person__in=[user.pk for user in people])
    return dict(rows.values_list("person_id", "address"))


def matching(text: str) -> list[EmailAddress]:
    """Those of people whose name or account holds the text, by account; the first `MOST`."""
    rows = EmailAddress.objects.select_related("person").order_by("person__username")
    if text:
        rows = rows.filter(Q(person__display_name__icontains=text) | Q(person__username__icontains=text))
    return list(rows[:MOST])
