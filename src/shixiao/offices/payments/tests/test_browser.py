"""The pages of this desk in a real Chromium: at both widths, in both languages, by what a clerk does, and for accessibility."""

import os
import shutil
from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.test import Client
from django.utils import timezone
from playwright.sync_api import Browser, Page, expect, sync_playwright

from shixiao.casework.models import Project
from shixiao.conftest import violations
from shixiao.offices.payments.models import Payment
from shixiao.offices.payments.simulate import simulate
from shixiao.offices.payments.tests.test_importing import row, workbook
from shixiao.people.models import Unit, User

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
ARGUMENTS = "--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking".split()
PHONE, DESKTOP = (360, 740), (1280, 900)
NOW = datetime(2026, 6, 30, 9, 0, tzinfo=ZoneInfo("Asia/Shanghai"))
WORDS = ("clerk", "approver", "cashier", "budget_keeper")


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """Playwright runs its own loop in this thread, which Django would take for an asynchronous program."""
    path = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=path, args=ARGUMENTS, timeout=240_000)
            yield browser
            browser.close()


@pytest.fixture
def everybody(staff: Callable[..., User]) -> User:
    return staff("everybody", *(f"payments.{word}" for word in WORDS))


@pytest.fixture
def projects(unit: Unit, staff: Callable[..., User], everybody: User, monkeypatch: pytest.MonkeyPatch) -> list[Project]:
    """Half a year of an invented desk, and a project whose budget nobody recorded."""
    monkeypatch.setattr(timezone, "now", lambda: NOW)
    names = ("工作经费", "其他运行经费", "信息化运维服务项目")
    made = [Project.objects.create(unit=unit, name=name, since_year=2026, until_year=2026) for name in names]
    people = {f"payments.{word}": staff(word.replace("_", ""), f"payments.{word}") for word in WORDS}
    simulate(projects=made, staff=people, now=NOW)
    return [
        *made,
        Project.objects.create(unit=unit, name="没有预算的项目", code="P01", since_year=2026, until_year=2026),
    ]


@pytest.fixture
def page_at(
    chromium: Browser, live_server: Any, everybody: User, signed_in: Callable[[User], Client], projects: list[Project]
) -> Iterator[Callable[..., Page]]:
    """A page of somebody with every post of this desk, without complaints from the browser at the end."""
    contexts, complaints = [], []

    def opened(size: tuple[int, int], *, language: str = "zh-hans") -> Page:
        context = chromium.new_context(
            base_url=live_server.url, viewport={"width": size[0], "height": size[1]}, reduced_motion="reduce"
        )
        context.set_default_timeout(240_000)
        expect.set_options(timeout=240_000)
        session = signed_in(everybody).cookies["shixiao_session"].value
        cookies = {"shixiao_session": session, "shixiao_language": language}
        context.add_cookies([{"name": name, "value": value, "url": live_server.url} for name, value in cookies.items()])
        contexts.append(context)
        page = context.new_page()
        page.on(
            "console", lambda said: said.type == "error" and "422" not in said.text and complaints.append(said.text)
        )
        page.on("request", lambda asked: asked.url.startswith(live_server.url) or complaints.append(asked.url))
        return page

    yield opened
    for context in contexts:
        context.close()
    assert complaints == []


def is_sound(page: Page) -> None:
    """No wider than the screen, and nothing that axe finds."""
    wide = page.evaluate("[document.documentElement.scrollWidth, document.documentElement.clientWidth]")
    assert wide[0] <= wide[1], page.url
    assert (page.url, violations(page)) == (page.url, [])


@pytest.mark.parametrize("language", ["zh-hans", "en"])
@pytest.mark.parametrize("size", [PHONE, DESKTOP], ids=["phone", "desktop"])
def test_every_page_is_sound(
    page_at: Callable[..., Page], projects: list[Project], size: tuple[int, int], language: str
) -> None:
    page = page_at(size, language=language)
    addresses = [
        "execution/?year=2026", f"projects/{projects[1].pk}/?year=2026", f"projects/{projects[3].pk}/?year=2026",
        "amounts/?year=2026", "amounts/?year=2026&what=over", "programmes/?year=2026", "import/",
    ]  # fmt: skip
    for address in addresses:
        page.goto(f"/offices/payments/{address}")
        is_sound(page)


@pytest.mark.parametrize("language", ["zh-hans", "en"])
@pytest.mark.parametrize("size", [PHONE, DESKTOP], ids=["phone", "desktop"])
def test_the_definitions_of_measures_are_sound(
    page_at: Callable[..., Page], size: tuple[int, int], language: str
) -> None:
    page = page_at(size, language=language)
    for address in ("", "payments.rounds_paid/", "payments.budget_spent/"):
        page.goto(f"/measures/{address}")
        is_sound(page)


@pytest.mark.parametrize("size", [PHONE, DESKTOP], ids=["phone", "desktop"])
def test_a_clerk_imports_a_month(page_at: Callable[..., Page], size: tuple[int, int]) -> None:
    page = page_at(size)
    before = Payment.objects.count()

    def choose(content: bytes) -> None:
        page.goto("/offices/payments/import/")
        file = {"name": "2026年3月.xlsx", "mimeType": "application/octet-stream", "buffer": content}
        page.set_input_files("input[type=file]", files=[file])  # type: ignore[list-item]
        with page.expect_navigation(wait_until="load"):
            page.get_by_role("button", name="核对，先不导入").click()

    choose(workbook(row(金额="1.005"), row(凭证号="2", 日期="昨天")))
    expect(page.get_by_text("2 处错误")).to_be_visible()
    is_sound(page)
    choose(workbook(row(), row(凭证号="2")))
    expect(page.get_by_text("1 项预算会被超过，要写理由")).to_be_visible()
    is_sound(page)
    page.get_by_role("link", name="各列是什么").click()
    expect(page.get_by_role("heading", level=1, name="各列是什么")).to_be_visible()
    is_sound(page)
    page.get_by_role("button", name="照这样读").click()
    page.get_by_role("textbox", name="没有预算的项目 · 财政拨款 · 2026").fill("预算批复还没有到，先行支付")
    with page.expect_navigation(wait_until="load"):
        page.get_by_role("button", name="导入 2 笔").click()
    expect(page.get_by_text("已导入 2 笔支出。")).to_be_visible()
    assert Payment.objects.count() == before + 2


def test_a_number_leads_to_its_cases(page_at: Callable[..., Page]) -> None:
    page = page_at(DESKTOP)
    page.goto("/offices/payments/execution/?year=2026")
    page.locator(".pay-months a").last.click()
    expect(page.get_by_role("heading", level=1, name="2026 年收付")).to_be_visible()
    page.locator(".pay-lines th a").first.click()
    expect(page.locator(".case-number")).to_contain_text("2026-")
