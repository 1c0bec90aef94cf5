"""Signing in by a code: from the browser that began, once, and only for whoever is linked."""

from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from django.test import Client
from pytest_django import Settings

from shixiao.ledger.models import Event, Words
from shixiao.messages.tests.provided import AGENT, CORP, WHO, link, provided
from shixiao.messages.tests.servers import HANG_UP, CallServer
from shixiao.people import actions
from shixiao.people.models import Authenticator, Role, User

pytestmark = pytest.mark.django_db
ENTER, ENTERED = "/messages/channels/yuezhengyi/enter/", "/messages/channels/yuezhengyi/entered/"
SIGN_IN = "/sign-in/"


@pytest.fixture
def keeper(account: Callable[..., User]) -> User:
    return account("keeper", role=Role.SYSTEM_ADMINISTRATOR)


@pytest.fixture
def there(settings: Settings, tmp_path: Path, people: list[User], keeper: User, now: datetime) -> Iterator[CallServer]:
    with provided(settings, tmp_path) as server:
        settings.SHIXIAO_YUEZHENGYI_AUTHORIZE = "https://open.example.cn/connect/oauth2/authorize"
        server.say(WHO, {"errcode": 0, "userid": "LI.id"})
        link(people[:2], keeper, now)
        yield server


def begun(browser: Client, address: str = ENTER) -> str:
    """Begins in that browser; the state that was sent along."""
    answer = browser.get(address)
    assert answer.status_code == 302
    return parse_qs(urlsplit(answer["Location"]).query)["state"][0]


def back(browser: Client, state: str, code: str = "code-1") -> int:
    return browser.get(ENTERED, {"state": state, "code": code}).status_code


def who(browser: Client) -> str:
    return str(browser.session.get("_auth_user_id", ""))


def refusals() -> list[str]:
    return [
        row.particulars["reason"] for row in Event.objects.filter(kind="messages.yuezhengyi_refused").order_by("pk")
    ]


def test_the_way_out_says_who_asks_and_the_way_back_lets_in(
    people: list[User], there: CallServer, client: Client
) -> None:
    answer = client.get(ENTER, {"next": "/messages/?state=unread"})
    split = urlsplit(answer["Location"])
    told = {name: several[0] for name, several in parse_qs(split.query).items()}
    state = told.pop("state")
    assert f"{split.scheme}://{split.netloc}{split.path}" == "https://open.example.cn/connect/oauth2/authorize"
    assert told == {
        "appid": CORP,
        "redirect_uri": f"https://plans.example.cn{ENTERED}",
        "response_type": "code",
        "scope": "snsapi_base",
        "agentid": str(AGENT),
    }
    assert split.fragment == "wechat_redirect"
    entered = client.get(ENTERED, {"state": state, "code": "code-1"})
    assert (entered.status_code, entered["Location"]) == (302, "/messages/?state=unread")
    assert who(client) == str(people[0].pk)
    assert there.of(WHO)[0].query == {"access_token": "token-1", "code": "code-1"}
    kinds = list(Event.objects.filter(subject_kind="people.user").order_by("pk").values_list("kind", flat=True))
    assert kinds[-2:] == ["messages.yuezhengyi_entered", "people.signed_in"]


def test_a_code_is_good_for_one_sign_in(there: CallServer, client: Client) -> None:
    assert back(client, begun(client)) == 302
    other = Client()
    assert back(other, begun(other)) == 403
    assert who(other) == ""
    assert len(there.of(WHO)) == 1
    assert refusals() == ["code_used"]


def test_only_the_browser_that_began_comes_in_and_once(there: CallServer, client: Client) -> None:
    state = begun(client)
    other = Client()
    assert back(other, state) == 403
    assert back(other, "") == 403
    begun(other)
    assert back(other, state, "code-2") == 403
    assert back(client, state, "code-3") == 302
    client.post("/sign-out/")
    assert back(client, state, "code-4") == 403
    assert len(there.of(WHO)) == 1
    assert refusals() == []  # a stranger writes nothing into the book


def test_after_ten_minutes_it_begins_anew(there: CallServer, client: Client) -> None:
    state = begun(client)
    session = client.session
    session["yuezhengyi_entry"] |= {"until": 0}
    session.save()
    assert back(client, state) == 403


@pytest.mark.parametrize(
    ("answer", "reason", "words"),
    [
        ({"errcode": 40029, "errmsg": "invalid code"}, ["code_refused"], "不认这个登录码"),
        ({"errcode": 0, "openid": "o-1"}, ["no_member"], "不是本单位"),
        ({"errcode": 0, "userid": "@all"}, ["no_member"], "不是本单位"),
        ({"errcode": 0, "userid": ["li.id"]}, ["no_member"], "不是本单位"),
        ({"errcode": 0, "userid": "stranger"}, ["not_linked"], "没有对应的账号"),
        (HANG_UP, [], "联系不上"),
        (503, [], "联系不上"),
    ],
    ids=str,
)
def test_whoever_is_not_named_or_not_linked_stays_outside(
    there: CallServer, client: Client, answer: object, reason: list[str], words: str
) -> None:
    there.say(WHO, answer)  # type: ignore[arg-type]
    refused = client.get(ENTERED, {"state": begun(client), "code": "code-1"})
    assert refused.status_code == 403
    text = refused.content.decode()
    assert words in text
    assert f'href="{SIGN_IN}"' in text
    assert who(client) == ""
    assert refusals() == reason
    if reason == ["not_linked"]:
        assert Words.objects.get(event__kind="messages.yuezhengyi_refused").words == "stranger"


def test_older_answers_write_it_in_capitals(people: list[User], there: CallServer, client: Client) -> None:
    there.say(WHO, {"errcode": 0, "UserId": "wang.id", "DeviceId": ""})
    assert back(client, begun(client)) == 302
    assert who(client) == str(people[1].pk)


def test_an_account_out_of_use_stays_outside(
    people: list[User], there: CallServer, client: Client, now: datetime
) -> None:
    actions.disable(people[0], by=None, now=now)
    assert back(client, begun(client)) == 403
    assert refusals() == ["not_active"]


@pytest.mark.parametrize("code", ["", "x" * 600, "码", "a\nb"])
def test_what_is_no_code_is_not_asked_about(there: CallServer, client: Client, code: str) -> None:
    assert back(client, begun(client), code) == 403
    assert there.of(WHO) == []


def test_the_second_step_stays(people: list[User], there: CallServer, client: Client, now: datetime) -> None:
    actions.begin_authenticator(people[0], now=now)
    Authenticator.objects.filter(user=people[0]).update(confirmed_at=now)
    answer = client.get(ENTERED, {"state": begun(client), "code": "code-1"})
    assert (answer.status_code, answer["Location"]) == (302, "/sign-in/second-step/")
    assert who(client) == ""
    assert Event.objects.get(kind="messages.yuezhengyi_entered").particulars["waits"] is True
    assert not Event.objects.filter(kind="people.signed_in").exists()


def test_nobody_is_led_elsewhere(there: CallServer, client: Client) -> None:
    state = begun(client, f"{ENTER}?next=https://evil.example.com/")
    assert client.get(ENTERED, {"state": state, "code": "code-1"})["Location"] == "/messages/"
    assert client.get(f"{ENTER}?next=//evil.example.com/")["Location"] == "/messages/"  # is in already


def test_the_page_of_sign_in_offers_it_where_it_is_set_up(
    there: CallServer, client: Client, settings: Settings, people: list[User]
) -> None:
    assert "从粤政易登录" in client.get(SIGN_IN, {"next": "/plans/"}).content.decode()
    settings.SHIXIAO_YUEZHENGYI_AUTHORIZE = ""
    assert "从粤政易登录" not in client.get(SIGN_IN).content.decode()
    assert client.get(ENTER)["Location"].startswith(SIGN_IN)
    assert client.get(ENTERED, {"state": "x", "code": "y"})["Location"] == SIGN_IN
