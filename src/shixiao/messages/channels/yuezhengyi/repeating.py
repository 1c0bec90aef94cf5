"""Whether a card that may have arrived may be sent once more: only where the provider takes it and the first as one."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from shixiao.messages.channels.yuezhengyi.cards import WINDOW
from shixiao.messages.models import Delivery
from shixiao.messages.states import Fate

MARGIN = timedelta(minutes=10)  # their clock is not ours


@dataclass(frozen=True, slots=True)
class Before:
    """What is known of earlier attempts. `since`: when the first of those was handed over of which nobody knows; None where there is none."""

    since: datetime | None
    is_digest: bool

    @property
    def is_unknown(self) -> bool:
        """One of them may have arrived."""
        return self.since is not None

    def may_repeat(self, now: datetime) -> bool:
        """Within the time in which the provider knows the card again. A digest reads differently once something of it was read, so it is
        another card then."""
        return self.since is not None and not self.is_digest and now < self.since + timedelta(seconds=WINDOW) - MARGIN


def before(delivery: Delivery) -> Before:
    """From what happened to it. A person who said since then that it did not arrive wants it sent. No statement at the first attempt."""
    since: datetime | None = None
    handed: datetime | None = None
    if delivery.attempts < 2:
        return Before(None, delivery.is_digest)
    for row in delivery.fates.order_by("id"):
        if row.what == Fate.HANDED.value:
            handed = row.at
        elif row.what == Fate.UNKNOWN.value:
            since = since or handed
        elif row.what == Fate.AGAIN.value and row.by_id is not None:
            since = None
    return Before(since, delivery.is_digest)
