"""Rules on whether a target can be reached, and how little it takes to miss it."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import ROUND_CEILING, Decimal

from shixiao.engine.bilingual import Text
from shixiao.engine.lint import vocabulary as words
from shixiao.engine.lint.finding import Severity
from shixiao.engine.lint.rows import BOOLEAN, NUMERIC, QUALITATIVE, ProjectRows, Row
from shixiao.engine.lint.rule import Family, Found, Rule
from shixiao.engine.lint.settings import Settings
from shixiao.engine.targets.reading import Reading, Sense

ATTAINABILITY = Family.ATTAINABILITY
AT_MOST = Sense.AT_MOST


@Rule(
    "L50",
    ATTAINABILITY,
    Severity.WARNING,
    kinds=(NUMERIC,),
    title=Text("有一个人不满意就不达标", "One unhappy answer fails it"),
    why=Text(
        "满意度要求 99%，回答不到 100 份时，只要有一份不满意就不达标；100% 则无论多少份都不容许一份。请先想好能收到多少份回答。通常能收到的份数可在设置中调整。",
        "At 99%, a survey with fewer than 100 answers fails at the first unhappy one; at 100% every survey does. "
        "Think first of how many answers there will be. The usual number is a setting.",
    ),
    bad="31 服务对象满意度 | 99%以上",
    good="31 服务对象满意度 | 95%以上",
).of_row
def one_unhappy_answer(row: Row, settings: Settings) -> Found | None:
    """A satisfaction that needs more than `survey_answers` answers to survive one that is unhappy."""
    reading = row.reading
    if reading.unit != "%" or reading.value is None or reading.sense is AT_MOST:
        return None
    if row.stem[-3:] not in ("满意度", "满意率", "好评率"):
        return None
    wording = row.indicator.annual_wording
    if reading.value == 100:
        return Found(
            Text(
                f"“{wording}”不容许任何一份不满意的回答，一份就不达标",
                f"“{wording}” allows no unhappy answer at all: the first one fails it",
            )
        )
    answers = _needed(100 - reading.value, strict=reading.op == ">")
    if answers <= settings.survey_answers:
        return None
    return Found(
        Text(
            f"“{wording}”：收到的回答不到 {answers} 份时，一份不满意就不达标；请确认能收到多少份，或适当放宽",
            f"“{wording}”: with fewer than {answers} answers the first unhappy one fails it; "
            "make sure of that many, or allow more",
        )
    )


def _needed(percent: Decimal, *, strict: bool) -> int:
    """The smallest number of cases of which one is at most (strictly: less than) `percent` of all."""
    whole = (Decimal(100) / percent).to_integral_value(ROUND_CEILING)
    return int(whole) + (1 if strict and whole * percent == 100 else 0)


@Rule(
    "L51",
    ATTAINABILITY,
    Severity.HINT,
    kinds=(NUMERIC,),
    title=Text("业务量不够时，一件就超标", "One case exceeds it when there are few"),
    why=Text(
        "投诉率不超过 1%，服务不到 100 次时，有一次投诉就超标；分母是服务次数、人数还是工单数也要写明。通常的业务量可在设置中调整。",
        "A complaint rate of at most 1% is exceeded by one complaint when fewer than 100 were served; and the denominator "
        "(services, people, work orders) must be named. The usual number is a setting.",
    ),
    bad="12 服务投诉率 | ≤1%",
    good="12 全年有责投诉件数 | ≤2件",
).of_row
def one_complaint(row: Row, settings: Settings) -> Found | None:
    """A rate of complaints or faults whose ceiling needs more than `cases_expected` cases to allow one."""
    reading = row.reading
    if reading.sense is not AT_MOST or not row.stem.endswith(words.FAULT_SHARES):
        return None
    percent = _percent(reading)
    if percent is None or not 0 < percent < 100:
        return None
    cases = _needed(percent, strict=reading.op == "<")
    if cases <= settings.cases_expected:
        return None
    wording = row.indicator.annual_wording
    return Found(
        Text(
            f"“{wording}”：业务不到 {cases} 件时，出现一件就超标；请写明分母是什么、预计多少件",
            f"“{wording}”: with fewer than {cases} cases a single one exceeds it; say what is counted and how many are expected",
        )
    )


def _percent(reading: Reading) -> Decimal | None:
    if reading.value is None or reading.unit not in ("%", "‰"):
        return None
    return reading.value if reading.unit == "%" else reading.value / 10


_HOURS = {"周": 168, "日均": 24, "每日": 24, "每天": 24, "月均": 744, "月平均": 744, "每月": 744}


def _hours_there_are(name: str) -> int | None:
    """The hours of the period a name speaks of (周平均…时间), None when it speaks of none."""
    if not name.endswith(("时间", "时长", "小时数")):
        return None
    return next((hours for word, hours in _HOURS.items() if word in name and "周期" not in name), None)


@Rule(
    "L52",
    ATTAINABILITY,
    Severity.ERROR,
    kinds=(NUMERIC,),
    title=Text("一周没有这么多小时", "More hours than the period has"),
    why=Text(
        "一周有 168 小时，一天 24 小时，一月至多 744 小时。每周平均无故障时间超过 168 小时，怎样都达不到。",
        "A week has 168 hours, a day 24, a month at most 744. A weekly time between failures above 168 hours cannot be reached.",
    ),
    bad="12 系统周平均无故障时间 | ≥170小时",
    good="12 系统周平均无故障时间 | ≥150小时",
).of_row
def more_hours_than_there_are(row: Row, settings: Settings) -> Found | None:
    """At least so many hours in a week, a day or a month that has fewer."""
    reading = row.reading
    if reading.unit not in ("小时", "个小时") or reading.sense is AT_MOST:
        return None
    hours = _hours_there_are(row.stem)
    if (
        hours is None
        or reading.value is None
        or not (reading.value > hours or (reading.value == hours and reading.op == ">"))
    ):
        return None
    return Found(
        Text(
            f"“{row.indicator.annual_wording}”超过了这段时间的总小时数 {hours}，无法达到",
            f"“{row.indicator.annual_wording}” is more than the {hours} hours there are: it cannot be reached",
        )
    )


@Rule(
    "L53",
    ATTAINABILITY,
    Severity.HINT,
    kinds=(NUMERIC,),
    title=Text("没有说明按什么时间算", "The clock is not named"),
    why=Text(
        "每周无故障 150 小时，按全天 168 小时算，只容许停 18 小时；按上班时间算，一周只有 40 小时，无法达到。请写明时钟。",
        "150 hours a week without failure leave 18 hours of 168 around the clock; by working hours a week has 40, "
        "and it cannot be reached. Name the clock.",
    ),
    bad="12 系统周平均无故障时间 | ≥150小时",
    good="12 系统周平均无故障时间（全天候） | ≥150小时",
).of_row
def clock_not_named(row: Row, settings: Settings) -> Found | None:
    """Hours without failure in a week or a day, without a word on which hours count."""
    reading = row.reading
    if "无故障" not in row.name or reading.value is None or reading.sense is AT_MOST:
        return None
    hours = _hours_there_are(row.stem)
    if hours is None or reading.value > hours or any(word in row.name + row.value for word in _CLOCKS):
        return None
    left = hours - reading.value
    return Found(
        Text(
            f"按全天 {hours} 小时算，只容许停 {left} 小时；按上班时间算则无法达到。请写明按哪种时间计",
            f"around the clock ({hours} hours) this leaves {left} hours down; by working hours it cannot be reached; name the clock",
        )
    )


_CLOCKS = ("全天", "7×24", "7x24", "7*24", "24小时", "工作时间", "上班时间", "自然")


@Rule(
    "L54",
    ATTAINABILITY,
    Severity.HINT,
    title=Text("到场时限长于平均恢复时间", "On site later than the mean recovery"),
    why=Text(
        "单次到场可以用 4 小时，平均恢复却要在 2 小时内。多数故障远程解决时可以同时成立，所以不算矛盾，只请确认两个数。",
        "Each visit may take 4 hours and the mean recovery must stay below 2. Both hold when most faults are mended from afar, "
        "so it is no contradiction: only confirm both.",
    ),
    bad="13 故障响应及时性 | 4小时内到场处置故障\n13 平均故障恢复时间 | 小于2小时",
    good="13 故障响应及时性 | 1小时内到场处置故障\n13 平均故障恢复时间 | 小于2小时",
).of_project
def response_longer_than_recovery(sheet: ProjectRows, settings: Settings) -> Iterator[Found]:
    """The longest limit for a response beside the mean recovery of the same project."""
    recoveries = [row for row in sheet.rows if "恢复" in row.name and "平均" in row.name and _minutes(row.reading)]
    if not recoveries:
        return
    recovery = recoveries[0]
    for row in sheet.rows:
        responds = "响应" in row.name or "到场" in row.name or "到场" in row.value
        if responds and _minutes(row.reading) > _minutes(recovery.reading):
            mean = recovery.indicator
            yield Found(
                Text(
                    f"响应或到场可用“{row.indicator.annual_wording}”，而第 {mean.row} 行要求平均恢复“{mean.annual_wording}”；请确认两个数都对",
                    f"a response may take “{row.indicator.annual_wording}” while row {mean.row} asks for a mean recovery of "
                    f"“{mean.annual_wording}”; confirm both",
                ),
                at=row,
            )


def _minutes(reading: Reading) -> Decimal:
    """The minutes of a time limit, 0 for anything else."""
    factor = {"小时": 60, "个小时": 60, "分钟": 1, "天": 1440}.get(reading.unit or "", 0)
    if reading.value is None or reading.sense is not AT_MOST:
        return Decimal(0)
    return reading.value * factor


@Rule(
    "L55",
    ATTAINABILITY,
    Severity.HINT,
    kinds=(NUMERIC, QUALITATIVE, BOOLEAN),
    title=Text("不容许任何停机", "No downtime is allowed"),
    why=Text(
        "正常运行率 100%、“全年正常运行”意味着一分钟也不能停，计划内的检修也不行。请写明是否扣除计划停机，或留出余量。",
        "100% availability or 全年正常运行 allows not one minute down, not even for planned maintenance. "
        "Say whether that is left out, or leave some room.",
    ),
    bad="12 系统正常运行率 | 100%",
    good="12 系统正常运行率 | ≥99.5%",
).of_row
def no_downtime(row: Row, settings: Settings) -> Found | None:
    """100% of a rate of running, or words that say the same."""
    says_always = "全年正常运行" in row.value or "不间断运行" in row.value or "零中断" in row.value
    whole = (
        row.stem[-3:] in ("运行率", "可用率", "在线率", "畅通率")
        and row.reading.unit == "%"
        and row.reading.value == 100
    )
    if not says_always and not whole:
        return None
    return Found(
        Text(
            f"“{row.indicator.annual_wording}”不容许停一分钟；请写明是否扣除计划内停机，或留出余量",
            f"“{row.indicator.annual_wording}” allows no minute down; say whether planned downtime counts, or leave some room",
        )
    )
