"""A department's total from the frozen scores of its projects, by the way the office chose; said in words."""

from collections.abc import Sequence
from typing import NamedTuple

from shixiao.engine import scoring
from shixiao.engine.bilingual import Text
from shixiao.engine.scoring import Department, Member, Share, Unscorable
from shixiao.performance.evaluation.scores import amount
from shixiao.performance.models import Evaluation

_WORDS = {
    Share.BY_BUDGET: Text(
        "部门得分按各项目全年预算数加权", "The department's score weighs projects by their full-year budget"
    ),
    Share.EQUAL: Text("部门得分为各项目得分的平均", "The department's score is the mean of its projects"),
}


class Total(NamedTuple):
    """The department; None where it cannot be worked out, and `text` says why."""

    department: Department | None
    text: Text


def total(evaluations: Sequence[Evaluation], *, share: Share) -> Total:
    """The department's total with typed scores in the place of computed ones, worked out again from the frozen sheets and profiles."""
    members, profile = [], None
    for each in evaluations:
        if not each.score or "rows" not in each.score or each.profile is None:
            zh = f"“{each.head['project']}”没有计分，部门得分算不出来。"
            return Total(None, Text(zh, f"“{each.head['project']}” has no score, so the department has none."))
        profile = scoring.profile_from_json(each.profile)
        score = scoring.score(scoring.sheet_from_json(each.sheet), profile)
        members.append(Member(score, amount(each.funds[0]["adjusted"])))
    if profile is None:
        return Total(None, Text("没有项目。", "There are no projects."))
    try:
        found = scoring.of_department(members, share=share, profile=profile, is_with_hand=True)
    except Unscorable as refused:
        said = [each.text for each in refused.faults]
        named = "；".join(dict.fromkeys(text.zh for text in said))
        return Total(None, Text(f"部门得分算不出来：{named}", "; ".join(dict.fromkeys(text.en for text in said))))
    return Total(found, Text(f"{_WORDS[share].zh}。", f"{_WORDS[share].en}."))
