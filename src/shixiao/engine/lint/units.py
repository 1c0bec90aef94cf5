"""What a unit of measure measures, for comparing units that are spelled differently."""

from __future__ import annotations

_UNITS = {
    "share": "% ‰ 个百分点 百分点",
    "people": "人 名 位",
    "households": "户 家",
    "events": "次 场 场次 期 批次 班 班次 届 轮 回",
    "pieces": "人次 户次 家次 件次 人份 个 项 件 处 起 宗 例 单 类 种 批 组 所 部 条",
    "things": "份 篇 本 册 张 辆 套 台 台套 座 只 株 棵 头 间 栋 幅 门 盏 支",
    "money": "元 万元 亿元 千元",
    "time": "小时 分钟 秒 天 日 个工作日 工作日 个月 周",
    "area": "平方米 亩 公顷 平方公里 ㎡ m²",
    "length": "米 公里 千米 km m",
    "mass": "吨 公斤 千克 克",
}
_DIMENSIONS = {unit: dimension for dimension, units in _UNITS.items() for unit in units.split()}


def dimension(unit: str) -> str:
    """What `unit` measures: "people" for 人 and 万人, "money" for 万元; "" for a unit that is not listed. "pieces"
    holds what may count anything: 个, 件, and 人次, which counts people and events alike."""
    known = _DIMENSIONS.get(unit, "")
    if not known and unit[:1] in ("万", "亿", "千", "百"):
        return _DIMENSIONS.get(unit[1:], "")
    return known


# The dimensions of what is counted one by one, and so adds up over the years.
COUNTED = frozenset(("people", "households", "events", "pieces", "things"))


def units_agree(one: str, other: str) -> bool:
    """Whether an amount in one unit may be reported in the other: 元 and 万元, 场 and 次, 个 and any counted thing.
    A unit nobody knows agrees with everything."""
    first, second = dimension(one), dimension(other)
    if first == second or not first or not second:
        return True
    return "pieces" in (first, second) and first in COUNTED and second in COUNTED
