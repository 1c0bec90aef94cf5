"""What tests of 粤政易 share: a provider on loopback, and this house as its app."""

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from django.test import Client
from pytest_django import Settings

from shixiao.messages.channels.yuezhengyi import accounts, envelopes, fields
from shixiao.messages.tests.servers import CallServer, running
from shixiao.people.models import User

CORP, AGENT, TOKEN = "wx5823bf96d3bd56c7", 1000002, "QDG6eK"
KEY = "jWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2C"
GETTOKEN, SEND, WHO = "/cgi-bin/gettoken", "/cgi-bin/message/send", "/cgi-bin/auth/getuserinfo"
CALLBACK = "/messages/channels/yuezhengyi/callback/"
OK = {"errcode": 0, "errmsg": "ok", "invaliduser": "", "msgid": "m1"}


def given_token(number: int = 1, *, lasts: int = 7200) -> dict[str, Any]:
    return {"errcode": 0, "errmsg": "ok", "access_token": f"token-{number}", "expires_in": lasts}


@contextmanager
def provided(settings: Settings, folder: Path, *, hears: bool = True) -> Iterator[CallServer]:
    """A provider that gives tokens and takes cards, and the settings that lead there."""
    with running(CallServer()) as there:
        assert isinstance(there, CallServer)
        there.say(GETTOKEN, given_token())
        there.say(SEND, OK)
        files = {"secret": "simulated-secret", "token": TOKEN, "key": KEY}
        for name, words in files.items():
            (folder / name).write_text(f"{words}\n")
        settings.SHIXIAO_ADDRESS = "https://plans.example.cn"
        settings.SHIXIAO_YUEZHENGYI_ADDRESS = f"http://127.0.0.1:{there.port}"
        settings.SHIXIAO_YUEZHENGYI_CORP, settings.SHIXIAO_YUEZHENGYI_AGENT = CORP, AGENT
        settings.SHIXIAO_YUEZHENGYI_SECRET_FILE = str(folder / "secret")
        if hears:
            settings.SHIXIAO_YUEZHENGYI_CALLBACK_TOKEN_FILE = str(folder / "token")
            settings.SHIXIAO_YUEZHENGYI_CALLBACK_KEY_FILE = str(folder / "key")
        yield there


def link(people: list[User], keeper: User, now: datetime) -> None:
    for user in people:
        accounts.set_account(user, f"{user.username}.id", by=keeper, now=now)


def sealed(message: bytes, *, at: datetime, nonce: str = "", corp: str = CORP) -> tuple[dict[str, str], bytes]:
    """Query and body of a callback as the provider makes them."""
    nonce = nonce or secrets.token_hex(8)
    timestamp = str(int(at.timestamp()))
    closed = envelopes.closed(message, key=envelopes.key_of(KEY), receiver=corp, salt=secrets.token_bytes(16))
    signature = envelopes.signature(TOKEN, timestamp, nonce, closed)
    query = {"msg_signature": signature, "timestamp": timestamp, "nonce": nonce}
    return query, fields.written({"ToUserName": corp, "AgentID": str(AGENT), "Encrypt": closed})


def pressed(task: str, user_id: str, *, key: str = "acknowledge", agent: int = AGENT) -> bytes:
    """What the provider says when somebody presses the button of a template card."""
    return fields.written(
        {
            "ToUserName": CORP,
            "FromUserName": user_id,
            "CreateTime": "1782781200",
            "MsgType": "event",
            "Event": "template_card_event",
            "EventKey": key,
            "TaskId": task,
            "CardType": "button_interaction",
            "ResponseCode": "response-code",
            "AgentID": str(agent),
        }
    )


def post(browser: Client, query: dict[str, str], body: bytes) -> Any:
    return browser.post(f"{CALLBACK}?{urlencode(query)}", body, content_type="text/xml")
