"""The words above a column → what the column holds."""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

from shixiao.tables.assignments import Field
from shixiao.tables.layouts.indicator_rows.words import ANNUAL_WORDS, CYCLE_WORDS, bare, core


class Meaning(NamedTuple):
    """What a label says: a field, and whether it is for the whole cycle ("cycle"), the year ("annual") or unsaid ("").

    `is_weak` marks a label that means this only where no better one stands beside it. A group (绩效指标 above three
    columns) has no field.
    """

    field: Field | None
    scope: str = ""
    is_weak: bool = False


_EXACT: dict[str, Field] = {
    **dict.fromkeys(("一级指标", "一级", "一级指标名称", "一级绩效指标", "一级目录", "绩效指标一级"), Field.LEVEL1),
    **dict.fromkeys(("二级指标", "二级", "二级指标名称", "二级绩效指标", "绩效指标二级"), Field.LEVEL2),
    **dict.fromkeys(
        ("三级指标", "三级", "三级指标名称", "三级绩效指标", "指标名称", "具体指标", "绩效指标名称", "明细指标", "三级指标内容", "指标",
         "指标项", "考核指标", "三级指标及分值", "绩效指标三级"),
        Field.NAME,
    ),
    **dict.fromkeys(
        ("计算符号", "运算符号", "运算符", "比较符", "比较符号", "关系符", "关系符号", "操作符", "符号", "指标值符号", "指标符号",
         "指标性质", "性质", "计算公式符号", "判断符号", "目标值符号", "指标比较符",
         "运算关系", "逻辑符", "逻辑关系", "逻辑运算符", "比较关系", "大小关系", "判断符"),
        Field.OPERATOR,
    ),
    **dict.fromkeys(
        ("度量单位", "计量单位", "指标单位", "指标值单位", "单位", "指标计量单位", "数量单位", "目标值单位", "值单位", "绩效指标值单位", "绩效指标单位"), Field.MEASURE
    ),
    **dict.fromkeys(("指标方向", "指标方向性", "方向", "方向性", "指标正反向", "正反向", "正向反向", "正/反向", "正向/反向", "指标导向"), Field.DIRECTION),
    **dict.fromkeys(
        ("分值", "权重", "指标权重", "分值权重", "权重分值", "标准分值", "指标分值", "权重值", "标准分", "满分", "权重分", "分数",
         "权重系数", "分值设置", "满分值"),
        Field.WEIGHT,
    ),
    **dict.fromkeys(("得分", "自评得分", "评价得分", "自评分", "自评分值", "实际得分", "指标得分", "自评", "复核得分", "单位自评得分", "本项得分",
         "自评计分", "得分情况"), Field.SCORE),
    **dict.fromkeys(("计划值", "计划指标值", "计划目标值", "设定值", "年初设定值"), Field.VALUE),
    **dict.fromkeys(("实际达成值", "达成值"), Field.ACTUAL),
    **dict.fromkeys(("项目名称", "项目", "项目支出名称", "政策项目名称", "项目政策名称", "资金名称", "专项名称", "预算项目名称"), Field.PROJECT),
    **dict.fromkeys(
        ("单位名称", "预算单位", "实施单位", "项目单位", "项目实施单位", "用款单位", "执行单位", "项目执行单位", "资金使用单位", "预算单位名称"),
        Field.SPENDER,
    ),
    **dict.fromkeys(("主管部门", "部门名称", "预算部门", "部门", "主管部门名称", "主管单位", "主管部门及代码"), Field.DEPARTMENT),
    **dict.fromkeys(
        ("年度目标", "年度绩效目标", "绩效目标", "总体目标", "项目绩效目标", "年度总体目标", "项目年度绩效目标", "总体绩效目标",
         "项目年度目标", "项目目标", "预期目标", "绩效目标描述"),
        Field.OBJECTIVE,
    ),
    **dict.fromkeys(("年度目标完成情况", "绩效目标完成情况", "目标完成情况", "目标实际完成情况"), Field.ACTUAL_OBJECTIVE),
    **dict.fromkeys(
        ("预算数", "预算金额", "年度预算", "年度预算数", "资金总额", "年度资金总额", "总计", "合计", "项目金额", "金额", "年度预算金额",
         "预算安排", "本年预算", "项目预算", "预算总额", "年初预算数", "当年预算", "当年预算数", "项目资金", "年初预算", "资金", "总额",
         "年度预算安排", "预算资金", "安排金额", "总金额", "年度金额", "当年度金额"),
        Field.TOTAL,
    ),
    **dict.fromkeys(("财政拨款", "财政资金", "一般公共预算", "一般公共预算拨款", "当年财政拨款", "本年财政拨款"), Field.FISCAL),
    **dict.fromkeys(("财政专户", "财政专户拨款", "财政专户管理资金", "财政专户资金"), Field.SPECIAL_ACCOUNT),
    **dict.fromkeys(("其他资金", "其它资金", "单位资金"), Field.OTHER),
}  # fmt: skip
_WEAK: dict[str, Field] = {
    **dict.fromkeys(("指标内容", "绩效指标内容", "绩效内容", "绩效指标", "指标描述", "四级指标"), Field.NAME),
    **dict.fromkeys(
        ("指标类型", "指标类别", "指标分类", "指标大类", "绩效指标类型", "绩效指标类别", "指标属性", "一二级指标", "类别", "指标级次"),
        Field.LEVEL1,
    ),
}  # fmt: skip
_GROUPS = frozenset(
    ("绩效指标", "年度绩效指标", "绩效指标体系", "项目绩效指标", "绩效目标", "年度绩效目标", "指标", "项目资金", "资金情况", "指标体系",
     "绩效目标及指标", "绩效目标与指标", "中长期绩效指标", "项目支出绩效指标", "年度指标", "实施期指标", "预算金额", "绩效目标指标", "绩效分解目标")
)  # fmt: skip
_KEPT = (
    "解释", "描述", "说明", "备注", "标准", "依据", "来源", "佐证", "评分", "扣分", "内容", "类型", "属性", "公式", "方法", "频率",
    "上年", "往年", "前年", "历史", "近两年", "近三年", "可能性", "执行情况", "预计完成", "序号", "编码", "代码", "规则", "核心", "区间",
    "是否", "完成率", "完成比", "偏差率", "偏离", "级次", "责任", "负责", "计划", "进度", "取值", "细化", "执行率", "执行数",
)  # fmt: skip
_VALUE = ("指标值", "目标值", "预期值", "实现值", "预期目标", "计划值", "绩效值", "预期指标", "标准值")
_ACTUAL = (
    "实际完成",
    "完成值",
    "完成情况",
    "实际值",
    "实现情况",
    "实际达到",
    "实际完成值",
    "完成数",
    "达成情况",
    "实绩",
    "自评值",
)
_DEVIATION = (
    "偏差原因",
    "偏差分析",
    "未完成原因",
    "原因分析",
    "改进措施",
    "扣分原因",
    "偏离原因",
    "差异原因",
    "原因及",
    "原因说明",
)
_GRADES = frozenset(("优", "良", "中", "差", "优秀", "良好", "中等", "较差", "一般"))


@lru_cache(maxsize=4096)
def meaning_of(cell: str) -> Meaning | None:
    """What a label means; None for a text that is no label of a column."""
    whole, word = bare(cell), core(cell)
    if not whole or len(whole) > 40:
        return None
    scope = scope_of(whole)
    if word in _WEAK:
        return Meaning(_WEAK[word], scope, is_weak=True)
    if word in _EXACT:
        return Meaning(_EXACT[word], scope)
    if any(words in word for words in _DEVIATION):
        return Meaning(Field.DEVIATION)
    if word in _GRADES:
        return Meaning(Field.KEPT)
    if word in _GROUPS:
        return Meaning(None, scope)
    return _by_parts(word, scope)


def _by_parts(word: str, scope: str) -> Meaning | None:
    if len(word) > 24 or "，" in word or "。" in word:
        return None
    for ending, field in (("一级指标", Field.LEVEL1), ("二级指标", Field.LEVEL2), ("三级指标", Field.NAME)):
        if word.endswith(ending):
            return Meaning(field, scope)
    is_history = word.startswith(("上年", "往年", "前年", "历史", "近")) or "上年" in word
    if not is_history and any(words in word for words in _ACTUAL) and "预计" not in word and "率" not in word:
        return Meaning(Field.ACTUAL)
    if any(words in word for words in _VALUE) and not any(words in word for words in _KEPT):
        return Meaning(Field.VALUE, scope)
    if scope and word.rstrip("绩效总体指标目") in (*CYCLE_WORDS, *ANNUAL_WORDS):
        return Meaning(None, scope)
    return Meaning(Field.KEPT) if any(words in word for words in _KEPT) and len(word) <= 16 else None


def scope_of(label: str) -> str:
    """ "cycle" for a label of the whole cycle, "annual" for one of the year, "" for neither."""
    if any(word in label for word in CYCLE_WORDS):
        return "cycle"
    return "annual" if any(word in label for word in ANNUAL_WORDS) else ""


def is_grade(label: str) -> bool:
    """Whether a column is one of the four thresholds 优, 良, 中, 差."""
    return core(label) in _GRADES
