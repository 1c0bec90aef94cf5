"""Signing in and out, as a browser does it."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from axes.models import AccessAttempt
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import Settings

from shixiao.ledger.models import Event
from shixiao.people import actions, demonstration
from shixiao.people.models import User

pytestmark = pytest.mark.django_db
SIGN_IN = "/sign-in/"


def sign_in(client: Client, username: str, password: str, **more: Any) -> Any:
    return client.post(SIGN_IN, {"username": username, "password": password} | more)


def happened(*kinds: str) -> list[str]:
    chosen = Event.objects.filter(kind__in=kinds) if kinds else Event.objects.exclude(kind="people.account_created")
    return [event.kind.removeprefix("people.") for event in chosen]


@pytest.fixture
def li(account: Callable[..., User]) -> User:
    return account("li")


@pytest.fixture
def password(account: Any) -> str:
    return account.password


def test_the_right_password_lets_in_and_is_an_event(client: Client, li: User, password: str) -> None:
    assert sign_in(client, "li", password).url == "/"
    assert client.get("/account/").status_code == 200
    event = Event.objects.get(kind="people.signed_in")
    assert (event.subject_kind, event.subject_id, event.by_id) == ("people.user", str(li.pk), str(li.pk))


@pytest.mark.parametrize("spelling", ["LI", " li ", "ｌｉ"])
def test_a_name_is_the_same_in_capitals_and_in_full_width(
    client: Client, li: User, password: str, spelling: str
) -> None:
    assert sign_in(client, spelling, password).status_code == 302


@pytest.mark.parametrize(("name", "word"), [("li", "wrong"), ("nobody", "wrong"), ("li", "")])
def test_a_wrong_password_stays_outside_and_keeps_the_name_typed(
    client: Client, li: User, name: str, word: str
) -> None:
    response = sign_in(client, name, word)
    assert response.status_code == 422
    assert f'value="{name}"' in response.content.decode()
    assert client.get("/account/").url == f"{SIGN_IN}?next=/account/"


def test_a_refusal_is_an_event_of_the_account_but_a_name_of_nobody_is_not_kept(client: Client, li: User) -> None:
    sign_in(client, "li", "wrong")
    sign_in(client, "张三的身份证号", "wrong")
    (event,) = Event.objects.filter(kind="people.sign_in_refused")
    assert (event.subject_id, event.by_id, event.particulars) == (str(li.pk), "", {"reason": "not_authenticated"})


def test_five_wrong_passwords_lock_and_say_what_to_do(client: Client, li: User, password: str) -> None:
    for _ in range(4):
        assert sign_in(client, "li", "wrong").status_code == 422
    locked = sign_in(client, "li", "wrong")
    assert locked.status_code == 429
    assert "15 分钟" in locked.content.decode()
    assert sign_in(client, "li", password).status_code == 429
    reasons = [event.particulars["reason"] for event in Event.objects.filter(kind="people.sign_in_refused")]
    assert reasons == ["not_authenticated"] * 4 + ["locked_out"]


def test_a_lock_ends_after_a_quarter_of_an_hour_and_more_attempts_do_not_prolong_it(
    client: Client, li: User, password: str
) -> None:
    for _ in range(5):
        sign_in(client, "li", "wrong")
    tried_at = AccessAttempt.objects.get().attempt_time
    sign_in(client, "li", "wrong")
    assert AccessAttempt.objects.get().attempt_time == tried_at
    AccessAttempt.objects.update(attempt_time=timezone.now() - timedelta(minutes=16))
    assert sign_in(client, "li", password).status_code == 302


def test_a_lock_holds_for_one_account_at_one_place(client: Client, account: Any, li: User, password: str) -> None:
    account("wang")
    for _ in range(5):
        sign_in(client, "li", "wrong")
    assert sign_in(client, "wang", password).status_code == 302
    elsewhere = Client(REMOTE_ADDR="10.0.0.9")
    assert sign_in(elsewhere, "li", password).status_code == 302


def test_what_was_typed_is_nowhere_in_the_lock_table(client: Client, li: User) -> None:
    sign_in(client, "li", "my-secret-word")
    (attempt,) = AccessAttempt.objects.values()
    assert "my-secret-word" not in repr(attempt)


@pytest.mark.parametrize(
    ("asked", "led"),
    [
        ("/account/", "/account/"),
        ("/account/?a=1", "/account/?a=1"),
        ("https://evil.example/", "/"),
        ("//evil.example/", "/"),
        ("/\\evil.example", "/"),
        ("javascript:alert(1)", "/"),
        ("\nhttps://evil.example", "/"),
        ("", "/"),
    ],
)
def test_after_sign_in_people_come_where_they_were_going_and_nowhere_else(
    client: Client, li: User, password: str, asked: str, led: str
) -> None:
    assert sign_in(client, "li", password, next=asked).url == led


@pytest.mark.parametrize("name", ["a\0b", "x" * 65, "\x1b[31m", ""])
def test_a_name_that_no_account_can_have_is_refused_before_the_database(client: Client, name: str) -> None:
    assert sign_in(client, name, "whatever-it-is").status_code == 422


def test_a_new_session_begins_at_sign_in(client: Client, li: User, password: str) -> None:
    client.session["before"] = 1
    before = client.session.session_key
    sign_in(client, "li", password)
    assert client.session.session_key != before


def test_signing_out_is_an_event_and_ends_the_session(signed_in: Callable[[User], Client], li: User) -> None:
    client = signed_in(li)
    assert client.post("/sign-out/").url == SIGN_IN
    assert client.get("/account/").status_code == 302
    assert happened() == ["signed_out"]


def test_signing_out_twice_is_no_second_event(client: Client) -> None:
    assert client.post("/sign-out/").status_code == 302
    assert happened() == []


def test_a_link_cannot_sign_anybody_out(signed_in: Callable[[User], Client], li: User) -> None:
    assert signed_in(li).get("/sign-out/").status_code == 405


def test_a_form_from_another_site_is_refused(li: User, password: str) -> None:
    assert sign_in(Client(enforce_csrf_checks=True), "li", password).status_code == 403


def test_somebody_who_is_signed_in_is_led_past_the_sign_in_page(signed_in: Callable[[User], Client], li: User) -> None:
    assert signed_in(li).get(f"{SIGN_IN}?next=/account/").url == "/account/"


def test_a_part_of_a_page_asked_for_after_the_session_ended_sends_the_whole_page_to_sign_in(client: Client) -> None:
    headers = {"HX-Request": "true", "HX-Current-URL": "http://testserver/account/?class=11"}
    response = client.get("/account/", headers=headers, follow=True)
    assert response.headers["HX-Redirect"] == f"{SIGN_IN}?next=%2Faccount%2F%3Fclass%3D11"


def test_somebody_who_left_is_out_at_the_next_page(signed_in: Callable[[User], Client], li: User) -> None:
    client = signed_in(li)
    actions.disable(li, by=None, now=timezone.now())
    assert client.get("/account/").status_code == 302
    assert happened() == ["account_disabled"]


def test_a_signed_in_page_costs_two_statements_for_session_and_account(
    signed_in: Callable[[User], Client], li: User, django_assert_num_queries: Any
) -> None:
    client = signed_in(li)
    with django_assert_num_queries(2):
        client.get("/account/password/")


def test_the_page_of_the_account_costs_four_more(
    signed_in: Callable[[User], Client], li: User, django_assert_num_queries: Any
) -> None:
    client = signed_in(li)
    with django_assert_num_queries(6):
        client.get("/account/")


@pytest.mark.parametrize("name", ["people:account", "people:change_password"])
def test_pages_are_closed_to_strangers(client: Client, name: str) -> None:
    assert client.get(reverse(name)).url == f"{SIGN_IN}?next={reverse(name)}"


# ---- the demonstration ---------------------------------------------------------------------------------------


def test_demonstration_accounts_are_made_once_and_marked(settings: Settings) -> None:
    now = timezone.now()
    assert demonstration.ensure_accounts(now=now) == demonstration.ensure_accounts(now=now)
    assert [(user.display_name[:2], user.is_demonstration) for user in User.objects.all()] == [("演示", True)] * len(
        demonstration.ACCOUNTS
    )


def test_they_sign_in_while_the_demonstration_runs_and_are_out_when_it_ends(client: Client, settings: Settings) -> None:
    demonstration.ensure_accounts(now=timezone.now())
    settings.SHIXIAO_DEMO = True
    assert demonstration.PASSWORD in client.get(SIGN_IN).content.decode()
    assert sign_in(client, "demo-officer", demonstration.PASSWORD).status_code == 302
    assert client.get("/account/").status_code == 200
    settings.SHIXIAO_DEMO = False
    assert client.get("/account/").status_code == 302
    assert sign_in(client, "demo-officer", demonstration.PASSWORD).status_code == 422
    assert demonstration.PASSWORD not in client.get(SIGN_IN).content.decode()
