"""Self-evaluation, monitoring, templates, and what was published, in a real Chromium: both widths, both languages, light and dark."""

import os
import secrets
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone
from pytest_django import Settings

from shixiao.casework.models import Case
from shixiao.conftest import violations
from shixiao.engine import bundles
from shixiao.people.models import User
from shixiao.performance.evaluation import editing, making
from shixiao.performance.models import Evaluation, EvaluationKind, PlanVersion
from shixiao.performance.publication import filling, publishing
from shixiao.performance.tests.test_browser import DESKTOP, PHONE, Desk, chromium, desk_at

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
__all__ = ["chromium", "desk_at"]


@pytest.fixture
def pages(
    life: dict[str, Case],
    version: PlanVersion,
    officer: User,
    now: datetime,
    settings: Settings,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> list[str]:
    """A self-evaluation with a promise, a monitoring, and the publication of the former; the addresses of all their pages."""
    monkeypatch.setattr(timezone, "now", lambda: now)
    settings.SHIXIAO_PUBLISHED = tmp_path / "published"
    until = now.date() - timedelta(days=1)
    made: dict[str, Evaluation] = {}
    for kind in EvaluationKind.values:
        made[kind] = making.make(version, kind=kind, until=until, by=officer, now=now).evaluations[0]
    promised = editing.Promised("0", now.date() + timedelta(days=30), "经办岗位")
    changes = editing.Changes({("0", "improvement"): "按月核对"}, promises=[promised])
    frozen = editing.edit(made["self_evaluation"], changes, reason="补写", by=officer, now=now)
    address = _published(version, frozen, officer, now)

    def at(name: str, *more: object) -> str:
        return reverse(f"performance:{name}", args=[version.plan_id, version.number, *more])

    return [
        at("evaluations"),
        at("evaluation", frozen.pk),
        at("evaluation_edit", frozen.pk),
        at("evaluation_profile"),
        at("monitorings"),
        at("evaluation", made["monitoring"].pk),
        at("evaluation_edit", made["monitoring"].pk),
        at("promises"),
        at("declarations"),
        reverse("performance:form_templates"),
        "/published/",
        f"/published/{address}/",
        f"/published/{address}/en/",
    ]


def _published(version: PlanVersion, frozen: Evaluation, officer: User, now: datetime) -> str:
    secrecy = bundles.SecrecyReview(on=now.date(), result="可以公开")
    value = filling.from_evaluations(
        version, evaluations=[frozen], until=frozen.until, office="example", secrecy=secrecy, now=now
    )
    assert bundles.make(value, lambda: secrets.token_hex(8)).bundle["projects"]
    made = publishing.publish(value, version=version, reviewed_by="模拟审查人", by=officer, now=now)
    return made.address


# English on a desktop has the words that it has on a phone, and more room.
@pytest.mark.parametrize(("size", "language"), [(PHONE, "zh-hans"), (PHONE, "en"), (DESKTOP, "zh-hans")])
def test_each_page_is_accessible_fits_and_stays_at_home(
    desk_at: Callable[..., Desk], size: tuple[int, int], language: str, pages: list[str]
) -> None:
    for scheme in ("light", "dark"):
        desk = desk_at(size, language=language, color_scheme=scheme)
        for address in pages:
            page: Any = desk.go(address)
            page.evaluate("document.querySelectorAll('main details').forEach(each => { each.open = true })")
            assert violations(page) == [], address
            assert desk.is_no_wider_than_the_screen(), address
            if scheme == "light" and (folder := os.environ.get("SCREENSHOTS")):
                name = address.strip("/").replace("/", "-")
                page.screenshot(path=f"{folder}/{name}-{size[0]}-{language}.png", full_page=True)
        assert desk.complaints == []
        assert {url for url in desk.requests if not url.startswith((desk.base + "/", "data:"))} == set()
