"""From a number down to its event in a real Chromium: at three widths, in both languages, light and dark, and on paper."""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest

from shixiao.casework import Opening, open_case, perform
from shixiao.casework.models import Project
from shixiao.casework.tests.conftest import KIND
from shixiao.casework.tests.measured import declared
from shixiao.casework.tests.test_browser import DESKTOP, LONG, PHONE, chromium, clerk, window  # noqa: F401 — fixtures
from shixiao.ledger import gauges
from shixiao.people.models import Unit, User

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
TABLET = (768, 900)


@pytest.fixture
def worked(unit: Unit, clerk: User, now: datetime) -> Iterator[int]:  # noqa: F811
    """A gauge with one case on time, one late and one swept, each with the longest of names; its id."""
    with declared() as made:
        keys = [gauges.put(each.name, {}, by=None, now=now - timedelta(days=300)).pk for each in made]
        project = Project.objects.create(unit=unit, name=LONG, since_year=2026, until_year=2026)
        begun = now - timedelta(days=35)
        for hours in (2, 24 * 6, 0):
            told = {"topic": "换一个门锁", "amount": "12.50"}
            opening = Opening(unit=unit, title=LONG, project=project, particulars=told)
            case = open_case(KIND, "open", opening, by=clerk, now=begun)
            if not hours:
                perform(case, "sweep", by=None, now=begun)
                continue
            perform(case, "take", by=clerk, now=begun + timedelta(minutes=1))
            perform(case, "finish", by=clerk, now=begun + timedelta(hours=hours))
        yield keys[0]


@pytest.mark.parametrize("language", ["zh-hans", "en"])
@pytest.mark.parametrize("size", [PHONE, TABLET, DESKTOP])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_pages_are_sound(
    scheme: str,
    size: tuple[int, int],
    language: str,
    worked: int,
    window: Callable[..., Any],  # noqa: F811
) -> None:
    here = window(size, language=language, color_scheme=scheme)
    for address in (
        "/evidence/",
        "/evidence/?state=nothing",
        f"/evidence/{worked}/",
        f"/evidence/{worked}/?on=2026-06-01",
    ):
        here.go(address)
        here.is_sound()


def test_a_number_opens_down_to_its_event(worked: int, window: Callable[..., Any]) -> None:  # noqa: F811
    here = window(PHONE)
    page = here.go("/evidence/")
    page.get_by_role("link", name="按时办结率").click()
    page.get_by_role("navigation", name="计入情况").get_by_role("link", name="按时 1").click()
    page.locator(".ev-cases tbody a").first.click()
    page.wait_for_url("**/cases/*/?event=*")
    marked = page.locator(".history > li:target")
    assert marked.count() == 1
    assert marked.get_by_role("link", name="按时办结率").is_visible()
    here.is_sound()
    marked.get_by_role("link", name="按时办结率").click()
    page.wait_for_url(f"**/evidence/{worked}/?year=*")


def test_filters_work_without_the_button_and_stand_in_the_address(worked: int, window: Callable[..., Any]) -> None:  # noqa: F811
    here = window(DESKTOP)
    page = here.go("/evidence/")
    page.get_by_label("年度").select_option("2025")
    page.wait_for_url("**/evidence/?*year=2025*")
    page.locator("#board", has_text="尚无证据").wait_for()
    here.is_sound()


def test_paper_has_no_forms_and_every_number(worked: int, window: Callable[..., Any]) -> None:  # noqa: F811
    here = window(DESKTOP)
    page = here.go(f"/evidence/{worked}/")
    page.emulate_media(media="print")
    assert not page.locator(".ev-filters").first.is_visible()
    assert page.get_by_text("不计后 50.0%，计入后 33.3%").is_visible()
    assert page.locator(".ev-months td.ev-part").first.is_visible()
