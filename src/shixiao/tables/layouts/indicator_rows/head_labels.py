"""The labels around a table of indicators: 项目名称, 主管部门, 年度资金总额, 总体目标 …"""

from __future__ import annotations

from enum import Enum
from functools import lru_cache
from typing import NamedTuple

from shixiao.tables.layouts.indicator_rows.labels import scope_of
from shixiao.tables.layouts.indicator_rows.words import bare, core


class Part(Enum):
    """What stands beside a label."""

    PROJECT = 1
    DEPARTMENT = 2
    SPENDER = 3
    OBJECTIVE = 4
    ACTUAL_OBJECTIVE = 5
    MONEY = 6
    GRADE = 7
    SCORE = 8
    DETAIL = 9
    GROUP = 10
    FOOTER = 11


class Label(NamedTuple):
    """A label. `amount` is the field of `Funds` for money, "" for money of no field; `scope` is as of a column."""

    part: Part
    amount: str = ""
    scope: str = ""


_PARTS: dict[str, Part] = {
    **dict.fromkeys(
        ("项目名称", "政策名称", "项目政策名称", "政策项目名称", "专项名称", "项目支出名称", "资金名称", "专项资金名称", "预算项目名称",
         "转移支付名称", "转移支付项目名称", "项目资金名称"),
        Part.PROJECT,
    ),
    **dict.fromkeys(
        ("主管部门", "主管部门及代码", "主管部门及编码", "主管部门代码", "项目主管部门", "预算部门", "部门名称", "单位名称", "部门单位名称",
         "预算主管部门", "主管单位", "市级主管部门", "省级主管部门", "中央主管部门", "填报部门", "填报单位", "编制单位", "部门", "申报单位",
         "预算部门名称", "县级主管部门", "部门预算单位", "部门编码及名称", "预算编码及名称"),
        Part.DEPARTMENT,
    ),
    **dict.fromkeys(
        ("实施单位", "项目单位", "项目实施单位", "用款单位", "执行单位", "项目执行单位", "资金使用单位", "预算单位", "项目承担单位", "具体实施单位",
         "项目申报单位", "资金使用单位名称", "二级预算单位", "预算单位名称", "承担单位"),
        Part.SPENDER,
    ),
    **dict.fromkeys(
        ("总体目标", "年度目标", "年度总体目标", "年度绩效目标", "绩效目标", "总体绩效目标", "项目绩效目标", "预期目标", "年初预期目标",
         "年初设定目标", "项目年度目标", "项目年度绩效目标", "年度绩效总目标", "年度预期目标", "项目总体目标", "项目总目标", "中期目标", "长期目标",
         "实施期目标", "实施期总目标", "实施期绩效目标", "中长期目标", "项目实施期目标", "实施期总体目标", "整体绩效目标", "部门整体绩效目标",
         "年度总目标", "当年绩效目标", "年度总体绩效目标", "长期绩效目标", "中期绩效目标", "项目目标", "总目标", "年初绩效目标", "三年总体目标",
         "年度工作目标", "项目总体绩效目标", "项目绩效总目标", "绩效总目标", "全年目标", "目标内容", "中期总体目标", "实施周期目标"),
        Part.OBJECTIVE,
    ),
    **dict.fromkeys(
        ("实际完成情况", "年度目标完成情况", "全年实际完成情况", "目标实际完成情况", "年度总体目标完成情况", "绩效目标完成情况", "目标完成情况",
         "年度绩效目标完成情况", "全年完成情况", "总体目标完成情况", "年度实际完成情况", "完成情况"),
        Part.ACTUAL_OBJECTIVE,
    ),
    **dict.fromkeys(("自评等级", "评价等级", "自评结果等级", "绩效等级", "等级", "评价等次", "自评等次", "自评结论等级"), Part.GRADE),
    **dict.fromkeys(("自评得分", "自评总分", "综合得分", "评价得分", "自评总得分", "总得分", "最终得分"), Part.SCORE),
    **dict.fromkeys(
        ("项目资金", "资金情况", "预算情况", "预算执行情况", "项目资金情况", "资金来源", "项目资金申请", "年度资金情况", "资金投入情况",
         "项目资金预算", "项目预算", "资金投入", "预算资金情况", "资金", "年度主要任务", "项目基本情况", "基本信息", "项目基本信息", "绩效指标",
         "年度绩效指标", "预算执行", "总体资金情况", "预算资金", "部门预算情况", "年度部门预算情况", "年度部门整体支出预算", "收入构成",
         "支出构成", "资金总体情况", "项目概况及资金", "年度履职目标", "年度预算申请", "部门预算申请", "目标情况", "项目年度目标完成情况",
         "年度部门整体支出", "部门总体资金情况", "资金构成", "年度预算情况", "部门整体支出预算", "整体支出预算"),
        Part.GROUP,
    ),
    **dict.fromkeys(
        ("填报人", "单位负责人", "填表人", "审核人", "制表人", "财务负责人", "填报日期", "填表日期", "填报时间", "审核意见", "主管部门审核意见",
         "财政部门审核意见", "注", "备注", "填表说明", "填报说明", "说明", "主管部门意见", "财政部门意见", "单位公章", "分管领导", "项目负责人签字"),
        Part.FOOTER,
    ),
    **dict.fromkeys(
        ("项目属性", "项目性质", "项目类型", "项目类别", "项目期", "项目周期", "实施期限", "实施期", "项目起止时间", "起止时间", "项目起始时间",
         "项目终止时间", "开始时间", "结束时间", "项目负责人", "联系人", "联系电话", "电话", "项目负责人及电话", "负责人", "项目编码", "项目代码",
         "预算年度", "年度", "立项依据", "项目概况", "项目概述", "项目描述", "项目内容", "项目立项依据", "项目设立依据", "必要性", "可行性",
         "项目可行性", "项目必要性", "立项必要性", "项目实施内容及过程概述", "评价结论", "存在问题", "改进措施", "其他需要说明的问题",
         "其他需要说明的情况", "其他说明", "其他说明的问题", "自评结论", "职能职责概述", "部门职能", "部门职能概述", "职能概述", "部门职责",
         "年度主要工作", "单位职能概述", "项目等级", "项目级次", "项目立项情况", "项目实施计划", "分配下达情况", "保障措施", "实施期限年",
         "起始年度", "到期年度", "支出方向", "项目分类", "省级财政部门", "市级财政部门", "地方主管部门", "资金性质", "使用范围", "资金用途",
         "支持对象", "支出级次", "填报人及电话", "预算编码", "单位编码", "部门编码", "存在的问题", "下一步改进措施", "绩效自评结论", "项目实施情况",
         "实施内容", "项目立项的依据", "项目申报的可行性", "项目申报的必要性", "主管部门编码", "立项情况", "人员编制", "实有人数", "测算依据",
         "测算说明", "预算依据", "项目实施方案", "制度依据", "项目申报理由及主要内容", "项目实施进度计划", "项目分管科室", "业务科室"),
        Part.DETAIL,
    ),
}  # fmt: skip
_MONEY: dict[str, str] = {
    **dict.fromkeys(
        ("年度资金总额", "资金总额", "年度预算总额", "预算总额", "项目资金总额", "当年资金总额", "年度预算数", "年度预算", "预算金额", "预算数", "总额",
         "年度金额", "当年度金额", "资金合计", "年度资金合计", "项目总金额", "项目金额", "总金额", "实施期资金总额", "中期资金总额", "年度预算金额",
         "预算资金总额", "当年预算", "年度总金额", "本年资金总额", "总投资", "年度投资总额", "项目总投资", "申请资金总额", "年初预算总额", "实施期总金额",
         "部门预算总额", "年度预算收入合计", "资金总额及构成", "年度预算资金总额", "部门整体支出预算", "支出总额", "金额合计", "年度总额", "全年预算", "合计"),
        "total",
    ),
    **dict.fromkeys(
        ("财政拨款", "当年财政拨款", "本年财政拨款", "年度财政拨款", "财政资金", "财政拨款资金", "当年财政资金", "本年财政资金", "财政拨款小计",
         "年度财政资金", "财政性资金", "中期财政拨款", "财政拨款合计"),
        "fiscal",
    ),
    **dict.fromkeys(("财政专户管理资金", "财政专户", "财政专户资金", "财政专户拨款", "财政专户核拨"), "special_account"),
    **dict.fromkeys(
        ("其他资金", "其它资金", "当年其他资金", "本年其他资金", "年度其他资金", "单位资金", "自有资金", "自筹资金", "社会资金", "银行贷款", "单位自筹", "其他来源",
         "社会投入资金", "其他", "中期其他资金", "其他自有资金"),
        "other",
    ),
    **dict.fromkeys(
        ("上年结转资金", "上年结转", "上年结转结余", "上年结余结转", "上年结转结余资金", "结转资金", "上年结余", "以前年度结转", "结转结余资金"),
        "carried_over",
    ),
    **dict.fromkeys(
        ("一般公共预算", "一般公共预算拨款", "一般公共预算财政拨款", "本年一般公共预算拨款", "当年一般公共预算", "政府性基金", "政府性基金预算",
         "政府性基金拨款", "政府性基金预算拨款", "国有资本经营预算", "国有资本经营预算拨款", "国有资本经营", "中央补助", "中央资金", "中央财政资金", "中央财政",
         "省级资金", "省级财政资金", "省级补助", "省级财政", "市级资金", "市级财政资金", "市级财政拨款", "市级财政", "县级资金", "县级财政资金", "县区资金",
         "区级资金", "区级财政资金", "本级资金", "本级财政资金", "本级财政", "地方资金", "地方财政资金", "上级资金", "上级财政资金", "上级补助", "上级补助资金",
         "区县资金", "市县资金", "市县财政资金", "中央预算内投资", "中央财政拨款", "省级财政拨款", "县级财政拨款", "区级财政拨款", "专项债券", "债券资金"),
        "part_of_fiscal",
    ),
    **dict.fromkeys(("事业收入", "经营收入", "经营性收入", "事业单位经营收入", "上级补助收入", "附属单位上缴收入"), "part_of_other"),
    **dict.fromkeys(("基本支出", "项目支出", "人员经费", "公用经费", "人员支出", "公用支出"), "use"),
}  # fmt: skip


@lru_cache(maxsize=4096)
def label_of(cell: str) -> Label | None:
    """What a cell says about the cell beside it; None for a text that is no known label."""
    if not cell or len(cell) > 40:
        return None
    whole, word = bare(cell), core(cell)
    if not word:
        return None
    scope = scope_of(whole)
    if word in _MONEY:
        return Label(Part.MONEY, _MONEY[word], scope)
    part = _PARTS.get(word)
    if part is None and word[-1:].isdigit():
        part = _PARTS.get(word.rstrip("0123456789"))
        part = part if part is Part.OBJECTIVE else None
    return Label(part, "", scope) if part else None


# The columns of the money of a self-evaluation, by the fields of `Execution`.
_EXECUTION: dict[str, str] = {
    **dict.fromkeys(("年初预算数", "年初预算", "年初预算金额", "年初数", "预算数年初", "年初批复数", "年初安排数"), "budget"),
    **dict.fromkeys(
        ("全年预算数", "调整后预算数", "全年预算", "调整预算数", "调整后预算", "全年调整预算数", "年度预算数", "预算数", "实际到位数", "全年预算金额",
         "调整后全年预算数"),
        "full_year",
    ),
    **dict.fromkeys(
        ("全年执行数", "预算执行数", "执行数", "实际执行数", "全年支出数", "实际支出数", "全年执行金额", "支出数", "实际支出", "决算数", "执行金额"), "executed"
    ),
    **dict.fromkeys(("执行率", "预算执行率", "全年执行率", "资金执行率", "执行率百分比"), "rate"),
    **dict.fromkeys(("分值", "权重", "标准分值"), "weight"),
    **dict.fromkeys(("得分", "自评得分"), "score"),
}  # fmt: skip


@lru_cache(maxsize=1024)
def execution_column(cell: str) -> str:
    """The field of `Execution` that a column of money holds, "" for another text.

    Of a monitoring form (1-7月执行数, 全年预计执行数) it is `PRINTED` with the label: what was spent so far is not what was
    spent in the year, and is only kept.
    """
    if len(cell) > 40:
        return ""
    word = core(cell)
    return _EXECUTION.get(word) or (PRINTED + word if _of_monitoring(word) else "")


PRINTED = "printed:"


def _of_monitoring(word: str) -> bool:
    return word.endswith(("执行数", "执行率", "支出数")) and ("月" in word or "预计" in word or word.startswith("截至"))


_TASK_NAMES = frozenset(("任务名称", "主要任务", "工作任务", "年度主要任务名称", "任务", "主要任务名称"))
_TASK_CONTENTS = frozenset(("主要内容", "任务内容", "工作内容", "具体内容", "任务主要内容"))


def task_column(cell: str) -> str:
    """ "name" or "content" for the two columns by which a list of tasks is known."""
    word = core(cell)
    if word in _TASK_NAMES:
        return "name"
    return "content" if word in _TASK_CONTENTS else ""
