"""A test card and a test SMS: to whoever asks and to nobody else, with what the provider answered."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from shixiao.ledger.models import Event
from shixiao.messages import channels
from shixiao.messages.channels import trying
from shixiao.messages.channels.sms.channel import CHANNEL as SMS
from shixiao.messages.channels.yuezhengyi.channel import CHANNEL as YUEZHENGYI
from shixiao.messages.emulators import Fault, Faults
from shixiao.messages.models import Delivery, SmsSent, YuezhengyiCard
from shixiao.messages.tests.provided import link, post, pressed, provided, sealed
from shixiao.messages.tests.test_with_emulators import MEMBERS, NUMBERS, sms_for, wecom_for
from shixiao.people.models import Role, User

pytestmark = pytest.mark.django_db

CARD, SHORT = "/messages/channels/yuezhengyi/try/", "/messages/channels/sms/try/"


@pytest.fixture
def keeper(account: Callable[..., User]) -> User:
    """A system administrator, called as somebody whom the emulators know."""
    return account("li", role=Role.SYSTEM_ADMINISTRATOR)


def kinds() -> list[str]:
    return list(
        Event.objects.filter(kind__startswith="messages.test_notice").order_by("pk").values_list("kind", flat=True)
    )


def test_a_card_comes_to_whoever_asks_and_the_page_says_what_was_answered(
    settings: Settings, tmp_path: Path, keeper: User, now: datetime, signed_in: Callable[[User], Client]
) -> None:
    plan = Faults.planned({"message/send": [None, Fault.LIMITED]})
    with wecom_for(settings, tmp_path, [keeper], keeper, timezone.now(), plan) as there:
        browser = signed_in(keeper)
        assert "给自己发测试卡片" in browser.get("/messages/channels/yuezhengyi/").content.decode()
        good = browser.post(CARD)
        assert (good.status_code, "对方已收下（回答：OK）" in good.content.decode()) == (200, True)
        (card,) = there.inbox(MEMBERS["li"])
        assert "收到它，说明通知能够送到这里" in card.text
        assert "没有交出去：wecom_45009" in browser.post(CARD).content.decode()
        (tmp_path / "secret").write_text("another")
        settings.SHIXIAO_YUEZHENGYI_AGENT = 7  # another app has another token
        assert "没有交出去：token_40001。对方什么也没有收到。检查应用的密钥。" in browser.post(CARD).content.decode()
        assert len(there.accepted) == 1
    assert kinds() == ["messages.test_notice_handed", "messages.test_notice_answered"] * 3
    told = Event.objects.filter(kind="messages.test_notice_answered").order_by("pk")
    assert [each.particulars["outcome"] for each in told] == ["sent", "not_reached", "not_reached"]
    assert not Delivery.objects.exists()
    assert not YuezhengyiCard.objects.exists()


def test_an_sms_comes_to_whoever_asks(
    settings: Settings, tmp_path: Path, keeper: User, now: datetime, signed_in: Callable[[User], Client]
) -> None:
    plan = Faults.planned({"norsubmit": [None, Fault.CUT_AFTER]})
    with sms_for(settings, tmp_path, [keeper], keeper, now, "yunmas", plan) as there:
        browser = signed_in(keeper)
        assert "对方已收下" in browser.post(SHORT).content.decode()
        assert there.inbox(NUMBERS["li"]) == ["【模拟办公厅】这是一条测试通知。收到它，说明通知能够送到这里。"]
        assert "结果未知：no_answer。对方可能已经收下" in browser.post(SHORT).content.decode()
        settings.SHIXIAO_SMS_YUNMAS_SIGN = "SIGN9"
        answer = browser.post(SHORT).content.decode()
        assert "没有交出去：sms_IllegalSignId" in answer
        assert "检查账号、密码和签名编码。" in answer
    assert not SmsSent.objects.exists()


def test_nothing_goes_where_nothing_is_set_up_or_entered_and_to_nobody_else(
    settings: Settings, tmp_path: Path, keeper: User, now: datetime, account: Callable[..., User],
    signed_in: Callable[[User], Client],
) -> None:  # fmt: skip
    for address in (CARD, SHORT):
        refused = signed_in(keeper).post(address)
        assert (refused.status_code, "还没有设定完整" in refused.content.decode()) == (422, True)
        assert signed_in(account(f"officer{len(address)}", role=Role.OFFICER)).post(address).status_code == 403
        assert signed_in(keeper).get(address).status_code == 405
    with provided(settings, tmp_path) as there:
        refused = signed_in(keeper).post(CARD)
        assert (refused.status_code, "还没有填写您自己的" in refused.content.decode()) == (422, True)
        assert there.calls == []
    assert kinds() == []


def test_whoever_presses_the_button_of_a_test_learns_that_callbacks_arrive(
    settings: Settings, tmp_path: Path, keeper: User, account: Callable[..., User], client: Client
) -> None:
    moment = timezone.now()
    with provided(settings, tmp_path):
        link([keeper, other := account("wang")], keeper, moment)
        assert trying.send_test(YUEZHENGYI, by=keeper, now=moment).is_good
        key = f"test_{Event.objects.get(kind='messages.test_notice_handed').pk}"
        assert post(client, *sealed(pressed(key, "wang.id"), at=moment)).content == b""
        for _ in range(2):
            assert post(client, *sealed(pressed(key, "li.id"), at=moment)).content != b""
        assert post(client, *sealed(pressed("test_999999", "li.id"), at=moment)).content == b""
    assert kinds().count("messages.test_notice_pressed") == 1
    assert other.is_active


def test_what_breaks_on_the_way_is_unknown(
    settings: Settings, tmp_path: Path, keeper: User, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    def breaks(*_args: object, **_more: object) -> channels.Outcome:
        raise RuntimeError

    monkeypatch.setattr(type(SMS), "try_out", breaks)
    with sms_for(settings, tmp_path, [keeper], keeper, now, "http", Faults.none()):
        assert trying.send_test(SMS, by=keeper, now=now).outcome == channels.unknown("RuntimeError")
