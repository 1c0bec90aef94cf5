"""What tasks and instructions prove, on timelines that a clerk can check."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from shixiao.engine.measures import EXTENDED, Happening, Outcome, Timeline, Verdict
from shixiao.offices.supervision import measures

ZONE = ZoneInfo("Asia/Shanghai")
Line = tuple[str, str, dict[str, Any]]


def late(day: str | None, name: str = "finish") -> dict[str, Any]:
    """Too late from the beginning of that day on; None: it stands still."""
    at = None if day is None else datetime.fromisoformat(day).replace(tzinfo=ZONE)
    return {"late_from": {name: at.isoformat() if at else None}}


def timeline(*lines: Line, kind: str = "supervision.task") -> Timeline:
    """Each line says when, what and what was told; without a time it is nine in the morning."""
    found = []
    for number, (at, what, told) in enumerate(lines, start=1):
        moment = datetime.fromisoformat(at if "T" in at else f"{at}T09:00").replace(tzinfo=ZONE)
        name = what if "." in what else f"supervision.{what}"
        found.append(Happening(name, moment, moment, told, number))
    return Timeline(kind, tuple(found), ZONE)


def task(*lines: Line, led_by: str = "own") -> Timeline:
    """Proposed on 1 March, entrusted on 2 March until the end of 10 March."""
    return timeline(
        ("2026-03-01", "proposed", {"led_by": led_by}),
        (
            "2026-03-02",
            "entrusted",
            {"late_from": {**late("2026-03-11")["late_from"], "accept": "2026-03-04T00:00:00+08:00"}},
        ),
        *lines,
    )


def said(measure: Any, case: Timeline, now: str = "2026-06-01") -> Verdict | None:
    found = measure.look(case, {}, clock=None, now=datetime.fromisoformat(now).replace(tzinfo=ZONE))
    return found[0] if found else None


def outcome(measure: Any, case: Timeline, now: str = "2026-06-01") -> Outcome | None:
    verdict = said(measure, case, now)
    return verdict.outcome if verdict else None


BOTH = (measures.done_in_time, measures.done_by_first_limit)
STILL = late(None)
PASSED: Line = ("2026-03-20", "passed", {})


def fed(at: str) -> Line:
    return (at, "fed_back", STILL)


GRANTED: Line = ("2026-03-10", "casework.extension_granted", {"name": "finish", **late("2026-03-16")})

# ---- in time, by both limits -------------------------------------------------------------------------------------


@pytest.mark.parametrize("measure", BOTH)
@pytest.mark.parametrize(
    ("at", "expected"), [("2026-03-10T23:59:59", Outcome.MET), ("2026-03-11T00:00", Outcome.MISSED)]
)
def test_the_last_moment_of_the_day_is_in_time_and_midnight_is_not(measure: Any, at: str, expected: Outcome) -> None:
    found = said(measure, task(fed(at), PASSED))
    assert found is not None
    assert (found.outcome, found.on) == (expected, date(2026, 3, 10))


@pytest.mark.parametrize("measure", BOTH)
def test_the_time_of_the_review_is_nobodys_delay(measure: Any) -> None:
    assert outcome(measure, task(fed("2026-03-09"), ("2026-05-01", "passed", {}))) is Outcome.MET
    assert outcome(measure, task(fed("2026-03-09"))) is Outcome.PENDING


def test_an_extension_is_in_time_by_the_limit_as_it_stands_and_late_by_the_first() -> None:
    case = task(GRANTED, fed("2026-03-14"), PASSED)
    assert [outcome(measure, case) for measure in BOTH] == [Outcome.MET, Outcome.MISSED]
    found = said(measures.done_in_time, case)
    assert found is not None
    assert found.on == date(2026, 3, 15)
    late_for_both = task(GRANTED, fed("2026-03-16"), PASSED)
    assert [outcome(measure, late_for_both) for measure in BOTH] == [Outcome.MISSED, Outcome.MISSED]


def test_returned_it_is_the_feedback_that_passed_that_counts() -> None:
    back = ("2026-03-12", "returned", late("2026-03-14"))
    good = task(fed("2026-03-09"), back, fed("2026-03-13"), PASSED)
    assert [outcome(measure, good) for measure in BOTH] == [Outcome.MET, Outcome.MISSED]
    bad = task(fed("2026-03-09"), back, fed("2026-03-14"), PASSED)
    assert outcome(measures.done_in_time, bad) is Outcome.MISSED
    assert outcome(measures.done_in_time, task(fed("2026-03-09"), back), "2026-03-14T00:00") is Outcome.MISSED
    assert outcome(measures.done_in_time, task(fed("2026-03-09"), back), "2026-03-13T23:59") is Outcome.PENDING


def test_a_second_round_in_time_does_not_mend_a_first_that_was_late() -> None:
    again = ("2026-04-01", "instructed_again", late("2026-04-11"))
    second = (("2026-04-05", "fed_back", STILL), ("2026-04-06", "passed", {}))
    assert outcome(measures.done_in_time, task(fed("2026-03-12"), PASSED, again, *second)) is Outcome.MISSED
    found = said(measures.done_in_time, task(fed("2026-03-09"), PASSED, again, *second))
    assert found is not None
    assert (found.outcome, found.on) == (Outcome.MET, date(2026, 4, 10))
    assert outcome(measures.done_in_time, task(fed("2026-03-09"), PASSED, again), "2026-04-11") is Outcome.MISSED


def test_sent_back_and_entrusted_anew_the_new_limit_counts() -> None:
    lines: tuple[Line, ...] = (
        ("2026-03-03", "sent_back", {}),
        (
            "2026-03-20",
            "entrusted",
            {"late_from": {**late("2026-03-28")["late_from"], "accept": "2026-03-22T00:00:00+08:00"}},
        ),
    )
    assert outcome(measures.done_in_time, task(*lines, fed("2026-03-27"), ("2026-03-30", "passed", {}))) is Outcome.MET


@pytest.mark.parametrize("measure", BOTH)
def test_suspended_or_not_due_it_is_pending_and_before_it_is_entrusted_no_concern(measure: Any) -> None:
    assert outcome(measure, task(), "2026-03-10T23:59") is Outcome.PENDING
    assert outcome(measure, task(), "2026-03-11") is Outcome.MISSED
    assert outcome(measure, timeline(("2026-03-01", "proposed", {"led_by": "own"}))) is None
    assert outcome(measures.done_in_time, task(("2026-03-05", "suspended", STILL))) is Outcome.PENDING


@pytest.mark.parametrize(("what", "reason"), [("revoked", "cancelled"), ("merged", "supervision.merged")])
def test_what_was_dropped_is_left_out_and_missed_with_it_put_back_if_it_was_late(what: str, reason: str) -> None:
    for measure in BOTH:
        found = said(measure, task(("2026-03-12", what, {})))
        assert found is not None
        assert found.outcome is Outcome.NOT_COUNTED
        assert found.reason is not None
        assert (found.reason.code, found.otherwise) == (reason, Outcome.MISSED)
        in_time = said(measure, task(("2026-03-08", what, {})))
        assert in_time is not None
        assert in_time.otherwise is None


# ---- accepting ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("at", "expected"), [("2026-03-03T23:59", Outcome.MET), ("2026-03-04T00:00", Outcome.MISSED)])
def test_accepted_within_the_limit(at: str, expected: Outcome) -> None:
    assert outcome(measures.accepted_in_time, task((at, "accepted", {}))) is expected


def test_not_accepted_it_is_pending_and_then_missed_and_transferred_it_counts_anew() -> None:
    assert outcome(measures.accepted_in_time, task(), "2026-03-03") is Outcome.PENDING
    assert outcome(measures.accepted_in_time, task(), "2026-03-04") is Outcome.MISSED
    moved = ("2026-03-09", "transferred", late("2026-03-11", "accept"))
    case = task(("2026-03-05", "accepted", {}), moved)
    assert outcome(measures.accepted_in_time, case, "2026-03-10") is Outcome.PENDING
    assert outcome(measures.accepted_in_time, task(moved, ("2026-03-10", "accepted", {}))) is Outcome.MET
    assert outcome(measures.accepted_in_time, task(("2026-03-03", "sent_back", {}))) is None


# ---- quality -----------------------------------------------------------------------------------------------------


def test_returned_once_or_twice_is_one_and_unreviewed_is_none() -> None:
    back = ("2026-03-12", "returned", late("2026-03-14"))
    assert outcome(measures.returned, task(fed("2026-03-09"))) is None
    assert outcome(measures.returned, task(fed("2026-03-09"), PASSED)) is Outcome.MISSED
    case = task(fed("2026-03-09"), back, fed("2026-03-13"), back, fed("2026-03-13"), PASSED)
    found = said(measures.returned, case)
    assert found is not None
    assert (found.outcome, found.on) == (Outcome.MET, date(2026, 3, 12))


def test_reminders_of_people_and_of_the_ladder_are_counted_from_nought() -> None:
    found = said(measures.reminders, task())
    assert found is not None
    assert (found.value, found.weight, found.on) == (0, 1, date(2026, 3, 2))
    case = task(("2026-03-09", "messages.rung_reached", {}), ("2026-03-12", "reminded", {"manner": "phone"}))
    again = said(measures.reminders, case)
    assert again is not None
    assert again.value == 2


def test_days_late_from_the_limit_to_the_feedback_that_passed() -> None:
    found = said(measures.days_late, task(fed("2026-03-13T12:00"), PASSED))
    assert found is not None
    assert (found.value, found.on) == (Decimal("2.5"), date(2026, 3, 10))
    assert outcome(measures.days_late, task(fed("2026-03-09"), PASSED)) is None
    assert outcome(measures.days_late, task()) is Outcome.PENDING
    assert outcome(measures.days_late, task(("2026-03-12", "revoked", {}))) is None


# ---- the office's own work ---------------------------------------------------------------------------------------


def test_own_tasks_are_done_when_they_passed_late_or_not_and_others_do_not_count() -> None:
    assert outcome(measures.own_done, task(fed("2026-03-09"), PASSED)) is Outcome.MET
    assert outcome(measures.own_done, task(), "2026-03-11") is Outcome.MISSED
    assert outcome(measures.own_done, task(fed("2026-04-09"), ("2026-04-10", "passed", {}))) is Outcome.MET
    assert outcome(measures.own_done, task(fed("2026-03-09"), PASSED, led_by="other")) is None
    moved = ("2026-03-03", "transferred", {"led_by": "other", **late("2026-03-05", "accept")})
    assert outcome(measures.own_done, task(moved, fed("2026-03-09"), PASSED)) is None
    dropped = said(measures.own_done, task(("2026-03-05", "revoked", {})))
    assert dropped is not None
    assert (dropped.outcome, dropped.otherwise) == (Outcome.NOT_COUNTED, Outcome.MISSED)


# ---- instructions ------------------------------------------------------------------------------------------------


def instruction(*lines: Line) -> Timeline:
    """Registered on 2 March, feedback wanted by the end of 10 March."""
    first = ("2026-03-02", "instruction_registered", late("2026-03-11", "answer"))
    return timeline(first, *lines, kind="supervision.instruction")


def test_reported_back_in_time_and_the_last_round_counts() -> None:
    answered: Line = ("2026-03-10T23:59", "reported_back", {"round": 1})
    assert outcome(measures.reported_back_in_time, instruction(answered)) is Outcome.MET
    assert (
        outcome(measures.reported_back_in_time, instruction(("2026-03-11T00:00", "reported_back", {})))
        is Outcome.MISSED
    )
    assert outcome(measures.reported_back_in_time, instruction(), "2026-03-10") is Outcome.PENDING
    again = ("2026-04-01", "anew_registered", late("2026-04-11", "answer"))
    assert outcome(measures.reported_back_in_time, instruction(answered, again), "2026-04-10") is Outcome.PENDING
    assert outcome(measures.reported_back_in_time, instruction(answered, again), "2026-04-11") is Outcome.MISSED
    granted = ("2026-03-09", "casework.extension_granted", {"name": "answer", **late("2026-03-16", "answer")})
    found = said(measures.reported_back_in_time, instruction(granted, ("2026-03-12", "reported_back", {})))
    assert found is not None
    assert (found.outcome, found.reason, found.otherwise) == (Outcome.NOT_COUNTED, EXTENDED, Outcome.MISSED)


def test_coverage_counts_clauses_with_a_task_also_when_it_comes_later() -> None:
    tied = ("2026-03-03", "clause_tied", {"round": 1, "clause": 2, "task_id": 7})
    sent = ("2026-03-04", "instruction_sent", {"round": 1, "count": 3, "covered": 1})
    found = said(measures.coverage, instruction(tied, tied, sent))
    assert found is not None
    assert (found.value, found.weight, found.on) == (Decimal("33.3333"), 3, date(2026, 3, 4))
    later = ("2026-03-06", "clause_tied", {"round": 1, "clause": 1, "task_id": 8})
    more = said(measures.coverage, instruction(tied, sent, later))
    assert more is not None
    assert more.value == Decimal("66.6667")
    assert outcome(measures.coverage, instruction(tied)) is None
