"""Both sides of each threshold, in rows that can be checked by eye; and whole invented years."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shixiao.engine.bilingual import Text
from shixiao.engine.measures import Outcome
from shixiao.engine.questions import (
    THRESHOLDS,
    Amended,
    Change,
    Closing,
    Daily,
    Kind,
    Presence,
    Question,
    Reopening,
    Seen,
    Watched,
    Way,
    raise_all,
    suspects,
)
from shixiao.engine.questions.batches import end_of_month
from shixiao.engine.questions.chances import at_least, at_least_drawn, at_least_of
from shixiao.engine.questions.tests import years
from shixiao.engine.questions.tests.years import DAY, ZONE, at, is_working
from shixiao.engine.questions.thresholds import Threshold, in_force

GAUGE = 7
WORKDAYS = [date(2026, 1, 1) + n * DAY for n in range(365) if is_working(date(2026, 1, 1) + n * DAY)]


def seen(**more: Any) -> Seen:
    """One register, one clerk who is there on every working day."""
    given = {
        "watched": [Watched(gauge=GAUGE, family="f", office="desk", shows=GAUGE)],
        "presence": Presence.of(("li", day) for day in WORKDAYS),
        "is_working": is_working,
        "zone": ZONE,
        "until": date(2026, 12, 31),
    }
    return Seen(**(given | more))


def closed_on(day: date, number: int, *, first: int = 1, due: date | None = None, hours: float = 1) -> list[Closing]:
    """So many closed in the afternoon, one after the other."""
    return [
        Closing(GAUGE, 1, first + n, "li", at(day, 14 + hours * n / number), due or day + 30 * DAY)
        for n in range(number)
    ]


def asked_about_closings(closings: Sequence[Closing], **more: Any) -> list[Question]:
    counts: dict[tuple[int, int, str, date], int] = {}
    for each in closings:
        key = (each.gauge, each.unit, each.person, each.recorded_at.date())
        counts[key] = counts.get(key, 0) + 1
    here = seen(daily=[Daily(*key, number) for key, number in counts.items()], **more)
    return raise_all(here, batches_of=suspects(here), closings=closings)


def usual_life(number: int = 1) -> list[Closing]:
    """So many on every other working day."""
    return [
        each for n, day in enumerate(WORKDAYS[::2]) for each in closed_on(day, number, first=10_000 + 10 * n, hours=6)
    ]


# ---- batches --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("number", "is_asked_about"), [(5, False), (6, True)])
def test_six_on_one_day_where_there_is_one_on_a_usual_day(number: int, is_asked_about: bool) -> None:
    found = asked_about_closings([*usual_life(), *closed_on(date(2026, 5, 29), number)])
    counted = number + (date(2026, 5, 29) in WORKDAYS[::2])
    assert bool(found) is (counted >= 6)
    assert is_asked_about or number + 1 > 5


@pytest.mark.parametrize(("usual", "number", "is_asked_about"), [(4, 9, False), (4, 10, True)])
def test_two_and_a_half_times_a_busy_day(usual: int, number: int, is_asked_about: bool) -> None:
    life = [each for each in usual_life(usual) if each.recorded_at.date() != date(2026, 5, 29)]
    assert bool(asked_about_closings([*life, *closed_on(date(2026, 5, 29), number)])) is is_asked_about


@pytest.mark.parametrize(("day", "is_asked_about"), [(date(2026, 5, 26), False), (date(2026, 5, 27), True)])
def test_the_end_of_a_month_are_its_last_three_working_days(day: date, is_asked_about: bool) -> None:
    assert bool(asked_about_closings([*usual_life(), *closed_on(day, 17)])) is is_asked_about


def test_the_end_of_a_month_goes_around_a_holiday() -> None:
    closed = {date(2026, 9, 30), date(2026, 9, 29)}
    found = end_of_month((2026, 9), days=3, is_working=lambda day: day.weekday() < 5 and day not in closed)
    assert found == (date(2026, 9, 24), date(2026, 9, 30))


def test_what_is_closed_at_every_month_end_is_the_habit_there() -> None:
    ends = [years.working(day, step=-1) for day in years.MONTH_ENDS]
    every = [each for n, day in enumerate(ends) for each in closed_on(day, 20, first=1 + 100 * n)]
    assert asked_about_closings(every) == []
    assert len(asked_about_closings([*usual_life(), *every[:20]])) == 1


def test_wages_that_are_paid_on_one_day_of_each_month_may_be_paid_at_the_end_of_february() -> None:
    days = [years.working(date(2026, month, 25), step=-1) for month in range(1, 13)]
    assert end_of_month((2026, 2), days=3, is_working=is_working)[0] == days[1]
    wages = [each for n, day in enumerate(days) for each in closed_on(day, 20, first=1 + 100 * n)]
    assert asked_about_closings([*usual_life(), *wages]) == []


def test_quarters_that_end_alike_are_asked_about_only_where_one_stands_out() -> None:
    quarters = [years.working(day, step=-1) for day in years.ENDS]
    alike = [each for n, day in enumerate(quarters) for each in closed_on(day, 10, first=1 + 100 * n, hours=8)]
    assert asked_about_closings([*usual_life(), *alike]) == []
    out = [*alike, *closed_on(quarters[1], 12, first=900)]
    assert [each.days for each in asked_about_closings([*usual_life(), *out])] == [(quarters[1],)]


@pytest.mark.parametrize(("hours", "is_asked_about"), [(8, False), (2, True)])
def test_what_is_due_in_these_days_is_asked_about_only_in_one_go(hours: float, is_asked_about: bool) -> None:
    day = date(2026, 6, 30)
    batch = closed_on(day, 17, due=day + 2 * DAY, hours=hours)
    assert bool(asked_about_closings([*usual_life(), *batch])) is is_asked_about


def test_who_comes_back_from_leave_catches_up() -> None:
    back = date(2026, 6, 29)
    leave = {back - n * DAY for n in range(1, 15)}
    there = Presence.of(("li", day) for day in WORKDAYS if day not in leave)
    life = [each for each in usual_life() if each.recorded_at.date() not in leave]
    batch = closed_on(back, 17)
    assert asked_about_closings([*life, *batch], presence=there) == []
    assert len(asked_about_closings([*life, *batch])) == 1


def test_one_person_over_several_registers_is_asked_about_once() -> None:
    day = date(2026, 5, 29)
    watched = [Watched(gauge=n, family=f"f{n}", office="desk", shows=n) for n in range(1, 6)]
    batch = [
        Closing(n, 1, 10 * n + m, "li", at(day, 15 + m / 10), day + 30 * DAY) for n in range(1, 6) for m in range(3)
    ]
    (found,) = asked_about_closings(batch, watched=watched)
    assert len(found.cases) == 15
    assert asked_about_closings(batch[:7], watched=watched) == []


# ---- changes --------------------------------------------------------------------------------------------------------------

DUE = date(2026, 4, 10)


def change(key: int, **more: Any) -> Change:
    """Recorded on 24 April as done on 10 April, the day on which it was due."""
    given = {
        "gauge": GAUGE,
        "unit": 1,
        "case_id": key,
        "before": Outcome.MISSED,
        "after": Outcome.MET,
        "known_at": at(DUE + DAY, 0),
        "day": DUE,
        "way": Way.CLOSES,
        "person": "li",
        "happened_at": at(DUE, 15),
        "recorded_at": at(date(2026, 4, 24), 10) + timedelta(minutes=key),
    }
    return Change(**(given | more))


def excluded(key: int, **more: Any) -> Change:
    given = {"after": Outcome.NOT_COUNTED, "way": Way.EXCLUDES, "happened_at": at(date(2026, 4, 24), 10)}
    return change(key, **(given | more))


def moved(key: int, **more: Any) -> Change:
    return excluded(key, **({"after": Outcome.MISSED, "way": Way.AMENDS, "is_moved": True} | more))


def asked(*changes: Change, **more: Any) -> list[Kind]:
    return [each.kind for each in raise_all(seen(changes=changes, **more), batches_of=(), closings=())]


@pytest.mark.parametrize(("number", "is_asked_about"), [(1, False), (2, True)])
def test_two_that_were_long_recorded_late(number: int, is_asked_about: bool) -> None:
    assert asked(*map(change, range(number))) == ([Kind.BACKDATED] if is_asked_about else [])


@pytest.mark.parametrize(("number", "is_asked_about"), [(3, False), (4, True)])
def test_four_that_were_recorded_soon_after_the_limit(number: int, is_asked_about: bool) -> None:
    soon = [change(n, recorded_at=at(date(2026, 4, 15), 10), happened_at=at(DUE - DAY, 15)) for n in range(number)]
    assert asked(*soon) == ([Kind.BACKDATED] if is_asked_about else [])


@pytest.mark.parametrize(
    ("more", "is_asked_about"),
    [
        ({"happened_at": at(DUE + DAY, 0)}, False),  # done after the limit, and said so
        ({"happened_at": at(DUE + DAY, 0) - timedelta(microseconds=1)}, True),
        ({"person": ""}, False),  # by the program
        ({"before": Outcome.PENDING}, False),  # not missed
        ({"way": Way.REOPENS, "after": Outcome.PENDING}, False),  # sent back
    ],
)
def test_what_is_no_late_recording(more: dict[str, Any], is_asked_about: bool) -> None:
    assert bool(asked(*(change(n, **more) for n in range(6)))) is is_asked_about


@pytest.mark.parametrize(("last", "is_asked_about"), [(date(2026, 4, 24), False), (date(2026, 4, 14), True)])
def test_leave_after_the_limit_excuses(last: date, is_asked_about: bool) -> None:
    leave = [day for day in WORKDAYS if DUE < day < last]
    there = Presence.of(("li", day) for day in WORKDAYS if day not in leave)
    assert bool(asked(*(change(n) for n in range(6)), presence=there)) is is_asked_about


def test_a_register_that_is_always_written_late_is_not_asked_about() -> None:
    often = [change(100 + n, recorded_at=at(day, 10), day=day - 12 * DAY, known_at=at(day - 11 * DAY, 0),
                    happened_at=at(day - 12 * DAY, 9)) for n, day in enumerate(WORKDAYS[20::2])]  # fmt: skip
    assert asked(*often) == []


@pytest.mark.parametrize(("number", "is_asked_about"), [(1, False), (2, True)])
def test_two_left_out_after_they_were_missed(number: int, is_asked_about: bool) -> None:
    assert asked(*map(excluded, range(number))) == ([Kind.LATE_EXCLUSION] if is_asked_about else [])


@pytest.mark.parametrize(("asked_at", "is_asked_about"), [(at(DUE, 23.9), False), (at(DUE + DAY, 0), True)])
def test_more_time_that_was_asked_for_in_time(asked_at: datetime, is_asked_about: bool) -> None:
    assert bool(asked(*(excluded(n, asked_at=asked_at) for n in range(4)))) is is_asked_about


def test_two_left_out_months_apart_are_two_lives() -> None:
    assert asked(excluded(1), excluded(2, recorded_at=at(date(2026, 9, 1), 10))) == []


@pytest.mark.parametrize(("others", "is_asked_about"), [(0, True), (60, False)])
def test_missed_ones_picked_out_are_asked_about_a_whole_register_is_not(others: int, is_asked_about: bool) -> None:
    amended = [Amended(GAUGE, 1, "li", date(2026, 4, 24), others)] if others else []
    found = asked(*map(moved, range(3)), amended=amended, counted={GAUGE: (3, 63)})
    assert found == ([Kind.RECLASSIFIED] if is_asked_about else [])


@pytest.mark.parametrize(
    ("more", "is_asked_about"),
    [
        ({"is_moved": False}, False),  # a text was corrected
        ({"is_moved": False, "after": Outcome.GONE}, True),
        ({"is_moved": False, "after": Outcome.MET}, True),
    ],
)
def test_what_an_amendment_may_change(more: dict[str, Any], is_asked_about: bool) -> None:
    assert bool(asked(*(moved(n, **more) for n in range(3)), counted={GAUGE: (3, 60)})) is is_asked_about


def test_several_gauges_that_show_the_same_cases_are_one_question() -> None:
    watched = [Watched(gauge=n, family="f", office="desk", shows=7) for n in (7, 8, 9)]
    several = [excluded(n, gauge=gauge) for n in range(3) for gauge in (7, 8, 9)]
    (found,) = raise_all(seen(watched=watched, changes=several), batches_of=(), closings=())
    assert (found.gauge, found.cases) == (7, (0, 1, 2))


def test_gauges_that_nobody_asks_for_and_what_is_not_known_yet_are_left_out() -> None:
    assert asked(*(excluded(n, gauge=99) for n in range(3))) == []
    assert asked(*map(excluded, range(3)), until=date(2026, 4, 23)) == []


# ---- opened again ---------------------------------------------------------------------------------------------------------


def reopening(key: int, **more: Any) -> Reopening:
    """Closed on the day it was due, opened the next working day, done a week later."""
    given = {
        "gauge": GAUGE,
        "unit": 1,
        "case_id": key,
        "person": "li",
        "opened_at": at(date(2026, 3, 2), 9),
        "closed_at": at(DUE, 16),
        "late_from": at(DUE + DAY, 0),
        "reopened_at": at(date(2026, 4, 13), 9) + timedelta(minutes=key),
        "closed_again_at": at(date(2026, 4, 20), 9),
    }
    return Reopening(**(given | more))


def asked_about_reopenings(*rows: Reopening) -> list[Kind]:
    return [each.kind for each in raise_all(seen(reopenings=rows), batches_of=(), closings=())]


@pytest.mark.parametrize(("number", "is_asked_about"), [(2, False), (3, True)])
def test_three_that_were_not_done_when_they_were_closed(number: int, is_asked_about: bool) -> None:
    assert asked_about_reopenings(*map(reopening, range(number))) == ([Kind.REOPENED] if is_asked_about else [])


@pytest.mark.parametrize(
    ("more", "is_asked_about"),
    [
        ({"closed_at": at(DUE - 2 * DAY, 0)}, True),
        ({"closed_at": at(DUE - 2 * DAY, 0) - timedelta(microseconds=1)}, False),  # long before the limit
        ({"closed_at": at(DUE + DAY, 0)}, False),  # late anyway
        ({"closed_again_at": None}, True),
        ({"closed_again_at": at(date(2026, 4, 13), 15)}, False),  # a paper was added
        ({"reopened_at": at(DUE, 17), "closed_again_at": at(DUE, 18)}, False),  # still in time
    ],
)
def test_what_is_around_a_limit(more: dict[str, Any], is_asked_about: bool) -> None:
    assert bool(asked_about_reopenings(*(reopening(n, **more) for n in range(3)))) is is_asked_about


def test_among_many_that_are_sent_back_a_few_are_no_question() -> None:
    in_time = {"late_from": at(date(2026, 6, 1), 0), "closed_again_at": at(date(2026, 4, 13), 15)}
    papers = [reopening(10 + n, **in_time) for n in range(12)]
    assert asked_about_reopenings(*map(reopening, range(3)), *papers) == []


# ---- laws -----------------------------------------------------------------------------------------------------------------


def shuffled(year: years.Year, seed: int) -> list[Question]:
    here, closings = year.seen()
    chance = Random(seed)  # noqa: S311 — an order, no secret

    def mixed(rows: Sequence[Any]) -> list[Any]:
        return chance.sample(list(rows), len(rows))

    names = ("watched", "daily", "changes", "amended", "reopenings")
    here = replace(here, **{name: mixed(getattr(here, name)) for name in names})
    return raise_all(here, batches_of=mixed(suspects(here)), closings=mixed(closings))


@pytest.fixture(scope="module", params=list(Kind))
def cheated(request: pytest.FixtureRequest) -> years.Year:
    return years.cheated(3 if request.param is not Kind.BACKDATED else 4, request.param)


@settings(max_examples=3, deadline=None)
@given(seed=st.integers(0, 10_000))
def test_the_order_of_rows_makes_no_difference(cheated: years.Year, seed: int) -> None:
    assert shuffled(cheated, seed) == cheated.questions()


def test_unrelated_rows_change_nothing() -> None:
    changes = [excluded(n) for n in range(3)]
    before = raise_all(seen(changes=changes), batches_of=(), closings=())
    watched = [*seen().watched, Watched(gauge=50, family="g", office="other", shows=50)]
    unrelated = [change(500 + n, gauge=50, happened_at=at(DUE + 2 * DAY, 9)) for n in range(20)]
    amended = [Amended(50, 1, "wang", date(2026, 4, 24), 20)]
    after = raise_all(
        seen(watched=watched, changes=[*unrelated, *changes], amended=amended), batches_of=(), closings=()
    )
    assert before == after != []


def test_the_key_is_of_kind_gauge_and_cases_whatever_is_said() -> None:
    (found,) = raise_all(seen(changes=[excluded(n) for n in range(3)]), batches_of=(), closings=())
    same = replace(found, strength=9.0, cases=tuple(reversed(found.cases)), text=Text("问", "ask"))
    assert same.key == found.key
    for other in (
        replace(found, cases=(1, 2)),
        replace(found, gauge=8),
        replace(found, kind=Kind.BACKDATED),
    ):
        assert other.key != found.key


@given(count=st.integers(1, 20), expected=st.floats(0.01, 30))
def test_a_larger_count_is_never_more_likely(count: int, expected: float) -> None:
    assert 0 <= at_least(count + 1, expected) <= at_least(count, expected) <= 1


def test_chances_are_what_they_are() -> None:
    assert at_least(1, 1.0) == pytest.approx(0.6321, abs=1e-4)
    assert at_least(30, 0.1) == pytest.approx(3.4e-63, rel=0.1)
    assert at_least_of(2, 2, 0.5) == 0.25
    assert at_least_drawn(1, 1, 3, 12) == 0.25
    assert at_least_drawn(0, 5, 3, 12) == 1


def test_every_threshold_says_why_and_a_newer_one_takes_the_place_of_an_older() -> None:
    assert all(each.why.zh and each.why.en for each in THRESHOLDS)
    assert len({each.name for each in THRESHOLDS}) == len(THRESHOLDS)
    table = (
        Threshold(name="a", value=2, why=Text("后", "later"), since=date(2026, 7, 1)),
        Threshold(name="a", value=1, why=Text("先", "first")),
    )
    assert [in_force(day, table)["a"] for day in (date(2026, 6, 30), date(2026, 7, 1))] == [1, 2]


# ---- whole years ------------------------------------------------------------------------------------------------------------


def test_honest_years_are_asked_about_once_at_most() -> None:
    assert max(len(years.honest(seed).questions()) for seed in range(200, 206)) <= 1


@pytest.mark.parametrize("kind", list(Kind))
def test_most_cheats_are_found(kind: Kind, cheats: Callable[[Kind], list[years.Year]]) -> None:
    found = [years.is_found(each, each.questions()) for each in cheats(kind)]
    assert sum(found) * 5 >= len(found) * 4


@pytest.fixture
def cheats() -> Callable[[Kind], list[years.Year]]:
    return lambda kind: [years.cheated(seed, kind) for seed in range(300, 306)]
