"""Bindings: what may be bound, what not and why, two people at once, what a change would move, and following into the next version."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied

from shixiao import casework
from shixiao.casework import Opening
from shixiao.casework.models import Project
from shixiao.ledger.models import Event, Gauge, GaugeSet
from shixiao.people import actions as people
from shixiao.people.models import Unit, User
from shixiao.performance import actions, binding, matching, previewing, standing
from shixiao.performance.binding import NotBindable, Wanted
from shixiao.performance.models import Binding, Indicator, PlanVersion
from shixiao.performance.tests.conftest import first, row, table

pytestmark = pytest.mark.django_db
COST = row(1, "项目成本控制", "小于等于预算批复金额", code="41-经济成本指标")
PAID = Wanted(basis="measure", measure="payments.paid_amount", against="payments.approved_budget")
Accept = Callable[..., actions.Acceptance]


@pytest.fixture
def version(accept: Accept) -> PlanVersion:
    return accept(
        table(COST, row(2, "开展培训", "3次"), row(3, "工作氛围", "良好", code="31-服务对象满意度")), fiscal_year=2026
    ).version


@pytest.fixture
def bureau(now: datetime) -> Unit:
    return people.create_unit("某市某局", code="JU", parent=None, since=date(2020, 1, 1), by=None, now=now)


@pytest.fixture
def project(bureau: Unit) -> Project:
    return Project.objects.create(unit=bureau, name="2026年业务经费", since_year=2026, until_year=2026)


def bind(one: Indicator, officer: User, now: datetime, wanted: Wanted = PAID, *, part: int = 0, **more: Any) -> Binding:
    return binding.bind(one, part, wanted, reason="先试一年", by=officer, now=now, **more)


# ---- what may not be bound -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("number", "part", "wanted", "field", "said"),
    [
        (2, 0, PAID, "measure", "两者不能比较"),
        (3, 0, PAID, "measure", "需要评议"),
        (1, 0, Wanted(basis="measure", measure="payments.paid_amount"), "measure", "批复预算"),
        (1, 0, Wanted(basis="measure", measure="registers.nothing"), "measure", "没有“registers.nothing”这个度量"),
        (1, 1, PAID, "part", "没有第 2 个"),
        (1, 0, Wanted(basis="awaited"), "awaits", "等哪个办公系统"),
        (
            2,
            0,
            Wanted(basis="measure", measure="payments.rounds_paid"),
            "parameters",
            "是空的",
        ),
        (
            1,
            0,
            Wanted(basis="declared", begin=date(2026, 7, 1), end=date(2026, 7, 1)),
            "begin",
            "一天也没有",
        ),
    ],
)
def test_what_cannot_be_is_refused_with_the_place_and_the_next_step_and_nothing_is_written(
    version: PlanVersion, officer: User, now: datetime, number: int, part: int, wanted: Wanted, field: str, said: str
) -> None:
    with pytest.raises(NotBindable, match=said) as refused:
        bind(first(version, number), officer, now, wanted, part=part)
    assert refused.value.field == field
    assert (Binding.objects.count(), Gauge.objects.count(), GaugeSet.objects.count()) == (0, 0, 0)


def test_a_window_of_one_day_is_a_window(version: PlanVersion, officer: User, now: datetime) -> None:
    wanted = Wanted(basis="declared", begin=date(2026, 7, 1), end=date(2026, 7, 2))
    assert bind(first(version), officer, now, wanted).end == date(2026, 7, 2)


def test_a_target_that_nobody_can_read_is_not_bound_to_a_measure_and_may_be_declared(
    accept: Accept, officer: User, now: datetime
) -> None:
    version = accept(table(row(1, "培训", "")), fiscal_year=2026).version
    with pytest.raises(NotBindable, match="没有读懂"):
        bind(first(version), officer, now)
    assert bind(first(version), officer, now, Wanted(basis="declared")).basis == "declared"


def test_two_bindings_for_one_part_at_once_are_refused(version: PlanVersion, officer: User, now: datetime) -> None:
    one = first(version)
    twice = [(one, 0, PAID, "一"), (one, 0, Wanted(basis="declared"), "二")]
    with pytest.raises(NotBindable, match="只能有一个绑定"):
        binding.bind_many(twice, by=officer, now=now)
    assert Binding.objects.count() == 0


def test_an_old_version_stays_as_it_was(accept: Accept, officer: User, now: datetime) -> None:
    old = accept(table(COST), fiscal_year=2026).version
    accept(table(COST, total="11.00"), fiscal_year=2026)
    with pytest.raises(NotBindable, match="旧版"):
        bind(first(old), officer, now)


def test_whoever_saw_another_binding_is_told_and_nothing_is_overwritten(
    version: PlanVersion, officer: User, account: Callable[..., User], now: datetime
) -> None:
    one, other = first(version), account("li-officer")
    there = bind(one, other, now, seen=0)
    with pytest.raises(NotBindable, match="li-officer") as refused:
        bind(one, officer, now, Wanted(basis="declared"), seen=0)
    assert (refused.value.field, Binding.objects.count()) == ("seen", 1)
    assert bind(one, officer, now, Wanted(basis="declared"), seen=there.pk).basis == "declared"


def test_the_same_again_is_no_change_and_somebody_else_may_not(
    version: PlanVersion, officer: User, reader: User, now: datetime
) -> None:
    bind(first(version), officer, now)
    with pytest.raises(NotBindable, match="已经这样绑定"):
        bind(first(version), officer, now)
    with pytest.raises(PermissionDenied):
        bind(first(version), reader, now)
    assert Event.objects.filter(kind="performance.indicator_bound").count() == 1


# ---- what would move -------------------------------------------------------------------------------------------


def test_a_preview_says_what_moves_and_writes_nothing(
    version: PlanVersion, project: Project, officer: User, now: datetime
) -> None:
    one = first(version)
    before = Event.objects.count()
    moves = previewing.preview(one, 0, PAID, reason="看看", by=officer, now=now)
    assert moves.is_new
    assert (Binding.objects.count(), Gauge.objects.count(), GaugeSet.objects.count()) == (0, 0, 0)
    assert Event.objects.count() == before
    with pytest.raises(NotBindable, match="不能比较"):
        previewing.preview(first(version, 2), 0, PAID, reason="看看", by=officer, now=now)


def test_a_preview_of_a_known_gauge_shows_the_value_before_and_after(
    version: PlanVersion, project: Project, bureau: Unit, staff: Callable[..., User], officer: User, now: datetime
) -> None:
    bind(first(version), officer, now)
    keeper = staff("keeper", "payments.budget_keeper", at=bureau)
    told = {"project": project.pk, "year": 2026, "document": "模拟1号", "fiscal": Decimal(100_000)}
    casework.open_case("payments.budget", "approve", Opening(unit=bureau, particulars=told), by=keeper, now=now)
    narrow = Wanted(**{**vars(PAID), "project": project, "begin": date(2026, 1, 1), "end": date(2026, 7, 1)})
    moves = previewing.preview(first(version), 0, narrow, reason="看半年", by=officer, now=now)
    assert not moves.is_new
    assert (moves.before.part.against, moves.after.part.against) != (None, None)
    assert Binding.objects.count() == 1


def test_progress_counts_cases_that_were_looked_at_again(
    version: PlanVersion, project: Project, bureau: Unit, staff: Callable[..., User], officer: User, now: datetime
) -> None:
    keeper = staff("keeper", "payments.budget_keeper", at=bureau)
    told = {"project": project.pk, "year": 2026, "document": "模拟1号", "fiscal": Decimal(100_000)}
    casework.open_case("payments.budget", "approve", Opening(unit=bureau, particulars=told), by=keeper, now=now)
    assert previewing.progress(now).is_over
    bind(first(version), officer, now)
    assert (previewing.progress(now).done, previewing.progress(now).total) == (0, 1)
    from shixiao.casework import assessing

    assessing.catch_up(now)
    assert previewing.progress(now).is_over


# ---- the next version ------------------------------------------------------------------------------------------


def newest_of(version: PlanVersion) -> dict[tuple[int, int], Binding]:
    rows = dict(version.indicators.values_list("pk", "row"))
    return {(rows[pk], part): each for (pk, part), each in binding.newest([version.pk]).items()}


def test_bindings_follow_a_renamed_project_with_a_question_until_somebody_confirms(
    accept: Accept, officer: User, now: datetime
) -> None:
    old = accept(table(COST, row(2, "开展培训", "3次")), fiscal_year=2026).version
    made = bind(first(old), officer, now)
    later = now + timedelta(days=1)
    new = accept(
        table(COST, row(2, "开展培训", "3次"), project="2026年度业务工作经费"), fiscal_year=2026, now=later
    ).version
    (followed,) = newest_of(new).values()
    assert (followed.question, followed.carried_from_id, followed.gauge_id) == (
        "project_renamed",
        made.pk,
        made.gauge_id,
    )
    confirmed = binding.confirm(followed, reason="同一个项目", by=officer, now=later)
    assert (confirmed.question, confirmed.gauge_id, confirmed.reason) == ("", made.gauge_id, "同一个项目")
    with pytest.raises(NotBindable, match="没有待确认的问题"):
        binding.confirm(confirmed, reason="", by=officer, now=later)


@pytest.mark.parametrize(
    ("after", "expected"),
    [
        (table(COST, row(2, "开展培训", "3次"), total="11.00"), {(1, 0): "", (2, 0): ""}),
        (table(COST, row(2, "开展培训", "5次")), {(1, 0): "", (2, 0): "wording_changed"}),
        (table(COST), {(1, 0): ""}),
        (table(row(1, "开展培训", "3次"), row(2, "另一个指标", "7个")), {(1, 0): ""}),
    ],
    ids=["nothing of it changed", "a wording changed", "a row is gone", "rows came and went"],
)
def test_bindings_follow_their_rows(
    accept: Accept, officer: User, now: datetime, after: str, expected: dict[tuple[int, int], str]
) -> None:
    old = accept(table(COST, row(2, "开展培训", "3次")), fiscal_year=2026).version
    bind(first(old), officer, now)
    bind(first(old, 2), officer, now, Wanted(basis="declared"))
    new = accept(after, fiscal_year=2026, now=now + timedelta(days=1)).version
    assert {place: each.question for place, each in newest_of(new).items()} == expected
    told = Event.objects.get(kind="performance.bindings_carried").particulars
    assert (told["bindings"], told["dropped"]) == (len(expected), 2 - len(expected))


def test_a_part_that_the_new_wording_has_not_loses_its_binding_and_the_others_ask(
    accept: Accept, officer: User, now: datetime
) -> None:
    two = row(1, "公文传递及时性", "紧急公文在2小时内发出，非紧急公文在8小时内发出", code="13-时效指标")
    old = accept(table(two), fiscal_year=2026).version
    for part in range(2):
        bind(first(old), officer, now, Wanted(basis="declared"), part=part)
    one = row(1, "公文传递及时性", "紧急公文在2小时内发出", code="13-时效指标")
    new = accept(table(one), fiscal_year=2026, now=now + timedelta(days=1)).version
    assert {place: each.question for place, each in newest_of(new).items()} == {(1, 0): "wording_changed"}


# ---- after the year --------------------------------------------------------------------------------------------


def test_evidence_that_comes_after_the_year_counts_in_its_year_and_the_past_day_stays(
    version: PlanVersion, project: Project, bureau: Unit, staff: Callable[..., User], officer: User, now: datetime
) -> None:
    matching.match(
        version, {each.line.key: str(project.pk) for each in matching.proposals(version)}, by=officer, now=now
    )
    bind(first(version), officer, now, Wanted(**{**vars(PAID), "project": project}))
    keeper, late = staff("keeper", "payments.budget_keeper", at=bureau), datetime(2027, 2, 1, 9, tzinfo=now.tzinfo)
    told = {"project": project.pk, "year": 2026, "document": "模拟1号", "fiscal": Decimal(100_000)}
    casework.open_case("payments.budget", "approve", Opening(unit=bureau, particulars=told), by=keeper, now=late)
    live = standing.read(version, now=late, only=[1]).rows[0].parts[0]
    closed = standing.read(version, now=late, as_of=date(2026, 12, 31), only=[1]).rows[0].parts[0]
    assert live.against is not None
    assert live.against.total == 100_000
    assert closed.against is None or not closed.against.cases


def test_a_value_declared_after_the_year_stands_for_the_day_it_names(
    version: PlanVersion, officer: User, now: datetime
) -> None:
    bind(first(version, 2), officer, now, Wanted(basis="declared"))
    late = datetime(2027, 2, 1, 9, tzinfo=now.tzinfo)
    binding.declare(first(version, 2), 0, "4", on=date(2026, 12, 31), note="年终统计表", by=officer, now=late)
    live = standing.read(version, now=late, only=[2]).rows[0].parts[0]
    closed = standing.read(version, now=late, as_of=date(2026, 12, 31), only=[2]).rows[0].parts[0]
    assert (live.basis, live.prospect.value) == ("declared", 4)
    assert (closed.basis, closed.prospect.value) == ("none", None)
    with pytest.raises(NotBindable, match="还没有到"):
        binding.declare(first(version, 2), 0, "4", on=date(2027, 2, 2), note="明天", by=officer, now=late)


# ---- declaring -------------------------------------------------------------------------------------------------


def test_a_part_that_stands_on_nothing_stands_on_what_is_declared_in_one_step(
    version: PlanVersion, officer: User, now: datetime
) -> None:
    one, given = first(version, 2), {"on": date(2026, 6, 1), "note": "签到表", "by": officer, "now": now}
    binding.declare(one, 0, "4", **given)
    (made,) = Binding.objects.filter(indicator=one)
    assert (made.basis, made.reason) == ("declared", "签到表")
    assert list(Event.objects.order_by("-id").values_list("kind", flat=True)[:2]) == [
        "performance.value_declared",
        "performance.indicator_bound",
    ]
    binding.declare(one, 0, "5", **given)
    bind(one, officer, now, Wanted(basis="none"))
    binding.declare(one, 0, "6", **given)
    assert list(Binding.objects.filter(indicator=one).order_by("id").values_list("basis", flat=True)) == [
        "declared",
        "none",
        "declared",
    ]


@pytest.mark.parametrize("wanted", [Wanted(basis="review"), Wanted(basis="awaited", awaits="feedback")])
def test_a_part_that_stands_on_something_else_stays_there(
    version: PlanVersion, officer: User, now: datetime, wanted: Wanted
) -> None:
    one = first(version, 2)
    bind(one, officer, now, wanted)
    binding.declare(one, 0, "4", on=date(2026, 6, 1), note="签到表", by=officer, now=now)
    assert Binding.objects.get(indicator=one).basis == wanted.basis


def test_what_cannot_be_declared_binds_nothing(version: PlanVersion, officer: User, now: datetime) -> None:
    with pytest.raises(NotBindable):
        binding.declare(first(version, 2), 0, "很多", on=date(2026, 6, 1), note="签到表", by=officer, now=now)
    assert not Binding.objects.exists()
