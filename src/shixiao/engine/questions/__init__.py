"""Watching for gaming, shown as questions. Pure: rows in, questions out; the database and the clock are somebody else's.

`suspects` says which days to look into, so that the cases of only these days have to be read; `raise_all` gives every question.
"""

from collections.abc import Iterable

from shixiao.engine.questions import batches, changed, pooled, reopened
from shixiao.engine.questions.batches import Batch, suspects
from shixiao.engine.questions.question import KIND_WORDS, Kind, Question
from shixiao.engine.questions.rows import (
    Amended,
    Change,
    Closing,
    Daily,
    Deed,
    Group,
    IsWorking,
    Presence,
    Reopening,
    Seen,
    Watched,
    Way,
)
from shixiao.engine.questions.thresholds import THRESHOLDS, Threshold


def raise_all(seen: Seen, *, batches_of: Iterable[Batch], closings: Iterable[Closing]) -> list[Question]:
    """Every question of a year, the strongest first; the order of rows makes no difference."""
    found = [
        *batches.asked(batches_of, closings, seen),
        *changed.backdated(seen),
        *changed.late_exclusions(seen),
        *changed.reclassified(seen),
        *reopened.reopened(seen),
    ]
    found = pooled.merged(found, pooled.asked(seen))
    return sorted(found, key=lambda each: (-each.strength, each.days, each.kind.value, each.gauge, each.cases))


__all__ = [
    "KIND_WORDS",
    "THRESHOLDS",
    "Amended",
    "Batch",
    "Change",
    "Closing",
    "Daily",
    "Deed",
    "Group",
    "IsWorking",
    "Kind",
    "Presence",
    "Question",
    "Reopening",
    "Seen",
    "Threshold",
    "Watched",
    "Way",
    "raise_all",
    "suspects",
]
