"""Whoever asks too often waits: people at pages, programs by their token, passwords everywhere."""

from datetime import datetime
from typing import Any

import pytest
from axes.handlers import proxy
from django.conf import settings as configured
from django.test import Client, override_settings

from shixiao.casework import tokens
from shixiao.ledger.models import Event
from shixiao.people import limiting
from shixiao.people.access import RARELY
from shixiao.site.tests.security.asking import ask_as_program
from shixiao.site.tests.security.house import NOW, PASSWORD, House

PACE = {"SHIXIAO_PACE_PERCENT": 100}
AXES_FAILURE_LIMIT = configured.AXES_FAILURE_LIMIT


@pytest.fixture(autouse=True)
def _one_moment(monkeypatch: pytest.MonkeyPatch) -> None:
    """The limiter's clock stands still: nothing here depends on how quick the machine is."""
    monkeypatch.setattr(limiting, "moment", lambda: 1000.0)
    monkeypatch.setattr(tokens, "moment", lambda: 1000.0)
    monkeypatch.setattr(proxy, "now", lambda: NOW)  # that of the lock, which asks by a name of its own
    limiting.PAGES.forget()
    limiting.PROGRAMS.forget()


def test_a_person_who_asks_too_often_waits(house: House) -> None:
    clerk, other = house.browser("here:payments.clerk"), house.browser("here:payments.cashier")
    with override_settings(SHIXIAO_PACE_PERCENT=1):  # 1% of 600 pages and of 60 exports a minute
        assert [clerk.get("/rules/").status_code for _ in range(7)] == [200] * 6 + [429]
        assert other.get("/rules/").status_code == 200
        answer = clerk.get("/account/")
    assert answer.status_code == 429
    assert int(answer.headers["Retry-After"]) >= 1
    assert "请求太频繁" in answer.content.decode()


def test_what_is_dear_has_a_measure_of_its_own(house: House) -> None:
    officer = house.browser("officer")
    with override_settings(SHIXIAO_PACE_PERCENT=5):  # 30 pages, 3 downloads
        version = f"/plans/{house.things['plan']}/v{house.things['number']}"
        assert [officer.get(f"{version}/download/json/").status_code for _ in range(4)] == [200, 200, 200, 429]
        assert officer.get(f"{version}/").status_code == 200


def test_a_stranger_is_counted_by_where_the_request_comes_from(house: House) -> None:
    with override_settings(SHIXIAO_PACE_PERCENT=1):
        for _ in range(6):
            assert Client(REMOTE_ADDR="10.0.0.1").get("/sign-in/").status_code == 200
        assert Client(REMOTE_ADDR="10.0.0.1").get("/sign-in/").status_code == 429
        assert Client(REMOTE_ADDR="10.0.0.1", HTTP_X_FORWARDED_FOR="10.0.0.9").get("/sign-in/").status_code == 429
        assert Client(REMOTE_ADDR="10.0.0.2").get("/sign-in/").status_code == 200


def test_a_token_that_calls_too_often_waits(house: House) -> None:
    clerk, other = house.token("here:payments.clerk"), house.token("here:payments.cashier")
    with override_settings(SHIXIAO_CALLS_A_MINUTE=3):
        assert [ask_as_program(clerk, "GET", "/api/v1/kinds").status_code for _ in range(3)] == [200] * 3
        answer = ask_as_program(clerk, "GET", "/api/v1/kinds")
        assert ask_as_program(other, "GET", "/api/v1/kinds").status_code == 200
    assert (answer.status_code, answer.json()["reason"]) == (429, "too-many-calls")
    assert answer.headers["Retry-After"] == "20"


def test_no_limit_where_the_installation_says_so(house: House) -> None:
    clerk = house.token("here:payments.clerk")
    with override_settings(SHIXIAO_CALLS_A_MINUTE=0):
        assert {ask_as_program(clerk, "GET", "/api/v1/kinds").status_code for _ in range(50)} == {200}


@pytest.mark.parametrize(
    ("address", "field"),
    [("/account/password/", "old"), ("/account/app/", "password"), ("/account/recovery-codes/", "password")],
)
def test_a_password_is_not_guessed_from_inside(house: House, address: str, field: str) -> None:
    """Somebody who found an open browser does not learn the password by trying, whichever process answers."""
    browser = house.browser("here:payments.clerk")
    user = house.people["here:payments.clerk"]
    assert user is not None
    told, statuses = {"new": "a-better-long-word-8", "again": "a-better-long-word-8"}, []
    with override_settings(**PACE):
        for number in range(AXES_FAILURE_LIMIT):
            limiting.PAGES.forget()  # as another process would have counted nothing
            statuses.append(browser.post(address, {field: f"guess-{number}", **told}).status_code)
        assert statuses == [422] * (AXES_FAILURE_LIMIT - 1) + [429]
        limiting.PAGES.forget()
        assert browser.post(address, {field: PASSWORD, **told}).status_code == 429
        assert Client().post("/sign-in/", {"username": user.username, "password": PASSWORD}).status_code == 429
    refused = Event.objects.filter(kind="people.sign_in_refused", subject_id=str(user.pk)).order_by("pk")
    assert [row.particulars["reason"] for row in refused] == ["own_password"] * (AXES_FAILURE_LIMIT - 1) + [
        "locked_out"
    ]


def test_a_page_that_asks_for_a_password_has_a_measure_of_its_own(house: House) -> None:
    browser = house.browser("here:payments.clerk")
    with override_settings(**PACE):
        statuses = [browser.get("/account/password/").status_code for _ in range(RARELY + 1)]
        assert statuses == [200] * RARELY + [429]
        assert browser.get("/account/").status_code == 200


def test_another_process_counts_the_same_wrong_passwords(house: House) -> None:
    """What is counted in memory is forgotten between any two attempts, as with a process for each: the lock comes all the same."""
    user = house.people["reader"]
    assert user is not None
    statuses = []
    for _ in range(AXES_FAILURE_LIMIT):
        limiting.PAGES.forget()
        statuses.append(Client().post("/sign-in/", {"username": user.username, "password": "wrong"}).status_code)
    assert statuses == [422] * (AXES_FAILURE_LIMIT - 1) + [429]


@pytest.mark.parametrize("password", ["  blanks-at-both-ends-9  ", "x" * 64 + "-longer-1", "口令里有汉字and-letters"])
def test_a_password_is_taken_as_it_was_typed(house: House, password: str) -> None:
    browser = house.browser("here:payments.clerk")
    told = {"old": PASSWORD, "new": password, "again": password}
    assert browser.post("/account/password/", told).status_code == 302
    user = house.people["here:payments.clerk"]
    assert user is not None
    user.refresh_from_db()
    assert user.check_password(password)
    for other in (password.strip(), password[:60], password.swapcase(), password + " "):
        assert other == password or not user.check_password(other)


def test_passwords_are_stored_slowly(settings: Any, now: datetime) -> None:
    """Outside tests Django's first hasher is used: PBKDF2 with as many rounds as the year asks for."""
    from django.conf import global_settings
    from django.contrib.auth.hashers import PBKDF2PasswordHasher

    assert global_settings.PASSWORD_HASHERS[0].endswith("PBKDF2PasswordHasher")
    assert PBKDF2PasswordHasher.iterations >= 600_000
    assert "PASSWORD_HASHERS" not in vars(__import__("shixiao.site.settings", fromlist=["settings"]))
    assert configured.AUTHENTICATION_BACKENDS
