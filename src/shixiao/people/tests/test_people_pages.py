"""The pages of units, staff, posts and the book: who sees what, and what each button does."""

import re
from collections.abc import Callable
from datetime import date, datetime
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse

from shixiao.ledger.models import Event
from shixiao.people import actions
from shixiao.people.models import Appointment, Post, Role, Unit, User

pytestmark = pytest.mark.django_db
SYSTEM, SECURITY, AUDITOR = Role.SYSTEM_ADMINISTRATOR, Role.SECURITY_ADMINISTRATOR, Role.AUDITOR
DAY = date(2026, 1, 1)


@pytest.fixture
def house(account: Callable[..., User], now: datetime) -> dict[str, Any]:
    """A office with one hall, one post, one clerk there, and somebody without a post."""
    office = actions.create_unit("办公厅", code="A", parent=None, since=DAY, by=None, now=now)
    hall = actions.create_unit("综合处", code="A1", parent=office, since=DAY, by=None, now=now)
    post = actions.create_post("经办", code="CLERK", by=None, now=now)
    li = account("li", role=Role.STAFF, display_name="李四", staff_number="007")
    wang = account("wang", role=Role.STAFF, display_name="王五")
    held = actions.appoint(li, post=post, unit=hall, since=DAY, by=None, now=now)
    return {"office": office, "hall": hall, "post": post, "li": li, "wang": wang, "held": held}


@pytest.fixture
def as_role(account: Callable[..., User], signed_in: Callable[[User], Client]) -> Callable[[Role], Client]:
    return lambda role: signed_in(account(f"by-{role.value.replace('_', '-')}", role=role))


def numbered(house: dict[str, Any], name: str) -> str:
    of = {"unit": "hall", "post": "post", "end_appointment": "held"}
    for key, thing in of.items():
        if name == key or name.endswith(f"_{key}"):
            return reverse(f"people:{name}", args=[house[thing].pk])
    person = ("member", "appoint", "transfer", "leave", "role", "set_password")
    return reverse(f"people:{name}", args=[house["li"].pk]) if name in person else reverse(f"people:{name}")


OPEN = ("units", "unit", "posts", "post", "staff", "member")
KEEPING = ("rename_unit", "move_unit", "close_unit", "set_password")
GRANTING = ("appoint", "transfer", "role", "end_appointment")
BOTH = ("leave", "import", "import_template")
LISTS = {"new_unit": {SYSTEM}, "new_account": {SYSTEM}, "new_post": {SECURITY}, "book": {AUDITOR}}


def address(house: dict[str, Any], name: str) -> str:
    return reverse(f"people:{name}") if name in LISTS or name.startswith("import") else numbered(house, name)


@pytest.mark.parametrize("role", list(Role))
def test_who_sees_which_page(house: dict[str, Any], as_role: Callable[[Role], Client], role: Role) -> None:
    client = as_role(role)
    groups = ((OPEN, set(Role)), (KEEPING, {SYSTEM}), (GRANTING, {SECURITY}), (BOTH, {SYSTEM, SECURITY}))
    allowed = LISTS | {name: roles for names, roles in groups for name in names}
    for name, roles in allowed.items():
        status = client.get(address(house, name)).status_code
        assert (name, status) == (name, 200 if role in roles else 403)


@pytest.mark.parametrize("role", list(Role))
def test_the_menu_shows_the_book_to_the_auditor_only(as_role: Callable[[Role], Client], role: Role) -> None:
    page = as_role(role).get("/account/").content.decode()
    assert ('href="/people/book/"' in page) is (role is AUDITOR)
    assert 'href="/people/"' in page


@pytest.mark.parametrize("path", ["/people/", "/people/staff/", "/people/book/", "/people/units/1/", "/people/import/"])
def test_strangers_are_led_to_sign_in(client: Client, path: str) -> None:
    assert client.get(path).url == f"/sign-in/?next={path}"


@pytest.mark.parametrize("name", ["switch", "unlock", "reset_second_step"])
def test_a_link_changes_nobody(house: dict[str, Any], as_role: Callable[[Role], Client], name: str) -> None:
    assert as_role(SYSTEM).get(reverse(f"people:{name}", args=[house["li"].pk])).status_code == 405


# ---- units -----------------------------------------------------------------------------------------------------


def test_the_tree_shows_levels_and_how_many_work_where(
    house: dict[str, Any], as_role: Callable[[Role], Client]
) -> None:
    page = as_role(Role.READER).get("/people/").content.decode()
    assert "2 个单位，1 人在岗" in page
    assert page.index("办公厅") < page.index("　<a href") < page.index("综合处")
    assert "设立单位" not in page


def test_the_system_administrator_keeps_the_tree(house: dict[str, Any], as_role: Callable[[Role], Client]) -> None:
    client, office, hall = as_role(SYSTEM), house["office"], house["hall"]
    assert f'value="{hall.pk}" selected' in client.get(f"/people/units/new/?parent={hall.pk}").content.decode()
    given = {"name": "窗口", "short_name": "", "code": "a11", "parent": hall.pk, "since": "2026-02-01"}
    assert client.post("/people/units/new/", given).url == "/people/"
    assert Unit.objects.get(code="A11").parent == hall
    again = client.post("/people/units/new/", given)
    assert (again.status_code, "已有单位用这个编码" in again.content.decode()) == (422, True)
    client.post(f"/people/units/{hall.pk}/rename/", {"name": "综合一处", "short_name": "一处"})
    assert Unit.objects.get(pk=hall.pk).name == "综合一处"
    loop = client.post(f"/people/units/{office.pk}/move/", {"to": hall.pk})
    assert (loop.status_code, "不能作它的上级" in loop.content.decode()) == (422, True)
    assert client.post(f"/people/units/{hall.pk}/move/", {"to": ""}).status_code == 302
    assert Unit.objects.get(pk=hall.pk).parent is None
    held = client.post(f"/people/units/{hall.pk}/close/", {"on": "2026-03-01"})
    assert (held.status_code, "下级单位还在：窗口" in held.content.decode()) == (422, True)
    below = Unit.objects.get(code="A11")
    assert client.post(f"/people/units/{below.pk}/close/", {"on": "2026-03-01"}).status_code == 302
    assert "窗口" not in client.get("/people/").content.decode()
    assert "窗口" in client.get("/people/?closed").content.decode()


@pytest.mark.parametrize("day", ["", "yesterday", "2026-02-30", "２０２６", "\0"])
def test_a_day_that_is_none_stands_beside_its_field(
    house: dict[str, Any], as_role: Callable[[Role], Client], day: str
) -> None:
    response = as_role(SYSTEM).post(f"/people/units/{house['hall'].pk}/close/", {"on": day})
    assert response.status_code == 422
    assert 'class="error"' in response.content.decode()


# ---- posts and appointments ------------------------------------------------------------------------------------


def test_the_security_administrator_makes_posts_and_appoints(
    house: dict[str, Any], as_role: Callable[[Role], Client]
) -> None:
    client, li = as_role(SECURITY), house["li"]
    assert client.post("/people/posts/new/", {"name": "处长", "code": "HEAD"}).url == "/people/posts/"
    head = Post.objects.get(code="HEAD")
    path = f"/people/staff/{li.pk}/appoint/"
    given = {"post": head.pk, "unit": house["office"].pk, "since": "2026-02-01"}
    assert client.post(path, given).url == f"/people/staff/{li.pk}/"
    assert (client.post(path, given)).status_code == 422
    page = client.get(f"/people/staff/{li.pk}/").content.decode()
    assert "办公厅" in page
    assert "处长" in page
    appointment = Appointment.objects.get(post=head)
    end = f"/people/appointments/{appointment.pk}/end/"
    assert client.post(end, {"on": "2026-01-31"}).status_code == 422
    assert client.post(end, {"on": "2026-02-01"}).status_code == 302
    assert "当天撤销" in client.get(f"/people/staff/{li.pk}/").content.decode()
    moved = {"post": head.pk, "unit": house["office"].pk, "since": "2026-03-01"}
    assert client.post(f"/people/staff/{li.pk}/transfer/", moved).status_code == 302
    assert li.appointments.get(is_main=True, until=None).post == head


def test_an_administrator_is_not_offered_a_post(house: dict[str, Any], as_role: Callable[[Role], Client]) -> None:
    client = as_role(SECURITY)
    me = User.objects.get(role=SECURITY)
    assert "appoint/" not in client.get(f"/people/staff/{me.pk}/").content.decode()
    given = {"post": house["post"].pk, "unit": house["hall"].pk, "since": "2026-02-01"}
    assert "不能担任岗位" in client.post(f"/people/staff/{me.pk}/appoint/", given).content.decode()


def test_no_page_makes_an_administrator(house: dict[str, Any], as_role: Callable[[Role], Client]) -> None:
    client, li = as_role(SECURITY), house["li"]
    for role in (SYSTEM, SECURITY, AUDITOR):
        assert client.post(f"/people/staff/{li.pk}/role/", {"role": role}).status_code == 422
    me = User.objects.get(role=SECURITY)
    assert client.post(f"/people/staff/{me.pk}/role/", {"role": Role.OFFICER}).status_code == 422
    assert client.post(f"/people/staff/{li.pk}/role/", {"role": Role.OFFICER}).status_code == 302
    assert User.objects.get(pk=li.pk).role == Role.OFFICER


# ---- accounts --------------------------------------------------------------------------------------------------


def test_the_system_administrator_keeps_accounts(house: dict[str, Any], as_role: Callable[[Role], Client]) -> None:
    client = as_role(SYSTEM)
    given = {"username": "zhao", "display_name": "赵六", "staff_number": "008", "role": "staff", "password": "short"}
    refused = client.post("/people/staff/new/", given)
    assert (refused.status_code, "密码太短" in refused.content.decode()) == (422, True)
    assert "short" not in refused.content.decode()
    assert client.post("/people/staff/new/", given | {"password": "a-good-long-word-7"}).url == "/people/staff/"
    zhao = User.objects.get(username="zhao")
    assert zhao.must_change_password
    assert client.post(f"/people/staff/{zhao.pk}/password/", {"password": "a-better-word-8"}).status_code == 302
    client.post(f"/people/staff/{zhao.pk}/switch/")
    assert not User.objects.get(pk=zhao.pk).is_active
    me = User.objects.get(role=SYSTEM)
    client.post(f"/people/staff/{me.pk}/switch/")
    assert User.objects.get(pk=me.pk).is_active
    assert client.post(f"/people/staff/{house['li'].pk}/leave/", {"on": "2026-06-01"}).status_code == 302
    assert "离开" in client.get(f"/people/staff/{house['li'].pk}/").content.decode()
    assert client.post("/people/staff/new/", given | {"role": "auditor"}).status_code == 422


def test_one_administrator_has_no_hold_over_another(
    house: dict[str, Any], as_role: Callable[[Role], Client], account: Callable[..., User], now: datetime
) -> None:
    client, other = as_role(SYSTEM), account("safe", role=SECURITY)
    me = User.objects.get(username="by-system-administrator")
    refused = client.post(f"/people/staff/{other.pk}/password/", {"password": "a-better-word-8"})
    assert (refused.status_code, "只能在服务器上" in refused.content.decode()) == (422, True)
    client.post(f"/people/staff/{other.pk}/switch/")
    assert client.post(f"/people/staff/{other.pk}/leave/", {"on": "2026-06-01"}).status_code == 422
    for step in (
        lambda: actions.disable(other, by=me, now=now),
        lambda: actions.enable(other, by=me, now=now),
        lambda: actions.change_role(other, role=Role.STAFF, by=me, now=now),
        lambda: actions.change_role(house["wang"], role=AUDITOR, by=me, now=now),
        lambda: actions.create_account("x", display_name="x", role=AUDITOR, password="a-better-word-8", by=me, now=now),
    ):
        with pytest.raises(ValidationError, match="只能在服务器上"):
            step()
    other.refresh_from_db()
    assert (other.is_active, other.role, other.check_password("a-better-word-8")) == (True, SECURITY, False)
    actions.change_password(other, password="a-better-word-8", by=other, now=now)
    page = client.get(f"/people/staff/{other.pk}/").content.decode()
    assert not re.search(r"/(password|switch|leave|role|appoint)/", page[page.index("<main") :])


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("q=李", ["李四"]),
        ("q=007", ["李四"]),
        ("q=WANG", ["王五"]),
        ("role=reader", ["by-reader"]),
        ("state=inactive", []),
        ("q=%00", None),
        ("q=%25", []),
        ("role=emperor", None),
        ("page=x", None),
        ("page=99999", None),
    ],
)
def test_people_are_found_and_nonsense_is_no_error(
    house: dict[str, Any], as_role: Callable[[Role], Client], query: str, names: list[str] | None
) -> None:
    response = as_role(Role.READER).get(f"/people/staff/?{query}")
    assert response.status_code == 200
    if names is not None:
        assert re.findall(r'<th scope="row"><a [^>]+>([^<]+)', response.content.decode()) == names


@pytest.mark.parametrize("path", ["/people/", "/people/staff/", "/people/posts/", "/people/book/"])
def test_a_longer_list_costs_no_more_statements(
    house: dict[str, Any], account: Any, as_role: Callable[[Role], Client], now: datetime, path: str,
    django_assert_max_num_queries: Any,
) -> None:  # fmt: skip
    client = as_role(AUDITOR)
    for number in range(12):
        unit = actions.create_unit(
            f"处{number}", code=f"B{number}", parent=house["office"], since=DAY, by=None, now=now
        )
        post = actions.create_post(f"岗{number}", code=f"P{number}", by=None, now=now)
        actions.appoint(account(f"u{number}", role=Role.STAFF), post=post, unit=unit, since=DAY, by=None, now=now)
    with django_assert_max_num_queries(6):
        client.get(path)


# ---- the book --------------------------------------------------------------------------------------------------


def rows(page: str) -> list[str]:
    return re.findall(r"<code class=\"soft\">([a-z_.]+)</code>", page)


def test_the_auditor_filters_the_book(house: dict[str, Any], as_role: Callable[[Role], Client]) -> None:
    client = as_role(AUDITOR)
    everything = rows(client.get("/people/book/").content.decode())
    assert len(everything) == Event.objects.count()
    assert rows(client.get("/people/book/?kind=people.appointed").content.decode()) == ["people.appointed"]
    assert rows(client.get("/people/book/?who=LI").content.decode()) == ["people.appointed", "people.account_created"]
    assert rows(client.get("/people/book/?who=nobody").content.decode()) == []
    assert rows(client.get("/people/book/?since=2026-06-30&until=2026-06-30").content.decode()) == everything
    assert rows(client.get("/people/book/?since=2026-07-01").content.decode()) == []
    assert rows(client.get("/people/book/?until=2026-06-29").content.decode()) == []
    for nonsense in ("kind=x", "since=x", "who=%00", "before=x", "before=99999999999999999999"):
        assert client.get(f"/people/book/?{nonsense}").status_code == 200


def test_older_events_follow_by_their_number(reader: User, as_role: Callable[[Role], Client], now: datetime) -> None:
    for number in range(60):
        (actions.enable if number % 2 else actions.disable)(reader, by=None, now=now)
    client = as_role(AUDITOR)
    first = client.get("/people/book/").content.decode()
    older = re.search(r"before=(\d+)", first)
    assert older is not None
    second = client.get(f"/people/book/?before={older[1]}").content.decode()
    assert len(rows(first)) == 50
    assert len(rows(first)) + len(rows(second)) == Event.objects.count()


def test_the_book_shows_people_by_name_and_no_button(house: dict[str, Any], as_role: Callable[[Role], Client]) -> None:
    page = as_role(AUDITOR).get("/people/book/").content.decode()
    assert "李四" in page
    assert "任职" in page
    main = page[page.index("<main") :]
    assert 'method="post"' not in main
