"""The page of an indicator and its explanation in a real Chromium: both widths, both languages, light, dark and print."""

import os
from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from shixiao.casework.models import Case
from shixiao.conftest import violations
from shixiao.ledger import freezing
from shixiao.people.models import Unit, User
from shixiao.performance import binding
from shixiao.performance.models import Basis, PlanVersion
from shixiao.performance.tests.conftest import first
from shixiao.performance.tests.numbers.conftest import finished
from shixiao.performance.tests.test_browser import DESKTOP, PHONE, Desk, chromium, desk_at

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
__all__ = ["chromium", "desk_at"]


@pytest.fixture
def story(
    life: dict[str, Case],
    bind: Callable[..., Any],
    version: PlanVersion,
    unit: Unit,
    clerk: User,
    officer: User,
    now: datetime,
    monkeypatch: pytest.MonkeyPatch,
) -> str:
    """Half a year of one row, a compound, a sum, a declared value, and rows that stand on nothing. The address of the plan."""
    monkeypatch.setattr(timezone, "now", lambda: now)
    for days in (62, 75, 80, 90, 95):
        finished(unit, clerk, now - timedelta(days=days), now - timedelta(days=days) + timedelta(hours=1))
    bind(5, "", basis=Basis.DECLARED)
    binding.declare(first(version, 5), 0, "1", on=date(2026, 6, 1), note="按信访台账", by=officer, now=now)
    while freezing.freeze(now):
        pass
    return f"/plans/{version.plan_id}/v1/"


# English on a desktop has the words that it has on a phone, and more room.
@pytest.mark.parametrize(("size", "language"), [(PHONE, "zh-hans"), (PHONE, "en"), (DESKTOP, "zh-hans")])
def test_each_page_is_accessible_fits_and_stays_at_home(
    desk_at: Callable[..., Desk],
    size: tuple[int, int],
    language: str,
    story: str,
) -> None:
    for scheme in ("light", "dark"):
        desk = desk_at(size, language=language, color_scheme=scheme)
        for rest in ("1/", "3/", "4/", "5/", "6/", "1/?on=2026-06-20", "1/why/", "4/why/"):
            page = desk.go(story + rest)
            page.evaluate("document.querySelectorAll('main details').forEach(each => { each.open = true })")
            assert violations(page) == [], rest
            assert desk.is_no_wider_than_the_screen(), rest
            if shots := os.environ.get("SHOTS"):
                name = rest.replace("/", "_").replace("?", "")
                page.screenshot(path=f"{shots}/{name}-{size[0]}-{language}-{scheme}.png", full_page=True)
        assert desk.complaints == []
        assert all(url.startswith(desk.base) for url in desk.requests)


def test_from_a_number_down_to_the_event_that_made_it_so(desk_at: Callable[..., Desk], story: str) -> None:
    page = desk_at().go(f"{story}1/")
    page.locator("#standing .i-head").get_by_role("link", name="超时 1 件").click()
    page.get_by_role("link", name="超时的").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("超时的")


def test_a_past_day_and_back(desk_at: Callable[..., Desk], story: str) -> None:
    page = desk_at().go(f"{story}1/")
    page.get_by_label("看过去某一天终了时").fill("2026-06-20")
    page.get_by_role("button", name="看这一天").click()
    expect(page.locator("#standing-title")).to_contain_text("2026年6月20日终了时所知")
    page.get_by_text("为什么是这个数").first.click()
    page.get_by_role("link", name="单独一页，可打印").click()
    expect(page.locator("main")).to_contain_text("2026年6月20日终了时所知")
    page.goto(page.url.replace("on=2026-06-20", ""))
    expect(page.locator("main")).to_contain_text("当天还没有结束")


def test_the_explanation_is_fit_for_print(desk_at: Callable[..., Desk], story: str) -> None:
    page = desk_at().go(f"{story}4/why/")
    page.emulate_media(media="print")
    for hidden in (".menu", ".topbar", ".no-print"):
        assert not page.locator(hidden).first.is_visible()
    expect(page.locator(".why-page")).to_be_visible()
    if shots := os.environ.get("SHOTS"):
        page.pdf(path=f"{shots}/why.pdf", format="A4")
