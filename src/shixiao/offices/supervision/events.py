"""What can happen at this desk. Names are permanent: `names.txt`."""

from shixiao.engine.bilingual import Text
from shixiao.ledger.kinds import declare

# ---- tasks -------------------------------------------------------------------------------------------------------

_TASK = (
    *("source", "led_by", "orderer", "parent_id"),
    *("assisting_1", "assisting_2", "assisting_3", "assisting_4"),
)
_TASK_TEXTS = ("matter", "source_ref", "done_when", "parent")
PROPOSED = declare(
    "supervision.proposed", Text("拟办", "Proposed"), particulars=(*_TASK, "limit_on"), texts=_TASK_TEXTS
)
EXPECTED = declare("supervision.expected", Text("排定", "Expected"), particulars=(*_TASK, "due"))
ESTABLISHED = declare("supervision.established", Text("立项", "Established"))
DECLINED = declare("supervision.declined", Text("不予立项", "Not established"), texts=("reason",))
ENTRUSTED = declare("supervision.entrusted", Text("交办", "Entrusted"), particulars=("limit_on", "due"))
ACCEPTED = declare("supervision.accepted", Text("签收", "Accepted"))
SENT_BACK = declare("supervision.sent_back", Text("退办", "Sent back"), texts=("reason",))
PROGRESSED = declare(
    "supervision.progressed", Text("报告进展", "Progress reported"), particulars=("percent",), texts=("progress",)
)
REMINDED = declare("supervision.reminded", Text("催办", "Reminded"), particulars=("manner",), texts=("urging",))
FED_BACK = declare("supervision.fed_back", Text("反馈", "Fed back"), particulars=("due",), texts=("result",))
PASSED = declare("supervision.passed", Text("审核通过", "Passed"), texts=("opinion",))
RETURNED = declare("supervision.returned", Text("退回重办", "Returned"), particulars=("due",), texts=("reason",))
PRESENTED = declare("supervision.presented", Text("呈报", "Presented"), particulars=("orderer",), texts=("summary",))
RESULT_READ = declare("supervision.result_read", Text("阅知", "Result read"), particulars=("silent_until",))
CONSENTED = declare("supervision.consented", Text("同意办结", "Closing agreed to"), texts=("opinion",))
INSTRUCTED_AGAIN = declare(
    "supervision.instructed_again",
    Text("要求继续办理", "Sent on"),
    particulars=("round", "limit_on", "due"),
    texts=("order",),
)
_BASIS = ("read_at", "silent_until")
CLOSING_PROPOSED = declare(
    "supervision.closing_proposed", Text("提议办结", "Closing proposed"), particulars=_BASIS, texts=("reason",)
)
CLOSING_CONFIRMED = declare("supervision.closing_confirmed", Text("确认办结", "Closing confirmed"), texts=("opinion",))
CLOSING_DECLINED = declare("supervision.closing_declined", Text("不同意办结", "Closing declined"), texts=("reason",))
ARCHIVED = declare("supervision.archived", Text("归档", "Archived"), particulars=("archive_number",))
SUSPENDED = declare("supervision.suspended", Text("挂起", "Suspended"), texts=("reason",))
RESUMED = declare("supervision.resumed", Text("恢复办理", "Resumed"), particulars=("due",), texts=("reason",))
TRANSFERRED = declare(
    "supervision.transferred",
    Text("转办", "Transferred"),
    particulars=("unit", "led_by", "due"),
    texts=("reason",),
)
REVOKED = declare("supervision.revoked", Text("撤销", "Revoked"), texts=("reason",))
MERGED = declare("supervision.merged", Text("合并", "Merged"), particulars=("into_id",), texts=("into", "reason"))
PLACED_UNDER = declare(
    "supervision.placed_under", Text("列为子任务", "Placed under"), particulars=("parent_id",), texts=("parent",)
)
ORDERER_REPLACED = declare(
    "supervision.orderer_replaced",
    Text("更换交办领导", "Leader replaced"),
    particulars=("orderer", "before"),
    texts=("reason",),
)
SHEET_IMPORTED = declare(
    "supervision.sheet_imported",
    Text("批量登记", "Tasks registered by a list"),
    particulars=("sha256", "rows", "opened"),
)

CAME_FROM_OA = declare(
    "supervision.came_from_oa",
    Text("由 OA 文件登记", "Registered from a document of the OA"),
    particulars=("system", "reference", "way", "files"),
)
# ---- letters: which of them is said by the kind of event; its number, and the hashes of what was sent and of what it was made from --

_LETTER = ("letter_year", "letter_number", "sha256")
ORDER_ISSUED = declare(
    "supervision.order_issued", Text("发督办单", "Supervision order issued"), particulars=_LETTER, texts=("further",)
)
NOTICE_ISSUED = declare(
    "supervision.notice_issued",
    Text("发交办通知单", "Entrusting notice issued"),
    particulars=_LETTER,
    texts=("further",),
)
REMINDER_ISSUED = declare(
    "supervision.reminder_issued", Text("发催办函", "Letter of reminder issued"), particulars=_LETTER
)
REQUEST_ISSUED = declare(
    "supervision.request_issued", Text("发延期申请", "Request for more time issued"), particulars=_LETTER
)
REPORT_ISSUED = declare(
    "supervision.report_issued", Text("发办结报告", "Closing report issued"), particulars=_LETTER, texts=("further",)
)
LETTER_RULE_SET = declare(
    "supervision.letter_rule_set",
    Text("设定文书", "Rule of a letter set"),
    particulars=("letter", "number", "since", "file_hash"),
)
LETTERS_ERASED = declare(
    "supervision.letters_erased", Text("删除文书内容", "Contents of letters deleted"), particulars=("letters",)
)
TITLES = {
    "letter_year": Text("文书年度", "Year of the letter"),
    "letter_number": Text("文书序号", "Number of the letter"),
    "letters": Text("文书记录号", "Records of the letters"),
}

# ---- instructions ------------------------------------------------------------------------------------------------
# What the leader wrote, and the clauses it was split into, are sealed: read on their own page only, and every reading is an event.

INSTRUCTION_REGISTERED = declare(
    "supervision.instruction_registered",
    Text("登记批示", "Instruction registered"),
    particulars=("leader", "given_on", "medium", "feedback_on", "secrecy", "due"),
    texts=("document", "instruction"),
    sealed=("instruction",),
)
INSTRUCTION_WRITTEN = declare(
    "supervision.instruction_written",
    Text("领导批示", "Instruction written by the leader"),
    particulars=("given_on", "feedback_on", "secrecy", "due"),
    texts=("document", "instruction"),
    sealed=("instruction",),
)
INSTRUCTION_SPLIT = declare(
    "supervision.instruction_split",
    Text("分解批示", "Instruction split"),
    particulars=("round", "count"),
    texts=("clauses",),
    sealed=("clauses",),
)
CLAUSE_TIED = declare(
    "supervision.clause_tied",
    Text("关联事项", "Clause tied to a task"),
    particulars=("round", "clause", "task_id"),
    texts=("task",),
)
INSTRUCTION_SENT = declare(
    "supervision.instruction_sent",
    Text("批示交办", "Instruction sent"),
    particulars=("round", "count", "covered", "uncovered"),
    texts=("without_task",),
)
REPORTED_BACK = declare(
    "supervision.reported_back", Text("向领导反馈", "Reported back"), particulars=("round",), texts=("result",)
)
ANSWER_READ = declare("supervision.answer_read", Text("领导阅知", "Read by the leader"), particulars=("silent_until",))
INSTRUCTION_AGREED = declare(
    "supervision.instruction_agreed", Text("同意办结", "Closing agreed to"), texts=("opinion",)
)
_AGAIN = ("round", "given_on", "feedback_on", "secrecy", "due")
INSTRUCTED_ANEW = declare(
    "supervision.instructed_anew",
    Text("再次批示", "Instructed again"),
    particulars=_AGAIN,
    texts=("instruction",),
    sealed=("instruction",),
)
ANEW_REGISTERED = declare(
    "supervision.anew_registered",
    Text("登记再次批示", "Another instruction registered"),
    particulars=_AGAIN,
    texts=("instruction",),
    sealed=("instruction",),
)
END_PROPOSED = declare(
    "supervision.end_proposed", Text("提议办结", "Closing proposed"), particulars=_BASIS, texts=("reason",)
)
END_CONFIRMED = declare("supervision.end_confirmed", Text("确认办结", "Closing confirmed"), texts=("opinion",))
END_DECLINED = declare("supervision.end_declined", Text("不同意办结", "Closing declined"), texts=("reason",))
INSTRUCTION_CANCELLED = declare(
    "supervision.instruction_cancelled", Text("撤销登记", "Registration cancelled"), texts=("reason",)
)
LEADER_REPLACED = declare(
    "supervision.leader_replaced",
    Text("更换批示领导", "Leader replaced"),
    particulars=("leader", "before"),
    texts=("reason",),
)
INSTRUCTION_OPENED = declare("supervision.instruction_read", Text("查看批示原文", "Text of the instruction read"))
