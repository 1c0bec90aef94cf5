"""Lights are dated data, and each says why it shines."""

from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.core.exceptions import PermissionDenied

from shixiao.casework import Refused, lights
from shixiao.casework.tests.conftest import KIND
from shixiao.engine import clock
from shixiao.ledger.models import Event
from shixiao.people.models import User

pytestmark = pytest.mark.django_db
START = datetime(2026, 6, 29, 8, 30, tzinfo=ZoneInfo("Asia/Shanghai"))
TWO_DAYS = clock.Deadline(start=START, budget=clock.WorkingHours.of(hours=14), calendar=clock.office_hours())
HALF = [
    {"share_left": 0.5, "working_seconds_left": None, "colour": "yellow", "word": {"zh": "过半", "en": "half gone"}}
]


def light(now: datetime) -> clock.Light:
    return clock.light(TWO_DAYS, now=now, schemes=lights.of_kind(lights.schemes(), KIND))


def test_the_usual_light_is_near_at_a_quarter(now: datetime) -> None:
    assert light(START + timedelta(hours=1)).code is clock.LightCode.NORMAL
    near = light(now.replace(hour=15))
    assert near.code is clock.LightCode.NEAR
    assert "还剩工作时间2小时30分" in near.reason.zh.replace(" ", "")


def test_other_lights_from_a_day_on(officer: User, now: datetime) -> None:
    lights.set_lights(KIND, since=date(2026, 6, 30), rules=HALF, by=officer, now=now)
    assert light(START + timedelta(hours=8)).code is clock.LightCode.NORMAL  # the day before
    half = light(now)
    assert (half.colour, half.word.zh) == (clock.Colour.YELLOW, "过半")
    assert Event.objects.get(kind="casework.lights_set").particulars["rules"][0]["permille_left"] == 500


@pytest.mark.parametrize(
    "rules", [[{"share_left": 2}], [{}], [{"colour": "pink", "share_left": 0.1}], ["x"], [{"x": 1}]]
)
def test_a_rule_that_cannot_be_is_refused(officer: User, now: datetime, rules: list[Any]) -> None:
    with pytest.raises(Refused) as refused:
        lights.set_lights(KIND, since=date(2026, 7, 1), rules=rules, by=officer, now=now)
    assert refused.value.field == "rules"
    assert not Event.objects.filter(kind="casework.lights_set").exists()


def test_only_for_the_officer_and_kinds_there_are(officer: User, reader: User, now: datetime) -> None:
    with pytest.raises(PermissionDenied):
        lights.set_lights("", since=date(2026, 7, 1), rules=HALF, by=reader, now=now)
    with pytest.raises(Refused):
        lights.set_lights("no.such", since=date(2026, 7, 1), rules=HALF, by=officer, now=now)
