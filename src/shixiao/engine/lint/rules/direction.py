"""Rules on which way a target points, and on bounds that cannot be or are always met."""

from __future__ import annotations

from shixiao.engine.bilingual import Text
from shixiao.engine.lint import vocabulary as words
from shixiao.engine.lint.finding import Severity, Suggestion
from shixiao.engine.lint.rows import BOOLEAN, BUDGET_BOUND, COMPOUND, NUMERIC, QUALITATIVE, RANGE, PlanRows, Row, listed
from shixiao.engine.lint.rule import GUIDE, Family, Found, Rule
from shixiao.engine.lint.settings import Settings
from shixiao.engine.targets.reading import Reading, Sense

DIRECTION = Family.DIRECTION
AT_MOST = Sense.AT_MOST


@Rule(
    "L07",
    DIRECTION,
    Severity.HINT,
    title=Text("成本指标只是重申预算", "Cost targets that only restate the budget"),
    why=Text(
        "“不超预算”“≤100%”“是”不说明一件、一人次花多少钱。花完预算就算达标，看不出成本高低。几乎每张表都这样，所以全表只提示一行。",
        "≤ budget, ≤100% and 是 do not say what one piece or one person costs: spending it all meets the target. "
        "Nearly every table does it, so there is one line for the whole table.",
    ),
    basis=GUIDE,
    bad="41 项目成本控制 | 小于等于预算批复金额",
    good="41 人均培训成本 | ≤400元/人",
).of_plan
def vacuous_costs(book: PlanRows, settings: Settings) -> list[Found]:
    """One line per table on all cost indicators without a cost of their own."""
    costs = [row for row in book.rows() if row.code in words.COSTS]
    vacuous = [row for row in costs if _restates_the_budget(row)]
    if not vacuous:
        return []
    rows = listed(vacuous)
    return [
        Found(
            Text(
                f"{len(costs)} 条成本指标中有 {len(vacuous)} 条只是重申预算（第 {rows} 行）；建议补充单位成本，如每人、每件多少元",
                f"{len(vacuous)} of {len(costs)} cost targets only restate the budget (rows {rows}); "
                "add unit costs, such as yuan per person or per piece",
            )
        )
    ]


def _restates_the_budget(row: Row) -> bool:
    reading = row.reading
    if row.kind in (BOOLEAN, BUDGET_BOUND, QUALITATIVE):
        return True
    if row.kind is not NUMERIC:
        return False
    if reading.unit == "%":
        return reading.value == 100
    total = row.sheet.project.funds.total
    return total is not None and (reading.unit, reading.value) in (("万元", total), ("元", total * 10000))


_SAVINGS = (
    "节约",
    "节省",
    "降低",
    "下降",
    "压减",
    "减少",
    "回收",
    "收益",
    "及时",
    "合规",
    "准确",
    "公开",
    "完成率",
    "执行率",
    "支付率",
)


@Rule(
    "L08",
    DIRECTION,
    Severity.WARNING,
    codes=words.COSTS,
    title=Text("成本写成了下限", "A cost with a floor"),
    why=Text(
        "成本指标用“≥”“不少于”，花得越多越好，方向反了。",
        "A cost with ≥ is met the better the more is spent: the direction is reversed.",
    ),
    bad="41 项目总成本 | ≥50万元",
    good="41 项目总成本 | ≤50万元",
).of_row
def cost_with_a_floor(row: Row, settings: Settings) -> Found | None:
    """≥ or > on a cost, unless the name is about saving."""
    op = row.reading.op
    if op not in (">=", ">") or any(word in row.name for word in _SAVINGS):
        return None
    return Found(
        Text(
            f"成本指标的值“{row.indicator.annual_wording}”是下限，花得越多越好；应为上限",
            f"the cost “{row.indicator.annual_wording}” is a floor: the more is spent the better; it should be a ceiling",
        ),
        _turned(row.indicator.annual_wording),
    )


def _turned(wording: str) -> Suggestion | None:
    """Only a sign is turned round: 不低于 may well be meant, as a standard of support."""
    return Suggestion("annual_wording", wording.replace("≥", "≤")) if "≥" in wording else None


_UNWANTED = (
    "事故", "投诉", "差错", "故障", "失误", "违规", "违纪", "错误", "退回", "退文", "上访", "信访", "超时", "逾期", "能耗", "用水", "用电", "排放", "缺陷", "漏洞",
    "损坏", "死亡", "伤亡", "发病", "案件", "纠纷", "偏差", "误差", "时间", "时长", "间隔", "人员", "编外", "变更", "事件", "成本", "费用", "单价", "调整", "会议",
)  # fmt: skip
_NOT_PIECES = frozenset("% ‰ 小时 分钟 秒 天 日 个工作日 工作日 个月 月 年 元 万元 亿元 个百分点 元/人 元/次".split())


@Rule(
    "L09",
    DIRECTION,
    Severity.WARNING,
    kinds=(NUMERIC, COMPOUND),
    codes=(words.QUANTITY,),
    title=Text("产出写成了上限", "An output with a ceiling"),
    why=Text(
        "“不超过 38 期”一期不出也满分。要控制数量，放到成本或时效里说；产出应写至少做多少，或就写做多少。",
        "With “at most 38 issues” not one issue scores full marks. A limit belongs to cost; an output says at least how many, "
        "or just how many.",
    ),
    bad="11 公报编印数量 | 不超过38期",
    good="11 公报编印数量 | 36期",
).of_row
def output_with_a_ceiling(row: Row, settings: Settings) -> Found | None:
    """≤ or < on a quantity, also inside a compound; not for what nobody wants more of, and not for times or money."""
    if row.code != words.QUANTITY:
        return None
    readings = row.reading.parts if row.kind is COMPOUND else (row.reading,)
    if not any(_caps_pieces(reading) for reading in readings) or any(word in row.name for word in _UNWANTED):
        return None
    return Found(
        Text(
            f"“{row.indicator.annual_wording}”是上限，一件不做也算达标；产出请写至少做多少",
            f"“{row.indicator.annual_wording}” is a ceiling: doing nothing meets it; say at least how many",
        )
    )


def _caps_pieces(reading: Reading) -> bool:
    return reading.op in ("<=", "<") and reading.unit not in _NOT_PIECES and bool(reading.value)


@Rule(
    "L10",
    DIRECTION,
    Severity.ERROR,
    kinds=(NUMERIC, RANGE),
    also=(Severity.HINT,),
    title=Text("不可能的界限", "An impossible bound"),
    why=Text(
        "合格率、满意度这类比率在 0 到 100% 之间，超过 100%、低于 0 无法达到；上下限颠倒的区间也是。“≥100%”“≤0%”只在正好等于时成立，作提示。",
        "Rates such as 合格率 and 满意度 lie between 0 and 100%: above or below cannot be reached, nor can a range whose ends "
        "are swapped. ≥100% and ≤0% hold only when exactly equal: a hint.",
    ),
    bad="12 设备验收合格率 | ≥105%",
    good="12 设备验收合格率 | 100%",
).of_row
def impossible_bound(row: Row, settings: Settings) -> Found | None:
    """A share of a whole beyond 100% or below 0, or a range upside down. Rates that may pass 100% are left alone."""
    reading = row.reading
    if row.kind is RANGE:
        return _swapped(row) or (_beyond(row) if reading.high and reading.high > 100 else None)
    if reading.unit != "%" or reading.value is None:
        return None
    op, value = reading.op, reading.value
    if op in ("<", "<=", "=") and value < 0 or op == "<" and value == 0:
        return _beyond(row)
    if op == "<=" and value == 0:
        return _only_equal(row, "0")
    if value < 100 or op in ("<", "<=") or not words.is_bounded(row.stem):
        return None
    if value > 100 or op == ">":
        return _beyond(row)
    return _only_equal(row, "100%") if op == ">=" and not row.value.isdecimal() else None  # a sign in another column


def _swapped(row: Row) -> Found | None:
    low, high = row.reading.value, row.reading.high  # the reader puts them in order, and says so
    if "operators-conflict" not in row.reading.unsure or row.value.find(str(high)) >= row.value.rfind(str(low)):
        return None
    return Found(
        Text(
            f"区间“{row.indicator.annual_wording}”从 {high} 到 {low}，上下限颠倒，什么值都不在其中",
            f"the range “{row.indicator.annual_wording}” runs from {high} to {low}: nothing lies in it",
        )
    )


def _beyond(row: Row) -> Found | None:
    if row.reading.unit != "%" or not words.is_bounded(row.stem):
        return None
    misread = row.value.startswith("2")  # as in 292%
    return Found(
        Text(
            f"“{row.indicator.name}”在 0 到 100% 之间，“{row.indicator.annual_wording}”无法达到"
            + ("；开头的 2 可能是“≥”识别错了" if misread else ""),
            f"“{row.indicator.name}” lies between 0 and 100%; “{row.indicator.annual_wording}” cannot be reached"
            + ("; the leading 2 may be a misread ≥" if misread else ""),
        )
    )


def _only_equal(row: Row, exact: str) -> Found:
    return Found(
        Text(
            f"“{row.indicator.annual_wording}”只在正好等于 {exact} 时成立，直接写 {exact} 更清楚",
            f"“{row.indicator.annual_wording}” holds only when it is exactly {exact}; simply write {exact}",
        ),
        Suggestion("annual_wording", exact),
        Severity.HINT,
    )


@Rule(
    "L11",
    DIRECTION,
    Severity.WARNING,
    kinds=(NUMERIC,),
    title=Text("目标偏低", "A low target"),
    why=Text(
        "满意度、合格率、办结率这类指标，多数单位都能做到九成以上。目标定得很低，年底必然达标，起不到约束作用。发放对象不应出错，准确率应为 100%。下限可在设置中调整。",
        "Most offices reach nine in ten for satisfaction, acceptance and completion. A low target is always met and binds nobody. "
        "Payments to people should be right every time. The floors are settings.",
    ),
    bad="12 案件办结率 | 80%",
    good="12 案件办结率 | 95%",
).of_row
def low_target(row: Row, settings: Settings) -> Found | None:
    """Below `satisfaction_floor`, `compliance_floor`, or below 100% where people are paid."""
    reading = row.reading
    if reading.unit != "%" or reading.sense is AT_MOST or not reading.value:
        return None
    floor = _floor(row, settings)
    if floor is None or reading.value >= floor or any(word in row.stem for word in _HARD_TO_REACH):
        return None
    return Found(
        Text(
            f"“{row.indicator.annual_wording}”低于常见的 {floor}%；请确认这是努力后才能达到的水平，并说明依据",
            f"“{row.indicator.annual_wording}” is below the usual {floor}%; confirm that it takes an effort, and on what it rests",
        )
    )


_HARD_TO_REACH = ("预报", "预测", "预警", "抗体", "调解", "执行案件", "破案", "侦破")


def _floor(row: Row, settings: Settings) -> int | None:
    ending = row.stem[-3:]
    if ending in ("满意度", "满意率"):
        return settings.satisfaction_floor
    if ending not in words.COMPLIANCE_SHARES and ending not in words.PAY_SHARES:
        return None
    if ending in words.PAY_SHARES and any(word in row.stem for word in words.PAY_WORDS):
        return 100
    return settings.compliance_floor if ending in words.COMPLIANCE_SHARES else None


@Rule(
    "L49",
    DIRECTION,
    Severity.WARNING,
    kinds=(NUMERIC,),
    title=Text("怎样都能达到的界限", "A bound that is always met"),
    why=Text(
        "“合格率≤100%”“次数≥0”永远成立，等于没有目标，多半是符号写反了。",
        "A pass rate of at most 100% and a count of at least 0 always hold, so there is no target; usually the sign is reversed.",
    ),
    bad="12 设备验收合格率 | ≤100%",
    good="12 设备验收合格率 | ≥98%",
).of_row
def always_met(row: Row, settings: Settings) -> Found | None:
    """At most everything, or at least nothing. Costs against the budget belong to L07."""
    reading = row.reading
    if reading.value is None or row.code in words.COSTS:
        return None
    if reading.op not in (">=", "<="):
        return None
    at_least_nothing = reading.op == ">=" and reading.value == 0 and "增长" not in row.name
    at_most_all = reading.op == "<=" and reading.value >= 100 and reading.unit == "%" and words.is_bounded(row.stem)
    if not (at_least_nothing or at_most_all):
        return None
    wording = row.indicator.annual_wording
    return Found(
        Text(
            f"“{wording}”怎样都成立，等于没有目标；请检查符号和数值",
            f"“{wording}” always holds, so it is no target; check the sign and the number",
        )
    )
