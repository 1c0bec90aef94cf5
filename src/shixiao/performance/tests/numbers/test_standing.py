"""Where indicators stand: a live board is a recount, a past one is what was known then, kept or counted again."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from shixiao.casework import shared_things
from shixiao.casework.models import Case, Project, Topic
from shixiao.casework.tests.conftest import KIND
from shixiao.engine.measures import Aspect, CountsOn, Reads, Timeline, amount, measure, met
from shixiao.engine.prospects import Status
from shixiao.ledger import folding, freezing, gauges, readings
from shixiao.ledger.models import FrozenReading
from shixiao.ledger.readings import Days
from shixiao.people.models import Unit, User
from shixiao.performance import binding, standing
from shixiao.performance.binding import Wanted
from shixiao.performance.freezing import supply
from shixiao.performance.models import Basis, PlanVersion, WindowKind
from shixiao.performance.standing import Board, Part
from shixiao.performance.tests.conftest import first, row, table
from shixiao.performance.tests.numbers.conftest import FINISHED, ON_TIME, WATCHED, WORTH, board_of, finished, opened

pytestmark = [pytest.mark.django_db, pytest.mark.database]
FIGURES = ("met", "missed", "pending", "not_counted", "back_met", "back_missed", "amounts", "total")


def part_of(board: Board, number: int, part: int = 0) -> Part:
    found = board.row(number)
    assert found is not None
    return found.parts[part]


def figures(part: Part) -> dict[str, Any]:
    assert part.reading is not None
    return {name: getattr(part.reading, name) for name in FIGURES}


def recounted(part: Part, as_of: date | None = None) -> dict[str, Any]:
    assert part.bound is not None
    (asked,) = standing.wanted_of(part.bound)
    counted = readings.recount(asked.gauge, days=asked.days, where=asked.where, as_of=as_of)
    return {name: getattr(counted, name) for name in FIGURES}


def keep(day: date, now: datetime) -> None:
    """What the night after that day keeps."""
    asked = [readings.Asked(*each) for each in supply(day)]
    FrozenReading.objects.bulk_create(freezing._made(asked, day, now))


# ---- now -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("is_folded", [False, True])
def test_a_live_board_is_a_recount(version: PlanVersion, life: dict[str, Case], now: datetime, is_folded: bool) -> None:
    while is_folded and folding.fold(now):
        pass
    board = board_of(version, now)
    for number in (1, 2, 3, 4):
        part = part_of(board, number)
        assert figures(part) == recounted(part), number
        assert part.grown[-1][1].met == figures(part)["met"] or part.grown[-1][1].amounts
    assert figures(part_of(board, 1)) | {"total": 0} == {
        "met": 1,
        "missed": 1,
        "pending": 1,
        "not_counted": 1,
        "back_met": 0,
        "back_missed": 1,
        "amounts": 0,
        "total": 0,
    }


def test_what_is_not_bound_stands_on_nothing(version: PlanVersion, life: dict[str, Case], now: datetime) -> None:
    board = board_of(version, now)
    assert (board.row(5).basis, board.row(5).status) == ("none", Status.NO_EVIDENCE)  # type: ignore[union-attr]
    assert board.row(6).status is Status.TO_BE_REVIEWED  # type: ignore[union-attr]
    assert part_of(board, 4, 1).prospect.value is None
    assert board.row(4).basis == "none"  # type: ignore[union-attr] # the weakest of its parts


def test_rows_that_are_asked_for_are_those_of_the_whole_board(
    version: PlanVersion, life: dict[str, Case], now: datetime
) -> None:
    whole = board_of(version, now)
    assert board_of(version, now, only=[1, 3]).rows == (whole.row(1), whole.row(3))


def test_today_and_later_days_are_live(version: PlanVersion, life: dict[str, Case], now: datetime) -> None:
    today = timezone.localtime(now).date()
    assert board_of(version, now, as_of=today).as_of is None
    assert board_of(version, now, as_of=today + timedelta(days=1)).as_of is None
    assert board_of(version, now, as_of=today - timedelta(days=1)).as_of == today - timedelta(days=1)


# ---- a past day ------------------------------------------------------------------------------------------------


def test_a_past_day_is_the_same_whether_it_was_kept_or_is_counted_again(
    version: PlanVersion, life: dict[str, Case], now: datetime
) -> None:
    day = timezone.localtime(now).date() - timedelta(days=20)
    counted = board_of(version, now, as_of=day)
    keep(day, now)
    kept = board_of(version, now, as_of=day)
    for number in (1, 2, 3, 4):
        before, after = part_of(counted, number), part_of(kept, number)
        assert (before.is_frozen, after.is_frozen) == (False, True)
        assert figures(before) == figures(after) == recounted(before, as_of=day)
        assert before.prospect.value == after.prospect.value
        assert before.prospect.status == after.prospect.status
        assert before.grown[-1][0] == after.grown[-1][0] == day


def test_what_comes_later_does_not_change_a_past_day(
    version: PlanVersion, life: dict[str, Case], unit: Unit, clerk: User, now: datetime
) -> None:
    day = timezone.localtime(now).date() - timedelta(days=1)
    before = figures(part_of(board_of(version, now, as_of=day), 1))
    finished(unit, clerk, now - timedelta(hours=3), now - timedelta(minutes=1))
    assert figures(part_of(board_of(version, now, as_of=day), 1)) == before
    assert figures(part_of(board_of(version, now), 1))["met"] == before["met"] + 1


def test_a_binding_made_later_shows_the_day_and_says_so(
    version: PlanVersion, life: dict[str, Case], bind: Callable[..., Any], now: datetime
) -> None:
    day = timezone.localtime(now).date() - timedelta(days=20)
    bind(5, FINISHED, at=now - timedelta(days=3))
    then, live = (part_of(board_of(version, now, as_of=each), 5) for each in (day, None))
    assert (then.is_bound_later, live.is_bound_later) == (True, False)
    assert figures(then) == recounted(then, as_of=day)


def test_a_binding_changed_later_leaves_the_past_day_as_it_was_bound(
    version: PlanVersion, life: dict[str, Case], bind: Callable[..., Any], now: datetime
) -> None:
    day = timezone.localtime(now).date() - timedelta(days=20)
    before = part_of(board_of(version, now, as_of=day), 2)
    bind(2, basis=Basis.DECLARED, at=now - timedelta(days=3))
    after = part_of(board_of(version, now, as_of=day), 2)
    assert before == after
    assert part_of(board_of(version, now), 2).bound.basis == Basis.DECLARED  # type: ignore[union-attr]


# ---- windows, stocks, ratios, topics -----------------------------------------------------------------------------


def test_a_window_in_the_middle_of_months_counts_its_own_days(
    version: PlanVersion, bind: Callable[..., Any], unit: Unit, clerk: User, now: datetime
) -> None:
    begin, end = date(2026, 5, 11), date(2026, 6, 11)
    bind(2, FINISHED, window=WindowKind.CONTRACT, begin=begin, end=end)
    zone = timezone.get_current_timezone()
    for day in (date(2026, 5, 8), begin, date(2026, 6, 10), end):  # working days outside, both edges inside, outside
        at = datetime(day.year, day.month, day.day, 9, 30, tzinfo=zone)
        finished(unit, clerk, at, at + timedelta(hours=1))
    part = part_of(board_of(version, now), 2)
    assert figures(part)["met"] == 2
    assert figures(part) == recounted(part)
    assert [day for day, _sum in part.grown] == [date(2026, 5, 31), date(2026, 6, 30)]


def _declared(name: str, what: Callable[..., Any], **more: Any) -> None:
    def looked_at(case: Timeline, *, clock: Any, now: Any) -> Any:
        """What the test says of a case."""
        return what(case)

    looked_at.__name__ = looked_at.__qualname__ = name
    measure(name, name, **{"of": KIND, "unit": "件", "aspect": Aspect.QUANTITY, **more})(looked_at)


def test_a_stock_reaches_back_before_its_window(
    version: PlanVersion, bind: Callable[..., Any], unit: Unit, clerk: User, now: datetime
) -> None:
    def one_more(case: Timeline) -> Any:
        return amount(Decimal(1), on=case.day(case.begun_at))

    _declared("in_store", one_more, counts_on=CountsOn.DATED, reads=Reads.STOCK)
    bind(2, "desk.in_store", window=WindowKind.CONTRACT, begin=date(2026, 6, 1), end=date(2026, 7, 1))
    for day in (60, 40, 2):
        opened(unit, clerk, now - timedelta(days=day))
    part = part_of(board_of(version, now), 2)
    assert part.prospect.value == 3
    assert figures(part) == recounted(part)


def test_of_topics_each_is_counted_apart_and_the_least_counts(
    version: PlanVersion, bind: Callable[..., Any], unit: Unit, clerk: User, officer: User, now: datetime
) -> None:
    made = [shared_things.create_topic(name, since=date(2026, 1, 1), by=officer, now=now) for name in "甲乙丙"]
    _declared(
        "by_topic", lambda case: met(on=case.day(case.begun_at)), counts_on=CountsOn.BEGUN, reads=Reads.COUNT,
        needs_topic=True,
    )  # fmt: skip
    bind(2, "desk.by_topic", topics=made[:2])
    for topic in (made[0], made[0], made[1], made[2]):
        opened(unit, clerk, now - timedelta(days=30), topic=topic)
    live = part_of(board_of(version, now), 2)
    assert {topic: reading.met for topic, reading in live.by_topic} == {made[0].pk: 2, made[1].pk: 1}
    assert live.prospect.value == 1
    then = part_of(board_of(version, now, as_of=timezone.localtime(now).date() - timedelta(days=2)), 2)
    assert [(topic, reading.met) for topic, reading in then.by_topic] == [
        (topic, reading.met) for topic, reading in live.by_topic
    ]
    Topic.objects.filter(pk=made[2].pk).update(merged_into=made[1], until=date(2026, 1, 1))
    merged = part_of(board_of(version, now), 2)
    assert dict(merged.by_topic)[made[1].pk].met == 2


def test_a_budget_is_the_second_figure(
    accept: Callable[..., Any], officer: User, unit: Unit, clerk: User, now: datetime
) -> None:
    version = accept(table(row(1, "项目成本控制", "小于等于预算批复金额", code="41-经济成本指标"))).version
    _declared(
        "approved",
        lambda case: amount(Decimal(1000000), on=case.day(case.begun_at)) if case.told("amount") == "7.77" else None,
        unit="元",
        counts_on=CountsOn.DATED,
        reads=Reads.SUM,
    )
    wanted = Wanted(basis=Basis.MEASURE, measure=WORTH, against="desk.approved")
    binding.bind(first(version), 0, wanted, reason="对得上", by=officer, now=now - timedelta(days=100))
    nothing = part_of(board_of(version, now), 1)
    assert nothing.prospect.value is None
    opened(unit, clerk, now - timedelta(days=30), amount="7.77")
    part = part_of(board_of(version, now), 1)
    assert part.reading is not None
    assert part.against is not None
    assert (part.reading.total, part.against.total) == (Decimal("7.77"), Decimal(1000000))
    assert part.prospect.value == Decimal("0.0008")  # 万元, to four places
    assert part.prospect.headroom is not None


def test_nil_returns_tell_nothing_from_no_evidence(
    version: PlanVersion, bind: Callable[..., Any], unit: Unit, clerk: User, now: datetime
) -> None:
    bind(5, WATCHED)
    gauges.put("desk.returned", {}, by=None, now=now - timedelta(days=100))
    assert part_of(board_of(version, now), 5).basis == "none"
    finished(unit, clerk, now - timedelta(days=50), now - timedelta(days=49), amount="0.01")
    day = timezone.localtime(now).date() - timedelta(days=10)
    for as_of in (None, day):
        part = part_of(board_of(version, now, as_of=as_of), 5)
        assert (part.basis, part.prospect.status) == ("nothing_occurred", Status.NOTHING_OCCURRED)
        assert part.reading is not None
        assert part.reading.cases == 0
    opened(unit, clerk, now - timedelta(days=20), amount="0.01")  # a month for which nobody signed
    assert part_of(board_of(version, now), 5).prospect.status is Status.NO_EVIDENCE


# ---- cost ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("days_back", [0, 20])
def test_more_rows_are_no_more_statements(
    version: PlanVersion, life: dict[str, Case], bind: Callable[..., Any], unit: Unit, now: datetime, days_back: int
) -> None:
    connection.run_on_commit.clear()  # what a commit would do: the gauges are kept from here on
    as_of = timezone.localtime(now).date() - timedelta(days=days_back) if days_back else None

    def statements() -> int:
        board_of(version, now, as_of=as_of)
        with CaptureQueriesContext(connection) as captured:
            standing.read(version, now=now, as_of=as_of)
        return len(captured)

    few = statements()
    for number in (1, 2, 3):
        project = Project.objects.create(unit=unit, name=f"项目{number}", since_year=2026, until_year=2026)
        bind(number, (ON_TIME, FINISHED, WORTH)[number - 1], project=project)
    bind(4, ON_TIME, 1)
    connection.run_on_commit.clear()
    assert few <= 6
    assert statements() <= few


def test_the_days_of_a_board_are_those_of_its_windows(version: PlanVersion, life: dict[str, Case]) -> None:
    bound = standing.bindings_on([version.pk], date(2026, 6, 29))
    assert {each.days for each in bound} == {Days.year(2026)}
