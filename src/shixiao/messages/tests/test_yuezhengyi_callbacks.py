"""Callbacks: taken once from the provider and from nobody else, and what pressing the button does."""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from threading import Thread
from typing import Any
from urllib.parse import urlencode

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries, Settings

from shixiao.messages import planning, sending
from shixiao.messages.channels.yuezhengyi import envelopes, fields, receiving
from shixiao.messages.models import Delivery, Fate, Message, YuezhengyiSeen
from shixiao.messages.tests.conftest import Tell, later
from shixiao.messages.tests.provided import (
    CALLBACK,
    CORP,
    KEY,
    SEND,
    TOKEN,
    link,
    post,
    pressed,
    provided,
    sealed,
)
from shixiao.messages.tests.servers import HANG_UP, CallServer
from shixiao.people.models import Role, User

pytestmark = pytest.mark.django_db


@pytest.fixture
def keeper(account: Callable[..., User]) -> User:
    return account("keeper", role=Role.SYSTEM_ADMINISTRATOR)


@pytest.fixture
def there(settings: Settings, tmp_path: Path) -> Iterator[CallServer]:
    with provided(settings, tmp_path) as server:
        yield server


@pytest.fixture
def moment() -> datetime:
    """The view asks the clock, so callbacks are made now."""
    return timezone.now()


def work(now: datetime) -> None:
    while planning.plan(now) or sending.send(now):
        pass


@pytest.fixture
def card(people: list[User], keeper: User, tell: Tell, there: CallServer, now: datetime) -> Delivery:
    """A card that li has."""
    link(people, keeper, now)
    tell(people[:1])
    work(now)
    return Delivery.objects.get()


def state(card: Delivery) -> str:
    card.refresh_from_db()
    return card.state


# ---- the address -------------------------------------------------------------------------------------------------


def test_the_address_is_checked_by_an_echo(there: CallServer, client: Client, moment: datetime) -> None:
    query, body = sealed(b"1616140317555161061", at=moment)
    echo = fields.read(body)["Encrypt"]
    answer = client.get(CALLBACK, query | {"echostr": echo})
    assert (answer.status_code, answer.content) == (200, b"1616140317555161061")
    assert answer["Content-Type"].startswith("text/plain")
    assert client.get(CALLBACK, query | {"echostr": echo, "msg_signature": "0" * 40}).status_code == 403
    assert client.get(CALLBACK, query).status_code == 403
    assert client.put(CALLBACK).status_code == 405


# ---- pressing ----------------------------------------------------------------------------------------------------


def test_whoever_presses_has_taken_note_and_the_button_says_so(
    card: Delivery, people: list[User], client: Client, moment: datetime
) -> None:
    answer = post(client, *sealed(pressed(card.key, "li.id"), at=moment))
    assert answer.status_code == 200
    assert state(card) == "acknowledged"
    assert Message.objects.get(person=people[0]).state == "acknowledged"
    row = Fate.objects.get(delivery=card, what="acknowledged")
    assert (row.by, row.reason) == (people[0], "button")
    outer = fields.read(answer.content)
    envelopes.check(outer["MsgSignature"], TOKEN, outer["TimeStamp"], outer["Nonce"], outer["Encrypt"])
    inner = envelopes.opened(outer["Encrypt"], key=envelopes.key_of(KEY), receiver=CORP).decode()
    assert "<MsgType>update_button</MsgType><Button><ReplaceName>模拟li 已知悉</ReplaceName></Button>" in inner


def test_the_same_again_is_answered_and_does_nothing(card: Delivery, client: Client, moment: datetime) -> None:
    query, body = sealed(pressed(card.key, "li.id"), at=moment)
    assert post(client, query, body).content != b""
    for _ in range(3):
        again = post(client, query, body)
        assert (again.status_code, again.content) == (200, b"")
    assert Fate.objects.filter(delivery=card, what="acknowledged").count() == 1
    other = post(client, *sealed(pressed(card.key, "li.id"), at=moment))  # repeated with another nonce: no news
    assert other.status_code == 200
    assert Fate.objects.filter(delivery=card, what="acknowledged").count() == 1


@pytest.mark.parametrize(
    "message",
    [
        lambda key: pressed(key, "wang.id"),
        lambda key: pressed(key, "stranger"),
        lambda key: pressed(key, "@all"),
        lambda key: pressed(key, "li.id", key="delete_everything"),
        lambda key: pressed(key, "li.id", agent=7),
        lambda key: pressed("msg_of_nobody", "li.id"),
        lambda key: fields.written({"MsgType": "text", "FromUserName": "li.id", "Content": key}),
        lambda key: fields.written({"MsgType": "event", "Event": "enter_agent", "FromUserName": "li.id"}),
        lambda key: b"<xml/>",
    ],
)
def test_what_is_no_button_of_ours_is_answered_and_does_nothing(
    card: Delivery, client: Client, moment: datetime, message: Callable[[str], bytes]
) -> None:
    answer = post(client, *sealed(message(card.key), at=moment))
    assert (answer.status_code, answer.content) == (200, b"")
    assert state(card) == "sent"


@pytest.mark.parametrize("before", ["handed", "unknown"])
def test_a_receipt_that_is_quicker_than_our_own_note_counts(
    card: Delivery, client: Client, moment: datetime, before: str
) -> None:
    Delivery.objects.filter(pk=card.pk).update(state=before)
    post(client, *sealed(pressed(card.key, "li.id"), at=moment))
    assert state(card) == "acknowledged"


def test_of_a_card_that_waits_to_be_repeated_note_is_taken_and_it_goes_out_no_more(
    people: list[User], keeper: User, tell: Tell, there: CallServer, client: Client, now: datetime, moment: datetime
) -> None:
    there.say(SEND, HANG_UP)
    link(people, keeper, now)
    (message,) = tell(people[:1])
    work(now)
    card = Delivery.objects.get()
    assert card.state == "queued"
    assert post(client, *sealed(pressed(card.key, "li.id"), at=moment)).status_code == 200
    message.refresh_from_db()
    assert message.state == "acknowledged"
    work(later(now, minutes=1))
    assert (state(card), len(there.of(SEND))) == ("withdrawn", 1)


# ---- what nobody trusts ------------------------------------------------------------------------------------------


def wrongs(key: str, at: datetime) -> Iterator[tuple[str, dict[str, str], bytes]]:
    message = pressed(key, "li.id")
    query, body = sealed(message, at=at)
    encrypted = fields.read(body)["Encrypt"]
    yield "another signature", query | {"msg_signature": "0" * 40}, body
    yield "no signature", {name: query[name] for name in ("timestamp", "nonce")}, body
    yield "a signature of another length", query | {"msg_signature": query["msg_signature"][:-1]}, body
    yield "a signature that is no ASCII", query | {"msg_signature": "签" * 40}, body
    yield "another nonce", query | {"nonce": "x"}, body
    yield "no nonce", query | {"nonce": ""}, body
    yield "another time", query | {"timestamp": str(int(at.timestamp()) + 1)}, body
    yield "an old time", *sealed(message, at=at - timedelta(minutes=6))
    yield "a time to come", *sealed(message, at=at + timedelta(minutes=6))
    yield "another corporation", *sealed(message, at=at, corp="ww0000000000000000")
    yield "plain text", query, message
    yield "no body", query, b""
    yield "a part of the ciphertext", query, fields.written({"Encrypt": encrypted[:-4]})
    yield "a document type", query, b'<!DOCTYPE x [<!ENTITY e "x">]>' + body
    yield "too much", query, body + b" " * fields.MOST
    for what in ("ab", "abcd", encrypted[:24], "好", "=" * 8):
        signed = envelopes.signature(TOKEN, query["timestamp"], query["nonce"], what)
        yield f"signed, and no ciphertext: {what}", query | {"msg_signature": signed}, fields.written({"Encrypt": what})
    for odd in ("-1", "1e9", "１２３", "9" * 40, "x", ""):
        signed = envelopes.signature(TOKEN, odd, query["nonce"], encrypted)
        yield f"signed, and no time: {odd}", query | {"timestamp": odd, "msg_signature": signed}, body


def test_what_cannot_be_trusted_gets_one_and_the_same_answer(card: Delivery, client: Client, moment: datetime) -> None:
    for what, query, body in wrongs(card.key, moment):
        answer = post(client, query, body)
        assert (what, answer.status_code, answer.content) == (what, 403, b"")
    assert state(card) == "sent"
    assert not YuezhengyiSeen.objects.exists()


def test_a_closed_document_type_within_the_envelope_is_refused(
    card: Delivery, client: Client, moment: datetime
) -> None:
    evil = b'<!DOCTYPE xml [<!ENTITY e SYSTEM "file:///etc/passwd">]>' + pressed(card.key, "li.id")
    assert post(client, *sealed(evil, at=moment)).status_code == 403


def test_nobody_listens_where_callbacks_are_not_set_up(
    settings: Settings, card: Delivery, client: Client, moment: datetime
) -> None:
    settings.SHIXIAO_YUEZHENGYI_CALLBACK_TOKEN_FILE = ""
    assert post(client, *sealed(pressed(card.key, "li.id"), at=moment)).status_code == 403


def test_no_cookie_is_asked_for(card: Delivery, moment: datetime) -> None:
    strict = Client(enforce_csrf_checks=True)
    assert post(strict, *sealed(pressed(card.key, "li.id"), at=moment)).status_code == 200


def test_what_came_is_swept_after_a_day(card: Delivery, moment: datetime) -> None:
    YuezhengyiSeen.objects.create(digest="a" * 64, came_at=moment - timedelta(days=2))
    query, body = sealed(pressed(card.key, "li.id"), at=moment)
    receiving.receive(query, body, now=moment)
    assert [row.digest == "a" * 64 for row in YuezhengyiSeen.objects.all()] == [False]


def test_it_takes_few_statements_and_asks_nobody(
    card: Delivery, there: CallServer, moment: datetime, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    asked = len(there.calls)
    query, body = sealed(pressed(card.key, "li.id"), at=moment)
    with django_assert_max_num_queries(20):
        receiving.receive(query, body, now=moment)
    assert len(there.calls) == asked


@pytest.mark.django_db(transaction=True)
def test_of_the_same_callback_twice_at_once_one_does_something(
    people: list[User], keeper: User, tell: Tell, there: CallServer, now: datetime
) -> None:
    link(people, keeper, now)
    tell(people[:1])
    work(now)
    card = Delivery.objects.get()
    query, body = sealed(pressed(card.key, "li.id"), at=now)
    said: list[bytes] = []

    def take() -> None:
        try:
            said.append(receiving.receive(query, body, now=now))
        finally:
            connection.close()

    threads = [Thread(target=take) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(map(bool, said)) == [False, False, False, True]
    assert Fate.objects.filter(delivery=card, what="acknowledged").count() == 1


def test_a_query_that_comes_twice_is_no_way_around(card: Delivery, client: Client, moment: datetime) -> None:
    query, body = sealed(pressed(card.key, "li.id"), at=moment)
    doubled: Any = f"{urlencode(query)}&{urlencode({'timestamp': '1'})}"
    assert client.post(f"{CALLBACK}?{doubled}", body, content_type="text/xml").status_code == 403
