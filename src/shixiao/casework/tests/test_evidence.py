"""Numbers that open: every gauge, one of them, the cases behind it, and who may look at which (law 9)."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, datetime, timedelta
from fractions import Fraction
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone

from shixiao.casework import Opening, offices, open_case, perform, tokens, topics
from shixiao.casework.evidence import board, figures, guarding
from shixiao.casework.evidence.choosing import Chosen
from shixiao.casework.evidence.standing import Standing, Watch, standing
from shixiao.casework.models import Case, Project, Topic
from shixiao.casework.tests.conftest import KIND
from shixiao.casework.tests.measured import declared
from shixiao.engine.measures import Aspect, CountsOn, Measure, Reading, Reads, declaring, measure, met, missed
from shixiao.ledger import folding, gauges
from shixiao.ledger.models import Event
from shixiao.people import actions
from shixiao.people.models import Unit, User

pytestmark = pytest.mark.django_db
TODAY = date(2026, 6, 30)
LONG = "广州地区公文交换站（广州市人民政府公报编辑部）2025-2026年度信息化运维服务"


@pytest.fixture(autouse=True)
def _at_that_morning(now: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(timezone, "now", lambda: now)


@pytest.fixture(autouse=True)
def measures() -> Iterator[tuple[Measure, ...]]:
    with declared() as made:
        yield made


@pytest.fixture
def used(measures: tuple[Measure, ...], now: datetime) -> list[int]:
    """On time, finished, worth: in use."""
    return [gauges.put(each.name, {}, by=None, now=now - timedelta(days=300)).pk for each in measures]


@pytest.fixture
def clerk(staff: Callable[..., User]) -> User:
    return staff("clerk", "desk.clerk", "desk.overseer")


@pytest.fixture
def stranger(staff: Callable[..., User]) -> User:
    return staff("stranger")


def opened(unit: Unit, clerk: User, at: datetime, title: str = "一件事", **more: Any) -> Case:
    opening = Opening(unit=unit, title=title, particulars={"topic": "甲", "amount": "12.50"}, **more)
    return open_case(KIND, "open", opening, by=clerk, now=at)


def finished(unit: Unit, clerk: User, begun: datetime, done: datetime, **more: Any) -> Case:
    case = opened(unit, clerk, begun, **more)
    perform(case.pk, "take", by=clerk, now=begun + timedelta(minutes=1))
    return perform(case.pk, "finish", by=clerk, now=done)


@pytest.fixture
def life(used: list[int], unit: Unit, clerk: User, now: datetime) -> dict[str, Case]:
    """One on time, one late, one still running, one swept and not counted. 26 May 2026 is a working Tuesday."""
    begun = now - timedelta(days=35)
    cases = {
        "met": finished(unit, clerk, begun, begun + timedelta(hours=2), title="按时的"),
        "missed": finished(unit, clerk, begun, begun + timedelta(days=6), title="超时的"),
        "pending": opened(unit, clerk, now - timedelta(minutes=9), title="还没到的"),
        "not_counted": opened(unit, clerk, begun, title="清理的"),
    }
    perform(cases["not_counted"].pk, "sweep", by=None, now=begun + timedelta(hours=1))
    return cases


def page_of(browser: Client, address: str) -> str:
    answer = browser.get(address)
    assert answer.status_code == 200, address
    return answer.content.decode()


# ---- the list --------------------------------------------------------------------------------------------------


def test_without_gauges_the_page_says_what_would_be_here(clerk: User, signed_in: Callable[[User], Client]) -> None:
    page = page_of(signed_in(clerk), "/evidence/")
    assert "这里将是各项度量的读数" in page
    assert "0 项度量" in page


def test_the_list_says_each_number_its_standing_and_its_parts(
    used: list[int], life: dict[str, Case], clerk: User, signed_in: Callable[[User], Client]
) -> None:
    page = page_of(signed_in(clerk), "/evidence/")
    assert "3 项度量" in page
    assert "3 项有证据" in page
    assert "1 项有未达标" in page
    assert "50.0%" in page  # one met, one missed
    assert "33.3%" in page  # with the swept one put back as missed
    for part, number in (("met", 1), ("missed", 1), ("pending", 1), ("not_counted", 1)):
        assert f'href="/evidence/{used[0]}/?&amp;part={part}"' in page
        assert f"<b>{number}</b>" in page
    assert "37.50 元" in page


def test_a_number_that_nobody_watched_is_no_evidence_and_neither_0_nor_100(
    used: list[int], clerk: User, signed_in: Callable[[User], Client]
) -> None:
    page = page_of(signed_in(clerk), "/evidence/")
    assert page.count("尚无证据</span>") == 3
    assert "0 项有证据" in page
    assert "100%" not in page


def test_each_part_of_the_first_sentence_is_a_filter(
    used: list[int], life: dict[str, Case], clerk: User, signed_in: Callable[[User], Client]
) -> None:
    browser = signed_in(clerk)
    assert 'href="?state=missed"' in page_of(browser, "/evidence/")
    page = page_of(browser, "/evidence/?state=missed")
    assert "按时办结率" in page
    assert ">办结件数<" not in page
    assert "没有符合条件的度量" in page_of(browser, "/evidence/?state=nothing")


def test_filters_by_unit_project_and_year(
    used: list[int],
    life: dict[str, Case],
    unit: Unit,
    clerk: User,
    now: datetime,
    signed_in: Callable[[User], Client],
) -> None:
    other = actions.create_unit("另一处", code="OTH", parent=unit, since=date(2020, 1, 1), by=None, now=now)
    project = Project.objects.create(unit=other, name=LONG, since_year=2026, until_year=2026)
    begun = now - timedelta(days=35)
    finished(other, clerk, begun, begun + timedelta(hours=1), project=project)
    browser = signed_in(clerk)
    assert "100%" in page_of(browser, f"/evidence/?unit={other.pk}")
    assert "100%" in page_of(browser, f"/evidence/?project={project.pk}")
    assert "100%" in page_of(browser, f"/evidence/?project={project.pk}&unit={other.pk}")
    assert "66.7%" in page_of(browser, f"/evidence/?unit={unit.pk}")
    assert "3 项尚无证据" in page_of(browser, "/evidence/?year=2025")
    assert "3 项尚无证据" in page_of(browser, "/evidence/?unit=999999")
    assert "66.7%" in page_of(browser, "/evidence/?since=2026-05-01&until=2026-06-30")


def test_a_past_day_reads_as_it_was_known_then(
    used: list[int], life: dict[str, Case], clerk: User, now: datetime, signed_in: Callable[[User], Client]
) -> None:
    day = timezone.localtime(now - timedelta(days=35)).date()
    page = page_of(signed_in(clerk), f"/evidence/?on={day}")
    assert "100%" in page  # the late one was not late yet
    assert "日终所知" in page
    assert "50.0%" in page_of(signed_in(clerk), f"/evidence/?on={now.date()}")  # a day that is not over is now


def test_nonsense_in_the_address_is_left_out(
    used: list[int], life: dict[str, Case], clerk: User, signed_in: Callable[[User], Client]
) -> None:
    words = "unit=x&project=-1&year=99999&since=2026-13-01&until=&on=gestern&part=all&reason=%00&after=1.2&state=🙂"
    browser = signed_in(clerk)
    assert "50.0%" in page_of(browser, f"/evidence/?{words}")
    assert "50.0%" in page_of(browser, f"/evidence/{used[0]}/?{words}")
    for wrong in ("99999999", "9" * 30, "0"):
        assert browser.get(f"/evidence/{wrong}/").status_code == 404
    answer = browser.get("/evidence/?state=missed", headers={"HX-Request": "true"}).content.decode()
    assert "<html" not in answer


# ---- one gauge -------------------------------------------------------------------------------------------------


def test_the_reading_is_a_sentence_and_both_figures_stand_there(
    used: list[int], life: dict[str, Case], clerk: User, signed_in: Callable[[User], Client]
) -> None:
    page = page_of(signed_in(clerk), f"/evidence/{used[0]}/")
    for word in ("按时 1 件", "超时 1 件", "未到时限 1 件", "不计 1 件（已取消）", "不计后 50.0%，计入后 33.3%"):
        assert word in page
    assert "Tasks finished before their limit" in page
    assert page.count('<tr><th scope="row"><a href="?since=2026-') == 2  # May and June have cases


@pytest.mark.parametrize(
    ("part", "title"), [("met", "按时的"), ("missed", "超时的"), ("pending", "还没到的"), ("not_counted", "清理的")]
)
def test_a_part_opens_to_its_cases_and_each_to_the_event_that_decided(
    part: str,
    title: str,
    used: list[int],
    life: dict[str, Case],
    clerk: User,
    signed_in: Callable[[User], Client],
) -> None:
    browser = signed_in(clerk)
    page = page_of(browser, f"/evidence/{used[0]}/?part={part}")
    for each in ("按时的", "超时的", "还没到的", "清理的"):
        assert (f"</span> {each}</a>" in page) == (each == title)
    kinds = {"met": "desk.done", "pending": "desk.opened", "not_counted": "desk.swept"}
    case = life[part]
    if part == "missed":  # what passing time decided
        assert f'href="/cases/{case.pk}/#counts-{used[0]}"' in page
        assert "到时间" in page
        return
    event = Event.objects.get(kind=kinds[part], subject_id=str(case.pk)).pk
    assert f'href="/cases/{case.pk}/?event={event}#event-{event}"' in page
    there = page_of(browser, f"/cases/{case.pk}/?event={event}")
    assert f'id="event-{event}"' in there


def test_pages_of_cases_follow_each_other_and_leave_nothing_out(
    used: list[int], unit: Unit, clerk: User, now: datetime, signed_in: Callable[[User], Client]
) -> None:
    begun = now - timedelta(days=35)
    for number in range(120):
        opened(unit, clerk, begun, title=f"第{number}件")
    browser, query, seen = signed_in(clerk), "", []
    for _page in range(3):
        page = page_of(browser, f"/evidence/{used[2]}/?{query}")
        seen += [line.split("</a>")[0] for line in page.split("</span> 第")[1:]]
        following = page.split('rel="next"')[0].rsplit('href="?', 1)[1].split("#")[0] if 'rel="next"' in page else ""
        query = following.replace("&amp;", "&")
    assert query == ""
    assert seen == [f"{number}件" for number in range(120)]


def test_cases_that_somebody_may_not_look_at_are_counted_and_not_listed(
    used: list[int],
    life: dict[str, Case],
    unit: Unit,
    clerk: User,
    stranger: User,
    officer: User,
    staff: Callable[..., User],
    now: datetime,
    signed_in: Callable[[User], Client],
) -> None:
    other = actions.create_unit("另一处", code="OTH", parent=unit, since=date(2020, 1, 1), by=None, now=now)
    begun = now - timedelta(days=35)
    finished(other, clerk, begun, begun + timedelta(hours=1), title="下面的")
    there = staff("there", "desk.clerk", at=other)
    address = f"/evidence/{used[0]}/"
    page = page_of(signed_in(there), address)
    assert "66.7%" in page
    assert "另有 4 件您无权查看" in page
    assert "下面的" in page
    assert "按时的" not in page
    page = page_of(signed_in(there), f"{address}?part=met")
    assert "另有 1 件您无权查看" in page
    page = page_of(signed_in(stranger), address)
    assert "另有 5 件您无权查看" in page
    assert "按时的" not in page
    for who in (clerk, officer):
        page = page_of(signed_in(who), address)
        assert "您无权查看" not in page
        assert "按时的" in page


def test_what_is_known_better_stands_beside_a_past_day(
    used: list[int], unit: Unit, clerk: User, now: datetime, signed_in: Callable[[User], Client]
) -> None:
    begun = now - timedelta(days=35)
    case = opened(unit, clerk, begun)
    perform(case.pk, "take", by=clerk, now=begun + timedelta(minutes=1))
    perform(case.pk, "finish", by=clerk, now=now, happened_at=begun + timedelta(hours=1))
    day = timezone.localtime(now - timedelta(days=20)).date()
    page = page_of(signed_in(clerk), f"/evidence/{used[0]}/?on={day}")
    assert "当时知道 0%，现在知道 100%" in page
    assert "按时 +1" in page
    assert "晚记 35 天" in page
    assert "超时 → 按时" in page
    assert f"/cases/{case.pk}/?event=" in page
    assert "有补记或更正" not in page_of(signed_in(clerk), f"/evidence/{used[0]}/")


# ---- the page of a case ----------------------------------------------------------------------------------------


def test_a_case_says_which_gauges_count_it_and_marks_the_event(
    used: list[int], life: dict[str, Case], clerk: User, signed_in: Callable[[User], Client]
) -> None:
    page = page_of(signed_in(clerk), f"/cases/{life['met'].pk}/")
    assert 'id="counts"' in page
    assert f'href="/evidence/{used[0]}/?year=2026&amp;part=met"' in page
    done = Event.objects.get(kind="desk.done", subject_id=str(life["met"].pk)).pk
    marked = page.split(f'id="event-{done}"')[1].split("</li>")[0]
    assert "按时办结率" in marked
    assert "办结件数" in marked
    taken = Event.objects.get(kind="desk.taken", subject_id=str(life["met"].pk)).pk
    assert "ev-decided" not in page.split(f'id="event-{taken}"')[1].split("</li>")[0]


def test_a_case_that_nothing_counts_has_no_such_part(
    unit: Unit, clerk: User, now: datetime, signed_in: Callable[[User], Client]
) -> None:
    case = opened(unit, clerk, now)
    assert 'id="counts"' not in page_of(signed_in(clerk), f"/cases/{case.pk}/")


def test_an_event_older_than_what_the_page_shows_is_shown_when_it_is_asked_for(
    used: list[int],
    unit: Unit,
    clerk: User,
    now: datetime,
    signed_in: Callable[[User], Client],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("shixiao.casework.life.LONGEST", 2)
    case = finished(unit, clerk, now - timedelta(hours=3), now)
    first = Event.objects.get(kind="desk.opened", subject_id=str(case.pk)).pk
    browser = signed_in(clerk)
    assert f'id="event-{first}"' not in page_of(browser, f"/cases/{case.pk}/")
    assert f'id="event-{first}"' in page_of(browser, f"/cases/{case.pk}/?event={first}")
    assert f'id="event-{first}"' not in page_of(browser, f"/cases/{case.pk}/?event=x")


# ---- restricted registers (law 9) ------------------------------------------------------------------------------


@pytest.fixture
def restrict(desk: Any, monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """From the call on, the desk's tasks are a restricted register. Their titles stay, so that a test sees what leaks."""

    def now_restricted() -> None:
        table = replace(desk.tables[0], is_restricted=True)
        monkeypatch.setattr(desk, "tables", (table,))
        monkeypatch.setattr(offices, "_catalogue", lambda: {KIND: (desk, table)})

    return now_restricted


def some(unit: Unit, clerk: User, now: datetime, number: int) -> None:
    begun = now - timedelta(days=35)
    for each in range(number):
        finished(unit, clerk, begun, begun + timedelta(hours=1), title=f"密{each}")


def test_of_a_restricted_register_others_see_the_ratio_and_no_way_down(
    used: list[int],
    restrict: Callable[[], None],
    unit: Unit,
    clerk: User,
    officer: User,
    stranger: User,
    now: datetime,
    signed_in: Callable[[User], Client],
) -> None:
    some(unit, clerk, now, 5)
    restrict()
    for who in (officer, stranger):
        browser = signed_in(who)
        page = page_of(browser, "/evidence/")
        assert "3 项限制台账" in page
        assert "100%" in page
        assert "part=met" not in page
        page = page_of(browser, f"/evidence/{used[0]}/?part=met")
        assert "100%" in page
        assert "密0" not in page
        assert "5 件" not in page
        assert 'id="cases"' not in page
        assert 'id="months-title"' not in page
    page = page_of(signed_in(clerk), f"/evidence/{used[0]}/?part=met")
    assert "密0" in page
    assert "按时 5 件" in page


@pytest.mark.parametrize(("number", "is_shown"), [(0, False), (1, False), (4, False), (5, True)])
def test_a_small_count_is_fewer_than_five(
    number: int,
    is_shown: bool,
    used: list[int],
    restrict: Callable[[], None],
    unit: Unit,
    clerk: User,
    officer: User,
    now: datetime,
    signed_in: Callable[[User], Client],
) -> None:
    some(unit, clerk, now, number)
    restrict()
    page = page_of(signed_in(officer), f"/evidence/{used[1]}/")
    assert ("少于 5</strong>" in page) == (not is_shown)
    assert ("<strong>5 件</strong>" in page) == is_shown
    assert "100%" not in page_of(signed_in(officer), f"/evidence/{used[1]}/") or is_shown


def test_a_restricted_number_cannot_be_taken_apart_by_asking_twice(
    used: list[int],
    restrict: Callable[[], None],
    unit: Unit,
    clerk: User,
    officer: User,
    now: datetime,
    signed_in: Callable[[User], Client],
) -> None:
    some(unit, clerk, now, 6)
    restrict()
    project = Project.objects.create(unit=unit, name="甲", since_year=2026, until_year=2026)
    browser = signed_in(officer)
    asked = (f"unit={unit.pk}", f"project={project.pk}", "since=2026-05-01&until=2026-05-31", "on=2026-06-01")
    for query in asked:
        for address in ("/evidence/", f"/evidence/{used[0]}/"):
            page = page_of(browser, f"{address}?{query}")
            assert "不分开显示" in page
            assert "100%" not in page
    assert "100%" in page_of(browser, f"/evidence/{used[0]}/?year=2026")


def test_whoever_holds_it_at_one_unit_opens_that_unit_alone(
    used: list[int],
    restrict: Callable[[], None],
    unit: Unit,
    clerk: User,
    staff: Callable[..., User],
    now: datetime,
    signed_in: Callable[[User], Client],
) -> None:
    other = actions.create_unit("另一处", code="OTH", parent=unit, since=date(2020, 1, 1), by=None, now=now)
    there = staff("there", "desk.clerk", at=other)
    some(unit, clerk, now, 2)
    begun = now - timedelta(days=35)
    finished(other, there, begun, begun + timedelta(hours=1), title="下面的")
    restrict()
    browser = signed_in(there)
    page = page_of(browser, f"/evidence/{used[0]}/")
    assert "少于 5" in page
    assert "下面的" not in page
    assert f'href="?unit={other.pk}"' in page
    page = page_of(browser, f"/evidence/{used[0]}/?unit={other.pk}")
    assert "下面的" in page
    assert "密0" not in page


def test_an_administrator_sees_numbers_and_no_cases(
    used: list[int],
    life: dict[str, Case],
    account: Callable[..., User],
    signed_in: Callable[[User], Client],
) -> None:
    page = page_of(signed_in(account("boss", role="system_administrator")), f"/evidence/{used[0]}/")
    assert "50.0%" in page
    assert "按时的" not in page


# ---- statements ------------------------------------------------------------------------------------------------


def as_if_committed() -> None:
    """What the test did is not going to be rolled back: the process may keep which gauges are in use."""
    connection.run_on_commit.clear()
    gauges.forget()


@contextmanager
def many_gauges(number: int, now: datetime) -> Iterator[list[int]]:
    """So many gauges of one measure with a parameter."""

    def quick(case: Any, *, clock: Any, now: datetime, within: timedelta) -> Any:
        """Tasks finished within a time."""
        done = case.last("desk.done")
        day = case.day(case.begun_at)
        return None if done is None else met(on=day) if done.happened_at - case.begun_at <= within else missed(on=day)

    quick.__annotations__["within"] = timedelta
    made = measure(
        "任务在{within}内办结（" + LONG + "）",
        "Tasks finished within {within}",
        of=KIND,
        unit="%",
        aspect=Aspect.TIMELINESS,
        counts_on=CountsOn.BEGUN,
        reads=Reads.SHARE,
    )(quick)
    wanted = [(made.name, {"within": timedelta(minutes=30 * (each + 1))}) for each in range(number)]
    try:
        yield [each.pk for each in gauges.put_many(wanted, by=None, now=now - timedelta(days=300))]
    finally:
        del declaring._catalogue[made.name]


@pytest.mark.parametrize("number", [1, 123])
def test_the_list_takes_as_few_statements_for_many_gauges_as_for_one(
    number: int,
    unit: Unit,
    clerk: User,
    now: datetime,
    signed_in: Callable[[User], Client],
    django_assert_max_num_queries: Any,
) -> None:
    with many_gauges(number, now):
        begun = now - timedelta(days=35)
        finished(unit, clerk, begun, begun + timedelta(hours=1))
        browser = signed_in(clerk)
        as_if_committed()
        page = page_of(browser, "/evidence/")
        assert page.count("任务在") == number
        assert f"任务在{'30分钟' if number == 1 else '1小时30分钟'}内办结" in page
        with django_assert_max_num_queries(
            8
        ):  # session, account, posts, units, readings, projects; two say that no worker runs
            browser.get("/evidence/")
        with django_assert_max_num_queries(5):
            browser.get("/evidence/", headers={"HX-Request": "true"})


def test_one_gauge_takes_few_statements_whatever_the_number_of_cases(
    used: list[int],
    unit: Unit,
    clerk: User,
    now: datetime,
    signed_in: Callable[[User], Client],
    django_assert_max_num_queries: Any,
) -> None:
    for _each in range(60):
        opened(unit, clerk, now - timedelta(days=35))
    browser = signed_in(clerk)
    as_if_committed()
    browser.get(f"/evidence/{used[0]}/")
    for query in ("", "?part=pending", f"?unit={unit.pk}"):
        with django_assert_max_num_queries(13):
            browser.get(f"/evidence/{used[0]}/{query}")
    with django_assert_max_num_queries(17):  # the smallest, the largest and the histogram
        browser.get(f"/evidence/{used[2]}/")


def test_folding_changes_no_page(
    used: list[int], life: dict[str, Case], clerk: User, now: datetime, signed_in: Callable[[User], Client]
) -> None:
    browser = signed_in(clerk)

    def pages() -> list[str]:
        return [page_of(browser, f"/evidence/{each}/").split("<main")[1].split("</main>")[0] for each in used]

    before = pages()
    while folding.fold(now):
        pass
    assert pages() == before


# ---- the parts that need no page -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("met_", "counted", "shown"),
    [
        (0, 3, "0%"),
        (3, 3, "100%"),
        (1, 3, "33.3%"),
        (2, 3, "66.7%"),
        (999, 1000, "99.9%"),
        (9999, 10000, "99.99%"),
        (999_999, 1_000_000, "99.9999%"),
        (99_999_999, 100_000_000, "99.9999%"),
        (1, 10_000, "0.01%"),
        (1, 100_000_000, "<0.0001%"),
    ],
)
def test_a_percentage_is_never_more_than_is_true(met_: int, counted: int, shown: str) -> None:
    assert figures.percent(Fraction(met_, counted)) == shown


@pytest.mark.parametrize(
    ("reading", "watch", "expected"),
    [
        (Reading(), None, Standing.NO_EVIDENCE),
        (Reading(), Watch(0, 0, 3), Standing.NO_EVIDENCE),
        (Reading(), Watch(5, 0, 1), Standing.NOTHING_OCCURRED),
        (Reading(), Watch(5, 1, 0), Standing.NO_EVIDENCE),
        (Reading(pending=1), Watch(5, 0, 0), Standing.UNDECIDED),
        (Reading(not_counted=1), None, Standing.UNDECIDED),
        (Reading(met=1), None, Standing.VALUE),
        (Reading(met=1, missed=1), None, Standing.MISSED),
    ],
)
def test_three_states_are_never_confused(reading: Reading, watch: Watch | None, expected: Standing) -> None:
    assert standing(reading, Reads.SHARE, watch) is expected


def test_nil_returns_prove_that_nothing_occurred(
    unit: Unit, clerk: User, now: datetime, signed_in: Callable[[User], Client]
) -> None:
    def watched(case: Any, *, clock: Any, now: datetime) -> Any:
        """Never anything."""
        return

    def signed(case: Any, *, clock: Any, now: datetime) -> Any:
        """Every task that is finished stands for a nil return."""
        day = case.day(case.begun_at)
        return met(on=day) if case.has("desk.done") else missed(on=day)

    plain: dict[str, Any] = {"of": KIND, "unit": "件", "aspect": Aspect.QUANTITY, "counts_on": CountsOn.BEGUN}
    made = [
        measure("无", "None", reads=Reads.COUNT, watched_by="desk.signed", **plain)(watched),
        measure("零报告", "Nil returns", reads=Reads.ALL_OF, **plain)(signed),
    ]
    try:
        of, _by = [gauges.put(each.name, {}, by=None, now=now).pk for each in made]
        begun, browser = now - timedelta(days=35), signed_in(clerk)
        assert "尚无证据</span>" in page_of(browser, f"/evidence/{of}/")
        finished(unit, clerk, begun, begun + timedelta(hours=1))
        page = page_of(browser, f"/evidence/{of}/")
        assert "无发生</span>" in page
        assert "零报告 1 期" in page
        project = Project.objects.create(unit=unit, name="甲", since_year=2026, until_year=2026)
        assert "无发生</span>" in page_of(browser, f"/evidence/{of}/?project={project.pk}")
        opened(unit, clerk, begun)  # a return that is missing
        page = page_of(browser, f"/evidence/{of}/")
        assert "尚无证据</span>" in page
        assert "缺零报告 1 期" in page
    finally:
        for each in made:
            del declaring._catalogue[each.name]


def test_an_address_keeps_what_was_chosen_and_begins_at_the_first_page() -> None:
    given = {"unit": "3", "on": "2026-05-01", "part": "met", "after": "2026-05-01.4.0"}
    chosen = Chosen.of(given, today=TODAY)
    assert chosen.address(part="missed") == "unit=3&on=2026-05-01&part=missed"
    assert chosen.cursor == (date(2026, 5, 1), 4, 0)
    assert Chosen.of({"on": TODAY.isoformat()}, today=TODAY).as_of is None
    assert Chosen.of({"on": "2026-06-29"}, today=TODAY).as_of == date(2026, 6, 29)
    assert Chosen.of({"since": "2026-02-01", "until": "2026-01-01"}, today=TODAY).since == ""


def test_the_fewest_that_are_said_are_five() -> None:
    assert guarding.FEWEST == 5
    assert set(board.STATES) == {"evidence", *(each.value for each in Standing)}


# ---- ratios and topics -----------------------------------------------------------------------------------------


def test_a_ratio_is_a_row_that_opens_to_both_its_parts(
    measures: tuple[Measure, ...],
    used: list[int],
    life: dict[str, Case],
    unit: Unit,
    clerk: User,
    now: datetime,
    signed_in: Callable[[User], Client],
) -> None:
    made = declaring.ratio(
        "每件金额",
        "Worth of one task",
        name="desk.worth_of_one",
        numerator=measures[2],
        denominator=measures[1],
        unit="元",
        aspect=Aspect.COST,
        about="金额 ÷ 件数。",
    )
    try:
        browser = signed_in(clerk)
        page = page_of(browser, "/evidence/")
        row = page.split("每件金额")[1].split("</tr>")[0]
        assert "18.75 元" in row  # 37.5 yuan of two tasks
        for part in (used[2], used[1]):
            assert f'href="/evidence/{part}/?"' in row
        assert "4 项度量" in page
        project = Project.objects.create(unit=unit, name="甲", since_year=2026, until_year=2026)
        row = page_of(browser, f"/evidence/?project={project.pk}").split("每件金额")[1].split("</tr>")[0]
        assert "—" in row  # nothing by nothing is no value
        assert "尚无证据" in row
        assert "用在：每件金额" in page_of(browser, f"/evidence/{used[2]}/")
    finally:
        del declaring._catalogue[made.name]


@pytest.mark.parametrize(("value", "shown"), [(Fraction(3, 2), "150.0%"), (Fraction(-1, 8), "-12.5%")])
def test_a_ratio_may_be_more_than_the_whole(value: Fraction, shown: str) -> None:
    assert figures.percent(value) == shown


def test_a_measure_of_topics_is_read_by_topic_and_merged_ones_count_together(
    unit: Unit, clerk: User, officer: User, now: datetime, signed_in: Callable[[User], Client]
) -> None:
    def about(case: Any, *, clock: Any, now: datetime) -> Any:
        """Tasks by topic."""
        return met(on=case.day(case.begun_at))

    made = measure(
        "各主题件数",
        "By topic",
        of=KIND,
        unit="件",
        aspect=Aspect.QUANTITY,
        counts_on=CountsOn.BEGUN,
        reads=Reads.COUNT,
        needs_topic=True,
    )(about)
    try:
        key = gauges.put(made.name, {}, by=None, now=now).pk
        rural, villages, culture = (
            Topic.objects.create(name=name, since=date(2020, 1, 1)) for name in ("乡村振兴", "乡村", "文化")
        )
        for topic in (rural, rural, villages, None):
            opened(unit, clerk, now - timedelta(days=9), title=str(topic or "无主题"), topic=topic)
        browser = signed_in(clerk)

        def rows() -> dict[str, str]:
            part = page_of(browser, f"/evidence/{key}/").split('id="topics-title"')[1].split("</table>")[0]
            lines = re.findall(r'<tr><th scope="row">(?:<a [^>]*>)?([^<]+)(.*)</tr>', part)
            return dict(lines)

        found = rows()
        assert set(found) == {"乡村振兴", "乡村", "文化", "没有写主题"}
        assert "2 件" in found["乡村振兴"]
        assert "没有</span>" in found["文化"]
        page = page_of(browser, f"/evidence/{key}/?topic={rural.pk}")
        assert "计入 2 件" in page
        assert "</span> 乡村</a>" not in page
        topics.merge(villages, into=rural, by=officer, now=now)
        found = rows()
        assert set(found) == {"乡村振兴", "文化", "没有写主题"}
        assert "3 件" in found["乡村振兴"]
        assert "计入 3 件" in page_of(browser, f"/evidence/{key}/?topic={rural.pk}")
        yesterday = (now - timedelta(days=1)).date()
        assert "计入 2 件" in page_of(browser, f"/evidence/{key}/?topic={rural.pk}&on={yesterday}")
        assert culture.pk
    finally:
        del declaring._catalogue[made.name]


# ---- for programs ----------------------------------------------------------------------------------------------


@pytest.fixture
def call(now: datetime) -> Callable[..., Any]:
    """`call(user, "/gauges")`: what a program of that person is answered."""

    def asked(user: User, address: str, *, scope: dict[str, str] | None = None) -> Any:
        until = timezone.localtime(now).date() + timedelta(days=9)
        made = tokens.create_token("试", user=user, scope=scope or {"*": "read"}, valid_until=until, by=user, now=now)
        answer = Client().get(f"/api/v1{address}", headers={"Authorization": f"Bearer {made.secret}"})
        return answer.status_code, answer.json()

    return asked


def test_a_program_reads_what_a_gauge_says(
    used: list[int], life: dict[str, Case], clerk: User, call: Callable[..., Any]
) -> None:
    _status, found = call(clerk, "/gauges")
    assert [each["id"] for each in found["items"]] == used
    status, said = call(clerk, f"/gauges/{used[0]}/reading")
    assert status == 200
    assert said == {
        "format": "shixiao.reading/1",
        "gauge": used[0],
        "since": "2026-01-01",
        "until": "2026-12-31",
        "on": None,
        "standing": "missed",
        "value": "0.5",
        "value_with_exclusions": "0.333333333333",
        "met": 1,
        "missed": 1,
        "pending": 1,
        "not_counted": 1,
        "back_met": 0,
        "back_missed": 1,
        "amounts": 0,
        "total": "0",
        "weight": "0",
        "reasons": {"cancelled": 1},
    }
    _status, nothing = call(clerk, f"/gauges/{used[0]}/reading?since=2025-01-01&until=2025-12-31")
    assert (nothing["value"], nothing["standing"]) == (None, "none")


def test_a_program_pages_through_the_cases_behind_a_number(
    used: list[int], life: dict[str, Case], clerk: User, stranger: User, call: Callable[..., Any]
) -> None:
    seen, after = [], ""
    for _page in range(5):
        status, page = call(clerk, f"/gauges/{used[0]}/trace?limit=1{after}")
        assert status == 200
        seen += [(each["case"], each["verdict"]) for each in page["items"]]
        assert page["total"] == 4
        if page["next"] is None:
            break
        after = f"&after={page['next']}"
    assert sorted(seen) == sorted((case.pk, part) for part, case in life.items())
    _status, page = call(stranger, f"/gauges/{used[0]}/trace")
    assert (page["items"], page["hidden"], page["total"]) == ([], 4, 4)
    _status, page = call(clerk, f"/gauges/{used[0]}/trace?part=missed")
    assert [each["event"] for each in page["items"]] == [None]


@pytest.mark.parametrize(
    "query", ["since=2026-01-01", "since=2026-02-02&until=2026-01-01", "on=2026-02-31", "part=all", "unit=0", "x=1"]
)
def test_what_makes_no_sense_is_refused(query: str, used: list[int], clerk: User, call: Callable[..., Any]) -> None:
    assert call(clerk, f"/gauges/{used[0]}/trace?{query}")[0] in (400, 422)


def test_programs_know_nothing_of_restricted_registers(
    used: list[int], restrict: Callable[[], None], unit: Unit, clerk: User, now: datetime, call: Callable[..., Any]
) -> None:
    some(unit, clerk, now, 6)
    restrict()
    assert call(clerk, "/gauges") == (200, {"items": []})
    assert call(clerk, f"/gauges/{used[0]}/reading")[0] == 404
    assert call(clerk, f"/gauges/{used[0]}/trace")[0] == 404
    assert call(clerk, "/gauges/99999/reading")[0] == 404
