"""What the parts of a comparison are called, in both languages; every surface says them alike."""

from __future__ import annotations

from shixiao.engine.bilingual import Text
from shixiao.engine.changes.comparing import How
from shixiao.engine.changes.tendency import Tendency

FIELDS = {
    "title": Text("标题", "title"),
    "department": Text("部门名称", "department"),
    "money_unit": Text("金额单位", "unit of money"),
    "unit": Text("所属单位", "unit"),
    "name": Text("名称", "name"),
    "objective": Text("绩效目标", "goal"),
    "level1": Text("一级指标", "first-level class"),
    "level2": Text("二级指标", "class"),
    "cycle_wording": Text("实施周期指标值", "cycle target"),
    "annual_wording": Text("年度指标值", "annual target"),
    "funds.total": Text("总计", "total"),
    "funds.fiscal": Text("财政拨款", "fiscal"),
    "funds.special_account": Text("财政专户拨款", "special account"),
    "funds.other": Text("其他资金", "other funds"),
}
TENDENCIES = {
    Tendency.STRICTER: Text("要求提高", "stricter"),
    Tendency.LOOSER: Text("要求降低", "looser"),
    Tendency.VAGUER: Text("由可衡量变为不可衡量", "no longer measurable"),
    Tendency.FIRMER: Text("由不可衡量变为可衡量", "now measurable"),
}
HOW = {
    How.ADDED: Text("新增", "added"),
    How.REMOVED: Text("删除", "removed"),
    How.CHANGED: Text("修改", "changed"),
}


def field_name(field: str) -> Text:
    """What a changed field is called; its identifier where it has no name yet."""
    return FIELDS.get(field) or Text(field, field)
