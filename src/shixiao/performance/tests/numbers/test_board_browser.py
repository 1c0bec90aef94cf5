"""The board, the leader's page, money and two days in a real Chromium: both widths, both languages, light, dark, and what folds."""

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
PAGES = (
    "/board/",
    "/board/?on=2026-06-20",
    "/board/?fold=1",
    "/board/?q=nothing",
    "/board/leader/",
    "/board/money/",
    "/board/compare/?a=2026-05-20",
    "/board/restated/?on=2026-06-20",
)


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
) -> None:
    """Half a year of some rows, a declared value, and a row that waits for an office."""
    monkeypatch.setattr(timezone, "now", lambda: now)
    for days in (62, 75, 80, 90, 95):
        finished(unit, clerk, now - timedelta(days=days), now - timedelta(days=days) + timedelta(hours=1))
    bind(5, "", basis=Basis.DECLARED)
    bind(6, "", basis=Basis.AWAITED, awaits="reviews")
    binding.declare(first(version, 5), 0, "1", on=date(2026, 6, 1), note="按信访台账", by=officer, now=now)
    while freezing.freeze(now):
        pass


# English on a desktop has the words that it has on a phone, and more room.
@pytest.mark.parametrize(("size", "language"), [(PHONE, "zh-hans"), (PHONE, "en"), (DESKTOP, "zh-hans")])
def test_each_page_is_accessible_fits_and_stays_at_home(
    desk_at: Callable[..., Desk], size: tuple[int, int], language: str, story: None
) -> None:
    for scheme in ("light", "dark"):
        desk = desk_at(size, language=language, color_scheme=scheme)
        for address in PAGES:
            page = desk.go(address)
            page.evaluate("document.querySelectorAll('main details').forEach(each => { each.open = true })")
            assert violations(page) == [], address
            assert desk.is_no_wider_than_the_screen(), address
            if scheme == "light" and (folder := os.environ.get("SCREENSHOTS")):
                name = address.strip("/").replace("/", "-").replace("?", "-")
                page.screenshot(path=f"{folder}/{name}-{size[0]}-{language}.png", full_page=True)
        assert desk.complaints == []
        assert {url for url in desk.requests if not url.startswith((desk.base + "/", "data:"))} == set()


def test_rows_are_chosen_and_a_past_day_is_checked_without_leaving_the_page(
    desk_at: Callable[..., Desk], story: None
) -> None:
    desk = desk_at(DESKTOP)
    page = desk.go("/board/")
    expect(page.locator("tr.indicator")).to_have_count(6)
    page.locator("[name=basis]").select_option("declared")
    expect(page.locator("tr.indicator")).to_have_count(1)
    assert "basis=declared" in page.url
    page = desk.go("/board/?on=2026-06-20")
    page.get_by_text("核对更正").click()
    expect(page.locator("#restated")).to_contain_text("没有更正")
    assert "/restated/" not in page.url


def test_a_point_of_the_year_line_opens_its_cases(desk_at: Callable[..., Desk], story: None) -> None:
    desk = desk_at(DESKTOP)
    page = desk.go("/board/")
    with page.expect_navigation():
        page.locator(".year-line a").first.click()
    assert "/evidence/" in page.url
    assert "until=" in page.url


def test_on_a_phone_a_project_in_which_nothing_asks_for_anybody_begins_folded(
    desk_at: Callable[..., Desk], version: PlanVersion, monkeypatch: pytest.MonkeyPatch, now: datetime
) -> None:
    monkeypatch.setattr(timezone, "now", lambda: now)
    desk = desk_at(PHONE)
    page = desk.go("/board/")
    expect(page.locator("details.b-project")).not_to_have_attribute("open", "")
    page.locator("details.b-project > summary").click()
    expect(page.locator("tr.indicator").first).to_be_visible()
    expect(desk_at(DESKTOP).go("/board/").locator("details.b-project")).to_have_attribute("open", "")
