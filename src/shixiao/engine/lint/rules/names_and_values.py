"""Rules on an indicator's name against its value: units of measure, bounds, numbers."""

from __future__ import annotations

import re
from decimal import Decimal
from functools import cache

from shixiao.engine.bilingual import Text
from shixiao.engine.lint import vocabulary as words
from shixiao.engine.lint.bounds import exclude_each_other
from shixiao.engine.lint.finding import Severity, Suggestion
from shixiao.engine.lint.rows import (
    BUDGET_BOUND,
    NUMERIC,
    RANGE,
    UNPARSEABLE,
    Row,
)
from shixiao.engine.lint.rule import Family, Found, Rule
from shixiao.engine.lint.settings import Settings
from shixiao.engine.lint.units import dimension, units_agree
from shixiao.engine.targets import read
from shixiao.engine.targets.reading import Reading, Source

CONSISTENCY = Family.CONSISTENCY
NAME = Source.NAME


@Rule(
    "L18",
    CONSISTENCY,
    Severity.ERROR,
    kinds=(NUMERIC, RANGE, UNPARSEABLE),
    title=Text("计量单位冲突", "Units of measure that conflict"),
    why=Text(
        "名称说的是次数，值却是百分比；名称括号里写万元，值却写人；单位栏写“场”，值里写“次”以外的另一种量。完成值不知道按哪个报。",
        "The name counts times and the value is a percentage; the name says 万元 in brackets and the value people; the unit column "
        "and the value differ. Nobody knows in which to report.",
    ),
    bad="11 安全检查次数 | ≥95%",
    good="11 安全检查次数 | ≥12次",
).of_row
def units_conflict(row: Row, settings: Settings) -> Found | None:
    """The value's unit against the unit the name speaks of, or the columns against each other."""
    reading = row.reading
    if "cells-conflict" in reading.unsure:
        return Found(
            Text("比较词、数值、单位几栏互相矛盾", "the columns for sign, value and unit contradict each other")
        )
    if not reading.unit:
        return None
    if reading.unit == "%" and row.is_share:
        return None
    expected = _unit_in_brackets(row.name) or words.counting_unit(row.stem)
    if not expected and words.is_bounded(row.stem):
        expected = "%"
    if not expected or not reading.value or units_agree(expected, reading.unit):
        return None
    return Found(
        Text(
            f"名称按“{expected}”计，值“{row.indicator.annual_wording}”的单位却是“{reading.unit}”",
            f"the name counts in “{expected}” but the value “{row.indicator.annual_wording}” is in “{reading.unit}”",
        )
    )


def _unit_in_brackets(name: str) -> str | None:
    if not name.endswith(")"):
        return None
    inside = name[name.rfind("(") + 1 : -1].removeprefix("单位:")
    return inside if dimension(inside) else None


@Rule(
    "L21",
    CONSISTENCY,
    Severity.WARNING,
    kinds=(NUMERIC, RANGE, BUDGET_BOUND),
    also=(Severity.ERROR,),
    title=Text("名称与指标值不一致", "Name and value contradict each other"),
    why=Text(
        "名称写“小于预算”、值写“小于等于预算”，正好花完预算时一个算达标、一个算未达标；名称里有界限、值只写“是”，以哪个为准不清楚。两边数字互相排斥是错误。",
        "The name says below the budget, the value at most the budget: spending exactly the budget fails one and meets the other. "
        "A bound in the name and 是 as the value leave open which counts. Numbers that exclude each other are an error.",
    ),
    bad="41 总成本小于预算 | 小于等于预算",
    good="41 总成本控制 | 小于等于预算",
).of_row
def name_against_value(row: Row, settings: Settings) -> Found | None:
    """A bound in the name beside the bound in the value, or a count in the name beside another in the value."""
    if row.reading.source is NAME:
        return _only_yes(row) if row.kind is BUDGET_BOUND and row.value else None
    if not _sign().search(row.name) or not any(word in row.name for word in _COMPARISONS):
        return _count_in_name(row)
    if _DIGITS.isdisjoint(row.name):
        return _strictness(row, _sign_in(row.name))
    named = read("", name=row.indicator.name, category=row.indicator.level2)
    if named.source is not NAME:
        return None
    if exclude_each_other(named, row.reading, literally=True):
        return _contradiction(row, Severity.ERROR)
    if row.kind is NUMERIC and named.unit == row.reading.unit and named.value != row.reading.value:
        return _contradiction(row, Severity.WARNING)
    return _strictness(row, named.op)


_DIGITS = frozenset("0123456789")


def _sign_in(name: str) -> str | None:
    """The comparison of a name without a number: 总成本小于预算 is <."""
    if any(word in name for word in ("≤", "小于等于", "不超", "以内", "不高于")):
        return "<="
    return "<" if "小于" in name or "低于" in name or "<" in name else None


_COMPARISONS = (
    "≥",
    "≤",
    "<",
    ">",
    "小于",
    "大于",
    "低于",
    "高于",
    "少于",
    "多于",
    "不超",
    "以上",
    "以下",
    "以内",
    "至少",
)


@cache
def _sign() -> re.Pattern[str]:
    """A character of a comparison that is rare elsewhere: without one, there is none."""
    return re.compile(f"[{''.join(sorted(set(''.join(_COMPARISONS)) - set('小大低高少多不以至')))}]")


def _contradiction(row: Row, severity: Severity) -> Found:
    wording = row.indicator.annual_wording
    return Found(
        Text(
            f"名称“{row.indicator.name}”与值“{wording}”数字对不上；请只保留一个",
            f"the numbers of the name “{row.indicator.name}” and of the value “{wording}” differ; keep one of them",
        ),
        severity=severity,
    )


def _only_yes(row: Row) -> Found:
    name, wording = row.indicator.name, row.indicator.annual_wording
    start = min((name.find(sign) for sign in ("小于", "≤", "<", "不超", "低于", "控制在") if sign in name), default=-1)
    return Found(
        Text(
            f"界限写在名称里，值只写“{wording}”；请把界限写到指标值，名称只留所衡量的事",
            f"the bound stands in the name and the value says only “{wording}”; write the bound as the value",
        ),
        Suggestion("annual_wording", name[start:]) if start > 0 else None,
    )


def _strictness(row: Row, named: str | None) -> Found | None:
    ops = {named, row.reading.op}
    if ops not in ({"<", "<="}, {">", ">="}):
        return None
    value_is_strict = row.reading.op in ("<", ">")
    return Found(
        Text(
            f"名称“{row.indicator.name}”与值“{row.indicator.annual_wording}”一个{'含' if value_is_strict else '不含'}等于、"
            f"一个{'不含' if value_is_strict else '含'}等于；正好等于时算不算达标？请统一",
            f"the name “{row.indicator.name}” and the value “{row.indicator.annual_wording}” differ on whether equal counts; "
            "write both alike",
        ),
        _loosened(row),
    )


def _loosened(row: Row) -> Suggestion | None:
    name = row.indicator.name
    for strict, loose in (("小于", "小于等于"), ("低于", "不高于"), ("<", "≤"), ("大于", "大于等于"), (">", "≥")):
        if strict in name and loose not in name:
            return Suggestion("name", name.replace(strict, loose, 1))
    return None


def _count_in_name(row: Row) -> Found | None:
    """开展12次培训 = 10次: the same unit with another number. 每 and 第 make it something else."""
    reading, unit = row.reading, row.reading.unit
    if not unit or unit == "%" or unit not in row.name:
        return None
    before = row.name[: row.name.find(unit)]
    digits = before[len(before.rstrip("0123456789")) :]
    if not digits or before[: -len(digits)].endswith(("第", "-", ".", "、", "~")) or "每" in row.name:
        return None
    named = Reading(NUMERIC, "=", Decimal(digits), unit=unit)
    if exclude_each_other(named, reading, literally=True):
        return _contradiction(row, Severity.ERROR)
    return None
