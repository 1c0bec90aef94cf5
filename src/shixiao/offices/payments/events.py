"""What can happen at this desk. Names are permanent: `ledger/names.txt`."""

from shixiao.engine.bilingual import Text
from shixiao.ledger.kinds import declare

_AMOUNTS = ("fiscal", "special", "other")

BUDGET_APPROVED = declare(
    "payments.budget_approved",
    Text("批复预算", "Budget approved"),
    particulars=("project", "year", *_AMOUNTS),
    texts=("document",),
)
BUDGET_ADJUSTED = declare(
    "payments.budget_adjusted",
    Text("调整预算", "Budget adjusted"),
    particulars=("version", "below_paid", *_AMOUNTS),
    texts=("document", "reason"),
)
BUDGET_FINISHED = declare(
    "payments.budget_finished", Text("预算执行结束", "Budget finished"), particulars=("budget", "paid")
)

REGISTERED = declare(
    "payments.registered",
    Text("登记支出", "Payment registered"),
    particulars=("project", "source", "amount", "contract", "over_by", "due"),
    texts=("payee", "purpose", "over_reason"),
)
AMENDED = declare(
    "payments.amended",
    Text("修改支出", "Payment amended"),
    particulars=("source", "amount", "over_by", "due"),
    texts=("payee", "purpose", "over_reason"),
)
APPROVED = declare(
    "payments.approved", Text("审核同意", "Payment approved"), particulars=("over_by",), texts=("over_reason",)
)
RETURNED = declare("payments.returned", Text("退回修改", "Payment returned"), texts=("reason",))
PAID = declare(
    "payments.paid", Text("支付", "Paid"), particulars=("voucher", "amount", "over_by"), texts=("over_reason",)
)
TAKEN_OVER = declare(
    "payments.taken_over",
    Text("转入已付款", "Payment taken over"),
    particulars=("project", "source", "amount", "voucher", "contract", "over_by"),
    texts=("payee", "purpose", "over_reason"),
)
CANCELLED = declare("payments.cancelled", Text("撤销", "Payment cancelled"), texts=("reason",))
REVERSED = declare(
    "payments.reversed", Text("冲销", "Payment reversed"), particulars=("voucher", "amount"), texts=("reason",)
)

ROUND_PLANNED = declare(
    "payments.round_planned", Text("安排发放", "Round planned"), particulars=("programme", "period", "due")
)
ROUND_PAID = declare(
    "payments.round_paid",
    Text("发放", "Round paid"),
    particulars=("amount", "people", "voucher", "over_by"),
    texts=("over_reason",),
)
ROUND_REVERSED = declare(
    "payments.round_reversed",
    Text("冲销发放", "Round reversed"),
    particulars=("voucher", "amount", "due"),
    texts=("reason",),
)
ROUND_DROPPED = declare("payments.round_dropped", Text("取消发放", "Round dropped"), texts=("reason",))
PROGRAMME_CREATED = declare(
    "payments.programme_created",
    Text("设立发放项", "Programme of rounds created"),
    particulars=("project", "source", "rhythm", "since", "until"),
    texts=("name",),
)
STATEMENT_IMPORTED = declare(
    "payments.statement_imported",
    Text("导入财务数据", "Statement imported"),
    particulars=("sha256", "rows", "opened", "already_there", "amount"),
)
