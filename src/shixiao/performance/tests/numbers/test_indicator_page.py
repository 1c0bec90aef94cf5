"""The page of an indicator: how it stands, from which cases, and why; and that law 9 holds on it, too."""

import json
import re
from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from shixiao.casework import perform
from shixiao.casework.models import Case
from shixiao.ledger import freezing, gauges
from shixiao.people.models import Unit, User
from shixiao.performance import binding
from shixiao.performance.models import Basis, PlanVersion
from shixiao.performance.tests.conftest import first
from shixiao.performance.tests.numbers.conftest import FINISHED, ON_TIME, WATCHED, finished

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _at_that_morning(now: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(timezone, "now", lambda: now)


@pytest.fixture
def page(version: PlanVersion, officer: User, signed_in: Callable[[User], Client]) -> Callable[..., str]:
    """The page of a row as somebody sees it: `page(1)`, `page(1, "why/", by=reader)`."""

    def look(number: int, rest: str = "", *, by: User = officer, language: str = "zh-hans") -> str:
        browser = signed_in(by)
        browser.cookies["shixiao_language"] = language
        answer = browser.get(f"/plans/{version.plan_id}/v1/{number}/{rest}")
        assert answer.status_code == 200
        return answer.content.decode()

    return look


def plain(page: str) -> str:
    """The words of a page."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", page))


def test_the_reading_as_a_sentence_whose_parts_are_links(page: Callable[..., str], life: dict[str, Case]) -> None:
    found = page(1)
    assert "按时 1 件，超时 1 件，未到时限 1 件，不计 1 件（已取消）。" in plain(found)
    assert "不计后 50.0%，计入后 33.3%。" in plain(found)
    for part in ("met", "missed", "pending", "not_counted"):
        assert re.search(rf'href="/evidence/\d+/\?[^"]*part={part}#cases"', found)
    assert "难以达成" in found


@pytest.mark.parametrize("number", [1, 2, 3, 4])
def test_every_link_to_cases_opens(
    number: int, page: Callable[..., str], life: dict[str, Case], officer: User, signed_in: Callable[[User], Client]
) -> None:
    browser = signed_in(officer)
    links = set(re.findall(r'href="(/evidence/[^"#]*)', page(number)))
    assert links
    for each in links:
        answer = browser.get(each.replace("&amp;", "&"))
        assert answer.status_code == 200, each


def test_a_row_that_stands_on_nothing_says_so(page: Callable[..., str], version: PlanVersion) -> None:
    found = plain(page(1))
    assert "没有读数：既不是零，也不是百分之百。" in found
    assert "还没有绑定，没有证据。" in found
    assert "100%" not in found


def test_of_a_compound_each_part_stands_for_itself(page: Callable[..., str], life: dict[str, Case]) -> None:
    found = plain(page(4))
    assert "2 个部分，都要达到，以最差的为准。" in found
    assert "1/2 城区" in found
    assert "2/2 郊区" in found


def test_a_declared_value_is_marked(
    page: Callable[..., str], version: PlanVersion, bind: Callable[..., Any], officer: User, reader: User, now: datetime
) -> None:
    bind(2, "", basis=Basis.DECLARED)
    attached = binding.Attached(name="证明.pdf", sha256="a" * 64, size=9)
    given = {"on": date(2026, 6, 1), "note": "按月报", "attached": attached, "by": officer, "now": now}
    binding.declare(first(version, 2), 0, "2", **given)
    found = page(2)
    assert "填报</span>" in found
    assert "证明.pdf" in found
    assert "test-officer" in found
    assert "test-officer" not in page(2, by=reader)


def test_the_history_of_bindings_with_their_reasons(
    page: Callable[..., str], bind: Callable[..., Any], reader: User, now: datetime
) -> None:
    bind(2, FINISHED)
    bind(2, ON_TIME.replace("answered_on_time", "finished"), at=now - timedelta(days=9), begin=date(2026, 2, 1))
    found = plain(page(2))
    assert found.count("对得上") >= 2
    assert "2 次" in found
    assert "test-officer" in found
    assert "test-officer" not in plain(page(2, by=reader))


def test_the_months_add_up_and_what_was_frozen_stands_beside(
    page: Callable[..., str],
    bind: Callable[..., Any],
    unit: Unit,
    clerk: User,
    now: datetime,
) -> None:
    bind(2, FINISHED)
    for days in (60, 35, 5):
        finished(unit, clerk, now - timedelta(days=days), now - timedelta(days=days) + timedelta(hours=1))
    while freezing.freeze(now):
        pass
    found = page(2)
    rows = re.findall(r"<tr><th scope=\"row\">(.*?)</tr>", found, re.DOTALL)
    months = {title[0]: plain(each) for each in rows if (title := re.findall(r"2026年\d+月", plain(each)))}
    assert months["2026年5月"].count("2 件") == 2  # two by the end of May, and so it was frozen
    assert months["2026年6月"].count("3 件") == 1  # not frozen yet: the month is not over
    assert "2026年7月" not in months


def test_a_past_day_shows_what_was_known_then_and_what_is_known_better(
    page: Callable[..., str], bind: Callable[..., Any], unit: Unit, clerk: User, now: datetime
) -> None:
    bind(2, FINISHED)
    begun = now - timedelta(days=35)
    case = finished(unit, clerk, begun, begun + timedelta(hours=1))
    from shixiao.casework import Opening, open_case
    from shixiao.casework.tests.conftest import KIND

    opening = Opening(unit=unit, title="补记的", particulars={"topic": "甲", "amount": "1.00"}, happened_at=begun)
    late = open_case(KIND, "open", opening, by=clerk, now=now - timedelta(days=2))
    perform(late.pk, "take", by=clerk, now=now - timedelta(days=2), happened_at=begun)
    perform(late.pk, "finish", by=clerk, now=now - timedelta(days=2), happened_at=begun)
    day = (begun + timedelta(days=2)).date()
    found = plain(page(2, f"?on={day}"))
    assert "终了时所知" in found
    assert "当时知道 1 件，现在知道 2 件。" in found
    assert "计入 +1" in found
    assert case.pk != late.pk
    assert "当天还没有结束" in plain(page(2, "?on=2031-01-01"))
    assert "当天还没有结束" in plain(page(2, "?on=x"))


def test_three_states_are_never_confused(
    page: Callable[..., str], bind: Callable[..., Any], unit: Unit, clerk: User, now: datetime
) -> None:
    bind(5, WATCHED)
    gauges.put("desk.returned", {}, by=None, now=now - timedelta(days=100))
    assert "没有读数：既不是零，也不是百分之百。" in plain(page(5))
    finished(unit, clerk, now - timedelta(days=50), now - timedelta(days=49), amount="0.01")
    found = plain(page(5))
    assert "没有发生：有人在看，零报告 1 期齐全。" in found
    assert "没有读数" not in found


# ---- why -------------------------------------------------------------------------------------------------------


def test_the_explanation_has_a_page_of_its_own(page: Callable[..., str], life: dict[str, Case]) -> None:
    found = plain(page(1, "why/"))
    for title in ("公布的原文", "怎样读懂", "绑定到什么", "哪些事项", "数值", "怎样判定", "什么会改变它", "打开事项"):
        assert title in found
    assert "不计后 50.0%，计入后 33.3%。" in found
    english = plain(page(1, "why/", language="en"))
    assert "The value is 50.0% without what is not counted, 33.3% with it." in english
    assert "1 in time" in english


def test_and_as_json(page: Callable[..., str], life: dict[str, Case]) -> None:
    told = json.loads(page(1, "why.json"))
    assert (told["version"], told["schema"], told["row"]) == (1, "urn:shixiao:schema:why:1", 1)
    assert json.loads(page(1, "why.json?on=2026-06-01"))["as_of"] == "2026-06-01"


def test_a_row_that_is_not_there_is_not_found(
    version: PlanVersion, officer: User, signed_in: Callable[[User], Client]
) -> None:
    browser = signed_in(officer)
    for rest in ("99/why/", "99/why.json"):
        assert browser.get(f"/plans/{version.plan_id}/v1/{rest}").status_code == 404


# ---- law 9 -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "rest", ["", "why/", "why.json", "?on=2026-06-20", "why/?on=2026-06-20", "why.json?on=2026-06-20"]
)
def test_nothing_of_a_restricted_register_gets_out(
    rest: str,
    page: Callable[..., str],
    bind: Callable[..., Any],
    restrict: Callable[[], None],
    unit: Unit,
    clerk: User,
    officer: User,
    stranger: User,
    now: datetime,
) -> None:
    """Thirteen cases, of which three were late: neither 13, nor 10, nor 3 is anywhere, nor a way to the cases."""
    bind(1, ON_TIME)
    begun = now - timedelta(days=35)
    for each in range(13):
        finished(unit, clerk, begun, begun + timedelta(days=6 if each < 3 else 0, hours=1), title=f"密{each}")
    restrict()
    for by in (officer, stranger):
        found = page(1, rest, by=by)
        words = plain(found) if "json" not in rest else found
        assert "密" not in words.replace("密级", "")
        assert "/evidence/" not in re.sub(r'<nav class="menu".*?</nav>', "", found, flags=re.DOTALL).replace(
            "casework/evidence.css", ""
        )
        assert not re.search(r"(?<![\d.年月])(13|10|3) 件", words)
        assert ("76.9%" in words) == (
            "on=" not in rest
        )  # the ratio of the whole year as it is now, and of no other day
        assert "各月" not in words
        assert "余量" not in words.replace("余量、预测和事项不显示", "")
    if rest == "":
        assert "超时 3 件" in plain(page(1, by=clerk))


def test_the_page_costs_a_bounded_number_of_statements(
    page: Callable[..., str], life: dict[str, Case], bind: Callable[..., Any]
) -> None:
    with CaptureQueriesContext(connection) as asked:
        page(1)
    kept = (
        "django_session",
        "axes_",
        "SAVEPOINT",
        '"ledger_gauge',
        "people_user",
    )  # the sign-in, and what a process keeps
    own = [each["sql"] for each in asked if not any(word in each["sql"] for word in kept)]
    assert len(own) <= 18, "\n".join(each[:150] for each in own)
