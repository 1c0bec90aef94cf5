"""Posts, appointments, and the rights that follow from them along the tree."""

from collections.abc import Callable, Iterator
from datetime import date, datetime
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import DatabaseError, transaction

from shixiao.engine.bilingual import Text
from shixiao.ledger.models import Event
from shixiao.people import actions, handing_over, queries, responsibilities
from shixiao.people.models import Appointment, Post, Role, Unit, User
from shixiao.people.permissions import NONE, holds, mandates
from shixiao.people.refusals import Refused
from shixiao.people.responsibilities import UnknownResponsibility, declare

pytestmark = pytest.mark.django_db
DAY, NEXT, LATER = date(2026, 6, 1), date(2026, 6, 2), date(2026, 7, 1)
CLERK, SEAL, HEAD = "trial.clerk", "trial.seal", "trial.head"


@pytest.fixture(autouse=True)
def _words(monkeypatch: pytest.MonkeyPatch) -> None:
    declared = dict(responsibilities.DECLARED)
    monkeypatch.setattr(responsibilities, "_declared", declared)
    monkeypatch.setattr(responsibilities, "DECLARED", declared)
    monkeypatch.setattr("shixiao.people.actions.posts.DECLARED", declared)
    for word in (CLERK, SEAL, HEAD):
        declare(word, Text("试", word))


@pytest.fixture
def tree(db: None, now: datetime) -> dict[str, Unit]:
    """A office, A1 hall, A11 desk, A2 archive."""
    made: dict[str, Unit] = {}
    for code, above in (("A", ""), ("A1", "A"), ("A11", "A1"), ("A2", "A")):
        made[code] = actions.create_unit(
            code, code=code, parent=made.get(above), since=date(2020, 1, 1), by=None, now=now
        )
    return made


@pytest.fixture
def clerk(db: None, now: datetime) -> Post:
    return actions.create_post("经办", code="CLERK", words=[CLERK, SEAL], by=None, now=now)


@pytest.fixture
def head(db: None, now: datetime) -> Post:
    return actions.create_post("处长", code="HEAD", words=[HEAD], by=None, now=now)


@pytest.fixture
def li(account: Callable[..., User]) -> User:
    return account("li", role=Role.STAFF)


@pytest.fixture
def wang(account: Callable[..., User]) -> User:
    return account("wang", role=Role.STAFF)


def last() -> tuple[str, dict[str, Any]]:
    event = Event.objects.last()
    assert event is not None
    return event.kind, event.particulars


# ---- words -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "word", ["clerk", "Trial.clerk", "trial.", "trial clerk", "试.办", "trial.clerk", "a." * 99 + "b"]
)
def test_a_word_that_is_none_or_declared_already_is_a_mistake(word: str) -> None:
    with pytest.raises(ValueError):
        declare(word, Text("试", "trial"))


def test_a_post_carries_only_declared_words(clerk: Post, now: datetime) -> None:
    with pytest.raises(ValidationError, match=r"没有这样的职责：trial\.emperor"):
        actions.create_post("皇帝", code="EMPEROR", words=["trial.emperor"], by=None, now=now)
    with pytest.raises(ValidationError, match="没有这样的职责"):
        actions.set_post_responsibilities(clerk, words=[CLERK, "trial.emperor"], by=None, now=now)
    assert Post.objects.count() == 1
    assert set(clerk.may.values_list("word", flat=True)) == {CLERK, SEAL}


def test_what_a_post_carries_changes_with_an_event_and_not_twice(clerk: Post, now: datetime) -> None:
    for _ in range(2):
        actions.set_post_responsibilities(clerk, words=[CLERK, HEAD], by=None, now=now)
    assert set(clerk.may.values_list("word", flat=True)) == {CLERK, HEAD}
    assert last() == (
        "people.post_responsibilities_set",
        {"before": [CLERK, SEAL], "after": [CLERK, HEAD]},
    )
    assert Event.objects.filter(kind="people.post_responsibilities_set").count() == 1


def test_a_word_of_an_office_that_is_gone_stays_until_it_is_taken_away(clerk: Post, now: datetime) -> None:
    clerk.may.create(word="gone.clerk")
    actions.set_post_responsibilities(clerk, words=[CLERK, "gone.clerk"], by=None, now=now)
    assert set(clerk.may.values_list("word", flat=True)) == {CLERK, "gone.clerk"}
    actions.set_post_responsibilities(clerk, words=[CLERK], by=None, now=now)
    with pytest.raises(ValidationError):
        actions.set_post_responsibilities(clerk, words=["gone.clerk"], by=None, now=now)


# ---- rights follow the tree --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("at", "asked", "is_held"),
    [
        ("A", "A", True),
        ("A", "A11", True),
        ("A1", "A11", True),
        ("A1", "A1", True),
        ("A1", "A", False),
        ("A1", "A2", False),
        ("A11", "A1", False),
    ],
)
def test_a_right_holds_at_the_unit_and_below_and_nowhere_else(
    tree: dict[str, Unit], clerk: Post, li: User, now: datetime, at: str, asked: str, is_held: bool
) -> None:
    actions.appoint(li, post=clerk, unit=tree[at], since=DAY, by=None, now=now)
    assert holds(li, CLERK, unit=tree[asked], on=DAY) is is_held
    assert holds(li, HEAD, unit=tree[asked], on=DAY) is False
    assert holds(li, CLERK, unit=None, on=DAY) is True


@pytest.mark.parametrize(
    ("on", "is_held"), [(date(2026, 5, 31), False), (DAY, True), (date(2026, 6, 30), True), (LATER, False)]
)
def test_a_right_holds_from_its_first_day_to_the_day_before_its_end(
    tree: dict[str, Unit], clerk: Post, li: User, now: datetime, on: date, is_held: bool
) -> None:
    appointment = actions.appoint(li, post=clerk, unit=tree["A"], since=DAY, by=None, now=now)
    actions.end_appointment(appointment, on=LATER, by=None, now=now)
    assert holds(li, CLERK, unit=tree["A"], on=on) is is_held


def test_a_right_moves_with_the_unit(tree: dict[str, Unit], clerk: Post, li: User, now: datetime) -> None:
    actions.appoint(li, post=clerk, unit=tree["A2"], since=DAY, by=None, now=now)
    actions.move_unit(tree["A11"], to=tree["A2"], by=None, now=now)
    assert holds(User.objects.get(pk=li.pk), CLERK, unit=tree["A11"], on=DAY)


def test_all_rights_of_a_request_cost_one_statement(
    tree: dict[str, Unit], clerk: Post, head: Post, li: User, now: datetime, django_assert_num_queries: Any
) -> None:
    actions.appoint(li, post=clerk, unit=tree["A1"], since=DAY, by=None, now=now)
    actions.appoint(li, post=head, unit=tree["A11"], since=DAY, by=None, now=now)
    actions.appoint(li, post=clerk, unit=tree["A11"], since=DAY, by=None, now=now)
    with django_assert_num_queries(1):
        found = mandates(li, DAY)
        assert holds(li, CLERK, unit=tree["A1"], on=DAY)
        assert not holds(li, HEAD, unit=tree["A1"], on=DAY)
    assert found.words == {CLERK, SEAL, HEAD}
    assert found.paths_for(CLERK) == (tree["A1"].path,)
    assert (found.main_unit_id, found.main_unit_path) == (tree["A1"].pk, tree["A1"].path)
    assert found.allow(CLERK, tree["A11"].path)
    assert not found.allow(CLERK, tree["A2"].path)


@pytest.mark.parametrize(("on", "code"), [(date(2026, 5, 31), None), (DAY, "A1"), (LATER, "A2")])
def test_where_somebody_belongs_is_where_the_main_appointment_is(
    tree: dict[str, Unit], clerk: Post, head: Post, li: User, now: datetime, on: date, code: str | None
) -> None:
    actions.appoint(li, post=clerk, unit=tree["A1"], since=DAY, by=None, now=now)
    actions.appoint(li, post=head, unit=tree["A11"], since=DAY, by=None, now=now)
    actions.transfer(li, unit=tree["A2"], post=clerk, since=LATER, by=None, now=now)
    found = queries.unit_of(li, on=on)
    assert (found.code if found else None) == code


def test_a_word_that_nobody_declares_is_a_mistake_and_not_a_no(li: User) -> None:
    with pytest.raises(UnknownResponsibility, match=r"trial\.emperor"):
        holds(li, "trial.emperor", unit=None, on=DAY)


def test_who_is_disabled_or_nobody_holds_nothing(tree: dict[str, Unit], clerk: Post, li: User, now: datetime) -> None:
    from django.contrib.auth.models import AnonymousUser

    actions.appoint(li, post=clerk, unit=tree["A"], since=DAY, by=None, now=now)
    actions.disable(li, by=None, now=now)
    assert mandates(li, DAY) == mandates(AnonymousUser(), DAY) == NONE


# ---- appointing --------------------------------------------------------------------------------------------------


def test_an_appointment_is_an_event_of_ids_and_the_first_is_the_main_one(
    tree: dict[str, Unit], clerk: Post, head: Post, li: User, now: datetime
) -> None:
    first = actions.appoint(li, post=clerk, unit=tree["A1"], since=DAY, by=None, now=now)
    assert last() == (
        "people.appointed",
        {"appointment": first.pk, "post": clerk.pk, "unit": tree["A1"].pk, "since": "2026-06-01", "is_main": True},
    )
    second = actions.appoint(li, post=head, unit=tree["A1"], since=DAY, by=None, now=now)
    assert not second.is_main
    third = actions.appoint(li, post=head, unit=tree["A2"], since=DAY, is_main=True, by=None, now=now)
    assert list(li.appointments.filter(is_main=True)) == [third]


def test_the_same_post_at_the_same_unit_is_held_once_at_a_time(
    tree: dict[str, Unit], clerk: Post, li: User, now: datetime
) -> None:
    first = actions.appoint(li, post=clerk, unit=tree["A1"], since=DAY, by=None, now=now)
    with pytest.raises(ValidationError, match="“li”已在A1担任经办"):
        actions.appoint(li, post=clerk, unit=tree["A1"], since=NEXT, by=None, now=now)
    with pytest.raises(DatabaseError), transaction.atomic():
        Appointment.objects.create(user=li, post=clerk, unit=tree["A1"], since=NEXT)
    actions.end_appointment(first, on=NEXT, by=None, now=now)
    actions.appoint(li, post=clerk, unit=tree["A1"], since=NEXT, by=None, now=now)


def test_an_appointment_made_by_mistake_is_undone_on_its_first_day(
    tree: dict[str, Unit], clerk: Post, li: User, now: datetime
) -> None:
    appointment = actions.appoint(li, post=clerk, unit=tree["A1"], since=DAY, by=None, now=now)
    with pytest.raises(ValidationError, match="从 2026-06-01 开始"):
        actions.end_appointment(appointment, on=date(2026, 5, 31), by=None, now=now)
    actions.end_appointment(appointment, on=DAY, by=None, now=now)
    actions.end_appointment(appointment, on=LATER, by=None, now=now)
    assert last() == ("people.appointment_ended", {"appointment": appointment.pk, "on": "2026-06-01"})
    assert mandates(li, DAY) == NONE
    with pytest.raises(DatabaseError), transaction.atomic():
        Appointment.objects.filter(pk=appointment.pk).update(until=date(2026, 5, 31))


def test_nobody_is_appointed_at_a_unit_that_is_not_there(
    tree: dict[str, Unit], clerk: Post, li: User, now: datetime
) -> None:
    actions.close_unit(tree["A2"], on=LATER, by=None, now=now)
    for day in (date(2019, 12, 31), LATER):
        with pytest.raises(ValidationError, match="不存在"):
            actions.appoint(li, post=clerk, unit=tree["A2"], since=day, by=None, now=now)
    assert not Appointment.objects.exists()


def test_a_unit_where_somebody_works_is_not_closed(tree: dict[str, Unit], clerk: Post, li: User, now: datetime) -> None:
    appointment = actions.appoint(li, post=clerk, unit=tree["A2"], since=DAY, by=None, now=now)
    with pytest.raises(ValidationError, match="还有人在这里任职：li"):
        actions.close_unit(tree["A2"], on=LATER, by=None, now=now)
    actions.end_appointment(appointment, on=LATER, by=None, now=now)
    with pytest.raises(ValidationError, match="还有人在这里任职：li"):
        actions.close_unit(tree["A2"], on=NEXT, by=None, now=now)
    actions.close_unit(tree["A2"], on=LATER, by=None, now=now)


@pytest.mark.parametrize("role", [Role.SYSTEM_ADMINISTRATOR, Role.SECURITY_ADMINISTRATOR, Role.AUDITOR])
def test_an_administrator_holds_no_post_and_who_holds_one_becomes_none(
    tree: dict[str, Unit], clerk: Post, account: Callable[..., User], li: User, now: datetime, role: Role
) -> None:
    administrator = account("root", role=role)
    with pytest.raises(ValidationError, match="不能担任岗位"):
        actions.appoint(administrator, post=clerk, unit=tree["A"], since=DAY, by=None, now=now)
    actions.appoint(li, post=clerk, unit=tree["A"], since=DAY, by=None, now=now)
    with pytest.raises(ValidationError, match="不能兼任管理员"):
        actions.change_role(li, role=role, by=None, now=now)
    li.refresh_from_db()
    assert li.role == Role.STAFF


def test_one_person_administers_with_one_account_and_works_with_one(account: Callable[..., User]) -> None:
    account("li", role=Role.STAFF, staff_number="007")
    account("root", role=Role.SYSTEM_ADMINISTRATOR, staff_number="007")
    with pytest.raises(ValidationError, match="三员不能由同一人兼任"):
        account("audit", role=Role.AUDITOR, staff_number="007")
    with pytest.raises(ValidationError, match="已有账号用这个工号"):
        account("li2", role=Role.READER, staff_number="007")
    with pytest.raises(DatabaseError), transaction.atomic():
        User.objects.create(
            username="x",
            display_name="x",
            role=Role.AUDITOR,
            staff_number="007",
            created_at=datetime.now().astimezone(),
        )
    for name in ("a", "b"):
        account(name, role=Role.AUDITOR)


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.SECURITY_ADMINISTRATOR])
def test_only_the_security_administrator_grants_and_a_vain_try_is_noted(
    tree: dict[str, Unit], clerk: Post, li: User, account: Callable[..., User], now: datetime, role: Role
) -> None:
    by = account("zhao", role=role)
    appointment = actions.appoint(li, post=clerk, unit=tree["A"], since=DAY, by=None, now=now)
    for attempt in (
        lambda: actions.create_post("x", code="X", by=by, now=now),
        lambda: actions.set_post_responsibilities(clerk, words=[], by=by, now=now),
        lambda: actions.appoint(by, post=clerk, unit=tree["A"], since=DAY, by=by, now=now),
        lambda: actions.end_appointment(appointment, on=LATER, by=by, now=now),
        lambda: actions.transfer(li, unit=tree["A"], post=clerk, since=LATER, by=by, now=now),
    ):
        with pytest.raises(Refused):
            attempt()
    assert Event.objects.filter(kind="people.attempt_refused", by_id=str(by.pk)).count() == 5
    security = account("qian", role=Role.SECURITY_ADMINISTRATOR)
    actions.end_appointment(appointment, on=LATER, by=security, now=now)


# ---- moving and leaving ------------------------------------------------------------------------------------------


@pytest.fixture
def work() -> Iterator[dict[str, int]]:
    """Open cases of an invented room above, by person."""
    left: dict[str, int] = {}

    def hand_over(user: User, to: User, *, by: User | None, now: datetime) -> int:
        count = left.pop(user.username, 0)
        left[to.username] = left.get(to.username, 0) + count
        return count

    handing_over.register(
        "trial.cases", Text("事项", "cases"), count=lambda user: left.get(user.username, 0), hand_over=hand_over
    )
    yield left
    handing_over.unregister("trial.cases")


def test_who_leaves_loses_posts_and_account_on_that_day_in_one_event(
    tree: dict[str, Unit], clerk: Post, head: Post, li: User, now: datetime
) -> None:
    first = actions.appoint(li, post=clerk, unit=tree["A1"], since=DAY, by=None, now=now)
    second = actions.appoint(li, post=head, unit=tree["A1"], since=LATER, by=None, now=now)
    actions.leave(li, on=NEXT, by=None, now=now)
    actions.leave(li, on=LATER, by=None, now=now)
    li.refresh_from_db()
    assert (li.is_active, li.left_on) == (False, NEXT)
    assert [a.until for a in li.appointments.order_by("id")] == [NEXT, LATER]
    assert last() == (
        "people.left",
        {"on": "2026-06-02", "ended": [first.pk, second.pk], "successor": None, "handed_over": {}},
    )
    assert Event.objects.filter(kind="people.left").count() == 1


def test_open_work_finds_a_successor_or_nobody_leaves(
    tree: dict[str, Unit], clerk: Post, li: User, wang: User, work: dict[str, int], now: datetime
) -> None:
    work["li"] = 3
    actions.appoint(li, post=clerk, unit=tree["A1"], since=DAY, by=None, now=now)
    with pytest.raises(ValidationError, match="还有未办完的：事项 3"):
        actions.leave(li, on=NEXT, by=None, now=now)
    with pytest.raises(ValidationError, match="须是另一位"):
        actions.leave(li, on=NEXT, successor=li, by=None, now=now)
    li.refresh_from_db()
    assert (li.is_active, work) == (True, {"li": 3})
    actions.leave(li, on=NEXT, successor=wang, by=None, now=now)
    assert work == {"wang": 3}
    assert last()[1]["handed_over"] == {"trial.cases": 3}
    assert last()[1]["successor"] == wang.pk


@pytest.mark.parametrize("state", ["inactive", "administrator"])
def test_work_does_not_go_to_somebody_who_cannot_do_it(
    account: Callable[..., User], li: User, work: dict[str, int], now: datetime, state: str
) -> None:
    work["li"] = 1
    role = Role.AUDITOR if state == "administrator" else Role.STAFF
    nobody = account("nobody", role=role)
    if state == "inactive":
        actions.disable(nobody, by=None, now=now)
    with pytest.raises(ValidationError, match="不能接手"):
        actions.leave(li, on=NEXT, successor=nobody, by=None, now=now)


def test_who_moves_takes_a_new_main_post_and_says_what_becomes_of_open_work(
    tree: dict[str, Unit], clerk: Post, li: User, wang: User, work: dict[str, int], now: datetime
) -> None:
    work["li"] = 2
    old = actions.appoint(li, post=clerk, unit=tree["A1"], since=DAY, by=None, now=now)
    with pytest.raises(ValidationError, match="请指定由谁接手"):
        actions.transfer(li, unit=tree["A2"], post=clerk, since=LATER, by=None, now=now)
    old.refresh_from_db()
    assert old.until is None
    new = actions.transfer(li, unit=tree["A2"], post=clerk, since=LATER, keeps_work=True, by=None, now=now)
    old.refresh_from_db()
    assert (old.until, new.is_main, work) == (LATER, True, {"li": 2})
    assert holds(li, CLERK, unit=tree["A1"], on=date(2026, 6, 30))
    assert not holds(li, CLERK, unit=tree["A1"], on=LATER)
    actions.transfer(li, unit=tree["A1"], post=clerk, since=date(2026, 8, 1), successor=wang, by=None, now=now)
    assert work == {"wang": 2}
    kind, particulars = last()
    assert (kind, particulars["ended"], particulars["handed_over"]) == (
        "people.transferred",
        new.pk,
        {"trial.cases": 2},
    )
