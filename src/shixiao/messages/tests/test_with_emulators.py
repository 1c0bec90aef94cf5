"""The channels against emulators of their providers, which were written from the published protocols by somebody else, and misbehave.

Whatever goes wrong on the way, nothing is lost and nothing comes twice, as the other side sees it; and what a delivery says of itself is true.
"""

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone
from pytest_django import Settings

from shixiao.messages import planning, reading, sending
from shixiao.messages.channels import found
from shixiao.messages.channels.sms import numbers
from shixiao.messages.channels.yuezhengyi import accounts
from shixiao.messages.emulators import Fault, Faults, Hands, Sms, Waits, WeCom
from shixiao.messages.models import Delivery, Fate, Message, SmsEarly, YuezhengyiCard
from shixiao.messages.tests.conftest import Tell, later
from shixiao.people.models import Role, User

pytestmark = pytest.mark.django_db

MEMBERS = {"li": "mo-jia", "wang": "mo-yi", "zhao": "mo-bing"}
NUMBERS = {"li": "13800138000", "wang": "13900139000", "zhao": "13700137000"}
TOKEN, KEY, WORD = "QDG6eK", "jWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2C", "w" * 20
MINUTES = (
    0,
    1,
    6,
    12,
    21,
    31,
    41,
    61,
    81,
    101,
    121,
    141,
    180,
    230,
)  # within the four hours in which a card is known again
LETTERS = 6


@pytest.fixture
def keeper(account: Callable[..., User]) -> User:
    return account("keeper", role=Role.SYSTEM_ADMINISTRATOR)


@contextmanager
def wecom_for(
    settings: Settings, folder: Path, people: list[User], keeper: User, now: datetime, faults: Faults
) -> Iterator[WeCom]:
    """A provider that knows these people, and the settings that lead there."""
    for user in people:
        accounts.set_account(user, MEMBERS[user.username], by=keeper, now=now)
    with WeCom(faults=faults, now=Hands(now.timestamp()), waits=Waits.quick()) as there:
        for name, words in {"secret": there.secret, "token": TOKEN, "key": KEY}.items():
            (folder / name).write_text(words)
        settings.SHIXIAO_ADDRESS = "https://plans.example.cn"
        settings.SHIXIAO_YUEZHENGYI_ADDRESS = there.address
        settings.SHIXIAO_YUEZHENGYI_CORP, settings.SHIXIAO_YUEZHENGYI_AGENT = there.corporation, there.agent
        settings.SHIXIAO_YUEZHENGYI_SECRET_FILE = str(folder / "secret")
        settings.SHIXIAO_YUEZHENGYI_CALLBACK_TOKEN_FILE = str(folder / "token")
        settings.SHIXIAO_YUEZHENGYI_CALLBACK_KEY_FILE = str(folder / "key")
        yield there


@contextmanager
def sms_for(
    settings: Settings, folder: Path, people: list[User], keeper: User, now: datetime, form: str, faults: Faults
) -> Iterator[Sms]:
    """A gateway, of 云MAS or a generic one, and the settings that lead there."""
    for user in people:
        numbers.set_number(user, NUMBERS[user.username], by=keeper, now=now)
    with Sms(faults=faults, now=Hands(now.timestamp()), waits=Waits.quick()) as there:
        (folder / "password").write_text(there.secret)
        (folder / "word").write_text(WORD)
        settings.SHIXIAO_SMS_FORM = form
        settings.SHIXIAO_SMS_SECRET_FILE, settings.SHIXIAO_SMS_REPORT_FILE = (
            str(folder / "password"),
            str(folder / "word"),
        )
        settings.SHIXIAO_SMS_SIGNATURE = "模拟办公厅"
        settings.SHIXIAO_SMS_YUNMAS_NAME, settings.SHIXIAO_SMS_YUNMAS_ACCOUNT = there.corporation, there.account
        settings.SHIXIAO_SMS_YUNMAS_SIGN = "SIGN0001"
        settings.SHIXIAO_SMS_ADDRESS = there.address + (there.path if form == "http" else "")
        settings.SHIXIAO_SMS_HTTP_BODY = '{"to": "{number}", "text": "{text}", "key": "{key}"}'
        settings.SHIXIAO_SMS_HTTP_HEADERS = '{"Authorization": "Bearer {secret}"}'
        settings.SHIXIAO_SMS_HTTP_GROUP = "id"
        settings.SHIXIAO_SMS_HTTP_REPEATS = form == "http"
        if form == "http":
            settings.SHIXIAO_SMS_REPORT_FIELDS = {"group": "id", "status": "status"}
        yield there


def work(now: datetime) -> None:
    """What the worker does in one round, until nothing is left."""
    ways = [found()[name] for name in ("yuezhengyi", "sms")]
    while planning.plan(now) or sending.send(now) or sum(way.gather(now) for way in ways if way.is_ready()):
        pass


def hours_go_by(there: WeCom | Sms, now: datetime) -> datetime:
    """The worker comes again and again, and both clocks go on."""
    assert isinstance(there.now, Hands)
    for minutes in MINUTES:
        then = later(now, minutes=minutes)
        there.now.at = then.timestamp()
        work(then)
    return then


def states(channel: str) -> Counter[str]:
    return Counter(Delivery.objects.filter(channel=channel).values_list("state", flat=True))


# ---- cards -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", range(3))
def test_no_card_is_lost_or_seen_twice(
    settings: Settings, tmp_path: Path, people: list[User], keeper: User, tell: Tell, now: datetime, seed: int
) -> None:
    with wecom_for(settings, tmp_path, people, keeper, now, Faults(seed)) as there:
        for letter in range(1, LETTERS + 1):
            tell(people, letter=letter)
        hours_go_by(there, now)
        assert there.happened
        assert Counter(each.task for each in there.accepted.values() if each.seen_by) == Counter(
            Delivery.objects.values_list("key", flat=True)
        )
    assert states("yuezhengyi") == {"sent": LETTERS * len(people)}


@pytest.mark.parametrize("seed", range(2))
def test_of_a_provider_that_hardly_works_what_is_said_is_true(
    settings: Settings, tmp_path: Path, people: list[User], keeper: User, tell: Tell, now: datetime, seed: int
) -> None:
    with wecom_for(settings, tmp_path, people, keeper, now, Faults(seed, share=0.6)) as there:
        for letter in (1, 2, 3):
            tell(people, letter=letter)
        hours_go_by(there, now)
        seen = Counter(each.task for each in there.accepted.values() if each.seen_by)
    told = Delivery.objects.values_list("key", "state")
    true = {"sent": {1}, "failed": {0}, "unknown": {0, 1}}
    assert [(state, seen[key]) for key, state in told if seen[key] not in true[state]] == []


@pytest.mark.parametrize(
    "fault",
    [
        Fault.REFUSED,
        Fault.CUT_BEFORE,
        Fault.CUT_AFTER,
        Fault.TRUNCATED,
        Fault.PAGE,
        Fault.SLOW,
        Fault.BUSY,
        Fault.LIMITED,
        Fault.EXPIRED,
    ],
)
def test_what_went_wrong_once_is_made_good(
    settings: Settings, tmp_path: Path, people: list[User], keeper: User, tell: Tell, now: datetime, fault: Fault
) -> None:
    place = "connection" if fault is Fault.REFUSED else "message/send"
    with wecom_for(settings, tmp_path, people[:1], keeper, now, Faults.planned({place: [fault]})) as there:
        tell(people[:1])
        hours_go_by(there, now)
        assert len(there.met(fault)) == 1
        assert len(there.inbox("mo-jia")) == 1
    assert states("yuezhengyi") == {"sent": 1}


def test_a_card_that_may_have_arrived_has_not_failed_when_nothing_more_got_through(
    settings: Settings, tmp_path: Path, people: list[User], keeper: User, tell: Tell, now: datetime
) -> None:
    plan = {"message/send": [Fault.CUT_AFTER, *[Fault.BUSY] * 5]}
    with wecom_for(settings, tmp_path, people[:1], keeper, now, Faults.planned(plan)) as there:
        tell(people[:1])
        for minutes in (0, 1, 6, 21, 81, 201):
            there.now.at = later(now, minutes=minutes).timestamp()  # type: ignore[attr-defined]
            work(later(now, minutes=minutes))
        assert len(there.inbox("mo-jia")) == 1
    assert states("yuezhengyi") == {"unknown": 1}
    (last,) = Fate.objects.order_by("-pk")[:1]
    assert last.reason == "wecom_-1"


def test_a_provider_that_is_away_for_an_hour_loses_nothing(
    settings: Settings, tmp_path: Path, people: list[User], keeper: User, tell: Tell, now: datetime
) -> None:
    with wecom_for(settings, tmp_path, people, keeper, now, Faults.none()) as there:
        tell(people)
        with there.away():
            work(now)
            work(later(now, minutes=1))
        assert not there.accepted
        hours_go_by(there, later(now, minutes=2))
        assert [len(there.inbox(MEMBERS[user.username])) for user in people] == [1, 1, 1]


# ---- buttons -----------------------------------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_a_button_counts_once_however_its_callback_comes(
    settings: Settings,
    tmp_path: Path,
    people: list[User],
    keeper: User,
    tell: Tell,
    now: datetime,
    live_server: Any,
) -> None:
    plan = {
        "message/send": [Fault.CUT_AFTER, None, Fault.SLOW],
        "callback": [Fault.TWICE, Fault.OUT_OF_ORDER, None, Fault.TWICE, Fault.OUT_OF_ORDER, Fault.TWICE],
    }
    with wecom_for(settings, tmp_path, people, keeper, now, Faults.planned(plan)) as there:
        for letter in (1, 2):
            tell(people, letter=letter)
        hours_go_by(there, now)
        assert isinstance(there.now, Hands)
        there.now.at = timezone.now().timestamp()  # the view asks the clock
        there.callback_to(f"{live_server.url}/messages/channels/yuezhengyi/callback/", token=TOKEN, key=KEY)
        assert there.verify()
        for message in list(there.accepted.values()):
            for member in message.seen_by:
                there.press(member, message.id, "acknowledge")
        there.settle()
        assert len(there.met(Fault.TWICE, Fault.OUT_OF_ORDER)) == 5
        assert [each.is_delivered for each in there.callbacks] == [True] * len(there.callbacks)
        assert there.misread == []
        labels = {label for each in there.accepted.values() for label in each.replaced.values()}
        assert labels == {f"模拟{user.username} 已知悉" for user in people}
    assert states("yuezhengyi") == {"acknowledged": 6}
    assert set(Message.objects.values_list("state", flat=True)) == {"acknowledged"}
    assert Fate.objects.filter(delivery__isnull=False, what="acknowledged").count() == 6


def test_a_card_says_that_note_was_taken_elsewhere_and_is_asked_once(
    settings: Settings, tmp_path: Path, people: list[User], keeper: User, tell: Tell, now: datetime
) -> None:
    plan = {"message/update_template_card": [None, Fault.CUT_AFTER, Fault.LIMITED]}
    with wecom_for(settings, tmp_path, people, keeper, now, Faults.planned(plan)) as there:
        messages = tell(people)
        work(now)
        assert [list(each.replaced) for each in there.accepted.values()] == [[], [], []]
        for message, user in zip(messages, people, strict=True):
            reading.acknowledge([message.pk], by=user, now=later(now, minutes=5))
        for minutes in (6, 7, 8):
            work(later(now, minutes=minutes))
        replaced = [each.replaced for each in there.accepted.values()]
        assert replaced == [{"mo-jia": "模拟li 已知悉"}, {"mo-yi": "模拟wang 已知悉"}, {}]
        assert len(there.met(Fault.CUT_AFTER, Fault.LIMITED)) == 2  # neither was asked again
    assert states("yuezhengyi") == {"sent": 3}
    assert YuezhengyiCard.objects.exclude(replaced_at=None).count() == 3


def test_what_was_only_read_keeps_its_button_and_an_old_code_is_left_alone(
    settings: Settings, tmp_path: Path, people: list[User], keeper: User, tell: Tell, now: datetime
) -> None:
    with wecom_for(settings, tmp_path, people[:2], keeper, now, Faults.none()) as there:
        first, second = tell(people[:2])
        work(now)
        reading.read([first.pk], by=people[0], now=later(now, minutes=5))
        work(later(now, minutes=6))
        reading.acknowledge([second.pk], by=people[1], now=later(now, hours=72))
        work(later(now, hours=72))
        assert [each.replaced for each in there.accepted.values()] == [{}, {}]
    assert YuezhengyiCard.objects.filter(replaced_at=None).count() == 2


# ---- SMS ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("form", ["http", "yunmas"])
@pytest.mark.parametrize("seed", range(3))
def test_no_sms_comes_twice_and_what_is_said_of_it_is_true(
    settings: Settings,
    tmp_path: Path,
    people: list[User],
    keeper: User,
    tell: Tell,
    now: datetime,
    form: str,
    seed: int,
) -> None:
    with sms_for(settings, tmp_path, people, keeper, now, form, Faults(seed, share=0.3)) as there:
        for letter in range(1, LETTERS + 1):
            tell(people, letter=letter, urgency="urgent")
        hours_go_by(there, now)
        assert there.met(Fault.CUT_AFTER, Fault.TRUNCATED, Fault.PAGE, Fault.CUT_BEFORE)
        for user in people:
            got = Counter(there.inbox(NUMBERS[user.username]))
            assert set(got.values()) <= {1}
            for delivery in Delivery.objects.filter(person=user):
                (item,) = delivery.items.select_related("message__event")
                text = f"【模拟办公厅】信-{item.message.event.subject_id} 标题{item.message.event.subject_id} 到了"
                assert got[text] in {"sent": (1,), "unknown": (0, 1)}[delivery.state]
    # A gateway that knows a key again is asked until it is known; with 云MAS somebody has to say what became of it.
    if form == "http":
        assert states("sms") == {"sent": LETTERS * len(people)}
    else:
        assert sum(states("sms").values()) == LETTERS * len(people)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(("form", "seed"), [("http", 3), ("yunmas", 5)])
def test_reports_twice_late_early_and_out_of_order_say_it_once(
    settings: Settings,
    tmp_path: Path,
    people: list[User],
    keeper: User,
    tell: Tell,
    now: datetime,
    live_server: Any,
    form: str,
    seed: int,
) -> None:
    plan = {
        "report": [Fault.TWICE, Fault.EARLY, Fault.OUT_OF_ORDER, None, Fault.LATE, Fault.TWICE],
        "generic": [None, Fault.SLOW],
    }
    with sms_for(settings, tmp_path, people, keeper, now, form, Faults.planned(plan)) as there:
        there.fates[NUMBERS["zhao"]] = "UNDELIV"
        there.reports_to(f"{live_server.url}/messages/channels/sms/report/{WORD}/", generic=form == "http")
        for letter in (1, 2):
            tell(people, letter=letter, urgency="urgent")
        work(now)
        there.settle()
        assert len(there.met(*plan["report"][:3], Fault.LATE)) == 5
        assert [each.is_delivered for each in there.reports] == [True] * len(there.reports)
        assert [len(there.inbox(NUMBERS[name])) for name in ("li", "wang", "zhao")] == [2, 2, 0]
    told = Delivery.objects.values_list("person__username", "state")
    assert Counter(told) == {("li", "delivered"): 2, ("wang", "delivered"): 2, ("zhao", "failed"): 2}
    assert Fate.objects.filter(what="delivered", delivery__isnull=False).count() == 4
    assert not SmsEarly.objects.exists()


# ---- one after the other -----------------------------------------------------------------------------------------


def test_without_a_receipt_an_sms_follows_and_never_two(
    settings: Settings, tmp_path: Path, people: list[User], keeper: User, tell: Tell, now: datetime
) -> None:
    (tmp_path / "wecom").mkdir()
    plan, lost = {"message/send": [Fault.CUT_AFTER]}, {"generic": [Fault.CUT_AFTER, Fault.PAGE, Fault.TRUNCATED]}
    with (
        wecom_for(settings, tmp_path / "wecom", people, keeper, now, Faults.planned(plan)) as wecom,
        sms_for(settings, tmp_path, people, keeper, now, "http", Faults.planned(lost)) as sms,
    ):
        messages = tell(people, letter=1, urgency="urgent")
        del wecom.book.members["mo-bing"]  # has left the corporation: no card arrives
        hours = (0, 1, 2, 12, 30, 59)
        for minutes in hours:
            _both(wecom, sms, later(now, minutes=minutes))
        assert [len(wecom.inbox(MEMBERS[user.username])) for user in people[:2]] == [1, 1]
        assert [len(sms.inbox(NUMBERS[user.username])) for user in people] == [0, 0, 1]
        reading.acknowledge([messages[0].pk], by=people[0], now=later(now, minutes=59))
        for minutes in (61, 80, 120, 200, 230):
            _both(wecom, sms, later(now, minutes=minutes))
        assert [len(sms.inbox(NUMBERS[user.username])) for user in people] == [0, 1, 1]
        assert len(wecom.inbox("mo-yi")) == 1


def _both(wecom: WeCom, sms: Sms, now: datetime) -> None:
    for there in (wecom, sms):
        assert isinstance(there.now, Hands)
        there.now.at = now.timestamp()
    work(now)
