"""Who may look at which cases.

A case is seen by whoever holds any responsibility of its step table at its unit or above, by its lead and by its assistants, and
by the performance officer. Heads of units, supervision and leaders look at every case of their units, since they are reminded of cases
that are late (`reminding`) and answer for them; they take no step by it.
A restricted register shows itself to the holders only (law 9), and a kind that says so (`Steps.seen_by`) to those that it names.
An office may let somebody look at single cases beside all this (`queries.SEES`).
"""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from django.db.models import Q
from django.utils import timezone

from shixiao.casework import offices
from shixiao.casework.models import Assistant, Case
from shixiao.casework.steps import LEAD, PROGRAM, Steps
from shixiao.messages.responsibilities import LEADER, OFFICE, UNIT_HEAD
from shixiao.people.models import Role, Unit, User, after
from shixiao.people.permissions import Mandates, mandates

ABOVE = frozenset({UNIT_HEAD.word, OFFICE.word, LEADER.word})


def held_by(user: User, *, now: datetime) -> Mandates:
    """What the person's posts give today, and at which units they look at every case; one statement a request.

    The performance officer looks at every unit, since every number opens down to its cases: one statement more.
    """
    held = mandates(user, timezone.localtime(now).date())
    if looks_everywhere(user):
        if not hasattr(user, "looks_at"):
            user.looks_at = tuple(Unit.objects.filter(parent=None).order_by("path").values_list("path", flat=True))  # type: ignore[attr-defined]
        return replace(held, looks_at=user.looks_at)  # type: ignore[attr-defined]
    below_them = {path for word in ABOVE & held.words for path in held.places[word]}
    return replace(held, looks_at=tuple(sorted(below_them))) if below_them else held


def looks_everywhere(user: User) -> bool:
    """Whether every unrestricted case is open to this person, at whatever unit."""
    return user.role == Role.OFFICER and user.is_active


def responsibilities(table: Steps) -> frozenset[str]:
    """Every responsibility that the table speaks of."""
    return frozenset({step.by for step in table.steps} - {LEAD, PROGRAM} | {table.overseer})


def seers(table: Steps) -> frozenset[str]:
    """The responsibilities whose holders look at every case of the kind at their units."""
    return frozenset(table.seen_by) or responsibilities(table)


def is_narrow(table: Steps) -> bool:
    """Whether nobody looks at its cases by looking at everything."""
    return table.is_restricted or bool(table.seen_by)


def places(table: Steps, held: Mandates) -> tuple[str, ...]:
    """The paths of the units at whose cases of this kind the person may look; none lies below another."""
    everywhere = () if is_narrow(table) else held.looks_at
    paths = sorted({*everywhere, *(path for word in seers(table) for path in held.places.get(word, ()))})
    found: list[str] = []
    for path in paths:
        if not path.startswith(tuple(found)):
            found.append(path)
    return tuple(found)


def seen_tables(tables: Iterable[Steps], held: Mandates) -> tuple[Steps, ...]:
    """The kinds of case of which the person sees more than those in their own hands."""
    return tuple(table for table in tables if places(table, held))


def below(paths: Iterable[str], *, column: str = "unit__path") -> Q:
    """Everything at these units or below them, as ranges that an index serves. No paths: nothing."""
    found = Q(pk__in=())
    for path in paths:
        found |= Q(**{f"{column}__gte": path, f"{column}__lt": after(path)})
    return found


def unhidden(tables: Iterable[Steps], held: Mandates) -> Q:
    """Leaves out the cases of restricted registers that somebody does not hold, also those in their own hands."""
    found = Q()
    for table in tables:
        if table.is_restricted:
            found &= ~Q(kind=table.kind) | below(places(table, held))
    return found


def can_see(case: Case, *, by: User, now: datetime) -> bool:
    """Whether this person may look at this case. One more statement for an assistant only."""
    table = offices.table_of(case.kind)
    if case.unit.path.startswith(places(table, held_by(by, now=now)) or ("-",)):
        return True
    if table.is_restricted or not by.is_active or by.is_administrator:
        return False
    if case.lead_id == by.pk or Assistant.objects.filter(case=case, user=by).exists():
        return True
    own = offices.sees(case.kind, by=by, now=now)
    return own is not None and Case.objects.filter(own, pk=case.pk).exists()


def seen_by(by: User, *, tables: Iterable[Steps], now: datetime) -> Q:
    """`can_see` as a condition for lists of cases."""
    held = held_by(by, now=now)
    condition = Q(pk__in=())
    kinds = []
    by_paths: dict[tuple[str, ...], list[str]] = {}
    for table in tables:
        kinds += [] if table.is_restricted else [table.kind]
        if found := places(table, held):
            by_paths.setdefault(found, []).append(table.kind)
    for several, their_kinds in by_paths.items():
        condition |= Q(kind__in=their_kinds) & below(several)
    mine = Q(lead=by) | Q(pk__in=Assistant.objects.filter(user=by).values("case"))
    for kind in kinds:
        if (own := offices.sees(kind, by=by, now=now)) is not None:
            condition |= Q(kind=kind) & own
    return condition | (Q(kind__in=kinds) & mine)
