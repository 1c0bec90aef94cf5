"""The step table of instructions: registered, split into clauses, sent, answered, closed; a new instruction opens the next round."""

from shixiao.casework.particulars import Particular, choice, day, label, texts, thing, whole, words
from shixiao.casework.steps import NAMED, Situation, State, Step, Steps, Tell
from shixiao.engine.bilingual import Text
from shixiao.offices.supervision import events

INSTRUCTION = "supervision.instruction"
MOST_CLAUSES = 9
CLAUSE_LENGTH = 500
KEEPER, HEAD, LEADER = (f"supervision.{word}" for word in ("instructions", "head", "leader"))

_reason = words("reason", Text("理由", "Reason"), most=500)
_opinion = words("opinion", Text("意见", "Opinion"), most=1000, is_required=False)
_leader = thing("leader", Text("批示领导", "Leader"), "people.user")
_given_on = day("given_on", Text("批示日期", "Given on"))
_feedback_on = day(
    "feedback_on",
    Text("要求反馈日期", "Feedback wanted by"),
    is_required=False,
    hint=Text("不填就按紧急程度规定的时限。", "Left out: by the rule for its urgency."),
)
_text = words(
    "instruction",
    Text("批示原文", "Text of the instruction"),
    most=4000,
    hint=Text(
        "逐字照录。原文不进标题、搜索、消息和导出；谁看过都有记录。",
        "Word for word. It stands in no title, search, message or export; whoever reads it is written down.",
    ),
)
_secrecy = choice(
    "secrecy",
    Text("密级", "Secrecy"),
    (("none", Text("无密级标志", "No mark of secrecy")), ("marked", Text("有密级标志", "Marked as secret"))),
)


_document = label(
    "document",
    Text("原件", "Original"),
    most=200,
    is_required=False,
    hint=Text("文号或呈阅件编号。", "Its number."),
)


def clause(number: int) -> str:
    """The name under which a clause is told."""
    return f"clause_{number}"


def unmarked(situation: Situation) -> Text | None:
    """Law 9: what is marked does not enter."""
    return refuse_marked(situation.particulars.get("secrecy"))


def refuse_marked(secrecy: str | None) -> Text | None:
    """The sentence for an instruction that is marked as secret."""
    if secrecy != "marked":
        return None
    return Text(
        "有密级标志的批示不得录入本系统，请按保密规定另行登记办理。这里什么都没有保存。",
        "An instruction with a mark of secrecy may not enter this system; deal with it as the rules of secrecy say. Nothing was kept.",
    )


def _instruction(*before: Particular) -> tuple[Particular, ...]:
    return (*before, _given_on, _secrecy, _text, _feedback_on)


INSTRUCTIONS = Steps(
    kind=INSTRUCTION,
    title=Text("领导批示", "Leader's instruction"),
    prefix="批",
    seen_by=(KEEPER, HEAD),
    asks_in_time=True,
    about=Text(
        "批示逐字登记，分解成条，每条落到督办事项；结果反馈给同一位领导，领导再有批示就是下一轮。涉密的不录入。",
        "An instruction is registered word for word and split into clauses, each tied to tasks; the result goes back to the same leader, and "
        "another instruction is the next round. Nothing secret enters.",
    ),
    states=(
        State(name="registered", title=Text("已登记", "Registered")),
        State(name="split", title=Text("已分解", "Split")),
        State(name="sent", title=Text("已交办", "Sent")),
        State(name="answered", title=Text("已反馈", "Reported back")),
        State(name="closing", title=Text("拟办结", "Closing proposed")),
        State(name="closed", title=Text("已办结", "Closed"), is_end=True),
        State(name="cancelled", title=Text("已撤销", "Cancelled"), is_end=True),
    ),
    steps=(
        Step(
            name="register",
            title=Text("登记批示", "Register"),
            to="registered",
            records=events.INSTRUCTION_REGISTERED,
            by=KEEPER,
            takes=_instruction(
                _leader,
                choice(
                    "medium",
                    Text("批在何处", "Given on"),
                    (
                        ("document", Text("公文", "A document")),
                        ("paper", Text("呈阅件", "A reading paper")),
                        ("call", Text("口头或电话", "A call")),
                    ),
                ),
                _document,
            ),
            starts=("answer",),
        ),
        Step(
            name="write",
            title=Text("写批示", "Write an instruction"),
            to="registered",
            records=events.INSTRUCTION_WRITTEN,
            by=LEADER,
            takes=_instruction(_document),
            starts=("answer",),
            tells=(
                Tell(
                    to=KEEPER,
                    is_todo=True,
                    says=Text("领导批示，请分解：{number}", "Please split instruction {number}"),
                ),
            ),
            about=Text(
                "领导本人在手机上写，批示管理接着分解。",
                "By the leader in person; the keeper of instructions splits it then.",
            ),
        ),
        Step(
            name="split",
            title=Text("分解成条", "Split into clauses"),
            after=("registered", "split"),
            to="split",
            records=events.INSTRUCTION_SPLIT,
            by=KEEPER,
            takes=(
                texts(
                    "clauses",
                    Text("各条", "Clauses"),
                    most=CLAUSE_LENGTH,
                    hint=Text("一条一件事。", "One matter each."),
                ),
            ),
            tells=(),
        ),
        Step(
            name="tie",
            title=Text("关联事项", "Tie to a task"),
            after=("split", "sent"),
            records=events.CLAUSE_TIED,
            by=KEEPER,
            takes=(
                whole("clause", Text("第几条", "Clause"), least=1, most=MOST_CLAUSES),
                label("task", Text("督办事项编号", "Number of the task"), most=40),
            ),
            tells=(),
        ),
        Step(
            name="send",
            title=Text("交办", "Send"),
            after=("split",),
            to="sent",
            records=events.INSTRUCTION_SENT,
            by=KEEPER,
            takes=(
                words(
                    "without_task",
                    Text("没有事项的条为什么不立项", "Why clauses have no task"),
                    most=500,
                    is_required=False,
                    hint=Text("每一条都落到事项的，不填。", "Left out where every clause has its task."),
                ),
            ),
            tells=(),
        ),
        Step(
            name="report_back",
            title=Text("向领导反馈", "Report back"),
            after=("sent",),
            to="answered",
            records=events.REPORTED_BACK,
            by=KEEPER,
            takes=(words("result", Text("办理结果", "Result"), most=4000),),
            stops=("answer",),
            tells=(
                Tell(
                    to=NAMED,
                    is_todo=True,
                    says=Text("您的批示已有结果：{number}", "There is a result on your instruction {number}"),
                ),
            ),
        ),
        Step(
            name="agree",
            title=Text("同意办结", "Agree to closing"),
            after=("answered", "closing"),
            to="closed",
            records=events.INSTRUCTION_AGREED,
            by=LEADER,
            takes=(_opinion,),
        ),
        Step(
            name="note_read",
            title=Text("阅知", "Note as read"),
            after=("answered",),
            records=events.ANSWER_READ,
            by=LEADER,
            tells=(),
        ),
        Step(
            name="instruct_anew",
            title=Text("再次批示", "Instruct again"),
            after=("answered", "closing"),
            to="registered",
            records=events.INSTRUCTED_ANEW,
            by=LEADER,
            takes=_instruction(),
            guard=unmarked,
            starts=("answer",),
            tells=(Tell(to=KEEPER, is_todo=True, says=Text("领导再次批示：{number}", "Instructed again: {number}")),),
        ),
        Step(
            name="register_anew",
            title=Text("登记再次批示", "Register another instruction"),
            after=("answered", "closing"),
            to="registered",
            records=events.ANEW_REGISTERED,
            by=KEEPER,
            takes=_instruction(),
            guard=unmarked,
            starts=("answer",),
            tells=(),
        ),
        Step(
            name="propose_closing",
            title=Text("提议办结", "Propose to close"),
            after=("answered",),
            to="closing",
            records=events.END_PROPOSED,
            by=KEEPER,
            takes=(_reason,),
        ),
        Step(
            name="confirm_closing",
            title=Text("确认办结", "Confirm closing"),
            after=("closing",),
            to="closed",
            records=events.END_CONFIRMED,
            by=HEAD,
            not_by=("propose_closing",),
            takes=(_opinion,),
        ),
        Step(
            name="decline_closing",
            title=Text("不同意办结", "Decline to close"),
            after=("closing",),
            to="answered",
            records=events.END_DECLINED,
            by=HEAD,
            takes=(_reason,),
        ),
        Step(
            name="replace_leader",
            title=Text("更换批示领导", "Replace the leader"),
            after=("registered", "split", "sent", "answered", "closing"),
            records=events.LEADER_REPLACED,
            by=HEAD,
            takes=(_leader, _reason),
            tells=(Tell(to=NAMED),),
        ),
        Step(
            name="cancel",
            title=Text("撤销登记", "Cancel"),
            after=("registered", "split"),
            to="cancelled",
            records=events.INSTRUCTION_CANCELLED,
            by=KEEPER,
            takes=(_reason,),
            asks_first=Text("登记有误时撤销；撤销后不计入。", "For what was registered by mistake; it does not count."),
        ),
    ),
    overseer=KEEPER,
)
