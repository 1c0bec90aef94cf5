"""The sentences of scoring: what was reached, what is missing, and what to do where nothing can be scored."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction

from shixiao.engine.bilingual import Text
from shixiao.engine.scoring.outcomes import Cause, Open
from shixiao.engine.scoring.profiles import Profile, Step, Tier
from shixiao.engine.scoring.rounding import plain, told
from shixiao.engine.scoring.standing import Basis, Counts, Part
from shixiao.engine.targets import Kind, Sense, write

NO_EVIDENCE = Open(
    cause=Cause.NO_EVIDENCE,
    text=Text(
        "尚无证据，没有计分。请绑定度量、填报数值，或签零报告。",
        "No evidence, so no score. Bind a measure, declare a value, or sign a nil return.",
    ),
)
UNREADABLE = Open(
    cause=Cause.UNREADABLE,
    text=Text("目标没有读懂，不能计分。请先更正读法。", "The target could not be read. Correct its reading first."),
)
NO_BUDGET = Open(
    cause=Cause.NO_RULE,
    text=Text(
        "目标以预算为上限，但没有批复预算数。请录入预算，或人工打分。",
        "The target is bound by the budget, which is not known. Enter it, or score by hand.",
    ),
)
NO_CERTAIN_DAY = Open(
    cause=Cause.NO_RULE,
    text=Text(
        "期限没有确定的日期，不能计分。请更正读法，或人工打分。",
        "The deadline has no certain day. Correct its reading, or score by hand.",
    ),
)
LATE_BY_HAND = Text("没有按天计分的规则，请人工打分", "no rule says how days are scored; score by hand")
NOTHING_BY_HAND = Text("无发生，按方案由人工打分。", "Nothing occurred; by the profile a person decides.")
NOTHING_OCCURRED = Text("无发生，按方案得满分", "nothing occurred, which has full points by the profile")


def joined(text: Text, more: Text) -> Text:
    """Two halves of one sentence."""
    return Text(f"{text.zh}；{more.zh}", f"{text.en}; {more.en}")


def below_the_line(line: Decimal) -> Text:
    """Why a proportion counts for nothing."""
    return Text(f"不到合格线 {plain(line)}%，不得分", f"below the pass line of {plain(line)}%, so nothing")


def far_above(percent: Fraction, share: Decimal) -> Text:
    """What is taken for a target that was set too low."""
    return Text(
        f"为目标的 {told(percent)}%，按方案扣 {plain(share)}%",
        f"{told(percent)}% of the target, for which the profile takes {plain(share)}%",
    )


# ---- numbers ---------------------------------------------------------------------------------------------------


def value_of(part: Part, value: Fraction, bound: Fraction) -> str:
    """The value in its unit, never shown as the bound that it is not."""
    return told(value, bound) + unit_of(part)


def unit_of(part: Part) -> str:
    """The unit of the target."""
    return part.unit or ("万元" if part.target.kind is Kind.BUDGET_BOUND else part.target.unit or "")


def missed(part: Part, value: Fraction, bound: Fraction, share: Fraction) -> tuple[Cause, Text, Mapping[str, str]]:
    """A number that does not meet its target: by its cases where it is a share of cases, otherwise by the proportion."""
    numbers = {"value": told(value, bound), "target": told(bound), "percent": told(share * 100, Fraction(100))}
    counts, target = part.counts, part.target
    is_share = target.kind is Kind.NUMERIC and target.unit == "%" and target.sense is not Sense.EXACT
    if counts is not None and counts.counted and is_share:
        is_limit = target.sense is Sense.AT_MOST
        text = joined(_occurred(counts) if is_limit else cases(part, counts), _by_proportion(part, value, bound, share))
        return Cause.EXCEEDED if is_limit else cause_of_cases(part), text, {**numbers, **numbers_of(counts)}
    return _cause_of_number(part), _by_proportion(part, value, bound, share), numbers


def _occurred(counts: Counts) -> Text:
    """How many there were of what should stay below a limit."""
    return Text(f"发生 {counts.met} 件（共 {counts.counted} 件）", f"{counts.met} of {counts.counted} cases occurred")


def _cause_of_number(part: Part) -> Cause:
    target = part.target
    if target.kind is Kind.RANGE or target.sense is Sense.EXACT:
        return Cause.OUTSIDE
    return Cause.EXCEEDED if target.sense is Sense.AT_MOST else Cause.SHORT


def _by_proportion(part: Part, value: Fraction, bound: Fraction, share: Fraction) -> Text:
    shown, target, percent = value_of(part, value, bound), write(part.target), told(share * 100, Fraction(100))
    budget = told(bound) + unit_of(part) if part.target.kind is Kind.BUDGET_BOUND else ""
    zh, en = (f"（{budget}）", f" ({budget})") if budget else ("", "")
    if share == 1:
        return Text(
            f"实际 {shown}，恰在目标 {target}{zh} 的界限上，不含界限",
            f"{shown} is just on the bound of the target {target}{en}, which is out",
        )
    return Text(
        f"实际 {shown}，目标 {target}{zh}，按 {percent}% 计",
        f"{shown} against the target {target}{en}: {percent}% of the points",
    )


def by_step(part: Part, value: Fraction, step: Step) -> Text:
    """A satisfaction by its table."""
    shown = value_of(part, value, Fraction(part.target.value or 0))
    return Text(
        f"满意度 {shown}，在 {plain(step.at_least)}% 以上一档，按 {plain(step.share)}% 计",
        f"a satisfaction of {shown}, in the step from {plain(step.at_least)}% on: {plain(step.share)}% of the points",
    )


def against_budget(part: Part, value: Fraction, budget: Fraction) -> Text:
    """An amount against the budget."""
    spent, whole = f"{told(value, budget)}{part.unit}", f"{told(budget)}{part.unit}"
    return Text(f"支出 {spent}，预算 {whole}", f"{spent} spent of a budget of {whole}")


# ---- cases -----------------------------------------------------------------------------------------------------


def cause_of_cases(part: Part) -> Cause:
    """What a missed case was: late, or not as it should be."""
    return Cause.LATE if part.is_timely else Cause.FAILED


def cases(part: Part, counts: Counts) -> Text:
    """How many of the cases were missed."""
    zh, en = ("超时", "late") if part.is_timely else ("未达标", "missed")
    return Text(f"{zh} {counts.missed} 件（共 {counts.counted} 件）", f"{counts.missed} of {counts.counted} cases {en}")


def numbers_of(counts: Counts | None) -> dict[str, str]:
    """The counts behind a value."""
    if counts is None:
        return {}
    return {"met": str(counts.met), "missed": str(counts.missed), "counted": str(counts.counted)}


def done(part: Part) -> Text:
    """A target without a number that is reached."""
    return Text(f"目标“{write(part.target)}”，已做到", f"the target “{write(part.target)}” is kept")


def not_done(part: Part) -> Text:
    """A yes-or-no target that is missed."""
    wording = write(part.target)
    if part.counts is not None and part.counts.missed and part.target.text != "否":
        text = cases(part, part.counts)
        return Text(f"{text.zh}，目标“{wording}”要求全部做到", f"{text.en}; the target “{wording}” asks for all")
    return Text(f"目标“{wording}”，没有做到", f"the target “{wording}” is not kept")


# ---- days ------------------------------------------------------------------------------------------------------


def in_time(done_on: str, last: str) -> Text:
    """A deadline that was kept."""
    return Text(f"{done_on} 完成，期限 {last}", f"done on {done_on}, due by {last}")


def days_late(done_on: str, last: str, days: int) -> Text:
    """A deadline that was not kept."""
    unit = "day" if days == 1 else "days"
    return Text(
        f"{done_on} 完成，期限 {last}，晚 {days} 天", f"done on {done_on}, due by {last}: late by {days} {unit}"
    )


# ---- reviews ---------------------------------------------------------------------------------------------------


def marked(part: Part, tier: Tier, mark: Decimal) -> Text:
    """A review's tier and mark."""
    wording = write(part.target)
    return Text(
        f"“{wording}”评议为“{tier.title.zh}”，按 {plain(mark)}% 计",
        f"“{wording}” was reviewed as “{tier.title.en}”: {plain(mark)}% of the points",
    )


# ---- for a person ----------------------------------------------------------------------------------------------


def _open(cause: Cause, zh: str, en: str) -> Open:
    return Open(cause=cause, text=Text(zh, en))


def to_be_reviewed(part: Part) -> Open:
    """A qualitative target that reviewers have not marked."""
    wording = write(part.target)
    return _open(
        Cause.NOT_REVIEWED,
        f"“{wording}”须评议后按档计分。请给出百分数。",
        f"“{wording}” is scored by a review. Give its percentage.",
    )


def no_mark(tier: Tier) -> Open:
    """A tier is a range; where in it, reviewers have to say."""
    low, high = plain(tier.low), plain(tier.high)
    return _open(
        Cause.NOT_REVIEWED,
        f"评议为“{tier.title.zh}”（{low}% 到 {high}%），没有说按多少计。请给出百分数。",
        f"Reviewed as “{tier.title.en}” ({low}% to {high}%) without a percentage. Give one.",
    )


def no_such_tier(tier: str, profile: Profile) -> Open:
    """A tier of another profile."""
    zh = "、".join(each.title.zh for each in profile.tiers)
    en = ", ".join(each.title.en for each in profile.tiers)
    return _open(
        Cause.NOT_REVIEWED,
        f"方案没有“{tier}”这一档。可用：{zh}。",
        f"The profile has no tier “{tier}”. There are: {en}.",
    )


def bad_mark(mark: Decimal) -> Open:
    """A percentage out of range."""
    return _open(
        Cause.NOT_REVIEWED,
        f"评议的百分数 {plain(mark)} 应在 0 到 100 之间。请改。",
        f"The reviewers' percentage {plain(mark)} should be between 0 and 100. Change it.",
    )


def other_tier(mark: Decimal, tier: Tier, within: Tier) -> Open:
    """A percentage that belongs to another tier than the one that was named."""
    return _open(
        Cause.NOT_REVIEWED,
        f"评议为“{tier.title.zh}”，但 {plain(mark)}% 属于“{within.title.zh}”。请改其中一个。",
        f"Reviewed as “{tier.title.en}”, but {plain(mark)}% belongs to “{within.title.en}”. Change one of the two.",
    )


def no_proportion(part: Part, bound: Fraction) -> Open:
    """A target from which no proportion can be taken."""
    word = Text("为 0", "0") if not bound else Text("小于 0", "below 0")
    return _open(
        Cause.NO_RULE,
        f"目标 {write(part.target)} 的数值{word.zh}，不能按比例计分。请人工打分。",
        f"The number of the target {write(part.target)} is {word.en}, which has no proportion. Score by hand.",
    )


def of_another_shape(part: Part) -> Open:
    """A value that this target cannot be scored by."""
    value = part.value
    shown = "空" if value is None else plain(value) if isinstance(value, Decimal) else str(value)
    origin = Text("填报的", "declared ") if part.basis is Basis.DECLARED else Text("", "")
    return _open(
        Cause.NO_RULE,
        f"{origin.zh}数值“{shown}”不能对着目标“{write(part.target)}”计分。请更正数值或读法，或人工打分。",
        f"The {origin.en}value “{shown}” cannot be scored against “{write(part.target)}”. Correct the value or the reading, or "
        "score by hand.",
    )
