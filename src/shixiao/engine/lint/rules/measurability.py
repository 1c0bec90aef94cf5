"""Rules on whether a target can be measured at all."""

from __future__ import annotations

from shixiao.engine.bilingual import Text
from shixiao.engine.lint import vocabulary as words
from shixiao.engine.lint.finding import Severity, Suggestion
from shixiao.engine.lint.rows import BOOLEAN, COMPOUND, NUMERIC, QUALITATIVE, RANGE, UNPARSEABLE, Row, Wording
from shixiao.engine.lint.rule import GUIDE, Family, Found, Rule
from shixiao.engine.lint.settings import Settings
from shixiao.engine.targets.reading import Reading, Source

MEASURABILITY = Family.MEASURABILITY
NAME = Source.NAME


@Rule(
    "L01",
    MEASURABILITY,
    Severity.HINT,
    title=Text("只有方向或愿望，没有尺度", "A direction or a wish without a scale"),
    why=Text(
        "“有效提升”之类的值，年底谁来判断、以什么为准都没有写。量化有困难时，也应写明分几档、每档是什么样。定性指标是允许的，所以只作提示。",
        "A value such as 有效提升 does not say who judges it at year end, and by what. Where a number is hard to give, "
        "name the grades and what each looks like. Qualitative targets are lawful, so this is a hint.",
    ),
    basis=GUIDE,
    bad="22 服务水平提升 | 有效提升",
    good="22 网上办理事项比例 | ≥80%",
).of_row
def not_measurable(row: Row, settings: Settings) -> Found | None:
    """A qualitative value made of nothing that could be counted or checked."""
    if row.wording is not Wording.VAGUE or row.code in words.COSTS:
        return None
    return Found(
        Text(
            f"“{row.indicator.annual_wording}”没有尺度，年底无法判断是否达到；请写数值，或写明分档标准和评判人",
            f"“{row.indicator.annual_wording}” has no scale: nobody can say at year end whether it was reached. "
            "Give a number, or the grades and who judges",
        )
    )


@Rule(
    "L02",
    MEASURABILITY,
    Severity.WARNING,
    title=Text("指标值重复指标名称", "The value repeats the name"),
    why=Text(
        "指标值应说明做到什么程度。把名称再写一遍，等于没有目标。",
        "The value should say how far the work will go. Saying the name again leaves the indicator without a target.",
    ),
    bad="22 促进政府政务信息公开 | 促进政府政务信息公开",
    good="22 主动公开政务信息条数 | ≥500条",
).of_row
def value_repeats_name(row: Row, settings: Settings) -> Found | None:
    """A qualitative value that says the name again (threshold `repeated_share`)."""
    if row.wording is not Wording.REPEATS_NAME:
        return None
    return Found(
        Text(
            "指标值只是把指标名称又说了一遍，没有写做到什么程度；请改为可核对的数量、比例或期限",
            "the value only says the name again and not how far; write an amount, a share or a date instead",
        )
    )


@Rule(
    "L03",
    MEASURABILITY,
    Severity.WARNING,
    title=Text("比率或数量的值是“是”", "A yes/no value on a rate or a count"),
    why=Text(
        "名称是率、数、时间的指标，值应是数字。写“是”，差一件没做完和一件没做得分一样。",
        "What is called a rate, a number or a time needs a number. With 是, one piece missing and nothing done score alike.",
    ),
    bad="11 设备购置任务完成率 | 是",
    good="11 设备购置任务完成率 | 100%",
).of_row
def yes_on_a_number(row: Row, settings: Settings) -> Found | None:
    """是 or 完成 where the name asks for a number."""
    if row.kind is not BOOLEAN or not (row.is_share or words.counting_unit(row.stem) is not None):
        return None
    said = row.indicator.annual_wording
    whole = row.is_share and not row.stem.endswith(words.FAULT_SHARES) and len(said) < 5
    return Found(
        Text(
            f"“{row.indicator.name}”是{'比率' if row.is_share else '数量或时间'}，值却是“{said}”；请写数字",
            f"“{row.indicator.name}” is {'a rate' if row.is_share else 'an amount or a time'} but its value is “{said}”; "
            "write a number",
        ),
        Suggestion("annual_wording", "100%") if whole else None,
    )


@Rule(
    "L04",
    MEASURABILITY,
    Severity.WARNING,
    title=Text("“是否”类名称的值是数字", "A number on a yes/no name"),
    why=Text(
        "名称问“是否”，值却是数量，填报人不知道该填“是”还是填数。",
        "The name asks whether; the value is an amount. Whoever reports does not know which of the two to fill in.",
    ),
    bad="11 数据卡是否按照预算数量采购 | 250张",
    good="11 数据卡采购数量 | 250张",
).of_row
def number_on_a_question(row: Row, settings: Settings) -> Found | None:
    """是否 in the name and a number in the value."""
    if "是否" not in row.name or row.kind not in (NUMERIC, RANGE, COMPOUND):
        return None
    return Found(
        Text(
            f"名称问“是否”，值却是“{row.indicator.annual_wording}”；请把名称改成所数的东西",
            f"the name asks whether (是否) but the value is “{row.indicator.annual_wording}”; name the thing counted",
        ),
        Suggestion("name", row.indicator.name.replace("是否", "")),
    )


@Rule(
    "L19",
    MEASURABILITY,
    Severity.WARNING,
    title=Text("数字没有计量单位", "A number without a unit"),
    why=Text(
        "“500”可以是人、人次、场；“95”可以是件也可以是 95%。单位不写，完成值无法核对。",
        "500 may be people, attendances or sessions, and 95 may be cases or percent. Without a unit nothing can be compared.",
    ),
    bad="11 参训人数 | 500",
    good="11 参训人数 | 500人",
).of_row
def unit_missing(row: Row, settings: Settings) -> Found | None:
    """A bare number, unless the name ends in the unit in brackets: 参训人数（人）."""
    if row.kind not in (NUMERIC, RANGE) or row.reading.unit or row.name.endswith(")"):
        return None
    if row.reading.source is NAME or not row.reading.value:  # zero is zero in any unit
        return None
    unit = "%" if row.is_share else words.counting_unit(row.stem)
    small_share = row.is_share and row.reading.value <= 1  # 0.95 may mean 95% or 0.95%
    return Found(
        Text(
            f"“{row.indicator.annual_wording}”没有计量单位",
            f"“{row.indicator.annual_wording}” has no unit of measure",
        ),
        Suggestion("annual_wording", row.indicator.annual_wording + unit) if unit and not small_share else None,
    )


_HIDDEN_BOUNDS = ("以上", "以下", "以内", "≥", "≤", "<", ">", "不少于", "不低于", "不超过", "不高于", "小于", "大于", "至少")
_CONDITIONS = ("岁", "公里", "千伏", "周岁", "规模")


@Rule(
    "L20",
    MEASURABILITY,
    Severity.WARNING,
    title=Text("目标藏在名称里", "The target hides in the name"),
    why=Text(
        "目标写在名称里，按指标值汇总、比较和打分的程序都看不到它，改目标还要改名称。",
        "What adds up, compares and scores looks at the value and not at the name; and to change the target the name must change.",
    ),
    bad="12 苗木成活率≥85% | 是",
    good="12 苗木成活率 | ≥85%",
).of_row
def target_in_the_name(row: Row, settings: Settings) -> Found | None:
    """The reading had to be taken from the name, or the name ends in a bound of its own."""
    if row.reading.source is NAME:
        if row.reading.value is None and not row.reading.parts:
            return None  # a bound to the budget: L21 looks at it
    elif not _ends_in_a_bound(row.stem):
        return None
    return Found(
        Text(
            "目标写在指标名称里；请把比较词和数字移到指标值，名称只留所衡量的事",
            "the target stands in the name; move the comparison and the number into the value",
        ),
        _moved_out(row),
    )


def _ends_in_a_bound(name: str) -> bool:
    tail = name[-12:]
    if not any(word in tail for word in _HIDDEN_BOUNDS) or not any(map(str.isdecimal, tail)):
        return False
    if any(word in tail for word in _CONDITIONS):  # 60岁以上老人: whom it is for, not how many
        return False
    return tail.endswith(("以上", "以下", "以内")) or tail[-4:].rstrip("%‰元万人次个件份场小时分钟天月").endswith(tuple("0123456789"))


def _moved_out(row: Row) -> Suggestion | None:
    name = row.indicator.name
    start = min((name.find(sign) for sign in "≥≤<>" if sign in name), default=0)
    return Suggestion("annual_wording", name[start:]) if start > 1 and row.reading.source is NAME else None


@Rule(
    "L22",
    MEASURABILITY,
    Severity.WARNING,
    title=Text("一条指标里有几个条件", "Several conditions in one target"),
    why=Text(
        "几个条件写在一个值里，只做到一个时无法打分。拆成几条，各有各的完成值。",
        "When several conditions share one value, nobody can score the year in which one of them was met. Split them.",
    ),
    bad="11 消防安全巡查 | 每天巡查2次，每年不少于1次消防演练",
    good="11 消防演练次数 | 每年不少于1次\n11 消防巡查次数 | 每天2次",
).of_row
def several_conditions(row: Row, settings: Settings) -> Found | None:
    """A compound target."""
    if row.kind is not COMPOUND:
        return None
    parts = [part.words or "" for part in row.reading.parts]
    listed = "；".join(part for part in parts if part)
    return Found(
        Text(
            f"一个值里有 {len(parts)} 个条件（{listed}），只达到其中一个时无法打分；请拆成 {len(parts)} 条指标",
            f"{len(parts)} conditions in one value ({listed}): it cannot be scored when only one is met; "
            f"split it into {len(parts)} indicators",
        )
    )


@Rule(
    "L23",
    MEASURABILITY,
    Severity.WARNING,
    title=Text("没有填写，或只是占位符", "Empty, or only a placeholder"),
    why=Text(
        "空着、只有单位、“**”、“详见附件”的值，公开的表上看不到目标。",
        "An empty value, a bare unit, ** or 详见附件: whoever reads the published table sees no target.",
    ),
    bad="11 参训人数 | **人",
    good="11 参训人数 | 500人",
).of_row
def nothing_there(row: Row, settings: Settings) -> Found | None:
    """An annual value with nothing in it, or a name that is still the form's own 指标1."""
    if row.stem.rstrip("0123456789") in ("指标", "三级指标", "") or not row.stem.strip("*…."):
        return Found(Text("指标名称没有填写", "the indicator has no name yet"))
    if row.kind is not UNPARSEABLE or row.wording is not None or _is_grid(row.reading):
        return None
    wording, cycle = row.indicator.annual_wording, row.indicator.cycle_wording
    said = Text(f"年度指标值“{wording}”没有写出目标", f"the annual value “{wording}” states no target")
    if not wording.strip():
        said = Text("年度指标值是空的", "the annual value is empty")
    usable = row.cycle.kind is not UNPARSEABLE and cycle.strip()
    return Found(said, Suggestion("annual_wording", cycle) if usable and not wording.strip() else None)


def _is_grid(reading: Reading) -> bool:
    return "no-level" in reading.unsure


_FINISHED = ("已完成", "已达到", "已实现", "已建成", "已发放", "已通过", "已支付", "已开展", "已召开", "已落实")
_NOT_FINISHED = ("了解", "为了", "除了", "了然", "受了")


@Rule(
    "L30",
    MEASURABILITY,
    Severity.WARNING,
    title=Text("写的是结果，不是目标", "A result instead of a target"),
    why=Text(
        "“已完成”“提高了”是年底的完成情况，不是年初的目标，多半是从自评表抄来的。",
        "已完成 and 提高了 tell how a year went; a target tells how it should go. They are usually copied from a self-evaluation.",
    ),
    bad="22 群众办事便利度 | 提高了群众办事效率",
    good="22 事项网上可办率 | ≥90%",
).of_row
def result_as_target(row: Row, settings: Settings) -> Found | None:
    """已… or 了 in a target made of words."""
    if row.kind not in (QUALITATIVE, BOOLEAN):
        return None
    if "了" in row.value:
        if any(word in row.value for word in _NOT_FINISHED):
            return None
    elif not row.value.startswith(_FINISHED):
        return None
    wording = row.indicator.annual_wording
    return Found(
        Text(
            f"“{wording}”说的是已经发生的结果；请写年度内要达到的目标",
            f"“{wording}” tells of something that has happened; write what is to be reached in the year",
        ),
        Suggestion("annual_wording", wording.strip()[1:]) if row.value.startswith(_FINISHED) else None,
    )


@Rule(
    "L32",
    MEASURABILITY,
    Severity.HINT,
    title=Text("值只是一个等次", "A grade word only"),
    why=Text(
        "“良好”由谁评、分哪几档、几分算良好都没有写，年底几乎不可能不良好。",
        "良好 does not say who grades, on which scale, and from where on it counts; at year end hardly anything is not 良好.",
    ),
    bad="12 活动组织质量 | 良好",
    good="12 活动组织质量 | 参加者评分平均4分以上",
).of_row
def grade_only(row: Row, settings: Settings) -> Found | None:
    """优, 良好, 较高 … as the whole value."""
    if row.wording is not Wording.GRADE:
        return None
    wording = row.indicator.annual_wording
    return Found(
        Text(
            f"“{wording}”只是等次；请写明由谁按什么标准评，或改为得分、比例",
            f"“{wording}” is only a grade; say who grades by which scale, or use a score or a share",
        )
    )


@Rule(
    "L33",
    MEASURABILITY,
    Severity.HINT,
    title=Text("以表外的标准为准，没有写出数", "Bound to something outside the table"),
    why=Text(
        "“符合规定”“不低于平均水平”要先找到那个标准或那个平均数才能判断。写出标准的名称和数值，读表的人才能核对。",
        "符合规定 and 不低于平均水平 can be judged only by somebody who has the standard or the mean at hand. "
        "Name it, and give its number.",
    ),
    bad="12 调研报告质量 | 达到公文标准",
    good="12 调研报告一次审核通过率 | ≥95%",
).of_row
def outside_reference(row: Row, settings: Settings) -> Found | None:
    """A standard, a market price or a mean that is not stated."""
    if row.wording is not Wording.REFERENCE or row.code in words.COSTS:
        return None
    wording = row.indicator.annual_wording
    return Found(
        Text(
            f"“{wording}”以表外的标准为准；请写出标准名称和具体数值",
            f"“{wording}” depends on a standard outside the table; name it and state its number",
        )
    )


_PROMISE_OF_TIME = ("及时", "按时", "按期", "准时", "时效")


@Rule(
    "L34",
    MEASURABILITY,
    Severity.WARNING,
    title=Text("只说及时，没有期限", "Prompt, but no date or limit"),
    why=Text(
        "“及时”“按计划”没有写到哪一天、几小时内，年底总可以说是及时的。",
        "及时 and 按计划 name no day and no number of hours, so at year end everything was prompt.",
    ),
    bad="13 慰问金发放 | 及时发放",
    good="13 慰问金发放 | 2月10日前发放",
).of_row
def prompt_without_a_date(row: Row, settings: Settings) -> Found | None:
    """及时, 按计划 … as the value, or 是 as the value of a name that promises only that."""
    if row.wording is Wording.PROMPT:
        wording = row.indicator.annual_wording
        said = Text(f"“{wording}”没有期限；请写截止日期或时限", f"“{wording}” names no date and no limit; give one")
    elif row.kind is BOOLEAN and not row.is_share and any(word in row.name for word in _PROMISE_OF_TIME):
        said = Text(
            "名称只说及时，值只说“是”，没有期限；请写截止日期、时限或及时率",
            "the name only says prompt and the value only yes; give a date, a limit or a rate",
        )
    else:
        return None
    return Found(said)


@Rule(
    "L48",
    MEASURABILITY,
    Severity.WARNING,
    title=Text("数量指标没有数量", "A quantity without a number"),
    why=Text(
        "数量指标要说明做多少。值是文字或“是”，既看不出工作量，也看不出完成了多少。",
        "A quantity says how much will be done. Words or 是 show neither the amount of work nor how much of it was done.",
    ),
    basis=GUIDE,
    bad="11 用户培训 | 是",
    good="11 用户培训人次 | ≥60人次",
).of_row
def quantity_without_number(row: Row, settings: Settings) -> Found | None:
    """Class 11 with words or 是; what another rule already says of the same value is left to it."""
    if row.code != words.QUANTITY or row.kind not in (BOOLEAN, QUALITATIVE):
        return None
    if row.wording not in (None, Wording.CHECKABLE, Wording.VAGUE) or yes_on_a_number(row, settings):
        return None
    return Found(
        Text(
            f"数量指标的值“{row.indicator.annual_wording}”里没有数；请写做多少、计量单位是什么",
            f"a quantity with the value “{row.indicator.annual_wording}” has no number; say how many, and of what",
        )
    )


@Rule(
    "L64",
    MEASURABILITY,
    Severity.HINT,
    title=Text("读不准，请人看一眼", "Read, but not with certainty"),
    why=Text(
        "程序读懂了大概，但不能确定。写法不清，别人也会读出两个意思。",
        "A program could read it only in part. What is unclear to a program is read in two ways by people, too.",
    ),
    bad="13 报告报送时间 | 9月前",
    good="13 报告报送时间 | 8月31日前",
).of_row
def unsure(row: Row, settings: Settings) -> Found | None:
    """The reading has a doubt that no other rule is about."""
    doubts = [code for code in row.reading.unsure if code not in _SAID_ELSEWHERE]
    if not doubts or row.kind is UNPARSEABLE:
        return None
    sentences = [reason_of(code) for code in doubts]
    return Found(
        Text(
            f"不能确定读得对：{'；'.join(sentence.zh for sentence in sentences)}",
            f"not read with certainty: {'; '.join(sentence.en for sentence in sentences)}",
        )
    )


# The doubts of a reading that a rule of their own reports.
_SAID_ELSEWHERE = frozenset(
    "grade-scale outside-reference no-target placeholder unit-only number-in-name percent-sign-missing rate-above-100 "
    "cells-conflict no-level negative".split()
)


def reason_of(code: str) -> Text:
    """The sentence of a doubt; a code nobody has written a sentence for is shown as it is."""
    from shixiao.engine.targets.reasons import REASONS  # only a doubtful reading needs its sentences

    return REASONS.get(code) or Text(code, code)
