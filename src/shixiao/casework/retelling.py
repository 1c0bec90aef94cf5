"""What a simulated office would have told its people these last days: so that the inboxes of a demonstration are not empty.

Nothing of it leaves the house. Older ones count as read, as they would be.
"""

from datetime import datetime, timedelta

from django.db import transaction

from shixiao.casework import offices, reminding, telling
from shixiao.casework.models import Case, Deadline
from shixiao.casework.working import Work
from shixiao.ledger.models import Event
from shixiao.messages import fates
from shixiao.messages.models import Message
from shixiao.messages.states import Fate
from shixiao.people.models import User

LAST_DAYS = timedelta(days=5)
NEW_FOR = timedelta(days=2)
MOST = 400
MOST_LATE = 12


def retell(*, now: datetime) -> int:
    """Tell of the last step of each open case, where it was taken during the last five days; returns how many messages that makes."""
    cases = {
        str(case.pk): case
        for case in Case.objects.select_related("unit").filter(closed_at=None, assessed_until__gte=now - LAST_DAYS)
        if offices.is_known(case.kind)
    }
    events = Event.objects.filter(
        subject_kind=Case.ledger_name, subject_id__in=list(cases)[:MOST], recorded_at__gte=now - LAST_DAYS
    )
    last = {event.subject_id: event for event in events.order_by("id")}
    users = User.objects.in_bulk([int(event.by_id) for event in last.values() if event.by_id])
    with transaction.atomic():
        for key, event in last.items():
            _tell(cases[key], event, by=users.get(int(event.by_id)) if event.by_id else None)
        told = Message.objects.filter(event__in=[event.pk for event in last.values()])
        late = (
            Deadline.objects.filter(stopped_at=None, overdue_from__lt=now)
            .select_related("case")
            .order_by("-overdue_from")
        )
        reminding.watch(late[:MOST_LATE], now=now)
        old = list(told.filter(made_at__lt=now - NEW_FOR).values_list("pk", flat=True))
        fates.seen(old, Fate.READ, by=None, now=now, reason="simulated")
    return told.count()


def _tell(case: Case, event: Event, *, by: User | None) -> None:
    table = offices.table_of(case.kind)
    step = table.step_of(event.kind)
    if step is None:
        return
    work = Work(
        table=table,
        step=step,
        case=case,
        detail=None,
        particulars={},
        by=by,
        now=event.recorded_at,
        happened_at=event.happened_at,
        shared={},
    )
    telling.follow([work], [event], stays_inside=True)
