"""The inbox in a real Chromium: told, opened, acknowledged; at both widths, in both languages, without JavaScript; accessible."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import expect
from pytest_django import Settings

from shixiao import casework
from shixiao.casework import Opening, messages
from shixiao.casework.models import Case
from shixiao.casework.tests.conftest import KIND
from shixiao.casework.tests.test_browser import DESKTOP, LONG, PHONE, Window, chromium, window  # noqa: F401 — fixtures
from shixiao.casework.tests.test_telling import desks  # noqa: F401 — a fixture
from shixiao.messages import channels, fates, sending
from shixiao.messages.models import Delivery, Endpoint, Message
from shixiao.messages.states import Fate
from shixiao.messages.tests.servers import closed_port
from shixiao.people.models import Role, Unit, User

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
WORDS = {
    "zh-hans": {"open": "请办理“接办”", "note": "知悉", "noted": "已知悉", "all": "全部标为已读", "none": "没有未读的消息。"},
    "en": {"open": "please take “Take”", "note": "Acknowledge", "noted": "Acknowledged", "all": "Mark all as read", "none": "Nothing unread."},
}  # fmt: skip


@pytest.fixture
def clerk(staff: Callable[..., User]) -> User:
    return staff("clerk", "desk.clerk", "desk.overseer", display_name="模拟经办人")


@pytest.fixture
def checker(staff: Callable[..., User]) -> User:
    return staff("checker", "desk.checker", display_name="模拟复核人")


@pytest.fixture
def cases(unit: Unit, clerk: User, checker: User, desks: Callable[..., None], now: datetime) -> list[Case]:  # noqa: F811
    """Three cases that wait for the checker; two days ago, yesterday and just now."""
    messages.register()
    desks(take="desk.checker")
    today = timezone.now()
    opening = Opening(unit=unit, title=LONG, particulars={"topic": "换一个门锁"})
    return [casework.open_case(KIND, "open", opening, by=clerk, now=today - timedelta(days=days)) for days in (2, 1, 0)]


@pytest.mark.parametrize("has_javascript", [True, False], ids=["script", "no script"])
@pytest.mark.parametrize("size", [PHONE, DESKTOP], ids=["phone", "desktop"])
@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_told_opened_acknowledged(
    window: Callable[..., Window], cases: list[Case], checker: User, size: tuple[int, int], language: str, has_javascript: bool  # noqa: F811
) -> None:  # fmt: skip
    words, here = WORDS[language], window(size, language=language, who=checker, java_script_enabled=has_javascript)
    page = here.go("/messages/")
    expect(page.locator(".message.is-new")).to_have_count(3)
    expect(page.locator("b.waiting")).to_contain_text("3")
    if has_javascript:
        here.is_sound()
    with page.expect_navigation():
        page.locator(".message-text").first.click()
    expect(page).to_have_url(f"{here.base}/cases/{cases[2].pk}/")
    page = here.go("/messages/")
    expect(page.locator(".message.is-new")).to_have_count(2)
    with page.expect_navigation():
        page.locator(".is-new .message-do .btn").first.click()
    expect(page.locator(".chip", has_text=words["noted"])).to_be_visible()
    here.press(words["all"])
    expect(page.get_by_text(words["none"])).to_be_visible()
    assert sorted(Message.objects.values_list("state", flat=True)) == ["acknowledged", "read", "read"]
    if has_javascript:
        here.is_sound()


@pytest.mark.parametrize("size", [PHONE, DESKTOP], ids=["phone", "desktop"])
@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_every_other_page_is_sound(
    window: Callable[..., Window],  # noqa: F811
    cases: list[Case],
    checker: User,
    account: Callable[..., User],
    size: tuple[int, int],
    language: str,
) -> None:
    officer = account("officer", role=Role.OFFICER, display_name="模拟绩效管理员")
    system = account("system", role=Role.SYSTEM_ADMINISTRATOR, display_name="模拟系统管理员")
    unknown = _unknown(checker)
    for who, addresses in (
        (checker, ("/messages/?q=nothing", "/messages/settings/", f"/messages/about/casework.case/{cases[0].pk}/")),
        (officer, ("/messages/settings/quiet/", "/messages/settings/ladder/")),
        (system, ("/messages/outbox/", f"/messages/outbox/{unknown.pk}/", "/messages/channels/email/")),
    ):
        here = window(size, language=language, who=who)
        for address in addresses:
            here.go(address)
            here.is_sound()


def _unknown(person: User) -> Delivery:
    """A sending of which nobody knows, by a channel that is no longer there."""
    now = timezone.now()
    row: Any = Delivery.objects.create(channel="pager", person=person, key="k1", made_at=now, due_at=now, next_at=now)
    fates.happen(row, Fate.HANDED, now=now)
    fates.happen(row, Fate.UNKNOWN, now=now, reason="timeout")
    assert "pager" not in channels.found()
    return row


@pytest.mark.parametrize("size", [PHONE, DESKTOP], ids=["phone", "desktop"])
@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_an_endpoint_is_made_and_told_of_a_case(
    window: Callable[..., Window],  # noqa: F811
    clerk: User,
    unit: Unit,
    desks: Callable[..., None],  # noqa: F811
    account: Callable[..., User],
    settings: Settings,
    size: tuple[int, int],
    language: str,
) -> None:
    """The secret is on the page that follows, and no longer on the next; what happened to a case stands below."""
    settings.SHIXIAO_WEBHOOKS_LOOPBACK = True
    messages.register()
    desks()
    system = account("system", role=Role.SYSTEM_ADMINISTRATOR, display_name="模拟系统管理员")
    here = window(size, language=language, who=system)
    page = here.go("/messages/channels/webhooks/")
    here.is_sound()
    page.locator("#id_title").fill("模拟办文系统")
    page.locator("#id_address").fill("https://10.0.0.1/in")
    page.locator("details.kinds summary").last.click()
    page.locator("details.kinds[open] input").first.check()
    with page.expect_navigation():
        page.locator("form.narrow .btn-primary").click()
    expect(page.locator(".has-error")).to_have_count(1)
    here.is_sound()
    page.locator("#id_address").fill(f"http://127.0.0.1:{closed_port()}/in")
    with page.expect_navigation():
        page.locator("form.narrow .btn-primary").click()
    expect(page.locator("code.secret")).to_contain_text("whsec_")
    here.is_sound()
    opening = Opening(unit=unit, title=LONG, particulars={"topic": "换一个门锁"})
    casework.open_case(KIND, "open", opening, by=clerk, now=timezone.now())
    channel = channels.found()["webhooks"]
    assert channel.gather(timezone.now()) == 1
    assert sending.send(timezone.now()) == 1
    page = here.go(f"/messages/channels/webhooks/{Endpoint.objects.get().pk}/")
    expect(page.locator("code.secret")).to_have_count(0)
    expect(page.locator("tbody tr")).to_have_count(1)
    here.is_sound()
    here.go("/messages/channels/webhooks/")
    here.is_sound()
