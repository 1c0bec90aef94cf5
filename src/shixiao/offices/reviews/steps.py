"""The step table: a review, from its material to a settled mark."""

from decimal import Decimal

from shixiao.casework.particulars import code, codes, label, money, texts, thing, whole, words
from shixiao.casework.steps import NAMED, OPENER, PROGRAM, State, Step, Steps, Tell
from shixiao.engine.bilingual import Text
from shixiao.offices.reviews import events

REVIEW = "reviews.review"
MOST_REVIEWERS = 5
LEAST_REVIEWERS = 2

_SEATS = ("一", "二", "三", "四", "五")
_PERSON = "people.user"
_rubric = code("rubric", Text("评分细则", "Rubric"), most=40, hint=Text("细则的编码。", "The code of the rubric."))
_year = whole("year", Text("年度", "Year"), least=2000, most=2100)
_subject = label(
    "subject",
    Text("评什么", "What is judged"),
    most=200,
    hint=Text("作品、报告或工作的名称。", "The name of the work, the report, the service."),
)
_project = thing(
    "project",
    Text("项目", "Project"),
    "casework.project",
    is_required=False,
    hint=Text("得分计入哪个项目。", "The project in which the mark counts."),
)
_link = label(
    "link",
    Text("材料链接", "Link to the material"),
    most=500,
    is_required=False,
    hint=Text("没有附件时填，http 或 https 开头。", "Where nothing is attached; begins with http or https."),
)
_reviewers = tuple(
    thing(
        f"reviewer_{number}",
        Text(f"评审人{_SEATS[number - 1]}", f"Reviewer {number}"),
        _PERSON,
        is_required=number <= LEAST_REVIEWERS,
    )
    for number in range(1, MOST_REVIEWERS + 1)
)
_chair = thing(
    "chair",
    Text("组长", "Chair"),
    _PERSON,
    hint=Text("评分不一致时由组长裁定，本人不评分。", "Settles a disagreement, and gives no grade."),
)
_tier = code("tier", Text("档次", "Tier"), most=40)
_mark = money(
    "mark",
    Text("得分（%）", "Mark (%)"),
    least=Decimal(0),
    hint=Text("分值的百分比，在所选档次之内。", "Percent of the points, within the tier."),
)
_reason = words("reason", Text("理由", "Reason"), most=1000)
_opened_up = (
    codes("marks", Text("各人得分", "Marks"), is_required=False),
    codes("graded", Text("各人档次", "Tiers given"), is_required=False),
    codes("salts", Text("封存用的随机数", "Salts"), is_required=False),
    texts("reasons", Text("各人理由", "Reasons"), is_required=False),
)

REVIEWS = Steps(
    kind=REVIEW,
    title=Text("评议", "Review"),
    prefix="评",
    stays_in_place=True,  # who may judge was found out for this project
    about=Text(
        "定性的东西由几个人背靠背评分：全部评完以前谁也看不到别人的分；不一致的由组长裁定。",
        "What cannot be counted is judged by several people apart: nobody sees another's grade until all are given; the "
        "chair settles a disagreement.",
    ),
    states=(
        State(name="drafted", title=Text("准备材料", "Material being prepared")),
        State(name="handed_in", title=Text("待指定评审人", "Reviewers to be named")),
        State(name="returned", title=Text("材料已退回", "Material returned")),
        State(name="grading", title=Text("评分中", "Being graded")),
        State(name="disagreement", title=Text("有分歧，待裁定", "Disagreement")),
        State(name="settled", title=Text("已定", "Settled"), is_end=True),
        State(name="cancelled", title=Text("已取消", "Cancelled"), is_end=True),
    ),
    steps=(
        Step(
            name="open",
            title=Text("发起评议", "Open a review"),
            to="drafted",
            records=events.OPENED,
            by="reviews.submitter",
            takes=(_rubric, _year, _subject, _project, _link),
            starts=("prepare",),
            about=Text(
                "发起后添加要评的材料，再提交。", "Attach the material to the case afterwards, then hand it in."
            ),
        ),
        Step(
            name="hand_in",
            title=Text("提交材料", "Hand in the material"),
            after=("drafted", "returned"),
            to="handed_in",
            records=events.HANDED_IN,
            by="reviews.submitter",
            takes=(_link,),
            stops=("prepare",),
            starts=("name",),
        ),
        Step(
            name="name_reviewers",
            title=Text("指定评审人", "Name the reviewers"),
            after=("handed_in",),
            to="grading",
            records=events.NAMED,
            by="reviews.officer",
            takes=(*_reviewers, _chair),
            stops=("name",),
            starts=("grade",),
            tells=(Tell(to=NAMED, is_todo=True, says=Text("请评分：{title}", "Please grade: {title}")),),
        ),
        Step(
            name="grade",
            title=Text("评分", "Grade"),
            after=("grading",),
            records=events.GRADED,
            by="reviews.reviewer",
            takes=(_tier, _mark, _reason),
            tells=(),
            about=Text(
                "封存：全部评审人评完以前，谁也看不到，评后不能改。",
                "Sealed: nobody sees it until all have given theirs, and it cannot be changed.",
            ),
        ),
        Step(
            name="agree",
            title=Text("评分一致", "Grades agree"),
            after=("grading",),
            to="settled",
            records=events.AGREED,
            by=PROGRAM,
            takes=_opened_up,
            stops=("grade",),
            tells=(Tell(to=OPENER, says=Text("评议已定：{title}", "Settled: {title}")),),
        ),
        Step(
            name="differ",
            title=Text("评分分歧", "Grades differ"),
            after=("grading",),
            to="disagreement",
            records=events.DIFFERED,
            by=PROGRAM,
            takes=_opened_up,
            stops=("grade",),
            starts=("settle",),
            tells=(Tell(to=NAMED, is_todo=True, says=Text("评分不一致，请裁定：{title}", "Please settle: {title}")),),
        ),
        Step(
            name="settle",
            title=Text("裁定", "Settle"),
            after=("disagreement",),
            to="settled",
            records=events.SETTLED,
            by="reviews.chair",
            takes=(_tier, _mark, _reason),
            stops=("settle",),
            tells=(Tell(to=OPENER, says=Text("评议已定：{title}", "Settled: {title}")),),
        ),
        Step(
            name="return_",
            title=Text("材料不足，退回", "Return the material"),
            after=("grading",),
            to="returned",
            records=events.RETURNED,
            by="reviews.reviewer",
            takes=(_reason,),
            stops=("grade",),
            starts=("prepare",),
            about=Text(
                "已经给出的评分不再打开；材料重新提交后另行指定评审人，重新评分。",
                "Grades given so far stay sealed for good; the material is handed in again and graded anew.",
            ),
        ),
        Step(
            name="send_back",
            title=Text("退回材料", "Send the material back"),
            after=("handed_in",),
            to="returned",
            records=events.SENT_BACK,
            by="reviews.officer",
            takes=(_reason,),
            stops=("name",),
            starts=("prepare",),
        ),
        Step(
            name="replace",
            title=Text("更换评审人", "Replace a reviewer"),
            after=("grading",),
            records=events.REPLACED,
            by="reviews.officer",
            takes=(
                thing("leaves", Text("谁不再评", "Who leaves"), _PERSON),
                thing("reviewer", Text("由谁接替", "Who follows"), _PERSON),
                _reason,
            ),
            tells=(Tell(to=NAMED, is_todo=True, says=Text("请评分：{title}", "Please grade: {title}")),),
        ),
        Step(
            name="replace_chair",
            title=Text("更换组长", "Replace the chair"),
            after=("grading", "disagreement"),
            records=events.CHAIR_REPLACED,
            by="reviews.officer",
            takes=(_chair, _reason),
            tells=(Tell(to=NAMED, says=Text("您是组长：{title}", "You are the chair: {title}")),),
        ),
        Step(
            name="reopen",
            title=Text("重新评议", "Judge it again"),
            after=("settled",),
            to="handed_in",
            records=events.REOPENED,
            by="reviews.officer",
            takes=(_reason,),
            starts=("name",),
            about=Text(
                "另行指定评审人，重新评分；以前各人的评分和裁定照样保留。重新定下以前，这件评议不计分。",
                "Reviewers are named and grade anew; the grades and the settlement of before stay. Until it is settled again it counts nowhere.",
            ),
            tells=(Tell(to=OPENER, says=Text("重新评议：{title}", "Judged again: {title}")),),
            asks_first=Text(
                "重新评议以后，原来的得分不再计入。", "The mark of before counts no more once it is judged again."
            ),
        ),
        Step(
            name="cancel",
            title=Text("取消评议", "Cancel"),
            after=("drafted", "handed_in", "returned", "grading", "disagreement"),
            to="cancelled",
            records=events.CANCELLED,
            by="reviews.officer",
            takes=(_reason,),
            asks_first=Text(
                "取消后不再评，也不计入；没有评完的评分不会打开。",
                "It is judged no more and does not count; grades of an incomplete round stay sealed.",
            ),
        ),
    ),
    overseer="reviews.officer",
)

TABLES = (REVIEWS,)
