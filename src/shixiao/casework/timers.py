"""Time passing is an event, too: a timer that fell due makes its case be looked at again, once.

The worker calls `fire_due`. Several workers may: each timer is claimed in the transaction that records what it says. After
a standstill everything that fell due is done, in the order in which it fell due.
"""

from datetime import datetime

from django.db import connection, transaction

from shixiao import ledger
from shixiao.casework.events import LIMIT_PASSED
from shixiao.casework.models import Timer

BATCH = 200


def fire_due(now: datetime) -> int:
    """Look again at cases whose timer fell due until `now`: one batch, claimed, recorded and marked in one transaction.

    Returns how many timers fired; nothing was left when it is 0. The worker calls it until then.
    """
    with transaction.atomic():
        waiting = Timer.objects.filter(fired_at=None, due_at__lte=now).select_related("case", "deadline")
        can_skip = connection.features.has_select_for_update_skip_locked
        timers = list(waiting.select_for_update(skip_locked=can_skip, of=("self",)).order_by("due_at", "pk")[:BATCH])
        if not timers:
            return 0
        ledger.record_many([_entry(timer, now=now) for timer in timers])
        Timer.objects.filter(pk__in=[timer.pk for timer in timers]).update(fired_at=now)
    return len(timers)


def _entry(timer: Timer, *, now: datetime) -> ledger.Entry:
    """It happened when the time was over, whenever the worker came to it."""
    codes = {"deadline": timer.deadline_id, "name": timer.deadline.name if timer.deadline else timer.name}
    return ledger.Entry(
        kind=LIMIT_PASSED, subject=timer.case, by=None, now=now, happened_at=timer.due_at, particulars=codes
    )
