"""The board in a browser without its pictures: what it says, filters, a past day, two days, money, and who may see what."""

import re
from collections.abc import Callable
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from shixiao.casework import Opening, open_case, perform
from shixiao.casework.models import Case
from shixiao.casework.tests.conftest import KIND
from shixiao.engine.prospects import Status
from shixiao.ledger import freezing
from shixiao.people.models import Unit, User
from shixiao.performance import binding, guarding, outlets
from shixiao.performance.board import choosing, differing, money
from shixiao.performance.board.choosing import Chosen
from shixiao.performance.models import Basis, PlanVersion
from shixiao.performance.standing import Board
from shixiao.performance.tests.conftest import first
from shixiao.performance.tests.numbers.conftest import FINISHED, ON_TIME, board_of, finished
from shixiao.ui.statuses import STANDINGS

pytestmark = pytest.mark.django_db
TRANSACTIONS = ("BEGIN", "COMMIT", "SAVEPOINT", "RELEASE", "ROLLBACK")
MOST = 10


@pytest.fixture(autouse=True)
def _at_that_morning(now: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(timezone, "now", lambda: now)


@pytest.fixture
def page(signed_in: Callable[[User], Client], officer: User) -> Callable[..., str]:
    """The text of an address, as the officer or somebody else sees it."""

    def read(address: str = "/board/", by: User | None = None, **headers: str) -> str:
        answer = signed_in(by or officer).get(address, headers=headers)
        assert answer.status_code == 200, answer.status_code
        return answer.content.decode()

    return read


def shown(text: str) -> list[int]:
    """The rows that a page shows."""
    return [int(each) for each in re.findall(r'id="row-(\d+)"', text)]


def said(text: str, kind: str) -> str:
    """A paragraph of the page, without its marks."""
    (found,) = re.findall(rf'<p class="{kind}">(.*?)</p>', text, re.DOTALL)
    return re.sub(r"<[^>]+>", "", found)


# ---- what it says ----------------------------------------------------------------------------------------------


def test_without_a_plan_the_board_says_what_will_be_here(page: Callable[..., str]) -> None:
    assert "这里将显示每一项指标现在怎样" in page()


def test_the_first_line_says_what_matters_and_every_part_leads_there(
    page: Callable[..., str], version: PlanVersion, life: dict[str, Case]
) -> None:
    text = page()
    board = board_of(version, timezone.now())
    risks = sum(board.statuses[each] for each in (Status.AT_RISK, Status.UNLIKELY))
    assert risks
    opening = said(text, "opening")
    assert "到期" in opening
    for address in re.findall(
        r'<a [^>]*href="(\?status=[a-z_]+)"', text.partition("</header>")[2].partition("<form")[0]
    ):
        name = address.partition("=")[2]
        assert len(shown(page("/board/" + address))) == board.statuses[Status(name)] > 0
    assert said(text, "b-basis").startswith("6 项指标：3 项有证据")


def test_each_row_has_its_status_in_a_word(
    page: Callable[..., str], version: PlanVersion, life: dict[str, Case]
) -> None:
    text, board = page(), board_of(version, timezone.now())
    assert shown(text) == [1, 2, 3, 4, 5, 6]
    for row in board.rows:
        (cells,) = re.findall(rf'id="row-{row.row}">(.*?)</tr>', text, re.DOTALL)
        assert f"is-{row.status.value}" in text
        value = guarding.board(board, by=None, now=timezone.now()).parts(row)[0].value
        assert value in cells or len(row.parts) > 1 or row.basis == "none"
    assert "target-bar" in text
    assert "year-line" in text
    assert "style=" not in text


def test_an_office_that_is_not_there_yet_is_said(page: Callable[..., str], bind: Callable[..., Any]) -> None:
    bind(5, basis=Basis.AWAITED, awaits="operations")
    assert "等待“运维”办公系统" in page()
    assert shown(page("/board/?basis=awaited")) == [5]
    assert shown(page("/board/?basis=unbound")) == [1, 2, 3, 4, 6]


def test_a_declared_value_is_marked_wherever_it_stands(
    page: Callable[..., str], bind: Callable[..., Any], version: PlanVersion, officer: User, now: datetime
) -> None:
    bind(5, basis=Basis.DECLARED)
    binding.declare(first(version, 5), 0, "2", on=date(2026, 6, 1), note="按信访台账", by=officer, now=now)
    text = page()
    (cells,) = re.findall(r'id="row-5">(.*?)</tr>', text, re.DOTALL)
    assert "填报" in cells
    assert "1 项是填报值" in said(text, "b-basis")
    assert shown(page("/board/?basis=declared")) == [5]
    assert shown(page("/board/?basis=measured")) == []


def test_the_page_is_english_for_whoever_wants_it(
    signed_in: Callable[[User], Client], officer: User, life: dict[str, Case]
) -> None:
    client = signed_in(officer)
    client.cookies["shixiao_language"] = "en"
    text = client.get("/board/").content.decode()
    assert "No evidence yet" in text
    assert "6 indicators: 3 have evidence" in re.sub(r"<[^>]+>", "", text)
    left = re.sub(r'<(\w+)[^>]*lang="zh-Hans"[^>]*>.*?</\1>', "", text.partition("<main")[2])
    assert set(re.findall(r"[一-鿿]+", left)) <= {"某市某局", "年业务经费", "件", "元"}  # units as published


# ---- filters ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", [1, 2, 3, 4, 5, 6]),
        ("status=no_evidence&class=11", [5]),
        ("q=办结", [1, 2, 4]),
        ("q=办结+件数", [2]),
        ("q=%E2%89%A595%25", [1]),
        ("class=12", [1, 4, 6]),
        ("class=1", [1, 2, 3, 4, 5, 6]),
        ("class=none", []),
        ("unit=1", [1, 2, 3, 4, 5, 6]),
        ("unit=2", []),
        ("project=1-1", [1, 2, 3, 4, 5, 6]),
        ("project=1-2", []),
        ("project=1", [1, 2, 3, 4, 5, 6]),
        ("status=nonsense&basis=nonsense&class=xx&unit=x&on=2026-02-31", [1, 2, 3, 4, 5, 6]),
    ],
)
def test_the_address_chooses_the_rows(
    page: Callable[..., str], life: dict[str, Case], query: str, expected: list[int]
) -> None:
    assert shown(page(f"/board/?{query}")) == expected


def test_htmx_gets_the_rows_alone(page: Callable[..., str], life: dict[str, Case]) -> None:
    text = page("/board/?q=办结", **{"HX-Request": "true"})
    assert "<html" not in text
    assert shown(text) == [1, 2, 4]


def test_an_address_is_what_it_was_made_of() -> None:
    today = date(2026, 6, 30)
    chosen = Chosen.of({"status": "risk", "class": "11", "on": "2026-06-29", "fold": "1", "q": "甲 乙"}, today=today)
    query = set(chosen.address()[1:].split("&"))
    assert query == {"status=risk", "class=11", "q=%E7%94%B2+%E4%B9%99", "on=2026-06-29", "fold=1"}
    assert Chosen.of({"on": "2026-06-30"}, today=today).as_of is None  # today is not over
    assert choosing.day_of("20260629") is None


def test_projects_fold(page: Callable[..., str], life: dict[str, Case]) -> None:
    assert 'class="b-project" id="project-1-1" open' in page()
    assert 'class="b-project" id="project-1-1">' in page("/board/?fold=1")


# ---- statements ------------------------------------------------------------------------------------------------


def statements(client: Client, address: str) -> int:
    client.get(address)
    with CaptureQueriesContext(connection) as captured:
        assert client.get(address).status_code == 200
    return len([each for each in captured.captured_queries if not each["sql"].startswith(TRANSACTIONS)])


def test_the_board_takes_ten_statements_whatever_there_is(
    signed_in: Callable[[User], Client],
    officer: User,
    reader: User,
    life: dict[str, Case],
    version: PlanVersion,
    guangzhou: PlanVersion,
) -> None:
    for plan in {version.plan_id, guangzhou.plan_id}:
        for who in (officer, reader):
            assert statements(signed_in(who), f"/plans/{plan}/board/") <= MOST
            assert statements(signed_in(who), f"/plans/{plan}/board/?status=risk&q=办") <= MOST


# ---- law 9 -----------------------------------------------------------------------------------------------------


def test_of_a_restricted_register_others_see_the_status_and_the_ratio_alone(
    page: Callable[..., str],
    bind: Callable[..., Any],
    restrict: Callable[[], None],
    unit: Unit,
    clerk: User,
    stranger: User,
    now: datetime,
) -> None:
    bind(1, ON_TIME)
    bind(2, "desk.finished")
    begun = now - timedelta(days=35)
    for each in range(6):
        finished(unit, clerk, begun, begun + timedelta(hours=1), title=f"密{each}")
    restrict()
    for address in (
        "/board/",
        "/board/?on=2026-06-20",
        "/board/compare/?a=2026-06-20",
        "/board/restated/?on=2026-06-20",
    ):
        text = page(address, by=stranger).partition("<main")[2]
        assert "密" not in re.sub(r"密级|保密", "", text)
        assert "/evidence/" not in text
        assert "year-line" not in text
        assert "target-bar" not in text
    row = re.findall(r'id="row-1">(.*?)</tr>', page(by=stranger), re.DOTALL)[0]
    assert "100%" in row
    assert "b-room" not in row
    assert "不能打开" in row
    assert "year-line" in page(by=clerk)


# ---- a past day ------------------------------------------------------------------------------------------------


def test_a_past_day_reads_the_same_after_later_events(
    page: Callable[..., str], life: dict[str, Case], unit: Unit, clerk: User, now: datetime
) -> None:
    while freezing.freeze(now):
        pass
    address = "/board/?on=2026-06-20"
    before = page(address)
    assert "按当日存档" in before
    late = now - timedelta(days=15)
    opening = Opening(unit=unit, title="补记的", particulars={"topic": "甲", "amount": "3.00"}, happened_at=late)
    case = open_case(KIND, "open", opening, by=clerk, now=now)
    perform(case.pk, "take", by=clerk, now=now, happened_at=late + timedelta(hours=1))
    perform(case.pk, "finish", by=clerk, now=now, happened_at=late + timedelta(hours=2))
    after = page(address)
    body = re.compile(r'<div class="board">.*', re.DOTALL)
    assert body.findall(after)[0] == body.findall(before)[0]
    text = page("/board/restated/?on=2026-06-20")
    assert "现在所知" in text
    assert "办结件数" in text
    assert "没有更正" in page("/board/restated/?on=2026-06-10")


def test_of_a_day_that_was_not_frozen_it_says_so(page: Callable[..., str], life: dict[str, Case]) -> None:
    text = page("/board/?on=2026-06-20")
    assert "按当日所知重算" in text
    assert "按当日存档" not in text


def test_what_was_bound_later_is_said(
    page: Callable[..., str], bind: Callable[..., Any], unit: Unit, clerk: User, now: datetime
) -> None:
    bind(1, ON_TIME, at=now - timedelta(days=2))
    finished(unit, clerk, now - timedelta(days=35), now - timedelta(days=34))
    assert "其后才绑定" in page("/board/?on=2026-06-20")
    assert "其后才绑定" not in page("/board/?on=2026-06-29")


def test_without_a_past_day_there_is_nothing_to_restate(
    signed_in: Callable[[User], Client], officer: User, version: PlanVersion
) -> None:
    assert signed_in(officer).get("/board/restated/").headers["Location"] == "/board/"


# ---- two days --------------------------------------------------------------------------------------------------


def test_two_days_are_compared(
    page: Callable[..., str], version: PlanVersion, life: dict[str, Case], officer: User, now: datetime
) -> None:
    text = page("/board/compare/?a=2026-05-20&b=2026-06-29")
    assert "按时办结率" in text
    assert "支出" in text
    board = guarding.board(board_of(version, now, as_of=date(2026, 5, 20)), by=officer, now=now)
    other = guarding.board(board_of(version, now, as_of=date(2026, 6, 29)), by=officer, now=now)
    changes = differing.between(board, other)
    assert changes
    for change in changes:
        assert change.has_moved or any(part.has_changed for part in change.parts)
    assert [each.has_moved for each in changes] == sorted((each.has_moved for each in changes), reverse=True)
    assert differing.between(other, other) == []


def test_days_in_the_wrong_order_are_turned_round(page: Callable[..., str], life: dict[str, Case]) -> None:
    one, other = page("/board/compare/?a=2026-06-29&b=2026-05-20"), page("/board/compare/?a=2026-05-20&b=2026-06-29")
    token = re.compile(r"csrfmiddlewaretoken[^>]*>|nonce=\S+|name=\"next\"[^>]*>")
    assert token.sub("", one) == token.sub("", other)


def test_between_two_days_on_which_nothing_changed_there_is_nothing(
    page: Callable[..., str], version: PlanVersion
) -> None:
    assert "这两天之间没有变化" in page("/board/compare/?a=2026-06-01&b=2026-06-02")


def test_days_that_are_only_assumed_are_said_on_the_row_and_with_the_reason_on_its_page(
    version: PlanVersion, bind: Callable[..., Any], page: Callable[..., str]
) -> None:
    assumed = {"window": "contract", "begin": date(2025, 7, 1), "end": date(2026, 7, 1), "is_provisional": True}
    bind(1, ON_TIME, **assumed)
    bind(2, FINISHED)
    text = page()
    assert text.count("起止日期没有写明，暂按合同年度：2025年7月1日 至 2026年6月30日计") == 1
    assert text.count("暂定") == 1
    assert "起止日期是暂定的。绑定时的理由：" in page(f"/plans/{version.plan_id}/v1/1/")
    assert "暂定" not in page(f"/plans/{version.plan_id}/v1/2/")


def test_a_value_from_which_records_are_missing_says_so_wherever_it_stands(
    version: PlanVersion, bind: Callable[..., Any], unit: Unit, clerk: User, page: Callable[..., str], now: datetime
) -> None:
    bind(1, ON_TIME, awaits="supervision")
    bind(2, FINISHED)
    finished(unit, clerk, now - timedelta(days=9), now - timedelta(days=8))
    lacking = "依据不全：还缺“督办”办公系统的记录，这个数不是全部。"
    text = page()
    assert text.count(lacking) == 1
    assert shown(page("/board/?basis=measured")) == [1, 2]
    assert shown(page("/board/?basis=awaited")) == []
    assert lacking in page(f"/plans/{version.plan_id}/v1/1/")
    assert "依据不全" not in page(f"/plans/{version.plan_id}/v1/2/")
    board = board_of(version, now)
    told = outlets.board_json(board, guarding.board(board, by=None, now=now))["rows"]
    assert [each["note"] for each in told[:2]] == [lacking, None]


# ---- the leader's page and money -------------------------------------------------------------------------------


def test_the_leader_reads_five_sentences_each_of_which_leads_somewhere(
    page: Callable[..., str], life: dict[str, Case]
) -> None:
    text = page("/board/leader/")
    lines = re.findall(r'<li class="is-(\w+)"><a href="([^"]+)">(.*?)</a></li>', text, re.DOTALL)
    assert len(lines) == 5
    for status, address, _words in lines:
        assert status in STANDINGS
        page(address.replace("&amp;", "&"))


def test_without_a_plan_there_is_no_page_for_the_leader(signed_in: Callable[[User], Client], officer: User) -> None:
    client = signed_in(officer)
    for name in ("leader", "money", "compare", "restated"):
        assert client.get(f"/board/{name}/").status_code == 404
    assert client.get("/plans/99/board/").status_code == 404


def test_without_a_budget_there_is_no_rate(page: Callable[..., str], life: dict[str, Case]) -> None:
    text = page("/board/money/")
    assert "还没有登记批复预算" in text
    assert "0%" not in said(text, "opening")


def test_money_follows_the_chosen_day_and_so_do_its_links(
    page: Callable[..., str], life: dict[str, Case], monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[date | None] = []
    read = money.read

    def watched(version: PlanVersion, board: Board, **more: Any) -> money.Money:
        asked.append(board.as_of)
        return read(version, board, **more)

    monkeypatch.setattr(money, "read", watched)
    text = page("/board/money/?on=2026-06-01")
    assert "2026年6月1日终了时所知" in text
    assert 'href="/board/?status=on_course&amp;project=1-1&amp;on=2026-06-01"' in text
    assert 'href="/board/?project=1-1&amp;on=2026-06-01"' in text
    assert 'href="/board/money/?on=2026-06-01"' in page("/board/?on=2026-06-01")
    now_shown = page("/board/money/?on=2999-01-01")
    assert "当天还没有结束" in now_shown
    assert "&amp;on=" not in now_shown
    assert asked == [date(2026, 6, 1), None]


@pytest.mark.parametrize(
    ("day", "expected"),
    [("2025-12-31", "0.0"), ("2026-01-01", "0.3"), ("2026-12-31", "100.0"), ("2027-01-01", "100.0")],
)
def test_how_much_of_the_year_is_over(day: str, expected: str) -> None:
    assert str(money.time_passed(2026, date.fromisoformat(day))) == expected


def test_only_what_has_a_budget_is_in_the_rate_of_the_whole() -> None:
    given = {"place": None, "time": Decimal(50), "good": 1, "known": 2, "rows": 3}
    lines = [
        money.MoneyLine(approved=Decimal(100), paid=Decimal(30), **given),
        money.MoneyLine(approved=None, paid=Decimal(900), **given),
        money.MoneyLine(approved=Decimal(100), paid=Decimal(40), **given),
    ]
    whole = money._whole(lines, Decimal(50))
    assert (whole.rate, whole.share) == (Decimal("35.0"), Decimal("50.0"))
    assert [line.is_behind for line in lines] == [True, False, False]  # ten points behind is not yet said
    assert lines[1].rate is None
