"""How much there is and how long it takes, on timelines that a clerk can check; and what a task tells of itself."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from shixiao.engine import clock
from shixiao.engine.bilingual import Text
from shixiao.engine.measures import Outcome, Timeline, aspects
from shixiao.offices.supervision import measures, workload
from shixiao.offices.supervision.statistics import figures, periods
from shixiao.offices.supervision.tests.test_measures import GRANTED, PASSED, fed, late, outcome, said, task, timeline

ZONE = ZoneInfo("Asia/Shanghai")
STANDS = (workload.in_hand, workload.overdue)


@pytest.fixture(scope="module")
def office() -> dict[str, clock.Calendar]:
    """Five days a week, nine to twelve and two to five; no holidays."""
    week = clock.Week.of(clock.spans("09:00-12:00", "14:00-17:00"))
    return {"office": clock.Calendar("office", Text("机关", "Office"), (week,))}


def hours(case: Timeline, office: Any) -> Decimal | None:
    now = datetime(2026, 6, 1, tzinfo=ZONE)
    found = workload.handling_time.look(case, {}, clock=office, now=now)
    return found[0].value if found else None


def test_entrusted_counts_on_its_day_and_not_when_it_was_sent_back_or_dropped() -> None:
    found = said(workload.issued, task())
    assert found is not None
    assert (found.outcome, found.on) == (Outcome.MET, date(2026, 3, 2))
    assert said(workload.issued, timeline(("2026-03-01", "proposed", {}))) is None
    assert said(workload.issued, task(("2026-03-03", "sent_back", {}))) is None
    again = said(
        workload.issued, task(("2026-03-03", "sent_back", {}), ("2026-03-05", "entrusted", late("2026-03-20")))
    )
    assert again is not None
    assert again.on == date(2026, 3, 5)
    dropped = said(workload.issued, task(("2026-03-04", "revoked", {})))
    assert dropped is not None
    assert (dropped.outcome, dropped.otherwise) == (Outcome.NOT_COUNTED, Outcome.MET)


def test_in_hand_until_it_is_closed_and_overdue_until_it_is_fed_back() -> None:
    assert [outcome(each, task(), "2026-03-10T23:59") for each in STANDS] == [Outcome.MET, Outcome.PENDING]
    assert [outcome(each, task(), "2026-03-11") for each in STANDS] == [Outcome.MET, Outcome.MET]
    assert [outcome(each, task(GRANTED), "2026-03-12") for each in STANDS] == [Outcome.MET, Outcome.PENDING]
    in_review = task(fed("2026-03-12"))
    assert [outcome(each, in_review) for each in STANDS] == [Outcome.MET, Outcome.PENDING]
    passed = task(fed("2026-03-12"), PASSED)
    assert [outcome(each, passed) for each in STANDS] == [Outcome.MET, None]
    closed = task(fed("2026-03-12"), PASSED, ("2026-03-25", "consented", {}))
    assert [outcome(each, closed) for each in STANDS] == [None, None]
    done = said(workload.closed, closed)
    assert done is not None
    assert (done.outcome, done.on) == (Outcome.MET, date(2026, 3, 25))
    assert [outcome(each, task(("2026-03-12", "revoked", {}))) for each in STANDS] == [None, None]


def test_extensions_of_the_limit_are_counted_and_those_of_other_limits_are_not() -> None:
    other = ("2026-03-03", "casework.extension_granted", {"name": "accept"})
    found = said(workload.extensions, task(GRANTED, other))
    assert found is not None
    assert found.value == 1
    assert said(workload.extensions, task()).value == 0  # type: ignore[union-attr]


def test_reminders_of_the_ladder_count_as_those_of_people_do() -> None:
    case = task(("2026-03-05", "reminded", {}), ("2026-03-11", "messages.rung_reached", {"name": "finish"}))
    assert said(measures.reminders, case).value == 2  # type: ignore[union-attr]


def test_hours_run_while_the_handler_has_it(office: dict[str, clock.Calendar]) -> None:
    """Entrusted on Monday 2 March at nine. A day has six hours."""
    assert hours(task(fed("2026-03-03T11:00")), office) is None  # nobody has reviewed it
    assert hours(task(fed("2026-03-03T11:00"), PASSED), office) == Decimal(8)
    assert hours(task(fed("2026-03-07T11:00"), PASSED), office) == Decimal(30)  # a Saturday
    resumed = ("2026-03-05", "resumed", late("2026-03-20"))
    suspended = task(("2026-03-03", "suspended", late(None)), resumed, fed("2026-03-05T10:00"), PASSED)
    assert hours(suspended, office) == Decimal(7)
    back = task(
        fed("2026-03-02T10:00"), ("2026-03-04", "returned", late("2026-03-20")), fed("2026-03-04T12:00"), PASSED
    )
    assert hours(back, office) == Decimal(4)
    again = ("2026-03-23", "instructed_again", late("2026-04-11"))
    second = task(fed("2026-03-02T10:00"), PASSED, again, fed("2026-03-23T11:00"), ("2026-03-24", "passed", {}))
    assert hours(second, office) == Decimal(3)


def test_a_task_tells_where_it_comes_from_as_it_stands() -> None:
    scope = {"scope": {"unit": 5}}
    case = timeline(("2026-03-01", "proposed", {"source": "media", "orderer": 7, **scope}))
    assert aspects.told(case, date(2026, 3, 1)) == "kind=single leader=7 source=media unit=5"
    replaced = timeline(
        ("2026-03-01", "proposed", {"source": "media", "orderer": 7, "parent_id": 3, **scope}),
        ("2026-03-02", "orderer_replaced", {"orderer": 9, "before": 7}),
        ("2026-03-03", "transferred", {"scope": {"unit": 6}}),
        ("2026-03-04", "casework.tagged", {"tag": 12, "within": [4]}),
    )
    assert aspects.told(replaced, date(2026, 3, 1)) == "kind=part leader=9 source=media tag=12 tag=4 unit=6"
    routine = timeline(("2026-03-01", "expected", {"source": "routine", "orderer": 7, **scope}))
    assert "kind=routine" in aspects.told(routine, date(2026, 3, 1))


def test_a_tag_is_another_from_the_day_of_the_merger_on() -> None:
    merged = {"tag": 4, "into": 8, "within": [2], "on": "2026-03-10"}
    case = timeline(("2026-03-01", "casework.tagged", {"tag": 4}), ("2026-03-05", "casework.tag_merged", merged))
    assert case.tags(date(2026, 3, 9)) == {4}
    assert case.tags(date(2026, 3, 10)) == {8, 2}
    both = timeline(
        ("2026-03-01", "casework.tagged", {"tag": 8}),
        ("2026-03-06", "casework.tagged", {"tag": 4, "merged": [merged]}),
        ("2026-03-07", "casework.untagged", {"tag": 8}),
    )
    assert both.tags(date(2026, 3, 20)) == {8, 2}
    assert both.tags(date(2026, 3, 9)) == {4}


# ---- figures and periods -----------------------------------------------------------------------------------------


def test_the_interval_is_wide_for_few_and_never_runs_out_of_what_is_possible() -> None:
    assert figures.interval(0, 0) is None
    of_two, of_many = figures.interval(2, 2), figures.interval(190, 200)
    assert of_two is not None
    assert of_many is not None
    assert (round(of_two.low, 1), round(of_two.high, 9)) == (34.2, 100.0)
    assert (round(of_many.low, 1), round(of_many.high, 1)) == (91.0, 97.3)
    assert of_many.low > of_two.low  # so many good ones stand before two lucky ones
    none = figures.interval(0, 3)
    assert none is not None
    assert (round(none.low, 9), round(none.high, 1)) == (0.0, 56.1)


@pytest.mark.parametrize(
    ("written", "begin", "end"),
    [
        ("2026", date(2026, 1, 1), date(2027, 1, 1)),
        ("2026-Q4", date(2026, 10, 1), date(2027, 1, 1)),
        ("2026-12", date(2026, 12, 1), date(2027, 1, 1)),
        ("2026-W01", date(2025, 12, 29), date(2026, 1, 5)),
        ("2026-W53", date(2026, 12, 28), date(2027, 1, 4)),
    ],
)
def test_a_period_is_read_as_it_is_written(written: str, begin: date, end: date) -> None:
    found = periods.read(written, today=date(2026, 6, 30))
    assert (found.written, *found.days) == (written, begin, end)
    assert found.before.days.end == begin
    assert found.after.days.begin == end
    assert periods.of(found.last, found.sort) == found


@pytest.mark.parametrize(
    "wrong", ["", "2026-13", "2026-00", "2025-W53", "2026-W00", "1026", "2026-Q5", "x", "２０２６"]
)
def test_what_is_no_period_is_this_year(wrong: str) -> None:
    assert periods.read(wrong, today=date(2026, 6, 30)).written == "2026"


def test_ages_follow_each_other_without_a_gap() -> None:
    today = date(2026, 6, 30)
    begins = [age.days(today).begin for age in periods.AGES]
    ends = [age.days(today).end for age in periods.AGES]
    assert ends == [date(2026, 7, 1), *begins[:-1]]
    assert begins == [date(2026, 6, 1), date(2026, 4, 1), date(2026, 1, 1), date(2025, 7, 1), periods.EVER]
    assert periods.begins(today) == [202606, 202604, 202601, 202507]
