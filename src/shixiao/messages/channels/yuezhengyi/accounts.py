"""Whose user id at 粤政易 is whose: entered or accepted by the system administrator, each change an event."""

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
from shixiao.messages.models import YuezhengyiAccount
from shixiao.messages.preferring import Unfit
from shixiao.people.models import User
from shixiao.people.permissions import may_keep_accounts

MOST = 200
# As the provider takes them. `@all` is everybody, and `|` parts one from the next: neither is a person.
_USER_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.@-]{0,63}")


def is_user_id(text: str) -> bool:
    """It can be the user id of one person."""
    return _USER_ID.fullmatch(text) is not None


def set_account(person: User, user_id: str, *, by: User, now: datetime) -> None:
    """From now on that person is reached, and signs in, under that user id; under none when it is empty. What is the same already is no event.

    Raises `Unfit` for what is none or is somebody else's, `PermissionDenied`.
    """
    if not may_keep_accounts(by):
        raise PermissionDenied(_("粤政易账号由系统管理员填写。"))
    user_id = user_id.strip()
    if user_id and not is_user_id(user_id):
        text = Text(
            "这不是粤政易账号：只有字母、数字和 _ - . @。", "This is no user id: letters, digits and _ - . @ only."
        )
        raise Unfit(text, field="user_id")
    with transaction.atomic():
        User.objects.select_for_update().get(pk=person.pk)
        row = YuezhengyiAccount.objects.filter(person=person).first()
        if (row.user_id if row else "") == user_id:
            return
        other = YuezhengyiAccount.objects.filter(user_id__iexact=user_id).exclude(person=person).first()
        if user_id and other is not None:
            text = Text("这个粤政易账号已经对应另一个人。", "This user id is somebody else's already.")
            raise Unfit(text, field="user_id")
        if user_id:
            YuezhengyiAccount.objects.update_or_create(person=person, defaults={"user_id": user_id, "set_at": now})
            ledger.record(events.YUEZHENGYI_LINKED, subject=person, by=by, now=now, texts={"user_id": user_id})
        else:
            YuezhengyiAccount.objects.filter(person=person).delete()
            ledger.record(events.YUEZHENGYI_UNLINKED, subject=person, by=by, now=now)


def of(people: Iterable[User]) -> dict[int, str]:
    """The user ids of those who have one, by id. One statement."""
    rows = YuezhengyiAccount.objects.filter(person__in=[user.pk for user in people])
    return dict(rows.values_list("person_id", "user_id"))


def who_is(user_id: str) -> User | None:
    """The person of that user id, in whatever capitals; None for a stranger. One statement."""
    row = YuezhengyiAccount.objects.select_related("person").filter(user_id__iexact=user_id).first()
    return row.person if row is not None else None


def matching(text: str) -> list[YuezhengyiAccount]:
    """Those of people whose name or account holds the text, by account; the first `MOST`."""
    rows = YuezhengyiAccount.objects.select_related("person").order_by("person__username")
    if text:
        rows = rows.filter(Q(person__display_name__icontains=text) | Q(person__username__icontains=text))
    return list(rows[:MOST])
