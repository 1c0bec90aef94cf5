"""Who sees which registers, what waits for confirmation, rounds too soon after each other."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from shixiao import casework
from shixiao.casework import Opening, offices, visibility
from shixiao.ledger import gauges
from shixiao.offices.registers import queries
from shixiao.offices.registers.definitions import change_definition, define
from shixiao.offices.registers.models import Entry, Register
from shixiao.offices.registers.tests.conftest import TRAINING, enter, plan, receive
from shixiao.people.actions import create_unit
from shixiao.people.models import Unit, User

pytestmark = pytest.mark.django_db
TOLD: dict[str, Any] = {"values": {"held_on": "2026-06-20"}, "texts": {"subject": "保密教育"}}


def test_restricted_registers_are_listed_for_their_holders_and_the_keeper(
    training: Register, letters: Register, clerk: User, holder: User, keeper: User, officer: User, now: datetime
) -> None:
    def seen(user: User) -> set[str]:
        return {each.code for each in queries.registers_of(user, now=now)}

    assert seen(clerk) == {"training"}
    assert seen(holder) == {"letters"}
    assert seen(keeper) == {"training", "letters"}
    assert seen(officer) == {"training"}


def test_figures_of_a_restricted_register_open_for_its_holders_alone(
    training: Register, letters: Register, clerk: User, holder: User, officer: User, now: datetime
) -> None:
    may = {user.username: queries.may_drill(letters, by=user, now=now) for user in (clerk, holder, officer)}
    assert may == {"clerk": False, "holder": True, "test-officer": False}
    assert queries.may_drill(training, by=officer, now=now)


def test_a_clerk_below_sees_the_register_above(
    training: Register, unit: Unit, staff: Callable[..., User], now: datetime
) -> None:
    below = create_unit("模拟秘书处", code="SIM1", parent=unit, since=date(2020, 1, 1), by=None, now=now)
    user = staff("below", "registers.clerk", at=below)
    assert [each.code for each in queries.registers_of(user, now=now)] == ["training"]


@pytest.mark.parametrize(("count", "said"), [(0, "少于 5 件"), (4, "少于 5 件"), (5, "5 件")])
def test_a_small_count_is_not_said(count: int, said: str) -> None:
    assert queries.discreet(count).zh == said


def test_what_waits_for_confirmation(
    training: Register,
    letters: Register,
    clerk: User,
    confirmer: User,
    holder: User,
    superior: User,
    staff: Callable[..., User],
    now: datetime,
) -> None:
    both = staff("both", "registers.clerk", "registers.confirmer")
    entries = [enter(training, by, now, **TOLD).pk for by in (clerk, both)]
    letter = receive(letters, holder, now)
    casework.perform(letter, "do", by=holder, now=now, done_on="2026-06-20")
    plan(training, clerk, now)
    assert [each.pk for each in queries.to_confirm(confirmer, now=now)] == entries
    assert [each.pk for each in queries.to_confirm(both, now=now)] == entries[:1]
    assert [each.pk for each in queries.to_confirm(superior, now=now)] == [letter.pk]
    assert queries.to_confirm(clerk, now=now) == []


def test_rounds_too_soon_after_each_other_are_shown(unit: Unit, keeper: User, clerk: User, now: datetime) -> None:
    register = define({"name": "消防巡查"}, unit=unit, code="rounds", by=keeper, now=now)
    for minutes in (0, 119, 239, 400):
        enter(register, clerk, now + timedelta(hours=8), happened_at=now + timedelta(minutes=minutes))
    held = visibility.held_by(clerk, now=now)
    gaps = queries.short_gaps(register, since=now.date(), until=now.date() + timedelta(days=1), held=held)
    assert [each.between for each in gaps] == [timedelta(minutes=119)]


def test_an_entry_with_an_older_version_says_what_differs(
    training: Register, clerk: User, keeper: User, now: datetime
) -> None:
    waiting = plan(training, clerk, now)
    assert queries.outdated(Entry.objects.get(case=waiting)) is None
    fields = [each for each in TRAINING["fields"] if each["code"] != "people"]  # type: ignore[attr-defined,index]
    more = TRAINING | {"fields": [*fields, {"code": "hours", "title": "学时", "sort": "number"}]}
    change_definition(training, more, by=keeper, now=now)
    said = queries.outdated(Entry.objects.get(case=waiting))
    assert said is not None
    assert said.zh == (
        "这条记录按第 1 版办理，台账现在是第 2 版；已取消的字段（这条仍要填）：参加人数；新增的字段（这条不填）：学时。"
    )


def test_the_page_of_such_an_entry_says_so_on_top(
    training: Register, clerk: User, keeper: User, signed_in: Callable[[User], Client], now: datetime
) -> None:
    waiting = plan(training, clerk, now)
    assert "按第 1 版办理" not in signed_in(clerk).get(f"/cases/{waiting.pk}/").content.decode()
    fields = [each for each in TRAINING["fields"] if each["code"] != "people"]  # type: ignore[attr-defined,index]
    change_definition(training, TRAINING | {"fields": fields}, by=keeper, now=now)
    page = signed_in(clerk).get(f"/cases/{waiting.pk}/").content.decode()
    assert "这条记录按第 1 版办理，台账现在是第 2 版；已取消的字段（这条仍要填）：参加人数。" in page


def test_the_page_of_measures_shows_rounds_too_soon(
    unit: Unit, keeper: User, clerk: User, signed_in: Callable[[User], Client], now: datetime
) -> None:
    register = define({"name": "消防巡查"}, unit=unit, code="rounds", by=keeper, now=now)
    gauges.put("registers.rounds_in_slots", {"register": "rounds"}, by=None, now=now)
    for minutes in (0, 45):
        enter(register, clerk, now + timedelta(hours=2), happened_at=now + timedelta(minutes=minutes))
    address = reverse("registers:measures", args=("rounds",))
    page = signed_in(clerk).get(f"{address}?year=2026").content.decode()
    assert "间隔不到 2 小时的巡查" in page
    assert "45 分钟" in page


def test_others_may_ask_what_registers_are_called(training: Register, letters: Register) -> None:
    offered = offices.offer("register_names")
    assert offered is not None
    assert offered() == {"training": "学习培训", "letters": "信访举报件"}


def test_entries_of_days_are_those_that_one_sees(training: Register, unit: Unit, clerk: User, now: datetime) -> None:
    enter(training, clerk, now, **TOLD)
    opening = Opening(unit=unit, particulars={"register": "training"})
    casework.open_case("registers.entry", "plan", opening, by=clerk, now=now)
    held = visibility.held_by(clerk, now=now)
    inside = queries.of_days(training, since=date(2026, 6, 20), until=date(2026, 6, 21), held=held)
    after = queries.of_days(training, since=date(2026, 6, 21), until=date(2026, 7, 1), held=held)
    assert (inside.count(), after.count()) == (1, 0)
