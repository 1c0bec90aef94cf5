"""A qualitative target against what people judged: by the tier in which the mark lies. Nothing is forecast; until something is settled it is
to be reviewed.

The highest tier is reached, the lowest is not, and those between are partly reached: a risk while a review is still open or the window
runs, and then not met.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from shixiao.engine.bilingual import Text
from shixiao.engine.measures import Reads
from shixiao.engine.prospects.position import Headroom, Position, Prospect, Tier, exact_of, rounded
from shixiao.engine.prospects.statuses import Chance, Status
from shixiao.engine.targets import Judgement, Verdict
from shixiao.engine.targets.writing import number


def of_tiers(position: Position) -> Prospect:
    """Where a judged part stands. Without a settled mark, or without tiers to judge it by, it is to be reviewed."""
    value = exact_of(position)
    tiers = sorted(position.tiers, key=lambda each: each.low, reverse=True)
    if value is None or isinstance(value, bool) or not tiers:
        return Prospect(status=Status.TO_BE_REVIEWED, unit=position.fit.unit)
    tier = tier_of(tiers, value)
    is_reached, is_final = tier is tiers[0], position.is_over
    said = _said(position, value, tier)
    return Prospect(
        status=_status(tiers, tier, is_final=is_final),
        judgement=Judgement(Verdict.MET if is_reached else Verdict.MISSED, None, None, tier.title),
        value=rounded(value),
        unit=position.fit.unit,
        headroom=Headroom(amount=rounded(value - Fraction(tiers[0].low)), unit=position.fit.unit, text=said),
        chance=(Chance.CERTAIN if is_reached else Chance.IMPOSSIBLE) if is_final else None,
        is_final=is_final,
    )


def tier_of(tiers: Sequence[Tier], value: Fraction) -> Tier:
    """The tier of an exact mark, of tiers from the highest down; the lowest takes what lies below all."""
    return next((each for each in tiers if value >= each.low), tiers[-1])


def _status(tiers: Sequence[Tier], tier: Tier, *, is_final: bool) -> Status:
    if tier is tiers[0]:
        return Status.ACHIEVED if is_final else Status.LIKELY
    if is_final:
        return Status.MISSED
    return Status.UNLIKELY if tier is tiers[-1] else Status.AT_RISK


def _said(position: Position, value: Fraction, tier: Tier) -> Text:
    """`平均 86 分，2 项评议，档次：达成`; of works how many reach the tier."""
    reading = position.counting
    mark = number(rounded(value).quantize(rounded(Fraction(1, 100))).normalize() + 0)
    if position.fit.reads is Reads.SHARE:
        zh = f"评定 {reading.counted} 件，达到 {reading.met} 件，档次：{tier.title.zh}"
        en = f"{reading.met} of {reading.counted} judged reach it, tier: {tier.title.en}"
    else:
        zh = f"平均 {mark} 分，{reading.amounts} 项评议，档次：{tier.title.zh}"
        en = f"mean {mark}, reviews: {reading.amounts}, tier: {tier.title.en}"
    if reading.pending:
        zh, en = f"{zh}；另有 {reading.pending} 项未定", f"{en}; still open: {reading.pending}"
    return Text(zh, en)
