"""Passwords that must be changed, idle browsers, locks that are lifted, and refusals that are noted."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.test import Client, RequestFactory
from django.utils import timezone
from pytest_django import Settings

from shixiao.ledger.models import Event
from shixiao.people import actions, idleness, passwords, refusals
from shixiao.people.middleware import Refusals
from shixiao.people.models import PastPassword, Role, User
from shixiao.people.passwords import ManyKinds
from shixiao.people.refusals import Refused

pytestmark = pytest.mark.django_db
GOOD, BETTER, BEST = "a-good-long-word-7", "a-better-long-word-8", "the-best-long-word-9"


@pytest.fixture
def li(account: Callable[..., User]) -> User:
    return account("li")


def kinds() -> list[str]:
    return [event.kind.removeprefix("people.") for event in Event.objects.exclude(kind="people.account_created")]


# ---- what a password must be -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("word", "least", "is_enough"),
    [
        ("abcdefghij", 2, False),
        ("abcdefghi1", 2, True),
        ("abcdefghi1", 3, False),
        ("Abcdefghi1", 3, True),
        ("abcdefgh-1", 3, True),
        ("abc defghi", 2, True),
        ("春江花月夜abcde", 2, True),
        ("ABCDEFGHIJ", 1, True),
    ],
)
def test_a_password_has_letters_of_several_kinds(word: str, least: int, is_enough: bool) -> None:
    validator = ManyKinds(least=least)
    if is_enough:
        validator.validate(word)
        return
    with pytest.raises(ValidationError, match=f"至少要有其中 {least} 类"):
        validator.validate(word)


def test_none_of_the_last_five_passwords_comes_back(li: User, account: Any, now: datetime) -> None:
    words = [account.password, *(f"{GOOD}{number}" for number in range(6))]
    for word in words[1:5]:
        actions.change_password(li, password=word, by=li, now=now)
    for word in words[:5]:
        with pytest.raises(ValidationError, match="最近 5 次"):
            actions.change_password(li, password=word, by=li, now=now)
    actions.change_password(li, password=words[5], by=li, now=now)
    actions.change_password(li, password=words[0], by=li, now=now)
    assert li.check_password(words[0])


def test_only_as_many_old_hashes_are_kept_as_are_asked_about(li: User, now: datetime) -> None:
    for number in range(8):
        actions.change_password(li, password=f"{GOOD}{number}", by=li, now=now)
    assert PastPassword.objects.count() == 5


# ---- what must be changed first --------------------------------------------------------------------------------


def test_a_password_that_an_administrator_set_is_changed_before_all_else(
    client: Client, account: Any, now: datetime
) -> None:
    administrator = account("root", role=Role.SYSTEM_ADMINISTRATOR)
    user = actions.create_account("li", display_name="李", role=Role.STAFF, password=GOOD, by=administrator, now=now)
    assert user.must_change_password
    client.post("/sign-in/", {"username": "li", "password": GOOD})
    assert client.get("/account/").url == "/account/password/"
    assert client.get("/account/", headers={"HX-Request": "true"}).headers["HX-Redirect"] == "/account/password/"
    assert "管理员设定的" in client.get("/account/password/").content.decode()
    assert client.post("/account/password/", {"old": GOOD, "new": GOOD, "again": GOOD}).status_code == 422
    assert client.post("/account/password/", {"old": GOOD, "new": BETTER, "again": BETTER}).url == "/account/"
    assert client.get("/account/").status_code == 200
    actions.change_password(user, password=BEST, by=administrator, now=now)
    assert User.objects.get(pk=user.pk).must_change_password


def test_one_may_leave_or_change_the_language_before(client: Client, account: Any, now: datetime) -> None:
    administrator = account("root", role=Role.SYSTEM_ADMINISTRATOR)
    actions.create_account("li", display_name="李", role=Role.STAFF, password=GOOD, by=administrator, now=now)
    client.post("/sign-in/", {"username": "li", "password": GOOD})
    assert client.post("/language/", {"language": "en", "next": "/account/password/"}).url == "/account/password/"
    assert client.post("/sign-out/").url == "/sign-in/"


@pytest.mark.parametrize(("days", "age", "is_due"), [(0, 10_000, False), (90, 89, False), (90, 90, True)])
def test_a_password_may_grow_too_old(
    li: User, now: datetime, settings: Settings, days: int, age: int, is_due: bool
) -> None:
    settings.SHIXIAO_PASSWORD_DAYS = days
    assert passwords.is_due(li, now=now + timedelta(days=age)) is is_due


def test_what_is_typed_at_the_terminal_and_a_demonstration_need_no_change(
    account: Any, now: datetime, settings: Settings
) -> None:
    settings.SHIXIAO_PASSWORD_DAYS = 1
    assert not account("li").must_change_password
    assert not passwords.is_due(account("demo", is_demonstration=True), now=now + timedelta(days=9))


# ---- idle browsers ---------------------------------------------------------------------------------------------


def seen(client: Client, seconds_ago: int) -> None:
    session = client.session
    session[idleness.MARK] = int(timezone.now().timestamp()) - seconds_ago
    session.save()


@pytest.mark.parametrize(("minutes", "is_in"), [(29, True), (31, False)])
def test_a_browser_that_nobody_used_for_half_an_hour_is_out(
    signed_in: Callable[[User], Client], li: User, minutes: int, is_in: bool
) -> None:
    client = signed_in(li)
    seen(client, minutes * 60)
    response = client.get("/account/?a=1")
    assert response.status_code == (200 if is_in else 302)
    if not is_in:
        assert response.url == "/sign-in/?next=/account/%3Fa%3D1"
        assert "超过 30 分钟没有操作" in client.get(response.url).content.decode()
        (event,) = Event.objects.filter(kind="people.session_expired")
        assert (event.subject_id, event.by_id) == (str(li.pk), "")


def test_a_part_of_a_page_sends_the_whole_page_to_sign_in(signed_in: Callable[[User], Client], li: User) -> None:
    client = signed_in(li)
    seen(client, 3600)
    assert client.get("/account/", headers={"HX-Request": "true"}).headers["HX-Redirect"] == "/sign-in/"


def test_a_form_that_was_sent_too_late_does_nothing(
    signed_in: Callable[[User], Client], li: User, account: Any
) -> None:
    client = signed_in(li)
    seen(client, 3600)
    given = {"old": account.password, "new": BETTER, "again": BETTER}
    assert client.post("/account/password/", given).url == "/sign-in/?next=/"
    li.refresh_from_db()
    assert li.check_password(account.password)


def test_nobody_is_put_out_where_the_office_turned_it_off(
    signed_in: Callable[[User], Client], li: User, settings: Settings
) -> None:
    settings.SHIXIAO_IDLE_MINUTES = 0
    client = signed_in(li)
    seen(client, 10_000)
    assert client.get("/account/").status_code == 200


@pytest.mark.parametrize(("seconds", "writes"), [(0, 0), (50, 0), (61, 1)])
def test_a_use_is_written_once_a_minute_at_most(
    signed_in: Callable[[User], Client], li: User, django_assert_num_queries: Any, seconds: int, writes: int
) -> None:
    client = signed_in(li)
    seen(client, seconds)
    with django_assert_num_queries(2) if not writes else django_assert_num_queries(2 + 3) as done:
        client.get("/account/password/")
    updates = [each["sql"] for each in done.captured_queries if each["sql"].startswith("UPDATE")]
    assert len(updates) == writes


def test_a_page_without_a_session_asks_nothing(client: Client, django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(0):
        client.get("/sign-in/")


# ---- locks -----------------------------------------------------------------------------------------------------


def test_a_lock_is_lifted_by_the_security_administrator_alone(
    client: Client, li: User, account: Any, now: datetime
) -> None:
    for _ in range(5):
        client.post("/sign-in/", {"username": "li", "password": "wrong"})
    assert client.post("/sign-in/", {"username": "li", "password": account.password}).status_code == 429
    with pytest.raises(Refused):
        actions.unlock(li, by=account("root", role=Role.SYSTEM_ADMINISTRATOR), now=now)
    security = account("safe", role=Role.SECURITY_ADMINISTRATOR)
    for _ in range(2):
        actions.unlock(li, by=security, now=now)
    assert client.post("/sign-in/", {"username": "li", "password": account.password}).status_code == 302
    assert kinds().count("unlocked") == 1


# ---- refusals --------------------------------------------------------------------------------------------------


def test_a_refusal_is_noted_as_a_code_whatever_was_typed(li: User, now: datetime) -> None:
    refusals.note(li, "GET:张三 的\n事" + "x" * 300, now=now)
    (event,) = Event.objects.filter(kind="people.attempt_refused")
    assert event.particulars["what"].startswith("GET:_x")
    assert len(event.particulars["what"]) == 200


def test_a_page_that_somebody_may_not_see_is_a_refusal_in_the_book(
    signed_in: Callable[[User], Client], li: User
) -> None:
    assert signed_in(li).get("/people/book/").status_code == 403
    (event,) = Event.objects.filter(kind="people.attempt_refused")
    assert (event.particulars, event.by_id) == ({"what": "GET:people:book"}, str(li.pk))


@pytest.mark.parametrize(("raised", "count"), [(PermissionDenied(), 1), (Refused(), 0), (ValueError(), 0)])
def test_the_middleware_notes_what_no_action_noted(li: User, raised: Exception, count: int) -> None:
    request = RequestFactory().post("/x/")
    request.user, request.resolver_match = li, None  # type: ignore[assignment]
    Refusals(lambda _request: None).process_exception(request, raised)  # type: ignore[arg-type, return-value]
    assert Event.objects.filter(kind="people.attempt_refused").count() == count


def test_pages_of_plans_that_are_refused_are_noted_too(signed_in: Callable[[User], Client], reader: User) -> None:
    assert signed_in(reader).get("/import/").status_code == 403
    assert Event.objects.get(kind="people.attempt_refused").particulars == {"what": "GET:performance:import"}
