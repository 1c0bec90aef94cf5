"""Giving tags to cases, taking them away, and which cases have one."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from types import MappingProxyType
from typing import Any, NamedTuple

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from shixiao import ledger
from shixiao.casework import events, offices, standing_tags, through, vocabulary
from shixiao.casework.allowing import NotAllowed, may_take_any
from shixiao.casework.models import Case, CaseTag, Tag
from shixiao.casework.performing import CHUNK, zone
from shixiao.casework.refusing import Reason, Refused
from shixiao.casework.restricting import check_unrestricted
from shixiao.engine.bilingual import Text
from shixiao.ledger.kinds import Kind
from shixiao.people.models import User

_NOTHING: Mapping[str, Any] = MappingProxyType({})


class Shown(NamedTuple):
    """A tag of a case as a page shows it."""

    id: int
    name: str
    colour: str


def tag(case: Case | int, tag: Tag, *, by: User | None, now: datetime) -> bool:
    """Give a case a tag; False where it has it already. Raises `Refused`, `NotAllowed`."""
    return tag_many([case], tag, by=by, now=now) == 1


def untag(case: Case | int, tag: Tag, *, by: User | None, now: datetime) -> bool:
    """Take a tag from a case; False where it has it not. Raises `Refused`, `NotAllowed`."""
    return untag_many([case], tag, by=by, now=now) == 1


def tag_many(cases: Iterable[Case | int], tag: Tag, *, by: User | None, now: datetime) -> int:
    """Give many cases a tag in one transaction, all or none, with one event for each that had it not; how many.

    Raises `Refused`, whose `row` says which of the cases is meant, counted from 0.
    """
    keys = _keys(cases)
    with transaction.atomic(), through.beside(*keys):
        vocabulary.hold()
        found = _locked(keys, by=by, now=now)
        tag = Tag.objects.get(pk=tag.pk)
        if not tag.is_in_force(timezone.localtime(now).date()):
            text = Text(
                "这个标签今天不能用：还没有启用，或者已经停用。请另选一个。",
                "This tag is not in use today. Choose another one.",
            )
            raise Refused(text, reason=Reason.INVALID, field="tag")
        having = _open_rows(found, tag)
        lacking = [case for case in found if case.pk not in having]
        CaseTag.objects.bulk_create([CaseTag(case=case, tag=tag, since=now) for case in lacking], batch_size=CHUNK)
        _record(events.TAGGED, lacking, tag, by=by, now=now, also=standing_tags.way_of(tag) if lacking else {})
    return len(lacking)


def untag_many(cases: Iterable[Case | int], tag: Tag, *, by: User | None, now: datetime) -> int:
    """Take a tag from many cases in one transaction, with one event for each that had it; how many. Raises `Refused`."""
    keys = _keys(cases)
    with transaction.atomic(), through.beside(*keys):
        found = _locked(keys, by=by, now=now)
        having = _open_rows(found, tag)
        rows = [having[case.pk] for case in found if case.pk in having]
        for row in rows:
            row.until = max(now, row.since)  # a clock that was set back makes no period that ends before it begins
        CaseTag.objects.bulk_update(rows, ["until"], batch_size=CHUNK)
        _record(events.UNTAGGED, [case for case in found if case.pk in having], tag, by=by, now=now)
    return len(rows)


def tagged(tag: Tag, *, as_of: date) -> QuerySet[Case]:
    """The cases that count for `tag` at the end of that local day: those that had it, one below it, or one merged by then.

    For a past day the answer never changes, whatever is renamed, merged or split afterwards. For a tag that was merged by
    that day: the cases of the one it went into.
    """
    counted = vocabulary.counted_with(tag.pk, vocabulary.places(), on=as_of)
    end = datetime.combine(as_of + timedelta(days=1), time.min, tzinfo=zone())
    rows = CaseTag.objects.filter(Q(until=None) | Q(until__gte=end), tag_id__in=counted, since__lt=end)
    return Case.objects.filter(pk__in=rows.values("case_id"))


def tags_of(cases: Iterable[int], *, on: date) -> dict[int, list[Shown]]:
    """The tags that each case has now, with their names on that day; two statements for any number of cases.

    A tag that was merged shows as the one it went into.
    """
    keys = list(cases)
    rows = list(CaseTag.objects.filter(case_id__in=keys, until=None).values_list("case_id", "tag_id").order_by("id"))
    found: dict[int, list[Shown]] = {key: [] for key in keys}
    if not rows:
        return found
    by_id = {place.id: place for place in vocabulary.places()}
    called = vocabulary.names(on=on)
    colours = dict(Tag.objects.values_list("id", "colour"))
    for case, given in rows:
        stands = vocabulary.successor(given, by_id, on=on)
        shown = Shown(stands, called.get(stands, str(stands)), colours[stands])
        if shown not in found[case]:
            found[case].append(shown)
    return found


def carried_as(case: Case, tag: Tag, *, on: date) -> list[Tag]:
    """The tags that a case really has and that stand for `tag` on that day: what is taken away when `tag` is."""
    by_id = {place.id: place for place in vocabulary.places()}
    rows = CaseTag.objects.filter(case=case, until=None).select_related("tag")
    return [row.tag for row in rows if vocabulary.successor(row.tag_id, by_id, on=on) == tag.pk]


def _keys(cases: Iterable[Case | int]) -> list[int]:
    """The ids, each once, in the order that was given."""
    return list(dict.fromkeys(case.pk if isinstance(case, Case) else case for case in cases))


def _locked(keys: Sequence[int], *, by: User | None, now: datetime) -> list[Case]:
    """The cases, locked in ascending order; refused where one may not be tagged."""
    ordered, found = sorted(keys), dict[int, Case]()
    for start in range(0, len(ordered), CHUNK):
        rows = Case.objects.select_related("unit").select_for_update(of=("self",))
        found |= {case.pk: case for case in rows.filter(pk__in=ordered[start : start + CHUNK]).order_by("pk")}
    for row, key in enumerate(keys):
        try:
            _check(found.get(key), key, by=by, now=now)
        except Refused as refused:
            refused.row = row
            raise
    return [found[key] for key in keys]


def _check(case: Case | None, key: int, *, by: User | None, now: datetime) -> None:
    if case is None or not offices.is_known(case.kind):
        raise Refused(Text(f"没有这个事项（{key}）。", f"There is no such case ({key})."), reason=Reason.UNKNOWN)
    check_unrestricted(case)
    if by is not None and not may_take_any(case, by=by, now=now):
        raise NotAllowed(
            Text(
                f"您不能办理 {case.number}，所以不能改它的标签。",
                f"You can take no step on {case.number}, so its tags are not yours to change.",
            )
        )


def _open_rows(cases: Sequence[Case], tag: Tag) -> dict[int, CaseTag]:
    keys = [case.pk for case in cases]
    found: dict[int, CaseTag] = {}
    for start in range(0, len(keys), CHUNK):
        rows = CaseTag.objects.filter(tag=tag, until=None, case_id__in=keys[start : start + CHUNK])
        found |= {row.case_id: row for row in rows}
    return found


def _record(
    kind: Kind, cases: Sequence[Case], tag: Tag, *, by: User | None, now: datetime, also: Mapping[str, Any] = _NOTHING
) -> None:
    """One event for each; and what gauges say of them, where somebody measures by tags."""
    codes = {"tag": tag.pk, **also}
    ledger.record_many([ledger.Entry(kind=kind, subject=case, by=by, now=now, particulars=codes) for case in cases])
    standing_tags.look_at(cases, kind.name, now=now)
