"""Separate columns (operator, value, unit, direction, nature) joined into one wording."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from shixiao.engine.targets.units import UNITS


class Cells(NamedTuple):
    """The joined wording; `used` when columns added something; direction from a 指标方向 column, None if absent."""

    wording: str
    used: bool
    lower_is_better: bool | None
    unsure: tuple[str, ...]


_WORDS_FOR_OPERATORS = {
    "大于等于": "≥", "大于或等于": "≥", "不小于": "≥", "不低于": "≥", "不少于": "≥", "小于等于": "≤", "小于或等于": "≤", "不大于": "≤", "不高于": "≤",
    "不超过": "≤", "大于": ">", "小于": "<", "等于": "=", ">=": "≥", "<=": "≤", "≥": "≥", "≤": "≤", ">": ">", "<": "<", "=": "=", "＝": "=", "≧": "≥",
    "≦": "≤", "＞": ">", "＜": "<", "＞=": "≥", "＞＝": "≥", "＜=": "≤", "＜＝": "≤", "〉=": "≥", "》": "≥", "═": "=", "ge": "≥", "le": "≤", "gt": ">",
    "lt": "<", "eq": "=", "约等于": "约", "以上": "≥", "以下": "≤", "以内": "≤", "==": "=", "=>": "≥", "=<": "≤", "至少": "≥", "至多": "≤",
}  # fmt: skip
_LONGEST_FIRST = sorted(_WORDS_FOR_OPERATORS, key=len, reverse=True)
_VALUE_KEYS = ("指标值", "目标值", "数值", "value", "target", "值", "年度指标", "绩效目标")
_UNIT_KEYS = ("单位", "unit", "measure")


def joined(wording: str, columns: Mapping[str, object] | Sequence[object]) -> Cells:
    """One wording from the value cell and its neighbours. A value that already says its operator or unit keeps it."""
    operator, value, unit, lower = _sorted_cells(columns)
    unsure: list[str] = []
    if not wording.strip() and not value and (value := _best_grade(columns)):
        unsure.append("grade-scale")
    main = wording.strip() or value
    used = bool(not wording.strip() and value)
    if unit and main and not _names_unit(main, unit):
        main, used = _with_unit(main, unit), True
    if operator and main:
        own = _own_operator(main)
        if own is None:
            main, used = operator + main, True
        elif own != operator:
            unsure.append("cells-conflict")
    return Cells(main, used, lower, tuple(unsure))


def _sorted_cells(columns: Mapping[str, object] | Sequence[object]) -> tuple[str, str, str, bool | None]:
    operator = value = unit = ""
    lower: bool | None = None
    for key, cell in _pairs(columns):
        if not cell:
            continue
        direction = _direction(cell)
        if direction is not None:
            lower = direction
        elif cell in _WORDS_FOR_OPERATORS:
            operator = _WORDS_FOR_OPERATORS[cell]
        elif _is_key(key, _UNIT_KEYS) or not key and cell in UNITS:
            unit = cell
        elif _is_key(key, _VALUE_KEYS) or not key:
            value = value or cell
    return operator, value, unit, lower


def _best_grade(columns: Mapping[str, object] | Sequence[object]) -> str:
    """The threshold of the best of four grades (优 | 良 | 中 | 差), "" where the columns are no such scale."""
    cells = dict(_pairs(columns))
    return cells.get("优", "") if "良" in cells else ""


def _pairs(columns: Mapping[str, object] | Sequence[object]) -> list[tuple[str, str]]:
    if isinstance(columns, Mapping):
        return [(str(key).strip().lower(), _cell(cell)) for key, cell in columns.items()]
    if isinstance(columns, str):
        return [("", columns.strip())]
    return [("", _cell(cell)) for cell in columns]


def _cell(cell: object) -> str:
    if cell is None or isinstance(cell, (dict, list)):
        return ""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell).strip()


def _is_key(key: str, words: tuple[str, ...]) -> bool:
    return any(word in key for word in words)


def _direction(cell: str) -> bool | None:
    if cell in ("反向", "反向指标", "逆向", "负向", "越小越好", "negative", "lower", "at_most", "down"):
        return True
    if cell in ("正向", "正向指标", "越大越好", "positive", "higher", "at_least", "up"):
        return False
    return None


_UNIT_SPELLINGS = {"百分比": "%", "百分号": "%", "％": "%", "百分数": "%", "﹪": "%", "千分比": "‰"}


def _names_unit(main: str, unit: str) -> bool:
    return (
        _UNIT_SPELLINGS.get(unit, unit) in main
        or unit in main
        or not any(c.isdigit() or c in "一二三四五六七八九十百两" for c in main)
    )


def _with_unit(main: str, unit: str) -> str:
    unit = _UNIT_SPELLINGS.get(unit, unit)
    if unit in ("无", "/", "-", "—", "元/无"):
        return main
    for suffix in ("以上", "以下", "以内", "左右"):
        if main.endswith(suffix):
            return main[: -len(suffix)] + unit + suffix
    return main + unit if main[-1].isdigit() or main[-1] in "一二三四五六七八九十百千万亿两+" else main


def _own_operator(main: str) -> str | None:
    for words in _LONGEST_FIRST:
        if main.startswith(words) or words in ("以上", "以下", "以内") and main.endswith(words):
            return _WORDS_FOR_OPERATORS[words]
    return None
