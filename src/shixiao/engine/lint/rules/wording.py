"""Rules on spelling: what makes a table hard to read, search or compare without making it wrong."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from shixiao.engine.bilingual import Text
from shixiao.engine.lint.finding import Severity, Suggestion
from shixiao.engine.lint.rows import COMPOUND, NUMERIC, PlanRows, Row
from shixiao.engine.lint.rule import Family, Found, Rule
from shixiao.engine.lint.rules.measurability import is_split_by_name
from shixiao.engine.lint.settings import Settings

WORDING = Family.WORDING


@Rule(
    "L56",
    WORDING,
    Severity.HINT,
    title=Text("一个名称里有两个指标", "Two measures in one name"),
    why=Text(
        "“合格率和合规率”是两个率，一个 98%、一个 100% 时不知道该报哪个。拆成两条。",
        "合格率和合规率 are two rates; when one is 98% and the other 100% nobody knows which to report. Split them.",
    ),
    bad="12 设备采购合格率和合规率 | 100%",
    good="12 设备采购合格率 | 100%",
).of_row
def two_measures(row: Row, settings: Settings) -> Found | None:
    """合格率和合规率; or two tasks in the name and one 是."""
    if row.kind is COMPOUND:
        if not is_split_by_name(row):
            return None
    elif not _joins_two_rates(row.stem):
        return None
    return Found(
        Text(
            f"“{row.indicator.name}”说的不止一件事，值“{row.indicator.annual_wording}”只有一个；请拆开",
            f"“{row.indicator.name}” is about more than one thing, with one value “{row.indicator.annual_wording}”; split it",
        )
    )


def _joins_two_rates(name: str) -> bool:
    last = name[-1:]
    return (
        last in ("率", "度")
        and name.find(last) < len(name) - 1
        and any(f"{last}{joint}" in name for joint in "和与及、/")
    )


_AIMS = ("提高", "提升", "加强", "促进", "保障", "增强", "改善", "优化", "推动", "完善", "确保", "强化")


@Rule(
    "L57",
    WORDING,
    Severity.HINT,
    kinds=(NUMERIC,),
    title=Text("真正的指标写在值里", "The measure stands in the value"),
    why=Text(
        "名称“提高办文质量”是愿望，衡量的退文率写在值里。按名称汇总和比较时看不到它。",
        "The name 提高办文质量 is an aim; what is measured, 退文率, stands in the value, where no comparison by name finds it.",
    ),
    bad="12 提高办文质量 | 退文率5%以下",
    good="12 退文率 | 5%以下",
).of_row
def measure_in_the_value(row: Row, settings: Settings) -> Found | None:
    """An aim as the name, and words that name something else before the number."""
    if not row.name.startswith(_AIMS):
        return None
    subject = _leading_words().match(row.value)
    measure = subject.group().rstrip(_COMPARATIVES) if subject else ""
    if len(measure) < 3 or measure in row.name:
        return None
    return Found(
        Text(
            f"名称是愿望，真正衡量的是值里的“{measure}”；请以它为名称",
            f"the name is an aim; what is measured is “{measure}” in the value; make it the name",
        ),
        Suggestion("name", measure),
    )


_COMPARATIVES = "大小高低不少超过于等到达控制在约为以内的≥≤<>=:"


@cache
def _leading_words() -> re.Pattern[str]:
    return re.compile(r"[^\d≥≤<>=]+")


@Rule(
    "L58",
    WORDING,
    Severity.HINT,
    kinds=(NUMERIC,),
    title=Text("值里又写了一遍名称", "The value says the name again beside the number"),
    why=Text(
        "“满意度95%以上”中的“满意度”在名称里已有。值里只留比较词和数字，便于比较和汇总。",
        "The name already says 满意度. A value of only a comparison and a number is easier to compare and add up.",
    ),
    bad="31 服务对象满意度 | 满意度95%以上",
    good="31 服务对象满意度 | 95%以上",
).of_row
def name_inside_value(row: Row, settings: Settings) -> Found | None:
    """The value begins with the end of the name, and a number follows."""
    first = row.value[:1]
    if first.isascii() or first in ("≥", "≤"):
        return None
    subject = _leading_words().match(row.value)
    said = subject.group() if subject else ""
    repeated = next((said[:size] for size in range(len(said), 1, -1) if row.stem.endswith(said[:size])), "")
    rest = row.value[len(repeated) :].lstrip(":")
    if len(repeated) < 3 or rest[:1] not in _BEFORE_A_NUMBER:  # 监测率95% under 监测 is another measure
        return None
    return Found(
        Text(
            f"值里的“{repeated}”在名称里已有，可只写“{rest}”",
            f"“{repeated}” is in the name already; “{rest}” is enough",
        ),
        Suggestion("annual_wording", rest),
    )


_BEFORE_A_NUMBER = frozenset("0123456789≥≤<>=不大小低高超少增减达控至为在约")
_STOPS = "。；;，,、：: "


@Rule(
    "L59",
    WORDING,
    Severity.HINT,
    title=Text("名称里留下了标点或编号", "Punctuation or a number left in the name"),
    why=Text(
        "名称末尾的“。”“；”、开头的“1、”“指标1：”是排版留下的，会让同名指标对不上。",
        "A stop at the end of a name, or 1、 and 指标1： at its beginning, are left over from typesetting; "
        "they keep equal names from matching.",
    ),
    bad="21 参事建议涉及的领域。 | 3个",
    good="21 参事建议涉及的领域 | 3个",
).of_row
def punctuation_in_name(row: Row, settings: Settings) -> Found | None:
    """A final stop, a leading stop, or a leading number of the row."""
    if row.name.isalpha():
        return None
    name = row.indicator.name.strip()
    cleaned = name.strip(_STOPS)
    if cleaned[:1].isdecimal() or cleaned[:2] == "指标":
        cleaned = _row_number().sub("", cleaned)
    if not cleaned or cleaned == name or cleaned.startswith("指标"):
        return None
    return Found(
        Text(f"名称“{name}”里有多余的标点或编号", f"the name “{name}” has stray punctuation or a number"),
        Suggestion("name", cleaned),
    )


@cache
def _row_number() -> re.Pattern[str]:
    return re.compile(r"^(?:指标\d+[：:.、]|\d{1,2}[、．]|\d{1,2}\.(?!\d))\s*(?=\S)")


@Rule(
    "L60",
    WORDING,
    Severity.HINT,
    title=Text("重复的字", "Repeated characters"),
    why=Text(
        "“维护维护”“的的”是录入时多打的字。",
        "维护维护 and 的的 were typed twice.",
    ),
    bad="12 网络运行维护维护保障 | 是",
    good="12 网络运行维护保障 | 是",
).of_row
def repeated_characters(row: Row, settings: Settings) -> Found | None:
    """Two to four characters twice in a row, or a particle twice, in the name or the value."""
    for field in ("name", "annual_wording") if row.wording is not None else ("name",):
        text = getattr(row.indicator, field)
        match = _twice().search(text)
        if match:
            once = match.group(1) or match.group(2)
            return Found(
                Text(
                    f"“{match.group()}”似乎多打了一遍“{once}”", f"“{match.group()}” seems to have “{once}” typed twice"
                ),
                Suggestion(field, text[: match.start()] + once + text[match.end() :]),
            )
    return None


@cache
def _twice() -> re.Pattern[str]:
    return re.compile(r"([\u4e00-\u9fff](?<![一逐])[\u4e00-\u9fff]{1,3})\1|([的了和与及是])\2")


_OPERATOR_SPELLINGS = {
    "≥": ("≥", "≧", ">=", "大于等于", "大于或等于"),
    "≤": ("≤", "≦", "<=", "小于等于", "小于或等于"),
}
_UNIT_SPELLINGS = (("小时", "个小时"), ("个工作日", "工作日"), ("个月", "月"), ("人次", "人·次"))


@Rule(
    "L61",
    WORDING,
    Severity.HINT,
    title=Text("同一符号或单位有几种写法", "One sign or unit in several spellings"),
    why=Text(
        "同一张表里“≥95%”与“大于等于95%”并用，排序、筛选和比较都会漏。选一种写法，全表只提示一行。",
        "≥95% and 大于等于95% in one table: sorting, filtering and comparing miss half. Choose one; there is one line for the whole table.",
    ),
    bad="11 巡检完成率 | ≥98%\n11 工单完成率 | 大于等于98%",
    good="11 巡检完成率 | ≥98%\n11 工单完成率 | ≥98%",
).of_plan
def mixed_spelling(book: PlanRows, settings: Settings) -> Iterator[Found]:
    """Signs beside their words, and the same unit in two spellings, counted over the table."""
    wordings = [row.indicator.annual_wording for row in book.rows() if row.kind in (NUMERIC, COMPOUND)]
    mixed = [used for spellings in _OPERATOR_SPELLINGS.values() if len(used := _used(spellings, wordings)) > 1]
    units = [row.reading.unit for row in book.rows() if row.kind is NUMERIC]
    for spellings in _UNIT_SPELLINGS:
        counts = [(spelling, units.count(spelling)) for spelling in spellings if spelling in units]
        if len(counts) > 1:
            mixed.append(counts)
    if "％" in "".join(wordings) and "%" in "".join(wordings):
        mixed.append(_used(("%", "％"), wordings))
    if mixed:
        zh = "；".join("、".join(f"“{spelling}”{count} 处" for spelling, count in used) for used in mixed)
        en = "; ".join(", ".join(f"“{spelling}” ×{count}" for spelling, count in used) for used in mixed)
        yield Found(
            Text(f"同一写法不统一：{zh}；请各选一种", f"several spellings of the same: {en}; choose one of each")
        )


def _used(spellings: tuple[str, ...], wordings: list[str]) -> list[tuple[str, int]]:
    everything = "\n".join(wordings)
    there = [spelling for spelling in spellings if spelling in everything]
    return [(spelling, sum([spelling in wording for wording in wordings])) for spelling in there]


@Rule(
    "L62",
    WORDING,
    Severity.HINT,
    title=Text("括号或引号不成对", "Brackets or quotation marks without a partner"),
    why=Text(
        "少了半个括号，多半是文字被截断，或单元格拆错了位置。",
        "A bracket without its partner usually means that text was cut off, or a cell split in the wrong place.",
    ),
    bad="12 基础设施（机房、服务器故障解决率 | ≥95%",
    good="12 基础设施（机房、服务器）故障解决率 | ≥95%",
).of_row
def unbalanced_brackets(row: Row, settings: Settings) -> Found | None:
    """More opening than closing in the name or the value, whichever width; 〈 and 》 used as operators are left alone."""
    if row.name.isalnum() and not _has_bracket(row.value):
        return None
    for plain, text in ((row.name, row.indicator.name), (row.value, row.indicator.annual_wording)):
        if plain.count("(") != plain.count(")") or plain.count("“") != plain.count("”"):
            return Found(
                Text(
                    f"“{text}”里的括号或引号不成对，可能被截断",
                    f"brackets or quotes in “{text}” do not match; perhaps it is cut off",
                )
            )
    return None


def _has_bracket(plain: str) -> bool:
    return "(" in plain or ")" in plain or "“" in plain or "”" in plain
