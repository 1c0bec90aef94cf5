"""Rules on one indicator against its cycle and its years."""

from __future__ import annotations

from collections.abc import Iterator

from shixiao.engine.bilingual import Text
from shixiao.engine.lint import vocabulary as words
from shixiao.engine.lint.bounds import exclude_each_other, is_looser
from shixiao.engine.lint.finding import Severity, Suggestion
from shixiao.engine.lint.rows import (
    BOOLEAN,
    DEADLINE,
    NUMERIC,
    QUALITATIVE,
    UNPARSEABLE,
    PlanRows,
    Row,
)
from shixiao.engine.lint.rule import Family, Found, Rule
from shixiao.engine.lint.settings import Settings
from shixiao.engine.lint.units import COUNTED, dimension, units_agree
from shixiao.engine.lint.years import years_in
from shixiao.engine.targets.reading import Source

CONSISTENCY = Family.CONSISTENCY
NAME = Source.NAME


@Rule(
    "L14",
    CONSISTENCY,
    Severity.WARNING,
    also=(Severity.ERROR, Severity.HINT),
    title=Text("实施周期指标值与年度指标值矛盾", "Cycle and annual value disagree"),
    why=Text(
        "年度值是实施周期值的一部分。两个数互相排斥是错误；一个是数字、一个是文字，或年度做得比整个周期还多，要人核对；意思相同只是写法不同，作提示。",
        "The annual value is a part of the cycle. Numbers that exclude each other are an error; a number beside words, or a "
        "year that does more than the whole cycle, wants a person; the same meaning in two wordings is a hint.",
    ),
    bad="13 平均故障恢复时间 | 考察故障恢复所需平均时间 | 小于2小时",
    good="13 平均故障恢复时间 | 小于2小时 | 小于2小时",
).of_row
def cycle_against_annual(row: Row, settings: Settings) -> Found | None:
    """Both cells filled and not the same. A rate that rises towards the cycle's value is ordinary."""
    cycle, annual = row.indicator.cycle_wording, row.indicator.annual_wording
    if cycle == annual or not cycle.strip() or not annual.strip() or words.plain(cycle) == row.value:
        return None
    if _is_same_meaning(row):
        return Found(
            Text(
                f"周期值“{cycle}”与年度值“{annual}”意思相同、写法不同；请统一",
                f"the cycle “{cycle}” and the annual “{annual}” mean the same in two wordings; write one",
            ),
            Suggestion("cycle_wording", annual),
            Severity.HINT,
        )
    if row.cycle.kind is NUMERIC and row.kind is NUMERIC:
        return _numbers_against(row)
    if row.cycle.kind is row.kind:
        return _they_differ(row, _EXCLUSIVE, Severity.ERROR) if row.kind is BOOLEAN else None  # 是 beside 否
    return Found(
        Text(
            f"周期值“{cycle}”与年度值“{annual}”不是一类目标，对不上",
            f"the cycle “{cycle}” and the annual “{annual}” are targets of different kinds",
        ),
        Suggestion("cycle_wording", annual) if row.cycle.kind is UNPARSEABLE else None,
    )


def _is_same_meaning(row: Row) -> bool:
    if row.kind is BOOLEAN:
        return row.cycle.kind is BOOLEAN and (row.cycle.text == "否") == (row.reading.text == "否")
    return row.kind not in (QUALITATIVE, UNPARSEABLE) and row.cycle == row.reading  # words do not compare


def _numbers_against(row: Row) -> Found | None:
    cycle, annual = row.cycle, row.reading
    if cycle.value is None or annual.value is None or cycle.per != annual.per:
        return None
    if cycle.unit != annual.unit:
        return _other_units(row) if not units_agree(cycle.unit or "", annual.unit or "") else None
    if exclude_each_other(cycle, annual):
        return _they_differ(row, _EXCLUSIVE, Severity.ERROR)
    if dimension(annual.unit or "个") in COUNTED and annual.per is None:  # what is counted adds up over the years
        if annual.value <= cycle.value:
            return None
        severity = Severity.ERROR if cycle.op == annual.op == "=" else Severity.WARNING
        return _they_differ(row, Text("：年度比整个周期还多", ": the year does more than the cycle"), severity)
    if is_looser(annual, than=cycle):
        return _they_differ(
            row, Text("：年度比周期宽，请确认是逐年提高", ": the year is looser; confirm that it rises"), Severity.HINT
        )
    return None


_EXCLUSIVE = Text("互相排斥", "exclude each other")


def _they_differ(row: Row, how: Text, severity: Severity) -> Found:
    cycle, annual = row.indicator.cycle_wording, row.indicator.annual_wording
    return Found(
        Text(f"周期值“{cycle}”与年度值“{annual}”{how.zh}", f"the cycle “{cycle}” and the annual “{annual}” {how.en}"),
        severity=severity,
    )


def _other_units(row: Row) -> Found:
    cycle, annual = row.indicator.cycle_wording, row.indicator.annual_wording
    return Found(
        Text(
            f"周期值“{cycle}”与年度值“{annual}”计量单位不同，无法比较",
            f"the cycle “{cycle}” and the annual “{annual}” have different units and cannot be compared",
        )
    )


@Rule(
    "L15",
    CONSISTENCY,
    Severity.HINT,
    title=Text("跨年项目的周期值全部照抄年度值", "A project over several years repeats its annual values"),
    why=Text(
        "项目名称跨年，周期值与年度值却条条相同，看不出哪些在本预算年度完成、窗口从哪天到哪天。很多表都这样，所以全表只提示一行。",
        "The name spans years, yet every cycle value equals the annual one: nobody sees what falls into this budget year, and "
        "from which day to which day is counted. Many tables do it, so there is one line for the whole table.",
    ),
    bad="项目 2026-2028年度运维服务 60.00\n11 巡检次数 | 36次 | 36次\n12 巡检记录完整率 | ≥98% | ≥98%",
    good="项目 2026-2028年度运维服务 60.00\n11 巡检次数 | 36次 | 12次\n12 巡检记录完整率 | ≥98% | ≥98%",
).of_plan
def cycle_copied(book: PlanRows, settings: Settings) -> Iterator[Found]:
    """Projects whose name holds a range of years and whose cells are the same in every row."""
    spanning = [sheet for sheet in book.sheets if sheet.rows and sheet.years and sheet.years[0] != sheet.years[-1]]
    copied = [sheet for sheet in spanning if all(_is_copied(row) for row in sheet.rows)]
    if copied:
        names = "、".join(f"“{sheet.project.name}”" for sheet in copied)
        yield Found(
            Text(
                f"{len(copied)} 个跨年项目的周期值与年度值条条相同：{names}；请按年度拆分，或写明年度值对应的起止日期",
                f"projects over several years with equal cycle and annual values throughout: {names}; "
                "split them by year, or state from when to when the annual value counts",
            )
        )


def _is_copied(row: Row) -> bool:
    return row.indicator.cycle_wording == row.indicator.annual_wording


@Rule(
    "L16",
    CONSISTENCY,
    Severity.WARNING,
    kinds=(DEADLINE,),
    title=Text("年度值的期限超过一年", "An annual value with a horizon beyond the year"),
    why=Text(
        "“18 个月内完成”放在年度值里，本年度永远不会逾期，年底也无法评分。年度值应写本年度要完成到哪一步。",
        "“Within 18 months” as an annual value can never be late in this year, and cannot be scored at its end. "
        "The annual value says which step is reached this year.",
    ),
    bad="13 系统建设完成时间 | 18个月内",
    good="13 系统建设完成时间 | 18个月内 | 12月31日前完成初验",
).of_row
def beyond_the_year(row: Row, settings: Settings) -> Found | None:
    """A duration of more than twelve months."""
    if not _is_beyond_a_year(row.reading.date or ""):
        return None
    return Found(
        Text(
            f"年度值“{row.indicator.annual_wording}”长于一年；请写本年度应完成的阶段和日期",
            f"the annual “{row.indicator.annual_wording}” is longer than a year; state the stage and the date for this year",
        )
    )


_MOST_IN_A_YEAR = {"Y": 1, "M": 12, "W": 52, "D": 366}


def _is_beyond_a_year(date: str) -> bool:
    number, unit = date[1:-1], date[-1:]
    return unit in _MOST_IN_A_YEAR and number.isdecimal() and int(number) > _MOST_IN_A_YEAR[unit]


@Rule(
    "L17",
    CONSISTENCY,
    Severity.WARNING,
    title=Text("年份不在项目期内", "A year outside the project"),
    why=Text(
        "指标里的年份不在项目名称（或表名）的年度内，多半是上一年的表改了名没有改全。比较的基年（较 2020 年）不算。",
        "A year that lies outside those of the project (or of the table) is usually left over from last year's table. "
        "Base years (较2020年) do not count.",
    ),
    bad="项目 2026年度普法经费 60.00\n11 2024年普法讲座场次 | 5场",
    good="项目 2026年度普法经费 60.00\n11 2026年普法讲座场次 | 5场",
).of_row
def foreign_year(row: Row, settings: Settings) -> Found | None:
    """Years of the name, the value and the deadline against those of the project's name, else of the title."""
    if "20" not in row.name and "20" not in row.value:
        return None
    period = row.sheet.years
    if not period:
        return None
    foreign = [year for year in years_in(f"{row.name}；{row.value}") if not period[0] <= year <= period[-1] + 1]
    if not foreign:
        return None
    span = f"{period[0]}" if period[0] == period[-1] else f"{period[0]}-{period[-1]}"
    return Found(
        Text(
            f"写的是 {foreign[0]} 年，项目是 {span} 年度的；请核对",
            f"it says {foreign[0]}, but the project is of {span}; check it",
        )
    )
