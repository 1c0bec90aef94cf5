"""Contents for the tests: what an office writes, and everything that is awkward about it."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

from shixiao import forms
from shixiao.forms import Basis, Cause, Content, Likelihood

LONG = "广州地区公文交换站(广州市人民政府公报编辑部)2025-2026年度信息化整体运维服务项目"
AWKWARD = (
    "≤30分钟 & <2小时>",
    "{{ 项目名称 }}",
    "=1+1",
    "+86",
    "-0.5",
    "@SUM(A1)",
    "{% 逐行 指标 %}",
    "第一行\n第二行",
    "#set page(fill: red) $x$ *b* _i_ \\ `c`",
    "{_{ x }_}",
    "\"引号\" '单引号' &amp; &#8216;",
)
LEVELS = (
    ("产出指标", "数量指标"),
    ("产出指标", "质量指标"),
    ("产出指标", "时效指标"),
    ("效益指标", "社会效益"),
    ("满意度指标", "服务对象满意度"),
    ("成本指标", "经济成本"),
)
HEAD = {
    "year": "2026",
    "made_on": date(2027, 1, 15),
    "source": "实效事件簿,截至2026年12月31日;支付数据来自支出台账 <A&B>",
    "filled_by": "填报人甲",
    "head_of_unit": "负责人乙",
    "telephone": "020-00000000",
}
PROJECT = {"project": LONG, "department": "广州市人民政府办公厅", "unit": "广州市人民政府公报编辑部"}


def amount(text: str) -> Decimal:
    return Decimal(text)


def levels(number: int, count: int) -> dict[str, str]:
    level1, level2 = LEVELS[number * len(LEVELS) // max(count, 1)]
    return {"level1": level1, "level2": level2}


def worded(number: int) -> str:
    return AWKWARD[number % len(AWKWARD)]


def evaluated_funds() -> tuple[forms.EvaluatedFunds, ...]:
    total = {"opening": amount("1361.61"), "adjusted": amount("1361.6134"), "executed": amount("1327.5")}
    return (
        forms.EvaluatedFunds(
            label="年度资金总额", **total, weight=amount("10"), rate=amount("97.49"), score=amount("9.75")
        ),
        forms.EvaluatedFunds(label="其中:当年财政拨款", **total),
        forms.EvaluatedFunds(label="上年结转资金", opening=amount("0")),
        forms.EvaluatedFunds(label="其他资金"),
    )


def evaluated(count: int) -> tuple[forms.EvaluatedIndicator, ...]:
    bases = list(Basis)
    return tuple(
        forms.EvaluatedIndicator(
            **levels(number, count),
            level3=f"第{number + 1}项 {worded(number)}",
            target=worded(number + 1),
            actual=worded(number + 2),
            basis=bases[number % len(bases)],
            weight=amount("2.25"),
            score=amount("2.1") if number % 3 else None,
            reason="" if number % 2 else f"设备到货迟了 {number} 天,{worded(number + 3)}",
            improvement="" if number % 4 else "明年提前一个月采购,并把验收写进合同",
        )
        for number in range(count)
    )


def declaration(count: int) -> forms.Declaration:
    indicators = tuple(
        forms.DeclaredIndicator(
            **levels(number, count),
            level3=f"第{number + 1}项 {worded(number)}",
            cycle_target=worded(number + 1),
            annual_target=worded(number + 2),
        )
        for number in range(count)
    )
    return forms.Declaration(
        **HEAD,
        **PROJECT,
        nature="延续",
        period="2025-2026年",
        funds=(
            forms.DeclaredFunds(label="资金总额", cycle=amount("2723.22"), annual=amount("1361.61")),
            forms.DeclaredFunds(label="其中:财政拨款", cycle=amount("2723.22"), annual=amount("1361.61")),
            forms.DeclaredFunds(label="其他资金"),
        ),
        cycle_goal="保障公文交换系统两年不间断运行,紧急公文在2小时内发出。",
        annual_goal="保障公文交换系统全年不间断运行。\n<不超过> 预算 & 按时。",
        indicators=indicators,
        opinion="同意。",
    )


def monitoring(count: int) -> forms.Monitoring:
    indicators = tuple(
        forms.MonitoredIndicator(
            **levels(number, count),
            level3=f"第{number + 1}项 {worded(number)}",
            target=worded(number + 1),
            actual=worded(number + 2),
            basis=list(Basis)[number % 5],
            expected=worded(number + 3),
            causes=frozenset({list(Cause)[number % 5], Cause.OTHER} if number % 2 else ()),
            explanation=f"原因 {worded(number)}" if number % 2 else "",
            likelihood=(*Likelihood, None)[number % 4],
            remark="" if number % 3 else worded(number),
        )
        for number in range(count)
    )
    return forms.Monitoring(
        **HEAD,
        **PROJECT,
        until="1-7月",
        funds=(
            forms.MonitoredFunds(
                label="年度资金总额",
                opening=amount("1361.61"),
                executed=amount("700"),
                rate=amount("51.41"),
                expected=amount("1361.61"),
            ),
            forms.MonitoredFunds(label="本年一般公共预算拨款", opening=amount("1361.61")),
            forms.MonitoredFunds(label="其他资金"),
        ),
        annual_goal="保障公文交换系统全年不间断运行。",
        indicators=indicators,
    )


def self_evaluation(count: int) -> forms.SelfEvaluation:
    return forms.SelfEvaluation(
        **HEAD,
        **PROJECT,
        funds=evaluated_funds(),
        expected_goal="保障公文交换系统全年不间断运行,紧急公文在2小时内发出,非紧急公文在8小时内发出。",
        achieved_goal="全年不间断运行 8,760 小时;紧急公文均在2小时内发出。\n1 < 2 & 3",
        indicators=evaluated(count),
        total_weight=amount("100"),
        total_score=amount("94.350"),
        grade="优",
        simulated=True,
    )


def summary(count: int) -> forms.Summary:
    rows = tuple(
        forms.SummaryRow(
            number=str(number + 1),
            unit=("广州市人民政府办公厅", "广州市人民政府公报编辑部", "广州市人民政府参事室")[
                number * 3 // max(count, 1)
            ],
            project=LONG if number % 5 == 0 else f"项目 {number + 1} {worded(number)}",
            adjusted=amount("65.15") + number,
            executed=amount("60.1") + number,
            rate=amount("92.25"),
            score=amount("95"),
            grade="优",
            unmet=worded(number) if number % 2 else "",
            improvement="" if number % 3 else "加强进度管理",
        )
        for number in range(count)
    )
    totals = {"adjusted": amount("1497.06"), "executed": amount("1400.000001"), "rate": amount("93.5")}
    return forms.Summary(**HEAD, department="广州市人民政府办公厅", projects=rows, **totals, remark="金额保留到分")


def whole_department(count: int) -> forms.WholeDepartment:
    tasks = tuple(
        forms.MainTask(
            name=f"任务 {number + 1}",
            substance=worded(number),
            total=amount("100.5"),
            fiscal=amount("100.5"),
            executed=amount("99"),
            state="已完成" if number % 2 else worded(number + 1),
        )
        for number in range(min(count, 12))
    )
    return forms.WholeDepartment(
        **HEAD,
        department="广州市人民政府办公厅",
        funds=evaluated_funds(),
        tasks=tasks,
        expected_goal="政务运转高效有序。",
        achieved_goal="政务运转高效有序。",
        indicators=evaluated(count),
        total_weight=amount("100"),
        total_score=amount("96"),
        grade="优",
    )


def report(count: int) -> forms.Report:
    lines = tuple(
        forms.Scored(
            **levels(number, count),
            level3=f"第{number + 1}项 {worded(number)}",
            weight=amount("2.5"),
            score=amount("2.5"),
            explanation=worded(number + 1),
        )
        for number in range(count)
    )
    sections = tuple(
        forms.Section(heading=heading, text="" if number % 3 else f"{worded(number)}。" + "评价组核对了全部记录。" * 12)
        for number, heading in enumerate(forms.OUTLINE)
    )
    return forms.Report(
        **HEAD,
        **PROJECT,
        sections=sections if count else (),
        lines=lines,
        total_weight=amount("100"),
        total_score=amount("88.8"),
        grade="良",
    )


MAKERS = {
    "declaration": declaration,
    "monitoring": monitoring,
    "self_evaluation": self_evaluation,
    "summary": summary,
    "whole_department": whole_department,
    "report": report,
}


def made(form: str, count: int = 40) -> Content:
    """A content of a form with so many rows; with 0 there is nothing in any loop that a year could leave empty."""
    content: Content = MAKERS[form](count)
    return content if count or form not in ("self_evaluation", "whole_department") else replace(content, funds=())


# ---- letters -------------------------------------------------------------------------------------------------

LETTER = {
    "year": "2026",
    "made_on": date(2026, 7, 6),
    "number": "模拟督〔2026〕12号",
    "address": "https://shixiao.example/cases/4711/",
    "issuer": "模拟市人民政府办公厅督查室",
    "recipient": "模拟市住房和城乡建设局",
    "copied": "模拟市应急管理局、模拟市消防救援支队",
    "drafted_by": "经办人甲",
    "simulated": True,
}
TASK = {
    "task": "督2026-4711",
    "matter": "模拟:开展老旧小区消防整治 <A&B> {{ 事项 }}",
    "urgency": "紧急",
    "origin": "会议议定事项",
    "origin_ref": "模拟〔2026〕1号 #set page() $x$",
    "orderer": "模拟市长甲",
    "lead": "模拟市住房和城乡建设局",
    "assisting": "模拟市应急管理局、模拟市消防救援支队",
    "handler": "承办人乙",
    "done_when": "隐患全部整改并复查。\n台账按月更新,& 上报。",
    "entrusted_on": date(2026, 6, 1),
    "first_limit": "2026年7月1日",
    "limit": "2026年7月1日",
}
_PROGRESS = (forms.Progress(on=date(2026, 6, 20), text="已整改 8 处,{{ 内容 }}", percent="60%"),)
_MILESTONES = tuple(
    forms.Milestone(on=date(2026, 6, number + 1), what=f"环节{number + 1} {worded(number)}", who=f"办理人{number + 1}")
    for number in range(9)
)
LETTERS: dict[str, forms.Letter] = {
    each.WORD: each
    for each in (
        forms.SupervisionOrder(**LETTER, **TASK, further="每周五前报一次进展。"),
        forms.EntrustingNotice(**LETTER, **TASK, accept_by="2026年6月2日", further="第一行\n第二行"),
        forms.ReminderLetter(
            **LETTER, **TASK, urging="请本周内报整改台账。", count="2", standing="已超过期限5天", progress=_PROGRESS
        ),
        forms.ExtensionRequest(
            **LETTER, **TASK, more="10个工作日", until="2026年7月15日", reason="施工图审查未完成。", progress=_PROGRESS
        ),
        forms.ClosingReport(
            **LETTER,
            **TASK,
            result="已整改 12 处,全部复查合格。\n" + "逐处建立台账,落实责任人。" * 12,
            summary="已整改完毕,请审阅。",
            fed_back_on=date(2026, 6, 28),
            closed_on=date(2026, 7, 3),
            standing="在期限内反馈",
            extensions="0",
            reminders="1",
            returns="0",
            milestones=_MILESTONES,
        ),
    )
}


def bare_letter(form: str) -> forms.Letter:
    """The same letter of which nothing is known but what it must say."""
    full = LETTERS[form]
    nothing = {
        name: () if isinstance(value, tuple) else "" if isinstance(value, str) else None
        for name, value in vars(full).items()
        if isinstance(value, (tuple, str, date)) and name not in ("year", "number", "matter", "made_on")
    }
    return replace(full, **nothing, simulated=False)
