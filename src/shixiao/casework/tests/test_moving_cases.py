"""A case moved elsewhere: what it says, who may, and where it cannot go."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.test import Client

from shixiao import casework
from shixiao.casework import Opening, assessing, moving_cases, offices, shared_things, topics, years
from shixiao.casework.allowing import NotAllowed
from shixiao.casework.models import Case, Contract, Project, Topic
from shixiao.casework.performing import events_of, scope_of
from shixiao.casework.refusing import Reason, Refused
from shixiao.casework.tests.conftest import KIND, Desk
from shixiao.ledger.models import Event
from shixiao.people import actions as people
from shixiao.people.models import Unit, User

pytestmark = pytest.mark.django_db
SHANGHAI = ZoneInfo("Asia/Shanghai")


@pytest.fixture
def boss(staff: Callable[..., User]) -> User:
    return staff("boss", "desk.overseer", "desk.clerk")


@pytest.fixture
def project(unit: Unit, now: datetime) -> Project:
    return shared_things.create_project("运行", unit=unit, since_year=2026, until_year=2027, by=None, now=now)


@pytest.fixture
def other(unit: Unit, now: datetime) -> Project:
    return shared_things.create_project("展览", unit=unit, since_year=2026, until_year=2026, by=None, now=now)


@pytest.fixture
def topic(now: datetime) -> Topic:
    return shared_things.create_topic("乡村", since=date(2026, 1, 1), by=None, now=now)


def opened(unit: Unit, by: User, now: datetime, **more: Any) -> Case:
    head = {"unit": unit, "title": "修门", "particulars": {"topic": "大门"}} | more
    return casework.open_case(KIND, "open", Opening(**head), by=by, now=now)


def refusal(case: Case, *, by: User, now: datetime, reason: str = "录错", **place: Any) -> Refused:
    before = (Event.objects.count(), list(Case.objects.order_by("pk").values()))
    with pytest.raises(Refused) as refused:
        moving_cases.move(case, reason=reason, by=by, now=now, **place)
    assert (Event.objects.count(), list(Case.objects.order_by("pk").values())) == before
    return refused.value


def contract_of(project: Project, number: str, now: datetime) -> Contract:
    return shared_things.create_contract(
        number,
        project=project,
        name="保洁",
        party="某公司",
        amount=Decimal(1),
        since=date(2026, 1, 1),
        until=None,
        by=None,
        now=now,
    )


def test_one_event_says_from_where_to_where_and_why(
    unit: Unit, boss: User, now: datetime, project: Project, other: Project, topic: Topic
) -> None:
    case = opened(unit, boss, now, project=project)
    moved = moving_cases.move(case, project=other, topic=topic, reason="录错项目", by=boss, now=now)
    assert (moved.project, moved.topic, moved.revision) == (other, topic, 2)
    event = events_of(case).last()
    assert event is not None
    place = {"unit": unit.pk, "project": other.pk, "contract": 0, "topic": topic.pk, "subject": 0}
    assert event.kind == "casework.moved"
    assert event.particulars["before"] == {"project": project.pk, "topic": 0}
    assert event.particulars["after"] == {"project": other.pk, "topic": topic.pk}
    assert event.particulars["scope"] == place == scope_of(Case.objects.get())
    assert event.words.get().words == "录错项目"
    assert assessing.timeline_of(Case.objects.get()).scope.project == other.pk
    away = moving_cases.move(case, project=None, reason="不属于项目", by=boss, now=now)
    assert (away.project, away.topic) == (None, topic)


def test_it_is_for_the_overseer(
    unit: Unit, boss: User, staff: Callable[..., User], now: datetime, project: Project
) -> None:
    clerk, case = staff("clerk", "desk.clerk"), opened(unit, boss, now)
    assert isinstance(refusal(case, by=clerk, now=now, project=project), NotAllowed)
    assert (moving_cases.may_move(case, by=clerk, now=now), moving_cases.may_move(case, by=boss, now=now)) == (
        False,
        True,
    )


@pytest.mark.parametrize("flag", ["is_restricted", "stays_in_place"])
def test_some_kinds_stay_where_they_are(
    unit: Unit,
    boss: User,
    now: datetime,
    project: Project,
    desk: type[Desk],
    monkeypatch: pytest.MonkeyPatch,
    flag: str,
) -> None:
    case = opened(unit, boss, now)
    bound = replace(desk.tables[0], **{flag: True})
    monkeypatch.setattr(offices, "_catalogue", lambda: {KIND: (desk, bound)})
    assert refusal(case, by=boss, now=now, project=project).reason is Reason.GUARDED
    assert not moving_cases.may_move(case, by=boss, now=now)


def test_nothing_moves_after_the_year_was_closed(unit: Unit, boss: User, project: Project, officer: User) -> None:
    december = datetime(2026, 12, 30, 9, tzinfo=SHANGHAI)
    january = datetime(2027, 1, 4, 9, tzinfo=SHANGHAI)
    old, running = opened(unit, boss, december), opened(unit, boss, december)
    new = opened(unit, boss, january)
    casework.perform(old, "take", by=boss, now=december)
    casework.perform(old, "finish", by=boss, now=december)
    moving_cases.move(old, project=project, reason="录错", by=boss, now=january)
    years.close_year(2026, by=officer, now=january)
    for case in (old, running):
        refused = refusal(case, by=boss, now=january, project=None if case == old else project)
        assert (refused.reason, "2026 年已经关账" in refused.text.zh) == (Reason.YEAR_CLOSED, True)
    moving_cases.move(new, project=project, reason="录错", by=boss, now=january)


def test_the_place_must_fit(unit: Unit, boss: User, now: datetime, project: Project, other: Project) -> None:
    case = opened(unit, boss, now, project=project, contract=contract_of(project, "合-1", now))
    earlier = shared_things.create_project("旧", unit=unit, since_year=2024, until_year=2025, by=None, now=now)
    elsewhere = people.create_unit("别处", code="ELS", parent=unit, since=date(2026, 1, 1), by=None, now=now)
    strange = shared_things.create_project("外", unit=elsewhere, since_year=2026, until_year=2026, by=None, now=now)
    device = shared_things.create_subject("A-1", name="泵", unit=elsewhere, since=date(2026, 1, 1), by=None, now=now)
    assert "2024 到 2025" in refusal(case, by=boss, now=now, project=earlier, contract=None).text.zh
    assert "不是" in refusal(case, by=boss, now=now, project=strange, contract=None).text.zh
    assert refusal(case, by=boss, now=now, project=other).field == "contract"
    assert refusal(case, by=boss, now=now, subject=device).field == "subject"
    both = refusal(case, by=boss, now=now, project=earlier, subject=device)
    assert [each.field for each in both.all] == ["project", "contract", "subject"]
    assert "没有变化" in refusal(case, by=boss, now=now, project=project).text.zh
    assert refusal(case, by=boss, now=now, project=None, contract=None, reason=" ").field == "reason"


def test_a_topic_that_ended_is_no_place(unit: Unit, boss: User, now: datetime, topic: Topic) -> None:
    case, gone = opened(unit, boss, now), topics.retire(topic, by=None, now=now)
    assert refusal(case, by=boss, now=now, topic=gone).field == "topic"


# ---- pages -----------------------------------------------------------------------------------------------------


def test_the_overseer_moves_it_on_the_page(
    unit: Unit, boss: User, now: datetime, project: Project, other: Project, client: Client, staff: Callable[..., User]
) -> None:
    case = opened(unit, boss, now, project=project)
    client.force_login(boss)
    page, form = f"/cases/{case.pk}/", f"/cases/{case.pk}/place/"
    assert form in client.get(page).content.decode()
    assert f'value="{project.pk}" selected' in client.get(form).content.decode()
    assert client.post(form, {"project": other.pk, "reason": ""}).status_code == 422
    assert client.post(form, {"project": 10**9, "reason": "录错"}).status_code == 422
    assert client.post(form, {"project": other.pk, "reason": "录错项目"}).status_code == 302
    shown = client.get(page).content.decode()
    assert "运行 → 展览" in shown
    assert "录错项目" in shown
    client.force_login(staff("clerk", "desk.clerk"))
    assert form not in client.get(page).content.decode()
    assert client.post(form, {"project": project.pk, "reason": "改回"}).status_code == 403
