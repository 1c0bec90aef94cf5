"""The laws of facts: a reading equals a recount; facts come out the same whoever makes them, however late, in whatever order."""

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from shixiao.casework import assessing, open_case, perform
from shixiao.casework.models import Case, Project
from shixiao.casework.performing import Opening
from shixiao.casework.refusing import Refused
from shixiao.casework.tests.conftest import KIND
from shixiao.casework.tests.measured import declared
from shixiao.engine.measures import Measure, Outcome
from shixiao.engine.measures.bins import about
from shixiao.ledger import by_aspect, facts, folding, gauges, readings, tracing
from shixiao.ledger.by_aspect import HALF, Asked, By
from shixiao.ledger.models import AspectBinCell, AspectCell, BinCell, DayCell, Fact, MonthCell, ReasonCell
from shixiao.ledger.readings import Days, Where

pytestmark = pytest.mark.django_db
YEAR = Days.year(2026)


@pytest.fixture(autouse=True)
def measures() -> Iterator[tuple[Measure, ...]]:
    with declared() as made:
        yield made


@pytest.fixture
def used(measures: tuple[Measure, ...], now: datetime) -> list[int]:
    """The three gauges, in use."""
    return [gauges.put(each.name, {}, by=None, now=now - timedelta(days=300)).pk for each in measures]


@pytest.fixture
def clerk(staff):
    return staff("li", "desk.clerk", "desk.overseer")


def opened(unit, clerk, now, **more):
    told = {"topic": "甲", "amount": "12.50"} | more.pop("particulars", {})
    return open_case(KIND, "open", Opening(unit=unit, particulars=told, **more), by=clerk, now=now)


def stored() -> list[tuple]:
    """Every version of every fact, without the ids that the database gave."""
    rows = Fact.objects.order_by("case_id", "gauge_id", "part", "version")
    return [tuple(row) for row in rows.values_list(*facts.COLUMNS)]


def assert_the_law(used: list[int]) -> None:
    """A reading equals a recount, over windows and scopes; and each number opens down to as many cases."""
    projects = [None, *Project.objects.values_list("pk", flat=True)]
    windows = [YEAR, Days(date(2026, 3, 5), date(2026, 6, 20)), Days(date(2026, 6, 30), date(2026, 7, 1))]
    for gauge in used:
        for days in windows:
            for project in projects:
                where = Where(project=project)
                told, counted = (how(gauge, days=days, where=where) for how in (readings.reading, readings.recount))
                assert told == counted
                parts = sum(number for _outcome, _reason, number in tracing.parts(gauge, days=days, where=where))
                assert parts == told.cases
                assert tracing.reasons(gauge, days=days, where=where) == reasons_of_facts(gauge, days, where)
        for days in windows:
            assert_the_law_of_aspects(gauge, days)
        units = Where(units=frozenset(Case.objects.values_list("unit_id", flat=True)))
        assert readings.reading(gauge, days=YEAR, where=units) == readings.recount(gauge, days=YEAR, where=units)


def assert_the_law_of_aspects(gauge: int, days: Days) -> None:
    asked = [Asked([gauge], days, "worth"), Asked([gauge], days, "tag"), Asked([gauge], days, "worth", By.MONTH)]
    for each, told in zip(asked, by_aspect.board(asked), strict=True):
        counted = by_aspect.recount(each)
        assert told == {
            key: replace(reading, bins={}, low=None, high=None) for key, reading in counted.items() if reading.cases
        }
        (middles,) = by_aspect.medians(gauge, [(days, each.aspect, each.by)])
        assert middles == {
            told: about(reading.bins, HALF) for (_gauge, told), reading in counted.items() if reading.bins
        }


def reasons_of_facts(gauge, days, where):
    found = tracing.parts(gauge, days=days, where=where, outcome=Outcome.NOT_COUNTED)
    return {reason: number for _outcome, reason, number in found}


def test_a_step_changes_what_is_counted_at_once_and_before_any_worker(used, unit, clerk, now):
    on_time, finished, worth = used
    case = opened(unit, clerk, now)
    assert readings.reading(on_time, days=YEAR).pending == 1
    assert readings.reading(worth, days=YEAR).total == 12.5
    perform(case, "take", by=clerk, now=now)
    perform(case, "finish", by=clerk, now=now)
    assert readings.reading(on_time, days=YEAR).met == 1
    assert readings.reading(finished, days=YEAR).met == 1
    assert_the_law(used)


def test_folding_changes_no_reading_and_empties_what_waits(used, unit, clerk, now):
    case = opened(unit, clerk, now)
    perform(case, "take", by=clerk, now=now)
    before = [readings.reading(gauge, days=YEAR) for gauge in used]
    assert folding.fold(now, batch=2) == 2
    assert before == [readings.reading(gauge, days=YEAR) for gauge in used]
    while folding.fold(now):
        pass
    perform(case, "finish", by=clerk, now=now)
    assert_the_law(used)
    while folding.fold(now):
        pass
    assert not Fact.objects.filter(is_folded=False).exists()
    assert_the_law(used)
    assert MonthCell.objects.get(gauge_id=used[0]).met == 1
    assert DayCell.objects.filter(gauge_id=used[0], pending=1).count() == 0


def test_time_that_passes_is_known_at_its_instant_however_late_the_worker_comes(used, unit, clerk, now):
    case = opened(unit, clerk, now)
    case.refresh_from_db()
    late = case.look_at
    assert late is not None
    assert assessing.look_again(late - timedelta(microseconds=1)) == 0
    assert assessing.look_again(late + timedelta(days=9)) == 1
    last = Fact.objects.filter(gauge_id=used[0]).order_by("version").last()
    assert (last.outcome, last.known_at, last.event_id) == (Outcome.MISSED, late, 0)
    assert assessing.look_again(late + timedelta(days=9)) == 0


def test_a_gauge_that_is_added_later_gives_the_same_facts_as_one_that_was_always_there(
    used, measures, unit, clerk, now
):
    case = opened(unit, clerk, now)
    perform(case, "take", by=clerk, now=now + timedelta(hours=1))
    perform(case, "finish", by=clerk, now=now + timedelta(hours=2))
    assessing.look_again(now + timedelta(days=5))
    before = stored()
    empty()
    gauges.ask_rebuild(by=None, now=now + timedelta(days=30))
    assert assessing.count_behind(now + timedelta(days=30)) == 1
    while assessing.catch_up(now + timedelta(days=30)):
        pass
    assert stored() == before
    assert_the_law(used)


def test_a_rebuild_of_what_is_right_writes_nothing(used, unit, clerk, now):
    opened(unit, clerk, now)
    ids = list(Fact.objects.values_list("id", flat=True))
    gauges.ask_rebuild(by=None, now=now)
    assert assessing.catch_up(now) == 1
    assert list(Fact.objects.values_list("id", flat=True)) == ids


def test_facts_that_somebody_falsified_are_put_right_by_a_rebuild_and_so_are_the_cells(used, unit, clerk, now):
    opened(unit, clerk, now)
    before = stored()
    while folding.fold(now):
        pass
    row = Fact.objects.filter(gauge_id=used[0]).get()
    folding.take_lock(wait=True)
    Fact.objects.filter(pk=row.pk).update(outcome=Outcome.MET)
    MonthCell.objects.filter(gauge_id=used[0]).update(met=1, pending=0)
    DayCell.objects.filter(gauge_id=used[0]).update(met=1, pending=0)
    AspectCell.objects.filter(gauge_id=used[0]).update(met=1, pending=0)
    gauges.ask_rebuild(by=None, now=now)
    assessing.catch_up(now)
    assert stored() == before
    assert_the_law(used)


def test_a_past_day_reads_as_it_was_known_then(used, unit, clerk, now):
    case = opened(unit, clerk, now)
    later = now + timedelta(days=3)
    assessing.look_again(later)
    perform(case, "take", by=clerk, now=later)
    perform(case, "finish", by=clerk, now=later, happened_at=now + timedelta(hours=1))
    today = readings.reading(used[0], days=YEAR)
    assert (today.met, today.missed) == (1, 0)
    then = readings.reading(used[0], days=YEAR, as_of=(now + timedelta(days=2)).date())
    assert (then.met, then.missed) == (0, 1)
    while folding.fold(now):
        pass
    assert readings.reading(used[0], days=YEAR, as_of=(now + timedelta(days=2)).date()) == then
    first = readings.reading(used[0], days=YEAR, as_of=now.date())
    assert (first.pending, first.met, first.missed) == (1, 0, 0)
    assert readings.reading(used[0], days=YEAR, as_of=now.date() - timedelta(days=1)).cases == 0


ACTS = st.lists(
    st.tuples(
        st.sampled_from(["open", "take", "finish", "reopen", "sweep", "fold", "look", "rebuild"]),
        st.integers(0, 5),
        st.integers(0, 40),
        st.integers(0, 30),
    ),
    min_size=5,
    max_size=25,
)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(acts=ACTS)
def test_whatever_happens_a_reading_equals_a_recount_and_facts_are_those_of_a_rebuild(acts, used, unit, clerk, now):
    """Hours pass, cases are opened, finished, opened again, some written down late; the worker comes when it likes."""
    with transaction.atomic():  # each example begins with an empty office
        live(acts, used, unit, clerk, now)
        transaction.set_rollback(True)
    gauges.forget()


def live(acts, used, unit, clerk, now):
    cases: list[Case] = []
    moment = now
    for act, which, hours, late in acts:
        moment += timedelta(hours=hours)
        with suppress(Refused):
            do(act, cases, which, late, unit, clerk, moment)
    assert_the_law(used)
    assessing.look_again(moment)
    before = stored()
    rebuild(moment, batch=3)
    assert stored() == before
    empty()
    rebuild(moment, batch=2)
    assert stored() == before
    assert_the_law(used)


def rebuild(moment, *, batch):
    gauges.ask_rebuild(by=None, now=moment)
    while assessing.catch_up(moment, batch=batch):
        pass


def empty():
    """No fact and no cell is left."""
    for model in (Fact, MonthCell, DayCell, BinCell, ReasonCell, AspectCell, AspectBinCell):
        model.objects.all().delete()


def do(act, cases, which, late, unit, clerk, moment):
    if act == "fold":
        folding.fold(moment, batch=which + 1)
    elif act == "look":
        assessing.look_again(moment)
    elif act == "rebuild":
        gauges.ask_rebuild(by=None, now=moment)
        assessing.catch_up(moment, batch=which + 1)
    elif act == "open":
        cases.append(opened(unit, clerk, moment, happened_at=moment - timedelta(hours=late)))
    elif cases:
        case = cases[which % len(cases)]
        told = {"reason": "重办"} if act == "reopen" else {}
        who = None if act == "sweep" else clerk
        happened = max(moment - timedelta(hours=late), Case.objects.get(pk=case.pk).opened_at)
        perform(case.pk, act, by=who, now=moment, happened_at=happened, **told)
