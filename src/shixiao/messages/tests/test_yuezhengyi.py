"""粤政易 against a provider that refuses, hangs up, keeps silent and forgets its tokens: what came of it is told exactly."""

import json
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from itertools import count
from pathlib import Path
from threading import Event as Gate
from threading import Thread
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test import Client
from pytest_django import Settings

from shixiao.ledger.models import Event, Words
from shixiao.messages import channels, checks, fates, planning, sending
from shixiao.messages.channels import Outcome, Parcel, calling
from shixiao.messages.channels.yuezhengyi import accounts, cards, provider, tokens
from shixiao.messages.channels.yuezhengyi.channel import CHANNEL
from shixiao.messages.models import Delivery, Fate, Message, YuezhengyiAccount, YuezhengyiToken
from shixiao.messages.preferring import Unfit
from shixiao.messages.tests.conftest import SECRET, Tell, killed_after, later
from shixiao.messages.tests.provided import AGENT, GETTOKEN, OK, SEND, given_token, link, provided
from shixiao.messages.tests.servers import DRIP, HALF, HANG_UP, SILENCE, CallServer, closed_port
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
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody waits ten seconds for a server that keeps silent."""
    usual = calling.ask
    monkeypatch.setattr(calling, "ask", lambda *args, **more: usual(*args, **more | {"within": 0.3}))


def work(now: datetime) -> None:
    while planning.plan(now) or sending.send(now):
        pass


def parcel(
    key: str = "msg_1", *, address: str = "li.id", lines: tuple[str, ...] = ("信-1 到了",), **more: Any
) -> Parcel:
    told = {
        "delivery": Delivery(channel="yuezhengyi"),
        "attempt": 1,
        "person": None,
        "title": lines[0],
        "language": "zh-hans",
    }
    return Parcel(**told | {"key": key, "address": address, "lines": lines} | more)  # type: ignore[arg-type]


def sent(there: CallServer) -> list[dict[str, Any]]:
    return [json.loads(call.body) for call in there.of(SEND)]


# ---- what came of it ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("answer", "outcome"),
    [
        (OK, channels.accepted()),
        (OK | {"invaliduser": "LI.ID"}, channels.refused("invaliduser")),
        (OK | {"invaliduser": "wang.id|LI.id"}, channels.refused("invaliduser")),
        (OK | {"invaliduser": "xli.id"}, channels.accepted()),
        (OK | {"unlicenseduser": "li.id"}, channels.refused("unlicenseduser")),
        ({"errcode": 81013}, channels.refused("invaliduser")),
        ({"errcode": 60111}, channels.refused("wecom_60111")),
        ({"errcode": 44004}, channels.refused("wecom_44004")),
        ({"errcode": -1}, channels.not_reached("wecom_-1")),
        ({"errcode": 45009}, channels.not_reached("wecom_45009", again_in=timedelta(minutes=10))),
        ({"errcode": 60020}, channels.not_reached("wecom_60020")),
        (503, channels.not_reached("http_503")),
        (429, channels.not_reached("http_429")),
        (404, channels.not_reached("http_404")),
        (302, channels.not_reached("http_302")),
        (500, channels.unknown("http_500")),
        (502, channels.unknown("http_502")),
        (b"<html>hello</html>", channels.unknown("answer_garbled")),
        (b"[]", channels.unknown("answer_garbled")),
        ({"errcode": "0"}, channels.unknown("answer_garbled")),
        (b"x" * (calling.MOST + 1), channels.unknown("answer_too_long")),
        (HANG_UP, channels.unknown("no_answer")),
        (HALF, channels.unknown("answer_cut")),
        (SILENCE, channels.unknown("no_answer")),
        (DRIP, channels.unknown("no_answer")),
    ],
    ids=str,
)
def test_what_came_of_a_card(there: CallServer, quick: None, answer: Any, outcome: Outcome, now: datetime) -> None:
    there.say(SEND, answer)
    assert CHANNEL.send(parcel(), now=now) == outcome
    assert len(there.of(SEND)) == 1


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        ({"errcode": 40001, "errmsg": "invalid credential"}, "token_40001"),
        ({"errcode": 45009}, "token_45009"),
        ({"errcode": 0, "access_token": "x"}, "token_garbled"),
        ({"errcode": 0, "access_token": "x y\n", "expires_in": 7200}, "token_garbled"),
        ({"errcode": 0, "access_token": "", "expires_in": 7200}, "token_garbled"),
        (500, "token_http_500"),
        (b"nothing", "token_http_200"),
        (HANG_UP, "no_answer"),
        (SILENCE, "no_answer"),
    ],
    ids=str,
)
def test_without_a_token_nothing_is_handed_over(
    there: CallServer, quick: None, answer: Any, reason: str, now: datetime
) -> None:
    there.say(GETTOKEN, answer)
    outcome = CHANNEL.send(parcel(), now=now)
    assert (outcome.result, outcome.reason) == (channels.Result.NOT_REACHED, reason)
    assert there.of(SEND) == []


def test_nobody_at_the_address_and_a_secret_that_is_not_there(
    there: CallServer, settings: Settings, tmp_path: Path, now: datetime
) -> None:
    (tmp_path / "secret").unlink()
    assert CHANNEL.send(parcel(), now=now) == channels.not_reached("secret_file")
    settings.SHIXIAO_YUEZHENGYI_ADDRESS = f"http://127.0.0.1:{closed_port()}"
    (tmp_path / "secret").write_text("simulated")
    assert CHANNEL.send(parcel(), now=now) == channels.not_reached("connect_ConnectionRefusedError")
    settings.SHIXIAO_YUEZHENGYI_ADDRESS = "http://10.1.2.3"  # in the open, where somebody reads the token
    assert not CHANNEL.is_ready()
    assert CHANNEL.send(parcel(), now=now) == channels.not_reached("SHIXIAO_YUEZHENGYI_ADDRESS")


# ---- one token ---------------------------------------------------------------------------------------------------


def test_one_token_serves_all_until_shortly_before_its_end(there: CallServer, now: datetime) -> None:
    there.say(GETTOKEN, given_token(1), given_token(2))
    for minutes in (0, 1, 60, 109):
        CHANNEL.send(parcel(f"msg_{minutes}"), now=later(now, minutes=minutes))
    assert len(there.of(GETTOKEN)) == 1
    CHANNEL.send(parcel("msg_x"), now=later(now, minutes=111))
    assert len(there.of(GETTOKEN)) == 2
    assert [call.query["access_token"] for call in there.of(SEND)] == ["token-1"] * 4 + ["token-2"]
    assert there.of(GETTOKEN)[0].query == {"corpid": "wx5823bf96d3bd56c7", "corpsecret": "simulated-secret"}


def test_while_one_fetches_the_others_use_the_old_one(there: CallServer, now: datetime) -> None:
    tokens.token(provider.provider(), now=now)
    YuezhengyiToken.objects.update(fetching_until=later(now, minutes=112))
    assert tokens.token(provider.provider(), now=later(now, minutes=111)) == "token-1"
    assert len(there.of(GETTOKEN)) == 1


def test_where_there_is_none_one_fetches_and_the_others_come_back(there: CallServer, now: datetime) -> None:
    YuezhengyiToken.objects.create(app=provider.provider().app, fetching_until=later(now, seconds=20))
    assert CHANNEL.send(parcel(), now=now) == channels.not_reached("token_awaited", again_in=timedelta(seconds=20))
    assert there.calls == []
    CHANNEL.send(parcel(), now=later(now, seconds=31))  # whoever fetched was killed
    assert len(there.of(GETTOKEN)) == 1


@pytest.mark.parametrize("code", [40001, 40014, 42001])
def test_a_token_that_ended_early_is_exchanged_once(there: CallServer, code: int, now: datetime) -> None:
    tokens.token(provider.provider(), now=later(now, minutes=-5))
    there.say(GETTOKEN, given_token(2))
    there.say(SEND, {"errcode": code}, OK)
    assert CHANNEL.send(parcel(), now=now) == channels.accepted()
    assert [call.query["access_token"] for call in there.of(SEND)] == ["token-1", "token-2"]
    assert len(there.of(GETTOKEN)) == 2


def test_a_provider_that_refuses_each_token_is_not_asked_for_more_and_more(there: CallServer, now: datetime) -> None:
    there.say(SEND, {"errcode": 42001})
    for seconds in (0, 10, 20, 50):
        outcome = CHANNEL.send(parcel(f"msg_{seconds}"), now=later(now, seconds=seconds))
        assert outcome == channels.not_reached("token_refused", again_in=timedelta(minutes=1))
    assert len(there.of(GETTOKEN)) == 1


def test_a_token_that_another_process_exchanged_already_is_taken(there: CallServer, now: datetime) -> None:
    tokens.token(provider.provider(), now=now)
    assert tokens.token(provider.provider(), now=now, spoilt="token-0") == "token-1"
    assert len(there.of(GETTOKEN)) == 1


def test_after_too_often_nobody_asks_for_a_minute_and_the_old_one_serves(there: CallServer, now: datetime) -> None:
    tokens.token(provider.provider(), now=now)
    there.say(GETTOKEN, {"errcode": 45009})
    for seconds in (0, 30, 59):
        assert tokens.token(provider.provider(), now=later(now, minutes=111, seconds=seconds)) == "token-1"
    assert len(there.of(GETTOKEN)) == 2
    with pytest.raises(tokens.NotGiven, match="token_45009"):
        tokens.token(provider.provider(), now=later(now, minutes=121))


def test_a_token_lies_sealed_and_belongs_to_its_app(there: CallServer, settings: Settings, now: datetime) -> None:
    tokens.token(provider.provider(), now=now)
    assert "token-1" not in YuezhengyiToken.objects.get().token
    settings.SHIXIAO_YUEZHENGYI_AGENT = 1000003
    tokens.token(provider.provider(), now=now)
    assert YuezhengyiToken.objects.count() == 2


@pytest.mark.django_db(transaction=True)
def test_of_several_at_once_one_asks_for_a_token(there: CallServer, now: datetime) -> None:
    there.gate = Gate()
    given: list[str] = []

    def ask() -> None:
        try:
            given.append(tokens.token(provider.provider(), now=now))
        except tokens.NotGiven as missing:
            given.append(str(missing))
        finally:
            connection.close()

    threads = [Thread(target=ask) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads[:5]:
        thread.join(0.5)
    there.gate.set()
    for thread in threads:
        thread.join()
    assert len(there.of(GETTOKEN)) == 1
    assert sorted(given) == ["token-1", *["token_awaited"] * 5]


# ---- cards -------------------------------------------------------------------------------------------------------


def test_a_card_with_a_button_where_callbacks_are_set_up(there: CallServer, now: datetime) -> None:
    CHANNEL.send(parcel("msg_7"), now=now)
    (told,) = sent(there)
    card = told["template_card"]
    assert (told["touser"], told["agentid"], told["msgtype"]) == ("li.id", AGENT, "template_card")
    assert (told["enable_duplicate_check"], told["duplicate_check_interval"]) == (1, 14400)
    assert (card["card_type"], card["task_id"]) == ("button_interaction", "msg_7")
    assert card["button_list"] == [{"text": "知悉", "style": 1, "key": "acknowledge"}]
    assert card["card_action"] == {
        "type": 1,
        "url": "https://plans.example.cn/messages/channels/yuezhengyi/enter/?notice=msg_7",
    }


def test_a_text_card_where_they_are_not(settings: Settings, tmp_path: Path, now: datetime) -> None:
    with provided(settings, tmp_path, hears=False) as there:
        CHANNEL.send(parcel(lines=("一" * 300,)), now=now)
    (told,) = sent(there)
    card = told["textcard"]
    assert told["msgtype"] == "textcard"
    assert (len(card["title"].encode()), len(card["description"].encode())) <= (128, 512)
    assert card["description"].endswith("一…")


@pytest.mark.parametrize("left", ["", "half a key\n"])
def test_there_is_no_button_that_nobody_hears(settings: Settings, tmp_path: Path, now: datetime, left: str) -> None:
    with provided(settings, tmp_path) as there:
        (tmp_path / "key").write_text(left)
        CHANNEL.send(parcel(), now=now)
    (told,) = sent(there)
    assert (told["msgtype"], provider.hears()) == ("textcard", False)


def test_nothing_in_a_card_becomes_a_tag_or_another_line() -> None:
    line = "<a href=x>信</a>\n & \u2028 1 < 2"
    told = cards.card(parcel(lines=(line, "二")), agent=1, address="https://x.cn", has_button=False)["textcard"]
    assert told["description"] == "1. ＜a href=x＞信＜/a＞ ＆ 1 ＜ 2\n2. 二"
    english = cards.card(parcel(language="en"), agent=1, address="https://x.cn", has_button=True)
    assert english["template_card"]["button_list"][0]["text"] == "Acknowledge"


def test_two_notices_that_read_alike_are_two_and_one_is_the_same_each_time() -> None:
    def written(key: str, attempt: int) -> dict[str, Any]:
        return cards.card(parcel(key, attempt=attempt), agent=1, address="https://x.cn", has_button=False)

    assert written("msg_1", 1) == written("msg_1", 2) != written("msg_2", 1)


# ---- in the house ------------------------------------------------------------------------------------------------


def test_whoever_is_linked_gets_a_card(
    people: list[User], keeper: User, tell: Tell, there: CallServer, now: datetime
) -> None:
    link(people[:1], keeper, now)
    tell(people)
    work(now)
    (told,) = sent(there)
    assert (told["touser"], told["template_card"]["sub_title_text"]) == ("li.id", "信-1 标题1 到了")
    delivery = Delivery.objects.get()
    assert (delivery.person, delivery.state, delivery.key) == (people[0], "sent", told["template_card"]["task_id"])


def test_of_a_restricted_register_a_card_says_only_that_there_is_something(
    people: list[User], keeper: User, tell: Tell, there: CallServer, now: datetime
) -> None:
    link(people[:1], keeper, now)
    tell(people[:1], letter=SECRET)
    work(now)
    told = json.dumps(sent(there), ensure_ascii=False)
    assert f"信-{SECRET}" not in told
    assert "标题" not in told
    assert "限制台账" in told


def test_a_card_of_which_nobody_knows_is_repeated_as_the_same_one_while_that_is_one(
    people: list[User], keeper: User, tell: Tell, there: CallServer, now: datetime
) -> None:
    there.say(SEND, HANG_UP)
    link(people[:1], keeper, now)
    tell(people[:1])
    for minutes in (0, 1, 6, 21):
        work(later(now, minutes=minutes))
    assert len(there.of(SEND)) == 4
    assert len({call.body for call in there.of(SEND)}) == 1
    for hours in (4, 8, 24):  # the worker stood still: the provider has forgotten the card
        work(later(now, hours=hours))
    assert len(there.of(SEND)) == 4
    assert Delivery.objects.get().state == "unknown"


def test_what_is_refused_after_one_of_which_nobody_knows_is_still_unknown(
    people: list[User], keeper: User, tell: Tell, there: CallServer, now: datetime
) -> None:
    there.say(SEND, HANG_UP, {"errcode": 44004})
    link(people[:1], keeper, now)
    tell(people[:1])
    work(now)
    work(later(now, minutes=1))
    assert Delivery.objects.get().fates.filter(what="failed").count() == 0
    assert list(Fate.objects.filter(what="unknown").values_list("reason", flat=True)) == ["no_answer", "wecom_44004"]


def test_a_person_may_send_again_what_was_lost(
    people: list[User], keeper: User, tell: Tell, there: CallServer, now: datetime
) -> None:
    there.say(SEND, HANG_UP)
    link(people[:1], keeper, now)
    tell(people[:1])
    for hours in range(30):
        work(later(now, hours=hours))
    delivery = Delivery.objects.get()
    assert delivery.state == "unknown"
    there.say(SEND, OK)
    fates.decide(delivery, "again", reason="没有收到", by=keeper, now=later(now, hours=40))
    work(later(now, hours=40))
    delivery.refresh_from_db()
    assert delivery.state == "sent"


@pytest.mark.django_db(transaction=True)
def test_killed_at_any_statement_nobody_gets_two_different_cards(
    people: list[User], keeper: User, tell: Tell, there: CallServer, now: datetime
) -> None:
    link(people[:1], keeper, now)
    tokens.token(provider.provider(), now=now)
    for statements in count():
        (message,) = tell(people[:1], letter=100 + statements)
        before = len(there.of(SEND))
        was_killed = killed_after(statements, lambda: work(now))
        for minutes in (15, 30):
            work(later(now, minutes=minutes))
        bodies = [call.body for call in there.of(SEND)[before:]]
        delivery = Delivery.objects.get(items__message=message)
        assert delivery.state == "sent"
        assert len(set(bodies)) == 1  # twice at most as one and the same, which the provider takes as one
        if not was_killed:
            break


# ---- whose id is whose -------------------------------------------------------------------------------------------


def test_an_id_is_set_by_the_system_administrator_with_an_event(
    people: list[User], keeper: User, now: datetime
) -> None:
    li, wang = people[:2]
    with pytest.raises(PermissionDenied, match="系统管理员"):
        accounts.set_account(li, "li.id", by=li, now=now)
    for wrong in ("@all", "li|wang", "李", "li id", "_li", "x" * 65):
        with pytest.raises(Unfit):
            accounts.set_account(li, wrong, by=keeper, now=now)
    for _ in range(2):
        accounts.set_account(li, "Li.id", by=keeper, now=now)
    with pytest.raises(Unfit, match="另一个人"):
        accounts.set_account(wang, "LI.ID", by=keeper, now=now)
    assert accounts.who_is("lI.iD") == li
    event = Event.objects.get(kind="messages.yuezhengyi_linked")
    assert Words.objects.get(event=event).words == "Li.id"
    accounts.set_account(li, "", by=keeper, now=now)
    assert not YuezhengyiAccount.objects.exists()
    assert Event.objects.filter(kind="messages.yuezhengyi_unlinked").count() == 1


PAGE = "/messages/channels/yuezhengyi/"


def test_the_page_of_the_system_administrator(
    people: list[User], keeper: User, there: CallServer, signed_in: Callable[[User], Client], now: datetime
) -> None:
    browser = signed_in(keeper)
    told = {"account": "li", "user_id": "li.id"}
    assert browser.post(PAGE, told).status_code == 302
    assert browser.post(PAGE, told | {"user_id": "@all"}).status_code == 422
    assert browser.post(PAGE, told | {"account": "nobody"}).status_code == 422
    CHANNEL.send(parcel(), now=now)
    text = browser.get(PAGE).content.decode()
    assert "li.id" in text
    assert "共取过 1 次" in text
    assert "simulated-secret" not in text
    assert "token-1" not in text
    assert signed_in(people[0]).get(PAGE).status_code == 403


def test_the_deploy_check_says_what_is_missing(there: CallServer, settings: Settings, tmp_path: Path) -> None:
    assert checks.channels_are_whole() == []
    settings.SHIXIAO_YUEZHENGYI_CALLBACK_KEY_FILE = ""
    (tmp_path / "secret").unlink()
    settings.SHIXIAO_YUEZHENGYI_CORP = ""
    (found,) = checks.channels_are_whole()
    for name in ("CORP", "CALLBACK_KEY_FILE", "SECRET_FILE"):
        assert f"SHIXIAO_YUEZHENGYI_{name}" in found.msg
    assert "CALLBACK_TOKEN_FILE" not in found.msg


def test_nothing_set_is_no_fault(settings: Settings) -> None:
    assert checks.channels_are_whole() == []
    assert not CHANNEL.is_ready()
    assert Message.objects.count() == 0
