"""The pages of this desk in a real Chromium: at both widths, in both languages, by what a clerk does, and for accessibility."""

import os
import shutil
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.test import Client
from django.utils import timezone
from playwright.sync_api import Browser, Page, expect, sync_playwright

from shixiao.conftest import violations
from shixiao.offices.registers import shipped
from shixiao.offices.registers.models import Entry, Register
from shixiao.offices.registers.tests.conftest import enter, plan, receive
from shixiao.offices.registers.tests.test_importing import workbook
from shixiao.people.models import Unit, User

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
ARGUMENTS = "--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking".split()
PHONE, DESKTOP = (360, 740), (1280, 900)
NOW = datetime(2026, 6, 30, 9, 0, tzinfo=ZoneInfo("Asia/Shanghai"))
WORDS = ("keeper", "clerk", "confirmer", "restricted_clerk", "restricted_confirmer")
HEADER = ("培训主题", "举办日期", "参加人数（人）")


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
    return staff("everybody", *(f"registers.{word}" for word in WORDS))


@pytest.fixture
def book(unit: Unit, everybody: User, monkeypatch: pytest.MonkeyPatch) -> Register:
    """The shipped registers, with entries in every state."""
    monkeypatch.setattr(timezone, "now", lambda: NOW)
    shipped.take_in_shipped(unit, by=everybody, now=NOW)
    training, research = (Register.objects.get(code=code) for code in ("training", "research"))
    for number in range(9):
        held_on = (NOW - timedelta(days=number * 3 + 1)).date().isoformat()
        enter(training, everybody, NOW, values={"held_on": held_on}, texts={"subject": f"模拟培训第{number + 1}期"})
    plan(training, everybody, NOW, due_on="2026-06-30", texts={"subject": "保密教育"})
    plan(training, everybody, NOW - timedelta(days=30), due_on="2026-06-12", texts={"subject": "公文写作"})
    plan(research, everybody, NOW, due_on="2026-09-30", texts={})
    receive(Register.objects.filter(is_restricted=True)[0], everybody, NOW)
    return training


@pytest.fixture
def page_at(
    chromium: Browser, live_server: Any, everybody: User, signed_in: Callable[[User], Client], book: Register
) -> Iterator[Callable[..., Page]]:
    """A page of somebody with every post of this desk, without complaints from the browser at the end."""
    contexts, complaints = [], []

    def opened(size: tuple[int, int], *, language: str = "zh-hans", script: bool = True) -> Page:
        context = chromium.new_context(
            base_url=live_server.url,
            viewport={"width": size[0], "height": size[1]},
            reduced_motion="reduce",
            java_script_enabled=script,
            has_touch=size == PHONE,
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
    """No wider than the screen, and nothing that axe finds. With SHOTS set, a picture of it."""
    if shots := os.environ.get("SHOTS"):
        size = page.viewport_size or {"width": 0}
        language = page.evaluate("document.documentElement.lang")
        name = "-".join(
            part for part in page.url.partition("/offices/registers/")[2].replace("?", "-").split("/") if part
        )
        page.screenshot(path=Path(shots) / f"{size['width']}-{language}-{name or 'page'}.png", full_page=True)
    wide = page.evaluate("[document.documentElement.scrollWidth, document.documentElement.clientWidth]")
    assert wide[0] <= wide[1], page.url
    assert (page.url, violations(page)) == (page.url, [])


@pytest.mark.parametrize("language", ["zh-hans", "en"])
@pytest.mark.parametrize("size", [PHONE, DESKTOP], ids=["phone", "desktop"])
def test_every_page_is_sound(page_at: Callable[..., Page], size: tuple[int, int], language: str) -> None:
    page = page_at(size, language=language)
    letters = Register.objects.filter(is_restricted=True)[0].code
    addresses = [
        "all/", "define/", "of/training/", "of/training/calendar/", "of/training/measures/", "of/training/nil-returns/",
        "of/training/change/", "of/training/retire/", "of/training/new/enter/", "of/training/new/plan/",
        "of/training/import/", f"of/{letters}/", f"of/{letters}/new/receive/", f"of/{letters}/calendar/",
    ]  # fmt: skip
    for address in addresses:
        page.goto(f"/offices/registers/{address}")
        is_sound(page)


def test_entering_by_the_keyboard(page_at: Callable[..., Page]) -> None:
    page = page_at(DESKTOP)
    page.goto("/offices/registers/of/training/new/enter/")
    expect(page.locator("[name='texts.subject']")).to_be_focused()
    page.keyboard.type("消防演练")
    page.keyboard.press("Enter")
    expect(page.locator("[name='values.held_on']")).to_be_focused()
    page.get_by_role("button", name="昨天 ").first.click()
    with page.expect_navigation(wait_until="load"):
        page.keyboard.press("Control+Enter")
    expect(page.get_by_text("消防演练，现在是")).to_be_visible()
    assert Entry.objects.filter(texts__subject="消防演练").count() == 1


@pytest.mark.parametrize("script", [True, False], ids=["script", "plain"])
def test_fields_are_moved_with_and_without_a_script(page_at: Callable[..., Page], *, script: bool) -> None:
    page = page_at(PHONE, script=script)
    page.goto("/offices/registers/define/")
    page.locator("#name").fill("模拟台账")
    page.locator("#f0-title").fill("甲")
    page.locator("#f1-title").fill("乙")
    page.get_by_role("button", name="上移字段 2").click()
    expect(page.locator("#f0-title")).to_have_value("乙")
    expect(page.locator("#name")).to_have_value("模拟台账")
    page.get_by_role("button", name="设立", exact=True).click()
    expect(page.get_by_role("heading", level=1, name="模拟台账")).to_be_visible()
    assert [each.title for each in Register.objects.get(name="模拟台账").current.typed_fields] == ["乙", "甲"]


@pytest.mark.parametrize("size", [PHONE, DESKTOP], ids=["phone", "desktop"])
def test_a_clerk_imports_a_sheet(page_at: Callable[..., Page], size: tuple[int, int]) -> None:
    page = page_at(size)

    def choose(content: bytes) -> None:
        page.goto("/offices/registers/of/training/import/")
        file = {"name": "培训.xlsx", "mimeType": "application/octet-stream", "buffer": content}
        page.set_input_files("input[type=file]", files=[file])  # type: ignore[list-item]
        with page.expect_navigation(wait_until="load"):
            page.get_by_role("button", name="核对，先不导入").click()

    choose(workbook(("", "昨天", "3"), header=HEADER))
    expect(page.get_by_text("2 处错误")).to_be_visible()
    is_sound(page)
    choose(workbook(("应急处置", "2026-06-29", "3"), header=HEADER))
    is_sound(page)
    page.get_by_role("link", name="各列是什么").click()
    expect(page.get_by_role("heading", level=1, name="各列是什么")).to_be_visible()
    is_sound(page)
    page.get_by_role("button", name="照这样读").click()
    with page.expect_navigation(wait_until="load"):
        page.get_by_role("button", name="导入 1 条").click()
    expect(page.get_by_text("已导入 1 条记录。")).to_be_visible()
