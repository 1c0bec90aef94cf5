"""What is stored is read back as it was."""

import json
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given, settings

from shixiao.engine.bilingual import Text
from shixiao.engine.clock import (
    USUAL_SCHEME,
    AtInstant,
    Budget,
    Calendar,
    Colour,
    Extension,
    LightRule,
    LightScheme,
    OnDay,
    Suspension,
    Until,
    Unworkable,
    Week,
    WorkingHours,
    budget_from_dict,
    budget_to_dict,
    calendar_from_dict,
    calendar_to_dict,
    extension_from_dict,
    extension_to_dict,
    scheme_from_dict,
    scheme_to_dict,
    spans,
    suspension_from_dict,
    suspension_to_dict,
)
from shixiao.engine.clock.tests.examples import ALWAYS, COMPLEX, OFFICE, PAPERS, STATION, at
from shixiao.engine.clock.tests.test_laws import BUDGETS, calendars


def through_json(plain: Any) -> Any:
    return json.loads(json.dumps(plain, ensure_ascii=False))


@settings(deadline=None)
@given(calendars())
def test_a_calendar_comes_back(calendar: Calendar) -> None:
    assert calendar_from_dict(through_json(calendar_to_dict(calendar))) == calendar


@pytest.mark.parametrize("calendar", [OFFICE, STATION, ALWAYS], ids=lambda calendar: calendar.code)
def test_the_usual_calendars_come_back(calendar: Calendar) -> None:
    assert calendar_from_dict(through_json(calendar_to_dict(calendar))) == calendar


@given(BUDGETS)
def test_a_budget_comes_back(budget: Budget) -> None:
    assert budget_from_dict(through_json(budget_to_dict(budget))) == budget


def test_a_named_day_a_pause_an_extension_and_rules_come_back() -> None:
    day = OnDay(date(2026, 10, 8), Until.CLOSING_TIME)
    assert budget_from_dict(through_json(budget_to_dict(day))) == day
    for pause in (Suspension(at(10, 8), None, PAPERS), Suspension(at(10, 8), at(10, 9, 9), Text("", ""), "papers")):
        assert suspension_from_dict(through_json(suspension_to_dict(pause))) == pause
    extension = Extension(WorkingHours.of(hours=2), COMPLEX, "complex")
    assert extension_from_dict(through_json(extension_to_dict(extension))) == extension
    rules = (
        LightRule(share_left=0.3, working_left=timedelta(hours=2), colour=Colour.YELLOW, word=Text("黄灯", "yellow")),
    )
    for scheme in (USUAL_SCHEME, LightScheme(date(2026, 1, 1), rules)):
        assert scheme_from_dict(through_json(scheme_to_dict(scheme))) == scheme


def test_hours_are_stored_as_people_write_them() -> None:
    week = Week.of(spans("08:30-12:00"), since=None)
    plain = calendar_to_dict(Calendar("window", Text("窗口", "Window"), (week,), night_duty=spans("22:00-06:00")))
    assert plain["weeks"][0]["hours"][0] == ["08:30-12:00"]
    assert plain["night_duty"] == ["22:00-06:00"]


@pytest.mark.parametrize(
    "plain",
    [
        {"kind": "working_weeks", "number": 1},
        {"kind": "working_days", "number": 1, "unit": "day"},
        {"kind": "working_days", "number": 1, "until": "noon"},
        {"kind": "working_days", "number": 1, "counted_from": "yesterday"},
        {"kind": "working_hours", "seconds": -1},
        {},
    ],
)
def test_unknown_words_are_refused(plain: dict[str, Any]) -> None:
    with pytest.raises(Unworkable):
        budget_from_dict(plain)


@pytest.mark.parametrize(
    ("read", "plain"),
    [
        (calendar_from_dict, {"code": "window"}),
        (calendar_from_dict, {**calendar_to_dict(ALWAYS), "known_until": "soon"}),
        (calendar_from_dict, {**calendar_to_dict(ALWAYS), "weeks": 7}),
        (budget_from_dict, {"kind": "working_hours", "seconds": "8"}),
        (budget_from_dict, {"kind": "working_hours", "seconds": 1e30}),
        (budget_from_dict, {"kind": "on_day", "day": "2026-02-30"}),
        (suspension_from_dict, {"since": "now"}),
        (extension_from_dict, {"budget": None}),
        (scheme_from_dict, {"since": "2026-01-01", "rules": [{"share_left": 0.1, "colour": "pink"}]}),
    ],
)
def test_what_is_missing_or_wrong_is_said_and_is_no_crash(read: Any, plain: dict[str, Any]) -> None:
    with pytest.raises(Unworkable, match="缺少内容或写法不对"):
        read(plain)


def test_a_budget_that_names_an_instant_comes_back() -> None:
    budget = AtInstant(at(6, 30, 9))
    plain = budget_to_dict(budget)
    assert plain == {"kind": "at_instant", "instant": "2026-06-30T09:00:00+08:00"}
    assert budget_from_dict(through_json(plain)) == budget
    with pytest.raises(Unworkable):
        budget_from_dict({**plain, "until": "end_of_day"})
