"""The pages of this desk in a real Chromium: what each of its people looks at, on a phone and on a screen."""

import os
import shutil
from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.test import Client
from django.utils import timezone
from playwright.sync_api import Browser, sync_playwright

from shixiao.casework.models import Case
from shixiao.offices.reviews.tests.conftest import grade
from shixiao.people.models import User

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
ARGUMENTS = "--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking".split()
PHONE, SCREEN = (360, 740), (1280, 900)
AXE_TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
BASE = "/offices/reviews"


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """Playwright runs its own loop in this thread, which Django would take for an asynchronous program."""
    path = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
    with pytest.MonkeyPatch.context() as patch, sync_playwright() as playwright:
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
        browser = playwright.chromium.launch(executable_path=path, args=ARGUMENTS, timeout=240_000)
        yield browser
        browser.close()


@pytest.mark.parametrize(("size", "language"), [(PHONE, "zh-hans"), (SCREEN, "en")], ids=["phone", "screen"])
def test_each_page_is_accessible_and_fits(
    chromium: Browser,
    live_server: Any,
    signed_in: Callable[[User], Client],
    grading: Case,
    judges: tuple[User, User, User],
    chair: User,
    officer_of_reviews: User,
    submitter: User,
    now: datetime,
    monkeypatch: pytest.MonkeyPatch,
    size: tuple[int, int],
    language: str,
) -> None:
    """A round that has begun, one in disagreement, one that is settled: each by whoever has to do with it."""
    monkeypatch.setattr(timezone, "now", lambda: now)
    one = f"{BASE}/of/{grading.pk}/"

    def look(who: User, *addresses: str) -> None:
        viewport = {"width": size[0], "height": size[1]}
        context = chromium.new_context(viewport=viewport, reduced_motion="reduce")  # type: ignore[arg-type]
        context.set_default_timeout(240_000)
        session = signed_in(who).cookies["shixiao_session"].value
        cookies = {"shixiao_session": session, "shixiao_language": language}
        context.add_cookies([{"name": name, "value": value, "url": live_server.url} for name, value in cookies.items()])
        page = context.new_page()
        complaints: list[str] = []
        page.on("console", lambda said: said.type == "error" and complaints.append(said.text))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        for address in addresses:
            answer = page.goto(live_server.url + address)
            assert answer is not None
            assert answer.status == 200, address
            page.evaluate("document.querySelectorAll('main details').forEach(each => { each.open = true })")
            found = Axe().run(page, options={"runOnly": {"type": "tag", "values": AXE_TAGS}}).response["violations"]
            assert [(each["id"], each["nodes"][0]["target"]) for each in found] == [], address
            wide = page.evaluate("[document.documentElement.scrollWidth, document.documentElement.clientWidth]")
            assert wide[0] <= wide[1], address
            if folder := os.environ.get("SCREENSHOTS"):
                name = f"{who.username}{address}".replace("/", "-")
                page.screenshot(
                    path=f"{folder}/{name}{Case.objects.get(pk=grading.pk).state}-{size[0]}.png", full_page=True
                )
        assert complaints == []
        context.close()

    look(judges[0], f"{BASE}/all/", one)
    grade(grading, judges[0], now, "92")
    grade(grading, judges[1], now, "70", "partly")
    look(chair, f"{BASE}/all/", one)
    look(officer_of_reviews, one, f"{BASE}/rubrics/", f"{BASE}/rubrics/define/", f"{BASE}/rubrics/research_report/")
    look(submitter, one)
