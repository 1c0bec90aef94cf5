"""What happened to the cases of one call so far: read once, after they were locked, for everybody who asks in that call."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from shixiao.casework.models import Case
from shixiao.casework.working import Work
from shixiao.ledger.models import Event

CHUNK = 500
EVENTS = "events"  # where `Work.shared` keeps them


class Written(NamedTuple):
    """An event of a case as it stands in the book."""

    id: int
    kind: str
    happened_at: datetime
    recorded_at: datetime
    by_kind: str
    by_id: str
    particulars: dict[str, Any]


def events_of_cases(works: Sequence[Work]) -> dict[int, list[Written]]:
    """Every event of the cases of this call by case, in the order of the book, without the one that is about to be written.

    One statement for 500 cases, none for new ones and none the second time. The cases are locked, so nothing comes in between.
    """
    shared = works[0].shared
    if EVENTS not in shared:
        old = [work.case.pk for work in works if not work.step.opens]
        shared[EVENTS] = {work.case.pk: [] for work in works} | read(old)
    found: dict[int, list[Written]] = shared[EVENTS]
    return found


def read(cases: Iterable[int]) -> dict[int, list[Written]]:
    """Every event of these cases, whose ids are given, in the order of the book. One statement for 500 of them."""
    keys = list(dict.fromkeys(cases))
    found: dict[int, list[Written]] = {key: [] for key in keys}
    for start in range(0, len(keys), CHUNK):
        part = [str(key) for key in keys[start : start + CHUNK]]
        rows = Event.objects.filter(subject_kind=Case.ledger_name, subject_id__in=part).order_by("id")
        for subject, *event in rows.values_list("subject_id", *Written._fields):
            found[int(subject)].append(Written(*event))
    return found
