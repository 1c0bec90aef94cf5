"""Rules on targets made of words: wishes, repetitions, results, grades, standards elsewhere, promptness."""

from __future__ import annotations

from shixiao.engine.bilingual import Text
from shixiao.engine.lint import vocabulary as words
from shixiao.engine.lint.finding import Severity, Suggestion
from shixiao.engine.lint.rows import BOOLEAN, QUALITATIVE, UNPARSEABLE, WORDS, Row, Wording
from shixiao.engine.lint.rule import GUIDE, Family, Found, Rule
from shixiao.engine.lint.settings import Settings
from shixiao.engine.targets.reading import Source

MEASURABILITY = Family.MEASURABILITY
NAME = Source.NAME


@Rule(
    "L01",
    MEASURABILITY,
    Severity.HINT,
    kinds=WORDS,
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
    kinds=WORDS,
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


_FINISHED = ("已完成", "已达到", "已实现", "已建成", "已发放", "已通过", "已支付", "已开展", "已召开", "已落实")
_NOT_FINISHED = ("了解", "为了", "除了", "了然", "受了")


@Rule(
    "L30",
    MEASURABILITY,
    Severity.WARNING,
    kinds=(QUALITATIVE, BOOLEAN),
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
    kinds=WORDS,
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
    kinds=WORDS,
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
    kinds=(QUALITATIVE, UNPARSEABLE, BOOLEAN),
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
