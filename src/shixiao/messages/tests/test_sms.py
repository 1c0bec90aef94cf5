"""SMS against gateways that refuse, hang up and keep silent; what it costs; and when it stands in for 粤政易."""

import base64
import hashlib
import json
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st
from pytest_django import DjangoAssertNumQueries, Settings

from shixiao.ledger.models import Event, Words
from shixiao.messages import channels, checks, planning, preferring, reading, sending
from shixiao.messages.channels import Outcome, Parcel, calling
from shixiao.messages.channels.sms import channel as sms
from shixiao.messages.channels.sms import counting, numbers, plain_http, reports, standing_in, yunmas
from shixiao.messages.channels.sms.channel import CHANNEL
from shixiao.messages.models import Delivery, Fate, MobileNumber, SmsEarly, SmsSent
from shixiao.messages.preferring import Unfit
from shixiao.messages.tests.conftest import SECRET, Tell, killed_after, later
from shixiao.messages.tests.provided import SEND, link, provided
from shixiao.messages.tests.servers import DRIP, HALF, HANG_UP, SILENCE, CallServer, closed_port, running
from shixiao.people.models import Role, User

NUMBERS = {"li": "13800138000", "wang": "13800138001"}
PLAIN, TEMPLATE = "/sms/norsubmit", "/sms/tmpsubmit"
OK = {"success": True, "rspcod": "success", "msgGroup": "0630090000001"}


# ---- how long it is ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "units", "parts"),
    [
        ("", 0, 0),
        ("一", 1, 1),
        ("一" * 70, 70, 1),
        ("一" * 71, 71, 2),
        ("一" * 134, 134, 2),
        ("一" * 135, 135, 3),
        ("a" * 70, 70, 1),
        ("a" * 71, 71, 2),  # with Chinese beside it there is no other alphabet
        ("😀" * 35, 70, 1),
        ("😀" * 36, 72, 2),
        ("𠮷" * 33 + "一", 67, 1),
        ("😀" * 66, 132, 2),
        ("😀" * 67, 134, 3),  # no pair is torn apart: 33 of them fill a part
    ],
)
def test_units_and_parts(text: str, units: int, parts: int) -> None:
    assert (counting.units(text), counting.parts(text)) == (units, parts)


@given(st.text(max_size=300), st.integers(1, 4))
def test_what_is_cut_fits_and_is_the_beginning(text: str, most: int) -> None:
    kept = counting.fitted(text, most)
    assert counting.parts(kept) <= most
    assert kept == text or (kept.endswith("…") and text.startswith(kept[:-1]))


@given(st.text(max_size=200), st.text(max_size=200))
def test_more_text_never_costs_less(text: str, more: str) -> None:
    assert counting.parts(text) <= counting.parts(text + more)
    assert counting.units(text) + counting.units(more) == counting.units(text + more)


# ---- numbers -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text", ["13800138000", " 138 0013 8000 ", "138-0013-8000", "+8613800138000", "+86 13800138000", "008613800138000", "１３８００１３８０００"]
)  # fmt: skip
def test_one_number_in_its_spellings(text: str) -> None:
    assert numbers.spelt(text) == "13800138000"


@pytest.mark.parametrize(
    "text", ["", "12345", "1380013800", "138001380000", "12800138000", "020-83123456", "+1 415 555 2671", "1380013800x",
             "13800138000,13800138001", "१३८००१३८०००", "13800138000\n13800138001"]
)  # fmt: skip
def test_what_is_no_mobile_number(text: str) -> None:
    assert numbers.spelt(text) == ""


@pytest.fixture
def keeper(account: Callable[..., User]) -> User:
    return account("keeper", role=Role.SYSTEM_ADMINISTRATOR)


@pytest.fixture
def officer(account: Callable[..., User]) -> User:
    return account("officer", role=Role.OFFICER)


def with_numbers(people: list[User], keeper: User, now: datetime) -> None:
    for user in people:
        if user.username in NUMBERS:
            numbers.set_number(user, NUMBERS[user.username], by=keeper, now=now)


@pytest.mark.django_db
def test_a_number_is_set_by_the_system_administrator_and_one_that_is_none_is_named(
    people: list[User], keeper: User, now: datetime
) -> None:
    li, wang = people[:2]
    with pytest.raises(PermissionDenied, match="系统管理员"):
        numbers.set_number(li, "13800138000", by=li, now=now)
    with pytest.raises(Unfit, match="“020-83123456”不是手机号"):
        numbers.set_number(li, "020-83123456", by=keeper, now=now)
    for _ in range(2):
        numbers.set_number(li, "+86 138-0013-8000", by=keeper, now=now)
    with pytest.raises(Unfit, match="另一个人"):
        numbers.set_number(wang, "13800138000", by=keeper, now=now)
    event = Event.objects.get(kind="messages.number_set")
    assert "138" not in str(event.particulars)
    assert Words.objects.get(event=event).words == "13800138000"
    numbers.set_number(li, "", by=keeper, now=now)
    assert not MobileNumber.objects.exists()


# ---- 云MAS -------------------------------------------------------------------------------------------------------


@pytest.fixture
def there(settings: Settings, tmp_path: Path) -> Iterator[CallServer]:
    with running(CallServer()) as server:
        assert isinstance(server, CallServer)
        server.say(PLAIN, OK)
        server.say(TEMPLATE, OK)
        for name, words in (("password", "simulated"), ("word", "w" * 20)):
            (tmp_path / name).write_text(words)
        settings.SHIXIAO_ADDRESS = "https://plans.example.cn"
        settings.SHIXIAO_SMS_FORM = "yunmas"
        settings.SHIXIAO_SMS_ADDRESS = f"http://127.0.0.1:{server.port}"
        settings.SHIXIAO_SMS_SECRET_FILE = str(tmp_path / "password")
        settings.SHIXIAO_SMS_REPORT_FILE = str(tmp_path / "word")
        settings.SHIXIAO_SMS_SIGNATURE = "模拟办"
        settings.SHIXIAO_SMS_YUNMAS_NAME, settings.SHIXIAO_SMS_YUNMAS_ACCOUNT = "模拟单位", "account1"
        settings.SHIXIAO_SMS_YUNMAS_SIGN = "sIgNcOdE"
        yield server


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    usual = calling.ask
    monkeypatch.setattr(calling, "ask", lambda *args, **more: usual(*args, **more | {"within": 0.3}))


def parcel(*lines: str, **more: Any) -> Parcel:
    told = {
        "delivery": Delivery(channel="sms"),
        "key": "msg_1",
        "attempt": 1,
        "person": None,
        "title": "x",
        "language": "zh-hans",
    }
    return Parcel(**told | {"address": "13800138000", "lines": lines or ("信-1 到了",)} | more)  # type: ignore[arg-type]


def submitted(there: CallServer, path: str = PLAIN) -> dict[str, Any]:
    (call,) = there.of(path)
    read = json.loads(base64.b64decode(call.body))
    assert isinstance(read, dict)
    return read


def outcome_of(there: CallServer) -> Outcome:
    gateway = yunmas.Yunmas()
    return gateway.submit(sms.written(parcel())).outcome


def test_the_form_of_yunmas_with_a_plain_text(there: CallServer) -> None:
    assert outcome_of(there) == channels.accepted()
    told = submitted(there)
    joined = "模拟单位account1simulated13800138000信-1 到了sIgNcOdE"
    assert told == {
        "ecName": "模拟单位",
        "apId": "account1",
        "mobiles": "13800138000",
        "content": "信-1 到了",
        "sign": "sIgNcOdE",
        "addSerial": "",
        "mac": hashlib.md5(joined.encode()).hexdigest(),  # noqa: S324
    }


def test_the_form_of_yunmas_with_a_template(there: CallServer, settings: Settings) -> None:
    settings.SHIXIAO_SMS_TEMPLATE, settings.SHIXIAO_SMS_TEMPLATE_SLOTS = "template1", ["text", "address"]
    settings.SHIXIAO_SMS_YUNMAS_SERIAL = "01"
    assert outcome_of(there) == channels.accepted()
    told = submitted(there, TEMPLATE)
    assert json.loads(told["params"]) == ["信-1 到了", "https://plans.example.cn"]
    joined = f"模拟单位account1simulatedtemplate113800138000{told['params']}sIgNcOdE01"
    assert told["mac"] == hashlib.md5(joined.encode()).hexdigest()  # noqa: S324
    assert "content" not in told


@pytest.mark.parametrize(
    ("answer", "outcome"),
    [
        (OK, channels.accepted()),
        ({"success": False, "rspcod": "IllegalMac", "msgGroup": ""}, channels.not_reached("sms_IllegalMac")),
        ({"success": False, "rspcod": "BadNumber"}, channels.refused("sms_BadNumber")),
        ({"success": False}, channels.not_reached("sms_no")),
        ({"success": False, "rspcod": "号码 13800138000"}, channels.not_reached("sms_no")),
        ({"success": False, "rspcod": "no13800138000"}, channels.not_reached("sms_no")),
        ({"success": "true"}, channels.unknown("answer_garbled")),
        (b"not json", channels.unknown("answer_garbled")),
        (404, channels.not_reached("http_404")),
        (503, channels.not_reached("http_503")),
        (500, channels.unknown("http_500")),
        (HANG_UP, channels.unknown("no_answer")),
        (HALF, channels.unknown("answer_cut")),
        (SILENCE, channels.unknown("no_answer")),
        (DRIP, channels.unknown("no_answer")),
    ],
    ids=str,
)
def test_what_came_of_an_sms(there: CallServer, quick: None, settings: Settings, answer: Any, outcome: Outcome) -> None:
    settings.SHIXIAO_SMS_FINAL = ["BadNumber"]
    there.say(PLAIN, answer)
    assert outcome_of(there) == outcome
    assert len(there.calls) == 1


def test_nobody_at_the_address_and_no_password(there: CallServer, settings: Settings, tmp_path: Path) -> None:
    settings.SHIXIAO_SMS_ADDRESS = f"http://127.0.0.1:{closed_port()}"
    assert outcome_of(there) == channels.not_reached("connect_ConnectionRefusedError")
    (tmp_path / "password").unlink()
    assert outcome_of(there) == channels.not_reached("secret_file")


# ---- any other ---------------------------------------------------------------------------------------------------


@pytest.fixture
def other(there: CallServer, settings: Settings) -> CallServer:
    settings.SHIXIAO_SMS_FORM = "http"
    settings.SHIXIAO_SMS_ADDRESS = f"http://127.0.0.1:{there.port}/send"
    body = {
        "to": ["{number}"],
        "body": {"text": "{text}", "id": "{key}"},
        "auth": "Bearer {secret}",
        "n": 1,
        "x": "{y}",
    }
    settings.SHIXIAO_SMS_HTTP_BODY = json.dumps(body)
    settings.SHIXIAO_SMS_HTTP_SUCCESS, settings.SHIXIAO_SMS_HTTP_GROUP = "code=0", "data.id"
    there.say("/send", {"code": 0, "data": {"id": 77}})
    return there


def test_the_body_is_what_the_settings_say(other: CallServer) -> None:
    done = plain_http.PlainHttp().submit(sms.written(parcel('到了","id":"x {number} {secret}')))
    assert (done.outcome, done.group) == (channels.accepted(), "77")
    (call,) = other.of("/send")
    assert json.loads(call.body) == {
        "to": ["13800138000"],
        "body": {"text": '【模拟办】到了","id":"x {number} {secret}', "id": "msg_1"},
        "auth": "Bearer simulated",
        "n": 1,
        "x": "{y}",
    }


@pytest.mark.parametrize(
    ("written", "lacks"),
    [
        ('{"Authorization": "Bearer {secret}"}', []),
        ("", []),
        ("[]", ["SHIXIAO_SMS_HTTP_HEADERS"]),
        ("x", ["SHIXIAO_SMS_HTTP_HEADERS"]),
        ('{"X-Key": 7}', ["SHIXIAO_SMS_HTTP_HEADERS"]),
        ('{"X Key": "a"}', ["SHIXIAO_SMS_HTTP_HEADERS"]),
        ('{"X-Key": "a\\r\\nHost: x"}', ["SHIXIAO_SMS_HTTP_HEADERS"]),
        ('{"X-Key": "好"}', ["SHIXIAO_SMS_HTTP_HEADERS"]),
    ],
)
def test_headers_are_what_the_settings_say(
    other: CallServer, settings: Settings, written: str, lacks: list[str]
) -> None:
    settings.SHIXIAO_SMS_HTTP_HEADERS = written
    assert plain_http.PlainHttp().lacks() == lacks
    done = plain_http.PlainHttp().submit(sms.written(parcel()))
    if lacks:
        assert (done.outcome, other.calls) == (channels.not_reached("template"), [])
    else:
        (call,) = other.of("/send")
        assert call.headers.get("authorization", "") == ("Bearer simulated" if written else "")


def test_a_gateway_that_knows_no_key_is_never_asked_again(other: CallServer, settings: Settings) -> None:
    assert not CHANNEL.repeats()
    settings.SHIXIAO_SMS_HTTP_REPEATS = True
    assert CHANNEL.repeats()
    settings.SHIXIAO_SMS_HTTP_BODY = '{"to": "{number}", "text": "{text}"}'
    assert plain_http.PlainHttp().lacks() == ["SHIXIAO_SMS_HTTP_REPEATS"]
    assert not CHANNEL.repeats()
    settings.SHIXIAO_SMS_FORM = "yunmas"
    assert not CHANNEL.repeats()


@pytest.mark.parametrize(
    ("rule", "answer", "outcome"),
    [
        ("code=0", {"code": 0}, channels.accepted()),
        ("code=0", {"code": "0"}, channels.accepted()),
        ("code=0", {"code": 7}, channels.not_reached("sms_7")),
        ("code=0", {}, channels.not_reached("sms_no")),
        ("data.ok=true", {"data": {"ok": True}}, channels.accepted()),
        ("data.ok=true", {"data": []}, channels.not_reached("sms_no")),
        ("", {"whatever": 1}, channels.accepted()),
        ("", b"OK", channels.accepted()),
        ("code=0", b"OK", channels.unknown("answer_garbled")),
        ("", 202, channels.accepted()),
        ("", 500, channels.unknown("http_500")),
        ("", HANG_UP, channels.unknown("no_answer")),
    ],
)
def test_what_counts_is_what_the_settings_say(
    other: CallServer, settings: Settings, rule: str, answer: Any, outcome: Outcome
) -> None:
    settings.SHIXIAO_SMS_HTTP_SUCCESS = rule
    other.say("/send", answer)
    assert plain_http.PlainHttp().submit(sms.written(parcel())).outcome == outcome


def test_a_text_does_not_bring_another_signature_and_is_cut(there: CallServer) -> None:
    short = sms.written(parcel("【某银行】\n请转账", "二"))
    assert short.whole == "【模拟办】1. [某银行] 请转账 2. 二"
    long = sms.written(parcel("一" * 500))
    assert counting.parts(long.whole) == 3
    assert long.whole == f"【模拟办】{long.text}"


@pytest.mark.django_db
def test_the_deploy_check_says_what_is_missing(there: CallServer, settings: Settings) -> None:
    assert [each.id for each in checks.channels_are_whole()] == []
    assert [each.id for each in checks.sms_goes_by_tls()] == ["outbox.W002"]
    settings.SHIXIAO_SMS_YUNMAS_SIGN, settings.SHIXIAO_SMS_YUNMAS_SERIAL = "", "x"
    (found,) = checks.channels_are_whole()
    assert "SHIXIAO_SMS_YUNMAS_SIGN, SHIXIAO_SMS_YUNMAS_SERIAL" in found.msg
    assert not CHANNEL.is_ready()
    settings.SHIXIAO_SMS_FORM, settings.SHIXIAO_SMS_HTTP_BODY = "http", '{"to": "{number}"}'
    assert "SHIXIAO_SMS_HTTP_BODY" in checks.channels_are_whole()[0].msg


# ---- in the house ------------------------------------------------------------------------------------------------


def work(now: datetime) -> None:
    while planning.plan(now) or sending.send(now):
        pass


def gather(now: datetime) -> None:
    while CHANNEL.gather(now):
        pass
    work(now)


def texts(there: CallServer) -> list[str]:
    return [json.loads(base64.b64decode(call.body))["content"] for call in there.of(PLAIN)]


@pytest.mark.django_db
def test_whoever_has_a_number_gets_what_the_rule_names(
    people: list[User], keeper: User, tell: Tell, there: CallServer, now: datetime
) -> None:
    with_numbers(people, keeper, now)
    tell(people, letter=1, urgency="urgent")
    tell(people, letter=2)  # normal: costs nothing
    tell(people[:1], letter=SECRET, urgency="urgent")
    work(now)
    assert sorted(texts(there)) == ["信-1 标题1 到了", "信-1 标题1 到了", "有一件限制台账的事项，请登录查看。"]
    assert SmsSent.objects.filter(group=OK["msgGroup"], parts=1).count() == 3


@pytest.mark.django_db
def test_an_sms_of_which_nobody_knows_is_never_sent_again_by_itself(
    people: list[User], keeper: User, tell: Tell, there: CallServer, now: datetime
) -> None:
    there.say(PLAIN, HANG_UP)
    with_numbers(people[:1], keeper, now)
    tell(people[:1], urgency="urgent")
    for hours in (0, 1, 24, 240):
        work(later(now, hours=hours))
    assert (Delivery.objects.get().state, len(there.of(PLAIN))) == ("unknown", 1)


@pytest.mark.django_db(transaction=True)
def test_killed_at_any_statement_nobody_gets_an_sms_twice(
    people: list[User], keeper: User, tell: Tell, there: CallServer, now: datetime
) -> None:
    with_numbers(people[:1], keeper, now)
    seen = set()
    for statements in count():
        there.say(PLAIN, OK | {"msgGroup": f"g{statements}"})
        (message,) = tell(people[:1], letter=100 + statements, urgency="urgent")
        before = len(there.of(PLAIN))
        was_killed = killed_after(statements, lambda: work(now))
        for minutes in (5, 15, 60):
            work(later(now, minutes=minutes))
        seen.add((Delivery.objects.get(items__message=message).state, len(there.of(PLAIN)) - before))
        if not was_killed:
            break
    assert seen == {("sent", 1), ("unknown", 1)}


# ---- reports -----------------------------------------------------------------------------------------------------

REPORT = f"/messages/channels/sms/report/{'w' * 20}/"


@pytest.fixture
def one(people: list[User], keeper: User, tell: Tell, there: CallServer, now: datetime) -> Delivery:
    """An SMS that was taken."""
    with_numbers(people[:1], keeper, now)
    tell(people[:1], urgency="urgent")
    work(now)
    return Delivery.objects.get()


def posted(client: Client, told: Any, address: str = REPORT) -> int:
    body = told if isinstance(told, bytes) else json.dumps(told).encode()
    return client.post(address, body, content_type="application/json").status_code


def report(status: str, group: object = OK["msgGroup"]) -> dict[str, object]:
    return {"reportStatus": "CM:0000", "mobile": "13800138000", "errorCode": status, "msgGroup": group}


def state(row: Delivery) -> str:
    row.refresh_from_db()
    return row.state


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("statuses", "ends"),
    [
        (["DELIVRD"], "delivered"),
        (["DELIVRD", "DELIVRD"], "delivered"),
        (["ACCEPTD"], "sent"),
        (["UNKNOWN", "DELIVRD", "ACCEPTD"], "delivered"),
        (["UNDELIV"], "failed"),
        (["MK:0001"], "failed"),
        (["UNDELIV", "DELIVRD"], "delivered"),  # out of order: what says more wins
        (["DELIVRD", "EXPIRED"], "delivered"),
    ],
    ids=str,
)
def test_a_report_says_what_became_of_it(one: Delivery, client: Client, statuses: list[str], ends: str) -> None:
    for status in statuses:
        assert posted(client, [report(status)]) == 200
    assert state(one) == ends


@pytest.mark.django_db
def test_reports_come_as_a_list_an_object_or_in_one(one: Delivery, client: Client, settings: Settings) -> None:
    assert posted(client, report("ACCEPTD")) == 200
    assert posted(client, {"reports": [report("ACCEPTD"), report("x", group=None), {}]}) == 200
    settings.SHIXIAO_SMS_REPORT_FIELDS = {"group": "data.id", "status": "data.how"}
    assert posted(client, [{"data": {"id": OK["msgGroup"], "how": "DELIVRD"}}]) == 200
    assert state(one) == "delivered"


@pytest.mark.django_db
def test_of_what_we_never_sent_nobody_learns_anything(one: Delivery, client: Client) -> None:
    assert posted(client, [report("DELIVRD", group="of-nobody")]) == 200
    assert state(one) == "sent"
    assert posted(client, [report("DELIVRD")], "/messages/channels/sms/report/wrong/") == 403
    assert posted(client, [report("DELIVRD")], f"/messages/channels/sms/report/{'w' * 19}/") == 403
    for garbled in (b"", b"x", b"1", b"[1]", b"[" * 100_000, b'{"a": NaN', "好".encode("utf-16")):
        assert posted(client, garbled) == 400
    assert client.get(REPORT).status_code == 405
    assert posted(Client(enforce_csrf_checks=True), [report("DELIVRD")]) == 200
    assert state(one) == "delivered"


@pytest.mark.django_db
def test_without_a_word_in_the_address_nobody_is_let_in(
    one: Delivery, client: Client, settings: Settings, tmp_path: Path
) -> None:
    settings.SHIXIAO_SMS_REPORT_FILE = ""
    assert posted(client, [report("DELIVRD")]) == 403
    (tmp_path / "short").write_text("w")
    settings.SHIXIAO_SMS_REPORT_FILE = str(tmp_path / "short")
    assert posted(client, [report("DELIVRD")], "/messages/channels/sms/report/w/") == 403


@pytest.mark.django_db
def test_a_report_that_is_quicker_than_our_own_note_counts(
    people: list[User], keeper: User, tell: Tell, there: CallServer, client: Client, now: datetime
) -> None:
    assert posted(client, [report("DELIVRD")]) == 200
    with_numbers(people[:1], keeper, now)
    tell(people[:1], urgency="urgent")
    work(now)
    assert Delivery.objects.get().state == "delivered"
    assert not SmsEarly.objects.exists()


@pytest.mark.django_db
def test_reports_are_fetched_once_a_minute_while_some_are_awaited(
    one: Delivery, there: CallServer, settings: Settings, now: datetime
) -> None:
    settings.SHIXIAO_SMS_REPORT_ADDRESS = f"http://127.0.0.1:{there.port}/sms/report"
    settings.SHIXIAO_SMS_REPORT_BODY = '{"apId": "account1", "secretKey": "{secret}"}'
    there.say("/sms/report", [report("ACCEPTD")][0], HANG_UP, b"", report("DELIVRD"))
    for seconds in (0, 10, 59, 60, 120, 180, 240, 300):
        reports.fetch(now=later(now, seconds=seconds))
    assert len(there.of("/sms/report")) == 4  # and none any more once it is there
    assert json.loads(base64.b64decode(there.of("/sms/report")[0].body)) == {
        "apId": "account1",
        "secretKey": "simulated",
    }
    assert state(one) == "delivered"


@given(st.binary(max_size=200))
def test_any_bytes_are_a_report_or_refused(body: bytes) -> None:
    try:
        found = reports.read(body)
    except reports.NotRead:
        return
    assert all(0 < len(group) <= 64 and len(status) <= 32 for group, status in found)


# ---- in place of 粤政易 ------------------------------------------------------------------------------------------


@pytest.fixture
def both(
    there: CallServer, settings: Settings, tmp_path: Path, people: list[User], keeper: User, now: datetime
) -> Iterator[CallServer]:
    """li and wang have both, and the provider takes cards; gives the provider."""
    (tmp_path / "wecom").mkdir()
    with provided(settings, tmp_path / "wecom") as server:
        link(people[:2], keeper, now)
        with_numbers(people, keeper, now)
        yield server


@pytest.mark.django_db
def test_whoever_the_other_reaches_gets_no_sms_at_once(
    people: list[User], tell: Tell, there: CallServer, both: CallServer, now: datetime
) -> None:
    tell(people[:1], urgency="most_urgent")
    gather(now)
    gather(later(now, minutes=9, seconds=59))
    assert (len(both.of(SEND)), texts(there)) == (1, [])
    gather(later(now, minutes=10))
    gather(later(now, minutes=20))
    assert (len(both.of(SEND)), texts(there)) == (1, ["信-1 标题1 到了"])


@pytest.mark.django_db
def test_whoever_took_note_gets_none(
    people: list[User], tell: Tell, there: CallServer, both: CallServer, now: datetime
) -> None:
    first, second = tell(people[:2], urgency="most_urgent")
    gather(now)
    reading.acknowledge([first.pk], by=people[0], now=later(now, minutes=5))
    gather(later(now, minutes=30))
    assert len(texts(there)) == 1
    assert Delivery.objects.get(channel="sms").items.get().message == second


@pytest.mark.django_db
def test_a_card_that_failed_does_not_wait(
    people: list[User], tell: Tell, there: CallServer, both: CallServer, now: datetime
) -> None:
    both.say(SEND, {"errcode": 81013})
    tell(people[:1], urgency="urgent")
    gather(now)
    assert len(texts(there)) == 0
    gather(later(now, seconds=10))
    assert len(texts(there)) == 1


@pytest.mark.django_db
def test_what_the_rule_does_not_name_and_who_wants_none_gets_none(
    people: list[User], tell: Tell, there: CallServer, both: CallServer, now: datetime
) -> None:
    more = {"digests": [], "quiet_from": None, "quiet_until": None, "now": now}
    preferring.prefer(channels_wanted=["yuezhengyi"], by=people[1], **more)  # type: ignore[arg-type]
    tell(people[:2], letter=1)
    tell(people[:2], letter=2, urgency="urgent")
    gather(now)
    gather(later(now, hours=2))
    assert texts(there) == ["信-2 标题2 到了"]


@pytest.mark.django_db
def test_whoever_wants_sms_only_gets_it_at_once(
    people: list[User], tell: Tell, there: CallServer, both: CallServer, now: datetime
) -> None:
    preferring.prefer(digests=[], quiet_from=None, quiet_until=None, channels_wanted=["sms"], by=people[0], now=now)
    tell(people[:1], urgency="urgent")
    work(now)
    assert (len(both.of(SEND)), len(texts(there))) == (0, 1)


@pytest.mark.django_db
def test_quiet_hours_and_a_last_useful_moment_hold_for_it_too(
    people: list[User], tell: Tell, there: CallServer, both: CallServer, now: datetime
) -> None:
    evening = later(now, hours=10, minutes=30)  # 19:30
    tell(people[:1], letter=1, urgency="urgent", at=evening)
    tell(people[1:2], letter=2, urgency="urgent", at=evening, useful_until=later(evening, hours=1))
    gather(evening)
    gather(later(evening, hours=1, minutes=1))
    assert texts(there) == []
    gather(later(evening, hours=12))  # 7:30 of the next morning
    assert texts(there) == ["信-1 标题1 到了"]
    late = Delivery.objects.get(channel="sms", person=people[1])
    assert (late.state, Fate.objects.get(delivery=late).reason) == ("withdrawn", "too_late")


@pytest.mark.django_db
def test_the_rule_is_dated_data_of_the_performance_officer(officer: User, keeper: User, now: datetime) -> None:
    today, tomorrow = now.date(), now.date() + timedelta(days=1)
    with pytest.raises(PermissionDenied, match="绩效管理员"):
        standing_in.set_rule({}, since=today, by=keeper, now=now)
    for wrong, since in (
        ({"urgent": 0}, today),
        ({"urgent": 5000}, today),
        ({"never": 1}, today),
        ({}, today - timedelta(days=1)),
    ):
        with pytest.raises(Unfit):
            standing_in.set_rule(wrong, since=since, by=officer, now=now)
    standing_in.set_rule({"normal": 30}, since=tomorrow, by=officer, now=now)
    assert standing_in.in_force(today) == standing_in.USUAL
    rule = standing_in.in_force(tomorrow)
    assert (rule.since, dict(rule.minutes)) == (tomorrow, {"normal": 30})
    assert Event.objects.get(kind="messages.stand_in_set").particulars["minutes"] == {"normal": 30}


@pytest.mark.django_db
def test_looking_for_them_takes_few_statements(
    people: list[User],
    tell: Tell,
    both: CallServer,
    now: datetime,
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    for letter in range(20):
        tell(people[:2], letter=letter + 20, urgency="urgent")
    work(now)
    with django_assert_max_num_queries(6):
        assert standing_in.gather(later(now, minutes=1)) == 0
    with django_assert_max_num_queries(25):
        assert standing_in.gather(later(now, hours=2)) == 40


# ---- pages -------------------------------------------------------------------------------------------------------

PAGE, RULE = "/messages/channels/sms/", "/messages/channels/sms/rule/"


@pytest.mark.django_db
def test_the_page_of_the_system_administrator(
    people: list[User], keeper: User, there: CallServer, signed_in: Callable[[User], Client]
) -> None:
    browser = signed_in(keeper)
    assert browser.post(PAGE, {"account": "li", "number": "13800138000"}).status_code == 302
    wrong = browser.post(PAGE, {"account": "wang", "number": "020-83123456"})
    assert wrong.status_code == 422
    assert "“020-83123456”不是手机号" in wrong.content.decode()
    text = browser.get(PAGE, {"text": "一" * 66}).content.decode()
    assert "连签名共 71 字，运营商计 2 条" in text
    assert "13800138000" in text
    assert "simulated" not in text.replace("simulated-mark", "")
    assert signed_in(people[0]).get(PAGE).status_code == 403


@pytest.mark.django_db
def test_the_page_of_the_rule(keeper: User, officer: User, signed_in: Callable[[User], Client]) -> None:
    assert "10 分钟后" in signed_in(keeper).get(RULE).content.decode()
    told = {"since": "2099-01-01", "most_urgent": "5", "urgent": "", "normal": "120"}
    assert signed_in(keeper).post(RULE, told).status_code == 403
    browser = signed_in(officer)
    assert browser.post(RULE, told | {"normal": "0"}).status_code == 422
    assert browser.post(RULE, told | {"since": "2020-01-01"}).status_code == 422
    assert browser.post(RULE, told).status_code == 302
    text = browser.get(RULE).content.decode()
    assert "120 分钟后" in text
    assert "不发短信" in text
