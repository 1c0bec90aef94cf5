"""What can happen at this desk. Names are permanent: `names.txt`."""

from shixiao.engine.bilingual import Text
from shixiao.ledger.kinds import declare

# ---- registers themselves ----------------------------------------------------------------------------------------

_DEFINITION = ("version", "fields", "day_field", "is_planned", "needs_confirmation", "entering")
DEFINED = declare(
    "registers.defined",
    Text("设立台账", "Register defined"),
    particulars=("register", "unit", "is_restricted", *_DEFINITION),
    texts=("name", "titles"),
)
DEFINITION_CHANGED = declare(
    "registers.definition_changed",
    Text("修改台账定义", "Definition changed"),
    particulars=("register", *_DEFINITION),
    texts=("name", "titles"),
)
RETIRED = declare("registers.retired", Text("停用台账", "Register retired"), particulars=("register", "on"))

SHEET_IMPORTED = declare(
    "registers.sheet_imported",
    Text("导入表格", "Sheet imported"),
    particulars=("register", "sha256", "rows", "opened", "already_there"),
)

# ---- entries -----------------------------------------------------------------------------------------------------

_PLAN = ("register", "version", "needs_confirmation", "values", "due_on", "due")
EXPECTED = declare("registers.expected", Text("自动安排", "Expected"), particulars=_PLAN, texts=("texts",))
PLANNED = declare("registers.planned", Text("安排", "Planned"), particulars=_PLAN, texts=("texts",))
ENTERED = declare(
    "registers.entered",
    Text("登记", "Entered"),
    particulars=("register", "version", "needs_confirmation", "values", "day"),
    texts=("texts",),
)
DONE = declare("registers.done", Text("登记完成", "Done"), particulars=("values", "day"), texts=("texts",))
CONFIRMED = declare("registers.confirmed", Text("确认", "Confirmed"))
RETURNED = declare("registers.returned", Text("退回", "Returned"), texts=("reason",))
AMENDED = declare(
    "registers.amended", Text("更正", "Amended"), particulars=("values", "day"), texts=("texts", "reason")
)
CANCELLED = declare("registers.cancelled", Text("取消", "Cancelled"), texts=("reason",))
WITHDRAWN = declare("registers.withdrawn", Text("撤回安排", "Withdrawn"))
MOVED = declare("registers.moved", Text("改项目或主题", "Moved"), particulars=("project", "topic"), texts=("reason",))

# ---- restricted registers: number, dates and state; no kind here has a text (law 9) ------------------------------

RESTRICTED_EXPECTED = declare(
    "registers.restricted_expected",
    Text("自动安排", "Expected"),
    particulars=("register", "version", "needs_confirmation", "due_on", "due"),
)
RESTRICTED_RECEIVED = declare(
    "registers.restricted_received",
    Text("登记", "Received"),
    particulars=("register", "version", "needs_confirmation", "received_on", "due_on", "due"),
)
RESTRICTED_DONE = declare("registers.restricted_done", Text("办结", "Finished"), particulars=("done_on", "day"))
RESTRICTED_CONFIRMED = declare("registers.restricted_confirmed", Text("确认", "Confirmed"))
RESTRICTED_REOPENED = declare("registers.restricted_reopened", Text("重新办理", "Reopened"))
RESTRICTED_CANCELLED = declare("registers.restricted_cancelled", Text("取消", "Cancelled"), particulars=("reason",))
RESTRICTED_WITHDRAWN = declare("registers.restricted_withdrawn", Text("撤回安排", "Withdrawn"))

# ---- nil returns -------------------------------------------------------------------------------------------------

_NIL = ("register", "period", "due_on", "due")
NIL_EXPECTED = declare("registers.nil_expected", Text("应报零报告", "Nil return expected"), particulars=_NIL)
NIL_ASKED = declare("registers.nil_asked", Text("安排零报告", "Nil return asked for"), particulars=_NIL)
NIL_SIGNED = declare("registers.nil_signed", Text("签报零报告", "Nil return signed"))
NIL_REPORTED = declare("registers.nil_reported", Text("本月有登记", "Entries reported"), particulars=("entries",))
NIL_FOUND = declare("registers.nil_found", Text("本月有登记", "Entries found"), particulars=("entry",))
NIL_REVOKED = declare("registers.nil_revoked", Text("零报告失效", "Nil return revoked"), particulars=("entry",))
NIL_REOPENED = declare("registers.nil_reopened", Text("重新报告", "Nil return reopened"), particulars=("due",))
NIL_WITHDRAWN = declare("registers.nil_withdrawn", Text("撤回零报告", "Nil return withdrawn"))
