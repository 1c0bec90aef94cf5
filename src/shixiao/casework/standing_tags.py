"""For which tags a case counts is told by its own events: whatever of the vocabulary matters to it is written there.

With a tag comes the way up from it, and what is known of tags on that way that go into others. When one is merged later, each case that
counts for it is told. So what gauges say of a case by its tags follows from its events alone, and stays for the days before.
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from shixiao import ledger
from shixiao.casework import assessing, through, timelines
from shixiao.casework.events import TAG_MERGED
from shixiao.casework.models import Case, CaseTag, Tag
from shixiao.casework.models.tags import TAG_LEVEL
from shixiao.people.models import User

CHUNK = 500


def way_of(tag: Tag) -> dict[str, Any]:
    """What the event that a case was given `tag` says beside it. One statement where anything was ever merged, none more than that."""
    ended = Tag.objects.exclude(merged_into=None).order_by("pk").select_related("merged_into")
    merged = {each.pk: (each, each.merged_into) for each in ended if each.merged_into is not None}
    told: dict[str, Any] = {"within": _above(tag)} if tag.depth > 1 else {}
    met: list[dict[str, Any]] = []
    waiting = [tag.pk, *_above(tag)]
    for key in waiting:  # grows while it is walked along: a way may lead to another that goes into a third
        if key in merged:
            ending, target = merged[key]
            met.append(_merger(ending, target))
            waiting += [each for each in (target.pk, *_above(target)) if each not in waiting]
    return told | ({"merged": met} if met else {})


def _above(tag: Tag) -> list[int]:
    """The tags above it, the nearest first; they stand in its path."""
    levels = [int(tag.path[at : at + TAG_LEVEL]) for at in range(0, len(tag.path), TAG_LEVEL)]
    return levels[-2::-1]


def _merger(tag: Tag, into: Tag) -> dict[str, Any]:
    assert tag.until is not None  # noqa: S101  a constraint sees to it
    told: dict[str, Any] = {"tag": tag.pk, "into": into.pk, "on": tag.until.isoformat()}
    return told | ({"within": above} if (above := _above(into)) else {})


def tell_merged(tag: Tag, into: Tag, *, counted: Iterable[int], by: User | None, now: datetime) -> int:
    """Write on each case that has one of the tags `counted`, which stand for `tag`, where that goes, and look at it again where
    somebody measures by tags; returns how many. Inside the transaction of the merger, five hundred at a time."""
    told = _merger(tag, into)
    having = CaseTag.objects.filter(tag_id__in=list(counted), until=None)
    number = 0
    for cases in _locked(having):
        entries = [ledger.Entry(kind=TAG_MERGED, subject=case, by=by, now=now, particulars=told) for case in cases]
        ledger.record_many(entries)
        look_at(cases, TAG_MERGED.name, now=now)
        number += len(cases)
    return number


def _locked(having: QuerySet[Any]) -> Iterator[list[Case]]:
    """Batch after batch, each while it is worked on."""
    behind = 0
    while keys := list(
        having.filter(case__gt=behind).order_by("case").values_list("case", flat=True).distinct()[:CHUNK]
    ):
        with through.beside(*keys):
            yield list(Case.objects.filter(pk__in=keys).select_for_update(of=("self",)).order_by("pk"))
        behind = keys[-1]


def look_at(cases: Iterable[Case], event: str, *, now: datetime) -> None:
    """After an event that is no step: what gauges say of those cases whose kind follows it. The cases are locked."""
    several = [case for case in cases if timelines.is_followed(case.kind, event)]
    if several:
        assessing.reassess(several, now=now)


def ever_counted(tag: int, vocabulary: Mapping[int, tuple[int | None, int | None]]) -> frozenset[int]:
    """The tags that stand for `tag` on some day, before or after: itself, those below it, and what goes into these. Of each tag the
    vocabulary says what is above it and what it was merged into."""
    known: dict[int, bool] = {tag: True}

    def counts(each: int) -> bool:
        if each not in known:
            known[each] = False
            known[each] = any(counts(next_) for next_ in vocabulary[each] if next_ is not None)
        return known[each]

    return frozenset(each for each in vocabulary if counts(each))
