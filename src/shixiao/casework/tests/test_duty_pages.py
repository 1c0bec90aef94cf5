"""The pages of duties: who sees what, what is shown before it is recorded, how many statements a page takes."""

from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.template import Context, Template
from django.test import Client
from django.utils import timezone

from shixiao import casework
from shixiao.casework import duties, duty_queries, expecting
from shixiao.casework.duty_queries import Standing, duties_today
from shixiao.casework.events import DUTY_CREATED
from shixiao.casework.models import Case, Duty, DutyCase, DutyVersion
from shixiao.casework.tests import rounds
from shixiao.casework.tests.conftest import Desk
from shixiao.casework.tests.rounds import ROUND
from shixiao.engine import clock
from shixiao.ledger.models import Event
from shixiao.people import actions
from shixiao.people.models import Unit, User

pytestmark = pytest.mark.django_db
NEW = f"/duties/new/{ROUND}/plan/daily/"
EVERY_DAY = clock.Daily(times=2, days=clock.Days.EVERY)


@pytest.fixture(autouse=True)
def _rounds(monkeypatch: pytest.MonkeyPatch, desk: type[Desk]) -> Iterator[None]:
    with rounds.installed(monkeypatch, desk):
        yield


@pytest.fixture
def clerk(staff: Callable[..., User]) -> User:
    return staff("clerk", "desk.clerk")


@pytest.fixture
def overseer(staff: Callable[..., User]) -> User:
    return staff("overseer", "desk.overseer")


@pytest.fixture
def created(unit: Unit, overseer: User) -> Callable[..., Duty]:
    """A duty of every day round the clock, so that no page depends on the day on which the test runs."""

    def make(schedule: clock.Schedule = EVERY_DAY, **more: Any) -> Duty:
        now = timezone.now()
        given = {
            "title": "保洁",
            "kind": ROUND,
            "step": "plan",
            "unit": unit,
            "since": timezone.localdate(now),
            "calendar": "always",
        } | more
        duty = duties.create(duties.Draft(schedule=schedule, **given), by=overseer, now=now)
        while expecting.make_ahead(now):
            pass
        return duty

    return make


def text_of(browser: Client, address: str) -> str:
    answer = browser.get(address)
    assert answer.status_code == 200
    return str(answer.content.decode())


def told(**more: str) -> dict[str, str]:
    first = {"title": "一楼保洁", "times": "2", "hours": "", "days": "every", "calendar": "always"}
    return first | {"since": timezone.localdate().isoformat()} | more


# ---- today -------------------------------------------------------------------------------------------------------


def test_today_lists_what_is_open_one_press_from_its_step(
    created: Callable[..., Duty], clerk: User, signed_in: Callable[[User], Client]
) -> None:
    created()
    page = text_of(signed_in(clerk), "/duties/today/")
    assert "待办 2 件，已办 0 件，错过 0 件" in page
    first = DutyCase.objects.order_by("begin", "key")[0]
    assert f'href="/cases/{first.case_id}/do/"' in page
    assert "第2次" in page
    casework.perform(first.case_id or 0, "do", by=clerk, now=timezone.now())
    page = text_of(signed_in(clerk), "/duties/today/")
    assert "待办 1 件，已办 1 件" in page


def test_a_stranger_and_another_unit_see_nothing(
    created: Callable[..., Duty], unit: Unit, staff: Callable[..., User], signed_in: Callable[[User], Client]
) -> None:
    duty = created()
    below = actions.create_unit("一处", code="ONE", parent=unit, since=date(2020, 1, 1), by=None, now=timezone.now())
    for user in (staff("stranger"), staff("there", "desk.clerk", at=below)):
        browser = signed_in(user)
        assert "保洁" not in text_of(browser, "/duties/today/")
        assert "保洁" not in text_of(browser, "/duties/")
        for address in ("", "change/", "end/"):
            assert browser.get(f"/duties/{duty.pk}/{address}").status_code == 404


def test_a_unit_and_a_kind_filter(
    created: Callable[..., Duty], unit: Unit, clerk: User, signed_in: Callable[[User], Client]
) -> None:
    below = actions.create_unit("一处", code="ONE", parent=unit, since=date(2020, 1, 1), by=None, now=timezone.now())
    created()
    created(title="巡查", unit=below)
    browser = signed_in(clerk)
    whole, part = (text_of(browser, f"/duties/today/?unit={each.pk}") for each in (unit, below))
    assert "保洁" in whole
    assert "巡查" in whole
    assert "保洁" not in part
    assert "巡查" in part
    assert "保洁" in text_of(browser, f"/duties/today/?kind={ROUND}")
    assert text_of(browser, "/duties/today/?unit=x&kind=nothing")


def test_the_pages_take_few_statements(
    created: Callable[..., Duty],
    clerk: User,
    signed_in: Callable[[User], Client],
    django_assert_max_num_queries: Any,
) -> None:
    created(clock.Daily(times=30, days=clock.Days.EVERY))
    duty = created(title="巡查")
    browser = signed_in(clerk)
    for address in ("/duties/today/", "/duties/", f"/duties/{duty.pk}/"):
        browser.get(address)
        with django_assert_max_num_queries(12):
            browser.get(address)


def at(now: datetime, **more: Any) -> dict[str, Standing]:
    return {row.key: duty_queries.standing(row, now=now) for row in DutyCase.objects.filter(**more)}


def test_where_each_time_stands(
    created: Callable[..., Duty], clerk: User, unit: Unit, overseer: User, now: datetime
) -> None:
    """Seen on 4 July 2026, a Saturday, at noon."""
    draft = duties.Draft(
        title="保洁",
        kind=ROUND,
        step="plan",
        unit=unit,
        schedule=clock.Daily(days=clock.Days.EVERY),
        since=now.date(),
    )
    duties.create(draft, by=overseer, now=now)
    while expecting.make_ahead(now):
        pass
    cases = {row.key: row.case_id or 0 for row in DutyCase.objects.all()}
    noon = datetime(2026, 7, 4, 12, tzinfo=now.tzinfo)
    casework.perform(cases["2026-06-30/1"], "do", by=clerk, now=now)
    casework.perform(cases["2026-07-01/1"], "do", by=clerk, now=noon)
    found = at(noon)
    wanted = {
        "2026-06-30/1": Standing.DONE,
        "2026-07-01/1": Standing.LATE,
        "2026-07-02/1": Standing.MISSED,
        "2026-07-04/1": Standing.CLOSED,
        "2026-07-06/1": Standing.COMING,
    }
    assert {key: found[key] for key in wanted} == wanted
    assert at(datetime(2026, 7, 3, 12, tzinfo=now.tzinfo), key="2026-07-03/1") == {"2026-07-03/1": Standing.OPEN}
    (shown,) = duty_queries.duties(by=clerk, now=noon)
    assert shown.month == duty_queries.Month(made=13, done=1, missed=2, coming=6, closed=4)


def test_what_was_missed_earlier_is_said_today(
    created: Callable[..., Duty], clerk: User, signed_in: Callable[[User], Client]
) -> None:
    created()
    assert duty_queries.missed_before_today(by=clerk, now=timezone.now()) == 0
    assert "没有补办" not in text_of(signed_in(clerk), "/duties/today/")
    assert duty_queries.missed_before_today(by=clerk, now=timezone.now() + timedelta(days=3)) == 6
    assert duty_queries.missed_before_today(by=clerk, now=timezone.now() + timedelta(days=60)) == 0


def test_an_office_takes_its_own_of_today(created: Callable[..., Duty], clerk: User) -> None:
    created(told={"place": "A3"})
    created(title="另处", told={"place": "B1"})
    now = timezone.now()
    found = duties_today(by=clerk, now=now, kind=ROUND, told={"place": "A3"})
    assert {each.duty.title for each in found} == {"保洁"}
    assert duties_today(by=clerk, now=now, kind="desk.task") == []
    template = Template('{% load casework %}{% duties_today user now "desk.round" place="B1" %}')
    page = template.render(Context({"user": clerk, "now": now}))
    assert "另处" in page
    assert "保洁" not in page


# ---- creating ----------------------------------------------------------------------------------------------------


def test_a_duty_is_chosen_previewed_and_created(overseer: User, signed_in: Callable[[User], Client]) -> None:
    browser = signed_in(overseer)
    assert "巡查：安排" in text_of(browser, "/duties/new/")
    chosen = browser.get("/duties/new/", {"kind": f"{ROUND}:plan", "rhythm": "daily"})
    assert (chosen.status_code, chosen["Location"]) == (302, NEW)
    assert "一楼保洁" in text_of(browser, NEW)
    shown = browser.post(NEW, told())
    assert shown.status_code == 200
    page = shown.content.decode()
    year = timezone.localdate().year
    assert f"每天 2 次：{year} 年全年 {730 if year % 4 else 732} 件" in page
    assert "第1次" in page
    assert not Duty.objects.exists()
    assert not Event.objects.filter(kind=DUTY_CREATED.name).exists()
    done = browser.post(NEW, told(confirm="1"))
    duty = Duty.objects.get()
    assert (done.status_code, done["Location"]) == (302, f"/duties/{duty.pk}/")
    assert duty.title == "一楼保洁"
    assert "每天 2 次" in text_of(browser, f"/duties/{duty.pk}/")
    assert not Case.objects.exists()


@pytest.mark.parametrize(
    ("rhythm", "more", "schedule"),
    [
        (
            "daily",
            {"hours": "08:30-09:00， 17:00-17:30"},
            clock.Daily(hours=clock.spans("08:30-09:00", "17:00-17:30"), days=clock.Days.EVERY),
        ),
        ("weekly", {"weekdays": ["4", "0"]}, clock.Weekly(weekdays=(0, 4), times=2)),
        ("monthly", {"by": "last", "times": "1"}, clock.Monthly()),
        ("monthly", {"by": "10"}, clock.Monthly(by=10, times=2)),
        ("quarterly", {}, clock.Quarterly(times=2)),
        ("yearly", {}, clock.Yearly(times=2)),
        ("slots", {"slot": "3"}, clock.Slots(hours=3)),
    ],
)
def test_every_rhythm_is_read(
    overseer: User, signed_in: Callable[[User], Client], rhythm: str, more: dict[str, Any], schedule: clock.Schedule
) -> None:
    address = NEW.replace("daily", rhythm)
    assert signed_in(overseer).get(address).status_code == 200
    answer = signed_in(overseer).post(address, told(confirm="1") | more)
    assert answer.status_code == 302, answer.content.decode()
    assert clock.schedule_from_dict(DutyVersion.objects.get().schedule) == schedule


@pytest.mark.parametrize(
    ("more", "sentence"),
    [
        ({"times": "40000"}, "最多 20,000 件"),
        ({"times": "x"}, "请填写整数"),
        ({"times": "0"}, "次数应是 1 以上的整数"),
        ({"hours": "8点到9点"}, "读不懂时段"),
        ({"since": "2026-02-30"}, "请填写日期"),
        ({"since": "2020-01-01"}, "只能从今天或以后的一天起"),
        ({"title": ""}, "不能"),
        ({"title": "机密★一年"}, "密级标志"),
        ({"calendar": "nowhere"}, "没有这个日历"),
        ({"place": "三楼"}, "地点"),
        ({"days": "some"}, "不认识"),
    ],
)
def test_what_is_wrong_is_said_and_what_was_typed_stays(
    overseer: User, signed_in: Callable[[User], Client], more: dict[str, str], sentence: str
) -> None:
    answer = signed_in(overseer).post(NEW, told(confirm="1", **more) if "title" in more else told(confirm="1") | more)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert sentence in page
    if "title" not in more:
        assert 'value="一楼保洁"' in page
    assert not Duty.objects.exists()


def test_who_may_not_create_finds_no_button_and_no_form(
    created: Callable[..., Duty], clerk: User, signed_in: Callable[[User], Client]
) -> None:
    duty = created()
    browser = signed_in(clerk)
    assert "/duties/new/" not in text_of(browser, "/duties/")
    assert browser.get("/duties/new/").status_code == 403
    assert browser.get(NEW).status_code == 403
    assert browser.post(NEW, told(confirm="1")).status_code == 403
    assert "调整周期" not in text_of(browser, f"/duties/{duty.pk}/")
    for address in ("change", "end"):
        assert browser.post(f"/duties/{duty.pk}/{address}/", {}).status_code == 403
    assert Duty.objects.count() == 1


def test_addresses_that_name_nothing(overseer: User, signed_in: Callable[[User], Client]) -> None:
    browser = signed_in(overseer)
    for address in (
        "/duties/new/desk.task/open/daily/",
        "/duties/new/no.thing/plan/daily/",
        f"/duties/new/{ROUND}/plan/hourly/",
        "/duties/999/",
    ):
        assert browser.get(address).status_code == 404


# ---- changing ----------------------------------------------------------------------------------------------------


def test_a_change_is_previewed_and_made(
    created: Callable[..., Duty], overseer: User, signed_in: Callable[[User], Client]
) -> None:
    duty, browser = created(), signed_in(overseer)
    address = f"/duties/{duty.pk}/change/"
    assert "每天 2 次" in text_of(browser, address)
    assert "最后一个工作日" in text_of(browser, f"{address}?rhythm=monthly")
    since = (timezone.localdate() + timedelta(days=3)).isoformat()
    given = {"times": "1", "hours": "", "days": "every", "since": since}
    shown = browser.post(address, given)
    assert "每天 1 次" in shown.content.decode()
    assert DutyVersion.objects.count() == 1
    assert browser.post(address, given | {"confirm": "1"}).status_code == 302
    assert DutyVersion.objects.count() == 2
    assert DutyCase.objects.filter(withdrawn_at__isnull=False).count() == 11
    wrong = browser.post(address, given | {"times": "0", "confirm": "1"})
    assert wrong.status_code == 422
    assert "次数应是" in wrong.content.decode()


def test_a_duty_is_ended(created: Callable[..., Duty], overseer: User, signed_in: Callable[[User], Client]) -> None:
    duty, browser = created(), signed_in(overseer)
    address, today = f"/duties/{duty.pk}/end/", timezone.localdate()
    assert text_of(browser, address)
    early = browser.post(address, {"until": (today - timedelta(days=1)).isoformat()})
    assert early.status_code == 422
    assert browser.post(address, {"until": ""}).status_code == 422
    assert Duty.objects.get().until is None
    assert browser.post(address, {"until": today.isoformat()}).status_code == 302
    assert Duty.objects.get().until == today
    assert "到期后不再安排" in text_of(browser, "/duties/")
    assert "保洁" not in text_of(browser, "/duties/")
    assert "保洁" in text_of(browser, "/duties/?ended")


def test_the_case_says_when_it_was_to_be_done(
    created: Callable[..., Duty], clerk: User, signed_in: Callable[[User], Client]
) -> None:
    created(clock.Daily(days=clock.Days.EVERY, hours=clock.spans("00:00-23:59")))
    case = Case.objects.order_by("pk")[0]
    page = text_of(signed_in(clerk), f"/cases/{case.pk}/")
    assert "应办时间" in page
    assert "23:59" in page


def test_the_pages_speak_english(
    created: Callable[..., Duty], overseer: User, signed_in: Callable[[User], Client]
) -> None:
    duty, browser = created(), signed_in(overseer)
    browser.cookies["shixiao_language"] = "en"
    for address in ("/duties/today/", "/duties/", f"/duties/{duty.pk}/", NEW, f"/duties/{duty.pk}/change/"):
        assert '<html lang="en">' in text_of(browser, address)
    assert "each day, 2 times" in text_of(browser, f"/duties/{duty.pk}/")
