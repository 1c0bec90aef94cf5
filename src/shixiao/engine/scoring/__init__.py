"""绩效自评: what a project scores, and why each missing point is missing. Pure: no clock, no database; rules are dated data.

    profile_for(date(2026, 12, 31))          → the Profile in force then and there
    profile_from_json({…})                   → an office's own, checked whole
    score(Sheet(…), profile)                 → Score: rows, totals, grade, explanations that sum to what is missing
    of_department([Member(…)], share=…, …)   → a department's total from its projects

What is typed stands beside what is computed. What nobody has evidence of has no score, and the total says how many points that is.
Sheets, profiles and scores are written as JSON of schema 1 (docs/scoring.md).
"""

from shixiao.engine.scoring.checking import faults_of
from shixiao.engine.scoring.departments import Department, Member, ProjectShare, Share, of_department
from shixiao.engine.scoring.execution import rate_in_percent, rate_of
from shixiao.engine.scoring.faults import Fault, Unscorable
from shixiao.engine.scoring.outcomes import CAUSE_WORDS, NOTES, Cause, Note
from shixiao.engine.scoring.profile_json import profile_as_json, profile_from_json
from shixiao.engine.scoring.profiles import Profile
from shixiao.engine.scoring.projects import score
from shixiao.engine.scoring.score_json import department_as_json, score_as_json
from shixiao.engine.scoring.scores import Explanation, RowScore, Score, Total
from shixiao.engine.scoring.sheet_json import sheet_as_json, sheet_from_json
from shixiao.engine.scoring.shipped import PROFILES, NoProfile, by_code, profile_for
from shixiao.engine.scoring.standing import Basis, ByHand, Counts, Money, Part, Sheet, Standing
from shixiao.engine.scoring.weighing import GroupSum, Line, Weights, weigh

__all__ = [
    "CAUSE_WORDS",
    "NOTES",
    "PROFILES",
    "Basis",
    "ByHand",
    "Cause",
    "Counts",
    "Department",
    "Explanation",
    "Fault",
    "GroupSum",
    "Line",
    "Member",
    "Money",
    "NoProfile",
    "Note",
    "Part",
    "Profile",
    "ProjectShare",
    "RowScore",
    "Score",
    "Share",
    "Sheet",
    "Standing",
    "Total",
    "Unscorable",
    "Weights",
    "by_code",
    "department_as_json",
    "faults_of",
    "of_department",
    "profile_as_json",
    "profile_for",
    "profile_from_json",
    "rate_in_percent",
    "rate_of",
    "score",
    "score_as_json",
    "sheet_as_json",
    "sheet_from_json",
    "weigh",
]
