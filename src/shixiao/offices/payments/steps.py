"""The step tables: a budget, a payment, a round of payments."""

from decimal import Decimal

from shixiao.casework.events import EXPECTED_WITHDRAWN
from shixiao.casework.particulars import choice, code, label, money, thing, whole, words
from shixiao.casework.steps import PROGRAM, WITHDRAW, State, Step, Steps
from shixiao.engine.bilingual import Text
from shixiao.offices.payments import events
from shixiao.offices.payments import responsibilities as _responsibilities  # declares the words after `by`

BUDGET = "payments.budget"
PAYMENT = "payments.payment"
ROUND = "payments.round"

SOURCES = (
    ("fiscal", Text("财政拨款", "Fiscal appropriation")),
    ("special", Text("财政专户资金", "Fiscal special account")),
    ("other", Text("其他资金", "Other funds")),
)
_NOTHING = Decimal(0)

_project = thing("project", Text("项目", "Project"), "casework.project")
_contract = thing("contract", Text("合同", "Contract"), "casework.contract", is_required=False)
_source = choice("source", Text("资金来源", "Source of funds"), SOURCES)
_amount = money("amount", Text("金额（元）", "Amount (yuan)"))
_payee = label("payee", Text("收款人", "Payee"), most=100)
_purpose = label("purpose", Text("用途", "Purpose"), most=200)
_voucher = code("voucher", Text("凭证号", "Voucher number"), hint=Text("如 2026-03-0017", "such as 2026-03-0017"))
_reason = words("reason", Text("理由", "Reason"), most=500)
_over_reason = words(
    "over_reason",
    Text("超预算理由", "Reason for exceeding the budget"),
    most=500,
    is_required=False,
    hint=Text("只有超过批复预算时才需要。", "Needed only when the approved budget is exceeded."),
)
_document = label(
    "document",
    Text("依据文件", "Document that allows it"),
    most=100,
    hint=Text("文号或文件名称。", "Its number or title."),
)
_sources = tuple(
    money(code_, Text(f"{title.zh}（元）", f"{title.en} (yuan)"), least=_NOTHING, is_required=code_ == "fiscal")
    for code_, title in SOURCES
)

BUDGETS = Steps(
    kind=BUDGET,
    title=Text("预算", "Budget"),
    prefix="预",
    stays_in_place=True,
    about=Text(
        "一个项目一年的预算：批复数和每一次调整，各有依据文件。",
        "The budget of a project for a year: as approved and at each adjustment, each with the document that allows it.",
    ),
    states=(
        State(name="in_force", title=Text("执行中", "In force")),
        State(name="finished", title=Text("已结束", "Finished"), is_end=True),
    ),
    steps=(
        Step(
            name="approve",
            title=Text("批复预算", "Record the approved budget"),
            to="in_force",
            records=events.BUDGET_APPROVED,
            by="payments.budget_keeper",
            takes=(_project, whole("year", Text("年度", "Year"), least=2000, most=2100), *_sources, _document),
        ),
        Step(
            name="adjust",
            title=Text("调整预算", "Adjust the budget"),
            after=("in_force",),
            records=events.BUDGET_ADJUSTED,
            by="payments.budget_keeper",
            takes=(*_sources, _document, _reason),
            about=Text(
                "填写调整后的全部金额，不是增减额。低于已支付金额时会显示警告，理由写明原因。",
                "The whole amounts after the adjustment, not the difference. Below what is paid a warning is shown.",
            ),
        ),
        Step(
            name="finish",
            title=Text("结束执行", "Finish"),
            after=("in_force",),
            to="finished",
            records=events.BUDGET_FINISHED,
            by="payments.budget_keeper",
            asks_first=Text("结束后不能再调整这份预算。", "The budget cannot be adjusted any more."),
        ),
    ),
    overseer="payments.budget_keeper",
)

PAYMENTS = Steps(
    kind=PAYMENT,
    title=Text("支出", "Payment"),
    prefix="支",
    stays_in_place=True,
    about=Text(
        "一笔支出从登记、审核到支付。经办和审核须是两个人；付错了用冲销，不删除。",
        "A payment from registering through approval to paying. Two people register and approve; a wrong one is reversed.",
    ),
    states=(
        State(name="registered", title=Text("待审核", "To be approved")),
        State(name="returned", title=Text("已退回", "Returned")),
        State(name="approved", title=Text("待支付", "To be paid")),
        State(name="paid", title=Text("已支付", "Paid"), is_end=True),
        State(name="cancelled", title=Text("已撤销", "Cancelled"), is_end=True),
        State(name="reversed", title=Text("已冲销", "Reversed"), is_end=True),
    ),
    steps=(
        Step(
            name="register",
            title=Text("登记支出", "Register a payment"),
            to="registered",
            records=events.REGISTERED,
            by="payments.clerk",
            takes=(_project, _source, _amount, _payee, _purpose, _contract, _over_reason),
            starts=("pay",),
        ),
        Step(
            name="take_over",
            title=Text("转入已付款", "Take over a payment made"),
            to="paid",
            records=events.TAKEN_OVER,
            by="payments.clerk",
            takes=(_project, _source, _amount, _payee, _purpose, _voucher, _contract, _over_reason),
            about=Text(
                "财务系统里已经付出的款，按付款日期补记；批量请用“导入”。",
                "A payment that the finance system has made, recorded under its own date; for many use the import.",
            ),
        ),
        Step(
            name="approve",
            title=Text("审核同意", "Approve"),
            after=("registered",),
            to="approved",
            records=events.APPROVED,
            by="payments.approver",
            not_by=("register", "amend"),
            takes=(_over_reason,),
        ),
        Step(
            name="return_",
            title=Text("退回修改", "Return"),
            after=("registered",),
            to="returned",
            records=events.RETURNED,
            by="payments.approver",
            takes=(_reason,),
            suspends=("pay",),
        ),
        Step(
            name="amend",
            title=Text("修改后再报", "Amend and submit again"),
            after=("returned", "registered"),
            to="registered",
            records=events.AMENDED,
            by="payments.clerk",
            takes=(_source, _amount, _payee, _purpose, _over_reason),
            resumes=("pay",),
        ),
        Step(
            name="pay",
            title=Text("支付", "Pay"),
            after=("approved",),
            to="paid",
            records=events.PAID,
            by="payments.cashier",
            takes=(_voucher, _over_reason),
            stops=("pay",),
        ),
        Step(
            name="cancel",
            title=Text("撤销", "Cancel"),
            after=("registered", "returned", "approved"),
            to="cancelled",
            records=events.CANCELLED,
            by="payments.clerk",
            takes=(_reason,),
            asks_first=Text("撤销后这笔支出不再办理，记录保留。", "The payment will not be made; its record stays."),
        ),
        Step(
            name="reverse",
            title=Text("冲销", "Reverse"),
            after=("paid",),
            to="reversed",
            records=events.REVERSED,
            by="payments.cashier",
            takes_back=True,
            takes=(_voucher, _reason),
            asks_first=Text(
                "按冲销日期记一笔负数，原来的支付记录保留。",
                "The amount is taken back under the date of the reversal; the payment stays on record.",
            ),
        ),
    ),
    overseer="payments.approver",
)

ROUNDS = Steps(
    kind=ROUND,
    title=Text("定期发放", "Round of payments"),
    prefix="发",
    stays_in_place=True,
    about=Text(
        "津贴、慰问金等按月或节前发放的款，每一期一件，有到期日。",
        "Allowances and the like, paid monthly or before a holiday: a case for each round, with its due day.",
    ),
    states=(
        State(name="planned", title=Text("待发放", "To be paid")),
        State(name="paid", title=Text("已发放", "Paid"), is_end=True),
        State(name="dropped", title=Text("不发放", "Dropped"), is_end=True),
        State(name="withdrawn", title=Text("不再安排", "No longer expected"), is_end=True),
    ),
    steps=(
        Step(
            name="plan",
            title=Text("安排一期发放", "Plan a round"),
            to="planned",
            records=events.ROUND_PLANNED,
            by="payments.clerk",
            takes=(
                thing("programme", Text("发放项", "Programme"), "payments.programme"),
                code(
                    "period",
                    Text("期间", "Period"),
                    most=7,
                    is_required=False,
                    is_of_window=True,
                    hint=Text("如 2026-03；由例行安排的不填。", "such as 2026-03; a duty knows it by its window."),
                ),
            ),
            starts=("pay",),
        ),
        Step(
            name="pay",
            title=Text("发放", "Pay the round"),
            after=("planned",),
            to="paid",
            records=events.ROUND_PAID,
            by="payments.cashier",
            takes=(_amount, whole("people", Text("人数", "People"), least=1, most=100000), _voucher, _over_reason),
            stops=("pay",),
        ),
        Step(
            name="reverse",
            title=Text("冲销发放", "Reverse the round"),
            after=("paid",),
            to="planned",
            records=events.ROUND_REVERSED,
            by="payments.cashier",
            takes=(_voucher, _reason),
            starts=("pay",),
            about=Text(
                "发错了的，按冲销日期记一笔负数；这一期重新变为待发放，到期日不变。",
                "One that was paid wrongly: the amount is taken back and the round is to be paid again, by the same day.",
            ),
            asks_first=Text(
                "冲销后这一期要重新发放，或者办理“本期不发”。", "The round then has to be paid again, or dropped."
            ),
        ),
        Step(
            name="drop",
            title=Text("本期不发", "Drop this round"),
            after=("planned",),
            to="dropped",
            records=events.ROUND_DROPPED,
            by="payments.approver",
            takes=(_reason,),
        ),
        Step(
            name=WITHDRAW,
            title=Text("不再安排", "No longer expected"),
            after=("planned",),
            to="withdrawn",
            records=EXPECTED_WITHDRAWN,
            by=PROGRAM,
        ),
    ),
    overseer="payments.approver",
)

TABLES = (PAYMENTS, ROUNDS, BUDGETS)
__all__ = ["BUDGET", "PAYMENT", "ROUND", "SOURCES", "TABLES", "_responsibilities"]
