"""Frozen readings: what was read on a past day reproduces for ever; what is known better since stands beside it, with its reason."""

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from django.db import DatabaseError, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from shixiao.casework import assessing, freezing, perform
from shixiao.casework.models import Case, Project
from shixiao.casework.performing import zone
from shixiao.casework.refusing import Refused
from shixiao.casework.restating import restate
from shixiao.casework.tests.measured import declared
from shixiao.casework.tests.test_facts_of_cases import do, opened
from shixiao.engine.measures import NOTHING, Measure, Outcome, Reading
from shixiao.engine.measures.bins import bin_of_ticks
from shixiao.ledger import folding, gauges, readings
from shixiao.ledger import freezing as keeping
from shixiao.ledger.models import FrozenDay, FrozenReading
from shixiao.ledger.readings import EVERYWHERE, Days, Where, end_of
from shixiao.ledger.states import State

pytestmark = pytest.mark.django_db
YEAR = Days.year(2026)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.fixture(autouse=True)
def measures() -> Iterator[tuple[Measure, ...]]:
    with declared() as made:
        yield made


@pytest.fixture
def used(measures: tuple[Measure, ...], now: datetime) -> list[int]:
    """The three gauges, in use since this morning: the first day that is frozen is today."""
    return [gauges.put(each.name, {}, by=None, now=now).pk for each in measures]


@pytest.fixture
def clerk(staff):
    return staff("li", "desk.clerk", "desk.overseer")


@pytest.fixture
def project(unit):
    return Project.objects.create(unit=unit, name="一号项目", since_year=2026, until_year=2026)


def work(moment: datetime) -> None:
    """A worker comes and does all there is to do."""
    while assessing.catch_up(moment) or assessing.look_again(moment) or folding.fold(moment):
        pass
    while keeping.freeze(moment):
        pass


def midnight(now: datetime) -> datetime:
    return end_of(now.date())


def test_a_day_is_frozen_when_it_is_over_and_settled_and_not_before(used, unit, clerk, now):
    opened(unit, clerk, now)
    settled = midnight(now) + keeping.SETTLES_IN
    assert keeping.freeze(settled - timedelta(microseconds=1)) == 0
    assert keeping.freeze(settled) == 1
    assert keeping.freeze(settled) == 0
    row = keeping.frozen(freezing.key_of(used[0]), now.date())
    assert (row.pending, row.met, row.state, row.begin, row.end) == (1, 0, State.VALUE, *YEAR)
    assert keeping.frozen(freezing.key_of(used[2]), now.date()).total == 125_000
    assert keeping.frozen(freezing.key_of(used[0]), now.date() + DAY) is None


def test_a_day_waits_for_cases_that_wait_for_time_and_for_a_rebuild(used, unit, clerk, now):
    case = opened(unit, clerk, now)
    case.refresh_from_db()
    late = case.look_at
    first, settled = now.date(), end_of(late.date()) + keeping.SETTLES_IN
    assert keeping.freeze(settled) == 1  # the day of opening: nothing of it is outstanding
    while keeping.next_day() < late.date():
        assert keeping.freeze(settled) == 1
    assert keeping.freeze(settled) == 0
    assessing.look_again(settled)
    gauges.ask_rebuild(by=None, now=settled)
    assert keeping.freeze(settled) == 0
    assessing.catch_up(settled)
    assert keeping.freeze(settled) == 1
    key = freezing.key_of(used[0])
    assert [
        (day, told.pending, told.missed)
        for day, told, _state in keeping.history_of(key, Days(first, late.date() + DAY))
    ] == [
        (first, 1, 0),
        (late.date(), 0, 1),
    ]


def test_a_worker_that_stood_still_for_a_week_makes_each_day_as_it_was_known_at_its_end(used, unit, clerk, now):
    case = opened(unit, clerk, now)
    for days in (1, 3):
        opened(unit, clerk, now + days * DAY)
    perform(case, "take", by=clerk, now=now + 2 * DAY)
    perform(case, "finish", by=clerk, now=now + 2 * DAY)
    work(now + 7 * DAY)
    assert list(FrozenDay.objects.order_by("day").values_list("day", flat=True)) == [
        now.date() + number * DAY for number in range(7)
    ]
    curve = keeping.history_of(freezing.key_of(used[2]), YEAR)
    assert [told.amounts for _day, told, _state in curve] == [1, 2, 2, 3, 3, 3, 3]
    finished = keeping.histories_of([freezing.key_of(used[1])], YEAR)[freezing.key_of(used[1])]
    assert [(told.met, told.pending) for _day, told, _state in finished][:4] == [(0, 1), (0, 2), (1, 1), (1, 2)]


def test_each_project_that_has_facts_has_a_reading_of_its_own(used, unit, clerk, now, project):
    opened(unit, clerk, now, project=project)
    opened(unit, clerk, now)
    work(midnight(now) + HOUR)
    whole, part = (keeping.frozen(freezing.key_of(used[2], which), now.date()) for which in (None, project.pk))
    assert (whole.total, part.total) == (250_000, 125_000)
    assert keeping.reading_of(whole) == readings.reading(used[2], days=YEAR, as_of=now.date())
    assert keeping.reading_of(part) == readings.reading(
        used[2], days=YEAR, where=Where(project=project.pk), as_of=now.date()
    )
    assert keeping.asked_of(part).where == Where(project=project.pk)


def test_a_frozen_reading_cannot_be_changed_nor_a_day_be_frozen_twice(used, unit, clerk, now):
    opened(unit, clerk, now)
    work(midnight(now) + HOUR)
    for change in (
        lambda: FrozenReading.objects.update(met=9),
        lambda: FrozenReading.objects.all().delete(),
        lambda: FrozenDay.objects.all().delete(),
        lambda: FrozenDay.objects.create(day=now.date(), readings=0, made_at=now),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            change()


def test_two_owners_of_one_key_are_told(used, monkeypatch, now):
    monkeypatch.setattr(keeping, "_suppliers", dict(keeping._suppliers))
    keeping.register("copy", freezing.supply)
    with pytest.raises(ValueError, match="wanted already"):
        keeping.freeze(midnight(now) + HOUR)
    assert not FrozenDay.objects.exists()


def test_where_nobody_watches_nothing_is_no_evidence(used, now):
    work(midnight(now) + HOUR)
    assert {row.state for row in FrozenReading.objects.all()} == {State.NO_EVIDENCE}


# ---- restatements -----------------------------------------------------------------------------------------------


def test_late_evidence_shows_as_a_restatement_with_its_delta_and_its_reason(used, unit, clerk, now):
    case = opened(unit, clerk, now)
    perform(case, "take", by=clerk, now=now)
    later = now + 5 * DAY
    work(later)
    day = now.date() + 2 * DAY
    before = keeping.reading_of(keeping.frozen(freezing.key_of(used[0]), day))
    assert (before.met, before.missed) == (0, 1)
    assert not restate(used[0], days=YEAR, day=day, now=later).has_changed
    perform(case, "finish", by=clerk, now=later, happened_at=now + HOUR)
    work(later + 3 * DAY)
    assert keeping.reading_of(keeping.frozen(freezing.key_of(used[0]), day)) == before
    found = restate(used[0], days=YEAR, day=day, now=later)
    assert found.frozen == keeping.frozen(freezing.key_of(used[0]), day)
    assert (found.told, found.known) == (before, Reading(met=1))
    assert found.delta == Reading(met=1, missed=-1)
    (cause,) = found.causes
    assert (cause.case_id, cause.kind, cause.days_late) == (case.pk, "desk.done", 5)
    assert (cause.before, cause.after) == ((Outcome.MISSED,), (Outcome.MET,))
    assert not restate(used[0], days=YEAR, day=later.date(), now=later).has_changed


def test_a_case_that_was_written_down_late_comes_in_and_one_beyond_the_window_stays_out(
    used, unit, clerk, now, project
):
    later = now + 2 * DAY
    case = opened(unit, clerk, later, happened_at=now, project=project)
    found = restate(used[2], days=YEAR, day=now.date(), now=later)
    assert (found.told, found.delta.total) == (NOTHING, 12.5)
    assert (found.known.low, found.known.high) == (12.5, 12.5)
    assert [(cause.case_id, cause.days_late, cause.before) for cause in found.causes] == [(case.pk, 2, ())]
    for days, where in ((Days.year(2025), EVERYWHERE), (YEAR, Where(project=project.pk + 1))):
        assert not restate(used[2], days=days, where=where, day=now.date(), now=later).has_changed


def test_what_happened_at_the_very_end_of_the_day_belongs_to_it_and_at_midnight_to_the_next(used, unit, clerk, now):
    end = midnight(now)
    for happened, changes in ((end - timedelta(microseconds=1), True), (end, False)):
        with transaction.atomic():
            opened(unit, clerk, end + HOUR, happened_at=happened)
            assert restate(used[2], days=YEAR, day=now.date(), now=end + HOUR).has_changed is changes
            transaction.set_rollback(True)


def test_what_happened_at_midnight_is_left_out_also_where_the_case_is_looked_at_again(used, unit, clerk, now):
    end = midnight(now)
    case = opened(unit, clerk, end + HOUR, happened_at=now)
    for step in ("take", "finish"):
        perform(case, step, by=clerk, now=end + HOUR, happened_at=end)
    assert restate(used[1], days=YEAR, day=now.date(), now=end + HOUR).known == Reading(pending=1)
    assert readings.reading(used[1], days=YEAR) == Reading(met=1)


def test_what_was_written_down_before_midnight_is_no_late_evidence(used, unit, clerk, now):
    end = midnight(now)
    for recorded, changes in ((end - timedelta(microseconds=1), False), (end, True)):
        with transaction.atomic():
            opened(unit, clerk, recorded, happened_at=now)
            found = restate(used[2], days=YEAR, day=now.date(), now=end + HOUR)
            assert found.has_changed is changes
            assert (found.told.amounts, found.known.amounts) == (0 if changes else 1, 1)
            transaction.set_rollback(True)


def test_a_gauge_that_is_not_in_use_cannot_look_again(used, now):
    with pytest.raises(LookupError):
        restate(used[-1] + 1, days=YEAR, day=now.date(), now=now)


ACTS = st.lists(
    st.tuples(
        st.sampled_from(["open", "take", "finish", "finish", "reopen", "sweep", "fold", "look"]),
        st.integers(0, 5),
        st.integers(0, 40),
        st.integers(0, 90),
    ),
    min_size=5,
    max_size=25,
)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(acts=ACTS)
def test_a_restatement_is_what_looking_at_every_case_again_gives(acts, used, unit, clerk, now):
    """And what was frozen on the way is read the same in the end."""
    with transaction.atomic():
        cases: list[Case] = []
        moment = now
        for act, which, hours, late in acts:
            moment += timedelta(hours=hours)
            with suppress(Refused):
                do(act, cases, which, late, unit, clerk, moment)
            assessing.look_again(moment)
            while keeping.freeze(moment):
                pass
        work(moment + DAY)
        for row in FrozenReading.objects.all():
            asked = keeping.asked_of(row)
            told = readings.recount(row.gauge_id, days=asked.days, where=asked.where, as_of=row.day)
            assert keeping.reading_of(row) == told
        for gauge in used:
            for days in (YEAR, Days(now.date(), now.date() + 2 * DAY)):
                assert_restated(gauge, days, moment)
        transaction.set_rollback(True)
    gauges.forget()


def assert_restated(gauge: int, days: Days, moment: datetime) -> None:
    day = moment.astimezone(zone()).date() - 2 * DAY
    for _step in range(3):
        found = restate(gauge, days=days, day=day, now=moment)
        known = by_hand(gauge, days, day, moment)
        assert (found.known, found.told + found.delta) == (known, ends(found.told, known))
        assert found.has_changed == bool(found.causes)
        day -= DAY


def ends(told: Reading, known: Reading) -> Reading:
    """`known` with the ends of `told`, since a delta has none."""
    return replace(known, low=told.low, high=told.high)


def by_hand(gauge: int, days: Days, day: date, moment: datetime) -> Reading:
    """Every case there is, looked at as if everything had been known at the end of the day."""
    using = next(each for each in gauges.read(moment).gauges if each.id == gauge)
    end, found = end_of(day), NOTHING
    for case in Case.objects.all():
        then = assessing.timeline_of(case).until_moment(end)
        said = using.measure.look(then, {}, clock={}, now=end - timedelta(microseconds=1)) if then else ()
        for verdict in said:
            if days.holds(verdict.on):
                bin_ = bin_of_ticks(int(verdict.value * 10_000)) if verdict.outcome is Outcome.AMOUNT else None
                found += readings.of_values(
                    verdict.outcome,
                    verdict.otherwise or 0,
                    int(verdict.value * 10_000),
                    int(verdict.weight * 10_000),
                    bin_,
                )
    return found
