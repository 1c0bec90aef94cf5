"""What can happen in this room. The names are for ever."""

from shixiao.engine.bilingual import Text
from shixiao.ledger.kinds import declare

PLAN_ACCEPTED = declare(
    "performance.plan_accepted",
    Text("接受目标表", "Plan accepted"),
    particulars=(
        "version",
        "content_hash",
        "source_hash",
        "units",
        "projects",
        "indicators",
        "carried",
        "suppressions_carried",
    ),
)
READING_CORRECTED = declare(
    "performance.reading_corrected",
    Text("更正读法", "Reading corrected"),
    particulars=("version", "row", "which", "correction", "reading_hash"),
)
FINDING_SUPPRESSED = declare(
    "performance.finding_suppressed",
    Text("接受核查发现", "Finding accepted"),
    particulars=("version", "rule", "is_everywhere", "unit", "project", "row", "suppression", "findings"),
)
SUPPRESSION_WITHDRAWN = declare(
    "performance.suppression_withdrawn",
    Text("撤回对发现的接受", "Acceptance of a finding withdrawn"),
    particulars=("version", "rule", "is_everywhere", "unit", "project", "row", "suppression", "withdraws"),
)
CORRECTION_WITHDRAWN = declare(
    "performance.correction_withdrawn",
    Text("撤回更正", "Correction withdrawn"),
    particulars=("version", "row", "which", "correction", "withdraws"),
)
PROJECT_MATCHED = declare(
    "performance.project_matched",
    Text("对应项目", "Project matched"),
    particulars=("version", "unit", "project", "counterpart", "is_created"),
)
INDICATOR_BOUND = declare(
    "performance.indicator_bound",
    Text("绑定指标", "Indicator bound"),
    particulars=("version", "row", "part", "binding", "basis", "gauge", "against", "begin", "end", "scope", "awaits"),
)
BINDING_CONFIRMED = declare(
    "performance.binding_confirmed",
    Text("确认绑定", "Binding confirmed"),
    particulars=("version", "row", "part", "binding", "confirms"),
)
BINDINGS_CARRIED = declare(
    "performance.bindings_carried",
    Text("绑定随新版转入", "Bindings carried over"),
    particulars=("version", "bindings", "questions", "dropped"),
)
VALUE_DECLARED = declare(
    "performance.value_declared",
    Text("填报数值", "Value declared"),
    particulars=("version", "row", "part", "declared", "on", "value_hash", "file_hash"),
)
DECLARED_WITHDRAWN = declare(
    "performance.declared_withdrawn",
    Text("撤回填报值", "Declared value withdrawn"),
    particulars=("version", "row", "part", "declared", "withdraws"),
)
QUESTION_ANSWERED = declare(
    "performance.question_answered",
    Text("说明疑问", "Question answered"),
    particulars=("key", "question", "gauge", "year", "cases", "explanation_hash"),
)
EVALUATED = declare(
    "performance.evaluated",
    Text("冻结自评或监控", "Evaluation frozen"),
    particulars=("version", "evaluation", "until", "revisions", "hashes"),
)
EVALUATION_EDITED = declare(
    "performance.evaluation_edited",
    Text("修改自评或监控的文字", "Texts of an evaluation edited"),
    particulars=("version", "evaluation", "until", "revisions", "hashes", "edits", "promises"),
)
PROFILE_CHOSEN = declare(
    "performance.profile_chosen",
    Text("选用计分方案", "Scoring profile chosen"),
    particulars=("profile", "choice", "department_share", "profile_hash"),
)
PROMISE_SETTLED = declare(
    "performance.promise_settled",
    Text("整改事项了结", "Promise settled"),
    particulars=("promise", "settlement", "is_kept", "on"),
)
TEMPLATE_KEPT = declare(
    "performance.template_kept",
    Text("启用表格模板", "Form template taken into use"),
    particulars=("form", "format", "template", "number", "file_hash"),
)
TEMPLATE_TAKEN_BACK = declare(
    "performance.template_taken_back",
    Text("改回随附的模板", "Form template taken back to the shipped one"),
    particulars=("form", "format", "template", "number"),
)
PUBLICATION_MADE = declare(
    "performance.publication_made",
    Text("公开绩效", "Plan published"),
    particulars=("version", "address", "as_of", "bundle_hash", "content_hash", "reviewed_on", "review_hash"),
)
PUBLICATION_WITHDRAWN = declare(
    "performance.publication_withdrawn",
    Text("撤回公开", "Publication withdrawn"),
    particulars=("version", "address", "publication", "bundle_hash", "reason_hash"),
)
