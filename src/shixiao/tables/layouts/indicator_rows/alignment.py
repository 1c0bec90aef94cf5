"""Rows from which merged cells were dropped, so that what follows stands too far to the left."""

from __future__ import annotations

from collections.abc import Sequence

from shixiao.tables.assignments import Field
from shixiao.tables.layouts.indicator_rows.headers import Header
from shixiao.tables.layouts.indicator_rows.lines import cell
from shixiao.tables.layouts.indicator_rows.words import is_level1, is_level2

_OPERATORS = frozenset("≥ ≤ > < = ＞ ＜ ＝ >= <= ≧ ≦ 大于 小于 等于 大于等于 小于等于 定性 定量".split())


def shift_of(cells: Sequence[str], header: Header) -> int:
    """How many cells at the beginning of a row were dropped; 0 where nothing proves any.

    The names of the levels tell it. A row without them is shifted only if it makes no sense as it stands, makes
    sense when shifted, and lacks as many cells at its end.
    """
    first, second = header.column(Field.LEVEL1), header.column(Field.LEVEL2)
    name = header.column(Field.NAME)
    if not cell(cells, 0) or name <= 0:
        return 0
    start = _first_level(cells, name)
    if start < 0:
        return name if _is_only_shifted(cells, header, name) else 0
    word, beside = cells[start], cell(cells, start + 1)
    is_first = is_level1(word) and (is_level2(beside) or not is_level2(word) or second < 0)
    due = first if is_first and first >= 0 else second
    shift = due - start
    return shift if 0 < shift <= name and _has_room(cells, header, shift) else 0


def _first_level(cells: Sequence[str], name: int) -> int:
    """The first cell up to the column of names that is the name of a level, -1 if none is."""
    return next((at for at, text in enumerate(cells[: name + 1]) if is_level1(text) or is_level2(text)), -1)


def _has_room(cells: Sequence[str], header: Header, shift: int) -> bool:
    return not any(cells[max(header.width - shift, 0) :])


def _is_only_shifted(cells: Sequence[str], header: Header, shift: int) -> bool:
    if not _has_room(cells, header, shift) or not cell(cells, 0):
        return False
    operator, value = header.column(Field.OPERATOR), header.column(Field.VALUE)
    weight = header.column(Field.WEIGHT)
    if operator >= 0:
        return cell(cells, operator) not in _OPERATORS and cell(cells, operator - shift) in _OPERATORS
    if value < 0 or not cell(cells, value - shift):
        return False
    if weight >= 0 and not _is_number(cell(cells, weight)) and _is_number(cell(cells, weight - shift)):
        return True
    return not cell(cells, value) and not cell(cells, header.column(Field.NAME))


def _is_number(text: str) -> bool:
    return text.rstrip("分%％").replace(".", "", 1).isdigit()
