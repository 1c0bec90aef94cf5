"""The rounds of a task, and how it ended: what its measures have in common. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import NamedTuple

from shixiao.engine.bilingual import Text
from shixiao.engine.measures import CANCELLED, Happening, Reason, Timeline, reason
from shixiao.engine.measures.timeline import EXTENDED_BY, LATE_FROM
from shixiao.offices.supervision import events

MERGED = reason("supervision.merged", Text("已并入别的事项", "Merged into another task"))
WITHDRAWN = reason("supervision.withdrawn", Text("不再安排", "Withdrawn"))
FINISH = "finish"
BEGINS = frozenset({events.ENTRUSTED.name, events.EXPECTED.name, events.INSTRUCTED_AGAIN.name})
LEAVES: Mapping[str, Reason] = {
    events.REVOKED.name: CANCELLED,
    events.MERGED.name: MERGED,
    "casework.expected_withdrawn": WITHDRAWN,
}


class Round(NamedTuple):
    """One round: from entrusting, or the leader's next order, to the feedback that passed.

    `first` and `last` are the first instants too late by the limit as it was set and as it stands, `last` None while it stands still.
    `at` and `late_then`: when the feedback that passed was handed in, and the limit at that moment.
    """

    first: datetime
    last: datetime | None
    known: datetime
    is_extended: bool
    at: datetime | None = None
    late_then: datetime | None = None


def rounds(case: Timeline) -> tuple[Round, ...]:
    """Its rounds, in order; none before it was entrusted."""
    return case.once(_worked_out)


def _worked_out(case: Timeline) -> tuple[Round, ...]:
    return tuple(_walk(case))


def _walk(case: Timeline) -> Iterator[Round]:
    """The events in the order in which they were written down, since limits follow each other so."""
    now: Round | None = None
    handed: tuple[datetime, datetime] | None = None
    for each in case.recorded:
        said = (each.particulars.get(LATE_FROM) or {}).get(FINISH, "unsaid")
        late = datetime.fromisoformat(said) if said and said != "unsaid" else None
        if each.kind in BEGINS and late is not None:
            if now is not None and now.at is not None:  # sent back, it is entrusted anew, and counts once
                yield now
            now, handed = Round(late, late, late, is_extended=False), None
            continue
        if now is None:
            continue
        if each.kind == events.FED_BACK.name:
            handed = (each.happened_at, now.known)
        if said != "unsaid":
            now = now._replace(last=late, known=late or now.known)
        if each.kind == EXTENDED_BY and each.particulars.get("name") == FINISH:
            now = now._replace(is_extended=True)
        if each.kind == events.PASSED.name and handed is not None:
            now = now._replace(at=handed[0], late_then=handed[1])
    if now is not None:
        yield now


def left(case: Timeline) -> Happening | None:
    """It ended without being done: revoked, merged, not expected any more."""
    return case.last(*LEAVES)


def in_review(case: Timeline) -> Happening | None:
    """The feedback that nobody has reviewed yet."""
    found = case.last(events.FED_BACK, events.RETURNED, events.PASSED)
    return found if found is not None and found.kind == events.FED_BACK.name else None


def is_late(each: Round, *, by_first: bool) -> bool:
    """What passed was handed in too late, by the limit as it was first set or as it stood then."""
    limit = each.first if by_first else each.late_then
    return each.at is not None and limit is not None and each.at >= limit
