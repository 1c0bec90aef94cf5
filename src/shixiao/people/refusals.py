"""What somebody tried and may not: an event, so that the auditor sees it."""

import re
from collections.abc import Callable
from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _

from shixiao import ledger
from shixiao.people import events
from shixiao.people.models import User

NOT_IN_A_CODE = re.compile(r"[^!-~]+")
LONGEST = 200


class Refused(PermissionDenied):
    """May not, and it is noted in the book already."""


def note(user: User, what: str, *, by: User | None = None, now: datetime) -> None:
    """Note that `by` (or `user` itself) tried `what`: a code such as `people.appoint`, or an address.

    It has its own transaction, so call it after the one that was refused has ended. Anything in `what` that is no
    code is replaced, since the book keeps no typed text.
    """
    code = NOT_IN_A_CODE.sub("_", what)[:LONGEST]
    with transaction.atomic():
        ledger.record(events.ATTEMPT_REFUSED, subject=user, by=by or user, now=now, particulars={"what": code})


def require(may: Callable[[User], bool], *, what: str, by: User | None, now: datetime) -> None:
    """Nothing, where `by` may; else it is noted and `Refused`. `by=None` is the program or the terminal, which may."""
    if by is None or may(by):
        return
    note(by, what, now=now)
    raise Refused(_("您的角色不能做这一步。这次尝试已记录。"))
