"""Gauges: measures with their parameters. Which are in use is asked for at every step, so it is kept for some seconds.

That is safe: a case whose facts were made without a new gauge carries the older generation, and the worker looks at it again.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cached_property
from threading import Lock
from typing import Any

from django.db import IntegrityError, transaction

from shixiao.engine.measures import ASPECTS_OF, CATALOGUE, Measure
from shixiao.engine.measures.parameters import as_given, as_stored, key_of
from shixiao.engine.measures.wordings import check_parameters
from shixiao.ledger.book import Referable, Reference, record
from shixiao.ledger.events import GAUGE_ADDED, GAUGE_RETIRED, REBUILD_ASKED
from shixiao.ledger.models import Gauge, GaugeSet

KEPT_FOR = timedelta(seconds=5)
MOST_KEPT = 10_000  # answers to which gauges fit


class UnknownMeasure(LookupError):
    """No installed office has this measure."""


@dataclass(frozen=True, slots=True)
class InUse:
    """A gauge ready to look: its id, its measure, and the parameters as the measure takes them."""

    id: int
    measure: Measure
    parameters: Mapping[str, Any]


@dataclass(frozen=True)
class Catalogue:
    """The gauges in use, by kind of case, and the generation they are of; 0 before there ever was one."""

    generation: int
    gauges: tuple[InUse, ...]
    by_kind: Mapping[str, tuple[InUse, ...]]
    _fitting: dict[tuple[Any, ...], tuple[InUse, ...]] = field(default_factory=dict, compare=False, repr=False)

    def of(self, kind: str) -> tuple[InUse, ...]:
        """Those that look at cases of this kind."""
        return self.by_kind.get(kind, ())

    def looking_at(self, kind: str, told: Mapping[str, Any]) -> tuple[InUse, ...]:
        """Of these, those that a case concerns whose opening event told this (`Measure.keyed_by`); the others say nothing of it,
        whatever happens. A kind may have many gauges, a few for each register."""
        names = self._keys.get(kind, ())
        if not names:
            return self.of(kind)
        key = (kind, *(str(told.get(name)) for name in names))
        found = self._fitting.get(key)
        if found is None:
            if len(self._fitting) >= MOST_KEPT:
                self._fitting.clear()
            found = self._fitting[key] = tuple(gauge for gauge in self.of(kind) if _may_concern(gauge, told))
        return found

    @cached_property
    def _keys(self) -> Mapping[str, tuple[str, ...]]:
        """The particulars by which gauges choose their cases, by kind."""
        return {
            kind: tuple(sorted({gauge.measure.keyed_by for gauge in several} - {""}))
            for kind, several in self.by_kind.items()
        }


def _may_concern(gauge: InUse, told: Mapping[str, Any]) -> bool:
    """By what is written of the value, so that one answer holds for all that look alike; the measure itself compares the values."""
    key = gauge.measure.keyed_by
    return not key or str(told.get(key)) == str(gauge.parameters.get(key))


_kept: tuple[datetime, Catalogue] | None = None
_lock = Lock()


def current(now: datetime) -> Catalogue:
    """The gauges in use, as they were at most five seconds before `now`."""
    kept = _kept
    if kept is not None and abs(now - kept[0]) <= KEPT_FOR:
        return kept[1]
    return read(now)


def read(now: datetime) -> Catalogue:
    """The gauges in use, as they are in the database."""
    global _kept  # noqa: PLW0603 — a reading that is kept by the process
    generation = GaugeSet.objects.order_by("-id").values_list("id", flat=True).first() or 0
    found: list[InUse] = []
    for row in Gauge.objects.filter(retired_at=None).order_by("id"):
        measure = CATALOGUE.get(row.measure)
        if isinstance(measure, Measure):  # an office may have been taken out: its gauges wait for it
            found.append(InUse(row.pk, measure, as_given(measure, row.parameters)))
    by_kind: dict[str, list[InUse]] = {}
    for gauge in found:
        for kind in gauge.measure.of:
            by_kind.setdefault(kind, []).append(gauge)
    catalogue = Catalogue(generation, tuple(found), {kind: tuple(several) for kind, several in by_kind.items()})
    if not _is_changing():
        with _lock:
            _kept = (now, catalogue)
    return catalogue


def _is_changing() -> bool:
    """This very transaction changed the gauges: what it reads may still be rolled back, and is not kept."""
    return any(entry[1] is forget for entry in transaction.get_connection().run_on_commit)


def forget() -> None:
    """Read them again the next time."""
    global _kept  # noqa: PLW0603
    with _lock:
        _kept = None


def put(name: str, parameters: Mapping[str, Any], *, by: Referable | Reference | None, now: datetime) -> Gauge:
    """The gauge of this measure with these parameters; added, or taken into use again, where it is not there yet.

    A new one makes the worker look at every case again. Raises `UnknownMeasure`, and `WrongParameters` for a slot that is empty, unknown
    or cannot be read.
    """
    return put_many([(name, parameters)], by=by, now=now)[0]


def put_many(
    wanted: Sequence[tuple[str, Mapping[str, Any]]], *, by: Referable | Reference | None, now: datetime
) -> list[Gauge]:
    """Several gauges at once; one new generation for all of them. The order is that of `wanted`."""
    stored = [(name, as_stored(_measure(name), parameters)) for name, parameters in wanted]
    keys = [key_of(name, parameters) for name, parameters in stored]
    for name, parameters in stored:
        _check(_measure(name), parameters)
    with transaction.atomic():
        there = {gauge.key: gauge for gauge in Gauge.objects.filter(key__in=keys)}
        is_new = False
        for key, (name, parameters) in zip(keys, stored, strict=True):
            gauge = there.get(key)
            if gauge is not None and gauge.retired_at is None:
                continue
            there[key] = _add(key, name, parameters, now=now) if gauge is None else _again(gauge)
            record(GAUGE_ADDED, subject=there[key], by=by, now=now, particulars={"measure": name})
            is_new = True
        if is_new:
            _next_generation("gauge_added", now=now)
    return [there[key] for key in keys]


def _add(key: str, name: str, parameters: dict[str, Any], *, now: datetime) -> Gauge:
    try:
        with transaction.atomic():
            return Gauge.objects.create(measure=name, parameters=parameters, key=key, added_at=now)
    except IntegrityError:  # somebody else put the same one at the same moment
        return Gauge.objects.get(key=key)


def _again(gauge: Gauge) -> Gauge:
    gauge.retired_at = None
    gauge.save(update_fields=["retired_at"])
    return gauge


def retire(gauge: Gauge, *, by: Referable | Reference | None, now: datetime) -> None:
    """It makes no new facts; those it has stay as they are. A retired one stays retired without another event."""
    with transaction.atomic():
        gauge = Gauge.objects.select_for_update().get(pk=gauge.pk)
        if gauge.retired_at is not None:
            return
        gauge.retired_at = now
        gauge.save(update_fields=["retired_at"])
        record(GAUGE_RETIRED, subject=gauge, by=by, now=now, particulars={"measure": gauge.measure})
        _next_generation("gauge_retired", now=now)


def ask_rebuild(*, by: Referable | Reference | None, now: datetime) -> int:
    """Every case is looked at again, whole; returns the generation that the cases will then have."""
    with transaction.atomic():
        row = _next_generation("rebuild", now=now)
        record(
            REBUILD_ASKED,
            subject=Reference("ledger.generation", str(row.pk)),
            by=by,
            now=now,
            particulars={"generation": row.pk},
        )
    return row.pk


def follow_program(now: datetime) -> bool:
    """At the start: where the measures of this version of the program differ from those of the last one, every case is looked at again.

    Returns whether they did.
    """
    last = GaugeSet.objects.order_by("-id").first()
    if last is None or last.fingerprint == fingerprint():
        return False
    with transaction.atomic():
        _next_generation("program", now=now)
    return True


def fingerprint() -> str:
    """What this program's measures are, by name, revision and kinds of case; and what these kinds tell."""
    lines = [
        f"{each.name} {each.revision} {' '.join(each.of)} {each.keyed_by}"
        for each in CATALOGUE.values()
        if isinstance(each, Measure)
    ]
    lines += [f"{each.of} {each.revision} {' '.join(sorted(each.names))}" for each in ASPECTS_OF.values()]
    return hashlib.sha256("\n".join(sorted(lines)).encode()).hexdigest()


def _next_generation(why: str, *, now: datetime) -> GaugeSet:
    forget()
    transaction.on_commit(forget)
    return GaugeSet.objects.create(fingerprint=fingerprint(), why=why, recorded_at=now)


def _check(measure: Measure, stored: Mapping[str, Any]) -> None:
    """Whatever is not the slot's own default has to fit it."""
    defaults = {slot.name: slot.default for slot in measure.slots if not slot.needed}
    given = as_given(measure, stored)
    check_parameters(measure, {name: value for name, value in given.items() if value != defaults.get(name)})


def _measure(name: str) -> Measure:
    found = CATALOGUE.get(name)
    if not isinstance(found, Measure):
        raise UnknownMeasure(f"no installed office has the measure {name!r}")
    return found
