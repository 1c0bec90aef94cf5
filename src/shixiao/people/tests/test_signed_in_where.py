"""Where an account is signed in, and being put out; and who must have a second step."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from pytest_django import Settings

from shixiao.ledger.models import Event
from shixiao.people import actions, sessions
from shixiao.people.models import Role, User
from shixiao.people.refusals import Refused
from shixiao.people.tests.test_second_step import enrolled

pytestmark = pytest.mark.django_db
WINDOWS = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0 Safari/537.36"
PHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1 (KHTML, like Gecko) Version/18 Safari/604.1"


@pytest.fixture
def li(account: Callable[..., User]) -> User:
    return account("li")


@pytest.fixture
def at(monkeypatch: pytest.MonkeyPatch, now: datetime) -> Callable[..., datetime]:
    def go(**later: float) -> datetime:
        moment = now + timedelta(**later)
        monkeypatch.setattr(timezone, "now", lambda: moment)
        return moment

    go()
    return go


def enter(name: str, password: str, *, agent: str = WINDOWS, place: str = "192.0.2.1") -> Client:
    browser = Client(REMOTE_ADDR=place, HTTP_USER_AGENT=agent)
    assert browser.post("/sign-in/", {"username": name, "password": password}).status_code == 302
    return browser


def is_in(browser: Client) -> bool:
    return browser.get("/account/").status_code == 200


def ended() -> list[int]:
    rows = Event.objects.filter(kind="people.sessions_ended").order_by("pk")
    return [row.particulars["number"] for row in rows]


def test_a_person_sees_where_and_since_when_they_are_signed_in(li: User, account: Any, at: Callable[..., Any]) -> None:
    enter("li", account.password, agent=PHONE, place="192.0.2.9")
    now = at(minutes=10)
    here = enter("li", account.password)
    account("wang")
    enter("wang", account.password)
    page = here.get("/account/sessions/").content.decode()
    assert "登录在 2 处" in page
    assert all(each in page for each in ("Chrome · Windows", "Safari · iPhone", "192.0.2.9", "就是这里"))
    key = here.session.session_key
    assert key is not None
    first, second = sessions.of(li, now=now, this=key)
    assert (first.is_this, second.is_this, first.browser, second.place) == (
        True,
        False,
        "Chrome · Windows",
        "192.0.2.9",
    )
    assert second.began_at == at()
    assert key not in page  # a page that somebody photographs lets nobody in


def test_with_the_password_once_more_all_others_are_put_out(li: User, account: Any, at: Callable[..., Any]) -> None:
    there, here = enter("li", account.password, agent=PHONE), enter("li", account.password)
    assert here.post("/account/sessions/", {"session": "", "password": "wrong"}).status_code == 422
    assert is_in(there)
    assert here.post("/account/sessions/", {"session": "", "password": account.password}).status_code == 302
    assert (is_in(there), is_in(here), ended()) == (False, True, [1])
    here.post("/account/sessions/", {"session": "", "password": account.password})
    assert ended() == [1]  # nobody left to be put out is no event


def test_one_of_them_is_put_out_and_the_others_stay(li: User, account: Any, at: Callable[..., Any]) -> None:
    phone, other, here = (enter("li", account.password, agent=each) for each in (PHONE, WINDOWS, WINDOWS))
    key = phone.session.session_key
    assert key is not None
    told = {"session": sessions.name_of(key), "password": account.password}
    assert here.post("/account/sessions/", told).status_code == 302
    assert (is_in(phone), is_in(other), is_in(here)) == (False, True, True)
    here.post("/account/sessions/", told | {"session": "nonsense"})
    assert ended() == [1]


def test_the_session_of_somebody_else_is_not_put_out(li: User, account: Any, at: Callable[..., Any]) -> None:
    account("wang")
    wang, here = enter("wang", account.password), enter("li", account.password)
    key = wang.session.session_key
    assert key is not None
    here.post("/account/sessions/", {"session": sessions.name_of(key), "password": account.password})
    assert is_in(wang)
    with pytest.raises(Refused):
        sessions.end(User.objects.get(username="wang"), by=li, now=at())


def test_what_lets_nobody_in_any_more_is_not_listed(li: User, account: Any, at: Callable[..., Any]) -> None:
    enter("li", account.password)
    assert len(sessions.of(li, now=at(minutes=29))) == 1
    assert sessions.of(li, now=at(minutes=30)) == []
    at()
    actions.change_password(li, password="a-better-long-word-8", by=li, now=at())
    assert sessions.of(li, now=at()) == []


@pytest.mark.parametrize("role", [Role.SYSTEM_ADMINISTRATOR, Role.SECURITY_ADMINISTRATOR])
def test_whoever_looks_after_accounts_puts_somebody_out(
    li: User, account: Any, signed_in: Callable[[User], Client], at: Callable[..., Any], role: Role
) -> None:
    browsers = [enter("li", account.password) for _ in range(2)]
    keeper = signed_in(account("keeper", role=role))
    where = reverse("people:end_sessions", args=[li.pk])
    assert where in keeper.get(reverse("people:member", args=[li.pk])).content.decode()
    assert keeper.post(where).status_code == 302
    assert ([is_in(each) for each in browsers], ended()) == ([False, False], [2])
    assert is_in(keeper)
    for other in (Role.STAFF, Role.OFFICER, Role.AUDITOR):
        assert signed_in(account(f"no-{other}", role=other)).post(where).status_code == 403


def test_everybody_is_put_out_from_the_terminal(
    li: User, account: Any, at: Callable[..., Any], capsys: pytest.CaptureFixture[str]
) -> None:
    account("wang")
    browsers = [enter(name, account.password) for name in ("li", "li", "wang")]
    call_command("accounts", "end-sessions", "wang")
    assert [is_in(each) for each in browsers] == [True, True, False]
    call_command("accounts", "end-all-sessions")
    assert capsys.readouterr().out.split() == ["1", "2"]
    assert not any(is_in(each) for each in browsers)


# ---- who must have a second step -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("asked", "role", "must"),
    [
        ("offered", Role.SYSTEM_ADMINISTRATOR, False),
        ("administrators", Role.SYSTEM_ADMINISTRATOR, True),
        ("administrators", Role.SECURITY_ADMINISTRATOR, True),
        ("administrators", Role.AUDITOR, True),
        ("administrators", Role.OFFICER, False),
        ("everybody", Role.STAFF, True),
    ],
)
def test_who_must_have_a_second_step_sets_it_up_before_all_else(
    account: Any, settings: Settings, at: Callable[..., Any], asked: str, role: Role, must: bool
) -> None:
    settings.SHIXIAO_SECOND_STEP = asked
    user = account("li", role=role)
    browser = enter("li", account.password)
    page = browser.get("/people/staff/")
    assert (page.status_code == 302) is must
    assert (page.headers.get("Location") == "/account/") is must
    part = browser.get("/people/staff/", headers={"HX-Request": "true"})
    assert (part.headers.get("HX-Redirect") == "/account/") is must
    for open_ in ("/account/", "/account/app/", "/account/passkeys/add/", "/account/password/"):
        assert browser.get(open_).status_code == 200
    enrolled(user, at())
    assert browser.get("/people/staff/").status_code == 200


def test_once_the_session_knows_it_costs_no_statement(
    account: Any, settings: Settings, signed_in: Callable[[User], Client], at: Callable[..., Any]
) -> None:
    user = account("li", role=Role.AUDITOR)
    enrolled(user, at())
    browser = signed_in(user)
    browser.get("/rules/")  # a session notes its first use, and then once a minute
    counts = []
    for settings.SHIXIAO_SECOND_STEP in ("offered", "everybody", "everybody"):
        with CaptureQueriesContext(connection) as asked:
            assert browser.get("/rules/").status_code == 200
        counts.append(len(asked))
    assert counts[1] > counts[0] == counts[2]


def test_a_demonstration_needs_none(account: Any, settings: Settings, at: Callable[..., Any]) -> None:
    settings.SHIXIAO_SECOND_STEP, settings.SHIXIAO_DEMO = "everybody", True
    account("li", role=Role.AUDITOR, is_demonstration=True)
    assert enter("li", account.password).get("/people/staff/").status_code == 200
