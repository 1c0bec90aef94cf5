"""So many a minute: a burst is let through, a flood waits, everybody else goes on."""

from hypothesis import given
from hypothesis import strategies as st

from shixiao.people import limiting
from shixiao.people.limiting import Limiter


def test_a_burst_is_let_through_and_the_next_waits() -> None:
    limiter = Limiter()
    assert [limiter.take("a", most=3, at=100.0) for _ in range(4)] == [0, 0, 0, 20]
    assert limiter.take("b", most=3, at=100.0) == 0
    assert limiter.take("a", most=3, at=119.0) == 1
    assert limiter.take("a", most=3, at=120.0) == 0


def test_waiting_as_long_as_was_said_is_enough() -> None:
    limiter = Limiter()
    for _ in range(600):
        assert limiter.take("a", most=600, at=0.0) == 0
    wait = limiter.take("a", most=600, at=0.0)
    assert wait == 1
    assert limiter.take("a", most=600, at=float(wait)) == 0


def test_none_and_less_is_as_often_as_one_likes() -> None:
    limiter = Limiter()
    assert all(limiter.take("a", most=most, at=0.0) == 0 for most in (0, -1) for _ in range(1000))


def test_a_clock_that_stands_still_or_goes_back_gives_nothing() -> None:
    limiter = Limiter()
    assert [limiter.take("a", most=1, at=at) > 0 for at in (50.0, 50.0, 10.0, 0.0)] == [False, True, True, True]


def test_memory_is_bounded() -> None:
    limiter = Limiter()
    for number in range(limiting.MOST_KEYS + 50):
        limiter.take(number, most=1, at=0.0)
    assert len(limiter._buckets) == limiting.MOST_KEYS


def test_forgetting_lets_everybody_in_again() -> None:
    limiter = Limiter()
    limiter.take("a", most=1, at=0.0)
    limiter.forget()
    assert limiter.take("a", most=1, at=0.0) == 0


@given(st.integers(1, 50), st.lists(st.floats(0, 5), max_size=200))
def test_never_more_than_a_minutes_worth_and_what_the_time_gives(most: int, pauses: list[float]) -> None:
    limiter, at, let_in = Limiter(), 0.0, 0
    for pause in pauses:
        at += pause
        let_in += limiter.take("a", most=most, at=at) == 0
    assert let_in <= most + at * most / 60 + 1
