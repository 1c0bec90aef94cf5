"""The step tables: an entry, an entry of a restricted register, a nil return."""

from shixiao.casework.particulars import choice, code, codes, day, texts, thing, whole, words
from shixiao.casework.steps import PROGRAM, State, Step, Steps
from shixiao.engine.bilingual import Text
from shixiao.offices.registers import events
from shixiao.offices.registers import responsibilities as _responsibilities  # declares the words after `by`

ENTRY = "registers.entry"
RESTRICTED_ENTRY = "registers.restricted_entry"
NIL_RETURN = "registers.nil_return"
RESTRICTED_NIL_RETURN = "registers.restricted_nil_return"

CANCEL_REASONS = (
    ("twice", Text("重复登记", "Recorded twice")),
    ("mistaken", Text("登记有误", "Recorded by mistake")),
    ("not_ours", Text("不属受理范围", "Not for us to deal with")),
    ("handed_on", Text("移送其他单位", "Handed on to another unit")),
    ("not_needed", Text("不再需要", "Not needed any more")),
)

_register = code("register", Text("台账", "Register"), most=40, hint=Text("台账的编码。", "The code of the register."))
_values = codes("values", Text("各项内容", "Values"), is_required=False)
_texts = texts("texts", Text("文字内容", "Texts"), is_required=False)
_due_on = day("due_on", Text("完成期限", "To be done by"), is_required=False, is_of_window=True)
_reason = words("reason", Text("理由", "Reason"), most=500)
_why = words("reason", Text("更正说明", "What is corrected"), most=500, is_required=False)
_period = code(
    "period",
    Text("月份", "Month"),
    most=7,
    is_required=False,  # a duty expects it for the month before its window
    is_of_window=True,
    hint=Text("如 2026-03", "such as 2026-03"),
)

ENTRIES = Steps(
    kind=ENTRY,
    title=Text("台账记录", "Register entry"),
    prefix="台",
    stays_in_place=True,  # its own step moves it, by the day on which an entry counts
    about=Text(
        "台账里的一条记录：先安排后完成，或者直接登记；需要确认的由另一个人确认。不删除，只更正、退回或取消。",
        "One entry of a register: planned and then done, or entered at once; confirmed by somebody else where the register "
        "asks for it. Nothing is deleted: it is amended, returned or cancelled.",
    ),
    states=(
        State(name="planned", title=Text("待完成", "Planned")),
        State(name="returned", title=Text("已退回", "Returned")),
        State(name="done", title=Text("已完成", "Done"), is_end=True),
        State(name="confirmed", title=Text("已确认", "Confirmed"), is_end=True),
        State(name="cancelled", title=Text("已取消", "Cancelled"), is_end=True),
        State(name="withdrawn", title=Text("已撤回", "Withdrawn"), is_end=True),
    ),
    steps=(
        Step(
            name="enter",
            title=Text("登记", "Enter"),
            to="done",
            records=events.ENTERED,
            by="registers.clerk",
            takes=(_register, _values, _texts),
        ),
        Step(
            name="plan",
            title=Text("安排", "Plan"),
            to="planned",
            records=events.PLANNED,
            by="registers.clerk",
            takes=(_register, _due_on, _values, _texts),
            starts=("due",),
        ),
        Step(
            name="expect",
            title=Text("自动安排", "Expect"),
            to="planned",
            records=events.EXPECTED,
            by=PROGRAM,
            takes=(_register, _due_on, _values, _texts),
            starts=("due",),
        ),
        Step(
            name="do",
            title=Text("登记完成", "Record as done"),
            after=("planned", "returned"),
            to="done",
            records=events.DONE,
            by="registers.clerk",
            takes=(_values, _texts),
            stops=("due",),
        ),
        Step(
            name="confirm",
            title=Text("确认", "Confirm"),
            after=("done",),
            to="confirmed",
            records=events.CONFIRMED,
            by="registers.confirmer",
            not_by=("enter", "do", "amend"),
        ),
        Step(
            name="amend",
            title=Text("更正", "Amend"),
            after=("planned", "returned", "done"),
            records=events.AMENDED,
            by="registers.clerk",
            takes=(_values, _texts, _why),
            stays_at_end=True,
            about=Text(
                "只写要改的项；写空就是删去那一项。确认以后要改，先退回。",
                "Only what changes is told; an empty value takes one away. After confirmation it is returned first.",
            ),
        ),
        Step(
            name="return_",
            title=Text("退回", "Return"),
            after=("done", "confirmed"),
            to="returned",
            records=events.RETURNED,
            by="registers.confirmer",
            takes=(_reason,),
        ),
        Step(
            name="cancel",
            title=Text("取消", "Cancel"),
            after=("planned", "returned"),
            to="cancelled",
            records=events.CANCELLED,
            by="registers.confirmer",
            takes=(_reason,),
            asks_first=Text(
                "取消后不再计入，读数会同时显示不剔除的数。",
                "It is not counted any more; readings show the figure with it put back as well.",
            ),
        ),
        Step(
            name="move",
            title=Text("改项目或主题", "Move to another project or topic"),
            after=("planned", "returned", "done", "confirmed", "cancelled", "withdrawn"),
            records=events.MOVED,
            by="registers.clerk",
            takes=(
                thing("project", Text("项目", "Project"), "casework.project", is_required=False),
                thing("topic", Text("主题", "Topic"), "casework.topic", is_required=False),
                _reason,
            ),
            stays_at_end=True,
        ),
        Step(
            name="withdraw",
            title=Text("撤回安排", "Withdraw"),
            after=("planned",),
            to="withdrawn",
            records=events.WITHDRAWN,
            by=PROGRAM,
        ),
    ),
    overseer="registers.confirmer",
)

RESTRICTED_ENTRIES = Steps(
    kind=RESTRICTED_ENTRY,
    title=Text("限制台账记录", "Restricted entry"),
    prefix="限",
    about=Text(
        "只记编号、日期和状态：没有标题、姓名、内容和附件，不检索，不开放接口，只有持有人看得到。",
        "Number, dates and state only: no title, name, content or file; not searched, not open to programs, seen by its "
        "holders alone.",
    ),
    states=(
        State(name="open", title=Text("在办", "Open")),
        State(name="done", title=Text("已办结", "Done"), is_end=True),
        State(name="confirmed", title=Text("已确认", "Confirmed"), is_end=True),
        State(name="cancelled", title=Text("已取消", "Cancelled"), is_end=True),
        State(name="withdrawn", title=Text("已撤回", "Withdrawn"), is_end=True),
    ),
    steps=(
        Step(
            name="receive",
            title=Text("登记", "Receive"),
            to="open",
            records=events.RESTRICTED_RECEIVED,
            by="registers.restricted_clerk",
            takes=(_register, day("received_on", Text("收到日期", "Received on")), _due_on),
            starts=("due",),
        ),
        Step(
            name="expect",
            title=Text("自动安排", "Expect"),
            to="open",
            records=events.RESTRICTED_EXPECTED,
            by=PROGRAM,
            takes=(_register, _due_on),
            starts=("due",),
        ),
        Step(
            name="do",
            title=Text("办结", "Finish"),
            after=("open",),
            to="done",
            records=events.RESTRICTED_DONE,
            by="registers.restricted_clerk",
            takes=(day("done_on", Text("办结日期", "Finished on")),),
            stops=("due",),
        ),
        Step(
            name="confirm",
            title=Text("确认", "Confirm"),
            after=("done",),
            to="confirmed",
            records=events.RESTRICTED_CONFIRMED,
            by="registers.restricted_confirmer",
            not_by=("do",),
        ),
        Step(
            name="reopen",
            title=Text("重新办理", "Reopen"),
            after=("done", "confirmed"),
            to="open",
            records=events.RESTRICTED_REOPENED,
            by="registers.restricted_confirmer",
        ),
        Step(
            name="cancel",
            title=Text("取消", "Cancel"),
            after=("open",),
            to="cancelled",
            records=events.RESTRICTED_CANCELLED,
            by="registers.restricted_confirmer",
            takes=(choice("reason", Text("理由", "Reason"), CANCEL_REASONS),),
        ),
        Step(
            name="withdraw",
            title=Text("撤回安排", "Withdraw"),
            after=("open",),
            to="withdrawn",
            records=events.RESTRICTED_WITHDRAWN,
            by=PROGRAM,
        ),
    ),
    overseer="registers.restricted_confirmer",
    is_restricted=True,
)


def _nil_returns(kind: str, title: Text, *, prefix: str, clerk: str, overseer: str, is_restricted: bool) -> Steps:
    """The same life for both; a restricted register's nil return says how many there were, so it is restricted as well."""
    return Steps(
        kind=kind,
        title=title,
        prefix=prefix,
        about=Text(
            "一个台账一个月没有发生，由一个人签名说明；当月有了登记，零报告自动失效。",
            "Somebody signs that nothing occurred in a register in a month; an entry of that month ends the nil return.",
        ),
        states=(
            State(name="expected", title=Text("待签报", "Expected")),
            State(name="signed", title=Text("无发生", "Nothing occurred"), is_end=True),
            State(name="entries_found", title=Text("有登记", "Entries found"), is_end=True),
            State(name="withdrawn", title=Text("已撤回", "Withdrawn"), is_end=True),
        ),
        steps=(
            Step(
                name="sign",
                title=Text("签报“本月无发生”", "Sign “nothing occurred”"),
                after=("expected",),
                to="signed",
                records=events.NIL_SIGNED,
                by=clerk,
                stops=("due",),
                asks_first=Text(
                    "您签名说明这个月这个台账没有发生任何一件。",
                    "You sign that nothing occurred in this register in this month.",
                ),
            ),
            Step(
                name="report_entries",
                title=Text("本月有登记", "There are entries"),
                after=("expected",),
                to="entries_found",
                records=events.NIL_REPORTED,
                by=clerk,
                stops=("due",),
            ),
            Step(
                name="ask",
                title=Text("安排零报告", "Ask for a nil return"),
                to="expected",
                records=events.NIL_ASKED,
                by=clerk,
                takes=(_register, _period, _due_on),
                starts=("due",),
            ),
            Step(
                name="expect",
                title=Text("应报零报告", "Expect a nil return"),
                to="expected",
                records=events.NIL_EXPECTED,
                by=PROGRAM,
                takes=(_register, _period, _due_on),
                starts=("due",),
            ),
            Step(
                name="find_entries",
                title=Text("本月有登记", "Entries found"),
                after=("expected",),
                to="entries_found",
                records=events.NIL_FOUND,
                by=PROGRAM,
                takes=(whole("entry", Text("记录", "Entry"), most=2**63 - 1),),
                stops=("due",),
            ),
            Step(
                name="revoke",
                title=Text("零报告失效", "Revoke"),
                after=("signed",),
                to="entries_found",
                records=events.NIL_REVOKED,
                by=PROGRAM,
                takes=(whole("entry", Text("记录", "Entry"), most=2**63 - 1),),
            ),
            Step(
                name="reopen",
                title=Text("重新报告", "Reopen"),
                after=("entries_found",),
                to="expected",
                records=events.NIL_REOPENED,
                by=PROGRAM,
                starts=("due",),
            ),
            Step(
                name="withdraw",
                title=Text("撤回零报告", "Withdraw"),
                after=("expected",),
                to="withdrawn",
                records=events.NIL_WITHDRAWN,
                by=PROGRAM,
            ),
        ),
        overseer=overseer,
        is_restricted=is_restricted,
        stays_in_place=True,  # it counts in its own month
    )


NIL_RETURNS = _nil_returns(
    NIL_RETURN,
    Text("零报告", "Nil return"),
    prefix="零",
    clerk="registers.clerk",
    overseer="registers.confirmer",
    is_restricted=False,
)
RESTRICTED_NIL_RETURNS = _nil_returns(
    RESTRICTED_NIL_RETURN,
    Text("限制台账零报告", "Restricted nil return"),
    prefix="限零",
    clerk="registers.restricted_clerk",
    overseer="registers.restricted_confirmer",
    is_restricted=True,
)

TABLES = (ENTRIES, NIL_RETURNS, RESTRICTED_ENTRIES, RESTRICTED_NIL_RETURNS)
__all__ = [
    "CANCEL_REASONS",
    "ENTRY",
    "NIL_RETURN",
    "RESTRICTED_ENTRY",
    "RESTRICTED_NIL_RETURN",
    "TABLES",
    "_responsibilities",
]
