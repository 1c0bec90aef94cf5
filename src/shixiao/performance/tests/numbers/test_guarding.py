"""Law 9 on the board, attacked: whoever does not hold a restricted register learns how a row stands and a ratio, and nothing else."""

import json
from collections.abc import Callable
from dataclasses import fields, is_dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from shixiao.casework.models import Case
from shixiao.casework.models import Project as OfficesProject
from shixiao.engine.measures import Reading
from shixiao.people import actions as people
from shixiao.people.models import Role, Unit, User
from shixiao.performance import binding, guarding, previewing
from shixiao.performance.binding import NotBindable, Wanted
from shixiao.performance.models import Basis, Binding, PlanVersion
from shixiao.performance.tests.conftest import first
from shixiao.performance.tests.numbers.conftest import FINISHED, ON_TIME, board_of, finished
from shixiao.performance.why import as_json, explain

pytestmark = pytest.mark.django_db


def some(unit: Unit, clerk: User, now: datetime, number: int) -> None:
    begun = now - timedelta(days=35)
    for each in range(number):
        finished(unit, clerk, begun, begun + timedelta(hours=1), title=f"密{each}")


def hold(user: User, unit: Unit, now: datetime) -> None:
    """The person gets the post that opens the desk's restricted cases."""
    post = people.create_post("限制台账", code="HOLDS", words=("desk.overseer",), by=None, now=now)
    people.appoint(user, post=post, unit=unit, since=date(2020, 1, 1), is_main=True, by=None, now=now)


def readings_in(value: Any) -> list[Reading]:
    """Every reading that lies anywhere in a value."""
    if isinstance(value, Reading):
        return [value]
    if is_dataclass(value) and not isinstance(value, type):
        return [found for each in fields(value) for found in readings_in(getattr(value, each.name))]
    if isinstance(value, (tuple, list)):
        return [found for each in value for found in readings_in(each)]
    return []


def test_of_what_is_not_restricted_everybody_sees_everything(
    version: PlanVersion, life: dict[str, Case], stranger: User, now: datetime
) -> None:
    board = board_of(version, now)
    seen = guarding.board(board, by=stranger, now=now)
    assert seen.rows == board.rows
    shown = seen.of[board.rows[0].id, 0]
    assert (shown.value, shown.other, shown.is_open, shown.may_open) == ("50.0%", "33.3%", True, True)
    assert not seen.of[board.rows[4].id, 0].may_open  # bound to nothing: there is nothing to open


@pytest.mark.parametrize("who", ["officer", "stranger", "auditor", "nobody"])
def test_others_see_the_status_and_the_ratio_alone(
    who: str,
    version: PlanVersion,
    bind: Callable[..., Any],
    restrict: Callable[[], None],
    unit: Unit,
    clerk: User,
    account: Callable[..., User],
    request: pytest.FixtureRequest,
    now: datetime,
) -> None:
    bind(1, ON_TIME)
    some(unit, clerk, now, 6)
    restrict()
    by = {"auditor": lambda: account("auditor", role=Role.AUDITOR), "nobody": lambda: None}.get(
        who, lambda: request.getfixturevalue(who)
    )()
    board = board_of(version, now, only=[1])
    seen = guarding.board(board, by=by, now=now)
    (row,) = seen.rows
    shown = seen.of[row.id, 0]
    assert (shown.value, shown.is_open, shown.may_open) == ("100%", False, False)
    assert shown.note
    assert row.status is board.rows[0].status
    assert readings_in(row) == readings_in(shown) == []
    for prospect in (row.prospect, shown.part.prospect):
        assert (prospect.headroom, prospect.pace, prospect.forecast, prospect.judgement) == (None, None, None, None)
        assert (prospect.value, prospect.value_with_exclusions, prospect.chance) == (None, None, None)


def test_the_holder_sees_all_of_it(
    version: PlanVersion, bind: Callable[..., Any], restrict: Callable[[], None], unit: Unit, clerk: User, now: datetime
) -> None:
    bind(1, ON_TIME)
    some(unit, clerk, now, 6)
    restrict()
    board = board_of(version, now, only=[1])
    shown = guarding.board(board, by=clerk, now=now).of[board.rows[0].id, 0]
    assert shown.is_open
    assert shown.may_open
    assert shown.part is board.rows[0].parts[0]


@pytest.mark.parametrize(("number", "value"), [(0, "—"), (1, "少于 5"), (4, "少于 5"), (5, "5 件")])
def test_a_small_count_is_fewer_than_five(
    number: int,
    value: str,
    version: PlanVersion,
    bind: Callable[..., Any],
    restrict: Callable[[], None],
    unit: Unit,
    clerk: User,
    officer: User,
    now: datetime,
) -> None:
    bind(2, FINISHED)
    some(unit, clerk, now, number)
    restrict()
    (row,) = board_of(version, now, only=[2]).rows
    assert guarding.shown(row.parts[0], by=officer, now=now).value == value


def test_nothing_that_could_be_compared_is_shown(
    version: PlanVersion,
    bind: Callable[..., Any],
    restrict: Callable[[], None],
    unit: Unit,
    clerk: User,
    officer: User,
    stranger: User,
    now: datetime,
) -> None:
    """Half a year, a unit, a project, a past day: of each the ratio would tell what a second ratio leaves out. A holder bound it so."""
    hold(officer, unit, now)
    project = OfficesProject.objects.create(unit=unit, name="甲", since_year=2026, until_year=2026)
    some(unit, clerk, now, 6)
    restrict()
    narrowed = [
        {"begin": date(2026, 1, 1), "end": date(2026, 7, 1), "window": "interval"},
        {"begin": date(2025, 1, 1), "end": date(2027, 1, 1), "window": "interval"},
        {"unit": unit},
        {"project": project},
    ]
    for number, scope in enumerate(narrowed):
        bind(1, ON_TIME, at=now - timedelta(days=90 - number), **scope)
        (row,) = board_of(version, now, only=[1]).rows
        assert guarding.shown(row.parts[0], by=stranger, now=now).value == "不分开显示", scope
    bind(1, ON_TIME, at=now - timedelta(days=80))
    (row,) = board_of(version, now, only=[1], as_of=date(2026, 6, 1)).rows
    assert guarding.shown(row.parts[0], by=stranger, now=now, as_of=date(2026, 6, 1)).value == "不分开显示"


def test_whoever_holds_it_at_one_unit_does_not_open_the_whole(
    version: PlanVersion,
    bind: Callable[..., Any],
    restrict: Callable[[], None],
    unit: Unit,
    clerk: User,
    staff: Callable[..., User],
    now: datetime,
) -> None:
    other = people.create_unit("另一处", code="OTH", parent=unit, since=date(2020, 1, 1), by=None, now=now)
    there = staff("there", "desk.clerk", at=other)
    bind(1, ON_TIME)
    bind(2, ON_TIME.replace("answered_on_time", "finished"), unit=other)
    some(unit, clerk, now, 6)
    restrict()
    whole, own = board_of(version, now, only=[1, 2]).rows
    assert not guarding.shown(whole.parts[0], by=there, now=now).is_open
    assert guarding.shown(own.parts[0], by=there, now=now).is_open
    assert guarding.shown(whole.parts[0], by=clerk, now=now).is_open


def test_a_gauge_that_is_not_in_use_any_more_is_judged_by_its_kinds_of_case(
    version: PlanVersion,
    bind: Callable[..., Any],
    restrict: Callable[[], None],
    unit: Unit,
    clerk: User,
    now: datetime,
) -> None:
    from shixiao.ledger import gauges

    made = bind(1, ON_TIME)
    some(unit, clerk, now, 6)
    gauges.retire(made.gauge, by=None, now=now)
    gauges.forget()
    (row,) = board_of(version, now, only=[1]).rows
    assert guarding.shown(row.parts[0], by=clerk, now=now).is_open
    restrict()
    shown = guarding.shown(row.parts[0], by=clerk, now=now)
    assert (shown.is_open, shown.value) == (False, "不显示")


def test_a_compound_with_one_hidden_part_keeps_the_figures_of_the_other_alone(
    version: PlanVersion,
    bind: Callable[..., Any],
    restrict: Callable[[], None],
    unit: Unit,
    clerk: User,
    officer: User,
    now: datetime,
) -> None:
    bind(4, ON_TIME, 0)
    some(unit, clerk, now, 6)
    restrict()
    board = board_of(version, now, only=[4])
    (row,) = guarding.board(board, by=officer, now=now).rows
    assert readings_in(row) == []
    assert row.prospect.forecast is None
    assert row.status is board.rows[0].status


def test_the_explanation_tells_no_more_than_the_board(
    version: PlanVersion,
    bind: Callable[..., Any],
    restrict: Callable[[], None],
    unit: Unit,
    clerk: User,
    officer: User,
    now: datetime,
) -> None:
    """By JSON, too; today and on a past day. 7 cases: no 7 is anywhere in it beside dates, ids and the row."""
    bind(2, FINISHED)
    some(unit, clerk, now, 7)
    restrict()
    for as_of in (None, date(2026, 6, 1)):
        (row,) = board_of(version, now, only=[2], as_of=as_of).rows
        told = as_json(explain(row, by=officer, now=now, as_of=as_of))
        (part,) = told["parts"]
        assert part["is_hidden"]
        assert (part["cases"], part["value"], part["value_with_exclusions"]) == ([], None, None)
        assert (part["headroom"], part["pace"], part["forecast"], part["chance"]) == (None, None, None, None)
        assert part["nil_returns"] is None
        assert [each["code"] for each in part["unknown"]] == ["hidden"]
        assert "/evidence/" not in json.dumps(told)
        assert "密" not in json.dumps(told, ensure_ascii=False)
        shown = {"zh": "7 件", "en": "7 cases"} if as_of is None else {"zh": "不分开显示"}
        assert part["value_text"]["without"]["zh"] == shown["zh"]


def test_nobody_tries_out_on_a_restricted_register_what_another_window_would_tell(
    version: PlanVersion,
    bind: Callable[..., Any],
    restrict: Callable[[], None],
    unit: Unit,
    clerk: User,
    officer: User,
    now: datetime,
) -> None:
    """Month after month its status would count the cases of each: a preview without a trace, a binding for everybody to see."""
    bind(2, FINISHED)
    some(unit, clerk, now, 7)
    half = Wanted(
        basis=Basis.MEASURE, measure=FINISHED, window="interval", begin=date(2026, 6, 1), end=date(2026, 7, 1)
    )
    given = {"reason": "试试", "by": officer, "now": now}
    open_ = previewing.preview(first(version, 2), 0, half, **given)
    assert open_.is_moved
    restrict()
    there = Binding.objects.count()
    for narrow in (
        half,
        replace(half, begin=None, end=None, unit=unit),
        replace(half, basis=Basis.MEASURE, end=date(2026, 6, 2)),
    ):
        with pytest.raises(NotBindable, match="限制台账"):
            previewing.preview(first(version, 2), 0, narrow, **given)
        with pytest.raises(NotBindable, match="限制台账"):
            binding.bind(first(version, 2), 0, narrow, **given)
    assert Binding.objects.count() == there
    whole = Wanted(basis=Basis.MEASURE, measure=ON_TIME)
    moves = previewing.preview(first(version, 1), 0, whole, **given)
    assert moves.is_hidden
    assert not moves.is_moved
    assert moves.after.part == moves.before.part
    assert readings_in(moves) == []
    binding.bind(first(version, 1), 0, whole, **given)


def test_who_holds_a_restricted_register_binds_it_as_its_work_needs(
    version: PlanVersion, restrict: Callable[[], None], unit: Unit, officer: User, now: datetime
) -> None:
    restrict()
    june = {"window": "interval", "begin": date(2026, 6, 1), "end": date(2026, 7, 1)}
    wanted = Wanted(basis=Basis.MEASURE, measure=FINISHED, **june)  # type: ignore[arg-type]
    given = {"reason": "按月", "by": officer, "now": now}
    with pytest.raises(NotBindable, match="限制台账"):
        binding.bind(first(version, 2), 0, wanted, **given)
    hold(officer, unit, now)
    assert binding.bind(first(version, 2), 0, wanted, **given).begin == date(2026, 6, 1)


def test_a_whole_board_costs_a_bounded_number_of_statements(
    version: PlanVersion, life: dict[str, Case], restrict: Callable[[], None], clerk: User, officer: User, now: datetime
) -> None:
    restrict()
    board = board_of(version, now)
    for who, most in ((officer, 3), (clerk, 4)):  # two of them are the gauges, which a process keeps
        who.known_mandates = None
        with CaptureQueriesContext(connection) as asked:
            guarding.board(board, by=who, now=now)
        assert len(asked) <= most, [each["sql"] for each in asked]


def test_names_are_for_the_officer_the_auditor_and_oneself(
    officer: User, stranger: User, clerk: User, account: Callable[..., User]
) -> None:
    assert guarding.may_see_names(officer)
    assert guarding.may_see_names(account("auditor", role=Role.AUDITOR))
    assert guarding.may_see_names(clerk, of=clerk)
    assert not guarding.may_see_names(stranger, of=clerk)
    assert not guarding.may_see_names(None)
