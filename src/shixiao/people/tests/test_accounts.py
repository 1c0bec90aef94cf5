"""Accounts: every change is an event, and what cannot be is refused."""

import sys
from collections.abc import Callable
from datetime import datetime
from io import StringIO
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command
from django.db import DatabaseError, transaction
from django.test import Client
from pytest_django import Settings

from shixiao.ledger.models import Event
from shixiao.people import actions
from shixiao.people.models import Language, Role, User
from shixiao.people.permissions import may_accept_plans, may_correct_readings, may_read_plans

pytestmark = pytest.mark.django_db
GOOD = "a-good-long-word-7"


def last_event() -> tuple[str, dict[str, Any], str]:
    event = Event.objects.last()
    assert event is not None
    return event.kind, event.particulars, event.by_id


def test_making_an_account_is_an_event_with_its_maker(officer: User, now: datetime) -> None:
    user = actions.create_account("Wang", display_name="王", role=Role.READER, password=GOOD, by=officer, now=now)
    assert (user.username, user.created_at) == ("wang", now)
    assert last_event() == ("people.account_created", {"role": "reader", "is_demonstration": False}, str(officer.pk))


@pytest.mark.parametrize(
    "broken",
    [
        {"username": ""},
        {"username": "a b"},
        {"username": "a\0b"},
        {"username": "\ud800"},
        {"username": "x" * 65},
        {"username": "TEST-OFFICER"},
        {"display_name": ""},
        {"display_name": "a\0b"},
        {"display_name": "\udc00"},
        {"display_name": "x" * 65},
        {"role": "emperor"},
        {"password": "short"},
        {"password": "password123"},
        {"password": "8402957163"},
        {"password": "wang.xiaoming"},
    ],
)
def test_an_account_that_cannot_be_is_refused_and_leaves_nothing(
    officer: User, now: datetime, broken: dict[str, Any]
) -> None:
    whole = {"username": "wang.xiaoming", "display_name": "王", "role": Role.READER, "password": GOOD} | broken
    with pytest.raises(ValidationError):
        actions.create_account(whole.pop("username"), **whole, by=officer, now=now)
    assert (User.objects.count(), Event.objects.count()) == (1, 1)


@pytest.mark.parametrize("broken", [{"role": "emperor"}, {"language": "tlh"}, {"username": "x" * 65}, {"username": ""}])
def test_the_database_itself_refuses_it_too(now: datetime, broken: dict[str, str]) -> None:
    whole = {"username": "wang", "display_name": "王", "role": "reader"}
    with pytest.raises(DatabaseError), transaction.atomic():
        User.objects.create(created_at=now, **whole | broken)
    User.objects.create(created_at=now, **whole)


def test_a_role_changes_with_an_event_and_not_twice(reader: User, officer: User, now: datetime) -> None:
    actions.change_role(reader, role=Role.OFFICER, by=officer, now=now)
    actions.change_role(reader, role=Role.OFFICER, by=officer, now=now)
    assert last_event() == ("people.role_changed", {"before": "reader", "after": "officer"}, str(officer.pk))
    assert Event.objects.filter(kind="people.role_changed").count() == 1


def test_what_each_role_may(officer: User, reader: User, now: datetime) -> None:
    assert [may(officer) for may in (may_read_plans, may_accept_plans, may_correct_readings)] == [True, True, True]
    assert [may(reader) for may in (may_read_plans, may_accept_plans, may_correct_readings)] == [True, False, False]
    actions.disable(officer, by=None, now=now)
    assert [may(officer) for may in (may_read_plans, may_accept_plans, may_correct_readings)] == [False, False, False]


def test_who_was_disabled_can_be_enabled_again(reader: User, now: datetime) -> None:
    for step in (actions.disable, actions.disable, actions.enable, actions.enable):
        step(reader, by=None, now=now)
    kinds = [event.kind for event in Event.objects.all()]
    assert kinds == ["people.account_created", "people.account_disabled", "people.account_enabled"]


# ---- one's own password and language ---------------------------------------------------------------------------


def change(client: Client, old: str, new: str, again: str | None = None) -> Any:
    return client.post("/account/password/", {"old": old, "new": new, "again": new if again is None else again})


def test_a_new_password_is_an_event_and_signs_out_everywhere_else(
    account: Any, officer: User, signed_in: Callable[[User], Client]
) -> None:
    here, elsewhere = signed_in(officer), signed_in(officer)
    assert change(here, account.password, GOOD).url == "/account/"
    assert (here.get("/account/").status_code, elsewhere.get("/account/").status_code) == (200, 302)
    assert last_event() == ("people.password_changed", {}, str(officer.pk))
    officer.refresh_from_db()
    assert officer.check_password(GOOD)


@pytest.mark.parametrize(
    ("old", "new", "again", "says"),
    [
        ("wrong", GOOD, None, "现在的密码不对"),
        (None, GOOD, "other-long-word-8", "不一样"),
        (None, "short", None, "至少要 10 个字符"),
        (None, "test-officer", None, "太相似"),
        (None, "", None, "必填"),
    ],
)
def test_a_password_that_will_not_do_says_why_and_changes_nothing(
    account: Any,
    officer: User,
    signed_in: Callable[[User], Client],
    old: str | None,
    new: str,
    again: str | None,
    says: str,
) -> None:
    response = change(signed_in(officer), old or account.password, new, again)
    assert response.status_code == 422
    assert says in response.content.decode()
    officer.refresh_from_db()
    assert officer.check_password(account.password)


def test_the_password_of_a_demonstration_account_stays(
    account: Any, signed_in: Callable[[User], Client], settings: Settings
) -> None:
    settings.SHIXIAO_DEMO = True
    user = account("demo", is_demonstration=True)
    assert "不能修改" in change(signed_in(user), account.password, GOOD).content.decode()


def test_a_language_is_chosen_without_javascript_and_kept_for_the_account(
    signed_in: Callable[[User], Client], reader: User
) -> None:
    client = signed_in(reader)
    assert '<html lang="zh-hans"' in client.get("/account/").content.decode()
    assert client.post("/language/", {"language": "en", "next": "/account/"}).url == "/account/"
    assert '<html lang="en"' in client.get("/account/").content.decode()
    reader.refresh_from_db()
    assert reader.language == Language.ENGLISH
    assert last_event() == ("people.language_chosen", {"language": "en"}, str(reader.pk))


def test_a_stranger_chooses_a_language_too(client: Client) -> None:
    client.post("/language/", {"language": "en", "next": "/sign-in/"})
    assert "Sign in" in client.get("/sign-in/").content.decode()


@pytest.mark.parametrize("language", ["tlh", "", "../../etc", "zh-hans\0"])
def test_a_language_that_is_none_changes_nothing(client: Client, language: str) -> None:
    response = client.post("/language/", {"language": language})
    assert (response.status_code, response.cookies.get("shixiao_language")) == (302, None)


def test_the_language_of_the_account_comes_along_at_sign_in(client: Client, account: Any, now: datetime) -> None:
    actions.choose_language(account("li"), language=Language.ENGLISH, now=now)
    client.post("/sign-in/", {"username": "li", "password": account.password})
    assert "My account" in client.get("/account/").content.decode()


# ---- from the terminal -----------------------------------------------------------------------------------------


def run(*words: str, typed: str = "", monkeypatch: pytest.MonkeyPatch | None = None) -> str:
    said = StringIO()
    if monkeypatch:
        monkeypatch.setattr(sys, "stdin", StringIO(typed + "\n"))
    call_command("accounts", *words, stdout=said)
    return said.getvalue()


def test_the_first_account_is_made_at_the_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    run("add", "Li", "--role", "officer", "--password-stdin", typed=GOOD, monkeypatch=monkeypatch)
    user = User.objects.get()
    assert (user.username, user.role, user.check_password(GOOD)) == ("li", "officer", True)
    assert last_event()[2] == ""
    assert run("list").startswith("li\t")


def test_role_password_and_leave_are_commands_too(reader: User, monkeypatch: pytest.MonkeyPatch) -> None:
    run("role", "test-reader", "--role", "officer")
    run("password", "test-reader", "--password-stdin", typed=GOOD, monkeypatch=monkeypatch)
    run("disable", "test-reader")
    reader.refresh_from_db()
    assert (reader.role, reader.check_password(GOOD), reader.is_active) == ("officer", True, False)
    run("enable", "test-reader")
    reader.refresh_from_db()
    assert reader.is_active


def test_an_administrator_is_made_unlocked_and_helped_at_the_terminal(
    client: Client, monkeypatch: pytest.MonkeyPatch, now: datetime
) -> None:
    words = ("--role", "auditor", "--staff-number", "007", "--password-stdin")
    run("add", "audit", *words, typed=GOOD, monkeypatch=monkeypatch)
    user = User.objects.get()
    assert (user.role, user.staff_number) == ("auditor", "007")
    for _ in range(5):
        client.post("/sign-in/", {"username": "audit", "password": "wrong"})
    run("unlock", "audit")
    actions.begin_authenticator(user, now=now)
    run("reset-second-step", "audit")
    assert client.post("/sign-in/", {"username": "audit", "password": GOOD}).url == "/"


def test_the_terminal_says_why_not(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(CommandError, match="There is no account nobody"):
        run("disable", "nobody")
    with pytest.raises(CommandError, match="密码太短"):
        run("add", "li", "--role", "officer", "--password-stdin", typed="short", monkeypatch=monkeypatch)
    assert not User.objects.exists()


@pytest.mark.django_db
def test_an_account_for_a_system_has_no_password(now: datetime) -> None:
    call_command("accounts", "add", "finance-system", "--role", "staff", "--without-password", stdout=StringIO())
    made = User.objects.get(username="finance-system")
    assert not made.has_usable_password()
    assert not made.must_change_password
    assert not made.check_password("")
