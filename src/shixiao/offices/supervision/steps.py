"""The step tables of this desk: supervised tasks here, instructions in `instruction_steps`."""

from shixiao.casework.events import EXPECTED_WITHDRAWN
from shixiao.casework.particulars import Particular, choice, code, day, label, thing, whole, words
from shixiao.casework.steps import LEAD, NAMED, OPENER, PROGRAM, WITHDRAW, State, Step, Steps, Tell
from shixiao.engine.bilingual import Text
from shixiao.offices.supervision import events
from shixiao.offices.supervision.instruction_steps import INSTRUCTION, INSTRUCTIONS
from shixiao.offices.supervision.sources import SOURCES

__all__ = ["INSTRUCTION", "INSTRUCTIONS", "MOST_ASSISTING", "TABLES", "TASK", "TASKS"]

TASK = "supervision.task"
MOST_ASSISTING = 4
OFFICER, HEAD, HANDLER, LEADER = (f"supervision.{word}" for word in ("officer", "head", "handler", "leader"))

_reason = words("reason", Text("理由", "Reason"), most=500)
_opinion = words("opinion", Text("意见", "Opinion"), most=1000, is_required=False)
_led_by = choice(
    "led_by",
    Text("承担", "Led by"),
    (("own", Text("本机关", "This office itself")), ("other", Text("其他部门", "Another department"))),
    hint=Text("年度工作任务的完成率只计本机关承担的事项。", "What counts as this office's own work of the year."),
)
_orderer = thing(
    "orderer",
    Text("交办领导", "Leader who gives the order"),
    "people.user",
    hint=Text("办结须经这位领导同意。", "The task is closed with this leader's consent."),
)
_limit_on = day(
    "limit_on",
    Text("办理期限", "To be done by"),
    is_required=False,
    hint=Text("不填就按来源和紧急程度规定的时限。", "Left out: by the rule for its source and urgency."),
)
_parent = label(
    "parent",
    Text("上级事项编号", "Number of the task above"),
    most=40,
    is_required=False,
    hint=Text("作为哪一件的子任务，如 督2026-12。", "The task of which this is a part."),
)


def _assisting() -> tuple[Particular, ...]:
    return tuple(
        thing(
            f"assisting_{number}",
            Text(f"协办单位{number}", f"Assisting unit {number}"),
            "people.unit",
            is_required=False,
        )
        for number in range(1, MOST_ASSISTING + 1)
    )


_about = (
    label("matter", Text("事项", "Matter"), most=200, hint=Text("一事一项，写清办什么。", "One matter, one task.")),
    choice("source", Text("来源", "Source"), tuple((each.code, each.title) for each in SOURCES)),
    label("source_ref", Text("来源文号或会议", "Document or meeting"), most=200, is_required=False),
    words(
        "done_when",
        Text("办成标准", "What counts as done"),
        most=1000,
        hint=Text("办到什么程度算完成，反馈和审核都对照它。", "Feedback and review are held against it."),
    ),
    _led_by,
    _orderer,
    _limit_on,
    *_assisting(),
    _parent,
)
# What every case of a duty is told alike: codes. Its matter is the duty's own title.
_expected = (_led_by, _orderer, *_assisting())
_further = words("further", Text("补充要求或说明", "What else is to be said"), most=1000, is_required=False)
_OPEN = ("entrusted", "expected", "working", "returned", "suspended", "review", "passed", "presented", "closing")

TASKS = Steps(
    kind=TASK,
    title=Text("督办事项", "Supervised task"),
    prefix="督",
    asks_in_time=True,
    about=Text(
        "事项的单位就是主办单位。反馈经审核后呈报交办领导；领导同意才办结。领导阅后在规定的工作日内没有新的批示，可以提议办结，由负责人确认。",
        "The unit of a task is its lead unit. Feedback is reviewed and presented to the leader who gave the order; the task is closed with that "
        "leader's consent. Where a result was read and nothing new was ordered for the set time, closing may be proposed, and the head confirms.",
    ),
    states=(
        State(name="proposed", title=Text("拟办", "Proposed")),
        State(name="established", title=Text("已立项", "Established")),
        State(name="entrusted", title=Text("待签收", "To be accepted")),
        State(name="expected", title=Text("待开展", "To be begun")),
        State(name="working", title=Text("办理中", "In progress")),
        State(name="returned", title=Text("退回重办", "Returned")),
        State(name="suspended", title=Text("已挂起", "Suspended")),
        State(name="review", title=Text("待审核", "To be reviewed")),
        State(name="passed", title=Text("待呈报", "To be presented")),
        State(name="presented", title=Text("已呈报", "Presented")),
        State(name="closing", title=Text("拟办结", "Closing proposed")),
        State(name="closed", title=Text("已办结", "Closed"), is_end=True),
        State(name="archived", title=Text("已归档", "Archived"), is_end=True),
        State(name="declined", title=Text("不予立项", "Not established"), is_end=True),
        State(name="revoked", title=Text("已撤销", "Revoked"), is_end=True),
        State(name="merged", title=Text("已合并", "Merged"), is_end=True),
        State(name="withdrawn", title=Text("不再安排", "Withdrawn"), is_end=True),
    ),
    steps=(
        Step(
            name="propose",
            title=Text("拟办", "Propose"),
            to="proposed",
            records=events.PROPOSED,
            by=OFFICER,
            takes=_about,
            about=Text("单位选主办单位：一件事一个主办单位。", "The unit is the lead unit: one for each task."),
        ),
        Step(
            name="expect",
            title=Text("例行排定", "Expect"),
            to="expected",
            records=events.EXPECTED,
            by=PROGRAM,
            takes=_expected,
            starts=("finish",),
            about=Text(
                "周期性的事项由例行排定，每一期单独留证。",
                "Recurring tasks are expected by a duty, each with its own evidence.",
            ),
        ),
        Step(
            name="establish",
            title=Text("立项", "Establish"),
            after=("proposed",),
            to="established",
            records=events.ESTABLISHED,
            by=OFFICER,
        ),
        Step(
            name="entrust",
            title=Text("交办", "Entrust"),
            after=("established",),
            to="entrusted",
            records=events.ENTRUSTED,
            by=OFFICER,
            takes=(_limit_on,),
            starts=("accept", "finish"),
            tells=(
                Tell(to=HANDLER, is_todo=True, says=Text("请签收：{number} {title}", "Please accept {number} {title}")),
            ),
        ),
        Step(
            name="accept",
            title=Text("签收", "Accept"),
            after=("entrusted", "expected"),
            to="working",
            records=events.ACCEPTED,
            by=HANDLER,
            stops=("accept",),
            about=Text("签收的人就是主办人。", "Whoever accepts it has it in hand."),
        ),
        Step(
            name="feed_back",
            title=Text("反馈", "Feed back"),
            after=("working", "returned"),
            to="review",
            records=events.FED_BACK,
            by=LEAD,
            takes=(words("result", Text("办理结果", "Result"), most=4000),),
            suspends=("finish",),
            about=Text(
                "对照办成标准写明结果。有子任务的，子任务都办完才能反馈。审核期间不计时。",
                "The result against what counts as done. Parts come first. The limit stands still while it is reviewed.",
            ),
        ),
        Step(
            name="progress",
            title=Text("报告进展", "Report progress"),
            after=("working", "returned"),
            records=events.PROGRESSED,
            by=LEAD,
            takes=(
                whole(
                    "percent",
                    Text("进度（%）", "Progress (%)"),
                    most=100,
                    is_required=False,
                    hint=Text(
                        "有子任务的不填，由子任务算出。", "Left out where there are parts: it follows from them."
                    ),
                ),
                words("progress", Text("进展", "Progress"), most=2000),
            ),
        ),
        Step(
            name="remind",
            title=Text("催办", "Remind"),
            after=("entrusted", "expected", "working", "returned"),
            records=events.REMINDED,
            by=OFFICER,
            takes=(
                choice(
                    "manner",
                    Text("方式", "Manner"),
                    (
                        ("phone", Text("电话", "By phone")),
                        ("letter", Text("催办函", "By letter")),
                        ("visit", Text("现场", "On site")),
                        ("message", Text("系统消息", "By message")),
                    ),
                ),
                words("urging", Text("催办内容", "What was said"), most=1000),
            ),
            tells=(Tell(to=NAMED, is_todo=True, says=Text("催办：{number} {title}", "Reminder: {number} {title}")),),
        ),
        Step(
            name="send_back",
            title=Text("退办", "Send back"),
            after=("entrusted",),
            to="established",
            records=events.SENT_BACK,
            by=HANDLER,
            takes=(_reason,),
            stops=("accept", "finish"),
            tells=(Tell(to=OFFICER, is_todo=True, says=Text("退办：{number} {title}", "Sent back: {number} {title}")),),
            about=Text(
                "不属于本单位的事，说明理由退回督办机构。",
                "Not this unit's business: back to supervision, with the reason.",
            ),
        ),
        Step(
            name="pass_",
            title=Text("审核通过", "Pass"),
            after=("review",),
            to="passed",
            records=events.PASSED,
            by=OFFICER,
            not_by=("feed_back",),
            takes=(_opinion,),
            stops=("finish",),
        ),
        Step(
            name="return_",
            title=Text("退回重办", "Return"),
            after=("review",),
            to="returned",
            records=events.RETURNED,
            by=OFFICER,
            takes=(_reason,),
            resumes=("finish",),
            tells=(Tell(to=LEAD, is_todo=True, says=Text("退回重办：{number} {title}", "Returned: {number} {title}")),),
        ),
        Step(
            name="present",
            title=Text("呈报", "Present"),
            after=("passed",),
            to="presented",
            records=events.PRESENTED,
            by=OFFICER,
            takes=(words("summary", Text("呈报内容", "What is presented"), most=2000),),
            tells=(
                Tell(
                    to=NAMED,
                    is_todo=True,
                    says=Text("请审阅办理结果：{number} {title}", "Please read the result of {number} {title}"),
                ),
            ),
        ),
        Step(
            name="consent",
            title=Text("同意办结", "Agree to closing"),
            after=("presented", "closing"),
            to="closed",
            records=events.CONSENTED,
            by=LEADER,
            takes=(_opinion,),
            about=Text("只有交办的领导本人。", "By the very leader who gave the order."),
        ),
        Step(
            name="read_result",
            title=Text("阅知", "Note as read"),
            after=("presented",),
            records=events.RESULT_READ,
            by=LEADER,
            tells=(),
            about=Text(
                "已阅，没有新的要求。规定的工作日过后，督办机构可以提议办结。",
                "Read, nothing further. When the set time is over, supervision may propose to close it.",
            ),
        ),
        Step(
            name="instruct_again",
            title=Text("要求继续办理", "Send on"),
            after=("presented", "closing"),
            to="returned",
            records=events.INSTRUCTED_AGAIN,
            by=LEADER,
            takes=(words("order", Text("要求", "What is wanted"), most=1000), _limit_on),
            starts=("finish",),
            tells=(
                Tell(
                    to=LEAD,
                    is_todo=True,
                    says=Text("领导要求继续办理：{number} {title}", "To be gone on with: {number} {title}"),
                ),
                Tell(to=OFFICER),
            ),
        ),
        Step(
            name="propose_closing",
            title=Text("提议办结", "Propose to close"),
            after=("presented",),
            to="closing",
            records=events.CLOSING_PROPOSED,
            by=OFFICER,
            takes=(_reason,),
            about=Text(
                "领导阅后在规定的工作日内没有新的批示，才可以提议；依据记在事件上。",
                "Only when the leader has read the result and ordered nothing for the set time; the basis is on the event.",
            ),
        ),
        Step(
            name="confirm_closing",
            title=Text("确认办结", "Confirm closing"),
            after=("closing",),
            to="closed",
            records=events.CLOSING_CONFIRMED,
            by=HEAD,
            not_by=("propose_closing",),
            takes=(_opinion,),
        ),
        Step(
            name="decline_closing",
            title=Text("不同意办结", "Decline to close"),
            after=("closing",),
            to="presented",
            records=events.CLOSING_DECLINED,
            by=HEAD,
            takes=(_reason,),
        ),
        Step(
            name="archive",
            title=Text("归档", "Archive"),
            after=("closed",),
            to="archived",
            records=events.ARCHIVED,
            by=OFFICER,
            takes=(code("archive_number", Text("档号", "Archive number"), most=40),),
            tells=(),
        ),
        Step(
            name="suspend",
            title=Text("挂起", "Suspend"),
            after=("working", "returned"),
            to="suspended",
            records=events.SUSPENDED,
            by=OFFICER,
            takes=(_reason,),
            suspends=("finish",),
            tells=(Tell(to=LEAD),),
        ),
        Step(
            name="resume",
            title=Text("恢复办理", "Resume"),
            after=("suspended",),
            to="working",
            records=events.RESUMED,
            by=OFFICER,
            takes=(_reason,),
            resumes=("finish",),
            tells=(Tell(to=LEAD, is_todo=True, says=Text("恢复办理：{number} {title}", "Resumed: {number} {title}")),),
        ),
        Step(
            name="transfer",
            title=Text("转办", "Transfer"),
            after=("entrusted", "working", "returned"),
            to="entrusted",
            records=events.TRANSFERRED,
            by=OFFICER,
            takes=(thing("unit", Text("新的主办单位", "New lead unit"), "people.unit"), _led_by, _reason),
            stops=("accept",),
            starts=("accept",),
            tells=(
                Tell(
                    to=HANDLER,
                    is_todo=True,
                    says=Text("转来请签收：{number} {title}", "Transferred, please accept {number} {title}"),
                ),
            ),
            about=Text("办理期限不变。", "The limit stays as it is."),
        ),
        Step(
            name="place_under",
            title=Text("列为子任务", "Place under another"),
            after=("proposed", "established", "entrusted", "working", "returned"),
            records=events.PLACED_UNDER,
            by=OFFICER,
            takes=(label("parent", Text("上级事项编号", "Number of the task above"), most=40),),
            tells=(),
        ),
        Step(
            name="merge",
            title=Text("合并", "Merge"),
            after=("proposed", "established", "entrusted", "working", "returned"),
            to="merged",
            records=events.MERGED,
            by=OFFICER,
            takes=(label("into", Text("并入的事项编号", "Number of the task it goes into"), most=40), _reason),
            asks_first=Text("并入以后这一件不再办理，也不计入。", "It is gone on with no more, and does not count."),
        ),
        Step(
            name="replace_orderer",
            title=Text("更换交办领导", "Replace the leader"),
            after=("proposed", "established", *_OPEN),
            records=events.ORDERER_REPLACED,
            by=HEAD,
            takes=(_orderer, _reason),
            tells=(Tell(to=NAMED),),
            about=Text("交办领导离任或分工调整时。", "When the leader has left, or has other duties."),
        ),
        Step(
            name="revoke",
            title=Text("撤销", "Revoke"),
            after=("established", *_OPEN),
            to="revoked",
            records=events.REVOKED,
            by=HEAD,
            takes=(_reason,),
            asks_first=Text(
                "撤销后不再办理，也不计入，同时列明不剔除的数。",
                "It is gone on with no more and does not count; the figure with it is kept.",
            ),
        ),
        Step(
            name="issue_order",
            title=Text("发督办单", "Issue a supervision order"),
            after=("entrusted", "expected", "working", "returned"),
            records=events.ORDER_ISSUED,
            by=OFFICER,
            takes=(_further,),
            tells=(Tell(to=NAMED, says=Text("督办单：{number} {title}", "Supervision order: {number} {title}")),),
            about=Text(
                "编号以后不再改变，发出的文件原样留存。",
                "Its number never changes, and what was sent is kept as it is.",
            ),
        ),
        Step(
            name="issue_notice",
            title=Text("发交办通知单", "Issue an entrusting notice"),
            after=("entrusted", "working", "returned"),
            records=events.NOTICE_ISSUED,
            by=OFFICER,
            takes=(_further,),
            tells=(Tell(to=NAMED, says=Text("交办通知单：{number} {title}", "Entrusting notice: {number} {title}")),),
        ),
        Step(
            name="issue_reminder",
            title=Text("发催办函", "Issue a letter of reminder"),
            after=("entrusted", "expected", "working", "returned"),
            records=events.REMINDER_ISSUED,
            by=OFFICER,
            tells=(
                Tell(
                    to=NAMED,
                    is_todo=True,
                    says=Text("催办函：{number} {title}", "Letter of reminder: {number} {title}"),
                ),
            ),
            about=Text(
                "先“催办”，方式选催办函；催办内容就是函的正文。",
                "After a reminder by letter, whose words are the text of the letter.",
            ),
        ),
        Step(
            name="issue_request",
            title=Text("发延期申请", "Issue a request for more time"),
            after=("working", "returned"),
            records=events.REQUEST_ISSUED,
            by=LEAD,
            tells=(
                Tell(to=OFFICER, says=Text("延期申请：{number} {title}", "Request for more time: {number} {title}")),
            ),
            about=Text(
                "先在时限旁边申请延期；延长多少和理由从申请里来。",
                "After more time was asked for, beside the deadline: how much and why comes from there.",
            ),
        ),
        Step(
            name="issue_report",
            title=Text("发办结报告", "Issue a closing report"),
            after=("passed", "presented", "closing", "closed", "archived"),
            records=events.REPORT_ISSUED,
            by=OFFICER,
            takes=(_further,),
            stays_at_end=True,
            tells=(),
        ),
        Step(
            name="decline",
            title=Text("不予立项", "Do not establish"),
            after=("proposed",),
            to="declined",
            records=events.DECLINED,
            by=OFFICER,
            takes=(_reason,),
            tells=(Tell(to=OPENER),),
        ),
        Step(
            name=WITHDRAW,
            title=Text("不再安排", "Withdraw"),
            after=("expected",),
            to="withdrawn",
            records=EXPECTED_WITHDRAWN,
            by=PROGRAM,
        ),
    ),
    overseer=OFFICER,
)

TABLES = (TASKS, INSTRUCTIONS)
