"""What is stored is derived from what happened; a difference is found and named."""

from datetime import date, datetime, time
from zoneinfo import ZoneInfo

import pytest

from shixiao.messages import channels, ladders, planning, quiet, reading, sending, verifying
from shixiao.messages.models import Delivery, Message
from shixiao.messages.tests.conftest import Tell, Wire
from shixiao.people.models import User

SHANGHAI = ZoneInfo("Asia/Shanghai")


@pytest.mark.django_db
def test_every_state_is_derived_again(people: list[User], tell: Tell, wire: Wire, now: datetime) -> None:
    first, second, third = tell(people)
    wire.answers = [channels.accepted(), channels.unknown("timeout"), channels.not_reached("refused")]
    planning.plan(now)
    sending.send(now)
    reading.read([first.pk], by=people[0], now=now)
    reading.acknowledge([second.pk], by=people[1], now=now)
    assert list(verifying.wrong()) == []

    Message.objects.filter(pk=third.pk).update(state="read")
    lost = Delivery.objects.get(state="unknown")
    Delivery.objects.filter(pk=lost.pk).update(state="sent")
    assert set(verifying.wrong()) == {
        ("message", third.pk, "read", "delivered"),
        ("delivery", lost.pk, "sent", "unknown"),
    }


# ---- dated data --------------------------------------------------------------------------------------------------


def weekdays(day: date) -> bool:
    return day.isoweekday() <= 5


def at(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 6, day, hour, minute, tzinfo=SHANGHAI)


@pytest.mark.parametrize(
    ("moment", "goes"),
    [
        (at(26, 19, 59), at(26, 19, 59)),
        (at(26, 20), at(29, 7, 30)),  # a Friday evening waits for Monday
        (at(27, 12), at(29, 7, 30)),
        (at(29, 7, 29), at(29, 7, 30)),
        (at(29, 7, 30), at(29, 7, 30)),
    ],
)
def test_nobody_is_disturbed_at_night_and_on_days_off(moment: datetime, goes: datetime) -> None:
    assert quiet.goes_at(moment, rule=quiet.USUAL, urgency="normal", works_on=weekdays) == goes
    assert quiet.goes_at(moment, rule=quiet.USUAL, urgency="most_urgent", works_on=weekdays) == moment


def test_a_rule_holds_from_its_day_on_and_reads_as_it_is_written() -> None:
    later = quiet.Quiet(since=date(2026, 7, 1), begins=time(22))
    assert quiet.in_force([later], date(2026, 6, 30)) == quiet.USUAL
    assert quiet.in_force([later], date(2026, 7, 1)) == later
    assert quiet.from_dict(quiet.to_dict(later), since=later.since) == later


def test_rungs_come_in_the_morning_of_their_working_day() -> None:
    limit = at(27, 0)  # Friday the 26th is the last day
    rung = ladders.Rung(who=ladders.Who.LEADER, days=1, every=5)
    assert ladders.moment_of(rung, limit, works_on=weekdays) == at(29, 9)
    assert ladders.moment_of(rung, limit, works_on=weekdays, again=1) == datetime(2026, 7, 6, 9, tzinfo=SHANGHAI)
    before = ladders.Rung(who=ladders.Who.HANDLER, days=-1)
    assert ladders.moment_of(before, limit, works_on=weekdays) == at(25, 9)
    assert ladders.moment_of(ladders.Rung(who=ladders.Who.HANDLER, days=0), limit, works_on=weekdays) == limit
    assert list(ladders.problems(ladders.USUAL)) == []
    assert all(ladders.from_dict(ladders.to_dict(each)) == each for each in ladders.USUAL)
