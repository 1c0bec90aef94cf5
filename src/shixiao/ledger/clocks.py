"""Where the book shows that the clock of the machine was set back: it ran ahead, and what was recorded meanwhile carries moments that had not come."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import F, Max, Window
from django.db.models.functions import Lag

from shixiao.ledger.models import Event

APART = timedelta(minutes=5)  # steps of several processes are written down a little out of order
LOOKED_AT = 10_000  # events, the newest


@dataclass(frozen=True, slots=True)
class SetBack:
    """The event that follows one which was recorded later than itself: its id, and both moments."""

    event: int
    before: datetime
    after: datetime


def latest_recorded() -> datetime | None:
    """The latest moment that the newest events carry, in whatever order they stand; None in an empty book."""
    newest = Event.objects.order_by("-pk").values_list("pk", flat=True).first()
    if newest is None:
        return None
    latest: datetime | None = Event.objects.filter(pk__gt=newest - LOOKED_AT).aggregate(at=Max("recorded_at"))["at"]
    return latest


def last_set_back() -> SetBack | None:
    """The last time that the clock was set back by more than five minutes, among the newest ten thousand events."""
    newest = Event.objects.order_by("-pk").values_list("pk", flat=True).first()
    if newest is None:
        return None
    rows = Event.objects.filter(pk__gt=newest - LOOKED_AT)
    steps = rows.annotate(before=Window(Lag("recorded_at"), order_by=F("pk").asc())).filter(
        before__gt=F("recorded_at") + APART
    )
    found = steps.order_by("-pk").values_list("pk", "before", "recorded_at").first()
    return SetBack(*found) if found else None
