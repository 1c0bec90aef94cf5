"""A client made by others (wechatpy, MIT) talks to the emulator: it was written by people who know the real service."""

from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from requests import PreparedRequest, Response
from requests.adapters import HTTPAdapter
from wechatpy.enterprise import WeChatClient
from wechatpy.exceptions import WeChatClientException

from shixiao.messages.emulators import Fault, Faults, WeCom
from shixiao.messages.emulators.tests.clients import ask

REAL = "https://qyapi.weixin.qq.com"  # written into the library; nothing is ever asked there


class Here(HTTPAdapter):
    """Brings what the library sends to the real service to the emulator, and nothing anywhere."""

    def __init__(self, address: str) -> None:
        super().__init__()
        self.address = address

    def send(self, request: PreparedRequest, *args: Any, **kwargs: Any) -> Response:
        assert request.url
        assert request.url.startswith(f"{REAL}/cgi-bin/")
        request.url = self.address + request.url.removeprefix(REAL)
        return super().send(request, *args, **kwargs)


def client(wecom: WeCom, **change: str) -> WeChatClient:
    made = WeChatClient(wecom.corporation, change.get("secret", wecom.secret), auto_retry=True)
    made._http.trust_env = False
    made._http.mount("https://", Here(wecom.address))
    return made


@pytest.fixture
def theirs(wecom: WeCom) -> Iterator[WeChatClient]:
    made = client(wecom)
    yield made
    made._http.close()


def test_it_sends_a_text_and_a_card(wecom: WeCom, theirs: WeChatClient) -> None:
    sent = theirs.message.send_text(wecom.agent, ["mo-jia", "nobody"], "请签收")
    theirs.message.send_markdown(wecom.agent, "mo-jia", "**请签收**")
    assert sent["invaliduser"] == "nobody"
    assert [(each.kind, each.text) for each in wecom.inbox("mo-jia")] == [
        ("text", "请签收"),
        ("markdown", "**请签收**"),
    ]


def test_it_reads_the_address_book(theirs: WeChatClient) -> None:
    assert [each["id"] for each in theirs.department.get()] == [1, 2, 3, 4]
    assert {each["userid"] for each in theirs.department.get_users(3, simple=False)} == {
        "mo-bing",
        "mo-ding",
        "mo-ren",
        "mo-gui",
    }
    assert theirs.user.get("mo-jia")["name"] == "模拟甲"


def test_the_address_it_makes_for_the_sign_in_leads_back(wecom: WeCom, theirs: WeChatClient) -> None:
    parts = urlsplit(theirs.oauth.authorize_url("http://127.0.0.1:1/back", state="s-1"))
    wecom.visitor = "mo-jia"
    status, headers, _body = ask(f"{wecom.address}{parts.path}?{parts.query}")
    query = parse_qs(urlsplit(headers["Location"]).query)
    assert (status, query["state"]) == (302, ["s-1"])
    assert theirs.get("auth/getuserinfo", params={"code": query["code"][0]})["userid"] == "mo-jia"


def test_it_understands_a_refusal(wecom: WeCom, theirs: WeChatClient) -> None:
    with pytest.raises(WeChatClientException) as caught:
        theirs.user.get("nobody")
    assert caught.value.errcode == 60111
    with pytest.raises(WeChatClientException) as caught:
        client(wecom, secret="wrong").user.get("mo-jia")
    assert caught.value.errcode == 40001


def test_a_token_that_ended_early_is_fetched_anew_by_it() -> None:
    codes = set()
    for seed in range(6):
        with WeCom(faults=Faults.planned({"message/send": [Fault.EXPIRED]})) as wecom:
            wecom.faults.seed = seed  # it decides which of the two codes is said
            made = client(wecom)
            made.message.send_text(wecom.agent, "mo-jia", "请签收")
            made._http.close()
            assert (len(wecom.inbox("mo-jia")), wecom.tokens.given) == (1, 2)
            codes |= set(wecom.tokens._ended.values())
    assert codes == {42001, 40014}
