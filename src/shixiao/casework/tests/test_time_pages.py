"""The officer keeps holidays, hours, limits and lights; everybody looks; nothing is recorded before it was shown."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from shixiao import casework
from shixiao.casework import Opening, calendars
from shixiao.casework.models import CalendarDay, ClosedYear, Deadline, LightRule, LimitRule, WorkCalendar
from shixiao.casework.tests.conftest import KIND
from shixiao.ledger.models import Event
from shixiao.people.models import Unit, User

pytestmark = pytest.mark.django_db
PAGES = ("/time/", "/time/hours/", "/time/limits/", "/time/lights/", "/time/years/")


def lines(year: int) -> str:
    page = calendars.in_force()
    from shixiao.casework import calendar_text

    return calendar_text.write(page.days, year=year)


@pytest.mark.parametrize("address", PAGES)
def test_everybody_looks_and_only_the_officer_changes(
    officer: User, reader: User, signed_in: Callable[[User], Client], address: str
) -> None:
    assert '<form method="post" novalidate' in signed_in(officer).get(address).content.decode()
    looked = signed_in(reader).get(address)
    assert looked.status_code == 200
    assert "novalidate" not in looked.content.decode()
    assert signed_in(reader).post(address, {}).status_code == 403


@pytest.mark.parametrize("address", PAGES)
def test_an_empty_form_says_what_is_missing(officer: User, signed_in: Callable[[User], Client], address: str) -> None:
    if address == "/time/":
        return  # no holiday at all is a year that is not announced yet
    answer = signed_in(officer).post(address, {})
    assert answer.status_code == 422
    assert 'class="error"' in answer.content.decode()


def test_a_change_is_shown_before_it_is_recorded(
    officer: User, unit: Unit, staff: Callable[..., User], signed_in: Callable[[User], Client]
) -> None:
    clerk, now = staff("clerk", "desk.clerk"), timezone.now()
    opening = Opening(unit=unit, title="答复来函", particulars={"topic": "函"})
    case = casework.open_case(KIND, "open", opening, by=clerk, now=now)
    day = timezone.localtime(Deadline.objects.get().due_at).date()
    year = day.year
    if not lines(year):
        return  # the shipped table does not know the year in which this test runs
    added = f"{lines(year)}\n{day} 放假 台风停工"
    browser = signed_in(officer)
    shown = browser.post(f"/time/?year={year}", {"days": added, "is_complete": "on"})
    assert shown.status_code == 200
    assert case.number in shown.content.decode()
    assert not CalendarDay.objects.exists()
    assert not Event.objects.filter(kind__startswith="casework.calendar").exists()
    done = browser.post(f"/time/?year={year}", {"days": added, "is_complete": "on", "source": "通知", "confirm": "1"})
    assert done.status_code == 302
    assert timezone.localtime(Deadline.objects.get().due_at).date() > day
    event = Event.objects.get(kind="casework.calendar_changed")
    assert event.words.get().words == "通知"


def test_wrong_lines_are_named_and_nothing_typed_is_lost(officer: User, signed_in: Callable[[User], Client]) -> None:
    typed = "2026-10-01 放假 国庆节\n随便写的一行"
    answer = signed_in(officer).post("/time/?year=2026", {"days": typed, "confirm": "1"})
    assert answer.status_code == 422
    page = answer.content.decode()
    assert "第 2 行" in page
    assert "随便写的一行" in page


def test_hours_limits_lights_and_years(officer: User, signed_in: Callable[[User], Client]) -> None:
    browser, tomorrow = signed_in(officer), (timezone.localdate() + timedelta(days=1)).isoformat()
    week = {f"day_{number}": "09:00-12:00 13:00-20:00" for number in range(7)}
    station = {"code": "station", "title_zh": "交换站", "title_en": "Station"} | week
    assert browser.post("/time/hours/", station).status_code == 302
    assert WorkCalendar.objects.get().title_zh == "交换站"
    assert "13:00-20:00" in browser.get("/time/hours/").content.decode()

    limit = {"deadline": f"{KIND}:answer", "budget": "4wh", "calendar": "station", "roll": "none", "since": tomorrow}
    assert browser.post("/time/limits/", limit).status_code == 302
    assert LimitRule.objects.get().calendar == "station"
    bad = browser.post("/time/limits/", limit | {"budget": "soon"})
    assert bad.status_code == 422
    assert "读不懂时限“soon”" in bad.content.decode()

    warn = {"kind": KIND, "since": tomorrow, "share_1": "30", "colour_1": "yellow", "word_1": "快到期"}
    warn |= {"colour_2": "amber", "colour_3": "amber", "share_2": "15", "word_2": "马上到期"}
    assert browser.post("/time/lights/", warn).status_code == 302
    assert [rule["word"]["zh"] for rule in LightRule.objects.get().rules] == ["马上到期", "快到期"]

    last = timezone.localdate().year - 1
    assert browser.post("/time/years/", {"year": last}).status_code == 422
    assert browser.post("/time/years/", {"year": last, "is_sure": "on"}).status_code == 302
    assert ClosedYear.objects.get().year == last
