"""What can happen at this desk. Names are permanent: `names.txt`."""

from shixiao.engine.bilingual import Text
from shixiao.ledger.kinds import declare

# ---- rubrics themselves ------------------------------------------------------------------------------------------

_RUBRIC = ("rubric", "version", "scale", "tiers", "least", "spread")
RUBRIC_DEFINED = declare(
    "reviews.rubric_defined",
    Text("设立评分细则", "Rubric defined"),
    particulars=(*_RUBRIC, "unit"),
    texts=("name", "judged", "anchors"),
)
RUBRIC_CHANGED = declare(
    "reviews.rubric_changed",
    Text("修改评分细则", "Rubric changed"),
    particulars=_RUBRIC,
    texts=("name", "judged", "anchors"),
)
RUBRIC_RETIRED = declare("reviews.rubric_retired", Text("停用评分细则", "Rubric retired"), particulars=("rubric", "on"))

# ---- reviews -----------------------------------------------------------------------------------------------------

OPENED = declare(
    "reviews.opened",
    Text("发起评议", "Review opened"),
    particulars=("rubric", "version", "year", "project", "scale", "tiers", "least", "limit", "due"),
    texts=("subject", "link"),
)
HANDED_IN = declare(
    "reviews.handed_in", Text("提交材料", "Material handed in"), particulars=("material", "due"), texts=("link",)
)
NAMED = declare(
    "reviews.reviewers_named",
    Text("指定评审人", "Reviewers named"),
    particulars=("round", "reviewer_1", "reviewer_2", "reviewer_3", "reviewer_4", "reviewer_5", "chair", "due"),
)
# Sealed: tier, mark and reason are declared because the step is told them, and are never written here (`actions.grade`).
GRADED = declare(
    "reviews.graded",
    Text("评分", "Graded"),
    particulars=("round", "commitment", "tier", "mark"),
    texts=("reason",),
)
_OPENED_UP = ("round", "marks", "graded", "salts", "spread")
AGREED = declare(
    "reviews.agreed",
    Text("评分一致", "Grades agree"),
    particulars=(*_OPENED_UP, "tier", "mark"),
    texts=("reasons",),
)
DIFFERED = declare(
    "reviews.differed", Text("评分分歧", "Grades differ"), particulars=(*_OPENED_UP, "due"), texts=("reasons",)
)
SETTLED = declare("reviews.settled", Text("组长裁定", "Settled"), particulars=("tier", "mark"), texts=("reason",))
REPLACED = declare(
    "reviews.reviewer_replaced",
    Text("更换评审人", "Reviewer replaced"),
    particulars=("leaves", "reviewer"),
    texts=("reason",),
)
CHAIR_REPLACED = declare(
    "reviews.chair_replaced", Text("更换组长", "Chair replaced"), particulars=("chair",), texts=("reason",)
)
RETURNED = declare(
    "reviews.returned", Text("材料不足，退回", "Material returned"), particulars=("due",), texts=("reason",)
)
SENT_BACK = declare(
    "reviews.sent_back", Text("退回材料", "Material sent back"), particulars=("due",), texts=("reason",)
)
REOPENED = declare("reviews.reopened", Text("重新评议", "Reopened"), particulars=("due",), texts=("reason",))
CANCELLED = declare("reviews.cancelled", Text("取消评议", "Review cancelled"), texts=("reason",))
