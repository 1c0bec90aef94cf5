"""The pages of questions in a real Chromium: both widths, both languages, light and dark."""

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from django.utils import timezone

from shixiao import casework
from shixiao.conftest import violations
from shixiao.people.models import Unit, User
from shixiao.performance import answering
from shixiao.performance.tests.test_browser import PHONE, Desk, chromium, desk_at
from shixiao.performance.tests.test_questions import LATER, LIST, Life, ask, at
from shixiao.performance.views import questions as question_pages

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
DESKTOP = (1280, 900)
__all__ = ["chromium", "desk_at"]  # fixtures


@pytest.fixture
def addresses(
    unit: Unit, staff: Callable[..., User], officer: User, monkeypatch: pytest.MonkeyPatch
) -> tuple[str, str, str]:
    """The list, a question that waits, and one that is answered."""
    monkeypatch.setattr(question_pages, "timezone", SimpleNamespace(now=lambda: LATER, localtime=timezone.localtime))
    life = Life(unit, staff)
    due = at(3, 10).date()
    for number in range(3):
        case = life.plan(at(2, 2, minute=number), due)
        casework.perform(case, "cancel", by=life.confirmer, now=at(3, 26), reason="不再需要")
    batch = [life.plan(at(4, 2, minute=n), at(6, 30).date()) for n in range(17)]
    for number, case in enumerate(batch):
        life.do(case, at(5, 29, 15, number))
    waiting, answered = sorted(ask(), key=lambda each: -len(each.cases))
    answering.answer(answered, explanation="三场会议合并为一场，见会议纪要", year=2026, by=officer, now=LATER)
    return LIST, f"/questions/2026/{waiting.key}/", f"/questions/2026/{answered.key}/"


@pytest.mark.parametrize(
    ("size", "scheme", "language"),
    [(DESKTOP, "light", "zh-hans"), (DESKTOP, "dark", "en"), (PHONE, "light", "en"), (PHONE, "dark", "zh-hans")],
)
def test_the_pages_are_sound(
    addresses: tuple[str, str, str], desk_at: Callable[..., Desk], scheme: str, size: Any, language: str
) -> None:
    desk = desk_at(size, language=language, color_scheme=scheme)
    for address in addresses:
        desk.go(address)
        desk.page.evaluate("document.querySelectorAll('details').forEach(each => { each.open = true })")
        assert desk.is_no_wider_than_the_screen(), address
        assert violations(desk.page) == [], address
    assert [url for url in desk.requests if not url.startswith((desk.base + "/", "data:"))] == []
    assert desk.complaints == []


def test_a_question_is_answered_on_the_phone(addresses: tuple[str, str, str], desk_at: Callable[..., Desk]) -> None:
    desk = desk_at(PHONE)
    desk.go(addresses[0])
    desk.page.get_by_role("link", name="5 月 29 日下午一次办结 17 件").click()
    desk.page.get_by_label("说明").fill("系统停用两天，集中补录")
    desk.press("记录说明")
    assert desk.page.get_by_text("说明已记录").is_visible()
    desk.go(addresses[0])
    assert desk.page.get_by_text("没有等待说明的疑问").is_visible()
