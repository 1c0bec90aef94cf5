"""The room that is told, tried out: so many more keep the target, and one more breaks it, as the language of targets judges it."""

from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

from hypothesis import assume, example, given
from hypothesis import strategies as some

from shixiao.engine.measures import Reading, Reads
from shixiao.engine.prospects import Headroom, Position, prospect
from shixiao.engine.prospects.tests.positions import BEGIN, END, LAST, MIDDLE, a_measure, a_ratio, amounts, at
from shixiao.engine.targets import Verdict, judge

TICK = Decimal("0.0001")
cases = some.integers(0, 60)
days = some.just(LAST) | some.integers(0, 364).map(lambda number: BEGIN + timedelta(days=number))
numbers = some.decimals(0, 500, places=2)


def room_of(position: Position) -> Headroom:
    found = prospect(position).headroom
    assert found is not None
    return found


def is_met(position: Position, value: Fraction | Decimal | int, *, budget: Decimal | None = None) -> bool:
    exact = Fraction(value)
    told = Decimal(exact.numerator) / Decimal(exact.denominator)
    return judge(position.target, told, budget=budget).verdict is Verdict.MET


# ---- shares ----------------------------------------------------------------------------------------------------


@given(
    met=cases,
    missed=cases,
    pending=cases,
    wanted=some.sampled_from(("≥95%", ">90%", "80%", "100%", "≥97.5%")),
    day=days,
)
@example(met=60, missed=0, pending=1, wanted="≥95%", day=LAST)
@example(met=19, missed=0, pending=1, wanted="≥95%", day=LAST)
@example(met=18, missed=1, pending=1, wanted=">90%", day=LAST)
def test_so_many_of_those_to_come_may_fail_and_not_one_more(
    met: int, missed: int, pending: int, wanted: str, day: date
) -> None:
    position = at(wanted, a_measure(Reads.SHARE, "%"), Reading(met=met, missed=missed, pending=pending), day)
    count = round(position.future.cases)
    assume(count)
    room = room_of(position)
    told = int(room.amount or 0)

    def holds(failing: int) -> bool:
        return is_met(position, Fraction(met + count - failing, met + missed + count) * 100)

    assert room.unit == "件"
    assert told <= count
    if told >= 0:
        assert holds(told)
        assert told == count or not holds(told + 1)
    else:
        assert not holds(told + 1)  # with one fewer made good than is missing
        assert holds(told) or -told > missed + count


@given(
    met=cases, missed=cases, pending=cases, wanted=some.sampled_from(("退文率5%以下", "≤1%", "<10%", "0%")), day=days
)
@example(met=1, missed=18, pending=1, wanted="<10%", day=LAST)
def test_of_a_share_that_has_to_stay_low_so_many_may_still_occur_and_not_one_more(
    met: int, missed: int, pending: int, wanted: str, day: date
) -> None:
    position = at(wanted, a_measure(Reads.SHARE, "%"), Reading(met=met, missed=missed, pending=pending), day)
    count = round(position.future.cases)
    assume(count)
    told = int(room_of(position).amount or 0)

    def holds(more: int) -> bool:
        return is_met(position, Fraction(met + more, met + missed + count) * 100)

    if told >= 0:
        assert holds(told)
        assert told == count or not holds(told + 1)
    else:
        assert not holds(0)
        assert holds(told) or met + told < 0
        assert not holds(told + 1)


@given(met=cases, missed=cases)
def test_after_the_end_the_room_of_a_share_is_how_far_it_is_from_the_bound(met: int, missed: int) -> None:
    assume(met + missed)
    position = at("≥95%", a_measure(Reads.SHARE, "%"), Reading(met=met, missed=missed), LAST)
    room = room_of(position)
    assert room.unit == "%"
    exact = Fraction(100 * met, met + missed) - 95
    assert abs(Fraction(room.amount or 0) - exact) <= Fraction(1, 20_000)
    assert ("差" in room.text.zh) == (Fraction(met, met + missed) < Fraction(95, 100))


# ---- counts ------------------------------------------------------------------------------------------------------


@given(met=cases, wanted=some.sampled_from(("≤38期", "<38期", "≥12次", ">12次", "恰好20张", "3至20次")))
def test_a_count_has_so_many_left_or_so_many_missing(met: int, wanted: str) -> None:
    position = at(wanted, a_measure(Reads.COUNT), Reading(met=met))
    told = int(room_of(position).amount or 0)
    high = position.target.sense.value != "at_least"
    if is_met(position, met):
        assert told >= 0
        assert not high or (is_met(position, met + told) and not is_met(position, met + told + 1))
    elif met > 20 and high:
        over = told  # so many too many, or right on a bound that is out
        assert over <= 0
        assert met + over <= (position.target.high or position.target.value or 0)
    else:
        assert is_met(position, met - told)
        assert not is_met(position, met - told - 1)


@given(met=some.integers(0, 30_000))
def test_a_count_in_ten_thousands_is_told_by_whole_cases(met: int) -> None:
    position = at("≥1.2万人次", a_measure(Reads.COUNT), Reading(met=met))
    room = room_of(position)
    if met < 12_000:
        assert room.amount == Decimal(met - 12_000) / 10_000
    else:
        assert room.amount == Decimal(met - 12_000) / 10_000 >= 0


@given(met=some.integers(0, 11), day=days)
def test_at_the_pace_that_is_told_what_is_missing_is_there_in_time(met: int, day: date) -> None:
    position = at("12次", a_measure(Reads.COUNT), Reading(met=met, missed=1), day)
    assume(position.left)
    pace = prospect(position).pace
    assert pace is not None
    assert pace.needed * position.left / 7 >= 12 - met
    assert (pace.needed - Decimal("0.1")) * position.left / 7 < 12 - met


# ---- money -------------------------------------------------------------------------------------------------------


@given(
    paid=some.lists(some.decimals(1, 900_000, places=2), min_size=1, max_size=5),
    budget=some.decimals(1, 3_000_000, places=2),
    wanted=some.sampled_from(("小于等于预算", "小于预算")),
)
@example(paid=[Decimal("100000.00")], budget=Decimal("223000.00"), wanted="小于预算")
@example(paid=[Decimal("100000.00")], budget=Decimal("100000.00"), wanted="小于预算")
@example(paid=[Decimal("100000.00")], budget=Decimal("100000.01"), wanted="小于预算")
def test_what_may_still_be_spent_may_be_spent_and_a_fen_more_may_not(
    paid: list[Decimal], budget: Decimal, wanted: str
) -> None:
    position = at(wanted, a_measure(Reads.SUM, "元"), amounts(*paid), against=amounts(budget))
    room = room_of(position)
    spent, fen, told = sum(paid), Decimal("0.01"), (room.amount or Decimal(0)) * 10_000

    def holds(more: Decimal) -> bool:
        return is_met(position, Fraction(spent + more) / 10_000, budget=budget / 10_000)

    if holds(Decimal(0)):
        assert holds(told)
        assert not holds(told + fen)
    else:
        assert told <= 0
        assert "超出" in room.text.zh or "恰为预算" in room.text.zh


@given(paid=numbers, budget=some.decimals(1, 400, places=2))
def test_of_the_share_of_a_budget_it_is_told_in_money(paid: Decimal, budget: Decimal) -> None:
    position = at("≤100%", a_ratio(is_money=True), amounts(paid), against=amounts(budget))
    told = (room_of(position).amount or Decimal(0)) * 10_000
    assert told == budget - paid
    assert is_met(position, Fraction(paid + told) / Fraction(budget) * 100)
    assert not is_met(position, Fraction(paid + told + Decimal("0.01")) / Fraction(budget) * 100)


# ---- means -------------------------------------------------------------------------------------------------------


@given(
    values=some.lists(numbers, min_size=1, max_size=8),
    wanted=some.sampled_from(("<30分钟", "≤30分钟", "≥150分钟", ">150分钟", "≤0.5小时")),
)
@example(values=[Decimal(30)], wanted="<30分钟")
@example(values=[Decimal(10)], wanted="≤0.5小时")
def test_the_next_one_may_be_what_is_told_and_a_tick_beyond_breaks_the_mean(values: list[Decimal], wanted: str) -> None:
    position = at(wanted, a_measure(Reads.MEAN, "分钟"), amounts(*values))
    told = room_of(position).amount
    assert told is not None
    factor = position.fit.factor

    def holds(next_: Decimal) -> bool:
        return is_met(position, (Fraction(sum(values)) * factor + Fraction(next_)) / (len(values) + 1))

    beyond = TICK if position.target.sense.value == "at_most" else -TICK
    is_strict = position.target.op in ("<", ">")
    assert holds(told) or (is_strict and holds(told - beyond))
    assert not holds(told + beyond)


# ---- one by the other --------------------------------------------------------------------------------------------


@given(above=cases, below=some.integers(1, 400), wanted=some.sampled_from(("≤1%", "<5%", "≥95%", ">50%")))
def test_beside_those_so_far_there_may_be_so_many_more_and_not_one_more(above: int, below: int, wanted: str) -> None:
    position = at(wanted, a_ratio(), Reading(met=above), against=Reading(met=below))
    told = int(room_of(position).amount or 0)

    def holds(more: int) -> bool:
        return is_met(position, Fraction(above + more, below) * 100)

    if position.target.sense.value == "at_most":
        assert holds(told)
        assert not holds(told + 1)
    else:
        assert holds(-told)
        assert not holds(-told - 1)


# ---- all of them -------------------------------------------------------------------------------------------------


@given(met=cases, pending=cases, missed=cases)
def test_of_all_of_them_none_may_fail(met: int, pending: int, missed: int) -> None:
    assume(met + missed)
    position = at("年底前完成", a_measure(Reads.ALL_OF), Reading(met=met, missed=missed, pending=pending))
    room = room_of(position)
    if missed:
        assert room.amount == -missed
    else:
        assert (room.amount, room.unit) == ((END - timedelta(days=1) - MIDDLE).days, "天")
