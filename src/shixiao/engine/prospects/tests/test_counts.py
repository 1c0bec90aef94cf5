"""What is still to come of a count: what is expected, what comes beyond it, and what months say of both."""

from datetime import date, timedelta

import pytest

from shixiao.engine.measures import NOTHING, Reading, Reads
from shixiao.engine.prospects import Prospect, Status, prospect
from shixiao.engine.prospects.chances import arrivals, beyond, certain, failures, passing
from shixiao.engine.prospects.tests.positions import BEGIN, MIDDLE, a_measure, at

COUNT = a_measure(Reads.COUNT)


def grown(*months: Reading) -> list[tuple[date, Reading]]:
    """Month by month of 2026, added up."""
    found, sum_ = [], NOTHING
    for number, month in enumerate(months, start=1):
        sum_ += month
        found.append((date(2026 + number // 12, number % 12 + 1, 1) - timedelta(days=1), sum_))
    return found


def told(target: str, today: date, *months: int, pending: int = 0) -> Prospect:
    """A count that stood so in each month."""
    reading = Reading(met=sum(months), pending=pending)
    return prospect(at(target, COUNT, reading, today, grown=grown(*(Reading(met=each) for each in months))))


def test_rounds_of_every_month_are_at_most_as_many_as_there_are_months() -> None:
    """Eleven allowances were paid and December's is expected: there is no thirteenth."""
    december = told("恰好12次", date(2026, 11, 30), *[1] * 11, pending=1)
    assert december.status is Status.LIKELY
    assert december.forecast is not None
    assert (december.forecast.mid, december.forecast.high) == (12, 12)
    july = told("恰好12次", MIDDLE, *[1] * 6, pending=2)
    assert july.status is Status.LIKELY
    assert july.forecast is not None
    assert july.forecast.high == 12


def test_as_many_that_came_in_bursts_promise_less() -> None:
    by_calendar, in_bursts = (told("恰好12次", MIDDLE, *months) for months in ([1] * 6, (0, 3, 0, 0, 3, 0)))
    assert by_calendar.forecast is not None
    assert in_bursts.forecast is not None
    assert in_bursts.forecast.probability < by_calendar.forecast.probability / 2


def test_one_that_is_overdue_does_not_undo_the_schedule() -> None:
    months = [Reading(met=1)] * 5 + [Reading(pending=1)]
    reading = Reading(met=5, pending=2)
    found = prospect(at("恰好12次", COUNT, reading, MIDDLE, grown=grown(*months)))
    assert found.forecast is not None
    assert found.forecast.high is not None
    assert found.forecast.high <= 12


def test_the_first_month_in_which_nothing_was_done_yet_does_not_slow_the_pace() -> None:
    slow, even = (told("≥60次", MIDDLE, *months) for months in ((0, 6, 6, 6, 6, 6), (5, 5, 5, 5, 5, 5)))
    assert slow.forecast is not None
    assert even.forecast is not None
    assert slow.forecast.mid is not None
    assert even.forecast.mid is not None
    assert slow.forecast.mid > even.forecast.mid


@pytest.mark.parametrize("met", range(1, 5))
@pytest.mark.parametrize("pending", range(3))
@pytest.mark.parametrize("day", [date(2026, 2, 1), MIDDLE, date(2026, 12, 20)])
def test_the_middle_lies_inside(met: int, pending: int, day: date) -> None:
    found = prospect(at("≥2次", COUNT, Reading(met=met, pending=pending), day)).forecast
    assert found is not None
    assert found.low is not None
    assert found.mid is not None
    assert found.high is not None
    assert met <= found.low <= found.mid <= found.high
    assert found.mid == int(found.mid)


def test_a_topic_spreads_as_its_part_of_the_whole_does() -> None:
    """Of bursts of eight a topic has one or two: its own number spreads hardly more than chance makes it."""
    whole = grown(*(Reading(met=each) for each in (8, 0, 0, 8, 0, 0)))
    apart = at("各不少于1篇", COUNT, Reading(met=16), grown=whole, least=(Reading(met=2),))
    even = grown(*(Reading(met=each) for each in (3, 3, 2, 3, 3, 2)))
    calm = at("各不少于1篇", COUNT, Reading(met=16), grown=even, least=(Reading(met=2),))
    told_apart, told_calm = (prospect(each).forecast for each in (apart, calm))
    assert told_apart is not None
    assert told_calm is not None
    assert told_apart.high is not None
    assert told_calm.high is not None
    assert abs(told_apart.high - told_calm.high) <= 1


def test_what_lies_beyond_is_the_rest_of_the_distribution() -> None:
    whole = arrivals(3.0, 4.5)
    masses = whole.masses()
    assert masses is not None
    rest = sum(masses[2:])
    more = beyond(2, whole)
    for most in range(6):
        assert more.at_most(most) == pytest.approx(sum(masses[2 : 3 + most]) / rest)
    assert beyond(0, whole) is whole
    assert beyond(500, whole).at_most(0) == 1.0


def test_a_wide_one_is_cut_as_its_normal_curve() -> None:
    found = beyond(1000, arrivals(1000.0, 3600.0))
    assert found.mean == pytest.approx(60 * (2 / 3.141592653589793) ** 0.5, rel=1e-3)


def test_of_those_that_are_known_and_come_so_many_pass() -> None:
    found = passing(4, certain(0.0), failed=1, passed=3)
    failing = failures(4, failed=1, passed=3)
    for most in range(5):
        assert found.at_most(most) == pytest.approx(1 - failing.at_most(3 - most))


def test_the_window_that_just_began_says_nothing_of_the_pace() -> None:
    found = prospect(at("≥2次", COUNT, Reading(pending=1), BEGIN - timedelta(days=3)))
    assert found.forecast is not None
