"""A phone in a real Chromium: read and written without a network, sent once, emptied at sign-out; accessible and no wider than the screen."""

import io
import os
import re
import shutil
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from PIL import Image
from playwright.sync_api import Browser, BrowserContext, Page, Route, expect, sync_playwright
from pytest_django import Settings

from shixiao.casework.models import Attachment, Case
from shixiao.casework.performing import events_of
from shixiao.casework.storing import store
from shixiao.conftest import violations
from shixiao.offices.supervision.tests.conftest import WRITTEN, People, Take, through
from shixiao.people.models import User

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
ARGUMENTS = "--no-sandbox --disable-gpu --no-first-run --disable-background-networking --disable-sync".split()
MINE, LEADER, WRITE = (f"/offices/supervision/{name}/" for name in ("mine", "leader", "leader/write"))
INSIDE = "Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 Chrome/120 Mobile Safari/537.36 wxwork/4.1.30 MicroMessenger/7.0.1"
ALL_SENT = "unsent.all().then(found => !found.length)"
THIRTEEN_HOURS_LATER = """async () => {
    for (const name of (await caches.keys()).filter(each => each.startsWith("shixiao-pages-"))) {
        const cache = await caches.open(name);
        for (const request of await cache.keys()) {
            const answer = await cache.match(request), headers = new Headers(answer.headers);
            headers.set("Shixiao-Kept-At", String(Date.now() - 13 * 3600 * 1000));
            await cache.put(request, new Response(await answer.text(), {headers}));
        }
    }
}"""
CHOOSE_60_MB = """input => {
    const chosen = new DataTransfer();
    chosen.items.add(new File([new Uint8Array(60 << 20)], "大.jpg", {type: "image/jpeg"}));
    input.files = chosen.files;
    input.dispatchEvent(new Event("change", {bubbles: true}));
}"""
Opener = Callable[..., Case]


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """Playwright runs its own loop in this thread, which Django would take for an asynchronous program."""
    path = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
    with pytest.MonkeyPatch.context() as patch, sync_playwright() as playwright:
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
        browser = playwright.chromium.launch(executable_path=path, args=ARGUMENTS, timeout=240_000)
        yield browser
        browser.close()


@pytest.fixture(autouse=True)
def _here(settings: Settings, tmp_path: Path) -> None:
    settings.SHIXIAO_ATTACHMENTS = tmp_path / "attachments"


Phones = Callable[..., BrowserContext]


@pytest.fixture
def phone(chromium: Browser, live_server: Any, signed_in: Callable[[User], Client]) -> Iterator[Phones]:
    """A phone in somebody's hand: `phone(people.handler, language="en")`."""
    contexts: list[BrowserContext] = []

    def of(who: User, *, language: str = "zh-hans", **more: Any) -> BrowserContext:
        given = {
            "viewport": {"width": 360, "height": 740},
            "reduced_motion": "reduce",
            "base_url": live_server.url,
        } | more
        context = chromium.new_context(**given)
        context.set_default_timeout(240_000)
        expect.set_options(timeout=240_000)
        hand_over(context, who, language=language)
        contexts.append(context)
        return context

    def hand_over(context: BrowserContext, who: User, *, language: str = "zh-hans") -> None:
        session = signed_in(who).cookies["shixiao_session"].value
        cookies = {"shixiao_session": session, "shixiao_language": language}
        context.add_cookies([{"name": name, "value": value, "url": live_server.url} for name, value in cookies.items()])

    of.hand_over = hand_over  # type: ignore[attr-defined]
    yield of
    for context in contexts:
        context.close()


@pytest.fixture
def case(propose: Opener, take: Take, people: People) -> Case:
    """A task in the hands of the handler."""
    earlier = timezone.now() - timedelta(hours=2)
    limit = (earlier + timedelta(days=2)).date().isoformat()
    return through(propose(at=earlier, limit_on=limit), take, people, until="accept", at=earlier)


def until(page: Page, asked: str, wanted: object = True) -> None:
    """Waits until the page answers what is wanted; a predicate that waits itself would count as true at once."""
    for _look in range(2400):
        if page.evaluate(asked) == wanted:
            return
        page.wait_for_timeout(100)
    raise AssertionError(f"{asked} never said {wanted!r}")


def kept(page: Page, *, pages: int) -> None:
    """Waits until the worker is there and has so many pages."""
    count = """async () => {
        if (!navigator.serviceWorker.controller) return -1;
        let found = 0;
        for (const name of await caches.keys())
            if (name.startsWith("shixiao-pages-")) found += (await (await caches.open(name)).keys()).length;
        return found;
    }"""
    until(page, count, pages)


def is_sound(page: Page) -> None:
    """Accessible, and no wider than the screen."""
    assert violations(page) == []
    wide = page.evaluate("[document.documentElement.scrollWidth, document.documentElement.clientWidth]")
    assert wide[0] <= wide[1], page.url


def write(page: Page, words: str, case: Case) -> None:
    """Fills in a report of progress."""
    card = page.locator(f"#c{case.pk}")
    form = card.locator("form[action*='/progress/']")
    if not form.is_visible():
        card.locator("summary", has=page.locator("text=/报告进展|Report progress/")).click()
    form.locator("textarea").fill(words)


def press(page: Page, case: Case) -> None:
    page.locator(f"#c{case.pk} form[action*='/progress/'] .btn-primary").click()


def progressed(case: Case) -> int:
    return events_of(case).filter(kind="supervision.progressed").count()


def photograph(side: int) -> bytes:
    """A photo as a camera makes it: lying on its side, with the place where it was taken."""
    made = io.BytesIO()
    exif = Image.Exif()
    exif[0x0112] = 6  # to be turned by a quarter
    exif.get_ifd(0x8825).update({1: "N", 2: (23.0, 7.0, 0.0), 3: "E", 4: (113.0, 15.0, 0.0)})
    Image.linear_gradient("L").resize((side, side // 2)).convert("RGB").save(made, "JPEG", exif=exif)
    return made.getvalue()


def test_a_report_is_written_without_a_network_and_arrives_once(
    phone: Phones, case: Case, people: People, live_server: Any
) -> None:
    context = phone(people.handler)
    page = context.new_page()
    page.goto(MINE)
    kept(page, pages=1)
    context.set_offline(True)
    page.goto("/phone/")  # as from the icon on the phone
    expect(page.get_by_text("没有网络。这是")).to_be_visible()
    expect(page.get_by_text(case.number).first).to_be_visible()
    page.goto(f"/cases/{case.pk}/")
    expect(page.get_by_role("link", name="我的督办事项")).to_be_visible()  # what is kept instead
    page.get_by_role("link", name="我的督办事项").click()
    expect(page).to_have_url(re.compile("/mine/$"))
    expect(page.locator("#phone-kept")).to_be_visible()

    write(page, "断网时写的", case)
    form = page.locator(f"#c{case.pk} form[action*='/progress/']")
    form.locator("[data-photos]").last.set_input_files(
        {"name": "现场.jpeg", "mimeType": "image/jpeg", "buffer": photograph(3000)}
    )
    expect(form.locator("[data-photo-list] li")).to_have_count(1)
    form.locator("[data-photos]").first.evaluate(CHOOSE_60_MB)
    expect(form.get_by_text("“大.jpg”有 60 MB，超过 20 MB")).to_be_visible()
    expect(form.locator("textarea")).to_have_value("断网时写的")
    press(page, case)
    expect(page.locator("#unsent")).to_contain_text("等待发送")
    page.reload()
    expect(page.locator("#unsent")).to_contain_text("照片 1 张")
    is_sound(page)
    assert progressed(case) == 0

    # Two tabs, the network comes back, and the first answer is lost after the server has it.
    lost: list[str] = []

    def lose(route: Route) -> None:
        if lost:
            route.continue_()
            return
        lost.append(route.request.url)
        route.fetch()
        route.abort()

    context.route("**/progress/send/", lose)
    other = context.new_page()
    context.set_offline(False)
    other.goto(MINE)
    page.bring_to_front()
    for each in (page, other):
        each.evaluate("Promise.all([unsent.sendAll(), unsent.sendAll()])")
    until(page, ALL_SENT)
    expect(page.locator("#unsent")).to_be_hidden()
    assert lost
    assert progressed(case) == 1
    event = events_of(case).get(kind="supervision.progressed")
    attachment = Attachment.objects.get(case=case)
    assert attachment.event_id < event.pk
    with store().open(attachment.sha256) as file, Image.open(file) as picture:
        assert picture.size == (1024, 2048)  # upright and smaller
        assert not picture.getexif()
    press_again = page.evaluate("unsent.sendAll()")  # a round with nothing to send
    assert press_again == "done"


def test_what_waits_is_sent_by_nobody_else_and_leaves_with_the_person(
    phone: Phones, case: Case, people: People
) -> None:
    context = phone(people.handler, language="en")
    page = context.new_page()
    page.goto(MINE)
    kept(page, pages=1)
    is_sound(page)
    older = "caches.keys().then(names => names.filter(name => name.includes('-older-')).length)"
    page.evaluate("caches.open(`shixiao-pages-older-${document.body.dataset.person}`)")  # of a release before
    page.reload()
    until(page, older, 0)
    write(page, "Typed, and not sent yet", case)
    context.clear_cookies()  # the session ended meanwhile
    press(page, case)
    expect(page.locator("#phone-said")).to_contain_text("Your session has ended")
    is_sound(page)

    phone.hand_over(context, people.officer, language="en")  # type: ignore[attr-defined]
    page.goto("/todo/")
    kept(page, pages=0)  # what was kept for the handler went with the first page of somebody else
    page.goto(MINE)
    page.wait_for_load_state("networkidle")
    expect(page.locator("#unsent")).to_be_hidden()
    assert page.evaluate("unsent.all().then(found => found.map(each => each.state))") == ["waiting"]
    assert progressed(case) == 0

    context.clear_cookies()
    phone.hand_over(context, people.handler, language="en")  # type: ignore[attr-defined]
    page.goto(MINE)
    until(page, ALL_SENT)
    assert progressed(case) == 1
    (event,) = events_of(case).filter(kind="supervision.progressed")
    assert event.by_id == str(people.handler.pk)

    page.goto(MINE)
    kept(page, pages=1)
    write(page, "A draft", case)
    page.goto("/account/")
    leave = page.locator("main form[data-leaves] button")
    leave.click()
    expect(page.locator("#unsent-at-leaving")).to_be_visible()
    is_sound(page)
    with page.expect_navigation():
        leave.click()
    expect(page).to_have_url(re.compile("/sign-in/"))
    until(page, "caches.keys().then(names => !names.some(name => name.startsWith('shixiao-pages-')))")
    assert page.evaluate("Object.keys(localStorage)") == []
    assert page.evaluate("indexedDB.databases().then(found => found.length)") == 0


def test_a_leader_decides_once_and_what_a_leader_writes_stays_on_no_phone(
    phone: Phones, propose: Opener, register: Opener, take: Take, people: People, now: datetime
) -> None:
    at = timezone.now() - timedelta(hours=1)
    case = through(
        propose(at=at, limit_on=(at + timedelta(days=9)).date().isoformat()), take, people, until="present", at=at
    )
    context = phone(people.leader)
    page = context.new_page()
    for address in (f"/offices/supervision/leader/{case.pk}/", WRITE, LEADER):
        page.goto(address)
        is_sound(page)
    kept(page, pages=1)
    page.get_by_role("link", name="写批示").click()
    page.locator("[name=instruction]").fill(WRITTEN)
    page.locator("[name=secrecy]").select_option("none")
    context.set_offline(True)
    page.get_by_role("button", name="发出批示").click()
    expect(page.locator("[data-form-said]")).to_contain_text("没有收到服务器的答复")
    expect(page.locator("[name=instruction]")).to_have_value(WRITTEN)
    assert WRITTEN[:6] not in everything_kept(page)
    context.set_offline(False)
    page.get_by_role("button", name="发出批示").dblclick()
    expect(page).to_have_url(re.compile("/leader/$"))
    assert Case.objects.filter(kind="supervision.instruction").count() == 1

    page.get_by_role("link", name=case.title).first.click()
    expect(page.get_by_text("已整改完毕，请审阅")).to_be_visible()
    page.get_by_role("button", name="同意办结").dblclick()
    expect(page).to_have_url(re.compile("/leader/$"))
    expect(page.get_by_text("没有等您审阅的")).to_be_visible()
    assert events_of(case).filter(kind="supervision.consented").count() == 1
    kept(page, pages=1)
    assert "已整改完毕" not in everything_kept(page)
    context.set_offline(True)
    page.goto(f"/offices/supervision/leader/{case.pk}/")
    expect(page.get_by_text("已整改完毕")).to_have_count(0)
    is_sound(page)
    page.goto(LEADER)
    expect(page.locator("#phone-kept")).to_be_visible()
    page.evaluate(THIRTEEN_HOURS_LATER)
    page.goto(LEADER)
    expect(page.get_by_role("heading", name="没有网络")).to_be_visible()


def everything_kept(page: Page) -> str:
    """All that this browser has of the house: caches, drafts, what waits."""
    found: str = page.evaluate("""async () => {
        let all = JSON.stringify(localStorage) + JSON.stringify(sessionStorage) + JSON.stringify(await unsent.all());
        for (const name of await caches.keys()) {
            const cache = await caches.open(name);
            for (const request of await cache.keys()) all += request.url + await (await cache.match(request)).text();
        }
        return all;
    }""")
    return found


def test_inside_a_messenger_a_draft_survives_and_what_is_refused_comes_back(
    phone: Phones, case: Case, people: People, take: Take
) -> None:
    page = phone(people.handler, user_agent=INSIDE).new_page()
    page.goto(MINE)
    write(page, "写到一半", case)
    page.reload()
    expect(page.locator(f"#c{case.pk} form[action*='/progress/'] textarea")).to_have_value("写到一半")
    expect(page.get_by_text("已恢复")).to_be_visible()
    assert page.evaluate("navigator.serviceWorker.getRegistrations().then(found => found.length)") == 0
    expect(page.locator("[type=file]")).to_have_count(0)
    take(case, "suspend", by=people.officer, at=timezone.now(), reason="等上级意见")
    press(page, case)
    expect(page.locator("#unsent .error")).to_contain_text("已挂起")
    is_sound(page)
    page.get_by_role("button", name="改后再发").click()
    expect(page.locator(f"#c{case.pk} form[action*='/progress/'] textarea")).to_have_value("写到一半")
    expect(page.locator("#unsent")).to_be_hidden()
    take(case, "resume", by=people.officer, at=timezone.now(), reason="继续")
    press(page, case)
    until(page, ALL_SENT)
    assert progressed(case) == 1
    page.reload()
    expect(page.locator(f"#c{case.pk} form[action*='/progress/'] textarea")).to_have_value("")
