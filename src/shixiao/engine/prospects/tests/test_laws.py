"""What a status may never say, tried with everything that may still happen to small numbers of cases."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from itertools import product

import pytest
from hypothesis import assume, given
from hypothesis import strategies as some

from shixiao.engine.measures import NOTHING, Measure, Ratio, Reading, Reads
from shixiao.engine.prospects import Chance, Evidence, Position, Prospect, Status, combine, prospect
from shixiao.engine.prospects.tests.positions import BEGIN, END, LAST, MIDDLE, a_measure, a_ratio, amounts, at
from shixiao.engine.targets import Kind, Sense
from shixiao.engine.targets import Reading as Target

YES, NO = (Target(Kind.BOOLEAN, text=word, sense=Sense.EXACT) for word in "是否")
SHARE, COUNT, ALL_OF = a_measure(Reads.SHARE, "%"), a_measure(Reads.COUNT), a_measure(Reads.ALL_OF)
OF_CASES: tuple[tuple[str | Target, Measure], ...] = (
    *((wanted, SHARE) for wanted in ("≥95%", ">50%", "50%", "100%", "≤5%", "<50%", "0%")),
    *((wanted, COUNT) for wanted in ("≥3次", ">2次", "≤3期", "<3期", "恰好2张", "1至2次")),
    *((wanted, ALL_OF) for wanted in (YES, "100%")),
    *((wanted, COUNT) for wanted in (YES, NO)),
)
SMALL = tuple(Reading(met=met, missed=missed, pending=pending) for met, missed, pending in product(range(4), repeat=3))
DECIDED = (Status.ACHIEVED, Status.MISSED)
# From bad to good. What has no value stands nowhere among them.
ORDER = (Status.MISSED, Status.UNLIKELY, Status.AT_RISK, Status.LIKELY, Status.ACHIEVED)


def futures(reading: Reading, *, is_open: bool) -> Iterator[Reading]:
    """Everything that may become of it: what is pending is met, missed or not counted, and up to three more come while it is open."""
    for met, missed in product(range(reading.pending + 1), repeat=2):
        if met + missed > reading.pending:
            continue
        for more_met, more_missed in product(range(4 if is_open else 1), repeat=2):
            yield Reading(
                met=reading.met + met + more_met,
                missed=reading.missed + missed + more_missed,
                not_counted=reading.pending - met - missed,
            )


def outcomes(position: Position, *, is_open: bool) -> set[Status]:
    """How it may end."""
    ends = (
        replace(position, today=LAST, reading=each, grown=()) for each in futures(position.reading, is_open=is_open)
    )
    return {prospect(each).status for each in ends}


@pytest.mark.parametrize("reading", SMALL, ids=lambda each: f"{each.met}-{each.missed}-{each.pending}")
def test_what_is_decided_before_the_end_cannot_be_undone_by_anything_that_may_still_happen(reading: Reading) -> None:
    for wanted, measure in OF_CASES:
        found = prospect(at(wanted, measure, reading))
        assert found.is_final == (found.status in DECIDED)
        if found.is_final:
            assert outcomes(at(wanted, measure, reading), is_open=True) == {found.status}
            sure = Chance.CERTAIN if found.status is Status.ACHIEVED else Chance.IMPOSSIBLE
            assert found.chance is sure


@pytest.mark.parametrize("reading", SMALL, ids=lambda each: f"{each.met}-{each.missed}-{each.pending}")
def test_after_the_end_what_is_pending_leaves_open_only_what_it_may_still_change(reading: Reading) -> None:
    for wanted, measure in OF_CASES:
        found = prospect(at(wanted, measure, reading, LAST))
        ends = outcomes(at(wanted, measure, reading, LAST), is_open=False)
        if found.status in DECIDED:
            assert ends == {found.status}
        elif reading.met + reading.missed:
            assert len(ends - {Status.NO_EVIDENCE}) == 2 or (measure is ALL_OF or wanted == "恰好2张" or wanted == YES)


def test_a_cap_a_rate_and_a_budget_are_at_most_on_course_until_the_end_and_achieved_after_it() -> None:
    for wanted, measure, reading, more in (
        ("≤38期", COUNT, Reading(met=5), {}),
        ("≥95%", SHARE, Reading(met=500), {}),
        (YES, ALL_OF, Reading(met=100, pending=1), {}),
        ("<30分钟", a_measure(Reads.MEAN, "分钟"), amounts(*[5] * 50), {}),
        ("小于预算", a_measure(Reads.SUM, "元"), amounts(*[100] * 6), {"against": amounts(900_000)}),
        ("≤1%", a_ratio(), Reading(met=1), {"against": Reading(met=900)}),
    ):
        assert prospect(at(wanted, measure, reading, MIDDLE, **more)).status is Status.LIKELY
        over = replace(reading, pending=0)
        assert prospect(at(wanted, measure, over, LAST, **more)).status is Status.ACHIEVED


def test_a_count_that_is_reached_is_achieved_and_one_that_is_broken_is_missed_at_once() -> None:
    assert prospect(at("≥3次", COUNT, Reading(met=2))).status is not Status.ACHIEVED
    assert prospect(at("≥3次", COUNT, Reading(met=3))).status is Status.ACHIEVED
    assert prospect(at("≤3期", COUNT, Reading(met=3))).status is not Status.MISSED
    assert prospect(at("≤3期", COUNT, Reading(met=4))).status is Status.MISSED


def test_one_that_is_missed_spoils_all_of_them_unless_it_can_be_made_up_for() -> None:
    reading = Reading(met=8, missed=1)
    for wanted, reads in ((YES, Reads.ALL_OF), ("100%", Reads.SHARE)):
        unit = "%" if reads is Reads.SHARE else ""
        for_good = prospect(at(wanted, a_measure(reads, unit), reading))
        mends = prospect(at(wanted, a_measure(reads, unit, mends=True), reading))
        assert (for_good.status, for_good.chance, for_good.is_final) == (Status.MISSED, Chance.IMPOSSIBLE, True)
        assert (mends.status, mends.chance, mends.is_final) == (Status.UNLIKELY, Chance.POSSIBLE, False)
        assert "补做" in (mends.headroom.text.zh if mends.headroom else "")
        assert prospect(at(wanted, a_measure(reads, unit, mends=True), reading, LAST)).status is Status.MISSED


def test_what_can_be_made_up_for_is_open_while_anything_is_pending() -> None:
    for mends, status in ((False, Status.MISSED), (True, Status.UNLIKELY)):
        measure = a_measure(Reads.SHARE, "%", mends=mends)
        assert prospect(at("≥95%", measure, Reading(met=1, missed=5, pending=2), LAST)).status is status


def test_where_there_may_be_none_the_chance_is_that_of_none() -> None:
    none_so_far = Reading(missed=1, pending=6)  # a count misses nothing; six are under way
    asked, unasked = (prospect(at(wanted, COUNT, none_so_far)) for wanted in (YES, NO))
    assert (asked.status, unasked.status) == (Status.LIKELY, Status.UNLIKELY)
    assert asked.forecast is not None
    assert unasked.forecast is not None
    assert asked.forecast.probability + unasked.forecast.probability == pytest.approx(1)


def test_a_deadline_that_passed_with_one_open_is_missed() -> None:
    for day, status in ((date(2026, 9, 30), Status.LIKELY), (date(2026, 10, 1), Status.MISSED)):
        found = prospect(at("9月30日前完成", ALL_OF, Reading(met=30, pending=1), day))
        assert found.status is status


# ---- no evidence, and nothing ------------------------------------------------------------------------------------

positions_of_any_kind = some.sampled_from(
    (
        *OF_CASES,
        ("≤5万元", a_measure(Reads.SUM, "元")),
        ("≥5台", a_measure(Reads.STOCK, "台")),
        ("<30分钟", a_measure(Reads.MEAN, "分钟")),
        ("20至30分钟", a_measure(Reads.MEAN, "分钟")),
        ("≤1%", a_ratio()),
        ("≤100%", a_ratio(is_money=True)),
        ("小于预算", a_measure(Reads.SUM, "元")),
        ("18个月内", ALL_OF),
        ("95%至98%", SHARE),
    )
)
counts = some.integers(0, 40)
readings = some.builds(
    lambda met, missed, pending, back, values: replace(
        amounts(*values), met=met, missed=missed, pending=pending, not_counted=back, back_missed=back
    ),
    counts,
    counts,
    counts,
    some.integers(0, 3),
    some.lists(some.integers(-100, 100_000), max_size=4),
)


def any_position(
    kind: tuple[str | Target, Measure | Ratio], reading: Reading, day: date, evidence: Evidence, beside: Reading | None
) -> Position:
    wanted, measure = kind
    return at(wanted, measure, reading, day, has_against=True, against=beside, evidence=evidence)


anything = {
    "kind": positions_of_any_kind,
    "reading": some.just(NOTHING) | readings,
    "day": some.dates(BEGIN - timedelta(days=40), END + timedelta(days=40)),
    "beside": some.none() | some.just(NOTHING) | readings,
}


@given(**anything)
def test_no_evidence_never_gives_a_value(
    kind: tuple[str | Target, Measure | Ratio], reading: Reading, day: date, beside: Reading | None
) -> None:
    found = prospect(any_position(kind, reading, day, Evidence.NO_EVIDENCE, beside))
    assert found == Prospect(status=Status.NO_EVIDENCE, unit=found.unit)


@given(evidence=some.sampled_from((Evidence.VALUE, Evidence.NOTHING_OCCURRED)), **anything)
def test_whatever_there_is_a_prospect_is_told_and_holds_together(
    kind: tuple[str | Target, Measure | Ratio],
    reading: Reading,
    day: date,
    beside: Reading | None,
    evidence: Evidence,
) -> None:
    reading = NOTHING if evidence is Evidence.NOTHING_OCCURRED else reading
    found = prospect(any_position(kind, reading, day, evidence, beside))
    assert found.is_final or found.status not in DECIDED
    if found.forecast is not None:
        assert 0 <= found.forecast.probability <= 1
        if found.forecast.low is not None and found.forecast.high is not None:
            assert found.forecast.low <= found.forecast.high
    if found.value is None:
        assert found.judgement is None
    elif found.judgement is not None and found.status in DECIDED:
        is_met = found.judgement.verdict.value == "met"
        assert is_met == (found.status is Status.ACHIEVED) or day < LAST or reading.pending
    if found.headroom is not None:
        assert found.headroom.text.zh
        assert found.headroom.text.en


def test_nothing_occurred_has_no_value_but_for_a_count_which_is_judged_at_the_end() -> None:
    def found(wanted: str | Target, measure: Measure, day: date) -> Prospect:
        return prospect(at(wanted, measure, NOTHING, day, evidence=Evidence.NOTHING_OCCURRED))

    for day in (MIDDLE, LAST):
        assert (found("100%", SHARE, day).status, found("100%", SHARE, day).value) == (Status.NOTHING_OCCURRED, None)
        assert found(YES, ALL_OF, day).status is Status.NOTHING_OCCURRED
    asked = found("3份", COUNT, MIDDLE)
    assert (asked.status, asked.value, asked.is_final) == (Status.NOTHING_OCCURRED, 0, False)
    assert asked.headroom is not None
    assert asked.headroom.amount == -3
    assert found("3份", COUNT, LAST).status is Status.MISSED
    assert found("≤38期", COUNT, LAST).status is Status.ACHIEVED
    assert found(NO, COUNT, LAST).status is Status.ACHIEVED


def test_a_topic_without_any_beside_others_that_have_some_stands_at_none_and_not_out_of_reach() -> None:
    position = at("各不少于1篇", COUNT, Reading(met=6), date(2026, 3, 31), least=(Reading(met=6), NOTHING))
    found = prospect(position)
    assert found.value == 0
    assert found.chance is Chance.POSSIBLE
    assert found.status in (Status.AT_RISK, Status.LIKELY)
    assert prospect(replace(position, today=LAST)).status is Status.MISSED


# ---- better is never worse ---------------------------------------------------------------------------------------

better_is_more = some.sampled_from(
    tuple(each for each in OF_CASES if each[0] not in ("≤5%", "<50%", "0%", "≤3期", "<3期", "恰好2张", "1至2次", NO))
)


@given(kind=better_is_more, met=counts, missed=some.integers(1, 40), pending=counts, day=some.dates(BEGIN, LAST))
def test_a_case_that_is_met_instead_of_missed_never_worsens_the_status(
    kind: tuple[str | Target, Measure], met: int, missed: int, pending: int, day: date
) -> None:
    worse = Reading(met=met, missed=missed, pending=pending)
    better = replace(worse, met=met + 1, missed=missed - 1)
    one, other = (prospect(at(*kind, each, day)).status for each in (worse, better))
    assert ORDER.index(one) <= ORDER.index(other)


@given(kind=better_is_more, met=counts, missed=counts, pending=counts, day=some.dates(BEGIN, LAST))
def test_one_more_that_is_met_never_worsens_the_status(
    kind: tuple[str | Target, Measure], met: int, missed: int, pending: int, day: date
) -> None:
    assume(met + missed)
    fewer = Reading(met=met, missed=missed, pending=pending)
    more = replace(fewer, met=met + 1)
    one, other = (prospect(at(*kind, each, day)).status for each in (fewer, more))
    assert ORDER.index(one) <= ORDER.index(other)


# ---- several parts as one ----------------------------------------------------------------------------------------

PARTS = {
    "achieved": Prospect(status=Status.ACHIEVED, is_final=True, chance=Chance.CERTAIN),
    "likely": Prospect(status=Status.LIKELY, chance=Chance.POSSIBLE),
    "at risk": Prospect(status=Status.AT_RISK, chance=Chance.POSSIBLE),
    "missed": Prospect(status=Status.MISSED, is_final=True, chance=Chance.IMPOSSIBLE),
    "nothing": Prospect(status=Status.NOTHING_OCCURRED),
    "nothing for good": Prospect(status=Status.NOTHING_OCCURRED, is_final=True),
    "unknown": Prospect(status=Status.NO_EVIDENCE),
}


@pytest.mark.parametrize(
    ("parts", "status", "is_final"),
    [
        (("achieved", "achieved"), Status.ACHIEVED, True),
        (("achieved", "likely"), Status.LIKELY, False),
        (("likely", "at risk"), Status.AT_RISK, False),
        (("achieved", "missed"), Status.MISSED, True),
        (("unknown", "missed"), Status.MISSED, True),
        (("unknown", "at risk"), Status.AT_RISK, False),
        (("unknown", "achieved"), Status.NO_EVIDENCE, False),
        (("nothing", "achieved"), Status.LIKELY, False),
        (("nothing for good", "achieved"), Status.ACHIEVED, True),
        (("nothing", "nothing"), Status.NOTHING_OCCURRED, False),
        (("nothing", "unknown"), Status.NO_EVIDENCE, False),
    ],
)
def test_the_part_that_stands_worst_gives_the_word(parts: tuple[str, ...], status: Status, is_final: bool) -> None:
    for order in (parts, parts[::-1]):
        whole = combine([PARTS[name] for name in order])
        assert (whole.status, whole.is_final) == (status, is_final)
        assert whole.parts == tuple(PARTS[name] for name in order)
    assert (whole.chance is Chance.IMPOSSIBLE) == ("missed" in parts)
