"""The three states of a reading, never confused: no evidence, nothing occurred, a value."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from shixiao.engine.measures import CATALOGUE, Measure, Reading
from shixiao.ledger import gauges, readings
from shixiao.ledger.gauges import InUse
from shixiao.ledger.readings import Asked, Days


class State(StrEnum):
    """What a reading rests on. The words are stored."""

    NO_EVIDENCE = "no_evidence"  # nobody was watching
    NOTHING_OCCURRED = "nothing_occurred"  # 无发生: somebody was watching, and nothing happened
    VALUE = "value"


def states(
    asked: Iterable[Asked], found: Mapping[Any, Reading], *, now: datetime, as_of: date | None = None
) -> dict[Any, State]:
    """The state of each reading, by its key.

    Where there are no cases at all, the measure that is named as the watcher (`watched_by`: a signed 零报告, say) is read over the same
    days: when none of its cases was missed and at least one was met, nothing occurred. One that is missing makes it no evidence.
    """
    using = {each.id: each for each in gauges.current(now).gauges}
    empty = [each for each in asked if not found[each.key].cases]
    watchers = {each.gauge: _watchers(using.get(each.gauge), using.values()) for each in empty}
    wanted = {(gauge, each.days) for each in empty for gauge in watchers[each.gauge]}
    seen = readings.board([Asked((gauge, days), gauge, days) for gauge, days in sorted(wanted)], as_of=as_of)
    made = dict.fromkeys(found, State.VALUE)
    for each in empty:
        told = [seen[gauge, each.days] for gauge in watchers[each.gauge]]
        watched = bool(told) and all(one.met and not one.missed for one in told)
        made[each.key] = State.NOTHING_OCCURRED if watched else State.NO_EVIDENCE
    return made


def state(gauge: int, found: Reading, *, days: Days, now: datetime, as_of: date | None = None) -> State:
    """The state of one reading."""
    return states([Asked(0, gauge, days)], {0: found}, now=now, as_of=as_of)[0]


def _watchers(gauge: InUse | None, using: Iterable[InUse]) -> list[int]:
    """The gauges that prove that somebody was watching: of the watching measure, for the same register where it is kept by register."""
    if gauge is None or not isinstance(CATALOGUE.get(gauge.measure.watched_by), Measure):
        return []
    name = gauge.measure.watched_by
    return [each.id for each in using if each.measure.name == name and _is_about_the_same(gauge, each)]


def _is_about_the_same(gauge: InUse, watcher: InUse) -> bool:
    key = watcher.measure.keyed_by
    return not key or gauge.parameters.get(key) in (None, watcher.parameters.get(key))
