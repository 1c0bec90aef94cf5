"""The bindings that count on a day."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from django.db.models import F, Q

from shixiao.ledger.readings import Days, Where, end_of
from shixiao.people.models import Unit
from shixiao.performance.models import Basis, Binding
from shixiao.performance.remembering import Memory
from shixiao.performance.standing.model import Bound

_COLUMNS = (
    "id",
    "indicator_id",
    "part",
    "basis",
    "measure",
    "gauge_id",
    "against_id",
    "unit__path",
    "project_id",
    "contract_id",
    "subject_id",
    "begin",
    "end",
    "awaits",
    "question",
    "window",
    "made_at",
    "is_provisional",
)
_NAMES = ("unit__name", "unit__path", "project__name", "contract__name", "subject__name", "made_by__display_name")


def bound_by(chosen: Q, as_of: date | None) -> dict[int, dict[int, Bound]]:
    """The bindings that count, by indicator and part. Of a past day those that stood then, and for a part that was
    not bound yet its first one since. One statement."""
    rows = Binding.objects.filter(chosen).order_by("id")
    return _bound_on(rows.values_list(*_COLUMNS, "by_topic__topic_id"), as_of)


def bindings_of(indicator: int) -> list[Binding]:
    """Every binding of a row, the oldest first, with the names of what it looks at and of who made it, and its topics; one statement."""
    rows = Binding.objects.filter(indicator=indicator).order_by("id").annotate(of_topic=F("by_topic__topic"))
    known = rows.select_related("unit", "project", "contract", "subject", "made_by")
    found: dict[int, Binding] = {}
    for each in known.only(*[one.name for one in Binding._meta.concrete_fields], *_NAMES):
        binding = found.setdefault(each.pk, each)
        binding.of_topics = [*getattr(binding, "of_topics", ()), each.of_topic]  # type: ignore[attr-defined]
    return list(found.values())


def bound_of(bindings: Sequence[Binding], as_of: date | None) -> dict[int, dict[int, Bound]]:
    """The same of bindings that `bindings_of` has read; no statement."""
    return _bound_on([line for each in bindings for line in _lines_of(each)], as_of)


def _lines_of(binding: Binding) -> list[tuple[Any, ...]]:
    path = binding.unit.path if binding.unit is not None else None
    line = [path if name == "unit__path" else getattr(binding, name) for name in _COLUMNS]
    return [(*line, topic) for topic in binding.of_topics]  # type: ignore[attr-defined]


def _bound_on(lines: Iterable[tuple[Any, ...]], as_of: date | None) -> dict[int, dict[int, Bound]]:
    limit = end_of(as_of) if as_of is not None else None
    newest: dict[tuple[int, int], tuple[Any, ...]] = {}
    of_topic: dict[int, list[int]] = {}
    for line in lines:
        if line[-1] is not None:
            of_topic.setdefault(line[0], []).append(line[-1])
        place = (line[1], line[2])
        known = newest.get(place)
        if limit is None or line[16] < limit or known is None or known[0] == line[0]:
            newest[place] = line
    paths = {line[7] for line in newest.values() if line[7]}
    units = _units_below(paths)
    found: dict[int, dict[int, Bound]] = {}
    for (indicator, part), line in newest.items():
        if line[3] != Basis.NONE:
            found.setdefault(indicator, {})[part] = _made(
                line[:18], tuple(sorted(of_topic.get(line[0], ()))), units.get(line[7])
            )
    return found


_BOUND: Memory[Bound] = Memory()


def _made(line: tuple[Any, ...], of_topic: tuple[int, ...], units: frozenset[int] | None) -> Bound:
    return _BOUND.by_value((line, of_topic, units), lambda: _bound_of(line, of_topic, units))


def _units_below(paths: Iterable[str]) -> dict[str, frozenset[int]]:
    """The ids of the units at these paths and below; a statement where a binding names a unit at all."""
    wanted = sorted(paths)
    if not wanted:
        return {}
    known = list(Unit.objects.values_list("pk", "path"))
    return {path: frozenset(pk for pk, own in known if own.startswith(path)) for path in wanted}


def _bound_of(line: tuple[Any, ...], of_topic: tuple[int, ...], units: frozenset[int] | None) -> Bound:
    (id_, _indicator, _part, basis, measure, gauge, against, path, project, contract, subject, begin, end) = line[:13]
    awaits, question, window, made_at, is_provisional = line[13:]
    return Bound(
        id=id_,
        basis=basis,
        measure=measure,
        gauge=gauge,
        against=against,
        days=Days(begin, end),
        where=Where(units=units if path else None, project=project, contract=contract, subject=subject),
        topics=of_topic,
        awaits=awaits,
        question=question,
        window=window,
        since=made_at,
        is_provisional=is_provisional,
    )


def bindings_on(versions: Sequence[int], day: date) -> list[Bound]:
    """The bindings of these versions that stood at the end of a day."""
    limit = end_of(day)
    return [
        each
        for parts in bound_by(Q(indicator__version__in=versions), day).values()
        for each in parts.values()
        if each.since < limit
    ]
