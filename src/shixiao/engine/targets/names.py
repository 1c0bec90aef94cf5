"""What an indicator's name and class say about its target: which way is better, and whether a target hides there."""

from __future__ import annotations

import re
from functools import cache, lru_cache

COST_CODES = frozenset(("41", "42", "43", "14"))
TIMELINESS = "13"


class Hints:
    """What a name and a class say about a target; each answer is worked out only when a wording asks for it."""

    __slots__ = ("_direction", "_is_exact", "code", "name")

    def __init__(
        self, name: str, code: str, *, lower_is_better: bool | None = None, is_exact: bool | None = None
    ) -> None:
        self.name = name
        self.code = code
        self._direction = lower_is_better
        self._is_exact = is_exact

    def with_direction(self, *, lower_is_better: bool) -> Hints:
        """The same hints, with the direction a column states."""
        return Hints(self.name, self.code, lower_is_better=lower_is_better, is_exact=self._is_exact)

    def exactly(self) -> Hints:
        """The same hints, for a wording that itself asks for the very number."""
        return Hints(self.name, self.code, lower_is_better=self._direction, is_exact=True)

    @property
    def is_lower_better(self) -> bool:
        """Complaint, return and fault rates, times taken, cost."""
        return _is_lower_better(_bare(self.name), self.code) if self._direction is None else self._direction

    @property
    def is_exact(self) -> bool:
        """The name asks for the very number (按照预算数量)."""
        if self._is_exact is not None:
            return self._is_exact
        _, asked, rest = self.name.partition("按")
        if asked and any(words in rest[:8] for words in ("数量", "人数")):
            return True
        return self.name.endswith(_EXACT)

    @property
    def recurs(self) -> bool:
        """A limit on something that happens again and again."""
        return any(words in self.name for words in _RECURS)

    @property
    def completes(self) -> bool:
        """A name about finishing one thing."""
        return any(words in self.name for words in _COMPLETES)

    @property
    def is_about_a_time(self) -> bool:
        """A name that asks when something is finished, so that 2026 is a year (完成时间, 项目期)."""
        return self.code == TIMELINESS and not self.recurs or self.name.endswith(("完成时间", "完成时限", "完成日期"))

    @property
    def is_long_good(self) -> bool:
        """A time that is better the longer it lasts."""
        return any(words in self.name for words in _HIGHER_TIMES)

    @property
    def is_cost_share(self) -> bool:
        """A share of cost that should stay low, unlike 资金使用率 or 节约率."""
        words = ("成本", "费用", "超支", "控制", "占比", "比例", "比重", "总投资", "误差", "负债")
        return any(word in self.name for word in words) and not any(word in self.name for word in _COST_BETTER_HIGH)

    @property
    def is_rate(self) -> bool:
        """A share, whose target wants a percent sign."""
        name = self.name
        if name.endswith(_RATES):
            return True
        return bool(name) and name[-1] in "）)。；" and _bare(name).endswith(_RATES)


_RATES = ("率", "满意度", "占比", "比例", "比重", "比率")


_CODES = {
    "数量": "11", "质量": "12", "时效": "13", "经济效益": "21", "社会效益": "22", "生态效益": "23", "可持续": "24",
    "满意": "31", "经济成本": "41", "社会成本": "42", "生态环境成本": "43", "成本": "41",
}  # fmt: skip


@lru_cache(maxsize=256)
def class_code(category: str) -> str:
    """The two-digit class of a category cell in any spelling ("12-质量指标", "质量指标", "产出/质量"), "" if none."""
    if category[:2].isdigit() and category[2:3] in ("", "-"):
        return category[:2]
    found = re.search(r"(?<!\d)([1-4][1-4])(?!\d)", category)
    if found:
        return found.group(1)
    return next((code for words, code in _CODES.items() if words in category), "")


_BAD = tuple(
    (
        "投诉 退文 退回 退稿 退件 退货 退单 故障 差错 出错 错误 错漏 失误 事故 违规 违纪 违法 违约 逾期 超时 延误 延迟 失败 损坏 "
        "破损 损失 损耗 缺陷 缺勤 流失 成灾 受灾 死亡 发病 感染 空置 闲置 超标 不合格 不良 返工 返修 返贫 投诉举报 负面 舆情 漏检 "
        "漏报 误报 拒收 安全事件 中断 宕机 丢失 泄密 泄露 污染 重复 复发 患病 辍学 失业 信访 偏差 误差 变更 违章 火灾 伤亡 案发 发案 "
        "纠纷 坏账 不良反应 抛荒 遗漏 浪费 淘汰"
    ).split()
)
_COUNTS = ("率", "数量", "次数", "起数", "件数", "数", "比例", "比率", "占比", "人数", "量", "次", "事件")
_HAPPENS = ("事件", "发生", "问题", "现象", "情况", "责任")
_LASTING = (
    "响应 恢复 修复 处理 处置 办理 办结 等待 等候 到达 到场 抵达 延迟 审批 审核 答复 回复 反馈 受理 排除 解决 发放 拨付 支付 切换 停机 "
    "中断 维修 抢修 救援 出警 滞留 耗费 完成"
).split()
_LASTS = ("时间", "时长", "时限", "用时", "耗时", "天数", "周期", "速度", "时延")
_ALWAYS_LOW = (
    "耗时", "用时", "能耗", "耗电量", "用水量", "排放量", "排放浓度", "浓度", "负债率", "成本率", "费用率", "误差率",
)  # fmt: skip


def _is_harm(bare: str) -> bool:
    """A name that counts something bad (有责投诉率, 安全事故发生数), or the time that something takes."""
    if bare.endswith(_ALWAYS_LOW):
        return True
    if bare.endswith(_LASTS):
        before = bare[-14:-2]
        return "率" not in before and any(word in before for word in _LASTING)
    rest = _without_ending(bare, _COUNTS)
    while rest.endswith(_HAPPENS):
        rest = rest[:-2]
    return rest.endswith(_BAD)


def _without_ending(words: str, endings: tuple[str, ...]) -> str:
    return next((words[: -len(ending)] for ending in endings if words.endswith(ending)), words)


_COST_BETTER_HIGH = (
    "节约",
    "节省",
    "降低",
    "下降",
    "减少",
    "回收",
    "收益",
    "收入",
    "执行率",
    "支出率",
    "完成率",
    "使用率",
    "到位率",
    "核算率",
    "覆盖率",
    "合格率",
    "达标率",
    "及时率",
    "合规率",
    "准确率",
)
_COST_NAMES = (
    "成本",
    "单价",
    "造价",
    "费用",
    "经费",
    "标准",
    "补助金额",
    "预算",
    "支出",
    "金额",
    "投入",
    "总投资",
    "概算",
    "控制数",
)
_HIGHER_TIMES = ("无故障", "运行时间", "开放时间", "服务时间", "使用年限", "学习", "培训时", "持续时间", "间隔")
_EXACT = ("严格等于", "恰好", "数量一致")
_RECURS = (
    "响应", "恢复", "修复", "办结", "办理", "处理", "处置", "答复", "回复", "审批", "审核", "拨付", "支付", "发放", "平均", "到场", "到达",
    "反馈", "受理", "发出", "报送", "送达", "维修", "抢修", "等待", "每", "公示", "下达", "兑付", "兑现", "赔付", "出具", "寄送", "转办", "登记",
    "间隔", "公开", "推送", "更新", "上报", "排除", "解决", "故障", "流转", "传递", "结算", "申报", "诉求", "工单", "投诉", "事件",
)  # fmt: skip
_COMPLETES = (
    "完成",
    "完工",
    "竣工",
    "建成",
    "交付",
    "工期",
    "建设",
    "开工",
    "周期",
    "验收",
    "实施",
    "上线",
    "执行期限",
    "项目期",
    "结题",
    "投入使用",
    "启动",
    "时限",
    "及时性",
)


@cache
def _brackets() -> re.Pattern[str]:
    return re.compile(r"[（(][^（）()]*[)）]")


_MARKS = "★*▲ 。；;.、：:"


def _bare(name: str) -> str:
    if "（" in name or "(" in name:
        name = _brackets().sub("", name)
    return name.strip(_MARKS)


_DEALS_WITH = (
    "调解",
    "化解",
    "处理",
    "处置",
    "查处",
    "办理",
    "排查",
    "整治",
    "打击",
    "侦破",
    "受理",
    "解决",
    "整改",
    "消除",
    "治理",
    "治疗",
    "接待",
    "监测",
    "调查",
    "降低",
    "减少",
)


def _is_lower_better(bare: str, code: str) -> bool:
    if any(words in bare for words in _COST_BETTER_HIGH) and code in COST_CODES:
        return False
    if code in ("41", "42", "43") or (code == "14" or not code) and any(words in bare for words in _COST_NAMES[:5]):
        return not bare.endswith(
            ("及时率", "合规率", "准确率", "节约率", "达标率", "完成率", "到位率", "执行率", "支付率", "拨付率")
        )
    if any(words in bare for words in _HIGHER_TIMES):
        return False
    return _is_harm(bare) and not bare.startswith(_DEALS_WITH)
