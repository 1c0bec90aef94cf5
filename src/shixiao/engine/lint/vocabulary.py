"""The words the rules go by: classes, rates, counting names, and the vague words of published tables.

Everything is a tuple or a set for `in` and `endswith`: a rule runs on every row of ten thousand tables.
"""

from __future__ import annotations

import re
from functools import cache

from shixiao.engine.bilingual import Text

CLASSES = {
    "11": Text("数量指标", "quantity"),
    "12": Text("质量指标", "quality"),
    "13": Text("时效指标", "timeliness"),
    "14": Text("成本指标", "cost (as an output)"),
    "21": Text("经济效益", "economic benefit"),
    "22": Text("社会效益", "social benefit"),
    "23": Text("生态效益", "ecological benefit"),
    "24": Text("可持续影响", "sustainable effect"),
    "31": Text("服务对象满意度", "satisfaction"),
    "41": Text("经济成本指标", "economic cost"),
    "42": Text("社会成本指标", "social cost"),
    "43": Text("生态环境成本指标", "environmental cost"),
}
COSTS = frozenset(("14", "41", "42", "43"))
OUTPUTS = frozenset(("11", "12", "13"))
BENEFITS = frozenset(("21", "22", "23", "24"))
QUANTITY, QUALITY, TIMELINESS, SATISFACTION, COST = "11", "12", "13", "31", "41"

SHARE_ENDINGS = ("率", "满意度", "比例", "占比", "比重", "百分比", "覆盖面")
_LAST_OF_SHARES = frozenset(ending[-1] for ending in SHARE_ENDINGS)
NOT_SHARES = ("效率", "频率", "汇率", "功率", "速率", "分辨率", "心率", "倍率", "费率", "税率", "曲率", "斜率")

# Shares of a whole: more than all of it cannot be. Rates of growth, use, completion and return can pass 100%.
BOUNDED_SHARES = frozenset(
    "满意度 满意率 好评率 认可率 支持率 知晓率 合格率 达标率 准确率 正确率 合规率 通过率 及时率 准时率 解决率 处理率 处置率 办结率 结案率 核查率 响应率 "
    "答复率 回复率 反馈率 公开率 归档率 覆盖率 普及率 成活率 存活率 保存率 完好率 运行率 可用率 在线率 畅通率 优良率 优秀率 齐备率 完整率 规范率 履约率 "
    "出勤率 到场率 投诉率 差错率 错误率 失误率 退文率 退回率 返修率 返工率 足额率 接通率 合格比例 达标比例 污染率 破损率 辍学率 淘汰率 验收率 参与率 就业率".split()
)
# Shares that the work itself is expected to reach almost fully; the floor for 完成率 and the like.
COMPLIANCE_SHARES = frozenset(
    "合格率 准确率 正确率 合规率 及时率 准时率 完成率 办结率 结案率 核查率 响应率 处理率 处置率 解决率 答复率 回复率 验收率 归档率 履约率 到场率 规范率 完整率 齐备率".split()
)
PAY_SHARES = frozenset(("准确率", "足额率", "正确率"))
PAY_WORDS = ("发放", "支付", "兑付", "拨付", "补贴", "补助", "津贴")
SURVEY_WORDS = ("满意", "好评", "认可", "支持率", "评价", "获得感", "幸福感", "安全感", "测评", "知晓", "评议", "口碑")
FAULT_SHARES = ("投诉率", "差错率", "错误率", "失误率", "退文率", "退回率", "返修率", "返工率", "故障率", "退稿率")

# What a counting name ends in, and the unit it then counts in ("" when the name does not say).
COUNTS = {
    "人次数": "人次", "人次": "人次", "次数": "次", "人数": "人", "户数": "户", "天数": "天", "件数": "件", "份数": "份", "篇数": "篇", "场数": "场", "场次": "场",
    "期数": "期", "个数": "个", "家数": "家", "台数": "台", "套数": "套", "条数": "条", "项数": "项", "起数": "起", "辆数": "辆", "亩数": "亩",
    "名额": "名", "数量": "", "总数": "", "总量": "", "数": "", "时间": "", "时长": "",
}  # fmt: skip
NOT_COUNTS = (
    "指数",
    "系数",
    "分数",
    "参数",
    "函数",
    "多数",
    "少数",
    "倍数",
    "代数",
    "位数",
    "级数",
    "常数",
    "基数",
    "度数",
    "岁数",
)
COUNT_ENDINGS = tuple(COUNTS)
_LAST_OF_COUNTS = frozenset(ending[-1] for ending in COUNTS)

GRADES = frozenset(
    "优 良 中 差 优秀 优良 良好 较好 好 很好 最好 较高 高 很高 低 较低 中等 一般 满意 基本满意 较满意 比较满意 非常满意 很满意 较优 一流 较强 强 明显 较明显".split()
)
PROMPT_WORDS = (
    "及时",
    "按时",
    "按期",
    "如期",
    "准时",
    "适时",
    "尽快",
    "按计划",
    "按进度",
    "按当年",
    "按照计划",
    "按照进度",
    "按工作计划",
    "按节点",
)
REFERENCE_WORDS = (
    "标准",
    "规定",
    "要求",
    "规范要求",
    "技术规范",
    "办法",
    "市场价",
    "平均水平",
    "上年",
    "去年",
    "同期",
    "往年",
    "行业水平",
    "相关政策",
    "文件精神",
)
CHECKABLE_WORDS = (
    "全部", "全覆盖", "全年正常", "不发生", "未发生", "无发生", "未出现", "不出现", "杜绝", "零事故", "零投诉", "零差错", "为零", "合格", "建成", "建立",
    "上线", "出台", "印发", "签订", "验收", "达标", "持平", "无重大", "无事故", "无投诉", "取得", "入库", "获批", "合规", "合法", "达到设计",
)  # fmt: skip

_FULL_WIDTH = {0xFF01 + i: 0x21 + i for i in range(94)}
_BLANKS = dict.fromkeys(map(ord, " \t\r\n\u00a0\u3000\u200b\ufeff"))
_PLAIN_SPELLING = _FULL_WIDTH | _BLANKS | {ord("﹤"): "<", ord("﹥"): ">", ord("≦"): "≤", ord("≧"): "≥", ord("％"): "%"}


@cache
def _odd_spelling() -> re.Pattern[str]:
    return re.compile(f"[{''.join(map(chr, _PLAIN_SPELLING))}]")


def plain(text: str) -> str:
    """`text` with full-width signs in ASCII and without blanks, so that two spellings compare equal."""
    return text.translate(_PLAIN_SPELLING) if _odd_spelling().search(text) else text


def stem(name: str) -> str:
    """A plain name without a bracket at its end and without a final stop: 参训人数(人)。 → 参训人数."""
    if name.isalpha():
        return name
    name = name.rstrip(".。;；,，、:：")
    if name.endswith(")"):
        return name[: name.rfind("(")] or name
    return name


def is_share(stem_of_name: str) -> bool:
    """Whether a name is a share of something (…率, …比例); 效率 and 频率 are not."""
    return (
        stem_of_name[-1:] in _LAST_OF_SHARES
        and stem_of_name.endswith(SHARE_ENDINGS)
        and not stem_of_name.endswith(NOT_SHARES)
    )


def is_bounded(stem_of_name: str) -> bool:
    """Whether a name is one of the shares that cannot pass 100%."""
    return stem_of_name[-3:] in BOUNDED_SHARES or stem_of_name[-4:] in BOUNDED_SHARES


def counting_unit(stem_of_name: str) -> str | None:
    """The unit a counting name counts in, "" when it does not say, None for a name that does not count."""
    if (
        stem_of_name[-1:] not in _LAST_OF_COUNTS
        or not stem_of_name.endswith(COUNT_ENDINGS)
        or stem_of_name.endswith(NOT_COUNTS)
    ):
        return None
    return next(unit for ending, unit in COUNTS.items() if stem_of_name.endswith(ending))


def class_cell(code: str, like: str) -> str:
    """The cell for a class, spelled as the table spells its cells: 13-时效指标 beside 12-质量指标, else 时效指标."""
    name = CLASSES[code].zh
    return f"{code}-{name}" if like[:2].isdigit() else name
