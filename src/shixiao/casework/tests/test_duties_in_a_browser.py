"""The pages of duties in a real Chromium: created by keyboard, done on a phone, sound at both widths in both languages."""

import re
from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from shixiao import casework
from shixiao.casework import duties, expecting
from shixiao.casework.models import Case, Duty, DutyCase
from shixiao.casework.tests import rounds
from shixiao.casework.tests.conftest import Desk
from shixiao.casework.tests.rounds import ROUND
from shixiao.casework.tests.test_browser import DESKTOP, LONG, PHONE, Window, chromium, clerk, window
from shixiao.engine import clock
from shixiao.people import actions
from shixiao.people.models import Unit, User

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
__all__ = ["chromium", "clerk", "window"]  # fixtures
SIZES = pytest.mark.parametrize("size", [PHONE, DESKTOP], ids=["phone", "desktop"])
LANGUAGES = pytest.mark.parametrize("language", ["zh-hans", "en"])


@pytest.fixture(autouse=True)
def _rounds(monkeypatch: pytest.MonkeyPatch, desk: type[Desk]) -> Iterator[None]:
    with rounds.installed(monkeypatch, desk):
        yield


@pytest.fixture
def made(unit: Unit, clerk: User, desk: type[Desk]) -> Duty:
    """Three duties with everything that can be: done, late, missed, closed, coming, refused; names as long as they come."""
    now = timezone.now()
    earlier, today = now - timedelta(days=3), timezone.localdate(now)
    below = actions.create_unit(
        LONG, code="LONG", parent=unit, since=(now - timedelta(days=900)).date(), by=None, now=now
    )

    def make(title: str, schedule: clock.Schedule, at: Unit, **more: object) -> Duty:
        given = {"title": title, "kind": ROUND, "step": "plan", "unit": at, "schedule": schedule, "calendar": "always"}
        draft = duties.Draft(since=timezone.localdate(earlier), **(given | more))  # type: ignore[arg-type]
        return duties.create(draft, by=clerk, now=earlier)

    every = clock.Days.EVERY
    first = make(LONG[:80], clock.Daily(times=2, days=every), below)
    make("消防巡查", clock.Slots(hours=8), unit, told={"place": "A3"})
    make("信息化运维月报", clock.Monthly(), unit)
    make("值班交接", clock.Daily(days=every), unit, calendar="office")
    while expecting.make_ahead(earlier):
        pass
    rows = DutyCase.objects.filter(duty=first).order_by("begin", "key")
    casework.perform(rows[1].case_id or 0, "do", by=clerk, now=now)
    casework.perform(rows.filter(end__gt=now)[0].case_id or 0, "do", by=clerk, now=now)
    desk.full.add("A3")
    while expecting.make_ahead(now):
        pass
    assert today
    return first


@SIZES
@LANGUAGES
def test_what_is_expected_today_is_done_in_two_presses(
    window: Callable[..., Window], made: Duty, size: tuple[int, int], language: str
) -> None:
    here = window(size, language=language)
    page = here.go("/duties/today/")
    here.is_sound()
    page.get_by_role("link", name="消防巡查").first.click()
    expect(page).to_have_url(re.compile("/do/$"))
    here.is_sound()
    page.locator("#step .btn-primary").click()
    expect(page.locator(".notice-success")).to_be_visible()
    assert Case.objects.filter(title__startswith="消防巡查", state="done").count() == 1


@SIZES
@LANGUAGES
def test_every_page_is_sound(window: Callable[..., Window], made: Duty, size: tuple[int, int], language: str) -> None:
    here = window(size, language=language)
    new = f"/duties/new/{ROUND}/plan"
    for address in (
        "/duties/",
        "/duties/?ended",
        f"/duties/{made.pk}/",
        f"/duties/{made.pk}/change/",
        f"/duties/{made.pk}/end/",
        "/duties/new/",
        f"{new}/daily/",
        f"{new}/weekly/",
        f"{new}/monthly/",
    ):
        here.go(address)
        here.is_sound()


def test_a_duty_is_created_by_keyboard(window: Callable[..., Window], unit: Unit) -> None:
    here = window(PHONE)
    page = here.go(f"/duties/new/{ROUND}/plan/weekly/")
    page.locator("#title").fill("一楼保洁")
    page.locator("input[name=weekdays]").first.focus()
    page.keyboard.press("Space")
    page.locator("#title").press("Enter")
    expect(page.locator("#preview")).to_contain_text("每周一 1 次")
    here.is_sound()
    page.get_by_role("button", name="确定建立").press("Enter")
    expect(page.get_by_role("heading", name="一楼保洁")).to_be_visible()
    assert Duty.objects.get().title == "一楼保洁"
