"""The tree of units: its paths are right after every step, and what would break it is refused."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime

import pytest
from django.core.exceptions import ValidationError
from django.db import DatabaseError, connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from shixiao.ledger.models import Event
from shixiao.people import actions
from shixiao.people.models import DEEPEST, LAST_UNIT_ID, Role, Unit, User, after, levels
from shixiao.people.refusals import Refused

pytestmark = pytest.mark.django_db
DAY = date(2026, 1, 1)
Make = Callable[..., Unit]


@pytest.fixture
def unit(db: None, now: datetime) -> Make:
    def make(code: str, parent: Unit | None = None, name: str = "") -> Unit:
        return actions.create_unit(name or f"单位{code}", code=code, parent=parent, since=DAY, by=None, now=now)

    return make


def kinds() -> list[str]:
    return [event.kind.removeprefix("people.") for event in Event.objects.all()]


def test_a_unit_lies_in_the_range_of_every_unit_above_it_and_of_no_other(unit: Make) -> None:
    office = unit("A")
    hall, archive = unit("A1", office), unit("A2", office)
    desk = unit("A11", hall)
    assert list(Unit.objects.within(office)) == [office, hall, desk, archive]
    assert list(Unit.objects.within(hall)) == [hall, desk]
    assert list(Unit.objects.within(archive)) == [archive]
    assert list(Unit.objects.ancestors(desk)) == [office, hall]
    assert (desk.path, desk.depth) == ("000001000002000004", 3)


@pytest.mark.parametrize(
    ("path", "behind"), [("000001", "000002"), ("000001000009", "000001000010"), (f"{LAST_UNIT_ID:06}", "999999")]
)
def test_the_path_behind_a_unit(path: str, behind: str) -> None:
    assert after(path) == behind
    assert levels("000001000009") == ["000001", "000001000009"]


def test_a_new_unit_is_an_event_of_codes(unit: Make) -> None:
    office = unit("A")
    hall = unit("a1", office)
    event = Event.objects.last()
    assert event is not None
    assert (event.kind, event.subject_kind, event.subject_id) == ("people.unit_created", "people.unit", str(hall.pk))
    assert event.particulars == {"code": "A1", "parent": office.pk, "since": "2026-01-01"}


@pytest.mark.parametrize("code", ["", "A", "a", "ａ", "A 1", "单位", "A-1", "A\0", "A\n", "\ud800", "X" * 33])
def test_a_code_that_is_taken_or_none_is_refused_and_leaves_nothing(unit: Make, code: str) -> None:
    unit("A")
    with pytest.raises(ValidationError):
        unit(code)
    assert (Unit.objects.count(), kinds()) == (1, ["unit_created"])


@pytest.mark.parametrize("name", [" ", "a\0b", "\udc00", "名" * 101])
def test_a_name_that_is_none_is_refused(unit: Make, name: str) -> None:
    with pytest.raises(ValidationError):
        unit("A", name=name)
    assert not Unit.objects.exists()


@pytest.mark.parametrize(
    "broken",
    [
        {"path": "000009"},
        {"depth": 2},
        {"parent_id": 1},
        {"code": "b"},
        {"code": ""},
        {"code": "X" * 33},
        {"name": ""},
        {"name": "名" * 101},
        {"until": date(2025, 12, 31)},
        {"id": 0, "path": "000000"},
        {"id": 999_999, "path": "999999"},
    ],
)
def test_the_database_itself_refuses_a_unit_that_cannot_be(broken: dict[str, object]) -> None:
    whole = {"id": 1, "name": "一处", "code": "B", "path": "000001", "depth": 1, "since": DAY}
    with pytest.raises(DatabaseError), transaction.atomic():
        Unit.objects.create(**whole | broken)
    Unit.objects.create(**whole)


def test_a_move_takes_everything_below_along(unit: Make, now: datetime) -> None:
    office, other = unit("A"), unit("B")
    hall = unit("A1", office)
    desk = unit("A11", hall)
    actions.move_unit(hall, to=other, by=None, now=now)
    desk.refresh_from_db()
    assert (hall.path, desk.path, desk.depth) == ("000002000003", "000002000003000004", 3)
    assert list(Unit.objects.within(office)) == [office]
    actions.move_unit(hall, to=None, by=None, now=now)
    desk.refresh_from_db()
    assert (hall.depth, desk.path) == (1, "000003000004")
    moves = [event.particulars for event in Event.objects.filter(kind="people.unit_moved")]
    assert moves == [{"before": 1, "after": 2}, {"before": 2, "after": None}]


def test_a_move_to_where_it_is_changes_nothing(unit: Make, now: datetime) -> None:
    hall = unit("A1", unit("A"))
    actions.move_unit(hall, to=hall.parent, by=None, now=now)
    assert kinds() == ["unit_created"] * 2


def test_a_unit_cannot_move_below_itself_and_the_sentence_says_why(unit: Make, now: datetime) -> None:
    office = unit("A", name="办公室")
    hall = unit("A1", office)
    desk = unit("A11", hall, name="窗口")
    for target in (office, hall, desk):
        with pytest.raises(ValidationError, match="是“办公室”自己或它的下级，不能作它的上级"):
            actions.move_unit(office, to=target, by=None, now=now)
    assert [u.path for u in Unit.objects.all()] == ["000001", "000001000002", "000001000002000003"]
    assert "unit_moved" not in kinds()


def test_a_move_with_what_the_caller_believed_before_somebody_else_moved(unit: Make, now: datetime) -> None:
    office, other = unit("A"), unit("B")
    stale_office, stale_other = Unit.objects.get(pk=office.pk), Unit.objects.get(pk=other.pk)
    actions.move_unit(office, to=other, by=None, now=now)
    with pytest.raises(ValidationError, match="不能作它的上级"):
        actions.move_unit(stale_other, to=stale_office, by=None, now=now)


def test_the_tree_has_a_deepest_level(unit: Make, now: datetime) -> None:
    chain = [unit("L1")]
    for level in range(2, DEEPEST + 1):
        chain.append(unit(f"L{level}", chain[-1]))
    with pytest.raises(ValidationError, match="最多 12 级"):
        unit("L13", chain[-1])
    with pytest.raises(ValidationError, match="最多 12 级"):
        actions.move_unit(chain[0], to=unit("TOP"), by=None, now=now)


def test_a_closed_unit_takes_no_new_ones_and_keeps_its_place(unit: Make, now: datetime) -> None:
    office = unit("A")
    hall = unit("A1", office)
    with pytest.raises(ValidationError, match="下级单位还在：单位A1"):
        actions.close_unit(office, on=DAY, by=None, now=now)
    actions.close_unit(hall, on=date(2026, 6, 1), by=None, now=now)
    actions.close_unit(hall, on=date(2026, 7, 1), by=None, now=now)
    assert kinds().count("unit_closed") == 1
    assert [u.code for u in Unit.objects.open_on(date(2026, 5, 31))] == ["A", "A1"]
    assert [u.code for u in Unit.objects.open_on(date(2026, 6, 1))] == ["A"]
    with pytest.raises(ValidationError, match="已撤销"):
        unit("A11", hall)
    with pytest.raises(ValidationError, match="已撤销"):
        actions.move_unit(unit("C"), to=hall, by=None, now=now)


def test_a_unit_is_not_closed_before_it_was_there(unit: Make, now: datetime) -> None:
    office = unit("A")
    with pytest.raises(ValidationError):
        actions.close_unit(office, on=date(2025, 12, 31), by=None, now=now)


def test_another_name_is_an_event_and_the_same_is_none(unit: Make, now: datetime) -> None:
    office = unit("A")
    actions.rename_unit(office, name="新名", short_name="新", by=None, now=now)
    actions.rename_unit(office, name=" 新名 ", short_name="新", by=None, now=now)
    assert kinds() == ["unit_created", "unit_renamed"]
    assert str(Unit.objects.get()) == "新"


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.SYSTEM_ADMINISTRATOR])
def test_only_the_system_administrator_keeps_the_tree_and_a_vain_try_is_noted(
    account: Callable[..., User], unit: Make, now: datetime, role: Role
) -> None:
    office, li = unit("A"), account("li", role=role)
    for attempt in (
        lambda: actions.create_unit("x", code="X", parent=None, since=DAY, by=li, now=now),
        lambda: actions.rename_unit(office, name="x", short_name="", by=li, now=now),
        lambda: actions.move_unit(office, to=None, by=li, now=now),
        lambda: actions.close_unit(office, on=DAY, by=li, now=now),
    ):
        with pytest.raises(Refused):
            attempt()
    refused = Event.objects.filter(kind="people.attempt_refused")
    assert [event.particulars["what"] for event in refused] == [
        "people.create_unit",
        "people.rename_unit",
        "people.move_unit",
        "people.close_unit",
    ]
    assert {(event.subject_id, event.by_id) for event in refused} == {(str(li.pk), str(li.pk))}
    administrator = account("root", role=Role.SYSTEM_ADMINISTRATOR)
    actions.create_unit("x", code="X", parent=None, since=DAY, by=administrator, now=now)


@pytest.mark.django_db(transaction=True)
def test_two_moves_at_once_make_no_loop(unit: Make, now: datetime) -> None:
    first, second = unit("A"), unit("B")
    ready = threading.Barrier(2)

    def move(what: Unit, to: Unit) -> str:
        ready.wait()
        try:
            actions.move_unit(what, to=to, by=None, now=now)
        except ValidationError as refused:
            return refused.code or ""
        finally:
            connection.close()
        return "moved"

    with ThreadPoolExecutor(2) as pool:
        outcomes = list(pool.map(move, (first, second), (second, first)))
    assert sorted(outcomes) == ["loop", "moved"]
    assert sorted(each.depth for each in Unit.objects.all()) == [1, 2]


@pytest.mark.django_db(transaction=True)
def test_units_made_at_once_get_ids_of_their_own(db: None, now: datetime) -> None:
    def make(number: int) -> None:
        try:
            actions.create_unit(f"处{number}", code=f"N{number}", parent=None, since=DAY, by=None, now=now)
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(make, range(12)))
    assert sorted(Unit.objects.values_list("id", flat=True)) == list(range(1, 13))


@given(moves=st.lists(st.tuples(st.integers(0, 7), st.integers(-1, 7)), max_size=12))
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_after_any_moves_every_path_is_the_path_of_the_parent_and_the_own_id(
    unit: Make, now: datetime, moves: list[tuple[int, int]]
) -> None:
    with transaction.atomic():
        made = [unit(f"U{number}") for number in range(8)]
        for what, where in moves:
            try:
                actions.move_unit(made[what], to=made[where] if where >= 0 else None, by=None, now=now)
            except ValidationError:
                continue
        for each in Unit.objects.select_related("parent"):
            assert each.path == (each.parent.path if each.parent else "") + f"{each.pk:06}"
            assert each.depth == (each.parent.depth if each.parent else 0) + 1
        transaction.set_rollback(True)
