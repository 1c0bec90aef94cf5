"""Statistics in a real Chromium: charts are drawn from their tables and open what their tables open; the large screen does not scroll."""

import os
import shutil
from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from playwright.sync_api import Browser, Page, sync_playwright

from shixiao.casework.models import Case
from shixiao.conftest import violations
from shixiao.ledger import gauges
from shixiao.offices.supervision.statistics import figures
from shixiao.offices.supervision.tests.conftest import People, Take, through
from shixiao.people.models import User

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
ARGUMENTS = "--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking".split()
PAGE = "/offices/supervision/statistics/"
PHONE, DESKTOP, WALL = (360, 740), (1280, 900), (1920, 1080)


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """Playwright runs its own loop in this thread, which Django would take for an asynchronous program."""
    path = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
    with pytest.MonkeyPatch.context() as patch, sync_playwright() as playwright:
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
        browser = playwright.chromium.launch(executable_path=path, args=ARGUMENTS, timeout=240_000)
        yield browser
        browser.close()


Look = Callable[[tuple[int, int], str], Page]


@pytest.fixture
def look(
    chromium: Browser,
    live_server: Any,
    signed_in: Callable[[User], Client],
    propose: Callable[..., Case],
    take: Take,
    people: People,
    now: datetime,
    monkeypatch: pytest.MonkeyPatch,
) -> Look:
    """Opens a page as an officer of a desk with three tasks, one of them done; what the browser complains of fails the test."""
    monkeypatch.setattr(timezone, "now", lambda: now)
    wanted = [(name, {}) for name in (*figures.OF_PERIOD, *figures.STANDING)]
    gauges.put_many(wanted, by=None, now=now)
    through(propose(), take, people, until="archive", at=now)
    for number in range(2):
        through(propose(matter=f"模拟：事项{number}"), take, people, until="accept", at=now)
    session = signed_in(people.officer).cookies["shixiao_session"].value

    def opened(size: tuple[int, int], language: str) -> Page:
        viewport = {"width": size[0], "height": size[1]}
        context = chromium.new_context(viewport=viewport, reduced_motion="reduce")  # type: ignore[arg-type]
        context.set_default_timeout(240_000)
        cookies = {"shixiao_session": session, "shixiao_language": language}
        context.add_cookies([{"name": name, "value": value, "url": live_server.url} for name, value in cookies.items()])
        page = context.new_page()
        page.complaints = []  # type: ignore[attr-defined]
        page.on("console", lambda said: said.type == "error" and page.complaints.append(said.text))  # type: ignore[attr-defined]
        page.on("pageerror", lambda error: page.complaints.append(str(error)))  # type: ignore[attr-defined]
        return page

    return opened


def widths(page: Page) -> tuple[int, int]:
    found = page.evaluate("[document.documentElement.scrollWidth, document.documentElement.clientWidth]")
    return found[0], found[1]


@pytest.mark.parametrize(("size", "language"), [(PHONE, "zh-hans"), (DESKTOP, "en")], ids=["phone", "desktop"])
def test_the_page_is_accessible_fits_and_its_charts_are_drawn(
    look: Look, live_server: Any, size: tuple[int, int], language: str
) -> None:
    page = look(size, language)
    page.goto(f"{live_server.url}{PAGE}")
    page.wait_for_selector("figure[data-chart] canvas")
    assert page.locator("figure[data-chart] canvas").count() == 3
    wide, screen = widths(page)
    assert wide <= screen
    assert violations(page) == []
    assert page.complaints == []  # type: ignore[attr-defined]


def test_a_bar_opens_what_its_cell_opens(look: Look, live_server: Any) -> None:
    page = look(DESKTOP, "zh-hans")
    page.goto(f"{live_server.url}{PAGE}")
    chart = page.locator('figure[data-from="by-month"]')
    chart.locator("canvas").wait_for()
    link = page.locator('#by-month td[data-code="issued"] a').first.get_attribute("href")
    chart.scroll_into_view_if_needed()
    box = chart.bounding_box()
    assert box is not None
    # Where the first bar stands is the library's business: the pointer says when it is above one.
    for step in range(3, 60):
        page.mouse.move(box["x"] + box["width"] * step / 60, box["y"] + box["height"] - 44)
        if chart.evaluate("figure => figure.firstElementChild.style.cursor") == "pointer":
            page.mouse.down()
            page.mouse.up()
            break
    page.wait_for_url(f"**{link}")


def test_the_large_screen_fits_and_fetches_itself_anew(look: Look, live_server: Any) -> None:
    page = look(WALL, "zh-hans")
    page.goto(f"{live_server.url}{PAGE}screen/")
    page.wait_for_selector("figure[data-chart] canvas")
    size = page.evaluate("[document.documentElement.scrollWidth, document.documentElement.scrollHeight]")
    assert size == list(WALL)
    with page.expect_response(lambda answer: answer.url.endswith("/screen/")) as answer:
        page.evaluate("htmx.trigger('#screen', 'htmx:abort'); htmx.ajax('GET', location.pathname, '#screen')")
    assert "<html" not in answer.value.text()
    page.wait_for_selector("figure[data-chart] canvas")
    assert page.complaints == []  # type: ignore[attr-defined]
    assert violations(page) == []
