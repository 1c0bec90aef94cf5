"""The Guangzhou table of 2026 as a plan, from the golden wordings: this floor may not read table files."""

from __future__ import annotations

import json
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import NamedTuple

from shixiao.engine.plans import Funds, Indicator, Plan, Project, Unit
from shixiao.engine.targets import read

GOLDEN = Path(__file__).parents[2] / "targets" / "tests" / "golden_guangzhou.jsonl"


class Listed(NamedTuple):
    """A project as the table lists it: name, amount in 万元, number of indicators."""

    name: str
    amount: str
    indicators: int


UNITS = {
    ("广州市人民政府办公厅", "1361.61"): (
        Listed("工作经费", "226.48", 9),
        Listed("购置经费", "21.20", 6),
        Listed("其他运行经费", "156.38", 13),
        Listed("专项工作经费", "749.25", 10),
        Listed("广州市人民政府办公厅2025-2026年度信息化整体运维服务项目", "138.05", 13),
        Listed("广州市人民政府办公厅2026-2027年度信息化运维服务项目", "70.25", 13),
    ),
    ("广州市政府政务信息系统管理中心", "70.30"): (
        Listed("购置经费", "16.10", 8),
        Listed("机构运行辅助经费", "7.00", 4),
        Listed("专项工作经费", "21.00", 7),
        Listed("广州市人民政府办公厅2025年度政务信息化建设项目", "26.20", 8),
    ),
    ("广州地区公文交换站（广州市人民政府公报编辑部）", "65.15"): (
        Listed("专项工作经费", "56.15", 12),
        Listed("购置经费", "1.02", 6),
        Listed("广州地区公文交换站(广州市人民政府公报编辑部)2025-2026年度信息化运维服务", "3.18", 7),
        Listed("广州地区公文交换站(广州市人民政府公报编辑部)2026-2027年度信息化运维服务", "4.80", 7),
    ),
}
_LEVELS = {"1": "1-产出指标", "2": "2-效益指标", "3": "3-满意度指标", "4": "4-成本指标"}


@cache
def plan() -> Plan:
    """123 indicators in 14 projects of 3 units; goals are left out, as no rule fires on a goal that is there."""
    rows = iter(_indicators())
    units = tuple(
        Unit(name, _money(amount), tuple(_project(listed, rows) for listed in projects))
        for (name, amount), projects in UNITS.items()
    )
    return Plan("项目支出绩效目标表（含转移支付项目）", "广州市人民政府办公厅", "万元", _money("1497.06"), units)


def _project(listed: Listed, rows) -> Project:
    return Project(
        listed.name, _money(listed.amount), "做好工作。", tuple(next(rows) for _ in range(listed.indicators))
    )


def _money(amount: str) -> Funds:
    return Funds(Decimal(amount), Decimal(amount))


def _indicators() -> list[Indicator]:
    found: dict[int, dict[str, dict[str, str]]] = {}
    for line in GOLDEN.read_text(encoding="utf-8").splitlines():
        wording = json.loads(line)
        found.setdefault(wording["row"], {})[wording["which"]] = wording
    return [_indicator(row, both["cycle"], both["annual"]) for row, both in sorted(found.items())]


def _indicator(row: int, cycle: dict[str, str], annual: dict[str, str]) -> Indicator:
    category, name = annual["category"], annual["name"]
    readings = [read(each["value_text"], name=name, category=category) for each in (cycle, annual)]
    wordings = [each["value_text"].replace("&lt;", "<") for each in (cycle, annual)]
    return Indicator(row, None, category[:2], _LEVELS[category[0]], category, name, *wordings, *readings)
