"""The counter in a real Chromium: a case from its beginning to its end, at both widths, in both languages, with and
without JavaScript, by keyboard, checked for accessibility, for requests that leave the server and for scrolling sideways."""

import os
import re
import shutil
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from shixiao.casework import Opening, open_case, open_many, things
from shixiao.casework.assigning import assign
from shixiao.casework.models import Case, Project, SavedFilter
from shixiao.casework.shared_things import create_topic
from shixiao.casework.tests.conftest import KIND
from shixiao.casework.topics import merge
from shixiao.conftest import violations
from shixiao.people.models import Unit, User

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
ARGUMENTS = "--no-sandbox --disable-gpu --no-first-run --disable-background-networking --disable-sync".split()
PHONE, DESKTOP = (360, 740), (1280, 900)
LONG = "广州地区公文交换站（广州市人民政府公报编辑部）2025-2026年度信息化运维服务"


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """Playwright runs its own loop in this thread, which Django would take for an asynchronous program."""
    path = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
    with pytest.MonkeyPatch.context() as patch, sync_playwright() as playwright:
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
        browser = playwright.chromium.launch(executable_path=path, args=ARGUMENTS, timeout=240_000)
        yield browser
        browser.close()


class Window:
    """A signed-in page, and everything that it asked for or complained of."""

    def __init__(self, page: Page, base: str) -> None:
        self.page, self.base = page, base
        self.asked: list[str] = []
        self.complaints: list[str] = []
        page.on("request", lambda request: self.asked.append(request.url))
        page.on("console", lambda said: said.type == "error" and self.complaints.append(said.text))
        page.on("pageerror", lambda error: self.complaints.append(str(error)))

    def go(self, path: str) -> Page:
        self.page.goto(self.base + path)
        return self.page

    def press(self, button: str) -> Page:
        with self.page.expect_navigation(wait_until="load"):
            self.page.get_by_role("button", name=button, exact=True).click()
        return self.page

    def is_sound(self) -> None:
        """Accessible, no wider than the screen, nothing from outside, no complaints."""
        self.page.wait_for_load_state("load")
        assert violations(self.page) == []
        wide = self.page.evaluate("[document.documentElement.scrollWidth, document.documentElement.clientWidth]")
        assert wide[0] <= wide[1], self.page.url
        assert [url for url in self.asked if not url.startswith((self.base + "/", "data:"))] == []
        # A refused form answers 422, which a browser reports as an error of the network.
        assert [said for said in self.complaints if "422" not in said] == []


@pytest.fixture
def window(
    chromium: Browser, live_server: Any, signed_in: Callable[[User], Client], clerk: User
) -> Iterator[Callable[..., Window]]:
    """Opens a window: `window(PHONE, language="en")`."""
    contexts: list[BrowserContext] = []

    def opened(size: tuple[int, int] = DESKTOP, *, language: str = "zh-hans", who: User = clerk, **more: Any) -> Window:
        viewport = {"width": size[0], "height": size[1]}
        context = chromium.new_context(viewport=viewport, reduced_motion="reduce", **more)  # type: ignore[arg-type]
        context.set_default_timeout(240_000)
        expect.set_options(timeout=240_000)
        session = signed_in(who).cookies["shixiao_session"].value
        cookies = {"shixiao_session": session, "shixiao_language": language}
        context.add_cookies([{"name": name, "value": value, "url": live_server.url} for name, value in cookies.items()])
        contexts.append(context)
        return Window(context.new_page(), live_server.url)

    yield opened
    for context in contexts:
        context.close()


@pytest.fixture
def clerk(staff: Callable[..., User]) -> User:
    return staff("clerk", "desk.clerk", "desk.overseer", "casework.keeper", display_name="模拟经办人")


@pytest.fixture
def case(unit: Unit, clerk: User, now: datetime) -> Case:
    project = Project.objects.create(unit=unit, name=LONG, since_year=2026, until_year=2026)
    told = {"topic": "换一个门锁", "amount": "1234567.89"}
    return open_case(KIND, "open", Opening(unit=unit, title=LONG, project=project, particulars=told), by=clerk, now=now)


WORDS = {
    "zh-hans": {"open": "登记", "take": "接办", "sure": "确定“接办”", "done": "现在是“在办”", "needed": "请填写事由"},
    "en": {"open": "Open", "take": "Take", "sure": "Confirm “Take”", "done": "which is “Taken” now", "needed": "Topic is needed"},
}  # fmt: skip


@pytest.mark.parametrize("has_javascript", [True, False], ids=["script", "no script"])
@pytest.mark.parametrize("size", [PHONE, DESKTOP], ids=["phone", "desktop"])
@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_a_case_is_begun_refused_once_and_taken(
    window: Callable[..., Window], unit: Unit, size: tuple[int, int], language: str, has_javascript: bool
) -> None:
    words, here = WORDS[language], window(size, language=language, java_script_enabled=has_javascript)
    page = here.go(f"/cases/new/{KIND}/open/")
    page.locator("[name=amount]").fill("1,000")
    here.press(words["open"])
    expect(page.get_by_text(words["needed"])).to_be_visible()
    expect(page.locator("[name=amount]")).to_have_value("1,000")
    page.locator("[name=topic]").fill("换一个门锁")
    here.press(words["open"])
    case = Case.objects.get()
    expect(page).to_have_url(re.compile(f"/cases/{case.pk}/$"))

    page.get_by_role("link", name=words["take"], exact=True).click()
    expect(page).to_have_url(re.compile("/take/$"))
    page.locator("[name=note]").fill("下午去")
    if has_javascript:
        here.is_sound()
    here.press(words["sure"])
    expect(page.get_by_text(words["done"])).to_be_visible()
    expect(page.locator(".history")).to_contain_text("下午去")
    case.refresh_from_db()
    assert case.state == "taken"


@pytest.mark.parametrize(
    ("size", "scheme", "language"),
    [(DESKTOP, "light", "zh-hans"), (DESKTOP, "dark", "en"), (PHONE, "light", "en"), (PHONE, "dark", "zh-hans")],
)
def test_every_page_is_accessible_fits_and_stays_at_home(
    window: Callable[..., Window],
    case: Case,
    clerk: User,
    now: datetime,
    size: tuple[int, int],
    scheme: str,
    language: str,
) -> None:
    assign(case, lead=clerk, by=clerk, now=now + timedelta(minutes=1))
    SavedFilter.objects.create(user=clerk, name="未办的", address="/offices/desk/?state=open")
    here = window(size, language=language, color_scheme=scheme)
    for path in (
        "/todo/",
        "/todo/?due=overdue",
        "/offices/desk/",
        "/offices/desk/?state=done&unit=1",
        f"/cases/{case.pk}/",
        f"/cases/{case.pk}/take/",
        f"/cases/{case.pk}/place/",
        f"/cases/many/?case={case.pk}&step={KIND}/take",
        "/cases/new/",
        f"/cases/new/{KIND}/open/",
        "/cases/search/?q=%E4%BF%A1%E6%81%AF%E5%8C%96",
        "/cases/search/",
        "/manual/",
        f"/manual/desk/{KIND}/",
        "/filters/",
        "/shared/projects/",
        "/shared/projects/new/",
        "/shared/contracts/",
    ):
        here.go(path)
        here.is_sound()


def test_the_keyboard_alone_is_enough(window: Callable[..., Window], case: Case) -> None:
    here = window()
    page = here.go("/offices/desk/")
    page.keyboard.press("/")
    expect(page.locator("[data-search]")).to_be_focused()
    page.keyboard.type("门锁公文交换")
    page.keyboard.press("ControlOrMeta+A")
    page.keyboard.type("公文交换站")
    page.keyboard.press("Enter")
    link = page.locator(".hits a").first
    expect(link).to_be_visible()
    focus(page, link)
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(f"/cases/{case.pk}/$"))
    focus(page, page.get_by_role("link", name="接办", exact=True))
    page.keyboard.press("Enter")
    expect(page.locator("[name=note]")).to_be_visible()
    focus(page, page.locator("[name=note]"))
    page.keyboard.type("键盘就够")
    page.keyboard.press("Enter")  # leaves the form by its usual button
    expect(page.locator(".history")).to_contain_text("键盘就够")


def focus(page: Page, wanted: Any) -> None:
    """Go there with the tabulator, and see that one can see where one is."""
    for _press in range(60):
        page.keyboard.press("Tab")
        if wanted.evaluate("each => each === document.activeElement"):
            break
    expect(wanted).to_be_focused()
    assert wanted.evaluate("each => getComputedStyle(each).outlineStyle") != "none"


def test_filters_change_the_list_and_the_address(
    window: Callable[..., Window], unit: Unit, clerk: User, case: Case, now: datetime
) -> None:
    openings = [Opening(unit=unit, title=f"第{n}件", particulars={"topic": "事由"}) for n in range(60)]
    open_many(KIND, "open", openings, by=clerk, now=now)
    here = window()
    page = here.go("/offices/desk/")
    expect(page.locator("tbody tr")).to_have_count(50)
    page.get_by_role("link", name="下一页").click()
    expect(page.locator("tbody tr")).to_have_count(11)
    page.go_back()
    page.locator("[name=state]").select_option("done")
    expect(page.get_by_text("没有符合条件的事项")).to_be_visible()
    expect(page).to_have_url(re.compile("state=done"))
    page.go_back()
    page.locator("#f-q").fill("公文交换站")
    expect(page.locator("tbody tr")).to_have_count(1)
    here.is_sound()


def test_a_row_is_a_link_and_several_are_ticked(
    window: Callable[..., Window], unit: Unit, clerk: User, now: datetime
) -> None:
    openings = [Opening(unit=unit, title=f"第{n}件", particulars={"topic": "事由"}) for n in range(3)]
    open_many(KIND, "open", openings, by=clerk, now=now)
    here = window()
    page = here.go("/offices/desk/")
    page.locator("tbody tr .c-limit").first.click(force=True)  # the link of the row lies over every cell
    expect(page.get_by_role("heading", level=1)).to_have_text("第2件")
    page.go_back()
    for box in page.locator("tbody input[type=checkbox]").all():
        box.check()
    page.locator("select[name=step]").select_option(f"{KIND}/take")
    here.press("下一步")
    page.locator("[name=note]").fill("一起办")
    here.press("确定“接办”")
    assert set(Case.objects.values_list("state", flat=True)) == {"taken"}


def test_a_script_in_a_text_does_not_run(window: Callable[..., Window], unit: Unit, clerk: User, now: datetime) -> None:
    attack = "<img src=x onerror=window.ran=1><script>window.ran=1</script>"
    opening = Opening(unit=unit, title=attack, particulars={"topic": attack})
    case = open_case(KIND, "open", opening, by=clerk, now=now)
    here = window()
    for path in (f"/cases/{case.pk}/", "/offices/desk/", "/todo/", "/cases/search/?q=window.ran"):
        page = here.go(path)
        expect(page.get_by_text("onerror").first).to_be_visible()
        assert page.evaluate("window.ran") is None


def test_the_export_is_a_file(window: Callable[..., Window], case: Case) -> None:
    page = window().go("/offices/desk/?state=open")
    with page.expect_download() as download:
        page.get_by_role("button", name="导出为 XLSX").click()
    assert download.value.suggested_filename.endswith(".xlsx")


def test_long_lists_of_things_are_searched(unit: Unit) -> None:
    Project.objects.bulk_create(
        Project(unit=unit, name=f"项目{n:03d}", since_year=2026, until_year=2026) for n in range(60)
    )
    found = things.options("casework.project", unit=unit)
    assert (len(found.found), found.has_more) == (50, True)
    found = things.options("casework.project", unit=unit, term="项目 05")
    assert (len(found.found), found.has_more) == (11, False)  # 005 and 050 to 059
    last = Project.objects.get(name="项目059")
    assert last.pk in {each.key for each in things.options("casework.project", unit=unit, chosen=last.pk).found}


@pytest.mark.parametrize(("size", "language"), [(DESKTOP, "zh-hans"), (PHONE, "en")])
def test_topics_are_merged_by_the_officer(
    window: Callable[..., Window], officer: User, now: datetime, size: tuple[int, int], language: str
) -> None:
    made = [create_topic(name, since=now.date(), by=None, now=now) for name in ("乡村振兴", LONG, "城市发展")]
    merge(made[2], into=made[0], by=None, now=timezone.now())
    here = window(size, language=language, who=officer)
    for path in ("/todo/", "/shared/topics/", *(f"/shared/topics/{each.pk}/" for each in made)):
        here.go(path)
        here.is_sound()
    page = here.go(f"/shared/topics/{made[1].pk}/merge/")
    page.locator("[name=into]").select_option(str(made[0].pk))
    here.is_sound()
    page.locator("form[method=post] .btn-primary").click()
    expect(page).to_have_url(re.compile(f"/topics/{made[1].pk}/$"))
    expect(page.locator(".notice-warning:visible")).to_contain_text("乡村振兴")
    here.is_sound()
