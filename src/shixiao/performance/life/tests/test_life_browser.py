"""The reviewer's desk, a review, a plan's life and a draft in a real Chromium: on a phone and on a screen, accessible, no wider than it."""

import os
from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from django.utils import timezone

from shixiao.people.models import User
from shixiao.performance.drafting import writing
from shixiao.performance.life import reviewing
from shixiao.performance.life.tests.conftest import BAD, CORRECTED, Desk
from shixiao.performance.tests.conftest import SMALL
from shixiao.performance.tests.test_browser import PHONE, chromium, desk_at, violations
from shixiao.performance.tests.test_browser import Desk as Window

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
__all__ = ["chromium", "desk_at"]
SCREEN = (1280, 900)
LONG = "广州地区公文交换站（广州市人民政府公报编辑部）"


@pytest.fixture
def walks(desk: Desk, now: datetime, monkeypatch: pytest.MonkeyPatch) -> list[tuple[User, str]]:
    """Who looks at which page: a table with findings under review, one that was returned, an adjusted one, a draft."""
    monkeypatch.setattr(timezone, "now", lambda: now)
    desk.accept(SMALL, fiscal_year=2025)
    waits = desk.handed_in(BAD)
    reviewing.note_row(desk.life(waits), 1, "请与上年对照", by=desk.of["unit"], now=now)
    returned = desk.handed_in(SMALL.replace("某市某局", LONG))
    desk.take(returned, "return_unit", by=desk.of["unit"], letter="请改", remarks={"row_1": "次数写少了"})
    approved = desk.approved(desk.handed_in(SMALL.replace("某市某局", "某市第二局")))
    desk.accept(CORRECTED.replace("某市某局", "某市第二局"))
    draft = writing.begin(department=LONG, fiscal_year=2026, base=None, by=desk.drafter, now=now)
    project = writing.keep_project(draft, None, {"name": f"{LONG}业务经费", "total": "10.00"}, by=desk.drafter, now=now)
    given = {"code": "31", "name": "服务对象满意度", "annual_wording": "99%以上", "expected": "60"}
    writing.keep_row(project, None, given, by=desk.drafter, now=now)
    return [
        (desk.of["unit"], "/reviews/"),
        (desk.of["unit"], f"/reviews/{waits.pk}/?all"),
        (desk.of["unit"], "/reviews/?state=all"),
        (desk.drafter, f"/reviews/{returned.pk}/"),
        (desk.drafter, f"/plans/{desk.life(approved).plan_id}/life/"),
        (desk.drafter, f"/drafts/{draft.pk}/"),
    ]


@pytest.mark.parametrize(("size", "language"), [(PHONE, "zh-hans"), (SCREEN, "en")], ids=["phone", "screen"])
def test_each_page_of_a_plans_life_is_accessible_and_fits(
    desk_at: Callable[..., Window], walks: list[tuple[User, str]], size: tuple[int, int], language: str
) -> None:
    windows: dict[int, Window] = {}
    for who, address in walks:
        if who.pk not in windows:
            windows[who.pk] = desk_at(size, language=language, who=who)
        window = windows[who.pk]
        page: Any = window.go(address)
        page.evaluate("document.querySelectorAll('main details').forEach(each => { each.open = true })")
        assert page.locator("main").inner_text().strip(), address
        assert violations(page) == [], address
        assert window.is_no_wider_than_the_screen(), address
        if folder := os.environ.get("SCREENSHOTS"):
            name = address.strip("/").replace("/", "-").replace("?", "-")
            page.screenshot(path=f"{folder}/{name}-{size[0]}.png", full_page=True)
    assert [said for window in windows.values() for said in window.complaints] == []
