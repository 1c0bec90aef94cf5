"""Verifying finds every kind of planted difference, tells where, repairs nothing, and is silent otherwise."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from django.db import connection, models
from django.db.models import F

from shixiao.casework import assessing, perform, rebuilding, verifying
from shixiao.casework.models import Case
from shixiao.casework.tests.measured import declared
from shixiao.casework.tests.test_facts_of_cases import assert_the_law, opened, stored
from shixiao.casework.tests.test_frozen_readings import DAY, HOUR, work
from shixiao.engine.measures import Measure, Outcome, declaring
from shixiao.ledger import folding, gauges, guard
from shixiao.ledger.models import (
    AspectBinCell,
    AspectCell,
    BinCell,
    DayCell,
    Event,
    Fact,
    FrozenDay,
    FrozenReading,
    GaugeSet,
    MonthCell,
    ReasonCell,
)
from shixiao.people.models import User

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def measures() -> Iterator[tuple[Measure, ...]]:
    with declared() as made:
        yield made


@pytest.fixture
def used(measures: tuple[Measure, ...], now: datetime) -> list[int]:
    return [gauges.put(each.name, {}, by=None, now=now).pk for each in measures]


@pytest.fixture
def clerk(staff):
    return staff("li", "desk.clerk", "desk.overseer")


@pytest.fixture
def later(now) -> datetime:
    """The end of the story: some days are frozen."""
    return now + 4 * DAY


@pytest.fixture
def case(used, unit, clerk, now, later) -> Case:
    """An office with a life: one case done, one late, one opened after the last folding."""
    done = opened(unit, clerk, now)
    opened(unit, clerk, now + HOUR)
    perform(done, "take", by=clerk, now=now + HOUR)
    perform(done, "finish", by=clerk, now=now + 2 * HOUR)
    work(later)
    opened(unit, clerk, later)
    return Case.objects.get(pk=done.pk)


@contextmanager
def stranger(*tables: type[models.Model]) -> Iterator[None]:
    """Somebody who owns the tables, and takes the guard away while he is at it."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        for name in (model._meta.db_table for model in tables):
            if connection.vendor == "postgresql":
                cursor.execute(f'ALTER TABLE "{name}" DISABLE TRIGGER USER')
                continue
            cursor.execute("SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = %s", [name])
            for (trigger,) in cursor.fetchall():
                cursor.execute(f'DROP TRIGGER "{trigger}"')
        yield
        if connection.vendor == "postgresql":
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    guard.install()


def found(now: datetime) -> list[tuple[str, str]]:
    """What is different, and of which case."""
    return [(each.what, each.case) for each in verifying.verify(now=now).differences]


def test_where_nothing_is_wrong_it_is_silent_and_says_what_it_counted(case, later):
    report = verifying.verify(now=later)
    assert report.differences == []
    assert (report.cases, report.waiting, report.number) == (3, 0, 0)
    assert report.facts == Fact.objects.count()
    assert report.cells == sum(
        model.objects.count() for model in (MonthCell, DayCell, BinCell, ReasonCell, AspectCell, AspectBinCell)
    )
    assert report.frozen == FrozenReading.objects.count() > 0


def test_it_is_silent_between_any_two_parts_of_folding(used, unit, clerk, now):
    """A version may be folded before the one that it supersedes: the later version here counts on the earlier day."""
    case = opened(unit, clerk, now)
    for step, moment in (("take", now), ("finish", now + 2 * DAY), ("reopen", now + 3 * DAY)):
        perform(case, step, by=clerk, now=moment, **({"reason": "重办"} if step == "reopen" else {}))
    parts = 0
    while folding.fold(now, batch=1):
        parts += 1
        assert found(now + 4 * DAY) == []
        assert_the_law(used)
    assert parts == Fact.objects.count() > 5


def test_each_run_is_recorded_with_its_counts(case, later):
    assert verifying.last_verification() is None
    verifying.verify(now=later)
    Fact.objects.filter(case_id=case.pk, version=1).update(value=F("value") + 1)
    report = verifying.verify(now=later + HOUR)
    last = verifying.last_verification()
    assert (last.at, last.cases, last.differences) == (later + HOUR, 3, report.number)
    assert report.number > 0


def change_a_fact(case: Case, used: list[int]) -> None:
    Fact.objects.filter(case_id=case.pk, gauge_id=used[0], superseded_at=None).update(reason="planted")


def remove_a_fact(case: Case, used: list[int]) -> None:
    Fact.objects.filter(case_id=case.pk, gauge_id=used[2]).delete()


def add_a_fact(case: Case, used: list[int]) -> None:
    row = Fact.objects.filter(case_id=case.pk, gauge_id=used[2]).get()
    row.pk, row.part, row.outcome, row.is_folded = None, 7, Outcome.GONE, True
    row.save(force_insert=True)


def date_a_fact_back(case: Case, used: list[int]) -> None:
    rows = Fact.objects.filter(case_id=case.pk, gauge_id=used[0], version=1)
    rows.update(known_at=F("known_at") - timedelta(days=1))


PLANTED = {
    "a changed fact": (change_a_fact, "fact"),
    "a missing fact": (remove_a_fact, "fact"),
    "a fact too many": (add_a_fact, "fact"),
    "a fact known earlier": (date_a_fact_back, "fact"),
    "a fact that seems to be superseded": (
        lambda case, used: Fact.objects.filter(case_id=case.pk, superseded_at=None).update(superseded_at=F("known_at")),
        "superseded",
    ),
}


@pytest.mark.parametrize(("plant", "what"), PLANTED.values(), ids=PLANTED.keys())
def test_what_is_wrong_with_a_case_is_told_with_its_number(case, used, later, plant, what):
    plant(case, used)
    before = stored()
    assert (what, case.number) in found(later)
    assert stored() == before


def test_a_difference_says_what_is_stored_and_what_it_should_be(case, used, later):
    Fact.objects.filter(case_id=case.pk, gauge_id=used[2]).update(value=999)
    differences = [each for each in verifying.verify(now=later).differences if each.what == "fact"]
    (one,) = differences
    assert (one.case, one.stored, one.expected) == (case.number, "value=999", "value=125000")
    assert one.gauge.startswith("desk.worth")


@pytest.mark.parametrize("planted", [None, timedelta(seconds=1)])
def test_a_case_that_would_be_looked_at_too_late_or_never_is_found(case, later, planted):
    waiting = Case.objects.filter(look_at__gt=later).get()
    Case.objects.filter(pk=waiting.pk).update(look_at=planted and waiting.look_at + planted)
    assert found(later) == [("look_at", waiting.number)]


def test_a_case_that_will_be_looked_at_too_early_is_no_difference(case, later):
    Case.objects.filter(look_at__gt=later).update(look_at=later)
    assert found(later) == []


def test_facts_of_no_case_are_found(case, used, later):
    row = Fact.objects.filter(case_id=case.pk, gauge_id=used[2]).get()
    row.pk, row.case_id, row.outcome = None, 10**9, Outcome.GONE
    row.save(force_insert=True)
    assert ("orphan", str(10**9)) in found(later)


@pytest.mark.parametrize(
    "column", ["met", "missed", "pending", "not_counted", "back_met", "amounts", "total", "weight"]
)
@pytest.mark.parametrize(("model", "what"), [(MonthCell, "month"), (DayCell, "day"), (AspectCell, "aspect")])
def test_a_cell_off_by_one_is_found(case, used, later, model, what, column):
    row = model.objects.filter(gauge_id=used[0]).first()
    model.objects.filter(pk=row.pk).update(**{column: F(column) + 1})
    (difference,) = verifying.verify(now=later).differences
    assert difference.what == what
    assert difference.stored == f"{column}={getattr(row, column) + 1}"
    assert difference.expected == f"{column}={getattr(row, column)}"


def test_a_cell_that_is_not_there_and_one_too_many_are_found(case, used, later):
    MonthCell.objects.filter(gauge_id=used[0], met=1).delete()
    MonthCell.objects.create(gauge_id=used[1], project=99, month=202606, met=1)
    assert [what for what, _case in found(later)] == ["month", "month"]


def test_an_empty_cell_is_no_difference(case, used, later):
    DayCell.objects.create(gauge_id=used[1], project=99, unit=1, topic=0, day=later.date())
    assert found(later) == []


def test_a_histogram_off_by_one_is_found(case, used, later):
    BinCell.objects.create(gauge_id=used[2], project=99, month=202606, bin=3, count=1)
    assert [what for what, _case in found(later)] == ["bin"]


def test_a_histogram_by_aspect_off_by_one_is_found(case, used, later):
    AspectBinCell.objects.create(gauge_id=used[2], period=202606, aspect="worth", value="12.50", bin=3, count=1)
    assert [what for what, _case in found(later)] == ["aspect_bin"]


def test_a_count_of_reasons_that_is_off_by_one_is_found(case, used, later):
    ReasonCell.objects.create(gauge_id=used[2], project=99, month=202606, reason="extended", count=1)
    assert [what for what, _case in found(later)] == ["reason"]


def test_a_frozen_reading_that_a_stranger_changed_is_found(case, used, later):
    with stranger(FrozenReading):
        row = FrozenReading.objects.filter(gauge_id=used[0]).first()
        FrozenReading.objects.filter(pk=row.pk).update(met=row.met + 1)
    (difference,) = verifying.verify(now=later).differences
    assert (difference.what, difference.where) == ("frozen", f"{row.day} {row.key}")
    assert (difference.stored, difference.expected) == (f"met={row.met + 1}", f"met={row.met}")


def test_a_frozen_reading_or_day_that_a_stranger_removed_is_found(case, later):
    with stranger(FrozenReading, FrozenDay):
        FrozenReading.objects.first().delete()
        FrozenDay.objects.order_by("day")[1].delete()
    assert {what for what, _case in found(later)} == {"frozen", "frozen_day"}


def test_a_guard_that_is_lifted_is_an_alarm(case, later):
    with stranger(FrozenReading):
        told = {what for what, _case in found(later)}
    assert told == {"guard"}
    assert guard.missing() == ()


def test_frozen_readings_of_another_revision_stand_for_themselves(case, used, later):
    name = "desk.answered_on_time"
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(declaring._catalogue, name, replace(declaring.CATALOGUE[name], revision=2))
        report = verifying.verify(now=later)
    assert report.other_revision == FrozenReading.objects.filter(gauge_id=used[0]).count() > 0
    assert report.number == 0


def test_cases_that_wait_for_a_rebuild_say_nothing_yet(case, used, later):
    gauges.ask_rebuild(by=None, now=later)
    report = verifying.verify(now=later)
    assert (report.waiting, report.number) == (3, 0)


def test_an_event_that_nobody_looked_at_is_found(case, used, later):
    """As when a step forgets its facts."""
    Fact.objects.filter(case_id=case.pk, gauge_id=used[1], version__gt=1).delete()
    assert ("fact", case.number) in found(later)


# ---- rebuilding -------------------------------------------------------------------------------------------------


def test_a_rebuild_puts_everything_right_and_then_verifying_is_silent(case, used, later):
    before = stored()
    change_a_fact(case, used)
    assert found(later) != []
    number = rebuilding.begin(now=later)
    left: list[int] = []
    rebuilding.go_on(lambda: later, wait=pytest.fail, say=left.append)
    assert (number, left) == (3, [3, 0])
    assert stored() == before
    assert found(later) == []


def test_a_rebuild_that_was_stopped_goes_on_and_a_second_call_only_continues(case, later):
    assert rebuilding.begin(now=later) == 3
    assessing.catch_up(later, batch=2)
    generations = GaugeSet.objects.count()
    assert rebuilding.begin(now=later) == 1
    assert GaugeSet.objects.count() == generations
    rebuilding.go_on(lambda: later, wait=pytest.fail, say=lambda _left: None)
    assert rebuilding.begin(now=later) == 3
    assert Event.objects.filter(kind="ledger.rebuild_asked").count() == 2


def test_a_rebuild_folds_what_it_wrote(case, later):
    rebuilding.begin(now=later)
    rebuilding.go_on(lambda: later, wait=pytest.fail, say=lambda _left: None)
    assert folding.fold(later) == 0


# ---- what the officer sees --------------------------------------------------------------------------------------


def test_the_officer_sees_when_it_was_last_done_and_what_came_of_it(case, used, later, officer, clerk, signed_in):
    def page(user: User) -> str:
        return signed_in(user).get("/evidence/").content.decode()

    assert "还没有核对过" in page(officer)
    verifying.verify(now=later)
    assert "2026-07-04 09:00 核对，全部一致" in page(officer)
    assert "核对" not in page(clerk)
    change_a_fact(case, used)
    verifying.verify(now=later + HOUR)
    assert "2026-07-04 10:00 核对，有 1 处不同" in page(officer)
