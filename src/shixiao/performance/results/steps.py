"""The step table of the self-evaluations of a day.

Whoever hands them in approves them at no level, and nobody approves them at two (`not_by`); who froze or edited one of them is looked at by the
action. Who asks for the secrecy review does not pass it, and who passes it does not publish.
"""

from shixiao.casework.particulars import code, day, whole, words
from shixiao.casework.steps import OPENER, State, Step, Steps, Tell
from shixiao.engine.bilingual import Text
from shixiao.performance.life import responsibilities as _responsibilities  # declares the words after `by`
from shixiao.performance.life.steps import ANSWER, LETTER, OPINION, REASON, WHICH_PLAN
from shixiao.performance.results import events

RESULT = "performance.result"
LEVELS = ("unit", "department")
HANDING_IN = ("begin", "submit", "renew")
IN_REVIEW = tuple(f"{level}_review" for level in LEVELS)
PUBLIC_WORDS = 500  # what a publication prints of a person's words

_version = whole(
    "version",
    Text("版本", "Version"),
    least=1,
    is_required=False,
    hint=Text("表的第几版；不填是最新一版。", "Its number; the newest one if left empty."),
)
_until = day(
    "until", Text("自评截至", "Evaluated until"), hint=Text("自评冻结的那一天。", "The day on which they were frozen.")
)
_without_score = words(
    "without_score",
    Text("没有计分的说明", "Why rows have no score"),
    most=1000,
    is_required=False,
    hint=Text(
        "有没有计分的行时必须写明为什么仍然送审。",
        "Needed where rows have no score: why they are handed in all the same.",
    ),
)
_result = words(
    "result",
    Text("保密审查结论", "Result of the secrecy review"),
    most=PUBLIC_WORDS,
    hint=Text("会原样公开，不写姓名，不写密级。", "It is published as it is: no name and no mark of secrecy."),
)
_office = code(
    "office",
    Text("地址中的单位", "Office in the address"),
    most=40,
    is_required=False,
    hint=Text(
        "小写字母、数字和连字符，如 example-office；不填用这张表上次公开的。",
        "Small letters, digits and hyphens, such as example-office; that of the plan's last publication if left empty.",
    ),
)
_public_reason = words(
    "reason",
    Text("理由", "Reason"),
    most=PUBLIC_WORDS,
    hint=Text("会公开在原来的地址上。", "It is published at the address."),
)

RESULTS = Steps(
    kind=RESULT,
    title=Text("自评审核与公开", "Review and publication of results"),
    prefix="自评",
    stays_in_place=True,
    about=Text(
        "一张绩效目标表到某一天的全部自评，从送审到公开。批复绑定当时的每一份自评，以后重新冻结或修改的，两个并列显示，不替换；公开的就是批复的。",
        "All self-evaluations of a plan until one day, from their review to publication. An approval binds to each of them as it is then; what is "
        "frozen or edited later shows beside it and replaces nothing; what was approved is what is published.",
    ),
    states=(
        State(name="draft", title=Text("待送审", "To be handed in")),
        State(name="unit_review", title=Text("单位审核", "Unit review")),
        State(name="department_review", title=Text("主管部门审核", "Department review")),
        State(name="returned", title=Text("已退回", "Returned")),
        State(name="approved", title=Text("已批复", "Approved")),
        State(name="secrecy_review", title=Text("保密审查", "Secrecy review")),
        State(name="cleared", title=Text("待公开", "To be published")),
        State(name="published", title=Text("已公开", "Published"), is_end=True),
        State(name="withdrawn", title=Text("已撤回", "Withdrawn"), is_end=True),
    ),
    steps=(
        Step(
            name="begin",
            title=Text("登记自评", "Begin"),
            to="draft",
            records=events.BEGUN,
            by="performance.drafter",
            takes=(WHICH_PLAN, _version, _until),
            tells=(),
        ),
        Step(
            name="submit",
            title=Text("送审", "Hand in"),
            after=("draft", "returned"),
            to="unit_review",
            records=events.SUBMITTED,
            by="performance.drafter",
            takes=(_without_score, ANSWER),
            stops=("answer",),
            starts=("unit_review",),
            tells=(Tell(to="performance.unit_reviewer", is_todo=True),),
        ),
        Step(
            name="approve_unit",
            title=Text("单位审核通过", "Approve for the unit"),
            after=("unit_review",),
            to="department_review",
            records=events.UNIT_APPROVED,
            by="performance.unit_reviewer",
            not_by=(*HANDING_IN, "approve_department"),
            takes=(OPINION,),
            stops=("unit_review",),
            starts=("department_review",),
        ),
        Step(
            name="approve_department",
            title=Text("主管部门审核通过，批复", "Approve for the department"),
            after=("department_review",),
            to="approved",
            records=events.DEPARTMENT_APPROVED,
            by="performance.department_reviewer",
            not_by=(*HANDING_IN, "approve_unit"),
            takes=(OPINION,),
            stops=("department_review",),
            tells=(Tell(to=OPENER), Tell(to="performance.publisher", is_todo=True)),
        ),
        Step(
            name="return_unit",
            title=Text("单位审核退回", "Return from the unit"),
            after=("unit_review",),
            to="returned",
            records=events.UNIT_RETURNED,
            by="performance.unit_reviewer",
            takes=(LETTER,),
            stops=("unit_review",),
            starts=("answer",),
            tells=(Tell(to="performance.drafter", is_todo=True),),
        ),
        Step(
            name="return_department",
            title=Text("主管部门审核退回", "Return from the department"),
            after=("department_review",),
            to="returned",
            records=events.DEPARTMENT_RETURNED,
            by="performance.department_reviewer",
            takes=(LETTER,),
            stops=("department_review",),
            starts=("answer",),
            tells=(Tell(to="performance.drafter", is_todo=True),),
        ),
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
            takes=(_result,),
            stops=("secrecy_review",),
            starts=("publication",),
            tells=(Tell(to="performance.publisher", is_todo=True),),
            about=Text(
                "公开时写明审查人的姓名和结论；姓名只留在本系统，结论公开。",
                "The publication keeps the reviewer's name and result; the name stays here, the result is published.",
            ),
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
            takes=(_office,),
            stops=("publication",),
            tells=(Tell(to=OPENER),),
            asks_first=Text(
                "公开以后任何人都可以看到批复的自评。",
                "Everybody can see the self-evaluations as they were approved then.",
            ),
        ),
        Step(
            name="renew",
            title=Text("重新送审", "Take up again"),
            after=("approved", "cleared", "published", "withdrawn"),
            to="draft",
            records=events.RENEWED,
            by="performance.drafter",
            takes=(REASON,),
            stops=("publication",),
            about=Text(
                "自评重新冻结或修改以后，或者撤回以后，再走一遍。已公开的一份在新的一份公开以前不变。",
                "After self-evaluations were frozen anew or edited, or after a withdrawal, the way once more. What is published stays until the "
                "new publication.",
            ),
        ),
        Step(
            name="withdraw",
            title=Text("撤回送审", "Withdraw"),
            after=("draft", *IN_REVIEW, "returned", "approved", "cleared"),
            to="withdrawn",
            records=events.WITHDRAWN,
            by="performance.drafter",
            takes=(REASON,),
            tells=(Tell(to="performance.unit_reviewer"),),
            asks_first=Text(
                "撤回后不再审核，记录保留；以后可以重新送审。",
                "They will not be reviewed; the record stays, and they can be handed in again.",
            ),
        ),
        Step(
            name="take_back",
            title=Text("撤回公开", "Withdraw the publication"),
            after=("published", "draft", *IN_REVIEW, "returned", "approved", "secrecy_review", "cleared"),
            to="withdrawn",
            records=events.TAKEN_BACK,
            by="performance.publisher",
            takes=(_public_reason,),
            tells=(Tell(to=OPENER),),
            asks_first=Text(
                "原来的地址只显示何时撤回和理由，不再显示内容。",
                "The address will say when and why it was withdrawn, and show its content no more.",
            ),
        ),
    ),
    overseer="performance.department_reviewer",
)

TABLES = (RESULTS,)
__all__ = ["HANDING_IN", "IN_REVIEW", "LEVELS", "PUBLIC_WORDS", "RESULT", "RESULTS", "TABLES", "_responsibilities"]
