"""The SMS gateways where nothing goes wrong."""

import base64
import hashlib
import json
from typing import Any

import pytest

from shixiao.messages.emulators import Faults, Hands, Sms, Waits
from shixiao.messages.emulators.tests.clients import Receiver, ask, value

MOBILE, OTHER = "13800138000", "13900139000"


def fields(sms: Sms, **change: str) -> dict[str, str]:
    """Of norsubmit, with the mac worked out as the notes say, by nothing but hashlib."""
    made = {
        "ecName": sms.corporation, "apId": sms.account, "mobiles": MOBILE, "content": "请签收", "sign": "SIGN0001", "addSerial": "",
    } | change  # fmt: skip
    whole = (
        made["ecName"]
        + made["apId"]
        + sms.secret
        + made["mobiles"]
        + made["content"]
        + made["sign"]
        + made["addSerial"]
    )
    return {**made, "mac": hashlib.md5(whole.encode(), usedforsecurity=False).hexdigest()}


def submit(sms: Sms, values: dict[str, str], *, way: str = "norsubmit") -> dict[str, Any]:
    return value(f"{sms.address}/sms/{way}", base64.b64encode(json.dumps(values).encode()))


# ---- 云MAS -------------------------------------------------------------------------------------------------------


def test_the_mac_of_a_vector_that_was_worked_out_elsewhere() -> None:
    """`printf '%s' … | md5sum`, with the fields of the notes one after the other."""
    there = Sms(corporation="某某办公厅", account="user01", secret="s3cret")
    plain = {"ecName": "某某办公厅", "apId": "user01", "mobiles": "13800138000,13900139000", "content": "您有1件督办事项将于明日到期。",
             "sign": "AbC12dEf", "addSerial": "01"}  # fmt: skip
    template = {**plain, "templateId": "T0001", "params": '["1","明日"]'}
    assert there.mac("norsubmit", plain) == "dfb128e9147f2a8d061d41050b8fedf0"
    assert there.mac("tmpsubmit", template) == "0e64975455ae885bb81762280f9a6139"


def test_a_text_is_taken_and_arrives_with_its_signature(sms: Sms) -> None:
    answer = submit(sms, fields(sms, mobiles=f"{MOBILE},{OTHER}"))
    assert (answer["success"], answer["rspcod"]) == (True, "success")
    batch = sms.accepted[answer["msgGroup"]]
    assert (batch.text, batch.parts, batch.mobiles) == ("【模拟办公厅】请签收", 1, (MOBILE, OTHER))
    assert sms.inbox(OTHER) == ["【模拟办公厅】请签收"]


def test_the_signature_counts_for_the_length(sms: Sms) -> None:
    own = len("【模拟办公厅】")
    groups = [submit(sms, fields(sms, content="甲" * length))["msgGroup"] for length in (70 - own, 71 - own)]
    assert [sms.accepted[group].parts for group in groups] == [1, 2]


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"sign": ""}, "NoSignId"),
        ({"sign": "OTHER"}, "IllegalSignId"),
        ({"ecName": "别的单位"}, "InvalidUsrOrPwd"),
        ({"apId": "other"}, "InvalidUsrOrPwd"),
        ({"content": ""}, "InvalidMessage"),
        ({"mobiles": ""}, "InvalidMessage"),
        ({"mobiles": f"{MOBILE},12345"}, "InvalidMessage"),
        ({"mobiles": "+8613800138000"}, "InvalidMessage"),
        ({"addSerial": "abc"}, "InvalidMessage"),
        ({"addSerial": "1" * 13}, "InvalidMessage"),
        ({"mobiles": ",".join([MOBILE] * 5001)}, "TooManyMobiles"),
    ],
)
def test_what_is_refused_is_not_taken(sms: Sms, change: dict[str, str], code: str) -> None:
    answer = submit(sms, fields(sms, **change))
    assert (answer["success"], answer["rspcod"], sms.accepted) == (False, code, {})


def test_five_thousand_numbers_and_the_longest_extension_are_taken(sms: Sms) -> None:
    assert submit(sms, fields(sms, mobiles=",".join([MOBILE] * 5000), addSerial="1" * 12))["success"]


@pytest.mark.parametrize("changed", ["ecName", "apId", "mobiles", "content", "sign", "addSerial"])
def test_every_field_is_held_by_the_mac(sms: Sms, changed: str) -> None:
    """Each is changed after the mac was made; where something else would be refused first, the sender is let in."""
    made = fields(sms)
    made[changed] = {
        "ecName": "别的单位",
        "apId": "other",
        "mobiles": OTHER,
        "content": "别的",
        "sign": "SIGN0002",
        "addSerial": "7",
    }[changed]
    sms.corporation, sms.account = made["ecName"], made["apId"]
    assert submit(sms, made)["rspcod"] == "IllegalMac"
    assert sms.accepted == {}


def test_a_mac_in_capitals_or_with_another_secret_is_refused(sms: Sms) -> None:
    made = fields(sms)
    assert submit(sms, {**made, "mac": made["mac"].upper()})["rspcod"] == "IllegalMac"
    sms.secret = "changed"
    assert submit(sms, made)["rspcod"] == "IllegalMac"


@pytest.mark.parametrize(
    "body", [b"", b"{}", b"!!!!", base64.b64encode(b"{"), base64.b64encode(b"[]"), base64.b64encode(b"\xff")]
)
def test_a_body_that_is_not_base64_of_an_object(sms: Sms, body: bytes) -> None:
    assert value(f"{sms.address}/sms/norsubmit", body)["rspcod"] == "InvalidMessage"


def test_where_the_service_code_is_exact_there_is_no_extension(sms: Sms) -> None:
    sms.is_exact = True
    assert submit(sms, fields(sms, addSerial="1"))["rspcod"] == "InvalidMessage"
    assert submit(sms, fields(sms))["success"]


# ---- templates ---------------------------------------------------------------------------------------------------


def by_template(sms: Sms, template: str, params: str) -> dict[str, Any]:
    made = {
        "ecName": sms.corporation, "apId": sms.account, "templateId": template, "mobiles": MOBILE, "params": params, "sign": "SIGN0001",
        "addSerial": "",
    }  # fmt: skip
    whole = sms.corporation + sms.account + sms.secret + template + MOBILE + params + "SIGN0001"
    made["mac"] = hashlib.md5(whole.encode(), usedforsecurity=False).hexdigest()
    return submit(sms, made, way="tmpsubmit")


def test_a_registered_template_is_filled(sms: Sms) -> None:
    assert by_template(sms, "T0001", '["2", "3月1日"]')["success"]
    assert sms.inbox(MOBILE) == ["【模拟办公厅】您有2件督办事项将于3月1日到期。"]


@pytest.mark.parametrize(
    ("template", "params", "code"),
    [("T9", '["2","x"]', "IllegalTemplateId"), ("T0001", '["2"]', "InvalidMessage"), ("T0001", "2", "InvalidMessage"),
     ("T0001", "", "InvalidMessage")],
)  # fmt: skip
def test_a_template_that_is_not_registered_or_not_filled_is_refused(
    sms: Sms, template: str, params: str, code: str
) -> None:
    assert (by_template(sms, template, params)["rspcod"], sms.accepted) == (code, {})


def test_a_text_that_fits_no_template_is_taken_and_never_arrives(sms: Sms) -> None:
    sms.free_text = False
    assert submit(sms, fields(sms))["success"]
    assert submit(sms, fields(sms, content="您有2件督办事项将于3月1日到期。"))["success"]
    assert sms.inbox(MOBILE) == ["【模拟办公厅】您有2件督办事项将于3月1日到期。"]


# ---- reports -----------------------------------------------------------------------------------------------------


def test_each_number_is_reported(sms: Sms, receiver: Receiver, hands: Hands) -> None:
    sms.reports_to(receiver.address)
    sms.fates[OTHER] = "UNDELIV"
    group = submit(sms, fields(sms, mobiles=f"{MOBILE},{OTHER}"))["msgGroup"]
    sms.settle()
    reports = [json.loads(heard.body) for heard in receiver.heard]
    assert [(each["msgGroup"], each["mobile"], each["errorCode"]) for each in reports] == [
        (group, MOBILE, "DELIVRD"),
        (group, OTHER, "UNDELIV"),
    ]
    assert [each["reportStatus"] for each in reports] == ["CM:0000", "CM:0001"]
    assert reports[0]["submitDate"] == "20260101080000"
    assert sms.inbox(OTHER) == []


def test_a_report_that_is_not_taken_is_tried_four_times(sms: Sms, receiver: Receiver) -> None:
    sms.reports_to(receiver.address)
    receiver.reply = lambda _heard: (500, b"")
    submit(sms, fields(sms))
    sms.settle()
    assert len(receiver.heard) == 4
    assert not sms.reports[0].is_delivered


# ---- generic -----------------------------------------------------------------------------------------------------


def post(sms: Sms, body: Any, *, secret: str = "", path: str = "/messages") -> tuple[int, dict[str, Any]]:
    status, _headers, text = ask(
        f"{sms.address}{path}", json.dumps(body).encode(), Authorization=f"Bearer {secret or sms.secret}"
    )
    return status, json.loads(text)


def test_the_generic_gateway_takes_a_signed_text(sms: Sms) -> None:
    status, answer = post(sms, {"to": [MOBILE, OTHER], "text": "【模拟办公厅】" + "甲" * 64})
    assert (status, answer["parts"], sms.accepted[answer["id"]].mobiles) == (200, 2, (MOBILE, OTHER))
    for body in (
        {"to": MOBILE, "text": "请签收【模拟办公厅】"},
        {"to": MOBILE, "text": "请签收", "sign": "模拟办公厅"},
    ):
        assert post(sms, body)[0] == 200
    assert post(sms, {"to": MOBILE, "template": "T0001", "values": [1, "明日"], "sign": "模拟办公厅"})[0] == 200
    assert sms.inbox(MOBILE)[1:] == [
        "请签收【模拟办公厅】",
        "【模拟办公厅】请签收",
        "【模拟办公厅】您有1件督办事项将于明日到期。",
    ]


@pytest.mark.parametrize(
    ("body", "status", "error"),
    [
        ({"to": MOBILE, "text": "请签收"}, 422, "no_signature"),
        ({"to": MOBILE, "text": "【别家】请签收"}, 422, "unknown_signature"),
        ({"to": MOBILE, "text": ""}, 422, "empty"),
        ({"to": "12345", "text": "【模拟办公厅】请签收"}, 422, "invalid_number"),
        ({"to": [], "text": "【模拟办公厅】请签收"}, 422, "invalid_number"),
        ({"to": MOBILE, "template": "T9", "values": [], "sign": "模拟办公厅"}, 422, "unknown_template"),
        ({"to": MOBILE, "template": "T0001", "values": [1], "sign": "模拟办公厅"}, 422, "wrong_values"),
        ([], 400, "no_json"),
    ],
)
def test_what_the_generic_gateway_refuses(sms: Sms, body: Any, status: int, error: str) -> None:
    assert post(sms, body) == (status, {"error": error})
    assert sms.accepted == {}


def test_the_generic_gateway_wants_its_secret(sms: Sms) -> None:
    assert post(sms, {"to": MOBILE, "text": "【模拟办公厅】请签收"}, secret="wrong") == (401, {"error": "unauthorized"})


def test_the_same_key_is_taken_once(sms: Sms) -> None:
    body = {"to": MOBILE, "text": "【模拟办公厅】请签收", "key": "k-1"}
    assert post(sms, body) == post(sms, body)
    assert post(sms, {**body, "key": "k-2"})[0] == 200
    assert len(sms.accepted) == 2


def test_its_names_and_its_path_can_be_settled(receiver: Receiver) -> None:
    names = {"to": "phone", "text": "content", "id": "sid", "status": "state"}
    with Sms(faults=Faults.none(), waits=Waits.quick(), path="/v2/send", names=names) as sms:
        sms.reports_to(receiver.address, generic=True)
        status, answer = post(sms, {"phone": MOBILE, "content": "【模拟办公厅】请签收"}, path="/v2/send")
        sms.settle()
        report = json.loads(receiver.heard[0].body)
        assert (status, report["sid"], report["phone"], report["state"]) == (200, answer["sid"], MOBILE, "DELIVRD")
        assert receiver.heard[0].headers["authorization"] == f"Bearer {sms.secret}"


def test_too_many_calls_in_a_minute_are_refused(sms: Sms, hands: Hands) -> None:
    sms.calls_a_minute = 1
    assert submit(sms, fields(sms))["success"]
    assert submit(sms, fields(sms))["rspcod"] == "TooFrequent"
    assert post(sms, {})[0] == 429
    hands.forward(60)
    assert submit(sms, fields(sms))["success"]


def test_only_a_post_sends(sms: Sms) -> None:
    for path in ("/sms/norsubmit", "/sms/tmpsubmit", "/messages"):
        assert ask(sms.address + path)[0] == 405
    assert ask(f"{sms.address}/nowhere")[0] == 404


def test_a_person_sees_what_was_taken(sms: Sms) -> None:
    submit(sms, fields(sms, content="<b>请签收</b>"))
    _status, _headers, body = ask(f"{sms.address}/")
    assert "&lt;b&gt;请签收" in body.decode()
