"""Which column of a table was taken as what, and the same said by hand: what a review page shows and lets change."""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum
from typing import Any, NamedTuple

from shixiao.engine.bilingual import Text


class Field(str, Enum):
    """What a column can hold, in a layout with a row for each indicator. `label` says it in both languages."""

    LEVEL1 = "level1"
    LEVEL2 = "level2"
    NAME = "name"
    OPERATOR = "operator"
    VALUE = "value"
    MEASURE = "measure"
    CYCLE_LEVEL1 = "cycle_level1"
    CYCLE_LEVEL2 = "cycle_level2"
    CYCLE_NAME = "cycle_name"
    CYCLE_OPERATOR = "cycle_operator"
    CYCLE_VALUE = "cycle_value"
    CYCLE_MEASURE = "cycle_measure"
    DIRECTION = "direction"
    WEIGHT = "weight"
    ACTUAL = "actual"
    SCORE = "score"
    DEVIATION = "deviation"
    SPENDER = "spender"
    DEPARTMENT = "department"
    PROJECT = "project"
    OBJECTIVE = "objective"
    CYCLE_OBJECTIVE = "cycle_objective"
    ACTUAL_OBJECTIVE = "actual_objective"
    TOTAL = "total"
    FISCAL = "fiscal"
    SPECIAL_ACCOUNT = "special_account"
    OTHER = "other"
    KEPT = "kept"
    IGNORED = "ignored"

    @property
    def label(self) -> Text:
        """The field as a person calls it."""
        return _LABELS[self]


_LABELS = {
    Field.LEVEL1: Text("一级指标", "first level"),
    Field.LEVEL2: Text("二级指标", "second level"),
    Field.NAME: Text("指标名称（三级指标）", "name of the indicator"),
    Field.OPERATOR: Text("计算符号（指标性质）", "operator"),
    Field.VALUE: Text("年度指标值", "annual target"),
    Field.MEASURE: Text("度量单位", "unit of measure"),
    Field.CYCLE_LEVEL1: Text("一级指标（实施周期）", "first level (whole cycle)"),
    Field.CYCLE_LEVEL2: Text("二级指标（实施周期）", "second level (whole cycle)"),
    Field.CYCLE_NAME: Text("指标名称（实施周期）", "name of the indicator (whole cycle)"),
    Field.CYCLE_OPERATOR: Text("计算符号（实施周期）", "operator (whole cycle)"),
    Field.CYCLE_VALUE: Text("实施周期指标值", "target for the whole cycle"),
    Field.CYCLE_MEASURE: Text("度量单位（实施周期）", "unit of measure (whole cycle)"),
    Field.DIRECTION: Text("指标方向", "direction"),
    Field.WEIGHT: Text("分值（权重）", "points (weight)"),
    Field.ACTUAL: Text("实际完成值", "value reached"),
    Field.SCORE: Text("得分", "points given"),
    Field.DEVIATION: Text("偏差原因", "reason for a deviation"),
    Field.SPENDER: Text("实施单位", "spending unit"),
    Field.DEPARTMENT: Text("主管部门", "department"),
    Field.PROJECT: Text("项目名称", "project"),
    Field.OBJECTIVE: Text("绩效目标", "goal"),
    Field.CYCLE_OBJECTIVE: Text("实施周期目标", "goal for the whole cycle"),
    Field.ACTUAL_OBJECTIVE: Text("目标完成情况", "what became of the goal"),
    Field.TOTAL: Text("资金总额", "total amount"),
    Field.FISCAL: Text("财政拨款", "fiscal appropriation"),
    Field.SPECIAL_ACCOUNT: Text("财政专户拨款", "special account"),
    Field.OTHER: Text("其他资金", "other funds"),
    Field.KEPT: Text("照原样保留", "kept as published"),
    Field.IGNORED: Text("不读", "not read"),
}


class Assignment(NamedTuple):
    """The header of a table, and the field of each of its columns.

    `grid` counts the grids of a file from 1, `line` is that of the last row of the header (as in `Place`), `columns`
    has one field for each column from the left, `labels` the words above them.
    """

    grid: int
    line: int
    columns: tuple[Field, ...]
    labels: tuple[str, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """The assignment as a JSON object."""
        return {
            "grid": self.grid,
            "line": self.line,
            "columns": [column.value for column in self.columns],
            "labels": list(self.labels),
        }


MOST_COLUMNS = 100


def from_json(form: Mapping[str, Any]) -> Assignment:
    """The assignment in a JSON object. Raises ValueError for anything that is none."""
    grid, line, columns, labels = (form.get(key) for key in ("grid", "line", "columns", "labels"))
    if not (_is_count(grid) and _is_count(line) and isinstance(columns, list) and len(columns) <= MOST_COLUMNS):
        raise ValueError("an assignment has a grid, a line and a list of columns")
    words = labels if isinstance(labels, list) else []
    return Assignment(
        int(str(grid)), int(str(line)), tuple(Field(column) for column in columns), tuple(str(word) for word in words)
    )


def _is_count(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value > 0
