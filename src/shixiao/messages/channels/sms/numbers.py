"""Where people get SMS: entered by the system administrator, each change an event."""

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
from shixiao.messages.models import MobileNumber
from shixiao.messages.preferring import Unfit
from shixiao.people.models import User
from shixiao.people.permissions import may_keep_accounts

MOST = 200
# A mobile number of the mainland: eleven digits, the second of which is no 0, 1 or 2. Which of them are given out changes every few years.
_NUMBER = re.compile(r"1[3-9][0-9]{9}")
_WRITTEN = re.compile(r"(?:\+86|0086)?[ -]?([0-9][0-9 -]{9,14})")


def spelt(text: str) -> str:
    """A number in its one spelling, without country, blanks and hyphens; empty where it is none. Full-width digits are digits."""
    plain = text.strip().translate(_WIDE)
    match = _WRITTEN.fullmatch(plain)
    digits = re.sub(r"[ -]", "", match[1]) if match else ""
    return digits if _NUMBER.fullmatch(digits) else ""


_WIDE = {0xFF10 + number: str(number) for number in range(10)} | {0xFF0B: "+", 0x3000: " ", 0xFF0D: "-"}


def set_number(person: User, number: str, *, by: User, now: datetime) -> None:
    """From now on that person's SMS goes there; to nowhere when it is empty. What is the same already is no event.

    Raises `Unfit`, which names what is no number, and `PermissionDenied`.
    """
    if not may_keep_accounts(by):
        raise PermissionDenied(_("手机号由系统管理员填写。"))
    wanted = spelt(number)
    if number.strip() and not wanted:
        shown = "".join(sign if sign.isprintable() else "?" for sign in number.strip())[:20]
        text = Text(
            f"“{shown}”不是手机号。请写 11 位数字，例如 13800138000；固定电话收不到短信。",
            f"“{shown}” is no mobile number. Write eleven digits such as 13800138000; a fixed line gets no SMS.",
        )
        raise Unfit(text, field="number")
    with transaction.atomic():
        User.objects.select_for_update().get(pk=person.pk)
        row = MobileNumber.objects.filter(person=person).first()
        if (row.number if row else "") == wanted:
            return
        if wanted and MobileNumber.objects.filter(number=wanted).exclude(person=person).exists():
            text = Text("这个手机号已经是另一个人的。", "This number is somebody else's already.")
            raise Unfit(text, field="number")
        if wanted:
            MobileNumber.objects.update_or_create(person=person, defaults={"number": wanted, "set_at": now})
            ledger.record(events.NUMBER_SET, subject=person, by=by, now=now, texts={"number": wanted})
        else:
            MobileNumber.objects.filter(person=person).delete()
            ledger.record(events.NUMBER_REMOVED, subject=person, by=by, now=now)


def of(people: Iterable[User]) -> dict[int, str]:
    """The numbers of those who have one, by id. One statement."""
    rows = MobileNumber.objects.filter(person__in=[user.pk for user in people])
    return dict(rows.values_list("person_id", "number"))


def matching(text: str) -> list[MobileNumber]:
    """Those of people whose name or account holds the text, by account; the first `MOST`."""
    rows = MobileNumber.objects.select_related("person").order_by("person__username")
    if text:
        rows = rows.filter(Q(person__display_name__icontains=text) | Q(person__username__icontains=text))
    return list(rows[:MOST])
