"""Logs say what happened to the program, and never who anybody is, what a case is called, or what was searched for."""

import io
import json
import logging
import sys
from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

import pytest
from django.db import DatabaseError, IntegrityError
from django.http import HttpRequest, HttpResponse
from django.test import Client, override_settings
from django.urls import path
from pytest_django import Settings

from shixiao.casework.models import Case
from shixiao.people.access import public
from shixiao.people.models import Unit, User
from shixiao.site import logs
from shixiao.site import urls as addresses

NAME, TITLE, SEARCHED = "王小明", "关于某某同志的处理", "某某的电话13800000000"

PUT_TOGETHER = f"pdf of {NAME}: {TITLE}"


@pytest.fixture(params=["json", "text"])
def written(request: pytest.FixtureRequest) -> Iterator[io.StringIO]:
    """Everything that the program logs, at every level, as either format writes it."""
    out = io.StringIO()
    handler = logging.StreamHandler(out)
    handler.setFormatter(logs.JsonLines() if request.param == "json" else logs.Lines())
    root = logging.getLogger()
    levels = {
        name: logging.getLogger(name).level
        for name in ("", "django", "shixiao", "axes", "django.request", "django.db.backends")
    }
    for name in levels:
        logging.getLogger(name).setLevel(logging.DEBUG)
    logging.getLogger("django.db.backends").setLevel(logging.INFO)  # statements are told in no log of an office
    root.addHandler(handler)
    yield out
    root.removeHandler(handler)
    for name, level in levels.items():
        logging.getLogger(name).setLevel(level)


def refuses(word: str) -> None:
    raise IntegrityError(f"duplicate key value: DETAIL: Key (title)=({TITLE}) of {NAME} already exists. {word}")


def fails(request: HttpRequest, word: str = "") -> HttpResponse:
    """As a page that fails with everything in hand."""
    try:
        refuses(word)
    except IntegrityError as error:
        raise DatabaseError(f"{SEARCHED} {NAME}") from error


fails.access = public("It exists in this test only.")  # type: ignore[attr-defined]


urlpatterns = [*addresses.urlpatterns, path("fails/<str:word>/", fails, name="fails")]
handler400 = addresses.handler400


@pytest.fixture
def case(unit: Unit, now: datetime) -> Case:
    return Case.objects.create(
        number="支2026-77", kind="payments.payment", title=TITLE, unit=unit, opened_at=now, state="open"
    )


def is_clean(text: str) -> bool:
    return not any(
        word in text or json.dumps(word)[1:-1] in text
        for word in (NAME, TITLE, SEARCHED, "wangxiaoming", "13800000000")
    )


@pytest.mark.django_db
@override_settings(ROOT_URLCONF=__name__)
def test_nothing_personal_gets_into_a_log_whatever_is_asked_and_whatever_fails(
    account: Callable[..., User],
    signed_in: Callable[[User], Client],
    settings: Settings,
    written: io.StringIO,
    case: Case,
) -> None:
    settings.SHIXIAO_LOG_REQUESTS = True
    user = account("wangxiaoming", display_name=NAME)
    browser = signed_in(user)
    browser.raise_request_exception = False
    stranger = Client(raise_request_exception=False)
    for client in (browser, stranger):
        client.get("/search/", {"q": SEARCHED})
        client.get(f"/cases/{case.pk}/")
        client.get(f"/no/such/{NAME}/", {"q": TITLE})
        client.get(f"/fails/{NAME}/", {"q": SEARCHED})
        client.post("/sign-in/", {"username": "wangxiaoming", "password": NAME, "next": f"/{TITLE}"})
        client.get("/", headers={"Host": "wangxiaoming.example.cn"})
        client.get(f"/api/v1/cases?q={SEARCHED}", headers={"Authorization": f"Bearer {NAME.encode().hex()}"})
        client.post(f"/cases/{case.pk}/steps/pay/", {"reason": TITLE})
        client.generic(f"{NAME}".encode().hex(), f"/{NAME}")
    said = written.getvalue()
    assert "DatabaseError" in said, "the failure is told"
    assert "test_logs.py" in said, "and where"
    assert "people:sign_in" in said
    assert is_clean(said), said


@pytest.mark.parametrize(
    "speak",
    [
        lambda log: log.error(PUT_TOGETHER),
        lambda log: log.warning("%s: %s", TITLE, NAME),
        lambda log: log.warning(DatabaseError(SEARCHED)),
    ],
)
def test_other_peoples_sentences_are_told_without_what_is_filled_in(
    written: io.StringIO, speak: Callable[[logging.Logger], None]
) -> None:
    speak(logging.getLogger("pdfminer.psparser"))
    assert "pdfminer.psparser" in written.getvalue()
    assert is_clean(written.getvalue())


def record(**more: Any) -> dict[str, Any]:
    made = logging.LogRecord("shixiao.worker", logging.INFO, __file__, 1, "job %s done", ("casework.timers",), None)
    for name, value in more.items():
        setattr(made, name, value)
    found: dict[str, Any] = json.loads(logs.JsonLines().format(made))
    return found


def test_a_line_is_an_object_with_level_event_and_message() -> None:
    told = record(event="job_done", ms=12.5)
    assert datetime.fromisoformat(told.pop("at")).tzinfo is not None
    assert told == {"level": "INFO", "event": "job_done", "message": "job casework.timers done", "ms": 12.5}


def test_a_failure_is_told_by_its_kind_and_places_with_what_it_came_from() -> None:
    try:
        fails(HttpRequest())
    except DatabaseError:
        told = record(exc_info=sys.exc_info())
    assert told["exception"] == "django.db.utils.DatabaseError"
    assert [place.split(" ")[0] for place in told["places"]] == [
        "DatabaseError",
        "DatabaseError",
        "IntegrityError",
        "IntegrityError",
    ]
    assert is_clean(json.dumps(told, ensure_ascii=False))


def test_lines_of_one_request_carry_its_number() -> None:
    mark = logs.request_number.set("abc12345")
    try:
        assert record()["request"] == "abc12345"
    finally:
        logs.request_number.reset(mark)
    assert "request" not in record()


@pytest.mark.django_db
def test_an_answer_carries_the_number_of_its_request_and_takes_one_from_a_proxy(client: Client) -> None:
    own = client.get("/sign-in/").headers["X-Request-ID"]
    assert len(own) == 16
    assert (
        client.get("/sign-in/", headers={"X-Request-ID": "proxy-12345678"}).headers["X-Request-ID"] == "proxy-12345678"
    )
    for wrong in ("short", "x" * 65, "with blank 123", NAME.encode().hex() + "\u00e9"):
        assert client.get("/sign-in/", headers={"X-Request-ID": wrong}).headers["X-Request-ID"] != wrong
