"""Stored things that a step is told by their id: which there are for a unit, and what they are called."""

from collections.abc import Iterable
from functools import cache
from typing import Any, NamedTuple

from django.apps import apps
from django.db.models import Model, Q, QuerySet
from django.utils import timezone

from shixiao.people.models import Unit

FEW = 50
_SEARCHED = ("name", "number", "label", "code", "display_name")
_WAYS_TO_THE_UNIT = ("unit", "project__unit")


class Option(NamedTuple):
    """One thing to choose."""

    key: int
    title: str


class Options(NamedTuple):
    """What can be chosen. `has_more`: there are others, to be found by their words."""

    found: tuple[Option, ...]
    has_more: bool


@cache
def model_of(of: str) -> type[Model] | None:
    """The model whose `ledger_name` is `of`; None where no installed room has it."""
    return next((model for model in apps.get_models() if getattr(model, "ledger_name", "") == of), None)


def options(of: str, *, unit: Unit | None, term: str = "", chosen: int | None = None) -> Options:
    """The things of this kind for a unit whose words contain `term`, and the chosen one always."""
    model = model_of(of)
    if model is None:
        return Options((), has_more=False)
    rows = list(_fitting(model, unit, term)[: FEW + 1])
    found = [Option(row.pk, str(row)) for row in rows[:FEW]]
    if chosen is not None and chosen not in {option.key for option in found}:
        found += [Option(row.pk, str(row)) for row in model._default_manager.filter(pk=chosen)]
    return Options(tuple(found), has_more=len(rows) > FEW)


def _fitting(model: type[Model], unit: Unit | None, term: str) -> QuerySet[Any]:
    names = {field.name for field in model._meta.get_fields()}
    rows = model._default_manager.all()
    way = next((way for way in _WAYS_TO_THE_UNIT if way.partition("__")[0] in names), None)
    if way and unit is not None:
        rows = rows.filter(**{way: unit})
    if "merged_into" in names:  # what has ended is not offered; `perform` says why to whoever gives its id all the same
        rows = rows.filter(Q(until=None) | Q(until__gt=timezone.localdate()))
    words = [name for name in _SEARCHED if name in names]
    for word in term.replace("\0", "").split()[:8]:
        rows = rows.filter(Q(*[(f"{name}__icontains", word) for name in words], _connector=Q.OR))
    return rows


def titles(wanted: Iterable[tuple[str, int]]) -> dict[tuple[str, int], str]:
    """What these things are called, in one statement for each kind."""
    by_kind: dict[str, set[int]] = {}
    for of, key in wanted:
        by_kind.setdefault(of, set()).add(key)
    found: dict[tuple[str, int], str] = {}
    for of, keys in by_kind.items():
        if (model := model_of(of)) is not None:
            found |= {(of, row.pk): str(row) for row in model._default_manager.filter(pk__in=keys)}
    return found
