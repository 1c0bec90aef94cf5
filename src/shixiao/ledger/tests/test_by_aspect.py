"""What cases tell of themselves adds up to what a recount counts: whatever is folded, superseded, taken out, at every moment."""

from collections import Counter
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from fractions import Fraction
from typing import NamedTuple

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from shixiao.engine.measures import Outcome, Reading
from shixiao.engine.measures.aspects import read
from shixiao.engine.measures.bins import about, bin_of_ticks
from shixiao.ledger import by_aspect, facts, folding, readings
from shixiao.ledger.by_aspect import Asked, By
from shixiao.ledger.facts import FactRow
from shixiao.ledger.models import AspectCell, Fact, Gauge
from shixiao.ledger.readings import Days, Where

pytestmark = pytest.mark.django_db
BEGIN = date(2024, 11, 20)
LONG = 500  # days: over three years
NUMBERS = ("met", "missed", "pending", "not_counted", "back_met", "back_missed", "amounts", "total", "weight")
HALF = Fraction(1, 2)


class Said(NamedTuple):
    """One version of what is said of a case."""

    outcome: Outcome
    day: int
    unit: int
    sort: str
    tags: frozenset[int]
    value: int

    @property
    def aspects(self) -> str:
        if self.outcome is Outcome.GONE:
            return ""
        return " ".join([f"kind={self.sort}", *(f"tag={tag}" for tag in sorted(self.tags)), f"unit={self.unit}"])


said = st.builds(
    Said,
    outcome=st.sampled_from(Outcome),
    day=st.integers(0, LONG),
    unit=st.integers(1, 3),
    sort=st.sampled_from(["single", "part_of_one"]),
    tags=st.frozensets(st.integers(1, 12), max_size=3),
    value=st.integers(0, 400_000),
)
lives = st.lists(st.lists(said, min_size=1, max_size=4), min_size=1, max_size=12)
windows = st.tuples(st.integers(-30, LONG), st.integers(1, LONG)).map(
    lambda each: Days(BEGIN + timedelta(days=each[0]), BEGIN + timedelta(days=each[0] + each[1]))
)


@pytest.fixture
def gauges(now: datetime) -> list[int]:
    return [Gauge.objects.create(measure="desk.sums", key=f"k{n}", added_at=now).pk for n in range(2)]


def rows_of(gauge: int, case: int, life: Sequence[Said], now: datetime) -> list[FactRow]:
    return [row(gauge, case, number, each, now) for number, each in enumerate(life, start=1)]


def row(gauge: int, case: int, version: int, each: Said, now: datetime) -> FactRow:
    day = BEGIN + timedelta(days=each.day)
    is_amount, is_out = each.outcome is Outcome.AMOUNT, each.outcome is Outcome.NOT_COUNTED
    return FactRow(
        gauge,
        case,
        0,
        version,
        now + timedelta(hours=version),
        case,
        int(each.outcome),
        1 if is_out else 0,
        day,
        day.year * 100 + day.month,
        *(each.unit, 0, 0, 0, 0),
        "cancelled" if is_out else "",
        each.value if is_amount else 0,
        10_000 if is_amount else 0,
        bin_of_ticks(each.value) if is_amount else None,
        each.aspects,
    )


def numbers(reading: Reading) -> tuple[object, ...]:
    return tuple(getattr(reading, name) for name in NUMBERS)


def check(gauges: list[int], days: Days, where: Where = readings.EVERYWHERE, as_of: date | None = None) -> None:
    """Readings by tag, month and all, and their medians, against every fact looked at on its own."""
    asked = [
        Asked(gauges, days, "tag"),
        Asked(gauges, days, "kind", By.MONTH),
        Asked(gauges, days, "kind", By.ALL),
    ]
    told = by_aspect.board(asked, where=where, as_of=as_of)
    middles = by_aspect.medians(gauges[0], [(e.days, e.aspect, e.by) for e in asked], where=where, as_of=as_of)
    for each, found, middle in zip(asked, told, middles, strict=True):
        counted = by_aspect.recount(each, where=where, as_of=as_of)
        assert {key: numbers(reading) for key, reading in found.items()} == {
            key: numbers(reading) for key, reading in counted.items() if any(numbers(reading))
        }
        expected = {key: about(reading.bins, HALF) for (gauge, key), reading in counted.items() if gauge == gauges[0]}
        assert middle == {key: value for key, value in expected.items() if value is not None}
    check_ages(gauges, days, where, as_of)
    total = by_aspect.by_value(told[2], gauges[0]).get("", readings.NOTHING)
    for name in NUMBERS:  # the same number as the house reads without any aspect
        assert getattr(total, name) == getattr(readings.recount(gauges[0], days=days, where=where, as_of=as_of), name)


def check_ages(gauges: list[int], days: Days, where: Where, as_of: date | None) -> None:
    """What is met by its age, of whole months, against every fact looked at on its own."""
    months = Days(days.begin.replace(day=1), (days.end.replace(day=1) + timedelta(days=32)).replace(day=1))
    begins = [each.year * 100 + each.month for each in (days.end, BEGIN + timedelta(days=90), BEGIN)]
    asked = [Asked(gauges, months, "tag"), Asked(gauges, months, "kind", By.ALL)]
    by_tag: Counter[tuple[int, str, int]] = Counter()
    of_all: Counter[tuple[int, str, int]] = Counter()
    for gauge in gauges:
        rows = readings.facts_at(as_of, gauge=gauge, days=months, where=where).filter(outcome=Outcome.MET)
        for month, told in rows.values_list("month", "aspects"):
            age = next((place for place, begin in enumerate(begins) if month >= begin), len(begins))
            by_tag.update((gauge, value, age) for name, value in read(told) if name == "tag")
            of_all[gauge, "", age] += 1
    assert by_aspect.met_by_age(asked, begins, where=where, as_of=as_of) == [dict(by_tag), dict(of_all)]


@given(lives=lives, days=windows, order=st.randoms(use_true_random=False), out=st.integers(1, 12), data=st.data())
@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_at_every_moment_a_statistic_equals_a_recount(gauges, now, lives, days, order, out, data) -> None:
    with transaction.atomic():
        rows = [each for case, life in enumerate(lives, start=1) for each in rows_of(gauges[case % 2], case, life, now)]
        cut = order.randrange(len(rows) + 1)
        facts.insert(rows[:cut])
        check(gauges, days)
        folding.fold(now, batch=data.draw(st.integers(1, 20)))
        check(gauges, days)
        facts.insert(rows[cut:])
        check(gauges, days)
        check(gauges, days, Where(units=frozenset({1, 3})))
        while folding.fold(now, batch=7):
            check(gauges, days)
        folding.take_lock(wait=True)
        folding.take_out([out], gauges)
        check(gauges, days)
        check(gauges, days, as_of=now.date())
        assert not Fact.objects.filter(case_id=out).exists()
        transaction.set_rollback(True)


def test_a_window_of_whole_years_reads_one_cell_for_each(gauges, now, django_assert_num_queries) -> None:
    life = Said(Outcome.MET, 60, 1, "single", frozenset({3}), 0)
    facts.insert([each for case in range(1, 30) for each in rows_of(gauges[0], case, [life], now)])
    folding.fold(now)
    periods = set(AspectCell.objects.values_list("period", flat=True))
    day = BEGIN + timedelta(days=60)
    assert periods == {day.year * 100, day.year * 100 + day.month}
    with django_assert_num_queries(1):
        (found,) = by_aspect.board([Asked(gauges, Days(date(2024, 1, 1), date(2027, 1, 1)), "tag")])
    assert found[gauges[0], "3"].met == 29


def test_the_cases_behind_a_number_are_those_with_that_very_value(gauges, now) -> None:
    """A tag 1 is no tag 11."""
    for case, tags in enumerate(([1], [11], [1, 11], []), start=1):
        life = [Said(Outcome.MET, 0, 1, "single", frozenset(tags), 0)]
        facts.insert(rows_of(gauges[0], case, life, now))
    days = Days(BEGIN, BEGIN + timedelta(days=1))

    def behind(aspect: str, value: str) -> list[int]:
        found = by_aspect.cases(gauges[0], days=days, outcomes=[Outcome.MET], aspect=aspect, value=value)
        return sorted(Fact.objects.filter(case_id__in=found).values_list("case_id", flat=True).distinct())

    assert behind("tag", "1") == [1, 3]
    assert behind("tag", "11") == [2, 3]
    assert behind("", "") == [1, 2, 3, 4]
    assert behind("kind", "single") == [1, 2, 3, 4]
