"""What pages and other floors ask of registers, each in a bounded number of statements."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from itertools import pairwise
from typing import Any, NamedTuple

from django.db.models import Q, QuerySet

from shixiao.casework import offices, visibility
from shixiao.casework.models import Case
from shixiao.engine.bilingual import Text
from shixiao.ledger.models import Event
from shixiao.offices.registers import events
from shixiao.offices.registers.models import Entry, Register, RestrictedEntry
from shixiao.offices.registers.responsibilities import (
    CLERK,
    CONFIRMER,
    KEEPER,
    RESTRICTED_CLERK,
    RESTRICTED_CONFIRMER,
)
from shixiao.offices.registers.steps import ENTRY, RESTRICTED_ENTRY
from shixiao.people.models import User, after
from shixiao.people.models.organisation import levels
from shixiao.people.permissions import Mandates

FEW = 5  # a smaller count of a restricted register is not said to others (law 9)
SHORTEST_GAP = timedelta(hours=2)
PAGE = 50


# ---- which registers ---------------------------------------------------------------------------------------------


def registers_of(by: User, *, now: datetime, with_retired: bool = False) -> QuerySet[Register]:
    """The registers in which the person sees entries, or that they keep, or may enter into. Of a restricted one, only its keeper
    and its holders. One statement, and one for the posts."""
    held = visibility.held_by(by, now=now)
    rows = Register.objects.select_related("unit")
    rows = rows if with_retired else rows.filter(retired_on=None)
    keeps = _around(held.places.get(KEEPER.word, ()))
    open_ = _around({*held.looks_at, *_places(held, (CLERK.word, CONFIRMER.word))})
    restricted = _around(_places(held, (RESTRICTED_CLERK.word, RESTRICTED_CONFIRMER.word)))
    return rows.filter(keeps | Q(open_, is_restricted=False) | Q(restricted, is_restricted=True)).order_by("name", "id")


def _places(held: Mandates, words: Iterable[str]) -> set[str]:
    return {path for word in words for path in held.places.get(word, ())}


def _around(paths: Iterable[str]) -> Q:
    """Registers of these units, of units below, and of those above, into which these units may enter."""
    found = Q(pk__in=())
    for path in paths:
        found |= Q(unit__path__gte=path, unit__path__lt=after(path)) | Q(unit__path__in=levels(path))
    return found


def may_drill(register: Register, *, by: User, now: datetime) -> bool:
    """Whether figures of the register open down to its cases for this person; of a restricted one for its holders alone."""
    kind = RESTRICTED_ENTRY if register.is_restricted else ENTRY
    places = visibility.places(offices.table_of(kind), visibility.held_by(by, now=now))
    return any(register.unit.path.startswith(path) or path.startswith(register.unit.path) for path in places)


def discreet(count: int) -> Text:
    """A count of a restricted register as others may see it."""
    return Text("少于 5 件", "fewer than 5") if count < FEW else Text(f"{count} 件", str(count))


def names() -> Mapping[str, str]:
    """What registers are called, by code: what `{register}` in the wording of a measure stands for."""
    return dict(Register.objects.values_list("code", "name"))


OFFERS = {"register_names": names}


# ---- entries -----------------------------------------------------------------------------------------------------


def to_confirm(by: User, *, now: datetime, limit: int = PAGE) -> list[Entry | RestrictedEntry]:
    """What is done and waits for this person to confirm it, the oldest first: not what they entered, did or amended themselves.

    `done` is an end of the step table, so the to-do list of the counter does not show it.
    """
    held = visibility.held_by(by, now=now)
    found: list[Entry | RestrictedEntry] = []
    for model, word in ((Entry, CONFIRMER.word), (RestrictedEntry, RESTRICTED_CONFIRMER.word)):
        paths = held.places.get(word, ())
        if not paths:
            continue
        rows: Any = model._default_manager.select_related("case__unit", "register", "version")
        rows = rows.filter(visibility.below(paths, column="case__unit__path"), case__state="done")
        waiting = rows.filter(version__needs_confirmation=True).exclude(case_id__in=_done_by(by))
        found += list(waiting.order_by("case_id")[:limit])
    return sorted(found, key=lambda each: each.pk)[:limit]


def _done_by(by: User) -> list[int]:
    """The cases that still wait and whose doing was this person's."""
    kinds = (events.ENTERED, events.DONE, events.AMENDED, events.RESTRICTED_DONE)
    waiting = Case.objects.filter(kind__in=(ENTRY, RESTRICTED_ENTRY), state="done").values_list("pk", flat=True)
    rows = Event.objects.filter(
        subject_kind=Case.ledger_name,
        by_kind=by.ledger_name,
        by_id=str(by.pk),
        kind__in=[each.name for each in kinds],
        subject_id__in=[str(key) for key in waiting.order_by("pk")[:2000]],
    )
    return [int(subject) for subject in rows.values_list("subject_id", flat=True)]


def of_days(register: Register, *, since: date, until: date, held: Mandates) -> QuerySet[Entry]:
    """The counted entries of some days that the person sees, in the order of their days."""
    places = visibility.places(offices.table_of(ENTRY), held)
    rows = Entry.objects.select_related("case__unit", "case__project", "version")
    seen = visibility.below(places, column="case__unit__path")
    return rows.filter(seen, register=register, day__gte=since, day__lt=until).order_by("day", "case_id")


class Gap(NamedTuple):
    """Two rounds that came soon after each other."""

    first: Case
    second: Case
    between: timedelta

    @property
    def minutes(self) -> int:
        """Whole minutes."""
        return int(self.between.total_seconds() // 60)


def short_gaps(
    register: Register, *, since: date, until: date, held: Mandates, shortest: timedelta = SHORTEST_GAP
) -> list[Gap]:
    """Rounds at one unit, and of one subject, that were begun less than `shortest` after the one before: shown, not failed."""
    cases = [entry.case for entry in of_days(register, since=since, until=until, held=held)[:5000]]
    began = _began(cases)
    by_place: dict[tuple[int, int | None], list[Case]] = {}
    for case in sorted((each for each in cases if each.pk in began), key=lambda each: began[each.pk]):
        by_place.setdefault((case.unit_id, case.subject_id), []).append(case)
    return [
        Gap(first, second, began[second.pk] - began[first.pk])
        for several in by_place.values()
        for first, second in pairwise(several)
        if began[second.pk] - began[first.pk] < shortest
    ]


def _began(cases: Iterable[Case]) -> dict[int, datetime]:
    rows = Event.objects.filter(
        subject_kind=Case.ledger_name,
        subject_id__in=[str(case.pk) for case in cases],
        kind__in=(events.DONE.name, events.ENTERED.name),
    )
    return {int(subject): at for subject, at in rows.order_by("id").values_list("subject_id", "happened_at")}


def notice(case: Case) -> Text | None:
    """What the page of an entry says on top: that it keeps an older version, and what differs. Two statements."""
    return outdated(Entry.objects.select_related("register", "version").get(pk=case.pk))


def outdated(entry: Entry) -> Text | None:
    """What an entry that keeps an older version is to be told of; None where it has the newest. One statement."""
    register = entry.register
    if entry.version.number == register.version:
        return None
    old = {each.code: each.title for each in entry.version.typed_fields}
    new = {each.code: each.title for each in register.current.typed_fields}
    gone, added = [old[code] for code in old if code not in new], [new[code] for code in new if code not in old]
    zh = [f"已取消的字段（这条仍要填）：{'、'.join(gone)}"] if gone else []
    zh += [f"新增的字段（这条不填）：{'、'.join(added)}"] if added else []
    en = [f"removed since, still asked for here: {', '.join(gone)}"] if gone else []
    en += [f"added since, not asked for here: {', '.join(added)}"] if added else []
    return Text(
        "；".join([f"这条记录按第 {entry.version.number} 版办理，台账现在是第 {register.version} 版", *zh]) + "。",
        "; ".join([f"This entry keeps version {entry.version.number}; the register is at {register.version}", *en])
        + ".",
    )


NOTICES = {ENTRY: notice}
