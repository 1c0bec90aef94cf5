"""A reading equals a recount at every moment: while people write, while the worker is killed at any statement, while facts are made anew.

How these laws were broken on purpose to see them fail stands in docs/evidence.md.
"""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from datetime import datetime, timedelta
from itertools import count
from random import Random
from threading import Event as Signal
from typing import Any

import pytest
from django.db import connection, connections

from shixiao import casework
from shixiao.casework import Opening, Refused, assessing, verifying
from shixiao.casework.models import Case, Project
from shixiao.casework.tests.conftest import KIND
from shixiao.casework.tests.measured import declared
from shixiao.casework.tests.test_facts_of_cases import assert_the_law, rebuild, stored
from shixiao.casework.tests.test_two_at_once import AT_ONCE, at_once
from shixiao.engine.measures import Measure, Outcome, Reading
from shixiao.ledger import folding, freezing, gauges, readings
from shixiao.ledger.models import (
    AspectBinCell,
    AspectCell,
    BinCell,
    DayCell,
    Fact,
    FrozenDay,
    FrozenReading,
    MonthCell,
    ReasonCell,
)
from shixiao.ledger.readings import Days, Where
from shixiao.people.models import Unit, User

pytestmark = pytest.mark.django_db(transaction=True)
YEAR = Days.year(2026)
ACTS = 25
DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def measures() -> Iterator[tuple[Measure, ...]]:
    with declared() as made:
        yield made


@pytest.fixture
def used(measures: tuple[Measure, ...], now: datetime) -> list[int]:
    return [gauges.put(each.name, {}, by=None, now=now).pk for each in measures]


@pytest.fixture
def clerks(staff: Callable[..., User]) -> list[User]:
    return [staff(f"clerk{number}", "desk.clerk", "desk.overseer") for number in range(3)]


@pytest.fixture
def project(unit: Unit) -> Project:
    return Project.objects.create(unit=unit, name="一号项目", since_year=2026, until_year=2026)


class Killed(Exception):
    """The worker is no more."""


@contextmanager
def killed_after(statements: int) -> Iterator[None]:
    """The process ends after so many statements: what it had begun is rolled back."""
    left = count(statements, -1)

    def execute(run: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        if next(left) <= 0:
            raise Killed
        return run(sql, params, many, context)

    with connection.execute_wrapper(execute):
        yield


def at_every_statement(job: Callable[[], object], check: Callable[[], object]) -> int:
    """Kill the job after 0, 1, 2 … statements, and check each time, until it comes to its end; how often it was killed."""
    for statements in count():
        try:
            with killed_after(statements):
                job()
        except Killed:
            gauges.forget()
            check()
            continue
        check()
        return statements
    raise AssertionError


def all_readings(used: list[int]) -> list[Reading]:
    return [readings.reading(gauge, days=YEAR) for gauge in used]


def some_cases(unit: Unit, clerk: User, now: datetime, **more: Any) -> list[Case]:
    """Three cases; one of them done."""
    openings = [Opening(unit=unit, particulars={"topic": "甲", "amount": "12.50"}, **more)] * 3
    cases = casework.open_many(KIND, "open", openings, by=clerk, now=now)
    for step in ("take", "finish"):
        casework.perform(cases[0].pk, step, by=clerk, now=now + timedelta(minutes=1))
    return cases


def test_a_worker_that_is_killed_at_any_statement_of_folding_changes_no_reading(used, unit, clerks, now):
    some_cases(unit, clerks[0], now)
    folding.fold(now, batch=4)  # so that some are folded and some are not
    before = all_readings(used)

    def unchanged() -> None:
        assert all_readings(used) == before
        assert_the_law(used)

    assert at_every_statement(lambda: folding.fold(now), unchanged) > 4
    assert folding.fold(now) == 0
    assert verifying.verify(now=now).number == 0


def test_a_rebuild_that_is_killed_at_any_statement_leaves_no_reading_beside_its_recount(used, unit, clerks, now):
    cases = some_cases(unit, clerks[0], now)
    while folding.fold(now):
        pass
    some_cases(unit, clerks[1], now + DAY)  # not folded yet, as what follows of the case whose facts are wrong
    for step in ("take", "finish"):
        casework.perform(cases[1].pk, step, by=clerks[0], now=now + DAY)
    right = stored()
    wrong = Fact.objects.filter(case_id=cases[1].pk, gauge_id=used[0], version=1)
    wrong.update(reason="planted")
    planted = stored()
    gauges.ask_rebuild(by=None, now=now + DAY)

    def whole() -> None:
        assert_the_law(used)
        assert stored() == planted or not wrong.filter(reason="planted").exists()

    assert at_every_statement(lambda: assessing.catch_up(now + DAY), whole) > 6
    assert assessing.count_behind(now + DAY) == 0
    assert stored() == right
    assert verifying.verify(now=now + DAY).number == 0


def test_a_day_is_frozen_whole_or_not_at_all(used, unit, clerks, now):
    some_cases(unit, clerks[0], now)
    later = readings.end_of(now.date()) + freezing.SETTLES_IN

    def whole() -> None:
        days = list(FrozenDay.objects.all())
        assert FrozenReading.objects.count() == sum(day.readings for day in days)

    assert at_every_statement(lambda: freezing.freeze(later), whole) > 3
    assert FrozenReading.objects.count() == 3


def test_several_workers_freeze_each_day_once(used, unit, clerks, now):
    some_cases(unit, clerks[0], now)
    later = now + 6 * DAY
    assessing.look_again(later)

    def work(_number: int) -> int:
        done = 0
        while freezing.next_day() < later.date():
            done += freezing.freeze(later)
        return done

    assert sum(at_once(work)) == 6  # type: ignore[arg-type]
    assert AT_ONCE > 1
    assert FrozenDay.objects.count() == 6
    assert FrozenReading.objects.count() == 6 * 3
    assert verifying.verify(now=later).number == 0


# ---- everything together ----------------------------------------------------------------------------------------


class Office:
    """People who write, a worker that dies again and again, somebody who has facts made anew, and somebody who reads; a thread each."""

    def __init__(self, used: list[int], unit: Unit, project: Project, now: datetime) -> None:
        self.used, self.unit, self.project, self.now = used, unit, project, now
        self.ticks, self.is_over = count(1), Signal()
        self.compared = self.deaths = self.rebuilt = 0

    def moment(self) -> datetime:
        """Every look at the clock is half an hour later."""
        return self.now + next(self.ticks) * timedelta(minutes=30)

    def write(self, clerk: User) -> None:
        chance = Random(clerk.username)  # noqa: S311
        for _act in range(ACTS):
            moment = self.moment()
            late = timedelta(hours=chance.choice((0, 0, 5, 30)))
            with suppress(Refused):
                self._act(clerk, chance, moment, late)

    def _act(self, clerk: User, chance: Random, moment: datetime, late: timedelta) -> None:
        keys = list(Case.objects.values_list("pk", "opened_at"))
        step = chance.choice(("open", "take", "take", "finish", "finish", "reopen"))
        if step == "open" or not keys:
            told = {"topic": "甲", "amount": str(chance.randrange(1, 99))}
            project = chance.choice((None, self.project))
            opening = Opening(unit=self.unit, project=project, particulars=told, happened_at=moment - late)
            casework.open_case(KIND, "open", opening, by=clerk, now=moment)
            return
        key, opened = chance.choice(keys)
        told = {"reason": "重办"} if step == "reopen" else {}
        casework.perform(key, step, by=clerk, now=moment, happened_at=min(moment, max(moment - late, opened)), **told)

    def work(self) -> None:
        """Fold and look again in small parts; killed at most statements that there are, and up again at once."""
        chance = Random(7)  # noqa: S311
        while not self.is_over.is_set():
            with suppress(Killed), killed_after(chance.randrange(0, 30)):
                folding.fold(self.moment(), batch=chance.choice((1, 7, 100)))
                assessing.catch_up(self.moment(), batch=5)
                assessing.look_again(self.moment())
                self.deaths -= 1
            self.deaths += 1

    def make_anew(self) -> None:
        """Falsify something, and have every fact made anew."""
        chance = Random(3)  # noqa: S311
        while not self.is_over.is_set():
            moment = self.moment()
            if assessing.count_behind(moment):
                assessing.catch_up(moment, batch=chance.choice((1, 3, 50)))
                continue
            gauges.ask_rebuild(by=None, now=moment)
            self.rebuilt += 1

    def read(self) -> None:
        """A reading and its recount, in one state of the database."""
        while not self.is_over.is_set():
            for where in (Where(), Where(project=self.project.pk), Where(units=frozenset({self.unit.pk}))):
                with verifying.one_state():
                    for gauge in self.used:
                        told = readings.reading(gauge, days=YEAR, where=where)
                        assert told == readings.recount(gauge, days=YEAR, where=where)
            self.compared += 1


def test_a_reading_equals_a_recount_while_everybody_works_and_the_worker_dies(used, unit, clerks, project, now):
    office = Office(used, unit, project, now)

    def closing(call: Callable[..., object], *arguments: object) -> None:
        try:
            call(*arguments)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(clerks) + 3) as threads:
        others = [threads.submit(closing, each) for each in (office.work, office.make_anew, office.read)]
        writers = [threads.submit(closing, office.write, clerk) for clerk in clerks]
        try:
            for each in writers:
                each.result()
        finally:
            office.is_over.set()
        for each in others:
            each.result()
    assert min(office.compared, office.deaths, office.rebuilt) > 0
    assert_what_is_left_is_right(used, office.moment() + 9 * DAY)


def assert_what_is_left_is_right(used: list[int], moment: datetime) -> None:
    """The facts are those that a rebuild makes out of nothing, the cells those that they add up to, and verifying finds nothing."""
    gauges.forget()
    assert_the_law(used)
    while assessing.catch_up(moment) or assessing.look_again(moment) or folding.fold(moment):
        pass
    assert_the_law(used)
    assert verifying.verify(now=moment).differences == []
    before = stored()
    assert len(before) > ACTS
    for model in (Fact, MonthCell, DayCell, BinCell, ReasonCell, AspectCell, AspectBinCell):
        model.objects.all().delete()
    rebuild(moment, batch=3)
    assert stored() == before
    assert Outcome.MET in {row[6] for row in before}
