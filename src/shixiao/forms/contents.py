"""What stands on each official form: frozen values, one class for each form, one field for each placeholder.

A field is annotated with its `Label`: the Chinese name by which a template calls it, and how it is shown. Amounts are
exact decimals in 万元, rates are per cent (97.5 is 97.5%), points are points. Wordings are shown as they are given: this
room words nothing but numbers, dates and ticks. The columns follow the published forms of 绩效目标申报表, 绩效运行监控表 and
项目支出绩效自评表 and the outline of the evaluation report (财预〔2019〕136号, 财预〔2020〕10号: numbers and titles only).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import Enum
from typing import Annotated, ClassVar, NamedTuple


class Style(Enum):
    """How a value is shown."""

    TEXT = "text"
    MONEY = "money"  # at least two decimals, thousands separated
    POINTS = "points"  # as many decimals as there are
    PERCENT = "percent"
    DATE = "date"  # 2026年11月27日
    MARK = "mark"  # the label's own name where it is true, nothing where it is not
    TICKS = "ticks"  # one placeholder for each member of an enum: √ or nothing
    ROWS = "rows"  # repeated rows


class Label(NamedTuple):
    """The name of a field in templates and how it is shown.

    `needed`: a template without it is no such form. `merges`: equal values below each other become one cell, within
    the cell of the merged column before it. `ticks`: the enum whose members are the placeholders of a TICKS field.
    """

    name: str
    style: Style = Style.TEXT
    needed: bool = True
    merges: bool = False
    ticks: type[Enum] | None = None


class Basis(Enum):
    """What an actual value stands on."""

    MEASURED = "实测"
    DECLARED = "填报"
    REVIEWED = "评议"
    NOTHING_OCCURRED = "无发生"
    NO_EVIDENCE = "尚无证据"


class Cause(Enum):
    """The five causes of a deviation that the monitoring form lets tick."""

    MONEY = "经费保障"
    RULES = "制度保障"
    STAFF = "人员保障"
    EQUIPMENT = "硬件条件保障"
    OTHER = "其他"


class Likelihood(Enum):
    """Whether a target will be met, as the monitoring form asks."""

    CERTAIN = "确定能"
    POSSIBLE = "有可能"
    IMPOSSIBLE = "完全不可能"


@dataclass(frozen=True, kw_only=True)
class Content:
    """What everything that is filled in carries: its year, the day on it, and whether it is simulated.

    `CODE` is the placeholder of the small code, `NEEDED` what a template must have beyond the fields that say so themselves.
    """

    TITLE: ClassVar[str] = ""
    WORD: ClassVar[str] = ""
    CODE: ClassVar[str] = "校验码图"
    NEEDED: ClassVar[frozenset[str]] = frozenset({"校验码"})

    year: Annotated[str, Label("年度")]
    made_on: Annotated[date, Label("填报日期", Style.DATE)]
    simulated: Annotated[bool, Label("模拟", Style.MARK)] = False


@dataclass(frozen=True, kw_only=True)
class OfficialForm(Content):
    """What every form of figures carries beyond that: who answers for it, and where its figures come from."""

    source: Annotated[str, Label("数据来源")]
    filled_by: Annotated[str, Label("填报人")] = ""
    head_of_unit: Annotated[str, Label("单位负责人")] = ""
    telephone: Annotated[str, Label("联系电话", needed=False)] = ""


# ---- 项目支出绩效目标申报表 ------------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class DeclaredFunds:
    """A row of the funds asked for."""

    label: Annotated[str, Label("名称")]
    cycle: Annotated[Decimal | None, Label("实施周期金额", Style.MONEY)] = None
    annual: Annotated[Decimal | None, Label("年度金额", Style.MONEY)] = None


@dataclass(frozen=True, kw_only=True)
class DeclaredIndicator:
    """An indicator with its two targets as worded by the office."""

    level1: Annotated[str, Label("一级指标", merges=True)]
    level2: Annotated[str, Label("二级指标", merges=True)]
    level3: Annotated[str, Label("三级指标")]
    cycle_target: Annotated[str, Label("实施周期指标值")]
    annual_target: Annotated[str, Label("年度指标值")]


@dataclass(frozen=True, kw_only=True)
class Declaration(OfficialForm):
    """项目支出绩效目标申报表."""

    TITLE: ClassVar[str] = "项目支出绩效目标申报表"
    WORD: ClassVar[str] = "declaration"

    project: Annotated[str, Label("项目名称")]
    department: Annotated[str, Label("主管部门")]
    unit: Annotated[str, Label("实施单位")]
    nature: Annotated[str, Label("项目属性")] = ""
    period: Annotated[str, Label("项目期")] = ""
    funds: Annotated[tuple[DeclaredFunds, ...], Label("资金", Style.ROWS)] = ()
    cycle_goal: Annotated[str, Label("实施周期总体目标")] = ""
    annual_goal: Annotated[str, Label("年度总体目标")] = ""
    indicators: Annotated[tuple[DeclaredIndicator, ...], Label("指标", Style.ROWS)] = ()
    opinion: Annotated[str, Label("审核意见", needed=False)] = ""


# ---- 绩效运行监控表 --------------------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class MonitoredFunds:
    """A row of the funds half-way."""

    label: Annotated[str, Label("名称")]
    opening: Annotated[Decimal | None, Label("年初预算数", Style.MONEY)] = None
    executed: Annotated[Decimal | None, Label("执行数", Style.MONEY)] = None
    rate: Annotated[Decimal | None, Label("执行率", Style.PERCENT)] = None
    expected: Annotated[Decimal | None, Label("全年预计执行数", Style.MONEY)] = None


@dataclass(frozen=True, kw_only=True)
class MonitoredIndicator:
    """An indicator half-way: where it stands, where it will end, why it deviates."""

    level1: Annotated[str, Label("一级指标", merges=True)]
    level2: Annotated[str, Label("二级指标", merges=True)]
    level3: Annotated[str, Label("三级指标")]
    target: Annotated[str, Label("年度指标值")]
    actual: Annotated[str, Label("执行情况")]
    basis: Annotated[Basis, Label("依据")]
    expected: Annotated[str, Label("全年预计完成情况")] = ""
    causes: Annotated[frozenset[Cause], Label("偏差原因", Style.TICKS, ticks=Cause)] = frozenset()
    explanation: Annotated[str, Label("原因说明")] = ""
    likelihood: Annotated[Likelihood | None, Label("完成目标可能性", Style.TICKS, ticks=Likelihood)] = None
    remark: Annotated[str, Label("备注")] = ""


@dataclass(frozen=True, kw_only=True)
class Monitoring(OfficialForm):
    """项目支出绩效运行监控表; `until` is worded by the caller, such as 1-7月."""

    TITLE: ClassVar[str] = "项目支出绩效运行监控表"
    WORD: ClassVar[str] = "monitoring"

    project: Annotated[str, Label("项目名称")]
    department: Annotated[str, Label("主管部门")]
    unit: Annotated[str, Label("实施单位")]
    until: Annotated[str, Label("监控期间")]
    funds: Annotated[tuple[MonitoredFunds, ...], Label("资金", Style.ROWS)] = ()
    annual_goal: Annotated[str, Label("年度总体目标")] = ""
    indicators: Annotated[tuple[MonitoredIndicator, ...], Label("指标", Style.ROWS)] = ()


# ---- 项目支出绩效自评表 ----------------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class EvaluatedFunds:
    """A row of the funds after the year; weight and score stand on the row of the total only."""

    label: Annotated[str, Label("名称")]
    opening: Annotated[Decimal | None, Label("年初预算数", Style.MONEY)] = None
    adjusted: Annotated[Decimal | None, Label("全年预算数", Style.MONEY)] = None
    executed: Annotated[Decimal | None, Label("全年执行数", Style.MONEY)] = None
    weight: Annotated[Decimal | None, Label("分值", Style.POINTS)] = None
    rate: Annotated[Decimal | None, Label("执行率", Style.PERCENT)] = None
    score: Annotated[Decimal | None, Label("得分", Style.POINTS)] = None


@dataclass(frozen=True, kw_only=True)
class EvaluatedIndicator:
    """An indicator after the year, with its points and why some were lost."""

    JOINED: ClassVar[dict[str, tuple[str, ...]]] = {"偏差原因分析及改进措施": ("偏差原因", "改进措施")}

    level1: Annotated[str, Label("一级指标", merges=True)]
    level2: Annotated[str, Label("二级指标", merges=True)]
    level3: Annotated[str, Label("三级指标")]
    target: Annotated[str, Label("年度指标值")]
    actual: Annotated[str, Label("实际完成值")]
    basis: Annotated[Basis, Label("依据")]
    weight: Annotated[Decimal | None, Label("分值", Style.POINTS)] = None
    score: Annotated[Decimal | None, Label("得分", Style.POINTS)] = None
    reason: Annotated[str, Label("偏差原因")] = ""
    improvement: Annotated[str, Label("改进措施")] = ""


@dataclass(frozen=True, kw_only=True)
class SelfEvaluation(OfficialForm):
    """项目支出绩效自评表."""

    TITLE: ClassVar[str] = "项目支出绩效自评表"
    WORD: ClassVar[str] = "self_evaluation"

    project: Annotated[str, Label("项目名称")]
    department: Annotated[str, Label("主管部门")]
    unit: Annotated[str, Label("实施单位")]
    funds: Annotated[tuple[EvaluatedFunds, ...], Label("资金", Style.ROWS)] = ()
    expected_goal: Annotated[str, Label("预期目标")] = ""
    achieved_goal: Annotated[str, Label("实际完成情况")] = ""
    indicators: Annotated[tuple[EvaluatedIndicator, ...], Label("指标", Style.ROWS)] = ()
    total_weight: Annotated[Decimal | None, Label("总分值", Style.POINTS)] = None
    total_score: Annotated[Decimal | None, Label("总得分", Style.POINTS)] = None
    grade: Annotated[str, Label("等级")] = ""


# ---- 自评结果汇总表 --------------------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class SummaryRow:
    """One project's self-evaluation in one line."""

    number: Annotated[str, Label("序号")]
    unit: Annotated[str, Label("实施单位", merges=True)]
    project: Annotated[str, Label("项目名称")]
    adjusted: Annotated[Decimal | None, Label("全年预算数", Style.MONEY)] = None
    executed: Annotated[Decimal | None, Label("全年执行数", Style.MONEY)] = None
    rate: Annotated[Decimal | None, Label("执行率", Style.PERCENT)] = None
    score: Annotated[Decimal | None, Label("得分", Style.POINTS)] = None
    grade: Annotated[str, Label("等级")] = ""
    unmet: Annotated[str, Label("未完成情况及原因")] = ""
    improvement: Annotated[str, Label("改进措施")] = ""


@dataclass(frozen=True, kw_only=True)
class Summary(OfficialForm):
    """自评结果汇总表 of a department."""

    TITLE: ClassVar[str] = "项目支出绩效自评结果汇总表"
    WORD: ClassVar[str] = "summary"

    department: Annotated[str, Label("主管部门")]
    projects: Annotated[tuple[SummaryRow, ...], Label("项目", Style.ROWS)] = ()
    adjusted: Annotated[Decimal | None, Label("全年预算数合计", Style.MONEY)] = None
    executed: Annotated[Decimal | None, Label("全年执行数合计", Style.MONEY)] = None
    rate: Annotated[Decimal | None, Label("总执行率", Style.PERCENT)] = None
    remark: Annotated[str, Label("说明", needed=False)] = ""


# ---- 部门整体 ------------------------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class MainTask:
    """One of the year's main tasks of a department and its money."""

    name: Annotated[str, Label("任务名称")]
    substance: Annotated[str, Label("主要内容")]
    total: Annotated[Decimal | None, Label("预算金额", Style.MONEY)] = None
    fiscal: Annotated[Decimal | None, Label("财政拨款", Style.MONEY)] = None
    other: Annotated[Decimal | None, Label("其他资金", Style.MONEY)] = None
    executed: Annotated[Decimal | None, Label("执行数", Style.MONEY)] = None
    state: Annotated[str, Label("完成情况")] = ""


@dataclass(frozen=True, kw_only=True)
class WholeDepartment(OfficialForm):
    """部门整体支出绩效自评表: main tasks, goals and indicators of the whole department."""

    TITLE: ClassVar[str] = "部门整体支出绩效自评表"
    WORD: ClassVar[str] = "whole_department"

    department: Annotated[str, Label("部门名称")]
    funds: Annotated[tuple[EvaluatedFunds, ...], Label("资金", Style.ROWS)] = ()
    tasks: Annotated[tuple[MainTask, ...], Label("任务", Style.ROWS)] = ()
    expected_goal: Annotated[str, Label("预期目标")] = ""
    achieved_goal: Annotated[str, Label("实际完成情况")] = ""
    indicators: Annotated[tuple[EvaluatedIndicator, ...], Label("指标", Style.ROWS)] = ()
    total_weight: Annotated[Decimal | None, Label("总分值", Style.POINTS)] = None
    total_score: Annotated[Decimal | None, Label("总得分", Style.POINTS)] = None
    grade: Annotated[str, Label("等级")] = ""


# ---- 绩效评价报告 ----------------------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class Section:
    """A part of the report: its heading, numbered by the caller, and what is known for it already (may be empty)."""

    heading: Annotated[str, Label("标题")]
    text: Annotated[str, Label("正文")] = ""


@dataclass(frozen=True, kw_only=True)
class Scored:
    """A line of the report's table of points."""

    level1: Annotated[str, Label("一级指标", merges=True)]
    level2: Annotated[str, Label("二级指标", merges=True)]
    level3: Annotated[str, Label("三级指标")]
    weight: Annotated[Decimal | None, Label("分值", Style.POINTS)] = None
    score: Annotated[Decimal | None, Label("得分", Style.POINTS)] = None
    explanation: Annotated[str, Label("评分说明")] = ""


@dataclass(frozen=True, kw_only=True)
class Report(OfficialForm):
    """The outline of a 绩效评价报告, with what the record already says; people write the rest in Word."""

    TITLE: ClassVar[str] = "绩效评价报告"
    WORD: ClassVar[str] = "report"

    project: Annotated[str, Label("项目名称")]
    department: Annotated[str, Label("主管部门")]
    unit: Annotated[str, Label("实施单位")]
    sections: Annotated[tuple[Section, ...], Label("章节", Style.ROWS)] = ()
    lines: Annotated[tuple[Scored, ...], Label("评分", Style.ROWS)] = ()
    total_weight: Annotated[Decimal | None, Label("总分值", Style.POINTS)] = None
    total_score: Annotated[Decimal | None, Label("总得分", Style.POINTS)] = None
    grade: Annotated[str, Label("等级")] = ""


# The headings of the report, as the published outline has them.
OUTLINE = (
    "一、基本情况",
    "（一）项目概况",
    "（二）项目绩效目标",
    "二、绩效评价工作开展情况",
    "（一）绩效评价目的、对象和范围",
    "（二）绩效评价原则、评价指标体系、评价方法、评价标准",
    "（三）绩效评价工作过程",
    "三、综合评价情况及评价结论（附评分表）",
    "四、绩效评价指标分析",
    "（一）项目决策情况",
    "（二）项目过程情况",
    "（三）项目产出情况",
    "（四）项目效益情况",
    "五、主要经验及做法、存在的问题及原因分析",
    "六、有关建议",
    "七、其他需要说明的问题",
)

# Every form by its permanent word.
FORMS: dict[str, type[OfficialForm]] = {
    each.WORD: each for each in (Declaration, Monitoring, SelfEvaluation, Summary, WholeDepartment, Report)
}
