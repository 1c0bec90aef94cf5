"""Statistics: each figure is what a recount of tasks gives, opens down to them, and stays for the time before a tag went elsewhere."""

import io
import json
from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any
from urllib.parse import quote

import docx
import pytest
from django.test import Client
from django.utils import timezone

from shixiao.casework import assessing, extending, tagging, vocabulary
from shixiao.casework.events import TAG_MERGED
from shixiao.casework.models import Case, Deadline, Extension, Tag
from shixiao.ledger import by_aspect, folding, gauges
from shixiao.ledger.by_aspect import Asked, By
from shixiao.ledger.models import Event
from shixiao.ledger.readings import Days
from shixiao.offices.supervision import measures, workload
from shixiao.offices.supervision.statistics import figures, opening, periods, reading
from shixiao.offices.supervision.tests.conftest import DAY, People, Take, through
from shixiao.people.models import Unit, User

pytestmark = pytest.mark.django_db
Opener = Callable[..., Case]
SignedIn = Callable[[User], Client]
PAGE = "/offices/supervision/statistics/"
LIST = "/offices/supervision/all/"


@pytest.fixture(autouse=True)
def _used(now: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    """The gauges that the start puts, and that morning."""
    monkeypatch.setattr(timezone, "now", lambda: now)
    wanted = [(name, {}) for name in (*figures.OF_PERIOD, *figures.STANDING)]
    gauges.put_many(wanted, by=None, now=now - 400 * DAY)


def at(monkeypatch: pytest.MonkeyPatch, moment: datetime) -> None:
    monkeypatch.setattr(timezone, "now", lambda: moment)


def text(answer: Any) -> str:
    return str(answer.content.decode())


def told(by: str, now: datetime, period: str = "2026", as_of: date | None = None) -> reading.Statistics:
    return reading.read(periods.read(period, today=now.date()), by, as_of=as_of, now=now)


def line(found: reading.Statistics, name: str) -> figures.Line:
    return next(row.line for row in found.rows if row.name == name)


def shown(found: reading.Statistics) -> dict[str, dict[str, Any]]:
    """Every figure of every line, for comparing."""
    codes = [each.code for each in figures.FIGURES]
    rows = {row.name: {code: row.line.value(code) for code in codes} for row in found.rows}
    return rows | {"": {code: found.total.value(code) for code in codes}}


@pytest.fixture
def desk(
    propose: Opener, take: Take, people: People, bureau: Unit, helping: Unit, staff: Callable[..., User], now: datetime
) -> dict[str, Case]:
    """Four tasks of two units: done in time, done late after an extension and a return, overdue, revoked."""
    other = staff("handler9", "supervision.handler", at=helping)
    good = through(propose(), take, people, until="archive", at=now)
    late = through(propose(source="media", limit_on="2026-07-02"), take, people, until="accept", at=now)
    deadline = Deadline.objects.get(case=late, name="finish")
    extending.ask_extension(late, name=deadline.name, budget="2d", reason="模拟：等材料", by=people.handler, now=now)
    asked = Extension.objects.get(deadline=deadline)
    extending.answer_extension(asked, is_granted=True, reason="同意", by=people.officer, now=now)
    late = take(late, "remind", by=people.officer, at=now + DAY, manner="phone", urging="请抓紧")
    late = take(late, "feed_back", by=people.handler, at=now + 9 * DAY, result="初稿")
    late = take(late, "return_", by=people.officer, at=now + 9 * DAY, reason="不完整")
    late = take(late, "feed_back", by=people.handler, at=now + 10 * DAY, result="完整")
    late = take(late, "pass_", by=people.officer, at=now + 10 * DAY)
    over = propose(unit=helping, orderer=people.other_leader.pk, limit_on="2026-07-03")
    for step, by in (("establish", people.officer), ("entrust", people.officer), ("accept", other)):
        over = take(over, step, by=by, at=now)
    gone = through(propose(), take, people, until="entrust", at=now)
    gone = take(gone, "revoke", by=people.head, at=now, reason="模拟：不再需要")
    return {"good": good, "late": late, "over": over, "gone": gone}


def test_every_figure_is_what_the_tasks_say(
    desk: dict[str, Case], people: People, bureau: Unit, helping: Unit, now: datetime
) -> None:
    later = now + 12 * DAY
    assessing.look_again(later)
    found = told("unit", later)
    own = line(found, str(bureau))
    assert {code: own.value(code) for code in ("issued", "closed", "due", "in_time", "late", "overdue", "in_hand")} == {
        "issued": 2,
        "closed": 1,
        "due": 2,
        "in_time": 1,
        "late": 1,
        "overdue": 0,
        "in_hand": 1,
    }
    assert (own.value("returned"), own.value("extensions"), own.value("reminders")) == (1, 1, 1)
    assert own.reading(workload.handling_time.name).amounts == 2
    assert own.reading(workload.issued.name).not_counted == 1
    other = line(found, str(helping))
    assert (other.value("issued"), other.value("overdue"), other.value("late")) == (1, 1, 1)
    assert other.late_ages == (1, 0, 0, 0, 0)
    assert found.total.value("issued") == 3
    by_leader = told("leader", later)
    assert line(by_leader, people.other_leader.display_name).value("overdue") == 1
    assert line(told("source", later), "媒体反映").value("late") == 1
    assert [row.name for row in told("month", later).rows] == ["2026年6月", "2026年7月", "2026年8月"]
    assert sum(row.line.value("late") for row in told("month", later).rows) == 2  # type: ignore[misc]


def test_the_same_before_and_after_folding_and_as_a_recount(desk: dict[str, Case], now: datetime) -> None:
    later = now + 12 * DAY
    before = {by: shown(told(by, later)) for by in reading.ASPECTS}
    while folding.fold(later):
        pass
    assert {by: shown(told(by, later)) for by in reading.ASPECTS} == before
    ids = {each.measure.name: each.id for each in gauges.current(later).gauges}
    asked = Asked([ids[measures.done_in_time.name]], Days.year(2026), "unit", By.VALUE)
    (found,) = by_aspect.board([asked])
    counted = by_aspect.recount(asked)
    assert {key: (each.met, each.missed) for key, each in found.items()} == {
        key: (each.met, each.missed) for key, each in counted.items()
    }


@pytest.mark.parametrize("by", ["unit", "leader", "source", "kind"])
def test_every_number_opens_to_so_many_tasks(
    by: str, desk: dict[str, Case], people: People, signed_in: SignedIn, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    later = now + timedelta(minutes=5)
    at(monkeypatch, later)
    browser = signed_in(people.officer)
    found = told(by, later)
    rows = [*found.rows, reading.Row("", "", found.total)]
    for row in rows:
        for figure in figures.FIGURES:
            value = row.line.value(figure.code)
            if figure.shows is not figures.Shows.COUNT or not value:
                continue
            days = periods.until(found.day) if figure.stands else found.period.days
            address = opening.address(figure.code, by=by, value=row.value, days=days)
            page = browser.get(f"{LIST}?{address}")
            cases = {row["case"].pk for row in page.context["rows"]}
            assert len(cases) == (1 if figure.code in ("extensions", "reminders") else value), (row.name, figure.code)


def test_the_page_shows_the_rate_with_its_count_and_marks_few(
    desk: dict[str, Case], bureau: Unit, people: People, signed_in: SignedIn
) -> None:
    browser = signed_in(people.officer)
    page = text(browser.get(PAGE))
    assert "件数少" in page
    assert "置信区间" in page
    assert str(bureau) in page
    rows = json.loads(text(browser.get(f"{PAGE}?format=json")))
    assert rows["total"]["issued"] == 3
    assert {row["name"] for row in rows["rows"]} == {"模拟综合处", "模拟行政处"}
    lines = text(browser.get(f"{PAGE}?format=csv")).splitlines()
    assert len(lines) == 4
    assert browser.get(f"{PAGE}?period=2026-13&by=nothing&on=no").status_code == 200


def test_an_empty_desk_says_what_would_be_here(people: People, signed_in: SignedIn) -> None:
    browser = signed_in(people.officer)
    assert "没有可统计的事项" in text(browser.get(PAGE))
    assert "交办 0 件" in text(browser.get(PAGE))
    assert browser.get(f"{PAGE}screen/").status_code == 200
    assert browser.get(f"{PAGE}report/?period=2026-W27").status_code == 200


def test_a_page_takes_few_statements_however_many_tasks(
    propose: Opener, people: People, take: Take, signed_in: SignedIn, now: datetime,
    django_assert_max_num_queries: Callable[..., Any],
) -> None:  # fmt: skip
    browser = signed_in(people.officer)
    through(propose(), take, people, until="entrust", at=now)
    with django_assert_max_num_queries(13) as few:
        browser.get(PAGE)
    for number in range(5):
        through(propose(matter=f"模拟事项{number}"), take, people, until="entrust", at=now)
    with django_assert_max_num_queries(len(few)):
        browser.get(PAGE)


def test_who_sees_one_unit_gets_the_figures_of_that_unit_alone(
    desk: dict[str, Case], bureau: Unit, helping: Unit, people: People, signed_in: SignedIn
) -> None:
    page = text(signed_in(people.handler).get(PAGE))
    assert str(bureau) in page
    assert str(helping) not in page
    assert "只含您能看到的单位" in page
    own = json.loads(text(signed_in(people.handler).get(f"{PAGE}?format=json")))
    assert own["total"]["issued"] == 2


def test_nobody_without_a_post_in_supervision_sees_statistics(staff: Callable[..., User], signed_in: SignedIn) -> None:
    stranger = staff("stranger", "payments.clerk")
    for address in (PAGE, f"{PAGE}screen/", f"{PAGE}report/"):
        assert signed_in(stranger).get(address).status_code == 403


# ---- tags --------------------------------------------------------------------------------------------------------


def named(found: reading.Statistics) -> dict[str, int]:
    """How many were entrusted, of the values of which any was."""
    return {row.name: int(row.line.value("issued") or 0) for row in found.rows if row.line.value("issued")}


def test_a_tag_counts_what_lies_below_it_and_a_case_with_two_once(propose: Opener, take: Take, people: People, now: datetime) -> None:  # fmt: skip
    campaign = vocabulary.create("专项行动", by=None, now=now)
    fire, water = (vocabulary.create(name, parent=campaign, by=None, now=now) for name in ("消防", "水务"))
    both, one = (through(propose(), take, people, until="entrust", at=now) for _n in range(2))
    tagging.tag(both, fire, by=None, now=now)
    tagging.tag(both, water, by=None, now=now)
    tagging.tag(one, water, by=None, now=now)
    assert named(told("tag", now)) == {"专项行动": 2, "消防": 1, "水务": 2}
    tagging.untag(one, water, by=None, now=now)
    assert named(told("tag", now)) == {"专项行动": 1, "消防": 1, "水务": 1}


def test_last_years_statistics_stay_when_a_tag_is_renamed_or_merged(
    propose: Opener, take: Take, people: People, now: datetime
) -> None:
    last_year = now.replace(year=2025, month=9)
    old, kept = (vocabulary.create(name, by=None, now=last_year) for name in ("旧标签", "新标签"))
    for moment, tags in ((last_year, [old]), (last_year, [old, kept]), (now, [old]), (now, [kept])):
        case = through(propose(at=moment), take, people, until="entrust", at=moment)
        for tag in tags:
            tagging.tag(case, tag, by=None, now=moment)
    while assessing.look_again(now) or folding.fold(now):
        pass
    before = shown(told("tag", now, "2025"))
    assert named(told("tag", now, "2025")) == {"旧标签": 2, "新标签": 1}
    vocabulary.rename(kept, "更名的标签", by=None, now=now)
    vocabulary.merge(Tag.objects.get(pk=old.pk), into=kept, by=None, now=now)
    after = shown(told("tag", now, "2025"))
    of_period = [each.code for each in figures.FIGURES if not each.stands]
    for name, figures_before in before.items():
        assert {code: after[name][code] for code in of_period} == {code: figures_before[code] for code in of_period}
    assert named(told("tag", now, "2026")) == {
        "更名的标签": 2
    }  # what counts from today on counts for the one it went into
    while folding.fold(now):
        pass
    assert named(told("tag", now, "2026")) == {"更名的标签": 2}
    assert named(told("tag", now, "2025")) == {"旧标签": 2, "新标签": 1}


def test_a_merger_is_an_event_of_each_case_that_has_the_tag_and_of_those_that_get_it_until_then(
    propose: Opener, take: Take, people: People, now: datetime
) -> None:
    above = vocabulary.create("上级", by=None, now=now)
    one = vocabulary.create("甲", by=None, now=now)
    below = vocabulary.create("下级", parent=above, by=None, now=now)
    there, later = (through(propose(), take, people, until="entrust", at=now) for _n in range(2))
    tagging.tag(there, one, by=None, now=now)
    vocabulary.merge(one, into=below, on=(now + 3 * DAY).date(), by=None, now=now)
    tagging.tag(later, Tag.objects.get(pk=one.pk), by=None, now=now)
    assert named(told("tag", now)) == {"甲": 2}  # entrusted before the day of the merger
    in_hand = {row.name: row.line.value("in_hand") for row in told("tag", now).rows}
    assert in_hand == {"甲": 0, "下级": 2, "上级": 2}  # what stands now, by the vocabulary as it is at last
    events = Event.objects.filter(kind=TAG_MERGED.name)
    assert [event.subject_id for event in events] == [str(there.pk)]


# ---- the report and the screen -----------------------------------------------------------------------------------


def test_the_report_says_what_the_page_says_at_that_cut_off(
    desk: dict[str, Case], people: People, signed_in: SignedIn, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    later = now + 40 * DAY
    at(monkeypatch, later)
    browser = signed_in(people.officer)
    query = "period=2026-07&on=2026-07-31"
    page = json.loads(text(browser.get(f"{PAGE}?{query}&format=json")))
    answer = browser.get(f"{PAGE}report/?{query}")
    assert answer.status_code == 200
    assert quote("督办工作专报-2026-07") in answer["Content-Disposition"]
    document = docx.Document(io.BytesIO(answer.content))
    words = "\n".join(each.text for each in document.paragraphs)
    total = page["total"]
    assert f"共交办督办事项{total['issued']}件，办结{total['closed']}件" in words
    assert f"到期{total['in_time_counted']}件，其中按期{total['in_time']}件，逾期{total['late']}件" in words
    assert f"在办{total['in_hand']}件，其中逾期{total['overdue']}件" in words
    assert "2026年7月31日日终所知" in words
    (table,) = document.tables
    rows = {row.cells[0].text: [cell.text for cell in row.cells[1:]] for row in table.rows[1:]}
    for row in [*page["rows"], page["total"] | {"name": "合计"}]:
        expected = [str(row[code]) for code in ("issued", "closed", "due", "in_time")]
        assert rows[row["name"]][:4] == expected
        assert rows[row["name"]][5:7] == [str(row["overdue"]), str(row["in_hand"])]
    assert browser.get(f"{PAGE}report/?period=2026").status_code == 404


def test_the_screen_shows_no_person_and_no_matter_and_refreshes_itself(
    desk: dict[str, Case], bureau: Unit, people: People, signed_in: SignedIn
) -> None:
    browser = signed_in(people.officer)
    page = text(browser.get(f"{PAGE}screen/"))
    assert 'hx-trigger="every 60s"' in page
    assert str(bureau) in page
    for hidden in (people.leader.display_name, people.officer.display_name, desk["good"].title, desk["good"].number):
        assert hidden not in page
    inside = text(browser.get(f"{PAGE}screen/", headers={"HX-Request": "true"}))
    assert "<html" not in inside
    assert str(bureau) in inside
