"""The address book: what would change is shown, what was chosen is done by steps of people's own, and nothing is deleted."""

from collections.abc import Callable, Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client
from pytest_django import DjangoAssertNumQueries, Settings

from shixiao.ledger.models import Event
from shixiao.messages.channels.sms import numbers
from shixiao.messages.channels.yuezhengyi import accounts, contacts
from shixiao.messages.channels.yuezhengyi.contacts import Book, Department, Member, Sort
from shixiao.messages.models import YuezhengyiDepartment
from shixiao.messages.tests.provided import GETTOKEN, given_token, provided
from shixiao.messages.tests.servers import HANG_UP, CallServer
from shixiao.people import actions
from shixiao.people.models import Role, Unit, User

pytestmark = pytest.mark.django_db
DEPARTMENTS, MEMBERS = "/cgi-bin/department/list", "/cgi-bin/user/list"
PAGE = "/messages/channels/yuezhengyi/contacts/"


@pytest.fixture
def keeper(account: Callable[..., User]) -> User:
    return account("keeper", role=Role.SYSTEM_ADMINISTRATOR)


@pytest.fixture
def house(keeper: User, now: datetime) -> Unit:
    since = date(2020, 1, 1)
    top = actions.create_unit("模拟办公室", code="A", parent=None, since=since, by=keeper, now=now)
    actions.create_unit("秘书科", code="B", parent=top, since=since, by=keeper, now=now)
    return top


def book(*departments: tuple[int, str, int], members: tuple[tuple[str, str, str], ...] = ()) -> Book:
    return Book(
        tuple(Department(*each) for each in departments),
        tuple(Member(user_id, name, mobile, (1,)) for user_id, name, mobile in members),
    )


USUAL = book((1, "模拟办公室", 0), (2, "秘书科", 1))


def found(told: Book, now: datetime) -> list[tuple[Sort, str, str]]:
    return [(each.sort, each.before, each.after) for each in contacts.changes(told, now=now)]


def do(told: Book, keeper: User, now: datetime, *sorts: Sort) -> contacts.Done:
    keys = [each.key for each in contacts.changes(told, now=now) if not sorts or each.sort in sorts]
    return contacts.apply(told, keys, by=keeper, now=now)


# ---- departments -------------------------------------------------------------------------------------------------


def test_what_is_the_same_is_linked_and_what_is_new_is_made(house: Unit, keeper: User, now: datetime) -> None:
    told = book((1, "模拟办公室", 0), (2, "秘书科", 1), (3, "督查科", 1), (4, "一组", 3))
    assert found(told, now) == [
        (Sort.SAME, "模拟办公室", "模拟办公室"),
        (Sort.SAME, "秘书科", "秘书科"),
        (Sort.NEW, "", "督查科"),
        (Sort.NEW, "", "一组"),
    ]
    assert do(told, keeper, now) == contacts.Done(4, (), 0)
    assert found(told, now) == []
    group = Unit.objects.get(name="一组")
    assert (group.code, group.parent and group.parent.name) == ("YZY4", "督查科")
    assert Event.objects.filter(kind="people.unit_created").count() == 4
    assert Event.objects.filter(kind="messages.department_linked").count() == 4


def test_another_name_and_another_place(house: Unit, keeper: User, now: datetime) -> None:
    do(USUAL, keeper, now)
    told = book((1, "模拟办公室", 0), (3, "综合处", 1), (2, "文秘科", 3))
    assert found(told, now) == [
        (Sort.NEW, "", "综合处"),
        (Sort.RENAMED, "秘书科", "文秘科"),
        (Sort.MOVED, "秘书科 ← 模拟办公室", "综合处"),
    ]
    assert do(told, keeper, now).refused == ()
    unit = Unit.objects.get(code="B")
    assert (unit.name, unit.parent and unit.parent.name) == ("文秘科", "综合处")
    assert found(told, now) == []


def test_what_is_gone_is_shown_and_stays(house: Unit, keeper: User, now: datetime) -> None:
    do(USUAL, keeper, now)
    told = book((1, "模拟办公室", 0))
    assert found(told, now) == [(Sort.GONE, "秘书科", "")]
    assert do(told, keeper, now) == contacts.Done(0, (), 1)
    assert Unit.objects.get(code="B").until is None
    assert YuezhengyiDepartment.objects.count() == 2


def test_of_two_units_with_one_name_neither_is_guessed(house: Unit, keeper: User, now: datetime) -> None:
    actions.create_unit("秘书科", code="C", parent=house, since=date(2020, 1, 1), by=keeper, now=now)
    assert (Sort.NEW, "", "秘书科") in found(USUAL, now)


def test_below_what_was_not_chosen_nothing_is_made(house: Unit, keeper: User, now: datetime) -> None:
    told = book((1, "模拟办公室", 0), (3, "督查科", 1), (4, "一组", 3))
    do(told, keeper, now, Sort.SAME)
    keys = [each.key for each in contacts.changes(told, now=now) if each.after == "一组"]
    done = contacts.apply(told, keys, by=keeper, now=now)
    assert done.count == 0
    assert "上级部门还没有对应" in done.refused[0]
    assert not Unit.objects.filter(name="一组").exists()


def test_departments_that_wait_for_each_other_are_left_out(now: datetime) -> None:
    assert [each.id for each in contacts._parents_first([Department(2, "a", 3), Department(3, "b", 2)])] == []
    assert [each.id for each in contacts._parents_first([Department(9, "a", 4), Department(4, "b", 1)])] == [4, 9]


# ---- people ------------------------------------------------------------------------------------------------------


def test_who_is_who_is_proposed_by_number_or_name_and_never_guessed(
    people: list[User], keeper: User, now: datetime
) -> None:
    li, wang, zhao = people
    numbers.set_number(li, "13800138000", by=keeper, now=now)
    told = book(
        (1, "x", 0),
        members=(
            ("l", "另一个名字", "13800138000"),  # the same number
            ("w", wang.display_name, ""),  # the same name
            ("z1", zhao.display_name, ""),  # two of that name: neither
            ("z2", zhao.display_name, ""),
            ("n", "模拟新人", ""),
        ),
    )
    changes = [each for each in contacts.changes(told, now=now) if each.sort in (Sort.LINK, Sort.JOIN)]
    assert [(each.sort, each.key, each.why) for each in changes] == [
        (Sort.LINK, f"link-l-{li.pk}", "手机号相同"),
        (Sort.LINK, f"link-w-{wang.pk}", "姓名相同"),
        (Sort.JOIN, "join-n", ""),
    ]
    assert do(told, keeper, now, Sort.LINK, Sort.JOIN) == contacts.Done(3, (), 0)
    assert accounts.of(people) == {li.pk: "l", wang.pk: "w"}
    new = User.objects.get(username="n")
    assert (new.display_name, new.role, new.has_usable_password()) == ("模拟新人", "staff", False)
    assert accounts.who_is("N") == new


def test_whoever_left_is_shown_and_stays(people: list[User], keeper: User, now: datetime) -> None:
    accounts.set_account(people[0], "l", by=keeper, now=now)
    told = book((1, "x", 0))
    assert [each for each in found(told, now) if each[0] is Sort.LEFT] == [
        (Sort.LEFT, f"{people[0].display_name} l", "")
    ]
    do(told, keeper, now, Sort.LEFT)
    assert accounts.of(people[:1])
    people[0].refresh_from_db()
    assert people[0].is_active


def test_administrators_are_nobody_to_link(keeper: User, now: datetime) -> None:
    told = book((1, "x", 0), members=(("k", keeper.display_name, ""),))
    assert [each.sort for each in contacts.changes(told, now=now)] == [Sort.NEW, Sort.JOIN]


def test_one_that_is_refused_keeps_no_other_back(people: list[User], keeper: User, now: datetime) -> None:
    told = book((1, "x", 0), members=(("LI", "模拟新人", ""), ("n", "模拟另一新人", "")))
    done = do(told, keeper, now, Sort.JOIN)
    assert done.count == 1
    assert "已有这个账号" in done.refused[0]
    assert User.objects.filter(username="n").exists()


def test_only_the_system_administrator(people: list[User], now: datetime) -> None:
    with pytest.raises(PermissionDenied, match="系统管理员"):
        contacts.apply(USUAL, ["new-1"], by=people[0], now=now)


def test_the_preview_takes_few_statements(
    house: Unit, people: list[User], now: datetime, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    told = book(
        *((n, f"部门{n}", max(n - 1, 0)) for n in range(1, 12)),
        members=tuple((f"u{n}", f"人{n}", "") for n in range(50)),
    )
    with django_assert_max_num_queries(5):
        contacts.changes(told, now=now)


# ---- asked for ---------------------------------------------------------------------------------------------------


@pytest.fixture
def there(settings: Settings, tmp_path: Path) -> Iterator[CallServer]:
    with provided(settings, tmp_path) as server:
        told = [
            {"id": 2, "name": "秘书科", "parentid": 1, "order": 1},
            {"id": 1, "name": "模拟办公室", "parentid": 0},
            {"id": 3, "name": "督查科", "parentid": 1},
        ]
        server.say(DEPARTMENTS, {"errcode": 0, "department": told})
        server.say(MEMBERS, {"errcode": 0, "userlist": [{"userid": "n", "name": "模拟新人", "department": [2]}]})
        yield server


def test_the_page_reads_shows_and_does_what_was_ticked(
    house: Unit, keeper: User, people: list[User], there: CallServer, signed_in: Callable[[User], Client]
) -> None:
    browser = signed_in(keeper)
    assert "什么也不会删除" in browser.get(PAGE).content.decode()
    assert there.calls == []
    shown = browser.post(PAGE, {"do": "read"}).content.decode()
    assert "读到 3 个部门、1 名成员，有 4 项与这里不同" in shown
    assert 'value="new-3" aria-label' in shown
    assert not Unit.objects.filter(name="督查科").exists()
    told = {"do": "apply", "change": [f"same-1-{house.pk}", "new-3", "new-77", "join-of-nobody"]}
    done = browser.post(PAGE, told).content.decode()
    assert "2 项已经办理。2 项在通讯录里已经变了，没有办理。" in done
    assert Unit.objects.get(name="督查科").parent == house
    assert there.of(MEMBERS)[0].query == {"access_token": "token-1", "department_id": "1", "fetch_child": "1"}
    assert signed_in(people[0]).post(PAGE, {"do": "read"}).status_code == 403


def test_the_address_book_may_have_a_secret_of_its_own(
    there: CallServer, settings: Settings, tmp_path: Path, now: datetime
) -> None:
    (tmp_path / "own").write_text("own-secret")
    settings.SHIXIAO_YUEZHENGYI_CONTACTS_FILE = str(tmp_path / "own")
    there.say(GETTOKEN, given_token(9))
    assert len(contacts.read(now=now).departments) == 3
    assert there.of(GETTOKEN)[0].query["corpsecret"] == "own-secret"


@pytest.mark.parametrize(
    ("path", "answer", "reason"),
    [
        (DEPARTMENTS, {"errcode": 60011}, "wecom_60011"),
        (DEPARTMENTS, {"errcode": 0}, "answer_garbled"),
        (DEPARTMENTS, {"errcode": 0, "department": [{"id": "1", "name": "x"}]}, "answer_garbled"),
        (DEPARTMENTS, {"errcode": 0, "department": [1]}, "answer_garbled"),
        (DEPARTMENTS, HANG_UP, "no_answer"),
        (MEMBERS, {"errcode": 0, "userlist": [{"userid": "@all", "name": "x"}]}, "answer_garbled"),
        (MEMBERS, {"errcode": 0, "userlist": {}}, "answer_garbled"),
        (MEMBERS, 503, "http_503"),
    ],
    ids=str,
)
def test_an_address_book_that_cannot_be_read_changes_nothing(
    house: Unit,
    keeper: User,
    there: CallServer,
    signed_in: Callable[[User], Client],
    path: str,
    answer: Any,
    reason: str,
) -> None:
    there.say(path, answer)
    said = signed_in(keeper).post(PAGE, {"do": "apply", "change": ["new-3"]})
    assert said.status_code == 409
    assert f"没有读到通讯录：{reason}。" in said.content.decode()
    assert Unit.objects.count() == 2
