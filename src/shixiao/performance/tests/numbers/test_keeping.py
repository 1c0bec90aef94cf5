"""What a board keeps from one request to the next is never another than what it would work out anew, and its statements are few."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from shixiao.casework import shared_things
from shixiao.casework.models import Case, Contract, Project
from shixiao.engine.measures import CountsOn, Reads, met
from shixiao.ledger import folding
from shixiao.people.models import Unit, User
from shixiao.performance import remembering, standing
from shixiao.performance.indicators import indicator_of
from shixiao.performance.models import PlanVersion, WindowKind
from shixiao.performance.remembering import Memory
from shixiao.performance.tests.numbers.conftest import FINISHED, WORTH, board_of, finished, opened
from shixiao.performance.tests.numbers.test_standing import _declared, figures, keep, part_of

# ---- a memory --------------------------------------------------------------------------------------------------


def test_the_same_objects_give_what_was_made_of_them_and_equal_ones_do_not() -> None:
    memory: Memory[object] = Memory()
    one, other = [1, 2], [1, 2]
    made = memory.of(one, make=object)
    assert memory.of(one, make=object) is made
    assert memory.of(other, make=object) is not made
    assert memory.of(one, make=object, also="another day") is not made


def test_what_equals_the_key_gives_what_was_made_for_it() -> None:
    memory: Memory[object] = Memory()
    made = memory.by_value((1, "x"), object)
    assert memory.by_value((1, "x"), object) is made
    assert memory.by_value((2, "x"), object) is not made


def test_a_full_memory_begins_anew_and_keeps_what_it_is_kept_for() -> None:
    memory: Memory[list[int]] = Memory(most=3)
    for number in range(10):
        key = [number]
        assert memory.of(key, make=lambda number=number: [number]) == [number]  # type: ignore[misc]
    assert len(memory) <= 3


# ---- a board ---------------------------------------------------------------------------------------------------


@pytest.fixture
def many(
    version: PlanVersion,
    life: dict[str, Case],
    bind: Callable[..., Any],
    unit: Unit,
    clerk: User,
    officer: User,
    now: datetime,
) -> PlanVersion:
    """Rows that look at a unit, a contract, topics, a month and a part of a month."""
    topics = [shared_things.create_topic(name, since=date(2026, 1, 1), by=officer, now=now) for name in "甲乙"]
    project = Project.objects.create(unit=unit, name="运维", since_year=2026, until_year=2026)
    contracts = [_contract(project, code, now) for code in ("A", "B")]
    _declared(
        "topical", lambda case: met(on=case.day(case.begun_at)), counts_on=CountsOn.BEGUN, reads=Reads.COUNT,
        needs_topic=True,
    )  # fmt: skip
    bind(2, "desk.topical", topics=topics, contract=contracts[0], project=project)
    bind(3, WORTH, unit=unit, window=WindowKind.CONTRACT, begin=date(2026, 5, 10), end=date(2026, 8, 20))
    bind(5, FINISHED, window=WindowKind.CONTRACT, begin=date(2026, 6, 1), end=date(2026, 7, 1))
    for topic, contract in ((topics[0], contracts[0]), (topics[1], contracts[0]), (topics[0], contracts[1])):
        opened(unit, clerk, now - timedelta(days=30), topic=topic, project=project, contract=contract)
    return version


def _contract(project: Project, number: str, now: datetime) -> Contract:
    return shared_things.create_contract(
        number,
        project=project,
        name="保洁",
        party="某公司",
        amount=Decimal(1),
        since=date(2026, 1, 1),
        until=None,
        by=None,
        now=now,
    )


@pytest.mark.django_db
@pytest.mark.database
@pytest.mark.parametrize("days_back", [0, 20])
def test_a_board_of_many_windows_scopes_and_topics_is_a_handful_of_statements(
    many: PlanVersion, now: datetime, days_back: int
) -> None:
    """With the session, the person and the version that a page asks for, no more than ten."""
    connection.run_on_commit.clear()  # what a commit would do: the gauges are kept from here on
    as_of = timezone.localtime(now).date() - timedelta(days=days_back) if days_back else None
    board_of(many, now, as_of=as_of)
    with CaptureQueriesContext(connection) as captured:
        standing.read(many, now=now, as_of=as_of)
    assert len(captured) <= 7


@pytest.mark.django_db
@pytest.mark.database
@pytest.mark.parametrize("days_back", [0, 20])
def test_what_was_kept_is_what_is_worked_out_anew(
    many: PlanVersion, unit: Unit, clerk: User, now: datetime, days_back: int
) -> None:
    as_of = timezone.localtime(now).date() - timedelta(days=days_back) if days_back else None
    for step in range(3):
        if step == 1:
            finished(unit, clerk, now - timedelta(days=40), now - timedelta(days=39), title="又一件")
        if step == 2:
            folding.fold(now)
        kept = board_of(many, now, as_of=as_of)
        remembering.forget()
        assert board_of(many, now, as_of=as_of).rows == kept.rows


@pytest.mark.django_db
@pytest.mark.database
def test_what_was_frozen_is_read_as_it_was_kept(many: PlanVersion, now: datetime) -> None:
    day = timezone.localtime(now).date() - timedelta(days=20)
    counted = board_of(many, now, as_of=day)
    keep(day, now)
    frozen = board_of(many, now, as_of=day)
    for row in counted.rows:
        for part in row.parts:
            again = part_of(frozen, row.row, part.number)
            assert again.is_frozen is (part.reading is not None)
            assert again.by_topic == part.by_topic
            if part.reading is not None:
                assert figures(again) == figures(part)


@pytest.mark.django_db
@pytest.mark.database
def test_the_topics_of_a_binding_to_a_contract_are_those_of_the_contract(many: PlanVersion, now: datetime) -> None:
    for as_of in (None, timezone.localtime(now).date() - timedelta(days=20)):
        part = part_of(board_of(many, now, as_of=as_of), 2)
        assert part.reading is not None
        assert [reading.met for _topic, reading in part.by_topic] == [1, 1]
        assert part.reading.met == 2


@pytest.mark.django_db
@pytest.mark.database
@pytest.mark.parametrize("days_back", [0, 20])
def test_a_row_that_is_at_hand_reads_as_on_the_board(
    many: PlanVersion, officer: User, now: datetime, days_back: int
) -> None:
    as_of = timezone.localtime(now).date() - timedelta(days=days_back) if days_back else None
    for row in board_of(many, now, as_of=as_of).rows:
        indicator = indicator_of(many, row.row)
        alone = standing.read_row(indicator, standing.bindings_of(indicator.pk), now=now, as_of=as_of)
        assert alone.rows == (row,)
