"""Closing the books of a year."""

from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from shixiao import ledger
from shixiao.casework.events import YEAR_CLOSED
from shixiao.casework.models import ClosedYear
from shixiao.casework.refusing import Reason, Refused
from shixiao.engine.bilingual import Text
from shixiao.ledger import Reference
from shixiao.people.models import Role, User


def close_year(year: int, *, by: User | None, now: datetime) -> ClosedYear:
    """From now on nothing can be recorded as having happened in `year`. Only a year that is over can be closed; closing
    it again changes nothing. For the performance officer. Raises `Refused`, `PermissionDenied`."""
    if by is not None and by.role != Role.OFFICER:
        raise PermissionDenied(_("关账由绩效管理员办理。"))
    if not 2000 <= year < timezone.localtime(now).year:
        text = Text(f"{year} 年还没有过完，不能关账。", f"{year} is not over and cannot be closed.")
        raise Refused(text, reason=Reason.NOT_YET, field="year")
    with transaction.atomic():
        closed, is_new = ClosedYear.objects.get_or_create(year=year, defaults={"closed_at": now})
        if is_new:
            subject = Reference("casework.year", str(year))
            ledger.record(YEAR_CLOSED, subject=subject, by=by, now=now, particulars={"year": year})
    return closed
