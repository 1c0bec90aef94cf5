"""A department's total from its projects: by an option that somebody chooses, since no rule that is known says how."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import Enum
from fractions import Fraction

from shixiao.engine.bilingual import Text
from shixiao.engine.scoring.faults import Fault, Unscorable
from shixiao.engine.scoring.profiles import HUNDRED, Profile
from shixiao.engine.scoring.rounding import apportion, earned
from shixiao.engine.scoring.scores import Score, Total, total_of


class Share(str, Enum):
    """How much a project counts in its department."""

    BY_BUDGET = "by_budget"  # in proportion to the full-year budget
    EQUAL = "equal"  # each project the same


@dataclass(frozen=True, slots=True)
class Member:
    """A project's score and its full-year budget in 万元."""

    score: Score
    full_year: Decimal | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ProjectShare:
    """A project in its department's total: how much it counts (of 1), its points, and how many points of the department it lost."""

    project: str
    share: Fraction
    points: Decimal
    lost: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Department:
    """The total, rounded once, and what each project has lost of it, which sums exactly to what is missing."""

    total: Total
    projects: tuple[ProjectShare, ...]


def of_department(
    members: Sequence[Member], *, share: Share, profile: Profile, is_with_hand: bool = False
) -> Department:
    """The mean of the projects' totals, each counting by `share`; with typed scores in the place of computed ones where `is_with_hand`.

    What is open in a project is open in the department by its share. Raises `Unscorable` without projects, for a project whose weights do
    not make 100, and by budget for one without a budget above 0.
    """
    _check(members, share)
    totals = [_total(each.score, is_with_hand=is_with_hand) for each in members]
    weights = [Fraction(each.full_year or 0) if share is Share.BY_BUDGET else Fraction(1) for each in members]
    whole = sum(weights)
    shares = [weight / whole for weight in weights]
    digits = profile.rounding.points
    points = _mean([each.points for each in totals], shares, digits)
    open_ = _mean([each.most for each in totals], shares, digits) - points
    if not all(each.is_whole for each in totals):
        open_ = max(open_, Decimal(1).scaleb(-digits))  # what is open is seen, however little it counts
    missing = [part * (100 - Fraction(each.points)) for part, each in zip(shares, totals, strict=True)]
    lost = apportion(HUNDRED - points, missing, digits)
    projects = tuple(
        ProjectShare(project=member.score.project, share=part, points=total.points, lost=gone)
        for member, part, total, gone in zip(members, shares, totals, lost, strict=True)
    )
    return Department(total=total_of(points, open_, HUNDRED, profile), projects=projects)


def _total(score: Score, *, is_with_hand: bool) -> Total:
    return score.with_hand if is_with_hand and score.with_hand is not None else score.computed


def _mean(values: Sequence[Decimal], shares: Sequence[Fraction], digits: int) -> Decimal:
    mean = sum((Fraction(value) * share for value, share in zip(values, shares, strict=True)), Fraction(0))
    return earned(mean / 100, HUNDRED, digits, is_full=mean == HUNDRED)


def _check(members: Sequence[Member], share: Share) -> None:
    faults = []
    if not members:
        faults.append(Fault("projects", Text("没有项目，不能汇总。", "There are no projects to add up.")))
    for each in members:
        place = each.score.project
        if not each.score.weights.is_right:
            zh, en = "分值合计不是 100，不能汇总。请先改分值。", "Its points do not make 100. Change them first."
            faults.append(Fault(place, Text(zh, en)))
        if share is Share.BY_BUDGET and (each.full_year is None or each.full_year <= 0):
            zh = "没有大于 0 的全年预算数，不能按预算汇总。请录入，或改为各项目同等。"
            en = "It has no full-year budget above 0 to count by. Enter it, or let all projects count the same."
            faults.append(Fault(place, Text(zh, en)))
    if faults:
        raise Unscorable(faults)
