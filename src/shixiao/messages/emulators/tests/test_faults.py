"""What goes wrong: on by default, the same with the same seed, written down, and nothing that was taken is ever forgotten."""

import base64
import hashlib
import json
import threading
import time
from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest

from shixiao.messages.emulators import Fault, Faults, Sms, Waits, WeCom
from shixiao.messages.emulators.serving import Emulator
from shixiao.messages.emulators.tests.clients import App, Nothing, Receiver, ask, value

KEY = {"to": "13800138000", "text": "【模拟办公厅】请签收"}


def planned(*faults: Fault) -> WeCom:
    return WeCom(faults=Faults.planned({"message/send": list(faults)}), waits=Waits.quick())


# ---- the plan of faults ------------------------------------------------------------------------------------------


def life(seed: int) -> list[tuple[Fault, str]]:
    """Sixty messages by somebody who never asks twice, and what went wrong."""
    with WeCom(faults=Faults(seed), waits=Waits(slow=0.0)) as wecom:
        app = App(wecom)
        for turn in range(60):
            try:
                app.text("mo-jia", f"第{turn}")
            except (Nothing, KeyError):
                continue
        return [(each.fault, each.place) for each in wecom.happened]


def test_the_same_seed_makes_the_same_go_wrong() -> None:
    first = life(3)
    assert first == life(3)
    assert first != life(4)
    assert len(first) > 5


def test_faults_are_on_by_default_and_all_kinds_come() -> None:
    drawn = [Faults().draw("message/send", WeCom.places["message/send"])] + [
        each
        for faults in [Faults()]
        for _ in range(500)
        if (each := faults.draw("message/send", WeCom.places["message/send"]))
    ]
    kinds = Counter(each.fault for each in drawn if each)
    assert set(kinds) == set(WeCom.places["message/send"])
    assert 60 < sum(kinds.values()) < 140  # a fifth
    with WeCom() as wecom, Sms() as sms:
        assert wecom.faults.share == sms.faults.share == 0.2


def test_what_happens_elsewhere_changes_nothing_here() -> None:
    among = WeCom.places["message/send"]
    alone, beside = Faults(1), Faults(1)
    first = [alone.draw("message/send", among) for _ in range(50)]
    second = []
    for _ in range(50):
        beside.draw("gettoken", WeCom.places["gettoken"])
        second.append(beside.draw("message/send", among))
    assert first == second


def test_nothing_goes_wrong_where_nothing_should(wecom: WeCom, app: App) -> None:
    for turn in range(50):
        app.text("mo-jia|mo-yi", f"第{turn}")
    assert wecom.happened == []


def test_a_plan_that_cannot_happen_is_refused() -> None:
    for plan in ({"message/send": [Fault.TWICE]}, {"message/sned": [Fault.BUSY]}):
        with pytest.raises(ValueError, match="cannot happen"):
            WeCom(faults=Faults.planned(plan))


# ---- each fault, as a caller meets it ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("fault", "is_taken"), [(Fault.CUT_BEFORE, False), (Fault.CUT_AFTER, True), (Fault.TRUNCATED, True)]
)
def test_no_answer_that_can_be_read(fault: Fault, is_taken: bool) -> None:
    with planned(fault) as wecom:
        app = App(wecom)
        app.new_token()
        with pytest.raises(Nothing):
            app.text("mo-jia", "甲")
        assert [each.text for each in wecom.inbox("mo-jia")] == ["甲"] * is_taken
        (met,) = wecom.happened
        assert (met.fault, met.place, met.taken) == (fault, "message/send", is_taken)
        assert met.about == next(iter(wecom.accepted), "")
        assert app.text("mo-jia", "乙")["errcode"] == 0


def test_a_page_comes_instead_whether_it_was_taken_or_not() -> None:
    kinds = set()
    for seed in range(8):
        with planned(Fault.PAGE) as wecom:
            wecom.faults.seed = seed
            with pytest.raises(Nothing, match="502 Bad Gateway"):
                App(wecom).text("mo-jia", "甲")
            assert wecom.happened[0].taken == bool(wecom.accepted)
            kinds.add(wecom.happened[0].taken)
    assert kinds == {True, False}


@pytest.mark.parametrize(
    ("fault", "codes"), [(Fault.BUSY, {-1}), (Fault.LIMITED, {45009}), (Fault.EXPIRED, {42001, 40014})]
)
def test_a_refusal_in_the_words_of_the_service(fault: Fault, codes: set[int]) -> None:
    with planned(fault) as wecom:
        app = App(wecom)
        assert app.text("mo-jia", "甲")["errcode"] in codes
        assert (wecom.accepted, wecom.happened[0].taken) == ({}, False)


def test_a_token_that_ended_early_stays_ended() -> None:
    with planned(Fault.EXPIRED) as wecom:
        app = App(wecom)
        first = app.text("mo-jia", "甲")["errcode"]
        assert app.get("user/get", userid="mo-jia")["errcode"] == first
        app.new_token()
        assert app.text("mo-jia", "甲")["errcode"] == 0


def test_a_slow_answer_comes_after_it_was_taken() -> None:
    waits = Waits(slow=0.2)
    with WeCom(faults=Faults.planned({"message/send": [Fault.SLOW, Fault.SLOW]}), waits=waits) as wecom:
        app = App(wecom)
        app.new_token()
        with pytest.raises(Nothing, match="timed out"):
            app.post("message/send", {"touser": "mo-jia", "msgtype": "text", "text": {"content": "甲"}}, timeout=0.05)
        assert [each.text for each in wecom.inbox("mo-jia")] == ["甲"]
        assert app.text("mo-jia", "乙")["errcode"] == 0


def test_a_line_is_closed_before_anything_is_read() -> None:
    with WeCom(faults=Faults.planned({"connection": [Fault.REFUSED]})) as wecom:
        with pytest.raises(Nothing):
            ask(f"{wecom.address}/")
        assert [(each.fault, each.place) for each in wecom.happened] == [(Fault.REFUSED, "connection")]
        assert ask(f"{wecom.address}/")[0] == 200


def test_a_code_whose_answer_was_lost_is_spent() -> None:
    with WeCom(faults=Faults.planned({"auth/getuserinfo": [Fault.CUT_AFTER]})) as wecom:
        app = App(wecom)
        code = wecom.code_for("mo-jia")
        with pytest.raises(Nothing):
            app.get("auth/getuserinfo", code=code)
        assert (wecom.happened[0].about, wecom.happened[0].taken) == ("mo-jia", True)
        assert app.get("auth/getuserinfo", code=code)["errcode"] == 40029


@pytest.mark.parametrize("place", ["generic", "norsubmit"])
def test_a_gateway_that_is_busy_or_has_enough(place: str) -> None:
    faults = [Fault.LIMITED] + [Fault.BUSY] * 12
    with Sms(faults=Faults.planned({place: faults})) as sms:
        path = "/messages" if place == "generic" else "/sms/norsubmit"
        answers = [ask(sms.address + path, b"{}")[::2] for _ in faults]
        expected = (
            (429, b'{"error": "too_often"}')
            if place == "generic"
            else (200, b'{"success": false, "rspcod": "TooFrequent", "msgGroup": ""}')
        )
        assert answers[0] == expected
        assert (503, b"busy") in answers[1:]
        assert sms.accepted == {}


# ---- reports -----------------------------------------------------------------------------------------------------


def submit(sms: Sms, content: str = "请签收") -> dict[str, Any]:
    made = {
        "ecName": sms.corporation,
        "apId": sms.account,
        "mobiles": "13800138000",
        "content": content,
        "sign": "SIGN0001",
        "addSerial": "",
    }
    whole = sms.corporation + sms.account + sms.secret + "13800138000" + content + "SIGN0001"
    made["mac"] = hashlib.md5(whole.encode(), usedforsecurity=False).hexdigest()
    return value(f"{sms.address}/sms/norsubmit", base64.b64encode(json.dumps(made).encode()))


def reporting(receiver: Receiver, *faults: Fault | None) -> Sms:
    sms = Sms(faults=Faults.planned({"report": list(faults)}), waits=Waits.quick())
    sms.reports_to(receiver.address)
    return sms


def groups(receiver: Receiver) -> list[str]:
    return [json.loads(heard.body)["msgGroup"] for heard in receiver.heard]


def test_a_report_before_the_answer(receiver: Receiver) -> None:
    with reporting(receiver, Fault.EARLY) as sms:
        seen: list[int] = []
        receiver.reply = lambda _heard: (seen.append(len(sms.accepted)), (200, b""))[1]
        group = submit(sms)["msgGroup"]
        # Without the fault it might be as early; with it, it cannot be later.
        assert groups(receiver) == [group]
        assert seen == [1]


def test_a_report_late_twice_and_overtaken(receiver: Receiver) -> None:
    with reporting(receiver, Fault.LATE, Fault.TWICE, Fault.OUT_OF_ORDER, None) as sms:
        late, twice, overtaken, last = (submit(sms)["msgGroup"] for _ in range(4))
        sms.settle()
        came = groups(receiver)
        assert Counter(came) == {late: 1, twice: 2, overtaken: 1, last: 1}
        assert came[:3] == [twice, twice, last]
        assert [each.fault for each in sms.happened] == [Fault.LATE, Fault.TWICE, Fault.OUT_OF_ORDER]


# ---- nothing lost, nothing doubled -------------------------------------------------------------------------------


def until(attempt: Callable[[], bool]) -> None:
    for _ in range(50):
        if attempt():
            return
    raise AssertionError("fifty attempts were not enough")


@pytest.mark.parametrize("seed", range(5))
def test_a_caller_that_asks_again_with_the_same_task_loses_nothing_and_doubles_nothing(seed: int) -> None:
    """WeCom refuses a task that it has, so asking again is safe for cards with buttons."""
    with WeCom(faults=Faults(seed, share=0.4), waits=Waits(slow=0.0)) as wecom:
        app = App(wecom)

        def is_sent(task: str) -> bool:
            try:
                code = app.card("mo-jia", task, "sign")["errcode"]
                if code in (42001, 40014):
                    app.token = ""
            except (Nothing, KeyError):
                return False
            return code in (0, 42014)

        for turn in range(20):
            until(lambda turn=turn: is_sent(f"task-{turn}"))  # type: ignore[misc]
        assert Counter(each.task for each in wecom.inbox("mo-jia")) == {f"task-{turn}": 1 for turn in range(20)}
        assert wecom.met(Fault.CUT_AFTER, Fault.TRUNCATED, Fault.PAGE)


def test_a_caller_that_asks_again_carelessly_doubles_and_the_emulator_shows_it() -> None:
    """The test that a test of a channel stands on: a doubled message is seen."""
    with Sms(faults=Faults.planned({"norsubmit": [Fault.CUT_AFTER]})) as sms:
        with pytest.raises(Nothing):
            submit(sms)
        submit(sms)
        assert sms.inbox("13800138000") == ["【模拟办公厅】请签收"] * 2
        assert sms.met(Fault.CUT_AFTER)[0].about == next(iter(sms.accepted))


@pytest.mark.parametrize("seed", range(5))
def test_a_key_makes_asking_again_safe_at_the_generic_gateway(seed: int) -> None:
    with Sms(faults=Faults(seed, share=0.4), waits=Waits(slow=0.0)) as sms:

        def is_sent(key: str) -> bool:
            try:
                body = json.dumps({**KEY, "key": key}).encode()
                return "id" in value(f"{sms.address}/messages", body, Authorization=f"Bearer {sms.secret}")
            except Nothing:
                return False

        for turn in range(20):
            until(lambda turn=turn: is_sent(f"k-{turn}"))  # type: ignore[misc]
        assert Counter(each.key for each in sms.accepted.values()) == {f"k-{turn}": 1 for turn in range(20)}


def test_messages_sent_at_once_are_all_taken(wecom: WeCom, app: App) -> None:
    app.new_token()
    senders = [
        threading.Thread(target=app.text, args=(f"mo-{name}", f"{name} {turn}"))
        for name in ("jia", "yi")
        for turn in range(10)
    ]
    for sender in senders:
        sender.start()
    for sender in senders:
        sender.join()
    assert {each.text for name in ("jia", "yi") for each in wecom.inbox(f"mo-{name}")} == {
        f"{n} {t}" for n in ("jia", "yi") for t in range(10)
    }
    assert len(wecom.accepted) == 20


# ---- the end -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("make", [WeCom, Sms])
def test_nothing_goes_on_after_the_block(make: Callable[[], Emulator], receiver: Receiver) -> None:
    def going_on() -> list[threading.Thread]:
        return [each for each in threading.enumerate() if each.name.startswith("emulator") and each.is_alive()]

    with make() as there:
        assert len(going_on()) == 2
        there.courier.waits = Waits(between=60)
        if isinstance(there, Sms):
            there.faults = Faults.none()
            receiver.reply = lambda _heard: (500, b"")
            there.reports_to(receiver.address)
            submit(there)  # its report would be tried again in a minute
            there.reports[0].tried.wait(5)
    assert going_on() == []


def test_a_slow_answer_does_not_hold_the_end() -> None:
    began = time.monotonic()
    with (
        WeCom(faults=Faults.planned({"gettoken": [Fault.SLOW]}), waits=Waits(slow=60)) as wecom,
        pytest.raises(Nothing, match="timed out"),
    ):
        ask(f"{wecom.address}/cgi-bin/gettoken", timeout=0.05)
    assert time.monotonic() - began < 10


def test_a_message_that_is_still_open_is_said_when_somebody_waits_for_it(receiver: Receiver) -> None:
    with Sms(faults=Faults.none(), waits=Waits(between=60)) as sms:
        sms.reports_to(receiver.address)
        receiver.reply = lambda _heard: (500, b"")
        submit(sms)
        with pytest.raises(TimeoutError, match="still open"):
            sms.settle(0.05)
