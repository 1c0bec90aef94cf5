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
    _check(address)
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


def _check(address: str) -> None:
    """Only a page of this program can be kept: an address of another server is refused."""
    path = address.partition("?")[0]
    try:
        match = resolve(path)
    except Resolver404:
        match = None
    if match is None or match.view_name not in {"casework:office", "casework:todo"}:
        raise ValidationError(_("只能保存列表的地址。"))
