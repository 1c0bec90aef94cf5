"""The pages in a real Chromium: as the officer works, at both widths, in both languages, by keyboard, and checked
for accessibility, for requests that leave the server, for scrolling sideways, and for a font that has Chinese."""

import os
import re
import shutil
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.test import Client
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect, sync_playwright

from shixiao.conftest import violations
from shixiao.engine import targets
from shixiao.people.models import User
from shixiao.performance import actions
from shixiao.performance.models import Correction, PlanVersion
from shixiao.performance.tests.conftest import first
from shixiao.performance.tests.test_assigning import STRANGE
from shixiao.tables import samples

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

ARGUMENTS = (
    "--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking "
    "--disable-component-update --disable-sync"
).split()
PHONE, DESKTOP = (360, 740), (1440, 900)


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """One browser for all tests here. Playwright runs its own loop in this thread, which Django would take for
    an asynchronous program."""
    path = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
    before = os.environ.get("DJANGO_ALLOW_ASYNC_UNSAFE")
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=ARGUMENTS, timeout=240_000)
        yield browser
        browser.close()
    if before is None:
        del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


class Desk:
    """A signed-in page, and everything that it asked for or complained of."""

    def __init__(self, page: Page, base: str) -> None:
        self.page, self.base = page, base
        self.requests: list[str] = []
        self.complaints: list[str] = []
        page.on("request", lambda request: self.requests.append(request.url))
        page.on("console", lambda said: said.type == "error" and self.complaints.append(said.text))
        page.on("pageerror", lambda error: self.complaints.append(str(error)))

    def go(self, path: str) -> Page:
        self.page.goto(self.base + path)
        return self.page

    def press(self, button: str) -> Page:
        """Press a button whose form leads to another page, and be there. A click comes back as soon as the browser
        has set out: what is asked then may meet a document that is neither the old one nor the new one."""
        with self.page.expect_navigation(wait_until="load"):
            self.page.get_by_role("button", name=button).click()
        return self.page

    def is_no_wider_than_the_screen(self) -> bool:
        self.page.wait_for_load_state("load")
        wide = self.page.evaluate("[document.documentElement.scrollWidth, document.documentElement.clientWidth]")
        return bool(wide[0] <= wide[1])


@pytest.fixture
def desk_at(
    chromium: Browser, live_server: Any, officer: User, signed_in: Callable[[User], Client]
) -> Iterator[Callable[..., Desk]]:
    """Opens a page as the officer: `desk_at(PHONE, language="en")`."""
    contexts: list[BrowserContext] = []

    def opened(size: tuple[int, int] = DESKTOP, *, language: str = "zh-hans", who: User = officer, **more: Any) -> Desk:
        viewport = {"width": size[0], "height": size[1]}
        context = chromium.new_context(viewport=viewport, reduced_motion="reduce", **more)  # type: ignore[arg-type]
        context.set_default_timeout(240_000)
        expect.set_options(timeout=240_000)
        session = signed_in(who).cookies["shixiao_session"].value
        cookies = {"shixiao_session": session, "shixiao_language": language}
        context.add_cookies([{"name": name, "value": value, "url": live_server.url} for name, value in cookies.items()])
        contexts.append(context)
        return Desk(context.new_page(), live_server.url)

    yield opened
    for context in contexts:
        context.close()


WORDS = {
    "zh-hans": {
        "read": "读一读，先不接受", "accept": "接受这张表", "search": "在本表中查找指标名称和指标值",
        "suppress": "接受，写明理由", "record": "接受并记录理由", "recorded": "已接受，理由已记录", "unsuppress": "撤回接受",
        "take back": "撤回这次接受", "taken back": "接受已撤回", "accepted": "有已接受的发现",
        "correct": "读错了？更正", "preview": "看看会怎样变", "save": "保存更正", "saved": "读法已更正", "all": "全部 123 项指标",
    },
    "en": {
        "read": "Read it, accept nothing yet", "accept": "Accept this table", "search": "Search names and wordings in this table",
        "suppress": "Accept with a reason", "record": "Accept and record the reason", "recorded": "Accepted, and the reason",
        "unsuppress": "Withdraw the acceptance", "take back": "Withdraw this acceptance", "taken back": "was withdrawn",
        "accepted": "With accepted findings",
        "correct": "Read wrongly? Correct it", "preview": "Show what would change", "save": "Save the correction",
        "saved": "The reading was corrected;", "all": "All 123 indicators",
    },
}  # fmt: skip


@pytest.mark.parametrize("size", [PHONE, DESKTOP], ids=["phone", "desktop"])
@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_the_officer_imports_reviews_accepts_looks_and_corrects(
    desk_at: Callable[..., Desk], size: tuple[int, int], language: str
) -> None:
    words, desk = WORDS[language], desk_at(size, language=language)
    page = desk.go("/import/")
    page.locator("textarea[name=text]").fill(samples.guangzhou().decode())
    desk.press(words["read"])
    assert not PlanVersion.objects.exists()
    assert desk.is_no_wider_than_the_screen()
    desk.press(words["accept"])
    expect(page.get_by_text(words["all"])).to_be_visible()
    assert PlanVersion.objects.get().indicator_count == 123
    assert desk.is_no_wider_than_the_screen()

    page.get_by_label(words["search"]).fill("公报编印数量")
    expect(page.locator("tr.indicator")).to_have_count(1)
    expect(page).to_have_url(re.compile("q="))
    page.get_by_role("link", name="市政府公报编印数量").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("市政府公报编印数量")
    page.get_by_role("link", name=words["correct"]).first.click()
    page.locator("[name=part1-sense]").select_option("at_least")
    page.locator("[name=reason]").fill("按合同,份数不少于所订")
    desk.press(words["preview"])
    expect(page.locator("#change")).to_be_visible()
    assert not Correction.objects.exists()
    desk.press(words["save"])
    expect(page.get_by_text(words["saved"])).to_be_visible()
    assert Correction.objects.count() == 2
    assert desk.is_no_wider_than_the_screen()
    assert desk.complaints == []
    assert {url for url in desk.requests if not url.startswith((desk.base + "/", "data:"))} == set()


@pytest.mark.parametrize("size", [PHONE, DESKTOP], ids=["phone", "desktop"])
@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_the_officer_accepts_a_finding_looks_for_it_and_takes_that_back(
    desk_at: Callable[..., Desk], guangzhou: PlanVersion, officer: User, size: tuple[int, int], language: str
) -> None:
    words, desk = WORDS[language], desk_at(size, language=language)
    page = desk.go(f"/plans/{guangzhou.plan_id}/v1/93/")
    page.get_by_role("link", name=words["suppress"]).first.click()
    expect(page.locator("[name=scope][value=here]")).to_be_checked()
    assert violations(page) == []
    assert desk.is_no_wider_than_the_screen()
    page.locator("[name=reason]").fill("合同按期计数，确有两个数字")
    desk.press(words["record"])
    expect(page.get_by_text(words["recorded"])).to_be_visible()
    accepted = page.locator("#findings details li.accepted")
    unfold(page.locator("#findings details"))
    expect(accepted).to_contain_text("合同按期计数，确有两个数字")
    expect(accepted).to_contain_text(officer.display_name)
    assert violations(page) == []
    assert desk.is_no_wider_than_the_screen()

    desk.go(f"/plans/{guangzhou.plan_id}/")
    page.locator("[name=check]").select_option(label=words["accepted"])
    expect(page.locator("tr.indicator")).to_have_count(1)
    expect(page.locator("tr.indicator .chip-accepted")).to_be_visible()
    unfold(page.locator("#beyond"))
    expect(page.locator("#beyond li").first).to_be_visible()
    assert violations(page) == []
    assert desk.is_no_wider_than_the_screen()

    desk.go(f"/plans/{guangzhou.plan_id}/v1/93/")
    unfold(page.locator("#findings details"))
    page.get_by_role("link", name=words["unsuppress"]).click()
    page.locator("[name=reason]").fill("看错了")
    assert violations(page) == []
    desk.press(words["take back"])
    expect(page.get_by_text(words["taken back"])).to_be_visible()
    expect(accepted).to_have_count(0)
    assert desk.complaints == []


def unfold(details: Locator) -> None:
    """Open what may be folded."""
    if details.get_attribute("open") is None:
        details.locator("summary").click()
    expect(details).to_have_attribute("open", "")


def pages_of(version: PlanVersion) -> dict[str, str]:
    base = f"/plans/{version.plan_id}/"
    return {
        "home": "/",
        "import": "/import/",
        "plan": base,
        "filtered": f"{base}?q=%E6%B2%A1%E6%9C%89%E8%BF%99%E4%B8%AA",
        "indicator": f"{base}v1/93/",
        "doubtful": f"{base}v1/121/",
        "correct": f"{base}v1/93/correct/annual/",
        "events": f"{base}events/",
        "search": "/search/?q=%E6%BB%A1%E6%84%8F",
        "rules": "/rules/",
        "rule": "/rules/L05/",
        "account": "/account/",
        "missing": "/nowhere/",
    }


@pytest.mark.parametrize(
    ("size", "scheme", "language"),
    [(DESKTOP, "light", "zh-hans"), (DESKTOP, "dark", "en"), (PHONE, "light", "en"), (PHONE, "dark", "zh-hans")],
)
def test_every_page_is_accessible_fits_and_stays_at_home(
    desk_at: Callable[..., Desk],
    guangzhou: PlanVersion,
    officer: User,
    now: Any,
    size: tuple[int, int],
    scheme: str,
    language: str,
) -> None:
    reading = targets.read("≥99%")
    actions.correct_reading(first(guangzhou, 2), which="annual", reading=reading, reason="按批复", by=officer, now=now)
    desk = desk_at(size, language=language, color_scheme=scheme)
    found = {}
    for name, path in (pages_of(guangzhou) | {"corrected": f"/plans/{guangzhou.plan_id}/v1/2/"}).items():
        desk.go(path)
        found[name] = violations(desk.page)
        assert desk.is_no_wider_than_the_screen(), name
    assert {name: said for name, said in found.items() if said} == {}
    outside = {url for url in desk.requests if not url.startswith((desk.base + "/", "data:"))}
    assert outside == set()
    assert [said for said in desk.complaints if "404" not in said] == []


@pytest.mark.parametrize("size", [PHONE, DESKTOP], ids=["phone", "desktop"])
def test_the_review_page_is_accessible_and_fits(desk_at: Callable[..., Desk], size: tuple[int, int]) -> None:
    desk = desk_at(size)
    page = desk.go("/import/")
    page.locator("[name=file]").set_input_files(
        {"name": "t.txt", "mimeType": "text/plain", "buffer": samples.guangzhou()}
    )
    desk.press("读一读，先不接受")
    expect(page.locator("#accept-title")).to_be_visible()
    page.locator("summary").evaluate_all("all => all.forEach(each => each.parentElement.open = true)")
    assert violations(page) == []
    assert desk.is_no_wider_than_the_screen()


@pytest.mark.parametrize("size", [PHONE, DESKTOP], ids=["phone", "desktop"])
def test_the_columns_of_an_unknown_table_are_said_in_the_browser(
    desk_at: Callable[..., Desk], size: tuple[int, int]
) -> None:
    desk = desk_at(size)
    page = desk.go("/import/")
    page.locator("[name=file]").set_input_files({"name": "t.txt", "mimeType": "text/plain", "buffer": STRANGE.encode()})
    desk.press("读一读，先不接受")
    page.get_by_role("link", name="指定各列").click()
    expect(page.locator("form.assign")).to_be_visible()
    assert violations(page) == []
    assert desk.is_no_wider_than_the_screen()
    page.get_by_label("第 4 行是表头").check()
    for number, field in enumerate(("level1", "level2", "name", "value", "ignored"), 1):
        page.get_by_label(f"第 {number} 列是什么").select_option(field)
    desk.press("照这样重新读")
    expect(page.get_by_text("2 项指标")).to_be_visible()
    expect(page.locator("#columns")).to_contain_text("各列的认法")


def test_the_keyboard_alone_is_enough(desk_at: Callable[..., Desk], guangzhou: PlanVersion) -> None:
    desk = desk_at()
    page = desk.go(f"/plans/{guangzhou.plan_id}/")
    page.keyboard.press("Tab")
    expect(page.locator(".skip")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_be_focused()
    page.keyboard.press("/")
    search = page.locator("[data-search]")
    expect(search).to_be_focused()
    page.keyboard.type("公报编印数量")
    expect(page.locator("tr.indicator")).to_have_count(1)
    expect(page).to_have_url(re.compile("q="))
    expect(page.locator(".htmx-request, .htmx-swapping, .htmx-settling")).to_have_count(0)
    page.keyboard.press("ArrowDown")
    link = page.locator("tr.indicator a").first
    expect(link).to_be_focused()
    assert link.evaluate("each => getComputedStyle(each).outlineStyle") != "none"
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text("市政府公报编印数量")


def test_a_typed_slash_stays_in_a_field(desk_at: Callable[..., Desk], guangzhou: PlanVersion) -> None:
    page = desk_at().go("/import/")
    page.locator("textarea[name=text]").press_sequentially("次/月")
    expect(page.locator("textarea[name=text]")).to_have_value("次/月")


def test_filters_work_without_javascript(desk_at: Callable[..., Desk], guangzhou: PlanVersion) -> None:
    desk = desk_at(java_script_enabled=False)
    page = desk.go(f"/plans/{guangzhou.plan_id}/")
    page.locator("[name=q]").fill("公报编印数量")
    desk.press("筛选")
    expect(page.locator("tr.indicator")).to_have_count(1)
    page.goto(page.url.partition("?")[0] + "93/correct/annual/")
    desk.press("看看会怎样变")
    expect(page.locator(".error").first).to_be_visible()


def test_a_part_that_could_not_be_fetched_is_said(desk_at: Callable[..., Desk], guangzhou: PlanVersion) -> None:
    desk = desk_at(PHONE)
    page, failed = desk.go(f"/plans/{guangzhou.plan_id}/"), "#part-failed"
    expect(page.locator(failed)).to_be_hidden()
    page.route("**/plans/**", lambda route: route.fulfill(status=503, body=""))
    page.locator("#filter-check").select_option("error")
    expect(page.locator(failed)).to_be_in_viewport()
    page.unroute("**/plans/**")
    page.locator("#filter-check").select_option("warning")
    expect(page.locator(failed)).to_be_hidden()
    desk.complaints.clear()  # the browser says in its console, too, that there was a 503


def test_going_back_restores_what_was_chosen(desk_at: Callable[..., Desk], guangzhou: PlanVersion) -> None:
    page = desk_at().go(f"/plans/{guangzhou.plan_id}/")
    page.locator("[name=class]").select_option("23")
    expect(page.locator("tr.indicator")).to_have_count(1)
    expect(page).to_have_url(re.compile("class=23"))
    page.locator("[name=class]").select_option("22")
    expect(page.locator("tr.indicator")).to_have_count(11)
    expect(page).to_have_url(re.compile("class=22"))
    page.go_back()
    expect(page.locator("tr.indicator")).to_have_count(1)


def test_chinese_is_shown_in_a_font_that_has_it(desk_at: Callable[..., Desk], guangzhou: PlanVersion) -> None:
    page = desk_at().go(f"/plans/{guangzhou.plan_id}/")
    protocol = page.context.new_cdp_session(page)
    protocol.send("DOM.enable")
    protocol.send("CSS.enable")
    root = protocol.send("DOM.getDocument")["root"]["nodeId"]
    heading = protocol.send("DOM.querySelector", {"nodeId": root, "selector": "h1"})["nodeId"]
    fonts = protocol.send("CSS.getPlatformFontsForNode", {"nodeId": heading})["fonts"]
    used = {font["familyName"]: font["glyphCount"] for font in fonts}
    chinese = ("WenQuanYi", "Noto Sans CJK", "Source Han", "PingFang", "YaHei", "Droid Sans Fallback")
    assert any(name.startswith(chinese) or any(each in name for each in chinese) for name in used), used


def test_a_script_in_a_cell_does_not_run(desk_at: Callable[..., Desk]) -> None:
    desk = desk_at()
    page = desk.go("/import/")
    attack = "<img src=x onerror=window.ran=1><script>window.ran=1</script>"
    text = samples.guangzhou().decode().replace("信访核查率", f"信访{attack}率")
    page.locator("textarea[name=text]").fill(text)
    desk.press("读一读，先不接受")
    assert page.evaluate("window.ran") is None
    desk.press("接受这张表")
    expect(page.get_by_text("全部 123 项指标")).to_be_visible()
    assert page.evaluate("window.ran") is None


def test_a_file_beyond_the_limit_is_refused_before_it_is_sent(desk_at: Callable[..., Desk]) -> None:
    desk = desk_at()
    page = desk.go("/import/")
    page.locator("textarea[name=text]").fill("还在")
    page.evaluate("document.querySelector('[name=file]').dataset.limit = 10")
    page.locator("[name=file]").set_input_files({"name": "t.txt", "mimeType": "text/plain", "buffer": b"x" * 11})
    page.wait_for_function("document.querySelector('[name=file]').validationMessage !== ''")
    expect(page.locator("textarea[name=text]")).to_have_value("还在")
