"""Callbacks of WeCom: signed, sealed, tried again, doubled, overtaken; and the check of an address."""

import time
from collections.abc import Iterator
from threading import Event

import pytest
from wechatpy.enterprise import parse_message
from wechatpy.enterprise.crypto import WeChatCrypto

from shixiao.messages.emulators import Fault, Faults, Hands, Waits, WeCom
from shixiao.messages.emulators.courier import Errand
from shixiao.messages.emulators.sealing import Seal, element, new_key, xml
from shixiao.messages.emulators.tests.clients import App, Heard, Receiver

TOKEN, KEY = "a-token", new_key()


def opened(wecom: WeCom, heard: Heard) -> str:
    """As a receiver should: the signature first, then the seal."""
    seal, sealed = Seal(TOKEN, KEY, wecom.corporation), element(heard.body.decode(), "Encrypt")
    assert seal.signature(heard.query["timestamp"], heard.query["nonce"], sealed) == heard.query["msg_signature"]
    return seal.unseal(sealed)


@pytest.fixture
def called(wecom: WeCom, receiver: Receiver) -> Receiver:
    wecom.callback_to(receiver.address, token=TOKEN, key=KEY)
    return receiver


def press(wecom: WeCom, app: App, *, task: str = "task-1", key: str = "sign") -> Errand:
    return wecom.press("mo-jia", app.card("mo-jia", task, "sign", "return")["msgid"], key)


def keys(wecom: WeCom, receiver: Receiver) -> list[tuple[str, str]]:
    texts = [opened(wecom, heard) for heard in receiver.heard]
    return [(element(text, "TaskId"), element(text, "EventKey")) for text in texts]


# ---- what comes --------------------------------------------------------------------------------------------------


def test_a_pressed_button_calls_back(wecom: WeCom, app: App, called: Receiver, hands: Hands) -> None:
    errand = press(wecom, app)
    wecom.settle()
    (heard,) = called.heard
    text = opened(wecom, heard)
    assert heard.method == "POST"
    assert {
        name: element(text, name)
        for name in ("ToUserName", "FromUserName", "MsgType", "Event", "EventKey", "TaskId", "CardType")
    } == {
        "ToUserName": wecom.corporation,
        "FromUserName": "mo-jia",
        "MsgType": "event",
        "Event": "template_card_event",
        "EventKey": "sign",
        "TaskId": "task-1",
        "CardType": "button_interaction",
    }
    assert (element(text, "CreateTime"), element(text, "AgentID")) == (str(int(hands())), str(wecom.agent))
    assert errand.is_delivered


def test_a_library_made_by_others_reads_it(wecom: WeCom, app: App, called: Receiver) -> None:
    press(wecom, app)
    wecom.settle()
    heard = called.heard[0]
    theirs = WeChatCrypto(TOKEN, KEY, wecom.corporation)
    query = heard.query
    message = parse_message(
        theirs.decrypt_message(heard.body, query["msg_signature"], query["timestamp"], query["nonce"])
    )
    assert (message.source, message.target, message._data["TaskId"]) == ("mo-jia", wecom.corporation, "task-1")


def test_its_response_code_updates_the_card(wecom: WeCom, app: App, called: Receiver) -> None:
    press(wecom, app)
    wecom.settle()
    code = element(opened(wecom, called.heard[0]), "ResponseCode")
    body = {"response_code": code, "userids": ["mo-jia"], "button": {"replace_name": "已签收"}}
    assert app.post("message/update_template_card", body)["errcode"] == 0
    assert [each.replaced for each in wecom.inbox("mo-jia")] == [{"mo-jia": "已签收"}]
    with pytest.raises(ValueError, match="replaced"):
        wecom.press("mo-jia", wecom.inbox("mo-jia")[0].id, "return")


def test_what_cannot_be_pressed(wecom: WeCom, app: App, called: Receiver) -> None:
    card = app.card("mo-jia", "task-1", "sign")["msgid"]
    with pytest.raises(ValueError, match="no card"):
        wecom.press("mo-yi", card, "sign")
    with pytest.raises(ValueError, match="no button"):
        wecom.press("mo-jia", card, "nothing")
    wecom.settle()
    assert called.heard == []


def test_nobody_is_called_who_is_not_on_this_machine(wecom: WeCom) -> None:
    for address in ("http://10.0.0.1/", "https://example.cn/", "http://example.cn/", "ftp://127.0.0.1/"):
        with pytest.raises(ValueError, match="not on this machine"):
            wecom.callback_to(address, token=TOKEN, key=KEY)


# ---- what is answered --------------------------------------------------------------------------------------------


def test_a_sealed_reply_replaces_the_button(wecom: WeCom, app: App, called: Receiver) -> None:
    theirs = WeChatCrypto(TOKEN, KEY, wecom.corporation)
    reply = xml(ToUserName="mo-jia", FromUserName=wecom.corporation, CreateTime=1, MsgType="update_button")
    reply = reply.replace("</xml>", "<Button><ReplaceName><![CDATA[已签收]]></ReplaceName></Button></xml>")
    called.reply = lambda _heard: (200, theirs.encrypt_message(reply, "nonce", "1767225600").encode())
    press(wecom, app)
    wecom.settle()
    assert wecom.inbox("mo-jia")[0].replaced == {"mo-jia": "已签收"}
    assert wecom.misread == []


@pytest.mark.parametrize("reply", [b"ok", b"<xml></xml>", "\ufeff".encode(), b"\xff"])
def test_any_other_reply_is_noted_as_misread(wecom: WeCom, app: App, called: Receiver, reply: bytes) -> None:
    called.reply = lambda _heard: (200, reply)
    errand = press(wecom, app)
    wecom.settle()
    assert errand.is_delivered
    assert [each.about for each in wecom.misread] == [errand.about]


@pytest.mark.parametrize("reply", [(500, b""), (302, b""), None])
def test_it_is_tried_four_times_signed_anew_and_then_lost(
    wecom: WeCom, app: App, called: Receiver, hands: Hands, reply: tuple[int, bytes] | None
) -> None:
    def refuses(_heard: Heard) -> tuple[int, bytes] | None:
        hands.forward(5)
        return reply

    called.reply = refuses
    errand = press(wecom, app)
    wecom.settle()
    assert (len(called.heard), errand.is_delivered, errand.is_open) == (4, False, False)
    assert len({heard.query["timestamp"] for heard in called.heard}) == 4
    assert len({opened(wecom, heard) for heard in called.heard}) == 1


def test_an_address_that_answers_at_last_is_asked_no_more(wecom: WeCom, app: App, called: Receiver) -> None:
    called.reply = lambda _heard: (200, b"success") if len(called.heard) == 3 else (503, b"")
    errand = press(wecom, app)
    wecom.settle()
    assert (len(called.heard), errand.is_delivered) == (3, True)


@pytest.fixture
def released() -> Iterator[Event]:
    """Ends every silence, also where a test fails."""
    event = Event()
    yield event
    event.set()


def test_it_waits_so_long_and_no_longer(receiver: Receiver, released: Event) -> None:
    waits = Waits(patience=0.05, between=0.01, hold=0.05)
    with WeCom(faults=Faults.none(), waits=waits) as wecom:
        wecom.callback_to(receiver.address, token=TOKEN, key=KEY)

        def silent(_heard: Heard) -> None:
            released.wait(5)

        receiver.reply = silent
        began = time.monotonic()
        errand = press(wecom, App(wecom))
        wecom.settle()
        assert time.monotonic() - began < 3
        assert [each.status for each in errand.attempts] == [None] * 4
        released.set()


def test_five_seconds_are_what_is_published() -> None:
    assert Waits().patience == Waits.quick().patience == 5.0


# ---- what goes wrong ---------------------------------------------------------------------------------------------


def test_a_callback_comes_twice_in_the_same_bytes_or_signed_anew(receiver: Receiver) -> None:
    kinds = set()
    for seed in range(8):
        with WeCom(faults=Faults(seed, share=1.0), waits=Waits.quick()) as wecom:
            wecom.faults = Faults.none()
            app = App(wecom)
            card = app.card("mo-jia", "task-1", "sign")["msgid"]
            wecom.callback_to(receiver.address, token=TOKEN, key=KEY)
            wecom.faults = Faults(seed, share=1.0)
            receiver.heard.clear()
            wecom.press("mo-jia", card, "sign")
            wecom.settle()
            if wecom.met(Fault.TWICE):
                assert keys(wecom, receiver) == [("task-1", "sign")] * 2
                kinds.add(receiver.heard[0].query == receiver.heard[1].query)
            else:
                assert wecom.met(Fault.OUT_OF_ORDER)
                assert keys(wecom, receiver) == [("task-1", "sign")]
    assert kinds == {True, False}


def test_a_callback_is_overtaken_by_the_next_one(receiver: Receiver) -> None:
    with WeCom(faults=Faults.planned({"callback": [Fault.OUT_OF_ORDER]}), waits=Waits.quick()) as wecom:
        wecom.callback_to(receiver.address, token=TOKEN, key=KEY)
        app = App(wecom)
        card = app.card("mo-jia", "task-1", "sign", "return")["msgid"]
        wecom.press("mo-jia", card, "sign")
        wecom.press("mo-jia", card, "return")
        wecom.settle()
        assert keys(wecom, receiver) == [("task-1", "return"), ("task-1", "sign")]
        assert [(each.fault, each.about) for each in wecom.happened] == [(Fault.OUT_OF_ORDER, card)]


# ---- the check of an address -------------------------------------------------------------------------------------


def test_an_address_that_opens_the_word_is_verified(wecom: WeCom, called: Receiver) -> None:
    seal = Seal(TOKEN, KEY, wecom.corporation)

    def answers(heard: Heard) -> tuple[int, bytes]:
        assert (
            seal.signature(heard.query["timestamp"], heard.query["nonce"], heard.query["echostr"])
            == heard.query["msg_signature"]
        )
        return 200, seal.unseal(heard.query["echostr"]).encode()

    called.reply = answers
    assert wecom.verify()
    assert called.heard[0].method == "GET"


@pytest.mark.parametrize("around", [b'"%s"', b"\xef\xbb\xbf%s", b"%s\n", b"x"])
def test_an_address_that_says_more_or_less_than_the_word_is_not(wecom: WeCom, called: Receiver, around: bytes) -> None:
    seal = Seal(TOKEN, KEY, wecom.corporation)
    called.reply = lambda heard: (200, around.replace(b"%s", seal.unseal(heard.query["echostr"]).encode()))
    assert not wecom.verify()


def test_a_library_made_by_others_passes_the_check(wecom: WeCom, called: Receiver) -> None:
    theirs = WeChatCrypto(TOKEN, KEY, wecom.corporation)
    called.reply = lambda heard: (
        200,
        theirs.check_signature(
            heard.query["msg_signature"], heard.query["timestamp"], heard.query["nonce"], heard.query["echostr"]
        ).encode(),
    )
    assert wecom.verify()
