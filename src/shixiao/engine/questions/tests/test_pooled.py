"""A year looked at together: what no single register and week shows, and what an honest year looks like beside it."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from math import comb
from typing import Any

import pytest

from shixiao.engine.bilingual import Text
from shixiao.engine.measures import Outcome
from shixiao.engine.questions import (
    Amended,
    Change,
    Deed,
    Kind,
    Presence,
    Question,
    Reopening,
    Seen,
    Watched,
    Way,
    raise_all,
)
from shixiao.engine.questions.chances import at_least, at_least_of
from shixiao.engine.questions.pooled import merged
from shixiao.engine.questions.tests.years import DAY, ZONE, at, is_working

FAMILIES = 6
WORKDAYS = [date(2026, 1, 1) + n * DAY for n in range(365) if is_working(date(2026, 1, 1) + n * DAY)]
QUARTERS = [
    date(2026, 3, 30),
    date(2026, 3, 31),
    date(2026, 6, 29),
    date(2026, 6, 30),
    date(2026, 9, 29),
    date(2026, 9, 30),
]


def seen(**more: Any) -> Seen:
    """Several registers of one kind of case, and another kind; one clerk who is there on every working day."""
    given = {
        "watched": [
            *(Watched(gauge=n, family=f"f{n}", office="desk", shows=n, kind="task") for n in range(1, FAMILIES + 1)),
            Watched(gauge=99, family="p", office="desk", shows=99, kind="payment"),
            Watched(gauge=100, family="r", office="desk", shows=100, kind="secret", is_restricted=True),
        ],
        "presence": Presence.of(("li", day) for day in WORKDAYS),
        "is_working": is_working,
        "zone": ZONE,
        "until": date(2026, 12, 31),
    }
    return Seen(**(given | more))


def asked(here: Seen) -> list[Question]:
    return raise_all(here, batches_of=(), closings=())


def deed(key: int, **more: Any) -> Deed:
    """Of one register after the other, each a fortnight and a day after the one before: closed nine days late."""
    limit = at(date(2026, 1, 9) + 15 * key * DAY, 0)
    given = {
        "gauge": 1 + key % FAMILIES,
        "unit": 1,
        "case_id": key,
        "way": Way.CLOSES,
        "person": "li",
        "limit": limit,
        "happened_at": limit + timedelta(days=9, hours=10),
        "recorded_at": limit + timedelta(days=9, hours=10),
    }
    return Deed(**(given | more))


def claimed(key: int, *, days: int = 9) -> Deed:
    """Recorded so many days after its limit as done before it."""
    limit = deed(key).limit
    assert limit
    return deed(key, happened_at=limit - timedelta(hours=6), recorded_at=limit + timedelta(days=days, hours=10))


def excluded(key: int, *, days: float) -> Deed:
    limit = deed(key).limit
    assert limit
    moment = limit + timedelta(days=days, hours=10)
    return deed(key, way=Way.EXCLUDES, happened_at=moment, recorded_at=moment)


# ---- recorded long after the limit as done before it --------------------------------------------------------------------


@pytest.mark.parametrize(("number", "is_asked_about"), [(4, False), (5, True), (12, True)])
def test_single_ones_of_several_registers_are_seen_together(number: int, is_asked_about: bool) -> None:
    found = asked(seen(deeds=[claimed(n) for n in range(number)]))
    assert [each.kind for each in found] == [Kind.BACKDATED] * is_asked_about
    assert all(each.cases == tuple(range(number)) for each in found)


@pytest.mark.parametrize(("number", "is_asked_about"), [(3, False), (4, True)])
def test_of_one_register_fewer_are_enough(number: int, is_asked_about: bool) -> None:
    assert bool(asked(seen(deeds=[replace(claimed(n), gauge=1) for n in range(number)]))) is is_asked_about


def test_where_much_is_recorded_late_anyway_more_is_no_surprise() -> None:
    habit = [
        deed(100 + n, limit=None, happened_at=at(day, 9), recorded_at=at(day + 4 * DAY, 9))
        for n, day in enumerate(WORKDAYS[:40:4])
    ]
    assert asked(seen(deeds=[claimed(n) for n in range(6)]))
    assert asked(seen(deeds=[*habit, *(claimed(n) for n in range(6))])) == []


def test_where_most_own_up_to_being_late_a_few_more_are_no_surprise() -> None:
    claims = [claimed(n) for n in range(6)]
    late = [closed_on(100 + n, day) for n, day in enumerate(WORKDAYS[30:150:6])]
    assert [each.kind for each in asked(seen(deeds=[*claims, *late[:10]]))] == [Kind.BACKDATED]
    assert asked(seen(deeds=[*claims, *late])) == []


def test_what_is_recorded_the_next_morning_is_in_order() -> None:
    assert asked(seen(deeds=[claimed(n, days=0) for n in range(20)])) == []


def test_what_is_done_late_and_recorded_so_is_in_order() -> None:
    assert asked(seen(deeds=[deed(n) for n in range(20)])) == []


def test_leave_excuses() -> None:
    deeds = [claimed(n) for n in range(8)]
    away = {each.limit.date() + n * DAY for each in deeds if each.limit for n in range(9)}
    there = Presence.of(("li", day) for day in WORKDAYS if day not in away)
    assert asked(seen(deeds=deeds, presence=there)) == []


# ---- left out after the limit -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("after", "before", "is_asked_about"), [(3, 0, False), (4, 0, True), (4, 4, False), (9, 4, True)]
)
def test_cancelled_after_the_limit_compared_with_all_that_is_cancelled(
    after: int, before: int, is_asked_about: bool
) -> None:
    deeds = [excluded(n, days=3 if n < after else -5) for n in range(after + before)]
    found = asked(seen(deeds=deeds))
    assert [each.kind for each in found] == [Kind.LATE_EXCLUSION] * is_asked_about
    assert all(each.cases == tuple(range(after)) for each in found)


def test_more_time_that_was_asked_for_before_the_limit_is_in_order() -> None:
    late = [excluded(n, days=3) for n in range(9)]
    asked_for = [
        deed(each.case_id, way=Way.EXCLUDES, recorded_at=each.recorded_at, asked_at=each.limit - DAY)
        for each in late
        if each.limit
    ]
    assert asked(seen(deeds=asked_for)) == []
    assert len(asked(seen(deeds=late))) == 1


def test_what_has_no_limit_cannot_be_late() -> None:
    assert asked(seen(deeds=[deed(n, way=Way.EXCLUDES, limit=None) for n in range(20)])) == []


# ---- overdue cases at the ends -------------------------------------------------------------------------------------------


def closed_on(key: int, day: date, *, overdue: int = 20) -> Deed:
    moment = at(day, 15)
    return deed(key, limit=at(day - overdue * DAY, 0), happened_at=moment, recorded_at=moment + timedelta(minutes=key))


def test_overdue_ones_of_several_registers_at_the_ends_of_quarters() -> None:
    found = asked(seen(deeds=[closed_on(n, day) for n, day in enumerate(QUARTERS)]))
    assert [(each.kind, len(each.cases)) for each in found] == [(Kind.BATCH_CLOSING, 6)]
    assert "季末" in found[0].text.zh


def test_overdue_ones_that_are_closed_on_any_day_are_no_question() -> None:
    assert asked(seen(deeds=[closed_on(n, day) for n, day in enumerate(WORKDAYS[30::6])])) == []


def test_what_became_overdue_in_the_very_end_is_left_out() -> None:
    assert asked(seen(deeds=[closed_on(n, day, overdue=1) for n, day in enumerate(QUARTERS)])) == []


# ---- classified otherwise, opened again ----------------------------------------------------------------------------------


def moved(key: int) -> Change:
    limit = deed(key).limit
    assert limit
    moment = limit + timedelta(days=9)
    return Change(
        gauge=1 + key % FAMILIES, unit=1, case_id=key, before=Outcome.MISSED, after=Outcome.MISSED, known_at=limit,
        day=limit.date() - DAY, way=Way.AMENDS, person="li", happened_at=moment, recorded_at=moment, is_moved=True,
    )  # fmt: skip


@pytest.mark.parametrize(("number", "others", "is_asked_about"), [(3, 0, False), (4, 0, True), (4, 12, False)])
def test_missed_ones_of_several_registers_that_are_moved(number: int, others: int, is_asked_about: bool) -> None:
    amended = [Amended(1 + n % FAMILIES, 1, "li", WORKDAYS[10 * n], 1) for n in range(others)]
    found = asked(seen(changes=[moved(n) for n in range(number)], amended=amended))
    assert [each.kind for each in found] == [Kind.RECLASSIFIED] * is_asked_about


def opened_again(key: int, *, before: float = 4, is_late: bool = True) -> Reopening:
    limit = deed(key).limit
    assert limit
    return Reopening(
        gauge=1 + key % FAMILIES, unit=1, case_id=key, person="li", opened_at=limit - 20 * DAY, late_from=limit,
        closed_at=limit - timedelta(days=before), reopened_at=limit + 2 * DAY if is_late else limit - DAY / 2,
        closed_again_at=limit + 9 * DAY if is_late else limit - DAY / 4,
    )  # fmt: skip


@pytest.mark.parametrize(("number", "others", "is_asked_about"), [(3, 0, False), (4, 0, True), (4, 6, False)])
def test_in_time_by_the_first_closing_alone(number: int, others: int, is_asked_about: bool) -> None:
    rows = [opened_again(n, is_late=n < number) for n in range(number + others)]
    found = asked(seen(reopenings=rows))
    assert [each.kind for each in found] == [Kind.REOPENED] * is_asked_about


def test_closed_long_before_the_limit_is_in_order() -> None:
    assert asked(seen(reopenings=[opened_again(n, before=9) for n in range(9)])) == []


# ---- pools and questions ----------------------------------------------------------------------------------------------------


def test_what_is_restricted_hides_nothing_else() -> None:
    secret = [replace(claimed(n), gauge=100) for n in range(10, 16)]
    found = asked(seen(deeds=[*secret, *(claimed(n) for n in range(6))]))
    assert sorted(each.cases for each in found) == [tuple(range(6)), tuple(range(10, 16))]


def test_the_order_of_rows_makes_no_difference() -> None:
    deeds = [*(claimed(n) for n in range(7)), *(excluded(20 + n, days=2) for n in range(5))]
    assert asked(seen(deeds=deeds)) == asked(seen(deeds=deeds[::-1]))


def question(cases: Sequence[int], kind: Kind = Kind.BACKDATED) -> Question:
    return Question(
        kind=kind, gauge=1, office="desk", unit=1, person="", days=(date(2026, 3, 1),), cases=tuple(cases), strength=1, text=Text("", "")
    )  # fmt: skip


def test_of_two_about_the_same_cases_the_one_with_more_stays() -> None:
    small, large, other = question(range(4)), question(range(9)), question(range(4), Kind.REOPENED)
    assert merged([small, other], [large]) == [large, other]
    assert merged([large], [small]) == [large]
    assert merged([small], [small]) == [small]
    assert merged([small], [question(range(3, 9))]) == [question(range(3, 9)), small]


@pytest.mark.parametrize(("count", "of", "share"), [(0, 5, 0.2), (1, 5, 0.2), (5, 5, 0.2), (6, 5, 0.2), (3, 40, 0.5)])
def test_chances_are_those_that_are_added_up(count: int, of: int, share: float) -> None:
    exact = sum(comb(of, n) * share**n * (1 - share) ** (of - n) for n in range(count, of + 1))
    assert at_least_of(count, of, share) == pytest.approx(exact)


def test_chances_of_very_many_are_chances() -> None:
    assert at_least_of(30_000, 100_000, 0.25) < 1e-100
    assert at_least_of(25_000, 100_000, 0.25) == pytest.approx(0.5, abs=0.01)
    assert at_least(3_000, 1_000) < 1e-100
    assert at_least(1_000, 1_000) == pytest.approx(0.5, abs=0.02)


def test_the_same_year_with_an_earlier_last_day_knows_nothing_of_what_comes_later() -> None:
    deeds = [claimed(n) for n in range(12)]
    until: datetime = deeds[5].recorded_at
    (found,) = asked(seen(deeds=deeds, until=until.date()))
    assert found.cases == tuple(range(6))
