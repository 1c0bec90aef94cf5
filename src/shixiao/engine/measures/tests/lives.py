"""Invented lives of cases: walks through the step tables of whatever offices lie in the house, with extensions, moves and notes.

Offices are found as the house finds them and not named: a new office's measures are held to the same laws.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from decimal import Decimal
from importlib import import_module
from importlib.util import find_spec
from pkgutil import iter_modules
from typing import Any
from zoneinfo import ZoneInfo

from hypothesis import strategies as some

from shixiao.engine.measures import CATALOGUE, Happening, Measure, Timeline
from shixiao.engine.measures.timeline import EXTENDED_BY

ZONE = ZoneInfo("Asia/Shanghai")
BEGIN = datetime(2026, 1, 5, 9, tzinfo=ZONE)
NOTED = "desk.noted"  # nobody's kind of event
MOVED = "casework.moved"
STEPS = 6
_ROOM = "shixiao.offices"


def _tables() -> dict[str, Any]:
    found = {}
    for module in iter_modules(import_module(_ROOM).__path__):
        if find_spec(f"{_ROOM}.{module.name}.measures"):
            import_module(f"{_ROOM}.{module.name}.measures")
            found |= {table.kind: table for table in import_module(f"{_ROOM}.{module.name}.steps").TABLES}
    return found


TABLES = _tables()
MEASURES = sorted(
    (each for each in CATALOGUE.values() if isinstance(each, Measure) and set(each.of) & TABLES.keys()),
    key=lambda each: each.name,
)
KEYS = {"str": "training", "int": 16}  # what the opening event tells under the name that a measure is keyed by
_KEYED = {each.keyed_by: KEYS[slot.type] for each in MEASURES for slot in each.slots if slot.name == each.keyed_by}
_SAMPLES = {"str": "hours", "int": 3, "timedelta": timedelta(hours=2), "Decimal": Decimal(5), "date": date(2026, 6, 30)}


def parameters_of(measure: Measure) -> dict[str, Any]:
    """Something for each slot, so that the cases made here concern the measure."""
    return {
        slot.name: _KEYED[slot.name]
        if slot.name == measure.keyed_by
        else _SAMPLES.get(slot.type, ("topic",))
        if slot.needed
        else slot.default
        for slot in measure.slots
    }


_MONEY = some.integers(1, 10**8).map(lambda fen: str(Decimal(fen) / 100))
_TIERS = {"good": "80-100", "fair": "60-80", "poor": "0-60"}
_DAYS = some.dates(date(2026, 1, 1), date(2026, 12, 31)).map(date.isoformat)
_VALUES = some.fixed_dictionaries(
    {}, optional={"hours": _MONEY, "milestone": some.sampled_from(["hours", "built"]), "contract_on": _DAYS}
)


_TOLD = {
    **dict.fromkeys(("amount", "fiscal", "special", "other"), _MONEY),
    **dict.fromkeys(("round", "clause", "count"), some.integers(1, 3)),
    "year": some.just(2026),
    "day": _DAYS,
    "values": _VALUES,
    "tiers": some.just(_TIERS),
    "tier": some.sampled_from(sorted(_TIERS)),
    "mark": some.integers(0, 1_000).map(lambda tenths: str(tenths / Decimal(10))),
    "needs_confirmation": some.booleans(),
    "led_by": some.sampled_from(["own", "other"]),
}


@some.composite
def _told(draw: some.DrawFn, step: Any) -> dict[str, Any]:
    """What the step's event may carry, all its codes and what an action may add."""
    found: dict[str, Any] = {}
    for name in sorted(step.records.particulars):
        if name in _KEYED:
            found[name] = _KEYED[name]
        elif name == "period":
            month = f"2026-{draw(some.integers(1, 12)):02d}"
            # Rounds of a programme are of a month or of a year; everything else with a period is of a month.
            found[name] = draw(some.sampled_from(["2026", month])) if "programme" in step.records.particulars else month
        elif name in _TOLD:
            found[name] = draw(_TOLD[name])
    return found


@some.composite
def lives(draw: some.DrawFn, kind: str) -> Timeline:
    """A case of that kind: its events in any distances, some written down late."""
    table = TABLES[kind]
    step = draw(some.sampled_from([each for each in table.steps if each.opens]))
    state, moment, events = step.to, BEGIN, []
    for number in range(draw(some.integers(1, STEPS))):
        if number:
            possible = [each for each in table.steps if state in each.after]
            if not possible:
                break
            step = draw(some.sampled_from(possible))
            state = step.to or state
            moment += timedelta(minutes=draw(some.integers(1, 60 * 24 * 40)))
        particulars = draw(_told(step)) | _limits(draw, step, moment)
        if not number:
            particulars |= draw(_opening(moment))
        events.append((step.records.name, moment, particulars))
        if number and draw(some.integers(0, 3)) == 0:
            moment += timedelta(minutes=draw(some.integers(1, 60 * 24 * 10)))
            events.append(draw(_beside(table, moment)))
    return _case(kind, events, draw(some.lists(some.integers(0, 60 * 24 * 30), min_size=30, max_size=30)))


@some.composite
def _opening(draw: some.DrawFn, moment: datetime) -> dict[str, Any]:
    found: dict[str, Any] = {
        "scope": {"unit": 3, "project": draw(some.integers(1, 2)), "topic": draw(some.integers(0, 2))}
    }
    if draw(some.booleans()):
        end = moment + timedelta(hours=draw(some.integers(1, 1_000)))
        found["window"] = [moment.isoformat(), end.isoformat()]
        if draw(some.integers(0, 4)) == 0:
            found["closed"] = "holiday"
    return found


def _limits(draw: some.DrawFn, step: Any, moment: datetime) -> dict[str, Any]:
    said: dict[str, str | None] = {}
    for name in (*step.starts, *step.resumes):
        said[name] = (moment + timedelta(hours=draw(some.integers(1, 2_000)))).isoformat()
    said |= dict.fromkeys(step.suspends)
    return {"late_from": said} if said else {}


@some.composite
def _beside(draw: some.DrawFn, table: Any, moment: datetime) -> tuple[str, datetime, dict[str, Any]]:
    """An event of the case that is no step of it."""
    limits = sorted({name for step in table.steps for name in step.starts})
    if limits and draw(some.booleans()):
        name = draw(some.sampled_from(limits))
        more = (moment + timedelta(hours=draw(some.integers(1, 2_000)))).isoformat()
        return EXTENDED_BY, moment, {"name": name, "late_from": {name: more}}
    return MOVED, moment, {"scope": {"unit": 3, "project": 9, "topic": draw(some.integers(0, 2))}}


def _case(kind: str, events: list[tuple[str, datetime, Mapping[str, Any]]], late: list[int]) -> Timeline:
    happenings = [
        Happening(name, moment, moment + timedelta(minutes=late[number]), told, number + 1)
        for number, (name, moment, told) in enumerate(events)
    ]
    return Timeline(kind, tuple(happenings), ZONE, id=1)
