"""Units of measure as published tables write them, and the denominators that are plain time or an occasion."""

from __future__ import annotations

# Counters and measures, as written. A unit that is not here is still read, and marked unsure.
_PLAIN = (
    "个 人 人次 名 户 户次 家 家次 件 件次 份 次 场 场次 期 篇 套 台 台次 台套 只 辆 辆次 条 条次 座 亩 亩次 "
    "公顷 平方米 米 公里 千米 平方公里 "
    "厘米 毫米 吨 公斤 千克 克 斤 粒 株 棵 头 天 日 日历天 个日历天 天数 个工作日 工作日 个自然日 自然日 "
    "个日历日 个月 年 年度 周 "
    "小时 个小时 学时 课时 分钟 分 秒 秒钟 毫秒 岁 元 万元 亿元 千元 百元 角 立方米 立方 方 升 毫升 批 批次 "
    "单 起 起次 例 例次 人份 "
    "张 本 册 部 门 类 种 种次 核 项 项次 处 处次 间 幅 封 组 支 块 片 段 根 盏 盒 箱 瓶 袋 副 把 枚 面 艘 架 列 节 "
    "轮 回 遍 届 队 支队 "
    "所 校 班 班次 床 床位 张床 个点 点 点次 点位 站 站点 村 个村 镇 乡 县 区 市 街道 社区 楼 栋 幢 层 户次 "
    "笔 宗 桩 人天 人日 人月 人年 "
    "万 亿 千 百 倍 折 度 级 等 星 字 万字 页 版 条信息 号 款 味 剂 支次 车次 架次 班列 航次 站次 席 座次 桌 "
    "餐 顿 剧目 集 部次 首 曲 幕 "
    "kg g km m cm mm t L ml mL kw kW MW KW kWh kwh kVA M G T GB TB MB KB Mbps Gbps MHz ℃ °C dB ㎡ m² m2 m³ "
    "m3 ㎥ 平米 平 吨公里 "
    "千瓦 千瓦时 兆 兆瓦 千伏 伏 安 焦 标准箱 TEU mg/L mg/m³ μg/m³ ug/m3 μg/m3 微克/立方米 毫克/升 公斤/亩 "
    "兆帕 个百分点 百分点 % ‰ "
    "人·次 人时 台时 机位 工位 车位 泊位 厅 馆 条线路 线路 条次 通 通次 例次 只次 头次 羽 尾 窝 剪 通道 分贝 "
    "剂次 机组 组次 人组 家企业 "
    "公里/小时 批件 部件 门次 门课 道 颗 口 眼 井 孔 桶 捆 卷 盘 双 对 帧 帖 则 具 台班 工日 人工 门店 商户 "
    "农户 车 趟 趟次 遍次 卡 周岁 周年 学年 学期 个季度 个学期 个周 批人 案 案次 案件"
).split()
_MYRIADS = ("万", "亿", "千", "百")
_MYRIAD_BASES = (
    "人 人次 人份 亩 亩次 平方米 立方米 元 粒 株 吨 公里 户 件 份 次 字 个 只 头 张 册 本 辆 公顷 套 台 条 "
    "千瓦 千瓦时 羽 尾 斤 公斤 平方公里 "
    "棵 家 项 篇 箱 TEU 标准箱 吨公里 方 立方 升 米 户次 名 人天 门 盏 批 场 场次 例 例次 瓶 盒"
).split()
UNITS = frozenset(_PLAIN) | {m + b for m in _MYRIADS for b in _MYRIAD_BASES}
_LONGEST = max(map(len, UNITS))
_STARTS = frozenset(u[0] for u in UNITS if not u.isascii())

# What may stand after 每 or behind a slash and is a denominator of plain time or an occasion.
PER = {
    "年": "每年", "年度": "每年", "半年": "每半年", "季度": "每季度", "季": "每季度", "个季度": "每季度", "月": "每月", "个月": "每月",
    "月度": "每月", "旬": "每旬", "周": "每周", "星期": "每周", "日": "每天", "天": "每天", "工作日": "每个工作日", "个工作日": "每个工作日",
    "小时": "每小时", "分钟": "每分钟", "秒": "每秒", "学期": "每学期", "学年": "每学年",
    "期": "每期", "次": "每次", "场": "每场", "场次": "每场次", "届": "每届", "批": "每批", "批次": "每批次", "轮": "每轮",
}  # fmt: skip
TIMES_OF_COMPLETION = {
    "年": "Y",
    "个月": "M",
    "月": "M",
    "周": "W",
    "天": "D",
    "日": "D",
    "个自然日": "D",
    "自然日": "D",
    "个日历日": "D",
    "日历天": "D",
    "个日历天": "D",
    "个工作日": "B",
    "工作日": "B",
}
CLOCK_UNITS = frozenset(("小时", "个小时", "分钟", "分", "秒", "秒钟", "毫秒"))
TIME_UNITS = CLOCK_UNITS | TIMES_OF_COMPLETION.keys()
MONEY = frozenset(("元", "万元", "亿元", "千元", "百元", "百万元", "千万元"))


def unit_at(text: str) -> str:
    """The longest unit `text` begins with ("个工作日内办结" → "个工作日"), "" when it begins with none."""
    for length in range(min(_LONGEST, len(text)), 0, -1):
        if text[:length] in UNITS:
            longest = text[:length]
            return text[0] + (unit_at(text[1:]) if longest in ("万", "亿") else longest[1:])
    return ""


def is_unit_start(text: str) -> bool:
    """Whether a count may stand before `text`."""
    return bool(text) and text[0] in _STARTS and bool(unit_at(text))


def denominator(text: str) -> str | None:
    """每年, 每期 … for 年, 每年, 期, 1年, 2周 (每2周); None when it is not plain time or an occasion."""
    words = text.removeprefix("每")
    digits = words.rstrip("年度半季个月旬周星期日天工作小时分钟秒学场次届批轮")
    if digits.isdigit() and digits != words:
        base = PER.get(words[len(digits) :])
        return base if digits == "1" or base is None else f"每{digits}{words[len(digits) :]}"
    return PER.get(words)
