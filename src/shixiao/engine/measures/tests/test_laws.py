"""The laws that every measure of every office keeps, over invented lives of its cases."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, Phase, find, given, settings
from hypothesis import strategies as some

from shixiao.engine.measures import (
    GONE,
    Finding,
    Happening,
    Measure,
    Outcome,
    Timeline,
    add_up,
    final,
    history,
    of_finding,
    versions_at,
)
from shixiao.engine.measures.tests.lives import BEGIN, MEASURES, MOVED, NOTED, TABLES, lives, parameters_of
from shixiao.engine.measures.timeline import EXTENDED_BY

NOWS = some.integers(0, 24 * 500).map(lambda hours: BEGIN + timedelta(hours=hours))
FEW = settings(max_examples=20)  # for each kind of case, and all its measures with each
OF_KIND = {kind: [each for each in MEASURES if kind in each.of] for kind in sorted(TABLES)}
every_measure = pytest.mark.parametrize("measure", MEASURES, ids=lambda measure: measure.name)
every_kind = pytest.mark.parametrize("kind", [kind for kind, measures in OF_KIND.items() if measures])


def of_its_kinds(measure: Measure) -> some.SearchStrategy[Timeline]:
    return some.sampled_from(sorted(set(measure.of) & TABLES.keys())).flatmap(lives)


def said(measure: Measure, case: Timeline, now_of: Callable[[Timeline], object]) -> tuple[Finding, ...]:
    return final(measure, parameters_of(measure), case, now=now_of(case), clock={})  # type: ignore[arg-type]


def test_there_are_measures_and_lives_to_try() -> None:
    assert len(MEASURES) > 10
    assert {kind for measure in MEASURES for kind in measure.of} <= TABLES.keys()


@every_measure
def test_its_cases_can_concern_it(measure: Measure) -> None:
    """A law over cases that a measure never looks at would prove nothing."""

    def concerns(case: Timeline) -> bool:
        return bool(final(measure, parameters_of(measure), case, now=BEGIN + timedelta(days=400), clock={}))

    until_one = settings(max_examples=3_000, suppress_health_check=list(HealthCheck), phases=[Phase.generate])
    assert concerns(find(of_its_kinds(measure), concerns, settings=until_one))


@every_kind
@FEW
@given(data=some.data())
def test_an_unrelated_event_changes_nothing(kind: str, data: some.DataObject) -> None:
    case, now = data.draw(lives(kind)), data.draw(NOWS)
    at = BEGIN + timedelta(minutes=data.draw(some.integers(1, 60 * 24 * 300)))
    noted = Happening(NOTED, at, at, {"remark": 7}, len(case.events) + 1)
    more = replace(case, events=(*case.events, noted))
    for measure in OF_KIND[kind]:
        assert said(measure, more, lambda _case: now) == said(measure, case, lambda _case: now), measure.name


@every_kind
@FEW
@given(data=some.data())
def test_when_an_event_beside_the_steps_was_written_down_changes_nothing_in_the_end(
    kind: str, data: some.DataObject
) -> None:
    """Steps are written down in their order, since each needs the state before it; extensions and moves come in whenever."""
    case, now = data.draw(lives(kind)), data.draw(NOWS)
    opening, *others = case.recorded
    beside = [each for each in others if each.kind in (EXTENDED_BY, MOVED)]
    steps = [each for each in others if each not in beside]
    order = steps
    for each in data.draw(some.permutations(beside)):
        place = data.draw(some.integers(0, len(order)))
        order = [*order[:place], each, *order[place:]]
    renumbered = [each._replace(id=number, recorded_at=now) for number, each in enumerate([opening, *order], 1)]
    other = replace(case, events=tuple(renumbered))
    for measure in OF_KIND[kind]:
        assert said(measure, other, lambda _case: now) == said(measure, case, lambda _case: now), measure.name


@every_kind
@FEW
@given(data=some.data())
def test_met_and_missed_and_pending_and_not_counted_are_all(kind: str, data: some.DataObject) -> None:
    cases, now = data.draw(some.lists(lives(kind), max_size=4)), data.draw(NOWS)
    for measure in OF_KIND[kind]:
        found = [each for case in cases for each in said(measure, case, lambda _case: now)]
        reading = add_up(of_finding(each) for each in found)
        assert Outcome.GONE not in {each.outcome for each in found}
        assert reading.met + reading.missed + reading.pending + reading.not_counted + reading.amounts == len(found)
        assert reading.back_met + reading.back_missed <= reading.not_counted
        assert reading.cases == len(found)


@every_kind
@FEW
@given(data=some.data())
def test_readings_of_parts_add_up_to_the_whole(kind: str, data: some.DataObject) -> None:
    cases, now = data.draw(some.lists(lives(kind), max_size=4)), data.draw(NOWS)
    for measure in OF_KIND[kind]:
        found = [each for case in cases for each in said(measure, case, lambda _case: now)]
        whole = add_up(of_finding(each) for each in found)
        projects = {each.scope.project for each in found}
        months = {(each.day.year, each.day.month) for each in found if each.day}
        by_project = [add_up(of_finding(each) for each in found if each.scope.project == one) for one in projects]
        by_month = [
            add_up(of_finding(each) for each in found if each.day and (each.day.year, each.day.month) == one)
            for one in months
        ]
        assert add_up(by_project) == add_up(reversed(by_project)) == add_up(by_month) == whole


@every_kind
@FEW
@given(data=some.data())
def test_time_that_passes_settles_a_verdict_and_never_moves_its_day(kind: str, data: some.DataObject) -> None:
    case = data.draw(lives(kind))
    earlier, later = sorted([data.draw(NOWS), data.draw(NOWS)])
    for measure in OF_KIND[kind]:
        before, after = (said(measure, case, lambda _case, now=now: now) for now in (earlier, later))
        assert [each.day for each in before] == [each.day for each in after]
        for one, other in zip(before, after, strict=True):
            if one.outcome in (Outcome.MET, Outcome.MISSED, Outcome.AMOUNT):
                assert other == one


@every_kind
@FEW
@given(data=some.data())
def test_the_history_ends_in_what_is_said_now(kind: str, data: some.DataObject) -> None:
    """Following time from event to event gives what looking once gives, so a rebuild gives what was there."""
    case = data.draw(lives(kind))
    now = max([data.draw(NOWS), *(each.recorded_at for each in case.events)])
    for measure in OF_KIND[kind]:
        told = history(measure, parameters_of(measure), case, now=now)
        latest = versions_at(told.versions, now)
        standing = [latest[part].finding for part in sorted(latest)]
        assert tuple(each for each in standing if each != GONE) == said(measure, case, lambda _case: now)
