"""Views of lists that people keep for themselves."""

from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.urls import Resolver404, resolve
from django.utils.translation import gettext as _

from shixiao import ledger
from shixiao.casework import events
from shixiao.casework.models import SavedFilter
from shixiao.people.models import User

MOST = 50


def save_filter(name: str, *, address: str, by: User, now: datetime) -> SavedFilter:
    """Keep the address of a list under a name; the same name again keeps the new address. Raises `ValidationError` for
    an address that is none of ours, a name that cannot be, or more than 50."""
    if not is_list(address):
        raise ValidationError(_("只能保存列表的地址。"))
    with transaction.atomic():
        there = SavedFilter.objects.filter(user=by, name=name.strip()).first()
        row = there or SavedFilter(user=by, name=name.strip())
        if there is None and SavedFilter.objects.filter(user=by).count() >= MOST:
            raise ValidationError(_("最多保存 50 个。请先删除不用的。"))
        row.address = address
        row.full_clean()
        row.save()
        ledger.record(events.FILTER_SAVED, subject=row, by=by, now=now)
    return row


def delete_filter(row: SavedFilter, *, by: User, now: datetime) -> None:
    """Keep it no longer."""
    with transaction.atomic():
        ledger.record(events.FILTER_DELETED, subject=row, by=by, now=now)
        row.delete()


def is_list(address: str) -> bool:
    """A list of this program, not a page of another server nor one that does something."""
    try:
        match = resolve(address.partition("?")[0])
    except Resolver404:
        return False
    return match.view_name in {"casework:office", "casework:todo"}
