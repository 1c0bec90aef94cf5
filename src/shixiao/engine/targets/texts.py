"""Targets without a number: yes/no, qualitative, budget-bound, references to outside values, placeholders."""

from __future__ import annotations

import re
from decimal import Decimal
from functools import cache

from shixiao.engine.targets.normalise import EDGES
from shixiao.engine.targets.quantities import OPS
from shixiao.engine.targets.reading import Kind, Reading, Sense
from shixiao.engine.targets.units import UNITS

_YES_NO = frozenset(
    (
        "是",
        "否",
        "完成",
        "通过",
        "已完成",
        "已公开",
        "已验收",
        "完成验收",
        "验收通过",
        "通过验收",
        "全部完成",
        "均完成",
        "全面完成",
        "已通过",
        "全部通过",
    )
)
_EMPTY = frozenset(
    "无 暂无 没有 不适用 不涉及 空 待定 待填 待补充 未填 未设定 未填报 略 同上 详见附件 见附件 见附表 "
    "详见附表 详见方案 见方案 见备注 详见备注 "
    "N/A n/a NA # #N/A #REF! #VALUE! null NULL None none xx XX xxx XXX × ×× ××× 等 等等 其他 指标值 "
    "年度指标值 目标值 "
    "见合同 详见合同 按合同 按合同约定 见文件 详见文件 按文件执行 据实 按实际 实际发生 视情况而定 根据实际情况 "
    "根据实际情况确定 按实际情况 以实际为准 据实填报 据实列支 按需".split()
)
_BLANKS = frozenset("*＊xX×○□_?？")
_BLANK = frozenset("*＊.…·-—–_/\\|~?？xX×#○〇□()（）、，。；:：[] ")


@cache
def _template() -> re.Pattern[str]:
    return re.compile(r"[≥≤<>=]?[*＊xX×○□_?？]{1,}(?:[%‰]|[^\d*]{0,6})")


def placeholder(text: str) -> Reading:
    """An unparseable reading that says why: nothing there, a placeholder, or a unit without a number."""
    if not text:
        return Reading(Kind.UNPARSEABLE, text="", unsure=("no-target",))
    return Reading(Kind.UNPARSEABLE, text=text, unsure=("unit-only" if text in UNITS else "placeholder",))


def fixed(clean: str) -> Reading | None:
    """The reading of a wording that is a fixed word, None when it is more than that."""
    if not clean:
        return placeholder("")
    known = FIXED.get(clean)
    if known is not None:
        return known
    if clean.startswith(("详见", "见附", "参见")) or "**" in clean and not any(c.isdigit() for c in clean):
        return placeholder(clean)
    if len(clean) < 12 and _BLANK.issuperset(clean):
        return placeholder(clean)
    if len(clean) < 3 and clean in UNITS and clean not in ("优", "星"):
        return placeholder(clean)
    return None


def qualitative(text: str, *unsure: str) -> Reading:
    """A target judged by people; 良好 is reached by 优, so it counts as at least."""
    return Reading(Kind.QUALITATIVE, text=text, unsure=unsure)


def boolean(text: str, *unsure: str) -> Reading:
    """A yes/no target: all or nothing."""
    return Reading(Kind.BOOLEAN, sense=Sense.EXACT, text=text, unsure=unsure)


def outside(text: str, *unsure: str) -> Reading:
    """A target bound to something that stands elsewhere."""
    return Reading(Kind.UNPARSEABLE, text=text, unsure=unsure or ("outside-reference",))


def budget_bound(glyph: str, text: str) -> Reading:
    """Bound to the budget without a number of its own; 小于 is strict."""
    return Reading(Kind.BUDGET_BOUND, OPS[glyph], sense=Sense.AT_MOST if glyph in "≤<=" else Sense.AT_LEAST, text=text)


_QUALITATIVE_WORDS = (
    "及时 良好 优良 优秀 优 良 合格 合规 健全 有效 显著 明显 较好 满意 基本满意 非常满意 达标 提升 有所提升 "
    "有效提升 持续提升 显著提升 不断提升 "
    "明显提升 逐步提升 进一步提升 有效保障 保障 稳定 长期 持续 可持续 提高 有所提高 有效提高 显著提高 改善 "
    "有所改善 明显改善 有效改善 增强 准确 规范 完善 "
    "按时 按时完成 及时完成 按期完成 按计划完成 及时发放 按时发放 有效促进 促进 效果显著 效果良好 效果明显 "
    "符合要求 符合标准 高 较高 中 低 好 "
    "定性 稳步提升 得到提升 得到改善 有所改进 长期有效 长期坚持 合法合规 按规定执行 有所增强".split()
)
FIXED: dict[str, Reading] = {word: boolean(word) for word in _YES_NO}
FIXED |= {word: qualitative(word) for word in _QUALITATIVE_WORDS}
FIXED |= {word: placeholder(word) for word in _EMPTY}
FIXED["否"] = boolean("否", "answer-no")
_NOUGHT = (
    "投诉",
    "事故",
    "差错",
    "失误",
    "上访",
    "违规",
    "伤亡",
    "故障",
    "缺陷",
    "差评",
    "死亡",
    "泄密",
    "隐患",
    "信访",
    "举报",
    "案件",
    "遗漏",
    "纠纷",
    "延误",
    "污染",
    "违约",
    "逾期",
    "安全事故",
    "有效投诉",
    "责任事故",
    "重大事故",
)
FIXED |= {
    zero + word: Reading(Kind.NUMERIC, "=", Decimal(0), sense=Sense.AT_MOST, text=zero + word)
    for word in _NOUGHT
    for zero in ("零", "0")
}
FIXED["零"] = Reading(Kind.NUMERIC, "=", Decimal(0), sense=Sense.AT_MOST, text="零")
FIXED |= {word: boolean("是") for word in ("是的", "√", "✓", "达成", "实现", "已实现")}


@cache
def _budget() -> re.Pattern[str]:
    return re.compile(
        r"([≥≤<>=]?)((?:年度|年初|全年|项目|本|财政|部门|单位|总|批复的?|核定的?|下达的?|申报|当年|经费|采购|资金)*"
        r"(?:预算|概算)(?:批复|安排|控制|下达|核定|总额|金额|额度|指标|资金|经费|数额|成本|总|价|范围|标准|支出|执行|批准|投资|编制|申报|数|额|的|限额|年度|全年|计划)*"
        r"|批复(?:的)?(?:金额|数|资金|额度|经费)|(?:项目|财政|年度)?(?:资金|经费)(?:总额|额度|规模)|批准(?:金额|数))"
        r"(以内|之内|范围内|内|范围之内|额度内|标准内)?"
    )


@cache
def _within() -> re.Pattern[str]:
    return re.compile(r"(?:控制|保持|严控|严格控制)?在?.{0,8}(?:预算|概算|批复).{0,8}(?:以内|之内|范围内|额度内|内)$")


def is_bounded_by_budget(words: str) -> bool:
    """Whether a formal clause is a budget bound of its own."""
    return _bounded_by_budget(words, words) is not None


def _bounded_by_budget(clean: str, formal: str) -> Reading | None:
    if not ("算" in clean or "批复" in clean or "额" in clean or "经费" in clean):
        return None
    match = _budget().fullmatch(formal) or _budget().search(formal)
    if not match:
        return None
    glyph, _, within = match.groups()
    rest = formal[match.end() :]
    if glyph and (not rest or len(rest) <= 6):
        return budget_bound("≤" if within and glyph == "=" else glyph, clean)
    if within and not glyph and not rest:
        return budget_bound("≤", clean)
    if _within().search(clean):
        return budget_bound("≤", clean)
    if not rest and clean.startswith(("按预算", "按照预算", "依预算")):
        return budget_bound("≤", clean)._replace(unsure=("outside-reference",))
    if any(words in clean for words in ("不超", "未超", "不突破", "不得超", "无超", "不存在超")):
        return budget_bound("≤", clean)
    return None


@cache
def _compared() -> re.Pattern[str]:
    return re.compile(r"[≥≤<>=][^，；。]*(?:标准|平均|水平|均值|上年|去年|同期|市场价|评审价)[^，；。]{0,4}$")


_GLYPHS = frozenset("≥≤<>=")
_GRADES = frozenset("优良中差高低好较")


@cache
def _grade_scale() -> re.Pattern[str]:
    return re.compile(
        r"(?:优秀?[/、]?良好?[/、]?(?:中等?|一般)?[/、]?(?:合格)?[/、]?低?差?|高[/、]?中[/、]?低|好[/、]?(?:中|较好|一般)[/、]?差|[ABCD][/、]?B[/、]?C.*)$"
    )


_SOFT = (
    "及时", "按时", "按期", "基本", "有效", "较好", "保质", "按照", "按当年", "严格", "高质量", "圆满", "顺利", "积极", "逐步", "不断", "大力", "进一步",
    "按计划", "按要求", "按进度", "按规定", "如期", "良好", "较", "率", "提前", "计划", "合格", "规范", "确保", "保障", "提升", "提高", "促进", "推进",
)  # fmt: skip


@cache
def _no_level() -> re.Pattern[str]:
    return re.compile(r"^(?:考察|考核|统计|计算|测算|衡量|评价|反映|考评)(?!.*(?:合格|通过|良|优|达标)).*")


def read_text(clean: str, formal: str) -> Reading:
    """The reading of a wording, or of a clause of one, that holds no quantity and no date."""
    clean = clean.strip(EDGES) or clean
    word = fixed(clean)
    if word is not None:
        return word
    if "；" in clean and all(part in _YES_NO for part in clean.split("；")):
        yeses = tuple(FIXED[part]._replace(words=part) for part in clean.split("；"))
        return Reading(Kind.COMPOUND, parts=yeses, text=clean)
    budget = _bounded_by_budget(clean, formal)
    if budget is not None:
        return budget
    if not _BLANKS.isdisjoint(formal) and _template().fullmatch(formal) or clean.startswith(("详见", "见附", "参见")):
        return placeholder(clean)
    if formal[0] in "≥≤<>=":
        return _compared_with_words(clean, formal[1:])
    if len(clean) <= 8 and clean[0] in "优高好ABCD" and _grade_scale().match(clean):
        return qualitative(clean, "grade-scale")
    if _is_outside(clean) or not _GLYPHS.isdisjoint(formal) and _compared().search(formal):
        return outside(clean)
    if clean.endswith("与否") or clean.startswith("是否"):
        return outside(clean, "no-level")
    if "分之" in clean:
        return qualitative(clean, "number-without-quantity")
    if _no_level().match(clean):
        return outside(clean, "no-level")
    return _yes_or_soft(clean)


def _compared_with_words(clean: str, bound: str) -> Reading:
    if not bound or bound in UNITS:
        return outside(clean, "unit-only")
    if bound[0] in _GRADES or bound in ("合格", "满意", "达标", "基本满意"):
        return qualitative(clean)
    return outside(clean)


def _is_outside(clean: str) -> bool:
    if (
        clean.startswith(("与上年", "与去年", "同上年", "同去年", "较上年持平", "较去年持平"))
        or clean.endswith(("持平", "一致"))
        and "年" in clean
    ):
        return True
    return (
        clean.startswith(
            (
                "按合同",
                "按照合同",
                "依合同",
                "以合同",
                "按实际",
                "以实际",
                "据实",
                "根据实际",
                "按市场",
                "参照",
                "视",
                "按国家",
                "按照国家",
                "按省",
                "按市",
                "按上级",
            )
        )
        and len(clean) <= 12
    )


def _yes_or_soft(clean: str) -> Reading:
    is_yes = clean.startswith(_YES_STARTS) or clean.endswith(("完成", "通过"))
    is_soft = "，" in clean or "前" in clean or "、" in clean or any(words in clean for words in _SOFT)
    return boolean(clean) if is_yes and not is_soft else qualitative(clean)


_YES_STARTS = ("完成", "通过", "已完成", "已通过", "全部完成", "全部通过")
