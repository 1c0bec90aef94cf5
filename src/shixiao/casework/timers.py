"""Time passing is an event, too: a timer that fell due makes its case be looked at again, once.

The worker calls `fire_due`. Several workers may: each timer is claimed in the transaction that records what it says. After
a standstill everything that fell due is done, in the order in which it fell due. A step that stops a deadline leaves its
timer alone: it is dropped here when it falls due, and says nothing.
"""

from datetime import datetime

from django.db import connection, transaction

from shixiao import ledger
from shixiao.casework import reminding, through
from shixiao.casework.events import LIMIT_PASSED
from shixiao.casework.models import Deadline, Timer

BATCH = 200


def fire_due(now: datetime) -> int:
    """Look again at cases whose timer fell due until `now`: one batch, claimed, recorded and marked in one transaction.

    Returns how many timers are done with; nothing was left when it is 0. The worker calls it until then.
    """
    if (book := through.current()) is not None:
        return book.fire_due(now)
    with transaction.atomic():
        claimed = _claimed(now)
        idle = [timer.pk for timer, deadline in claimed if deadline is not None and deadline.stopped_at is not None]
        firing = [(timer, deadline) for timer, deadline in claimed if timer.pk not in set(idle)]
        if idle:
            Timer.objects.filter(pk__in=idle).delete()
        if firing:
            ledger.record_many([_entry(timer, deadline, now=now) for timer, deadline in firing])
            reminding.watch([deadline for _timer, deadline in firing if deadline is not None], now=now)
            Timer.objects.filter(pk__in=[timer.pk for timer, _deadline in firing]).update(fired_at=now)
    return len(claimed)


def _claimed(now: datetime) -> list[tuple[Timer, Deadline | None]]:
    """Timers that fell due, each locked together with its deadline; what a step or another worker holds is left for later.

    The deadline is locked so that nothing is said about one that is just being stopped.
    """
    can_skip = connection.features.has_select_for_update_skip_locked
    waiting = Timer.objects.filter(fired_at=None, due_at__lte=now).select_related("case").order_by("due_at", "pk")
    timers = list(waiting.select_for_update(skip_locked=can_skip, of=("self",))[:BATCH])
    wanted = [timer.deadline_id for timer in timers if timer.deadline_id is not None]
    rows = Deadline.objects.select_for_update(skip_locked=can_skip).in_bulk(wanted)
    pairs = [(timer, rows.get(timer.deadline_id) if timer.deadline_id is not None else None) for timer in timers]
    return [(timer, deadline) for timer, deadline in pairs if deadline is not None or timer.deadline_id is None]


def _entry(timer: Timer, deadline: Deadline | None, *, now: datetime) -> ledger.Entry:
    """It happened when the time was over, whenever the worker came to it."""
    codes = {"deadline": timer.deadline_id, "name": deadline.name if deadline else timer.name}
    return ledger.Entry(
        kind=LIMIT_PASSED, subject=timer.case, by=None, now=now, happened_at=timer.due_at, particulars=codes
    )
