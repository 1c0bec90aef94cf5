"""What entries prove: each measure on timelines that a clerk can check, both sides of each boundary."""

from datetime import date, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shixiao.engine.measures import CATALOGUE, Happening, Measure, Outcome, Timeline, Verdict, history
from shixiao.engine.measures.readings import add_up, of_finding
from shixiao.offices.registers import measures
from shixiao.offices.registers.tests.timelines import ZONE, at, timeline


def said(name: str, table: str, now: str, *, kind: str = "registers.entry", **parameters: object) -> Verdict | None:
    measure = CATALOGUE[f"registers.{name}"]
    assert isinstance(measure, Measure)
    found = measure.look(timeline(table, kind=kind), {"register": "r"} | parameters, clock={}, now=at(now))
    return found[0] if found else None


def outcome(name: str, table: str, now: str, *, kind: str = "registers.entry", **parameters: object) -> str:
    verdict = said(name, table, now, kind=kind, **parameters)
    return verdict.outcome.name.lower() if verdict else "no concern"


PLANNED = "2026-03-01 planned due=2026-06-10"


@pytest.mark.parametrize(
    ("more", "now", "share", "on_time", "by_year_end"),
    [
        ("", "2026-06-10T23:59", "pending", "pending", "pending"),
        ("", "2026-06-11T00:00", "missed", "missed", "pending"),
        ("", "2027-01-01T00:00", "missed", "missed", "missed"),
        ("2026-06-10T23:59 done", "2026-06-20", "met", "met", "met"),
        ("2026-06-11T00:00 done", "2026-06-20", "met", "missed", "met"),
        ("2027-01-05 done", "2027-01-06", "met", "missed", "missed"),
        ("2026-06-01 done\n2026-06-02 returned", "2026-06-05", "pending", "pending", "pending"),
        ("2026-06-01 done\n2026-06-02 returned\n2026-06-20 done", "2026-06-21", "met", "missed", "met"),
        ("2026-06-01 cancelled", "2026-06-05", "not_counted", "not_counted", "not_counted"),
        ("2026-06-01 withdrawn", "2026-06-05", "not_counted", "not_counted", "not_counted"),
    ],
)
def test_a_planned_entry(more: str, now: str, share: str, on_time: str, by_year_end: str) -> None:
    table = f"{PLANNED}\n{more}"
    assert outcome("done_share", table, now) == share
    assert outcome("done_on_time", table, now) == on_time
    assert outcome("all_on_time", table, now) == on_time
    assert outcome("all_by_year_end", table, now) == by_year_end


def test_where_confirmation_is_needed_done_alone_is_not_enough() -> None:
    table = "2026-03-01 planned due=2026-06-10 confirmed_by=another\n2026-06-01 done"
    assert outcome("done_share", table, "2026-07-01") == "pending"
    assert outcome("count", table, "2026-07-01") == "pending"
    assert outcome("done_share", f"{table}\n2026-07-02 confirmed", "2026-07-03") == "met"
    assert outcome("done_on_time", f"{table}\n2026-07-02 confirmed", "2026-07-03") == "met"


def test_what_was_cancelled_after_its_day_is_missed_when_put_back() -> None:
    early = said("done_share", f"{PLANNED}\n2026-06-01 cancelled", "2026-06-05")
    late = said("done_share", f"{PLANNED}\n2026-06-01 cancelled", "2026-06-11T00:00")
    assert early is not None
    assert late is not None
    assert (early.otherwise, early.until) == (None, at("2026-06-11T00:00"))
    assert (late.otherwise, late.until) == (Outcome.MISSED, None)


def test_in_time_only_by_an_extension_is_not_counted_and_missed_when_put_back() -> None:
    table = f"""{PLANNED}
        2026-06-09 casework.extension_granted name=due due=2026-06-20
        2026-06-15 done"""
    verdict = said("done_on_time", table, "2026-06-30")
    assert verdict is not None
    assert (verdict.outcome, verdict.otherwise) == (Outcome.NOT_COUNTED, Outcome.MISSED)
    assert outcome("done_share", table, "2026-06-30") == "met"


def test_an_entry_that_was_never_planned_counts_on_its_own_day() -> None:
    verdict = said("done_share", "2026-06-03 entered day=2026-05-28", "2026-06-05")
    assert verdict is not None
    assert (verdict.outcome, verdict.on) == (Outcome.MET, date(2026, 5, 28))


def test_a_count_counts_on_the_day_of_the_entry_and_an_amendment_moves_it() -> None:
    table = "2026-06-03 entered day=2026-05-28\n2026-06-04 amended day=2026-06-01"
    verdict = said("count", table, "2026-06-05")
    assert verdict is not None
    assert (verdict.outcome, verdict.on) == (Outcome.MET, date(2026, 6, 1))


def test_a_count_of_one_choice() -> None:
    table = "2026-06-03 entered day=2026-06-03 form=lecture"
    assert outcome("count", table, "2026-06-05", field="form", value="lecture") == "met"
    assert outcome("count", table, "2026-06-05", field="form", value="online") == "no concern"


def test_a_sum_of_a_number() -> None:
    table = "2026-06-03 entered day=2026-06-03 people=45\n2026-06-04 amended people=46"
    verdict = said("sum_of", table, "2026-06-05", field="people")
    assert verdict is not None
    assert (verdict.outcome, verdict.value, verdict.on) == (Outcome.AMOUNT, Decimal(46), date(2026, 6, 3))
    assert outcome("sum_of", table, "2026-06-05", field="hours") == "not_counted"
    assert outcome("sum_of", f"{PLANNED} people=45", "2026-06-05", field="people") == "no concern"


def test_by_topic() -> None:
    table = "2026-06-03 entered day=2026-06-03"
    assert outcome("count_by_topic", f"{table} topic=4", "2026-06-05") == "met"
    assert outcome("count_by_topic", table, "2026-06-05") == "not_counted"


@pytest.mark.parametrize(
    ("done", "now", "expected"),
    [
        ("2026-09-15 done day=2026-09-15", "2026-09-20", "met"),
        ("2026-09-16 done day=2026-09-16", "2026-09-20", "missed"),
        ("", "2026-09-15T23:59", "pending"),
        ("", "2026-09-16T00:00", "missed"),
    ],
)
def test_eighteen_months_from_the_contract(done: str, now: str, expected: str) -> None:
    table = f"2026-01-05 planned due=2026-10-31 milestone=built contract_on=2025-03-15\n{done}"
    assert outcome("milestone_within", table, now, value="built", months=18) == expected


def test_what_was_done_in_time_counts_when_it_was_done_and_everything_else_on_the_last_day() -> None:
    table = "2026-01-05 planned milestone=built contract_on=2025-09-18"
    done = said("milestone_within", f"{table}\n2026-07-20 done day=2026-07-20", "2026-08-01", value="built")
    waiting = said("milestone_within", table, "2026-08-01", value="built")
    assert done is not None
    assert waiting is not None
    assert (done.on, waiting.on) == (date(2026, 7, 20), date(2027, 3, 18))


def test_a_month_that_is_shorter_ends_with_its_last_day() -> None:
    table = "2026-01-05 planned milestone=built contract_on=2024-08-31\n2026-02-28 done day=2026-02-28"
    assert outcome("milestone_within", table, "2026-03-05", value="built") == "met"
    later = "2026-01-05 planned milestone=built contract_on=2024-08-31\n2026-03-01 done day=2026-03-01"
    assert outcome("milestone_within", later, "2026-03-05", value="built") == "missed"


def test_without_the_day_of_the_contract_nobody_can_say() -> None:
    assert outcome("milestone_within", "2026-01-05 planned milestone=built", "2027-03-05", value="built") == "pending"


SLOT = "2026-06-01T00:00 expected window=2026-06-01T08:00/2026-06-01T11:00"


@pytest.mark.parametrize(
    ("done", "now", "expected"),
    [
        ("", "2026-06-01T10:59", "pending"),
        ("", "2026-06-01T11:00", "missed"),
        ("2026-06-01T08:00 done", "2026-06-01T12:00", "met"),
        ("2026-06-01T10:59 done seen=2026-06-03", "2026-06-03", "met"),
        ("2026-06-01T11:00 done", "2026-06-01T12:00", "missed"),
        ("2026-06-01T07:59 done", "2026-06-01T12:00", "missed"),
    ],
)
def test_a_round_counts_when_it_was_begun_inside_its_window(done: str, now: str, expected: str) -> None:
    table = f"{SLOT}\n{done}"
    assert outcome("rounds_in_slots", table, now) == expected
    assert outcome("daily", table, now) == expected
    assert outcome("roster_kept", table, now) == expected


def test_a_round_on_a_closed_day_is_not_counted_and_both_figures_stand() -> None:
    table = "2026-06-01T00:00 expected window=2026-06-01T08:00/2026-06-01T11:00 closed=closed_day"
    verdict = said("daily", table, "2026-06-01T11:00")
    assert verdict is not None
    assert (verdict.outcome, verdict.otherwise) == (Outcome.NOT_COUNTED, Outcome.MISSED)
    done = said("daily", f"{table}\n2026-06-01T09:00 done", "2026-06-01T11:00")
    assert done is not None
    assert done.otherwise is Outcome.MET


def test_a_round_that_was_entered_beside_the_plan_is_no_expected_one() -> None:
    assert outcome("daily", "2026-06-01 entered day=2026-06-01", "2026-06-02") == "no concern"


def test_one_entry_a_day_with_the_number_of_rounds_in_it() -> None:
    day = "2026-06-01T00:00 expected window=2026-06-01T00:00/2026-06-02T00:00\n2026-06-01T18:00 done"
    assert outcome("daily", f"{day} rounds=2", "2026-06-02", times=2, field="rounds") == "met"
    assert outcome("daily", f"{day} rounds=1", "2026-06-02", times=2, field="rounds") == "missed"


NIL = "2026-03-01 nil_expected period=2026-03 due=2026-04-08"


@pytest.mark.parametrize(
    ("more", "now", "signed", "on_time"),
    [
        ("", "2026-04-08T23:59", "pending", "pending"),
        ("", "2026-04-09T00:00", "missed", "missed"),
        ("2026-04-02 nil_signed", "2026-04-10", "met", "met"),
        ("2026-04-08T23:59 nil_signed", "2026-04-13", "met", "met"),
        ("2026-04-09T00:00 nil_signed", "2026-04-13", "met", "missed"),
        ("2026-03-05 nil_found", "2026-04-10", "met", "met"),
        ("2026-04-02 nil_signed\n2026-05-20 nil_revoked", "2026-05-21", "met", "met"),
        ("2026-03-05 nil_found\n2026-05-20 nil_reopened", "2026-05-21", "missed", "missed"),
        ("2026-03-05 nil_found\n2026-05-20 nil_reopened\n2026-05-22 nil_signed", "2026-05-23", "met", "missed"),
        ("2026-03-05 nil_withdrawn", "2026-05-21", "not_counted", "not_counted"),
    ],
)
def test_a_nil_return(more: str, now: str, signed: str, on_time: str) -> None:
    table = f"{NIL}\n{more}"
    assert outcome("nil_return_signed", table, now, kind="registers.nil_return") == signed
    assert outcome("nil_return_on_time", table, now, kind="registers.nil_return") == on_time


def test_a_nil_return_counts_in_its_month() -> None:
    verdict = said("nil_return_signed", f"{NIL}\n2026-04-12 nil_signed", "2026-04-13", kind="registers.nil_return")
    assert verdict is not None
    assert verdict.on == date(2026, 3, 31)


def test_another_register_is_no_concern() -> None:
    measure = CATALOGUE["registers.count"]
    assert isinstance(measure, Measure)
    case = timeline("2026-06-03 entered day=2026-06-03", register="other")
    assert measure.look(case, {"register": "r"}, clock={}, now=at("2026-06-05")) == ()


# ---- laws --------------------------------------------------------------------------------------------------------

EVERY = [each for each in CATALOGUE.values() if each.name.startswith("registers.") and isinstance(each, Measure)]
MORE = {"field": "people", "value": "built"}
STEPS = ("done", "confirmed", "returned", "amended", "cancelled", "withdrawn")


@st.composite
def lives(draw: st.DrawFn) -> Timeline:
    """Any order of events, also such as the step table does not allow."""
    opening = draw(st.sampled_from([PLANNED, SLOT, "2026-03-01 entered day=2026-03-01", "2026-03-01 planned"]))
    rows = [opening]
    for step in draw(st.lists(st.sampled_from(STEPS), max_size=5)):
        day = draw(st.dates(min_value=date(2026, 3, 2), max_value=date(2027, 2, 1)))
        rows.append(f"{day} {step} people=3 milestone=built contract_on=2025-01-31")
    return timeline("\n".join(rows))


@given(life=lives(), now=st.datetimes(min_value=datetime(2027, 2, 2), max_value=datetime(2030, 1, 1)))  # noqa: DTZ001
def test_met_missed_pending_and_not_counted_are_all_and_time_passing_comes_to_rest(
    life: Timeline, now: datetime
) -> None:
    for measure in EVERY:
        if "registers.entry" not in measure.of:
            continue
        parameters = {"register": "r"} | {name: MORE[name] for name in MORE if name in _needed(measure)}
        told = history(measure, parameters, life, now=now.replace(tzinfo=ZONE))
        reading = add_up(of_finding(each.finding) for each in told.versions[-1:])
        assert reading.cases in {0, 1}
        assert told.look_at is None or told.look_at > now.replace(tzinfo=ZONE)


@given(life=lives())
def test_an_unrelated_event_changes_nothing(life: Timeline) -> None:
    now = at("2028-01-01")
    remark = Happening("casework.remarked", now, now, {}, 99)
    for measure in EVERY:
        if "registers.entry" in measure.of:
            parameters = {"register": "r"} | {name: MORE[name] for name in MORE if name in _needed(measure)}
            before = measure.look(life, parameters, clock={}, now=now)
            after = measure.look(Timeline(life.kind, (*life.events, remark), ZONE), parameters, clock={}, now=now)
            assert before == after


def _needed(measure: Measure) -> set[str]:
    return {slot.name for slot in measure.slots if slot.needed}


def test_every_measure_of_the_office_is_in_the_catalogue() -> None:
    declared = {each.name for each in vars(measures).values() if isinstance(each, Measure)}
    assert declared == {each.name for each in EVERY}
