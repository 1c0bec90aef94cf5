"""The second step and the pages about people in a real Chromium: with a virtual security key, at both widths, checked
for accessibility and for scrolling sideways."""

import os
import shutil
from collections.abc import Callable, Iterator
from datetime import date, datetime
from typing import Any

import pytest
from django.test import Client
from playwright.sync_api import Browser, Page, expect, sync_playwright

from shixiao.conftest import violations
from shixiao.people import actions
from shixiao.people.models import Passkey, Role, User

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
ARGUMENTS = "--no-sandbox --disable-gpu --no-first-run --disable-background-networking --disable-sync".split()
PHONE, DESKTOP = (360, 740), (1280, 900)


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """Playwright runs its own loop in this thread, which Django would take for an asynchronous program."""
    path = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
    with pytest.MonkeyPatch.context() as patch, sync_playwright() as playwright:
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
        browser = playwright.chromium.launch(executable_path=path, args=ARGUMENTS, timeout=240_000)
        yield browser
        browser.close()


@pytest.fixture
def opened(chromium: Browser, live_server: Any, signed_in: Callable[[User], Client]) -> Iterator[Callable[..., Page]]:
    """A page at localhost, where browsers offer passkeys without HTTPS, signed in as somebody or nobody."""
    contexts = []
    base = live_server.url.replace("127.0.0.1", "localhost")

    def make(who: User | None = None, size: tuple[int, int] = DESKTOP) -> Page:
        viewport = {"width": size[0], "height": size[1]}
        context = chromium.new_context(viewport=viewport, base_url=base, locale="zh-CN")  # type: ignore[arg-type]
        context.set_default_timeout(240_000)
        expect.set_options(timeout=240_000)
        contexts.append(context)
        if who is not None:
            session = signed_in(who).cookies["shixiao_session"].value
            context.add_cookies([{"name": "shixiao_session", "value": session, "url": base}])
        return context.new_page()

    yield make
    for context in contexts:
        context.close()


def with_security_key(page: Page) -> tuple[Any, str]:
    devtools = page.context.new_cdp_session(page)
    devtools.send("WebAuthn.enable")
    options = {"protocol": "ctap2", "transport": "usb", "automaticPresenceSimulation": True}
    added = devtools.send("WebAuthn.addVirtualAuthenticator", {"options": options})
    return devtools, added["authenticatorId"]


def test_a_security_key_is_registered_and_signs_in(opened: Callable[..., Page], account: Any, officer: User) -> None:
    page = opened(officer)
    devtools, key = with_security_key(page)
    page.goto("/account/passkeys/add/")
    page.locator("[name=name]").fill("办公室的钥匙")
    page.locator("[name=password]").fill(account.password)
    page.get_by_role("button", name="登记").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("恢复码")
    assert Passkey.objects.get().name == "办公室的钥匙"
    credential = devtools.send("WebAuthn.getCredentials", {"authenticatorId": key})["credentials"][0]

    fresh = opened()
    devtools, key = with_security_key(fresh)
    devtools.send("WebAuthn.addCredential", {"authenticatorId": key, "credential": credential})
    fresh.goto("/sign-in/?next=/account/")
    fresh.locator("[name=username]").fill(officer.username)
    fresh.locator("[name=password]").fill(account.password)
    fresh.get_by_role("button", name="登录").click()
    fresh.get_by_role("button", name="用通行密钥登录").click()
    expect(fresh.get_by_role("heading", level=1)).to_have_text(officer.display_name)


def test_a_key_that_is_not_there_says_so_and_leaves_the_other_way(
    opened: Callable[..., Page], account: Any, officer: User
) -> None:
    page = opened(officer)
    page.goto("/account/passkeys/add/")
    page.locator("[name=name]").fill("钥匙")
    page.locator("[name=password]").fill(account.password)
    page.evaluate("() => { navigator.credentials.create = () => Promise.reject(new Error('cancelled')); }")
    page.get_by_role("button", name="登记").click()
    expect(page.get_by_role("alert")).to_contain_text("浏览器没有给出密钥")
    assert not Passkey.objects.exists()


@pytest.mark.parametrize("size", [PHONE, DESKTOP], ids=["phone", "desktop"])
def test_the_pages_can_be_read_by_everybody(
    opened: Callable[..., Page], account: Callable[..., User], now: datetime, size: tuple[int, int]
) -> None:
    day = date(2026, 1, 1)
    name = "广州地区公文交换站（广州市人民政府公报编辑部）2025-2026年度信息化运维服务处"
    office = actions.create_unit(name, code="A", parent=None, since=day, by=None, now=now)
    hall = actions.create_unit("综合处", code="A1", parent=office, since=day, by=None, now=now)
    post = actions.create_post("经办", code="CLERK", by=None, now=now)
    li = account("li", role=Role.STAFF, staff_number="007")
    held = actions.appoint(li, post=post, unit=hall, since=day, by=None, now=now)
    actions.begin_authenticator(li, now=now)
    roles = {
        Role.SYSTEM_ADMINISTRATOR: [
            "/people/", f"/people/units/{hall.pk}/", f"/people/units/{hall.pk}/move/", "/people/units/new/",
            "/people/staff/", f"/people/staff/{li.pk}/", "/people/staff/new/", "/people/import/",
        ],
        Role.SECURITY_ADMINISTRATOR: [
            "/people/posts/", "/people/posts/new/", f"/people/posts/{post.pk}/", f"/people/staff/{li.pk}/appoint/",
            f"/people/staff/{li.pk}/transfer/", f"/people/appointments/{held.pk}/end/",
        ],
        Role.AUDITOR: ["/people/book/"],
    }  # fmt: skip
    visits = [(account(f"by-{number}", role=role), paths) for number, (role, paths) in enumerate(roles.items())]
    visits.append((li, ["/account/", "/account/app/", "/account/app/confirm/", "/account/passkeys/add/"]))
    for who, paths in visits:
        page = opened(who, size)
        for path in paths:
            response = page.goto(path)
            assert response is not None
            assert (path, response.status) == (path, 200)
            wide = page.evaluate("[document.documentElement.scrollWidth, document.documentElement.clientWidth]")
            assert (path, wide[0]) == (path, wide[1])
            assert (path, violations(page)) == (path, [])
