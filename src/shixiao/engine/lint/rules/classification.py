"""Rules on whether an indicator stands in the right class."""

from __future__ import annotations

from collections.abc import Iterator

from shixiao.engine.bilingual import Text
from shixiao.engine.lint import vocabulary as words
from shixiao.engine.lint.finding import Severity, Suggestion
from shixiao.engine.lint.rows import COMPOUND, NUMERIC, PlanRows, Row, listed
from shixiao.engine.lint.rule import EVALUATION, GUIDE, Family, Found, Rule
from shixiao.engine.lint.settings import Settings
from shixiao.engine.targets.reading import Sense

CLASSIFICATION = Family.CLASSIFICATION
AT_MOST = Sense.AT_MOST


@Rule(
    "L05",
    CLASSIFICATION,
    Severity.HINT,
    codes=(words.QUANTITY,),
    title=Text("数量指标写成了比率", "A share under quantity"),
    why=Text(
        "数量指标说明提供了多少产品和服务。“完成率 100%”不说做多少，做十件和做一件一样满分。很多表都这样写，所以只作提示。",
        "A quantity says how much is delivered. A completion rate of 100% does not: ten pieces and one score alike. "
        "Many tables do it, so this is a hint.",
    ),
    basis=GUIDE,
    bad="11 工单完成率 | ≥98%",
    good="11 处理工单数 | ≥600单",
).of_row
def share_under_quantity(row: Row, settings: Settings) -> Found | None:
    """Class 11 and a percentage, or the name of a rate."""
    if row.reading.unit != "%" and not row.is_share:
        return None
    code = words.TIMELINESS if row.stem.endswith(("及时率", "准时率", "响应率")) else words.QUALITY
    clear = row.stem.endswith(("及时率", "准时率", "合格率", "准确率", "正确率", "合规率", "达标率"))
    return Found(
        Text(
            "数量指标写成比率，看不出工作量；请写件数、次数，或移到质量、时效指标",
            "a share under quantity does not show how much is done; give a count, or move it to quality or timeliness",
        ),
        _move(row, code) if clear else None,
    )


def _move(row: Row, code: str) -> Suggestion:
    return Suggestion("level2", words.class_cell(code, row.indicator.level2))


_TIMES = (
    "恢复时间", "响应时间", "处理时间", "处置时间", "修复时间", "办结时间", "办理时间", "到场时间", "到达时间", "完成时间", "办理时限", "办结时限", "完成时限",
    "及时率", "及时性", "准时率", "时效性", "按时完成率", "按期完成率", "平均用时",
)  # fmt: skip
_LAST_OF_TIMES = frozenset(ending[-1] for ending in _TIMES)
_QUALITIES = ("合格率", "达标率", "准确率", "正确率", "合规率")
_PIECES = frozenset(("篇", "份", "场", "场次", "期", "册", "本"))
_PIECES_THAT_ARE_EFFECTS = (
    "受益", "惠及", "带动", "事故", "事件", "投诉", "上访", "舆情", "阅读", "下载", "转载", "引用", "报道", "获奖", "批示", "采纳", "采用", "减少", "降低", "就业",
    "成交", "签约", "订单", "专利",
)  # fmt: skip


@Rule(
    "L06",
    CLASSIFICATION,
    Severity.WARNING,
    title=Text("归错了类", "In the wrong class"),
    why=Text(
        "恢复时间、及时率是时效，满意度是满意度，成本是成本，写了几篇、办了几场是产出而不是效益。归错类，权重就给错了地方。",
        "A recovery time is timeliness, a satisfaction is satisfaction, a cost is a cost, and papers written or events held "
        "are outputs, not effects. In the wrong class they take the weight of another one.",
    ),
    basis=GUIDE,
    bad="22 系统平均故障恢复时间 | <30分钟",
    good="13 系统平均故障恢复时间 | <30分钟",
).of_row
def wrong_class(row: Row, settings: Settings) -> Found | None:
    """The name, or the unit, belongs to another class beyond doubt."""
    code = _class_meant(row)
    if code is None:
        return None
    meant, given = words.CLASSES[code], words.CLASSES.get(row.code, Text(row.code, row.code))
    return Found(
        Text(
            f"“{row.indicator.name}”归在{given.zh}，按内容应是{meant.zh}",
            f"“{row.indicator.name}” stands under {given.en}; by its content it is {meant.en}",
        ),
        _move(row, code),
    )


def _class_meant(row: Row) -> str | None:
    name, code = row.stem, row.code
    if not code:
        return None
    if code == words.SATISFACTION or "满意" in name:
        return words.SATISFACTION if code != words.SATISFACTION and name.endswith(("满意度", "满意率")) else None
    if "成本" in name:
        return words.COST if code not in words.COSTS and not code.startswith("2") else None
    if name[-1:] in _LAST_OF_TIMES and name.endswith(_TIMES) and code not in words.COSTS and row.kind is not COMPOUND:
        return words.TIMELINESS if code != words.TIMELINESS and not _is_share_of_quantity(row) else None
    if code in ("11", "12"):
        return words.TIMELINESS if (row.reading.date or "P")[0] != "P" else None  # a date, not a duration
    if code in (words.TIMELINESS, "21") and name.endswith(_QUALITIES):
        return words.QUALITY
    return words.QUANTITY if code in words.BENEFITS and _counts_pieces(row) else None


def _is_share_of_quantity(row: Row) -> bool:
    return row.code == words.QUANTITY and row.is_share  # L05 has said so


def _counts_pieces(row: Row) -> bool:
    readings = row.reading.parts if row.kind is COMPOUND else (row.reading,)
    if not all(
        reading.unit in _PIECES and reading.sense is not AT_MOST and bool(reading.value) for reading in readings
    ):
        return False
    return not any(word in row.name for word in _PIECES_THAT_ARE_EFFECTS)


@Rule(
    "L24",
    CLASSIFICATION,
    Severity.WARNING,
    codes=(words.SATISFACTION,),
    title=Text("满意度指标不是满意度", "A satisfaction that is none"),
    why=Text(
        "满意度要问服务对象。投诉率是另一回事：方向相反，没人投诉不等于满意；“工作氛围良好”也没有说问谁。",
        "Satisfaction is asked of those served. A complaint rate is something else: it runs the other way, and silence is "
        "not satisfaction. And 工作氛围 良好 does not say who is asked.",
    ),
    basis=GUIDE,
    bad="31 服务投诉率 | ≤1%",
    good="31 服务对象满意度 | ≥90%",
).of_row
def not_a_satisfaction(row: Row, settings: Settings) -> Found | None:
    """Class 31 without a survey word in the name or the value."""
    if row.code != words.SATISFACTION:
        return None
    if any(word in row.name or word in row.value for word in words.SURVEY_WORDS):
        return None
    if "投诉" in row.name:
        said = Text(
            "投诉率不是满意度，方向也相反；请另设满意度指标，投诉率移到质量指标并写明分母",
            "a complaint rate is not a satisfaction and runs the other way; add a satisfaction, and move this to quality "
            "with its denominator",
        )
    else:
        said = Text(
            f"“{row.indicator.name}”没有说明问谁、满意什么；请改为某类服务对象的满意度",
            f"“{row.indicator.name}” does not say who is asked; make it the satisfaction of those served",
        )
    return Found(said)


_SPENDING_RATES = ("支付率", "执行率", "支出率", "拨付率", "支出进度", "到位率", "使用率")
_MONEY_WORDS = ("预算", "资金", "经费", "支出", "支付", "款项", "拨款")
_AMOUNTS_SPENT = ("采购金额", "支出金额", "投入金额", "支付金额", "拨付金额", "投入资金", "经费支出", "资金支出")
_MONEY_UNITS = frozenset(("元", "万元", "亿元"))


@Rule(
    "L29",
    CLASSIFICATION,
    Severity.WARNING,
    codes=words.OUTPUTS,
    also=(Severity.HINT,),
    title=Text("把投入当作产出", "An input listed as an output"),
    why=Text(
        "花钱、付款、预算执行率说的是投入，自评时另有分值；产出要说钱换来了什么。按次发放的津贴补贴只作提示。",
        "Spending, paying and the execution rate are inputs, and have points of their own in the self-evaluation; an output "
        "says what the money brought. Allowances counted by payments are a hint only.",
    ),
    basis=EVALUATION,
    bad="11 预算执行率 | ≥95%",
    good="11 改造老旧管网长度 | ≥12公里",
).of_row
def input_as_output(row: Row, settings: Settings) -> Found | None:
    """A rate of spending, an amount spent, or rounds of payment under outputs."""
    if row.code not in words.OUTPUTS:
        return None
    name = row.stem
    spends = name.endswith(_SPENDING_RATES) and any(word in name for word in _MONEY_WORDS)
    if spends or (row.code == words.QUANTITY and _is_amount_spent(name)):
        return Found(
            Text(
                f"“{row.indicator.name}”是投入，不是产出；请写这笔钱换来的产品或服务",
                f"“{row.indicator.name}” is an input; say what the money delivers",
            )
        )
    if row.code == words.QUANTITY and "发放" in name and row.reading.unit in _MONEY_UNITS | {"次"}:
        return Found(
            Text(
                "按金额或次数发放是付款动作；建议写保障了多少人、达到什么标准",
                "paying out by amount or in rounds is a payment; better say how many people it supports and to what standard",
            ),
            severity=Severity.HINT,
        )
    return None


def _is_amount_spent(name: str) -> bool:
    if "金" not in name and "支出" not in name:
        return False
    return any(word in name for word in _AMOUNTS_SPENT)


_NAMES_WITH_A_BASE = (
    "率", "度", "比例", "占比", "比重", "比", "覆盖面", "幅", "百分比", "满意", "增长", "增速", "下降", "降低", "减少", "增加", "节约", "较上年", "提高", "提升", "指数",
)  # fmt: skip


@Rule(
    "L65",
    CLASSIFICATION,
    Severity.HINT,
    kinds=(NUMERIC,),
    title=Text("百分比没有说明是什么的百分之几", "A percentage of what?"),
    why=Text(
        "“编印质量 100%”“运维成效 95%”没有分子和分母，填报人各算各的。写成合格率、完成率等，并说明分母。",
        "A quality of 100% or an effect of 95% has no numerator and no denominator; everybody counts differently. "
        "Make it a rate, and say of what.",
    ),
    bad="12 公报编印质量 | 100%",
    good="12 公报编印无差错期数占比 | 100%",
).of_row
def percent_of_what(row: Row, settings: Settings) -> Found | None:
    """A percentage whose name, and whose value, names no rate. Under quantity L05 has said so."""
    if row.reading.unit != "%" or row.is_share or row.code == words.QUANTITY or row.code in words.COSTS:
        return None
    if any(word in row.name or word in row.value for word in _NAMES_WITH_A_BASE):
        return None
    return Found(
        Text(
            f"“{row.indicator.name}”的“{row.indicator.annual_wording}”是什么的百分之几？请写明分子和分母",
            f"“{row.indicator.annual_wording}” of what? “{row.indicator.name}” names no numerator and no denominator",
        )
    )


_LEVELS = {"产出": "1", "效益": "2", "满意": "3", "成本": "4"}


@Rule(
    "L47",
    CLASSIFICATION,
    Severity.WARNING,
    also=(Severity.HINT,),
    title=Text("一级、二级指标对不上或认不出", "First and second level disagree or are unknown"),
    why=Text(
        "二级指标的代码以一级指标的代码开头。对不上时不知道该按哪一个给权重。认不出的类别全表提示一行：旧的指标体系用别的类别。",
        "The code of a second-level class begins with the code of its first level. When they disagree nobody knows which "
        "weight applies. Unknown classes get one line for the whole table: older taxonomies have other classes.",
    ),
    bad="2-效益指标/11-数量指标 检查次数 | 4次",
    good="1-产出指标/11-数量指标 检查次数 | 4次",
).of_plan
def levels_disagree(book: PlanRows, settings: Settings) -> Iterator[Found]:
    """A level-1 cell of another level: one warning for each row. Unknown classes: one line for the table, because
    older taxonomies have other classes throughout. Cost inside outputs (14) is an older form, too."""
    unknown = []
    for row in book.rows():
        if not row.code:
            unknown.append(row)
        elif not _is_level_of(row.indicator.level1, row.code):
            level1, level2 = row.indicator.level1, row.indicator.level2
            yield Found(
                Text(
                    f"一级指标是“{level1}”，二级指标却是“{level2}”",
                    f"the first level is “{level1}” but the second is “{level2}”",
                ),
                at=row,
            )
    if unknown:
        rows, cells = listed(unknown), sorted({row.indicator.level2 or row.indicator.level1 for row in unknown} - {""})
        named = f"（{'、'.join(cells[:5])}）" if cells else ""
        yield Found(
            Text(
                f"有 {len(unknown)} 条指标认不出类别{named}，与类别有关的检查没有做：第 {rows} 行",
                f"no known class for {len(unknown)} of the indicators {named}; what depends on it was not checked: rows {rows}",
            ),
            severity=Severity.HINT,
        )


def _is_level_of(cell: str, code: str) -> bool:
    level = _level(cell)
    return level == code[0] or not level or (level == "1" and code in words.COSTS)


def _level(cell: str) -> str:
    return cell[:1] if cell[:1].isdigit() else next((digit for word, digit in _LEVELS.items() if word in cell), "")
