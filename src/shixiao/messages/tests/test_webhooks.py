"""Webhooks against a receiver that refuses, redirects, hangs up, drips and keeps silent; who can be told, and how often."""

import base64
import json
import re
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.db import transaction
from hypothesis import given
from hypothesis import strategies as st
from pytest_django import Settings

from shixiao import ledger
from shixiao.engine.bilingual import Text
from shixiao.engine.destinations import Unsafe
from shixiao.ledger.book import Reference
from shixiao.ledger.kinds import DECLARED
from shixiao.ledger.models import Event, Words
from shixiao.messages import planning, sending, subjects
from shixiao.messages.channels import Result
from shixiao.messages.channels.webhooks import endpoints, gathering, judging, posting, signing
from shixiao.messages.channels.webhooks.channel import SCHEDULE
from shixiao.messages.models import Delivery, Endpoint, Fate, Message
from shixiao.messages.preferring import Unfit
from shixiao.messages.tests.conftest import KIND, SECRET, Tell, Wire, killed_after, later
from shixiao.messages.tests.servers import DRIP, HANG_UP, SILENCE, HookServer, certificate, closed_port, running
from shixiao.people.models import Role, User

WORKED = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"  # the worked example that comes with Standard Webhooks
HOWTO = Path(__file__).parents[4] / "docs" / "howto" / "webhooks.md"


# ---- signatures --------------------------------------------------------------------------------------------------


def receiver() -> Callable[..., bool]:
    """The receiver of the how-to, as it is printed there."""
    (code,) = re.findall(r"```python\n(.*?)```", HOWTO.read_text(encoding="utf-8"), re.DOTALL)
    names: dict[str, Any] = {}
    exec(code, names)  # noqa: S102 — our own page
    return names["is_genuine"]  # type: ignore[no-any-return]


IS_GENUINE = receiver()


def test_the_worked_example_of_standard_webhooks() -> None:
    body = b'{"test": 2432232314}'
    made = signing.signature(WORKED, key="msg_p5jXN8AQM9LWM0D4loKWxJek", timestamp=1614265330, body=body)
    assert made == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


@given(body=st.binary(min_size=1, max_size=60), where=st.integers(0, 59), other=st.integers(1, 255))
def test_any_changed_byte_fails(body: bytes, where: int, other: int) -> None:
    headers = signing.headers([WORKED], key="msg_1", timestamp=1000, body=body)
    assert IS_GENUINE(headers, body, WORKED, now=1000)
    at = where % len(body)
    changed = body[:at] + bytes([body[at] ^ other]) + body[at + 1 :]
    assert not IS_GENUINE(headers, changed, WORKED, now=1000)
    for name, value in (("webhook-id", "msg_2"), ("webhook-timestamp", "1001")):
        assert not IS_GENUINE({**headers, name: value}, body, WORKED, now=1000)


def test_while_a_secret_is_replaced_either_is_good() -> None:
    old, new, third = (signing.new_secret() for _ in range(3))
    headers = signing.headers([new, old], key="msg_1", timestamp=1000, body=b"{}")
    assert [IS_GENUINE(headers, b"{}", each, now=1000) for each in (old, new, third)] == [True, True, False]


@pytest.mark.parametrize("secret", ["", "whsec_", "whsec_!!!!", WORKED.removeprefix("whsec_"), f"whsec_{'A' * 8}"])
def test_what_is_no_secret_signs_nothing(secret: str) -> None:
    with pytest.raises(ValueError, match="secret"):
        signing.signature(secret, key="msg_1", timestamp=1, body=b"")


def test_the_schedule_is_that_of_the_specification() -> None:
    hours = [each.total_seconds() / 3600 for each in SCHEDULE]
    assert hours == pytest.approx([5 / 3600, 5 / 60, 0.5, 2, 5, 10, 14, 20, 24])


# ---- where to ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "address",
    ["http://example.cn/", "https://127.0.0.1/", "https://[::1]/", "https://10.0.0.1/", "https://192.168.1.1/x",
     "https://169.254.169.254/latest/meta-data", "https://[fd00:ec2::254]/", "https://[::ffff:127.0.0.1]/",
     "https://2130706433/", "https://0x7f.1/", "https://user@93.184.216.34/", "ftp://93.184.216.34/", "https://example.cn\r\nX: y/"],
)  # fmt: skip
def test_an_inner_address_is_refused(address: str) -> None:
    with pytest.raises(Unsafe):
        judging.judge(address, asked=lambda _name: ["93.184.216.34"])


def test_one_inner_address_among_public_ones_is_enough_to_refuse() -> None:
    with pytest.raises(Unsafe):
        judging.judge("https://example.cn/", asked=lambda _name: ["93.184.216.34", "10.0.0.1"])
    assert judging.judge("https://example.cn/", asked=lambda _name: ["93.184.216.34"]).host == "example.cn"


def test_what_the_installation_allows(settings: Settings) -> None:
    settings.SHIXIAO_WEBHOOKS_ALLOWED = ["10.1.0.0/16"]
    assert judging.judge("https://10.1.2.3/")
    settings.SHIXIAO_WEBHOOKS_LOOPBACK = True
    assert judging.judge("http://127.0.0.1:8000/")
    for address in ("http://10.1.2.3/", "http://93.184.216.34/", "https://10.2.0.1/", "https://169.254.169.254/"):
        with pytest.raises(Unsafe):
            judging.judge(address)
    settings.SHIXIAO_WEBHOOKS_ALLOWED = ["10.1.0.0/99"]
    with pytest.raises(Unsafe, match="SHIXIAO_WEBHOOKS_ALLOWED"):
        judging.judge("https://example.cn/")


# ---- posting -----------------------------------------------------------------------------------------------------


@pytest.fixture
def _loopback(settings: Settings) -> None:
    settings.SHIXIAO_WEBHOOKS_LOOPBACK = True


@pytest.mark.usefixtures("_loopback")
@pytest.mark.parametrize(
    ("answer", "result", "reason"),
    [
        ("200 OK", Result.DELIVERED, ""),
        ("204 No Content", Result.DELIVERED, ""),
        ("301 Moved\r\nLocation: http://169.254.169.254/", Result.NOT_REACHED, "http_301"),
        ("400 Bad Request", Result.NOT_REACHED, "http_400"),
        ("410 Gone", Result.REFUSED, "http_410"),
        ("500 Oops", Result.NOT_REACHED, "http_500"),
        (HANG_UP, Result.UNKNOWN, "no_answer"),
        ("nonsense", Result.UNKNOWN, "no_answer"),
    ],
)
def test_the_answer_decides(answer: str, result: Result, reason: str) -> None:
    with running(HookServer(answer)) as there:
        outcome = posting.post(judging.judge(f"http://127.0.0.1:{there.port}/"), b"{}", {})
        assert len(there.posted) == 1  # type: ignore[attr-defined]
    assert (outcome.result, outcome.reason) == (result, reason)


@pytest.mark.usefixtures("_loopback")
@pytest.mark.parametrize("answer", [SILENCE, DRIP])
def test_a_receiver_that_takes_for_ever_is_left(answer: str) -> None:
    with running(HookServer(answer)) as there:
        outcome = posting.post(judging.judge(f"http://127.0.0.1:{there.port}/"), b"{}", {}, within=0.3)
    assert outcome.result is Result.UNKNOWN


@pytest.mark.usefixtures("_loopback")
def test_where_nobody_listens_nothing_was_handed_over() -> None:
    outcome = posting.post(judging.judge(f"http://127.0.0.1:{closed_port()}/"), b"{}", {})
    assert (outcome.result, outcome.reason) == (Result.NOT_REACHED, "connect")


@pytest.mark.usefixtures("_loopback")
def test_the_connection_goes_to_the_address_that_was_judged(tmp_path: Path) -> None:
    """The name leads to loopback only in what was judged: nobody asks for it again; certificate and `Host` are of the name."""
    context, authority = certificate(tmp_path, name="hooks.example.cn")
    with running(HookServer(context=context)) as there:
        address = f"https://hooks.example.cn:{there.port}/in?x=1"
        to = judging.judge(address, asked=lambda _name: ["127.0.0.1"])
        assert posting.post(to, b"{}", {}, authority=str(authority)).result is Result.DELIVERED
        assert posting.post(to, b"{}", {}).reason == "tls_SSLCertVerificationError"
        (posted,) = there.posted  # type: ignore[attr-defined]
    assert posted.line == "POST /in?x=1 HTTP/1.1"
    assert posted.headers["host"] == f"hooks.example.cn:{there.port}"


@pytest.mark.usefixtures("_loopback")
@pytest.mark.parametrize(("asked", "wait"), [("120", 120), ("99999999999", 86400), ("soon", None)])
def test_a_receiver_may_ask_for_time(asked: str, wait: int | None) -> None:
    with running(HookServer(f"503 Busy\r\nRetry-After: {asked}")) as there:
        outcome = posting.post(judging.judge(f"http://127.0.0.1:{there.port}/"), b"{}", {})
    assert outcome.again_in == (timedelta(seconds=wait) if wait else None)


# ---- in the house ------------------------------------------------------------------------------------------------

ARRIVED = "letters.arrived"


@pytest.fixture
def keeper(account: Callable[..., User]) -> User:
    return account("keeper", role=Role.SYSTEM_ADMINISTRATOR)


@pytest.fixture
def hooks(settings: Settings) -> Iterator[HookServer]:
    settings.SHIXIAO_WEBHOOKS_LOOPBACK = True
    settings.SHIXIAO_ADDRESS = "https://plans.example.cn"
    with running(HookServer()) as there:
        assert isinstance(there, HookServer)
        yield there


@pytest.fixture(autouse=True)
def _outward(_letters: None) -> None:
    """Other programs may know of letters, but of the one that is restricted."""

    def outward(keys: Any) -> dict[int, subjects.Outward]:
        return {key: subjects.Outward(f"XIN-{key}", KIND, "A01") for key in keys if key != SECRET}

    given: dict[str, Any] = {"shown": lambda *_: {}, "matching": lambda _: []}
    happenings = lambda: [subjects.Happening(Text("信", "Letters"), (DECLARED[ARRIVED],))]  # noqa: E731
    subjects.register(KIND, subjects.Subjects(outward=outward, happenings=happenings, **given))


def happens(now: datetime, letter: int = 1) -> Event:
    with transaction.atomic():
        return ledger.record(ARRIVED, subject=Reference(KIND, str(letter)), by=None, now=now)


@pytest.fixture
def made(keeper: User, hooks: HookServer, now: datetime) -> tuple[Endpoint, str]:
    return endpoints.create("办文系统", f"http://127.0.0.1:{hooks.port}/in", [ARRIVED], by=keeper, now=now)


def work(now: datetime) -> None:
    while gathering.gather(now) or sending.send(now):
        pass


def at_every_time(now: datetime, times: int = len(SCHEDULE)) -> datetime:
    """The worker at once and at the next moments of the schedule; the last of them."""
    for wait in (timedelta(0), *SCHEDULE[:times]):
        now += wait
        work(now)
    return now


@pytest.mark.django_db
def test_a_receiver_is_told_once_signed_and_without_words(
    made: tuple[Endpoint, str], hooks: HookServer, now: datetime
) -> None:
    event = happens(now, letter=7)
    for minutes in (0, 1, 60):
        work(later(now, minutes=minutes))
    (posted,) = hooks.posted
    assert IS_GENUINE(posted.headers, posted.body, made[1], now=now.timestamp())
    assert posted.headers["content-type"] == "application/cloudevents+json; charset=utf-8"
    delivery = Delivery.objects.get()
    assert (delivery.key, delivery.state) == (posted.headers["webhook-id"], "delivered")
    event.refresh_from_db()
    moment = event.happened_at.isoformat()
    assert json.loads(posted.body) == {
        "specversion": "1.0",
        "id": str(event.pk),
        "source": "https://plans.example.cn",
        "type": ARRIVED,
        "subject": "XIN-7",
        "time": moment,
        "datacontenttype": "application/json",
        "data": {"number": "XIN-7", "kind": KIND, "unit": "A01", "happened_at": moment, "recorded_at": moment},
    }


@pytest.mark.django_db
@pytest.mark.usefixtures("made")
def test_of_a_restricted_register_nothing_leaves(hooks: HookServer, now: datetime) -> None:
    happens(now, letter=SECRET)
    work(now)
    assert (hooks.posted, Delivery.objects.count()) == ([], 0)


@pytest.mark.django_db
def test_what_became_restricted_after_it_was_queued_does_not_leave(
    made: tuple[Endpoint, str], hooks: HookServer, now: datetime
) -> None:
    happens(now)
    gathering.gather(now)
    subjects.register(KIND, subjects.Subjects(shown=lambda *_: {}, matching=lambda _: []))
    work(now)
    assert hooks.posted == []
    assert Fate.objects.get(what="failed").reason == "not_outward"


@pytest.mark.django_db
def test_what_happened_before_and_while_it_was_off_is_not_told(keeper: User, hooks: HookServer, now: datetime) -> None:
    happens(now)
    row, _secret = endpoints.create("甲", f"http://127.0.0.1:{hooks.port}/", [ARRIVED], by=keeper, now=now)
    endpoints.switch(row, on=False, by=keeper, now=now)
    happens(now)
    endpoints.switch(row, on=True, by=keeper, now=now)
    last = happens(now)
    work(now)
    assert [json.loads(each.body)["id"] for each in hooks.posted] == [str(last.pk)]


@pytest.mark.django_db
def test_an_event_that_is_seen_late_is_told_all_the_same(
    made: tuple[Endpoint, str], hooks: HookServer, now: datetime
) -> None:
    """Another transaction took the lower id and ended later."""
    first, second = happens(now), happens(now)
    endpoint = made[0]
    gathering._write(endpoint, [second], now=now)
    gathering._move(endpoint, now=now)
    work(later(now, minutes=1))
    assert {json.loads(each.body)["id"] for each in hooks.posted} == {str(first.pk), str(second.pk)}
    work(later(now, minutes=21))
    endpoint.refresh_from_db()
    assert endpoint.seen_event == second.pk


@pytest.mark.django_db
@pytest.mark.usefixtures("made")
def test_an_unknown_fate_is_tried_again_under_the_same_id(hooks: HookServer, now: datetime) -> None:
    hooks.answers = [HANG_UP, "500 Oops", "204 No Content"]
    happens(now)
    work(now)
    assert Delivery.objects.get().next_at == later(now, seconds=5)
    work(later(now, seconds=5))
    work(later(now, seconds=274))  # a wait of minutes is up to a tenth shorter
    assert len(hooks.posted) == 2
    work(later(now, seconds=305))
    assert len(hooks.posted) == 3
    assert len({each.headers["webhook-id"] for each in hooks.posted}) == 1
    assert len({each.body for each in hooks.posted}) == 1
    lives = Fate.objects.order_by("pk").values_list("what", flat=True)
    assert list(lives) == ["handed", "unknown", "again", "handed", "not_reached", "handed", "delivered"]


@pytest.mark.django_db
def test_after_the_whole_schedule_the_endpoint_is_off_and_the_administrator_knows(
    made: tuple[Endpoint, str], keeper: User, hooks: HookServer, now: datetime
) -> None:
    hooks.answers = ["500 Oops"]
    happens(now)
    last = at_every_time(now)
    assert (len(hooks.posted), Delivery.objects.get().state) == (10, "failed")
    work(last)
    endpoint = Endpoint.objects.get()
    assert (endpoint.is_enabled, endpoint.why_off) == (False, "failing")
    assert Event.objects.get(kind="messages.endpoint_disabled").particulars == {"reason": "failing"}
    assert Message.objects.get(person=keeper).wording == "messages.endpoint_off"
    endpoints.switch(endpoint, on=True, by=keeper, now=last)
    hooks.answers = ["204 No Content"]
    assert endpoints.replay(endpoint, since=now, by=keeper, now=last) == 1
    work(last)
    assert Delivery.objects.get().state == "delivered"
    assert Endpoint.objects.get().is_enabled
    assert len({each.headers["webhook-id"] for each in hooks.posted}) == 1


@pytest.mark.django_db
@pytest.mark.usefixtures("made")
def test_an_endpoint_that_takes_others_stays_on(hooks: HookServer, now: datetime) -> None:
    hooks.answers = ["500 Oops"]
    happens(now)
    before_the_last = at_every_time(now, len(SCHEDULE) - 1)
    hooks.answers = ["204 No Content"]
    happens(before_the_last)
    work(before_the_last)
    hooks.answers = ["500 Oops"]
    work(before_the_last + SCHEDULE[-1])
    assert set(Delivery.objects.values_list("state", flat=True)) == {"failed", "delivered"}
    gathering.gather(before_the_last + SCHEDULE[-1])
    assert Endpoint.objects.get().is_enabled


@pytest.mark.django_db
@pytest.mark.usefixtures("made")
def test_a_dead_endpoint_does_not_hold_up_other_channels(
    people: list[User], tell: Tell, wire: Wire, hooks: HookServer, now: datetime
) -> None:
    hooks.answers = [HANG_UP]
    for _ in range(sending.BATCH):
        happens(now)
    gathering.gather(now)
    tell(people[:1], at=later(now, seconds=1))
    planning.plan(later(now, seconds=1))
    sending.send(later(now, seconds=1))
    assert (len(hooks.posted), len(wire.sent)) == (1, 1)


@pytest.mark.django_db
@pytest.mark.usefixtures("made")
def test_gone_is_gone_at_once(hooks: HookServer, now: datetime) -> None:
    hooks.answers = ["410 Gone"]
    happens(now)
    work(now)
    work(now)
    assert Endpoint.objects.get().why_off == "gone"
    assert len(hooks.posted) == 1


@pytest.mark.django_db
def test_replay_takes_what_failed_since_then_and_no_more(
    made: tuple[Endpoint, str], keeper: User, hooks: HookServer, now: datetime
) -> None:
    endpoint = made[0]
    hooks.answers = ["410 Gone"]
    happens(now)
    work(now)
    endpoints.switch(endpoint, on=True, by=keeper, now=later(now, minutes=1))
    assert endpoints.replay(endpoint, since=later(now, seconds=1), by=keeper, now=later(now, minutes=1)) == 0
    assert not Event.objects.filter(kind="messages.webhooks_replayed").exists()
    assert endpoints.replay(endpoint, since=now, by=keeper, now=later(now, minutes=1)) == 1
    assert endpoints.replay(endpoint, since=now, by=keeper, now=later(now, minutes=1)) == 0
    assert Event.objects.get(kind="messages.webhooks_replayed").particulars["count"] == 1


@pytest.mark.django_db(transaction=True)
def test_killed_at_any_statement_each_event_has_one_notice(
    made: tuple[Endpoint, str], hooks: HookServer, now: datetime
) -> None:
    """It may come twice, always under one id: that is what the channel declares."""
    several = set()
    for statements in count():
        event = happens(now, letter=100 + statements)
        was_killed = killed_after(statements, lambda: work(now))
        for minutes in (5, 10, 60):
            work(later(now, minutes=minutes))
        delivery = Delivery.objects.get(event=event)
        ids = [each.headers["webhook-id"] for each in hooks.posted if json.loads(each.body)["id"] == str(event.pk)]
        assert set(ids) == {delivery.key}
        assert delivery.state == "delivered"
        several.add(len(ids))
        if not was_killed:
            break
    assert several == {1, 2}


# ---- changes -----------------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_every_change_is_an_event_and_no_secret_is_in_any(
    made: tuple[Endpoint, str], keeper: User, hooks: HookServer, now: datetime
) -> None:
    endpoint, secret = made
    assert secret not in str(Endpoint.objects.values())
    new = endpoints.add_secret(endpoint, by=keeper, now=now)
    happens(now)
    work(now)
    assert all(
        IS_GENUINE(hooks.posted[0].headers, hooks.posted[0].body, each, now=now.timestamp()) for each in (new, secret)
    )
    third = endpoints.add_secret(endpoint, by=keeper, now=now)
    with pytest.raises(Unfit, match="三个"):
        endpoints.add_secret(endpoint, by=keeper, now=now)
    for _ in range(2):
        endpoints.drop_old_secrets(endpoint, by=keeper, now=now)
        endpoints.switch(endpoint, on=False, by=keeper, now=now)
    endpoints.change(endpoint, "乙", endpoint.address, [ARRIVED], by=keeper, now=now)
    kinds = list(Event.objects.filter(subject_kind=Endpoint.ledger_name).order_by("pk").values_list("kind", flat=True))
    assert [each.removeprefix("messages.") for each in kinds] == [
        "endpoint_created", "secret_added", "secret_added", "secret_dropped", "endpoint_disabled", "endpoint_changed",
    ]  # fmt: skip
    written = str(list(Event.objects.values())) + str(list(Words.objects.values()))
    assert not any(
        base64.b64encode(each.encode()).decode() in written or each in written for each in (secret, new, third)
    )


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("field", "change"),
    [("title", {"title": " "}), ("title", {"title": "x" * 101}), ("address", {"address": "https://10.0.0.1/"}),
     ("kinds", {"kinds": []}), ("kinds", {"kinds": ["people.signed_in"]})],
)  # fmt: skip
def test_what_does_not_fit_is_refused(
    keeper: User, hooks: HookServer, now: datetime, field: str, change: dict[str, Any]
) -> None:
    told = {"title": "甲", "address": f"http://127.0.0.1:{hooks.port}/", "kinds": [ARRIVED]} | change
    with pytest.raises(Unfit) as refusal:
        endpoints.create(**told, by=keeper, now=now)
    assert refusal.value.field == field
    assert not Endpoint.objects.exists()


@pytest.mark.django_db
def test_only_the_system_administrator_changes_endpoints(
    made: tuple[Endpoint, str], people: list[User], now: datetime
) -> None:
    row, li = made[0], people[0]
    for attempt in (
        lambda: endpoints.create("甲", row.address, [ARRIVED], by=li, now=now),
        lambda: endpoints.change(row, "甲", row.address, [ARRIVED], by=li, now=now),
        lambda: endpoints.switch(row, on=False, by=li, now=now),
        lambda: endpoints.add_secret(row, by=li, now=now),
        lambda: endpoints.drop_old_secrets(row, by=li, now=now),
        lambda: endpoints.replay(row, since=now, by=li, now=now),
    ):
        with pytest.raises(PermissionDenied):
            attempt()
