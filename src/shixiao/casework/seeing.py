"""Which cases somebody may look at: those of units where they have something to do with their kind, and their own."""

from collections.abc import Iterable
from datetime import datetime

from django.db.models import Q
from django.utils import timezone

from shixiao.casework.models import Assistant, Case
from shixiao.casework.steps import LEAD, PROGRAM, Steps
from shixiao.people.models import User, after
from shixiao.people.permissions import Mandates, mandates


def responsibilities_of(table: Steps) -> frozenset[str]:
    """Every responsibility that has something to do with such cases."""
    return frozenset({table.overseer, *(step.by for step in table.steps)} - {LEAD, PROGRAM})


def may_see(case: Case, table: Steps, *, by: User, now: datetime) -> bool:
    """By a responsibility at the unit or above it, or because they lead it or help."""
    held = mandates(by, timezone.localtime(now).date())
    if any(case.unit.path.startswith(path) for path in paths(table, held)):
        return True
    return case.lead_id == by.pk or case.assistants.filter(user=by).exists()


def paths(table: Steps, held: Mandates) -> list[str]:
    """The units whose cases of this kind can be seen, each with all below it."""
    words = responsibilities_of(table)
    return sorted({path for word, several in held.places.items() if word in words for path in several})


def seen_by(by: User, *, tables: Iterable[Steps], now: datetime) -> Q:
    """The same as a condition for lists of cases. A whole tree needs no comparison of paths but with one range."""
    held = mandates(by, timezone.localtime(now).date())
    condition = Q(pk__in=())
    kinds = []
    by_paths: dict[tuple[str, ...], list[str]] = {}
    for table in tables:
        kinds.append(table.kind)
        if found := paths(table, held):
            by_paths.setdefault(tuple(found), []).append(table.kind)
    for several, their_kinds in by_paths.items():
        ranges = Q()
        for path in several:
            ranges |= Q(unit__path__gte=path, unit__path__lt=after(path))
        condition |= Q(kind__in=their_kinds) & ranges
    mine = Q(lead=by) | Q(pk__in=Assistant.objects.filter(user=by).values("case"))
    return condition | (Q(kind__in=kinds) & mine)
