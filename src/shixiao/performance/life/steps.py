"""The step table of a plan's life.

Whoever hands a plan in approves it at no level, and nobody approves it at two: `not_by` looks at the whole life of the plan, so it
holds across versions, too.
"""

from shixiao.casework.particulars import code, label, texts, thing, whole, words
from shixiao.casework.steps import OPENER, State, Step, Steps, Tell
from shixiao.engine.bilingual import Text
from shixiao.performance.life import events
from shixiao.performance.life import responsibilities as _responsibilities  # declares the words after `by`

PLAN = "performance.plan"
LEVELS = ("unit", "department", "finance")
HANDING_IN = ("begin", "submit", "adjust")
APPROVING = tuple(f"approve_{level}" for level in LEVELS)
IN_REVIEW = tuple(f"{level}_review" for level in LEVELS)
LEVEL_OF = dict(zip(IN_REVIEW, LEVELS, strict=True))

WHICH_PLAN = thing("plan", Text("绩效目标表", "Plan"), "performance.plan")
_version = whole(
    "version",
    Text("版本", "Version"),
    least=1,
    is_required=False,
    hint=Text("第几版；不填是最新一版。", "Its number; the newest one if left empty."),
)
ANSWER = words(
    "answer",
    Text("对退回意见的答复", "Answer to what it was returned for"),
    is_required=False,
    hint=Text("退回后表没有改的，必须写明为什么。", "Needed when the table was returned and is unchanged."),
)
LOOKED_AT = code(
    "looked_at",
    Text("所看内容的摘要", "Hash of what was looked at"),
    is_required=False,
    hint=Text("审核页面自己带上；不填按提交时的内容。", "Brought by the review page; without it what was handed in."),
)
OPINION = words("opinion", Text("审核意见", "Opinion"), is_required=False)
LETTER = words(
    "letter",
    Text("退回意见", "Letter"),
    hint=Text("逐条的发现会自动附在后面。", "The findings are added to it, row by row."),
)
_remarks = texts("remarks", Text("对行的意见", "Remarks to rows"), is_required=False)
REASON = words("reason", Text("理由", "Reason"), most=1000)
_document = label(
    "document",
    Text("依据文件", "Document that allows it"),
    most=100,
    hint=Text("文号或文件名称；文件本身附在事项里。", "Its number or title; the file itself is attached to the case."),
)

_STATES = (
    State(name="draft", title=Text("草拟", "Draft")),
    State(name="unit_review", title=Text("单位审核", "Unit review")),
    State(name="department_review", title=Text("主管部门审核", "Department review")),
    State(name="finance_review", title=Text("财政审核", "Finance review")),
    State(name="returned", title=Text("已退回", "Returned")),
    State(name="approved", title=Text("已批复", "Approved")),
    State(name="secrecy_review", title=Text("保密审查", "Secrecy review")),
    State(name="cleared", title=Text("待公开", "To be published")),
    State(name="adjusting", title=Text("调整中", "Being adjusted")),
    State(name="published", title=Text("已公开", "Published"), is_end=True),
    State(name="imported", title=Text("转入时已公开", "Imported as published"), is_end=True),
    State(name="withdrawn", title=Text("已撤回", "Withdrawn"), is_end=True),
)


def _others(level: str) -> tuple[str, ...]:
    return (*HANDING_IN, *(name for name in APPROVING if name != f"approve_{level}"))


_APPROVALS = (
    Step(
        name="approve_unit",
        title=Text("单位审核通过", "Approve for the unit"),
        after=("unit_review",),
        to="department_review",
        records=events.UNIT_APPROVED,
        by="performance.unit_reviewer",
        not_by=_others("unit"),
        takes=(OPINION, LOOKED_AT),
        stops=("unit_review",),
        starts=("department_review",),
    ),
    Step(
        name="approve_department",
        title=Text("主管部门审核通过", "Approve for the department"),
        after=("department_review",),
        to="finance_review",
        records=events.DEPARTMENT_APPROVED,
        by="performance.department_reviewer",
        not_by=_others("department"),
        takes=(OPINION, LOOKED_AT),
        stops=("department_review",),
        starts=("finance_review",),
    ),
    Step(
        name="approve_finance",
        title=Text("财政审核通过，批复", "Approve for finance"),
        after=("finance_review",),
        to="approved",
        records=events.FINANCE_APPROVED,
        by="performance.finance_reviewer",
        not_by=_others("finance"),
        takes=(OPINION, LOOKED_AT),
        stops=("finance_review",),
        tells=(Tell(to=OPENER), Tell(to="performance.publisher", is_todo=True)),
    ),
)
_RETURNS = tuple(
    Step(
        name=f"return_{level}",
        title=title,
        after=(f"{level}_review",),
        to="returned",
        records=kind,
        by=f"performance.{level}_reviewer",
        takes=(LETTER, _remarks),
        stops=(f"{level}_review",),
        starts=("answer",),
        tells=(Tell(to="performance.drafter", is_todo=True),),
    )
    for level, title, kind in (
        ("unit", Text("单位审核退回", "Return from the unit"), events.UNIT_RETURNED),
        ("department", Text("主管部门审核退回", "Return from the department"), events.DEPARTMENT_RETURNED),
        ("finance", Text("财政审核退回", "Return from finance"), events.FINANCE_RETURNED),
    )
)

PLANS = Steps(
    kind=PLAN,
    title=Text("绩效目标审核", "Review of plans"),
    prefix="绩",
    stays_in_place=True,
    about=Text(
        "一个部门一年的绩效目标表，从草拟到公开。批复绑定当时的内容，以后有变化，两个值并列显示；调整走新的版本，批复以前原来的一版继续有效。",
        "An office's plan for a year, from the draft to publication. An approval binds to what was there; later changes show beside it. "
        "An adjustment is a new version; until it is approved the old one stays in force.",
    ),
    states=_STATES,
    steps=(
        Step(
            name="begin",
            title=Text("登记草拟", "Begin"),
            to="draft",
            records=events.BEGUN,
            by="performance.drafter",
            takes=(WHICH_PLAN, _version),
            tells=(),
        ),
        Step(
            name="take_over",
            title=Text("按已公开的表转入", "Take over as published"),
            to="imported",
            records=events.TAKEN_OVER,
            by="performance.drafter",
            takes=(WHICH_PLAN, _version),
            tells=(),
            about=Text(
                "这张表在进入本系统以前已经在别处公开；本系统没有审核过，也不这样显示。",
                "The table was published elsewhere before it came here; it was not reviewed here and is not shown so.",
            ),
        ),
        Step(
            name="submit",
            title=Text("提交审核", "Hand in"),
            after=("draft", "returned", "adjusting"),
            to="unit_review",
            records=events.SUBMITTED,
            by="performance.drafter",
            takes=(_version, ANSWER),
            stops=("answer",),
            starts=("unit_review",),
            tells=(Tell(to="performance.unit_reviewer", is_todo=True),),
        ),
        *_APPROVALS,
        *_RETURNS,
        Step(
            name="ask_secrecy",
            title=Text("送保密审查", "Send to the secrecy review"),
            after=("approved",),
            to="secrecy_review",
            records=events.SECRECY_ASKED,
            by="performance.publisher",
            starts=("secrecy_review",),
            tells=(Tell(to="performance.secrecy_reviewer", is_todo=True),),
        ),
        Step(
            name="pass_secrecy",
            title=Text("保密审查通过", "Pass the secrecy review"),
            after=("secrecy_review",),
            to="cleared",
            records=events.SECRECY_PASSED,
            by="performance.secrecy_reviewer",
            not_by=("ask_secrecy", *HANDING_IN),
            takes=(OPINION,),
            stops=("secrecy_review",),
            tells=(Tell(to="performance.publisher", is_todo=True),),
        ),
        Step(
            name="refuse_secrecy",
            title=Text("保密审查不通过", "Refuse the publication"),
            after=("secrecy_review",),
            to="approved",
            records=events.SECRECY_REFUSED,
            by="performance.secrecy_reviewer",
            takes=(REASON,),
            stops=("secrecy_review",),
            tells=(Tell(to="performance.publisher", is_todo=True),),
        ),
        Step(
            name="publish",
            title=Text("公开", "Publish"),
            after=("cleared",),
            to="published",
            records=events.PUBLISHED,
            by="performance.publisher",
            not_by=("pass_secrecy",),
            asks_first=Text("公开以后任何人都可以看到这一版。", "Everybody can see this version then."),
        ),
        Step(
            name="adjust",
            title=Text("调整立项", "Begin an adjustment"),
            after=("approved", "cleared", "published", "imported"),
            to="adjusting",
            records=events.ADJUSTED,
            by="performance.drafter",
            takes=(_document, REASON),
            tells=(Tell(to="performance.finance_reviewer"),),
            about=Text(
                "写明依据和理由，把文件附在事项里，再提交新的一版。新的一版批复以前，原来的一版继续有效。",
                "Say by which document and why, attach it, then hand in a new version. The old one stays in force until that is approved.",
            ),
        ),
        Step(
            name="abandon",
            title=Text("不再调整", "Abandon the adjustment"),
            after=("adjusting", "returned"),
            to="approved",
            records=events.ADJUSTMENT_ABANDONED,
            by="performance.drafter",
            takes=(REASON,),
            stops=("answer",),
            tells=(Tell(to="performance.finance_reviewer"),),
        ),
        Step(
            name="abandon_import",
            title=Text("不再调整转入的表", "Abandon the adjustment of an imported plan"),
            after=("adjusting", "returned"),
            to="imported",
            records=events.ADJUSTMENT_OF_IMPORT_ABANDONED,
            by="performance.drafter",
            takes=(REASON,),
            stops=("answer",),
            tells=(),
        ),
        Step(
            name="withdraw",
            title=Text("撤回", "Withdraw"),
            after=("draft", *IN_REVIEW, "returned"),
            to="withdrawn",
            records=events.WITHDRAWN,
            by="performance.drafter",
            takes=(REASON,),
            tells=(Tell(to="performance.unit_reviewer"),),
            asks_first=Text("撤回后这张表不再审核，记录保留。", "The plan will not be reviewed; its record stays."),
        ),
        Step(
            name="terminate",
            title=Text("终止", "Terminate"),
            after=("approved", "secrecy_review", "cleared", "adjusting", "published", "imported"),
            to="withdrawn",
            records=events.TERMINATED,
            by="performance.finance_reviewer",
            not_by=HANDING_IN,
            takes=(_document, REASON),
            tells=(Tell(to=OPENER),),
            asks_first=Text(
                "终止后不再执行，也不再公开；公开过的事实和记录保留。",
                "It is in force no more and no longer published; that it was, and its record, stay.",
            ),
        ),
    ),
    overseer="performance.finance_reviewer",
)

TABLES = (PLANS,)
__all__ = ["APPROVING", "HANDING_IN", "IN_REVIEW", "LEVELS", "LEVEL_OF", "PLAN", "PLANS", "TABLES", "_responsibilities"]
