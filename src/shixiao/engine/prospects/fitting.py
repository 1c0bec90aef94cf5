"""Whether a measure answers a target, and how its reading becomes a value in the target's own unit."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from fractions import Fraction

from shixiao.engine.bilingual import Text
from shixiao.engine.measures import Aspect, Measure, Ratio, Reads
from shixiao.engine.targets import Kind, Reading, Sense
from shixiao.engine.targets.units import MONEY, TIME_UNITS, UNITS

# Factors are fractions: 30 minutes are exactly half an hour, and a value on the bound is on the bound.
_SECONDS = {
    "毫秒": Fraction(1, 1000),
    **dict.fromkeys(("秒", "秒钟"), Fraction(1)),
    **dict.fromkeys(("分", "分钟"), Fraction(60)),
    **dict.fromkeys(("小时", "个小时"), Fraction(3600)),
    **dict.fromkeys(("天", "日", "自然日", "个自然日", "日历天", "个日历天"), Fraction(86_400)),
    "周": Fraction(604_800),
}
_YUAN = {
    "元": Fraction(1),
    "百元": Fraction(100),
    "千元": Fraction(1000),
    "万元": Fraction(10_000),
    "百万元": Fraction(1_000_000),
    "千万元": Fraction(10_000_000),
    "亿元": Fraction(100_000_000),
}
_RATES = {"%": Fraction(100), "‰": Fraction(1000)}
_TIMES = {"百": 100, "千": 1000, "万": 10_000, "亿": 100_000_000}
# A measure that counts cases is told in whatever the target calls them, but not in what is weighed, measured or metered.
_ANY_COUNTER = frozenset(("", "件", "次", "项", "个", "件次"))
_QUANTITIES = frozenset(
    "米 公里 千米 平方公里 厘米 毫米 公顷 平方米 亩 吨 公斤 千克 克 斤 毫克 立方米 立方 方 升 毫升 千瓦 千瓦时 兆 兆瓦 "
    "千伏 伏 安 焦 兆帕 吨公里 个百分点 百分点 折 倍 度 岁 周岁 人天 人日 人月 人年 人时 台时 人·次 分贝 "
    "kg g km m cm mm t L ml mL kw kW MW KW kWh kwh kVA M G T GB TB MB KB Mbps Gbps MHz ℃ °C dB ㎡ m² m2 m³ m3 ㎥ "
    "mg/L mg/m³ μg/m³ ug/m3 μg/m3 微克/立方米 毫克/升 公斤/亩 公里/小时".split()
)
_NO_COUNTERS = _QUANTITIES | MONEY | TIME_UNITS | _SECONDS.keys() | _RATES.keys()
GRADES = frozenset(("优", "优秀", "良", "良好", "优良", "中", "中等", "一般", "合格", "差", "较差"))


class Mode(str, Enum):
    """What of a reading is held against the target."""

    NUMBER = "number"  # its value, by `factor` in the target's unit
    ALL_OF = "all_of"  # that none was missed and at least one was met
    SOME = "some"  # that there is at least one
    BUDGET = "budget"  # its value against the second figure
    TIERS = "tiers"  # a mark in percent of the points, by the tier in which it lies


class Misfit(ValueError):
    """The measure cannot answer the target; `text` says why and what to do."""

    def __init__(self, text: Text) -> None:
        super().__init__(text.en)
        self.text = text


@dataclass(frozen=True, slots=True, kw_only=True)
class Fit:
    """How a reading becomes a value: by `factor`, in `unit`.

    `is_timely`: what is missed was too late. `mends`: what is missed becomes met when it is made up for. `is_money`: a ratio of money.
    `is_judgement`: people judged it, so nothing is forecast.
    """

    mode: Mode
    reads: Reads
    factor: Fraction = Fraction(1)
    unit: str = ""
    is_timely: bool = False
    mends: bool = False
    is_money: bool = False
    is_judgement: bool = False


def fit(target: Reading, measure: Measure | Ratio, *, has_against: bool = False) -> Fit:
    """How the measure answers the target (an atomic one).

    A rate whose value is 是, a limit of time that is a parameter of the measure, and 每天不少于 … that it looks at day by day are read as
    all-of. What people judged answers a qualitative target by tiers: a mark, or the share of works that reach a tier, in percent of the points.
    `has_against`: there is a second figure, the approved budget. Raises `Misfit`.
    """
    found = _fitted(target, measure, measure.reads, has_against=has_against)
    if found is None:
        raise Misfit(_why_not(target, measure))
    mode, factor, unit = found
    return Fit(
        mode=mode,
        reads=measure.reads,
        factor=factor,
        unit=unit,
        is_timely=measure.aspect is Aspect.TIMELINESS,
        mends=isinstance(measure, Measure) and measure.mends,
        is_money=isinstance(measure, Ratio) and measure.aspect is Aspect.COST,
        is_judgement=_is_judgement(measure),
    )


def _is_judgement(measure: Measure | Ratio) -> bool:
    return isinstance(measure, Measure) and measure.is_judgement


_Fitted = tuple[Mode, Fraction, str]
_ONE = Fraction(1)
_IS_ALL_OF: _Fitted = (Mode.ALL_OF, _ONE, "")


def _fitted(target: Reading, measure: Measure | Ratio, reads: Reads, *, has_against: bool) -> _Fitted | None:
    of_cases = reads in (Reads.SHARE, Reads.ALL_OF)
    match target.kind:
        case Kind.BOOLEAN:
            return _of_yes_or_no(target, measure, reads, has_against=has_against)
        case Kind.DEADLINE:
            return _IS_ALL_OF if of_cases else None
        case Kind.BUDGET_BOUND:
            return _of_budget(measure, reads, has_against=has_against)
        case Kind.QUALITATIVE if _is_judgement(measure):
            return _by_tiers(measure, reads)
        case Kind.QUALITATIVE:
            return _IS_ALL_OF if of_cases and (target.text or "") not in GRADES else None
        case Kind.NUMERIC | Kind.RANGE:
            return _of_number(target, measure, reads)
    return None


def _by_tiers(measure: Measure | Ratio, reads: Reads) -> _Fitted | None:
    """A mark is in percent already; of works it is the share of those that reach the tier."""
    if measure.unit != "%" or reads not in (Reads.MEAN, Reads.SHARE):
        return None
    return Mode.TIERS, _RATES["%"] if reads is Reads.SHARE else _ONE, "%"


def _of_yes_or_no(target: Reading, measure: Measure | Ratio, reads: Reads, *, has_against: bool) -> _Fitted | None:
    """是: all of them, at least one, or within the budget. 否 is an answer to a question that only a count can be asked: is there any?"""
    if target.text == "否":
        return (Mode.SOME, _ONE, measure.unit) if reads is Reads.COUNT else None
    if reads in (Reads.SHARE, Reads.ALL_OF):
        return _IS_ALL_OF
    if reads is Reads.COUNT:
        return Mode.SOME, _ONE, measure.unit
    return _of_budget(measure, reads, has_against=has_against)


def _of_budget(measure: Measure | Ratio, reads: Reads, *, has_against: bool) -> _Fitted | None:
    if reads is Reads.SUM and has_against and measure.unit in _YUAN:
        return Mode.BUDGET, _YUAN[measure.unit] / _YUAN["万元"], "万元"
    is_spent = reads is Reads.RATIO and measure.unit == "%" and measure.aspect is Aspect.COST
    return (Mode.BUDGET, _RATES["%"], "%") if is_spent else None


def _of_number(target: Reading, measure: Measure | Ratio, reads: Reads) -> _Fitted | None:
    unit = target.unit or ""
    if reads in _OF_THE_WHOLE and target.per not in (None, "每年"):
        return None  # a year's sum says nothing of each month
    match reads:
        case Reads.ALL_OF:
            is_whole = unit == "%" and target.value == 100 and target.sense is not Sense.AT_MOST
            return _IS_ALL_OF if is_whole or target.per or unit in TIME_UNITS else None
        case Reads.SHARE:
            if unit in _RATES:
                return Mode.NUMBER, _RATES[unit], unit
            return _IS_ALL_OF if unit in TIME_UNITS else None
        case Reads.RATIO if unit in _RATES and measure.unit in _RATES:
            return Mode.NUMBER, _RATES[unit], unit
        case Reads.COUNT:
            return _of_count(unit, measure.unit)
    return _same(unit, measure.unit)


_OF_THE_WHOLE = (Reads.COUNT, Reads.SUM)


def _of_count(unit: str, own: str) -> _Fitted | None:
    """Cases, whatever they are called; 1.2万人次 is told in 万人次."""
    times, counter = _TIMES.get(unit[:1]), unit[1:]
    if times and unit not in _NO_COUNTERS and counter not in _NO_COUNTERS and (not counter or counter in UNITS):
        return Mode.NUMBER, Fraction(1, times), unit
    if unit in _NO_COUNTERS or not (own in _ANY_COUNTER or own == unit or not unit):
        return None
    return Mode.NUMBER, _ONE, unit or own


def _same(unit: str, own: str) -> _Fitted | None:
    """The same unit, or one that it can be turned into. An amount without a unit is taken to be in the target's, money in yuan."""
    for scale in (_SECONDS, _YUAN):
        if unit in scale and own in scale:
            return Mode.NUMBER, scale[own] / scale[unit], unit
    if own and unit == own:
        return Mode.NUMBER, _ONE, unit
    if own and _TIMES.get(unit[:1]) and unit[1:] == own:
        return Mode.NUMBER, Fraction(1, _TIMES[unit[:1]]), unit
    if own or unit in _RATES:
        return None
    return Mode.NUMBER, _ONE / _YUAN.get(unit, _ONE), unit


def _why_not(target: Reading, measure: Measure | Ratio) -> Text:
    match target.kind:
        case Kind.UNPARSEABLE:
            return Text(
                "这个目标没有读懂，不能与度量比较。请先更正读法。",
                "Nobody could read this target, so no measure can be held against it. Correct the reading first.",
            )
        case Kind.COMPOUND:
            return Text("这个目标有几个部分，请逐个绑定。", "This target has several parts; bind each of them.")
        case Kind.QUALITATIVE:
            return Text(
                "这是定性目标，需要评议。请改用“评议”，或选一个看“是否都达到”的度量。",
                "This target is qualitative and needs a review. Choose the review, or a measure of whether all were met.",
            )
        case Kind.BUDGET_BOUND:
            return Text(
                "预算目标需要支出金额和批复预算两个数。请选支出金额，并以批复预算为比较数。",
                "A bound by the budget needs the amount paid and the approved budget; choose both.",
            )
        case Kind.DEADLINE:
            return Text(
                "这个目标是期限，请选一个看“是否都按期完成”的度量。",
                "This target is a deadline; choose a measure of whether all were done in time.",
            )
        case Kind.BOOLEAN:
            return _WHY_NOT_NO if target.text == "否" else _WHY_NOT_YES
    if measure.reads in _OF_THE_WHOLE and target.per not in (None, "每年"):
        return Text(
            f"目标按“{target.per}”计，这个度量给出的是整个统计期的数。请选一个{target.per}逐一看的度量。",
            f"The target is told {target.per}, and this measure tells the whole window. Choose one that looks at each.",
        )
    own = Text(measure.unit, measure.unit) if measure.unit else _READS[measure.reads]
    if not target.unit:
        return Text(
            f"目标没有写单位，度量“{measure.wording.zh}”以“{own.zh}”计，两者不能比较。请先更正读法，或另选度量。",
            f"The target has no unit, and “{measure.wording.en}” is told in “{own.en}”. "
            "Correct the reading first, or choose another measure.",
        )
    return Text(
        f"度量“{measure.wording.zh}”以“{own.zh}”计，目标以“{target.unit}”计，两者不能比较。请另选度量或更正读法。",
        f"“{measure.wording.en}” is told in “{own.en}”, the target in “{target.unit}”; "
        "choose another measure, or correct the reading.",
    )


_WHY_NOT_NO = Text(
    "目标是“否”，只能用数件数的度量（一件都没有即为“否”）。请另选度量，或更正读法。",
    "The target is “no”, which only a count can answer (none at all is “no”). Choose a count, or correct the reading.",
)
_WHY_NOT_YES = Text(
    "目标是“是”，请选一个看“是否都达到”的度量、一个件数，或支出金额并以批复预算为比较数。",
    "The target is “yes”: choose a measure of whether all were met, a count, or the amount paid with the approved budget.",
)
_READS = {
    Reads.SHARE: Text("占比", "a share"),
    Reads.ALL_OF: Text("是否都达到", "whether all were met"),
    Reads.COUNT: Text("件数", "a count"),
    Reads.SUM: Text("合计", "a sum"),
    Reads.MEAN: Text("平均", "a mean"),
    Reads.STOCK: Text("存量", "a stock"),
    Reads.RATIO: Text("比率", "a ratio"),
}
