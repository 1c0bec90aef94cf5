"""Whose names a scope may say: of projects, contracts and subjects those of somebody's own units, and projects that are published.

A project is known to whoever holds a post at its unit or above, and to those below, whose cases may be for it; to the performance
officer; and to everybody once a published plan names it (`publish`). Its contracts are known with it, a subject at its unit.
What somebody may not know of reads as what is not there, so that no number is found out by trying.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from functools import reduce
from operator import or_

from django.db.models import Q

from shixiao.casework import visibility
from shixiao.casework.evidence.choosing import Chosen
from shixiao.casework.models import Contract, Project, Subject
from shixiao.people.models import User
from shixiao.people.models.organisation import levels
from shixiao.people.permissions import Mandates

ABSENT = "0"  # no row has this number


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What everybody may know of, as conditions of each table."""

    projects: Q
    contracts: Q
    subjects: Q


_published: dict[str, Callable[[], Known]] = {}


def publish(name: str, known: Callable[[], Known]) -> None:
    """Another room says what stands in published tables. Once for each room, at the start."""
    _published[name] = known


def known_projects(*, by: User, now: datetime) -> Q:
    """The projects whose names this person may read. The statement of the person's posts."""
    if visibility.looks_everywhere(by):
        return Q()
    return _of_units(visibility.held_by(by, now=now)) | _everybody_knows().projects


def seen(chosen: Chosen, *, by: User, now: datetime) -> Chosen:
    """The view, with what this person may not know of as if it were not there. A statement for each thing that is chosen, and the one
    of the person's posts."""
    asked = (chosen.project_id, chosen.contract_id, chosen.subject_id)
    if not any(each is not None for each in asked) or visibility.looks_everywhere(by):
        return chosen
    own, everybody = _of_units(visibility.held_by(by, now=now)), _everybody_knows()
    projects = Project.objects.filter(own | everybody.projects)
    contracts = Contract.objects.filter(Q(project__in=projects.order_by().values("pk")) | everybody.contracts)
    subjects = Subject.objects.filter(own | everybody.subjects)
    rows = {"project": projects, "contract": contracts, "subject": subjects}
    hidden = [
        name
        for (name, known), key in zip(rows.items(), asked, strict=True)
        if key is not None and not known.filter(pk=key).exists()
    ]
    return replace(chosen, **dict.fromkeys(hidden, ABSENT))


def _everybody_knows() -> Known:
    nothing = Q(pk__in=())
    several = [known() for known in _published.values()]
    return Known(
        projects=reduce(or_, (each.projects for each in several), nothing),
        contracts=reduce(or_, (each.contracts for each in several), nothing),
        subjects=reduce(or_, (each.subjects for each in several), nothing),
    )


def _of_units(held: Mandates) -> Q:
    """Of the units where the person has a post, of those below, and of those above."""
    paths = {path for several in held.places.values() for path in several} | {*held.looks_at}
    if held.main_unit_path:
        paths.add(held.main_unit_path)
    above = {level for path in paths for level in levels(path)}
    return visibility.below(sorted(paths)) | Q(unit__path__in=sorted(above))
