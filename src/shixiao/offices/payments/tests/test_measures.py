"""What payments prove: every row of the published table that payments answer, from events to the judgement."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as some

from shixiao.engine import targets
from shixiao.engine.measures import (
    Measure,
    Outcome,
    Ratio,
    RatioReading,
    Reading,
    Timeline,
    add_up,
    final,
    of_finding,
)
from shixiao.engine.measures.matching import Exactness, matches
from shixiao.engine.measures.written import SHANGHAI, timeline_table
from shixiao.engine.targets import Kind, Verdict
from shixiao.offices.payments import measures
from shixiao.offices.payments.steps import BUDGET, PAYMENT, ROUND

KINDS = {
    "安排": "payments.round_planned",
    "发放": "payments.round_paid",
    "冲销发放": "payments.round_reversed",
    "不发": "payments.round_dropped",
    "登记": "payments.registered",
    "退回": "payments.returned",
    "修改": "payments.amended",
    "同意": "payments.approved",
    "支付": "payments.paid",
    "转入": "payments.taken_over",
    "撤销": "payments.cancelled",
    "冲销": "payments.reversed",
    "批复": "payments.budget_approved",
    "调整": "payments.budget_adjusted",
    "延期": "casework.extension_granted",
}
COUNSELLORS, MEMBERS, GIFT = 16, 17, 21
CHOICES = {"programme": {"参事津贴": COUNSELLORS, "馆员津贴": MEMBERS, "春节慰问金": GIFT}}
END_OF_YEAR = datetime(2027, 1, 1, tzinfo=SHANGHAI)
YEAR = range(2026, 2027)


def case(kind: str, rows: str) -> Timeline:
    return timeline_table(f"发生 | 记录 | 事件 | 要素\n{rows}", kind=kind, kinds=KINDS)


def said(
    measure: Measure, timeline: Timeline, now: datetime = END_OF_YEAR, **parameters: Any
) -> list[tuple[Outcome, date | None]]:
    return [(each.outcome, each.day) for each in final(measure, parameters, timeline, now=now, clock={})]


def reading(
    measure: Measure, cases: Iterable[Timeline], parameters: Mapping[str, Any], now: datetime = END_OF_YEAR
) -> Reading:
    of_kind = [each for each in cases if each.kind in measure.of]
    found = [finding for each in of_kind for finding in final(measure, parameters, each, now=now, clock={})]
    return add_up(of_finding(each) for each in found if each.day and each.day.year in YEAR)


def monthly(programme: int, *, paid: int = 12, late: Sequence[int] = ()) -> list[Timeline]:
    """Twelve rounds of a year, the first `paid` of them paid on the 25th, those in `late` on the 2nd of the month after."""
    found = []
    for month in range(1, 13):
        end = f"{2026 + month // 12}-{month % 12 + 1:02d}-01T00:00"
        rows = [f"2026-01-01 09:00 | | 安排 | programme={programme} period=2026-{month:02d} late_from.pay={end}"]
        day = end.replace("01T00", "02T10") if month in late else f"2026-{month:02d}-25T10:00"
        if month <= paid:
            rows.append(f"{day} | | 发放 | amount=38000.00 people=19")
        found.append(case(ROUND, "\n".join(rows)))
    return found


def gift(paid_at: str) -> Timeline:
    """The Spring Festival holiday of 2026 begins on 15 February."""
    return case(
        ROUND,
        f"""2026-01-05 09:00 | | 安排 | programme={GIFT} period=2026 late_from.pay=2026-02-15T00:00
            {paid_at} | | 发放 | amount=57000.00 people=57""",
    )


def project(*, approved: str, paid: str) -> list[Timeline]:
    return [
        case(BUDGET, f"2026-01-20 09:00 | | 批复 | project=3 year=2026 fiscal={approved} special=0 other=0"),
        case(
            PAYMENT,
            f"""2026-03-02 09:00 | | 登记 | project=3 source=fiscal amount={paid} late_from.pay=2026-03-17T00:00
                2026-03-03 09:00 | | 同意 |
                2026-03-05 09:00 | | 支付 | amount={paid} voucher=2026-03-0017""",
        ),
    ]


# ---- every row -------------------------------------------------------------------------------------------------

BOUND, SHARE = "payments.paid_amount", "payments.budget_spent"
# row, indicator, annual value, the measure that proves it, its parameters
ROWS: list[tuple[int, str, str, str, dict[str, Any]]] = [
    (9, "项目成本控制", "小于等于预算批复金额", BOUND, {}),
    (15, "项目成本控制", "小于等于预算批复金额", BOUND, {}),
    (16, "发放参事津贴", "12次", "payments.rounds_paid", {"programme": COUNSELLORS}),
    (17, "发放馆员津贴", "12次", "payments.rounds_paid", {"programme": MEMBERS}),
    (21, "按时发放春节慰问金", "及时发放", "payments.paid_before_spring_festival", {}),
    (28, "项目成本控制", "小于等于预算批复金额", BOUND, {}),
    (38, "项目成本控制", "小于等于预算批复金额", BOUND, {}),
    (51, "总成本小于预算", "小于等于预算", BOUND, {}),
    (64, "总成本小于预算", "小于预算", BOUND, {}),
    (72, "总成本≤预算", "≤100%", SHARE, {}),
    (76, "总成本≤预算", "≤100%", SHARE, {}),
    (83, "总成本≤预算", "预算经费支付率≤100%", SHARE, {}),
    (91, "项目成本控制", "是", BOUND, {}),
    (103, "总成本小于预算", "是", BOUND, {}),
    (109, "总成本小于预算", "是", BOUND, {}),
    (116, "总成本小于预算", "是", BOUND, {}),
    (123, "总成本小于预算", "是", BOUND, {}),
]
IDS = [f"row {row[0]}" for row in ROWS]
STRICT = {64, 103, 109, 116, 123}  # 小于 excludes the budget itself


def judged(name: str, value: str, measure: str, parameters: Mapping[str, Any], cases: Sequence[Timeline]) -> Verdict:
    """The judgement of a row by the published wording."""
    target = targets.read(value, name=name)
    found = measures.budget_spent if measure == SHARE else getattr(measures, measure.partition(".")[2])
    if isinstance(found, Ratio):
        parts = RatioReading(
            Fraction(reading(measures.paid_amount, cases, {}).total),
            Fraction(reading(measures.approved_budget, cases, {}).total),
        )
        assert parts.value is not None
        return targets.judge(target, Decimal(parts.value.numerator) / parts.value.denominator * 100).verdict
    got = reading(found, cases, parameters)
    if found is measures.paid_amount:
        budget = reading(measures.approved_budget, cases, {}).total
        if target.kind is Kind.BOOLEAN:  # 是, under a name without an operator: within the budget
            return targets.judge(target, got.total <= budget).verdict
        return targets.judge(target, got.total, budget=budget).verdict
    return targets.judge(target, got.value(found.reads)).verdict


@pytest.mark.parametrize(("row", "name", "value", "measure", "parameters"), ROWS, ids=IDS)
def test_the_wording_of_the_row_finds_its_measure(
    row: int, name: str, value: str, measure: str, parameters: dict[str, Any]
) -> None:
    unit = targets.read(value, name=name).unit
    best = matches(name, choices=CHOICES, unit=unit)[0]
    assert (best.measure.name, dict(best.parameters), best.open) == (measure, parameters, ())
    assert best.exactness >= Exactness.SLOTS


GOOD: dict[str, list[Timeline]] = {
    BOUND: project(approved="226480.00", paid="226479.99"),
    SHARE: project(approved="161000.00", paid="161000.00"),
    "payments.rounds_paid": [*monthly(COUNSELLORS, late=(6,)), *monthly(MEMBERS)],
    "payments.paid_before_spring_festival": [gift("2026-02-14 23:59"), *monthly(COUNSELLORS, paid=3)],
}
BAD: dict[str, list[Timeline]] = {
    BOUND: project(approved="226480.00", paid="226480.01"),
    SHARE: project(approved="161000.00", paid="161000.01"),
    "payments.rounds_paid": [*monthly(COUNSELLORS, paid=11), *monthly(MEMBERS, paid=11)],
    "payments.paid_before_spring_festival": [gift("2026-02-15 00:00")],
}


@pytest.mark.parametrize(("row", "name", "value", "measure", "parameters"), ROWS, ids=IDS)
def test_the_row_is_judged_from_its_cases(
    row: int, name: str, value: str, measure: str, parameters: dict[str, Any]
) -> None:
    assert judged(name, value, measure, parameters, GOOD[measure]) is Verdict.MET
    assert judged(name, value, measure, parameters, BAD[measure]) is Verdict.MISSED


@pytest.mark.parametrize("row", [row for row in ROWS if row[3] == BOUND], ids=lambda row: f"row {row[0]}")
def test_the_budget_itself_is_within_it_unless_the_wording_is_strict(row: tuple[Any, ...]) -> None:
    number, name, value, measure, parameters = row
    wanted = Verdict.MISSED if number in STRICT else Verdict.MET
    assert judged(name, value, measure, parameters, project(approved="100.00", paid="100.00")) is wanted


# ---- rounds ----------------------------------------------------------------------------------------------------


def a_round(rows: str = "") -> Timeline:
    planned = "2026-01-05 09:00 | | 安排 | programme=16 period=2026-03 late_from.pay=2026-04-01T00:00\n"
    return case(ROUND, planned + rows)


@pytest.mark.parametrize(
    ("rows", "paid", "in_time"),
    [
        ("2026-03-31 23:59 | | 发放 | amount=1.00", Outcome.MET, Outcome.MET),
        ("2026-04-01 00:00 | | 发放 | amount=1.00", Outcome.MET, Outcome.MISSED),
        ("", Outcome.MISSED, Outcome.MISSED),
        ("2026-03-02 09:00 | | 不发 |", Outcome.NOT_COUNTED, Outcome.NOT_COUNTED),
        (
            "2026-03-20 09:00 | | 发放 | amount=1.00\n2026-03-25 09:00 | | 冲销发放 | amount=1.00",
            Outcome.MISSED,
            Outcome.MISSED,
        ),
        (
            """2026-03-20 09:00 | | 发放 | amount=1.00
               2026-03-25 09:00 | | 冲销发放 | amount=1.00
               2026-04-02 09:00 | | 发放 | amount=2.00""",
            Outcome.MET,
            Outcome.MISSED,
        ),
        (
            """2026-03-30 09:00 | | 延期 | name=pay late_from.pay=2026-04-11T00:00
               2026-04-05 09:00 | | 发放 | amount=2.00""",
            Outcome.MET,
            Outcome.NOT_COUNTED,
        ),
    ],
)
def test_a_round_that_was_paid_and_one_that_was_paid_in_time(rows: str, paid: Outcome, in_time: Outcome) -> None:
    timeline = a_round(rows)
    for measure, wanted in (
        (measures.rounds_paid, paid),
        (measures.rounds_on_time, in_time),
        (measures.rounds_on_time_share, in_time),
    ):
        (found,) = final(measure, {"programme": 16}, timeline, now=END_OF_YEAR, clock={})
        assert found.outcome is wanted, measure.name
    assert said(measures.rounds_paid, timeline, programme=17) == []  # another programme's


def test_a_round_counts_in_the_year_it_is_due_in_and_waits_until_then() -> None:
    before = datetime(2026, 3, 31, 23, 59, tzinfo=SHANGHAI)
    assert said(measures.rounds_paid, a_round(), now=before, programme=16) == [(Outcome.PENDING, date(2026, 3, 31))]
    assert said(measures.rounds_paid, a_round(), programme=16) == [(Outcome.MISSED, date(2026, 3, 31))]


def test_a_gift_after_the_festival_is_late_whatever_was_granted() -> None:
    late = case(
        ROUND,
        """2026-01-05 09:00 | | 安排 | programme=21 period=2026 late_from.pay=2026-02-15T00:00
           2026-02-10 09:00 | | 延期 | name=pay late_from.pay=2026-03-01T00:00
           2026-02-26 09:00 | | 发放 | amount=57000.00""",
    )
    assert said(measures.paid_before_spring_festival, late) == [(Outcome.MISSED, date(2026, 2, 14))]
    assert said(measures.paid_before_spring_festival, a_round()) == []  # a monthly round


# ---- payments and money ----------------------------------------------------------------------------------------


def test_what_is_paid_counts_on_its_day_and_comes_back_on_another() -> None:
    timeline = case(
        PAYMENT,
        """2026-06-01 09:00 | | 登记 | project=3 source=fiscal amount=800.50
           2026-06-02 09:00 | | 修改 | source=fiscal amount=700.50
           2026-06-03 09:00 | | 支付 | amount=700.50
           2026-07-01 09:00 | | 冲销 | amount=700.50""",
    )
    found = final(measures.paid_amount, {}, timeline, now=END_OF_YEAR, clock={})
    assert [(each.day, each.value) for each in found] == [
        (date(2026, 6, 3), 7_005_000),
        (date(2026, 7, 1), -7_005_000),
    ]
    assert add_up(of_finding(each) for each in found).total == 0


def test_an_event_that_says_no_amount_means_the_last_one_told() -> None:
    timeline = case(
        PAYMENT,
        """2026-06-01 09:00 | | 登记 | amount=800.50
           2026-06-03 09:00 | | 支付 | voucher=1
           2026-07-01 09:00 | | 冲销 | voucher=2""",
    )
    found = final(measures.paid_amount, {}, timeline, now=END_OF_YEAR, clock={})
    assert [each.value for each in found] == [8_005_000, -8_005_000]


def test_a_payment_taken_over_is_paid_and_has_no_limit() -> None:
    timeline = case(PAYMENT, "2026-06-01 09:00 | | 转入 | project=3 source=fiscal amount=12.00 voucher=9")
    assert said(measures.paid_amount, timeline) == [(Outcome.AMOUNT, date(2026, 6, 1))]
    assert said(measures.paid_within_limit, timeline) == said(measures.handling_days, timeline) == []


def test_an_adjusted_budget_is_what_it_says_and_not_what_a_source_was_before() -> None:
    timeline = case(
        BUDGET,
        """2026-01-20 09:00 | | 批复 | project=3 year=2026 fiscal=100.00 special=50.00 other=0
           2026-08-01 09:00 | | 调整 | version=2 fiscal=90.00""",
    )
    (found,) = final(measures.approved_budget, {}, timeline, now=END_OF_YEAR, clock={})
    assert (found.day, found.value) == (date(2026, 1, 1), 900_000)


def payment(rows: str) -> Timeline:
    begun = "2026-03-02 09:00 | | 登记 | amount=5.00 late_from.pay=2026-03-17T00:00\n"
    return case(PAYMENT, begun + rows)


@pytest.mark.parametrize(
    ("rows", "outcome", "otherwise"),
    [
        ("2026-03-16 23:59 | | 支付 | amount=5.00", Outcome.MET, None),
        ("2026-03-17 00:00 | | 支付 | amount=5.00", Outcome.MISSED, None),
        ("2026-03-16 09:00 | | 撤销 |", Outcome.NOT_COUNTED, None),
        ("2026-03-17 00:00 | | 撤销 |", Outcome.NOT_COUNTED, Outcome.MISSED),
        ("2026-03-10 09:00 | | 退回 | late_from.pay=无", Outcome.PENDING, None),
        ("2026-03-16 09:00 | | 支付 | amount=5.00\n2026-05-01 09:00 | | 冲销 | amount=5.00", Outcome.MET, None),
    ],
)
def test_a_payment_within_its_limit(rows: str, outcome: Outcome, otherwise: Outcome | None) -> None:
    (found,) = final(measures.paid_within_limit, {}, payment(rows), now=END_OF_YEAR, clock={})
    assert (found.outcome, found.otherwise) == (outcome, otherwise)


def test_the_mean_handling_time_is_in_days() -> None:
    cases = [
        payment("2026-03-03 09:00 | | 支付 | amount=5.00"),
        payment("2026-03-05 21:00 | | 支付 | amount=5.00"),
        payment("2026-03-03 09:00 | | 撤销 |"),
    ]
    assert reading(measures.handling_days, cases, {}).mean == Fraction(9, 4)


# ---- the order of entry ----------------------------------------------------------------------------------------

LIVES = (
    a_round(
        """2026-03-20 09:00 | | 发放 | amount=1.00
           2026-03-25 09:00 | | 冲销发放 | amount=1.00
           2026-03-28 09:00 | | 延期 | name=pay late_from.pay=2026-04-11T00:00
           2026-04-02 09:00 | | 发放 | amount=2.00"""
    ),
    payment(
        """2026-03-04 09:00 | | 退回 | late_from.pay=无
           2026-03-06 09:00 | | 修改 | amount=6.00 late_from.pay=2026-03-19T00:00
           2026-03-18 09:00 | | 支付 | amount=6.00
           2026-05-01 09:00 | | 冲销 | amount=6.00"""
    ),
    case(
        BUDGET,
        """2026-01-20 09:00 | | 批复 | year=2026 fiscal=100.00
           2026-08-01 09:00 | | 调整 | fiscal=90.00
           2026-09-01 09:00 | | 调整 | fiscal=95.00""",
    ),
)
OWN = [each for each in vars(measures).values() if isinstance(each, Measure)]


@given(timeline=some.sampled_from(LIVES), data=some.data())
def test_the_order_in_which_a_life_was_written_down_changes_nothing_in_the_end(
    timeline: Timeline, data: some.DataObject
) -> None:
    opening, *others = timeline.events
    shuffled = [opening, *data.draw(some.permutations(others))]
    entered = tuple(each._replace(id=number, recorded_at=END_OF_YEAR) for number, each in enumerate(shuffled, 1))
    other = replace(timeline, events=entered)
    for measure in OWN:
        if timeline.kind in measure.of:
            parameters = {"programme": 16} if measure.keyed_by else {}
            assert said(measure, other, **parameters) == said(measure, timeline, **parameters), measure.name
