"""From what one condition stands at to the share of its points."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from fractions import Fraction

from shixiao.engine.bilingual import Text
from shixiao.engine.scoring import wordings
from shixiao.engine.scoring.nearness import Near, to_bound, to_range
from shixiao.engine.scoring.outcomes import NONE, WHOLE, Cause, Open, Reached, full, note
from shixiao.engine.scoring.profiles import HUNDRED, AllOf, Profile, WhenNothing
from shixiao.engine.scoring.rounding import plain, told
from shixiao.engine.scoring.standing import Basis, Counts, Part
from shixiao.engine.targets import Kind, Reading, Sense, Verdict, judge, write
from shixiao.engine.targets.judging import last_day

Outcome = Reached | Open
SATISFACTION = "31"


def reach(part: Part, code: str, profile: Profile) -> Outcome:
    """What share of its points one condition of an indicator of class `code` has.

    Never a score without evidence: a value that is typed below a basis of none is not looked at. A target that could not be read, a value
    of another shape, and whatever no rule covers is left to a person, with what to do.
    """
    if part.basis is Basis.NONE:
        is_judged = part.target.kind is Kind.QUALITATIVE
        return wordings.to_be_reviewed(part) if is_judged else wordings.NO_EVIDENCE
    if part.is_nothing:
        return _nothing(profile)
    if part.basis is Basis.REVIEWED or part.mark is not None or part.tier:
        return _noted(_reviewed(part, profile), part)
    if part.value is None:
        return wordings.NO_EVIDENCE
    return _noted(_by_value(part, code, profile), part)


def _noted(outcome: Outcome, part: Part) -> Outcome:
    """With what has to be said beside it."""
    notes = list(outcome.notes)
    if part.basis is Basis.DECLARED:
        notes.append(note("declared"))
    if part.basis is Basis.NOTHING_OCCURRED:
        notes.append(note("nothing_occurred"))
    if part.counts is not None and part.counts.pending:
        pending = part.counts.pending
        notes.append(note("pending", f"{pending} 件", f"{pending}"))
    return replace(outcome, notes=tuple(notes))


def _nothing(profile: Profile) -> Outcome:
    notes = (note("nothing_occurred"),)
    if profile.when_nothing is WhenNothing.BY_HAND:
        return Open(cause=Cause.NO_RULE, text=wordings.NOTHING_BY_HAND, notes=notes)
    return full(wordings.NOTHING_OCCURRED, *notes)


def _by_value(part: Part, code: str, profile: Profile) -> Outcome:
    target = part.target
    if target.kind in (Kind.UNPARSEABLE, Kind.COMPOUND):
        return wordings.UNREADABLE
    if isinstance(part.value, bool):
        return _yes_or_no(part, profile, is_yes=part.value)
    if target.kind is Kind.DEADLINE:
        return _deadline(part, profile)
    if target.kind is Kind.QUALITATIVE:
        return _grade_word(part)
    value = _number(part.value)
    if value is None:
        return wordings.of_another_shape(part)
    if target.kind is Kind.BOOLEAN:
        return _within_budget(part, value)
    return _measured(part, value, code, profile)


def _number(value: object) -> Fraction | None:
    if isinstance(value, bool) or not isinstance(value, Decimal | Fraction | int):
        return None
    if isinstance(value, Decimal) and not value.is_finite():
        return None
    return Fraction(value)


# ---- numbers ---------------------------------------------------------------------------------------------------


def _measured(part: Part, value: Fraction, code: str, profile: Profile) -> Outcome:
    target, bound = part.target, _bound_of(part)
    if bound is None:
        return wordings.NO_BUDGET if target.kind is Kind.BUDGET_BOUND else wordings.UNREADABLE
    if target.kind is Kind.RANGE:
        near: Near | None = to_range(value, bound, Fraction(target.high or 0))
    else:
        near = to_bound(value, bound, sense=target.sense, is_strict=target.op in ("<", ">"))
    if near is None:
        return wordings.no_proportion(part, bound)
    if _is_by_steps(target, code, profile):
        return _by_steps(part, value, near, profile)
    if near.is_met:
        return _met(part, value, bound, code, profile)
    return _missed(part, value, bound, near.share, profile)


def _bound_of(part: Part) -> Fraction | None:
    if part.target.kind is Kind.BUDGET_BOUND:
        return None if part.budget is None else Fraction(part.budget)
    return None if part.target.value is None else Fraction(part.target.value)


def _missed(part: Part, value: Fraction, bound: Fraction, share: Fraction, profile: Profile) -> Reached:
    """The proportion; nothing below the pass line, where the profile has one."""
    cause, text, numbers = wordings.missed(part, value, bound, share)
    if share * 100 < Fraction(profile.pass_line):
        text = wordings.joined(text, wordings.below_the_line(profile.pass_line))
        share = NONE
    return Reached(share=share, is_full=False, cause=cause, text=text, numbers=numbers)


def _met(part: Part, value: Fraction, bound: Fraction, code: str, profile: Profile) -> Reached:
    target, shown = part.target, wordings.value_of(part, value, bound)
    text = Text(f"实际 {shown}，达到目标 {write(target)}", f"{shown}: the target {write(target)} is reached")
    numbers = {"value": told(value, bound), "target": told(bound)}
    if target.sense is Sense.AT_LEAST and target.kind is Kind.NUMERIC and bound > 0:
        return _perhaps_far_above(full(text, numbers=numbers), value / bound * 100, profile)
    is_idle = target.sense is Sense.AT_MOST and not value and bound > 0 and code.startswith("11")
    return full(text, *([note("none_below_limit")] if is_idle else []), numbers=numbers)


def _perhaps_far_above(found: Reached, percent: Fraction, profile: Profile) -> Reached:
    """Far more than the target: an explanation is asked for, and points go where the profile has a table for it."""
    over = profile.over
    if over.explain_from is not None and percent >= over.explain_from:
        found = replace(
            found, notes=(note("far_above", f"为目标的 {told(percent)}%", f"{told(percent)}% of the target"),)
        )
    for each in over.deductions:
        if percent >= each.at_least and (each.below is None or percent < each.below) and each.share:
            numbers = {**found.numbers, "percent": told(percent), "deducted": plain(each.share)}
            return replace(
                found,
                share=WHOLE - Fraction(each.share) / 100,
                is_full=False,
                cause=Cause.FAR_ABOVE,
                text=wordings.joined(found.text, wordings.far_above(percent, each.share)),
                numbers=numbers,
            )
    return found


def _is_by_steps(target: Reading, code: str, profile: Profile) -> bool:
    is_share = target.kind is Kind.NUMERIC and target.unit == "%" and target.sense is Sense.AT_LEAST
    return bool(profile.satisfaction) and code == SATISFACTION and is_share


def _by_steps(part: Part, value: Fraction, near: Near, profile: Profile) -> Reached:
    """By the table of steps, whatever the target says."""
    step = next((each for each in profile.satisfaction if value >= each.at_least), profile.satisfaction[-1])
    text = wordings.by_step(part, value, step)
    numbers = {"value": told(value), "target": plain(part.target.value or Decimal(0)), "percent": plain(step.share)}
    if step.share == HUNDRED:
        return full(text, *([] if near.is_met else [note("by_steps")]), numbers=numbers)
    return Reached(share=Fraction(step.share) / 100, is_full=False, cause=Cause.SHORT, text=text, numbers=numbers)


# ---- yes or no -------------------------------------------------------------------------------------------------


def _yes_or_no(part: Part, profile: Profile, *, is_yes: bool) -> Outcome:
    """All met, or at least one there. A yes-or-no target is all or nothing, unless the profile has shares; any other target that was looked
    at case by case has the share of its cases."""
    target = part.target
    is_met = is_yes is not (target.kind is Kind.BOOLEAN and target.text == "否")
    if is_met:
        return full(wordings.done(part), numbers=wordings.numbers_of(part.counts))
    counts = part.counts
    is_plain = target.kind is Kind.BOOLEAN
    if is_plain and (profile.all_of is AllOf.WHOLE or counts is None or not counts.counted or target.text == "否"):
        return Reached(
            share=NONE,
            is_full=False,
            cause=wordings.cause_of_cases(part) if counts and counts.missed else Cause.NOT_DONE,
            text=wordings.not_done(part),
            numbers=wordings.numbers_of(counts),
        )
    if counts is None or not counts.counted:
        return wordings.to_be_reviewed(part) if target.kind is Kind.QUALITATIVE else wordings.of_another_shape(part)
    return _share_of_cases(part, counts, profile)


def _share_of_cases(part: Part, counts: Counts, profile: Profile) -> Reached:
    share = Fraction(counts.met, counts.counted)
    text = wordings.cases(part, counts)
    if share * 100 < Fraction(profile.pass_line):
        share, text = NONE, wordings.joined(text, wordings.below_the_line(profile.pass_line))
    return Reached(
        share=share,
        is_full=False,
        cause=wordings.cause_of_cases(part),
        text=text,
        numbers=wordings.numbers_of(counts),
    )


def _within_budget(part: Part, value: Fraction) -> Outcome:
    """是 under a cost: all or nothing, the amount against the budget."""
    if part.budget is None:
        return wordings.of_another_shape(part)
    budget = Fraction(part.budget)
    numbers = {"value": told(value, budget), "target": told(budget)}
    is_met = value <= budget
    text = wordings.against_budget(part, value, budget)
    if is_met:
        return full(text, numbers=numbers)
    return Reached(share=NONE, is_full=False, cause=Cause.EXCEEDED, text=text, numbers=numbers)


# ---- days and reviews ------------------------------------------------------------------------------------------


def _deadline(part: Part, profile: Profile) -> Outcome:
    """In time is full; late is graded by days where the profile has a table, otherwise a person decides."""
    done = part.value
    if not isinstance(done, date):
        return wordings.of_another_shape(part)
    try:
        last = last_day(part.target, year=part.year, started_on=part.started_on)
    except ValueError:
        return wordings.NO_CERTAIN_DAY
    days = (done - last).days if type(done) is date else (date(done.year, done.month, done.day) - last).days
    numbers = {"done": done.isoformat()[:10], "last": last.isoformat()}
    if days <= 0:
        return full(wordings.in_time(numbers["done"], numbers["last"]), numbers=numbers)
    text = wordings.days_late(numbers["done"], numbers["last"], days)
    if not profile.late:
        return Open(cause=Cause.NO_RULE, text=wordings.joined(text, wordings.LATE_BY_HAND))
    share = next((each.share for each in profile.late if days <= each.days), Decimal(0))
    return Reached(
        share=Fraction(share) / 100,
        is_full=False,
        cause=Cause.DAYS_LATE,
        text=text,
        numbers={**numbers, "days": str(days), "percent": plain(share)},
    )


def _grade_word(part: Part) -> Outcome:
    """A grade word against the one that was promised: reached is full, below it reviewers have to say how much."""
    try:
        verdict = judge(part.target, part.value).verdict  # type: ignore[arg-type]
    except ValueError:
        return wordings.of_another_shape(part)
    if verdict is Verdict.MET:
        return full(wordings.done(part))
    return wordings.to_be_reviewed(part)


def _reviewed(part: Part, profile: Profile) -> Outcome:
    tier = profile.tier(part.tier) if part.tier else None
    if part.tier and tier is None:
        return wordings.no_such_tier(part.tier, profile)
    mark = part.mark if part.mark is not None or tier is None else tier.usual
    if mark is None:
        return wordings.no_mark(tier) if tier else _review_in_words(part, profile)
    within = profile.tier_of(mark)
    if within is None or not 0 <= mark <= HUNDRED:
        return wordings.bad_mark(mark)
    if tier is not None and within is not tier:
        return wordings.other_tier(mark, tier, within)
    numbers = {"tier": within.code, "percent": plain(mark)}
    text = wordings.marked(part, within, mark)
    if mark == HUNDRED:
        return full(text, numbers=numbers)
    return Reached(share=Fraction(mark) / 100, is_full=False, cause=Cause.REVIEWED, text=text, numbers=numbers)


def _review_in_words(part: Part, profile: Profile) -> Outcome:
    """A review that gave a value instead of a mark: yes, no, or a grade word."""
    if part.value is None:
        return wordings.to_be_reviewed(part)
    if isinstance(part.value, bool):
        return full(wordings.done(part)) if part.value else wordings.to_be_reviewed(part)
    return _grade_word(part) if part.target.kind is Kind.QUALITATIVE else _by_value(part, "", profile)
