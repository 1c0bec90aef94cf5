"""Lights: the words, the colours, when they turn, and why."""

from datetime import datetime, timedelta

import pytest

from shixiao.engine.bilingual import Text
from shixiao.engine.clock import (
    Colour,
    Deadline,
    LightCode,
    LightRule,
    LightScheme,
    OnDay,
    Unworkable,
    WorkingDays,
    WorkingHours,
    light,
)
from shixiao.engine.clock.tests.examples import COMPLEX, OFFICE, PAPERS, at, on

# Monday 12 October 2026, 9:00, and 8 working hours: due on Tuesday at 10:00.
DEADLINE = Deadline(start=at(10, 12, 9), budget=WorkingHours.of(hours=8), calendar=OFFICE)
MICROSECOND = timedelta(microseconds=1)
YELLOW, ORANGE = Text("黄灯", "yellow"), Text("橙灯", "orange")
TWO_WARNINGS = LightScheme(
    since=on(1, 1),
    rules=(
        LightRule(share_left=0.15, colour=Colour.AMBER, word=ORANGE),
        LightRule(share_left=0.3, colour=Colour.YELLOW, word=YELLOW),
    ),
)


@pytest.mark.parametrize(
    ("now", "code", "colour"),
    [
        (at(10, 12, 9), LightCode.NORMAL, Colour.GREEN),
        (at(10, 12, 14, 59), LightCode.NORMAL, Colour.GREEN),
        (at(10, 12, 15), LightCode.NEAR, Colour.AMBER),  # four hours left
        (at(10, 13, 10), LightCode.NEAR, Colour.AMBER),  # the due instant itself
        (at(10, 13, 10) + MICROSECOND, LightCode.OVERDUE, Colour.RED),
    ],
)
def test_when_the_usual_light_turns(now: datetime, code: LightCode, colour: Colour) -> None:
    shown = light(DEADLINE, now=now)
    assert (shown.code, shown.colour) == (code, colour)


def test_the_night_brings_no_deadline_nearer() -> None:
    reasons = {light(DEADLINE, now=now).reason for now in (at(10, 12, 17, 30), at(10, 12, 23), at(10, 13, 8, 30))}
    assert len(reasons) == 1


def test_every_light_gives_its_reason() -> None:
    assert light(DEADLINE, now=at(10, 12, 9)).reason.zh == "10月13日10:00到期，还剩工作时间8小时"
    assert light(DEADLINE, now=at(10, 12, 17)).reason.zh == "10月13日10:00到期，还剩工作时间2小时；不超过4小时即提醒"
    assert light(DEADLINE, now=at(10, 13, 11, 30)).reason.zh == "10月13日10:00已到期，超过工作时间1小时30分钟"
    assert light(DEADLINE, now=at(10, 12, 17)).word.zh == "临期"


@pytest.mark.parametrize(
    ("now", "word"),
    [
        # Seven of eight hours lie on this day, the last one on Tuesday until 9:30.
        (at(10, 12, 16, 5), "正常"),
        (at(10, 12, 16, 6), "黄灯"),  # 30% of 8 hours are 2:24
        (at(10, 12, 17, 17), "黄灯"),
        (at(10, 12, 17, 18), "橙灯"),  # 15% are 1:12
        (at(10, 13, 9, 31), "超期"),
    ],
)
def test_an_office_may_have_several_warnings(now: datetime, word: str) -> None:
    deadline = Deadline(start=at(10, 12, 8, 30), budget=WorkingHours.of(hours=8), calendar=OFFICE)
    assert light(deadline, now=now, schemes=(TWO_WARNINGS,)).word.zh == word


def test_the_scheme_of_the_day_is_in_force() -> None:
    new = LightScheme(since=on(10, 13), rules=(LightRule(working_left=timedelta(hours=1)),))
    schemes = (new, TWO_WARNINGS)
    assert light(DEADLINE, now=at(10, 12, 17), schemes=schemes).word == YELLOW
    assert light(DEADLINE, now=at(10, 13, 8, 45), schemes=schemes).code is LightCode.NORMAL
    assert light(DEADLINE, now=at(10, 13, 9), schemes=schemes).code is LightCode.NEAR
    assert light(DEADLINE, now=at(10, 12, 17), schemes=()).code is LightCode.NORMAL


def test_what_stands_still_is_grey_and_says_why() -> None:
    shown = light(DEADLINE.suspended(at(10, 12, 10), PAPERS), now=at(10, 20, 9))
    assert (shown.code, shown.colour) == (LightCode.SUSPENDED, Colour.GREY)
    assert shown.reason.zh == "暂停计时（等待补正），恢复后还剩工作时间7小时"


@pytest.mark.parametrize(
    ("closed_at", "code", "word"),
    [
        (at(10, 13, 10), LightCode.DONE_ON_TIME, "按时办结"),
        (at(10, 13, 10) + MICROSECOND, LightCode.DONE_LATE, "逾期办结"),
    ],
)
def test_what_is_closed_keeps_its_light(closed_at: datetime, code: LightCode, word: str) -> None:
    for now in (at(10, 13, 11), at(12, 31)):
        shown = light(DEADLINE, now=now, closed_at=closed_at)
        assert (shown.code, shown.word.zh) == (code, word)


def test_what_was_on_time_only_by_an_extension_says_so() -> None:
    extended = DEADLINE.extended(WorkingDays(2), COMPLEX)
    shown = light(extended, now=at(10, 20), closed_at=at(10, 14, 9))
    assert shown.code is LightCode.DONE_ON_TIME
    assert shown.reason.zh == "时限为10月15日24:00（原时限10月13日10:00，已过）"
    assert "原时限" not in light(extended, now=at(10, 20), closed_at=at(10, 13, 9)).reason.zh


def test_a_day_in_a_holiday_is_near_by_real_time() -> None:
    deadline = Deadline(start=at(10, 1), budget=OnDay(on(10, 4)), calendar=OFFICE)
    rule = LightScheme(since=on(1, 1), rules=(LightRule(share_left=0.25),))
    assert light(deadline, now=at(10, 3, 23, 59), schemes=(rule,)).code is LightCode.NORMAL
    assert light(deadline, now=at(10, 4), schemes=(rule,)).code is LightCode.NEAR


@pytest.mark.parametrize("share", [0.0, -0.1, 1.1])
def test_rules_that_are_none(share: float) -> None:
    with pytest.raises(Unworkable, match="剩余比例"):
        LightRule(share_left=share)
    with pytest.raises(Unworkable, match="须写明"):
        LightRule()
