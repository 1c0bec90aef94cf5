"""The self-evaluations of a day on their way, in a real Chromium: their list, their case, the desk; on a phone and on a screen."""

import os
from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from shixiao.people.models import User
from shixiao.performance.results.tests.conftest import UNTIL, Desk
from shixiao.performance.tests.test_browser import PHONE, chromium, desk_at, violations
from shixiao.performance.tests.test_browser import Desk as Window

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
__all__ = ["chromium", "desk_at"]
SCREEN = (1280, 900)


@pytest.fixture
def walks(desk: Desk, now: datetime, monkeypatch: pytest.MonkeyPatch) -> list[tuple[User, str]]:
    """Self-evaluations that were edited after they were handed in, and so are to be returned."""
    monkeypatch.setattr(timezone, "now", lambda: now)
    version = desk.accept()
    first, _second = desk.freeze(version)
    case = desk.handed_in(version)
    desk.edit(first)
    listed = reverse("performance:evaluations", args=[version.plan_id, version.number])
    return [
        (desk.drafter, f"{listed}?until={UNTIL.isoformat()}"),
        (desk.of["unit"], reverse("casework:case", args=[case.pk])),
        (desk.of["unit"], "/reviews/"),
        (desk.of["unit"], "/todo/"),
    ]


@pytest.mark.parametrize(("size", "language"), [(PHONE, "zh-hans"), (SCREEN, "en")], ids=["phone", "screen"])
def test_each_page_of_results_is_accessible_and_fits(
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
            page.screenshot(path=f"{folder}/result-{name}-{size[0]}.png", full_page=True)
    assert [said for window in windows.values() for said in window.complaints] == []
