"""What is never so, whatever happened: doubled, lost, or left lying. For every house, without another to compare it with."""

from collections import Counter
from collections.abc import Iterator

from shixiao.casework.events import LIMIT_PASSED
from shixiao.casework.models import DutyCase, Timer
from shixiao.ledger.models import Event, Fact
from shixiao.messages.models import Delivery, Message
from shixiao.messages.states import State
from shixiao.site.tests.disasters import furnishing

REPEATING = {"webhooks"}  # the other side knows a notice by its key and takes it twice as one


def broken() -> list[str]:
    """A sentence for each breach, after a worker that had nothing left to do."""
    return [*_timers(), *_windows(), *_facts(), *_messages(), *_deliveries()]


def _timers() -> Iterator[str]:
    """Each timer that fired left exactly one event, and none that did not fire left one."""
    passed = Counter(event.particulars["deadline"] for event in Event.objects.filter(kind=LIMIT_PASSED.name))
    fired = Counter(Timer.objects.exclude(fired_at=None).values_list("deadline_id", flat=True))
    for key in sorted({*passed, *fired}):
        if passed[key] != fired[key]:
            yield f"the timer of deadline {key} fired {fired[key]} times and said so {passed[key]} times"


def _windows() -> Iterator[str]:
    """Each window of a duty has one case."""
    there = Counter(DutyCase.objects.filter(withdrawn_at=None).values_list("duty__title", "key"))
    yield from (f"{title} {key} is expected {count} times" for (title, key), count in there.items() if count > 1)


def _facts() -> Iterator[str]:
    left = Fact.objects.filter(is_folded=False).count()
    if left:
        yield f"{left} facts are left unfolded"


def _messages() -> Iterator[str]:
    """Each person is told once by an event and step, and somebody has looked at which ways it goes."""
    told = Counter(Message.objects.values_list("event_id", "person__username", "step"))
    yield from (f"{key} was told {count} times" for key, count in told.items() if count > 1)
    left = Message.objects.filter(is_planned=False).count()
    if left:
        yield f"{left} messages are left without a plan"


def _deliveries() -> Iterator[str]:
    """What left the house is what the house says: nothing twice but where the other side takes twice as once, and nothing that nobody knows of.

    A notice whose worker died while it was handed over is unknown, whether it arrived or not.
    """
    handed = Counter(furnishing.handed_over())
    known = set()
    for row in Delivery.objects.all():
        count = handed[row.channel, row.key]
        known.add((row.channel, row.key))
        if row.channel in REPEATING:
            if row.state == State.DELIVERED.value and not count:
                yield f"{row.key} was never handed over and is said to have arrived"
            elif row.state not in (State.DELIVERED.value, State.FAILED.value):
                yield f"{row.key} is left {row.state}"
        elif (row.state, count) not in {("sent", 1), ("unknown", 0), ("unknown", 1), ("withdrawn", 0), ("queued", 0)}:
            yield f"{row.channel} {row.key} is {row.state} and was handed over {count} times"
    yield from (
        f"{channel} {key} left the house and is not in it" for channel, key in handed if (channel, key) not in known
    )
