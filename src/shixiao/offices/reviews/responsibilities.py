"""Who may do what at this desk. Posts that give nothing but judging make nobody a member of a unit's staff (`conflicts`)."""

from shixiao.engine.bilingual import Text
from shixiao.people.responsibilities import declare

OFFICER = declare("reviews.officer", Text("评议管理", "Officer of reviews"))
SUBMITTER = declare("reviews.submitter", Text("评议材料提交", "Submitter of material for review"))
REVIEWER = declare("reviews.reviewer", Text("评审人", "Reviewer"))
CHAIR = declare("reviews.chair", Text("评议组长", "Chair of reviewers"))

JUDGING = (REVIEWER.word, CHAIR.word)
