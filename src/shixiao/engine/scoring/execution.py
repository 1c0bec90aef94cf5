"""The points for spending the year's budget."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

from shixiao.engine.bilingual import Text
from shixiao.engine.scoring.outcomes import NONE, WHOLE, Cause, Note, Open, Reached, full, note
from shixiao.engine.scoring.profiles import HUNDRED, ByMoney, Execution
from shixiao.engine.scoring.rounding import half_up, plain, told
from shixiao.engine.scoring.standing import Money

_NOT_KNOWN = Open(
    cause=Cause.NO_EVIDENCE,
    text=Text(
        "缺全年预算数或执行数，预算执行率没有计分。请录入（全年预算数是调整后的，不是年初数）。",
        "The full-year budget (as adjusted, not the opening one) or what was spent is missing: the execution has no score. Enter it.",
    ),
)
_NO_BUDGET = Open(
    cause=Cause.NO_RULE,
    text=Text(
        "全年预算数为 0，没有执行率。请人工打分，或核对预算。",
        "The full-year budget is 0, so there is no rate. Score by hand, or check the budget.",
    ),
)
_NEGATIVE = Open(
    cause=Cause.NO_RULE,
    text=Text(
        "预算数或执行数小于 0，不能计分。请核对。", "The budget or what was spent is below 0. Check the amounts."
    ),
)
_IS_IT_FINISHED = Open(
    cause=Cause.NO_RULE,
    text=Text(
        "方案按项目是否完成分档计分，但没有说是否完成。请填是否完成。",
        "The profile scores by whether the work is finished, which is not said. Say it.",
    ),
)


def rate_of(money: Money) -> Fraction | None:
    """What was spent of the full-year budget (1 is all of it, more is possible); None where there is no rate."""
    if money.full_year is None or money.executed is None or money.full_year <= 0:
        return None
    return Fraction(money.executed) / Fraction(money.full_year)


def rate_in_percent(money: Money) -> Decimal | None:
    """The rate as a form prints it: percent, two digits, half up, but 100 only where all of it was spent."""
    rate = rate_of(money)
    if rate is None:
        return None
    shown = half_up(rate * 100, 2)
    return shown if (shown >= HUNDRED) is (rate >= 1) else Decimal("99.99")


def execute(money: Money, rule: Execution) -> Reached | Open:
    """What share of the points the execution has: the exact rate, at most all; or by steps. More than the budget is full and flagged.

    A budget that is not known, of 0 or below 0 has no rate: it is left to a person and never scored silently.
    """
    if money.full_year is None or money.executed is None:
        return _NOT_KNOWN
    if money.full_year < 0 or money.executed < 0:
        return _NEGATIVE
    rate = rate_of(money)
    if rate is None:
        return _NO_BUDGET
    by_steps = rule.manner is ByMoney.STEPS
    if by_steps and money.is_finished is None and rate < 1:
        return _IS_IT_FINISHED
    numbers = _numbers(money)
    if rate >= 1 or (by_steps and money.is_finished):
        return full(_text(money), *_overspent(money), numbers=numbers)
    share, text = (rate, _text(money)) if not by_steps else _step(rate, rule, _text(money))
    return Reached(share=share, is_full=share == WHOLE, cause=Cause.UNSPENT, text=text, numbers=numbers)


def _overspent(money: Money) -> tuple[Note, ...]:
    executed, budget = money.executed or Decimal(0), money.full_year or Decimal(0)
    if executed <= budget:
        return ()
    more = plain(executed - budget)
    return (note("overspent", f"多 {more} 万元", f"by {more} 万元"),)


def _step(rate: Fraction, rule: Execution, text: Text) -> tuple[Fraction, Text]:
    share = next((each.share for each in rule.steps if rate * 100 >= each.at_least), None)
    found = NONE if share is None else Fraction(share) / 100
    percent = told(found * 100)
    return found, Text(
        f"{text.zh}，项目没有完成，按 {percent}% 计", f"{text.en}; not finished, {percent}% of the points"
    )


def _numbers(money: Money) -> dict[str, str]:
    executed, budget, rate = money.executed or Decimal(0), money.full_year or Decimal(0), rate_in_percent(money)
    return {
        "executed": plain(executed),
        "full_year": plain(budget),
        "unspent": plain(max(Decimal(0), budget - executed)),
        "percent": plain(rate or Decimal(0)),
    }


def _text(money: Money) -> Text:
    told_of = _numbers(money)
    executed, budget, percent = told_of["executed"], told_of["full_year"], told_of["percent"]
    return Text(
        f"执行 {executed} 万元，全年预算 {budget} 万元，执行率 {percent}%",
        f"{executed} of {budget} 万元 spent, {percent}%",
    )
